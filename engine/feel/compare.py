"""Equality, order and `in`, in three-valued logic (DMN 10.3.2.15, 10.3.2.9.1): None is neither true nor false."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from engine.feel.bounds import Run
from engine.feel.civil import SECOND
from engine.feel.functions import Function
from engine.feel.ranges import Range
from engine.feel.temporal import (
    Moment,
    Time,
    WideDate,
    WideDateTime,
    WideDuration,
    WideTime,
    YearsMonths,
    fraction_of,
    instant_of,
    local_nanos,
    nanos_of,
    offset_of,
    time_nanos,
)

KINDS: dict[type, str] = {
    Decimal: "number",
    str: "string",
    bool: "boolean",
    type(None): "null",
    list: "list",
    dict: "context",
    date: "date",
    WideDate: "date",
    time: "time",
    WideTime: "time",
    datetime: "date and time",
    WideDateTime: "date and time",
    timedelta: "days and time duration",
    WideDuration: "days and time duration",
    YearsMonths: "years and months duration",
    Range: "range",
}


def kind_of(value: Any) -> str:
    """The name of the value's type, as FEEL writes it."""
    kind = KINDS.get(type(value))
    if kind is None:
        kind = "function" if isinstance(value, Function) else "unknown"
    return kind


def same_moment(left: Moment, right: Moment) -> bool:
    """Equality of dates with times: the same instant to the second (DMN table 53: fractions do not count)."""
    if (left.tzinfo is None) != (right.tzinfo is None):
        return False
    return instant_of(left) // SECOND == instant_of(right) // SECOND


def same_time(left: Time, right: Time) -> bool:
    """Equality of times: to the second; where there is a zone without an offset, from the zone."""
    if (left.tzinfo is None) != (right.tzinfo is None):
        return False
    first, second = offset_of(left), offset_of(right)
    if left.tzinfo is not None and (first is None or second is None):
        zone = str(left.tzinfo) == str(right.tzinfo)
        return zone and time_nanos(left) // SECOND == time_nanos(right) // SECOND
    if first != second:
        here = time_nanos(left) // SECOND - (first or 0)
        return here == time_nanos(right) // SECOND - (second or 0)
    return time_nanos(left) // SECOND == time_nanos(right) // SECOND


def equal(left: Any, right: Any, run: Run) -> bool | None:
    """``=``: None where the types differ, though null may be compared with everything."""
    if left is None or right is None:
        return left is right
    kind = kind_of(left)
    if kind != kind_of(right):
        return None
    if kind == "list":
        return _equal_lists(left, right, run)
    if kind == "context":
        return _equal_contexts(left, right, run)
    if kind == "date and time":
        return same_moment(left, right)
    if kind == "time":
        return same_time(left, right)
    if kind == "range":
        return _equal_ranges(left, right, run)
    if kind == "function":
        return left is right
    weigh(left, run)
    return bool(left == right)


def _equal_lists(left: list[Any], right: list[Any], run: Run) -> bool | None:
    if len(left) != len(right):
        return False
    run.charge(len(left) + 1)
    result: bool | None = True
    for one, other in zip(left, right, strict=True):
        same = equal(one, other, run)
        if same is False:
            return False
        if same is None:
            result = None
    return result


def _equal_contexts(left: dict[str, Any], right: dict[str, Any], run: Run) -> bool | None:
    if left.keys() != right.keys():
        return False
    run.charge(len(left) + 1)
    result: bool | None = True
    for key, one in left.items():
        same = equal(one, right[key], run)
        if same is False:
            return False
        if same is None:
            result = None
    return result


def _equal_ranges(left: Range, right: Range, run: Run) -> bool:
    if left.low_closed != right.low_closed or left.high_closed != right.high_closed:
        return False
    if left.operator != right.operator:
        return False
    return bool(equal(left.low, right.low, run)) and bool(equal(left.high, right.high, run))


def order(left: Any, right: Any) -> int | None:
    """-1, 0 or 1; None where the two cannot be ordered (DMN 10.3.2.15, table 54)."""
    kind = kind_of(left)
    if kind != kind_of(right):
        return None
    if kind in ("number", "string", "date", "years and months duration"):
        return int(left > right) - int(left < right)
    if kind == "days and time duration":
        first, second = nanos_of(left), nanos_of(right)
    elif kind == "date and time":
        # One without an offset takes the other's: the faces of the clocks are compared.
        clock = local_nanos if left.tzinfo is None or right.tzinfo is None else instant_of
        first, second = clock(left), clock(right)
    elif kind == "time":
        here, there = offset_of(left), offset_of(right)
        if here is None or there is None:
            here = there = 0
        first, second = time_nanos(left) - here * SECOND, time_nanos(right) - there * SECOND
    else:
        return None
    return (first > second) - (first < second)


def weigh(value: Any, run: Run) -> None:
    """Spend what comparing a long string costs: four thousand characters are a step."""
    if value.__class__ is str:
        run.charge(len(value) >> 12)


def compare(operator: str, left: Any, right: Any, run: Run) -> bool | None:
    """``=``, ``!=``, ``<``, ``<=``, ``>``, ``>=``."""
    if operator == "=":
        return equal(left, right, run)
    weigh(left, run)
    if operator == "!=":
        same = equal(left, right, run)
        return None if same is None else not same
    position = order(left, right)
    if position is None:
        return None
    if operator == "<":
        return position < 0
    if operator == "<=":
        return position <= 0 or (fractional(left, right) and bool(equal(left, right, run)))
    if operator == ">":
        return position > 0
    return position >= 0 or (fractional(left, right) and bool(equal(left, right, run)))


def fractional(left: Any, right: Any) -> bool:
    """Whether either has a fraction of a second, which `=` does not see and `<` does."""
    clocks = (time, datetime, WideTime, WideDateTime)
    return isinstance(left, clocks) and bool(fraction_of(left) or fraction_of(right))


def in_range(value: Any, bounds: Range, run: Run) -> bool | None:
    """Whether a value lies in a range."""
    if bounds.operator:
        return compare(bounds.operator, value, bounds.high if bounds.operator[0] == "<" else bounds.low, run)
    low = compare(">=" if bounds.low_closed else ">", value, bounds.low, run)
    high = compare("<=" if bounds.high_closed else "<", value, bounds.high, run)
    if low is False or high is False:
        return False
    return None if low is None or high is None else True


def member(value: Any, test: Any, run: Run) -> bool | None:
    """``value in test``: equal to it, inside the range, or matching an element of the list."""
    if type(test) is Range:
        if type(value) is Range:
            return equal(value, test, run)
        return in_range(value, test, run)
    if type(test) is list:
        run.charge(len(test) + 1)
        for element in test:
            if type(element) is Range and type(value) is not Range:
                if in_range(value, element, run):
                    return True
            elif equal(value, element, run):
                return True
        return bool(type(value) is list and equal(value, test, run))
    return equal(value, test, run)
