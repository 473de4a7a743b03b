"""Wild models: any nodes, any flows, nested, on any path. Nothing breaks, and stored and loaded they go alike."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from engine.model.definition import EventDefinition, Expression, Flow, Loop, Message, Node, Process, Scope
from engine.refusal import Refusal
from engine.run.machine import CANCELLED, COMPLETED, Machine, Token
from tests.engine.run.world import World, seen

KINDS = [
    "userTask",
    "userTask",
    "scriptTask",
    "exclusiveGateway",
    "parallelGateway",
    "inclusiveGateway",
    "complexGateway",
    "intermediateThrowEvent",
    "intermediateCatchEvent",
    "receiveTask",
    "endEvent",
    "subProcess",
    "transaction",
    "adHocSubProcess",
    "callActivity",
    "eventBasedGateway",
]
THROWS = ["signal", "escalation", "compensate", "message"]
ENDS = [*THROWS, "error", "terminate", "cancel"]
WAITS = ["message", "signal", "timer", "conditional"]


def event(kind: str) -> EventDefinition:
    return EventDefinition(
        kind,
        name="x",
        code="c",
        message=Message("m", "x"),
        timer="cycle",
        value="R2/PT1H",
        condition=Expression("n = 2"),
    )


def loops(draw: Any) -> Loop | None:
    return draw(
        st.sampled_from(
            [
                None,
                None,
                None,
                None,
                Loop("standard", maximum=Expression("2")),
                Loop("parallel", cardinality=Expression("2"), completion=Expression("n = 3")),
                Loop(
                    "sequential",
                    collection=Expression("[1, 2]"),
                    element_variable="x",
                    output_collection="kq",
                    output_element=Expression("x"),
                ),
            ]
        )
    )


class Maker:
    def __init__(self, draw: Any) -> None:
        self.draw = draw
        self.n = 0

    def id(self) -> str:
        self.n += 1
        return f"n{self.n}"

    def scope(self, depth: int) -> Scope:
        draw = self.draw
        nodes: dict[str, dict[str, Any]] = {}
        start = self.id()
        nodes[start] = {"kind": "startEvent"}
        for _ in range(draw(st.integers(1, 6 if depth == 0 else 3))):
            self.node(nodes, depth)
        flows: dict[str, Flow] = {}
        targets = [
            id
            for id, node in nodes.items()
            if node["kind"] not in ("startEvent", "boundaryEvent")
            and not node.get("triggered_by_event")
            and not node.get("for_compensation")
        ]
        sources = [
            id
            for id, node in nodes.items()
            if node["kind"] != "endEvent"
            and not node.get("triggered_by_event")
            and not node.get("for_compensation")
            and not node.get("compensation_handler")
        ]
        for number in range(draw(st.integers(1, 10))):
            source = start if number == 0 else draw(st.sampled_from(sources))
            condition = draw(st.sampled_from([None, None, "n = 1", "n > 1", "thieu = 1 and n"]))
            flow = Flow(
                f"f{source}{number}",
                source,
                draw(st.sampled_from(targets or [start])),
                condition=Expression(condition) if condition else None,
            )
            if flow.target != start:
                flows[flow.id] = flow
        made = {
            id: Node(
                id,
                incoming=tuple(f.id for f in flows.values() if f.target == id),
                outgoing=tuple(f.id for f in flows.values() if f.source == id),
                **node,
            )
            for id, node in nodes.items()
        }
        return Scope(made, flows, {"d": Expression("1")} if depth else {})

    def node(self, nodes: dict[str, dict[str, Any]], depth: int) -> None:
        draw, id = self.draw, self.id()
        kind = draw(st.sampled_from(KINDS))
        node: dict[str, Any] = {"kind": kind}
        if kind in ("subProcess", "transaction", "adHocSubProcess"):
            if depth >= 2:
                kind = node["kind"] = "userTask"
            else:
                node["scope"] = self.scope(depth + 1)
        if kind == "scriptTask":
            node.update(script=Expression(draw(st.sampled_from(["n + 1", "1", '"a" + 1']))), result_variable="n")
        elif kind == "complexGateway":
            node["activation"] = Expression("activationCount >= 2")
        elif kind == "intermediateThrowEvent":
            node["events"] = tuple(map(event, draw(st.lists(st.sampled_from(THROWS), max_size=2))))
        elif kind == "endEvent":
            node["events"] = tuple(map(event, draw(st.lists(st.sampled_from(ENDS), max_size=1))))
        elif kind == "intermediateCatchEvent":
            node.update(
                events=tuple(map(event, draw(st.lists(st.sampled_from(WAITS), min_size=1, max_size=2)))),
                parallel_multiple=draw(st.booleans()),
            )
        elif kind == "callActivity":
            node["called_element"] = draw(st.sampled_from(["small", "nothing"]))
        elif kind == "adHocSubProcess":
            node.update(
                completion_condition=Expression("n = 3"),
                ordering=draw(st.sampled_from(["Parallel", "Sequential"])),
                cancel_remaining=draw(st.booleans()),
            )
        nodes[id] = node
        if not kind.endswith(("Gateway", "Event")):
            node["loop"] = loops(draw)
            self.boundaries(nodes, id, node)
        if depth < 2 and draw(st.integers(0, 5)) == 0:
            self.event_subprocess(nodes, depth)

    def boundaries(self, nodes: dict[str, dict[str, Any]], id: str, node: dict[str, Any]) -> None:
        draw = self.draw
        attached = []
        kinds = [*WAITS, "error", "escalation", "compensate", "cancel"]
        for kind in draw(st.lists(st.sampled_from(kinds), max_size=2)):
            made = self.id()
            attached.append(made)
            nodes[made] = {
                "kind": "boundaryEvent",
                "attached_to": id,
                "events": (event(kind),),
                "interrupting": kind in ("error", "cancel") or draw(st.booleans()),
            }
            if kind == "compensate":
                handler = self.id()
                nodes[handler] = {"kind": "userTask", "for_compensation": True}
                nodes[made]["compensation_handler"] = handler
        node["boundaries"] = tuple(attached)

    def event_subprocess(self, nodes: dict[str, dict[str, Any]], depth: int) -> None:
        draw = self.draw
        inside = self.scope(depth + 1)
        kind = draw(st.sampled_from([*WAITS, "error", "escalation", "compensate"]))
        first = next(iter(inside.nodes))
        start = inside.nodes[first]
        changed = {name: getattr(start, name) for name in Node.__slots__}
        changed.update(events=(event(kind),), interrupting=kind == "error" or draw(st.booleans()))
        nodes[self.id()] = {
            "kind": "subProcess",
            "triggered_by_event": True,
            "scope": Scope({**inside.nodes, first: Node(**changed)}, inside.flows, inside.data),
        }


class Made(dict[str, Process]):
    """The processes of one example, shown in a few lines."""

    def __repr__(self) -> str:
        return f"<{len(list(self['main'].scope.walk()))} nodes>"


@st.composite
def processes(draw: Any) -> dict[str, Process]:
    small = Scope(
        {"cs": Node("cs", "startEvent", outgoing=("cf",)), "cu": Node("cu", "userTask", incoming=("cf",))},
        {"cf": Flow("cf", "cs", "cu")},
    )
    return Made({"main": Process("main", "", Maker(draw).scope(0)), "small": Process("small", "", small)})


def described(process: Process) -> list[str]:
    """A model that failed, in a few lines."""
    lines = []
    for scope in [process.scope, *(node.scope for node in process.scope.walk() if node.scope is not None)]:
        for node in scope.nodes.values():
            ways = [f"{scope.flows[id].target}{'?' if scope.flows[id].condition else ''}" for id in node.outgoing]
            facts = [
                node.attached_to,
                node.loop and node.loop.kind,
                not node.interrupting and "stays",
                node.triggered_by_event and "event",
                node.compensation_handler,
                node.scope and list(node.scope.nodes),
            ]
            lines.append(
                f"{node.id} {node.kind} {[each.kind for each in node.events]} -> {ways} "
                f"{[fact for fact in facts if fact]}"
            )
    return lines


def act(world: World, kind: int, which: int, n: int) -> None:
    run = world.run
    tasks, incidents = run.open_tasks, run.incidents
    try:
        if kind < 5 and tasks:
            world.do(run, "complete", tasks[which % len(tasks)].id, {"n": n})
        elif kind == 5:
            world.advance("PT1H")
        elif kind == 6:
            world.message("x")
        elif kind == 7 and incidents:
            world.do(run, "retry", incidents[which % len(incidents)].id)
        elif kind == 8 and tasks:
            world.do(run, ("throw_error", "escalate", "terminate")[which % 3], tasks[-1].id, *["c"][: which % 3 < 2])
        elif kind == 9 and tasks:
            nodes = [node.id for node in world.processes["main"].scope.walk()]
            world.do(run, "move", tasks[which % len(tasks)].id, nodes[n % len(nodes)])
        else:
            world.do(run, "set_variables", {"n": n})
    except Refusal:
        assert not run.stale


def told_of_the_living(family: Machine, token: Token, what: str, *more: Any, **named: Any) -> None:
    """Tells a step, of a token all of whose scopes are alive."""
    at, dead = token.above, (COMPLETED, CANCELLED)
    while what != "cancelled" and at is not None:
        assert at._state not in dead, f"{token} is {what} inside {at}"
        at = at.above
    assert token._state != CANCELLED or what == "cancelled"
    TELL(family, token, what, *more, **named)


TELL = Machine.tell


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    made=processes(), path=st.lists(st.tuples(st.integers(0, 10), st.integers(0, 9), st.integers(0, 3)), max_size=15)
)
def test_what_is_cancelled_never_runs_another_step(made, path):
    from engine.run import machine

    note("\n".join(described(made["main"])))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(machine, "STEP_LIMIT", 300)
        patch.setattr(Machine, "tell", told_of_the_living)
        world = World(made)
        world.start(variables={"n": 0})
        for kind, which, n in path:
            if not world.run.ended:
                act(world, kind, which, n)
    gone: set[str] = set()
    for step in world.trace:
        assert step.token not in gone and step.instance not in gone, step
        if step.event == "cancelled":
            gone.add(step.token)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    made=processes(), path=st.lists(st.tuples(st.integers(0, 10), st.integers(0, 9), st.integers(0, 3)), max_size=15)
)
def test_wild_models_never_break_and_load_alike(made, path):
    from engine.run import machine

    note("\n".join(described(made["main"])))
    note(str(path))
    limit, machine.STEP_LIMIT = machine.STEP_LIMIT, 300
    try:
        straight, loaded = World(made), World(made, reload=True)
        for world in (straight, loaded):
            world.start(variables={"n": 0})
        for kind, which, n in path:
            for world in (straight, loaded):
                if not world.run.ended:
                    act(world, kind, which, n)
            assert straight.trace == loaded.trace
            assert seen(straight.run) == seen(loaded.run)
            assert straight.run.dump() == loaded.run.dump()
        entered, left = straight.entered(), straight.completed() + straight.cancelled()
        assert not straight.run.ended or sorted(entered) == sorted(left)
    finally:
        machine.STEP_LIMIT = limit
