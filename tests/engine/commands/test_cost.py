"""What a step costs does not grow with what an instance has behind it: counted, not timed.

Counted are the statements of a command and the bytes they carry to the database: what is written of the state, the
log and the projections. The slower tier has the full numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event, func, select

from engine import audit, commands, values, worklist
from engine.run import codec
from engine.run.changes import Changes
from engine.store import Database, tables
from tests.engine.commands import models
from tests.engine.commands.models import flow, model, task
from tests.engine.commands.test_commands import count, deploy, only, status

#: Ids, hashes, dates and counters differ by a few digits from step to step.
DIGITS = 40


class Work:
    """Statements of a database and the bytes of their parameters, by step."""

    def __init__(self, database: Database) -> None:
        self.steps: list[tuple[int, int]] = []
        self.opened: list[str] = []
        self._now = [0, 0]
        event.listen(database.pool, "before_cursor_execute", self._count)
        database.installation.observers.append(self._observe)

    def _count(self, _c: Any, _cursor: Any, _statement: str, parameters: Any, _context: Any, many: bool) -> None:
        self._now[0] += 1
        for row in parameters if many else [parameters]:
            for value in row.values() if isinstance(row, dict) else row:
                self._now[1] += len(value) if isinstance(value, str | bytes) else 8

    def _observe(self, _root: str, changes: Changes) -> None:
        self.opened += [each.id for each in changes.tasks_opened]

    @contextmanager
    def step(self) -> Iterator[None]:
        self._now = [0, 0]
        yield
        self.steps.append((self._now[0], self._now[1]))

    def is_flat(self, first: int = 20) -> None:
        """The last steps take the statements of the first ones, and no more bytes."""
        assert self.steps[-1][0] == self.steps[first][0]
        assert max(each for _, each in self.steps[first:]) <= self.steps[first][1] + DIGITS


def state_size(db: Database, root: str) -> int:
    with db.begin() as tx:
        return int(
            tx.read(select(func.length(tables.instance.c.state)).where(tables.instance.c.root_id == root)).scalar_one()
        )


FULL = pytest.param(True, marks=[pytest.mark.slow, pytest.mark.timeout(3600)])
scale = pytest.mark.parametrize("full", [False, FULL], ids=["part", "full"])

#: A task, again and again while `lai` is true.
RETURN = model(
    '<startEvent id="s"/><exclusiveGateway id="m"/>' + task("a") + '<exclusiveGateway id="g" default="g_e"/>'
    '<endEvent id="e"/>'
    + flow("s", "m", "a", "g", "e")
    + '<sequenceFlow id="lai" sourceRef="g" targetRef="m"><conditionExpression xsi:type="tFormalExpression">'
    "= lai</conditionExpression></sequenceFlow>"
)


@scale
@pytest.mark.parametrize("forget", [False, True], ids=["hot", "cold"])
def test_the_last_return_of_a_loop_costs_what_the_first_did(db: Database, full: bool, forget: bool) -> None:
    number = 10_000 if full else 500
    deploy(db, RETURN)
    work = Work(db)
    root = commands.start(db, "p", {"lai": True})
    size = state_size(db, root)
    for _ in range(number):
        if forget:
            db.hot.clear()
        with work.step():
            commands.complete(db, work.opened.pop(), {"lai": True}, by="lan")
    work.is_flat()
    assert abs(state_size(db, root) - size) < DIGITS
    assert [count(db, name) for name in ("instance", "work_item", "job")] == [1, 1, 0]
    commands.complete(db, work.opened.pop(), {"lai": False})
    assert status(db, root) == "ended"
    steps = [step.element for step in audit.history_of_steps(db, root) if step.event == "completed"]
    assert steps == ["s", "m"] + ["a", "g", "m"] * number + ["a", "g", "e"]


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_a_hundred_thousand_commands_on_one_instance_cost_the_same(db: Database) -> None:
    deploy(db, RETURN)
    before = count(db, "event")
    work = Work(db)
    root = commands.start(db, "p", {"lai": True})
    for number in range(100_000):
        with work.step():
            commands.complete(db, work.opened.pop(), {"lai": number < 99_999})
    work.steps.pop()
    work.is_flat()
    assert status(db, root) == "ended" and count(db, "event") == before + 100_002
    assert audit.verify(db)["broken"] == []


@scale
def test_a_loop_without_a_wait_runs_in_one_command(db: Database, full: bool) -> None:
    last = 33_334 if full else 1_000
    script = '<extensionElements><zeebe:script expression="= n + 1" resultVariable="n"/></extensionElements>'
    deploy(
        db,
        model(
            f'<startEvent id="s"/><exclusiveGateway id="m"/><scriptTask id="t">{script}</scriptTask><exclusiveGateway '
            'id="g" default="g_e"/><endEvent id="e"/>'
            + flow("s", "m", "t", "g", "e")
            + '<sequenceFlow id="lai" sourceRef="g" targetRef="m">'
            f'<conditionExpression xsi:type="tFormalExpression">= n &lt; {last}</conditionExpression>'
            "</sequenceFlow>"
        ),
    )
    root = commands.start(db, "p", {"n": 0})
    assert status(db, root) == "ended" and commands.variables_of(db, root) == {"n": last}
    assert len(audit.history_of_steps(db, root)) == 6 * last + 4
    assert state_size(db, root) < 200


def test_fifty_pairs_of_parallel_gateways_in_a_row_cost_as_much_each(db: Database) -> None:
    nodes, flows = ['<startEvent id="s"/><endEvent id="e"/>'], ["s p0"]
    for at in range(50):
        nodes.append(f'<parallelGateway id="p{at}"/><parallelGateway id="j{at}"/>' + task(f"a{at}") + task(f"b{at}"))
        flows += [f"p{at} a{at} j{at}", f"p{at} b{at} j{at}", f"j{at} {f'p{at + 1}' if at < 49 else 'e'}"]
    deploy(db, model("".join(nodes) + "".join(flow(*way.split()) for way in flows)))
    work = Work(db)
    root = commands.start(db, "p")
    sizes = []
    for _ in range(50):
        assert len(work.opened) == 2
        for _ in range(2):
            with work.step():
                commands.complete(db, work.opened.pop(0))
            sizes.append(state_size(db, root))
    assert status(db, root) == "ended"
    assert max(sizes) - min(sizes[:-1]) < 150 and len(set(work.steps[::2])) < 10
    assert max(each for _, each in work.steps[2:]) <= work.steps[1][1] + DIGITS


def wide(*, in_turn: bool) -> bytes:
    return model(
        '<startEvent id="s"/>'
        + task(
            "a",
            (
                f'<multiInstanceLoopCharacteristics isSequential="{str(in_turn).lower()}"><extensionElements>'
                '<zeebe:loopCharacteristics inputCollection="= ds" inputElement="x" outputCollection="kq"'
                ' outputElement="= x * 2"/></extensionElements></multiInstanceLoopCharacteristics>'
            ),
        )
        + '<endEvent id="e"/>'
        + flow("s", "a", "e")
    )


@scale
@pytest.mark.parametrize("in_turn", [False, True], ids=["parallel", "sequential"])
def test_wide_activities_end_right_and_their_last_instance_costs_what_the_first_did(
    db: Database, full: bool, in_turn: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = 1000 if full else 120
    deploy(db, wide(in_turn=in_turn))
    work, packed = Work(db), list[object]()
    monkeypatch.setattr(codec, "pack", lambda value: packed.append(value) or values.pack(value))
    root = commands.start(db, "p", {"ds": list(range(number))})
    assert worklist.open_tasks(db, everything=True).total == (1 if in_turn else number)
    statements, size = set(), state_size(db, root)
    for _ in range(number):
        with work.step():
            commands.complete(db, work.opened.pop(0))
        statements.add(work.steps[-1][0])
    assert len(packed) < 8 * number  # what has been encoded is not encoded again
    assert status(db, root) == "ended"
    assert commands.variables_of(db, root)["kq"] == [2 * x for x in range(number)]
    # What is gathered grows, by a number each; nothing else does.
    assert max(each for _, each in work.steps[:-1]) < work.steps[0][1] + 8 * number
    assert state_size(db, root) < size + 20 * number
    assert len(statements) <= 2  # the one that ends it writes less
    assert [count(db, name) for name in ("work_item", "candidate", "job")] == [0, 0, 0]


def test_a_stopped_worker_s_backlog_is_done_at_the_same_cost_for_each(db: Database) -> None:
    from engine.worker import Worker

    deploy(db, models.WAIT)
    roots = [commands.start(db, "p", {"n": 0}) for _ in range(60)]
    start, clock = db.clock(), db.clock
    clock.forward(days=2)  # type: ignore[attr-defined]
    assert db.clock() > start
    work, worker = Work(db), Worker(db, batch=20)
    for _ in range(3):
        with work.step():
            assert worker.tick() == 20
    assert len({statements for statements, _ in work.steps}) == 1
    assert worker.tick() == 0 and {commands.variables_of(db, root)["n"] for root in roots} == {1}
    assert only(db, roots[0])
