"""A term in days that binds the citizen (a supplement, a confirmation, a payment): it ends at 24:00 of its last day
(Civil Code 148.6). The office's own terms end at its closing time: `procedures.deadlines`."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from engine.calendar import VIETNAM
from procedures import words


def end(last: date) -> datetime:
    """24:00 of the last day, which is 00:00 of the next."""
    return datetime.combine(last + timedelta(days=1), time(), VIETNAM)


def last_day(until: datetime) -> date | None:
    """The day that ends at this very moment; None for a moment within a day."""
    local = until.astimezone(VIETNAM)
    return local.date() - timedelta(days=1) if local.time() == time() else None


def until(value: Any) -> datetime | None:
    """What a variable such as ``han_bo_sung`` says, as a moment: a day lasts to its end, a moment is itself; None for
    what is neither."""
    read = _read(value)
    if isinstance(read, datetime):
        return read
    return end(read) if read is not None else None


def day_of(value: Any) -> date | None:
    """The last day that such a variable names; of a moment its day. None for what is neither."""
    read = _read(value)
    return read.astimezone(VIETNAM).date() if isinstance(read, datetime) else read


def written(at: datetime | None) -> str:
    """As letters write it: ``hết ngày 02 tháng 12 năm 2026``, or the moment within a day."""
    last = last_day(at) if at is not None else None
    return f"hết {words.date_of(last)}" if last is not None else words.moment(at)


def short(at: datetime | None) -> str:
    """As tables write it: ``hết 02/12/2026``, or the moment within a day."""
    last = last_day(at) if at is not None else None
    return f"hết {last:%d/%m/%Y}" if last is not None else words.short(at)


def _read(value: Any) -> date | datetime | None:
    if isinstance(value, str) and value:
        try:
            value = date.fromisoformat(value) if len(value) == 10 else datetime.fromisoformat(value)
        except ValueError:
            return None
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=VIETNAM)
    return value if isinstance(value, date) else None
