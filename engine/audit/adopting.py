"""Rows that were there before the log told of them: taken into it once, as they stand, so that from then on they count.

What was done to them before cannot be proven; the log says of each table when that began.
"""

from __future__ import annotations

from itertools import groupby
from typing import Any

import orjson
from sqlalchemy import select

from engine.store import Database, Tx, kept, metadata, records
from engine.store.kept import Kept
from engine.store.tables import event, instance

LOG = "administration/log"
KIND = "log.adopted"
BATCH = 500


def adopt(database: Database) -> dict[str, int]:
    """Takes the rows of every kept table that was not taken yet into the log, some roots a transaction; rows by table.
    A second call finds nothing to do. Do it while nothing else writes (it goes with `motcua db upgrade`)."""
    with database.begin() as tx:
        done = {name for data in _done(tx) for name in data}
    counts: dict[str, int] = {}
    for how in kept.tables(metadata.tables.values()):
        if how.table.name in done:
            continue
        counts[how.table.name] = _table(database, how)
        _adopted(database, how.table.name, counts[how.table.name])
    if instance.name not in done:
        counts[instance.name] = _instances(database)
        _adopted(database, instance.name, counts[instance.name])
    return counts


def _instances(database: Database) -> int:
    """What runs, or ran: its log says from now on what its row and its state come to."""
    count = 0
    with database.snapshot() as reading:
        for row in records.pages(reading, select(instance.c.root_id), instance.c.root_id, size=BATCH):
            database.run(lambda tx, root=row.root_id: _vouched(tx, root))  # type: ignore[misc]
            count += 1
    return count


def _vouched(tx: Tx, root_id: str) -> None:
    records.append(tx, root_id, kept.KIND, None, {"rows": []})
    family = records.record(tx, root_id)
    if family is not None:
        family.state, family.meta_changed = records.state_of(tx, family), True


def _adopted(database: Database, name: str, rows: int) -> None:
    database.run(lambda tx: records.append(tx, LOG, KIND, None, {"tables": {str(name): rows}}))


def _done(tx: Tx) -> list[Any]:
    rows = tx.read(select(event.c.data).where(event.c.root_id == LOG, event.c.kind == KIND)).scalars()
    return [orjson.loads(row)["tables"] for row in rows]


def _table(database: Database, how: Kept) -> int:
    """The rows in the order of their roots; a root's rows in as few events as may be."""
    order = [how.table.c[how.root]] if how.root is not None else []
    order = list(dict.fromkeys([*order, *how.table.primary_key]))
    count = 0
    with database.snapshot() as reading:
        rows = (kept.as_row(row) for row in records.pages(reading, select(how.table), *order, size=BATCH))
        for root_id, mine in groupby(rows, key=how.root_of):
            pending = [[how.table.name, how.key_of(row), how.hash_of(row)] for row in mine]
            count += len(pending)
            _tell(database, root_id, pending)
    return count


def _tell(database: Database, root_id: str, pending: list[Any]) -> None:
    def tell(tx: Tx) -> None:
        told = _told(tx, root_id)
        new = [[table, orjson.loads(key), hash] for table, key, hash in pending if (table, key) not in told]
        for start in range(0, len(new), BATCH):
            records.append(tx, root_id, kept.KIND, None, {"rows": new[start : start + BATCH]})

    database.run(tell)


def _told(tx: Tx, root_id: str) -> set[tuple[str, str]]:
    """What the log tells of a root's rows already: written by this release, before the old ones were taken in."""
    rows = tx.read(select(event.c.data).where(event.c.root_id == root_id, event.c.kind == kept.KIND)).scalars()
    return {(table, key) for data in rows for table, key, _ in kept.mentioned(orjson.loads(data))}
