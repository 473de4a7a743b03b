"""Random models on random paths: a restart after every step, another database and the projections made of the log
again give identical states, rows and hashes; and what stands open is what lives."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, note, settings

from engine import audit, projections
from engine.commands import decisions
from engine.installation import alone
from engine.model import read
from tests.engine.replay.blocks import Sketch, sketches
from tests.engine.replay.drawing import drawn
from tests.engine.replay.invariants import check, rows_are_live
from tests.engine.replay.marks import DECISION
from tests.engine.replay.memory import Memory
from tests.engine.replay.path import Act, act, paths
from tests.engine.replay.system import PROJECTED, System

PHASES = [phase for phase in Phase if phase is not Phase.explain]  # to explain takes longer than to find
FEW = settings(max_examples=50, deadline=None, derandomize=True, phases=PHASES, suppress_health_check=list(HealthCheck))
MANY = settings(max_examples=1500, deadline=None, phases=PHASES, suppress_health_check=list(HealthCheck))
#: What follows every path: all that is open goes on.
AFTER = [Act(kind, which, 2) for kind in ("resume", "call", "complete", "retry", "message") for which in range(3)]


class Databases:
    """Both kinds, each with all tables, opened once: a model empties them before it begins."""

    def __init__(self, postgresql_url: str) -> None:
        self.straight, self.forgetful = alone().open("sqlite://"), alone().open("sqlite://")
        for database in (self.straight, self.forgetful):
            database.create()
        self.other = alone().open(postgresql_url)

    def close(self) -> None:
        for database in (self.straight, self.forgetful, self.other):
            database.close()


@pytest.fixture
def databases(postgresql_url: str) -> Iterator[Databases]:
    made = Databases(postgresql_url)
    yield made
    made.close()


KNOWN = decisions.load({"phi.dmn": DECISION})


def decide(name: str, context: Any) -> Any:
    if name not in KNOWN:
        raise LookupError(name)
    return KNOWN[name][0].decide(KNOWN[name][1], context)


def replay(databases: Databases, sketch: Sketch, path: list[Act], *, often: bool) -> None:
    """The same path on all sides, compared after each step; `often`: the projections are made anew after each."""
    body = drawn(sketch)
    model = read(body, "mo-hinh.bpmn")
    assert not model.errors, model.errors
    note(f"{body.decode()}\n{list(map(tuple, path))}")
    files = {"mo-hinh.bpmn": body, "phi.dmn": DECISION}
    first = System(databases.straight, files)
    systems = [first, System(databases.forgetful, files, forget=True), System(databases.other, files)]
    memories = [Memory(model.processes, decide), Memory(model.processes, decide, reload=True)]
    sides = [*memories, *systems]
    nodes = [node.id for node in model.processes["main"].scope.walk()]
    dead: set[str] = set()
    for step in [None, *path]:
        answers = []
        for side in sides:
            if step is None:
                side.start("main", {"n": 0, "ma": "H1"})
            else:
                answers.append(act(side, step, nodes))
        if step is not None and step.kind != "desk":
            assert len(set(answers)) == 1, answers
        check(memories[0], dead)
        views = [side.seen() for side in sides]
        for other in views[1:]:
            assert other == views[0], step
        tables = first.contents()
        for system in systems[1:]:
            assert system.contents() == tables, step
        rows_are_live(first.database, list(first.status))
        if often or step is (path[-1] if path else None):
            rebuilt = systems[1]
            projections.rebuild(rebuilt.database, ["engine"])
            for name in PROJECTED:
                assert rebuilt.contents(name)[name] == tables[name], (name, step)
    for system in systems:
        assert audit.verify(system.database)["broken"] == []


@FEW
@given(sketch=sketches(), path=paths)
def test_a_restart_another_database_and_the_log_give_the_same(
    databases: Databases, sketch: Sketch, path: list[Act]
) -> None:
    replay(databases, sketch, path, often=False)


@pytest.mark.slow
@pytest.mark.timeout(3600)
@MANY
@given(sketch=sketches(14), path=paths)
def test_larger_models_on_many_paths_too(databases: Databases, sketch: Sketch, path: list[Act]) -> None:
    replay(databases, sketch, path, often=True)


@pytest.mark.slow
@pytest.mark.timeout(3600)
@settings(MANY, max_examples=3000)
@given(sketch=sketches(14), path=paths)
def test_in_memory_nothing_is_stuck_and_nothing_cancelled_runs(sketch: Sketch, path: list[Act]) -> None:
    body = drawn(sketch)
    model = read(body, "mo-hinh.bpmn")
    note(f"{body.decode()}\n{list(map(tuple, path))}")
    side = Memory(model.processes, decide)
    nodes = [node.id for node in model.processes["main"].scope.walk()]
    dead: set[str] = set()
    side.start("main", {"n": 0, "ma": "H1"})
    for step in [*path, *AFTER]:
        check(side, dead)
        side.steps.clear()
        act(side, step, nodes)
    check(side, dead)
