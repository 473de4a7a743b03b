"""The language, clause by clause, on examples of our own."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from engine import feel
from engine.feel import Range, WideDate, WideDateTime, YearsMonths, evaluate, unary_test

N = Decimal


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 + 2 * 3", N(7)),
        ("-2 ** 2", N(4)),
        ("2 ** 3 ** 2", N(64)),
        ("10 - 3 - 2", N(5)),
        ("0.1 + 0.2", N("0.3")),
        ("1 / 3", N("0.3333333333333333333333333333333333")),
        ("1 / 0", None),
        ('"a" + "b"', "ab"),
        ('1 + "b"', None),
        ("null = null", True),
        ('1 = "1"', None),
        ("true and null", None),
        ("false and null", False),
        ("true or null", True),
        ("null or false", None),
        ("not(null)", None),
        ("5 between 1 and 5 and true", True),
        ("3 in (1, 2, > 2)", True),
        ("3 in [1..3)", False),
        ("3 in ]2..3]", True),
        ("[1..2[", Range(N(1), N(2), True, False)),
        ("if null then 1 else 2", N(2)),
        ("for i in 3..1 return i", [N(3), N(2), N(1)]),
        ("for i in 1..2, j in i..2 return [i, j]", [[N(1), N(1)], [N(1), N(2)], [N(2), N(2)]]),
        ("for i in 1..3 return partial", [[], [[]], [[], [[]]]]),
        ("some x in [1, 2], y in [2, 3] satisfies x = y", True),
        ("every x in [] satisfies false", True),
        ("[1, 2, 3][-1]", N(3)),
        ("[1, 2, 3][item > 1]", [N(2), N(3)]),
        ("[{a: 1, b: 2}, {a: 3, b: 4}][a > 1].b", [N(4)]),
        ("[{item: 5}][item = 5]", [{"item": N(5)}]),
        ("{a: 1, b: a + 1}.b", N(2)),
        ('{"a b": 1}.a b', N(1)),
        ("{a: function(x, y) x - y, b: a(y: 1, x: 3)}.b", N(2)),
        ('(function(x: number) x)("a")', None),
        ("{f: function(n) if n < 2 then 1 else n * f(n - 1), r: f(20)}.r", N(2432902008176640000)),
        ("[1, 2] instance of list<number>", True),
        ("{a: 1} instance of context<a: string>", False),
        ("1 instance of function<number> -> number", False),
        ('@"2026-02-14" + duration("P1M")', date(2026, 3, 14)),
        ('date("2024-01-31") + @"P1M"', date(2024, 2, 29)),
        ('time("23:30:00") + @"PT1H"', time(0, 30)),
        ('@"2026-02-14T08:00:00@Asia/Ho_Chi_Minh"', datetime(2026, 2, 14, 8, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))),
        ('@"P1DT2H" / 2', timedelta(hours=13)),
        ('@"P3Y" / @"P1Y"', N(3)),
        ('date("2026-02-14").weekday', N(6)),
        ("1 + // comment\n 1 /* and */ + 1", N(3)),
        ('"\\u00e0\\n\\"\\U01F40E"', 'à\n"🐎'),
        ("count(null)", None),
        ('function(a) external {java: {class: "X"}}', None),
    ],
)
def test_expressions_have_the_values_the_standard_gives(text: str, value: Any) -> None:
    found = evaluate(text, {})
    if text.startswith("function"):
        assert isinstance(found, feel.Function) and feel.diagnose(f"({text})(1)", {})[0] is None
    else:
        assert found == value and type(found) is type(value)


@pytest.mark.parametrize(
    ("text", "context", "value"),
    [
        ("so ngay nghi + 1", {"so ngay nghi": 2}, N(3)),
        ("so-ngay - 1", {"so-ngay": 3}, N(2)),
        ("a-b", {"a": 5, "b": 2}, N(3)),
        ("a - b", {"a": 5, "b": 2, "a-b": 9}, N(9)),
        ("(a) - (b)", {"a": 5, "b": 2, "a-b": 9}, N(3)),
        ("thu and chi", {"thu and chi": 7}, N(7)),
        ("thu and chi", {"thu": True, "chi": False}, False),
        ("x.a+b", {"x": {"a+b": 4}}, N(4)),
        ("if-then", {"if-then": 1}, N(1)),
        ("for hết hạn in ngày nghỉ return hết hạn", {"ngày nghỉ": [1]}, [N(1)]),
        ("count(x)", {"count": 3, "x": [1, 2]}, N(2)),
        ("a.b.c", {"a": {"b": {"c": 1.5}}}, N("1.5")),
        ("a.b.c", {"a": {"b": None}}, None),
        ("a.b", {"a.b": 5}, N(5)),
        ("a.b.c + 1", {"a.b": {"c": 5}}, N(6)),
        ("a.b", {"a.b": None}, None),
        ("x", {"x": 0.1}, N("0.1")),
        ("x", {"x": float("nan")}, None),
        ("x", {"x": {1: 2}}, None),
        ("x", {"x": (1,)}, None),
        ("x", {"x": True}, True),
    ],
)
def test_names_are_read_from_the_data(text: str, context: dict[str, Any], value: Any) -> None:
    assert evaluate(text, context) == value


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("1 +", 1, 4),
        ("1 +\n  * 2", 2, 3),
        ("", 1, 1),
        ("= 1", 1, 1),
        ("(1", 1, 3),
        ("1)", 1, 2),
        ('"abc', 1, 1),
        ("a # b", 1, 3),
        ("if a then b", 1, 12),
        ("1 1", 1, 3),
        ("{a 1}", 1, 5),
    ],
)
def test_a_syntax_error_names_its_place(text: str, line: int, column: int) -> None:
    with pytest.raises(feel.FeelSyntaxError) as caught:
        evaluate(text, {})
    assert (caught.value.line, caught.value.column) == (line, column)
    assert caught.value.message and caught.value.sentence("en")


def test_a_diagnostic_says_what_and_where() -> None:
    value, notes = feel.diagnose('1 +\n "a"', {}, language="en")
    assert value is None
    assert notes == [
        {"code": "operand_types", "message": "«+» cannot be applied to number and string", "line": 1, "column": 3}
    ]
    assert feel.diagnose("khong_co", {})[1][0]["code"] == "unknown_name"
    assert feel.diagnose("khong_co(1)", {})[1][0]["code"] == "unknown_function"


@pytest.mark.parametrize(
    ("text", "value", "passes"),
    [
        ("-", None, True),
        ("< 5", 3, True),
        ("< 5", "a", False),
        ("1, 2", 2, True),
        ("not(1, 2)", 2, False),
        ("not(1, 2)", 3, True),
        ("[1..3]", 3, True),
        ("? > 1 and ? < 3", 2, True),
        ('"a"', "a", True),
        ("null", None, True),
        ("true", True, True),
        ("x", 4, True),
        ("list contains(l, ?)", 1, True),
        ("l", 1, True),
        ("[3..1]", None, False),
        ("< null", 1, False),
        ("not(null)", 1, True),
        ('starts with(?, "H")', "H31", True),
    ],
)
def test_unary_tests(text: str, value: Any, passes: bool) -> None:
    assert unary_test(text, value, {"x": 4, "l": [1, [2]]}) is passes


def test_values_beyond_python_compare_with_pythons() -> None:
    nanos = evaluate('@"2026-01-01T00:00:00.000000001"', {})
    assert isinstance(nanos, WideDateTime) and str(nanos) == "2026-01-01T00:00:00.000000001"
    assert datetime(2026, 1, 1) < nanos < datetime(2026, 1, 1, 0, 0, 1)  # noqa: DTZ001 - naive on purpose
    far = evaluate('date("99999-12-31")', {})
    assert isinstance(far, WideDate) and far > date.max and str(far) == "99999-12-31"
    assert str(evaluate('@"-2021-01-01"', {})) == "-2021-01-01"
    assert str(evaluate('time("10:00:00.123456789+01:00:30")', {})) == "10:00:00.123456789+01:00:30"
    assert str(YearsMonths(14)) == "P1Y2M" and YearsMonths(-14) < YearsMonths(0)
    assert evaluate('x + @"P1M"', {"x": far}) == WideDate(100000, 1, 31)


def test_the_clock_is_the_callers() -> None:
    clock = datetime(2026, 2, 14, 15, 20, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
    compiled = feel.compile("[now(), today()]")
    assert compiled.evaluate({}, lambda: clock) == [clock, clock.date()]


def test_names_that_an_expression_reads() -> None:
    assert feel.names("a.b + sum(c) + (for d in e return d) + {f: 1, g: f}.g") == {"a", "c", "e"}


def test_json_keeps_every_digit() -> None:
    value = evaluate('{a: 1/3, b: [1, 2.50, 1e3], c: @"P1D", "d\\"": null, e: [1..2]}', {})
    assert feel.dumps(value) == (
        '{"a": 0.3333333333333333333333333333333333, "b": [1, 2.5, 1000], "c": "P1D", "d\\"": null, "e": "[1..2]"}'
    )


def test_a_context_is_only_asked_for_what_is_read() -> None:
    class Lazy(dict[str, Any]):
        asked: list[str] = []

        def get(self, key: str, default: Any = None) -> Any:
            self.asked.append(key)
            return super().get(key, default)

    data = Lazy(a=1, b=2)
    assert feel.compile("a > 0").evaluate(data) is True
    assert data.asked and set(data.asked) == {"a"}
