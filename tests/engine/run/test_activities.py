"""Activities: loops, instances, quantities, subprocesses, calls, ad-hoc, scripts, rules (10.3, 13.3)."""

from __future__ import annotations

import pytest

from tests.engine.run.test_events import DEFINITIONS, boundary, end, sub
from tests.engine.run.test_gateways import NAMED, E, S, users
from tests.engine.run.world import flows


def looped(tag: str, id: str, loop: str, inside: str = "", more: str = "") -> str:
    return f'<{tag} id="{id}" {more}>{inside}{loop}</{tag}>'


def many(
    *, sequential: bool = False, inside: str = "<loopCardinality>3</loopCardinality>", more: str = "", zeebe: str = ""
) -> str:
    extension = f"<extensionElements><zeebe:loopCharacteristics {zeebe}/></extensionElements>" if zeebe else ""
    return (
        f'<multiInstanceLoopCharacteristics isSequential="{str(sequential).lower()}" {more}>{extension}'
        f"{'' if zeebe else inside}</multiInstanceLoopCharacteristics>"
    )


def test_parallel_instances_are_open_together_and_traced_with_their_body(make):
    world = make(S + E + looped("userTask", "t", many()) + users("after") + flows("s>t", "t>after", "after>e"))
    assert world.open == ["t", "t", "t"]
    for _ in range(3):
        world.complete("t")
    assert world.open == ["after"]
    kinds = [(step.type, step.event) for step in world.trace if step.element == "t"]
    assert kinds == [
        ("multiInstanceLoopCharacteristics", "entered"),
        *[("userTask", "entered")] * 3,
        *[("userTask", "completed")] * 3,
        ("multiInstanceLoopCharacteristics", "completed"),
    ]


def test_sequential_instances_come_one_after_the_other_and_see_the_attributes(make):
    loop = many(sequential=True, zeebe='inputCollection="= ds" inputElement="ai"')
    world = make(S + E + looped("userTask", "t", loop) + flows("s>t", "t>e"), variables={"ds": ["a", "b"]})
    seen = []
    while world.open:
        task = world.run.open_tasks[0]
        data = world.run.variables_of(task.id)
        seen.append(
            (
                data["ai"],
                int(data["loopCounter"]),
                int(data["numberOfInstances"]),
                int(data["numberOfActiveInstances"]),
                int(data["numberOfCompletedInstances"]),
            )
        )
        world.complete("t")
    assert seen == [("a", 1, 2, 1, 0), ("b", 2, 2, 1, 1)]
    assert world.ended and "ai" not in world.run.variables


def test_results_are_gathered_in_order_whatever_the_order_of_completion(make):
    loop = many(zeebe='inputCollection="= ds" inputElement="x" outputCollection="kq" outputElement="= y"')
    world = make(S + E + looped("userTask", "t", loop) + flows("s>t", "t>e"), variables={"ds": [1, 2, 3]})
    for at in (2, 0, 0):
        task = world.run.open_tasks[at]
        world.do(world.run, "complete", task.id, {"y": world.run.variables_of(task.id)["x"] * 10})
    assert world.run.variables["kq"] == [10, 20, 30]
    assert "y" not in world.run.variables


@pytest.mark.parametrize("sequential", [False, True])
def test_the_completion_condition_ends_the_rest(make, sequential):
    loop = many(
        sequential=sequential,
        inside="<loopCardinality>5</loopCardinality><completionCondition>= "
        "numberOfCompletedInstances &gt;= 2</completionCondition>",
    )
    world = make(S + E + looped("userTask", "t", loop) + users("after") + flows("s>t", "t>after", "after>e"))
    world.complete("t")
    world.complete("t")
    assert world.open == ["after"]
    assert world.cancelled() == ([] if sequential else ["t", "t", "t"])


def test_no_instances_at_all_complete_at_once_and_a_collection_that_is_none_is_an_incident(make):
    loop = many(zeebe='inputCollection="= ds" inputElement="x"')
    body = S + E + looped("userTask", "t", loop) + users("after") + flows("s>t", "t>after", "after>e")
    assert make(body, variables={"ds": []}).open == ["after"]
    world = make(body)
    assert world.incidents == ["t:expression"]
    world.do(world.run, "set_variables", {"ds": [1]})
    world.do(world.run, "retry", world.run.incidents[0].id)
    assert world.open == ["t"]


def test_a_boundary_event_ends_all_instances(make):
    world = make(
        S
        + E
        + looped("userTask", "t", many())
        + boundary("b", "t", "message")
        + users("after")
        + flows("s>t", "t>e", "b>after", "after>e"),
        DEFINITIONS,
    )
    world.complete("t")
    world.message("m1")
    assert world.open == ["after"] and world.cancelled() == ["t", "t", "t"]


@pytest.mark.parametrize(("behavior", "fires"), [("None", 3), ("One", 1), ("All", 0), ("Complex", 1)])
def test_the_behaviour_throws_events_that_the_boundary_catches(make, behavior, fires):
    loop = many(more=f'behavior="{behavior}" noneBehaviorEventRef="D" oneBehaviorEventRef="D"')
    if behavior == "Complex":
        loop = loop.replace(
            "</multi",
            "<complexBehaviorDefinition><condition>= numberOfCompletedInstances = 2"
            '</condition><event><signalEventDefinition signalRef="S"/></event>'
            "</complexBehaviorDefinition></multi",
        )
    elif behavior == "All":
        loop = many()
    extra = DEFINITIONS + '<signalEventDefinition id="D" signalRef="S"/>'
    world = make(
        S
        + E
        + looped("scriptTask", "t", "<script>1</script>" + loop, more='scriptFormat="feel"')
        + boundary("b", "t", "signal", stops=False)
        + users("extra", "after")
        + flows("s>t", "t>after", "b>extra", "extra>e", "after>e"),
        extra,
    )
    assert world.open == ["after"] + ["extra"] * fires


def test_a_standard_loop_asks_after_each_round_or_before(make):
    after = "<standardLoopCharacteristics><loopCondition>= n &lt; 3</loopCondition></standardLoopCharacteristics>"
    before = after.replace("<standardLoopCharacteristics", '<standardLoopCharacteristics testBefore="true"')
    script = "<extensionElements><zeebe:script expression='= n + 1' resultVariable='n'/></extensionElements>"
    for loop, n, rounds in ((after, 0, 3), (after, 3, 1), (before, 3, 0), (before, 1, 2)):
        world = make(S + E + looped("scriptTask", "t", loop, script) + flows("s>t", "t>e"), variables={"n": n})
        assert world.entered().count("t") == rounds == world.completed().count("t")
        assert world.ended


def test_a_loop_of_a_subprocess_ends_at_its_maximum_and_by_its_boundary(make):
    loop = (
        '<standardLoopCharacteristics loopMaximum="2"><loopCondition>= true</loopCondition>'
        "</standardLoopCharacteristics>"
    )
    inside = '<startEvent id="i"/>' + users("u") + flows("i>u")
    body = (
        S
        + E
        + sub("t", inside + loop)
        + boundary("b", "t", "message")
        + users("after", "done")
        + flows("s>t", "t>done", "done>e", "b>after", "after>e")
    )
    world = make(body, DEFINITIONS)
    world.complete("u")
    assert world.open == ["u"]
    world.complete("u")
    assert world.open == ["done"]
    world = make(body, DEFINITIONS)
    world.complete("u")
    world.message("m1")
    assert world.open == ["after"]


def test_quantities_gather_and_multiply_tokens(make):
    world = make(
        S
        + E
        + '<parallelGateway id="p"/><userTask id="t" startQuantity="2" completionQuantity="3"/>'
        + users("a", "b", "u")
        + flows("s>p", "p>a", "p>b", "a>t", "b>t", "t>u", "u>e")
    )
    world.complete("a")
    assert world.open == ["b"]
    world.complete("b")
    assert world.open == ["t"]
    world.complete("t")
    assert world.open == ["u", "u", "u"]


def test_a_subprocess_without_starts_begins_at_what_has_no_incoming_flow(make):
    world = make(S + E + sub("t", users("a", "b", "c") + flows("a>c")) + flows("s>t", "t>e"))
    assert world.open == ["a", "b"]
    world.complete("a")
    world.complete("b")
    world.complete("c")
    assert world.ended


def test_variables_belong_to_scopes(make):
    mapped = (
        '<userTask id="u"><extensionElements><zeebe:ioMapping><zeebe:input source="= so" target="rieng"/>'
        '<zeebe:output source="= rieng + tra" target="ket.qua"/></zeebe:ioMapping></extensionElements>'
        "</userTask>"
    )
    world = make(S + E + mapped + users("v") + flows("s>u", "u>v", "v>e"), variables={"so": 1, "ket": {"cu": True}})
    task = world.run.open_tasks[0]
    assert world.run.variables_of(task.id)["rieng"] == 1 and "rieng" not in world.run.variables
    world.complete("u", {"tra": 4})
    assert world.run.variables["ket"] == {"cu": True, "qua": 5}
    assert "tra" not in world.run.variables and "rieng" not in world.run.variables


CALLED = (
    '<process id="con" isExecutable="true"><startEvent id="cs"/><userTask id="cu"/><endEvent id="ce"/>'
    + flows("cs>cu", "cu>ce")
    + "</process>"
)


def caller(more: str = "", after: str = "") -> str:
    return (
        '<process id="main" isExecutable="true">'
        + S
        + E
        + '<callActivity id="k" calledElement="con">'
        + more
        + "</callActivity>"
        + users("after")
        + flows("s>k", "k>after", "after>e")
        + after
        + "</process>"
    )


def test_a_call_hands_all_in_and_all_out_and_has_its_own_instance(make):
    world = make(caller() + CALLED, variables={"a": 1})
    task = world.run.open_tasks[0]
    assert task.element == "cu" and task.instance != world.run.id and task.process == task.instance
    assert world.run.variables_of(task.id)["a"] == 1
    world.complete("cu", {"a": 2, "b": 3})
    assert world.open == ["after"] and dict(world.run.variables) == {"a": 2, "b": 3}
    assert {step.instance for step in world.trace if step.element in ("cs", "cu", "ce")} == {task.instance}


def test_a_call_with_mappings_hands_over_only_those(make):
    more = (
        '<extensionElements><zeebe:calledElement processId="con" propagateAllParentVariables="false" '
        'propagateAllChildVariables="false"/><zeebe:ioMapping><zeebe:input source="= a" target="x"/>'
        '<zeebe:output source="= y" target="kq"/></zeebe:ioMapping></extensionElements>'
    )
    world = make(caller(more) + CALLED, variables={"a": 1})
    assert dict(world.run.variables_of(world.run.open_tasks[0].id)) == {"x": 1}
    world.complete("cu", {"y": 5})
    assert dict(world.run.variables) == {"a": 1, "kq": 5}


def test_a_called_process_that_is_not_there_is_an_incident(make):
    world = make(caller())
    assert world.incidents == ["k:call"]


def test_errors_and_escalations_leave_a_called_process(make):
    called = CALLED.replace('<endEvent id="ce"/>', end("ce", "error"))
    world = make(
        caller(after=boundary("b", "k", "error") + users("caught") + flows("b>caught", "caught>e")) + called,
        DEFINITIONS,
    )
    world.complete("cu")
    assert world.open == ["caught"]


def test_cancelling_a_call_cancels_all_inside_it(make):
    world = make(
        caller(after=boundary("b", "k", "message") + users("caught") + flows("b>caught", "caught>e")) + CALLED,
        DEFINITIONS,
    )
    world.message("m1")
    assert world.open == ["caught"] and world.cancelled() == ["cu", "k"]


def test_processes_call_each_other_hundreds_deep(make):
    deep = (
        '<process id="main" isExecutable="true">' + S + E + '<exclusiveGateway id="x" default="x-e"/>'
        '<callActivity id="k" calledElement="main"><extensionElements><zeebe:ioMapping>'
        '<zeebe:input source="= n - 1" target="n"/></zeebe:ioMapping></extensionElements></callActivity>'
        + flows("s>x", "x>k:n > 0", "x>e", "k>e2")
        + '<endEvent id="e2"/></process>'
    )
    assert make(deep, variables={"n": 300}).ended


def adhoc(attributes: str = "", condition: str = "= xong") -> str:
    return sub(
        "t",
        users("a", "b", "c") + flows("b>c") + f"<completionCondition>{condition}</completionCondition>",
        "adHocSubProcess",
        attributes,
    )


def test_an_ad_hoc_subprocess_ends_by_its_condition(make):
    body = S + E + users("after") + flows("s>t", "t>after", "after>e")
    world = make(body + adhoc())
    assert world.open == ["a", "b"]
    world.complete("b")
    assert world.open == ["a", "c"]
    world.complete("c", {"xong": True})
    assert world.open == ["after"] and "a" in world.cancelled()
    world = make(body + adhoc('cancelRemainingInstances="false"'))
    world.complete("b", {"xong": True})
    assert "a" in world.open and "after" not in world.open
    while "after" not in world.open:
        world.complete(world.open[0])


def test_a_sequential_ad_hoc_subprocess_does_one_at_a_time(make):
    world = make(S + E + users("after") + flows("s>t", "t>after", "after>e") + adhoc('ordering="Sequential"'))
    assert world.open == ["a"]
    world.complete("a")
    assert world.open == ["b"]
    world.complete("b")
    world.complete("c")
    assert world.open == ["after"]  # each was done once, whatever the condition says


def test_a_receive_task_can_begin_a_process(make):
    world = make(
        '<receiveTask id="r" instantiate="true" messageRef="M"/>' + users("u") + E + flows("r>u", "u>e"),
        NAMED,
        start=False,
    )
    assert world.message("m1", variables={"a": 1})
    assert world.open == ["u"] and world.entered() == ["r", "u"] and world.run.variables["a"] == 1


def test_services_wait_where_they_are_held_and_fail_into_incidents(make):
    from functools import partial

    service = (
        '<serviceTask id="v"><extensionElements><zeebe:taskDefinition type="thu" retries="5"/>'
        "</extensionElements></serviceTask>"
    )
    body = S + E + service + boundary("b", "v", "error") + users("caught") + flows("s>v", "v>e", "b>caught", "caught>e")
    world = make(body, DEFINITIONS)
    assert world.ended
    for way in ("complete", "fail", "error"):
        world = make(body, DEFINITIONS, start=False)
        world.held.add("v")
        run = world.start()
        call = run.calls[0]
        assert call.connector == "thu" and call.retries == 5 and world.open == []
        do = partial(world.do, world.run)
        if way == "complete":
            do("complete_call", call.id, {"kq": 1})
            assert world.ended and world.run.variables["kq"] == 1
        elif way == "fail":
            do("fail_call", call.id, "hỏng")
            assert world.incidents == ["v:call"] and not world.run.calls
            do = partial(world.do, world.run)
            do("retry", world.run.incidents[0].id)
            assert world.run.calls and not world.incidents
        else:
            do("throw_error", call.id, "E1")
            assert world.open == ["caught"]


def test_decisions_are_made_by_the_host(make):
    rule = (
        '<businessRuleTask id="r"><extensionElements><zeebe:calledDecision decisionId="phi" resultVariable="kq"/>'
        "</extensionElements></businessRuleTask>"
    )
    world = make(S + E + rule + flows("s>r", "r>e"), variables={"so": 3}, start=False)
    world.start(variables={"so": 3})
    assert world.incidents == ["r:decision"]
    world.decisions["phi"] = lambda context: context["so"] * 4000
    world.do(world.run, "retry", world.run.incidents[0].id)
    assert world.ended and world.run.variables["kq"] == 12000


def test_a_script_that_fails_stops_its_own_branch_only(make):
    world = make(
        S + E + '<parallelGateway id="p"/><scriptTask id="x"><extensionElements><zeebe:script '
        "expression='= 1 + \"a\"' resultVariable='n'/></extensionElements></scriptTask>"
        + users("u")
        + flows("s>p", "p>x", "p>u", "x>e", "u>e")
    )
    assert world.incidents == ["x:expression"] and world.open == ["u"]
    world.complete("u")
    assert not world.ended
    world.do(world.run, "terminate", world.run.incidents[0].id)
    assert world.ended


def test_outcomes_become_a_variable_and_others_are_refused(make):
    from engine.refusal import Refusal

    task = (
        '<userTask id="u" name="Duyệt"><extensionElements><mc:outcome id="dat" label="Đạt"/>'
        '<mc:outcome id="khong" label="Không đạt"/><zeebe:ioMapping>'
        '<zeebe:output source="= hanh_dong" target="kl"/>'
        "</zeebe:ioMapping></extensionElements></userTask>"
    )
    world = make(S + E + task + flows("s>u", "u>e"))
    with pytest.raises(Refusal, match="la_lung"):
        world.do(world.run, "complete", world.run.open_tasks[0].id, {}, "la_lung")
    world.complete("u", outcome="dat")
    assert world.run.variables["hanh_dong"] == "dat" and world.run.variables["kl"] == "dat"


def test_mc_elements_are_told_to_the_host(make):
    world = make(
        S
        + E
        + '<userTask id="u"><extensionElements><mc:status code="4"/></extensionElements></userTask>'
        + flows("s>u", "u>e")
    )
    world.complete("u")
    assert [(each.event, each.node.id, each.extensions[0].attributes["code"]) for each in world.occurrences] == [
        ("entered", "u", "4"),
        ("completed", "u", "4"),
    ]


def test_assignments_are_evaluated_when_the_task_opens(make):
    task = (
        '<userTask id="u"><extensionElements><zeebe:assignmentDefinition assignee="= ai" '
        'candidateGroups="= [&quot;a&quot;, nhom]" candidateUsers="x, y"/><zeebe:taskSchedule dueDate="= han"/>'
        "</extensionElements></userTask>"
    )
    world = make(
        S + E + task + flows("s>u", "u>e"), variables={"ai": "lan", "nhom": "b", "han": "2026-12-01T17:00:00+07:00"}
    )
    opened = world.run.open_tasks[0]
    assert (opened.assignee, opened.candidate_groups, opened.candidate_users) == ("lan", ("a", "b"), ("x", "y"))
    assert opened.due is not None and opened.due.isoformat() == "2026-12-01T10:00:00+00:00"


def test_the_loop_of_a_receive_task_takes_a_message_each_time(make):
    world = make(
        S + E + looped("receiveTask", "r", many(sequential=True), more='messageRef="M"') + flows("s>r", "r>e"), NAMED
    )
    for _ in range(3):
        assert world.message("m1")
    assert world.ended and not world.message("m1")
