"""Properties of evaluation, on texts and values drawn at random."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import feel, values
from engine.feel.temporal import WideDate, WideDateTime, WideDuration, WideTime, YearsMonths, make_duration
from engine.feel.temporal_text import parse_literal
from engine.feel.text import text_of

WORDS = """1 0.5 a b null true false "x" + - * / ** ( ) [ ] { } , : . .. < > = != <= if then else for in return some
every satisfies and or not between instance of number function @"P1D" ? count sum date item ' // /* */ external"""
PIECES = st.sampled_from([*WORDS.split(), "\n"])
NUMBERS = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**15), max_value=10**15, places=3)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    NUMBERS,
    st.text(max_size=8),
    st.dates(),
    st.times(),
    st.datetimes(),
    st.timedeltas(),
    st.integers(-5000, 5000).map(YearsMonths),
    st.integers(10_000, 99_999).map(lambda year: WideDate(year, 2, 3)),
    st.integers(1, 999).map(lambda n: WideTime(1, 2, 3, n)),
    st.integers(1, 999).map(lambda n: WideDateTime(-44, 3, 15, 1, 2, 3, n)),
    st.integers(1, 999).map(WideDuration),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=400, deadline=None)
@given(st.lists(PIECES, max_size=25).map(" ".join))
def test_any_text_gives_a_value_or_an_error_of_feel(text: str) -> None:
    try:
        value, notes = feel.diagnose(text, {"a": 1, "b": [1, {"a": 2}]})
    except feel.FeelError as error:
        assert 1 <= len(error.message) <= 10_000 and error.line >= 1 and error.column >= 1
        return
    assert all(note["line"] >= 1 and note["column"] >= 1 and note["message"] for note in notes)
    feel.dumps(value)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=40))
def test_any_characters_give_a_value_or_an_error_of_feel(text: str) -> None:
    try:
        feel.evaluate(text, {})
        feel.unary_test(text, 1, {})
    except feel.FeelError as error:
        assert error.message


@settings(max_examples=200, deadline=None)
@given(VALUES)
def test_packing_loses_nothing(value: Any) -> None:
    packed = orjson.dumps(values.pack(value))
    assert values.unpack(orjson.loads(packed)) == value
    orjson.dumps(values.plain(value))


@settings(max_examples=150, deadline=None)
@given(NUMBERS, NUMBERS)
def test_arithmetic_is_that_of_decimals(a: Decimal, b: Decimal) -> None:
    data = {"a": a, "b": b}
    assert feel.evaluate("a + b - b = a", data) is True
    assert feel.evaluate("if b = 0 then true else modulo(a, b) = a - b * floor(a / b) or abs(a / b) > 1e30", data)
    assert feel.evaluate("(a < b) = (b > a) and (a <= b) = not(a > b)", data) is True


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.dates(), st.times(), st.datetimes(), st.timedeltas()))
def test_the_text_of_a_temporal_value_reads_back_as_itself(value: date | time | datetime | timedelta) -> None:
    assert parse_literal(text_of(value)) == value


@settings(max_examples=150, deadline=None)
@given(st.datetimes(min_value=datetime(1000, 1, 1), max_value=datetime(3000, 1, 1)), st.integers(-(10**17), 10**17))  # noqa: DTZ001
def test_a_date_moved_there_and_back_is_itself(moment: datetime, nanos: int) -> None:
    data = {"m": moment, "d": make_duration(nanos)}
    assert feel.evaluate("m + d - d", data) == moment
    assert feel.evaluate("(m + d) - m = d", data) is True


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(-50, 50), max_size=30))
def test_lists_are_sorted_and_made_distinct_as_python_does(numbers: list[int]) -> None:
    data = {"l": numbers}
    assert feel.evaluate("sort(l, function(a, b) a < b)", data) == sorted(numbers)
    assert feel.evaluate("distinct values(l)", data) == list(dict.fromkeys(numbers))
