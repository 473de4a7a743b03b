"""Arming events: a token begins to wait for messages, signals, dates and conditions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from engine import iso8601
from engine.model.definition import EventDefinition, Expression, Message
from engine.run.failure import Failure
from engine.run.machine import Token
from engine.run.specs import Spec
from engine.run.variables import as_text, evaluate, short, utc
from engine.run.wait import Wait

#: Kinds of event definitions that wait; the others are thrown at whoever can catch them.
WAITING_KINDS = frozenset({"message", "signal", "timer", "conditional"})


def arm_together(token: Token, specs: Sequence[Spec]) -> None:
    """Arm several nodes on the token, or none: what could not begin to wait as a whole takes nothing meanwhile."""
    try:
        for spec in specs:
            arm(token, spec)
    except Failure:
        token.workflow.close_waits(token, {spec.node.id for spec in specs})
        raise


def arm(token: Token, spec: Spec) -> None:
    """Arm every event definition of that node on the token: its own, a boundary's, an event subprocess's start."""
    node = spec.node
    if token.waits:  # a retry arms anew
        token.workflow.close_waits(token, {node.id})
    if node.message is not None and node.kind == "receiveTask":
        _message(token, spec, 0, node.message, called(token, node.message.name, node.message.name_expression))
    elif node.kind == "receiveTask" and not node.events:
        _message(token, spec, 0, None, node.name or node.id)
    for index, event in enumerate(node.events):
        if event.kind in WAITING_KINDS:
            arm_one(token, spec, index, event)


def arm_one(token: Token, spec: Spec, index: int, event: EventDefinition) -> None:
    if event.kind == "message":
        name = event.name or (event.message.name if event.message else "")
        _message(token, spec, index, event.message, called(token, name, event.name_expression))
    elif event.kind == "signal":
        _open(token, spec, index, "signal", name=called(token, event.name, event.name_expression))
    elif event.kind == "timer":
        due, repeats, cycle = due_of(token, event)
        _open(token, spec, index, "timer", due=due, repeats=repeats, cycle=cycle)
    else:
        _open(token, spec, index, "conditional")


def called(token: Token, name: str, expression: Expression | None) -> str:
    """The name of a message or signal, evaluated where it is an expression. One without a value is a failure."""
    if expression is None:
        return name
    value = evaluate(token, expression)
    if value is None:
        text = short(expression.text)
        raise Failure("expression", f"Tên «{text}» không có giá trị.", f"The name '{text}' has no value.")
    return as_text(value)


def _open(token: Token, spec: Spec, index: int, kind: str, **more: Any) -> None:
    machine = token.workflow
    own = spec is token.task_spec and token.id not in machine.waits
    machine.open_wait(
        token,
        Wait(
            token.id if own else machine.host.new_id(),
            kind,
            spec.node.id,
            index,
            opened=None if kind in ("timer", "conditional") else utc(token),
            **more,
        ),
    )


def _message(token: Token, spec: Spec, index: int, message: Message | None, name: str) -> None:
    key: str | None = None
    properties: dict[str, str] = {}
    if message is not None and message.correlation_key is not None:
        value = evaluate(token, message.correlation_key)
        if value is None:
            text = short(message.correlation_key.text)
            raise Failure(
                "expression",
                f"Khóa tương quan «{text}» của thông điệp «{name}» không có giá trị.",
                f"The correlation key '{text}' of the message '{name}' has no value.",
            )
        key = as_text(value)
    elif message is not None and message.properties:
        process = token.workflow.process(token)
        known = dict(process.progress.keys or {})
        for named, expression in process.task_spec.process.definition.correlation.items():
            if named in message.properties:
                value = evaluate(process, expression)
                if value is not None:
                    known[named] = as_text(value)
        properties = {named: known[named] for named in message.properties if named in known}
    _open(token, spec, index, "message", name=name, key=key, properties=properties)


def due_of(token: Token, event: EventDefinition) -> tuple[datetime, int | None, str | None]:
    """When a timer is due, in UTC; for a cycle how often it fires and its interval. A value that is none of these is
    a failure."""
    value: Any = event.value
    if isinstance(value, Expression):
        value = evaluate(token, value)
    now = utc(token)
    try:
        if value is None:
            raise iso8601.NoTime("không có giá trị", "it has no value")
        if event.timer == "cycle":
            text = value if isinstance(value, str) and value.strip().startswith("R") else "R/" + as_text(value)
            return iso8601.cycle(text, now)
        if event.timer == "duration":
            return iso8601.after(now, value), None, None
        return iso8601.moment(value), None, None
    except iso8601.NoTime as error:
        text = short(event.value.text if value is None and isinstance(event.value, Expression) else str(value or ""))
        raise Failure(
            "expression",
            f"Hẹn giờ «{text}» không dùng được: {error.vi}.",
            f"The timer '{text}' cannot be used: {error.en}.",
        ) from None


def again(token: Token, wait: Wait) -> bool:
    """A cycle that fired is set for its next date, under its old id. False when none is left."""
    if wait.cycle is None or wait.due is None or wait.repeats in (None, 0, 1):
        return False
    try:
        due = iso8601.following(wait.cycle, wait.due)
    except iso8601.NoTime:  # past the end of the calendar
        return False
    changes = token.workflow.changes
    changes.timers_cleared.append(wait.id)
    wait.due = due
    assert wait.repeats is not None
    wait.repeats -= wait.repeats > 0
    changes.timers_set.append(wait.timer())
    return True
