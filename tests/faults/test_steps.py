"""A process is killed in the middle of a step: the step is there as a whole or not at all, and others go on."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engine import audit, commands, projections, worklist
from engine.store import Database, Unavailable
from engine.worker import drain
from tests.conftest import Server
from tests.engine.commands import models
from tests.engine.commands.test_commands import deploy, only
from tests.engine.commands.test_cost import RETURN
from tests.engine.replay.invariants import rows_are_live
from tests.faults.test_workers import SOON, fired, wait_until, worker

ROOT = Path(__file__).parents[2]


@contextlib.contextmanager
def stepping(url: str, mode: str, argument: str) -> Iterator[subprocess.Popen[str]]:
    """A process that steps, killed with SIGKILL at the end."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.step_process", url, mode, argument],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


@pytest.mark.parametrize("moment", ["before", "written", "committed"])
def test_a_step_whose_process_is_killed_is_there_or_not_at_all(
    database: Database, database_url: str, moment: str
) -> None:
    deploy(database, models.TIMED)
    root = commands.start(database, "p", {"x": 0})
    task = only(database, root)
    with stepping(database_url, moment, task) as process:
        assert process.stdout is not None and process.stdout.readline() == f"{moment}\n"
    done = moment == "committed"
    (found,) = commands.find(database, root_id=root)
    assert found.status == ("ended" if done else "active")
    assert len(audit.history(database, root)) == 1 + done
    assert commands.variables_of(database, root) == {"x": int(done)}
    rows_are_live(database, [root])
    if not done:
        commands.complete(database, task, {"x": 2})  # at once: nobody holds the root any more
    assert commands.find(database, root_id=root)[0].status == "ended"
    assert audit.verify(database)["broken"] == [] and drain(database) == 0


def test_what_a_killed_process_was_told_is_done_is_done(database: Database, database_url: str) -> None:
    deploy(database, RETURN)
    roots = [commands.start(database, "p", {"lai": True}) for _ in range(5)]
    told: list[str] = []
    for seed in range(3):
        with stepping(database_url, "work", str(seed)) as process:
            assert process.stdout is not None and process.stdout.readline() == "ready\n"
            told += [process.stdout.readline().strip() for _ in range(5 + 7 * seed)]
            process.kill()
            told += [line.strip() for line in process.stdout if line.endswith("\n")]
        database.hot.clear()
        done = [
            event.data["task"] for root in roots for event in audit.history(database, root) if event.kind == "complete"
        ]
        assert set(told) <= set(done) and len(set(done)) == len(done)
        assert len(done) <= len(told) + 2 * (seed + 1)  # of each of its threads one may have been on its way
        assert audit.verify(database)["broken"] == []
        rows_are_live(database, roots)
    before = [item.id for item in worklist.open_tasks(database, everything=True).items]
    projections.rebuild(database, ["engine"])
    assert [item.id for item in worklist.open_tasks(database, everything=True).items] == before
    for root in roots:
        commands.complete(database, only(database, root), {"lai": False})
    assert {one.status for one in commands.find(database)} == {"ended"}


def test_workers_outlive_the_database_server(open_database: Callable[..., Database]) -> None:
    server = Server()
    try:
        server.sql("CREATE DATABASE own")
        database = open_database(server.url("own"))
        database.create()
        deploy(database, SOON)
        with worker(server.url("own"), "one", mode="run"), worker(server.url("own"), "two", mode="run"):
            roots = [commands.start(database, "p", {"n": 0}) for _ in range(10)]
            wait_until(lambda: any(fired(database, root) for root in roots))
            server.halt()
            server.start()
            with contextlib.suppress(Unavailable):  # who first meets a line that is broken is told so
                commands.start(database, "p", {"n": 0})
            roots += [commands.start(database, "p", {"n": 0}) for _ in range(10)]
            wait_until(lambda: all(fired(database, root) for root in roots), 40)
        assert {fired(database, root) for root in roots} == {1}
        assert audit.verify(database)["broken"] == []
        database.close()
    finally:
        server.stop()


def test_a_command_on_a_dead_connection_says_so_or_is_done_once(
    postgresql_url: str, open_database: Callable[..., Database]
) -> None:
    """Connections are cut at random moments while two threads step: what is answered is done, once."""
    from sqlalchemy import text

    database, killer = open_database(postgresql_url), open_database(postgresql_url)
    deploy(database, RETURN)
    roots = [commands.start(database, "p", {"lai": True, "n": 0}) for _ in range(2)]
    told: dict[str, list[str]] = {root: [] for root in roots}
    lost = dict.fromkeys(roots, 0)
    over = threading.Event()

    def steps(root: str) -> None:
        while not over.is_set():
            try:
                task = only(database, root)
                commands.complete(database, task, {"lai": True})
            except Exception:
                lost[root] += 1
            else:
                told[root].append(task)

    threads = [threading.Thread(target=steps, args=(root,)) for root in roots]
    for thread in threads:
        thread.start()
    for cut in range(5):
        enough = 3 * (cut + 1)
        wait_until(lambda enough=enough: min(map(len, told.values())) >= enough)  # type: ignore[misc]
        with killer.begin() as tx:
            tx.read(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
                    " AND datname = current_database()"
                )
            ).all()
    before = {root: len(done) for root, done in told.items()}
    wait_until(lambda: all(len(told[root]) > before[root] for root in roots))
    over.set()
    for thread in threads:
        thread.join(20)
    for root in roots:
        done = [event.data["task"] for event in audit.history(database, root) if event.kind == "complete"]
        assert set(told[root]) <= set(done) and len(set(done)) == len(done) <= len(told[root]) + lost[root]
    assert audit.verify(database)["broken"] == []
    database.hot.clear()
    rows_are_live(database, roots)
