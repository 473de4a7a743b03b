"""Databases in memory, filled from a template: copying an empty one is faster than making its tables each time."""

from __future__ import annotations

import sqlite3
import threading
from functools import lru_cache

from engine.store.database import Database


def fill(database: Database, *, every_table: bool) -> None:
    """Give a new database in memory its tables, all of them or the engine's alone."""
    template, lock = _template(every_table)
    with database.pool.connect() as connection, lock:
        template.backup(connection.connection.dbapi_connection)  # type: ignore[arg-type]


@lru_cache(maxsize=2)
def _template(every_table: bool) -> tuple[sqlite3.Connection, threading.Lock]:
    made = Database("sqlite://")
    made.create(every_table=every_table)
    template = sqlite3.connect(":memory:", check_same_thread=False)
    with made.pool.connect() as connection:
        connection.connection.dbapi_connection.backup(template)  # type: ignore[union-attr]
    made.close()
    return template, threading.Lock()
