"""A town on each database, or on SQLite alone where the database does not matter."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from engine.store import Database
from tests.procedures.town import Town


@pytest.fixture
def town(sqlite_url: str, open_database: Callable[..., Database], tmp_path: Path) -> Town:
    """The town on a SQLite file."""
    return Town(open_database(sqlite_url), tmp_path)


@pytest.fixture
def either_town(database: Database, tmp_path: Path) -> Town:
    """The town on each kind of database."""
    return Town(database, tmp_path)
