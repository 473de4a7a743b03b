"""A backup brings everything back, also into a database of the other kind."""

from __future__ import annotations

import json
import os
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from engine import jobs
from engine.store import Database, metadata
from engine.store.tables import job
from procedures import sealing
from procedures.store.papers import letter
from tests.conftest import Server
from tests.journeys.system import System, motcua


def everything(url: str) -> dict[str, list[str]]:
    """All rows of all tables, in an order of their own; without what the log tells of the backups themselves, and
    without the marks of jobs, which each system makes with a key of its own."""
    database = Database(url)
    try:
        with database.begin() as tx:
            found = {
                table.name: [tuple(row) for row in tx.read(select(table)).all() if sealing.LOG not in tuple(row)]
                for table in metadata.sorted_tables
            }
    finally:
        database.close()
    payload = list(job.columns).index(job.c.payload)
    found[job.name] = [(*row[:payload], jobs.unmarked(row[payload]), *row[payload + 1 :]) for row in found[job.name]]
    return {name: sorted(map(repr, rows)) for name, rows in found.items()}


def left_to_do(system: System) -> None:
    """A letter of the sample that was to be archived and has not been, as when the machine had too much to do."""
    database = system.open()
    try:
        with database.begin() as tx:
            token, root = tx.read(select(letter.c.token, letter.c.root_id).limit(1)).one()
            assert jobs.add(tx, root, "letter.archive", tx.now + timedelta(minutes=5), {"token": token}, "left to do")
    finally:
        database.close()


def files(home: Path) -> dict[str, bytes]:
    return {str(path.relative_to(home)): path.read_bytes() for path in (home / "files").rglob("*") if path.is_file()}


def test_what_sqlite_kept_postgresql_takes_back_and_the_other_way(
    on_sqlite: System, postgresql: Server, tmp_path: Path
) -> None:
    left_to_do(on_sqlite)
    home = on_sqlite.home
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


def test_that_everything_left_the_database_as_a_file_is_logged_first(tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert motcua(home, "db", "upgrade").returncode == 0
    archive, exported = str(tmp_path / "tất cả.tar.gz"), str(tmp_path / "log.jsonl")
    assert motcua(home, "backup", archive).returncode == 0
    assert motcua(home, "audit", "export", exported).returncode == 0
    events = [json.loads(line) for line in Path(exported).read_text("utf-8").splitlines()]
    said = {one[4]: (one[3], json.loads(one[6])) for one in events if one[0] == "event" and one[4].startswith("log.")}
    assert said["log.backed_up"][1] == {"file": archive} and "(motcua backup)" in said["log.backed_up"][0]
    assert said["log.exported"][1] == {"file": exported} and "(motcua audit export)" in said["log.exported"][0]
