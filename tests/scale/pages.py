"""Measures every page over one database, or over two of different sizes:

    python -m tests.scale.pages SMALL [LARGE] [--repeat N] [--statements]

SMALL and LARGE are SQLAlchemy URLs of demos (``motcua demo --data-only --dossiers N --fast``). Each page is asked in
this process, signed in as the demo's people, N times after one that does not count; of the times the least is told,
since what else the machine does only adds. Where the databases have `pg_stat_statements`, the blocks that the
statements touched are told as well: what a page costs whatever else the machine does. `--statements` shows the slowest
statements of each page of the last one.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from sqlalchemy import event, func, select, text

from engine import jobs
from engine.store import Database
from engine.store.tables import instance, work_item
from procedures.store.dossier import dossier, dossier_state
from web.app import create_app
from web.bootstrap import installation
from web.config import load

PASSWORD = "motcua-demo"


@dataclass
class Seen:
    """One page: seconds in all, seconds in the database, pages of memory that it touched, and its statements with
    their seconds."""

    total: float = 0.0
    asked: float = 0.0
    blocks: int = 0
    statements: list[tuple[float, str]] = field(default_factory=list)


@contextmanager
def watched(database: Database) -> Iterator[Seen]:
    """What the database is asked inside the block."""
    seen, begun = Seen(), [0.0]

    def before(*_: Any) -> None:
        begun[0] = time.perf_counter()

    def after(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        took = time.perf_counter() - begun[0]
        seen.asked += took
        seen.statements.append((took, " ".join(statement.split())))

    event.listen(database.pool, "before_cursor_execute", before)
    event.listen(database.pool, "after_cursor_execute", after)
    start = time.perf_counter()
    try:
        yield seen
    finally:
        seen.total = time.perf_counter() - start
        event.remove(database.pool, "before_cursor_execute", before)
        event.remove(database.pool, "after_cursor_execute", after)


def pages(database: Database) -> dict[str, tuple[str, str]]:
    """Name of a page → who looks at it, and its address."""
    with database.begin() as tx:
        one = tx.read(
            select(dossier)
            .join(dossier_state, dossier_state.c.dossier_id == dossier.c.id)
            .where(dossier.c.agency == "H31.11", dossier_state.c.closed_at.is_(None), dossier_state.c.status == 4)
            .order_by(dossier.c.id.desc())
            .limit(1)
        ).one()
        task = tx.read(
            select(work_item.c.id).join(dossier, dossier.c.id == work_item.c.root_id).where(dossier.c.id == one.id)
        ).scalar()
        version = tx.read(
            select(instance.c.deployment).group_by(instance.c.deployment).order_by(func.count().desc()).limit(1)
        ).scalar()
    words = one.applicant_name.replace(" ", "+")
    return {
        "worklist, mine": ("chuyenvien", "/cong-viec"),
        "worklist, unit": ("chuyenvien", "/cong-viec?muc=don-vi"),
        "worklist, waiting": ("chuyenvien", "/cong-viec?muc=dang-cho"),
        "worklist, done": ("chuyenvien", "/cong-viec?muc=da-xong"),
        "task": ("chuyenvien", f"/cong-viec/{task}"),
        "desk": ("motcua", "/mot-cua"),
        "desk, by identity number": ("motcua", f"/mot-cua?tim={one.applicant_id_number}"),
        "desk, by phone": ("motcua", f"/mot-cua?tim={one.applicant_phone}"),
        "desk, by last digits": ("motcua", f"/mot-cua?tim={one.applicant_phone[-4:]}"),
        "desk, by name": ("motcua", f"/mot-cua?tim={words}"),
        "desk, by code": ("motcua", f"/mot-cua?tim={one.code}"),
        "desk, by end of code": ("motcua", f"/mot-cua?tim={one.code.split('-', 1)[1]}"),
        "desk, nothing found": ("motcua", "/mot-cua?tim=khongcoai"),
        "desk, one dossier": ("motcua", f"/mot-cua/ho-so/{one.code}"),
        "dossiers": ("lanhdao", "/ho-so"),
        "dossiers, by name": ("lanhdao", f"/ho-so?tim={words}"),
        "dossiers of the province": ("quantri", "/ho-so"),
        "dossier": ("lanhdao", f"/ho-so/{one.code}"),
        "board": ("lanhdao", "/bang-dieu-hanh"),
        "board of the province": ("quantri", "/bang-dieu-hanh"),
        "register of a month": ("lanhdao", "/so-theo-doi"),
        "procedures": ("", "/thu-tuc"),
        "one procedure": ("", f"/thu-tuc/{one.procedure}"),
        "versions": ("phantich", "/quy-trinh"),
        "one version": ("phantich", f"/quy-trinh/{version}"),
        "running": ("phantich", "/phien-chay"),
        "running, by code": ("phantich", f"/phien-chay?tim={one.code}"),
        "incidents": ("phantich", "/su-co"),
    }


def people(app: Flask) -> Callable[[str], Any]:
    """The browser in which an account of the demo is signed in; nobody in one of their own."""
    known: dict[str, Any] = {}

    def browser(username: str) -> Any:
        if username not in known:
            known[username] = made = app.test_client()
            if username:
                page = made.get("/dang-nhap").text
                token = page.split('name="csrf_token" value="', 1)[1].split('"', 1)[0]
                data = {"csrf_token": token, "ten_dang_nhap": username, "mat_khau": PASSWORD}
                if made.post("/dang-nhap", data=data).status_code != 302:
                    raise SystemExit(f"{username} cannot sign in: is this a demo?")
        return known[username]

    return browser


def measure(url: str, repeat: int) -> dict[str, Seen]:
    """The least of each page's times over that database."""
    config = load({"MOTCUA_HOME": tempfile.mkdtemp(), "MOTCUA_LOG_LEVEL": "ERROR", "MOTCUA_DEMO": "1"})
    database = installation(config).open(url)
    app = create_app(config, database)
    browser, answer = people(app), {}
    try:
        with database.begin() as tx:
            size = tx.read(select(func.count()).select_from(dossier)).scalar_one()
        print(f"{size} dossiers")
        for name, (who, address) in pages(database).items():
            answer[name] = _least(database, lambda who=who, address=address: _got(browser(who), address), repeat)
        answer["worker's tick"] = _least(database, lambda: _tick(database), repeat)
    finally:
        database.close()
    return answer


def _got(browser: Any, address: str) -> None:
    status = browser.get(address).status_code
    if status != 200:
        raise SystemExit(f"{address}: {status}")


def _tick(database: Database) -> None:
    with database.begin() as tx:
        jobs.due_roots(tx)


def _blocks(database: Database) -> int:
    """Pages of its memory that PostgreSQL has touched for statements so far; 0 where it does not tell."""
    told = text("SELECT to_regclass('pg_stat_statements')")
    with database.pool.connect() as connection:
        if database.sqlite or connection.execute(told).scalar() is None:
            return 0
        asked = text("SELECT sum(shared_blks_hit + shared_blks_read) FROM pg_stat_statements")
        return int(connection.execute(asked).scalar() or 0)


def _least(database: Database, act: Callable[[], None], repeat: int) -> Seen:
    act()
    found = []
    before = _blocks(database)
    own = _blocks(database) - before  # of the question itself
    for _ in range(repeat):
        start = _blocks(database)
        with watched(database) as seen:
            act()
        seen.blocks = _blocks(database) - start - own
        found.append(seen)
    return Seen(
        min(one.total for one in found),
        min(one.asked for one in found),
        min(one.blocks for one in found),
        min(found, key=lambda one: one.asked).statements,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description="times of pages over databases of different sizes")
    parser.add_argument("databases", nargs="+", metavar="URL")
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--statements", action="store_true")
    given = parser.parse_args()
    measured = [measure(url, given.repeat) for url in given.databases]
    heads = "".join(f"{'ms':>9}{'in db':>9}{'blocks':>9}{'asked':>7}" for _ in measured)
    print(f"{'page':28}{heads}{'ratio':>8}{'blocks':>8}")
    for name, first in measured[0].items():
        row = [one[name] for one in measured]
        figures = "".join(f"{s.total * 1000:9.1f}{s.asked * 1000:9.1f}{s.blocks:9}{len(s.statements):7}" for s in row)
        print(f"{name:28}{figures}{row[-1].total / first.total:8.2f}{row[-1].blocks / max(first.blocks, 1):8.2f}")
        if given.statements:
            for took, statement in sorted(row[-1].statements, reverse=True)[:3]:
                print(f"    {took * 1000:8.1f}  {statement[:300]}")


if __name__ == "__main__":
    main()
