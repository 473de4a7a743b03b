"""The temporal values: those of `datetime` where they can carry the value, classes of our own where not.

Our own classes compare with those of `datetime`: the two never denote the same value, as a value is only made wide
when Python's class cannot hold it (nanoseconds, years outside 1–9999, durations beyond `timedelta`).
"""

from __future__ import annotations

from datetime import MAXYEAR, MINYEAR, date, datetime, time, timedelta, timezone, tzinfo
from functools import total_ordering
from typing import Any
from zoneinfo import ZoneInfo

from engine.feel.civil import (
    DAY,
    MAX_DURATION,
    MAX_MONTHS,
    MAX_YEAR,
    SECOND,
    date_of,
    days_of,
    days_text,
    fraction_text,
    months_text,
    year_text,
)

UTC = timezone.utc  # noqa: UP017 - the class of the tzinfo, beside other fixed offsets


@total_ordering
class YearsMonths:
    """A years-and-months duration: a whole number of months. Prints as ISO 8601."""

    __slots__ = ("months",)
    months: int

    def __init__(self, months: int) -> None:
        self.months = months

    def __eq__(self, other: object) -> bool:
        return isinstance(other, YearsMonths) and self.months == other.months

    def __lt__(self, other: object) -> bool:
        return self.months < other.months if isinstance(other, YearsMonths) else NotImplemented

    def __hash__(self) -> int:
        return hash(("YearsMonths", self.months))

    def __str__(self) -> str:
        return months_text(self.months)

    def __repr__(self) -> str:
        return f"YearsMonths({self.months})"


class _Wide:
    """A value with a sort key, comparable with Python's class of the same kind."""

    __slots__ = ("key",)
    key: Any

    def _other(self, other: object) -> Any:
        raise NotImplementedError

    def __eq__(self, other: object) -> bool:
        key = self._other(other)
        return key is not None and bool(self.key == key)

    def __lt__(self, other: object) -> bool:
        key = self._other(other)
        return NotImplemented if key is None else bool(self.key < key)

    def __le__(self, other: object) -> bool:
        key = self._other(other)
        return NotImplemented if key is None else bool(self.key <= key)

    def __gt__(self, other: object) -> bool:
        key = self._other(other)
        return NotImplemented if key is None else bool(self.key > key)

    def __ge__(self, other: object) -> bool:
        key = self._other(other)
        return NotImplemented if key is None else bool(self.key >= key)

    def __hash__(self) -> int:
        return hash((type(self).__name__, self.key))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self)!r})"


class WideDuration(_Wide):
    """A days-and-time duration with nanoseconds, or longer than `timedelta` can hold."""

    __slots__ = ("nanos",)

    def __init__(self, nanos: int) -> None:
        self.nanos = nanos
        self.key = nanos

    def _other(self, other: object) -> Any:
        return nanos_of(other) if isinstance(other, timedelta | WideDuration) else None

    __hash__ = _Wide.__hash__

    def __str__(self) -> str:
        return days_text(self.nanos)


class WideDate(_Wide):
    """A date before year 1 or after year 9999."""

    __slots__ = ("day", "month", "year")

    def __init__(self, year: int, month: int, day: int) -> None:
        self.year, self.month, self.day = year, month, day
        self.key = (year, month, day)

    def _other(self, other: object) -> Any:
        if isinstance(other, WideDate) or (isinstance(other, date) and not isinstance(other, datetime)):
            return (other.year, other.month, other.day)
        return None

    __hash__ = _Wide.__hash__

    def __str__(self) -> str:
        return f"{year_text(self.year)}-{self.month:02d}-{self.day:02d}"


class WideTime(_Wide):
    """A time of day with nanoseconds."""

    __slots__ = ("hour", "minute", "nanosecond", "second", "tzinfo")

    def __init__(self, hour: int, minute: int, second: int, nanosecond: int, zone: tzinfo | None = None) -> None:
        self.hour, self.minute, self.second, self.nanosecond = hour, minute, second, nanosecond
        self.tzinfo = zone
        self.key = time_nanos(self) - (offset_of(self) or 0) * SECOND

    def _other(self, other: object) -> Any:
        if not isinstance(other, time | WideTime) or (other.tzinfo is None) != (self.tzinfo is None):
            return None
        return time_nanos(other) - (offset_of(other) or 0) * SECOND

    __hash__ = _Wide.__hash__

    def __str__(self) -> str:
        return time_text(self)


class WideDateTime(_Wide):
    """A date and time with nanoseconds, or outside the years 1–9999."""

    __slots__ = ("day", "hour", "minute", "month", "nanosecond", "second", "tzinfo", "year")

    def __init__(
        self,
        year: int,
        month: int,
        day: int,
        hour: int,
        minute: int,
        second: int,
        nanosecond: int,
        zone: tzinfo | None = None,
    ) -> None:
        self.year, self.month, self.day = year, month, day
        self.hour, self.minute, self.second, self.nanosecond = hour, minute, second, nanosecond
        self.tzinfo = zone
        self.key = instant_of(self)

    def _other(self, other: object) -> Any:
        if not isinstance(other, datetime | WideDateTime) or (other.tzinfo is None) != (self.tzinfo is None):
            return None
        return instant_of(other)

    __hash__ = _Wide.__hash__

    def __str__(self) -> str:
        return moment_text(self)


Date = date | WideDate
Time = time | WideTime
Moment = datetime | WideDateTime
DayDuration = timedelta | WideDuration


def nanos_of(duration: timedelta | WideDuration) -> int:
    """The nanoseconds of a days-and-time duration."""
    if isinstance(duration, WideDuration):
        return duration.nanos
    return ((duration.days * 86_400 + duration.seconds) * 1_000_000 + duration.microseconds) * 1000


def make_duration(nanos: int) -> DayDuration | None:
    """A days-and-time duration; None beyond the bound."""
    if abs(nanos) > MAX_DURATION:
        return None
    if nanos % 1000 == 0 and abs(nanos) < 999_999_999 * DAY:
        return timedelta(microseconds=nanos // 1000)
    return WideDuration(nanos)


def make_months(months: int) -> YearsMonths | None:
    """A years-and-months duration; None beyond the bound."""
    return YearsMonths(months) if abs(months) <= MAX_MONTHS else None


def make_date(year: int, month: int, day: int) -> Date | None:
    """A valid date whose parts are known to fit together; None beyond the years."""
    if MINYEAR <= year <= MAXYEAR:
        return date(year, month, day)
    return WideDate(year, month, day) if abs(year) <= MAX_YEAR else None


def make_time(nanos: int, zone: tzinfo | None) -> Time:
    """The time of day that is so many nanoseconds after midnight."""
    seconds, fraction = divmod(nanos, SECOND)
    minutes, second = divmod(seconds, 60)
    hour, minute = divmod(minutes, 60)
    if fraction % 1000:
        return WideTime(hour, minute, second, fraction, zone)
    return time(hour, minute, second, fraction // 1000, zone)


def make_moment(days: int, nanos: int, zone: tzinfo | None) -> Moment | None:
    """The date and time of a day's number and the nanoseconds after its midnight; None beyond the years."""
    more, nanos = divmod(nanos, DAY)
    year, month, day = date_of(days + more)
    seconds, fraction = divmod(nanos, SECOND)
    minutes, second = divmod(seconds, 60)
    hour, minute = divmod(minutes, 60)
    if MINYEAR <= year <= MAXYEAR and fraction % 1000 == 0:
        return datetime(year, month, day, hour, minute, second, fraction // 1000, zone)
    return WideDateTime(year, month, day, hour, minute, second, fraction, zone) if abs(year) <= MAX_YEAR else None


def fraction_of(value: time | datetime | WideTime | WideDateTime) -> int:
    """The nanoseconds after the second."""
    return value.nanosecond if isinstance(value, WideTime | WideDateTime) else value.microsecond * 1000


def time_nanos(value: time | datetime | WideTime | WideDateTime) -> int:
    """The nanoseconds after midnight on the clock's face."""
    return (value.hour * 3600 + value.minute * 60 + value.second) * SECOND + fraction_of(value)


def local_nanos(value: Moment) -> int:
    """The nanoseconds since the epoch on the clock's face."""
    return days_of(value.year, value.month, value.day) * DAY + time_nanos(value)


def zone_offset(zone: tzinfo, value: Moment) -> int:
    """The seconds that a zone is ahead of UTC at that local date and time. Years repeat every 400 outside Python's."""
    year = value.year if MINYEAR < value.year < MAXYEAR else 2000 + value.year % 400
    at = datetime(year, value.month, value.day, value.hour, value.minute, value.second)  # noqa: DTZ001 - local
    offset = at.replace(tzinfo=zone, fold=getattr(value, "fold", 0)).utcoffset()
    return 0 if offset is None else offset.days * 86_400 + offset.seconds


def offset_of(value: time | datetime | WideTime | WideDateTime) -> int | None:
    """Seconds ahead of UTC; None where there is no offset (a time with a zone has none)."""
    zone = value.tzinfo
    if zone is None:
        return None
    if isinstance(value, datetime | WideDateTime):
        return zone_offset(zone, value)
    offset = zone.utcoffset(None)
    return None if offset is None else offset.days * 86_400 + offset.seconds


def instant_of(value: Moment) -> int:
    """Nanoseconds since the epoch: of the instant where there is an offset, else on the clock's face."""
    return local_nanos(value) - (offset_of(value) or 0) * SECOND


def zone_text(zone: tzinfo | None) -> str:
    """``Z``, an offset or ``@Zone``, as it stands after a time."""
    if zone is None:
        return ""
    if isinstance(zone, ZoneInfo):
        return f"@{zone.key}"
    offset = zone.utcoffset(None)
    if offset is None:
        return ""
    seconds = offset.days * 86_400 + offset.seconds
    if seconds == 0:
        return "Z"
    sign = "-" if seconds < 0 else "+"
    minutes, second = divmod(abs(seconds), 60)
    return f"{sign}{minutes // 60:02d}:{minutes % 60:02d}" + (f":{second:02d}" if second else "")


def time_text(value: Time | Moment) -> str:
    """A time of day as ISO 8601, with its offset or zone."""
    face = f"{value.hour:02d}:{value.minute:02d}:{value.second:02d}{fraction_text(fraction_of(value))}"
    return face + zone_text(value.tzinfo)


def date_text(value: Date | Moment) -> str:
    """A date as ISO 8601."""
    return f"{year_text(value.year)}-{value.month:02d}-{value.day:02d}"


def moment_text(value: Moment) -> str:
    """A date and time as ISO 8601, with its offset or zone."""
    return f"{date_text(value)}T{time_text(value)}"


def temporal_text(value: object) -> str | None:
    """The ISO text of any temporal value; None for other values."""
    if isinstance(value, datetime | WideDateTime):
        return moment_text(value)
    if isinstance(value, date | WideDate):
        return date_text(value)
    if isinstance(value, time | WideTime):
        return time_text(value)
    if isinstance(value, timedelta | WideDuration):
        return days_text(nanos_of(value))
    return str(value) if isinstance(value, YearsMonths) else None
