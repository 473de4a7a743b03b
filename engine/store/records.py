"""Families read from their rows: from memory where that is still true, from the database otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import ColumnElement, Row, Select, literal, select, tuple_

from engine.store import kept
from engine.store.chain import START
from engine.store.family import Family
from engine.store.tables import chain, event, instance

if TYPE_CHECKING:
    from engine.store.database import Tx

_COLUMNS = [column for column in instance.c if column.name != "state"]


def record(tx: Tx, root_id: str) -> Family | None:
    """The family of that root for this transaction, without its run where it was not hot; None where there is none.

    An optimistic transaction takes a hot copy as it is. Any other takes the row's lock first.
    """
    known = tx.families.get(root_id)
    if known is not None:
        return known
    hot = tx.database.hot.take(root_id)
    if hot is not None and tx.optimistic and not tx.begun:
        tx.families[root_id] = hot
        return hot
    row = _read(tx, root_id)
    if row is None:
        return None
    family = _family(row, hot)
    tx.families[root_id] = family
    return family


def peek(tx: Tx, root_id: str) -> Family | None:
    """The family as it stands, to be looked at only: it belongs to no transaction, and nothing is locked."""
    row = tx.read(select(*_COLUMNS).where(instance.c.root_id == root_id)).one_or_none()
    return _family(row, tx.database.hot.take(root_id)) if row is not None else None


def _family(row: Row[Any], hot: Family | None) -> Family:
    """The hot copy where it is still true, else a family without its run."""
    if hot is not None and (hot.rev, hot.event_seq) == (row.rev, row.event_seq):
        return hot
    return Family(
        root_id=row.root_id,
        rev=row.rev,
        process=row.process,
        deployment=row.deployment,
        event_seq=row.event_seq,
        event_hash=row.event_hash,
        status=row.status,
        started_at=row.started_at,
        started_by=row.started_by,
        business_key=row.business_key,
        ended_at=row.ended_at,
        written_seq=row.event_seq,
    )


def _read(tx: Tx, root_id: str) -> Row[Any] | None:
    query = select(*_COLUMNS).where(instance.c.root_id == root_id)
    if tx.optimistic and not tx.begun:
        return tx.read(query).one_or_none()
    return tx.execute(query.with_for_update()).one_or_none()


def state_of(tx: Tx, family: Family) -> bytes:
    """The stored state of a family whose run is not in memory. The row is locked, or its revision guarded later."""
    state: bytes = tx.read(select(instance.c.state).where(instance.c.root_id == family.root_id)).scalar_one()
    return state


def pages(tx: Tx, query: Select[Any], *order: ColumnElement[Any], size: int = 5000) -> Iterator[Row[Any]]:
    """The rows of a query in the order of these columns, which together are unique and among those selected, fetched
    a page at a time: a log of years does not fit in memory."""
    after: tuple[Any, ...] | None = None
    while True:
        page = query.order_by(*order).limit(size)
        if after is not None:
            page = page.where(
                tuple_(*order)
                > tuple_(*(literal(value, column.type) for value, column in zip(after, order, strict=True)))
            )
        rows = tx.read(page).all()
        yield from rows
        if len(rows) < size:
            return
        after = tuple(rows[-1]._mapping[column] for column in order)


def append(tx: Tx, root_id: str, kind: str, who: str | None, data: dict[str, Any], element: str | None = None) -> None:
    """Adds an event to a root's log, whether or not an instance stands behind that root."""
    family = record(tx, root_id)
    if family is not None:
        family.append(tx.now, who, kind, element, data)
        return
    connection = tx.connection
    row = connection.execute(
        select(chain.c.seq, chain.c.hash).where(chain.c.root_id == root_id).with_for_update()
    ).one_or_none()
    end = Family(root_id, 0, "", "", row.seq if row else 0, row.hash if row else START, "", tx.now)
    end.append(tx.now, who, kind, element, data)
    end.link()
    new = end.events[0]
    connection.execute(
        event.insert().values(
            root_id=root_id, seq=new.seq, at=new.at, who=who, kind=kind, element=element, data=new.data, hash=new.hash
        )
    )
    if row:
        connection.execute(chain.update().where(chain.c.root_id == root_id).values(seq=new.seq, hash=new.hash))
    else:
        connection.execute(chain.insert().values(root_id=root_id, seq=new.seq, hash=new.hash))


def told(tx: Tx) -> None:
    """Puts what was written since the last time into the log of each root."""
    if not tx.told:
        return
    pending, tx.told = tx.told, {}
    for root_id, rows in pending.items():
        said = [[table, orjson.loads(key), hash] for (table, key), hash in rows.items()]
        family = tx.families.get(root_id)
        acting = tx.actor.who if tx.actor is not None else None
        who = family.events[-1].who if family is not None and family.events else acting
        append(tx, root_id, kept.KIND, who, {"rows": said})
