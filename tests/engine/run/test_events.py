"""Events: boundaries, event subprocesses, throws and ends (10.5, 13.5)."""

from __future__ import annotations

import pytest

from tests.engine.run.test_gateways import NAMED, E, S, users
from tests.engine.run.world import flows, model

DEFINITIONS = NAMED + (
    '<error id="ERR" name="err" errorCode="E1"/><error id="ERR2" name="err2" errorCode="E2"/>'
    '<escalation id="ESC" name="esc" escalationCode="L1"/>'
    '<escalation id="ESC2" name="esc2" escalationCode="L2"/>'
)
KINDS = {
    "message": '<messageEventDefinition messageRef="M"/>',
    "signal": '<signalEventDefinition signalRef="S"/>',
    "timer": "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>",
    "conditional": "<conditionalEventDefinition><condition>= n &gt; 3</condition></conditionalEventDefinition>",
    "error": '<errorEventDefinition errorRef="ERR"/>',
    "escalation": '<escalationEventDefinition escalationRef="ESC"/>',
}


def boundary(id: str, host: str, kind: str, *, stops: bool = True) -> str:
    return (
        f'<boundaryEvent id="{id}" attachedToRef="{host}" cancelActivity="{str(stops).lower()}">'
        f"{KINDS.get(kind, kind)}</boundaryEvent>"
    )


def sub(id: str, inside: str, kind: str = "subProcess", more: str = "") -> str:
    return f'<{kind} id="{id}" {more}>{inside}</{kind}>'


def event_sub(id: str, kind: str, inside: str, *, stops: bool = True) -> str:
    return sub(
        id,
        f'<startEvent id="{id}_s" isInterrupting="{str(stops).lower()}">{KINDS.get(kind, kind)}</startEvent>' + inside,
        more='triggeredByEvent="true"',
    )


def throw(id: str, kind: str) -> str:
    return f'<intermediateThrowEvent id="{id}">{KINDS.get(kind, kind)}</intermediateThrowEvent>'


def end(id: str, kind: str) -> str:
    return f'<endEvent id="{id}">{KINDS.get(kind, kind)}</endEvent>'


def happen(world, kind: str) -> None:
    if kind == "message":
        assert world.message("m1", variables={"tin": 1})
    elif kind == "signal":
        assert world.signal("s1", {"tin": 1})
    elif kind == "timer":
        world.advance("PT1H")
    elif kind == "conditional":
        world.do(world.run, "set_variables", {"n": 2})
        assert "b" not in world.entered()
        world.do(world.run, "set_variables", {"n": 4})
    elif kind == "error":
        world.do(world.run, "throw_error", world.run.open_tasks[0].id, "E1")
    else:
        world.do(world.run, "escalate", world.run.open_tasks[0].id, "L1")


ALL = ["message", "signal", "timer", "conditional", "error", "escalation"]


@pytest.mark.parametrize("kind", ALL)
@pytest.mark.parametrize("wrapped", [False, True], ids=["task", "subprocess"])
def test_an_interrupting_boundary_event_ends_its_activity(make, kind, wrapped):
    inside = sub("t", '<startEvent id="ts"/>' + users("u") + flows("ts>u")) if wrapped else users("t")
    world = make(
        S + E + inside + boundary("b", "t", kind) + users("after") + flows("s>t", "t>e", "b>after", "after>e"),
        DEFINITIONS,
    )
    assert world.open == ["u" if wrapped else "t"]
    happen(world, kind)
    assert world.open == ["after"]
    assert "t" in world.cancelled() and ("u" in world.cancelled()) is wrapped
    assert not world.run.subscriptions and not world.run.timers
    world.complete()
    assert world.ended


@pytest.mark.parametrize("kind", [kind for kind in ALL if kind != "error"])
def test_a_boundary_event_that_does_not_interrupt_adds_a_branch_each_time(make, kind):
    world = make(
        S + E + users("t", "after") + boundary("b", "t", kind, stops=False) + flows("s>t", "t>e", "b>after", "after>e"),
        DEFINITIONS,
    )
    happen(world, kind)
    assert world.open == ["after", "t"]
    if kind == "conditional":
        world.do(world.run, "set_variables", {"n": 5})
        assert world.open == ["after", "t"]  # it has to become false first
        world.do(world.run, "set_variables", {"n": 1})
        world.do(world.run, "set_variables", {"n": 9})
    elif kind != "timer":
        happen(world, kind)
    assert world.open == (["after", "t"] if kind == "timer" else ["after", "after", "t"])


@pytest.mark.parametrize("kind", [kind for kind in ALL if kind != "error"])
@pytest.mark.parametrize("stops", [True, False], ids=["interrupting", "not"])
@pytest.mark.parametrize("nested", [False, True], ids=["process", "nested"])
def test_an_event_subprocess_starts_by_its_event(make, kind, stops, nested):
    body = (
        S
        + E
        + users("t")
        + flows("s>t", "t>e")
        + event_sub("b", kind, users("u") + '<endEvent id="be"/>' + flows("b_s>u", "u>be"), stops=stops)
    )
    if nested:
        body = (
            '<startEvent id="s0"/><endEvent id="e0"/>'
            + sub("outer", body)
            + users("next")
            + flows("s0>outer", "outer>next", "next>e0")
        )
    world = make(body, DEFINITIONS)
    happen(world, kind)
    assert world.open == (["u"] if stops else ["t", "u"])
    assert [each for each in world.entered() if each in ("b", "b_s", "u")] == ["b", "b_s", "u"]
    if stops:
        assert "t" in world.cancelled() and not world.run.subscriptions
    else:
        world.complete("t")
    world.complete("u")
    if nested:
        assert world.open == ["next"]
        world.complete("next")
    assert world.ended


def test_an_error_goes_to_the_event_subprocess_of_its_scope_then_to_boundaries_then_further_out(make):
    def thrower(caught: str) -> str:
        return (
            '<startEvent id="i"/>'
            + users("u")
            + end("x", "error")
            + flows("i>u", "u>x")
            + (event_sub("h", "error", users("hu") + flows("h_s>hu")) if caught == "inside" else "")
        )

    for caught, expected in (("inside", ["hu"]), ("boundary", ["after"]), ("nowhere", [])):
        body = S + E + sub("t", thrower(caught)) + users("after") + flows("s>t", "t>e", "after>e")
        if caught == "boundary":
            body += boundary("b", "t", "error") + flows("b>after")
        else:
            body = body.replace(users("after"), "").replace(flows("after>e"), "")
        world = make(body, DEFINITIONS)
        world.complete("u")
        assert world.open == expected, caught
        assert [code for code, _ in world.errors] == (["E1"] if caught == "nowhere" else [])
        assert world.ended is (caught == "nowhere")


def test_an_error_is_matched_by_its_code_first_and_by_a_catch_of_all_codes_then(make):
    body = (
        S
        + E
        + users("t", "one", "two", "all")
        + boundary("b1", "t", "error")
        + boundary("b2", "t", '<errorEventDefinition errorRef="ERR2"/>')
        + boundary("b0", "t", "<errorEventDefinition/>")
        + flows("s>t", "t>e", "b1>one", "b2>two", "b0>all", "one>e", "two>e", "all>e")
    )
    for code, expected in (("E1", "one"), ("E2", "two"), ("E9", "all"), (None, "all")):
        world = make(body, DEFINITIONS)
        world.do(world.run, "throw_error", world.run.open_tasks[0].id, code)
        assert world.open == [expected]


def test_an_error_thrown_by_its_handler_goes_outside(make):
    inside = (
        '<startEvent id="i"/>'
        + end("x", "error")
        + flows("i>x")
        + event_sub("h", "error", end("y", "error") + flows("h_s>y"))
    )
    world = make(
        S
        + E
        + sub("t", inside)
        + boundary("b", "t", "error")
        + users("after")
        + flows("s>t", "t>e", "b>after", "after>e"),
        DEFINITIONS,
    )
    assert world.open == ["after"]


def test_an_escalation_that_does_not_interrupt_lets_the_thrower_go_on(make):
    inside = '<startEvent id="i"/>' + throw("x", "escalation") + users("u") + flows("i>x", "x>u")
    world = make(
        S
        + E
        + sub("t", inside)
        + boundary("b", "t", "escalation", stops=False)
        + users("after")
        + flows("s>t", "t>e", "b>after", "after>e"),
        DEFINITIONS,
    )
    assert world.open == ["after", "u"]


def test_an_escalation_that_interrupts_stops_everything_inside_at_once(make):
    inside = (
        '<startEvent id="i"/><parallelGateway id="p"/>'
        + throw("x", "escalation")
        + '<scriptTask id="c1" scriptFormat="feel"><script>1</script></scriptTask>'
        + '<scriptTask id="c2" scriptFormat="feel"><script>1</script></scriptTask>'
        + flows("i>p", "p>x", "p>c1", "x>c2")
    )
    world = make(
        S
        + E
        + sub("t", inside)
        + boundary("b", "t", "escalation")
        + users("after")
        + flows("s>t", "t>e", "b>after", "after>e"),
        DEFINITIONS,
    )
    assert world.open == ["after"]
    assert "c1" not in world.entered() and "c2" not in world.entered()


def test_an_escalation_nobody_catches_is_nothing(make):
    world = make(S + throw("x", "escalation") + end("y", "escalation") + flows("s>x", "x>y"), DEFINITIONS)
    assert world.ended and not world.errors and not world.incidents


def test_a_signal_inside_a_run_reaches_all_that_wait_and_starts_others(make):
    other = (
        '<process id="other" isExecutable="true"><startEvent id="os"><signalEventDefinition signalRef="S"/>'
        '</startEvent><userTask id="ou"/>' + flows("os>ou") + "</process>"
    )
    body = (
        '<process id="main" isExecutable="true">'
        + S
        + E
        + '<parallelGateway id="p"/>'
        + users("t", "u", "w")
        + boundary("b", "t", "signal")
        + '<intermediateCatchEvent id="c">'
        + KINDS["signal"]
        + "</intermediateCatchEvent>"
        + throw("x", "signal")
        + flows("s>p", "p>t", "p>c", "p>u", "u>x", "x>e", "c>w", "b>e", "t>e", "w>e")
        + "</process>"
        + other
    )
    world = make(body, DEFINITIONS)
    world.complete("u")
    assert world.open == ["ou", "w"] and len(world.runs) == 2


def test_links_go_from_throw_to_catch_and_both_are_entered(make):
    world = make(
        S + E + '<intermediateThrowEvent id="x"><linkEventDefinition name="A"/></intermediateThrowEvent>'
        '<intermediateCatchEvent id="y"><linkEventDefinition name="A"/></intermediateCatchEvent>'
        + users("u")
        + flows("s>x", "y>u", "u>e")
    )
    assert world.open == ["u"]
    assert world.entered() == ["s", "x", "y", "u"]


def test_a_terminate_end_stops_its_own_scope_and_no_more(make):
    inside = (
        '<startEvent id="i"/><parallelGateway id="p"/>'
        + users("a", "b")
        + end("x", "<terminateEventDefinition/>")
        + flows("i>p", "p>a", "p>b", "a>x")
    )
    world = make(S + E + sub("t", inside) + users("after") + flows("s>t", "t>after", "after>e"))
    world.complete("a")
    assert world.open == ["after"]
    assert world.cancelled() == ["b"] and "t" in world.completed()


@pytest.mark.parametrize(("cycle", "fires"), [("R3/PT1H", 3), ("R/PT1H", 5), ("PT2H", 2), ("R2/PT2H", 2)])
def test_a_cycle_of_a_boundary_timer_fires_as_often_as_it_says(make, cycle, fires):
    if cycle.startswith("P"):
        cycle = "R/" + cycle
    world = make(
        S
        + E
        + users("t", "after")
        + boundary(
            "b", "t", f"<timerEventDefinition><timeCycle>{cycle}</timeCycle></timerEventDefinition>", stops=False
        )
        + flows("s>t", "t>e", "b>after", "after>e")
    )
    world.advance("PT5H30M")
    assert world.open == ["after"] * fires + ["t"]


def test_timers_may_be_dates_or_feel(make):
    world = make(
        S + E + '<intermediateCatchEvent id="a"><timerEventDefinition><timeDate>2026-11-23T10:00:00+07:00'
        "</timeDate></timerEventDefinition></intermediateCatchEvent>"
        '<intermediateCatchEvent id="b"><timerEventDefinition><timeDuration>'
        '= duration("PT" + string(gio) + "H")</timeDuration>'
        "</timerEventDefinition></intermediateCatchEvent>"
        '<intermediateCatchEvent id="c"><timerEventDefinition><timeDate>= now() + duration("P1D")</timeDate>'
        "</timerEventDefinition></intermediateCatchEvent>" + flows("s>a", "a>b", "b>c", "c>e"),
        variables={"gio": 2},
    )
    world.advance("PT2H")
    assert world.run.timers[0].element == "b" and world.run.timers[0].due.isoformat() == "2026-11-23T05:00:00+00:00"
    world.advance("PT2H")
    assert world.run.timers[0].element == "c" and world.run.timers[0].due.isoformat() == "2026-11-24T05:00:00+00:00"
    world.advance("P1D")
    assert world.ended


def test_a_timer_that_is_no_date_is_an_incident_and_can_be_retried(make):
    world = make(
        S + E + '<intermediateCatchEvent id="a"><timerEventDefinition><timeDate>= han</timeDate>'
        "</timerEventDefinition></intermediateCatchEvent>" + flows("s>a", "a>e")
    )
    assert world.incidents == ["a:expression"]
    world.do(world.run, "set_variables", {"han": "2026-11-24"})
    world.do(world.run, "retry", world.run.incidents[0].id)
    world.advance("P2D")
    assert world.ended


def test_messages_are_matched_by_their_key(make):
    message = (
        '<message id="M" name="m1"><extensionElements><zeebe:subscription correlationKey="= ma"/>'
        "</extensionElements></message>"
    )
    world = make(
        S + E + '<intermediateCatchEvent id="a"><messageEventDefinition messageRef="M"/>'
        "</intermediateCatchEvent>" + flows("s>a", "a>e"),
        message,
        variables={"ma": 12},
    )
    assert world.run.subscriptions[0].key == "12"
    assert not world.message("m1", "13")
    assert world.message("m1", "12", {"den": True})
    assert world.ended and world.run.variables["den"] is True


def test_a_parallel_multiple_catch_wants_all_its_events(make):
    both = KINDS["message"] + KINDS["signal"]
    world = make(
        S + E + f'<intermediateCatchEvent id="a" parallelMultiple="true">{both}</intermediateCatchEvent>'
        f'<intermediateCatchEvent id="b">{both}</intermediateCatchEvent>'
        + users("u")
        + flows("s>a", "a>u", "u>b", "b>e"),
        DEFINITIONS,
    )
    world.signal("s1")
    assert world.open == []
    world.message("m1")
    assert world.open == ["u"]
    world.complete("u")
    world.message("m1")
    assert world.ended and not world.run.subscriptions


def test_a_parallel_multiple_start_waits_in_its_instance_for_the_rest(make):
    world = make(
        '<startEvent id="st" parallelMultiple="true">'
        + KINDS["message"]
        + KINDS["signal"]
        + "</startEvent>"
        + users("u")
        + E
        + flows("st>u", "u>e"),
        DEFINITIONS,
        start=False,
    )
    world.message("m1")
    assert world.open == [] and len(world.runs) == 1
    world.do(world.run, "deliver_signal", "s1")
    assert world.open == ["u"]


def test_a_condition_that_holds_when_the_event_is_reached_fires_at_once(make):
    world = make(
        S
        + E
        + '<scriptTask id="t" scriptFormat="feel"><script>1</script></scriptTask>'
        + boundary("b", "t", "conditional")
        + users("after")
        + flows("s>t", "t>e", "b>after", "after>e"),
        variables={"n": 4},
    )
    assert world.open == ["after"] and "t" in world.cancelled()


def test_messages_thrown_carry_their_inputs_and_start_or_reach_others(make):
    sender = (
        '<process id="main" isExecutable="true">' + S + '<sendTask id="x" messageRef="M"><extensionElements>'
        '<zeebe:ioMapping><zeebe:input source="= so + 1" target="so_moi"/></zeebe:ioMapping></extensionElements>'
        "</sendTask>" + E + flows("s>x", "x>e") + "</process>"
    )
    taker = (
        '<process id="other" isExecutable="true"><startEvent id="os"><messageEventDefinition messageRef="M"/>'
        '</startEvent><userTask id="ou"/>' + flows("os>ou") + "</process>"
    )
    world = make(sender + taker, NAMED, variables={"so": 1})
    assert world.open == ["ou"]
    assert dict(world.runs[1].variables) == {"so_moi": 2}


def test_timer_starts_fire_when_the_clock_gets_there():
    from tests.engine.run.world import World

    world = World(
        model(
            '<startEvent id="s"><timerEventDefinition><timeCycle>R3/PT1H</timeCycle></timerEventDefinition>'
            "</startEvent>" + users("u") + E + flows("s>u", "u>e")
        )
    )
    world.advance("PT90M")
    assert world.open == ["u"]
    world.advance("P1D")
    assert world.open == ["u", "u", "u"]
