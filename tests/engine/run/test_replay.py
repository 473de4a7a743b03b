"""Random models on random paths: a run that is stored and loaded after every command is the run that never was."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.engine.run.test_compensation import COMPENSATE
from tests.engine.run.test_events import DEFINITIONS, KINDS
from tests.engine.run.test_gateways import E, S
from tests.engine.run.world import World, escape, flows, model, seen

Block = Any
LEAVES = ["user", "script", "timer", "message", "undoable", "many", "loop", "none"]
leaf = st.sampled_from(LEAVES).map(lambda kind: (kind, []))


def around(inner: st.SearchStrategy[Block]) -> st.SearchStrategy[Block]:
    several = st.lists(inner, min_size=2, max_size=3)
    return st.one_of(
        st.tuples(st.sampled_from(["seq", "xor", "and", "or", "events"]), several),
        st.tuples(
            st.sampled_from(["sub", "again", "bounded", "reminded", "watched", "compensated", "multi"]),
            st.lists(inner, min_size=1, max_size=1),
        ),
    )


blocks = st.recursive(leaf, around, max_leaves=8)


class Drawing:
    """A block as XML: every block has one way in and one way out."""

    def __init__(self) -> None:
        self.n = 0

    def id(self, letter: str) -> str:
        self.n += 1
        return f"{letter}{self.n}"

    def draw(self, block: Block) -> tuple[str, list[str], str, str]:
        """(nodes, flows, first, last)."""
        kind, inside = block
        return getattr(self, kind, self.simple)(kind, inside)

    def simple(self, kind: str, inside: list[Block]) -> tuple[str, list[str], str, str]:
        id = self.id("n")
        made = {
            "user": f'<userTask id="{id}"/>',
            "script": f'<scriptTask id="{id}"><extensionElements><zeebe:script expression="= n + 1" '
            'resultVariable="n"/></extensionElements></scriptTask>',
            "timer": f'<intermediateCatchEvent id="{id}">{KINDS["timer"]}</intermediateCatchEvent>',
            "message": f'<intermediateCatchEvent id="{id}">{KINDS["message"]}</intermediateCatchEvent>',
            "none": f'<intermediateThrowEvent id="{id}"/>',
            "many": f'<userTask id="{id}"><multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality>'
            "</multiInstanceLoopCharacteristics></userTask>",
            "loop": f'<userTask id="{id}"><standardLoopCharacteristics loopMaximum="3"><loopCondition>= n &lt; 3'
            "</loopCondition></standardLoopCharacteristics></userTask>",
            "undoable": f'<userTask id="{id}"/><userTask id="x{id}" isForCompensation="true"/>'
            f'<boundaryEvent id="c{id}" attachedToRef="{id}">{COMPENSATE}</boundaryEvent>'
            f'<association id="as{id}" '
            f'associationDirection="One" sourceRef="c{id}" targetRef="x{id}"/>',
        }[kind]
        return made, [], id, id

    def seq(self, kind: str, inside: list[Block]) -> tuple[str, list[str], str, str]:
        drawn = [self.draw(each) for each in inside]
        nodes, ways = "".join(each[0] for each in drawn), [way for each in drawn for way in each[1]]
        ways += [f"{a[3]}>{b[2]}" for a, b in pairwise(drawn)]
        return nodes, ways, drawn[0][2], drawn[-1][3]

    def branches(self, kind: str, inside: list[Block], gateway: str, conditions: list[str]) -> Any:
        split, join = self.id("g"), self.id("g")
        drawn = [self.draw(each) for each in inside]
        default = f' default="{split}-{drawn[-1][2]}"' if any(conditions) else ""
        nodes = "".join(each[0] for each in drawn)
        nodes += f'<{gateway} id="{split}"{default}/><{gateway} id="{join}"/>'
        ways = [way for each in drawn for way in each[1]]
        for each, condition in zip(drawn, [*conditions[: len(drawn) - 1], ""], strict=False):
            ways += [f"{split}>{each[2]}" + (f":{condition}" if condition else ""), f"{each[3]}>{join}"]
        return nodes, ways, split, join

    def xor(self, kind: str, inside: list[Block]) -> Any:
        return self.branches(kind, inside, "exclusiveGateway", ["n = 1", "n = 2"])

    def or_(self, kind: str, inside: list[Block]) -> Any:
        return self.branches(kind, inside, "inclusiveGateway", ["n > 0", "n > 1"])

    def and_(self, kind: str, inside: list[Block]) -> Any:
        return self.branches(kind, inside, "parallelGateway", ["", ""])

    def events(self, kind: str, inside: list[Block]) -> Any:
        split, join = self.id("g"), self.id("g")
        drawn = [self.draw(each) for each in inside[:2]]
        nodes = f'<eventBasedGateway id="{split}"/><exclusiveGateway id="{join}"/>' + "".join(each[0] for each in drawn)
        ways = [way for each in drawn for way in each[1]]
        for each, what in zip(drawn, ["timer", "message"], strict=False):
            caught = self.id("n")
            nodes += f'<intermediateCatchEvent id="{caught}">{KINDS[what]}</intermediateCatchEvent>'
            ways += [f"{split}>{caught}", f"{caught}>{each[2]}", f"{each[3]}>{join}"]
        return nodes, ways, split, join

    def sub(self, kind: str, inside: list[Block], more: str = "") -> Any:
        id, start, end = self.id("n"), self.id("n"), self.id("n")
        nodes, ways, first, last = self.draw(inside[0])
        body = (
            f'<startEvent id="{start}"/><endEvent id="{end}"/>'
            + nodes
            + flows(f"{start}>{first}", f"{last}>{end}", *ways)
        )
        return f'<subProcess id="{id}">{body}{more}</subProcess>', [], id, id

    def multi(self, kind: str, inside: list[Block]) -> Any:
        return self.sub(
            kind,
            inside,
            "<multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality></multiInstanceLoopCharacteristics>",
        )

    def again(self, kind: str, inside: list[Block]) -> Any:
        merge, choice = self.id("g"), self.id("g")
        nodes, ways, first, last = self.draw(inside[0])
        back = self.id("n")
        nodes += (
            f'<exclusiveGateway id="{merge}"/><exclusiveGateway id="{choice}" default="{choice}-{self.id("n")}"/>'
            f'<userTask id="{back}"/><intermediateThrowEvent id="n{self.n}"/>'
        )
        return (
            nodes,
            [
                *ways,
                f"{merge}>{first}",
                f"{last}>{choice}",
                f"{choice}>{back}:n = 1",
                f"{back}>{merge}",
                f"{choice}>n{self.n}",
            ],
            merge,
            f"n{self.n}",
        )

    def host(self, inside: list[Block], what: str, stops: str) -> Any:
        nodes, ways, id, _ = self.sub("sub", inside)
        event, extra, join = self.id("n"), self.id("n"), self.id("g")
        nodes += (
            f'<boundaryEvent id="{event}" attachedToRef="{id}" cancelActivity="{stops}">{KINDS[what]}'
            f'</boundaryEvent><userTask id="{extra}"/>'
        )
        if stops == "true":
            nodes += f'<exclusiveGateway id="{join}"/>'
            return nodes, [*ways, f"{event}>{extra}", f"{extra}>{join}", f"{id}>{join}"], id, join
        return nodes, [*ways, f"{event}>{extra}"], id, id

    def bounded(self, kind: str, inside: list[Block]) -> Any:
        return self.host(inside, "timer", "true")

    def reminded(self, kind: str, inside: list[Block]) -> Any:
        return self.host(inside, "timer", "false")

    def watched(self, kind: str, inside: list[Block]) -> Any:
        return self.host(inside, "conditional", "true")

    def compensated(self, kind: str, inside: list[Block]) -> Any:
        nodes, ways, first, last = self.draw(inside[0])
        id = self.id("n")
        nodes += f'<intermediateThrowEvent id="{id}">{COMPENSATE}</intermediateThrowEvent>'
        return nodes, [*ways, f"{last}>{id}"], first, id


setattr(Drawing, "and", Drawing.and_)
setattr(Drawing, "or", Drawing.or_)


def act(world: World, kind: int, which: int, n: int) -> None:
    """One thing that can happen now."""
    tasks = world.run.open_tasks
    if tasks and kind < 6:
        world.do(world.run, "complete", tasks[which % len(tasks)].id, {"n": n})
    elif kind < 8:
        world.advance("PT1H")
    elif kind < 9:
        world.message("m1", variables={"n": n})
    else:
        world.do(world.run, "set_variables", {"n": n + 2})


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(block=blocks, path=st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(0, 3)), max_size=20))
def test_a_run_loaded_after_every_command_is_the_same_run(block, path):
    nodes, ways, first, last = Drawing().draw(block)
    processes = model(S + E + nodes + flows(f"s>{first}", f"{last}>e", *ways), DEFINITIONS)
    straight, loaded = World(processes), World(processes, reload=True)
    for world in (straight, loaded):
        world.start(variables={"n": 0})
    for kind, which, n in path:
        for world in (straight, loaded):
            if not world.ended:
                act(world, kind, which, n)
        assert straight.trace == loaded.trace
        assert seen(straight.run) == seen(loaded.run)
        assert straight.run.dump() == loaded.run.dump()
    assert not [each for each in straight.incidents if not each.endswith(":expression")]


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(block=blocks)
def test_a_structured_model_always_gets_to_its_end(block):
    nodes, ways, first, last = Drawing().draw(block)
    world = World(model(S + E + nodes + flows(f"s>{first}", f"{last}>e", *ways), DEFINITIONS))
    world.start(variables={"n": 0})
    for _ in range(200):
        if world.ended:
            break
        if world.open:
            world.complete("*", {"n": 3})
        elif not world.message("m1", variables={"n": 3}):
            world.advance("PT1H")
    assert world.ended, (escape(nodes), world.run.dump())
    entered, left = world.entered(), world.completed() + world.cancelled()
    assert sorted(entered) == sorted(left)
