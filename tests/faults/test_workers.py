"""Workers that are killed, doubled and cut off: nothing is lost, nothing happens twice."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from engine import audit, commands, jobs, worklist
from engine.jobs import Handler, Job
from engine.store import Database, Tx
from engine.worker import Worker, drain
from tests.engine.commands import models
from tests.engine.commands.test_commands import count, deploy, only

ROOT = Path(__file__).parents[2]


@contextlib.contextmanager
def worker(url: str, name: str, lease: float = 1.0, mode: str = "tick") -> Iterator[subprocess.Popen[str]]:
    """A real worker process, killed at the end if not before."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.worker_process", url, name, str(lease), mode],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None and process.stdout.readline() == "ready\n"
        yield process
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def wait_until(done: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)


def fired(database: Database, root: str) -> int:
    return sum(event.kind == "timer" for event in audit.history(database, root))


#: Waits a moment, then a task.
SOON = models.model(
    '<startEvent id="s"/><intermediateCatchEvent id="w">'
    + models.timer("PT0.3S")
    + '</intermediateCatchEvent><scriptTask id="count"><extensionElements><zeebe:script'
    ' expression="= n + 1" resultVariable="n"/></extensionElements></scriptTask>'
    + models.task("a")
    + '<endEvent id="e"/>'
    + models.flow("s", "w", "count", "a", "e")
)


def test_a_timer_fires_once_though_two_workers_look_at_it_and_one_is_killed(
    database: Database, database_url: str
) -> None:
    deploy(database, SOON)
    with worker(database_url, "one") as one, worker(database_url, "two"):
        roots = [commands.start(database, "p", {"n": 0}) for _ in range(20)]
        wait_until(lambda: any(fired(database, root) for root in roots))
        one.kill()
        wait_until(lambda: count(database, "job") == 0)
    assert {commands.variables_of(database, root)["n"] for root in roots} == {1}
    assert {fired(database, root) for root in roots} == {1}
    assert worklist.open_tasks(database, everything=True).total == 20
    assert audit.verify(database)["broken"] == []


def test_a_worker_sleeps_and_is_woken_by_what_is_due_soon(
    postgresql_url: str, open_database: Callable[..., Database]
) -> None:
    class Counted(Worker):
        ticks = 0

        def tick(self) -> int:
            self.ticks += 1
            return super().tick()

    database, other = open_database(postgresql_url), open_database(postgresql_url)
    deploy(other, SOON.replace(b"PT0.3S", b"PT0S"), key="soon")
    deploy(other, models.TIMED.replace(b'id="p"', b'id="far"'), key="far")
    sleeper = Counted(database)
    thread = threading.Thread(target=lambda: sleeper.run(every=60, idle=60, asleep=60))
    thread.start()
    try:
        wait_until(lambda: sleeper.ticks > 0)  # once, when it begins to listen
        commands.start(other, "far", {"n": 0})
        time.sleep(0.3)
        awake = sleeper.ticks
        commands.start(other, "p", {"n": 0})
        wait_until(lambda: count(other, "job") == 1, 10)  # its next look is a minute away
        assert sleeper.ticks > awake
        with other.begin() as tx:
            assert sleeper._until_due(60) == 60 < ((jobs.next_due(tx) or tx.now) - tx.now).total_seconds()
    finally:
        sleeper.stop()
        thread.join()


@pytest.mark.parametrize("mode", ["slow", "outside"])
def test_a_job_of_a_killed_worker_is_taken_up_by_another_when_its_lock_runs_out(
    database: Database, database_url: str, mode: str
) -> None:
    done: list[Job] = []
    with database.begin() as tx:
        jobs.add(tx, "r", "slow", payload={"x": 1})
    with worker(database_url, "one", 0.5, mode) as one:
        assert one.stdout is not None and one.stdout.readline() == "at work\n"
        one.kill()
    database.installation.handlers["slow"] = Handler(outside=done.append)
    other = Worker(database, "two", lease=timedelta(seconds=5))
    wait_until(lambda: bool(other.tick()))
    assert [job.payload for job in done] == [{"x": 1}] and count(database, "job") == 0


def test_a_lost_connection_is_replaced_and_the_job_done(
    postgresql_url: str, open_database: Callable[..., Database]
) -> None:
    database, killer = open_database(postgresql_url), open_database(postgresql_url)
    deploy(database, SOON)
    root = commands.start(database, "p", {"n": 0})
    time.sleep(0.35)

    def cut() -> None:
        with killer.begin() as tx:
            tx.read(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
                    " AND datname = current_database()"
                )
            ).all()

    cut()
    wait_until(lambda: bool(_ticked(Worker(database, "w"))))
    assert commands.variables_of(database, root) == {"n": 1}
    task = only(database, root)
    cut()
    with contextlib.suppress(Exception):  # the answer may be lost; whether it was done is in the database
        commands.complete(database, task)
    if worklist.of_instance(database, root):
        commands.complete(database, task)
    assert [event.kind for event in audit.history(database, root)] == ["start", "timer", "complete"]


def test_a_connection_that_died_while_idle_is_noticed_before_a_command_relies_on_it(
    postgresql_url: str, open_database: Callable[..., Database]
) -> None:
    database, killer = open_database(postgresql_url), open_database(postgresql_url)
    database.ping_after = 0
    deploy(database, models.TWO)
    root = commands.start(database, "p")
    task = only(database, root)
    with killer.begin() as tx:
        tx.read(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
                " AND datname = current_database()"
            )
        ).all()
    commands.complete(database, task)
    assert worklist.of_instance(database, root)[0].element == "b"


def test_a_command_does_not_wait_for_ever_for_a_root_that_another_holds(
    database_url: str, open_database: Callable[..., Database], monkeypatch: pytest.MonkeyPatch
) -> None:
    from engine.store import Busy
    from engine.store import database as module

    monkeypatch.setattr(module, "BUSY_SECONDS", 0.3)
    monkeypatch.setattr(module, "_SESSION", "-c lock_timeout=300")
    holder, other = open_database(database_url), open_database(database_url)
    deploy(holder, models.TWO)
    root = commands.start(holder, "p")
    with holder.begin() as tx:
        commands.set_variables(tx, root, {"x": 1})
        with pytest.raises(Busy):
            commands.set_variables(other, root, {"x": 2})
    commands.set_variables(other, root, {"y": 3})
    assert commands.variables_of(holder, root) == {"x": 1, "y": 3}


def _ticked(worker: Worker) -> int:
    try:
        return worker.tick()
    except Exception:
        return 0


def test_a_transaction_cut_in_the_middle_leaves_nothing(
    database: Database, database_url: str, open_database: Callable[..., Database]
) -> None:
    deploy(database, models.TWO)
    root = commands.start(database, "p")
    task = only(database, root)

    class Cut(BaseException):
        pass

    def broken(tx: Tx, *_: Any) -> None:
        tx.flush()
        raise Cut

    with pytest.raises(Cut), database.begin() as tx:
        commands.complete(tx, task)
        broken(tx)
    fresh = open_database(database_url)
    assert [item.element for item in worklist.of_instance(fresh, root)] == ["a"]
    commands.complete(fresh, task)
    commands.complete(database, only(database, root))
    assert drain(database) == 0 and audit.verify(database)["broken"] == []
