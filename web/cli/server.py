"""`motcua demo`, `motcua serve`, `motcua worker`, `motcua config`."""

from __future__ import annotations

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import click

from procedures.vocabulary.roles import ROLES
from web.cli.open import config as configured
from web.cli.open import database
from web.cli.output import Misuse, options, print_json, say, stop
from web.config import Config

if TYPE_CHECKING:
    from engine.store import Database


@click.command()
@options
def config(as_json: bool, lang: str) -> None:
    """What is in force, and where each value comes from."""
    rows = configured().describe()
    if as_json:
        print_json(rows)
    else:
        for row in rows:
            say(f"{row['variable']:26} {row['value']!s:40} {row['source']}")


@click.command()
@click.option("--host", default=None)
@click.option("--port", type=int, default=None)
@options
def serve(host: str | None, port: int | None, as_json: bool, lang: str) -> None:
    """One web server."""
    settings = configured(host=host, port=port)
    with database(settings, away=True) as opened:  # says clearly what is wrong before a server starts
        if not settings.demo:
            refuse_demo_passwords(opened)
    run_server(settings)


def refuse_demo_passwords(opened: Database) -> None:
    """Raises Misuse where accounts still have the passwords that the demo prints."""
    from engine.store import Unavailable
    from procedures import accounts

    try:
        found = accounts.with_sample_password(opened)
    except Unavailable:  # waited for: nobody signs in meanwhile
        return
    if found:
        named = ", ".join(found[:5]) + (" …" if len(found) > 5 else "")
        raise Misuse(
            f"{len(found)} tài khoản còn mật khẩu mẫu mà bản dùng thử in ra ({named}). Tạo quản trị viên bằng "
            "“motcua admin create --username TÊN”, rồi chạy “motcua admin end-demo” để bỏ các mật khẩu ấy, hoặc đặt "
            "MOTCUA_DEMO=1 nếu đây là bản dùng thử",
            f"{len(found)} accounts still have the passwords that the demo prints: make an administrator "
            "('motcua admin create --username NAME'), then run 'motcua admin end-demo', or set MOTCUA_DEMO=1 where "
            "this is a demonstration",
        )


def run_server(settings: Config) -> None:
    """Serves until it is told to stop: one process, as many threads as configured."""
    from web import server
    from web.app import create_app

    largest = 2 * settings.upload_megabytes * 1024 * 1024  # what is a little too large is refused by a page
    server.run(create_app(settings), settings.host, settings.port, threads=settings.threads, largest=largest)


@click.command()
@click.option("--name", default=None, help="tên trong khóa của việc | name in the locks of jobs")
@options
def worker(name: str | None, as_json: bool, lang: str) -> None:
    """One ticking worker: timers, retries, mail, letters."""
    from engine.worker import Worker

    with database(configured(), away=True) as opened:
        ticking = Worker(opened, name)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: ticking.stop())
        ticking.run()


@click.command()
@click.option("--data-only", is_flag=True, help="chỉ tạo dữ liệu | make the data and stop")
@click.option("--dossiers", type=click.IntRange(0), default=200, show_default=True)
@click.option("--fast", is_flag=True, help="nhân bản hồ sơ, cho hàng vạn | copy dossiers, for tens of thousands")
@click.option("--port", type=int, default=None)
@options
def demo(data_only: bool, dossiers: int, fast: bool, port: int | None, as_json: bool, lang: str) -> None:
    """The demo: sample province, server and worker. A second run keeps the data."""
    settings = configured(demo=True, port=port)
    known = prepare(settings, dossiers, lang, fast=fast, quiet=as_json)
    if data_only:
        if as_json:
            print_json(
                {
                    "accounts": [{k: a[k] for k in ("role", "username", "password")} for a in known["accounts"]],
                    "clients": known["clients"],
                }
            )
        else:
            show(known, "", lang)
        stop(0)
    free = free_port(settings.host, settings.port)
    settings = configured(demo=True, port=free)
    address = f"http://{settings.host}:{free}"
    environment = {
        **os.environ,
        "MOTCUA_PORT": str(free),
        "MOTCUA_DEMO": "1",
        "MOTCUA_BASE_URL": address,
        "MOTCUA_DATABASE": settings.database,
        "MOTCUA_HOME": settings.home,
    }
    started = [subprocess.Popen([sys.executable, "-m", "web", name], env=environment) for name in ("serve", "worker")]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # ends the children, as Ctrl+C does
    try:
        wait_for(address, started)
        if as_json:
            print_json({"address": address, **known})
        else:
            show(known, address, lang)
        while all(process.poll() is None for process in started):
            time.sleep(0.5)
    except KeyboardInterrupt:
        pass
    finally:
        for process in started:
            process.terminate()
        for process in started:
            process.wait(15)


def prepare(settings: Config, count: int, lang: str, *, fast: bool, quiet: bool) -> dict[str, Any]:
    """The database with the sample province; made where it is missing. Its accounts are kept beside it."""
    from engine import audit
    from engine.audit import keys
    from procedures import demo as sample
    from procedures import sealing
    from web.house import shipped_bundles

    note = settings.folder / "demo.json"
    with database(settings, upgrade=True) as opened:
        audit.adopt(opened)
        if not settings.audit_key_file.exists():
            keys.make(settings.audit_key_file, audit.next_number(opened), opened.clock())
        if note.exists() and has_officials(opened):
            known: dict[str, Any] = json.loads(note.read_text("utf-8"))
            return known
        if not quiet:
            say(
                {
                    "vi": "Đang tạo tỉnh mẫu và các hồ sơ mẫu, khoảng một phút…",
                    "en": "Making the sample province and its dossiers, about a minute…",
                }[lang],
                error=True,
            )
        made = sample.make(
            opened,
            shipped_bundles(),
            password="motcua-demo",
            count=count,
            fast=fast,
            client_secret=secrets.token_urlsafe(24),
        )
        sealing.now(opened)
    if made.refused and os.environ.get("MOTCUA_DEBUG"):
        say("\n".join(made.refused), error=True)
    known = {"accounts": [dict(a) for a in made.accounts], "clients": [dict(c) for c in made.clients]}
    note.write_text(json.dumps(known, ensure_ascii=False, indent=1), "utf-8")
    note.chmod(0o600)
    return known


def has_officials(opened: Database) -> bool:
    from procedures import officials

    return bool(officials.find(opened))


def free_port(host: str, first: int) -> int:
    """The port asked for, or the next one that is free."""
    for port in range(first, first + 100):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                continue
            return port
    return first


def wait_for(address: str, started: list[subprocess.Popen[bytes]]) -> None:
    """Waits until the server answers, at most a minute."""
    from urllib.error import URLError
    from urllib.request import urlopen

    for _ in range(240):
        if any(process.poll() is not None for process in started):
            return
        try:
            with urlopen(f"{address}/healthz", timeout=2):
                return
        except (URLError, OSError):
            time.sleep(0.25)


def show(known: dict[str, Any], address: str, lang: str) -> None:
    if address:
        say(f"\n  Một Cửa: {address}\n")
    say({"vi": "  Tài khoản dùng thử:", "en": "  Demo accounts:"}[lang])
    roles = [ROLES[one["role"]][lang] if one["role"] in ROLES else one["role"] for one in known["accounts"]]
    for account, role in zip(known["accounts"], roles, strict=True):
        say(f"    {role:{max(map(len, roles))}}  {account['username']:14} {account['password']}")
    if address:
        say({"vi": "\n  Dừng: Ctrl+C", "en": "\n  Stop: Ctrl+C"}[lang])
