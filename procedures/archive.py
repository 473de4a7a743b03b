"""Backup and restore: every table as lines of JSON and every stored file, in one archive.

The archive does not depend on the database it came from: what SQLite kept, PostgreSQL takes back, and the other way.
"""

from __future__ import annotations

import base64
import hashlib
import importlib
import io
import json
import os
import pkgutil
import re
import tarfile
import zlib
from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import Table, func, insert, select, text
from sqlalchemy.exc import SQLAlchemyError

import procedures.store
from engine.store import Database, Tx, metadata

for _module in pkgutil.iter_modules(procedures.store.__path__, "procedures.store."):
    importlib.import_module(_module.name)  # each adds its tables: none may be missing from an archive

FORMAT = 1
BATCH = 500
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
    """Writes the archive; rows by table. The database is read in one transaction, so that it is of one moment."""
    counts: dict[str, int] = {}
    partial = Path(f"{file}.partial")
    with (
        os.fdopen(os.open(partial, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as out,
        tarfile.open(fileobj=out, mode="w:gz") as archive,
        database.begin() as tx,
    ):
        os.chmod(partial, 0o600)  # one that was left there may have been open to others
        if not database.sqlite:
            tx.connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        for table in metadata.sorted_tables:
            lines = io.BytesIO()
            for row in tx.execute(select(table)).mappings():
                lines.write(json.dumps({k: _packed(v) for k, v in row.items()}, ensure_ascii=False).encode() + b"\n")
                counts[table.name] = counts.get(table.name, 0) + 1
            _add(archive, f"tables/{table.name}.jsonl", lines.getvalue())
        _add(
            archive,
            "archive.json",
            json.dumps(
                {"format": FORMAT, "revision": _revision(database), "at": tx.now.isoformat(), "rows": counts}
            ).encode(),
        )
        for path in sorted((home / "files").rglob("*")):
            name = f"files/{path.relative_to(home / 'files')}"
            if path.is_file() and _STORED.fullmatch(name):
                archive.add(path, name)
    partial.replace(file)
    return counts


def read(database: Database, home: Path, file: str | Path, *, replace: bool = False) -> dict[str, int]:
    """Brings the archive back into a migrated database, in one transaction; rows by table.

    Raises ArchiveError for a file that is no archive of this release, is damaged, or has rows that do not fit, and
    where there is data already. Whatever is refused leaves neither a row nor a file."""
    try:
        with tarfile.open(file, "r:gz") as archive:
            about = json.loads(_content(archive, "archive.json"))
            if about.get("format") != FORMAT or about.get("revision") != _revision(database):
                raise ArchiveError(
                    f"Bản sao lưu thuộc bản phát hành khác ({about.get('revision')}); dùng đúng bản đó để phục hồi.",
                    f"The archive is of another release ({about.get('revision')}); restore it with that one.",
                )
            stored = _checked(archive)
            with database.begin() as tx:
                counts = _rows(tx, archive, replace)
                for name in stored:  # under the hashes of what is in them: before the commit they hurt nobody
                    target = home / name
                    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                    target.write_bytes(_content(archive, name))
                    target.chmod(0o600)
                tx.after_commit(database.hot.clear)
            return counts
    except (tarfile.TarError, KeyError, ValueError, TypeError, AttributeError, EOFError, zlib.error) as error:
        raise ArchiveError(
            f"“{file}” không phải bản sao lưu, hoặc đã hỏng.", f"'{file}' is no archive, or is damaged."
        ) from error
    except SQLAlchemyError as error:
        raise ArchiveError(
            f"Bản sao lưu có dòng không hợp lệ ({type(error).__name__}); dữ liệu giữ nguyên như trước.",
            f"The archive has rows that do not fit ({type(error).__name__}); nothing was changed.",
        ) from error


def _checked(archive: tarfile.TarFile) -> list[str]:
    """The names of the stored files, each of which is what its name says. Raises ArchiveError for any other."""
    found = []
    for member in archive.getmembers():
        if not member.name.startswith("files/") or member.isdir():
            continue
        named = _STORED.fullmatch(member.name)
        if named is None or not member.isfile():
            raise ArchiveError(
                f"Bản sao lưu có đường dẫn không an toàn: {member.name[:100]!r}.",
                f"The archive has an unsafe path: {member.name[:100]!r}.",
            )
        if hashlib.sha256(_content(archive, member.name)).hexdigest() != named[3]:
            raise ArchiveError(
                f"Tệp {named[3][:12]}… trong bản sao lưu đã hỏng.", f"File {named[3][:12]}… of the archive is damaged."
            )
        found.append(member.name)
    return found


def _rows(tx: Tx, archive: tarfile.TarFile, replace: bool) -> dict[str, int]:
    counts: dict[str, int] = {}
    filled = [t.name for t in metadata.sorted_tables if tx.execute(select(func.count()).select_from(t)).scalar()]
    if filled and not replace:
        raise ArchiveError(
            f"Cơ sở dữ liệu đã có dữ liệu ({', '.join(filled[:3])}…); thêm --replace để thay.",
            f"The database holds data already ({', '.join(filled[:3])}…); --replace replaces it.",
        )
    for table in reversed(metadata.sorted_tables):
        tx.connection.execute(table.delete())  # not through the log: it comes back as it was
    for table in metadata.sorted_tables:
        counts[table.name] = _table(tx, table, _content(archive, f"tables/{table.name}.jsonl"))
    return {name: rows for name, rows in counts.items() if rows}


def _table(tx: Tx, table: Table, lines: bytes) -> int:
    rows = [{k: _unpacked(v) for k, v in json.loads(line).items()} for line in lines.splitlines()]
    for start in range(0, len(rows), BATCH):
        tx.connection.execute(insert(table), rows[start : start + BATCH])
    return len(rows)


def _revision(database: Database) -> str:
    with database.pool.connect() as connection:
        return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar())


def _add(archive: tarfile.TarFile, name: str, body: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = len(body)
    archive.addfile(entry, io.BytesIO(body))


def _content(archive: tarfile.TarFile, name: str) -> bytes:
    member = archive.extractfile(name)
    if member is None:
        raise KeyError(name)
    return member.read()


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
