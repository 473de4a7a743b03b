"""The projections held against the log: made anew of its events beside, in memory, and compared row by row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from engine import projections
from engine.audit import export
from engine.projections import Projected, Projection
from engine.store import Database, Tx, metadata
from engine.store.tables import event

Fault = dict[str, Any]


def faults(tx: Tx) -> Iterator[Fault]:
    """Each row of a projection that is not what the log makes of it: its root, table, key, and the columns that
    differ. `tx` is a snapshot."""
    known = {name: one for name, one in tx.database.installation.projections.items() if one.tables}
    scratch = Database("sqlite://", clock=lambda: tx.now)
    try:
        metadata.create_all(scratch.pool)
        for batch in export.batches(tx):
            ids = [row.root_id for row in batch]
            with scratch.begin() as made:
                yield from _applied(tx, made, ids, known)
                for one in known.values():
                    for projected in one.tables:
                        yield from _compared(tx, made, projected, ids)
                        made.execute(projected.table.delete())
    finally:
        scratch.close()


def _applied(tx: Tx, made: Tx, ids: list[str], known: Mapping[str, Projection]) -> Iterator[Fault]:
    """Tells the projections all events of these roots; one that they cannot follow is a fault itself."""
    lost: set[str] = set()
    for logged in projections.read(tx, select(event).where(event.c.root_id.in_(ids))):
        if logged.root_id in lost:
            continue
        for one in known.values():
            try:
                one.apply(made, logged)
            except (SQLAlchemyError, LookupError, ValueError, TypeError):
                lost.add(logged.root_id)
                yield {"root_id": logged.root_id, "seq": logged.seq, "reason": "underivable"}
                break


def _compared(tx: Tx, made: Tx, projected: Projected, ids: list[str]) -> Iterator[Fault]:
    expected, found = _rows(made, projected, ids), _rows(tx, projected, ids)
    for key in sorted(expected.keys() | found.keys(), key=repr):
        wanted, there = expected.get(key), found.get(key)
        if wanted == there:
            continue
        fault = {"root_id": key[0], "seq": None, "table": projected.table.name, "key": list(map(str, key[1]))}
        if wanted is None or there is None:
            yield {**fault, "reason": "row unknown" if wanted is None else "row missing"}
        else:
            differ = [name for name in wanted if wanted[name] != there[name]]
            yield {**fault, "reason": "projection", "columns": differ}


def _rows(tx: Tx, projected: Projected, ids: list[str]) -> dict[tuple[str, tuple[Any, ...]], Mapping[str, Any]]:
    table = projected.table
    query = select(table).where(table.c[projected.root].in_(ids))
    for column, value in projected.only:
        query = query.where(table.c[column] == value)
    keys = [column.name for column in table.primary_key]
    return {
        (row[projected.root], tuple(row[key] for key in keys)): {
            name: value for name, value in row.items() if name not in projected.free
        }
        for row in tx.read(query).mappings()
    }
