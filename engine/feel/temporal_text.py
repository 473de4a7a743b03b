"""Reading temporal values from text: XML Schema's forms, with ``@Zone`` (DMN 10.3.2.3.4 to 10.3.2.3.8)."""

from __future__ import annotations

import re
from datetime import timedelta, timezone, tzinfo
from decimal import Context, Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from engine import durations
from engine.feel.civil import DAY, MAX_YEAR, SECOND, days_of, month_length
from engine.feel.temporal import (
    UTC,
    Date,
    DayDuration,
    Moment,
    Time,
    YearsMonths,
    make_date,
    make_duration,
    make_moment,
    make_months,
    make_time,
)

_DATE = re.compile(r"(-?)([1-9][0-9]{4,8}|[0-9]{4})-([0-9]{2})-([0-9]{2})", re.ASCII)
#: XML Schema's dates may have a zone, which a date of FEEL has no place for.
_ZONE = re.compile(r"(?:Z|[+-][0-9]{2}:[0-9]{2})\Z", re.ASCII)
_TIME = re.compile(
    r"([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,60}))?"
    r"(?:(Z)|([+-])([0-9]{2}):([0-9]{2})(?::([0-9]{2}))?|@([A-Za-z0-9_+\-/]{1,60}))?",
    re.ASCII,
)
_EXACT = Context(prec=100)
#: Offsets reach 18 hours either way.
MAX_OFFSET = 18 * 3600


@lru_cache(maxsize=1024)
def zone_named(name: str) -> ZoneInfo | None:
    """The zone of that name in the IANA database; None where there is none."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None


def zone_at(seconds: int) -> tzinfo | None:
    """The fixed offset of so many seconds; None beyond 18 hours."""
    if abs(seconds) > MAX_OFFSET:
        return None
    return timezone(timedelta(seconds=seconds)) if seconds else UTC


def parse_date(text: str) -> Date | None:
    """A date, or None; its zone is left out."""
    day, zone = _zoned(text)
    parts = _date_parts(_DATE.fullmatch(day))
    return make_date(*parts) if parts and (not zone or parse_time(f"00:00:00{zone}")) else None


def _zoned(text: str) -> tuple[str, str]:
    """A date and what follows it as its zone."""
    match = _ZONE.search(text, 8)
    return (text[: match.start()], match[0]) if match else (text, "")


def _date_parts(match: re.Match[str] | None) -> tuple[int, int, int] | None:
    if match is None:
        return None
    year = int(match[2]) * (-1 if match[1] else 1)
    month, day = int(match[3]), int(match[4])
    if abs(year) > MAX_YEAR or not 1 <= month <= 12 or not 1 <= day <= month_length(year, month):
        return None
    return year, month, day


def _time_parts(match: re.Match[str] | None) -> tuple[int, tzinfo | None] | None:
    """Nanoseconds after midnight (a whole day for 24:00:00) and the zone."""
    if match is None:
        return None
    hour, minute, second = int(match[1]), int(match[2]), int(match[3])
    nanos = int((match[4] or "0").ljust(9, "0")[:9])
    if hour > 24 or minute > 59 or second > 59 or (hour == 24 and (minute or second or nanos)):
        return None
    zone: tzinfo | None = None
    if match[5]:
        zone = UTC
    elif match[6]:
        if int(match[8]) > 59 or int(match[9] or 0) > 59:
            return None
        seconds = int(match[7]) * 3600 + int(match[8]) * 60 + int(match[9] or 0)
        zone = zone_at(-seconds if match[6] == "-" else seconds)
    elif match[10]:
        zone = zone_named(match[10])
    if zone is None and (match[6] or match[10]):
        return None
    return (hour * 3600 + minute * 60 + second) * SECOND + nanos, zone


def parse_time(text: str) -> Time | None:
    """A time of day, or None."""
    parts = _time_parts(_TIME.fullmatch(text))
    return make_time(parts[0] % DAY, parts[1]) if parts else None


def parse_moment(text: str) -> Moment | None:
    """A date and time, or None; a date alone is its midnight, in its zone where it has one."""
    day, separator, clock = text.partition("T")
    if not separator:
        day, zone = _zoned(text)
        clock = f"00:00:00{zone}"
    date = _date_parts(_DATE.fullmatch(day))
    if date is None:
        return None
    parts = _time_parts(_TIME.fullmatch(clock))
    return make_moment(days_of(*date), parts[0], parts[1]) if parts else None


def parse_months(text: str) -> YearsMonths | None:
    """A years-and-months duration, or None."""
    found = durations.parse(text)
    if found is None or found.clock or not (_whole(found.years) and _whole(found.months)):
        return None
    return make_months(found.whole_months())


def parse_days(text: str) -> DayDuration | None:
    """A days-and-time duration, or None."""
    found = durations.parse(text)
    if found is None or found.calendar or found.weeks is not None or "," in text:
        return None
    if not (_whole(found.days) and _whole(found.hours) and _whole(found.minutes)):
        return None
    whole = int(found.days or 0) * 86_400 + int(found.hours or 0) * 3600 + int(found.minutes or 0) * 60
    nanos = whole * SECOND + int((found.seconds or Decimal()).scaleb(9, _EXACT))
    return make_duration(-nanos if found.negative else nanos)


def _whole(part: Decimal | None) -> bool:
    """Only seconds may have a fraction (XML Schema, part 2, 3.3.6)."""
    return part is None or part.as_tuple().exponent == 0


def parse_duration(text: str) -> DayDuration | YearsMonths | None:
    """A duration of either kind, or None."""
    months = parse_months(text)
    return parse_days(text) if months is None else months


def parse_literal(text: str) -> Date | Time | Moment | DayDuration | YearsMonths | None:
    """What ``@"…"`` denotes (DMN 10.3.1.2 rule 65), or None."""
    if len(text) > 200:
        return None
    if text.startswith(("P", "-P")):
        return parse_duration(text)
    if "T" in text.split("@")[0]:
        return parse_moment(text)
    if text[2:3] == ":":
        return parse_time(text)
    return parse_date(text)
