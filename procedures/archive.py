"""Backup and restore: every table as lines of JSON and every stored file, in one archive.

The archive does not depend on the database it came from: what SQLite kept, PostgreSQL takes back, and the other way.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import os
import re
import shutil
import tarfile
import tempfile
import zlib
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import Table, insert, literal, select, text
from sqlalchemy.exc import SQLAlchemyError

import procedures.store
from engine import jobs
from engine.audit import keys
from engine.store import Database, Tx, metadata, records
from procedures import settings

procedures.store.every()  # none may be missing from an archive

FORMAT = 2
BATCH = 500  # rows of one insert
PAGE = 500  # rows of one query
PART = 4 * 1024 * 1024  # bytes of rows from which on a part of a table is written
BLOCK = 1024 * 1024
_STORED = re.compile(r"files/([0-9a-f]{2})/([0-9a-f]{2})/(\1\2[0-9a-f]{60})")  # what procedures.files keeps
TAGS: Mapping[str, Any] = {
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "time": time.fromisoformat,
    "decimal": Decimal,
    "bytes": base64.b64decode,
}


class ArchiveError(Exception):
    """An archive that cannot be brought back: what is wrong and what to do."""

    def __init__(self, vi: str, en: str) -> None:
        super().__init__(vi)
        self.vi, self.en = vi, en

    def text(self, lang: str = "vi") -> str:
        return self.en if lang == "en" else self.vi


def write(database: Database, home: Path, file: str | Path) -> dict[str, int]:
    """Writes the archive; rows by table. The rows are of one moment; nobody waits for it, and memory does not grow
    with what there is: they are read page by page in a snapshot. The files follow when that has ended: named by their
    content, those that the rows name are there, and none of them changes."""
    counts: dict[str, int] = {}
    partial = Path(f"{file}.partial")
    with (
        os.fdopen(os.open(partial, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as out,
        tarfile.open(fileobj=out, mode="w|gz") as archive,
    ):
        os.chmod(partial, 0o600)  # one that was left there may have been open to others
        with database.snapshot() as tx:
            about = {"format": FORMAT, "revision": _revision(tx), "at": tx.now.isoformat()}
            _add(archive, "archive.json", json.dumps(about).encode())
            for table in metadata.sorted_tables:
                for number, (part, rows) in enumerate(_parts(tx, table), 1):
                    _add(archive, f"tables/{table.name}/{number:06}.jsonl", part)
                    counts[table.name] = counts.get(table.name, 0) + rows
        _add(archive, "rows.json", json.dumps(counts).encode())
        for name, path in _beside_the_key(database).items():
            if path.is_file():
                _add(archive, name, path.read_bytes())
        files = 0
        for path in _stored(home):
            archive.add(path, f"files/{path.relative_to(home / 'files')}")
            archive.members = []  # type: ignore[attr-defined]  # it remembers each; nobody asks for them
            files += 1
        _add(archive, "end.json", json.dumps({"files": files}).encode())
    partial.replace(file)
    return counts


def _beside_the_key(database: Database) -> dict[str, Path]:
    """What stands open beside the key that signs the seals, by its name in the archive: without it a restored log
    could not be verified. The key itself stays where it is."""
    key = settings.current(database).audit_key
    return {} if key is None else {"audit/key.pub": keys.ring_of(key), "audit/key.seals": keys.lines_of(key)}


def _parts(tx: Tx, table: Table) -> Iterator[tuple[bytes, int]]:
    """The rows of a table as lines, in parts of a bounded size: (lines, how many)."""
    lines, rows = bytearray(), 0
    for row in records.pages(tx, select(table), *table.primary_key, size=PAGE):
        packed = {str(name): _packed(value) for name, value in row._mapping.items()}
        lines += json.dumps(packed, ensure_ascii=False).encode() + b"\n"
        rows += 1
        if len(lines) >= PART:
            yield bytes(lines), rows
            lines, rows = bytearray(), 0
    if rows:
        yield bytes(lines), rows


def _stored(home: Path) -> Iterator[Path]:
    """The files that `procedures.files` keeps, folder by folder."""
    for folder in sorted((home / "files").glob("*/*")):
        for path in sorted(folder.iterdir()) if folder.is_dir() else ():
            if path.is_file() and _STORED.fullmatch(f"files/{path.relative_to(home / 'files')}"):
                yield path


def read(database: Database, home: Path, file: str | Path, *, replace: bool = False) -> dict[str, int]:
    """Brings the archive back into a migrated database; rows by table. It is read twice, as a stream: first all of it
    is checked and its files laid ready, then the rows go in, in one transaction.

    Raises ArchiveError for a file that is no archive of this release, is damaged, or has rows that do not fit, and
    where there is data already. Whatever is refused leaves neither a row nor a file."""
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    ready = Path(tempfile.mkdtemp(prefix="restoring-", dir=home))
    placed: list[Path] = []
    try:
        expected = _checked(database, file, ready)
        with database.begin() as tx:
            _empty(tx, replace)
            counts = _rows(tx, file)
            if counts != expected:
                raise ArchiveError("Bản sao lưu thiếu dòng dữ liệu.", "The archive lacks rows.")
            jobs.vouch(tx, again=True)
            _place(ready, home, placed)
            _place_beside_the_key(database, ready, placed)
            tx.after_commit(database.hot.clear)
        placed.clear()
        return counts
    except (tarfile.TarError, KeyError, ValueError, TypeError, AttributeError, EOFError, zlib.error) as error:
        raise ArchiveError(f"“{file}” không phải bản sao lưu: {error}.", f"'{file}' is no archive: {error}.") from error
    except SQLAlchemyError as error:
        raise ArchiveError(
            f"Bản sao lưu có dòng không hợp lệ ({type(error).__name__}); dữ liệu giữ nguyên như trước.",
            f"The archive has rows that do not fit ({type(error).__name__}); nothing was changed.",
        ) from error
    finally:
        for path in placed:  # of a restore that was not committed
            path.unlink(missing_ok=True)
        shutil.rmtree(ready, ignore_errors=True)


def _members(file: str | Path) -> Iterator[tuple[tarfile.TarFile, tarfile.TarInfo]]:
    """The members of an archive in their order, as a stream."""
    with tarfile.open(file, "r|gz") as archive:
        for member in archive:
            archive.members = []  # type: ignore[attr-defined]
            yield archive, member


def _checked(database: Database, file: str | Path, ready: Path) -> dict[str, int]:
    """Reads the whole archive: of this release, complete, each file what its name says, and laid into `ready`. The
    rows that there ought to be, by table."""
    about: Mapping[str, Any] = {}
    expected: dict[str, int] | None = None
    files, promised = 0, -1
    for archive, member in _members(file):
        if member.name == "archive.json":
            about = json.loads(_content(archive, member))
            _of_this_release(database, about)
        elif not about:
            raise KeyError("archive.json")
        elif member.name == "rows.json":
            expected = {str(name): int(rows) for name, rows in json.loads(_content(archive, member)).items()}
        elif member.name == "end.json":
            promised = int(json.loads(_content(archive, member))["files"])
        elif member.name in ("audit/key.pub", "audit/key.seals"):
            (ready / "audit").mkdir(mode=0o700, exist_ok=True)
            (ready / member.name).write_bytes(_content(archive, member))
        elif member.name.startswith("files/") and not member.isdir():
            _lay(archive, member, ready)
            files += 1
    if expected is None or files != promised:
        raise ArchiveError("Bản sao lưu không đầy đủ.", "The archive is not whole.")
    return expected


def _of_this_release(database: Database, about: Mapping[str, Any]) -> None:
    with database.begin() as tx:
        here = _revision(tx)
    if about.get("format") != FORMAT or about.get("revision") != here:
        raise ArchiveError(
            f"Bản sao lưu thuộc bản phát hành khác ({about.get('revision')}); dùng đúng bản đó để phục hồi.",
            f"The archive is of another release ({about.get('revision')}); restore it with that one.",
        )


def _lay(archive: tarfile.TarFile, member: tarfile.TarInfo, ready: Path) -> None:
    """Lays a stored file ready, block by block. Raises ArchiveError where it is not what its name says."""
    named = _STORED.fullmatch(member.name)
    if named is None or not member.isfile():
        raise ArchiveError(
            f"Bản sao lưu có đường dẫn không an toàn: {member.name[:100]!r}.",
            f"The archive has an unsafe path: {member.name[:100]!r}.",
        )
    target, digest, source = ready / member.name, hashlib.sha256(), archive.extractfile(member)
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        while source is not None and (block := source.read(BLOCK)):
            digest.update(block)
            out.write(block)
    if digest.hexdigest() != named[3]:
        raise ArchiveError(
            f"Tệp {named[3][:12]}… trong bản sao lưu đã hỏng.", f"File {named[3][:12]}… of the archive is damaged."
        )


def _place(ready: Path, home: Path, placed: list[Path]) -> None:
    """Moves the files to where they belong; those that were not there before are told in `placed`."""
    for path in _stored(ready):
        target = home / path.relative_to(ready)
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not target.exists():
            placed.append(target)
        path.replace(target)


def _place_beside_the_key(database: Database, ready: Path, placed: list[Path]) -> None:
    """Puts the public key and the lines of the seals where they belong, unless there are some: those are believed."""
    for name, target in _beside_the_key(database).items():
        if (ready / name).is_file() and not target.exists():
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            placed.append(target)
            shutil.copy(ready / name, target)


def _empty(tx: Tx, replace: bool) -> None:
    """Makes room, where that is allowed."""
    filled = [t.name for t in metadata.sorted_tables if tx.execute(select(literal(1)).select_from(t).limit(1)).first()]
    if filled and not replace:
        raise ArchiveError(
            f"Cơ sở dữ liệu đã có dữ liệu ({', '.join(filled[:3])}…); thêm --replace để thay.",
            f"The database holds data already ({', '.join(filled[:3])}…); --replace replaces it.",
        )
    for table in reversed(metadata.sorted_tables):
        tx.connection.execute(table.delete())  # not through the log: it comes back as it was


def _rows(tx: Tx, file: str | Path) -> dict[str, int]:
    """Puts the rows in, some at a time."""
    counts: dict[str, int] = {}
    for archive, member in _members(file):
        if member.name == "rows.json":
            break
        if not member.name.startswith("tables/"):
            continue
        table = metadata.tables[member.name.split("/")[1]]
        source, batch = archive.extractfile(member), list[dict[str, Any]]()
        for line in source or ():
            batch.append({name: _unpacked(value) for name, value in json.loads(line).items()})
            if len(batch) == BATCH:
                _insert(tx, table, batch, counts)
                batch = []
        if batch:
            _insert(tx, table, batch, counts)
    return counts


def _insert(tx: Tx, table: Table, batch: list[dict[str, Any]], counts: dict[str, int]) -> None:
    tx.connection.execute(insert(table), batch)
    counts[table.name] = counts.get(table.name, 0) + len(batch)


def _revision(tx: Tx) -> str:
    return str(tx.read(text("SELECT version_num FROM alembic_version")).scalar())


def _add(archive: tarfile.TarFile, name: str, body: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = len(body)
    archive.addfile(entry, io.BytesIO(body))


def _content(archive: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    source = archive.extractfile(member)
    if source is None:
        raise KeyError(member.name)
    return source.read()


def _packed(value: Any) -> Any:
    """A value of a row as JSON: what JSON cannot carry, with its kind."""
    if isinstance(value, datetime):
        return {"$": "datetime", "v": value.isoformat()}
    if isinstance(value, (date, time)):
        return {"$": type(value).__name__, "v": value.isoformat()}
    if isinstance(value, Decimal):
        return {"$": "decimal", "v": str(value)}
    if isinstance(value, (bytes, memoryview)):
        return {"$": "bytes", "v": base64.b64encode(bytes(value)).decode()}
    if isinstance(value, (dict, list)):
        return {"$": "json", "v": value}
    return value


def _unpacked(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    kind, body = value["$"], value["v"]
    return body if kind == "json" else TAGS[kind](body)
