"""The law's count once more, as slowly and plainly as can be: minute after minute, day after day.

Nothing of `engine.calendar` is used here. It speaks the JSON of `motcua clock`; moments are whole minutes at +07:00.
"""

from __future__ import annotations

import math
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from functools import cache

import holidays

ZONE = timezone(timedelta(hours=7))
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
NAMES = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
OFFICE = {name: [["07:30", "11:30"], ["13:00", "17:00"]] for name in NAMES[:5]}


@cache
def year_off(year: int) -> tuple[frozenset[date], frozenset[date]]:
    found = holidays.country_holidays("VN", years=[year])
    return frozenset(found), frozenset(found.weekend_workdays)


WRITTEN_OUT: dict[tuple[str, date, str | None], list[datetime]] = {}


class Office:
    """The minutes in which an agency is open, written out."""

    def __init__(self, case: dict) -> None:
        self.hours = OFFICE if case.get("hours") is None else case["hours"]
        self.name = str(self.hours)
        self.special = case.get("overrides") or {}
        self.known: dict[date, list[datetime]] = {}

    def minutes(self, day: date) -> list[datetime]:
        if day not in self.known:
            key = (self.name, day, self.special.get(day.isoformat()))
            if key not in WRITTEN_OUT:
                WRITTEN_OUT[key] = self.write_out(day)
            self.known[day] = WRITTEN_OUT[key]
        return self.known[day]

    def write_out(self, day: date) -> list[datetime]:
        off, worked = year_off(day.year)
        special = self.special.get(day.isoformat())
        if special == "off":
            sessions = []
        elif special == "work" or day in worked:
            sessions = self.hours.get("mon", [])
        elif day in off:
            sessions = []
        else:
            sessions = self.hours.get(NAMES[day.weekday()], [])
        midnight = datetime(day.year, day.month, day.day, tzinfo=ZONE)
        found = []
        for number in range(1440):
            clock = f"{number // 60:02}:{number % 60:02}"
            if any(opens <= clock < closes for opens, closes in sessions):
                found.append(midnight + number * MINUTE)
        return found

    def works(self, day: date) -> bool:
        return len(self.minutes(day)) > 0

    def end(self, day: date) -> datetime:
        return self.minutes(day)[-1] + MINUTE

    def next_day(self, day: date) -> date:
        day += DAY
        while not self.works(day):
            day += DAY
        return day

    def receipt(self, moment: datetime) -> datetime:
        day = moment.date()
        while True:
            for minute in self.minutes(day):
                if minute >= moment:
                    return minute
            day += DAY


def due(case: dict) -> datetime | None:
    """The due moment of a case, None while a pause is open."""
    office = Office(case)
    received = at(case["received"])
    pauses = [
        [at(p["from"]), at(p["to"]) if p.get("to") else None, p.get("effect", "pause")]
        for p in case.get("pauses", [])
        if p.get("effect") != "none"
    ]
    if any(end is None for _, end, _ in pauses):
        return None
    for _, end, effect in pauses:
        if effect == "restart" and end > received:
            received = end
    stands = [[max(begin, received), end] for begin, end, _ in pauses if end > received]
    stands = joined(stands)
    start = office.receipt(received)
    value = Decimal(str(case["term"]["value"]))
    if value == 0:
        result = same_day(office, start, case.get("cutoff"), stands)
    else:
        result = count(office, start, value, case["term"]["unit"], case.get("start", "statutory"), stands)
    for extension in case.get("extensions", []):
        if Decimal(str(extension["value"])) != 0:
            result = count(
                office,
                result,
                Decimal(str(extension["value"])),
                extension["unit"],
                case.get("start", "statutory"),
                stands,
            )
    return result


def joined(stands: list) -> list:
    """Pauses that touch become one, two at a time until none do."""
    for one in stands:
        for other in stands:
            if one is not other and one[0] <= other[1] and other[0] <= one[1]:
                rest = [p for p in stands if p is not one and p is not other]
                return joined([*rest, [min(one[0], other[0]), max(one[1], other[1])]])
    return sorted(stands)


def count(office: Office, start: datetime, value: Decimal, unit: str, policy: str, stands: list) -> datetime:
    if unit == "WORKING_HOUR":
        return by_minutes(office, start, math.ceil(value * 60), stands)
    if unit == "WORKING_DAY" and policy == "working_hours":
        return by_minutes(office, start, math.ceil(value * 480), stands)
    standing = {day for begin, end in stands for day in days_after(begin.date(), end.date())}
    day = start.date()
    if unit == "WORKING_DAY":
        whole = int(value)
        for _ in range(whole):
            day = office.next_day(day)
            while day in standing:
                day = office.next_day(day)
        result = office.end(day) if whole else None
        if value != whole:
            day = office.next_day(day)
            while day in standing:
                day = office.next_day(day)
            minutes = office.minutes(day)
            result = minutes[math.ceil((value - whole) * len(minutes)) - 1] + MINUTE
    elif unit == "DAY":
        for _ in range(math.ceil(value)):
            day += DAY
            while day in standing:
                day += DAY
        result = last(office, day)
    else:
        day = months_on(day, int(value))
        for begin, end in stands:
            if begin < last(office, day):
                day += sum((DAY for d in days_after(begin.date(), end.date()) if d > start.date()), timedelta())
        result = last(office, day)
    return clear(office, result, stands)


def same_day(office: Office, start: datetime, cutoff: str | None, stands: list) -> datetime:
    day = start.date()
    if cutoff is not None and start.strftime("%H:%M") >= cutoff:
        day = office.next_day(day)
    for begin, end in stands:
        if begin < office.end(day):
            for d in days_after(begin.date(), end.date()):
                if d >= start.date() and office.works(d):
                    day = office.next_day(day)
    return clear(office, office.end(day), stands)


def by_minutes(office: Office, start: datetime, minutes: int, stands: list) -> datetime:
    day = start.date()
    while True:
        for minute in office.minutes(day):
            if minute >= start and not any(begin <= minute < end for begin, end in stands):
                minutes -= 1
                if minutes == 0:
                    return minute + MINUTE
        day += DAY


def last(office: Office, day: date) -> datetime:
    while not office.works(day):
        day += DAY
    return office.end(day)


def clear(office: Office, result: datetime, stands: list) -> datetime:
    for begin, end in stands:
        if begin < result <= end:
            return clear(office, office.end(office.next_day(end.date())), stands)
    return result


def months_on(day: date, months: int) -> date:
    year, month = day.year, day.month
    for _ in range(months):
        month += 1
        if month == 13:
            year, month = year + 1, 1
    number = day.day
    while True:
        try:
            return date(year, month, number)
        except ValueError:
            number -= 1


def days_after(first: date, until: date) -> list[date]:
    found = []
    while first < until:
        first += DAY
        found.append(first)
    return found


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(ZONE)
