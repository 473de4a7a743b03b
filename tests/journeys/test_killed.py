"""Two servers and two workers on PostgreSQL, one killed in the middle: each dossier still happens exactly once."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from engine.store import Database
from tests.journeys import births
from tests.journeys.rest import Client
from tests.journeys.system import System, motcua

AT_ONCE = 2  # dossiers on their way at the same time
POSTS = 11 * AT_ONCE  # the calls that take


def journey(system: System, seed: int) -> None:
    """Registers births from several threads; at a random call, and a random moment of it, one process is killed."""
    chance = random.Random(seed)
    victim = chance.choice(["server-1", "server-2", "worker-1", "worker-2"])
    call, delay = chance.randint(1, POSTS), chance.uniform(0, 0.15)
    print(f"seed {seed}: {victim} is killed {delay:.3f} s into call {call}")
    sent, lock = [0], threading.Lock()
    blow = threading.Timer(delay, system.kill, (victim,))

    def count(_: int) -> None:
        with lock:
            sent[0] += 1
            if sent[0] == call:
                blow.start()

    with system:
        try:
            with ThreadPoolExecutor(AT_ONCE) as pool:
                codes = list(
                    pool.map(lambda number: births.register(Client(system, before=count), number), range(AT_ONCE))
                )
        finally:
            if blow.ident is not None:
                blow.join()
        assert system.processes[victim].poll() == -9, f"{sent[0]} calls were too few to reach call {call}"
    database = Database(system.url)
    try:
        assert len(set(codes)) == AT_ONCE
        births.check(database, codes)
        before = births.contents(database)
        rebuilt = motcua(system.home, "db", "rebuild", "--json", database=system.database)
        assert rebuilt.returncode == 0, rebuilt.stderr
        after = births.contents(database)
    finally:
        database.close()
    assert after == before
    verified = motcua(system.home, "audit", "verify", "--json", database=system.database)
    assert verified.returncode == 0, verified.stdout


@pytest.mark.parametrize("seed", [11, 12])
def test_a_dossier_is_returned_exactly_once_though_a_process_is_killed(
    on_postgresql: Callable[..., System], seed: int
) -> None:
    journey(on_postgresql(servers=2, workers=2), seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [13, *range(100, 147)])
def test_it_is_so_at_whatever_moment(on_postgresql: Callable[..., System], seed: int) -> None:
    journey(on_postgresql(servers=2, workers=2), seed)
