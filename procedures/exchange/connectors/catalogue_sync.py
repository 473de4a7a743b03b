"""The portal's catalogue of procedures beside ours: what differs is shown, and taken over by who has seen it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from engine import jobs
from engine.jobs import Handler, Job
from engine.refusal import Refusal
from engine.store import Database, Tx
from engine.store.joining import command, query
from procedures.actor import Actor
from procedures.catalogue.importing import content_hash, import_records
from procedures.exchange.connectors import portal
from procedures.exchange.connectors.routes import LOG
from procedures.store.catalogue import catalogue_entry, catalogue_version
from procedures.store.connectors import catalogue_difference
from procedures.vocabulary.words import Word

JOB = "portal-catalogue"
NEW, CHANGED, GONE = "new", "changed", "gone"
KINDS: Mapping[str, Word] = {
    NEW: Word("Chưa có ở đây", "Not here yet"),
    CHANGED: Word("Khác bản ở đây", "Differs from ours"),
    GONE: Word("Không có trên Cổng", "Not on the portal"),
}
#: Parts of a national record by their names.
PARTS: Mapping[str, str] = {
    "name": "Tên",
    "category": "Lĩnh vực",
    "channels": "Cách thức, thời hạn, phí",
    "processing_cases": "Thời hạn theo trường hợp",
    "results": "Kết quả",
    "requirements": "Yêu cầu, điều kiện",
    "legal_basis": "Căn cứ pháp lý",
    "subject_types": "Đối tượng",
    "promulgating_agency": "Cơ quan ban hành",
    "executing_agency": "Cơ quan thực hiện",
}
MOST_LINES, LONGEST = 40, 300


@dataclass(frozen=True, slots=True)
class Difference:
    """A procedure that the portal's catalogue has otherwise. lines: (what, here, there)."""

    code: str
    kind: str
    name: str
    lines: tuple[tuple[str, str, str], ...]
    found_at: datetime


@command
def order(tx: Tx) -> bool:
    """Orders that the catalogues are compared; False where that is under way."""
    return jobs.add(tx, LOG, JOB, payload={}, dedupe_key=JOB, retries=3) is not None


def _fetch(_job: Job, database: Database) -> dict[str, Mapping[str, Any]] | None:
    """The portal's records by code. A record that does not come breaks the whole off: half a catalogue is none."""
    line = portal.configured(database)
    if line is None:
        return None
    listed = portal.rows(portal.ask(database, line, portal.CATALOGUE, {}), "MaTTHC")
    found: dict[str, Mapping[str, Any]] = {}
    for one in listed:
        code = str(one["MaTTHC"])
        record = portal.ask(database, line, portal.PROCEDURE, {"MaTTHC": code}, about=code)
        if not isinstance(record, Mapping) or str(record.get("code")) != code:
            raise Refusal(
                f"Bản ghi thủ tục {code} của Cổng không đúng dạng.", f"The portal's record of {code} is not as agreed."
            )
        found[code] = record
    return found


def _compared(tx: Tx, _job: Job, found: dict[str, Mapping[str, Any]] | None) -> None:
    if found is None:
        return
    ours = {row.code: row.record for row in tx.read(_IN_FORCE)}
    tx.execute(delete(catalogue_difference))
    for code in sorted(ours.keys() | found.keys()):
        here, there = ours.get(code), found.get(code)
        if here is not None and there is not None and content_hash(here) == content_hash(there):
            continue
        kind = NEW if here is None else GONE if there is None else CHANGED
        tx.execute(
            catalogue_difference.insert().values(
                code=code,
                kind=kind,
                name=str((there or here or {}).get("name") or code),
                record=dict(there) if there is not None else None,
                lines=[list(line) for line in differing(here, there)] if kind == CHANGED else [],
                found_at=tx.now,
            )
        )


_IN_FORCE = (
    select(catalogue_version.c.code, catalogue_version.c.record)
    .join(catalogue_entry, catalogue_entry.c.code == catalogue_version.c.code)
    .where(catalogue_entry.c.version == catalogue_version.c.version)
)


def differing(here: Any, there: Any) -> list[tuple[str, str, str]]:
    """What two records say otherwise: (what, here, there), the first of them."""
    ours, theirs = dict(_flat(here)), dict(_flat(there))
    lines = [
        (path, ours.get(path, "")[:LONGEST], theirs.get(path, "")[:LONGEST])
        for path in sorted(ours.keys() | theirs.keys())
        if ours.get(path, "") != theirs.get(path, "")
    ]
    return lines[:MOST_LINES]


def _flat(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, one in value.items():
            if path or key != "source":  # when and where it was read is not what it says
                yield from _flat(one, f"{path} › {key}" if path else PARTS.get(key, key))
    elif isinstance(value, list):
        for number, one in enumerate(value, 1):
            yield from _flat(one, f"{path} {number}")
    elif value not in (None, ""):
        yield path, str(value)


HANDLERS = {JOB: Handler(outside=_fetch, done=_compared, opens=True)}


@query
def differences(tx: Tx) -> list[Difference]:
    """What the last comparison found and nobody has taken over yet."""
    rows = tx.read(select(catalogue_difference).order_by(catalogue_difference.c.kind, catalogue_difference.c.code))
    return [
        Difference(row.code, row.kind, row.name, tuple((a, b, c) for a, b, c in row.lines), row.found_at)
        for row in rows
    ]


@command
def take_over(tx: Tx, codes: Collection[str], by: Actor) -> int:
    """Takes the portal's records of these procedures into our catalogue, as new versions; how many. Refuses a record
    that the catalogue cannot read, and takes none then."""
    wanted = [
        row
        for row in tx.execute(select(catalogue_difference).where(catalogue_difference.c.code.in_(sorted(codes))))
        if row.record is not None
    ]
    if not wanted:
        raise Refusal("Chọn ít nhất một thủ tục để cập nhật.", "Choose at least one procedure to take over.")
    done = import_records(tx, [(f"cong-quoc-gia:{row.code}", row.record) for row in wanted], by=by)
    if done["rejected"]:
        first = done["rejected"][0]
        raise Refusal(
            f"Không đọc được bản ghi {first['file']}: {first['reason']}.", f"{first['file']}: {first['reason']}."
        )
    tx.execute(delete(catalogue_difference).where(catalogue_difference.c.code.in_([row.code for row in wanted])))
    return len(wanted)
