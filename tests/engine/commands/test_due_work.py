"""Timers, service tasks, retries and incidents, through the worker."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, select

from engine import audit, commands, jobs, worklist
from engine.actor import SYSTEM
from engine.commands import BpmnError, Refusal, messages, routing, timers
from engine.jobs import Fenced, Handler, Job
from engine.store import Busy, Database, tables
from engine.worker import LEASE, Worker, drain, perform
from tests.engine.commands import models
from tests.engine.commands.conftest import Clock
from tests.engine.commands.test_commands import count, deploy, only, status


def rows(db: Database) -> list[Any]:
    with db.begin() as tx:
        return list(tx.read(select(tables.job).order_by(tables.job.c.due_at, tables.job.c.id)))


def test_a_timer_fires_when_it_is_due_and_once(db: Database, clock: Clock) -> None:
    deploy(db, models.WAIT)
    root = commands.start(db, "p", {"n": 0})
    assert Worker(db).tick() == 0
    clock.forward(days=1)
    assert Worker(db, "a").tick() == 1 and Worker(db, "b").tick() == 0
    assert commands.variables_of(db, root) == {"n": 1} and rows(db) == []
    assert [e.kind for e in audit.history(db, root)] == ["start", "timer"]
    assert count(db, "root_claim") == 0


def test_a_completed_task_takes_its_timer_with_it(db: Database, clock: Clock) -> None:
    deploy(db, models.TIMED)
    root, late = commands.start(db, "p"), commands.start(db, "p")
    commands.complete(db, only(db, root))
    clock.forward(days=2)
    assert drain(db) == 1
    assert status(db, root) == "ended" and worklist.of_instance(db, late)[0].element == "b"


def test_a_cycle_fires_as_often_as_it_says(db: Database, clock: Clock) -> None:
    body = models.model(
        '<startEvent id="s"/>' + models.task("a") + '<boundaryEvent id="t" attachedToRef="a"'
        f' cancelActivity="false">{models.timer("R3/P1D", "timeCycle")}</boundaryEvent>'
        '<endEvent id="e"/><endEvent id="e2"/>' + models.flow("s", "a", "e") + models.flow("t", "e2")
    )
    deploy(db, body)
    root = commands.start(db, "p")
    for days in range(1, 6):
        clock.forward(days=1)
        drain(db)
        assert len([e for e in audit.history(db, root) if e.kind == "timer"]) == min(days, 3)


def test_a_moved_timer_fires_at_its_new_date(db: Database, clock: Clock) -> None:
    deploy(db, models.WAIT)
    root = commands.start(db, "p", {"n": 0})
    (timer,) = rows(db)
    commands.set_timer(db, root, timer.id, clock.now + timedelta(days=3), by="lan", reason="gia hạn")
    clock.forward(days=2)
    assert drain(db) == 0
    clock.forward(days=1)
    assert drain(db) == 1
    moved = next(e for e in audit.history(db, root) if e.kind == "set_timer")
    assert datetime.fromisoformat(moved.data["due"]) - datetime.fromisoformat(moved.data["before"]) == timedelta(days=2)
    with pytest.raises(Refusal):
        commands.set_timer(db, root, timer.id, clock.now)


def test_a_suspended_instance_s_timer_waits_for_it(db: Database, clock: Clock) -> None:
    deploy(db, models.WAIT)
    root = commands.start(db, "p", {"n": 0})
    commands.suspend(db, root)
    clock.forward(days=2)
    assert drain(db) == 0
    commands.resume(db, root)
    assert drain(db) == 1


def test_a_timer_start_event_starts_instances_of_the_version_in_force(db: Database, clock: Clock) -> None:
    def every_day(name: str) -> bytes:
        return models.model(
            f'<startEvent id="s">{models.timer("R/P1D", "timeCycle")}</startEvent>'
            + models.task(name)
            + '<endEvent id="e"/>'
            + models.flow("s", name, "e")
        )

    deploy(db, every_day("cu"))
    for _ in range(2):
        clock.forward(days=1)
        drain(db)
    deploy(db, every_day("moi"))
    clock.forward(days=1)
    drain(db)
    page = worklist.open_tasks(db, everything=True, order="opened")
    assert [item.element for item in page.items] == ["cu", "cu", "moi"]


def test_a_version_that_is_effective_later_takes_over_its_start_events_on_its_day(db: Database, clock: Clock) -> None:
    def on_message(name: str) -> bytes:
        return models.model(
            '<startEvent id="s"><messageEventDefinition messageRef="m"/></startEvent>'
            + models.task(name)
            + '<endEvent id="e"/>'
            + models.flow("s", name, "e"),
            more='<message id="m" name="gui"/>',
        )

    deploy(db, on_message("cu"))
    later = deploy(db, on_message("moi"), effective_from=clock.now.date() + timedelta(days=2))
    elements = []
    for _ in range(3):
        root = commands.message(db, "gui")
        elements.append(worklist.of_instance(db, root)[0].element)
        clock.forward(days=1)
        drain(db)
    assert elements == ["cu", "cu", "moi"]
    commands.retire(db, later.id)
    assert worklist.of_instance(db, commands.message(db, "gui"))[0].element == "cu"


def test_a_thrown_message_reaches_another_root_through_a_job(db: Database) -> None:
    thrower = models.model(
        '<startEvent id="s"/><intermediateThrowEvent id="t"><messageEventDefinition messageRef="msg"/>'
        '</intermediateThrowEvent><endEvent id="e"/>' + models.flow("s", "t", "e"),
        id="thrower",
        more='<message id="msg" name="xac_nhan"><extensionElements><zeebe:subscription correlationKey="= ma"/>'
        "</extensionElements></message>",
    )
    deploy(db, models.MESSAGE)
    deploy(db, thrower, "thrower")
    one, two = commands.start(db, "p", {"ma": "1"}), commands.start(db, "p", {"ma": "2"})
    commands.start(db, "thrower", {"ma": "2"})
    assert status(db, two) == "active"
    assert drain(db) == 1
    assert status(db, one) == "active" and status(db, two) == "ended"
    commands.start(db, "thrower", {"ma": "3"})
    assert drain(db) == 0  # nobody waits: it is not kept


def test_a_message_starts_a_process_only_where_none_waits(db: Database) -> None:
    body = models.model(
        '<startEvent id="s"><messageEventDefinition messageRef="msg"/></startEvent>'
        '<intermediateCatchEvent id="m"><messageEventDefinition messageRef="msg"/></intermediateCatchEvent>'
        '<endEvent id="e"/>' + models.flow("s", "m", "e"),
        more='<message id="msg" name="gui"/>',
    )
    deploy(db, body)
    first = commands.message(db, "gui", None, {"x": 1})
    assert commands.message(db, "gui") == first and status(db, first) == "ended"
    assert commands.message(db, "gui") != first


def test_a_service_task_is_done_outside_with_its_call_s_id_as_key(db: Database) -> None:
    seen: list[tuple[Mapping[str, Any], str]] = []

    def tax(variables: Mapping[str, Any], headers: Mapping[str, str], key: str) -> dict[str, Any]:
        seen.append((dict(variables), key))
        return {"so_thue": 5000}

    db.installation.connectors["thue"] = tax
    deploy(db, models.SERVICE)
    root = commands.start(db, "p", {"mst": "010"})
    (call,) = rows(db)
    assert call.kind == "call" and drain(db) == 1
    assert seen == [({"mst": "010"}, call.id)]
    assert commands.variables_of(db, root) == {"mst": "010", "so_thue": 5000}
    assert worklist.of_instance(db, root)[0].element == "a"


def test_a_failing_call_is_retried_later_and_then_an_incident_that_can_be_retried(db: Database, clock: Clock) -> None:
    broken = True

    def tax(variables: Mapping[str, Any], headers: Mapping[str, str], key: str) -> None:
        if broken:
            raise ConnectionError("cổng thuế không trả lời")

    db.installation.connectors["thue"] = tax
    deploy(db, models.SERVICE)
    root = commands.start(db, "p")
    assert drain(db) == 1 and drain(db) == 0
    (job,) = rows(db)
    assert (job.attempts, job.retries_left) == (1, 1) and "cổng thuế" in job.last_error
    clock.forward(hours=1)
    drain(db)
    (incident,) = commands.incidents(db)
    assert (incident.element, incident.kind) == ("call", "call") and "cổng thuế" in incident.message
    assert rows(db) == []
    assert commands.retry_incident(db, incident.id, by="quan_tri")
    clock.forward(hours=1)
    drain(db)
    clock.forward(hours=1)
    drain(db)
    (again,) = commands.incidents(db)
    broken = False
    assert commands.retry_incidents(db, [again.id, "khong_co"], by="quan_tri")[again.id] is None
    drain(db)
    assert commands.incidents(db) == [] and worklist.of_instance(db, root)[0].element == "a"
    assert audit.verify(db)["broken"] == []


def test_a_call_may_answer_with_a_bpmn_error(db: Database) -> None:
    body = models.model(
        '<startEvent id="s"/><serviceTask id="call"><extensionElements><zeebe:taskDefinition'
        ' type="thue"/></extensionElements></serviceTask><boundaryEvent id="err" attachedToRef="call">'
        '<errorEventDefinition errorRef="E"/></boundaryEvent>'
        + models.task("a")
        + '<endEvent id="e"/><endEvent id="e2"/>'
        + models.flow("s", "call", "e")
        + models.flow("err", "a", "e2"),
        more='<error id="E" errorCode="MST"/>',
    )

    def tax(variables: Mapping[str, Any], headers: Mapping[str, str], key: str) -> None:
        raise BpmnError("MST")

    db.installation.connectors["thue"] = tax
    deploy(db, body)
    root = commands.start(db, "p")
    drain(db)
    assert worklist.of_instance(db, root)[0].element == "a"


def test_a_job_is_written_once_under_its_key_and_done_with_the_transaction(db: Database, clock: Clock) -> None:
    sent: list[Any] = []
    db.installation.handlers["mail"] = Handler(outside=lambda job: sent.append(job.payload))
    with db.begin() as tx:
        assert jobs.add(tx, "r", "mail", payload={"to": "a@b.vn"}, dedupe_key="m1")
        assert jobs.add(tx, "r", "mail", payload={"to": "x"}, dedupe_key="m1") is None
        assert jobs.add(tx, "r", "mail", clock.now + timedelta(days=1), {"to": "later"}, "m2")
    with pytest.raises(ZeroDivisionError), db.begin() as tx:
        jobs.add(tx, "r", "mail", payload={"to": "nobody"})
        raise ZeroDivisionError
    drain(db)
    assert sent == [{"to": "a@b.vn"}]
    with db.begin() as tx:
        assert jobs.move(tx, "r", "m2", clock.now) and not jobs.remove(tx, "r", "m1")
    drain(db)
    assert sent[-1] == {"to": "later"}


def test_a_job_that_runs_out_of_retries_is_an_incident_that_gives_it_new_ones(db: Database, clock: Clock) -> None:
    tries: list[datetime] = []

    def sync(tx: object, job: Job) -> None:
        tries.append(clock.now)
        if len(tries) <= 3:
            raise OSError("hỏng")

    db.installation.handlers["sync"] = Handler(inside=sync)
    with db.begin() as tx:
        jobs.add(tx, "r", "sync", payload=1)
    for _ in range(6):
        drain(db)
        clock.forward(hours=3)
    assert len(tries) == 3
    (incident,) = commands.incidents(db)
    assert incident.kind == "job" and "hỏng" in incident.message
    assert commands.retry_incident(db, incident.id)
    drain(db)
    assert len(tries) == 4 and rows(db) == [] and commands.incidents(db) == []
    assert audit.verify(db)["broken"] == []


def test_a_worker_that_wakes_too_late_writes_nothing(db: Database, clock: Clock) -> None:
    deploy(db, models.WAIT)
    root = commands.start(db, "p", {"n": 0})
    clock.forward(days=1)
    (late,) = db.run(lambda tx: jobs.claim(tx, root, "slow", LEASE))
    assert db.run(lambda tx: jobs.claim(tx, root, "fast", LEASE)) == []
    clock.forward(seconds=LEASE.total_seconds() + 1)
    assert Worker(db, "fast").tick() == 1
    with pytest.raises(Fenced):
        perform(db, late)
    assert commands.variables_of(db, root) == {"n": 1}
    assert not db.run(lambda tx: jobs.beat(tx, root, late.lock_token or "", LEASE))


def test_a_beat_keeps_the_claim(db: Database, clock: Clock) -> None:
    deploy(db, models.WAIT)
    root = commands.start(db, "p", {"n": 0})
    clock.forward(days=1)
    (job,) = db.run(lambda tx: jobs.claim(tx, root, "slow", LEASE))
    for _ in range(3):
        clock.forward(seconds=LEASE.total_seconds() / 2)
        assert db.run(lambda tx: jobs.beat(tx, root, job.lock_token or "", LEASE))
    assert Worker(db, "other").tick() == 0
    perform(db, job)
    assert commands.variables_of(db, root) == {"n": 1}


def test_a_job_whose_instance_is_suspended_after_the_claim_waits_with_it_and_has_not_failed(
    db: Database, clock: Clock
) -> None:
    deploy(db, models.WAIT)
    root = commands.start(db, "p", {"n": 0})
    (due,) = rows(db)
    clock.forward(days=1)
    (job,) = db.run(lambda tx: jobs.claim(tx, root, "w", LEASE))
    commands.suspend(db, root)
    perform(db, job)
    db.run(lambda tx: jobs.release(tx, root, job.lock_token or ""))
    (left,) = rows(db)
    assert (left.attempts, left.retries_left, left.due_at, left.held, left.lock_token) == (0, 3, due.due_at, True, None)
    commands.resume(db, root)
    assert drain(db) == 1 and commands.variables_of(db, root) == {"n": 1} and commands.incidents(db) == []


def test_a_job_that_met_a_busy_instance_keeps_its_date_and_is_tried_again_soon(
    db: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    deploy(db, models.WAIT)
    root = commands.start(db, "p", {"n": 0})
    (due,) = rows(db)
    clock.forward(days=1)

    def busy(*_: Any) -> None:
        raise Busy("somebody else holds it")

    with monkeypatch.context() as patched:
        patched.setitem(db.installation.handlers, "timer", Handler(busy))
        Worker(db).tick()
    (left,) = rows(db)
    assert (left.attempts, left.retries_left, left.due_at) == (0, 3, due.due_at)
    assert drain(db) == 0
    clock.forward(seconds=3)
    assert drain(db) == 1 and audit.history(db, root)[-1].data["due"] == due.due_at.isoformat()


def test_jobs_of_one_root_are_never_claimed_by_two(db: Database, clock: Clock) -> None:
    db.installation.handlers["x"] = Handler(inside=lambda tx, job: None)
    with db.begin() as tx:
        jobs.add(tx, "r", "x")
    first = db.run(lambda tx: jobs.claim(tx, "r", "a", LEASE))
    with db.begin() as tx:
        jobs.add(tx, "r", "x")
    assert len(first) == 1 and db.run(lambda tx: jobs.claim(tx, "r", "b", LEASE)) == []


def test_a_kind_that_nobody_handles_is_tried_again_and_not_lost(
    db: Database, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    with db.begin() as tx:
        jobs.add(tx, "r", "khong_ai_lam")
    drain(db)
    (job,) = rows(db)
    assert job.attempts == 1 and "khong_ai_lam" in job.last_error


def test_the_worker_ticks_until_it_is_stopped(db: Database, clock: Clock) -> None:
    deploy(db, models.WAIT)
    root = commands.start(db, "p", {"n": 0})
    clock.forward(days=1)
    worker = Worker(db, "w")
    thread = threading.Thread(target=worker.run, kwargs={"every": 0.02})
    thread.start()
    deadline = time.monotonic() + 10
    while rows(db) and time.monotonic() < deadline:
        time.sleep(0.02)
    worker.stop()
    thread.join(10)
    assert not thread.is_alive() and commands.variables_of(db, root) == {"n": 1}


def test_a_worker_delivers_throws_in_their_order_to_however_many_wait(db: Database) -> None:
    names = '<signal id="a" name="a"/><message id="b" name="b"/>'
    first, second = '<signalEventDefinition signalRef="a"/>', '<messageEventDefinition messageRef="b"/>'
    thrower = models.model(
        f'<startEvent id="s"/><intermediateThrowEvent id="t">{first}</intermediateThrowEvent>'
        f'<endEvent id="e">{second}</endEvent>' + models.flow("s", "t", "e"),
        more=names,
    )
    taker = models.model(
        f'<startEvent id="s"/><intermediateCatchEvent id="c1">{first}</intermediateCatchEvent>'
        f'<intermediateCatchEvent id="c2">{second}</intermediateCatchEvent><endEvent id="e"/>'
        + models.flow("s", "c1", "c2", "e"),
        id="q",
        more=names,
    )
    deploy(db, thrower)
    deploy(db, taker)
    waiting = [commands.start(db, "q") for _ in range(messages.TOGETHER + 2)]
    commands.start(db, "p")
    later, worker = rows(db)[1], Worker(db)
    assert later.kind == "message"
    worker.tick()  # the first fifty take the signal; the message waits until the others have
    assert [row.kind for row in rows(db)] == ["signal", "message"]
    with db.begin() as tx:
        tx.execute(tables.job.update().values(lock_expires=None))
    drain(db)
    with db.begin() as tx:
        tx.execute(tables.job.update().values(lock_expires=None))
    drain(db)
    assert rows(db) == []
    assert [status(db, root) for root in waiting] == ["ended"] + ["active"] * (len(waiting) - 1)
    with db.begin() as tx:
        assert set(tx.read(select(tables.subscription.c.name)).scalars()) == {"b"}


def test_workers_take_different_roots(db: Database, clock: Clock) -> None:
    deploy(db, models.WAIT)
    roots = {commands.start(db, "p", {"n": 0}) for _ in range(12)}
    clock.forward(days=1)
    with db.begin() as tx:
        taken = [frozenset(jobs.due_roots(tx, 2)) for _ in range(40)]
    assert all(len(one) == 2 and one <= roots for one in taken) and len(set(taken)) > 3


def test_what_is_due_does_not_wait_for_the_worker_s_pause(db: Database, clock: Clock) -> None:
    deploy(db, models.WAIT)
    for _ in range(9):
        commands.start(db, "p", {"n": 0})
    clock.forward(days=1)
    worker, done = Worker(db, batch=2), []
    tick = worker.tick
    worker.tick = lambda: done.append(tick()) or done[-1]  # type: ignore[method-assign, func-returns-value]
    thread = threading.Thread(target=worker.run, kwargs={"every": 0.5, "idle": 0.5})
    thread.start()
    deadline = time.monotonic() + 20
    while rows(db) and time.monotonic() < deadline:
        time.sleep(0.02)
    worker.stop()
    thread.join(10)
    assert rows(db) == [] and sum(done) == 9 and 0 not in done[:5]  # one tick after the other


def test_a_message_reads_only_subscriptions_that_may_take_it(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Thousands wait under one name, each with its dossier's code."""
    body = models.model(
        '<startEvent id="s"/><intermediateCatchEvent id="c"><messageEventDefinition messageRef="m"/>'
        '</intermediateCatchEvent><endEvent id="e"/>' + models.flow("s", "c", "e"),
        more='<message id="m" name="m"><extensionElements><zeebe:subscription correlationKey="=ma"/>'
        "</extensionElements></message>",
    )
    deploy(db, body)
    roots = [commands.start(db, "p", {"ma": str(number)}) for number in range(20)]
    read: list[int] = []
    found = routing._rows

    def counted(*arguments: Any, **named: Any) -> list[Any]:
        answer = found(*arguments, **named)
        read.append(len(answer))
        return answer

    monkeypatch.setattr(routing, "_rows", counted)
    assert commands.message(db, "m", "7") == roots[7]
    assert commands.message(db, "m", {"ma": "8"}) == roots[8]
    with pytest.raises(Refusal):
        commands.message(db, "m", "7")
    assert read == [1, 1, 0]


def test_a_timer_costs_two_looks_and_a_step(db: Database, clock: Clock) -> None:
    """One statement each on PostgreSQL: its jobs, its family and state, and the guarded write; no claim."""
    deploy(db, models.WAIT)
    root = commands.start(db, "p", {"n": 0})
    clock.forward(days=1)
    db.hot.clear()  # another process started it
    said: list[str] = []
    event.listen(db.pool, "before_cursor_execute", lambda _c, _u, statement, *_: said.append(statement.split()[0]))
    assert Worker(db).work(root) == 1
    writes = ["WITH"] if not db.sqlite else [one for one in said if one in ("UPDATE", "INSERT", "DELETE")]
    assert len(said) <= 4 + (2 + len(writes) if db.sqlite else 0), said
    assert not any("root_claim" in one for one in said) and commands.variables_of(db, root) == {"n": 1}


def test_a_timer_that_is_moved_while_a_worker_looks_at_it_does_not_fire(db: Database, clock: Clock) -> None:
    deploy(db, models.WAIT)
    root = commands.start(db, "p", {"n": 0})
    clock.forward(days=1)
    with db.begin() as tx:
        (seen,) = jobs.due(tx, root)
    commands.set_timer(db, root, seen.id, clock() + timedelta(hours=2))
    with pytest.raises(Fenced), db.begin(SYSTEM) as tx:
        timers.timer_job(tx, seen)
    assert Worker(db).tick() == 0 and commands.variables_of(db, root) == {"n": 0}
    clock.forward(hours=2)
    assert Worker(db).tick() == 1 and commands.variables_of(db, root) == {"n": 1}


def test_of_two_workers_at_one_timer_one_writes(db: Database, clock: Clock) -> None:
    deploy(db, models.WAIT)
    root = commands.start(db, "p", {"n": 0})
    clock.forward(days=1)
    workers = [Worker(db, name) for name in "ab"]
    both = threading.Barrier(2)
    due = jobs.due

    def together(tx: Any, root_id: str) -> list[Job]:
        found = due(tx, root_id)
        both.wait(10)  # both have seen it
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jobs, "due", together)
        threads = [threading.Thread(target=worker.work, args=(root,)) for worker in workers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)
    assert [e.kind for e in audit.history(db, root)] == ["start", "timer"]
    assert commands.variables_of(db, root) == {"n": 1} and rows(db) == [] and count(db, "root_claim") == 0
