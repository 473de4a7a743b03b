"""A year of the sample province through the commands, by a clock of its own: what the books say afterwards is true.

Its dossiers go every way that the demo's do (supplements, refusals, withdrawals, extensions, fees, lateness), on the
shipped procedures and on drafts of national records, over every holiday and some absences of officials."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from engine import audit
from engine.calendar import VIETNAM
from engine.store import Database
from engine.store.tables import incident, job, subscription, work_item
from procedures import absences, agencies, bundles, dossiers, from_record, sample_province
from procedures.actor import SYSTEM, Actor
from procedures.catalogue.reading import read_record
from procedures.demo.play import Clock, Play
from procedures.dossiers.counted import Period
from procedures.installation import install
from procedures.settings import Settings
from procedures.store.clock import clock_change, clock_pause
from procedures.store.dossier import dossier, dossier_state
from procedures.store.papers import letter
from procedures.store.places import agency_hours, day_override
from procedures.vocabulary import elements
from tests.engine.calendar import naive
from tests.procedures.test_from_record import RECORDS

ALL = Actor("kiemtra", everything=True)
BUNDLES = Path(__file__).parents[2] / "bpmn" / "procedures"
END = datetime(2026, 12, 31, 10, 0, tzinfo=UTC)
WEEKS = 52
#: Of the national records every so many-eth becomes a procedure, on a shape in turn.
EVERY = 10


def lived(database: Database, folder: Path, count: int) -> Play:
    """The year, lived; what nobody could do stands in `refused`."""
    database.installation = install(Settings(home=folder))
    elements.install()
    begin = END - timedelta(weeks=WEEKS + 1)
    database.clock = clock = Clock(begin)
    sample_province.make(database, password="motcua-thu")
    for number, path in enumerate(RECORDS[::EVERY]):
        record = read_record(json.loads(path.read_text("utf-8")))
        for name, text in from_record.files_of(record, begin.date(), from_record.NAMES[number % 5]).items():
            (folder / record.code / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / record.code / name).write_text(text, "utf-8")
        bundles.deploy(database, folder / record.code, SYSTEM)
    bundles.deploy_all(database, BUNDLES, by=SYSTEM)
    play = Play(database, clock, END, lambda text: None, weeks=WEEKS)
    for month in range(2, 12, 3):
        play.at(datetime(2026, month, 9, 1, 0, tzinfo=UTC), partial(_away, play, month))
    play.run(count)
    return play


def _away(play: Play, month: int) -> None:
    """An official goes on leave for a week; a colleague of the same unit stands in."""
    asked = absences.Asked(date(2026, month, 10), date(2026, month, 16), "truongdonvi", "nghỉ phép", hand_over=True)
    absences.begin(play.database, "chuyenvien", asked, play._official("chuyenvien"))


@pytest.mark.slow
@pytest.mark.timeout(5400)
@pytest.mark.skipif(not RECORDS, reason="the third-party material is not here")
def test_the_books_of_a_year_are_true(
    sqlite_url: str, open_database: Callable[..., Database], tmp_path: Path, dossiers_of_a_year: int
) -> None:
    database = open_database(sqlite_url)
    play = lived(database, tmp_path, dossiers_of_a_year)
    assert play.received > 0.97 * dossiers_of_a_year, play.refused
    print(f"{play.received} dossiers, not done: {play.refused}")
    for check in (due_dates, registers, tables, stuck):
        found = list(check(database))
        print(check.__name__, len(found), found[:5])
        assert not found, (check.__name__, len(found), found[:10])
    assert audit.verify(database)["faults"] == 0


def due_dates(database: Database) -> Iterable[Any]:
    """Due dates that an independent count, minute by minute and day by day, does not come to."""
    with database.begin() as tx:
        versions = {one.version: one for one in bundles.versions(tx)}
        hours: dict[str, Any] = {row.agency: row.hours for row in tx.read(select(agency_hours))}
        special = {row.day.isoformat(): row.what for row in tx.read(select(day_override))}
        pauses, added = defaultdict(list), defaultdict(list)
        for row in tx.read(select(clock_pause).order_by(clock_pause.c.seq)):
            pauses[row.dossier_id].append({"from": _at(row.start), "to": _at(row.end), "effect": row.effect})
        for row in tx.read(select(clock_change).order_by(clock_change.c.seq)):
            if row.kind == "extended":
                added[row.dossier_id].append(row.term)
        asked = select(dossier, dossier_state).join(dossier_state, dossier_state.c.dossier_id == dossier.c.id)
        for row in tx.read(asked.where(dossier.c.received_at.is_not(None))).mappings():
            procedure = versions[row["term_version"] or row["procedure_version"]]
            term = procedure.term(row["case_code"])
            if term is None:
                continue
            case = {
                "received": _at(row["received_at"]),
                "term": {"value": str(term["value"]), "unit": term["unit"]},
                "start": term.get("start") or "statutory",
                "cutoff": term.get("cutoff"),
                "overrides": special,
                "hours": hours.get(row["agency"]),
            }
            first = naive.due(case)
            last = naive.due({**case, "pauses": pauses[row["id"]], "extensions": added[row["id"]]})
            if row["original_due"] != first or row["due"] != last:
                yield (
                    row["code"],
                    case,
                    pauses[row["id"]],
                    added[row["id"]],
                    row["original_due"],
                    first,
                    row["due"],
                    last,
                )


def _at(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(VIETNAM).replace(second=0, microsecond=0).isoformat()


def registers(database: Database) -> Iterable[Any]:
    """Numbers that are missing or given twice: codes of a day, lines of Mẫu 07, numbers of letters of a year."""
    given: dict[Any, list[int]] = defaultdict(list)
    with database.begin() as tx:
        for row in tx.read(select(dossier.c.code, dossier.c.agency, dossier.c.volume, dossier.c.serial)):
            given["code", row.code.rpartition("-")[0]].append(int(row.code.rpartition("-")[2]))
            if row.serial is not None:
                given["register", row.agency, row.volume].append(row.serial)
        for row in tx.read(select(letter.c.number, letter.c.agency, letter.c.issued_at).where(letter.c.number != "")):
            number = re.match(r"(\d+)/(.+)", row.number)
            if number:
                given["letter", row.agency, number[2], row.issued_at.astimezone(VIETNAM).year].append(int(number[1]))
    for series, numbers in given.items():
        if sorted(numbers) != list(range(1, len(numbers) + 1)):
            yield series, sorted(numbers)


def tables(database: Database) -> Iterable[Any]:
    """Sums that do not come out: Mẫu 07 against what was received, and each month of the progress table."""
    with database.begin() as tx:
        received = tx.read(select(func.count()).where(dossier.c.received_at.is_not(None))).scalar_one()
        sheets = [dossiers.register(tx, ALL, code) for code in agencies.names(tx)]
        if sum(sheet.total for sheet in sheets) != received:
            yield "Mẫu 07", [sheet.total for sheet in sheets], received
        carried = None
        for month in range(1, 13):
            first = date(2026, month, 1)
            last = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
            total = dossiers.total_of(tx, ALL, first, last)
            for group in ("agency", "field", "procedure"):
                lines = dossiers.progress_table(tx, ALL, first, last, group)
                for figure in ("received", "done", "late", "carried", "open"):
                    if sum(getattr(one, figure) for one in lines) != getattr(total, figure):
                        yield month, group, figure
            if total.received != total.online + total.direct + total.post:
                yield month, "channels"
            if total.done != total.early + total.on_time + total.late + total.withdrawn:
                yield month, "done"
            if carried is not None and carried != total.carried:
                yield month, "carried", carried, total.carried
            begin, end = Period(first, last).bounds
            ended = tx.read(
                select(func.count()).where(
                    dossier_state.c.dossier_id == dossier.c.id,
                    dossier.c.received_at.is_not(None),
                    dossier_state.c.closed_at >= begin,
                    dossier_state.c.closed_at < end,
                )
            ).scalar_one()
            carried = total.carried + total.received - ended


def stuck(database: Database) -> Iterable[Any]:
    """Open dossiers that nobody, no message and no timer moves, and incidents. What came online and waits for the desk
    has no process yet."""
    with database.begin() as tx:
        for row in tx.read(select(incident)):
            yield row.element, row.message
        asked = select(dossier.c.id, dossier.c.code, dossier_state.c.status)
        asked = asked.join(dossier_state, dossier_state.c.dossier_id == dossier.c.id)
        for row in tx.read(asked.where(dossier_state.c.status.in_((2, 4, 5, 6, 9)))):
            moved = [
                tx.read(select(func.count()).where(table.c.root_id == row.id)).scalar_one()
                for table in (work_item, subscription, job)
            ]
            if not any(moved):
                yield row.code, row.status
