"""Knowledge, services, types and tables on small models, each value as the standard's text gives it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from engine.dmn import parse
from engine.feel import dumps
from tests.engine.dmn.build import decision, inputs, literal, model, table


def knowledge(name: str, parameters: list[str], body: str, *needs: str, kind: str = "") -> str:
    """A business knowledge model; parameters are ``name`` or ``name:type``."""
    own = ""
    for parameter in parameters:
        title, _, wanted = parameter.partition(":")
        own += f'<formalParameter name="{title}"' + (f' typeRef="{wanted}"' if wanted else "") + "/>"
    required = "".join(f'<knowledgeRequirement><requiredKnowledge href="#{n}"/></knowledgeRequirement>' for n in needs)
    typed = f' typeRef="{kind}"' if kind else ""
    return (
        f'<businessKnowledgeModel id="{name}" name="{name}"><variable name="{name}"{typed}/>'
        f"<encapsulatedLogic>{own}{body}</encapsulatedLogic>{required}</businessKnowledgeModel>"
    )


def service(name: str, kind: str = "", **lists: list[str]) -> str:
    """A decision service by the lists of its ids."""
    typed = f' typeRef="{kind}"' if kind else ""
    body = "".join(f'<{tag} href="#{id}"/>' for tag, ids in lists.items() for id in ids)
    return f'<decisionService id="{name}" name="{name}"><variable name="{name}"{typed}/>{body}</decisionService>'


def invocation(called: str, **bindings: str) -> str:
    """A boxed invocation."""
    bound = "".join(f'<binding><parameter name="{n}"/>{literal(t)}</binding>' for n, t in bindings.items())
    return f"<invocation>{literal(called)}{bound}</invocation>"


CHAIN = knowledge("một", ["x"], literal("x + 1")) + knowledge(
    "hai", ["x", "y"], literal("một(x) * (if y = null then 10 else y)"), "một"
)
FUNCTION = (
    '<itemDefinition name="tHam"><functionItem outputTypeRef="number"><parameters name="x" typeRef="number"/>'
    "</functionItem></itemDefinition>"
)
TWICE = (
    FUNCTION
    + knowledge("lặp", ["f:tHam", "v"], literal("f(f(v))"))
    + knowledge("tăng", ["x:number"], literal("x + 1"), kind="number")
)


@pytest.mark.parametrize(
    ("body", "logic", "knows", "value"),
    [
        (CHAIN, literal("hai(1, 2)"), "hai", "4"),
        (CHAIN, literal("hai(y: 2, x: 1)"), "hai", "4"),
        (CHAIN, literal("hai(x: 1)"), "hai", "20"),
        (CHAIN, literal("hai(1)"), "hai", "null"),
        (CHAIN, literal("hai(x: 1, z: 2)"), "hai", "null"),
        (CHAIN, invocation("hai", x="1"), "hai", "20"),
        (CHAIN, invocation("hai", x="1", z="2"), "hai", "null"),
        (knowledge("g", ["n"], literal("if n < 2 then 1 else n * g(n - 1)")), literal("g(10)"), "g", "3628800"),
        (knowledge("g", ["n"], literal('"a"'), kind="number"), literal("g(1)"), "g", "null"),
        (knowledge("g", ["n:number"], literal("n")), literal('g("a")'), "g", "null"),
        (knowledge("g", ["n:number"], literal("n")), literal("g([3])"), "g", "3"),
        (TWICE, literal("lặp(tăng, 1)"), "lặp tăng", "3"),
        (TWICE, literal("lặp(function(x: number) x * 3, 1)"), "lặp", "9"),
        (TWICE, literal("lặp(function(x: string) x, 1)"), "lặp", "null"),
        (TWICE, literal("lặp(abs, -1)"), "lặp", "1"),
    ],
)
def test_knowledge_is_invoked(body: str, logic: str, knows: str, value: str) -> None:
    """6.3.9, 10.3.2.13."""
    loaded = parse(model(body + decision("d", logic, knows=tuple(knows.split()))))
    assert dumps(loaded.decide("d", {})) == value


SERVICE = (
    inputs("x", "y")
    + decision("đầu", literal("x + 100"), "x")
    + decision("giữa", literal("đầu + y"), "!đầu", "y")
    + decision("cuối", literal("giữa * 2"), "!giữa")
    + service("s", outputDecision=["cuối"], encapsulatedDecision=["giữa"], inputDecision=["đầu"], inputData=["y"])
    + service("ít", outputDecision=["cuối"])
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("s(1, 2)", "6"),
        ("s(đầu: 5, y: 1)", "12"),
        ("s(y: 1)", "null"),
        ("s(1)", "null"),
        ("s(z: 1)", "null"),
    ],
)
def test_a_service_is_a_function_of_its_input_data_then_its_input_decisions(text: str, value: str) -> None:
    """10.4."""
    loaded = parse(model(SERVICE + decision("d", literal(text), knows=("s",))))
    assert dumps(loaded.decide("d", {})) == value


def test_a_service_from_outside_takes_its_inputs_by_name() -> None:
    loaded = parse(model(SERVICE))
    assert loaded.decide("s", {"y": 1, "đầu": 1}) == 4
    assert loaded.decide("ít", {"y": 1, "x": 1}) == 204, "without lists it has the inputs of its decisions"


@pytest.mark.parametrize(("logic", "value"), [("x", "3"), ('"a"', "null")])
def test_the_variable_of_a_service_is_a_function_whose_result_is_checked(logic: str, value: str) -> None:
    body = FUNCTION + inputs("x") + decision("o", literal(logic), "x")
    loaded = parse(model(body + service("s", "tHam", outputDecision=["o"], inputData=["x"])))
    assert dumps(loaded.decide("s", {"x": 3})) == value


ITEMS = (
    '<itemDefinition name="tTuoi"><typeRef>number</typeRef><allowedValues><text>[0..150]</text></allowedValues>'
    '</itemDefinition><itemDefinition name="tCacTuoi" isCollection="true"><typeRef>tTuoi</typeRef></itemDefinition>'
    '<itemDefinition name="tHai" isCollection="true"><typeRef>number</typeRef><typeConstraint><text>count(?) &lt;= 2'
    '</text></typeConstraint></itemDefinition><itemDefinition name="tNguoi"><itemComponent name="tuổi"><typeRef>tTuoi'
    '</typeRef></itemComponent><itemComponent name="tên"><typeRef>string</typeRef></itemComponent></itemDefinition>'
)


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("tTuoi", "20", "20"),
        ("tTuoi", "200", "null"),
        ("tTuoi", "[20]", "20"),
        ("tTuoi", '"20"', "null"),
        ("tCacTuoi", "[1, 2]", "[1, 2]"),
        ("tCacTuoi", "[1, 200]", "null"),
        ("tCacTuoi", "5", "[5]"),
        ("tCacTuoi", "[]", "[]"),
        ("tHai", "[1, 2]", "[1, 2]"),
        ("tHai", "[1, 2, 3]", "null"),
        ("tNguoi", '{tuổi: 1, tên: "a"}', '{"tuổi": 1, "tên": "a"}'),
        ("tNguoi", "{tuổi: 1}", "null"),
        ("tNguoi", '{tuổi: 1, tên: "a", khác: 2}', '{"tuổi": 1, "tên": "a", "khác": 2}'),
        ("tNguoi", "{tuổi: null, tên: null}", '{"tuổi": null, "tên": null}'),
        ("tNguoi", '{tuổi: 200, tên: "a"}', "null"),
        ("date and time", '@"2026-02-14"', '"2026-02-14T00:00:00Z"'),
        ("date", '@"2026-02-14T00:00:00"', "null"),
        ("Any", "1", "1"),
        ("tKhong", "1", "null"),
    ],
)
def test_a_result_is_what_its_variable_wants_or_null(kind: str, text: str, value: str) -> None:
    """7.3.2, 10.3.2.9.4."""
    assert dumps(parse(model(ITEMS + decision("d", literal(text), kind=kind))).decide("d", {})) == value
    as_input = parse(model(ITEMS + inputs(f"x: {kind}") + decision("d", literal("x"), "x")))
    found = parse(model(decision("d", literal(text)))).decide("d", {})
    assert dumps(as_input.decide("d", {"x": found})) == value


def test_a_column_of_a_relation_has_a_type() -> None:
    logic = '<relation><column name="a" typeRef="number"/><row>' + literal('"x"') + "</row><row>" + literal("1")
    loaded = parse(model(decision("d", logic + "</row></relation>")))
    assert dumps(loaded.decide("d", {})) == '[{"a": null}, {"a": 1}]'


TWO = [["< 10", "1", '"a"'], ["< 20", "2", '"b"'], ["-", "3", '"c"']]
ONE = [["< 10", "1"], ["< 20", "2"], ["-", "3"]]
ORDERED = ["o = 3, 1, 2", 'p = "c", "b", "a"']


@pytest.mark.parametrize(
    ("policy", "rules", "outputs", "x", "value"),
    [
        ("PRIORITY", TWO, ORDERED, 5, {"o": 3, "p": "c"}),
        ("PRIORITY", [["-", "1", '"a"'], ["-", "1", '"b"']], ["o = 2, 1", 'p = "b", "a"'], 5, {"o": 1, "p": "b"}),
        ("OUTPUT ORDER", TWO, ORDERED, 5, [{"o": 3, "p": "c"}, {"o": 1, "p": "a"}, {"o": 2, "p": "b"}]),
        ("COLLECT", TWO, ["o", "p"], 15, [{"o": 2, "p": "b"}, {"o": 3, "p": "c"}]),
        ("COLLECT SUM", ONE, ["o"], 1, 6),
        ("COLLECT MIN", ONE, ["o"], 1, 1),
        ("COLLECT MAX", ONE, ["o"], 1, 3),
        ("COLLECT COUNT", ONE, ["o"], 1, 3),
        ("COLLECT COUNT", [["1", "1"]], ["o"], 2, 0),
        ("COLLECT SUM", [["1", "1"]], ["o"], 2, None),
        ("COLLECT", [["1", "1"]], ["o"], 2, None),
        ("RULE ORDER", [["-", "1"]], ["o"], 2, [1]),
        ("RULE ORDER", [["1", "1"]], ["o"], 2, None),
        ("ANY", [["-", "1"], ["-", "1"]], ["o"], 1, 1),
        ("ANY", [["-", "1"], ["-", "2"]], ["o"], 1, None),
        ("UNIQUE", [["-", "1"], ["-", "1"]], ["o"], 1, None),
        ("UNIQUE", [["not(1, 2)", "1"], ["1, 2", "2"]], ["o"], 2, 2),
        ("UNIQUE", [["not(1)", "1"]], ["o"], None, 1),
        ("UNIQUE", [["null", "1"]], ["o"], None, 1),
        ("UNIQUE", [["-", "1"]], ["o"], None, 1),
        ("UNIQUE", [["< 5", "1"]], ["o"], None, None),
        ("UNIQUE", [["< 5", "1"]], ["o"], "a", None),
        ("UNIQUE", [["? > y", "1"], ["<= y", "2"]], ["o"], 3, 1),
        ("UNIQUE", [["y", "1"]], ["o"], 2, 1),
        ("UNIQUE", [["[1..y]", "1"]], ["o"], 1, 1),
        ("UNIQUE", [['contains(?, "ộ")', "1"]], ["o"], "hộ", 1),
        ("UNIQUE", [['1, "a", true', "1"]], ["o"], True, 1),
        ("UNIQUE", [["[1, 2]", "1"]], ["o"], [1, 2], 1),
        ("FIRST", [["count(?) > 1", "1"], ["-", "2"]], ["o"], [1, 2], 1),
    ],
)
def test_tables(policy: str, rules: list[list[str]], outputs: list[str], x: Any, value: Any) -> None:
    """8.3, 10.3.2.10."""
    name, _, aggregation = policy.partition(" ") if policy.startswith("COLLECT") else (policy, "", "")
    attributes = f' aggregation="{aggregation}"' if aggregation else ""
    logic = table(name, ["x"], rules, outputs, attributes)
    loaded = parse(model(inputs("x", "y") + decision("d", logic, "x", "y")))
    assert json.loads(dumps(loaded.decide("d", {"x": x, "y": 2}))) == value


@pytest.mark.parametrize("policy", ["UNIQUE", "FIRST", "RULE ORDER", "OUTPUT ORDER", "COLLECT"])
def test_the_default_output_is_the_value_where_no_rule_matches(policy: str) -> None:
    logic = table(policy, ["x"], [["1", "1"]], ["o"]).replace(
        '<output name="o">', '<output name="o"><defaultOutputEntry><text>9</text></defaultOutputEntry>'
    )
    assert parse(model(inputs("x") + decision("d", logic, "x"))).decide("d", {"x": 2}) == 9
