"""A whole installation for a test: its folder, its database, real server and worker processes."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

from engine.store import Database
from procedures.installation import install
from procedures.settings import Settings

ROOT = Path(__file__).parents[2]
PASSWORD = "motcua-demo"


def environment(home: Path, database: str = "", **more: str) -> dict[str, str]:
    """The environment of a process of this installation: nothing of the tester's own settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MOTCUA_")}
    named = {"MOTCUA_HOME": str(home), "MOTCUA_DATABASE": database, "MOTCUA_DEMO": "1", **more}
    return {**kept, **{name: value for name, value in named.items() if value}}


def motcua(
    home: Path, *arguments: str, database: str = "", stdin: str = "", **more: str
) -> subprocess.CompletedProcess[str]:
    """Runs the command line to its end."""
    return subprocess.run(
        [sys.executable, "-m", "web", *arguments],
        cwd=ROOT,
        input=stdin,
        text=True,
        timeout=600,  # a busy host is nobody's fault
        env=environment(home, database, **more),
        capture_output=True,
    )


def sample(home: Path, dossiers: int, database: str = "") -> dict[str, Any]:
    """Makes the demo province in `home`; its accounts and clients."""
    done = motcua(home, "demo", "--data-only", "--json", "--dossiers", str(dossiers), database=database)
    assert done.returncode == 0, done.stderr
    known: dict[str, Any] = json.loads(done.stdout)
    return known


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass(frozen=True)
class Host:
    """A machine that processes run on: its address, what a command there begins with, its URL of the database."""

    address: str = "127.0.0.1"
    prefix: tuple[str, ...] = ()
    database: str = ""


HERE = Host()


@dataclass
class System:
    """Servers and workers over one database, stopped when the `with` block ends. `kill` takes one away as a power cut
    would; `address` is that of the first server that lives. `hosts` tells of those processes that do not run here,
    `settings` is further environment for all."""

    home: Path
    known: Mapping[str, Any]
    database: str = ""
    servers: int = 1
    workers: int = 1
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    addresses: dict[str, str] = field(default_factory=dict)
    hosts: Mapping[str, Host] = field(default_factory=dict)
    settings: Mapping[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """The database's URL."""
        return self.database or f"sqlite:///{self.home / 'motcua.db'}"

    def open(self) -> Database:
        """The database, with the house around it as the first server has it, where one runs."""
        known = Settings(home=self.home)
        address = next(iter(self.addresses.values()), known.public_url)
        return install(replace(known, public_url=address)).open(self.url)

    @property
    def address(self) -> str:
        return next(address for name, address in self.addresses.items() if self.processes[name].poll() is None)

    def account(self, role: str) -> dict[str, str]:
        """The demo account of a role: username and password."""
        return next(dict(one) for one in self.known["accounts"] if one["role"] == role)

    def start(self, name: str) -> None:
        """Starts `server-N` or `worker-N`."""
        kind, host, more = name.split("-")[0], self.hosts.get(name, HERE), dict(self.settings)
        if kind == "server":
            port = free_port()
            self.addresses[name] = f"http://{host.address}:{port}"
            more |= {
                "MOTCUA_HOST": host.address,
                "MOTCUA_PORT": str(port),
                "MOTCUA_BASE_URL": self.addresses[name],
            }
        log = (self.home / f"{name}.log").open("ab")
        self.processes[name] = subprocess.Popen(
            [*host.prefix, sys.executable, "-m", "web", "serve" if kind == "server" else "worker"],
            cwd=ROOT,
            stdout=log,
            stderr=log,
            stdin=subprocess.DEVNULL,
            env=environment(self.home, host.database or self.database, MOTCUA_LOG_LEVEL="WARNING", **more),
        )
        log.close()

    def kill(self, name: str) -> None:
        """SIGKILL: the process gets no chance to tidy up."""
        self.processes[name].kill()
        self.processes[name].wait()

    def log(self) -> str:
        """What the processes said, for the message of a failed test."""
        return "\n".join(path.read_text("utf-8")[-4000:] for path in sorted(self.home.glob("*.log")))

    def __enter__(self) -> System:
        for number in range(self.servers):
            self.start(f"server-{number + 1}")
        for number in range(self.workers):
            self.start(f"worker-{number + 1}")
        deadline = time.monotonic() + 60
        for name, address in self.addresses.items():
            while not _answers(address):
                if self.processes[name].poll() is not None or time.monotonic() > deadline:
                    self.__exit__(None, None, None)
                    status = self.processes[name].returncode
                    raise RuntimeError(f"{name} did not start (status {status}):\n{self.log()}")
                time.sleep(0.05)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in self.processes.values():
            process.terminate()
        for process in self.processes.values():
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        if kind is not None:
            print(self.log())


def _answers(address: str) -> bool:
    try:
        with urlopen(f"{address}/readyz", timeout=2):
            return True
    except (URLError, OSError):
        return False


def copied(template: Path, home: Path) -> Path:
    """A fresh copy of a sample's folder."""
    shutil.copytree(template, home, dirs_exist_ok=True)
    return home
