"""Whether a database can be served from: reached, and at the revision that this code was written for."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from alembic.config import Config as Alembic
from alembic.script import ScriptDirectory
from sqlalchemy import text

MIGRATIONS = Path(__file__).resolve().parent.parent / "alembic"


@cache
def head() -> str | None:
    """The newest migration of this code."""
    settings = Alembic()
    settings.set_main_option("script_location", str(MIGRATIONS))
    return ScriptDirectory.from_config(settings).get_current_head()


def problem(database: Any) -> str | None:
    """Why the database cannot be served from, in a few English words; None when all is well."""
    with database.begin() as tx:
        found = tx.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return None if found == head() else f"database at revision {found}, code at {head()}"
