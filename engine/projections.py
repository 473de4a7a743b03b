"""Projections: tables that only repeat what the event log says, in a form that queries like.

`rebuild` empties them and reads the log again, root by root. An installation says which there are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Select, Table, select

from engine.store import Database, Tx, records
from engine.store.tables import event


@dataclass(frozen=True, slots=True)
class LoggedEvent:
    """An event as it was logged; `data` is its JSON, read."""

    root_id: str
    seq: int
    at: datetime
    who: str | None
    kind: str
    element: str | None
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Projected:
    """A table that a projection fills: the column of its root, the rows and columns that repeat the log.

    only: values that a column must have; other rows are no repetition. free: columns that others change as well.
    within: names the free columns of a row that nobody may have changed so: function(as the log has it, as it stands,
    now).
    """

    table: Table
    root: str
    only: tuple[tuple[str, Any], ...] = ()
    free: tuple[str, ...] = ()
    within: Callable[[Mapping[str, Any], Mapping[str, Any], datetime], list[str]] | None = None


@dataclass(frozen=True, slots=True)
class Projection:
    """How a projection is emptied, what an event adds to it, and the tables by which the log is held against it."""

    clear: Callable[[Tx], None]
    apply: Callable[[Tx, LoggedEvent], None]
    tables: tuple[Projected, ...] = ()


def rebuild(database: Database, names: list[str] | None = None) -> dict[str, int]:
    """Rebuilds all projections (or those named) in one transaction; returns how many events each was shown.

    Do it while nothing else writes: what is logged meanwhile would be missing.
    """
    known = database.installation.projections
    chosen = {name: known[name] for name in names or known}
    seen = 0
    with database.begin() as tx:
        for one in chosen.values():
            one.clear(tx)
        for logged in events(tx):
            seen += 1
            for one in chosen.values():
                one.apply(tx, logged)
        tx.after_commit(database.hot.clear)
    return dict.fromkeys(chosen, seen)


def events(tx: Tx, root_id: str | None = None) -> Iterator[LoggedEvent]:
    """The log, of one root or of all, root by root, each in its order. No order is kept between roots: theirs are
    chains of their own."""
    yield from read(tx, select(event) if root_id is None else select(event).where(event.c.root_id == root_id))


def read(tx: Tx, query: Select[Any]) -> Iterator[LoggedEvent]:
    """The events that a query of the table finds, in that order."""
    for row in records.pages(tx, query, event.c.root_id, event.c.seq):
        yield LoggedEvent(row.root_id, row.seq, row.at, row.who, row.kind, row.element, orjson.loads(row.data))
