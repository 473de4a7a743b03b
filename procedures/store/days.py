"""Days of Vietnam in a query, in either database."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy.ext.compiler import compiles

from engine.store.types import Moment


def day_of(column: Any, later: int = 0) -> ColumnElement[Any]:
    """The first moment of a moment's day in Vietnam, or of so many days later: deadlines are judged by dates."""
    return _DayOf(column, later)


class _DayOf(ColumnElement[Any]):
    """The first moment of a column's day in Vietnam, or of the day after it, in either database."""

    inherit_cache = False
    type = Moment()

    def __init__(self, column: Any, days: int) -> None:
        self.column = column
        self.days = days


@compiles(_DayOf, "sqlite")
def _sqlite_day(element: _DayOf, compiler: Any, **kwargs: Any) -> str:
    inner = compiler.process(element.column, **kwargs)
    shift = f"'+{element.days} day', " if element.days else ""
    return f"strftime('%Y-%m-%dT%H:%M:%S.000000+00:00', {inner}, '+7 hours', 'start of day', {shift}'-7 hours')"


@compiles(_DayOf, "postgresql")
def _postgresql_day(element: _DayOf, compiler: Any, **kwargs: Any) -> str:
    inner = compiler.process(element.column, **kwargs)
    return (
        f"((date_trunc('day', ({inner}) AT TIME ZONE 'Asia/Ho_Chi_Minh') + interval '{element.days} day')"
        " AT TIME ZONE 'Asia/Ho_Chi_Minh')"
    )
