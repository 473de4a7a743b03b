"""The legal clock of a dossier: when it is due, what stops it, what moves it, and why each date is what it is.

Every change is an event of the dossier with the whole explanation, so that a citizen, an official and a judge read the
same reasons. Terms of steps guide officials only: their sum never replaces the legal date (domain.md §4).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import select

from engine import calendar as clock
from engine.calendar.working import parse_time
from engine.refusal import Refusal
from engine.store import Database, Tx
from engine.store.joining import command, query
from procedures import bundles, working_time
from procedures.actor import SYSTEM, Actor, Kind, acting
from procedures.dossiers import log
from procedures.rehearsal import rehearse
from procedures.store.clock import clock_change, clock_pause
from procedures.store.dossier import dossier, dossier_state, supplement_item
from procedures.store.papers import fee
from procedures.vocabulary.units import UNITS


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a due date: who, when, why, from and to. kind: received, paused, resumed, extended, recomputed,
    ended."""

    at: datetime
    who: str | None
    kind: str
    before: datetime | None
    after: datetime | None
    reason: str
    explanation: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Stop:
    """A pause of the clock: from, to (None: it still stands), of what kind, with what effect."""

    kind: str
    effect: str
    start: datetime
    end: datetime | None


@dataclass(frozen=True, slots=True)
class Deadline:
    """A dossier's clock as it stands. `explanation` has the shape of ``motcua clock``; `remaining` is in working
    minutes until the due moment, negative past it, None where there is none."""

    received: datetime | None
    original_due: datetime | None
    due: datetime | None
    paused: bool
    pauses: tuple[Stop, ...]
    explanation: tuple[Mapping[str, Any], ...]
    changes: tuple[Change, ...]
    remaining: int | None


@query
def of(tx: Tx, dossier_id: str) -> Deadline:
    """A dossier's clock with its history. Raises Refusal for an unknown dossier."""
    row = _row(tx, dossier_id)
    pauses = tuple(
        Stop(r.kind, r.effect, r.start, r.end)
        for r in tx.read(select(clock_pause).where(clock_pause.c.dossier_id == dossier_id).order_by(clock_pause.c.seq))
    )
    changes = tuple(
        Change(r.at, r.who, r.kind, r.before, r.after, r.reason, tuple(r.explanation or ()))
        for r in tx.read(
            select(clock_change).where(clock_change.c.dossier_id == dossier_id).order_by(clock_change.c.seq)
        )
    )
    remaining = None
    if row.due is not None and row.closed_at is None:
        remaining = remaining_minutes(tx, row.agency, row.due)
    return Deadline(
        row.received_at, row.original_due, row.due, row.paused, pauses, tuple(row.explanation or ()), changes, remaining
    )


@query
def remaining_minutes(tx: Tx, agency: str, due: datetime) -> int:
    """Working minutes of an agency from now to a moment; negative when it has passed."""
    return int(working_time.calendar_for(tx, agency).minutes_between(tx.now, due))


def begin(tx: Tx, dossier_id: str) -> datetime | None:
    """The clock starts: the dossier has been received. None where its term is still to be configured."""
    return _record(tx, dossier_id, "received", "")


def pause(tx: Tx, dossier_id: str, kind: str, place: str) -> None:
    """The clock stops, with the effect that the procedure's policy gives this kind. `place` is what holds it, and what
    `resume` names. Refuses one round more than the policy allows."""
    row = _row(tx, dossier_id)
    policy = rules(tx, row).policy(kind)
    rounds = tx.execute(
        select(clock_pause.c.seq).where(clock_pause.c.dossier_id == dossier_id, clock_pause.c.kind == kind)
    ).all()
    if policy["max_rounds"] is not None and len(rounds) >= policy["max_rounds"]:
        raise Refusal(
            f"Hồ sơ {row.code} đã được yêu cầu bổ sung {len(rounds)} lần, bằng số lần tối đa mà thủ tục cho phép.",
            f"Dossier {row.code} has been sent back {len(rounds)} times, which is all that the procedure allows.",
        )
    log.record(
        tx,
        dossier_id,
        "dossier.paused",
        {
            "n": log.number(tx, clock_pause, clock_pause.c.seq, dossier_id),
            "pause": kind,
            "effect": policy["effect"],
            "place": place,
        },
    )
    if policy["effect"] != "none":
        _record(tx, dossier_id, "paused", _REASONS[kind])
        from procedures.dossiers import extensions

        extensions.lapse(tx, dossier_id, "thời hạn tạm dừng")


def resume(tx: Tx, dossier_id: str, place: str) -> bool:
    """The clock goes on where this place held it; False where it did not."""
    held = tx.execute(
        select(clock_pause).where(
            clock_pause.c.dossier_id == dossier_id, clock_pause.c.place == place, clock_pause.c.end.is_(None)
        )
    ).first()
    if held is None:
        return False
    log.record(tx, dossier_id, "dossier.resumed", {"n": held.seq, "pause": held.kind})
    if held.effect != "none":
        _record(tx, dossier_id, "resumed", _resumed(tx, dossier_id, held))
        from procedures import step_terms

        step_terms.move(tx, dossier_id)
    return True


def end(tx: Tx, dossier_id: str, reason: str) -> None:
    """The dossier ends while the clock stands: whatever holds it does so no more, and this is why."""
    open_ones = tx.execute(
        select(clock_pause)
        .where(clock_pause.c.dossier_id == dossier_id, clock_pause.c.end.is_(None))
        .order_by(clock_pause.c.seq)
    ).all()
    for held in open_ones:
        log.record(tx, dossier_id, "dossier.resumed", {"n": held.seq, "pause": held.kind})
    if any(held.effect != "none" for held in open_ones):
        _record(tx, dossier_id, "ended", reason)


_REASONS = {
    "supplement": "Chờ bổ sung hồ sơ",
    "fee": "Chờ thực hiện nghĩa vụ tài chính",
    "legal": "Tạm dừng theo quy định",
}


def _resumed(tx: Tx, dossier_id: str, held: Any) -> str:
    """Why the clock goes on: what was waited for has come, the time for it is over (only the clock itself says so), or
    an official has ended the wait."""
    by_itself = acting(tx).kind is Kind.SYSTEM
    if held.kind == "supplement":
        brought = tx.execute(
            select(supplement_item.c.brought_at).where(
                supplement_item.c.dossier_id == dossier_id, supplement_item.c.brought_at >= held.start
            )
        ).first()
        if brought is not None:
            return "Công dân đã bổ sung hồ sơ"
        return "Hết hạn bổ sung mà công dân chưa bổ sung" if by_itself else "Cơ quan kết thúc việc chờ bổ sung"
    if held.kind == "fee":
        owed = tx.execute(select(fee.c.id).where(fee.c.dossier_id == dossier_id, fee.c.paid_at.is_(None))).first()
        if owed is None:
            return "Đã thực hiện nghĩa vụ tài chính"
        waited = "Hết thời gian chờ thực hiện nghĩa vụ tài chính"
        return waited if by_itself else "Cơ quan kết thúc việc chờ thực hiện nghĩa vụ tài chính"
    return "Hết thời gian tạm dừng"


def extend(tx: Tx, dossier_id: str, value: str, unit: str, reason: str) -> datetime:
    """The term becomes longer; the new due moment. Refuses what is not `extendable`."""
    term = extendable(tx, dossier_id, value, unit, reason)
    after = _record(tx, dossier_id, "extended", reason, {"value": str(value), "unit": unit})
    from procedures import step_terms

    step_terms.prolong(tx, dossier_id, term)
    assert after is not None
    return after


def extendable(tx: Tx, dossier_id: str, value: str, unit: str, reason: str) -> clock.Term:
    """How much longer the term may become now. Refuses a second extension, one after the due moment, one while the
    clock stands, one without a reason, and one that is longer than the procedure allows."""
    log.locked(tx, dossier_id)  # who asks at the same time waits, and reads what has been decided
    row = _row(tx, dossier_id)
    try:
        term = clock.Term.of(value, unit)
    except clock.ClockError as error:
        raise Refusal(error.vi, error.en) from None
    hindered = unextendable(tx, dossier_id)
    if hindered is not None:
        raise hindered
    if term.value == 0:
        raise Refusal("Thời gian gia hạn phải lớn hơn 0.", "An extension must be longer than nothing.")
    if not reason.strip():
        raise Refusal("Gia hạn phải nêu lý do.", "An extension needs a reason.")
    most = longest_extension(rules(tx, row), row.case_code)
    if most is None or _hours(term) > _hours(most):
        said = "chưa quy định" if most is None else f"{_number(most)} {UNITS[most.unit].vi}"
        told = "is not configured" if most is None else f"is {_number(most)} {UNITS[most.unit].en}"
        raise Refusal(
            f"Gia hạn quá mức cho phép của thủ tục (nhiều nhất {said}).",
            f"This is longer than the procedure allows (the longest {told}).",
        )
    return term


@query
def unextendable(tx: Tx, dossier_id: str) -> Refusal | None:
    """Why the term of a dossier cannot be extended now, whatever by; None where nothing hinders it."""
    row = _row(tx, dossier_id)
    if row.closed_at is not None:
        return Refusal(
            f"Hồ sơ {row.code} đã giải quyết xong, không gia hạn nữa.",
            f"Dossier {row.code} is done with: there is nothing to extend.",
        )
    if tx.read(
        select(clock_change.c.seq).where(clock_change.c.dossier_id == dossier_id, clock_change.c.kind == "extended")
    ).first():
        return Refusal(
            f"Hồ sơ {row.code} đã được gia hạn một lần; chỉ được gia hạn một lần.",
            f"Dossier {row.code} has been extended once, and no more than once is allowed.",
        )
    if row.due is None:
        return Refusal(
            f"Hồ sơ {row.code} đang tạm dừng hoặc chưa có thời hạn, chưa gia hạn được.",
            f"The clock of dossier {row.code} stands, or it has no term: it cannot be extended now.",
        )
    if tx.now > row.due:
        return Refusal(
            f"Hồ sơ {row.code} đã quá hạn; văn bản xin lỗi và gia hạn phải có trước khi hết hạn.",
            f"Dossier {row.code} is overdue; an extension must come before the due moment.",
        )
    return None


@query
def extended_due(tx: Tx, dossier_id: str, value: str, unit: str) -> datetime | None:
    """When a dossier would be due, were its term extended by this much; None where it has no due moment now."""
    return _compute(tx, _row(tx, dossier_id), {"value": str(value), "unit": unit})[0]


#: Units of a term in working hours, to compare terms of different units: five working days a week, thirty days a month.
_IN_HOURS: Mapping[str, Fraction] = {
    "WORKING_HOUR": Fraction(1),
    "WORKING_DAY": Fraction(8),
    "DAY": Fraction(40, 7),
    "MONTH": Fraction(1200, 7),
}


def _hours(term: clock.Term) -> Fraction:
    return term.value * _IN_HOURS[term.unit]


def _number(term: clock.Term) -> str:
    return f"{float(term.value):g}".replace(".", ",")


def longest_extension(procedure: bundles.Procedure, case: str | None) -> clock.Term | None:
    """By how much the term may be extended: as the procedure says (`extension`), else not more than the original term;
    one of hours of the same day by one working day. None where the term is to be configured."""
    said = procedure.data.get("extension") or procedure.term(case)
    if said is None or said.get("value") is None:
        return None
    term = clock.Term.of(str(said["value"]), said["unit"])
    return term if term.value else clock.Term.of("1", "WORKING_DAY")


@command
def recompute(tx: Tx, dossier_id: str, reason: str, by: Actor) -> bool:
    """Counts the due date anew (hours, holidays or overrides have changed); True where it moved."""
    log.act(tx, by)
    log.hold(tx, dossier_id)
    row = _row(tx, dossier_id)
    if row.received_at is None or row.closed_at is not None:
        return False
    if _compute(tx, row)[0] == row.due:
        return False
    _record(tx, dossier_id, "recomputed", reason)
    from procedures import step_terms

    step_terms.move(tx, dossier_id)
    return True


@command
def recompute_open(tx: Tx, reason: str, by: Actor, agencies: frozenset[str] | None = None) -> int:
    """The same for every open dossier (of these agencies); how many due dates moved."""
    wanted = (
        select(dossier.c.id)
        .join(dossier_state, dossier_state.c.dossier_id == dossier.c.id)
        .where(dossier_state.c.closed_at.is_(None), dossier.c.received_at.is_not(None))
    )
    if agencies is not None:
        wanted = wanted.where(dossier.c.agency.in_(agencies))
    ids = tx.execute(wanted.order_by(dossier.c.id)).scalars().all()
    return sum(recompute(tx, id, reason, by) for id in ids)


@dataclass(frozen=True, slots=True)
class Moved:
    """A due date that a change of the calendar moves; `before` and `after` are aware."""

    code: str
    before: datetime
    after: datetime


def moved_by(database: Database, change: Callable[[Tx], object]) -> list[Moved]:
    """The due dates of open dossiers that a change would move, by code; what the change refuses is raised."""
    open_ones = (
        select(dossier.c.code, dossier_state.c.due)
        .join(dossier_state, dossier_state.c.dossier_id == dossier.c.id)
        .where(dossier_state.c.closed_at.is_(None), dossier_state.c.due.is_not(None))
    )
    before, after = rehearse(database, change, lambda tx: {row.code: row.due for row in tx.execute(open_ones)})
    return [Moved(code, due, after[code]) for code, due in sorted(before.items()) if after.get(code, due) != due]


def calendar_changed(tx: Tx, agencies: frozenset[str], _since: date, reason: str) -> None:
    """A change of hours or of days off recomputes the open deadlines in its own transaction."""
    with tx.acting(SYSTEM):
        recompute_open(tx, f"Lịch làm việc thay đổi: {reason}", SYSTEM, agencies)


def rules(tx: Tx, row: Any) -> bundles.Procedure:
    """The procedure whose term and pauses count for a dossier: a dossier that went to another version of its process
    keeps to the rules it was received under, unless it was decided otherwise."""
    return bundles.of_version(tx, row.term_version or row.procedure_version)


def rules_of(tx: Tx, dossier_id: str) -> bundles.Procedure:
    """The same by the dossier's id. Raises Refusal for an unknown dossier."""
    return rules(tx, _row(tx, dossier_id))


def place(element: str, token: str) -> str:
    """What holds the clock: a node, and the token that stands there."""
    return f"{element}/{token}"[:255]


def held_elsewhere(tx: Tx, dossier_id: str, place: str, now: str) -> bool:
    """What holds the clock is called otherwise from now on; False where that place does not hold it."""
    held = tx.execute(
        select(clock_pause.c.seq).where(
            clock_pause.c.dossier_id == dossier_id, clock_pause.c.place == place, clock_pause.c.end.is_(None)
        )
    ).scalar()
    if held is None:
        return False
    log.record(tx, dossier_id, "dossier.pause_place", {"n": held, "place": now})
    return True


def _row(tx: Tx, dossier_id: str) -> Any:
    found = tx.read(
        select(dossier, dossier_state)
        .join(dossier_state, dossier_state.c.dossier_id == dossier.c.id)
        .where(dossier.c.id == dossier_id)
    ).first()
    if found is None:
        raise Refusal("Không có hồ sơ này.", "There is no such dossier.")
    return found


def _compute(tx: Tx, row: Any, more: Mapping[str, str] | None = None) -> tuple[datetime | None, list[dict[str, Any]]]:
    """The due moment by the law as it stands, and its reasons. `more` is an extension about to be made."""
    term = rules(tx, row).term(row.case_code)
    if term is None or row.received_at is None:
        return None, []
    id = row.id
    pauses = [
        clock.Pause(r.start, r.end, r.effect)
        for r in tx.execute(select(clock_pause).where(clock_pause.c.dossier_id == id).order_by(clock_pause.c.seq))
    ]
    said = [
        r.term
        for r in tx.execute(
            select(clock_change.c.term)
            .where(clock_change.c.dossier_id == id, clock_change.c.kind == "extended")
            .order_by(clock_change.c.seq)
        )
    ]
    extensions = [clock.Term.of(one["value"], one["unit"]) for one in [*said, *([more] if more else [])]]
    answer = clock.compute(
        row.received_at,
        clock.Term.of(term["value"], term["unit"]),
        calendar=working_time.calendar_for(tx, row.agency, row.received_at),
        start=term["start"],
        cutoff=None if term["cutoff"] is None else parse_time(term["cutoff"]),
        pauses=pauses,
        extensions=extensions,
    )
    return answer.due, [reason.as_json() for reason in answer.explanation]


def _record(tx: Tx, dossier_id: str, kind: str, reason: str, term: Mapping[str, str] | None = None) -> datetime | None:
    row = _row(tx, dossier_id)
    due, explanation = _compute(tx, row, term)
    standing = tx.execute(
        select(clock_pause.c.seq).where(
            clock_pause.c.dossier_id == dossier_id, clock_pause.c.end.is_(None), clock_pause.c.effect != "none"
        )
    ).first()
    log.record(
        tx,
        dossier_id,
        "dossier.clock",
        {
            "n": log.number(tx, clock_change, clock_change.c.seq, dossier_id),
            "kind": kind,
            "reason": reason,
            "before": _iso(row.due),
            "after": _iso(due),
            "explanation": explanation,
            "paused": standing is not None,
            **({"term": dict(term)} if term else {}),
        },
    )
    return due


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
