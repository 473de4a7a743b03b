"""Decisions: tables, boxed expressions, requirements, services, imports, and models that cannot be used."""

from __future__ import annotations

from decimal import Decimal as N
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.dmn import DmnError, load, parse, review
from engine.feel import unary_test
from tests.engine.dmn.build import decision, inputs, literal, model, table

RULES = [["< 10", '"ít"'], ["< 20", '"vừa"'], ["-", '"nhiều"']]


def decide(logic: str, context: dict[str, Any], *needs: str, body: str = "", **more: Any) -> Any:
    return parse(model(inputs("x", "y") + body + decision("d", logic, "x", "y", *needs, **more))).decide("d", context)


@pytest.mark.parametrize(
    ("policy", "attributes", "x", "value"),
    [
        ("UNIQUE", "", 25, "nhiều"),
        ("UNIQUE", "", 5, None),
        ("FIRST", "", 5, "ít"),
        ("ANY", "", 5, None),
        ("ANY", "", 25, "nhiều"),
        ("PRIORITY", "", 5, "nhiều"),
        ("RULE ORDER", "", 15, ["vừa", "nhiều"]),
        ("OUTPUT ORDER", "", 5, ["nhiều", "vừa", "ít"]),
        ("COLLECT", "", 15, ["vừa", "nhiều"]),
        ("COLLECT", ' aggregation="COUNT"', 5, N(3)),
        ("COLLECT", ' aggregation="MAX"', 5, "ít"),
        ("NONSENSE", "", 5, None),
        ("F", "", 5, "ít"),
    ],
)
def test_hit_policies(policy: str, attributes: str, x: int, value: Any) -> None:
    logic = table(policy, ["x"], RULES, ['o = "nhiều", "vừa", "ít"'], attributes)
    assert decide(logic, {"x": x}) == value


def test_a_table_without_a_match_is_null_or_its_default() -> None:
    logic = table("UNIQUE", ["x"], [["1", "1"]], ["o"])
    assert decide(logic, {"x": 2}) is None
    entry = "<defaultOutputEntry><text>9</text></defaultOutputEntry>"
    default = logic.replace('<output name="o">', f'<output name="o">{entry}')
    assert decide(default, {"x": 2}) == 9


def test_several_outputs_are_a_context() -> None:
    logic = table("UNIQUE", ["x"], [["1", "x + 1", '"a"']], ["o", "p"])
    assert decide(logic, {"x": 1}) == {"o": 2, "p": "a"}


def test_sums_of_a_collect_table() -> None:
    rules = [["-", "1.5"], ["> 0", "2"], ["< 0", "9"]]
    assert decide(table("COLLECT", ["x"], rules, ["o"], ' aggregation="SUM"'), {"x": 1}) == N("3.5")


CELLS = st.sampled_from(
    [
        "-",
        "1",
        "1, 3",
        "< 2",
        ">= 2",
        "[1..3]",
        "(1..3)",
        "]0..2]",
        '"a"',
        "not(1)",
        "true",
        "null",
        "x",
        "? > 1",
        '@"2026-01-01"',
        '>= @"2026-01-01"',
        '[@"2025-01-01"..@"2026-06-01"]',
        '< "b"',
        "[1..3], [2..6]",
        "[3..1]",
        '1, "a", [5..7]',
    ]
)
VALUES = st.sampled_from([0, 1, 2, 3, 6, 1.5, "a", "b", True, False, None, [1], {"a": 1}])


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(CELLS, CELLS), min_size=8, max_size=20), VALUES, VALUES)
def test_the_index_of_a_large_table_finds_what_testing_every_cell_finds(
    cells: list[tuple[str, str]], x: Any, y: Any
) -> None:
    rules = [[*row, str(number)] for number, row in enumerate(cells)]
    found = decide(table("RULE ORDER", ["x", "y"], rules, ["o"]), {"x": x, "y": y})
    context = {"x": x, "y": y}
    expected = [
        N(number)
        for number, (one, other) in enumerate(cells)
        if unary_test(one, x, context) and unary_test(other, y, context)
    ]
    assert found == (expected or None)


def test_a_table_of_a_thousand_rules_costs_a_few_dozen_expressions() -> None:
    import time

    from engine.feel import compile as compile_feel

    rules = [[f'"P{i % 100}"', f"[{i // 100 * 10}..{i // 100 * 10 + 10})", str(i)] for i in range(1000)]
    loaded = parse(model(inputs("x", "y") + decision("d", table("UNIQUE", ["x", "y"], rules, ["o"]), "x", "y")))
    compiled = compile_feel("so_ban > 3 and le_phi * 1.1 < 10000")
    assert loaded.decide("d", {"x": "P17", "y": 55}) == 517

    def best(function: Any) -> float:
        times = []
        for _ in range(30):
            begin = time.process_time()
            for _ in range(100):
                function()
            times.append(time.process_time() - begin)
        return min(times)

    tables = best(lambda: loaded.decide("d", {"x": "P17", "y": 55}))
    assert tables < 36 * best(lambda: compiled.evaluate({"so_ban": 5, "le_phi": 8000}))


@pytest.mark.parametrize(
    ("logic", "value"),
    [
        (
            '<context><contextEntry><variable name="a"/>'
            + literal("x + 1")
            + "</contextEntry><contextEntry>"
            + literal("a * 2")
            + "</contextEntry></context>",
            N(4),
        ),
        (
            '<context><contextEntry><variable name="a" typeRef="string"/>' + literal("1") + "</contextEntry></context>",
            {"a": None},
        ),
        ("<list>" + literal("1") + literal("x") + "</list>", [N(1), N(1)]),
        (
            '<relation><column name="a"/><column name="b"/><row>' + literal("1") + literal("x") + "</row></relation>",
            [{"a": N(1), "b": N(1)}],
        ),
        (
            "<conditional><if>"
            + literal("x > 0")
            + "</if><then>"
            + literal('"+"')
            + "</then><else>"
            + literal('"-"')
            + "</else></conditional>",
            "+",
        ),
        (
            "<filter><in>" + literal("[1, 2, 3]") + "</in><match>" + literal("item > x") + "</match></filter>",
            [N(2), N(3)],
        ),
        (
            '<for iteratorVariable="i"><in>' + literal("1..3") + "</in><return>" + literal("i * 2") + "</return></for>",
            None,
        ),
        (
            '<for iteratorVariable="i"><in>'
            + literal("[1..3]")
            + "</in><return>"
            + literal("i * 2")
            + "</return></for>",
            [N(2), N(4), N(6)],
        ),
        (
            '<some iteratorVariable="i"><in>'
            + literal("[1, 2]")
            + "</in><satisfies>"
            + literal("i > x")
            + "</satisfies></some>",
            True,
        ),
        (
            '<every iteratorVariable="i"><in>'
            + literal("[1, 2]")
            + "</in><satisfies>"
            + literal("i > x")
            + "</satisfies></every>",
            False,
        ),
        (
            '<context><contextEntry><variable name="f"/><functionDefinition><formalParameter name="n"/>'
            + literal("if n = 0 then 1 else n * f(n - 1)")
            + "</functionDefinition></contextEntry><contextEntry>"
            + literal("f(5)")
            + "</contextEntry></context>",
            N(120),
        ),
        (
            '<context><contextEntry><variable name="f"/><functionDefinition kind="Java">'
            '<formalParameter name="n"/><context/>'
            "</functionDefinition></contextEntry><contextEntry>" + literal("f(5)") + "</contextEntry></context>",
            None,
        ),
    ],
)
def test_boxed_expressions(logic: str, value: Any) -> None:
    assert decide(logic, {"x": 1}) == value


KNOWLEDGE = (
    '<businessKnowledgeModel id="k" name="cộng"><variable name="cộng"/><encapsulatedLogic><formalParameter name="a" '
    'typeRef="number"/><formalParameter name="b"/>' + literal("a + b") + "</encapsulatedLogic></businessKnowledgeModel>"
)


def test_knowledge_is_invoked_by_position_by_name_and_boxed() -> None:
    boxed = (
        "<invocation>"
        + literal("cộng")
        + '<binding><parameter name="b"/>'
        + literal("2")
        + '</binding><binding><parameter name="a"/>'
        + literal("x")
        + "</binding></invocation>"
    )
    for logic in (literal("cộng(x, 2)"), literal("cộng(b: 2, a: x)"), boxed):
        assert decide(logic, {"x": 1}, body=KNOWLEDGE, knows=("k",)) == 3
    assert decide(literal('cộng("1", 2)'), {"x": 1}, body=KNOWLEDGE, knows=("k",)) is None
    assert decide(literal("cộng(x, 2)"), {"x": 1}, body=KNOWLEDGE) is None, "not required, so not in scope"


ITEMS = (
    '<itemDefinition name="tMuc"><typeRef>string</typeRef><allowedValues><text>"cao", "thấp"</text></allowedValues>'
    '</itemDefinition><itemDefinition name="tHoSo"><itemComponent name="mức"><typeRef>tMuc</typeRef></itemComponent>'
    '<itemComponent name="con" isCollection="true"><typeRef>tHoSo</typeRef></itemComponent></itemDefinition>'
)


def test_inputs_and_results_are_checked_against_their_types() -> None:
    loaded = parse(model(ITEMS + inputs("h: tHoSo") + decision("d", literal("h.mức"), "h", kind="tMuc")))
    assert loaded.decide("d", {"h": {"mức": "cao", "con": []}}) == "cao"
    assert loaded.decide("d", {"h": {"mức": "cao", "con": [{"mức": "thấp", "con": None}]}}) == "cao"
    assert loaded.decide("d", {"h": {"mức": "vừa", "con": []}}) is None
    value, notes = loaded.diagnose("d", {"h": {"mức": "vừa", "con": []}})
    assert value is None and notes[0]["code"] == "type_error"
    assert parse(model(decision("d", literal("[1]"), kind="number"))).decide("d", {}) == 1


SERVICE = (
    inputs("x")
    + decision("trong", literal("x + 1"), "x")
    + decision("ngoài", literal("trong * 2"), "!trong")
    + '<decisionService id="s" name="dịch vụ"><variable name="dịch vụ"/><outputDecision href="#ngoài"/>'
    '<encapsulatedDecision href="#trong"/><inputData href="#x"/></decisionService>'
    '<decisionService id="t" name="hai"><variable name="hai"/><outputDecision href="#ngoài"/>'
    '<outputDecision href="#trong"/><inputDecision href="#trong"/></decisionService>'
    + decision("gọi", literal("dịch vụ(4)"), knows=("s",))
)


def test_decision_services() -> None:
    loaded = parse(model(SERVICE))
    assert loaded.decide("dịch vụ", {"x": 1}) == 4
    assert loaded.decide("hai", {"trong": 10}) == {"ngoài": 20, "trong": 10}
    assert loaded.decide("gọi", {}) == 10
    assert loaded.decide("ngoài", {"x": 1, "trong": 7}) == 14, "a decision's name in the context overrides it"
    assert loaded.inputs("ngoài") == ["x"] and loaded.services == ["dịch vụ", "hai"]


def test_imports_are_found_by_namespace(tmp_path: Path) -> None:
    other = model(ITEMS + inputs("tên: string") + decision("chào", literal('"Chào " + tên'), "tên"), "a", "urn:a")
    needs = '<informationRequirement><requiredDecision href="urn:a#chào"/></informationRequirement>'
    own = decision("d", literal('khác.chào + "!"')).replace("<literal", needs + "<literal")
    body = '<import name="khác" namespace="urn:a" importType="x"/>' + own
    (tmp_path / "a.dmn").write_bytes(other)
    (tmp_path / "b.dmn").write_bytes(model(body))
    (tmp_path / "hỏng.dmn").write_bytes(b"<")
    assert load(tmp_path / "b.dmn").decide("d", {"tên": "An"}) == "Chào An!"
    assert load(tmp_path / "b.dmn").decide("d", {"khác": {"tên": "An"}}) == "Chào An!"
    assert parse(model(body), {"a.dmn": other}).decide("d", {"tên": "An"}) == "Chào An!"
    assert parse(model(body)).decide("d", {"tên": "An"}) is None


def test_imports_without_a_name_are_read_like_the_models_own() -> None:
    one = model(inputs("tên") + decision("chào", literal('"Chào " + tên'), "tên"), "a", "urn:a")
    two = model(ITEMS + decision("hai", literal("2"), kind="number"), "b", "urn:b")
    body = '<import name="" namespace="urn:a" importType="x"/><import namespace="urn:b" importType="x"/>'
    needs = "".join(
        f'<informationRequirement><requiredDecision href="{href}"/></informationRequirement>'
        for href in ("urn:a#chào", "urn:b#hai")
    )
    body += decision("d", literal("chào + string(hai)"), kind="tMuc").replace("<literal", needs + "<literal")
    found = parse(model(body.replace("tMuc", "string")), {"a": one, "b": two})
    assert found.decide("d", {"tên": "An"}) == "Chào An2"
    assert parse(model(body), {"a": one, "b": two}).diagnose("d", {"tên": "An"})[1][0]["code"] == "type_error"


def test_a_faulty_decision_does_not_stop_its_neighbours() -> None:
    loaded = parse(model(decision("hỏng", literal("1 +")) + decision("tốt", literal("1")) + decision("trống", "")))
    assert loaded.decide("tốt", {}) == 1
    value, notes = loaded.diagnose("hỏng", {})
    assert value is None and notes[0]["code"] == "end"
    assert loaded.decide("trống", {}) is None
    assert [fault["element"] for fault in loaded.faults()] == ["hỏng"]


def test_a_table_drawn_without_its_inputs_reads_the_context() -> None:
    logic = table("UNIQUE", ["mùa"], [['"hè"', "1"]], ["o"])
    assert parse(model(decision("d", logic, kind="integer"))).decide("d", {"mùa": "hè"}) == 1
    declared = model(inputs("mùa") + decision("d", logic))
    assert parse(declared).decide("d", {"mùa": "hè"}) is None, "declared, so it must be required"


def test_a_decision_that_needs_itself_is_null() -> None:
    loaded = parse(model(decision("a", literal("b"), "!b") + decision("b", literal("a"), "!a")))
    assert loaded.decide("a", {}) is None


@pytest.mark.parametrize(
    "xml",
    [
        b"",
        b"<",
        b"<a/>",
        b'<!DOCTYPE d [<!ENTITY a "b">]>' + model(""),
        b"\xff\xfe",
        b"<definitions/>",
        b"<x>" * 2000,
        b'<?xml version="1.0"?><!DOCTYPE definitions SYSTEM "file:///etc/passwd">' + model(""),
    ],
)
def test_models_that_cannot_be_used_are_refused(xml: bytes) -> None:
    with pytest.raises(DmnError) as caught:
        parse(xml)
    assert caught.value.sentence("en") and caught.value.sentence()


def test_unknown_names_and_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DmnError):
        parse(model("")).decide("không có", {})
    with pytest.raises(DmnError):
        load(tmp_path / "không có.dmn")


@pytest.mark.parametrize("text", ["for i in 1..1e9 return i", "(" * 5000, "9**9**9**9**9", "f(1)"])
def test_attacks_inside_a_model_are_null(text: str) -> None:
    assert parse(model(decision("d", literal(text)))).decide("d", {}) is None


def test_a_thousand_decisions_in_a_chain_end() -> None:
    body = decision("d0", literal("1")) + "".join(
        decision(f"d{i}", literal(f"d{i - 1} + 1"), f"!d{i - 1}") for i in range(1, 3000)
    )
    assert parse(model(body)).decide("d200", {}) == 201
    assert parse(model(body)).decide("d2999", {}) in (3000, None)


def found(policy: str, rules: list[list[str]]) -> list[tuple[str, tuple[int, ...]]]:
    body = model(inputs("x") + decision("d", table(policy, ["x"], rules, ["o"]), "x"))
    return [(finding.rule, finding.rules) for finding in review(parse(body))]


def test_overlaps_gaps_and_covered_rules_are_reported() -> None:
    assert found("UNIQUE", [["< 10", "1"], [">= 10", "2"]]) == []
    assert found("UNIQUE", [["< 10", "1"], [">= 9", "2"]]) == [("overlap", (1, 2))]
    assert found("UNIQUE", [["< 10", "1"], ["> 10", "2"]]) == [("gap", ())]
    assert found("FIRST", [["< 10", "1"], ["[1..3]", "2"], ["-", "3"]]) == [("subsumption", (1, 2))]
    assert found("ANY", [["< 10", "1"], ["< 5", "1"], [">= 10", "1"]]) == [("subsumption", (1, 2))]
    assert found("UNIQUE", [["true", "1"], ["false", "2"]]) == []
    assert found("UNIQUE", [["f(?)", "1"], ["> 10", "2"]]) == []
    assert found("UNIQUE", [['"a"', "1"], ['"b"', "2"]]) == [("gap", ())]
