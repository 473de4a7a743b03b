"""What the random models found, each in its smallest form."""

from __future__ import annotations

import pytest

from engine.run import Run
from tests.engine.replay.marks import DEFINITIONS
from tests.engine.run.test_compensation import COMPENSATE, undone
from tests.engine.run.test_events import event_sub, sub, throw
from tests.engine.run.test_gateways import E, S, users
from tests.engine.run.world import World, flows, world

#: The key of a message that reads `ma`, and fails while that is no text.
KEYED = DEFINITIONS.replace("= string(ma)", "= 1 / ma")
SIGNAL, MESSAGE = '<signalEventDefinition signalRef="S"/>', '<messageEventDefinition messageRef="K"/>'
CATCH = f'<intermediateCatchEvent id="c">{SIGNAL}{MESSAGE}</intermediateCatchEvent>' + flows("s>c", "c>z")
GATEWAY = (
    f'<eventBasedGateway id="g"/><intermediateCatchEvent id="c">{SIGNAL}</intermediateCatchEvent>'
    f'<intermediateCatchEvent id="k">{MESSAGE}</intermediateCatchEvent>' + flows("s>g", "g>c", "g>k", "c>z", "k>z")
)


@pytest.mark.parametrize("body", [CATCH, GATEWAY], ids=["multiple", "gateway"])
def test_what_could_not_begin_to_wait_for_all_its_events_takes_none_of_them(body: str) -> None:
    made = world(S + E + users("z") + body + flows("z>e"), KEYED, variables={"ma": 0})
    assert len(made.incidents) == 1 and made.run.subscriptions == []
    assert made.signal("s1") == 0
    made.do(made.run, "set_variables", {"ma": 1})
    made.do(made.run, "retry", made.run.incidents[0].id)
    assert made.incidents == [] and [wait.name for wait in made.run.subscriptions] == ["s1", "m2"]
    assert made.signal("s1") == 1 and made.open == ["z"]


def test_event_subprocesses_of_which_one_cannot_wait_all_wait_after_the_retry() -> None:
    made = world(
        S
        + E
        + users("a")
        + flows("s>a", "a>e")
        + event_sub("h", SIGNAL, users("hz") + flows("h_s>hz"))
        + event_sub("i", MESSAGE, users("iz") + flows("i_s>iz")),
        KEYED,
        variables={"ma": 0},
    )
    assert made.run.subscriptions == [] and made.signal("s1") == 0 and made.open == []


@pytest.mark.parametrize("stops", [False, True])
def test_a_subprocess_that_an_incident_keeps_at_its_end_begins_no_event_subprocess(stops: bool) -> None:
    bad = (
        '<extensionElements><zeebe:ioMapping><zeebe:output source="= 1 / (n - 1)" target="kq"/></zeebe:ioMapping>'
        "</extensionElements>"
    )
    inside = '<startEvent id="ts"/>' + users("u") + flows("ts>u")
    made = world(
        S
        + E
        + users("z")
        + flows("s>t", "t>z", "z>e")
        + sub("t", bad + inside + event_sub("h", SIGNAL, users("hu") + flows("h_s>hu"), stops=stops)),
        DEFINITIONS,
        variables={"n": 1},
    )
    made.complete("u")
    assert made.incidents == ["t:mapping"] and made.signal("s1") == 0
    made.do(made.run, "set_variables", {"n": 2})
    made.do(made.run, "retry", made.run.incidents[0].id)
    assert made.open == ["z"]
    made = reloaded(made)
    made.complete("z")
    assert made.ended


def test_a_token_moved_out_of_a_compensation_handler_lets_the_compensation_go_on() -> None:
    made = world(
        S
        + E
        + undone("a")
        + undone("b")
        + throw("t", COMPENSATE)
        + users("y", "z")
        + flows("s>a", "a>b", "b>t", "t>z", "z>e", "y>e"),
        DEFINITIONS,
    )
    made.complete("a")
    made.complete("b")
    assert made.open == ["x_b"]
    made.do(made.run, "move", made.run.open_tasks[0].id, "y")
    assert made.open == ["x_a", "y"]
    made.complete("x_a")
    assert made.open == ["y", "z"]
    made.complete("y")
    made.complete("z")
    assert made.ended


def reloaded(made: World) -> World:
    made.runs[0] = Run.load(made.run.dump(), made)
    return made
