"""What the board draws: how much came in and was done over a period, how much of it in time, and how long what is open
has been waiting. Each number is that of a figure of `procedures.dossiers.counted`, of the days that it names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, case, func, select

from engine.calendar import VIETNAM
from engine.store import Tx
from engine.store.joining import query
from procedures.actor import Actor
from procedures.dossiers import pace
from procedures.dossiers.counted import Period, conditions
from procedures.rights.dossiers import scope
from procedures.store.dossier import dossier, dossier_state
from procedures.vocabulary.statuses import WITHDRAWN

#: From how many days since it was received on a dossier is of that age.
AGES = (0, 5, 10, 20, 30, 60)
#: Up to so many days each day is told by itself, up to so many each week, then each month.
BY_DAY, BY_WEEK = 16, 190


@dataclass(frozen=True, slots=True)
class Slice:
    """Some days of a period, and what came and was done in them. kept: early and on time."""

    period: Period
    received: int
    done: int
    kept: int
    late: int


@dataclass(frozen=True, slots=True)
class Age:
    """What is worked on and was received in these days. days: since then, from and up to; None for as old as may be."""

    period: Period
    days: tuple[int, int | None]
    open: int
    over: int

    @property
    def rest(self) -> int:
        """Those that are not past their date."""
        return self.open - self.over


@dataclass(frozen=True, slots=True)
class Trends:
    """Over a period, and as of now."""

    slices: tuple[Slice, ...]
    ages: tuple[Age, ...]


@query
def trends(tx: Tx, by: Actor, first: date, last: date, agency: str | None = None) -> Trends:
    """What the board of these days draws, as far as this person may see."""
    seen = [scope(by), *([dossier.c.agency == agency] if agency else [])]
    return Trends(tuple(_slices(tx, seen, Period(first, last))), tuple(_ages(tx, seen)))


def parts(period: Period) -> Iterator[Period]:
    """The period in days, weeks from Monday or months, by how long it is; the first and last as far as they reach."""
    first, days = period.first, (period.last - period.first).days + 1
    while first <= period.last:
        if days <= BY_DAY:
            following = first + timedelta(days=1)
        elif days <= BY_WEEK:
            following = first + timedelta(days=7 - first.weekday())
        else:
            following = (first.replace(day=1) + timedelta(days=32)).replace(day=1)
        yield Period(first, min(following - timedelta(days=1), period.last))
        first = following


def _slices(tx: Tx, seen: Sequence[ColumnElement[bool]], period: Period) -> Iterator[Slice]:
    periods = list(parts(period))
    said = conditions(period, pace.clock(tx))
    state = dossier_state.c
    came = _by_part(tx, periods, dossier.c.received_at, [*seen, said["received"]])
    finished = {
        name: _by_part(tx, periods, state.finished_at, [*seen, state.finished_at >= period.bounds[0], said[name]])
        for name in ("kept", "late")
    }
    gone = [*seen, state.status == WITHDRAWN, said["withdrawn"]]
    withdrawn = _by_part(tx, periods, state.closed_at, gone)
    for number, part in enumerate(periods):
        kept, late = (finished[name].get(number, 0) for name in ("kept", "late"))
        yield Slice(part, came.get(number, 0), kept + late + withdrawn.get(number, 0), kept, late)


def _by_part(
    tx: Tx, periods: Sequence[Period], moment: Any, wanted: Sequence[ColumnElement[bool]]
) -> Mapping[int, int]:
    """How many have that moment in each of the periods, by the number of the period."""
    number = case(*((moment < one.bounds[1], place) for place, one in enumerate(periods))).label("part")
    found = (
        select(number)
        .select_from(dossier)
        .join(dossier_state, dossier_state.c.dossier_id == dossier.c.id)
        .where(*wanted)
        .subquery()
    )
    return {
        int(row.part): int(row.n) for row in tx.read(select(found.c.part, func.count().label("n")).group_by("part"))
    }


def _ages(tx: Tx, seen: Sequence[ColumnElement[bool]]) -> Iterator[Age]:
    today = tx.now.astimezone(VIETNAM).date()
    clock = pace.clock(tx)
    begins = [datetime.combine(today - timedelta(days=age - 1), time(), VIETNAM) for age in AGES[1:]]
    number = case(*((dossier.c.received_at >= begin, place) for place, begin in enumerate(begins)), else_=len(begins))
    late = case((pace.holds("over", clock), 1), else_=0)
    lines = (
        select(number.label("part"), late.label("late"), dossier.c.received_at)
        .join(dossier_state, dossier_state.c.dossier_id == dossier.c.id)
        .where(*seen, dossier_state.c.closed_at.is_(None), pace.holds("running", clock))
        .subquery()
    )
    rows = tx.read(
        select(
            lines.c.part,
            func.count().label("open"),
            func.sum(lines.c.late).label("over"),
            func.min(lines.c.received_at).label("oldest"),
        ).group_by(lines.c.part)
    )
    found = {int(row.part): row for row in rows}
    for place, youngest in enumerate(AGES):
        row = found.get(place)
        oldest = AGES[place + 1] - 1 if place + 1 < len(AGES) else None
        last = today - timedelta(days=youngest)
        if oldest is not None:
            first = today - timedelta(days=oldest)
        else:
            first = row.oldest.astimezone(VIETNAM).date() if row is not None else last
        yield Age(Period(first, last), (youngest, oldest), int(row.open) if row else 0, int(row.over) if row else 0)
