"""Migrations, run from a program: from the checkout, or from an installed wheel that carries them."""

from __future__ import annotations

import sys
from pathlib import Path

from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from alembic import command
from engine.store.database import Database


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


def upgrade(database: Database, revision: str = "head") -> None:
    """Brings a database's tables to the newest form, or to that `revision`."""
    command.upgrade(_config(database), revision)


def current(database: Database) -> tuple[str | None, str | None]:
    """The revision that a database is at, and the newest there is: readiness wants them equal."""
    with database.pool.connect() as connection:
        at = MigrationContext.configure(connection).get_current_revision()
    return at, ScriptDirectory.from_config(_config(database)).get_current_head()
