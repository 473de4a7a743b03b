"""Conversion functions (DMN 10.3.4.1), `not` (10.3.4.2) and `is` (10.3.4.6)."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal
from typing import Any

from engine.feel.bounds import Run
from engine.feel.builtins.registry import Refused, builtin
from engine.feel.civil import SECOND, days_of, month_length
from engine.feel.compare import compare, equal, kind_of
from engine.feel.numbers import integer_part, parse_number
from engine.feel.ranges import Range
from engine.feel.temporal import (
    UTC,
    Date,
    Moment,
    Time,
    YearsMonths,
    fraction_of,
    local_nanos,
    make_date,
    make_moment,
    make_months,
    make_time,
    nanos_of,
    time_nanos,
    zone_text,
)
from engine.feel.temporal_text import parse_date, parse_duration, parse_moment, parse_time, zone_at
from engine.feel.text import text_of

_NUMBER = re.compile(r"-?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?", re.ASCII)


def given(value: Any) -> Any:
    """A value, refused where it is null."""
    if value is None:
        raise Refused
    return value


@builtin("date", "from: string")
def date_from_text(run: Run, text: str) -> Date:
    run.charge(20)
    run.charge_text(len(text))
    return given(parse_date(text))  # type: ignore[no-any-return]


@builtin("date", "from: date|date and time")
def date_from(run: Run, value: Any) -> Date:
    return given(make_date(value.year, value.month, value.day))  # type: ignore[no-any-return]


@builtin("date", "year: number, month: number, day: number")
def date_of_parts(run: Run, year: Decimal, month: Decimal, day: Decimal) -> Date:
    parts = [integer_part(part) for part in (year, month, day)]
    y, m, d = (given(part) for part in parts)
    if not 1 <= m <= 12 or abs(y) > 999_999_999 or not 1 <= d <= month_length(y, m):
        raise Refused
    return given(make_date(y, m, d))  # type: ignore[no-any-return]


@builtin("date and time", "from: string")
def moment_from_text(run: Run, text: str) -> Moment:
    run.charge(20)
    run.charge_text(len(text))
    return given(parse_moment(text))  # type: ignore[no-any-return]


@builtin("date and time", "from: date and time")
def moment_from(run: Run, value: Moment) -> Moment:
    return value


@builtin("date and time", "date: date|date and time, time: time")
def moment_of(run: Run, day: Any, clock: Time) -> Moment:
    moment = make_moment(days_of(day.year, day.month, day.day), time_nanos(clock), clock.tzinfo)
    return given(moment)  # type: ignore[no-any-return]


@builtin("date and time", "date: date and time, timezone: string")
def moment_in(run: Run, value: Moment, zone_name: str) -> Moment:
    """The same instant in another zone; a value without a zone is taken to be there."""
    run.charge(30)
    clock = given(parse_time(f"00:00:00@{zone_name}"))
    if value.tzinfo is None:
        return given(make_moment(0, local_nanos(value), clock.tzinfo))  # type: ignore[no-any-return]
    if not isinstance(value, datetime):
        raise Refused
    return value.astimezone(clock.tzinfo)


@builtin("time", "from: string")
def time_from_text(run: Run, text: str) -> Time:
    run.charge(20)
    run.charge_text(len(text))
    return given(parse_time(text))  # type: ignore[no-any-return]


@builtin("time", "from: time|date and time|date")
def time_from(run: Run, value: Any) -> Time:
    if kind_of(value) == "date":
        return make_time(0, UTC)
    return make_time(time_nanos(value), value.tzinfo)


@builtin("time", "hour: number, minute: number, second: number, offset?: days and time duration?")
def time_of_parts(run: Run, hour: Decimal, minute: Decimal, second: Decimal, offset: Any = None) -> Time:
    hours, minutes = given(integer_part(hour)), given(integer_part(minute))
    nanos = given(integer_part(second.scaleb(9) if abs(second) < 61 else None))
    if not (0 <= hours <= 23 and 0 <= minutes <= 59 and 0 <= nanos < 60 * SECOND):
        raise Refused
    zone = None
    if offset is not None:
        seconds, rest = divmod(nanos_of(offset), SECOND)
        zone = given(None if rest else zone_at(seconds))
    return make_time((hours * 3600 + minutes * 60) * SECOND + nanos, zone)


@builtin("number", "from: string, grouping separator?: string?, decimal separator?: string?")
def number_from(run: Run, text: str, grouping: str | None = None, point: str | None = None) -> Decimal:
    if grouping not in (None, " ", ",", ".") or point not in (None, ",", ".") or (grouping and grouping == point):
        raise Refused
    if grouping:
        text = text.replace(grouping, "")
    if point == ",":
        if "." in text:
            raise Refused
        text = text.replace(",", ".")
    run.charge_text(len(text))
    if not _NUMBER.fullmatch(text):
        raise Refused
    return given(parse_number(text))  # type: ignore[no-any-return]


@builtin("string", "from: any")
def string_from(run: Run, value: Any) -> str | None:
    return None if value is None else text_of(value, run)


@builtin("duration", "from: string")
def duration_from(run: Run, text: str) -> Any:
    run.charge(20)
    run.charge_text(len(text))
    return given(parse_duration(text))


@builtin("duration", "from: days and time duration|years and months duration")
def duration_itself(run: Run, value: Any) -> Any:
    return value


@builtin("years and months duration", "from: date|date and time, to: date|date and time")
def months_between(run: Run, start: Any, end: Any) -> YearsMonths:
    """Whole months from one date to the other, towards zero; the time of day does not count."""
    months = (end.year - start.year) * 12 + end.month - start.month
    if months > 0 and end.day < start.day:
        months -= 1
    elif months < 0 and end.day > start.day:
        months += 1
    return given(make_months(months))  # type: ignore[no-any-return]


@builtin("not", "negand: any")
def negation(run: Run, value: Any) -> bool | None:
    if value is True or value is False:
        return not value
    if type(value) is list and len(value) == 1 and type(value[0]) is bool:
        return not value[0]
    raise Refused


@builtin("is", "value1: any, value2: any")
def identical(run: Run, one: Any, other: Any) -> bool:
    """The same element of the domain: of times also the same zone and fraction."""
    kind = kind_of(one)
    if kind != kind_of(other):
        return False
    if kind in ("date and time", "time"):
        same = bool(equal(one, other, run)) and fraction_of(one) == fraction_of(other)
        return same and zone_text(one.tzinfo) == zone_text(other.tzinfo)
    return bool(equal(one, other, run))


@builtin("range", "from: string")
def range_from(run: Run, text: str) -> Range:
    """A range written as text, its ends literals: numbers, strings, temporal values or calls that make those."""
    from engine.feel.api import constant

    text = text.strip()
    run.charge(500)
    if len(text) > 1000 or len(text) < 4 or text[0] not in "[(]" or text[-1] not in "])[":
        raise Refused
    left, right = text[0] == "[", text[-1] == "]"
    low, dots, high = text[1:-1].partition("..")
    if not dots or ".." in high:
        raise Refused
    low, high = low.strip(), high.strip()
    first = constant(low) if low else None
    last = constant(high) if high else None
    if (first is None and (low not in ("", "null") or left)) or (last is None and (high not in ("", "null") or right)):
        raise Refused
    if first is None and last is None:
        raise Refused
    if first is not None and last is not None and not compare("<=", first, last, run):
        raise Refused
    return Range(first, last, left, right)
