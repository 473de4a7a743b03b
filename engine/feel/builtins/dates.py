"""Temporal functions (DMN 10.3.4.8), `now` and `today`."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from engine.feel.bounds import Run
from engine.feel.builtins.registry import builtin
from engine.feel.civil import date_of, days_of, weekday_of
from engine.feel.scope import enter

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


@builtin("day of year", "date: date|date and time")
def day_of_year(run: Run, value: Any) -> Decimal:
    return Decimal(days_of(value.year, value.month, value.day) - days_of(value.year, 1, 1) + 1)


@builtin("day of week", "date: date|date and time")
def day_of_week(run: Run, value: Any) -> str:
    return DAYS[weekday_of(days_of(value.year, value.month, value.day)) - 1]


@builtin("month of year", "date: date|date and time")
def month_of_year(run: Run, value: Any) -> str:
    return MONTHS[value.month - 1]


@builtin("week of year", "date: date|date and time")
def week_of_year(run: Run, value: Any) -> Decimal:
    """The week of ISO 8601: the one with the year's first Thursday is 1."""
    days = days_of(value.year, value.month, value.day)
    thursday = days - weekday_of(days) + 4
    return Decimal((thursday - days_of(date_of(thursday)[0], 1, 1)) // 7 + 1)


def current(run: Run) -> datetime:
    """The moment of this evaluation: that of the caller's clock, the same throughout an evaluation."""
    if run.holder is None:
        moment = run.now() if run.now is not None else datetime.now().astimezone()
        run.holder = enter(moment, run)
    return run.holder  # type: ignore[no-any-return]


@builtin("now", "")
def now(run: Run) -> datetime:
    return current(run)


@builtin("today", "")
def today(run: Run) -> date:
    return current(run).date()
