"""Arithmetic of other values than two numbers: text, dates, times, durations (DMN 10.3.2.15, tables 56 to 59)."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal, DivisionByZero, InvalidOperation, Overflow
from typing import Any
from zoneinfo import ZoneInfo

from engine.feel.bounds import Place, Run
from engine.feel.civil import DAY, SECOND, date_of, days_of, month_length
from engine.feel.compare import kind_of
from engine.feel.numbers import ADD, DECIMAL128, DIVIDE, EXACT, MULTIPLY, PLUS, SUBTRACT
from engine.feel.temporal import (
    UTC,
    Date,
    DayDuration,
    Moment,
    WideDuration,
    YearsMonths,
    instant_of,
    local_nanos,
    make_date,
    make_duration,
    make_moment,
    make_months,
    make_time,
    nanos_of,
    offset_of,
    time_nanos,
    zone_offset,
)

_NUMBER_OPERATIONS = {"+": ADD, "-": SUBTRACT, "*": MULTIPLY, "/": DIVIDE, "**": DECIMAL128.power}
#: Exponents reach so far either way (DMN table 60).
MAX_EXPONENT = 999_999_999
_DURATION = "days and time duration"
_MONTHS = "years and months duration"
_MOMENT = "date and time"


def apply(operator: str, left: Any, right: Any, run: Run, place: Place) -> Any:
    """The value of an arithmetic operation; null with a diagnostic where there is none."""
    if type(left) is Decimal and type(right) is Decimal:
        return _numbers(operator, left, right, run, place)
    first, second = kind_of(left), kind_of(right)
    if operator == "+" and first == second == "string":
        run.charge_text(len(left) + len(right))
        return left + right
    run.charge(4)
    found, value = _temporal(operator, left, right, first, second, run)
    if not found:
        run.note("operand_types", (operator, first, second), place)
    elif value is None:
        by_zero = operator == "/" and not (right if type(right) is Decimal else _magnitude(right))
        run.note("division_by_zero" if by_zero else "date_range", (), place)
    return value


def _numbers(operator: str, left: Decimal, right: Decimal, run: Run, place: Place) -> Decimal | None:
    try:
        if operator == "**":
            # A power with a fraction costs as much as a hundred additions.
            run.charge(4 if abs(right) < 1000 and right == right.to_integral_value() else 150)
            if abs(right) > MAX_EXPONENT:
                raise Overflow
            if not left:
                return _power_of_zero(right)
        return PLUS(_NUMBER_OPERATIONS[operator](left, right))
    except DivisionByZero:
        run.note("division_by_zero", (), place)
    except (Overflow, InvalidOperation):
        run.note("division_by_zero" if operator == "/" and not right else "number_range", (), place)
    return None


def _power_of_zero(exponent: Decimal) -> Decimal:
    if exponent < 0:
        raise DivisionByZero
    return Decimal(0) if exponent else Decimal(1)


def _temporal(operator: str, left: Any, right: Any, first: str, second: str, run: Run) -> tuple[bool, Any]:
    """Whether the operation exists for these kinds, and its value."""
    if operator == "+":
        if first in (_DURATION, _MONTHS) and second not in (_DURATION, _MONTHS):
            left, right, first, second = right, left, second, first
        return _shift(left, right, first, second, 1, run)
    if operator == "-":
        found, value = _difference(left, right, first, second)
        return (found, value) if found else _shift(left, right, first, second, -1, run)
    if operator == "*":
        if first == "number":
            left, right, first, second = right, left, second, first
        if second == "number" and first in (_DURATION, _MONTHS):
            return True, _scaled(left, right, False)
    if operator == "/":
        if second == "number" and first in (_DURATION, _MONTHS):
            return True, (_scaled(left, right, True) if right else None)
        if first == second and first in (_DURATION, _MONTHS):
            return True, _ratio(_magnitude(left), _magnitude(right))
    return False, None


def _magnitude(duration: DayDuration | YearsMonths) -> int:
    return duration.months if isinstance(duration, YearsMonths) else nanos_of(duration)


def _ratio(left: int, right: int) -> Decimal | None:
    return DIVIDE(Decimal(left), Decimal(right)) if right else None


def _scaled(duration: DayDuration | YearsMonths, factor: Decimal, divide: bool) -> DayDuration | YearsMonths | None:
    size = Decimal(_magnitude(duration))
    try:
        exact = EXACT.divide(size, factor) if divide else EXACT.multiply(size, factor)
    except (Overflow, InvalidOperation, DivisionByZero):
        return None
    if exact.adjusted() > 40:
        return None
    whole = int(exact)
    return make_months(whole) if isinstance(duration, YearsMonths) else make_duration(whole)


def _shift(left: Any, right: Any, first: str, second: str, sign: int, run: Run) -> tuple[bool, Any]:
    """A temporal value moved by a duration."""
    if second == _MONTHS:
        months = sign * right.months
        if first == _MONTHS:
            return True, make_months(left.months + months)
        if first == "date":
            parts = _month_shift(left, months)
            return True, make_date(*parts)
        if first == _MOMENT:
            parts = _month_shift(left, months)
            return True, make_moment(days_of(*parts), time_nanos(left), left.tzinfo)
    elif second == _DURATION:
        nanos = sign * nanos_of(right)
        if first == _DURATION:
            return True, make_duration(nanos_of(left) + nanos)
        if first == "date":
            return True, make_date(*date_of((days_of(left.year, left.month, left.day) * DAY + nanos) // DAY))
        if first == "time":
            return True, make_time((time_nanos(left) + nanos) % DAY, left.tzinfo)
        if first == _MOMENT:
            run.charge(16 if isinstance(left.tzinfo, ZoneInfo) else 4)
            return True, move(left, nanos)
    return False, None


def _month_shift(value: Date | Moment, months: int) -> tuple[int, int, int]:
    """Year, month and day after so many months, the day cut to the month's length."""
    year, month = divmod(value.year * 12 + value.month - 1 + months, 12)
    return year, month + 1, min(value.day, month_length(year, month + 1))


def move(value: Moment, nanos: int) -> Moment | None:
    """The date and time so many nanoseconds later; by instants where there is a zone."""
    if value.tzinfo is None or not isinstance(value.tzinfo, ZoneInfo):
        return make_moment(0, local_nanos(value) + nanos, value.tzinfo)
    instant = instant_of(value) + nanos
    offset = _offset_at(instant, value.tzinfo)
    moved = make_moment(0, instant + offset * SECOND, value.tzinfo)
    if isinstance(moved, datetime) and zone_offset(value.tzinfo, moved) != offset:
        return moved.replace(fold=1)
    return moved


def _offset_at(instant: int, zone: ZoneInfo) -> int:
    """Seconds ahead of UTC in a zone at an instant."""
    at = make_moment(0, instant, UTC)
    if isinstance(at, datetime) and 1 < at.year < 9999:
        offset = at.astimezone(zone).utcoffset()
        return 0 if offset is None else offset.days * 86_400 + offset.seconds
    return 0 if at is None else zone_offset(zone, at)


def _difference(left: Any, right: Any, first: str, second: str) -> tuple[bool, DayDuration | None]:
    """The time between two values."""
    if first == second == "date":
        days = days_of(left.year, left.month, left.day) - days_of(right.year, right.month, right.day)
        return True, make_duration(days * DAY)
    if first == second == "time":
        here, there = offset_of(left), offset_of(right)
        if (left.tzinfo is None) != (right.tzinfo is None):
            return False, None
        if (here is None or there is None) and str(left.tzinfo) != str(right.tzinfo):
            return False, None
        nanos = time_nanos(left) - time_nanos(right) - ((here or 0) - (there or 0)) * SECOND
        return True, make_duration(nanos)
    if {first, second} <= {"date", _MOMENT}:
        one = midnight(left) if first == "date" else left
        other = midnight(right) if second == "date" else right
        if one is None or other is None or (one.tzinfo is None) != (other.tzinfo is None):
            return False, None
        return True, make_duration(instant_of(one) - instant_of(other))
    return False, None


def midnight(day: Date) -> Moment | None:
    """The midnight in UTC that begins a date (DMN 10.3.2.3.6)."""
    return make_moment(days_of(day.year, day.month, day.day), 0, UTC)


def negate(value: Any, run: Run, place: Place) -> Any:
    """``-value``."""
    if type(value) is Decimal:
        return PLUS(-value) if value else value
    if isinstance(value, YearsMonths):
        return make_months(-value.months)
    if isinstance(value, timedelta | WideDuration):
        return make_duration(-nanos_of(value))
    run.note("operand_type", ("-", kind_of(value)), place)
    return None
