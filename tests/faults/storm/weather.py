"""What goes wrong: one mischief after the other, chosen by a seed."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import psycopg

from engine.worker import LEASE
from tests.conftest import Server
from tests.faults.storm.people import Post
from tests.journeys.system import Host, System

NEAR, FAR = "10.213.77.1", "10.213.77.2"
NETWORK = "10.213.77.0/24"


@contextlib.contextmanager
def far_host() -> Iterator[Host | None]:
    """A second host: a network namespace, with one cable to this one. None where this user may not make one."""
    name = f"storm-{os.getpid()}"
    far = Host(FAR, ("ip", "netns", "exec", name))
    try:
        _ip("netns", "add", name)
    except (RuntimeError, FileNotFoundError):
        yield None
        return
    try:
        _ip("link", "add", CABLE, "type", "veth", "peer", "name", "storm1", "netns", name)
        _ip("addr", "add", f"{NEAR}/24", "dev", CABLE)
        _ip("link", "set", CABLE, "up")
        for words in (["addr", "add", f"{FAR}/24", "dev", "storm1"], ["link", "set", "storm1", "up"]):
            _ip("-n", name, *words)
        _ip("-n", name, "link", "set", "lo", "up")
        yield far
    finally:
        with contextlib.suppress(RuntimeError):  # of a namespace that goes, it goes some time later
            _ip("link", "del", CABLE)
        _ip("netns", "del", name)


CABLE = "storm0"


def _ip(*words: str) -> None:
    done = subprocess.run(["ip", *words], capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"ip {' '.join(words)}: {done.stderr}")


@dataclass
class Weather:
    """Breaks things until `stop`; each time it lets them recover for some seconds. `count` says what it did."""

    system: System
    server: Server
    post: Post
    chance: random.Random
    far: bool
    say: Callable[[str], None]
    count: Counter[str] = field(default_factory=Counter)
    stop: threading.Event = field(default_factory=threading.Event)
    failure: BaseException | None = None

    def run(self) -> None:
        """One mischief after the other; whatever is broken at the end is whole again."""
        kinds = [self.kill, self.freeze, self.restart, self.cut_connections, self.silent_post]
        weights = [6, 3, 2, 3, 1]
        if self.far:
            kinds, weights = [*kinds, self.cut_host], [*weights, 2]
        try:
            while not self.stop.wait(self.chance.uniform(1, 5)):
                (mischief,) = self.chance.choices(kinds, weights)
                self.count[mischief.__name__] += 1
                mischief()
        except BaseException as failure:
            self.failure = failure

    def _some(self, kind: str = "") -> list[str]:
        names = sorted(name for name in self.system.processes if name.startswith(kind))
        return self.chance.sample(names, self.chance.choice([1, 1, 1, min(2, len(names))]))

    def kill(self) -> None:
        """SIGKILL to one or two processes; others take their place after a while."""
        names = self._some()
        self.say(f"kill {' '.join(names)}")
        for name in names:
            self.system.kill(name)
        time.sleep(self.chance.uniform(0, 3))
        for name in names:
            self.system.start(name)

    def freeze(self) -> None:
        """SIGSTOP, for a moment or for longer than a worker's claim holds, and on again."""
        names = self._some()
        seconds = self.chance.choice([self.chance.uniform(0.5, 5), LEASE.total_seconds() + 2])
        self.say(f"freeze {' '.join(names)} for {seconds:.1f} s")
        for name in names:
            self.system.processes[name].send_signal(signal.SIGSTOP)
        time.sleep(seconds)
        for name in names:
            self.system.processes[name].send_signal(signal.SIGCONT)

    def restart(self) -> None:
        """The database stops, orderly or as by a power cut, and is back after a while."""
        mode, seconds = self.chance.choice(["fast", "immediate"]), self.chance.uniform(0, 5)
        self.say(f"database: {mode} stop, back after {seconds:.1f} s")
        self.server.halt(mode)
        time.sleep(seconds)
        self.server.start()

    def cut_connections(self) -> None:
        """Some connections to the database break, or all."""
        some = self.chance.choice(["", " AND random() < 0.5"])
        self.say(f"{'some' if some else 'all'} connections are cut")
        with contextlib.suppress(psycopg.OperationalError):
            self.server.sql(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                f" WHERE backend_type = 'client backend' AND pid <> pg_backend_pid(){some}"
            )

    def cut_host(self) -> None:
        """The cable to the second host is pulled, and put back."""
        seconds = self.chance.choice([self.chance.uniform(0.5, 6), LEASE.total_seconds() + 5])
        self.say(f"second host cut off for {seconds:.1f} s")
        _ip("link", "set", CABLE, "down")
        time.sleep(seconds)
        _ip("link", "set", CABLE, "up")

    def silent_post(self) -> None:
        """The mail server refuses what it gets, for a while."""
        seconds = self.chance.uniform(2, 10)
        self.say(f"mail server away for {seconds:.1f} s")
        self.post.away = True
        time.sleep(seconds)
        self.post.away = False
