"""An archive that is refused leaves nothing behind, and one that is written is its owner's alone."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from engine import audit
from engine.store import Database, metadata
from engine.store.tables import content, event
from procedures import archive
from procedures.installation import install
from procedures.settings import Settings
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


def without_a_table(name: str, body: bytes) -> tuple[str, bytes] | None:
    return None if name.startswith("tables/role_grant/") else (name, body)


def with_a_row_that_does_not_fit(name: str, body: bytes) -> tuple[str, bytes]:
    return name, body + b'{"id": "x"}\n' if name == "tables/official/000001.jsonl" else body


def with_an_unknown_column(name: str, body: bytes) -> tuple[str, bytes]:
    return name, body + json.dumps({"khong_co": 1}).encode() + b"\n" if name == "tables/official/000001.jsonl" else body


@pytest.mark.parametrize(
    "change",
    [damaged_file, elsewhere, without_a_table, with_a_row_that_does_not_fit, with_an_unknown_column],
    ids=lambda change: change.__name__,
)
def test_a_refused_archive_leaves_neither_rows_nor_files(
    written: Path, database: Database, tmp_path: Path, change: Callable[[str, bytes], tuple[str, bytes] | None]
) -> None:
    home = tmp_path / "new"
    database.installation = install(Settings(home=home))
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


def cut(name: str, body: bytes) -> tuple[str, bytes] | None:
    return None if name == "end.json" else (name, body)


def test_an_archive_that_was_cut_is_refused(written: Path, database: Database, tmp_path: Path) -> None:
    migrated(database)
    with pytest.raises(archive.ArchiveError, match="không đầy đủ"):
        archive.read(database, tmp_path / "new", changed(written, cut))
    assert rows(database) == 0 and not [path for path in (tmp_path / "new").rglob("*") if path.is_file()]


MEASURED = """
import sys
from pathlib import Path
from procedures import archive
from procedures.installation import install
from procedures.settings import Settings

def peak():  # of this program alone: what getrusage says begins with the parent's
    return next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM"))

act, url, home, file = sys.argv[1:]
database = install(Settings(home=Path(home))).open(url)
before = peak()
(archive.write if act == "write" else archive.read)(database, Path(home), file)
print(peak() - before)
"""


def grown(act: str, url: str, home: Path, file: Path) -> int:
    """How many MiB a process grows by while it writes or reads an archive."""
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, act, url, str(home), str(file)], capture_output=True, text=True, check=True
    )
    return int(done.stdout) // 1024


def test_memory_does_not_grow_with_what_there_is(
    database_url: str, sqlite_template: Path, tmp_path: Path, open_database: Callable[..., Database]
) -> None:
    """100 MB of rows and a file of 100 MB."""
    filled = open_database(database_url)
    migrated(filled)
    with filled.begin() as tx:
        for start in range(0, 10_000, 500):
            tx.connection.execute(
                content.insert(),
                [{"hash": f"{n:064x}", "body": n.to_bytes(4, "big") * 2560} for n in range(start, start + 500)],
            )
    block, digest = os.urandom(1024 * 1024), hashlib.sha256()
    for _ in range(100):
        digest.update(block)
    name = digest.hexdigest()
    stored = tmp_path / "home" / "files" / name[:2] / name[2:4] / name
    stored.parent.mkdir(parents=True)
    with stored.open("wb") as out:
        for _ in range(100):
            out.write(block)
    file = tmp_path / "all.tar.gz"
    assert grown("write", database_url, tmp_path / "home", file) < 60
    shutil.copy(sqlite_template, tmp_path / "back.db")
    back = f"sqlite:///{tmp_path / 'back.db'}"
    migrated(open_database(back))
    assert grown("read", back, tmp_path / "back", file) < 60
    assert rows(open_database(back)) == rows(filled) == 10_000
    assert (tmp_path / "back" / stored.relative_to(tmp_path / "home")).stat().st_size == 100 * 1024 * 1024


def test_nobody_waits_for_a_backup(either_town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the files are packed, and between two pages of rows, others write."""
    database, met = either_town.database, list[str]()
    if database.sqlite:
        migrated(database)
    else:
        with database.begin() as tx:
            tx.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32))"))
    add = archive._add

    def writing(packed: tarfile.TarFile, name: str, body: bytes) -> None:
        add(packed, name, body)
        met.append(name)
        with database.begin() as tx:
            audit.append(tx, "trong-luc-sao-luu", "note", None, {"n": len(met)})

    monkeypatch.setattr(archive, "_add", writing)
    counts = archive.write(database, either_town.folder / "home", tmp_path / "town.tar.gz")
    assert len(met) > 10 and counts["event"] + len(met) == len(audit_events(database)), "of one moment"


def audit_events(database: Database) -> list[str]:
    with database.begin() as tx:
        return list(tx.read(select(event.c.root_id)).scalars())
