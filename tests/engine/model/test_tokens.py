"""Ways through a scope: what is accused stands still when it is run, what is sound is never accused."""

from __future__ import annotations

import time

from hypothesis import HealthCheck, given, settings

from engine.model import read
from tests.engine.replay.blocks import Block, Sketch, sketches
from tests.engine.replay.drawing import drawn
from tests.engine.specification.refusals import plain
from tests.engine.specification.writing import E, S, boundary, definitions, event_sub, flows, gateway, sub, users, what

RULES = ("join-never-opens", "join-may-stand", "runs-twice", "endless-loop", "endless-repetition", "name-slip")


def accused(body: str, lang: str = "en") -> list[tuple[str, str]]:
    found = read(plain(definitions(body)).encode(), "m.bpmn", lang).findings  # type: ignore[arg-type]
    return [(each.rule, each.message) for each in found if each.rule in RULES]


def going_on(block: Block) -> Block:
    """A block without branches that end before their join, which is what is accused."""
    kind = "user" if block.kind == "thrown_end" else block.kind
    return block._replace(kind=kind, inside=tuple(map(going_on, block.inside)))


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(sketches())
def test_what_is_built_of_sound_blocks_is_never_accused(sketch: Sketch) -> None:
    main, beside, *others = sketch
    whole = Sketch(going_on(main), tuple(map(going_on, beside)), *map(going_on, others))
    found = read(drawn(whole), "m.bpmn").findings
    assert [each for each in found if each.rule in RULES] == []


def test_the_way_to_the_standstill_is_told() -> None:
    body = (
        S + E + gateway("parallel", "x") + gateway("parallel", "y") + users("a b c")
        + gateway("exclusive", "z", "z-y") + gateway("exclusive", "w", "w-f") + gateway("exclusive", "f")
        + '<endEvent id="g" name="Thôi"/>'
        + flows("s>x", "x>a>y", "x>b>w", "w>c ? n > 1", "c>f", "w>f", "f>z", "z>y", "z>g ? bo", "y>e")
    )  # fmt: skip
    assert [rule for rule, _ in accused(body)] == ["join-may-stand"]
    assert "→ Thôi, the branch from z does not come" in accused(body)[0][1]


def test_what_a_boundary_event_around_it_ends_may_stand_still_on_purpose() -> None:
    inner = (
        '<startEvent id="i"/><endEvent id="o"/><endEvent id="p2"/>'
        + gateway("parallel", "x") + gateway("parallel", "y")
        + users("a b") + boundary("q", "a", what("timer")) + flows("i>x", "x>a>y", "x>b>y", "y>o", "q>p2")
    )  # fmt: skip
    body = S + E + sub("p", inner) + flows("s>p>e")
    assert [rule for rule, _ in accused(body)] == ["join-may-stand"]
    ended = boundary("r", "p", what("signal")) + '<endEvent id="e2"/>' + flows("r>e2")
    assert accused(body + ended) == []


def test_an_end_that_ends_all_leaves_no_join_waiting() -> None:
    body = (
        S + E + gateway("parallel", "x") + gateway("parallel", "y") + users("a b") + gateway("exclusive", "z", "z-y")
        + f'<endEvent id="f">{what("terminate")}</endEvent>'
        + flows("s>x", "x>a>y", "x>b>z", "z>y", "z>f ? bo", "y>e")
    )  # fmt: skip
    assert accused(body) == []


def test_an_event_subprocess_beside_a_standstill_does_not_excuse_it() -> None:
    body = (
        S + E + gateway("inclusive", "x") + gateway("parallel", "y") + users("a b")
        + flows("s>x", "x>a ? n = 1", "x>b ? n = 2", "a>y", "b>y", "y>e")
        + event_sub("h", what("signal"), '<endEvent id="h_e"/>' + flows("h_s>h_e"))
    )  # fmt: skip
    assert [rule for rule, _ in accused(body)] == ["join-may-stand"]


def test_a_large_tangle_is_given_up_in_time_and_accuses_nothing_that_is_not_certain() -> None:
    gates, ways = [], []
    for number in range(14):
        gates.append(gateway("exclusive", f"m{number}") + users(f"a{number} b{number} c{number}"))
        gates.append(gateway("exclusive", f"k{number}", f"k{number}-b{number}"))
        ways += [f"x>k{number}", f"k{number}>a{number} ? n > {number}", f"k{number}>b{number}"]
        ways += [f"a{number}>m{number}", f"b{number}>m{number}", f"m{number}>c{number}>y"]
    body = S + E + gateway("parallel", "x") + gateway("parallel", "y") + "".join(gates) + flows("s>x", *ways, "y>e")
    began = time.process_time()
    assert accused(body) == []
    assert time.process_time() - began < 5
