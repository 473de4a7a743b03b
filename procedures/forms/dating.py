"""datetime: a date, a time, or both; typed as people write it (22/11/2026 14:05) or as ISO 8601, kept as ISO text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

from engine.calendar import VIETNAM
from procedures.forms.conditions import Scope, Wrong
from procedures.forms.values import Field

FIRST, LAST = 1800, 2200  # what papers of this house speak of; beyond, calendars of computers end
_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})|(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_HOUR = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?", re.ASCII)
_EXAMPLES = {
    "date": "Ngày không đúng, ví dụ: 22/11/2026.",
    "time": "Giờ không đúng, ví dụ: 14:05.",
    "datetime": "Ngày giờ không đúng, ví dụ: 22/11/2026 14:05.",
}


def day(text: str) -> date:
    """A date alone, as people write it or as ISO has it. Raises ValueError for anything else."""
    found = _DAY.fullmatch(text.strip())
    if found is None:
        raise ValueError(text)
    if found[4]:
        made = date(int(found[4]), int(found[5]), int(found[6]))
    else:
        made = date(int(found[3]), int(found[2]), int(found[1]))
    if not FIRST <= made.year <= LAST:
        raise ValueError(text)
    return made


def parse(entry: Field, raw: Any) -> str:
    """ISO text of its subtype. A date sent with a time keeps the date; a time with an offset is refused for a field of
    time. Raises Wrong for what is not wholly a date."""
    subtype = entry.subtype if entry.subtype in _EXAMPLES else "date"
    try:
        if not isinstance(raw, str) or len(raw) > 40:
            raise ValueError
        text = raw.strip()
        if subtype == "time":
            return _time(text, offset=False).isoformat()
        head, _sep, tail = text.replace("T", " ", 1).partition(" ")
        made = day(head)
        if subtype == "date":
            if tail:
                _time(tail.strip(), offset=True)
            return made.isoformat()
        return datetime.combine(made, _time(tail.strip(), offset=True)).isoformat()
    except ValueError:
        raise Wrong(_EXAMPLES[subtype]) from None


def _time(text: str, *, offset: bool) -> time:
    found = _HOUR.fullmatch(text)
    if found is None or (found[4] and not offset):
        raise ValueError(text)
    if found[4]:
        return time.fromisoformat(text)
    return time(int(found[1]), int(found[2]), int(found[3] or 0))


def broken(entry: Field, value: str, scope: Scope) -> Iterator[str]:
    if entry.subtype == "time":
        return
    now = scope.at()
    this = _moment(value)
    today = this.date() < now.date() if entry.subtype == "date" else this < now
    if entry.settings.get("disallowPassedDates") is True and today:
        yield f"Không được trước {'hôm nay' if entry.subtype == 'date' else 'lúc này'}."
    if entry.properties.get("mc:past") == "true" and this.date() > now.date():
        yield "Không được sau hôm nay."


def _moment(value: str) -> datetime:
    made = datetime.fromisoformat(value)
    return made.astimezone(VIETNAM) if made.tzinfo else made.replace(tzinfo=VIETNAM)
