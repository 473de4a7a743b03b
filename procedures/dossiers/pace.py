"""How a dossier stands to its term: one meaning of each word for lists, the board, pages and reports.

**Near** is what falls due within the next `settings.near` working hours, by the province's hours and holidays.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, true

from engine import calendar
from engine.calendar import classify
from engine.store import Tx
from procedures import settings, working_time
from procedures.store.days import day_of
from procedures.store.dossier import dossier, dossier_state
from procedures.vocabulary.progress import TOGETHER
from procedures.vocabulary.statuses import REFUSED, STILL, WITHDRAWN


@dataclass(frozen=True, slots=True)
class Clock:
    """The moment of looking, and the last one that is near it."""

    now: datetime
    near: datetime


def clock(tx: Tx) -> Clock:
    """The clock of this transaction."""
    said = settings.current(tx)
    hours = working_time.calendar_for(tx, said.province["code"])
    return Clock(tx.now, calendar.step_due(hours, tx.now, calendar.Term.of(str(said.near), "WORKING_HOUR")))


def of(row: Any, at: Clock) -> str:
    """early | on_time | late once finished; paused, over, near, open before; empty while not received."""
    if row.received_at is None or row.status in (REFUSED, WITHDRAWN):
        return ""
    if row.finished_at is not None:
        return classify(row.due, row.finished_at, at.now)
    if row.paused or row.status in STILL:
        return "paused"
    if row.due is None:
        return "open"
    if classify(row.due, None, at.now) == "late" or at.now > row.due:
        return "over"
    return "near" if row.due <= at.near else "open"


def holds(name: str, at: Clock) -> ColumnElement[bool]:
    """The same as a condition of a query."""
    state = dossier_state.c
    received = and_(dossier.c.received_at.is_not(None), state.status.not_in((REFUSED, WITHDRAWN)))
    standing = or_(state.paused, state.status.in_(STILL))
    running = and_(received, state.finished_at.is_(None), ~standing)
    conditions: dict[str, ColumnElement[bool]] = {
        "paused": and_(received, state.finished_at.is_(None), standing),
        "over": and_(running, state.due < at.now),
        "near": and_(running, state.due >= at.now, state.due <= at.near),
        "open": and_(running, or_(state.due.is_(None), state.due > at.near)),
        "late": and_(received, state.finished_at > day_of(dossier_state.c.due, 1)),
        "early": and_(received, state.finished_at < day_of(dossier_state.c.due, 0)),
        "on_time": and_(
            received,
            state.finished_at.is_not(None),
            or_(
                state.due.is_(None),
                and_(
                    state.finished_at >= day_of(dossier_state.c.due, 0),
                    state.finished_at <= day_of(dossier_state.c.due, 1),
                ),
            ),
        ),
    }
    if name in TOGETHER:
        return or_(*(conditions[one] for one in TOGETHER[name][1]))
    return conditions.get(name, true())
