"""Gateways (10.6, 13.4) and the flows of activities (13.3.1)."""

from __future__ import annotations

import pytest

from tests.engine.run.world import flows

S, E = '<startEvent id="s"/>', '<endEvent id="e"/>'


def gateway(kind: str, id: str, default: str = "") -> str:
    return f'<{kind}Gateway id="{id}"' + (f' default="{default}"' if default else "") + "/>"


def users(*ids: str) -> str:
    return "".join(f'<userTask id="{id}"/>' for id in ids)


def test_an_exclusive_gateway_takes_the_first_true_flow_and_lets_every_token_pass_on_merging(make):
    body = (
        S
        + E
        + gateway("parallel", "p")
        + gateway("exclusive", "x", "x-c")
        + users("a", "b", "c")
        + ('<intermediateThrowEvent id="n1"/><intermediateThrowEvent id="n2"/>')
        + flows("s>p", "p>n1", "p>n2", "n1>x", "n2>x", "x>a:n > 5", "x>b:n > 1", "x>c", "a>e", "b>e", "c>e")
    )
    assert make(body, variables={"n": 9}).open == ["a", "a"]
    assert make(body, variables={"n": 3}).open == ["b", "b"]
    assert make(body, variables={"n": 0}).open == ["c", "c"]


def test_a_condition_that_is_neither_true_nor_false_stops_its_branch_and_says_why(make):
    body = (
        S
        + E
        + gateway("parallel", "p")
        + gateway("exclusive", "x", "x-b")
        + users("a", "b", "other")
        + flows("s>p", "p>x", "p>other", "x>a:thieu > 3", "x>b", "a>e", "b>e", "other>e")
    )
    world = make(body)
    assert world.incidents == ["x:condition"]
    assert "thieu" in world.run.incidents[0].message
    assert world.open == ["other"]
    world.complete("other")
    assert not world.ended
    world.do(world.run, "set_variables", {"thieu": 4})
    world.do(world.run, "retry", world.run.incidents[0].id)
    assert world.open == ["a"] and not world.incidents
    assert world.entered().count("x") == 1


def test_an_incident_says_what_is_wrong_in_both_languages(make):
    for node in (
        '<scriptTask id="a" scriptFormat="feel"><script>1 + "x"</script></scriptTask>',
        '<exclusiveGateway id="a"/>',
    ):
        world = make(
            S
            + E
            + node
            + users("b")
            + flows("s>a", *(['a>b:1 + "x" > 2', "a>e:false"] if "Gateway" in node else ["a>e"]))
        )
        incident = world.run.incidents[0]
        assert "Không thể" in incident.message and "cannot be applied" in incident.message_en, incident
        assert "Không" not in incident.message_en, incident


def test_a_gateway_without_a_flow_to_take_is_an_incident(make):
    world = make(
        S + E + gateway("exclusive", "x") + users("a", "b") + flows("s>x", "x>a:n = 1", "x>b:n = 2", "a>e", "b>e"),
        variables={"n": 3},
    )
    assert world.incidents == ["x:no_flow"]


def test_parallel_gateways_wait_for_every_flow_and_count_by_flow(make):
    world = make(
        S
        + E
        + gateway("parallel", "p")
        + gateway("parallel", "j")
        + users("a", "b", "after")
        + flows("s>p", "p>a", "p>b", "a>j", "b>j", "j>after", "after>e")
    )
    world.complete("a")
    assert world.open == ["b"]
    world.complete("b")
    assert world.open == ["after"]
    world.complete()
    assert world.ended
    assert world.entered().count("j") == 1 and world.completed().count("j") == 1


def test_two_tokens_on_one_flow_do_not_open_a_parallel_join(make):
    world = make(
        S
        + E
        + gateway("parallel", "p")
        + gateway("exclusive", "m")
        + gateway("parallel", "j")
        + users("a", "b", "c", "after")
        + flows("s>p", "p>a", "p>b", "p>c", "a>m", "b>m", "m>j", "c>j", "j>after", "after>e")
    )
    world.complete("a")
    world.complete("b")
    assert world.open == ["c"]
    world.complete("c")
    assert world.open == ["after"]
    world.complete()
    assert not world.ended  # one token is left at the join


def test_an_inclusive_split_takes_all_true_flows_else_the_default(make):
    body = (
        S
        + E
        + gateway("inclusive", "o", "o-c")
        + users("a", "b", "c")
        + flows("s>o", "o>a:n > 1", "o>b:n > 2", "o>c", "a>e", "b>e", "c>e")
    )
    assert make(body, variables={"n": 3}).open == ["a", "b"]
    assert make(body, variables={"n": 2}).open == ["a"]
    assert make(body, variables={"n": 0}).open == ["c"]


def test_an_inclusive_join_waits_for_tokens_that_can_still_come_and_for_no_others(make):
    body = (
        S
        + E
        + gateway("inclusive", "o")
        + gateway("inclusive", "j")
        + gateway("exclusive", "x")
        + users("a", "b", "after", "out")
        + flows("s>o", "o>a:true", "o>b:true", "a>j", "b>x", "x>j:den", "x>out:not(den)", "j>after", "after>e", "out>e")
    )
    world = make(body)
    world.complete("a")
    assert world.open == ["b"]  # b may still come
    world.complete("b", {"den": False})
    assert world.open == ["after", "out"]  # b has gone another way
    world = make(body)
    world.complete("a")
    world.complete("b", {"den": True})
    assert world.open == ["after"]


def test_an_inclusive_join_in_a_loop_does_not_wait_for_its_own_past(make):
    """13.4.3: a token behind the gateway that can come back by a flow through it does not hold it up."""
    body = (
        S
        + E
        + gateway("inclusive", "j")
        + gateway("exclusive", "x", "x-e")
        + users("a")
        + flows("s>j", "j>a", "a>x", "x>j:lai", "x>e")
    )
    world = make(body)
    for _ in range(3):
        world.complete("a", {"lai": True})
    assert world.open == ["a"]
    world.complete("a", {"lai": False})
    assert world.ended


COMPLEX = '<complexGateway id="k"><activationCondition>= activationCount &gt;= 2</activationCondition></complexGateway>'


def test_a_complex_gateway_starts_by_its_condition_and_is_reset_by_the_rest(make):
    world = make(
        S
        + E
        + gateway("parallel", "p")
        + COMPLEX
        + users("a", "b", "c", "after")
        + flows("s>p", "p>a", "p>b", "p>c", "a>k", "b>k", "c>k", "k>after:waitingForStart", "after>e")
    )
    world.complete("a")
    assert world.open == ["b", "c"]
    world.complete("b")
    assert world.open == ["after", "c"]
    world.complete("after")
    assert not world.ended  # it waits for the third token, to be reset
    world.complete("c")
    assert world.ended  # which goes nowhere: the flow is for the start only
    assert world.completed().count("k") == 1


def test_a_complex_gateway_can_send_a_token_when_it_is_reset(make):
    world = make(
        S
        + E
        + gateway("parallel", "p")
        + COMPLEX
        + users("a", "b", "c", "first", "rest")
        + flows(
            "s>p",
            "p>a",
            "p>b",
            "p>c",
            "a>k",
            "b>k",
            "c>k",
            "k>first:waitingForStart",
            "k>rest:not(waitingForStart)",
            "first>e",
            "rest>e",
        )
    )
    world.complete("a")
    world.complete("c")
    assert world.open == ["b", "first"]
    world.complete("b")
    assert world.open == ["first", "rest"]


def test_an_activity_splits_by_conditions_with_a_default(make):
    body = (
        S
        + E
        + '<userTask id="t" default="t-c"/>'
        + users("a", "b", "c")
        + flows("s>t", "t>a:n > 1", "t>b:n > 2", "t>c", "a>e", "b>e", "c>e")
    )
    for n, expected in ((3, ["a", "b"]), (2, ["a"]), (1, ["c"])):
        world = make(body)
        world.complete("t", {"n": n})
        assert world.open == expected


def test_an_activity_without_gateways_splits_to_all_and_merges_none(make):
    world = make(S + E + users("t", "a", "b", "after") + flows("s>t", "t>a", "t>b", "a>after", "b>after", "after>e"))
    world.complete("t")
    assert world.open == ["a", "b"]
    world.complete("a")
    world.complete("b")
    assert world.open == ["after", "after"]


EVENTS = """<eventBasedGateway id="g"/>
<intermediateCatchEvent id="m"><messageEventDefinition messageRef="M"/></intermediateCatchEvent>
<intermediateCatchEvent id="i"><signalEventDefinition signalRef="S"/></intermediateCatchEvent>
<intermediateCatchEvent id="t"><timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>
</intermediateCatchEvent>
<intermediateCatchEvent id="c"><conditionalEventDefinition><condition>= n &gt; 3</condition>
</conditionalEventDefinition></intermediateCatchEvent>"""
NAMED = '<message id="M" name="m1"/><message id="R" name="m2"/><signal id="S" name="s1"/>'


@pytest.mark.parametrize(
    ("what", "element"),
    [(("message", "m1"), "m"), (("signal", "s1"), "i"), (("advance", "PT2H"), "t"), (("set", {"n": 4}), "c")],
)
def test_the_first_event_behind_an_event_gateway_wins_and_the_others_wait_no_more(make, what, element):
    world = make(
        S
        + E
        + EVENTS
        + users("um", "ui", "ut", "uc")
        + flows("s>g", "g>m", "g>i", "g>t", "g>c", "m>um", "i>ui", "t>ut", "c>uc", "um>e", "ui>e", "ut>e", "uc>e"),
        NAMED,
    )
    assert len(world.run.subscriptions) == 2 and len(world.run.timers) == 1
    kind, value = what
    if kind == "set":
        world.do(world.run, "set_variables", {"n": 2})
        assert world.open == []
        world.do(world.run, "set_variables", value)
    else:
        getattr(world, kind)(value)
    assert world.open == ["u" + element]
    assert not world.run.subscriptions and not world.run.timers
    assert [each for each in world.entered() if each in "mitc"] == [element]
    assert world.completed().count("g") == 1


def test_a_parallel_event_gateway_begins_a_process_and_wants_every_event(make):
    world = make(
        """<eventBasedGateway id="g" instantiate="true" eventGatewayType="Parallel"/>
        <intermediateCatchEvent id="m"><messageEventDefinition messageRef="M"/></intermediateCatchEvent>
        <intermediateCatchEvent id="n"><messageEventDefinition messageRef="R"/></intermediateCatchEvent>"""
        + users("a", "b")
        + E
        + flows("g>m", "g>n", "m>a", "n>b", "a>e", "b>e"),
        NAMED,
        start=False,
    )
    assert world.message("m2")
    assert world.open == ["b"] and len(world.runs) == 1
    assert world.message("m1")
    assert world.open == ["a", "b"] and len(world.runs) == 1
    world.complete("a")
    world.complete("b")
    assert world.ended


def test_an_exclusive_event_gateway_begins_a_process_with_each_event(make):
    world = make(
        """<eventBasedGateway id="g" instantiate="true"/>
        <receiveTask id="m" messageRef="M"/><receiveTask id="n" messageRef="R"/>"""
        + users("a", "b")
        + E
        + flows("g>m", "g>n", "m>a", "n>b", "a>e", "b>e"),
        NAMED,
        start=False,
    )
    assert world.message("m2") and world.message("m1")
    assert world.open == ["a", "b"] and len(world.runs) == 2


def test_a_condition_that_fails_at_the_reset_is_an_incident_and_can_be_retried(make):
    world = make(
        S
        + E
        + gateway("parallel", "p")
        + COMPLEX
        + users("a", "b", "c", "rest")
        + flows("s>p", "p>a", "p>b", "p>c", "a>k", "b>k", "c>k", "k>rest:waitingForStart or thieu", "rest>e")
    )
    world.complete("a")
    world.complete("b")
    world.complete("rest")
    world.complete("c")
    assert world.incidents == ["k:condition"]
    world.do(world.run, "set_variables", {"thieu": True})
    world.do(world.run, "retry", world.run.incidents[0].id)
    assert world.open == ["rest"]
