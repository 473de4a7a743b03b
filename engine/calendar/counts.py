"""The counts of the clock: working days, calendar days, months, working minutes, each with the pauses taken out."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime, timedelta
from fractions import Fraction

from engine.calendar.explain import Reason, days_text, reason
from engine.calendar.terms import ClockError, Start, Term
from engine.calendar.working import FIRST_YEAR, LAST_YEAR, Calendar, next_day

Spans = tuple[tuple[datetime, datetime], ...]
HOURS_A_DAY = 8  # of a WORKING_DAY under the start policy working_hours
DAYS_AT_MOST = (LAST_YEAR - FIRST_YEAR + 1) * 366


class Count:
    """One count under one policy. `pauses` are in order and apart; `told` are those explained already."""

    def __init__(self, calendar: Calendar, policy: Start, pauses: Spans, told: set[datetime] | None = None) -> None:
        self.calendar = calendar
        self.policy = policy
        self.pauses = pauses
        self.told: set[datetime] = set() if told is None else told
        self.reasons: list[Reason] = []

    def term(self, start: datetime, term: Term) -> datetime:
        """The moment when the term that begins at `start` runs out."""
        if term.unit == "WORKING_HOUR":
            return self._minutes(start, term, term.value * 60)
        if term.unit == "WORKING_DAY" and self.policy == "working_hours":
            return self._minutes(start, term, term.value * HOURS_A_DAY * 60)
        if term.value > DAYS_AT_MOST:
            raise ClockError(
                "Thời hạn quá dài so với lịch nghỉ lễ đã biết.", "The term is longer than the known holidays reach."
            )
        self.reasons.append(reason("first_day_not_counted", start))
        if term.unit == "WORKING_DAY":
            due = self._working_days(start.date(), term)
        elif term.unit == "DAY":
            due = self._last_day(self._calendar_days(start.date(), term))
        else:
            due = self._last_day(self._months(start.date(), term))
        return self._out_of_pauses(due)

    def same_day(self, start: datetime, cutoff: int | None) -> datetime:
        """Closing time of the day of effective receipt; the next working day's from the cut-off on."""
        day = start.date()
        self.reasons.append(reason("same_day", start, self.calendar.closing(day)))
        if cutoff is not None and start.hour * 60 + start.minute >= cutoff:
            day = self.calendar.working_day_after(day)
            self.reasons.append(
                reason("cutoff", start, self.calendar.closing(day), cutoff=f"{cutoff // 60:02}:{cutoff % 60:02}")
            )
        for begin, end in self.pauses:
            if begin >= self.calendar.closing(day):
                break
            moved = sum(
                1 for d in _days(begin.date(), end.date()) if d >= start.date() and self.calendar.is_working_day(d)
            )
            if moved:
                self._tell_days(begin, end)
                for _ in range(moved):
                    day = self.calendar.working_day_after(day)
                self.reasons.append(reason("pause_moves", start, day, Term(Fraction(moved), "WORKING_DAY")))
        return self._out_of_pauses(self.calendar.closing(day))

    def _working_days(self, day0: date, term: Term) -> datetime:
        whole = term.value.numerator // term.value.denominator
        fraction = term.value - whole
        counted: list[date] = []
        day = day0
        while len(counted) < whole:
            day = self._counting_day(day)
            counted.append(day)
        if whole:
            self.reasons.append(
                reason(
                    "working_days",
                    day0,
                    self.calendar.closing(day),
                    Term(Fraction(whole), "WORKING_DAY"),
                    days=days_text(counted),
                )
            )
        if not fraction:
            return self.calendar.closing(day)
        day = self._counting_day(day)
        due = self.calendar.add_minutes(self.calendar.opening(day), fraction * self.calendar.working_minutes(day))
        self.reasons.append(reason("fraction_of_day", self.calendar.opening(day), due, Term(fraction, "WORKING_DAY")))
        return due

    def _counting_day(self, day: date) -> date:
        """The next working day that no pause takes out."""
        while True:
            day = self.calendar.working_day_after(day)
            if not self._paused(day):
                return day

    def _calendar_days(self, day0: date, term: Term) -> date:
        number = -(-term.value.numerator // term.value.denominator)
        if number != term.value:
            self.reasons.append(reason("fraction_rounded_up", day0, None, Term(Fraction(number), "DAY")))
        day = day0
        for _ in range(number):
            day = next_day(day)
            while self._paused(day):
                day = next_day(day)
        self.reasons.append(reason("calendar_days", day0, day, Term(Fraction(number), "DAY")))
        return day

    def _months(self, day0: date, term: Term) -> date:
        year, month = divmod(day0.year * 12 + day0.month - 1 + int(term.value), 12)
        if year > LAST_YEAR:
            raise ClockError(
                "Thời hạn quá dài so với lịch nghỉ lễ đã biết.", "The term is longer than the known holidays reach."
            )
        day = date(year, month + 1, min(day0.day, monthrange(year, month + 1)[1]))
        self.reasons.append(reason("months", day0, day, term))
        if day.day != day0.day:
            self.reasons.append(reason("month_end", day0, day))
        for begin, end in self.pauses:
            if begin >= self.calendar.closing(self.calendar.working_day_from(day)):
                break
            moved = (end.date() - max(begin.date(), day0)).days
            if moved > 0:
                self._tell_days(begin, end)
                day += timedelta(days=moved)
                self.reasons.append(reason("pause_moves", day0, day, Term(Fraction(moved), "DAY")))
        return day

    def _last_day(self, day: date) -> datetime:
        """Closing time of the last day; a day off gives way to the next working day."""
        last = self.calendar.working_day_from(day)
        if last != day:
            self.reasons.append(reason("last_day_off", day, last))
        due = self.calendar.closing(last)
        self.reasons.append(reason("closing_time", last, due))
        return due

    def _minutes(self, start: datetime, term: Term, minutes: Fraction) -> datetime:
        if minutes > DAYS_AT_MOST * 1440:
            raise ClockError(
                "Thời hạn quá dài so với lịch nghỉ lễ đã biết.", "The term is longer than the known holidays reach."
            )
        due = self.calendar.add_minutes(start, minutes, self.pauses)
        for begin, end in self.pauses:
            if begin < due and end > start and begin not in self.told:
                self.told.add(begin)
                within = self.calendar.minutes_between(max(begin, start), end)
                self.reasons.append(reason("pause_minutes", begin, end, minutes=_up(within)))
        self.reasons.append(reason("working_hours", start, due, term, minutes=_up(minutes)))
        if minutes.denominator != 1:
            self.reasons.append(reason("rounded_up", start, due))
        return due

    def _out_of_pauses(self, due: datetime) -> datetime:
        """A due moment inside a pause moves to closing time of the first working day after the pause."""
        for begin, end in self.pauses:
            if begin < due <= end:
                moved = self.calendar.closing(self.calendar.working_day_after(end.date()))
                self.reasons.append(reason("due_in_pause", due, moved))
                due = moved
        return due

    def _paused(self, day: date) -> bool:
        for begin, end in self.pauses:
            if begin.date() < day <= end.date():
                self._tell_days(begin, end)
                return True
        return False

    def _tell_days(self, begin: datetime, end: datetime) -> None:
        if begin not in self.told:
            self.told.add(begin)
            self.reasons.append(reason("pause_days", begin, end))


def _days(after: date, until: date) -> list[date]:
    """The days after one date, up to and with another."""
    return [after + timedelta(days=n) for n in range(1, (until - after).days + 1)]


def _up(minutes: Fraction) -> int:
    return -(-minutes.numerator // minutes.denominator)
