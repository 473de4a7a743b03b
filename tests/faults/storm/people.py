"""Who goes on working in the storm: programs over REST, timers that come due, a mail server that gets what is sent."""

from __future__ import annotations

import email
import itertools
import random
import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from sqlalchemy import select

from engine import commands
from engine.refusal import Refusal
from engine.store import Busy, Database, Unavailable
from engine.store.tables import instance
from tests.engine.commands import models
from tests.journeys import births
from tests.journeys.rest import Client
from tests.journeys.system import System, free_port

PATIENCE = 180.0  # seconds: longer than all that the weather does at once
TIMED = "hen_gio"
#: Waits for a while and ends.
MODEL = models.model(
    '<startEvent id="s"/><intermediateCatchEvent id="w">'
    + models.timer("=cho")
    + '</intermediateCatchEvent><endEvent id="e"/>'
    + models.flow("s", "w", "e"),
    TIMED,
)


class Post:
    """A mail server that keeps what it gets, and refuses it while it is `away`."""

    def __init__(self, address: str) -> None:
        self.away = False
        self.subjects: dict[str, dict[str, str]] = defaultdict(dict)  # by recipient and Message-ID
        self.received = 0
        self.controller = Controller(self, hostname=address, port=free_port())
        self.address, self.port = address, self.controller.port

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        """What aiosmtpd calls for each mail."""
        if self.away:
            return "451 not now"
        mail = email.message_from_bytes(envelope.content, policy=default)
        self.received += 1
        self.subjects[str(mail["To"])][str(mail["Message-ID"])] = str(mail["Subject"])
        return "250 OK"

    def __enter__(self) -> Post:
        self.controller.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.controller.stop()


@dataclass
class People:
    """Clients, each of which registers one birth after the other until `stop`, and one that lets timers come due."""

    system: System
    chance: random.Random
    clients: int
    codes: dict[int, str] = field(default_factory=dict)  # each acknowledged to its end
    roots: set[str] = field(default_factory=set)  # instances whose start was acknowledged
    failures: list[BaseException] = field(default_factory=list)
    repeats: int = 0
    calls: int = 0
    stop: threading.Event = field(default_factory=threading.Event)
    _numbers: Any = field(default_factory=lambda: itertools.count(1))

    def start(self) -> list[threading.Thread]:
        """Lets them begin; the threads, to be joined after `stop`."""
        seeds = [self.chance.random() for _ in range(self.clients)]
        threads = [threading.Thread(target=self._work, args=(random.Random(seed),)) for seed in seeds]
        threads.append(threading.Thread(target=self._set_timers, args=(random.Random(self.chance.random()),)))
        for thread in threads:
            thread.start()
        return threads

    def _work(self, chance: random.Random) -> None:
        client = Client(self.system, patience=PATIENCE, timeout=10, twin=lambda: chance.random() < 0.1)
        try:
            while not self.stop.is_set() and not self.failures:
                number = next(self._numbers)
                self.codes[number] = births.register(client, number)
        except BaseException as failure:
            self.failures.append(failure)
        finally:
            self.calls, self.repeats = self.calls + client.calls, self.repeats + client.repeats

    def _set_timers(self, chance: random.Random) -> None:
        database = self.system.open()
        try:
            while not self.stop.wait(0.5) and not self.failures:
                root = database.new_id()
                _patiently_started(database, root, f"PT{chance.uniform(0.1, 20):.1f}S")
                self.roots.add(root)
        except BaseException as failure:
            self.failures.append(failure)
        finally:
            database.close()


def deploy(database: Database) -> None:
    """The process whose timers come due."""
    commands.deploy(database, {f"{TIMED}.bpmn": MODEL}, key=TIMED)


def _patiently_started(database: Database, root: str, wait: str) -> None:
    """Starts an instance once, however often it has to be asked."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            commands.start(database, TIMED, {"cho": wait}, root_id=root)
            return
        except Refusal:
            with database.begin() as tx:  # it was written, and the answer was lost
                tx.read(select(instance.c.id).where(instance.c.root_id == root)).one()
            return
        except (Unavailable, Busy):
            assert time.monotonic() < deadline, f"{root} could not be started"
            time.sleep(0.2)
