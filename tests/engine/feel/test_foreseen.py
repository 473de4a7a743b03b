"""What is said of a text before there are data is what its evaluation then does."""

from __future__ import annotations

import pytest

from engine.feel import constant, diagnose, doubts, evaluate, kinds

HOPELESS = {
    'kontains(a, "x")': "unknown_function",
    "string length()": "arguments",
    "substring(a)": "arguments",
    "not(true, false)": "arguments",
    "starts with(a, 1)": "arguments",
    'contains(chuoi: "a", match: "b")': "arguments",
    'contains(string: "a")': "arguments",
    "for x in [1] return f(x)": "unknown_function",
    'if true then doi("a") else 1': "unknown_function",
}
SOUND = (
    'contains(a, "x")', "count([1, 2])", "max(1, 2, 3)", "sum([1])", "concatenate([1], 2)", "now()",
    "today() + duration(\"P1D\")",
    "{f: function(x) x + 1, r: f(1)}.r", "(function(x) x)(1)", "some x in a satisfies f", 'substring("abc", 2)',
    'date and time(date: today(), time: time("10:00:00"))', 'string join(["a"], ", ")', "number(a, \" \", \".\")",
    "not(a)", "sort(list: a, precedes: function(x, y) x < y)", 'range("[1..2]")', "abs(-1)", "list contains(a, null)",
    'substring(string: "abc", start position: 2)', "append([1], 2)", "is(1, null)", "round up(1.5, 0)",
)  # fmt: skip


@pytest.mark.parametrize("text", HOPELESS)
def test_a_call_that_can_have_no_value_is_told_before_and_is_null_with_the_same_diagnostic(text: str) -> None:
    said = doubts(text)
    assert [doubt.code for doubt in said] == [HOPELESS[text]]
    value, notes = diagnose(text, {"a": "abc"}, language="en")
    assert value in (None, []) or value == [None]
    assert (said[0].code, said[0].line, said[0].column) in {(n["code"], n["line"], n["column"]) for n in notes}
    assert said[0].sentence("en") in {note["message"] for note in notes}


@pytest.mark.parametrize("text", SOUND)
def test_a_call_that_has_a_value_is_not_accused(text: str) -> None:
    assert doubts(text) == []


def test_a_call_in_a_filter_is_looked_at_too() -> None:
    assert [doubt.name for doubt in doubts("[1, 2, 3][dem(item) > 1]")] == ["dem"]


def test_the_tests_of_a_cell_are_looked_at_too() -> None:
    assert [doubt.name for doubt in doubts('kontains(?, "a"), > 3', unary=True)] == ["kontains"]
    assert doubts('contains(?, "a")', unary=True) == []


CERTAIN = (
    "1", '"a"', "true", "null", "1 + 2", '"a" + "b"', "1 < 2", "1 in (1, 2)", "if 1 < 2 then 1 else \"a\"", "[1]",
    "{a: 1}", "[1..2]", "function(x) x", "contains(\"a\", \"a\")", "string length(\"a\")", "-duration(\"P1D\")",
    "today()", "split(\"a b\", \" \")", "for x in [1] return x", "every x in [1] satisfies x > 0", '@"2026-01-01"',
    "not(true)", "decimal(1, 2)", "1 / 0", "(1 + 2)", "string(1)", "abs(duration(\"-P1D\"))", "day of week(today())",
)  # fmt: skip


@pytest.mark.parametrize("text", CERTAIN)
def test_the_kinds_that_are_foretold_hold_the_kind_that_comes(text: str) -> None:
    from engine.feel.compare import kind_of

    foretold = kinds(text)
    assert foretold is not None and kind_of(evaluate(text)) in foretold


@pytest.mark.parametrize("text", ["a", "a.b", "a[1]", "f(1)", "max(1, 2)", "if a then b else 1"])
def test_what_depends_on_the_data_may_be_anything(text: str) -> None:
    assert kinds(text) is None


def test_a_literal_has_its_value_and_an_expression_over_data_none() -> None:
    assert constant('duration("P1D")') is not None and constant("a + 1") is None
