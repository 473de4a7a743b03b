"""What narrows and orders a worklist: every field that its lines show, and their dates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as made
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, or_

from engine.calendar import VIETNAM
from engine.store import Tx
from engine.store.tables import work_item
from procedures.dossiers import pace
from procedures.dossiers.searched import search
from procedures.store.dossier import dossier, dossier_state

Days = tuple[date | None, date | None]
#: Tabs whose lines are open tasks.
OPEN = ("mine", "unit")


@dataclass(frozen=True, slots=True)
class Narrow:
    """What the lines must be; empty: whatever. step: the name of the step. fresh: not opened yet by who looks.
    progress: ``over`` past the law's date, ``near`` soon due (both as in `pace`), ``step`` past the step's own.
    days: name of a date (`DATES`) → its first and last day, either may be open."""

    text: str = ""
    procedure: str = ""
    field: str = ""
    agency: str = ""
    channel: str = ""
    step: str = ""
    status: int | None = None
    progress: str = ""
    fresh: bool = False
    days: Mapping[str, Days] = made(default_factory=dict)


NOTHING = Narrow()

#: Date → its column, and whether only an open task has it.
DATES: Mapping[str, tuple[Any, bool]] = {
    "received": (dossier.c.received_at, False),
    "promised": (dossier_state.c.due, False),
    "opened": (work_item.c.opened_at, True),
    "step": (work_item.c.due, True),
}
#: Order → its column, and whether only an open task has it.
ORDERS: Mapping[str, tuple[Any, bool]] = {
    "due": (work_item.c.due, True),
    "opened": (work_item.c.opened_at, True),
    "step": (work_item.c.name, True),
    "promised": (dossier_state.c.due, False),
    "received": (dossier.c.received_at, False),
    "code": (dossier.c.code, False),
    "applicant": (dossier.c.applicant_name, False),
    "procedure": (dossier.c.procedure_name, False),
    "status": (dossier_state.c.status, False),
}


def conditions(tx: Tx, wanted: Narrow, tab: str, unseen: ColumnElement[bool]) -> list[ColumnElement[bool]]:
    """The conditions that say so. unseen: that who looks has not opened the task. What the lines of a tab do not have
    narrows nothing there."""
    found: list[ColumnElement[bool]] = []
    if wanted.text:
        looked = search(tx, wanted.text)  # what has no letter or digit ("%") is nowhere
        found.append(or_(looked.every, looked.of_code))
    exact: tuple[tuple[Any, Any], ...] = (
        (dossier.c.procedure, wanted.procedure),
        (dossier.c.field, wanted.field),
        (dossier.c.agency, wanted.agency),
        (dossier.c.channel, wanted.channel),
        (dossier_state.c.status, wanted.status),
    )
    found += [column == value for column, value in exact if value not in ("", None)]
    is_open = tab in OPEN
    if is_open and wanted.step:
        found.append(work_item.c.name == wanted.step)
    if is_open and wanted.fresh:
        found.append(unseen)
    if wanted.progress == "step" and is_open:
        found.append(work_item.c.due < tx.now)
    elif wanted.progress in ("near", "over"):
        found.append(pace.holds(wanted.progress, pace.clock(tx)))
    for name, (first, last) in wanted.days.items():
        column, only_open = DATES[name]
        if only_open and not is_open:
            continue
        if first is not None:
            found.append(column >= _start(first))
        if last is not None:
            found.append(column < _start(last + timedelta(days=1)))
    return found


def _start(day: date) -> datetime:
    """The first moment of a day."""
    return datetime.combine(day, time(), VIETNAM)


def needs_dossier(wanted: Narrow, order: str) -> bool:
    """Whether it asks for anything that only the dossier behind a task knows."""
    of_dossier = wanted.text or wanted.procedure or wanted.field or wanted.agency or wanted.channel
    of_state = wanted.status is not None or wanted.progress in ("near", "over")
    by = ORDERS.get(order.removeprefix("-"))
    return bool(
        of_dossier or of_state or any(not DATES[name][1] for name in wanted.days) or (by is not None and not by[1])
    )


def ordering(order: str, tab: str) -> Sequence[Any] | None:
    """That order for the lines of a tab, ties by their number; None for one that the tab does not know."""
    column, only_open = ORDERS.get(order.removeprefix("-"), (None, False))
    if column is None or (only_open and tab not in OPEN):
        return None
    way = column.desc().nulls_last() if order.startswith("-") else column.asc().nulls_last()
    return [way, *((work_item.c.opened_at, work_item.c.id) if tab in OPEN else (dossier.c.id,))]
