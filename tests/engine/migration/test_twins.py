"""Random models on random paths, taken half-way to a twin in which every node has another id: from there on nothing
tells them from an instance that began on the twin."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, note, settings
from hypothesis import strategies as st

from engine.commands import decisions
from engine.migration.checking import Check
from engine.model import read
from engine.run import machine
from engine.run.fitting import Unfit
from engine.run.migrating import migrate
from tests.engine.replay.blocks import Sketch, sketches
from tests.engine.replay.drawing import drawn
from tests.engine.replay.marks import DECISION
from tests.engine.replay.memory import Host, Memory
from tests.engine.replay.path import Act, act, paths

PHASES = [phase for phase in Phase if phase is not Phase.explain]
FEW = settings(max_examples=60, deadline=None, derandomize=True, phases=PHASES, suppress_health_check=list(HealthCheck))
MANY = settings(max_examples=1500, deadline=None, phases=PHASES, suppress_health_check=list(HealthCheck))

PREFIX = "zz_"
REFERENCES = r'(\s(?:id|sourceRef|targetRef|attachedToRef|default|activityRef)=")'


def twin(body: str, nodes: list[str]) -> str:
    """The same model with another id at every node."""
    for id in nodes:
        body = re.sub(REFERENCES + re.escape(id) + '"', rf'\g<1>{PREFIX}{id}"', body)
    return body


def state(side: Memory) -> list[bytes]:
    return [side.state(root).replace(PREFIX.encode(), b"") for root in side.runs]


def over(side: Memory, check: Check, after: Any) -> bool:
    """Takes all instances over; False, with nothing done, while compensation is under way in one."""
    processes, side.processes = side.processes, after
    made = {}
    for root, run in side.runs.items():
        try:
            made[root] = run if run.ended else migrate(run, check.routes, Host(side, root)).run
        except Unfit as unfit:
            assert [one.en[:12] for one in unfit.reasons] == ["Compensation"], unfit
            side.processes = processes
            return False
    for run in made.values():
        if not run.ended:
            assert not run.take_changes().steps
    side.runs = made
    return True


def walk(sketch: Sketch, path: list[Act], when: int) -> None:
    body = drawn(sketch).decode()
    before = read(body.encode(), "mo-hinh.bpmn").processes
    nodes = [node.id for process in before.values() for node in process.scope.walk()]
    after = read(twin(body, nodes).encode(), "mo-hinh.bpmn").processes
    note(body)
    known = decisions.load({"phi.dmn": DECISION})

    def decide(name: str, context: Any) -> Any:
        if name not in known:
            raise LookupError(name)
        return known[name][0].decide(known[name][1], context)

    check = Check(before, after, {id: PREFIX + id for id in nodes}, {}, {}).all()
    assert not [one for one in check.findings if one.rule in ("misfit", "scope")], check.findings
    moving, native = Memory(before, decide), Memory(after, decide)
    inside = [node.id for node in before["main"].scope.walk()]
    for side in (moving, native):
        side.start("main", {"n": 0, "ma": "H1"})
    moved = False
    for at, step in enumerate(path):
        if not moved and at >= when:
            moved = over(moving, check, after)
            if moved:
                moving.start_events, moving.begins = native.start_events, list(native.begins)
        names = [PREFIX + id for id in inside]
        answers = [act(moving, step, names if moved else inside), act(native, step, names)]
        assert answers[0] == answers[1]
        assert state(moving) == state(native), step


@pytest.fixture
def _bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "STEP_LIMIT", 300)  # some models loop without a wait


@FEW
@given(sketch=sketches(), path=paths, when=st.integers(0, 8))
def test_an_instance_that_went_over_is_what_one_begun_there_would_be(
    _bound: None, sketch: Sketch, path: list[Act], when: int
) -> None:
    walk(sketch, path, when)


@pytest.mark.slow
@pytest.mark.timeout(3600)
@MANY
@given(sketch=sketches(14), path=paths, when=st.integers(0, 16))
def test_larger_models_go_over_on_many_paths_too(_bound: None, sketch: Sketch, path: list[Act], when: int) -> None:
    walk(sketch, path, when)
