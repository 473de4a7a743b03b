"""Catching: what happens when an event that was armed happens, or an error or escalation finds its catcher."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from engine.model.definition import EventDefinition
from engine.run import arming
from engine.run.machine import READY, STARTED, Machine, Token
from engine.run.progress import ARMED, Progress, SubprocessProgress
from engine.run.specs import Spec
from engine.run.variables import as_text, evaluate, quietly, write_all
from engine.run.wait import Wait

#: What happens when an event has been caught at a token.
Fire = Callable[[Token, Spec, Mapping[str, Any] | None], None]


def caught(token: Token, wait: Wait, payload: Mapping[str, Any] | None) -> None:
    """The event behind that wait happened: the token's own, a boundary's, a start's of an event subprocess, or one
    behind an event gateway. With `parallel_multiple` all of a node's events have to happen first (10.5.5)."""
    machine: Machine = token.workflow
    spec = token.task_spec.process.task_specs[wait.element]
    node = spec.node
    stays = spec is not token.task_spec and not node.interrupting and not token.task_spec.is_event_gateway
    if node.parallel_multiple and len(node.events) > 1:
        machine.close_wait(token, wait)
        if not all_happened(token, spec):
            write_all(token, payload)
            return
        if stays:
            arm_anew(token, spec)
    elif stays and wait.kind == "timer" and not arming.again(token, wait):
        machine.close_wait(token, wait)
    if spec is token.task_spec:
        machine.close_waits(token)
        spec.received(token, payload)
    elif token.task_spec.is_event_gateway:
        token.task_spec.chosen(token, spec, payload)
    elif spec.is_boundary:
        boundary(token, spec, payload)
    else:
        event_subprocess(token, spec, payload)


def all_happened(token: Token, spec: Spec, thrown: EventDefinition | None = None) -> bool:
    """Whether with this one the last of a node's events has happened, where all of them have to: those that wait are
    armed no more, those that are thrown are noted. When all have, it begins anew."""
    node = spec.node
    if not node.parallel_multiple or len(node.events) < 2:
        return True
    progress: Progress = token.progress
    before = progress.happened or {}
    seen = {*before.get(node.id, ()), *(at for at, event in enumerate(node.events) if event is thrown)}
    wanted = {at for at, event in enumerate(node.events) if event.kind not in arming.WAITING_KINDS}
    rest = {id: places for id, places in before.items() if id != node.id}
    if seen >= wanted and not any(wait.element == node.id for wait in token.waits):
        progress.happened = rest or None
        return True
    if seen:
        progress.happened = rest | {node.id: sorted(seen)}
    return False


def arm_anew(token: Token, spec: Spec) -> None:
    """What does not interrupt waits for all its events again; a condition has to turn true anew."""
    arming.arm(token, spec)
    for wait in token.waits:
        if wait.element == spec.node.id and wait.kind == "conditional":
            wait.was = holds(token, wait)


def take(token: Token, event: EventDefinition, spec: Spec, payload: Mapping[str, Any], fire: Fire) -> None:
    """An error or escalation is caught there; where all events of the node have to happen, perhaps as one of them."""
    if not all_happened(token, spec, event):
        write_all(token, payload)
        return
    if not spec.node.interrupting and spec.node.parallel_multiple:
        arm_anew(token, spec)
    fire(token, spec, payload)


def look(token: Token, wait: Wait) -> None:
    """A conditional event looks at its data again; it fires when its condition turns true."""
    is_true = holds(token, wait)
    was, wait.was = wait.was, is_true
    if is_true and not was:
        caught(token, wait, None)


def holds(token: Token, wait: Wait) -> bool:
    """Whether the condition that is waited for is true now."""
    expression = token.task_spec.process.task_specs[wait.element].node.events[wait.index].condition
    return expression is not None and quietly(token, expression)


def boundary(activity: Token, spec: Spec, payload: Mapping[str, Any] | None) -> None:
    """A boundary event fires: an interrupting one ends its activity first (13.5.3)."""
    machine: Machine = activity.workflow
    scope = activity.above
    assert scope is not None
    token = machine.token(spec, scope)
    token._state = READY
    if spec.node.interrupting:
        activity.cancel()
    enter_event(token, payload)


def event_subprocess(scope: Token, start: Spec, payload: Mapping[str, Any] | None) -> None:
    """The start of an event subprocess fires (13.5.4): an interrupting one ends all else in its scope and disarms
    the scope's other event subprocesses."""
    machine: Machine = scope.workflow
    spec = start.level.owner
    assert spec is not None
    if start.node.interrupting:
        machine.cancel_tree(scope, inside=True)
        machine.close_waits(scope, scope.task_spec.inner.start_ids)
        scope.progress.interrupted = True
    inside = machine.token(spec, scope)
    machine.tell(inside, "entered")
    inside._state = STARTED
    progress: SubprocessProgress = inside.progress
    progress.stage, progress.start = ARMED, start.name
    machine.guard(inside, spec.open, inside)
    if inside._state != STARTED:
        return
    progress.start = None
    token = machine.token(start, inside)
    token._state = READY
    enter_event(token, payload)


def enter_event(token: Token, payload: Mapping[str, Any] | None) -> None:
    """An event that fired is entered and left at once, with the variables that came."""
    machine: Machine = token.workflow
    machine.tell(token, "entered", brought=payload)
    machine.guard(token, token.task_spec.finish, token, payload)


def brought(event: EventDefinition, code: str | None, variables: Mapping[str, Any] | None) -> dict[str, Any]:
    """What an error or escalation brings to who catches it."""
    payload = dict(variables or {})
    if event.code_variable:
        payload[event.code_variable] = code
    if event.error_variable:
        payload[event.error_variable] = dict(variables or {}) or code
    return payload


def matching(catches: Any, kind: str, code: str | None) -> tuple[EventDefinition, Spec] | None:
    """Of the catchers of one place the one with the code, else the one that takes every code."""
    general = None
    for event, spec in catches:
        if event.kind == kind:
            if event.code is None:
                general = general or (event, spec)
            elif event.code == code:
                return event, spec
    return general


def throw_at(origin: Token, kind: str, code: str | None, variables: Mapping[str, Any] | None, *, own: bool) -> bool:
    """An error or an escalation climbs from scope to scope, out of called processes too, to its nearest catcher
    (10.5.6). `own`: the thrower's own boundary events may catch it. False when nothing catches it.

    An event subprocess does not catch what it throws itself: it would begin again without end."""
    token = origin if own else origin.above
    came: Any = None  # what it came out of, in the scope at hand
    while token is not None:
        spec = token.task_spec
        if spec.is_scope and token.progress.restored:  # it completed long ago: nobody there catches any more
            came, token = spec, token.above
            continue
        if spec.is_scope and not token.progress.interrupted:
            found = matching([each for each in spec.inner.start_catches if each[1].level.owner is not came], kind, code)
            if found:
                take(token, *found, brought(found[0], code, variables), event_subprocess)
                return True
        found = matching(spec.catches, kind, code)
        if found:
            take(token, *found, brought(found[0], code, variables), boundary)
            return True
        came, token = spec, token.above
    return False


def throw_error(origin: Token, code: str | None, variables: Mapping[str, Any] | None = None, *, own: bool) -> None:
    """Uncaught it ends the whole family and is listed with its code and the instance it came from."""
    machine: Machine = origin.workflow
    instance = machine.process(origin).id
    if not throw_at(origin, "error", code, variables, own=own):
        machine.changes.errors.append((code or "", instance))
        machine.cancel_tree(machine.root, inside=True)
        machine.root.task_spec.end(machine.root)


def throw_signal(machine: Machine, name: str, payload: Mapping[str, Any] | None, within: Token | None = None) -> int:
    """Every subscription of the family that is open at this moment takes it, or only those of the process `within`;
    how many that were."""
    taken = 0
    for id, (token, wait) in sorted(machine.waits.items(), key=lambda item: item[1][1].n):
        if (
            wait.kind == "signal"
            and wait.name == name
            and id in machine.waits
            and (within is None or machine.process(token) is within)
        ):
            machine.guard(token, caught, token, wait, payload)
            taken += 1
    return taken


def throw_message(origin: Token, name: str, correlation: Any, payload: Mapping[str, Any]) -> None:
    """To the subscription of this family that the host names, or out."""
    machine: Machine = origin.workflow
    taker = machine.host.message_thrown(name, correlation, payload)
    if taker is not None and taker in machine.waits:
        token, wait = machine.waits[taker]
        machine.guard(token, deliver_message, token, wait, payload)


def deliver_message(token: Token, wait: Wait, payload: Mapping[str, Any] | None) -> None:
    """A message reaches a subscription; the first one of a conversation sets the instance's correlation keys."""
    spec = token.task_spec.process.task_specs[wait.element]
    event = spec.node.events[wait.index] if wait.index < len(spec.node.events) else None
    message = spec.node.message if event is None else event.message
    if message is not None and message.properties:
        remember_keys(token, message.properties, payload or {})
    caught(token, wait, payload)


def remember_keys(token: Token, properties: Mapping[str, Any], payload: Mapping[str, Any]) -> dict[str, str]:
    """Correlation properties read from a message; what the instance does not know yet it keeps (8.4.2)."""
    found = {}
    for name, expression in properties.items():
        value = evaluate(token, expression, extra=payload)
        if value is not None:
            found[name] = as_text(value)
    progress = token.workflow.process(token).progress
    known = progress.keys or {}
    progress.keys = known | {name: text for name, text in found.items() if name not in known}
    return found
