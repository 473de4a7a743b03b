"""What is not drawn is not tried: the generator draws, deployably, everything that a model is made of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import product
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings

from engine.model import read
from engine.model.definition import Node, Scope
from engine.run.compiled import SPECS
from tests.engine.replay.blocks import INNER, LEAVES, SEVERAL, Block, Sketch, sketches
from tests.engine.replay.drawing import drawn
from tests.engine.replay.memory import Memory
from tests.engine.replay.path import KINDS, Act, act, paths

#: What the drawing does not use: it has no meaning of its own at run time, or only a called global task has it.
NOT_DRAWN = {
    "implicitThrowEvent",
    "globalUserTask",
    "globalManualTask",
    "globalTask",
    "globalBusinessRuleTask",
    "globalScriptTask",
}
SAMPLE = settings(
    max_examples=120,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
LEAF = Block("user", 0)


def every(kind: str, variants: range) -> Sketch:
    """Those variants of a block, one after the other, also in an event subprocess and in a process that is called."""
    inside = () if kind in LEAVES else (LEAF, LEAF, LEAF) if kind in SEVERAL else (LEAF,)
    blocks = tuple(Block(kind, variant, inside) for variant in variants)
    beside = (Block("user", variants[0] % 16), Block("user", variants[0] % 16 + 1))
    return Sketch(Block("seq", 0, blocks), beside, blocks[0], blocks[1], blocks[2])


def test_every_variant_of_every_block_can_be_deployed_and_together_they_have_every_element() -> None:
    nodes: Counter[Any] = Counter()
    for number, (kind, variants) in enumerate(product(LEAVES + INNER, range(0, 256, 32))):
        model = read(drawn(every(kind, range(variants + number % 2, variants + 32, 2))), "mo-hinh.bpmn")
        assert not model.errors, model.errors
        for scope, node in scopes(model.processes["main"].scope):
            nodes[node.kind] += 1
            nodes.update(
                ("start" if scope and node.kind == "startEvent" else node.kind, event.kind, node.interrupting)
                for event in node.events
            )
    assert set(SPECS) - NOT_DRAWN <= set(nodes)
    for kind, stops in product(("message", "signal", "timer", "conditional", "error", "escalation"), (True, False)):
        if kind != "error" or stops:
            assert nodes["boundaryEvent", kind, stops] and nodes["start", kind, stops], (kind, stops)
    for kind in ("error", "terminate", "cancel", "escalation", "signal", "message", "compensate"):
        assert nodes["endEvent", kind, True], kind
    for kind in ("escalation", "signal", "message", "compensate", "link"):
        assert nodes["intermediateThrowEvent", kind, True], kind


def scopes(scope: Scope, beside: bool = False) -> Iterator[tuple[bool, Node]]:
    """All nodes, each with whether it lies in an event subprocess."""
    for node in scope.nodes.values():
        yield beside, node
        if node.scope is not None:
            yield from scopes(node.scope, node.triggered_by_event)


def test_on_the_paths_everything_happens() -> None:
    seen: Counter[Any] = Counter()

    @SAMPLE
    @given(sketch=sketches(), path=paths)
    def draw(sketch: Sketch, path: list[Act]) -> None:
        model = read(drawn(sketch), "mo-hinh.bpmn")
        world = Memory(model.processes, lambda name, context: None)
        world.start("main", {"n": 0, "ma": "H1"})
        for step in path:
            act(world, step, ["e2"])
            seen[step.kind] += 1
            seen.update((each.type, each.event) for each in world.steps)
            world.steps.clear()
        seen.update(incident.kind for run in world.runs.values() for incident in run.incidents)

    draw()
    assert set(KINDS) <= set(seen)
    for kind, event in product(("subProcess", "callActivity", "userTask"), ("entered", "completed", "cancelled")):
        assert seen[kind, event], (kind, event)
    assert seen["boundaryEvent", "completed"] and seen["complexGateway", "completed"] and seen["expression"]
