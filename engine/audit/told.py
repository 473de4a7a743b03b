"""What the log tells of rows that open doors, at hand: a row that somebody put in or edited behind the log is not
believed for the minute it stands there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
from sqlalchemy import ScalarSelect, Table, select

from engine.store import Tx
from engine.store.kept import KIND, kept, mentioned
from engine.store.tables import chain, event

_Rows = dict[tuple[str, str], str | None]


@dataclass(frozen=True, slots=True)
class _Known:
    """What the events of a root told of rows, up to one of them."""

    seq: int = 0
    hash: str | None = None
    rows: _Rows = field(default_factory=dict)


def end(root_id: str) -> ScalarSelect[Any]:
    """The hash at which the log of a root ends, to be asked for beside its rows: `genuine` wants it."""
    return select(chain.c.hash).where(chain.c.root_id == root_id).scalar_subquery()


def genuine(
    tx: Tx, table: Table, root_id: str, rows: Iterable[Mapping[str, Any]], last: str | None
) -> list[Mapping[str, Any]]:
    """Those of the rows of a kept table, all in the log of `root_id`, that the log tells of as they stand. last: where
    that log ends (`end`). The events are read once for each process, and then those that came since."""
    how = kept(table)
    if how is None:
        raise ValueError(f"{table.name} is not kept")
    asked = list(rows)
    if not asked:
        return []
    told = _known(tx, root_id, last).rows
    here = tx.told.get(root_id, {})  # written by this very transaction
    found = []
    for row in asked:
        key = (table.name, how.key_of(row))
        said = here[key] if key in here else told.get(key)
        if said is not None and said == how.hash_of(row):
            found.append(row)
    return found


def _known(tx: Tx, root_id: str, last: str | None) -> _Known:
    known: _Known = tx.database.told.get(root_id, _Known())
    if known.hash == last:
        return known
    of = select(event.c.seq, event.c.hash, event.c.kind, event.c.data).where(event.c.root_id == root_id)
    new = tx.read(of.where(event.c.seq >= known.seq).order_by(event.c.seq)).all()
    if known.seq and (not new or (new[0].seq, new[0].hash) != (known.seq, known.hash)):  # another database's by now
        known, new = _Known(), tx.read(of.order_by(event.c.seq)).all()
    rows = dict(known.rows)
    for one in new:
        if one.kind == KIND and one.seq > known.seq:
            rows |= {(table, key): hash for table, key, hash in mentioned(orjson.loads(one.data))}
    made = _Known(new[-1].seq, new[-1].hash, rows) if new else known
    if not tx.wrote:
        tx.database.told[root_id] = made
    return made
