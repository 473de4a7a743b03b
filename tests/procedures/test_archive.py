"""An archive that is refused leaves nothing behind, and one that is written is its owner's alone."""

from __future__ import annotations

import io
import json
import shutil
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from engine.store import Database, metadata
from procedures import archive
from tests.procedures.town import Town


def rows(database: Database) -> int:
    with database.begin() as tx:
        return sum(tx.read(select(func.count()).select_from(t)).scalar() or 0 for t in metadata.sorted_tables)


@pytest.fixture
def written(sqlite_template: Path, open_database: Callable[..., Database], tmp_path: Path) -> Path:
    """A backup of a town with a stored file."""
    shutil.copy(sqlite_template, tmp_path / "town.db")
    town = Town(open_database(f"sqlite:///{tmp_path / 'town.db'}"), tmp_path)
    migrated(town.database)
    town.file()
    path = tmp_path / "town.tar.gz"
    archive.write(town.database, town.folder / "home", path)
    return path


def migrated(database: Database) -> None:
    """Says which release the tables are of, as a migration would."""
    with database.begin() as tx:
        tx.execute(text("CREATE TABLE IF NOT EXISTS alembic_version (version_num VARCHAR(32))"))
        tx.execute(text("INSERT INTO alembic_version VALUES ('0001')"))


def changed(path: Path, change: Callable[[str, bytes], tuple[str, bytes] | None]) -> Path:
    """The archive with every member passed through `change`; None leaves one out."""
    other = path.with_name("changed.tar.gz")
    with tarfile.open(path) as old, tarfile.open(other, "w:gz") as new:
        for member in old.getmembers():
            source = old.extractfile(member)
            kept = change(member.name, source.read() if source else b"")
            if kept is not None:
                entry = tarfile.TarInfo(kept[0])
                entry.size = len(kept[1])
                new.addfile(entry, io.BytesIO(kept[1]))
    return other


def damaged_file(name: str, body: bytes) -> tuple[str, bytes]:
    return name, body + b"!" if name.startswith("files/") else body


def elsewhere(name: str, body: bytes) -> tuple[str, bytes]:
    return ("files/../../outside" if name.startswith("files/") else name), body


def without_the_last_table(name: str, body: bytes) -> tuple[str, bytes] | None:
    return None if name == f"tables/{metadata.sorted_tables[-1].name}.jsonl" else (name, body)


def with_a_row_that_does_not_fit(name: str, body: bytes) -> tuple[str, bytes]:
    return name, body + b'{"id": "x"}\n' if name == "tables/dossier.jsonl" else body


def with_an_unknown_column(name: str, body: bytes) -> tuple[str, bytes]:
    return name, body + json.dumps({"khong_co": 1}).encode() + b"\n" if name == "tables/official.jsonl" else body


@pytest.mark.parametrize(
    "change",
    [damaged_file, elsewhere, without_the_last_table, with_a_row_that_does_not_fit, with_an_unknown_column],
    ids=lambda change: change.__name__,
)
def test_a_refused_archive_leaves_neither_rows_nor_files(
    written: Path, database: Database, tmp_path: Path, change: Callable[[str, bytes], tuple[str, bytes] | None]
) -> None:
    home = tmp_path / "new"
    migrated(database)
    with pytest.raises(archive.ArchiveError):
        archive.read(database, home, changed(written, change))
    assert rows(database) == 0
    assert not (tmp_path / "outside").exists()
    archive.read(database, home, written)
    assert rows(database) > 0
    assert [path.stat().st_mode & 0o077 for path in (home / "files").rglob("*") if path.is_file()] == [0]


def test_a_backup_is_its_owners_alone(written: Path) -> None:
    assert written.stat().st_mode & 0o777 == 0o600
