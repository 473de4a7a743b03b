"""The due date of a dossier, rule by rule, with its reasons. The rules: docs/reference/clock.md."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from engine.calendar.counts import Count
from engine.calendar.explain import Reason, reason
from engine.calendar.terms import STARTS, VIETNAM, ClockError, Pause, Start, Term
from engine.calendar.working import Calendar, DayOff

Outcome = Literal["early", "on_time", "late", "open"]


@dataclass(frozen=True, slots=True)
class Deadline:
    """When it is due (None while a pause is open), from when the term counts, and every reason in order."""

    due: datetime | None
    effective_receipt: datetime
    explanation: tuple[Reason, ...]


def compute(
    received: datetime,
    term: Term,
    *,
    calendar: Calendar,
    start: Start = "statutory",
    cutoff: int | None = None,
    pauses: Iterable[Pause] = (),
    extensions: Sequence[Term] = (),
) -> Deadline:
    """The legal due date. `received` is aware; `cutoff` is in minutes since midnight (900 for 15:00) and speaks of
    same-day terms alone. Raises ClockError where it cannot be answered."""
    if start not in STARTS:
        raise ClockError(
            f"Cách tính không rõ; dùng {' hoặc '.join(STARTS)}.", f"Unknown start policy; use {' or '.join(STARTS)}."
        )
    pauses = sorted(pauses, key=lambda pause: pause.start)
    reasons: list[Reason] = []
    receipt = received.astimezone(VIETNAM)
    for pause in pauses:
        if pause.effect == "none":
            reasons.append(reason("pause_without_effect", _local(pause.start), _local(pause.end)))
    restart = max(
        (pause.end for pause in pauses if pause.effect == "restart" and pause.end is not None and pause.end > received),
        default=None,
    )
    if restart is not None:
        reasons.append(reason("restart", receipt, _local(restart)))
        receipt = restart.astimezone(VIETNAM)
    effective = calendar.open_from(receipt)
    rule = "received_in_hours" if effective == receipt else "received_out_of_hours"
    reasons.append(reason(rule, receipt, effective))
    still_open = [pause for pause in pauses if pause.effect != "none" and pause.end is None]
    count = Count(calendar, start, merge(pauses, receipt))
    if still_open:
        reasons.append(reason("pause_open", _local(still_open[0].start)))
        return Deadline(None, effective, tuple(reasons))
    due = count.same_day(effective, cutoff) if term.value == 0 else count.term(effective, term)
    for extension in extensions:
        if extension.value != 0:
            before = due
            inner = Count(calendar, start, count.pauses, count.told)
            due = inner.term(before, extension)
            count.reasons += [*inner.reasons, reason("extension", before, due, extension)]
    reasons += _special_days(calendar, receipt.date(), due.date())
    return Deadline(due, effective, (*reasons, *count.reasons))


def merge(pauses: Iterable[Pause], receipt: datetime) -> tuple[tuple[datetime, datetime], ...]:
    """Closed pauses that stop the clock after the receipt, in order; overlapping or touching ones are one."""
    spans: list[tuple[datetime, datetime]] = []
    for pause in sorted(pauses, key=lambda pause: pause.start):
        if pause.effect == "none" or pause.end is None or pause.end <= receipt:
            continue
        begin, end = max(pause.start.astimezone(VIETNAM), receipt), pause.end.astimezone(VIETNAM)
        if spans and begin <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(spans[-1][1], end))
        else:
            spans.append((begin, end))
    return tuple(spans)


def step_due(calendar: Calendar, since: datetime, term: Term, pauses: Iterable[Pause] = ()) -> datetime:
    """When a step is due: working time from the moment it opened, a working day taken as 8 hours, to the minute.
    Closed pauses do not count; calendar days and months end at closing time."""
    receipt = since.astimezone(VIETNAM)
    count = Count(calendar, "working_hours", merge(pauses, receipt))
    effective = calendar.open_from(receipt)
    return effective if term.value == 0 else count.term(effective, term)


def classify(due: datetime | None, finished: datetime | None, now: datetime, *, to_the_minute: bool = False) -> Outcome:
    """Early when finished before the due date, on time on it, late after it or open past it; "open" while neither.

    A dossier is judged by dates (domain.md §4), a step of a few hours `to_the_minute`."""
    if due is None:
        return "open" if finished is None else "on_time"
    at, end = (finished or now).astimezone(VIETNAM), due.astimezone(VIETNAM)
    late = at > end if to_the_minute else at.date() > end.date()
    if late:
        return "late"
    if finished is None:
        return "open"
    return "early" if at.date() < end.date() else "on_time"


def _special_days(calendar: Calendar, first: date, last: date) -> list[Reason]:
    """Holidays, swaps and overrides on the way, neighbours of one kind together."""
    told: list[Reason] = []
    group: list[DayOff] = []
    for special in [*calendar.special_days(first, last), None]:
        if group and (
            special is None
            or special.kind != group[-1].kind
            or special.works != group[-1].works
            or special.day - group[-1].day > timedelta(days=1)
        ):
            names = [dict.fromkeys(texts) for texts in ([d.vi for d in group], [d.en for d in group])]
            told.append(
                reason(
                    group[0].kind, group[0].day, group[-1].day, name_vi=", ".join(names[0]), name_en=", ".join(names[1])
                )
            )
            group = []
        if special is not None:
            group.append(special)
    return told


def _local(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.astimezone(VIETNAM)
