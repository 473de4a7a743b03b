"""When agencies work: hours per agency and date, and the province's own days off and days worked.

Who keeps deadlines is told in the same transaction (`settings.Installation.calendar`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import orjson
from sqlalchemy import select

from engine import audit
from engine.calendar import DEFAULT_HOURS, VIETNAM, Calendar, ClockError, WeekHours
from engine.calendar.working import Override, parse_hours
from engine.refusal import Refusal
from engine.store import Tx
from engine.store.joining import command, query
from engine.store.tables import chain
from procedures import agencies, settings
from procedures.store.places import agency_hours, day_override

LOG = "administration/calendar"
WHAT: Mapping[Override, tuple[str, str]] = {"off": ("ngày nghỉ", "off"), "work": ("ngày làm việc", "worked")}
# Every change of agencies, hours and days is logged, so the heads of these two logs tell whether a calendar that is
# kept here still holds: one small query in place of three, in every process alike, and right after a roll-back, too.
_HEADS = select(chain.c.hash).where(chain.c.root_id.in_([LOG, agencies.LOG])).order_by(chain.c.root_id)


class Heads:
    """The heads as a transaction has read them."""

    def __init__(self) -> None:
        self.known: tuple[str, ...] | None = None


class Calendars(dict[tuple[str, date], tuple[tuple[str, ...], Calendar]]):
    """The calendars that are known of a database, by agency and day, each with the heads it was read at."""


@dataclass(frozen=True, slots=True)
class Hours:
    """An agency's hours from a day on; `agency` is whose they are, which may be one above."""

    agency: str
    since: date
    hours: WeekHours


@dataclass(frozen=True, slots=True)
class DayOverride:
    """A day that the province has made off or worked, with its basis."""

    day: date
    what: Override
    basis: str | None
    by: str | None
    at: datetime


@command
def set_hours(tx: Tx, agency: str, since: date, hours: WeekHours | None, *, by: str, reason: str = "") -> None:
    """The agency's hours from a day on; None takes that entry away. Raises Refusal for hours that are none."""
    if hours is not None:
        try:
            if not any(parse_hours(hours)):
                raise ClockError("Phải có ít nhất một phiên làm việc.", "There must be at least one session.")
        except ClockError as wrong:
            raise Refusal(wrong.vi, wrong.en) from wrong
    if agencies.get(tx, agency, max(since, agencies.today(tx))) is None:
        raise Refusal(f"Không có cơ quan {agency}.", f"There is no agency {agency}.")
    key = (agency_hours.c.agency == agency) & (agency_hours.c.since == since)
    before = tx.execute(select(agency_hours.c.hours).where(key)).scalar()
    tx.execute(agency_hours.delete().where(key))
    if hours is not None:
        tx.execute(agency_hours.insert().values(agency=agency, since=since, hours=dict(hours), by=by))
    audit.append(
        tx,
        LOG,
        "hours_set",
        by,
        {
            "agency": agency,
            "since": since.isoformat(),
            "before": before,
            "after": None if hours is None else dict(hours),
            "reason": reason,
        },
    )
    _tell(tx, agencies.subtree(tx, agency), since, reason or "hours")


@query
def hours_of(tx: Tx, agency: str, at: date | None = None) -> list[Hours]:
    """The entries that hold for the agency: its own, else of the nearest above that has some; in order."""
    for unit in agencies.ancestors(tx, agency, at):
        rows = tx.read(
            select(agency_hours).where(agency_hours.c.agency == unit.code).order_by(agency_hours.c.since)
        ).all()
        if rows:
            return [Hours(row.agency, row.since, row.hours) for row in rows]
    return []


@command
def set_override(
    tx: Tx,
    province: str,
    day: date,
    what: Override | None,
    *,
    basis: str = "",
    by: str,
    replace: bool = False,
) -> None:
    """Makes a day of the province off or worked; None gives it back to the national calendar.

    Refuses to take the place of what another act says of that day, unless it is meant to (`replace`)."""
    if what not in ("off", "work", None):
        raise Refusal("Ngày chỉ có thể là nghỉ (off) hoặc làm việc (work).", "A day is off or worked.", "what")
    if what is not None and not basis.strip():
        raise Refusal("Phải ghi căn cứ của ngày nghỉ hoặc ngày làm bù.", "Give the legal basis of the day.", "basis")
    top = _province(tx, province)
    key = (day_override.c.province == top) & (day_override.c.day == day)
    known = override_on(tx, top, day)
    if what is not None and known is not None and not replace and (known.what, known.basis) != (what, basis):
        raise Refusal(
            f"Ngày {day:%d/%m/%Y} đã được ghi là {WHAT[known.what][0]} theo {known.basis}. Xác nhận nếu muốn thay.",
            f"{day:%d/%m/%Y} is {WHAT[known.what][1]} already, by {known.basis}. Confirm that it is to be replaced.",
            "day",
        )
    before = known.what if known is not None else None
    tx.execute(day_override.delete().where(key))
    if what is not None:
        tx.execute(day_override.insert().values(province=top, day=day, what=what, basis=basis, by=by, at=tx.now))
    audit.append(
        tx,
        LOG,
        "day_overridden",
        by,
        {"province": top, "day": day.isoformat(), "before": before, "after": what, "basis": basis},
    )
    _tell(tx, agencies.subtree(tx, top), day, f"{day:%d/%m/%Y}: {basis}")


@query
def override_on(tx: Tx, province: str, day: date) -> DayOverride | None:
    """What the province has said of a day; None where the national calendar holds."""
    return next((one for one in overrides(tx, province, day.year) if one.day == day), None)


@query
def overrides(tx: Tx, province: str, year: int | None = None) -> list[DayOverride]:
    """The province's own days, in order."""
    rows = tx.read(select(day_override).where(day_override.c.province == province).order_by(day_override.c.day))
    return [
        DayOverride(row.day, row.what, row.basis, row.by, row.at)
        for row in rows
        if year is None or row.day.year == year
    ]


@query
def calendar_for(tx: Tx, agency: str, at: datetime | date | None = None) -> Calendar:
    """The working calendar of an agency that stands in the tree on that day (default: now).

    An agency that is no more, or that nobody knows, has the default hours and the national holidays.
    """
    day = (at.astimezone(VIETNAM).date() if isinstance(at, datetime) else at) or agencies.today(tx)
    heads = _heads(tx)
    known = tx.database.local(Calendars)
    found = known.get((agency, day))
    if found is None or found[0] != heads:
        if len(known) > 5000:
            known.clear()
        found = known[agency, day] = heads, _calendar_of(tx, agency, day)
    return found[1]


def _heads(tx: Tx) -> tuple[str, ...]:
    """Read once for all that a transaction which only reads asks: a list asks for each of its rows. One that writes may
    have changed them itself."""
    if tx.wrote:
        return tuple(tx.read(_HEADS).scalars())
    heads = tx.local(Heads)
    if heads.known is None:
        heads.known = tuple(tx.read(_HEADS).scalars())
    return heads.known


def working_days(tx: Tx, agency: str, since: date, count: int) -> list[date]:
    """So many working days of an agency after a day."""
    calendar, found = calendar_for(tx, agency, since), [since]
    while len(found) <= count:
        found.append(calendar.working_day_after(found[-1]))
    return found[1:]


def _calendar_of(tx: Tx, agency: str, day: date) -> Calendar:
    above = agencies.ancestors(tx, agency, day)
    entries = hours_of(tx, agency, day)
    days = overrides(tx, above[-1].code) if above else []
    return _calendar(
        orjson.dumps([[entry.since.isoformat(), dict(entry.hours)] for entry in entries], option=orjson.OPT_SORT_KEYS),
        tuple((one.day, one.what) for one in days),
    )


@lru_cache(maxsize=512)
def _calendar(hours: bytes, days: tuple[tuple[date, Override], ...]) -> Calendar:
    entries: list[tuple[date, Mapping[str, Any]]] = [
        (date.fromisoformat(since), week) for since, week in orjson.loads(hours)
    ]
    return Calendar(DEFAULT_HOURS, dict(days), entries)


def _province(tx: Tx, code: str) -> str:
    above = agencies.ancestors(tx, code)
    if not above:
        raise Refusal(f"Không có cơ quan {code}.", f"There is no agency {code}.")
    return above[-1].code


def _tell(tx: Tx, codes: frozenset[str], since: date, reason: str) -> None:
    for listener in settings.installation(tx).calendar:
        listener(tx, codes, since, reason)
