"""The projections held against the log: made anew of its events beside, in memory, and compared row by row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import ColumnElement, select
from sqlalchemy.exc import SQLAlchemyError

from engine.audit import export
from engine.projections import LoggedEvent, Projected, Projection
from engine.store import Database, Tx, metadata, raw
from engine.store.tables import event

Fault = dict[str, Any]


def faults(tx: Tx) -> Iterator[Fault]:
    """Each row of a projection that is not what the log makes of it: its root, table, key, and the columns that
    differ. `tx` is a snapshot."""
    with raw.lenient(tx):
        yield from _faults(tx)


def _faults(tx: Tx) -> Iterator[Fault]:
    known = {name: one for name, one in tx.database.installation.projections.items() if one.tables}
    scratch = Database("sqlite://", clock=lambda: tx.now)
    try:
        metadata.create_all(scratch.pool)
        roots = [projected.table.c[projected.root] for one in known.values() for projected in one.tables]
        for batch in export.batches(tx, roots):
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
    for row in raw.pages(tx, event, (event.c.root_id, event.c.seq), event.c.root_id.in_(ids)):
        if row["root_id"] in lost:
            continue
        try:
            said = {name: value for name, value in row.items() if name not in ("data", "hash")}
            logged = LoggedEvent(**said, data=orjson.loads(row["data"]))
            for one in known.values():
                one.apply(made, logged)
        except (SQLAlchemyError, LookupError, ValueError, TypeError, AttributeError):
            lost.add(row["root_id"])
            yield {"root_id": row["root_id"], "seq": row["seq"], "reason": "underivable"}


def _compared(tx: Tx, made: Tx, projected: Projected, ids: list[str]) -> Iterator[Fault]:
    expected, found = _made(made, projected, ids), _found(tx, projected, ids)
    for key in sorted(expected.keys() | found.keys(), key=repr):
        wanted, there = expected.get(key), found.get(key)
        differ = _differ(projected, wanted, there, tx.now) if wanted is not None and there is not None else None
        if differ == []:
            continue
        fault = {"root_id": key[0], "seq": None, "table": projected.table.name, "key": list(map(str, key[1]))}
        if differ is None:
            yield {**fault, "reason": "row unknown" if wanted is None else "row missing"}
        else:
            yield {**fault, "reason": "projection", "columns": differ}


def _differ(projected: Projected, wanted: Row, there: Row, now: datetime) -> list[str]:
    """The columns in which a row is not what the log makes of it."""
    firm = [name for name in wanted if name not in projected.free and wanted[name] != there[name]]
    return firm + (projected.within(wanted, there, now) if projected.within is not None else [])


Row = Mapping[str, Any]
Rows = dict[tuple[str, tuple[Any, ...]], Row]


def _made(made: Tx, projected: Projected, ids: list[str]) -> Rows:
    query = select(projected.table).where(*_wanted(projected, ids))
    return _keyed(projected, (dict(row) for row in made.read(query).mappings()))


def _found(tx: Tx, projected: Projected, ids: list[str]) -> Rows:
    order = list(projected.table.primary_key)
    return _keyed(projected, raw.pages(tx, projected.table, order, *_wanted(projected, ids)))


def _wanted(projected: Projected, ids: list[str]) -> list[ColumnElement[bool]]:
    columns = projected.table.c
    return [columns[projected.root].in_(ids), *(columns[name] == value for name, value in projected.only)]


def _keyed(projected: Projected, rows: Iterable[Mapping[str, Any]]) -> Rows:
    keys = [column.name for column in projected.table.primary_key]
    return {(row[projected.root], tuple(row[key] for key in keys)): row for row in rows}
