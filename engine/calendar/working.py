"""Working time of one agency: hours of the week, national holidays and swaps, overrides of the province.

Minutes are counted exactly (a Fraction carries what is less than a minute); sessions are half-open.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from functools import lru_cache
from typing import Literal

import holidays

from engine.calendar.terms import VIETNAM, ClockError

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAYS = dict(zip(WEEKDAYS, ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật"), strict=True))
FIRST_YEAR, LAST_YEAR = 1901, 2100  # what the holidays package knows of Vietnam
Override = Literal["off", "work"]
Session = tuple[int, int]  # minutes since midnight, [open, close)
WeekHours = Mapping[str, Sequence[Sequence[str]]]  # {"mon": [["07:30", "11:30"], …], …}; an absent day is closed

DEFAULT_HOURS: WeekHours = {day: [["07:30", "11:30"], ["13:00", "17:00"]] for day in WEEKDAYS[:5]}


@dataclass(frozen=True, slots=True)
class DayOff:
    """Why a date is off, or worked against its weekday: the national list, a swap, or an override."""

    day: date
    kind: Literal["holiday", "swap", "override"]
    works: bool
    vi: str
    en: str


@lru_cache(maxsize=256)
def national_days(year: int) -> tuple[Mapping[date, tuple[str, str]], frozenset[date]]:
    """Days off with their names (Vietnamese, English), and weekend days that the government has made working days."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ClockError(
            f"Năm {year} nằm ngoài lịch nghỉ lễ đã biết ({FIRST_YEAR}–{LAST_YEAR}).",
            f"The year {year} is outside the known holidays ({FIRST_YEAR}–{LAST_YEAR}).",
        )
    vi = holidays.country_holidays("VN", years=[year], language="vi")
    en = holidays.country_holidays("VN", years=[year], language="en_US")
    worked = frozenset(day for day in vi.weekend_workdays if day.year == year)
    return {day: (name, en.get(day) or name) for day, name in vi.items()}, worked


def parse_hours(hours: WeekHours) -> tuple[tuple[Session, ...], ...]:
    """The sessions of Monday to Sunday. Raises ClockError where a time is no time or sessions overlap."""
    for name in hours:
        if name not in WEEKDAYS:
            raise ClockError(
                f"Thứ trong tuần không rõ: {str(name)[:20]}; dùng {', '.join(WEEKDAYS)}.",
                f"Unknown day of the week: {str(name)[:20]}; use {', '.join(WEEKDAYS)}.",
            )
    return tuple(_sessions(name, hours.get(name) or ()) for name in WEEKDAYS)


def parse_time(text: object) -> int:
    """Minutes since midnight of "HH:MM". Raises ClockError."""
    try:
        if not isinstance(text, str) or len(text) != 5 or text[2] != ":":
            raise ValueError
        at = time.fromisoformat(text)
    except ValueError:
        raise ClockError(
            f"Giờ phải viết dạng HH:MM, như 07:30: {str(text)[:20]}.",
            f"A time of day is written HH:MM, like 07:30: {str(text)[:20]}.",
        ) from None
    return at.hour * 60 + at.minute


def _sessions(name: str, spans: Sequence[Sequence[str]]) -> tuple[Session, ...]:
    sessions: list[Session] = []
    if isinstance(spans, str) or not all(
        isinstance(s, Sequence) and not isinstance(s, str) and len(s) == 2 for s in spans
    ):
        raise ClockError(
            f"Giờ làm việc {DAYS[name]} phải là danh sách các cặp [mở, đóng].",
            f"The hours of {name} must be a list of pairs [open, close].",
        )
    for opens, closes in sorted((parse_time(a), parse_time(b)) for a, b in spans):
        if opens >= closes:
            raise ClockError(
                f"Giờ làm việc {DAYS[name]}: giờ đóng phải sau giờ mở.",
                f"The hours of {name}: closing must be after opening.",
            )
        if sessions and opens < sessions[-1][1]:
            raise ClockError(f"Giờ làm việc {DAYS[name]} chồng lên nhau.", f"The hours of {name} overlap.")
        if sessions and opens == sessions[-1][1]:
            sessions[-1] = (sessions[-1][0], closes)  # no pause between them: one session
        else:
            sessions.append((opens, closes))
    return tuple(sessions)


class Calendar:
    """Working time of an agency. `overrides` (date → off | work) win over the national days; a day worked by
    swap or override has Monday's hours. `changes` are later hours of the same agency, each from its date on."""

    def __init__(
        self,
        hours: WeekHours | None = None,
        overrides: Mapping[date, Override] | None = None,
        changes: Sequence[tuple[date, WeekHours]] = (),
    ) -> None:
        self._weeks = [(date.min, parse_hours(DEFAULT_HOURS if hours is None else hours))]
        self._weeks += [(since, parse_hours(week)) for since, week in sorted(changes, key=lambda change: change[0])]
        self.overrides = dict(overrides or {})
        self._cache: dict[date, tuple[Session, ...]] = {}
        if not any(any(week) for _, week in self._weeks):
            raise ClockError("Cơ quan không có giờ làm việc nào trong tuần.", "The agency has no working hours at all.")

    def day_off(self, day: date) -> DayOff | None:
        """Why the date does not follow its weekday; None where it does."""
        override = self.overrides.get(day)
        if override is not None:
            if override == "off":
                return DayOff(day, "override", False, "ngày nghỉ theo quyết định của tỉnh", "day off by decision")
            return DayOff(day, "override", True, "ngày làm việc theo quyết định của tỉnh", "working day by decision")
        off, worked = national_days(day.year)
        if day in worked:
            return DayOff(day, "swap", True, "ngày làm bù", "working day by swap")
        name = off.get(day)
        return DayOff(day, "holiday", False, *name) if name else None

    def sessions(self, day: date) -> tuple[Session, ...]:
        """The day's sessions in minutes since midnight; empty on a day off."""
        found = self._cache.get(day)
        if found is None:
            special = self.day_off(day)
            week = self._week(day)
            if special is None:
                found = week[day.weekday()]
            else:
                found = week[0] if special.works else ()
            self._cache[day] = found
        return found

    def special_days(self, first: date, last: date) -> list[DayOff]:
        """The dates in [first, last] that are off or worked against their weekday, where that makes a difference."""
        found = []
        while first <= last:
            special = self.day_off(first)
            if special is not None and self.sessions(first) != self._week(first)[first.weekday()]:
                found.append(special)
            first = next_day(first)
        return found

    def _week(self, day: date) -> tuple[tuple[Session, ...], ...]:
        return next(week for since, week in reversed(self._weeks) if since <= day)

    def is_working_day(self, day: date) -> bool:
        """Whether the agency opens on that date."""
        return bool(self.sessions(day))

    def working_minutes(self, day: date) -> int:
        """The day's own working minutes."""
        return sum(close - open_ for open_, close in self.sessions(day))

    def opening(self, day: date) -> datetime:
        """When a working day begins."""
        return _at(day, self.sessions(day)[0][0])

    def closing(self, day: date) -> datetime:
        """When a working day ends."""
        return _at(day, self.sessions(day)[-1][1])

    def working_day_after(self, day: date) -> date:
        """The first working day after the date. Raises ClockError past the last known year."""
        while True:
            day = next_day(day)
            if self.sessions(day):
                return day

    def working_day_from(self, day: date) -> date:
        """The date itself where it is a working day, else the first one after it."""
        return day if self.sessions(day) else self.working_day_after(day)

    def open_from(self, moment: datetime) -> datetime:
        """The moment itself where it lies in working time, else the next opening of a session."""
        return next(max(start, moment.astimezone(VIETNAM)) for start, end in self.spans(moment))

    def spans(self, moment: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Sessions that end after the moment, in order, without end (until the last known year: ClockError)."""
        local = moment.astimezone(VIETNAM)
        day = local.date()
        while True:
            for open_, close in self.sessions(day):
                if _at(day, close) > local:
                    yield _at(day, open_), _at(day, close)
            day = next_day(day)

    def minutes_between(self, start: datetime, end: datetime) -> Fraction:
        """Working minutes in [start, end), exact; negative where the end lies before the start."""
        if end < start:
            return -self.minutes_between(end, start)
        total = timedelta()
        for opens, closes in self.spans(start):
            if opens >= end:
                break
            total += min(closes, end) - max(opens, start)
        return minutes_of(total)

    def add_minutes(
        self, moment: datetime, minutes: Fraction | int, pauses: Sequence[tuple[datetime, datetime]] = ()
    ) -> datetime:
        """The moment when so many working minutes have gone by; a count that runs out at the end of a session
        ends there. Minutes in a pause [start, end) do not count. Rounded up to the whole minute."""
        left = Fraction(minutes)
        at = moment.astimezone(VIETNAM)
        if left <= 0:
            return at
        for opens, closes in self.spans(at):
            for start, end in _without(max(opens, at), closes, pauses):
                length = minutes_of(end - start)
                if left <= length:
                    return round_up(start, left)
                left -= length
        raise AssertionError("spans do not end")


def _at(day: date, minute: int) -> datetime:
    return datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=VIETNAM)


def _without(
    start: datetime, end: datetime, pauses: Sequence[tuple[datetime, datetime]]
) -> Iterator[tuple[datetime, datetime]]:
    """What of [start, end) lies in none of the pauses, which are in order and apart."""
    for pause_start, pause_end in pauses:
        if pause_end <= start or pause_start >= end:
            continue
        if pause_start > start:
            yield start, pause_start
        start = pause_end
        if start >= end:
            return
    yield start, end


def minutes_of(span: timedelta) -> Fraction:
    """A span in minutes, exact."""
    return Fraction(span // timedelta(microseconds=1), 60_000_000)


def round_up(start: datetime, minutes: Fraction) -> datetime:
    """`start` and so many minutes more, up to the whole minute."""
    exact = Fraction(start.second * 1_000_000 + start.microsecond, 60_000_000) + minutes
    whole = -(-exact.numerator // exact.denominator)
    return start.replace(second=0, microsecond=0) + timedelta(minutes=whole)


def next_day(day: date) -> date:
    """The date after; ClockError where the calendar ends."""
    if day.year > LAST_YEAR:
        national_days(day.year)
    return day + timedelta(days=1)
