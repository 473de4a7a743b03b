"""The index of the search of dossiers and documents: by parts of words, where PostgreSQL has them (`pg_trgm`).

It is no part of the tables' description: neither SQLite nor every PostgreSQL can have it. Without it a search finds the
same, and reads all of them for it.
"""

from __future__ import annotations

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

#: Index → the table and its column whose parts it finds.
INDEXES = {
    "ix_dossier_words": ("dossier", "folded"),
    "ix_dossier_code_words": ("dossier", "code"),
    "ix_document_words": ("document", "folded"),
}


def index_words(connection: Connection) -> bool:
    """Makes the index where the database has what it needs, or lets itself be given it; whether it is there now.
    A transaction is open on the connection, and goes on whatever comes of it."""
    if connection.dialect.name != "postgresql":
        return False
    connection.exec_driver_sql("SAVEPOINT trigrams")
    try:
        connection.exec_driver_sql("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        for name, (table, column) in INDEXES.items():
            connection.exec_driver_sql(
                f"CREATE INDEX IF NOT EXISTS {name} ON {table} USING gin ({column} gin_trgm_ops)"
            )
    except DBAPIError:  # not installed on the server, or this role may not: then an administrator may, later
        connection.exec_driver_sql("ROLLBACK TO SAVEPOINT trigrams")
        return False
    connection.exec_driver_sql("RELEASE SAVEPOINT trigrams")
    return True
