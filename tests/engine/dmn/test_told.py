"""What an analyst is told of a decision's errors, and what stops the process that asked for it."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from engine import scenario
from engine.commands.decisions import answer, load
from engine.dmn import DmnError, parse
from tests.engine.dmn.build import decision, inputs, literal, model, table

FEES = model(
    inputs("so_ban: number")
    + decision(
        "phi",
        table(
            "UNIQUE",
            ["so_ban"],
            [
                ["< 5", "so_ban * 1000"],
                ["[5..10]", 'so_ban + "đồng"'],
                ["[10..20]", "1"],
                ["? > x", "2"],
            ],
            ["Lệ phí"],
        ),
        "so_ban",
    )
    + decision("hai", literal("{a: 1, b: phi + 1}"), "!phi")
    + decision("ba", literal("hai.b"), "!hai"),
)


@pytest.mark.parametrize(
    ("so_ban", "place", "code"),
    [
        (7, ("phi", 2, "Lệ phí"), "operand_types"),
        (10, ("phi", 0, ""), "hit_policy"),
        ("x", ("phi", 0, ""), "type_error"),
    ],
)
def test_an_error_is_told_with_decision_rule_and_cell(so_ban: Any, place: tuple[str, int, str], code: str) -> None:
    value, diagnostics = parse(FEES).diagnose("phi", {"so_ban": so_ban})
    errors = [each for each in diagnostics if each["severity"] == "error"]
    assert value is None and [each["code"] for each in errors] == [code]
    assert (errors[0]["decision"], errors[0]["rule"], errors[0]["cell"]) == place
    assert errors[0]["message"].startswith("Quyết định «phi»")
    english = parse(FEES).diagnose("phi", {"so_ban": so_ban}, language="en")[1]
    assert any(each["message"].startswith("Decision «phi»") for each in english)


def test_what_may_be_meant_so_is_a_note() -> None:
    value, diagnostics = parse(FEES).diagnose("phi", {"so_ban": 30})
    assert value is None
    assert {(each["code"], each["rule"]) for each in diagnostics} == {
        ("unknown_name", 4),
        ("not_comparable", 4),
        ("no_match", 0),
    }
    assert {each["severity"] for each in diagnostics} == {"note"}


def test_an_error_in_what_is_required_is_told_with_its_own_name() -> None:
    diagnostics = parse(FEES).diagnose("ba", {"so_ban": 7})[1]
    assert [each["decision"] for each in diagnostics if each["severity"] == "error"] == ["phi", "hai"]


def test_a_bound_is_told_with_the_decision_that_hit_it() -> None:
    body = decision("a", literal("count(for i in 1..9999999 return i)")) + decision("b", literal("a + 1"), "!a")
    value, diagnostics = parse(model(body)).diagnose("b", {})
    assert value is None and diagnostics[-1]["decision"] == "a" and diagnostics[-1]["severity"] == "error"


def test_knowledge_is_told_by_its_name() -> None:
    knowledge = (
        '<businessKnowledgeModel id="k" name="k"><variable name="k"/><encapsulatedLogic><formalParameter name="a"/>'
        + literal('a + "x"')
        + "</encapsulatedLogic></businessKnowledgeModel>"
    )
    diagnostics = parse(model(knowledge + decision("d", literal("k(1)"), knows=("k",)))).diagnose("d", {})[1]
    assert [each["decision"] for each in diagnostics] == ["k"]


def test_a_null_by_errors_is_raised_and_a_value_with_errors_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    known = load({"phi.dmn": FEES})
    with pytest.raises(DmnError) as raised:
        answer(*known["phi"], {"so_ban": 7}, None)
    assert "luật 2, ô «Lệ phí»" in raised.value.sentence() and "rule 2" in raised.value.sentence("en")
    assert answer(*known["phi"], {"so_ban": 30}, None) is None, "no rule applies: null is its value"
    with caplog.at_level(logging.WARNING, "motcua.decisions"):
        assert answer(*known["hai"], {"so_ban": 7}, None) == {"a": 1, "b": None}
    assert "luật 2" in caplog.text


def test_a_decision_reads_the_clock_it_is_given() -> None:
    now = datetime(2026, 2, 14, 8, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
    known = load({"d.dmn": model(decision("d", literal("now()")))})
    assert answer(*known["d"], {}, lambda: now) == now


PROCESS = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
 xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="d" targetNamespace="urn:x"><process id="p" isExecutable="true">
<startEvent id="s"/><sequenceFlow id="f" sourceRef="s" targetRef="t"/><businessRuleTask id="t"><extensionElements>
<zeebe:calledDecision decisionId="{decision}" resultVariable="kq"/></extensionElements></businessRuleTask>
<sequenceFlow id="g" sourceRef="t" targetRef="u"/><userTask id="u"/><sequenceFlow id="h" sourceRef="u" targetRef="e"/>
<endEvent id="e"/></process></definitions>"""


def run(called: str, variables: dict[str, Any], tmp_path: Any) -> dict[str, Any]:
    (tmp_path / "p.bpmn").write_text(PROCESS.format(decision=called), "utf-8")
    more = decision("giờ", literal("string(today())")) + "</definitions>"
    (tmp_path / "d.dmn").write_bytes(FEES.replace(b"</definitions>", more.encode()))
    said = {"process": "p", "variables": variables, "steps": [], "now": "2026-02-14T23:30:00Z"}
    found: dict[str, Any] = scenario.run_files([tmp_path / "p.bpmn", tmp_path / "d.dmn"], said)
    return found


def test_the_branch_of_a_rule_task_stops_where_errors_make_its_decision_null(tmp_path: Any) -> None:
    stopped = run("phi", {"so_ban": 7}, tmp_path)
    assert [(each["element"], each["kind"]) for each in stopped["incidents"]] == [("t", "decision")]
    assert "luật 2, ô «Lệ phí»" in stopped["incidents"][0]["message"]
    assert stopped["open"] == []


def test_a_decision_without_a_rule_that_applies_is_null_and_the_process_goes_on(tmp_path: Any) -> None:
    went = run("phi", {"so_ban": 30}, tmp_path)
    assert went["incidents"] == [] and went["variables"]["kq"] is None
    assert [each["element"] for each in went["open"]] == ["u"]


def test_a_decision_of_a_process_reads_the_clock_of_the_run(tmp_path: Any) -> None:
    assert run("giờ", {}, tmp_path)["variables"]["kq"] == "2026-02-15"
