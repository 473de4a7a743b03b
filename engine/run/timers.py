"""Timers (10.5.5, table 10.97): a date, a duration or a cycle, made absolute when the token arrives.

Literals are ISO 8601; FEEL gives text or temporal values. Dates without an offset are +07:00.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

HOME = timezone(timedelta(hours=7))

_DURATION = re.compile(
    r"(?P<sign>-)?P(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<weeks>\d+(?:\.\d+)?)W)?(?:(?P<days>\d+(?:\.\d+)?)D)?"
    r"(?:T(?:(?P<hours>\d+(?:\.\d+)?)H)?(?:(?P<minutes>\d+(?:\.\d+)?)M)?(?:(?P<seconds>\d+(?:\.\d+)?)S)?)?$"
)
_ZONED = re.compile(r"([^@\[]*)(?:@([A-Za-z_+\-0-9/]+)|\[([A-Za-z_+\-0-9/]+)\])$")


def add(moment: datetime, duration: str) -> datetime:
    """A moment plus an ISO 8601 duration; months go to the same day or the month's last. Raises ValueError."""
    found = _DURATION.match(duration.strip().replace(",", "."))
    if not found or duration.strip() in ("P", "-P") or duration.strip().endswith("T"):
        raise ValueError(f"not an ISO 8601 duration: {duration[:80]}")
    parts = {name: float(text) for name, text in found.groupdict().items() if text and name != "sign"}
    sign = -1 if found["sign"] else 1
    months = int(sign * (parts.get("years", 0) * 12 + parts.get("months", 0)))
    try:
        if months:
            local = moment.astimezone(HOME)
            total = local.year * 12 + local.month - 1 + months
            year, month = divmod(total, 12)
            moment = local.replace(year=year, month=month + 1, day=min(local.day, monthrange(year, month + 1)[1]))
        return moment + sign * timedelta(
            weeks=parts.get("weeks", 0),
            days=parts.get("days", 0),
            hours=parts.get("hours", 0),
            minutes=parts.get("minutes", 0),
            seconds=parts.get("seconds", 0),
        )
    except (OverflowError, ValueError):
        raise ValueError(f"the duration leads out of the calendar: {duration[:80]}") from None


def moment(value: Any) -> datetime:
    """A date, or date and time, as an aware moment in UTC; a date alone is its first minute. Raises ValueError."""
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
                from zoneinfo import ZoneInfo

                found = datetime.fromisoformat(zoned[1]).replace(tzinfo=ZoneInfo(zoned[2] or zoned[3]))
            else:
                found = datetime.fromisoformat(text)
        except (ValueError, KeyError, OSError):
            raise ValueError(f"not an ISO 8601 date and time: {text[:80]}") from None
        found += timedelta(days=midnight)
    if found.tzinfo is None:
        found = found.replace(tzinfo=HOME)
    try:
        return found.astimezone(UTC)
    except OverflowError:
        raise ValueError("the date lies outside the calendar") from None


def after(now: datetime, value: Any) -> datetime:
    """`now` plus a duration: text, a timedelta, or a duration of FEEL. Raises ValueError."""
    if isinstance(value, timedelta):
        try:
            return now + value
        except OverflowError:
            raise ValueError("the duration leads out of the calendar") from None
    return add(now, str(value)).astimezone(UTC)


def cycle(text: str, now: datetime) -> tuple[datetime, int]:
    """The first firing of ``R[n]/[start/]duration`` or ``R[n]/start/end``, and how many there are (-1: no end).

    Without a start the first firing is one interval from now. Raises ValueError.
    """
    repeats, every, start = _cycle(text)
    first = moment(start) if start else after(now, every)
    if start and first < now and repeats != 1:
        first, repeats = _catch_up(first, every, repeats, now)
    return first, repeats


def following(text: str, due: datetime) -> datetime:
    """The firing after the one that was due then."""
    return after(due, _cycle(text)[1])


def _cycle(text: str) -> tuple[int, str, str | None]:
    parts = text.strip().split("/")
    if not re.fullmatch(r"R\d*", parts[0]) or len(parts) not in (2, 3):
        raise ValueError(f"not an ISO 8601 repeating interval: {text[:80]}")
    repeats = int(parts[0][1:]) if len(parts[0]) > 1 else -1
    repeats = 1 if repeats == 0 else repeats
    if len(parts) == 2:
        every, start = parts[1], None
    elif parts[1].startswith("P"):
        every = parts[1]
        start = add(moment(parts[2]), "-" + parts[1]).isoformat()
    elif parts[2].startswith("P"):
        every, start = parts[2], parts[1]
    else:
        every, start = f"PT{(moment(parts[2]) - moment(parts[1])).total_seconds():f}S", parts[1]
    origin = datetime(2000, 1, 1, tzinfo=UTC)
    if add(origin, every) <= origin:
        raise ValueError(f"the interval is not longer than nothing: {text[:80]}")
    return repeats, every, start


def _catch_up(first: datetime, every: str, repeats: int, now: datetime) -> tuple[datetime, int]:
    """The first firing of an interval that began in the past: those missed are not made up for."""
    step = after(first, every) - first
    missed = max(0, int((now - first) / step) - 1)
    if not re.search(r"[YM]", every.split("T")[0]):
        missed = missed if repeats < 0 else min(missed, repeats - 1)
        first += missed * step
        repeats = repeats if repeats < 0 else repeats - missed
    while first < now and repeats != 1:
        first = after(first, every)
        repeats -= repeats > 0
    return first, repeats
