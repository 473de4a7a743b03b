"""What waits to be done, and what counts the numbers, cannot be edited in the database without the log noticing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, text, update

from engine import commands
from engine.audit import structure, verifier, waiting
from engine.store import Database
from engine.store.tables import job
from engine.worker import drain
from procedures import dossiers, fees, numbering, sealing, step_terms
from procedures.dossiers import Tick, look_ups
from procedures.store.dossier import counter
from procedures.store.people import look_up
from tests.procedures.town import Town


def found(database: Database) -> list[tuple[Any, ...]]:
    """What those parts of verifying find that are tried here: the table, what is wrong with it, in which columns."""
    with database.snapshot() as tx:
        parts = (structure.faults, waiting.faults, step_terms.faults, numbering.faults)
        every = [fault for part in parts for fault in part(tx)]
    return [(one["table"], one["reason"], *one.get("columns", ())) for one in every]


def test_verifying_tells_all_of_them(town: Town) -> None:
    town.receive()
    assert sealing.verify(town.database)["broken"] == []
    with town.database.begin() as tx:
        tx.connection.execute(delete(job).where(job.c.kind == "step.escalation"))
        tx.connection.execute(update(job).where(job.c.kind == "step.reminder").values(retries_left=0))
        tx.connection.execute(update(counter).values(value=9))
        tx.connection.execute(text("DROP INDEX ix_dossier_applicant_id_number"))
    broken = sealing.verify(town.database)["broken"]
    assert {one["table"] for one in broken} == {"job", "counter", "dossier"}
    assert {one["reason"] for one in broken} == {"row missing", "row changed", "index missing"}
    assert all(one["table"] in verifier.sentence(one, lang) for one in broken for lang in ("vi", "en"))


def jobs_of(town: Town, kind: str) -> list[dict[str, Any]]:
    with town.database.begin() as tx:
        return [dict(row) for row in tx.read(select(job).where(job.c.kind == kind)).mappings()]


@pytest.mark.parametrize("kind", ["step.reminder", "step.escalation"])
def test_a_reminder_or_escalation_taken_out_or_put_to_sleep_is_found(either_town: Town, kind: str) -> None:
    town, database = either_town, either_town.database
    town.receive()
    (row,) = jobs_of(town, kind)
    assert found(database) == []
    later = town.now + timedelta(days=30_000)
    edits: dict[str, Any] = {"due_at": later, "lock_expires": later, "retries_left": 0, "held": True}
    for column, value in edits.items():
        with database.begin() as tx:
            tx.connection.execute(update(job).where(job.c.kind == kind).values({column: value}))
        assert found(database) == [("job", "row changed", column)]
        with database.begin() as tx:
            tx.connection.execute(update(job).where(job.c.kind == kind).values({column: row[column]}))
    with database.begin() as tx:  # as if a try had failed
        tx.connection.execute(update(job).where(job.c.kind == kind).values(due_at=later, attempts=1))
    assert found(database) == [("job", "row changed", "due_at")]
    with database.begin() as tx:
        tx.connection.execute(delete(job).where(job.c.kind == kind))
    assert found(database) == [("job", "row missing")]
    town.move(days=1)
    drain(database)
    assert found(database) == ([("job", "row missing")] if kind == "step.escalation" else [])
    with database.begin() as tx:
        tx.connection.execute(insert(job), row)
    drain(database)
    assert found(database) == []


def test_what_a_step_lives_through_is_no_fault(either_town: Town) -> None:
    """Told in time or late, paused over its due moment and going on, extended, suspended, ended: each hour for days."""
    town, database = either_town, either_town.database
    told, paused, ended = (town.receive().id for _ in range(3))
    town.ask(paused)
    assert found(database) == []
    for hour in range(1, 60):
        town.move(hours=1)
        if hour != 20:  # the worker rests for an hour
            drain(database)
        if hour == 4:
            town.do("chi", ended, "dat")
        if hour == 30:
            dossiers.bring_supplement(database, paused, (Tick("anh", 1),), by=town["an"])
        if hour == 34:
            commands.suspend(database, told, "quantri", "thử")
            assert found(database) == []
        if hour == 40:
            commands.resume(database, told, "quantri", "thử")
        if hour % 6 == 0 or hour in (1, 2, 3, 31):
            assert found(database) == [], hour


def test_a_counter_that_was_moved_is_found(either_town: Town) -> None:
    town, database = either_town, either_town.database
    for _ in range(3):
        id = town.receive().id
    fees.take(database, id, town["an"])
    town.ask(id)
    with database.begin() as tx:
        rows = [dict(row) for row in tx.read(select(counter)).mappings()]
    assert {row["series"] for row in rows} >= {"ho_so", "so_theo_doi", "mau-01", "bien_lai", "mau-02"}
    assert found(database) == []
    for row in rows:
        where = [counter.c[name] == row[name] for name in ("agency", "series", "period")]
        for value in (row["value"] + 5, row["value"] - 1):
            with database.begin() as tx:
                tx.connection.execute(update(counter).where(*where).values(value=value))
            assert found(database) == [("counter", "row changed", "value")], row
        with database.begin() as tx:
            tx.connection.execute(delete(counter).where(*where))
        assert found(database) == [("counter", "row missing")]
        with database.begin() as tx:
            tx.connection.execute(insert(counter), row)
    with database.begin() as tx:
        tx.connection.execute(update(counter).where(counter.c.series == "ho_so").values(value=8))
    town.receive()
    assert found(database) == [("counter", "row changed", "value")], "the gap stays, also when numbers go on"


def test_an_index_or_a_key_that_is_gone_is_found(either_town: Town) -> None:
    database = either_town.database
    assert found(database) == []
    with database.begin() as tx:
        tx.connection.execute(text("DROP INDEX ix_dossier_applicant_id_number"))
    assert found(database) == [("dossier", "index missing", "ix_dossier_applicant_id_number")]
    with database.begin() as tx:
        tx.connection.execute(text("CREATE TABLE cua_nguoi_khac (x integer)"))
        for table, kind in () if database.sqlite else (("dossier", "u"), ("comment", "p")):
            found_by = f"SELECT conname FROM pg_constraint WHERE conrelid = '{table}'::regclass AND contype = '{kind}'"
            tx.connection.execute(
                text(f"ALTER TABLE {table} DROP CONSTRAINT {tx.connection.execute(text(found_by)).scalar_one()}")
            )
    if not database.sqlite:
        assert {("dossier", "index missing", "code"), ("comment", "index missing", "dossier_id", "id")} <= set(
            found(database)
        )


def test_a_look_up_that_was_edited_opens_nobody_elses_dossier(town: Town) -> None:
    mine, other = town.receive().id, town.receive().id
    token = look_ups.begin(town.database, mine)
    assert look_ups.dossier_of(town.database, token) == mine
    with town.database.begin() as tx:
        tx.execute(update(look_up).values(dossier=other))
    assert look_ups.dossier_of(town.database, token) is None
