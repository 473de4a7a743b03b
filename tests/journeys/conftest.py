"""Samples to run on: made once for the session, copied for each test."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Server
from tests.journeys.system import System, copied, sample

_numbers = itertools.count(1)
DOSSIERS = 6


@pytest.fixture(scope="session")
def sqlite_sample(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """The demo province in a folder with its SQLite database."""
    home = tmp_path_factory.mktemp("sample-sqlite")
    return home, sample(home, DOSSIERS)


@pytest.fixture(scope="session")
def postgresql_sample(postgresql: Server, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any], str]:
    """The demo province in a folder and a PostgreSQL database; its name is the last."""
    home, name = tmp_path_factory.mktemp("sample-postgresql"), f"sample_{os.getpid()}"
    postgresql.sql(f"CREATE DATABASE {name}")
    return home, sample(home, DOSSIERS, postgresql.url(name)), name


@pytest.fixture
def on_postgresql(
    postgresql: Server, postgresql_sample: tuple[Path, dict[str, Any], str], tmp_path: Path
) -> Iterator[Callable[..., System]]:
    """Makes installations over copies of the sample: `on_postgresql(servers=2, workers=2)`."""
    template, known, source = postgresql_sample
    made: list[str] = []

    def make(**processes: int) -> System:
        name = f"journey_{os.getpid()}_{next(_numbers)}"
        postgresql.sql(f"CREATE DATABASE {name} TEMPLATE {source} STRATEGY file_copy")
        made.append(name)
        return System(copied(template, tmp_path / name), known, postgresql.url(name), **processes)

    yield make
    for name in made:
        postgresql.sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture
def on_sqlite(sqlite_sample: tuple[Path, dict[str, Any]], tmp_path: Path) -> System:
    """An installation over a copy of the sample, with one server and one worker."""
    template, known = sqlite_sample
    return System(copied(template, tmp_path / "home"), known)
