"""What `models check` finds in decision models before they run, and what it leaves in peace."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from engine.dmn import Finding, consistency, load, parse, review
from tests.engine.dmn.build import decision, inputs, literal, model, table
from tests.engine.dmn.tck import KIT

BUNDLES = Path(__file__).parents[3] / "bpmn"
ENUM = (
    '<itemDefinition name="tMuc"><typeRef>string</typeRef><allowedValues><text>"cao", "vừa", "thấp"</text>'
    "</allowedValues></itemDefinition>"
)


def found(
    policy: str,
    rules: list[list[str]],
    *kinds: str,
    outputs: tuple[str, ...] = ("o",),
    body: str = "",
    attributes: str = "",
) -> list[tuple[str, tuple[int, ...]]]:
    """Findings of a table over inputs x, y, … with these types."""
    names = [f"{name}: {kind}" for name, kind in zip("xyz", kinds, strict=False)]
    columns = list("xyz"[: len(kinds)])
    logic = table(policy, columns, rules, list(outputs), attributes)
    loaded = parse(model(body + inputs(*names) + decision("d", logic, *columns)))
    return [(finding.rule, finding.rules) for finding in [*consistency(loaded), *review(loaded)]]


@pytest.mark.parametrize(
    ("policy", "rules", "kinds", "expected"),
    [
        ("UNIQUE", [["< 10", "1"], [">= 10", "2"]], ["number"], []),
        ("UNIQUE", [["< 10", "1"], [">= 9", "2"]], ["number"], [("overlap", (1, 2))]),
        ("UNIQUE", [["< 10", "1"], ["> 10", "2"]], ["number"], [("gap", ())]),
        ("UNIQUE", [["[1..3]", "1"], ["[4..6]", "2"], ["< 1, > 6", "3"]], ["number"], []),
        ("UNIQUE", [["1", "1"], ["not(1)", "2"]], ["number"], []),
        ("UNIQUE", [["not(1, 2)", "1"], ["2", "2"]], ["number"], [("gap", ())]),
        ("UNIQUE", [["not(< 5)", "1"], ["< 6", "2"]], ["number"], [("overlap", (1, 2))]),
        ("UNIQUE", [['"a"', "1"], ['not("a")', "2"]], ["string"], []),
        ("UNIQUE", [['"a"', "1"], ['"b"', "2"]], ["string"], [("gap", ())]),
        ("UNIQUE", [["true", "1"], ["false", "2"]], ["boolean"], []),
        ("UNIQUE", [["true", "1"]], ["boolean"], [("gap", ())]),
        ("UNIQUE", [["true", "-", "1"], ["false", "< 5", "2"], ["false", ">= 5", "3"]], ["boolean", "number"], []),
        (
            "UNIQUE",
            [["true", "-", "1"], ["-", "< 5", "2"], ["false", ">= 5", "3"]],
            ["boolean", "number"],
            [("overlap", (1, 2))],
        ),
        ("UNIQUE", [['< @"2026-01-01"', "1"], ['>= @"2026-01-01"', "2"]], ["date"], []),
        ("UNIQUE", [['<= date("2026-01-01")', "1"], ['>= @"2026-01-01"', "2"]], ["date"], []),
        ("UNIQUE", [['"cao"', "1"], ['"vừa", "thấp"', "2"]], ["tMuc"], []),
        ("UNIQUE", [['"cao"', "1"], ['"vừa"', "2"]], ["tMuc"], [("gap", ())]),
        ("UNIQUE", [['"cao"', "1"], ['not("cao")', "2"], ['"rất cao"', "3"]], ["tMuc"], [("unreachable", (3,))]),
        ("UNIQUE", [["[5..1]", "1"], ["-", "2"]], ["number"], [("unreachable", (1,))]),
        ("FIRST", [["< 10", "1"], ["[1..3]", "2"], ["-", "3"]], ["number"], [("subsumption", (1, 2))]),
        ("FIRST", [["< 5", "1"], [">= 5", "2"], ["-", "3"]], ["number"], [("unreachable", (3,))]),
        ("FIRST", [["< 5", "1"], ["-", "2"]], ["number"], []),
        ("ANY", [["< 10", "1"], ["< 5", "1"], [">= 10", "1"]], ["number"], [("subsumption", (1, 2))]),
        ("ANY", [["< 10", "1"], ["< 5", "2"], [">= 10", "1"]], ["number"], [("overlap", (1, 2))]),
        ("COLLECT", [["< 10", "1"], ["< 5", "2"]], ["number"], []),
        ("UNIQUE", [["f(?)", "1"], ["> 10", "2"]], ["number"], []),
        ("UNIQUE", [["> y", "1"], ["-", "2"]], ["number"], []),
    ],
)
def test_overlaps_gaps_and_rules_that_never_apply(
    policy: str, rules: list[list[str]], kinds: list[str], expected: list[tuple[str, tuple[int, ...]]]
) -> None:
    told = [each for each in found(policy, rules, *kinds, body=ENUM) if each[0] not in ("name", "function")]
    assert told == expected


@pytest.mark.parametrize(
    ("rules", "kinds", "expected"),
    [
        ([['"5"', "1"], ["-", "2"]], ["number"], [("type", (1,)), ("overlap", (1, 2))]),
        ([["< 5", "1"], ["- ", "2"]], ["string"], [("type", (1,)), ("overlap", (1, 2))]),
        ([["not(1)", "1"], ["1", "2"]], ["string"], [("type", (1,)), ("type", (2,))]),
        ([['"2026-01-01"', "1"], ["-", "2"]], ["date"], [("type", (1,)), ("overlap", (1, 2))]),
        ([["null", "1"], ["x + 1", "2"]], ["number"], []),
        ([["1, 2", "1"], ["not(1, 2)", "2"]], ["integer"], []),
    ],
)
def test_cells_of_another_type_than_their_column(
    rules: list[list[str]], kinds: list[str], expected: list[tuple[str, tuple[int, ...]]]
) -> None:
    assert found("UNIQUE", rules, *kinds) == expected


@pytest.mark.parametrize(
    ("policy", "attributes", "outputs", "expected"),
    [
        ("NONSENSE", "", ("o",), ["policy"]),
        ("COLLECT", ' aggregation="AVERAGE"', ("o",), ["policy"]),
        ("FIRST", ' aggregation="SUM"', ("o",), ["order"]),
        ("PRIORITY", "", ("o",), ["order"]),
        ("PRIORITY", "", ("o = 1, 2",), []),
        ("OUTPUT ORDER", "", ("o = 1, 2",), []),
        ("COLLECT", "", ("o",), []),
        ("COLLECT", ' aggregation="SUM"', ("o",), []),
        ("RULE ORDER", "", ("o",), []),
    ],
)
def test_hit_policies_that_cannot_do_their_work(
    policy: str, attributes: str, outputs: tuple[str, ...], expected: list[str]
) -> None:
    rules = [["< 5", "1"], [">= 5", "2"]]
    assert [rule for rule, _ in found(policy, rules, "number", outputs=outputs, attributes=attributes)] == expected


def findings(body: str, **siblings: bytes) -> list[Finding]:
    return consistency(parse(model(body), siblings))


def test_a_rule_without_all_its_cells_is_named() -> None:
    logic = table("UNIQUE", ["x", "y"], [["1", "2", "3"], ["1", "2"]], ["o"])
    told = findings(inputs("x", "y") + decision("d", logic, "x", "y"))
    assert [(finding.rule, finding.rules) for finding in told] == [("shape", (2,))]
    assert "2 ô vào và 0 ô ra" in told[0].message and told[0].element == "d"


def test_names_without_a_value_are_named() -> None:
    body = inputs("x", "y") + decision("d", literal("x + y + z + count([a][b > 1])"), "x")
    assert [finding.message_en for finding in findings(body)] == [
        "«d» reads «a», which is not in the model",
        "«d» reads «y» without requiring it",
        "«d» reads «z», which is not in the model",
    ]
    assert findings(decision("d", literal("x + y"))) == [], "drawn without its inputs"
    assert findings(inputs("x-y") + decision("d", literal("x-y + 1"), "x-y")) == []
    assert findings(decision("d", literal("{a: 1, f: function(b) a + b}.f(2)"))) == []


def test_text_without_quotes_is_named_where_no_input_is_declared() -> None:
    rules = [["moi", '"thấp"'], ['"cu"', "cao"], ['loai2, "x"', "loai"]]
    body = decision("d", table("UNIQUE", ["loai"], rules, ["o"]))
    said = [(each.rule, each.rules, each.message_en) for each in findings(body)]
    assert [(rule, rules) for rule, rules, _ in said] == [("name", (1,)), ("name", (2,)), ("name", (3,))]
    assert "says moi without quotes" in said[0][2] and "says cao" in said[1][2] and "says loai2" in said[2][2]
    quoted = decision("d", table("UNIQUE", ["loai"], [['"moi"', '"thấp"'], ['"cu"', "loai"], ["> han", "1"]], ["o"]))
    assert findings(quoted) == []


def test_functions_that_nothing_has_are_named_and_those_of_the_model_are_not() -> None:
    said = findings(decision("d", literal("kontains(a, 1)")) + decision("e", literal("contains(a)")))
    assert [each.rule for each in said] == ["function", "function"]
    knowledge = (
        '<businessKnowledgeModel id="gap" name="gấp đôi"><variable name="gấp đôi"/><encapsulatedLogic>'
        f'<formalParameter name="x"/>{literal("2 * x")}</encapsulatedLogic></businessKnowledgeModel>'
    )
    assert findings(knowledge + decision("d", literal("gấp đôi(1)"), knows=("gap",))) == []


def test_a_decision_without_logic_is_named() -> None:
    assert [each.rule for each in findings(decision("d", ""))] == ["empty"]
    assert [each.rule for each in findings(decision("d", "<literalExpression><text> </text></literalExpression>"))] == [
        "empty"
    ]


@pytest.mark.parametrize("expression", ["", "<inputExpression><text> </text></inputExpression>"])
def test_an_input_without_an_expression_is_a_fault_and_says_so_at_run_time(expression: str) -> None:
    whole = table("UNIQUE", ["so"], [["< 10", '"thấp"']], ["o"])
    broken = whole.replace("<inputExpression><text>so</text></inputExpression>", expression)
    loaded = parse(model(decision("d", broken)))
    assert ["has no expression" in fault["message_en"] for fault in loaded.faults()] == [True]
    value, notes = loaded.diagnose("d", {"so": 1}, language="en")
    assert value is None and ("empty", "error") in {(note["code"], note["severity"]) for note in notes}
    mended = parse(model(decision("d", whole)))
    assert mended.faults() == [] and mended.decide("d", {"so": 1}) == "thấp"


def test_references_that_lead_nowhere_and_circles_are_named() -> None:
    assert [f.rule for f in findings(decision("d", literal("1"), "không có"))] == ["reference"]
    circle = decision("a", literal("b"), "!b") + decision("b", literal("c"), "!c") + decision("c", literal("a"), "!a")
    told = findings(circle)
    assert [f.rule for f in told] == ["cycle"] and "a → b → c → a" in told[0].message
    missing = '<import name="k" namespace="urn:k" importType="https://www.omg.org/spec/DMN/20230324/MODEL/"/>'
    assert [f.rule for f in findings(missing)] == ["import"]
    assert findings(missing, **{"k.dmn": model("", "k", "urn:k")}) == []
    assert [f.rule for f in findings(inputs("x").replace('name="x"/', 'name="x" typeRef="tLạ"/'))] == []
    column = '<relation><column name="a" typeRef="tLạ"/></relation>'
    assert [f.rule for f in findings(decision("d", column))] == ["type"]


def test_allowed_values_that_cannot_be_read_are_a_fault() -> None:
    loaded = parse(model(ENUM.replace('"cao", ', '"cao" "')))
    assert [fault["element"] for fault in loaded.faults()] == ["m"] and loaded.faults()[0]["message"]


def test_a_text_in_another_language_is_a_fault_and_null() -> None:
    other = literal("x.toString()").replace("<literalExpression", '<literalExpression expressionLanguage="juel"')
    loaded = parse(model(decision("d", other)))
    value, diagnostics = loaded.diagnose("d", {"x": 1})
    assert value is None and diagnostics[0]["code"] == "external"
    assert "juel" in loaded.faults()[0]["message"]


@pytest.mark.parametrize(
    "logic",
    [
        literal('(function(a) external {java: {class: "x", method signature: "f(int)"}})(1)'),
        '<functionDefinition kind="Java"><formalParameter name="a"/><context/></functionDefinition>',
        '<functionDefinition kind="PMML"><context/></functionDefinition>',
    ],
)
def test_a_function_of_another_language_is_a_fault(logic: str) -> None:
    assert [fault["message_en"] for fault in parse(model(decision("d", logic))).faults()] == [
        "Functions of Java or PMML are never called, only FEEL"
    ]


def test_the_bundles_have_no_doubts() -> None:
    files = sorted(BUNDLES.rglob("*.dmn"))
    assert files
    for file in files:
        loaded = load(file)
        assert [*consistency(loaded), *review(loaded), *loaded.faults()] == [], file.name


@pytest.mark.skipif(not KIT.is_dir(), reason="the kit is not beside the project")
def test_models_of_the_kit_have_gaps_at_most() -> None:
    """One table of the kit has a rule that another one repeats."""
    told = {
        (file.name[:4], finding.rule)
        for file in sorted(KIT.rglob("*.dmn"))
        for loaded in [load(file)]
        for finding in [*consistency(loaded), *review(loaded)]
        if finding.rule not in ("gap", "function", "empty")  # it calls much on purpose that has no value
    }
    assert told == {("0117", "subsumption")}


@pytest.mark.parametrize("policy", ["UNIQUE", "FIRST", "ANY"])
def test_a_table_of_a_thousand_rules_is_looked_at_in_seconds(policy: str) -> None:
    rules = [
        [f"[{i * 7 % 1000}..{i * 7 % 1000 + 400}]", f"[{i * 13 % 1000}..{i * 13 % 1000 + 400}]", str(i)]
        for i in range(1000)
    ]
    loaded = parse(
        model(inputs("x: number", "y: number") + decision("d", table(policy, ["x", "y"], rules, ["o"]), "x", "y"))
    )
    begin = time.process_time()
    assert 0 < len([*consistency(loaded), *review(loaded)]) <= 250
    assert time.process_time() - begin < 8
