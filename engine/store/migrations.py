"""Migrations, run from a program: from the checkout, or from an installed wheel that carries them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from alembic import command
from engine.refusal import Refusal
from engine.store import faults
from engine.store.database import Database

#: How long an upgrade waits for another one, for a table that is in use, and for one of its own statements.
WAIT_SECONDS = 600
LOCK_SECONDS = 15
STATEMENT_SECONDS = 1800
#: The advisory lock that whoever upgrades holds, on PostgreSQL; any number that is always the same.
LOCK = 0x6D6F74637561


def location() -> Path:
    """The folder of the migrations. Raises FileNotFoundError where they were not installed."""
    for folder in (Path(__file__).parents[2] / "alembic", Path(sys.prefix) / "share" / "motcua" / "alembic"):
        if (folder / "env.py").is_file():
            return folder
    raise FileNotFoundError("the migrations are not installed")


def _config(database: Database) -> Config:
    config = Config()
    config.set_main_option("script_location", str(location()).replace("%", "%%"))
    config.attributes["database"] = database
    return config


class UpgradeBlocked(Refusal):
    """Others keep a table in use that is to be changed; nothing has changed."""


def upgrade(database: Database, revision: str = "head") -> None:
    """Brings a database's tables to the newest form, or to that `revision`. Two at once wait for each other.
    Raises UpgradeBlocked, and changes nothing, where others keep a table in use for too long."""
    try:
        command.upgrade(_config(database), revision)
    except DBAPIError as error:
        if not faults.waited(error) and not faults.cancelled(error):
            raise
        raise UpgradeBlocked(
            "Chưa nâng cấp được và chưa thay đổi gì: có tiến trình đang dùng các bảng cần sửa. Dừng máy chủ web và tiến"
            " trình nền (motcua serve, motcua worker) rồi chạy lại “motcua db upgrade”.",
            "Not upgraded, and nothing changed: the tables are in use. Stop the web servers and the workers, then run"
            " 'motcua db upgrade' again.",
        ) from error


@contextmanager
def alone(connection: Connection) -> Iterator[None]:
    """One transaction around all the migrations, which nobody else runs meanwhile. Connections stand in autocommit: it
    has to be said."""
    if connection.dialect.name == "sqlite":
        before = connection.exec_driver_sql("PRAGMA busy_timeout").scalar_one()
        connection.exec_driver_sql(f"PRAGMA busy_timeout = {WAIT_SECONDS * 1000}")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        connection.exec_driver_sql(f"PRAGMA busy_timeout = {before}")
    else:
        connection.exec_driver_sql("BEGIN")
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{WAIT_SECONDS}s'")
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK})")
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'")
        connection.exec_driver_sql(f"SET LOCAL statement_timeout = '{STATEMENT_SECONDS}s'")
        connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = 0")
    try:
        yield
        connection.exec_driver_sql("COMMIT")
    except BaseException:
        with suppress(SQLAlchemyError):  # where the connection is lost, so is what was begun
            connection.exec_driver_sql("ROLLBACK")
        raise


def current(database: Database) -> tuple[str | None, str | None]:
    """The revision that a database is at, and the newest there is: readiness wants them equal. Several that somebody
    wrote there are told together: that is no revision."""
    with database.connect() as connection:
        at = "+".join(sorted(MigrationContext.configure(connection).get_current_heads())) or None
    return at, ScriptDirectory.from_config(_config(database)).get_current_head()
