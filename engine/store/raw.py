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
    inspect,
    literal,
    null,
    select,
    text,
    tuple_,
    type_coerce,
)
from sqlalchemy.types import NullType

from engine.store.database import Tx
from engine.store.tables import metadata
from engine.store.types import Json, Moment

SIZE = 5000
#: What PostgreSQL keeps and Python cannot name (infinity, years of five digits) reads as empty.
_DAYS = ("0001-01-02", "9999-12-30")


@dataclass(frozen=True, slots=True)
class Unreadable:
    """What stands where something else belongs."""

    text: str


class _There:
    """What the database has, as its own catalogue says: looked up once a transaction."""

    def __init__(self) -> None:
        self.tables: dict[str, frozenset[str]] | None = None


def there(tx: Tx) -> Mapping[str, frozenset[str]]:
    """The tables that the database has, each with its columns. A view that took a table's place is none."""
    known = tx.local(_There)
    if known.tables is None:
        rows: Any = inspect(tx.reader).get_multi_columns()
        known.tables = {str(key[1]): frozenset(str(one["name"]) for one in rows[key]) for key in rows}
    return known.tables


#: Where the description of the tables keeps the statements of the triggers that are ours.
TRIGGERS = "triggers"
#: What runs by itself where rows are written or read. Of ours there is none on PostgreSQL; those of SQLite say the
#: rooms that make them, word by word (`TRIGGERS`).
_BESIDES = {
    "sqlite": "SELECT name, tbl_name, sql FROM sqlite_schema WHERE type = 'trigger'",
    "postgresql": """
        SELECT t.tgname, c.relname, '' FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
            WHERE NOT t.tgisinternal AND c.relnamespace::regnamespace::text = ANY (current_schemas(false)::text[])
        UNION ALL SELECT rulename, tablename, '' FROM pg_rules WHERE schemaname = ANY (current_schemas(false))
        UNION ALL SELECT polname, c.relname, '' FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
            WHERE c.relnamespace::regnamespace::text = ANY (current_schemas(false)::text[])""",
}


def besides(tx: Tx) -> list[tuple[str, str]]:
    """(name, table) of each trigger, rule and policy of rows that the database has, and that is not as it was made."""
    rows: Any = tx.read(text(_BESIDES["sqlite" if tx.database.sqlite else "postgresql"]))
    own = metadata.info.get(TRIGGERS, ())
    return sorted((str(row[0]), str(row[1])) for row in rows if str(row[2]) not in own)


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
    tx: Tx,
    table: Table,
    order: Sequence[ColumnElement[Any]],
    *wanted: ColumnElement[bool],
    size: int = SIZE,
    only: Sequence[Column[Any]] = (),
) -> Iterator[Mapping[str, Any]]:
    """The rows of a table in the order of these columns, which together are unique, some at a time: values by names of
    columns, `Unreadable` ones among them. A table that is not there has none; a column that is not there is empty.
    only: the columns that are wanted, those of the order among them; all where none is named."""
    if table.name not in there(tx):
        return
    after: tuple[Any, ...] | None = None
    names = [str(column.name) for column in order if isinstance(column, Column)]
    read = only or list(table.columns)
    while True:
        query = select(*_columns(tx, table, read)).where(*wanted).order_by(*order).limit(size)
        if after is not None:
            query = query.where(tuple_(*order) > tuple_(*(literal(value, NullType()) for value in after)))
        found = tx.read(query).mappings().all()
        for row in found:
            yield {column.name: value(column, row[column.name]) for column in read}
        if len(found) < size:
            return
        after = tuple(found[-1][name] for name in names)


def _columns(tx: Tx, table: Table, read: Sequence[Column[Any]]) -> list[ColumnElement[Any]]:
    has = there(tx)[table.name]
    return [
        (type_coerce(_bounded(tx, column), NullType()) if column.name in has else null()).label(column.name)
        for column in read
    ]


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
        return _typed(datetime.fromisoformat(found) if isinstance(found, str) else found, datetime).astimezone(UTC)
    if isinstance(kind, Date):
        return _typed(date.fromisoformat(found) if isinstance(found, str) else found, date)
    if isinstance(kind, Boolean) and found in (0, 1):
        return bool(found)
    wanted: tuple[type, ...] = (str,) if isinstance(kind, String) else ()
    wanted = (int,) if isinstance(kind, Integer) else (bytes, memoryview) if isinstance(kind, LargeBinary) else wanted
    if not isinstance(found, wanted) or isinstance(found, bool):
        raise TypeError(f"{column.name} is no {kind!r}")
    return found


def _typed(found: Any, kind: type) -> Any:
    if not isinstance(found, kind):
        raise TypeError(f"{found!r:.50} is no {kind.__name__}")
    return found
