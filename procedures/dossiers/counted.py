"""What each figure of the board counts: one condition, for the figure and for the list that it opens.

Buckets are those of the reports (domain.md §3, §8): done 7+9+10, paused 5+6+8, a withdrawn dossier counts as done but
is neither early nor late. What is open is counted as of now, whatever the period.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, CompoundSelect, and_, exists, or_, select, union

from engine.calendar import VIETNAM
from engine.store.tables import work_item
from procedures.dossiers import pace
from procedures.store.dossier import dossier, dossier_state
from procedures.vocabulary.channels import DESK, ONLINE, POST
from procedures.vocabulary.statuses import STOPPED, WITHDRAWN

#: In place of an official's account: whoever holds it.
ANYBODY = "*"


@dataclass(frozen=True, slots=True)
class Period:
    """From the first day to the last, both included."""

    first: date
    last: date

    @property
    def bounds(self) -> tuple[datetime, datetime]:
        """The first moment, and the first one that is past it."""
        return (
            datetime.combine(self.first, time(), VIETNAM),
            datetime.combine(self.last + timedelta(days=1), time(), VIETNAM),
        )


@dataclass(frozen=True, slots=True)
class Counted:
    """The dossiers that one figure of a period counts."""

    figure: str
    period: Period


def conditions(period: Period, clock: pace.Clock) -> Mapping[str, ColumnElement[bool]]:
    """The condition of each figure, by its name in `board.Figures`."""
    begin, end = period.bounds
    state = dossier_state.c
    received = dossier.c.received_at.is_not(None)
    came = and_(dossier.c.received_at >= begin, dossier.c.received_at < end)
    handled = and_(received, state.finished_at >= begin, state.finished_at < end)
    withdrawn = and_(received, state.status == WITHDRAWN, state.closed_at >= begin, state.closed_at < end)
    early, on_time = (and_(handled, pace.holds(name, clock)) for name in ("early", "on_time"))
    paused = pace.holds("paused", clock)
    return {
        "received": came,
        "direct": and_(came, dossier.c.channel == DESK),
        "online": and_(came, dossier.c.channel == ONLINE),
        "post": and_(came, dossier.c.channel == POST),
        "carried": and_(dossier.c.received_at < begin, or_(state.closed_at.is_(None), state.closed_at >= begin)),
        "done": or_(handled, withdrawn),
        "early": early,
        "on_time": on_time,
        "kept": or_(early, on_time),
        "late": and_(handled, pace.holds("late", clock)),
        "withdrawn": withdrawn,
        "open": pace.holds("running", clock),
        "near": pace.holds("near", clock),
        "over": pace.holds("over", clock),
        "timely_came": and_(came, or_(pace.holds("open", clock), pace.holds("near", clock))),
        "over_came": and_(came, pace.holds("over", clock)),
        "paused": paused,
        "paused_over": and_(paused, state.original_due < clock.now),
    }


def touched(period: Period) -> CompoundSelect[tuple[str]]:
    """The ids of all dossiers that any figure of the period may count, and few others: what came or ended in it or
    ended since, and what is open or stopped. Each part is found by an index, whatever lies before the period."""
    begin, end = period.bounds
    state = dossier_state.c
    return union(
        select(dossier.c.id).where(dossier.c.received_at >= begin, dossier.c.received_at < end),
        *(
            select(state.dossier_id).where(part)
            for part in (
                state.closed_at.is_(None),
                state.status == STOPPED,
                state.closed_at >= begin,
                and_(state.finished_at >= begin, state.finished_at < end),
            )
        ),
    )


def held_by(account: str) -> ColumnElement[bool]:
    """Whether that official, or `ANYBODY`, holds an open task of the dossier."""
    whose = work_item.c.assignee.is_not(None) if account == ANYBODY else work_item.c.assignee == account
    return exists().where(work_item.c.root_id == dossier.c.id, whose)
