"""What SpiffWorkflow's own BPMN layer runs wrongly without a word: each is right here, or refused."""

from __future__ import annotations

import pytest

from engine import feel
from engine.model import read
from engine.run import Run
from engine.run.compiled import compiled
from tests.engine.run.test_compensation import COMPENSATE, undone
from tests.engine.run.test_events import DEFINITIONS, boundary, end, event_sub, sub, throw
from tests.engine.run.test_gateways import E, S, users
from tests.engine.run.world import NAMESPACES, World, flows, model


def test_a_sequence_flow_without_an_id_is_followed():
    body = flows("s>u", "u>e").replace('id="s-u" ', "").replace('id="u-e" ', "")
    found = read(
        f'<definitions {NAMESPACES} id="d"><process id="main" isExecutable="true">{S}{E}{users("u")}{body}'
        "</process></definitions>".encode(),
        "x.bpmn",
    )
    world = World(found.processes)
    world.start()
    assert world.open == ["u"]
    world.complete("u")
    assert world.ended


def test_a_link_does_not_end_the_instance(make):
    world = make(
        S + E + '<intermediateThrowEvent id="x"><linkEventDefinition name="A"/></intermediateThrowEvent>'
        '<intermediateCatchEvent id="y"><linkEventDefinition name="A"/></intermediateCatchEvent>'
        + users("u")
        + flows("s>x", "y>u", "u>e")
    )
    assert world.open == ["u"] and not world.ended


def test_a_signal_end_throws_and_a_compensation_throw_compensates(make):
    world = make(
        S
        + '<parallelGateway id="p"/>'
        + users("t", "after")
        + boundary("b", "t", "signal")
        + E
        + end("x", "signal")
        + flows("s>p", "p>t", "p>x", "b>after", "after>e", "t>e"),
        DEFINITIONS,
    )
    assert world.open == ["after"]
    world = make(S + E + undone("a") + throw("t", COMPENSATE) + flows("s>a", "a>t", "t>e"))
    world.complete("a")
    assert world.open == ["x_a"]


def test_the_condition_on_an_activitys_only_flow_is_refused_at_deployment():
    with pytest.raises(AssertionError, match="single-conditional-flow"):
        model(S + E + users("a", "b") + flows("s>a", "a>b:n = 1", "b>e"))


@pytest.mark.parametrize("kind", ["error", "escalation", "signal"])
def test_the_start_of_an_event_subprocess_is_armed_also_inside_a_subprocess(make, kind):
    inside = '<startEvent id="i"/>' + throw("x", kind) + users("u") + flows("i>x", "x>u")
    if kind == "error":
        inside = '<startEvent id="i"/>' + end("x", kind) + flows("i>x")
    world = make(
        S + E + sub("t", inside + event_sub("h", kind, users("hu") + flows("h_s>hu"))) + flows("s>t", "t>e"),
        DEFINITIONS,
    )
    assert world.open == ["hu"]


@pytest.mark.parametrize("kind", ["signal", "escalation"])
def test_what_interrupts_from_inside_stops_the_next_task(make, kind):
    inside = (
        '<startEvent id="i"/>' + throw("x", kind) + '<scriptTask id="next" scriptFormat="feel"><script>1</script>'
        "</scriptTask>" + flows("i>x", "x>next")
    )
    world = make(
        S
        + E
        + sub("t", inside)
        + boundary("b", "t", kind)
        + users("after")
        + flows("s>t", "t>e", "b>after", "after>e"),
        DEFINITIONS,
    )
    assert world.open == ["after"] and "next" not in world.entered()


def test_an_instance_is_not_taken_for_ended_after_hundreds_of_returns(make):
    world = make(
        S
        + E
        + users("a")
        + '<exclusiveGateway id="m"/><exclusiveGateway id="g" default="g-e"/>'
        + flows("s>m", "m>a", "a>g", "g>m:lai", "g>e")
    )
    for _ in range(700):
        world.complete("a", {"lai": True})
    assert not world.ended and world.open == ["a"]


def test_running_an_ad_hoc_subprocess_leaves_the_cached_spec_as_it_was():
    processes = model(
        S
        + E
        + flows("s>t", "t>e")
        + sub("t", users("a", "b") + "<completionCondition>= xong</completionCondition>", "adHocSubProcess")
    )
    spec = compiled(processes["main"])
    before = {name: (list(each._outputs), list(each._inputs)) for name, each in spec.task_specs.items()}
    for _ in range(2):
        world = World(processes)
        world.start()
        world.complete("a", {"xong": True})
        assert world.ended
    assert compiled(processes["main"]) is spec
    assert {name: (list(each._outputs), list(each._inputs)) for name, each in spec.task_specs.items()} == before


def test_a_message_reaches_only_the_subscription_whose_properties_all_fit(make):
    retrieval = (
        '<correlationPropertyRetrievalExpression messageRef="{}"><messagePath>= ma</messagePath>'
        "</correlationPropertyRetrievalExpression>"
    )
    messages = (
        '<message id="M" name="m1"/><message id="A" name="m2"/><correlationProperty id="P1" name="ma">'
        + retrieval.format("M")
        + retrieval.format("A")
        + "</correlationProperty>"
    )
    asks = (
        S + E + '<sendTask id="x" messageRef="A"/><intermediateCatchEvent id="c">'
        '<messageEventDefinition messageRef="M"/></intermediateCatchEvent>' + flows("s>x", "x>c", "c>e")
    )
    world = make(asks, messages, variables={"ma": "A"})
    assert dict(world.run.subscriptions[0].properties) == {"ma": "A"}
    assert not world.message("m1", {"ma": "B"})
    assert not world.message("m1", {})
    assert world.message("m1", {"ma": "A"}, {"ma": "A"})
    assert world.ended


def test_a_loaded_instance_evaluates_feel_and_nothing_else(make):
    world = make(
        S
        + E
        + users("a")
        + '<exclusiveGateway id="g" default="g-e"/>'
        + users("b")
        + flows("s>a", "a>g", "g>b:eval(n)", "g>e", "b>e")
    )
    run = Run.load(world.run.dump(), world)
    run.complete(run.open_tasks[0].id, {"n": "1 = 1"})
    assert [incident.kind for incident in run.incidents] == ["condition"]
    for text in ("().__class__", "__import__('os')"):
        with pytest.raises(feel.FeelError):
            feel.evaluate(text, {})
