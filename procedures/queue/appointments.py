"""Appointments: a time at a desk, made, moved and cancelled by the citizen, in the desk's own working hours."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import delete, func, select, update

from engine.calendar import VIETNAM
from engine.refusal import Refusal
from engine.store import Tx
from engine.store.joining import command, query
from procedures import agencies, officials, working_time
from procedures.store.queue import appointment

STEP = 30  # minutes of an appointment
AHEAD = 14  # days to come that can be booked
NOTICE = timedelta(hours=1)  # how long before its time one books, moves or cancels
MOST = 3  # that one citizen has open at once
KEPT = timedelta(days=30)
BOOKED, CANCELLED, CAME = "booked", "cancelled", "came"


@dataclass(frozen=True, slots=True)
class Appointment:
    """An appointment. code: what is typed at the ticket machine. procedure: what one comes for, or empty."""

    agency: str
    id: str
    citizen: str
    code: str
    procedure: str
    at: datetime
    state: str


@query
def places(tx: Tx) -> list[agencies.Agency]:
    """The agencies with a desk that somebody is at, by name."""
    manned = officials.manned(tx)
    return sorted((one for one in agencies.listing(tx) if ("mot_cua", one.code) in manned), key=lambda one: one.name)


@query
def free(tx: Tx, agency: str) -> list[tuple[date, Sequence[datetime]]]:
    """The times that can still be booked at a desk, by day, working days only: as many at once as half of the clerks
    there, one at least, so that who comes without an appointment is not left standing."""
    first = tx.now + NOTICE
    most = max(1, len(officials.officials_in(tx, f"mot_cua@{agency}")) // 2)
    rows = tx.read(
        select(appointment.c.at, func.count().label("n"))
        .where(appointment.c.agency == agency, appointment.c.at >= first, appointment.c.state == BOOKED)
        .group_by(appointment.c.at)
    )
    taken = {row.at.astimezone(VIETNAM): row.n for row in rows}
    found: list[tuple[date, Sequence[datetime]]] = []
    today = tx.now.astimezone(VIETNAM).date()
    for ahead in range(AHEAD + 1):
        day = today + timedelta(days=ahead)
        times = [at for at in _times(tx, agency, day) if at >= first and taken.get(at, 0) < most]
        if times:
            found.append((day, times))
    return found


def _times(tx: Tx, agency: str, day: date) -> list[datetime]:
    start = datetime.combine(day, time(), VIETNAM)
    sessions = working_time.calendar_for(tx, agency, day).sessions(day)
    return [
        start + timedelta(minutes=minute)
        for opens, closes in sessions
        for minute in range(opens, closes - STEP + 1, STEP)
    ]


@command
def book(tx: Tx, citizen: str, agency: str, at: datetime, procedure: str = "") -> str:
    """Books a time; the appointment's id. Refuses a time that is gone or none, and too many at once."""
    _lock(tx, agency)
    if agency not in {one.code for one in places(tx)}:
        raise Refusal("Chọn nơi bạn sẽ đến.", "Choose where you will come.", about="co_quan")
    if len(coming(tx, citizen)) >= MOST:
        raise Refusal(
            f"Bạn đang có {MOST} lịch hẹn. Hủy bớt một lịch trước khi đặt thêm.",
            f"You have {MOST} appointments. Cancel one before you make another.",
        )
    _require_free(tx, agency, at)
    id = tx.database.new_id()
    tx.execute(delete(appointment).where(appointment.c.agency == agency, appointment.c.at < tx.now - KEPT))
    tx.execute(
        appointment.insert().values(
            agency=agency,
            id=id,
            citizen=citizen,
            code=f"{secrets.randbelow(900_000) + 100_000}",
            procedure=procedure,
            at=at,
            state=BOOKED,
            made_at=tx.now,
        )
    )
    return id


@command
def move(tx: Tx, citizen: str, id: str, at: datetime) -> None:
    """Another time at the same desk. Refuses one that is gone, and an appointment that is too near or over."""
    found = _changeable(tx, citizen, id)
    _lock(tx, found.agency)
    if at != found.at:
        _require_free(tx, found.agency, at)
        tx.execute(update(appointment).where(_own(found)).values(at=at))


@command
def cancel(tx: Tx, citizen: str, id: str) -> None:
    """The time is free for others again. Refuses an appointment that is over."""
    found = get(tx, citizen, id)
    if found is None or found.state != BOOKED:
        raise Refusal("Lịch hẹn này không còn.", "This appointment is no more.")
    tx.execute(update(appointment).where(_own(found)).values(state=CANCELLED))


@query
def get(tx: Tx, citizen: str, id: str) -> Appointment | None:
    """An appointment of that citizen; of nobody else."""
    row = tx.read(select(appointment).where(appointment.c.id == id, appointment.c.citizen == citizen)).first()
    return _of(row) if row is not None else None


@query
def coming(tx: Tx, citizen: str) -> list[Appointment]:
    """What a citizen has booked from today on, the next first."""
    today = datetime.combine(tx.now.astimezone(VIETNAM).date(), time(), VIETNAM)
    rows = tx.read(
        select(appointment)
        .where(appointment.c.citizen == citizen, appointment.c.state == BOOKED, appointment.c.at >= today)
        .order_by(appointment.c.at)
    )
    return [_of(row) for row in rows]


@query
def of_day(tx: Tx, agency: str, day: date) -> list[Appointment]:
    """Whom a desk expects on a day, and who of them has come, by time."""
    start = datetime.combine(day, time(), VIETNAM)
    rows = tx.read(
        select(appointment)
        .where(
            appointment.c.agency == agency,
            appointment.c.at >= start,
            appointment.c.at < start + timedelta(days=1),
            appointment.c.state != CANCELLED,
        )
        .order_by(appointment.c.at, appointment.c.id)
    )
    return [_of(row) for row in rows]


def came(tx: Tx, agency: str, code: str) -> Appointment:
    """Whoever comes with that code is here. Refuses a code that is of no appointment of today at this desk."""
    today = tx.now.astimezone(VIETNAM).date()
    found = next((one for one in of_day(tx, agency, today) if one.code == code.strip() and one.state == BOOKED), None)
    if found is None:
        raise Refusal(
            "Mã này không phải lịch hẹn hôm nay tại đây, hoặc đã lấy số rồi. Lấy số thường ở nút bên cạnh.",
            "This is no appointment of today at this desk, or its ticket was taken. Take an ordinary ticket.",
            about="ma",
        )
    tx.execute(update(appointment).where(_own(found)).values(state=CAME))
    return found


def _changeable(tx: Tx, citizen: str, id: str) -> Appointment:
    found = get(tx, citizen, id)
    if found is None or found.state != BOOKED:
        raise Refusal("Lịch hẹn này không còn.", "This appointment is no more.")
    if found.at - tx.now < NOTICE:
        raise Refusal(
            "Lịch hẹn còn dưới một giờ nên không đổi được nữa; bạn vẫn hủy được.",
            "It is less than an hour away: it can be cancelled, but not moved.",
        )
    return found


def _require_free(tx: Tx, agency: str, at: datetime) -> None:
    if not any(at in times for _day, times in free(tx, agency)):
        raise Refusal(
            "Giờ này không còn trống. Chọn giờ khác.", "This time is no longer free. Choose another.", about="gio"
        )


def _lock(tx: Tx, agency: str) -> None:
    """Two who book at one desk at once book one after the other."""
    from procedures.queue.tickets import hold

    hold(tx, agency, tx.now.astimezone(VIETNAM).date())


def _own(one: Appointment) -> Any:
    return (appointment.c.agency == one.agency) & (appointment.c.id == one.id)


def _of(row: Any) -> Appointment:
    names = ("agency", "id", "citizen", "code", "procedure", "at", "state")
    said = {name: getattr(row, name) for name in names}
    return Appointment(**{**said, "at": said["at"].astimezone(VIETNAM)})
