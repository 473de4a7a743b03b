"""The verifier of the log: a small program of its own, that shares nothing with the writer but the tables.

It computes every hash anew from the rows, looks for gaps, and compares each end with what the root's row says, so that
a row changed, taken out or cut off at the end is found. The daily seals chain the ends of all roots.
"""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select

from engine.store import Database, records
from engine.store.tables import chain, event, instance
from engine.store.tables import seal as seals

FIRST = "0" * 64


def _hash(previous: str, row: Any) -> str:
    said = [
        previous,
        row.root_id,
        row.seq,
        row.at.astimezone(UTC).isoformat(timespec="microseconds"),
        row.who,
        row.kind,
        row.element,
        row.data,
    ]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def verify(database: Database) -> dict[str, Any]:
    """``{"roots", "events", "seals", "broken": [{"root_id", "seq", "reason"}]}``; nothing broken means all is well."""
    broken: list[dict[str, Any]] = []
    ends: dict[str, tuple[int, str]] = {}
    count = 0
    with database.begin() as tx:
        for row in records.pages(tx, select(event), event.c.root_id, event.c.seq):
            count += 1
            seq, previous = ends.get(row.root_id, (0, FIRST))
            if row.seq != seq + 1:
                broken.append({"root_id": row.root_id, "seq": seq + 1, "reason": "missing"})
            elif _hash(previous, row) != row.hash:
                broken.append({"root_id": row.root_id, "seq": row.seq, "reason": "changed"})
            ends[row.root_id] = (row.seq, row.hash)
        heads = {
            r.root_id: (r.event_seq, r.event_hash)
            for r in tx.read(select(instance.c.root_id, instance.c.event_seq, instance.c.event_hash))
        }
        heads |= {r.root_id: (r.seq, r.hash) for r in tx.read(select(chain))}
        for root_id in heads.keys() | ends.keys():
            if heads.get(root_id) != ends.get(root_id):
                broken.append({"root_id": root_id, "seq": ends.get(root_id, (0, ""))[0], "reason": "end"})
        sealed = tx.read(select(seals).order_by(seals.c.day)).all()
        previous = FIRST
        for row in sealed:
            if row.previous != previous or _seal_hash(tx, row.day, previous)[0] != row.hash:
                broken.append({"root_id": None, "seq": None, "reason": f"seal {row.day.isoformat()}"})
            previous = row.hash
    return {"roots": len(ends), "events": count, "seals": len(sealed), "broken": broken}


def _seal_hash(tx: Any, day: date, previous: str) -> tuple[str, int, int]:
    begin = datetime.combine(day, time(), UTC)
    rows = tx.read(
        select(event.c.root_id, event.c.seq, event.c.hash)
        .where(event.c.at >= begin, event.c.at < begin + timedelta(days=1))
        .order_by(event.c.root_id, event.c.seq)
    ).all()
    ends = {row.root_id: row.hash for row in rows}
    digest = hashlib.sha256(previous.encode())
    for root_id in sorted(ends):
        digest.update(f"{root_id}:{ends[root_id]}\n".encode())
    return digest.hexdigest(), len(ends), len(rows)


def seal_all(database: Database) -> int:
    """Seals each day that is over and not sealed yet, from the first event on; how many were."""
    with database.begin() as tx:
        last: date | None = tx.read(select(seals.c.day).order_by(seals.c.day.desc()).limit(1)).scalar()
        first: datetime | None = tx.read(select(event.c.at).order_by(event.c.at).limit(1)).scalar()
        today = tx.now.astimezone(UTC).date()
    if first is None:
        return 0
    day = last + timedelta(days=1) if last is not None else first.date()
    count = 0
    while day < today:
        count += seal(database, day)
        day += timedelta(days=1)
    return count


def seal(database: Database, day: date) -> bool:
    """Seals a day that is over (UTC): chains the last hash of each root that had events. False where it was sealed."""
    with database.begin() as tx:
        if tx.now < datetime.combine(day, time(), UTC) + timedelta(days=1):
            raise ValueError("a day is sealed when it is over")
        if tx.execute(select(seals.c.day).where(seals.c.day >= day)).first():
            return False
        last = tx.execute(select(seals.c.hash).order_by(seals.c.day.desc()).limit(1)).scalar()
        hash, roots, count = _seal_hash(tx, day, last or FIRST)
        tx.execute(
            seals.insert().values(
                day=day, roots=roots, events=count, previous=last or FIRST, hash=hash, sealed_at=tx.now
            )
        )
        return True
