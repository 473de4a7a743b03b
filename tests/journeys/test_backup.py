"""A backup brings everything back, also into a database of the other kind."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from sqlalchemy import select

from engine.store import Database, metadata
from tests.conftest import Server
from tests.journeys.system import System, motcua


def everything(url: str) -> dict[str, list[str]]:
    """All rows of all tables, in an order of their own."""
    database = Database(url)
    try:
        with database.begin() as tx:
            return {
                table.name: sorted(repr(tuple(row)) for row in tx.read(select(table)).all())
                for table in metadata.sorted_tables
            }
    finally:
        database.close()


def files(home: Path) -> dict[str, bytes]:
    return {str(path.relative_to(home)): path.read_bytes() for path in (home / "files").rglob("*") if path.is_file()}


def test_what_sqlite_kept_postgresql_takes_back_and_the_other_way(
    sqlite_sample: tuple[Path, dict[str, Any]], postgresql: Server, tmp_path: Path
) -> None:
    home, _ = sqlite_sample
    name = f"restored_{os.getpid()}"
    postgresql.sql(f"CREATE DATABASE {name}")
    postgresql_url = postgresql.url(name)
    there, back = tmp_path / "there", tmp_path / "back"
    first, second = str(tmp_path / "first.tar.gz"), str(tmp_path / "second.tar.gz")
    made = motcua(home, "backup", first, "--json")
    assert made.returncode == 0 and json.loads(made.stdout)["tables"]["dossier"] > 0
    restored = motcua(there, "restore", first, "--json", database=postgresql_url)
    assert restored.returncode == 0, restored.stderr
    assert json.loads(restored.stdout)["rows"] == json.loads(made.stdout)["rows"]
    before = everything(f"sqlite:///{home / 'motcua.db'}")
    assert everything(postgresql_url) == before
    assert files(there) == files(home) != {}
    assert motcua(there, "audit", "verify", database=postgresql_url).returncode == 0

    assert motcua(there, "backup", second, database=postgresql_url).returncode == 0
    assert motcua(back, "restore", second).returncode == 0
    assert everything(f"sqlite:///{back / 'motcua.db'}") == before
    assert files(back) == files(home)
    assert motcua(back, "audit", "verify").returncode == 0


def test_a_restore_does_not_touch_what_is_there_unless_it_is_told_to(
    sqlite_sample: tuple[Path, dict[str, Any]], tmp_path: Path, on_sqlite: System
) -> None:
    home, _ = sqlite_sample
    archive = str(tmp_path / "all.tar.gz")
    assert motcua(home, "backup", archive).returncode == 0
    url = f"sqlite:///{on_sqlite.home / 'motcua.db'}"
    before = everything(url)
    refused = motcua(on_sqlite.home, "restore", archive)
    assert refused.returncode == 2 and refused.stderr
    assert everything(url) == before
    (tmp_path / "broken.tar.gz").write_bytes(b"no archive")
    assert motcua(tmp_path / "empty", "restore", str(tmp_path / "broken.tar.gz")).returncode == 2
    assert motcua(tmp_path / "empty", "restore", str(tmp_path / "absent.tar.gz")).returncode == 2
