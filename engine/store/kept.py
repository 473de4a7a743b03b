"""Rows that are to be believed: tables whose every write the log tells, by the hash of the row as it then stood.

`Tx.execute` asks here. A statement that writes such a table gives back the rows it wrote, in the same round trip; what
they come to is one event of their root (kind ``rows``), written with the rest of the transaction. So the verifier can
hold each row against the log, and a row edited, added or taken out by another way than ours is found.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import TYPE_CHECKING, Any, cast

import orjson
from sqlalchemy import Column, CursorResult, Delete, Executable, Insert, Row, Table, Update

from engine.store.types import moment_text

if TYPE_CHECKING:
    from engine.store.database import Tx

KIND = "rows"
_NAME = "kept"

#: root → (table, key as JSON text) → hash of the row, None where it is gone
Told = dict[str, dict[tuple[str, str], str | None]]


@dataclass(frozen=True, slots=True)
class Kept:
    """How the rows of a table are held in the log.

    root: the column that names the root whose log tells of a row. log: the one root of all its rows, where there is no
    such column. passing: columns that come and go without meaning (counters of failures, when somebody was last seen).
    """

    table: Table
    root: str | None
    log: str | None
    passing: frozenset[str]

    def root_of(self, row: Mapping[str, Any]) -> str:
        return str(row[self.root]) if self.root is not None else str(self.log)

    def key_of(self, row: Mapping[str, Any]) -> str:
        return orjson.dumps([_plain(row[column.name]) for column in self.table.primary_key]).decode()

    def text_of(self, row: Mapping[str, Any]) -> str:
        """The row as it is hashed: JSON, keys sorted, without what is empty, so that a column added later and empty
        changes nothing."""
        said = {name: _plain(value) for name, value in row.items() if value is not None and name not in self.passing}
        return orjson.dumps(said, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS).decode()

    def hash_of(self, row: Mapping[str, Any]) -> str:
        return sha256(self.text_of(row).encode()).hexdigest()


def keep(table: Table, *, root: str | None = None, log: str | None = None, passing: Iterable[str] = ()) -> None:
    """From now on the log tells of every write of this table: under the root in its column `root`, or all in `log`."""
    if (root is None) == (log is None):
        raise ValueError("a kept table names the column of its root, or one log")
    table.info[_NAME] = Kept(table, root, log, frozenset(passing))


def kept(table: Any) -> Kept | None:
    """How that table is kept, or None."""
    found: Kept | None = table.info.get(_NAME) if isinstance(table, Table) else None
    return found


def tables(known: Iterable[Table]) -> list[Kept]:
    """Those of the tables that are kept, by name."""
    found = [how for table in known if (how := kept(table)) is not None]
    return sorted(found, key=lambda how: how.table.name)


def execute(tx: Tx, statement: Executable, parameters: Any) -> CursorResult[Any]:
    """Runs a statement; where it writes a kept table, remembers what the rows came to, for the log."""
    if isinstance(statement, Insert | Update | Delete):
        how = kept(statement.table)
        if how is not None and not (isinstance(statement, Update) and _only_passing(statement, how)):
            return _written(tx, statement, how, parameters)
    plain: CursorResult[Any] = tx.connection.execute(statement, parameters)
    return plain


def _written(tx: Tx, statement: Insert | Update | Delete, how: Kept, parameters: Any) -> CursorResult[Any]:
    if statement.returning_column_descriptions:
        raise ValueError(f"writes of {how.table.name} already give back what they wrote")
    rows = [as_row(row) for row in tx.connection.execute(statement.returning(*how.table.c), parameters)]
    for row in rows:
        hash = None if isinstance(statement, Delete) else how.hash_of(row)
        tx.told.setdefault(how.root_of(row), {})[how.table.name, how.key_of(row)] = hash
    return cast("CursorResult[Any]", Written(len(rows)))


@dataclass(frozen=True, slots=True)
class Written:
    """What the caller of a write is told: how many rows it wrote."""

    rowcount: int


def mentioned(data: Mapping[str, Any]) -> Iterable[tuple[str, str, str | None]]:
    """(table, key, hash) of each row that an event of this kind tells of."""
    rows: Sequence[tuple[str, Sequence[Any], str | None]] = data.get("rows", ())
    return [(table, orjson.dumps(key).decode(), hash) for table, key, hash in rows]


def _only_passing(statement: Update, how: Kept) -> bool:
    """Whether an update sets nothing but columns without meaning: those are not worth an event each time."""
    columns = {column.name if isinstance(column, Column) else str(column) for column in statement._values or ()}
    return bool(columns) and columns <= how.passing


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return moment_text(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, bytes | memoryview):
        return sha256(bytes(value)).hexdigest()
    return value


def as_row(row: Row[Any]) -> Mapping[str, Any]:
    """A row read by its table's own columns, by their names."""
    return {str(name): value for name, value in row._mapping.items()}
