"""Many rows at once, as an import writes them: COPY on PostgreSQL, one statement with many rows on SQLite.

Past the log: whoever loads kept tables brings the events that tell of them along.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Table

from engine.store.database import Tx


def load(tx: Tx, table: Table, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Appends rows to a table inside the transaction. Values are as the database keeps them: moments as the text of
    `types.moment_text`, JSON as text."""
    named = ", ".join(f'"{name}"' for name in columns)
    connection = tx.connection
    if tx.database.sqlite:
        given = [tuple(row) for row in rows]
        if given:
            marks = ", ".join("?" * len(columns))
            connection.exec_driver_sql(f'INSERT INTO "{table.name}" ({named}) VALUES ({marks})', given)
        return
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(f'COPY "{table.name}" ({named}) FROM STDIN') as copy:
        for row in rows:
            copy.write_row(row)


def analyse(tx: Tx) -> None:
    """Lets PostgreSQL count anew what its tables hold, as it does by itself after a while: plans made for empty tables
    are bad ones. SQLite never counts by itself, and plans by rules."""
    if not tx.database.sqlite:
        tx.reader.exec_driver_sql("ANALYZE")
