"""The life of an instance: steering by hand, refusals, incidents, what is told."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from engine.refusal import Refusal
from engine.run import Run, machine, scopes
from tests.engine.run.test_events import DEFINITIONS, boundary, event_sub, sub
from tests.engine.run.test_gateways import E, S, users
from tests.engine.run.world import flows


def two(make):
    return make(
        S + E + '<parallelGateway id="p"/>' + users("a", "b", "c") + flows("s>p", "p>a", "p>b", "a>c", "b>c", "c>e")
    )


def test_a_refusal_names_the_thing_and_changes_nothing(make):
    world = two(make)
    run = world.run
    before = run.dump()
    for command, arguments in (
        ("complete", ("khong-co",)),
        ("fire", ("x",)),
        ("deliver_message", ("x",)),
        ("retry", ("x",)),
        ("terminate", ("x",)),
        ("move", (run.open_tasks[0].id, "zzz")),
        ("complete_call", (run.open_tasks[0].id,)),
        ("resume", ()),
        ("set_timer", ("x", datetime.now(UTC))),
        ("throw_error", (run.id, "E")),
    ):
        with pytest.raises(Refusal) as refused:
            getattr(run, command)(*arguments)
        assert refused.value.vi and refused.value.en
        assert run.dump() == before and not run.stale
        assert not run.take_changes().steps


def test_a_token_is_moved_within_its_scope_out_of_it_and_into_another(make):
    inside = '<startEvent id="i"/>' + users("u", "v") + flows("i>u", "u>v")
    world = make(
        S
        + E
        + users("a")
        + sub("t", inside)
        + boundary("b", "t", "message")
        + users("z")
        + flows("s>a", "a>t", "t>z", "b>z", "z>e"),
        DEFINITIONS,
    )
    world.do(world.run, "move", world.run.open_tasks[0].id, "v")
    assert world.open == ["v"] and len(world.run.subscriptions) == 0
    world.do(world.run, "move", world.run.open_tasks[0].id, "u")
    assert world.open == ["u"]
    world.do(world.run, "move", world.run.open_tasks[0].id, "a")
    assert world.open == ["a"] and "t" in world.cancelled()
    world.complete("a")
    world.complete("u")
    world.complete("v")
    assert world.open == ["z"]


def test_a_branch_is_terminated_and_the_rest_goes_on(make):
    world = two(make)
    first = world.run.open_tasks[0]
    world.do(world.run, "terminate", first.id)
    assert world.open == ["b"]
    world.complete("b")
    world.complete("c")
    assert world.ended


def test_a_suspended_instance_does_nothing_until_it_is_resumed(make):
    world = two(make)
    task = world.run.open_tasks[0].id
    world.do(world.run, "suspend")
    assert world.run.suspended
    with pytest.raises(Refusal):
        world.run.complete(task)
    world.do(world.run, "resume")
    world.complete("a")
    assert world.open == ["b", "c"]


def test_a_cancelled_instance_has_ended_and_told_all_that_closed(make):
    world = two(make)
    ids = {task.id for task in world.run.open_tasks}
    world.run.cancel()
    changes = world.run.take_changes()
    assert set(changes.tasks_closed) == ids and changes.ended and world.run.ended
    with pytest.raises(Refusal):
        world.run.cancel()


def test_a_timer_gets_another_date(make):
    world = make(S + E + users("a", "z") + boundary("b", "a", "timer") + flows("s>a", "a>e", "b>z", "z>e"))
    timer = world.run.timers[0]
    world.do(world.run, "set_timer", timer.id, datetime(2026, 12, 1, tzinfo=UTC))
    world.advance("P1D")
    assert world.open == ["a"]
    world.advance("P10D")
    assert world.open == ["z"]


def test_variables_that_are_set_wake_conditions(make):
    world = make(
        S + E + '<intermediateCatchEvent id="c"><conditionalEventDefinition><condition>= n = 2</condition>'
        "</conditionalEventDefinition></intermediateCatchEvent>" + flows("s>c", "c>e")
    )
    world.do(world.run, "set_variables", {"n": 1})
    assert not world.ended
    world.do(world.run, "set_variables", {"n": 2})
    assert world.ended


def test_an_incident_is_routed_to_an_error_boundary(make):
    world = make(
        S
        + E
        + '<scriptTask id="x" scriptFormat="feel"><script>1 + "a"</script></scriptTask>'
        + boundary("b", "x", "error")
        + users("z")
        + flows("s>x", "x>e", "b>z", "z>e"),
        DEFINITIONS,
    )
    assert world.incidents == ["x:expression"]
    world.do(world.run, "throw_error", world.run.incidents[0].id, "E1")
    assert world.open == ["z"] and not world.run.incidents


def test_what_comes_and_goes_in_one_command_is_only_in_the_steps(make):
    world = make(
        S + E + users("a", "z") + boundary("b", "a", "conditional") + flows("s>a", "a>e", "b>z", "z>e"),
        variables={"n": 9},
        start=False,
    )
    run = Run.start(world.processes["main"], {"n": 9}, world)
    changes = run.take_changes()
    assert [task.element for task in changes.tasks_opened] == ["z"] and not changes.tasks_closed
    assert [(step.element, step.event) for step in changes.steps][2:4] == [("a", "entered"), ("a", "cancelled")]


def test_an_exception_of_the_host_leaves_a_run_that_refuses_everything(make):
    world = make(
        S + E + '<userTask id="u"/><userTask id="v"><extensionElements><mc:status code="4"/>'
        "</extensionElements></userTask>" + flows("s>u", "u>v", "v>e")
    )
    run = world.run
    state = run.dump()

    def broken(occurrence):
        raise RuntimeError("hỏng")

    world.occurred = broken
    with pytest.raises(RuntimeError):
        run.complete(run.open_tasks[0].id)
    assert run.stale
    with pytest.raises(Refusal):
        run.dump()
    del world.occurred
    again = Run.load(state, world)
    again.complete(again.open_tasks[0].id)
    assert [task.element for task in again.open_tasks] == ["v"]


def test_a_process_without_a_plain_start_is_refused_without_an_event(make):
    world = make(
        '<startEvent id="s"><messageEventDefinition messageRef="M"/></startEvent>' + E + flows("s>e"),
        DEFINITIONS,
        start=False,
    )
    with pytest.raises(Refusal):
        world.start()
    assert world.start(start="s").ended


def test_a_conditional_start_begins_an_instance_when_it_holds(make):
    body = (
        '<startEvent id="s"><conditionalEventDefinition><condition>= n &gt; 3</condition>'
        "</conditionalEventDefinition></startEvent>" + E + flows("s>e")
    )
    assert make(body, variables={"n": 4}).ended
    with pytest.raises(Refusal):
        make(body, variables={"n": 1})


def test_what_fails_at_the_very_beginning_is_an_incident_and_can_be_retried(make):
    timer = "<timerEventDefinition><timeDate>= han</timeDate></timerEventDefinition>"
    world = make(S + E + users("a") + flows("s>a", "a>e") + event_sub("h", timer, users("u") + flows("h_s>u")))
    assert world.incidents == ["main:expression"] and world.open == []
    world.do(world.run, "set_variables", {"han": "2026-12-01"})
    world.do(world.run, "retry", world.run.incidents[0].id)
    assert world.open == ["a"] and len(world.run.timers) == 1


def test_a_boundary_that_cannot_be_armed_is_armed_once_after_a_retry(make):
    timer = "<timerEventDefinition><timeDate>= han</timeDate></timerEventDefinition>"
    world = make(
        S
        + E
        + users("a", "z")
        + boundary("m", "a", "message")
        + boundary("b", "a", timer)
        + flows("s>a", "a>e", "m>z", "b>z", "z>e"),
        DEFINITIONS,
    )
    assert world.incidents == ["a:expression"]
    world.do(world.run, "set_variables", {"han": "2026-12-01"})
    world.do(world.run, "retry", world.run.incidents[0].id)
    assert world.open == ["a"] and len(world.run.timers) == 1 and len(world.run.subscriptions) == 1


def test_an_output_that_fails_after_a_call_is_an_incident_of_the_call(make):
    called = '<process id="con" isExecutable="true">' + users("cu") + "</process>"
    call = (
        '<callActivity id="k" calledElement="con"><extensionElements><zeebe:ioMapping>'
        '<zeebe:output source="= y + 1" target="kq"/></zeebe:ioMapping></extensionElements></callActivity>'
    )
    world = make('<process id="main" isExecutable="true">' + S + E + call + flows("s>k", "k>e") + "</process>" + called)
    world.complete("cu", {"y": "chữ"})
    assert world.incidents == ["k:mapping"]
    with pytest.raises(Refusal):
        world.run.complete("cu")
    world.do(world.run, "retry", world.run.incidents[0].id)
    assert world.incidents == ["k:mapping"]
    world.do(world.run, "set_variables", {"y": 1}, world.run.incidents[0].id)
    world.do(world.run, "retry", world.run.incidents[0].id)
    assert world.ended and world.run.variables["kq"] == 2


def test_a_model_that_loops_without_a_wait_stops_with_an_incident(make, monkeypatch):
    world = make(
        S
        + E
        + '<exclusiveGateway id="m"/><exclusiveGateway id="g" default="g-m"/>'
        + flows("s>m", "m>g", "g>m", "g>e:xong = true"),
        start=False,
    )
    monkeypatch.setattr(machine, "STEP_LIMIT", 1000)
    world.start()
    assert [each.split(":")[1] for each in world.incidents] == ["limit"]


def test_a_loop_without_a_wait_stops_when_a_node_has_run_too_often(make, monkeypatch):
    monkeypatch.setattr(machine, "PASSES", 50)
    world = make(
        S + E + '<exclusiveGateway id="m"/><exclusiveGateway id="g" default="g-m"/>'
        + flows("s>m", "m>g", "g>m", "g>e:xong = true")
    )  # fmt: skip
    assert [each.split(":")[1] for each in world.incidents] == ["limit"]
    assert 100 < len(world.trace) < 400


def test_as_many_instances_as_there_are_elements_are_no_loop(make, monkeypatch):
    monkeypatch.setattr(machine, "PASSES", 50)
    world = make(
        S + E + '<scriptTask id="a"><multiInstanceLoopCharacteristics><loopCardinality>80</loopCardinality>'
        "</multiInstanceLoopCharacteristics><script>null</script></scriptTask>" + flows("s>a", "a>e")
    )
    assert world.ended


def test_processes_that_call_each_other_without_end_stop_with_an_incident(make, monkeypatch):
    monkeypatch.setattr(scopes, "CALL_DEPTH", 5)
    world = make(S + '<callActivity id="k" calledElement="main"/>' + E + flows("s>k", "k>e"))
    assert world.incidents == ["k:limit"]
    assert len([each for each in world.run._machine.each() if each.task_spec.is_process]) == 5


def test_a_state_of_another_format_is_refused(make):
    world = two(make)
    state = world.run.dump().replace(b'{"v":1', b'{"v":99', 1)
    with pytest.raises(Refusal, match="99"):
        Run.load(state, world)
