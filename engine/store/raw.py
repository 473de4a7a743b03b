"""Rows as they stand in the database, without belief in what the columns say they hold: for who looks for what was
edited behind us. A value that is no JSON, no date, no number is named instead of ending the reading.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import orjson
from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Date,
    Integer,
    LargeBinary,
    String,
    Table,
    case,
    literal,
    null,
    select,
    tuple_,
    type_coerce,
)
from sqlalchemy.types import NullType

from engine.store.database import Tx
from engine.store.types import Json, Moment

SIZE = 5000
#: What PostgreSQL keeps and Python cannot name (infinity, years of five digits) reads as empty.
_DAYS = ("0001-01-02", "9999-12-30")


@dataclass(frozen=True, slots=True)
class Unreadable:
    """What stands where something else belongs."""

    text: str


@contextmanager
def lenient(tx: Tx) -> Iterator[None]:
    """Text that is no UTF-8 (SQLite keeps any bytes) reads with marks in the places of what is wrong."""
    if not tx.database.sqlite:
        yield
        return
    connection: Any = tx.reader.connection.driver_connection
    before, connection.text_factory = connection.text_factory, lambda body: body.decode("utf-8", "replace")
    try:
        yield
    finally:
        connection.text_factory = before


def pages(
    tx: Tx, table: Table, order: Sequence[ColumnElement[Any]], *wanted: ColumnElement[bool], size: int = SIZE
) -> Iterator[Mapping[str, Any]]:
    """The rows of a table in the order of these columns, which together are unique, some at a time: values by names of
    columns, `Unreadable` ones among them."""
    after: tuple[Any, ...] | None = None
    names = [str(column.name) for column in order if isinstance(column, Column)]
    while True:
        query = select(*_columns(tx, table)).where(*wanted).order_by(*order).limit(size)
        if after is not None:
            query = query.where(tuple_(*order) > tuple_(*(literal(value, NullType()) for value in after)))
        found = tx.read(query).mappings().all()
        for row in found:
            yield {column.name: value(column, row[column.name]) for column in table.columns}
        if len(found) < size:
            return
        after = tuple(found[-1][name] for name in names)


def _columns(tx: Tx, table: Table) -> list[ColumnElement[Any]]:
    return [type_coerce(_bounded(tx, column), NullType()).label(column.name) for column in table.columns]


def _bounded(tx: Tx, column: Column[Any]) -> ColumnElement[Any]:
    if tx.database.sqlite or not isinstance(column.type, Moment | Date):
        return column
    first, last = (literal(day, NullType()) for day in _DAYS)
    return case((type_coerce(column, NullType()).between(first, last), column), else_=null())


def value(column: Column[Any], found: Any) -> Any:
    """What a column holds, as it is read elsewhere, or `Unreadable`."""
    if found is None:
        return None
    try:
        return _read(column, found)
    except (ValueError, TypeError, OverflowError):
        return Unreadable(repr(found)[:200])


def _read(column: Column[Any], found: Any) -> Any:
    kind = column.type
    if isinstance(kind, Json):
        return orjson.loads(found)
    if isinstance(kind, Moment):
        return (datetime.fromisoformat(found) if isinstance(found, str) else found).astimezone(UTC)
    if isinstance(kind, Date):
        return date.fromisoformat(found) if isinstance(found, str) else found
    if isinstance(kind, Boolean) and found in (0, 1):
        return bool(found)
    wanted: tuple[type, ...] = (str,) if isinstance(kind, String) else ()
    wanted = (int,) if isinstance(kind, Integer) else (bytes, memoryview) if isinstance(kind, LargeBinary) else wanted
    if not isinstance(found, wanted) or isinstance(found, bool):
        raise TypeError(f"{column.name} is no {kind!r}")
    return found
