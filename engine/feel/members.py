"""What stands after a point: entries of contexts, properties of temporal values and ranges (DMN tables 64 to 67)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from engine.feel.bounds import Place, Run
from engine.feel.civil import SECOND, days_of, weekday_of
from engine.feel.compare import kind_of
from engine.feel.ranges import Range
from engine.feel.temporal import fraction_of, make_duration, nanos_of, offset_of

MISSING: Any = object()


def member(value: Any, name: str, run: Run, place: Place) -> Any:
    """``value.name``; of a list the members of all its elements."""
    kind = type(value)
    if kind is dict:
        found = value.get(name, MISSING)
        if found is MISSING:
            run.note("no_member", (name, "context"), place)
            return None
        return found
    if kind is list:
        run.charge_list(len(value) + 1)
        return [member(element, name, run, place) for element in value]
    if value is None:
        run.note("no_member", (name, "null"), place)
        return None
    found = property_of(value, name)
    if found is MISSING:
        run.note("no_member", (name, kind_of(value)), place)
        return None
    return found


def property_of(value: Any, name: str) -> Any:
    """A property of a temporal value or a range; MISSING where it has none of that name."""
    if type(value) is Range:
        return _range_property(value, name)
    kind = kind_of(value)
    if kind in ("date", "date and time") and name in ("year", "month", "day"):
        return Decimal(getattr(value, name))
    if kind in ("date", "date and time") and name == "weekday":
        return Decimal(weekday_of(days_of(value.year, value.month, value.day)))
    if kind in ("time", "date and time"):
        return _clock_property(value, name)
    if kind == "years and months duration" and name in ("years", "months"):
        sign = -1 if value.months < 0 else 1
        years, months = divmod(abs(value.months), 12)
        return Decimal(sign * (years if name == "years" else months))
    if kind == "days and time duration" and name in ("days", "hours", "minutes", "seconds"):
        return _duration_property(nanos_of(value), name)
    return MISSING


def _range_property(value: Range, name: str) -> Any:
    if name == "start":
        return value.low
    if name == "end":
        return value.high
    if name == "start included":
        return value.low_closed
    return value.high_closed if name == "end included" else MISSING


def _clock_property(value: Any, name: str) -> Any:
    if name in ("hour", "minute"):
        return Decimal(getattr(value, name))
    if name == "second":
        return Decimal(value.second) + Decimal(fraction_of(value)).scaleb(-9).normalize()
    if name == "time offset":
        offset = offset_of(value)
        return None if offset is None else make_duration(offset * SECOND)
    if name == "timezone":
        return value.tzinfo.key if isinstance(value.tzinfo, ZoneInfo) else None
    return MISSING


def _duration_property(nanos: int, name: str) -> Decimal:
    sign = -1 if nanos < 0 else 1
    seconds, fraction = divmod(abs(nanos), SECOND)
    if name == "days":
        return Decimal(sign * (seconds // 86_400))
    if name == "hours":
        return Decimal(sign * (seconds // 3600 % 24))
    if name == "minutes":
        return Decimal(sign * (seconds // 60 % 60))
    return sign * (Decimal(seconds % 60) + Decimal(fraction).scaleb(-9).normalize())
