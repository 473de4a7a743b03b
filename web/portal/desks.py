"""Where a procedure is handed in, when that desk is open, and how to get there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from urllib.parse import urlencode

from engine.calendar.working import DEFAULT_HOURS, WEEKDAYS
from engine.store import Tx
from procedures import agencies, bundles, dossiers, working_time
from web.i18n import pick

MAP = "https://www.openstreetmap.org/search?"
AHEAD = timedelta(days=30)  # how far days on which the desk is closed or open against the rule are told
NAMES = ("Thứ Hai", "Monday"), ("Thứ Ba", "Tuesday"), ("Thứ Tư", "Wednesday"), ("Thứ Năm", "Thursday"), \
    ("Thứ Sáu", "Friday"), ("Thứ Bảy", "Saturday"), ("Chủ nhật", "Sunday")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Desk:
    """`hours`: (days, sessions) of a week, sessions empty where closed. special: (date, why, worked) in the month to
    come."""

    code: str
    name: str
    address: str
    phone: str
    email: str
    map: str
    hours: tuple[tuple[str, str], ...]
    special: tuple[tuple[date, str, bool], ...]


def receiving(tx: Tx, procedure: bundles.Procedure) -> list[agencies.Agency]:
    """The agencies whose desk takes a procedure today, by name."""
    return [one for one in agencies.listing(tx) if dossiers.receives(tx, procedure, one.code)]


def desk(tx: Tx, unit: agencies.Agency, today: date) -> Desk:
    """An agency's desk as one finds it from that day on."""
    place = unit.address or unit.name
    special = working_time.calendar_for(tx, unit.code, today).special_days(today, today + AHEAD)
    return Desk(
        unit.code,
        unit.name,
        unit.address or "",
        unit.phone or "",
        unit.email or "",
        MAP + urlencode({"query": place}),
        _week(_in_force(tx, unit.code, today)),
        tuple((one.day, pick(one.vi, one.en), one.works) for one in special),
    )


def _in_force(tx: Tx, code: str, today: date) -> Mapping[str, Sequence[Sequence[str]]]:
    known = [one for one in working_time.hours_of(tx, code, today) if one.since <= today]
    return known[-1].hours if known else DEFAULT_HOURS


def _week(hours: Mapping[str, Sequence[Sequence[str]]]) -> tuple[tuple[str, str], ...]:
    """Days that follow each other with the same hours are told as one: ``Thứ Hai đến Thứ Sáu``."""
    days = [(pick(*name), _sessions(hours.get(key) or ())) for key, name in zip(WEEKDAYS, NAMES, strict=True)]
    told = []
    for sessions, group in groupby(days, key=lambda one: one[1]):
        names = [name for name, _ in group]
        told.append((_span(names), sessions))
    return tuple(told)


def _span(names: Sequence[str]) -> str:
    if len(names) < 3:
        return ", ".join(names)
    return pick(f"{names[0]} đến {names[-1]}", f"{names[0]} to {names[-1]}")


def _sessions(spans: Sequence[Sequence[str]]) -> str:
    return ", ".join(f"{opens}–{closes}" for opens, closes in spans)
