"""Several at once on the same thing: workers on one family, a timer and a person, a full queue, retries in bulk."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select

from engine import audit, commands, jobs, worklist
from engine.commands import Refusal
from engine.jobs import Handler, Job
from engine.store import Database, tables
from engine.worker import Worker
from procedures import attempts
from tests.engine.commands import models
from tests.engine.commands.models import flow, model, task, timer
from tests.engine.commands.test_commands import count, deploy, only
from tests.engine.replay.invariants import rows_are_live
from tests.faults.test_workers import fired, wait_until, worker

#: Twelve dates on one task, all due within a moment of each other, none of which interrupts it.
EDGES = model(
    '<startEvent id="s"/>'
    + task("a")
    + "".join(
        f'<boundaryEvent id="t{n}" attachedToRef="a" cancelActivity="false">{timer(f"PT0.{n + 10}S")}</boundaryEvent>'
        f'<scriptTask id="c{n}"><extensionElements><zeebe:script expression="= n + 1" resultVariable="n"/>'
        f'</extensionElements></scriptTask><endEvent id="e{n}"/>' + flow(f"t{n}", f"c{n}", f"e{n}")
        for n in range(12)
    )
    + '<endEvent id="e"/>'
    + flow("s", "a", "e")
)

#: A date that interrupts its task, due almost at once.
EITHER = models.TIMED.replace(b"P1D", b"PT0.2S")


def together(*works: Callable[[], Any]) -> list[BaseException]:
    """All at once in threads; what they raised."""
    raised: list[BaseException] = []
    meet = threading.Barrier(len(works))

    def do(work: Callable[[], Any]) -> None:
        meet.wait(10)
        try:
            work()
        except BaseException as error:
            raised.append(error)

    threads = [threading.Thread(target=do, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads)
    return raised


def whole(database: Database, roots: list[str]) -> None:
    """The log is whole, the rows are those of what lives, and nobody holds a root."""
    assert audit.verify(database)["broken"] == []
    database.hot.clear()
    rows_are_live(database, roots)
    assert count(database, "root_claim") == 0


def test_two_workers_and_a_person_on_one_family_do_each_thing_once(database: Database, database_url: str) -> None:
    deploy(database, EDGES)
    root = commands.start(database, "p", {"n": 0})
    with worker(database_url, "one"), worker(database_url, "two"):
        for number in range(10):
            commands.set_variables(database, root, {f"x{number}": number}, by="lan")
        wait_until(lambda: fired(database, root) == 12)
        wait_until(lambda: count(database, "root_claim") == 0)
    assert commands.variables_of(database, root) == {"n": 12, **{f"x{n}": n for n in range(10)}}
    steps = Counter(step.element for step in audit.history_of_steps(database, root) if step.event == "entered")
    assert {steps[f"t{n}"] for n in range(12)} == {1}
    whole(database, [root])


def test_a_timer_and_a_completion_at_the_same_moment_are_one_or_the_other(
    database: Database, database_url: str
) -> None:
    deploy(database, EITHER)
    with worker(database_url, "one"), worker(database_url, "two"):
        roots = [commands.start(database, "p") for _ in range(16)]
        tasks = [only(database, root) for root in roots]
        refused: list[str] = []

        def complete(mine: list[str]) -> None:
            for id in mine:
                try:
                    commands.complete(database, id, by="lan")
                except Refusal:
                    refused.append(id)

        wait_until(lambda: any(fired(database, root) for root in roots))
        assert together(lambda: complete(tasks[::2]), lambda: complete(tasks[1::2])) == []
        wait_until(lambda: count(database, "job") == 0)
        wait_until(lambda: count(database, "root_claim") == 0)
    for root, id in zip(roots, tasks, strict=True):
        kinds = [event.kind for event in audit.history(database, root)]
        assert kinds == ["start", "timer" if id in refused else "complete"]
        ended = [step.element for step in audit.history_of_steps(database, root) if step.event == "cancelled"]
        assert ended == (["a"] if id in refused else [])
    assert refused
    whole(database, roots)


def test_suspended_while_the_workers_run_it_goes_on_once_when_it_is_resumed(
    database: Database, database_url: str
) -> None:
    deploy(database, models.WAIT.replace(b"P1D", b"PT0.4S"))
    with worker(database_url, "one"), worker(database_url, "two"):
        roots = [commands.start(database, "p", {"n": 0}) for _ in range(12)]
        for root in roots[::2]:
            commands.suspend(database, root, by="truong", reason="thanh tra")
        wait_until(lambda: all(fired(database, root) for root in roots[1::2]))
        still = [root for root in roots[::2] if not fired(database, root)]
        with database.begin() as tx:
            due = {row.root_id: row.held for row in tx.read(select(tables.job))}
        assert due == dict.fromkeys(still, True) and len(still) > 3
        for root in still:
            with pytest.raises(Refusal):
                commands.set_variables(database, root, {"n": 5})
            commands.resume(database, root, by="truong")
        wait_until(lambda: count(database, "job") == 0)
        wait_until(lambda: count(database, "root_claim") == 0)
    assert [fired(database, root) for root in roots] == [1] * 12
    assert {commands.variables_of(database, root)["n"] for root in roots} == {1}
    whole(database, roots)


def test_incidents_retried_in_bulk_by_two_people_while_a_worker_runs_are_each_mended_once(database: Database) -> None:
    broken, done = threading.Event(), Counter[str]()
    broken.set()

    def tax(variables: Mapping[str, Any], headers: Mapping[str, str], key: str) -> dict[str, Any]:
        if broken.is_set():
            raise ConnectionError("cổng thuế không trả lời")
        done[key] += 1
        return {"so_thue": 1}

    database.installation.connectors["thue"] = tax
    deploy(database, models.SERVICE.replace(b'retries="2"', b'retries="1"'))
    roots = [commands.start(database, "p") for _ in range(12)]
    running = Worker(database, "w")
    thread = threading.Thread(target=running.run, kwargs={"every": 0.02, "idle": 0.05})
    thread.start()
    try:
        wait_until(lambda: count(database, "incident") == 12)
        ids = [one.id for one in commands.incidents(database)]
        answers: list[dict[str, str | None]] = []
        broken.clear()
        raised = together(
            lambda: answers.append(commands.retry_incidents(database, ids, by="lan")),
            lambda: answers.append(commands.retry_incidents(database, ids[::-1], by="minh")),
        )
        assert raised == []
        wait_until(lambda: worklist.open_tasks(database, everything=True).total == 12)
    finally:
        running.stop()
        thread.join(20)
    one, two = answers
    assert all((one[id] is None) != (two[id] is None) for id in ids)  # each by one of them, and the other is told
    assert [sum(event.kind == "retry" for event in audit.history(database, root)) for root in roots] == [1] * 12
    assert set(done.values()) == {1} and len(done) == 12
    whole(database, roots)


def test_a_full_queue_is_worked_off_by_two_workers_once_each(database: Database, database_url: str) -> None:
    deploy(database, models.WAIT.replace(b"P1D", b"PT0.001S"))
    roots = [commands.start(database, "p", {"n": 0}) for _ in range(150)]
    assert count(database, "job") == 150
    with worker(database_url, "one"), worker(database_url, "two"):
        wait_until(lambda: count(database, "job") == 0, 60)
        wait_until(lambda: count(database, "root_claim") == 0)
    assert [fired(database, root) for root in roots] == [1] * 150
    whole(database, roots)


def test_a_root_whose_worker_is_long_at_work_does_not_hold_up_the_others(database: Database) -> None:
    """More due jobs of a claimed root than a worker looks at, and all older than the others'."""
    began, go_on, done = threading.Event(), threading.Event(), list[str]()

    def slow(job: Job) -> None:
        began.set()
        go_on.wait(30)

    database.installation.handlers["slow"] = Handler(outside=slow)
    database.installation.handlers["quick"] = Handler(inside=lambda tx, job: done.append(job.root_id))
    with database.begin() as tx:
        jobs.add(tx, "busy", "slow", tx.now - timedelta(hours=2))
    busy = threading.Thread(target=Worker(database, "one").tick)
    busy.start()
    try:
        assert began.wait(20)
        with database.begin() as tx:
            for _ in range(8):
                jobs.add(tx, "busy", "quick", tx.now - timedelta(hours=1))
            jobs.add(tx, "other", "quick")
        other = Worker(database, "two", batch=5)
        assert other.tick() == 1 and done == ["other"]
    finally:
        go_on.set()
        busy.join(20)
    while other.tick():
        pass
    assert done == ["other"] + ["busy"] * 8 and count(database, "job") == 0


def test_more_jobs_of_one_root_than_a_lease_lasts_for_are_each_done_once(database: Database) -> None:
    done = Counter[int]()

    def x(tx: Any, job: Job) -> None:
        tx.after_commit(lambda: done.update([job.payload]))

    database.installation.handlers["x"] = Handler(inside=x)

    with database.begin() as tx:
        for number in range(60):
            jobs.add(tx, "r", "x", payload=number)
    lease = timedelta(milliseconds=30)
    workers = [Worker(database, f"w{number}", lease=lease) for number in range(2)]

    def ticks(worker: Worker) -> None:
        while count(database, "job"):
            worker.tick()

    assert together(*(lambda worker=worker: ticks(worker) for worker in workers)) == []
    assert done == Counter(range(60)) and count(database, "root_claim") == 0


def test_one_person_who_signs_in_at_many_places_at_once_is_let_in_everywhere(
    postgresql_url: str, open_database: Callable[..., Database]
) -> None:
    what = attempts.Try("sign-in", "motcua", "203.0.113.9")
    databases = [open_database(postgresql_url) for _ in range(4)]

    def signs_in(database: Database) -> None:
        for _ in range(100):
            database.run(lambda tx: attempts.begin(tx, what))
            database.run(lambda tx: attempts.succeeded(tx, what))

    assert together(*(partial(signs_in, database) for database in databases)) == []
    with databases[0].begin() as tx:
        assert attempts.failures(tx, what) == 0
