"""Tickets of a hall: numbers of a day, called to a counter, one after the other; each once, whoever calls at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any

from sqlalchemy import case, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from engine.calendar import VIETNAM
from engine.refusal import Refusal
from engine.store import Tx
from engine.store.joining import command, query
from procedures.actor import Actor
from procedures.queue import appointments
from procedures.rights.dossiers import require_desk
from procedures.store.queue import ticket, ticket_day

WAITING, CALLED, SERVED, MISSED = "waiting", "called", "served", "missed"
EARLY = timedelta(minutes=10)  # so long before its time an appointment may be called
SHOWN = 6  # last calls that a screen shows


@dataclass(frozen=True, slots=True)
class Ticket:
    """A number of a day. booked_for: the time of its appointment. calls: how often it was called."""

    number: int
    taken_at: datetime
    booked_for: datetime | None
    state: str
    counter: str
    calls: int
    called_at: datetime | None


@dataclass(frozen=True, slots=True)
class Hall:
    """How a hall stands. waiting: in the order in which they are called. called: the latest calls first. served,
    missed: of today. wait: the median of today's minutes between ticket and call; None before the first call."""

    waiting: tuple[Ticket, ...]
    called: tuple[Ticket, ...]
    served: int
    missed: int
    wait: int | None

    def at(self, counter: str) -> Ticket | None:
        """Who is at a counter now."""
        return next((one for one in self.called if one.counter == counter and one.state == CALLED), None)


@command
def take(tx: Tx, agency: str, code: str = "") -> Ticket:
    """The next number of today; with the code of an appointment, one that goes by its time. Refuses a wrong code, and
    a hall that nobody is at."""
    if agency not in {one.code for one in appointments.places(tx)}:
        raise Refusal("Nơi này không phát số.", "No tickets are given here.")
    day = _today(tx)
    number = hold(tx, agency, day, add=1)
    booked = appointments.came(tx, agency, code).at if code.strip() else None
    tx.execute(
        ticket.insert().values(
            agency=agency,
            day=day.isoformat(),
            number=number,
            taken_at=tx.now,
            booked_for=booked,
            state=WAITING,
            counter="",
            calls=0,
        )
    )
    return Ticket(number, tx.now, booked, WAITING, "", 0, None)


def hold(tx: Tx, agency: str, day: date, add: int = 0) -> int:
    """Takes the lock of a hall's day for this transaction; its last number, raised by so much."""
    insert = (sqlite.insert if tx.database.sqlite else postgresql.insert)(ticket_day)
    statement = (
        insert.values(agency=agency, day=day.isoformat(), last=add)
        .on_conflict_do_update(index_elements=["agency", "day"], set_={"last": ticket_day.c.last + add})
        .returning(ticket_day.c.last)
    )
    return int(tx.execute(statement).scalar_one())


@command
def call(tx: Tx, agency: str, counter: str, by: Actor) -> Ticket | None:
    """The next one to a counter, and whoever was there is served; None where nobody waits."""
    require_desk(tx, agency, by)
    counter = _counter(counter)
    day = _today(tx)
    hold(tx, agency, day)
    here = ticket.c.counter == counter
    tx.execute(
        update(ticket).where(_day(agency, day), here, ticket.c.state == CALLED).values(state=SERVED, ended_at=tx.now)
    )
    waiting = hall(tx, agency).waiting
    if not waiting:
        return None
    return _called(tx, agency, waiting[0].number, counter, by)


@command
def again(tx: Tx, agency: str, number: int, counter: str, by: Actor) -> Ticket:
    """Calls a number once more, or one that was missed and has come after all."""
    require_desk(tx, agency, by)
    hold(tx, agency, _today(tx))
    return _called(tx, agency, number, _counter(counter), by)


@command
def miss(tx: Tx, agency: str, number: int, by: Actor) -> None:
    """Who was called does not come."""
    require_desk(tx, agency, by)
    one = (ticket.c.number == number) & (ticket.c.state == CALLED)
    tx.execute(update(ticket).where(_day(agency, _today(tx)), one).values(state=MISSED, ended_at=tx.now))


def _counter(typed: str) -> str:
    counter = typed.strip()[:32]
    if not counter:
        raise Refusal("Cho biết bạn ngồi quầy số mấy.", "Say at which counter you are.", about="quay")
    return counter


def _called(tx: Tx, agency: str, number: int, counter: str, by: Actor) -> Ticket:
    row = tx.execute(
        update(ticket)
        .where(_day(agency, _today(tx)), ticket.c.number == number, ticket.c.state != SERVED)
        .values(
            state=CALLED, counter=counter, calls=ticket.c.calls + 1, called_at=tx.now, ended_at=None, who=by.username
        )
        .returning(ticket)
    ).first()
    if row is None:
        raise Refusal("Số này không còn chờ.", "This number no longer waits.")
    return _of(row)


@query
def hall(tx: Tx, agency: str) -> Hall:
    """How a hall stands today."""
    today = _day(agency, _today(tx))
    soon = tx.now + EARLY
    ready = case((ticket.c.booked_for <= soon, 0), (ticket.c.booked_for.is_(None), 1), else_=2)
    waiting = tx.read(
        select(ticket).where(today, ticket.c.state == WAITING).order_by(ready, ticket.c.booked_for, ticket.c.number)
    ).all()
    called = tx.read(
        select(ticket).where(today, ticket.c.called_at.is_not(None)).order_by(ticket.c.called_at.desc()).limit(200)
    ).all()
    states = tx.read(select(ticket.c.state, func.count().label("n")).where(today).group_by(ticket.c.state))
    counts: dict[str, int] = {row.state: row.n for row in states}
    minutes = [
        (row.called_at - max(row.taken_at, row.booked_for or row.taken_at)).total_seconds() / 60 for row in called
    ]
    return Hall(
        tuple(_of(row) for row in waiting),
        tuple(_of(row) for row in called),
        counts.get(SERVED, 0),
        counts.get(MISSED, 0),
        max(0, round(median(minutes))) if minutes else None,
    )


@query
def ahead(tx: Tx, agency: str, number: int) -> int | None:
    """How many are called before that number of today; None where it does not wait."""
    numbers = [one.number for one in hall(tx, agency).waiting]
    return numbers.index(number) if number in numbers else None


def _today(tx: Tx) -> date:
    return tx.now.astimezone(VIETNAM).date()


def _day(agency: str, day: date) -> Any:
    return (ticket.c.agency == agency) & (ticket.c.day == day.isoformat())


def _of(row: Any) -> Ticket:
    booked = row.booked_for.astimezone(VIETNAM) if row.booked_for is not None else None
    return Ticket(row.number, row.taken_at, booked, row.state, row.counter, row.calls, row.called_at)
