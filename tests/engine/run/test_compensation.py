"""Compensation and transactions (10.7, 13.5.5, 13.5.6)."""

from __future__ import annotations

from tests.engine.run.test_activities import many
from tests.engine.run.test_events import DEFINITIONS, boundary, end, event_sub, sub, throw
from tests.engine.run.test_gateways import E, S, users
from tests.engine.run.world import flows

COMPENSATE = "<compensateEventDefinition/>"


def undone(id: str, handler: str = "") -> str:
    """A user task with a compensation handler `x_id`, a user task too."""
    made = handler or f'<userTask id="x_{id}" isForCompensation="true"/>'
    return (
        f'<userTask id="{id}"/>{made}<boundaryEvent id="c_{id}" attachedToRef="{id}">{COMPENSATE}</boundaryEvent>'
        f'<association id="as_{id}" associationDirection="One" sourceRef="c_{id}" targetRef="x_{id}"/>'
    )


def of(activity: str, wait: bool = True) -> str:
    return f'<compensateEventDefinition activityRef="{activity}" waitForCompletion="{str(wait).lower()}"/>'


def test_compensation_goes_backwards_one_by_one_and_the_throw_waits(make):
    world = make(
        S
        + E
        + undone("a")
        + undone("b")
        + throw("t", COMPENSATE)
        + users("after")
        + flows("s>a", "a>b", "b>t", "t>after", "after>e")
    )
    world.complete("a")
    world.complete("b")
    assert world.open == ["x_b"]
    world.complete("x_b")
    assert world.open == ["x_a"]
    world.complete("x_a")
    assert world.open == ["after"]
    assert [each for each in world.entered() if each[:2] in ("c_", "x_")] == ["c_b", "x_b", "c_a", "x_a"]
    world.complete("after")
    assert world.ended


def test_one_named_activity_is_compensated_once_and_only_when_it_completed(make):
    world = make(
        S
        + E
        + undone("a")
        + undone("b")
        + throw("t", of("a"))
        + throw("t2", of("a"))
        + users("after")
        + flows("s>a", "a>b", "b>t", "t>t2", "t2>after", "after>e")
    )
    world.complete("a")
    world.complete("b")
    assert world.open == ["x_a"]
    world.complete("x_a")
    assert world.open == ["after"]


def test_a_throw_that_does_not_wait_goes_on_at_once(make):
    world = make(
        S
        + E
        + undone("a")
        + throw("t", of("a", wait=False))
        + users("after")
        + flows("s>a", "a>t", "t>after", "after>e")
    )
    world.complete("a")
    assert world.open == ["after", "x_a"]
    world.complete("after")
    assert not world.ended
    world.complete("x_a")
    assert world.ended


def test_each_completion_of_a_loop_is_compensated(make):
    world = make(
        S
        + E
        + undone("a")
        + '<exclusiveGateway id="g" default="g-t"/>'
        + end("t", COMPENSATE)
        + flows("s>a", "a>g", "g>a:lai", "g>t")
    )
    for again in (True, True, False):
        world.complete("a", {"lai": again})
    for _ in range(3):
        world.complete("x_a")
    assert world.ended and world.completed().count("x_a") == 3


def test_each_instance_is_compensated_with_its_own_element(make):
    loop = many(sequential=True, zeebe='inputCollection="= ds" inputElement="ai"')
    body = undone("a").replace('<userTask id="a"/>', f'<userTask id="a">{loop}</userTask>')
    world = make(S + E + body + end("t", COMPENSATE) + flows("s>a", "a>t"), variables={"ds": ["m", "n"]})
    world.complete("a")
    world.complete("a")
    seen = []
    while world.open:
        seen.append(world.run.variables_of(world.run.open_tasks[0].id)["ai"])
        world.complete("x_a")
    assert seen == ["n", "m"] and world.ended


SCOPED = '<startEvent id="i"/><endEvent id="ie"/>' + undone("a") + flows("i>a", "a>ie")


def test_a_completed_subprocess_is_compensated_inside_from_a_throw_outside(make):
    world = make(
        S
        + E
        + sub("t", SCOPED)
        + undone("b")
        + throw("c", COMPENSATE)
        + users("after")
        + flows("s>t", "t>b", "b>c", "c>after", "after>e")
    )
    world.complete("a")
    world.complete("b")
    assert world.open == ["x_b"]
    world.complete("x_b")
    assert world.open == ["x_a"]
    instances = {step.element: step.instance for step in world.trace}
    assert instances["x_a"] == instances["a"] != instances["b"]
    world.complete("x_a")
    assert world.open == ["after"]


def test_the_data_inside_are_those_of_its_completion(make):
    inside = '<property id="p1" name="rieng"/>' + SCOPED
    world = make(S + E + sub("t", inside) + users("b") + end("c", COMPENSATE) + flows("s>t", "t>b", "b>c"))
    world.complete("a", {"rieng": 7, "chung": 1})
    assert "rieng" not in world.run.variables
    world.complete("b", {"chung": 2})
    seen = world.run.variables_of(world.run.open_tasks[0].id)
    assert (seen["rieng"], seen["chung"]) == (7, 2)
    world.complete("x_a")
    assert world.ended


def test_a_subprocess_with_its_own_handler_runs_that_instead(make):
    handler = event_sub("h", COMPENSATE, users("hu") + flows("h_s>hu"))
    world = make(S + E + sub("t", SCOPED + handler) + end("c", COMPENSATE) + flows("s>t", "t>c"))
    world.complete("a")
    assert world.open == ["hu"]
    world.complete("hu")
    assert world.ended and "x_a" not in world.entered()


def test_a_handler_of_a_subprocess_may_compensate_what_is_inside_it(make):
    handler = event_sub("h", COMPENSATE, throw("ht", of("a")) + users("hu") + flows("h_s>ht", "ht>hu"))
    world = make(S + E + sub("t", SCOPED + handler) + end("c", COMPENSATE) + flows("s>t", "t>c"))
    world.complete("a")
    assert world.open == ["x_a"]
    world.complete("x_a")
    assert world.open == ["hu"]
    world.complete("hu")
    assert world.ended


def test_an_error_handler_compensates_the_scope_it_belongs_to(make):
    handler = event_sub("h", "error", end("he", COMPENSATE) + flows("h_s>he"))
    world = make(S + undone("a") + end("x", "error") + flows("s>a", "a>x") + handler, DEFINITIONS)
    world.complete("a")
    assert world.open == ["x_a"] and not world.errors
    world.complete("x_a")
    assert world.ended


def test_a_cancelled_transaction_undoes_itself_then_fires_its_cancel_boundary(make):
    inside = (
        '<startEvent id="i"/><parallelGateway id="p"/>'
        + undone("a")
        + undone("b")
        + users("running")
        + end("x", "<cancelEventDefinition/>")
        + flows("i>p", "p>running", "p>a", "a>b", "b>x")
    )
    world = make(
        S
        + E
        + sub("t", inside, "transaction")
        + boundary("cb", "t", "<cancelEventDefinition/>")
        + users("after", "normal")
        + flows("s>t", "t>normal", "normal>e", "cb>after", "after>e")
    )
    world.complete("a")
    world.complete("b")
    assert world.open == ["x_b"] and "running" in world.cancelled()
    world.complete("x_b")
    world.complete("x_a")
    assert world.open == ["after"]
    assert world.cancelled() == ["running", "t"]


def test_a_transaction_with_nothing_to_undo_is_cancelled_at_once(make):
    inside = '<startEvent id="i"/>' + end("x", "<cancelEventDefinition/>") + flows("i>x")
    world = make(
        S
        + E
        + sub("t", inside, "transaction")
        + boundary("cb", "t", "<cancelEventDefinition/>")
        + users("after")
        + flows("s>t", "t>e", "cb>after", "after>e")
    )
    assert world.open == ["after"]


def test_a_called_process_is_compensated_inside(make):
    called = (
        '<process id="con" isExecutable="true"><startEvent id="cs"/><endEvent id="ce"/>'
        + undone("a")
        + flows("cs>a", "a>ce")
        + "</process>"
    )
    world = make(
        '<process id="main" isExecutable="true">'
        + S
        + '<callActivity id="k" calledElement="con"/>'
        + users("b")
        + end("c", COMPENSATE)
        + flows("s>k", "k>b", "b>c")
        + "</process>"
        + called
    )
    world.complete("a", {"x": 1})
    world.complete("b", {"x": 2})
    assert world.open == ["x_a"]
    assert world.run.variables_of(world.run.open_tasks[0].id)["x"] == 1
    world.complete("x_a")
    assert world.ended


def test_nothing_to_compensate_is_no_hindrance(make):
    world = make(S + E + throw("t", COMPENSATE) + undone("a") + flows("s>t", "t>a", "a>e"))
    assert world.open == ["a"]
