"""The built-in functions of DMN 1.5 (10.3.4)."""

from __future__ import annotations

from typing import Any

import pytest

from engine.feel import dumps, evaluate
from engine.feel.builtins import BUILTINS

ALL = """date, date and time, time, number, string, duration, years and months duration, not, substring, string length,
upper case, lower case, substring before, substring after, replace, contains, starts with, ends with, matches, split,
string join, list contains, count, min, max, sum, mean, all, any, sublist, append, concatenate, insert before, remove,
list replace, reverse, index of, union, distinct values, flatten, product, median, stddev, mode, decimal, floor,
ceiling, round up, round down, round half up, round half down, abs, modulo, sqrt, log, exp, odd, even, is, before,
after, meets, met by, overlaps, overlaps before, overlaps after, finishes, finished by, includes, during, starts,
started by, coincides, day of year, day of week, month of year, week of year, sort, get value, get entries, context,
context put, context merge, now, today, range"""


def test_every_function_of_the_standard_is_there() -> None:
    assert {" ".join(name.split()) for name in ALL.split(",")} == set(BUILTINS)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('number("1 000,5", " ", ",")', "1000.5"),
        ("string(1.50)", '"1.5"'),
        ('string([1, "a", null])', '"[1, \\"a\\", null]"'),
        ('substring("xin chào", -4, 2)', '"ch"'),
        ('replace("0905123456", "(\\\\d{4})(\\\\d+)", "$1 $2")', '"0905 123456"'),
        ('matches("Hộ tịch", "^h", "i")', "true"),
        ('split("a;b", ";")', '["a", "b"]'),
        ('string join(["a", null, "b"], ", ")', '"a, b"'),
        ("sublist([1, 2, 3], -2, 1)", "[2]"),
        ("insert before([1, 3], 2, 2)", "[1, 2, 3]"),
        ("remove([1, 2], 3)", "null"),
        ("list replace([1, 2, 3], function(item, newItem) item > 1, 9)", "[1, 9, 9]"),
        ("union([1, 2], [2, 3])", "[1, 2, 3]"),
        ("flatten([[1, [2]], 3])", "[1, 2, 3]"),
        ('distinct values([1, 1.0, "1", null, null])', '[1, "1", null]'),
        ("median(8, 2, 5, 3)", "4"),
        ("stddev(2, 4, 7, 5)", "2.081665999466132735282297706979931"),
        ("mode([6, 3, 9, 6, 6, 3, 3])", "[3, 6]"),
        ("modulo(-12, 5)", "3"),
        ("decimal(2.5, 0)", "2"),
        ("round half up(-5.5, 0)", "-6"),
        ("floor(-1.56, 1)", "-1.6"),
        ("sqrt(-1)", "null"),
        ("sort([3, 1, 2], function(x, y) x > y)", "[3, 2, 1]"),
        ("get entries({a: 1})", '[{"key": "a", "value": 1}]'),
        ('context([{key: "a", value: 1}])', '{"a": 1}'),
        ('context put({a: {b: 1}}, ["a", "c"], 2)', '{"a": {"b": 1, "c": 2}}'),
        ("context merge([{a: 1}, {a: 2}])", '{"a": 2}'),
        ('day of week(@"2026-11-22")', '"Sunday"'),
        ('week of year(@"2021-01-01")', "53"),
        ('years and months duration(@"2011-12-22", @"2013-08-24")', '"P1Y8M"'),
        ("overlaps([1..3], [3..5])", "true"),
        ("during(2, [1..3))", "true"),
        ("before([1..3), 3)", "true"),
        ('range("[1..3)")', '"[1..3)"'),
        ('time(11, 59, 45, duration("PT7H"))', '"11:59:45+07:00"'),
        ('is(@"10:00:00Z", @"10:00:00+00:00")', "true"),
        ("sum()", "null"),
        ("max(1, null)", "null"),
        ("nonsense(1)", "null"),
        ('substring(string: "abc", start position: 2)', '"bc"'),
        ('matches("a", "(")', "null"),
        ('matches("aa", "(a)\\\\1")', "null"),
    ],
)
def test_functions(text: str, value: Any) -> None:
    assert dumps(evaluate(text, {})) == value
