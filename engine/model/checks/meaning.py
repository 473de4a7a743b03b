"""What expressions mean before there are data: functions that do not exist, conditions that are never true or false,
numbers of instances, durations and dates that are none."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

from engine import feel
from engine.feel.builtins import BUILTINS
from engine.feel.foreseen import Doubt
from engine.model.checks import texts
from engine.model.checks.texts import Placed
from engine.model.definition import EventDefinition, Expression, Node, Process
from engine.model.findings.report import Report
from engine.model.reading.event_definitions import direction, is_date

#: The only functions whose value is another one each time.
_CLOCK = frozenset(("now", "today"))


def check(report: Report, processes: Iterable[Process], written: frozenset[str]) -> None:
    """`written`: names that something in the model writes; a value may be a function."""
    for process in processes:
        for placed in texts.of(process):
            _functions(report, placed, written)
            _asked(report, placed)
        for node in process.scope.walk():
            _literals(report, node)


def _functions(report: Report, placed: Placed, written: frozenset[str]) -> None:
    for doubt in _doubts(placed.expression.text):
        if doubt.code == "unknown_function" and doubt.name in written:
            continue
        rule = "function-unknown" if doubt.code == "unknown_function" else "function-arguments"
        place = f"({doubt.line}:{doubt.column})"
        report.put(
            rule, placed.expression.line, placed.owner, text=placed.expression.text, function=doubt.name,
            reason=f"{doubt.sentence()} {place}", reason_en=f"{doubt.sentence('en')} {place}",
        )  # fmt: skip


def _asked(report: Report, placed: Placed) -> None:
    """What a place asks of its expression, where the answer can be known."""
    text, line = placed.expression.text, placed.expression.line
    found = _kinds(text)
    if placed.asked == "condition":
        if found is not None and "boolean" not in found:
            report.put("condition-never-boolean", line, placed.owner, text=text)
        return
    if placed.asked == "value":
        return
    known, value = constant(text)
    never = found is not None and not found & _WANTED[placed.asked]
    if placed.asked == "cardinality":
        if never or (known and not _is_count(value)):
            report.put("cardinality-value", line, placed.owner, text=text)
    elif placed.asked == "date":
        if never or (known and not _is_due(value)):
            report.put("due-value", line, placed.owner, text=text)
    elif known and _direction(value) == -1:
        report.put("timer-backwards", line, placed.owner, text=text)


#: What is asked → the kinds in FEEL that may answer it.
_WANTED = {
    "cardinality": frozenset(("number",)),
    "date": frozenset(("date", "date and time", "string", "days and time duration", "years and months duration")),
    "duration": frozenset(("string", "days and time duration", "years and months duration")),
}


def _literals(report: Report, node: Node) -> None:
    """Texts that are no expressions: due dates, numbers and timers."""
    for name, number in (("retries", node.retries), ("priority", node.assignment.priority)):
        if isinstance(number, str) and not number.strip().isdecimal():
            report.put("number-value", node.line, node.id, attribute=name, text=number)
    for value in (node.assignment.due, node.assignment.follow_up):
        if isinstance(value, str) and not _is_due(value):
            report.put("due-value", node.line, node.id, text=value)
    for event in node.events:
        if event.kind == "timer" and isinstance(event.value, str):
            _timer(report, node, event)


def _timer(report: Report, node: Node, event: EventDefinition) -> None:
    """A duration leads forward; a cycle leads on from one firing to the next."""
    text = str(event.value)
    parts = text.split("/") if event.timer == "cycle" else [text] if event.timer == "duration" else []
    for found in map(direction, parts):
        if found == -1 or (found == 0 and event.timer == "cycle"):
            report.put("timer-backwards", event.line or node.line, node.id, text=text)


def _is_count(value: Any) -> bool:
    """A whole number from 0; null is a matter of the data."""
    return value is None or (isinstance(value, Decimal) and value >= 0 and value == value.to_integral_value())


def _is_due(value: Any) -> bool:
    """A date, with or without a time, or a duration from the moment when the task opens. Null sets none."""
    if value is None or isinstance(value, date):
        return True
    if isinstance(value, bool | Decimal):
        return False
    text = str(value).strip()
    return is_date(text) or _direction(value) in (0, 1) or _is_moment(text)


def _is_moment(text: str) -> bool:
    """What is read as a moment when a task opens, beside the form that ISO 8601 asks for."""
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _direction(value: Any) -> int | None:
    """Where a duration leads, as `direction` says it of a text."""
    if isinstance(value, timedelta):
        return (value > timedelta()) - (value < timedelta())
    return direction(str(value))


@lru_cache(maxsize=4096)
def constant(text: str) -> tuple[bool, Any]:
    """Whether an expression reads neither data nor the clock, and then its value."""
    try:
        if feel.compile(text).names - (BUILTINS.keys() - _CLOCK):
            return False, None
        return True, feel.evaluate(text, {})
    except feel.FeelError:
        return False, None


@lru_cache(maxsize=4096)
def _kinds(text: str) -> frozenset[str] | None:
    try:
        return feel.kinds(text)
    except feel.FeelError:
        return None


@lru_cache(maxsize=4096)
def _doubts(text: str) -> tuple[Doubt, ...]:
    try:
        return tuple(feel.doubts(text))
    except feel.FeelError:
        return ()


def is_always(expression: Expression | None, value: bool) -> bool:
    """Whether a condition is that value, whatever the data."""
    return expression is not None and constant(expression.text) == (True, value)
