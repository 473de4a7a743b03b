"""Working time and the legal clock: pure, exact, explained. The rules and their names: docs/reference/clock.md."""

from engine.calendar.contract import answer
from engine.calendar.deadline import Deadline, classify, compute, step_due
from engine.calendar.explain import Reason
from engine.calendar.terms import VIETNAM, ClockError, Pause, Term
from engine.calendar.working import DEFAULT_HOURS, Calendar, DayOff, WeekHours

Extension = Term  # an extension is a term counted from the due moment

__all__ = [
    "DEFAULT_HOURS",
    "VIETNAM",
    "Calendar",
    "ClockError",
    "DayOff",
    "Deadline",
    "Extension",
    "Pause",
    "Reason",
    "Term",
    "WeekHours",
    "answer",
    "classify",
    "compute",
    "step_due",
]
