"""What a release has saved: `releases/<name>.json.gz`, made once by that release's own code and kept as it is.

``{"revision", "state_format", "tables": {table: [row]}, "cases": {case: {"root", "status", "now", "open", "then",
"variables"}}}``; bytes are ``{"$b": base64}``, moments ISO text. `then` are the steps of its way to the end, and
`variables` what it ends with, as that release went there.
"""

from __future__ import annotations

import base64
import gzip
import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Boolean, DateTime, LargeBinary, MetaData, select

from engine import store
from engine.store import Database

FOLDER = Path(__file__).parent / "releases"


def releases() -> list[Path]:
    return sorted(FOLDER.glob("*.json.gz"))


def read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(gzip.decompress(path.read_bytes()))
    return found


def write(path: Path, saved: dict[str, Any]) -> None:
    path.parent.mkdir(exist_ok=True)
    text = json.dumps(saved, ensure_ascii=False, separators=(",", ":"))
    path.write_bytes(gzip.compress(text.encode(), mtime=0))


def rows_of(database: Database) -> dict[str, list[dict[str, Any]]]:
    """All rows of all tables that have any, as plain JSON."""
    known = MetaData()
    known.reflect(database.pool)
    found: dict[str, list[dict[str, Any]]] = {}
    with database.pool.connect() as connection:
        for name, table in known.tables.items():
            rows = [dict(row) for row in connection.execute(select(table)).mappings()]
            if rows and name != "alembic_version":
                found[name] = [{key: _plain(value) for key, value in row.items()} for row in rows]
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return {"$b": base64.b64encode(value).decode()}
    return value.isoformat() if isinstance(value, datetime | date) else value


def restore(database: Database, saved: dict[str, Any]) -> None:
    """A database as that release left it: its tables by its migrations, its rows, then all later migrations."""
    store.upgrade(database, saved["revision"])
    known = MetaData()
    known.reflect(database.pool)
    with database.pool.connect() as connection:
        for name, rows in saved["tables"].items():
            table = known.tables[name]
            connection.execute(
                table.insert(), [{key: _typed(table.c[key].type, value) for key, value in row.items()} for row in rows]
            )
    store.upgrade(database)


def _typed(type: Any, value: Any) -> Any:
    if isinstance(value, dict):
        return base64.b64decode(value["$b"])
    if isinstance(type, DateTime) and value is not None:
        return datetime.fromisoformat(value)
    if isinstance(type, Boolean) and value is not None:
        return bool(value)
    assert not isinstance(type, LargeBinary)
    return value
