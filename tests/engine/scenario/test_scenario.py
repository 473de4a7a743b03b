"""The scenario door: every kind of step, and what it calls a failure (contracts.md §3)."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from engine import feel
from engine.scenario import ScenarioError, load, run_files, test_paths
from engine.yaml import loads
from tests.engine.commands import models
from tests.engine.commands.models import flow, model, task, timer

NOW = "2026-11-23T08:00:00+07:00"


@pytest.fixture
def run(tmp_path: Path) -> Any:
    """Runs a scenario over models given as bytes, twice: with and without reload, which must not matter."""

    def do(*bodies: bytes, process: str | None = "p", steps: Any = (), **more: Any) -> dict[str, Any]:
        paths = []
        for number, body in enumerate(bodies):
            paths.append(tmp_path / f"{number}.{'dmn' if b'DMN' in body else 'bpmn'}")
            paths[-1].write_bytes(body)
        scenario = {"now": NOW, "steps": list(steps), **more} | ({"process": process} if process else {})
        answer = run_files(paths, scenario)
        assert run_files(paths, scenario, reload=True) == answer
        assert json.loads(feel.dumps(answer), parse_float=Decimal) == answer
        return answer

    return do


def messages(answer: dict[str, Any]) -> list[tuple[int, str]]:
    return [(one["step"], one["message"]) for one in answer["failures"]]


def service(id: str) -> str:
    return f'<serviceTask id="{id}" name="Dịch vụ {id}"/>'


def test_a_run_answers_with_trace_open_variables_and_end(run: Any) -> None:
    answer = run(
        models.TWO,
        variables={"x": 1},
        steps=[
            {"expect_open": ["Việc a"]},
            {"complete": "a", "variables": {"y": Decimal("1.50")}},
            {"expect_open_count": 1},
            {"expect_variables": {"x": 1, "y": Decimal("1.5")}},
            {"expect_path": ["s", "Việc a", "b"]},
            {"expect_ended": False},
        ],
    )
    assert answer["ok"] and answer["failures"] == [] and not answer["ended"]
    assert [(t["element"], t["type"], t["event"]) for t in answer["trace"]][:4] == [
        ("s", "startEvent", "entered"),
        ("s", "startEvent", "completed"),
        ("a", "userTask", "entered"),
        ("a", "userTask", "completed"),
    ]
    assert answer["trace"][0]["at"] == NOW
    assert [one["element"] for one in answer["open"]] == ["b"]
    assert answer["variables"] == {"x": 1, "y": Decimal("1.50")} and answer["errors"] == answer["incidents"] == []


def test_a_failed_step_is_recorded_by_its_number_and_the_run_goes_on(run: Any) -> None:
    answer = run(
        models.TWO,
        steps=[
            {"expect_open": ["Khác"]},
            {"complete": "khong_co"},
            {"complete": "*"},
            {"signal": "khong_ai_cho"},
            {"message": "khong_ai_cho"},
            {"expect_variables": {"x": 1}},
            {"expect_path": ["b", "a"]},
            {"expect_ended": True},
            {"expect_status": "4"},
            {"expect_due": NOW},
            {"expect_open_count": 2},
            {"complete": "*"},
            {"expect_ended": True},
        ],
    )
    assert [step for step, _ in messages(answer)] == [0, 1, 3, 4, 5, 6, 7, 8, 9, 10]
    assert not answer["ok"] and answer["ended"]


def test_the_star_is_the_only_open_task_or_the_oldest_of_several_alike(run: Any) -> None:
    both = model(
        '<startEvent id="s"/><parallelGateway id="g"/>'
        + task("a")
        + task("b")
        + '<endEvent id="e1"/><endEvent id="e2"/>'
        + flow("s", "g", "a", "e1")
        + flow("g", "b", "e2")
    )
    answer = run(both, steps=[{"complete": "*"}, {"complete": "a"}, {"complete": "*"}, {"complete": "*"}])
    assert [step for step, _ in messages(answer)] == [0, 3]
    many = model(
        '<startEvent id="s"/><userTask id="a" name="A"><multiInstanceLoopCharacteristics><loopCardinality>3'
        '</loopCardinality></multiInstanceLoopCharacteristics></userTask><endEvent id="e"/>' + flow("s", "a", "e")
    )
    assert run(many, steps=[{"expect_open": ["A", "A", "a"]}, *[{"complete": "*"}] * 3, {"expect_ended": True}])["ok"]


@pytest.mark.parametrize("said", ["Có trả lời", "c"])
@pytest.mark.parametrize(
    "waits",
    [
        '<intermediateCatchEvent id="c" name="Có trả lời"><messageEventDefinition/></intermediateCatchEvent>',
        '<intermediateCatchEvent id="c" name="Có trả lời"><signalEventDefinition/></intermediateCatchEvent>',
        '<receiveTask id="c" name="Có trả lời"/>',
    ],
)
def test_an_event_that_names_no_message_is_addressed_by_its_name_or_id(run: Any, waits: str, said: str) -> None:
    body = model('<startEvent id="s"/>' + waits + '<endEvent id="e"/>' + flow("s", "c", "e"))
    body = body.replace(b'isExecutable="true"', b"")
    answer = run(body, steps=[{"signal" if "signal" in waits else "message": said}, {"expect_ended": True}])
    assert answer["ok"], answer["failures"]


def test_names_are_meant_whatever_space_a_modeler_put_into_them(run: Any) -> None:
    body = model(
        '<startEvent id="s"/><userTask id="a" name="Beoordelen&#10;aanvraag "/><serviceTask id="b" name="Tính'
        '  phí"/><endEvent id="e"/>' + flow("s", "a", "b", "e")
    )
    steps = [
        {"expect_open": ["Beoordelen aanvraag"]},
        {"complete": "Beoordelen\naanvraag"},
        {"expect_path": ["Beoordelen aanvraag", "Tính phí"]},
        {"complete": " Tính phí"},
        {"expect_ended": True},
    ]
    answer = run(body, hold=["Tính phí"], steps=steps)
    assert answer["ok"], answer["failures"]


def test_timers_fire_one_by_one_in_the_order_of_their_dates_also_those_born_on_the_way(run: Any) -> None:
    chain = model(
        '<startEvent id="s"/><intermediateCatchEvent id="t1">' + timer("P1D") + "</intermediateCatchEvent>"
        '<intermediateCatchEvent id="t2">'
        + timer("PT12H")
        + '</intermediateCatchEvent><endEvent id="e"/>'
        + flow("s", "t1", "t2", "e"),
        id="p",
    )
    other = model(
        '<startEvent id="s"/><intermediateCatchEvent id="u">' + timer("PT30H") + "</intermediateCatchEvent>"
        '<endEvent id="e"/>' + flow("s", "u", "e"),
        id="q",
    )
    answer = run(chain, other, also_start=["q"], steps=[{"advance": "P3D"}, {"expect_ended": True}])
    assert answer["ok"]
    fired = [
        (t["element"], t["at"])
        for t in answer["trace"]
        if t["event"] == "completed" and t["type"] == "intermediateCatchEvent"
    ]
    assert fired == [
        ("t1", "2026-11-24T08:00:00+07:00"),
        ("u", "2026-11-24T14:00:00+07:00"),
        ("t2", "2026-11-24T20:00:00+07:00"),
    ]


def test_feel_reads_the_virtual_clock(run: Any) -> None:
    body = model(
        '<startEvent id="s"/>' + task("a") + '<scriptTask id="c"><extensionElements><zeebe:script'
        ' expression="= string(today())" resultVariable="ngay"/></extensionElements></scriptTask>'
        '<endEvent id="e"/>' + flow("s", "a", "c", "e")
    )
    answer = run(body, steps=[{"advance": "P2D"}, {"complete": "a"}, {"expect_variables": {"ngay": "2026-11-25"}}])
    assert answer["ok"], answer["failures"]


def test_timer_start_events_fire_on_advance(run: Any) -> None:
    body = model(
        f'<startEvent id="s">{timer("R3/P1D", "timeCycle")}</startEvent>'
        + task("a")
        + '<endEvent id="e"/>'
        + flow("s", "a", "e")
    )
    answer = run(
        body,
        process=None,
        steps=[
            {"expect_open_count": 0},
            {"advance": "P1D"},
            {"expect_open": ["a"]},
            {"advance": "P10D"},
            {"expect_open": ["a", "a", "a"]},
        ],
    )
    assert answer["ok"], answer["failures"]


def test_auto_completes_open_tasks_until_rest(run: Any) -> None:
    assert run(models.TWO, auto=True, steps=[{"expect_ended": True}])["ok"]
    answer = run(models.TIMED, auto=True, steps=[{"expect_path": ["s", "a", "e"]}, {"expect_ended": True}])
    assert answer["ok"]


def test_service_tasks_complete_by_themselves_unless_held(run: Any) -> None:
    body = model('<startEvent id="s"/>' + service("goi") + '<endEvent id="e"/>' + flow("s", "goi", "e"))
    assert run(body, steps=[{"expect_ended": True}])["ok"]
    answer = run(
        body,
        hold=["goi"],
        steps=[
            {"expect_open_count": 0},
            {"complete": "goi", "variables": {"x": 1}},
            {"expect_variables": {"x": 1}},
            {"expect_ended": True},
        ],
    )
    assert answer["ok"], answer["failures"]
    assert run(body, hold=["Dịch vụ goi"], steps=[{"expect_ended": False}])["ok"]
    [(step, said)] = messages(run(body, hold=["goj"], steps=[{"expect_ended": True}]))
    assert step == -1 and "“goj”" in said  # a slip would let the call pass


def test_a_file_that_cannot_be_read_says_where(tmp_path: Path) -> None:
    (tmp_path / "s.yaml").write_text("process: a\nprocess: b\n", "utf-8")
    with pytest.raises(ScenarioError, match=r"s.yaml: không đọc được, dòng 2, cột 1 .khóa “process”"):
        load(tmp_path / "s.yaml")


CAUGHT = model(
    '<startEvent id="s"/>' + task("a") + service("goi") + '<boundaryEvent id="loi" attachedToRef="goi">'
    '<errorEventDefinition errorRef="E"/></boundaryEvent>' + task("b") + '<endEvent id="e"/>'
    '<endEvent id="e2"/>' + flow("s", "a", "goi", "e") + flow("loi", "b", "e2"),
    more='<error id="E" errorCode="MST"/>',
)


def test_a_call_fails_now_or_when_it_is_reached(run: Any) -> None:
    answer = run(CAUGHT, steps=[{"fail": "goi", "error": "MST"}, {"complete": "a"}, {"expect_open": ["b"]}])
    assert answer["ok"], answer["failures"]
    answer = run(
        CAUGHT, hold=["goi"], steps=[{"complete": "a"}, {"fail": "Dịch vụ goi", "error": "MST"}, {"expect_open": ["b"]}]
    )
    assert answer["ok"], answer["failures"]


def test_a_failure_without_a_code_is_an_incident_and_clears_no_ok(run: Any) -> None:
    answer = run(CAUGHT, steps=[{"fail": "goi"}, {"complete": "a"}, {"expect_ended": False}])
    assert answer["ok"] and [(i["element"], i["kind"]) for i in answer["incidents"]] == [("goi", "call")]


def test_what_stopped_ends_in_an_error_that_the_model_catches(run: Any) -> None:
    body = model(
        '<startEvent id="s"/><callActivity id="k" name="Gọi" calledElement="khong_co"/><endEvent id="e"/>'
        '<boundaryEvent id="b" attachedToRef="k"><errorEventDefinition/></boundaryEvent>'
        + task("a")
        + flow("s", "k", "e")
        + flow("b", "a")
        + '<endEvent id="e2"/>'
        + flow("a", "e2")
    )
    answer = run(body, steps=[{"fail": "Gọi", "error": "E1"}, {"expect_open": ["a"]}])
    assert answer["ok"] and not answer["incidents"], answer["failures"]


@pytest.mark.parametrize("held", ["serviceTask", "sendTask", "businessRuleTask", "scriptTask"])
def test_whatever_works_outside_can_be_held(run: Any, held: str) -> None:
    body = model(
        f'<startEvent id="s"/><{held} id="a"><extensionElements><zeebe:taskDefinition type="x"/>'
        f'</extensionElements></{held}><endEvent id="e"/>' + flow("s", "a", "e")
    )
    assert run(body)["ended"]
    answer = run(
        body,
        hold=["a"],
        steps=[
            {"expect_ended": False},
            {"complete": "a", "variables": {"n": 1}},
            {"expect_variables": {"n": 1}},
            {"expect_ended": True},
        ],
    )
    assert answer["ok"], answer["failures"]


def test_a_held_decision_brings_its_result_itself(run: Any) -> None:
    body = model(
        '<startEvent id="s"/><businessRuleTask id="a"><extensionElements><zeebe:calledDecision '
        'decisionId="khong_co" resultVariable="r"/></extensionElements></businessRuleTask><endEvent id="e"/>'
        + flow("s", "a", "e")
    )
    assert [one["kind"] for one in run(body)["incidents"]] == ["decision"]
    answer = run(body, hold=["a"], steps=[{"complete": "a", "variables": {"r": 7}}])
    assert answer["ended"] and answer["variables"] == {"r": 7}


def test_an_error_that_nothing_catches_is_listed_and_ends_its_instance(run: Any) -> None:
    answer = run(CAUGHT, steps=[{"fail": "goi", "error": "KHAC"}, {"complete": "a"}, {"expect_ended": True}])
    assert answer["ok"] and [one["code"] for one in answer["errors"]] == ["KHAC"]


def test_an_open_task_ends_in_an_error_only_with_a_code(run: Any) -> None:
    body = model(
        '<startEvent id="s"/>' + task("a") + '<boundaryEvent id="loi" attachedToRef="a">'
        "<errorEventDefinition/></boundaryEvent>"
        + task("b")
        + '<endEvent id="e"/><endEvent id="e2"/>'
        + flow("s", "a", "e")
        + flow("loi", "b", "e2")
    )
    answer = run(body, steps=[{"fail": "a"}, {"fail": "a", "error": "X"}, {"expect_open": ["b"]}, {"fail": "ai"}])
    assert [step for step, _ in messages(answer)] == [0, 3]


def test_an_open_task_raises_an_escalation(run: Any) -> None:
    body = model(
        '<startEvent id="s"/>' + task("a") + '<boundaryEvent id="esc" attachedToRef="a"'
        ' cancelActivity="false">'
        '<escalationEventDefinition escalationRef="E"/></boundaryEvent>' + task("b") + '<endEvent id="e"/>'
        '<endEvent id="e2"/>' + flow("s", "a", "e") + flow("esc", "b", "e2"),
        more='<escalation id="E" escalationCode="QUA_HAN"/>',
    )
    answer = run(body, steps=[{"escalate": "a", "code": "QUA_HAN"}, {"expect_open": ["a", "b"]}, {"escalate": "c"}])
    assert [step for step, _ in messages(answer)] == [2]


def test_data_that_changes_wakes_a_conditional_event(run: Any) -> None:
    body = model(
        '<startEvent id="s"/><intermediateCatchEvent id="c"><conditionalEventDefinition><condition'
        ' xsi:type="tFormalExpression">= du = true</condition></conditionalEventDefinition>'
        '</intermediateCatchEvent><endEvent id="e"/>' + flow("s", "c", "e")
    )
    assert run(
        body,
        steps=[
            {"variables": {"du": False}},
            {"expect_ended": False},
            {"variables": {"du": True}},
            {"expect_ended": True},
        ],
    )["ok"]


CONDITIONAL = (
    '<startEvent id="s"><conditionalEventDefinition><condition xsi:type="tFormalExpression">= n &gt; 3'
    "</condition></conditionalEventDefinition></startEvent>"
)


def test_a_process_begins_whenever_its_condition_becomes_true(run: Any) -> None:
    body = model(CONDITIONAL + task("a") + '<endEvent id="e"/>' + flow("s", "a", "e"))
    steps: list[dict[str, Any]] = [
        {"expect_open": []},
        {"variables": {"n": 5}},
        {"expect_open": ["a"]},
        {"expect_variables": {"n": 5, "m": 1}},
        {"variables": {"n": 6}},
        {"expect_open": ["a"]},
        {"variables": {"n": 2}},
        {"variables": {"n": 4}},
        {"expect_open": ["a", "a"]},
    ]
    answer = run(body, variables={"n": 1, "m": 1}, steps=steps)
    assert answer["ok"], answer["failures"]
    assert run(body, variables={"n": 4}, steps=[{"expect_open": ["a"]}])["ok"]
    assert run(body, process=None, variables={"n": 4}, steps=[{"expect_open": []}])["ok"], "it was not to be started"


def test_a_process_that_its_event_starts_begins_with_the_scenario_s_variables(run: Any) -> None:
    begun = '<message id="m" name="xin"/>'
    body = model(
        '<startEvent id="s"><messageEventDefinition messageRef="m"/></startEvent>'
        + task("a")
        + '<endEvent id="e"/>'
        + flow("s", "a", "e"),
        more=begun,
    )
    steps = [{"message": "xin", "variables": {"n": 2}}, {"expect_variables": {"n": 2, "m": 1}}]
    answer = run(body, variables={"n": 1, "m": 1}, steps=steps)
    assert answer["ok"], answer["failures"]
    assert not run(body, process=None, variables={"m": 1}, steps=[{"message": "xin"}])["variables"]


def test_a_message_wants_the_key_of_its_subscription(run: Any) -> None:
    answer = run(
        models.MESSAGE,
        variables={"ma": 7},
        steps=[
            {"message": "xac_nhan"},
            {"message": "xac_nhan", "correlation": "8"},
            {"message": "xac_nhan", "correlation": 7, "variables": {"x": 1}},
            {"expect_variables": {"x": 1}},
            {"expect_ended": True},
        ],
    )
    assert [step for step, _ in messages(answer)] == [0, 1]


def throws(*events: str) -> bytes:
    """A process that throws these, each `m:name` (a message) or `s:name` (a signal), one right after the other."""
    names = [f"t{n}" for n, _ in enumerate(events)]
    return model(
        '<startEvent id="s"/>'
        + "".join(
            f'<intermediateThrowEvent id="{id}">{event(told)}</intermediateThrowEvent>'
            for id, told in zip(names, events, strict=True)
        )
        + '<endEvent id="e"/>'
        + flow("s", *names, "e"),
        more=NAMES,
    )


def event(told: str) -> str:
    kind = {"m": "message", "s": "signal"}[told[0]]
    return f'<{kind}EventDefinition {kind}Ref="{told[0]}_{told[2:]}"/>'


NAMES = "".join(f'<message id="m_{name}" name="{name}"/><signal id="s_{name}" name="{name}"/>' for name in "abc")


@pytest.mark.parametrize(
    "order", [("m:a", "m:b"), ("m:a", "s:b"), ("s:a", "m:b"), ("s:a", "s:b", "s:a"), ("m:a", "m:a", "s:a", "m:c")]
)
def test_throws_in_a_row_reach_catches_in_a_row(run: Any, order: tuple[str, ...]) -> None:
    catches = [f"c{n}" for n, _ in enumerate(order)]
    taker = model(
        '<startEvent id="qs"/>'
        + "".join(
            f'<intermediateCatchEvent id="{id}">{event(told)}</intermediateCatchEvent>'
            for id, told in zip(catches, order, strict=True)
        )
        + '<endEvent id="qe"/>'
        + flow("qs", *catches, "qe"),
        id="q",
        more=NAMES,
    )
    answer = run(throws(*order), taker, also_start=["q"], steps=[{"expect_ended": True}])
    assert answer["ok"], (answer["failures"], answer["trace"])


@pytest.mark.parametrize("order", [("m:a", "s:b"), ("s:a", "m:b"), ("m:a", "m:b")])
def test_what_a_throw_starts_takes_the_next_throw(run: Any, order: tuple[str, str]) -> None:
    taker = model(
        f'<startEvent id="qs">{event(order[0])}</startEvent>'
        + task("u")
        + f'<boundaryEvent id="qb" attachedToRef="u">{event(order[1])}</boundaryEvent><endEvent id="e1"/>'
        '<endEvent id="e2"/>' + flow("qs", "u", "e1") + flow("qb", "e2"),
        id="q",
        more=NAMES,
    )
    answer = run(throws(*order), taker, steps=[{"expect_ended": True}, {"expect_path": ["qs", "u", "qb", "e2"]}])
    assert answer["ok"], (answer["failures"], answer["trace"])


def test_a_throw_is_not_kept_for_what_its_thrower_waits_for_later(run: Any) -> None:
    thrower = model(
        f'<startEvent id="s"/><intermediateThrowEvent id="t0">{event("m:a")}</intermediateThrowEvent>'
        f'<intermediateThrowEvent id="t1">{event("m:b")}</intermediateThrowEvent>'
        f'<intermediateCatchEvent id="c">{event("m:b")}</intermediateCatchEvent><endEvent id="e"/>'
        + flow("s", "t0", "t1", "c", "e"),
        more=NAMES,
    )
    taker = model(
        f'<startEvent id="qs"/><intermediateCatchEvent id="qc">{event("m:a")}</intermediateCatchEvent>'
        '<endEvent id="qe"/>' + flow("qs", "qc", "qe"),
        id="q",
        more=NAMES,
    )
    answer = run(
        thrower, taker, also_start=["q"], steps=[{"expect_ended": False}, {"message": "b"}, {"expect_ended": True}]
    )
    assert answer["ok"], (answer["failures"], answer["trace"])


def test_a_map_of_correlation_properties_finds_the_process_that_subscribes_to_them(run: Any) -> None:
    body = model(
        '<startEvent id="s"/><intermediateCatchEvent id="c"><messageEventDefinition messageRef="m"/>'
        '</intermediateCatchEvent><endEvent id="e"/>'
        + flow("s", "c", "e")
        + '<correlationSubscription id="cs" correlationKeyRef="ck"><correlationPropertyBinding id="cb"'
        ' correlationPropertyRef="cp"><dataPath xsi:type="tFormalExpression">= ma</dataPath>'
        "</correlationPropertyBinding></correlationSubscription>",
        more='<message id="m" name="xin"/><correlationProperty id="cp" name="so">'
        '<correlationPropertyRetrievalExpression messageRef="m"><messagePath xsi:type="tFormalExpression">= so'
        '</messagePath></correlationPropertyRetrievalExpression></correlationProperty><collaboration id="co">'
        '<participant id="pa" processRef="p"/><correlationKey id="ck" name="k"><correlationPropertyRef>cp'
        "</correlationPropertyRef></correlationKey></collaboration>",
    )
    answer = run(
        body,
        variables={"ma": "A"},
        steps=[
            {"message": "xin", "correlation": {"so": "B"}},
            {"message": "xin", "correlation": {"so": "A"}},
            {"expect_ended": True},
        ],
    )
    assert [step for step, _ in messages(answer)] == [0]


def test_an_incident_of_a_timer_tells_its_expression(run: Any) -> None:
    body = model(
        '<startEvent id="s"/><intermediateCatchEvent id="c">'
        + timer("= khong_co")
        + '</intermediateCatchEvent><endEvent id="e"/>'
        + flow("s", "c", "e")
    )
    told = run(body)["incidents"][0]["message"]
    assert "khong_co" in told and "None" not in told


@pytest.mark.parametrize("sequential", ["true", "false"])
def test_a_repeated_call_hands_out_what_the_call_made_and_nothing_of_the_loop(run: Any, sequential: str) -> None:
    caller = model(
        '<startEvent id="s"/><callActivity id="ca" calledElement="q">'
        f'<multiInstanceLoopCharacteristics isSequential="{sequential}"><extensionElements>'
        '<zeebe:loopCharacteristics inputCollection="= [1,2,3]" inputElement="x" outputCollection="kq"'
        ' outputElement="= y"/></extensionElements></multiInstanceLoopCharacteristics></callActivity>'
        '<endEvent id="e"/>' + flow("s", "ca", "e")
    )
    called = model(
        '<startEvent id="qs"/><scriptTask id="sc"><extensionElements><zeebe:script expression="= x * 10"'
        ' resultVariable="y"/></extensionElements></scriptTask><endEvent id="qe"/>' + flow("qs", "sc", "qe"),
        id="q",
    )
    answer = run(caller, called)
    assert answer["ended"] and answer["variables"] == {"kq": [10, 20, 30]}


def test_a_signal_reaches_every_instance_and_every_start_event(run: Any) -> None:
    starter = model(
        '<startEvent id="s"><signalEventDefinition signalRef="sig"/></startEvent>'
        + task("a")
        + '<endEvent id="e"/>'
        + flow("s", "a", "e"),
        id="r",
        more='<signal id="sig" name="khan_cap"/>',
    )
    answer = run(
        models.SIGNAL,
        starter,
        process="q",
        also_start=["q"],
        steps=[{"signal": "khan_cap"}, {"expect_open": ["a"]}, {"complete": "a"}, {"expect_ended": True}],
    )
    assert answer["ok"], answer["failures"]


def test_a_thrown_signal_reaches_another_instance_of_the_run(run: Any) -> None:
    thrower = model(
        '<startEvent id="s"/>' + task("a") + '<endEvent id="e"><signalEventDefinition signalRef="sig"/>'
        "</endEvent>" + flow("s", "a", "e"),
        more='<signal id="sig" name="khan_cap"/>',
    )
    answer = run(thrower, models.SIGNAL, also_start=["q"], steps=[{"complete": "a"}, {"expect_ended": True}])
    assert answer["ok"], answer["failures"]


def test_a_refused_model_gives_its_findings_as_step_minus_one(run: Any) -> None:
    answer = run(models.TWO.replace(b'targetRef="b"', b'targetRef="khong_co"'))
    assert not answer["ok"] and {one["step"] for one in answer["failures"]} == {-1}
    assert {"file", "line", "element", "rule", "severity", "message", "fix"} <= set(answer["failures"][0])
    twice = run(models.TWO, models.TIMED)
    assert twice["failures"][0]["rule"] == "duplicate-process"


def test_a_process_that_is_not_deployed_is_a_failure_of_step_minus_one(run: Any) -> None:
    assert [step for step, _ in messages(run(models.TWO, process="khong_co"))] == [-1]


def test_yaml_is_read_with_json_s_types_only() -> None:
    read = loads(
        "{a: no, b: 04, c: 2026-02-14, d: 1.10, e: -3, f: true, g: null, h: , i: 1e3, j: 0x1F, k: yes,"
        ' l: "5", m: ~, n: 1_000, o: 12:30, p: .5, q: Null}'
    )
    assert read == {
        "a": "no",
        "b": "04",
        "c": "2026-02-14",
        "d": Decimal("1.10"),
        "e": -3,
        "f": True,
        "g": None,
        "h": None,
        "i": Decimal("1e3"),
        "j": "0x1F",
        "k": "yes",
        "l": "5",
        "m": "~",
        "n": "1_000",
        "o": "12:30",
        "p": ".5",
        "q": "Null",
    }
    assert isinstance(read["e"], int)


@pytest.mark.parametrize(
    "scenario",
    [
        [],
        {"steps": 1},
        {"khong_biet": 1},
        {"steps": [{"khong_biet": 1}]},
        {"steps": [{}]},
        {"steps": ["x"]},
        {"steps": [{"advance": "hai ngày"}]},
        {"steps": [{"complete": 1}]},
        {"now": "hôm nay"},
        {"auto": "có"},
        {"variables": [1]},
        {"steps": [{"complete": "a", "correlation": "x"}]},
        {"also_start": [1]},
        {"process": 1},
        {"steps": [{"expect_open_count": True}]},
        {"steps": [{"expect_open": "a"}]},
    ],
)
def test_a_scenario_that_cannot_be_read_says_so(scenario: Any, tmp_path: Path) -> None:
    path = tmp_path / "p.bpmn"
    path.write_bytes(models.TWO)
    with pytest.raises(ScenarioError):
        run_files([path], scenario)


@pytest.mark.parametrize("text", ["a: [", "a: 1\na: 2", "!!python/object:os.system x", "[1]: 2", "\x00"])
def test_a_file_that_is_no_yaml_says_so(text: str, tmp_path: Path) -> None:
    (tmp_path / "s.yaml").write_text(text)
    with pytest.raises(ScenarioError):
        load(tmp_path / "s.yaml")


def test_a_folder_of_bundles_is_tested_by_its_scenarios(tmp_path: Path) -> None:
    bundle = tmp_path / "goi" / "mot"
    bundle.mkdir(parents=True)
    (bundle / "p.bpmn").write_bytes(models.TWO)
    (bundle / "scenarios.yaml").write_text(
        "đạt:\n  process: p\n  steps: [{complete: a}, {complete: b}, {expect_ended: true}]\n"
        "hỏng:\n  process: p\n  steps: [{complete: b}]\n"
    )
    answer = test_paths([tmp_path])
    assert answer["passed"] == 1
    assert [(one["file"], one["scenario"], one["step"]) for one in answer["failed"]] == [
        (str(bundle / "scenarios.yaml"), "hỏng", 0)
    ]
    with pytest.raises(ScenarioError):
        test_paths([tmp_path / "goi" / "khong_co"])
