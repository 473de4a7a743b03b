"""Features that meet: repeated activities with handlers inside, nested event subprocesses, calls in loops."""

from __future__ import annotations

from tests.engine.run.test_activities import many
from tests.engine.run.test_compensation import COMPENSATE, SCOPED, undone
from tests.engine.run.test_events import DEFINITIONS, boundary, end, event_sub, sub, throw
from tests.engine.run.test_gateways import EVENTS, E, S, users
from tests.engine.run.world import flows

IN = '<startEvent id="i"/>'
CYCLE = "<timerEventDefinition><timeCycle>R2/PT1H</timeCycle></timerEventDefinition>"


def test_an_error_of_one_instance_ends_all_of_them(make):
    inside = IN + users("u") + end("x", "error") + flows("i>u", "u>x")
    world = make(
        S
        + E
        + sub("t", inside + many())
        + boundary("b", "t", "error")
        + users("after")
        + flows("s>t", "t>e", "b>after", "after>e"),
        DEFINITIONS,
    )
    assert world.open == ["u", "u", "u"]
    world.complete("u")
    assert world.open == ["after"]


def test_an_event_subprocess_of_one_instance_leaves_the_others_alone(make):
    inside = (
        IN
        + users("u")
        + end("x", "error")
        + flows("i>u", "u>x")
        + event_sub("h", "error", users("hu") + flows("h_s>hu"))
    )
    world = make(S + E + sub("t", inside + many()) + flows("s>t", "t>e"), DEFINITIONS)
    world.complete("u")
    assert world.open == ["hu", "u", "u"]
    world.complete("hu")
    for _ in range(2):
        world.complete("u")
        world.complete("hu")
    assert world.ended


def test_event_subprocesses_nest(make):
    inner = event_sub("h2", "signal", users("u2") + flows("h2_s>u2"), stops=False)
    outer = event_sub("h1", "message", users("u1") + flows("h1_s>u1") + inner)
    world = make(S + E + users("a") + flows("s>a", "a>e") + outer, DEFINITIONS)
    assert not world.signal("s1")
    world.message("m1")
    assert world.open == ["u1"]
    assert world.signal("s1") == 1
    assert world.open == ["u1", "u2"]
    world.complete("u1")
    world.complete("u2")
    assert world.ended


def test_a_cycle_starts_an_event_subprocess_as_often_as_it_says(make):
    world = make(
        S + E + users("a") + flows("s>a", "a>e") + event_sub("h", CYCLE, users("u") + flows("h_s>u"), stops=False)
    )
    world.advance("PT5H")
    assert world.open == ["a", "u", "u"] and not world.run.timers


def test_a_signal_from_inside_an_instance_ends_the_whole_activity(make):
    inside = IN + throw("x", "signal") + users("u") + flows("i>x", "x>u")
    world = make(
        S
        + E
        + sub("t", inside + many())
        + boundary("b", "t", "signal")
        + users("after")
        + flows("s>t", "t>e", "b>after", "after>e"),
        DEFINITIONS,
    )
    assert world.open == ["after"]
    assert "u" not in world.entered() and world.entered().count("x") == 1


def test_calls_for_each_element_gather_their_results(make):
    called = '<process id="con" isExecutable="true">' + users("cu") + "</process>"
    loop = many(zeebe='inputCollection="= ds" inputElement="x" outputCollection="kq" outputElement="= y"')
    call = (
        '<callActivity id="k" calledElement="con"><extensionElements><zeebe:ioMapping>'
        '<zeebe:output source="= x * tra" target="y"/></zeebe:ioMapping></extensionElements>' + loop + "</callActivity>"
    )
    world = make(
        '<process id="main" isExecutable="true">' + S + E + call + flows("s>k", "k>e") + "</process>" + called,
        variables={"ds": [1, 2, 3]},
    )
    assert len({task.instance for task in world.run.open_tasks}) == 3
    for factor in (10, 100, 1000):
        world.complete("cu", {"tra": factor})
    assert world.ended and world.run.variables["kq"] == [10, 200, 3000]


def test_each_instance_of_a_subprocess_is_compensated_with_its_own_data(make):
    inside = '<property id="p1" name="rieng"/>' + SCOPED + many(sequential=True)
    world = make(S + sub("t", inside) + end("c", COMPENSATE) + flows("s>t", "t>c"))
    for value in (1, 2, 3):
        world.complete("a", {"rieng": value})
    seen = []
    while world.open:
        seen.append(world.run.variables_of(world.run.open_tasks[0].id)["rieng"])
        world.complete("x_a")
    assert seen == [3, 2, 1] and world.ended


def test_one_cancelled_transaction_of_several_cancels_the_activity(make):
    inside = IN + undone("a") + end("x", "<cancelEventDefinition/>") + flows("i>a", "a>x")
    world = make(
        S
        + E
        + sub("t", inside + many(), "transaction")
        + boundary("b", "t", "<cancelEventDefinition/>")
        + users("after")
        + flows("s>t", "t>e", "b>after", "after>e")
    )
    world.complete("a")
    assert world.open == ["a", "a", "x_a"]
    world.complete("x_a")
    assert world.open == ["after"]


def test_an_event_gateway_in_a_loop_waits_anew_each_time(make):
    world = make(
        S
        + E
        + '<exclusiveGateway id="j"/>'
        + EVENTS
        + users("u")
        + flows("s>j", "j>g", "g>m", "g>i", "g>t", "g>c", "m>u", "i>u", "t>u", "c>e", "u>j"),
        '<message id="M" name="m1"/><signal id="S" name="s1"/>',
        variables={"n": 0},
    )
    for happening in ("message", "signal", "message"):
        getattr(world, happening)("m1" if happening == "message" else "s1")
        assert world.open == ["u"]
        world.complete("u")
    assert len(world.run.timers) == 1 and len(world.run.subscriptions) == 2
    world.do(world.run, "set_variables", {"n": 9})
    assert world.ended


def test_an_escalation_of_a_called_process_reaches_its_caller_and_both_go_on(make):
    called = (
        '<process id="con" isExecutable="true">'
        + IN
        + throw("x", "escalation")
        + users("cu")
        + flows("i>x", "x>cu")
        + "</process>"
    )
    world = make(
        '<process id="main" isExecutable="true">'
        + S
        + E
        + '<callActivity id="k" calledElement="con"/>'
        + boundary("b", "k", "escalation", stops=False)
        + users("told")
        + flows("s>k", "k>e", "b>told")
        + "</process>"
        + called,
        DEFINITIONS,
    )
    assert world.open == ["cu", "told"]


def test_a_handler_that_is_ended_by_hand_does_not_hold_up_the_throw(make):
    world = make(
        S + E + undone("a") + throw("t", COMPENSATE) + users("after") + flows("s>a", "a>t", "t>after", "after>e")
    )
    world.complete("a")
    world.do(world.run, "terminate", world.run.open_tasks[0].id)
    assert world.open == ["after"]


def test_a_boundary_of_a_task_in_an_event_subprocess(make):
    handler = event_sub("h", "message", users("u", "late") + boundary("b", "u", "timer") + flows("h_s>u", "b>late"))
    world = make(S + E + users("a") + flows("s>a", "a>e") + handler, DEFINITIONS)
    world.message("m1")
    world.advance("PT2H")
    assert world.open == ["late"]
    world.complete("late")
    assert world.ended


def test_a_token_moved_next_to_a_join_runs_it_and_a_join_moved_from_stops_waiting(make):
    world = make(
        S
        + E
        + '<parallelGateway id="p"/><parallelGateway id="j"/>'
        + users("a", "b", "z")
        + flows("s>p", "p>a", "p>b", "a>j", "b>j", "j>z", "z>e")
    )
    world.complete("a")
    world.do(world.run, "move", world.run.open_tasks[0].id, "z")
    assert world.open == ["z"]
    world.complete("z")
    assert not world.ended  # the token at the join still waits
    held = next(step.token for step in world.trace if step.element == "j")
    world.do(world.run, "terminate", held)
    assert world.ended
