"""Live trees taken to other versions: what stands where, what waits, and what is refused with which words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from engine.migration.checking import Check
from engine.run.fitting import Unfit
from engine.run.migrating import Migrated, migrate
from tests.engine.run.test_activities import looped, many
from tests.engine.run.test_compensation import COMPENSATE, undone
from tests.engine.run.test_events import DEFINITIONS, KINDS, boundary, event_sub, sub, throw
from tests.engine.run.test_gateways import E, S, gateway, users
from tests.engine.run.world import BEGIN, World, flows, model, seen


def take(
    world: World,
    body: str,
    extra: str = "",
    *,
    by_hand: Mapping[str, str | None] | None = None,
    processes: Mapping[str, str | None] | None = None,
    flows: Mapping[str, str] | None = None,
    **more: Any,
) -> Migrated:
    """Takes the world's one run to another model, and has the world go on with it."""
    new = model(body, extra)
    check = Check(world.processes, new, by_hand or {}, processes or {}, flows or {}).all()
    assert not [one for one in check.findings if one.severity == "error"], check.findings
    old, state = world.processes, world.run.dump()
    world.processes = new
    try:
        done = migrate(world.run, check.routes, world, **more)
    except Unfit:
        world.processes = old
        assert world.run.dump() == state
        raise
    world.runs[0] = done.run
    world.settle(done.run)
    return done


def why(world: World, body: str, extra: str = "", **more: Any) -> list[str]:
    """The sentences with which it is refused."""
    before = seen(world.run)
    with pytest.raises(Unfit) as unfit:
        take(world, body, extra, **more)
    assert seen(world.run) == before
    assert all(one.vi and one.en for one in unfit.value.reasons)
    return [one.en for one in unfit.value.reasons]


def told(done: Migrated) -> list[tuple[str, str, str, str]]:
    return [(line.what, line.how, line.element, line.target) for line in done.lines]


def task_ids(world: World) -> dict[str, str]:
    return {task.element: task.id for task in world.run.open_tasks}


# -- tokens ----------------------------------------------------------------------------------------------------------


def test_parallel_branches_stay_and_meet_in_the_new_version(make):
    old = (
        S
        + E
        + gateway("parallel", "p")
        + gateway("parallel", "j")
        + users("a", "b", "c")
        + flows("s>p", "p>a", "p>b", "a>j", "b>j", "j>c", "c>e")
    )
    new = old.replace(flows("a>j"), flows("a>x", "x>j")) + users("x")
    world = make(old)
    world.complete("b")
    ids = task_ids(world)
    done = take(world, new)
    assert task_ids(world) == ids
    assert ("token", "kept", "j", "j") in told(done)
    world.complete("a")
    world.complete("x")
    world.complete("c")
    assert world.ended


def test_a_join_that_has_all_it_waits_for_goes_on_at_once(make):
    old = (
        S
        + E
        + gateway("parallel", "p")
        + gateway("parallel", "j")
        + users("a", "b", "c")
        + flows("s>p", "p>a", "p>b", "a>j", "b>j", "j>c", "c>e")
    )
    new = (
        S
        + E
        + gateway("parallel", "p")
        + gateway("parallel", "j")
        + users("a", "b", "c", "y")
        + flows("s>p", "p>a", "p>b", "p>y", "a>j", "y>j", "j>c", "c>e", "b>e")
    )
    world = make(old)
    world.complete("a")
    done = take(world, new)
    assert world.open == ["b"] and not done.ran_on  # the join now waits for y, which nobody will send
    world = make(old)
    world.complete("a")
    alone = (
        S
        + E
        + gateway("parallel", "p")
        + gateway("parallel", "j")
        + users("a", "b", "c", "f")
        + flows("s>p", "p>a", "p>b", "a>j", "j>c", "j>f", "c>e", "f>e", "b>e")
    )
    done = take(world, alone)
    assert world.open == ["b", "c", "f"] and done.ran_on
    assert done.lines[-1].en == "Once migrated the process runs on at once: «c», «f»."


def test_a_join_whose_flow_is_gone_is_refused_with_that_flow(make):
    old = (
        S
        + E
        + gateway("parallel", "p")
        + gateway("parallel", "j")
        + users("a", "b")
        + flows("s>p", "p>a", "p>b", "a>j", "b>j", "j>e")
    )
    new = (
        S
        + E
        + gateway("parallel", "p")
        + gateway("parallel", "j")
        + users("a", "b", "x", "y")
        + flows("s>p", "p>a", "p>b", "a>x", "x>j", "b>y", "y>j", "j>e")
    )
    world = make(old)
    world.complete("a")
    (said,) = why(world, new)
    assert said == (
        "The gateway 'j' holds a token that came by the flow 'a-j', which has no certain counterpart in "
        "the new version; map the flow in the plan."
    )
    done = take(world, new, flows={"a-j": "x-j"})
    assert "What came to the gateway 'j' by the flow 'a-j' counts for 'x-j'." in [line.en for line in done.lines]
    world.complete("b")
    world.complete("y")
    assert world.ended


def test_a_step_drawn_before_a_join_takes_over_the_flow_that_is_left(make):
    old = (
        S
        + E
        + gateway("parallel", "p")
        + gateway("parallel", "j")
        + users("a", "b")
        + flows("s>p", "p>a", "p>b", "a>j", "b>j", "j>e")
    )
    new = (
        S
        + E
        + gateway("parallel", "p")
        + gateway("parallel", "j")
        + users("a", "b", "x")
        + flows("s>p", "p>a", "p>b", "a>x", "x>j", "b>j", "j>e")
    )
    world = make(old)
    world.complete("a")
    done = take(world, new)
    assert ("token", "told", "j", "j") in told(done)
    world.complete("b")
    assert world.ended


def test_renamed_steps_go_by_hand_and_unmapped_ones_stop_the_instance(make):
    old, new = S + E + users("a") + flows("s>a", "a>e"), S + E + users("b") + flows("s>b", "b>e")
    world = make(old)
    assert why(world, new) == ["A token stands at 'a', which has no counterpart in the new version."]
    done = take(world, new, by_hand={"a": "b"})
    assert told(done) == [("token", "moved", "a", "b")]
    assert [(x.element, y.element, x.id == y.id) for x, y in done.tasks] == [("a", "b", True)]
    world.complete("b")
    assert world.ended


def test_two_steps_may_become_one(make):
    old = S + E + gateway("parallel", "p") + users("a", "b") + flows("s>p", "p>a", "p>b", "a>e", "b>e")
    world = make(old)
    take(world, S + E + users("c") + flows("s>c", "c>e"), by_hand={"a": "c", "b": "c"})
    assert world.open == ["c", "c"]
    world.complete("c")
    world.complete("c")
    assert world.ended


def test_two_joins_may_not_become_one():
    four = users("a", "b", "c", "f")
    old = model(
        S
        + E
        + gateway("parallel", "p")
        + gateway("parallel", "j1")
        + gateway("parallel", "j2")
        + four
        + flows("s>p", "p>a", "p>b", "p>c", "p>f", "a>j1", "b>j1", "c>j2", "f>j2", "j1>e", "j2>e")
    )
    new = model(
        S
        + E
        + gateway("parallel", "p")
        + gateway("parallel", "j")
        + users("a", "b")
        + flows("s>p", "p>a", "p>b", "a>j", "b>j", "j>e")
    )
    check = Check(old, new, {"j1": "j", "j2": "j"}, {}, {}).all()
    assert [one.en for one in check.findings if one.severity == "error"] == [
        "«j1», «j2» must not all become 'j', which can hold one only."
    ]


def test_a_task_does_not_become_a_subprocess():
    check = Check(
        model(S + users("a") + flows("s>a")), model(S + sub("a", users("b")) + flows("s>a")), {"a": "a"}, {}, {}
    ).all()
    assert [(one.severity, one.rule, one.en) for one in check.findings if one.severity == "error"] == [
        ("error", "misfit", "'a' is a userTask and 'a' a subProcess: one cannot stand in for the other.")
    ]


# -- scopes ----------------------------------------------------------------------------------------------------------


NESTED = (
    S
    + E
    + sub(
        "t",
        '<startEvent id="ti"/><endEvent id="te"/>'
        + sub("u", '<startEvent id="ui"/><endEvent id="ue"/>' + users("a", "b") + flows("ui>a", "a>b", "b>ue"))
        + flows("ti>u", "u>te"),
    )
    + users("last")
    + flows("s>t", "t>last", "last>e")
)


def test_nested_subprocesses_are_kept_with_their_instances(make):
    world = make(NESTED)
    instance = world.run.open_tasks[0].instance
    done = take(world, NESTED.replace('id="a"', 'id="x"').replace('"a"', '"x"'), by_hand={"a": "x"})
    assert world.run.open_tasks[0].instance == instance
    assert told(done) == [("token", "kept", "t", "t"), ("token", "kept", "u", "u"), ("token", "moved", "a", "x")]
    for name in ("x", "b", "last"):
        world.complete(name)
    assert world.ended


def test_a_removed_subprocess_lets_its_tokens_out(make):
    world = make(NESTED)
    flat = (
        S
        + E
        + sub("t", '<startEvent id="ti"/><endEvent id="te"/>' + users("a", "b") + flows("ti>a", "a>b", "b>te"))
        + users("last")
        + flows("s>t", "t>last", "last>e")
    )
    done = take(world, flat)
    assert ("scope", "removed", "u", "") in told(done)
    assert [(step.element, step.event) for step in world.trace][-1] == ("u", "cancelled")
    for name in ("a", "b", "last"):
        world.complete(name)
    assert world.ended


def test_an_added_subprocess_is_opened_around_its_tokens_with_its_events(make):
    world = make(S + E + users("a", "last") + flows("s>a", "a>last", "last>e"))
    new = (
        S
        + E
        + sub("t", users("a"))
        + boundary("late", "t", "timer")
        + users("last", "z")
        + flows("s>t", "t>last", "last>e", "late>z")
    )
    done = take(world, new)
    assert told(done) == [("scope", "new", "", "t"), ("token", "kept", "a", "a"), ("timer", "new", "", "late")]
    assert [(step.element, step.event) for step in world.trace][-1] == ("t", "entered")
    assert world.run.open_tasks[0].instance != world.run.id
    world.complete("a")
    world.complete("last")
    assert world.ended


def test_two_tokens_go_into_one_new_subprocess_only_where_something_in_it_splits(make):
    old = S + E + gateway("parallel", "p") + users("a", "b") + flows("s>p", "p>a", "p>b", "a>e", "b>e")
    split = '<startEvent id="i"/>' + gateway("parallel", "q") + users("a", "b") + flows("i>q", "q>a", "q>b")
    choice = (
        '<startEvent id="i"/>' + gateway("exclusive", "q", "q-b") + users("a", "b") + flows("i>q", "q>a:true", "q>b")
    )
    world = make(old)
    take(world, S + E + sub("t", split) + flows("s>t", "t>e"))
    world.complete("a")
    assert not world.ended
    world.complete("b")
    assert world.ended
    (said,) = why(make(old), S + E + sub("t", choice) + flows("s>t", "t>e"))
    assert said == (
        "Several tokens would move into the new subprocess 't', in which nothing splits so that they could "
        "be there together."
    )


def test_a_token_does_not_change_to_another_subprocess(make):
    def body(first: str, second: str) -> str:
        return (
            S
            + E
            + sub("t", '<startEvent id="i"/>' + users(first) + flows(f"i>{first}"))
            + sub("u", '<startEvent id="k"/>' + users(second) + flows(f"k>{second}"))
            + flows("s>t", "t>u", "u>e")
        )

    old, new = body("a", "b"), body("b", "a")
    assert why(make(old), new) == [
        "'a' moves to another scope of the process (inside 'u'): its tokens cannot be moved with certainty."
    ]


def test_variables_of_a_removed_subprocess_go_out_unless_there_are_others_of_that_name(make):
    inside = '<dataObject id="n_" name="n"/><dataObjectReference id="nr" dataObjectRef="n_"/><startEvent id="i"/>'
    old = S + E + sub("t", inside + users("a") + flows("i>a")) + flows("s>t", "t>e")
    new = S + E + users("a") + flows("s>a", "a>e")
    world = make(old)
    world.do(world.run, "set_variables", {"n": 5}, world.run.open_tasks[0].id)
    take(world, new)
    assert world.run.variables["n"] == 5
    assert why(make(old, variables={"n": 1}), new) == [
        "The removed subprocess 't' has data 'n' of its own, and outside there is another of that name."
    ]


# -- loops -----------------------------------------------------------------------------------------------------------


GATHER = many(zeebe='inputCollection="= ds" inputElement="x" outputCollection="kq" outputElement="= x * 10"')


@pytest.mark.parametrize("sequential", [False, True])
def test_a_multi_instance_activity_goes_on_midway(make, sequential):
    loop = GATHER.replace('isSequential="false"', f'isSequential="{str(sequential).lower()}"')
    world = make(S + E + looped("userTask", "t", loop) + flows("s>t", "t>e"), variables={"ds": [1, 2, 3]})
    world.complete("t")
    done = take(
        world,
        S + E + looped("userTask", "u", loop, more='name="Mới"') + users("after") + flows("s>u", "u>after", "after>e"),
        by_hand={"t": "u"},
    )
    assert {task.name for task in world.run.open_tasks} == {"Mới"}
    assert ("token", "moved", "t", "u") in told(done)
    world.complete("u")
    world.complete("u")
    assert world.open == ["after"] and world.run.variables["kq"] == [10, 20, 30]


def test_what_repeats_in_another_way_is_refused(make):
    world = make(S + E + looped("userTask", "t", GATHER) + flows("s>t", "t>e"), variables={"ds": [1, 2]})
    for loop, said in (
        (
            GATHER.replace('isSequential="false"', 'isSequential="true"'),
            "A token stands at 't', which has no counterpart in the new version.",
        ),
    ):
        body = S + E + looped("userTask", "t", loop) + flows("s>t", "t>e")
        assert why(world, body) == [said]
        check = Check(world.processes, model(body), {}, {}, {}).all()
        assert [one.en for one in check.findings if one.rule == "misfit"] == [
            "'t' repeats in another way: it was parallel multi-instance, now sequential multi-instance."
        ]


# -- events ----------------------------------------------------------------------------------------------------------


def test_a_boundary_timer_keeps_its_date_or_is_counted_anew_from_when_it_was_set(make):
    old = S + E + users("a", "x") + boundary("late", "a", "timer") + flows("s>a", "a>e", "late>x")
    new = old.replace("PT1H", "PT3H")
    for timers, hours in (("keep", 1), ("recompute", 3)):
        world = make(old)
        (timer,) = world.run.timers
        begun = world.clock
        world.clock += timedelta(minutes=30)
        done = take(world, new, timers=timers, since=lambda id, begun=begun: begun)
        assert [(each.id, each.due - BEGIN) for each in world.run.timers] == [(timer.id, timedelta(hours=hours))]
        assert told(done)[1:] == [("timer", "kept" if timers == "keep" else "changed", "late", "late")]
        world.advance("PT3H")
        assert world.open == ["x"]


def test_removed_boundaries_are_disarmed_and_new_ones_armed(make):
    old = (
        S
        + E
        + users("a", "x")
        + boundary("b1", "a", "message")
        + boundary("b2", "a", "timer", stops=False)
        + flows("s>a", "a>e", "b1>x", "b2>x")
    )
    new = (
        S
        + E
        + users("a", "x")
        + boundary("b2", "a", "timer", stops=False)
        + boundary("b3", "a", "signal")
        + flows("s>a", "a>e", "b2>x", "b3>x")
    )
    world = make(old, DEFINITIONS)
    timer = world.run.timers[0]
    done = take(world, new, DEFINITIONS)
    assert world.run.timers == [timer]
    assert [(each.element, each.kind) for each in world.run.subscriptions] == [("b3", "signal")]
    assert told(done)[1:] == [
        ("subscription", "removed", "b1", ""),
        ("timer", "kept", "b2", "b2"),
        ("subscription", "new", "", "b3"),
    ]


def test_a_boundary_that_has_fired_is_not_armed_again(make):
    old = S + E + users("a", "x") + boundary("b", "a", "timer", stops=False) + flows("s>a", "a>e", "b>x")
    world = make(old)
    world.advance("PT1H")
    assert world.open == ["a", "x"] and not world.run.timers
    take(world, old.replace("PT1H", "PT2H"))
    assert not world.run.timers


def test_a_new_condition_that_is_true_at_once_fires_and_is_told(make):
    old = S + E + users("a", "x") + flows("s>a", "a>e")
    new = old + boundary("c", "a", "conditional") + flows("c>x")
    world = make(old, variables={"n": 9})
    done = take(world, new)
    assert world.open == ["x"] and done.ran_on
    assert done.lines[-1].vi == "Chuyển xong, quy trình chạy tiếp ngay: «c», «x»."
    assert why(make(old, variables={"n": 9}), new, suspended=True) == [
        "The instance is suspended, and once migrated it would run on at once; resume it first."
    ]
    world = make(old, variables={"n": 1})
    take(world, new)
    world.do(world.run, "set_variables", {"n": 4})
    assert world.open == ["x"]


def test_an_event_gateway_keeps_drops_and_adds_what_it_waits_for(make):
    def waits(*kinds: str) -> str:
        events = "".join(
            f'<intermediateCatchEvent id="{kind}">{KINDS[kind]}</intermediateCatchEvent>' for kind in kinds
        )
        return (
            S
            + E
            + gateway("eventBased", "g")
            + events
            + users("a")
            + flows("s>g", "a>e")
            + "".join(flows(f"g>{kind}", f"{kind}>a") for kind in kinds)
        )

    world = make(waits("message", "timer"), DEFINITIONS)
    timer = world.run.timers[0]
    done = take(world, waits("timer", "signal"), DEFINITIONS)
    assert world.run.timers == [timer]
    assert {line[:2] for line in told(done)} == {
        ("token", "kept"),
        ("subscription", "removed"),
        ("timer", "kept"),
        ("subscription", "new"),
    }
    world.signal("s1")
    assert world.open == ["a"] and not world.run.timers and not world.run.subscriptions


def test_event_subprocesses_are_armed_kept_and_go_on_when_they_run(make):
    inside = users("hu") + flows("h_s>hu")
    old = S + E + users("a") + flows("s>a", "a>e") + event_sub("h", "message", inside, stops=False)
    world = make(old, DEFINITIONS)
    world.message("m1")
    assert world.open == ["a", "hu"]
    (wait,) = world.run.subscriptions
    done = take(world, old + event_sub("k", "signal", users("ku") + flows("k_s>ku"), stops=False), DEFINITIONS)
    assert wait in world.run.subscriptions and len(world.run.subscriptions) == 2
    assert ("subscription", "new", "", "k_s") in told(done)
    world.signal("s1")
    assert world.open == ["a", "hu", "ku"]


def test_a_renamed_message_is_waited_for_under_its_new_name_with_the_same_age(make):
    old = (
        S + E + '<intermediateCatchEvent id="m">' + KINDS["message"] + "</intermediateCatchEvent>" + flows("s>m", "m>e")
    )
    world = make(old, DEFINITIONS)
    (before,) = world.run.subscriptions
    done = take(world, old, DEFINITIONS.replace('name="m1"', 'name="moi"'))
    (after,) = world.run.subscriptions
    assert (after.id, after.name, after.opened_at) == (before.id, "moi", before.opened_at)
    assert told(done)[1:] == [("subscription", "changed", "m", "m")]
    assert world.message("moi") and world.ended


def test_a_timer_that_has_no_date_in_the_new_version_is_a_reason(make):
    old = S + E + users("a") + flows("s>a", "a>e")
    new = old + boundary("late", "a", "<timerEventDefinition><timeDate>= han</timeDate></timerEventDefinition>")
    (said,) = why(make(old), new)
    assert said.startswith("'a': The timer 'han' cannot be used")


# -- calls, incidents, compensation ----------------------------------------------------------------------------------


def calling(inside: str, called: str = "con") -> str:
    return (
        f'<process id="main" isExecutable="true">{S}{E}<callActivity id="k" calledElement="{called}"/>'
        + flows("s>k", "k>e")
        + f'</process><process id="{called}" isExecutable="true">{inside}</process>'
    )


def test_a_called_process_moves_with_its_caller(make):
    world = make(calling(users("a")))
    take(world, calling(users("a", "b") + flows("a>b")))
    world.complete("a")
    assert world.open == ["b"]
    world.complete("b")
    assert world.ended


def test_a_called_process_of_another_name_goes_by_hand(make):
    world = make(calling(users("a")))
    new = calling(users("a", "b") + flows("a>b"), "con2")
    assert why(world, new) == ["The process 'con' is running, and the new version lacks it."]
    take(world, new, processes={"con": "con2"})
    world.complete("a")
    world.complete("b")
    assert world.ended


def test_an_incident_is_kept_and_mended_by_the_new_version(make):
    old = (
        S
        + E
        + users("a")
        + looped(
            "scriptTask",
            "t",
            "",
            '<extensionElements><zeebe:script expression="= 1 + x.y.z'
            ' + &quot;a&quot;" resultVariable="n"/></extensionElements>',
        )
        + flows("s>t", "t>a", "a>e")
    )
    new = old.replace("1 + x.y.z + &quot;a&quot;", "1 + 1")
    world = make(old)
    assert world.incidents == ["t:expression"]
    done = take(world, new)
    assert world.incidents == ["t:expression"] and told(done) == [("incident", "kept", "t", "t")]
    world.do(world.run, "retry", world.run.incidents[0].id)
    assert world.open == ["a"] and world.run.variables["n"] == 2


def test_what_completed_can_still_be_undone_under_its_new_name(make):
    def body(a: str) -> str:
        return (
            S + E + undone(a) + users("wait") + throw("t", COMPENSATE) + flows(f"s>{a}", f"{a}>wait", "wait>t", "t>e")
        )

    world = make(body("a"))
    world.complete("a")
    take(world, body("b"), by_hand={"a": "b", "c_a": "c_b", "x_a": "x_b"})
    world.complete("wait")
    assert world.open == ["x_b"]
    world = make(body("a"))
    world.complete("a")
    assert why(world, body("b")) == [
        "'a' is completed and can still be undone, and has no counterpart in the new version."
    ]
    plain = S + E + users("a", "wait") + flows("s>a", "a>wait", "wait>e")
    assert why(world, plain) == ["'a' is completed and can still be undone, and the new version has no way to undo it."]


def test_compensation_memory_goes_with_the_subprocess_it_is_in(make):
    inside = '<startEvent id="i"/>' + undone("a") + users("w") + flows("i>a", "a>w")
    flat = S + E + undone("a") + users("w") + throw("t", COMPENSATE) + flows("s>a", "a>w", "w>t", "t>e")
    nested = S + E + sub("q", inside) + throw("t", COMPENSATE) + flows("s>q", "q>t", "t>e")
    for old, new in ((flat, nested), (nested, flat)):
        world = make(old)
        world.complete("a")
        take(world, new)
        world.complete("w")
        assert world.open == ["x_a"]
        world.complete("x_a")
        assert world.ended
    world = make(nested)
    for name in ("a", "w"):
        world.complete(name)
    assert why(world, nested.replace('id="x_a"', 'id="x_a" name="Hoàn tác"')) == [
        "Compensation is under way in the instance; wait until it is done."
    ]


def test_what_completed_in_a_subprocess_that_is_gone_cannot_be_undone_elsewhere(make):
    inside = '<startEvent id="i"/>' + undone("a") + flows("i>a")
    old = S + E + sub("q", inside) + users("w") + throw("t", COMPENSATE) + flows("s>q", "q>w", "w>t", "t>e")
    flat = S + E + undone("a") + users("w") + throw("t", COMPENSATE) + flows("s>a", "a>w", "w>t", "t>e")
    world = make(old)
    world.complete("a")
    assert why(world, flat) == ["'q' is completed and can still be undone, and has no counterpart in the new version."]
    world = make(flat)
    world.complete("a")
    assert why(world, old) == [
        "'a' is completed and can still be undone, but lies in another scope of the new version."
    ]


# -- tasks -----------------------------------------------------------------------------------------------------------


def offered(groups: str, due: str = "") -> str:
    schedule = f'<zeebe:taskSchedule dueDate="{due}"/>' if due else ""
    return (
        S + E + '<userTask id="a"><extensionElements>'
        f'<zeebe:assignmentDefinition candidateGroups="{groups}"/>{schedule}</extensionElements></userTask>'
        + flows("s>a", "a>e")
    )


def test_an_open_task_takes_over_what_the_new_version_says_anew(make):
    world = make(offered("mot", "= now() + duration(&quot;PT1H&quot;)"))
    (before,) = world.run.open_tasks
    world.clock += timedelta(minutes=10)
    done = take(world, offered("hai", "= now() + duration(&quot;PT5H&quot;)"))
    (after,) = world.run.open_tasks
    assert (after.id, after.opened_at, after.candidate_groups) == (before.id, before.opened_at, ("hai",))
    assert after.due == BEGIN + timedelta(hours=5)
    assert done.tasks == [(before, after)]
    unchanged = take(world, offered("hai", "= now() + duration(&quot;PT5H&quot;)"))
    assert unchanged.tasks == []


def test_local_data_that_the_new_version_wants_is_evaluated_now(make):
    body = (
        S + E + '<userTask id="a"><extensionElements><zeebe:ioMapping>{}</zeebe:ioMapping></extensionElements>'
        "</userTask>" + flows("s>a", "a>e")
    )
    world = make(body.format('<zeebe:input source="= n" target="x"/>'), variables={"n": 3})
    world.do(world.run, "set_variables", {"n": 4})
    take(world, body.format('<zeebe:input source="= n" target="x"/><zeebe:input source="= n" target="y"/>'))
    data = world.run.variables_of(world.run.open_tasks[0].id)
    assert (data["x"], data["y"]) == (3, 4)


def test_new_data_begin_with_their_initial_value_unless_there_is_something_of_that_name(make):
    def body(data: str) -> str:
        return S + E + sub("t", data + '<startEvent id="i"/>' + users("a") + flows("i>a")) + flows("s>t", "t>e")

    new = '<dataObject id="n_" name="n"/><dataObjectReference id="nr" dataObjectRef="n_"/>'
    world = make(body(""))
    take(world, body(new))
    world.do(world.run, "set_variables", {"n": 5}, world.run.open_tasks[0].id)
    assert why(make(body(""), variables={"n": 1}), body(new)) == [
        "'t' has new data 'n' of its own, which the instance keeps outside."
    ]


def test_a_called_process_that_stays_is_not_what_the_new_step_calls(make):
    world = make(calling(users("a")))
    new = calling(users("a"), "con").replace('calledElement="con"', 'calledElement="khac"') + (
        '<process id="khac" isExecutable="true">' + users("z") + "</process>"
    )
    assert why(world, new) == ["'k' now calls the process 'khac', and 'con' is what runs."]


def test_what_fails_at_once_in_the_new_version_is_told(make):
    old = (
        S
        + E
        + gateway("parallel", "p")
        + gateway("complex", "j")
        + users("a", "b", "c")
        + flows("s>p", "p>a", "p>b", "a>j", "b>j", "j>c", "c>e")
    )
    test = '<complexGateway id="j"><activationCondition>= {}</activationCondition></complexGateway>'
    world = make(old.replace(gateway("complex", "j"), test.format("activationCount > 1")))
    world.complete("a")
    done = take(world, old.replace(gateway("complex", "j"), test.format("thieu > 1")))
    assert world.incidents == ["j:condition"]
    assert told(done)[-1] == ("incident", "new", "", "j")
