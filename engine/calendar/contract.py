"""`motcua clock`: cases as JSON in, due dates with their reasons out. A contract: docs/reference/clock.md."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from engine.calendar.deadline import compute
from engine.calendar.terms import STARTS, VIETNAM, ClockError, Pause, Term
from engine.calendar.working import FIRST_YEAR, LAST_YEAR, Calendar, Override, parse_time


def answer(cases: Any) -> tuple[Any, bool]:
    """The answer to a case or a list of cases, in the same shape, and whether all could be answered.

    A bad case gives `{"error": {"vi", "en"}}` in its place; nothing is raised."""
    if isinstance(cases, list):
        answers = [_one(case) for case in cases]
        return answers, not any("error" in one for one in answers)
    one = _one(cases)
    return one, "error" not in one


def _one(case: Any) -> dict[str, Any]:
    try:
        return _answer(case)
    except ClockError as wrong:
        return {"error": {"vi": wrong.vi, "en": wrong.en}}
    except OverflowError:
        return {
            "error": {
                "vi": f"Ngày tháng nằm ngoài lịch đã biết ({FIRST_YEAR}–{LAST_YEAR}).",
                "en": f"A date is outside the known calendar ({FIRST_YEAR}–{LAST_YEAR}).",
            }
        }


def _answer(case: Any) -> dict[str, Any]:
    if not isinstance(case, Mapping):
        raise ClockError("Mỗi trường hợp phải là một đối tượng JSON.", "A case must be a JSON object.")
    hours, start = case.get("hours"), case.get("start")
    if hours is not None and not isinstance(hours, Mapping):
        raise ClockError(
            "“hours” phải là đối tượng: thứ → danh sách phiên.", "“hours” must be an object: day → list of sessions."
        )
    for sessions in (hours or {}).values():
        if sessions is not None and not isinstance(sessions, list):
            raise ClockError("Giờ của một ngày phải là danh sách phiên.", "The hours of a day must be a list.")
    start = "statutory" if start is None else start
    if start not in STARTS:
        raise ClockError(f"“start” phải là {' hoặc '.join(STARTS)}.", f"“start” must be {' or '.join(STARTS)}.")
    cutoff = case.get("cutoff")
    deadline = compute(
        _moment(case.get("received"), "received"),
        _term(case.get("term"), "term"),
        calendar=Calendar(hours, _overrides(case.get("overrides"))),
        start=start,
        cutoff=None if cutoff is None else parse_time(cutoff),
        pauses=[_pause(pause) for pause in _list(case.get("pauses"), "pauses")],
        extensions=[_term(term, "extensions") for term in _list(case.get("extensions"), "extensions")],
    )
    return {
        "due": None if deadline.due is None else deadline.due.isoformat(),
        "explanation": [reason.as_json() for reason in deadline.explanation],
    }


def _list(value: Any, name: str) -> list[Any]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise ClockError(f"“{name}” phải là danh sách.", f"“{name}” must be a list.")
    return value


def _term(value: Any, name: str) -> Term:
    if not isinstance(value, Mapping) or "value" not in value or "unit" not in value:
        raise ClockError(
            f'“{name}” phải có dạng {{"value", "unit"}}.', f'“{name}” must have the form {{"value", "unit"}}.'
        )
    return Term.of(value["value"], value["unit"])


def _moment(value: Any, name: str) -> datetime:
    """An aware moment; a naive one is taken at +07:00."""
    try:
        if not isinstance(value, str) or len(value) < 16 or len(value) > 40:
            raise ValueError
        at = datetime.fromisoformat(value)
    except ValueError:
        raise ClockError(
            f"“{name}” phải là thời điểm ISO 8601, như 2026-02-14T15:20:00+07:00.",
            f"“{name}” must be an ISO 8601 moment, like 2026-02-14T15:20:00+07:00.",
        ) from None
    at = at.replace(tzinfo=VIETNAM) if at.tzinfo is None else at.astimezone(VIETNAM)
    if not FIRST_YEAR <= at.year <= LAST_YEAR:
        raise ClockError(
            f"“{name}” nằm ngoài lịch nghỉ lễ đã biết ({FIRST_YEAR}–{LAST_YEAR}).",
            f"“{name}” is outside the known holidays ({FIRST_YEAR}–{LAST_YEAR}).",
        )
    return at


def _pause(value: Any) -> Pause:
    if not isinstance(value, Mapping):
        raise ClockError("Mỗi lần tạm dừng phải là đối tượng có “from”.", "A pause must be an object with “from”.")
    end = value.get("to")
    effect = value.get("effect")
    return Pause(
        _moment(value.get("from"), "pauses.from"),
        None if end is None else _moment(end, "pauses.to"),
        "pause" if effect is None else effect,
    )


def _overrides(value: Any) -> dict[date, Override]:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise ClockError(
            "“overrides” phải là đối tượng: ngày → off | work.", "“overrides” must be an object: date → off | work."
        )
    overrides: dict[date, Override] = {}
    for text, what in value.items():
        try:
            if not isinstance(text, str) or len(text) != 10 or what not in ("off", "work"):
                raise ValueError
            overrides[date.fromisoformat(text)] = what
        except ValueError:
            raise ClockError(
                "“overrides” gồm các cặp ngày (2026-01-02) → off hoặc work.",
                "“overrides” are pairs of a date (2026-01-02) and off or work.",
            ) from None
    return overrides
