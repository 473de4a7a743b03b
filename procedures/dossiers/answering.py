"""When the desk has to answer what came in online: 8 working hours, by the hours of the agency that got it (domain §3).

The moment is counted when it is asked for, never kept: where holidays or opening hours change, so does the promise."""

from __future__ import annotations

from datetime import datetime

from engine import calendar
from engine.calendar import VIETNAM, Term
from engine.store import Tx
from engine.store.joining import query
from procedures import working_time
from procedures.dossiers.values import Waiting

#: How long the desk has, and how much of it is left when it is near.
HOURS, NEAR = Term.of("8", "WORKING_HOUR"), 120  # NEAR: working minutes


@query
def answer_by(tx: Tx, agency: str, since: datetime) -> datetime:
    """By when the desk of an agency answers what waits for it since that moment."""
    hours = working_time.calendar_for(tx, agency, since)
    return calendar.step_due(hours, since.astimezone(VIETNAM), HOURS)


@query
def waiting(tx: Tx, agency: str, since: datetime) -> Waiting:
    """The same, and how that stands now."""
    by = answer_by(tx, agency, since)
    left = working_time.calendar_for(tx, agency, tx.now).minutes_between(tx.now.astimezone(VIETNAM), by)
    return Waiting(by, "past" if tx.now > by else "near" if left <= NEAR else "open")
