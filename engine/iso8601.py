"""Dates, durations and repeating intervals of ISO 8601, as timers and due dates use them (BPMN table 10.97).

Text may be a literal of a model or what FEEL printed; a value may also be one of FEEL's. Dates without an offset are
+07:00.
"""

from __future__ import annotations

import math
import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

from engine import durations
from engine.durations import Duration

HOME = timezone(timedelta(hours=7))

_ZONED = re.compile(r"([^@\[]*)(?:@([A-Za-z_+\-0-9/]+)|\[([A-Za-z_+\-0-9/]+)\])$")
#: The number of a repeating interval, then what follows it: a start and a duration, a duration and an end, two dates,
#: or a duration alone. A date may name its zone, and a zone's name has slashes.
_REPEATED = re.compile(r"R(\d*)/(.+)")
_START_EVERY = re.compile(r"(.+)/(-?P[0-9T][^/]*)")
_EVERY_END = re.compile(r"(-?P[^/]+)/(.+)")
_START_END = re.compile(r"(.+)/(\d{4}-.+)")


class NoTime(ValueError):
    """A text or value that is no time of the kind that was asked for: what and why, for people."""

    def __init__(self, vi: str, en: str) -> None:
        super().__init__(en)
        self.vi = vi
        self.en = en


_BEYOND = ("kết quả vượt ra ngoài lịch", "the result lies outside the calendar")


def add(moment: datetime, duration: str) -> datetime:
    """A moment plus an ISO 8601 duration; months go to the same day or the month's last. Raises NoTime."""
    return plus(moment, _duration(duration))


def plus(moment: datetime, duration: Duration, times: int = 1) -> datetime:
    """A moment plus so many times a duration: its months first, at +07:00, then its days and time. Raises NoTime."""
    try:
        months = duration.whole_months() * times
        if months:
            local = moment.astimezone(HOME)
            total = local.year * 12 + local.month - 1 + months
            year, month = divmod(total, 12)
            moment = local.replace(year=year, month=month + 1, day=min(local.day, monthrange(year, month + 1)[1]))
        return moment + duration.length() * times
    except (OverflowError, ValueError):
        raise NoTime(*_BEYOND) from None


def _duration(text: str) -> Duration:
    found = durations.parse(text.strip())
    if found is None or not found.countable:
        raise NoTime(
            f"«{text[:80]}» không phải là khoảng thời gian ISO 8601, như P3D hay PT2H",
            f"'{text[:80]}' is not an ISO 8601 duration, like P3D or PT2H",
        )
    return found


def moment(value: Any) -> datetime:
    """A date, or date and time, as an aware moment in UTC; a date alone is its first minute. Raises NoTime."""
    if isinstance(value, datetime):
        found = value
    elif isinstance(value, date):
        found = datetime(value.year, value.month, value.day, tzinfo=HOME)
    else:
        text = str(value).strip()
        midnight = "T24:00" in text
        text = text.replace("T24:00", "T00:00")
        zoned = _ZONED.match(text)
        try:
            if zoned:
                found = datetime.fromisoformat(zoned[1]).replace(tzinfo=ZoneInfo(zoned[2] or zoned[3]))
            else:
                found = datetime.fromisoformat(text)
        except (ValueError, KeyError, OSError):
            raise NoTime(
                f"«{text[:80]}» không phải là ngày giờ ISO 8601, như 2026-03-02T10:00:00+07:00",
                f"'{text[:80]}' is not an ISO 8601 date and time, like 2026-03-02T10:00:00+07:00",
            ) from None
        found += timedelta(days=midnight)
    if found.tzinfo is None:
        found = found.replace(tzinfo=HOME)
    try:
        return found.astimezone(UTC)
    except OverflowError:
        raise NoTime("ngày nằm ngoài lịch", "the date lies outside the calendar") from None


def after(now: datetime, value: Any) -> datetime:
    """`now` plus a duration: text, a timedelta, or a duration of FEEL. Raises NoTime."""
    if isinstance(value, timedelta):
        try:
            return now + value
        except OverflowError:
            raise NoTime(*_BEYOND) from None
    return add(now, str(value)).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Cycle:
    """A repeating interval. `repeats` is how often it fires, -1 without end; `start` None: it begins when it is set."""

    repeats: int
    every: Duration
    start: datetime | None
    text: str  # of the interval alone

    def at(self, number: int) -> datetime:
        """The date that lies so many intervals after its start: each counted from the start, so that a monthly one
        from the 31st comes back to the 31st. Raises NoTime."""
        assert self.start is not None
        return plus(self.start, self.every, number).astimezone(UTC)

    def number(self, moment: datetime) -> int:
        """The first date of it that is not before that moment, as its number from the start."""
        assert self.start is not None
        step = (self.at(1) - self.at(0)).total_seconds()
        number = max(0, math.ceil((moment - self.start).total_seconds() / step))
        if self.every.calendar:  # months differ: what was divided is near it
            number = max(0, number - number // 10 - 2)
            while self.at(number) < moment:
                number += 1
        return number


def cycle(text: str, now: datetime) -> tuple[datetime, int, str]:
    """The first firing of ``R[n]/[start/]duration``, ``R[n]/duration/end`` or ``R[n]/start/end``, how many there are
    (-1: no end), and the text from which the later ones are told (`following`).

    Without a start the first firing is one interval from now; what lay before now is not made up for. Raises NoTime.
    """
    found = _cycle(text)
    if found.start is None:
        # Months are counted from the day on which it was set, which the text then has to say.
        kept = text if not found.every.calendar else f"R/{now.astimezone(HOME).isoformat()}/{found.text}"
        return plus(now, found.every).astimezone(UTC), found.repeats, kept
    if found.start >= now or found.repeats == 1:
        return found.at(0), found.repeats, text
    missed = found.number(now)
    if found.repeats > 0:
        missed = min(missed, found.repeats - 1)
        return found.at(missed), found.repeats - missed, text
    return found.at(missed), -1, text


def following(text: str, due: datetime) -> datetime:
    """The firing after the one that was due then; of one that was moved by hand the interval counts from there."""
    found = _cycle(text)
    if found.start is not None and due >= found.start:
        number = found.number(due)
        if found.at(number) == due:
            return found.at(number + 1)
    return plus(due, found.every).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Parts:
    """A repeating interval in its parts, as text: `every` with a start, an end or neither; or a start and an end."""

    number: str
    start: str | None
    every: str | None
    end: str | None


def split(text: str) -> Parts | None:
    """The parts of a repeating interval; None for anything else. What the parts are is not looked at."""
    repeated = _REPEATED.fullmatch(text.strip())
    if repeated is None:
        return None
    number, rest = repeated[1], repeated[2]
    if found := _START_EVERY.fullmatch(rest):
        return Parts(number, found[1], found[2], None)
    if found := _EVERY_END.fullmatch(rest):
        return Parts(number, None, found[1], found[2])
    if found := _START_END.fullmatch(rest):
        return Parts(number, found[1], None, found[2])
    return Parts(number, None, rest, None) if rest.startswith(("P", "-P")) else None


def _cycle(text: str) -> Cycle:
    parts = split(text)
    if parts is None:
        raise NoTime(
            f"«{text[:80]}» không phải là khoảng lặp ISO 8601, như R3/2026-03-02T10:00:00+07:00/P1D",
            f"'{text[:80]}' is not an ISO 8601 repeating interval, like R3/2026-03-02T10:00:00+07:00/P1D",
        )
    start = None if parts.start is None else moment(parts.start)
    end = None if parts.end is None else moment(parts.end)
    interval = parts.every
    if interval is None:
        assert start is not None and end is not None
        interval = f"{'-' if end < start else ''}PT{abs((end - start).total_seconds()):f}S"
    every = _duration(interval)
    if plus(datetime(2000, 1, 1, tzinfo=UTC), every) <= datetime(2000, 1, 1, tzinfo=UTC):
        raise NoTime(
            f"khoảng lặp của «{text[:80]}» không dài hơn không",
            f"the interval of '{text[:80]}' is not longer than nothing",
        )
    if parts.every is not None and end is not None:
        start = plus(end, every, -1)
    return Cycle(int(parts.number or -1) or 1, every, start, interval)
