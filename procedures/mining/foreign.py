"""Logs of other systems that are kept with a version, laid over its model until somebody takes them out."""

from __future__ import annotations

import tempfile
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import delete, func, select, update

from engine import audit
from engine.refusal import Refusal
from engine.store import Tx
from engine.store.joining import command, query
from procedures.actor import Actor
from procedures.mining import logs, passages
from procedures.mining.logs import Happening, Laid
from procedures.store.proving import foreign_log

#: Events and different activities of a log that is kept, and logs of one version.
MOST_EVENTS, MOST_ACTIVITIES, MOST_LOGS = 200_000, 300, 10
#: Characters of an activity's or a case's name that are kept.
LONGEST = 200
#: What an activity is by hand where it is no element.
NONE = ""


@dataclass(frozen=True, slots=True)
class ForeignLog:
    """A log as it is listed. activities: what was done → how often. elements: what of it is which element by hand;
    ``""``: none of them."""

    id: str
    version: str
    name: str
    cases: int
    events: int
    activities: Mapping[str, int]
    elements: Mapping[str, str]
    by: str
    at: datetime


_COLUMNS = [column for column in foreign_log.c if column.name != "body"]


@query
def of(tx: Tx, version: str) -> list[ForeignLog]:
    """Those of a version, newest first."""
    asked = select(*_COLUMNS).where(foreign_log.c.version == version)
    return [_log(row) for row in tx.read(asked.order_by(foreign_log.c.at.desc(), foreign_log.c.id))]


@query
def get(tx: Tx, version: str, id: str) -> ForeignLog:
    """Raises LookupError where that version has no such log."""
    row = tx.read(select(*_COLUMNS).where(foreign_log.c.id == id, foreign_log.c.version == version)).first()
    if row is None:
        raise LookupError(id)
    return _log(row)


def _log(row: Any) -> ForeignLog:
    return ForeignLog(
        row.id, row.version, row.name, row.cases, row.events, row.activities, row.elements, row.by, row.at
    )


def read(name: str, body: bytes) -> list[Happening]:
    """The events of an uploaded file. Raises Refusal where it is no log, or is too large to be kept."""
    with tempfile.TemporaryDirectory(prefix="motcua-log-") as folder:
        suffixes = Path(name).suffixes[-2:]
        path = Path(folder) / f"log{''.join(one for one in suffixes if one.lower() in ('.csv', '.gz', '.xes'))}"
        path.write_bytes(body)
        try:
            found = logs.read(path, MOST_EVENTS)
        except Refusal as refusal:
            raise Refusal(
                refusal.vi.replace(path.name, name), refusal.en.replace(path.name, name), about="tep"
            ) from refusal
    if not found:
        raise Refusal(
            f"Tệp “{name}” không có sự kiện nào có tên việc và thời điểm.",
            f"The file '{name}' has no event with a name and a time.",
            about="tep",
        )
    if len({one.activity for one in found}) > MOST_ACTIVITIES:
        raise Refusal(
            f"Nhật ký có hơn {MOST_ACTIVITIES} tên việc khác nhau: có lẽ cột tên việc bị chọn nhầm.",
            f"The log has more than {MOST_ACTIVITIES} different activities: perhaps the wrong column was taken.",
            about="tep",
        )
    return found


@command
def add(tx: Tx, version: str, name: str, events: list[Happening], by: Actor) -> str:
    """Keeps a log with a version; its id."""
    count = tx.read(select(func.count()).select_from(foreign_log).where(foreign_log.c.version == version)).scalar_one()
    if count >= MOST_LOGS:
        raise Refusal(
            f"Phiên bản này đã có {MOST_LOGS} nhật ký: gỡ bớt rồi thêm.",
            f"This version has {MOST_LOGS} logs already: take one out first.",
            about="tep",
        )
    id = tx.database.new_id()
    tx.execute(
        foreign_log.insert().values(
            id=id, version=version, name=name[-LONGEST:], cases=len({one.case for one in events}), events=len(events),
            activities=dict(Counter(one.activity[:LONGEST] for one in events)), elements={}, body=_packed(events),
            by=by.who, at=tx.now,
        )
    )  # fmt: skip
    audit.append(tx, id, "foreign_log.added", by.who, {"version": version, "events": len(events)})
    return id


@command
def settle(tx: Tx, log: ForeignLog, elements: Mapping[str, str]) -> None:
    """Says by hand which activity is which element; of activities that are not named the names decide. Raises Refusal
    for an element that the model does not have."""
    known = {name: element for name, element in elements.items() if name in log.activities}
    logs.lay([], passages.nodes_of(tx, log.version), {name: one for name, one in known.items() if one != NONE})
    tx.execute(update(foreign_log).where(foreign_log.c.id == log.id).values(elements=known))


@command
def remove(tx: Tx, log: ForeignLog, by: Actor) -> None:
    """Takes a log out, with all that it holds."""
    tx.execute(delete(foreign_log).where(foreign_log.c.id == log.id))
    audit.append(tx, log.id, "foreign_log.removed", by.who, {"version": log.version})


@query
def laid(tx: Tx, log: ForeignLog) -> Laid:
    """The log over the model of its version."""
    body = tx.read(select(foreign_log.c.body).where(foreign_log.c.id == log.id)).scalar_one()
    shut = {name for name, element in log.elements.items() if element == NONE}
    by_hand = {name: element for name, element in log.elements.items() if element != NONE}
    return logs.lay(_unpacked(body), passages.nodes_of(tx, log.version), by_hand, shut)


def _packed(events: list[Happening]) -> bytes:
    rows = [(one.case[:LONGEST], one.activity[:LONGEST], one.at.timestamp(), one.begins) for one in events]
    return zlib.compress(orjson.dumps(rows))


def _unpacked(body: bytes) -> Iterator[Happening]:
    for case, activity, at, begins in orjson.loads(zlib.decompress(body)):
        yield Happening(case, activity, datetime.fromtimestamp(at, UTC), begins)
