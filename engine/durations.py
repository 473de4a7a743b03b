"""Durations of ISO 8601, read in one place: the timers, FEEL's literals, terms, reminders and plain words go by it.

What is allowed beyond the reading (weeks, fractions, months beside days) each of them decides.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import lru_cache

_NUMBER = r"([0-9]{1,18}(?:[.,][0-9]{1,60})?)"
_ISO = re.compile(
    rf"(-?)P(?:{_NUMBER}Y)?(?:{_NUMBER}M)?(?:{_NUMBER}W)?(?:{_NUMBER}D)?"
    rf"(?:T(?:{_NUMBER}H)?(?:{_NUMBER}M)?(?:{_NUMBER}S)?)?",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Duration:
    """A duration as it was written: each part is None where it was not given."""

    negative: bool
    years: Decimal | None
    months: Decimal | None
    weeks: Decimal | None
    days: Decimal | None
    hours: Decimal | None
    minutes: Decimal | None
    seconds: Decimal | None

    @property
    def calendar(self) -> bool:
        """Whether it has years or months, whose length hangs on where they begin."""
        return self.years is not None or self.months is not None

    @property
    def clock(self) -> bool:
        """Whether it has weeks, days or parts of a day."""
        return any(part is not None for part in (self.weeks, self.days, self.hours, self.minutes, self.seconds))

    @property
    def countable(self) -> bool:
        """Whether its years and months come to whole months: there is no day at half a month."""
        months = (self.years or 0) * 12 + (self.months or 0)
        return months == int(months)

    @property
    def some(self) -> bool:
        """Whether any of its parts is more than nothing."""
        parts = (self.years, self.months, self.weeks, self.days, self.hours, self.minutes, self.seconds)
        return any(parts)

    def whole_months(self) -> int:
        """Its years and months in months, with its sign. What is left of a month is cut off (`countable`)."""
        months = int((self.years or 0) * 12 + (self.months or 0))
        return -months if self.negative else months

    def length(self) -> timedelta:
        """Its weeks, days and time, with its sign. Raises OverflowError."""
        days = (self.weeks or Decimal()) * 7 + (self.days or Decimal())
        seconds = ((days * 24 + (self.hours or 0)) * 60 + (self.minutes or 0)) * 60 + (self.seconds or 0)
        found = timedelta(microseconds=int(seconds * 1_000_000))
        return -found if self.negative else found


@lru_cache(1_000)
def parse(text: str) -> Duration | None:
    """The duration that a text is (``P3D``, ``PT1.5H``, ``-P1Y2M``), or None. A comma is a point, as in ISO 8601."""
    match = _ISO.fullmatch(text)
    if match is None or text.endswith(("P", "T")):
        return None
    parts = [None if part is None else Decimal(part.replace(",", ".")) for part in match.groups()[1:]]
    return Duration(bool(match[1]), *parts)


def length(text: str) -> timedelta:
    """A duration of weeks, days and time, as a timedelta. Raises ValueError for anything else, also for years and
    months, which have no length of their own."""
    found = parse(text.strip())
    if found is None or found.calendar:
        raise ValueError(f"not an ISO 8601 duration of days and time: {text[:80]}")
    try:
        return found.length()
    except OverflowError:
        raise ValueError(f"the duration is too long: {text[:80]}") from None
