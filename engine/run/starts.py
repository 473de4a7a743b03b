"""How a process begins: plainly, or by the events that its deployment waits for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine import feel, iso8601
from engine.model.definition import EventDefinition, Node, Process
from engine.refusal import Refusal
from engine.run import arming, catching
from engine.run.changes import Host, Subscription, Timer
from engine.run.compiled import compiled
from engine.run.failure import Failure
from engine.run.machine import Machine, Token
from engine.run.specs import ProcessSpec


@dataclass(slots=True)
class Starts:
    """What a deployed process waits for. The id of each is what `Run.start` takes as `start`.

    plain: it can be started without an event. Nobody waits here for conditional starts, for their conditions read no
    data of an instance (10.5.2): whoever holds the data asks `holding`, and starts it there.
    """

    plain: bool
    subscriptions: list[Subscription] = field(default_factory=list)
    timers: list[Timer] = field(default_factory=list)
    failures: list[tuple[str, str]] = field(default_factory=list)  # (element, why) of a timer that gives no date


def starts(process: Process, host: Host) -> Starts:
    """The events that start a process: its start events, its instantiating receive tasks and event gateways."""
    spec = compiled(process)
    found = Starts(bool(spec.scope.inner.initial))
    machine = Machine(spec, host)
    token = Token(machine, spec.scope, None, "start")
    for node, events in starting(process):
        for index, event in enumerate(events):
            _add(found, token, node, index, event)
    return found


def starting(process: Process) -> list[tuple[Node, tuple[EventDefinition, ...]]]:
    """The nodes that an event starts a process at, with their event definitions."""
    scope = process.scope
    found: list[tuple[Node, tuple[EventDefinition, ...]]] = []
    for node in scope.nodes.values():
        if node.kind == "startEvent" and node.events:
            found.append((node, node.events))
        elif node.kind == "receiveTask" and node.instantiate and not node.incoming:
            found.append((node, (_received(node),)))
        elif node.kind == "eventBasedGateway" and node.instantiate and not node.incoming:
            for flow in node.outgoing:
                target = scope.nodes[scope.flows[flow].target]
                events = target.events if target.kind != "receiveTask" else (_received(target),)
                found.append((target, events))
    return found


def _received(node: Node) -> EventDefinition:
    name = node.message.name if node.message is not None else node.name or node.id
    expression = node.message.name_expression if node.message is not None else None
    return EventDefinition("message", name=name, message=node.message, name_expression=expression)


def _add(found: Starts, token: Token, node: Node, index: int, event: EventDefinition) -> None:
    id = node.id if index == 0 else f"{node.id}#{index}"
    if event.kind in ("message", "signal"):
        kind: Any = event.kind
        name = event.name or (event.message.name if event.message is not None else "")
        if event.name_expression is not None:  # refused at deployment: nothing has a value before the instance
            found.failures.append((node.id, f"The name '{name}' is an expression."))
            return
        found.subscriptions.append(Subscription(id, node.id, kind, name))
    elif event.kind == "timer":
        try:
            due, repeats, cycle = arming.due_of(token, event)
        except Failure as failure:
            found.failures.append((node.id, failure.en))
            return
        found.timers.append(Timer(id, node.id, due, repeats, cycle))


def next_start(process: Process, timer: Timer, host: Host) -> Timer | None:
    """After a start timer fired: its next date, None where it fires no more. The interval is the timer's own, or
    where the timer was kept without it, the process's."""
    if timer.repeats in (None, 0, 1):
        return None
    assert timer.repeats is not None
    cycle = timer.cycle or next((each.cycle for each in starts(process, host).timers if each.id == timer.id), None)
    if cycle is None:
        return None
    try:
        due = iso8601.following(cycle, timer.due)
    except iso8601.NoTime:  # past the end of the calendar
        return None
    return Timer(timer.id, timer.element, due, timer.repeats - (timer.repeats > 0), cycle)


def conditional(process: Process) -> list[Node]:
    """Its conditional start events."""
    return [node for node in process.scope.nodes.values() if node.kind == "startEvent" and node.event("conditional")]


def holding(process: Process, variables: Mapping[str, Any]) -> list[str]:
    """The conditional starts whose conditions hold over what an instance would begin with."""
    found = []
    for node in conditional(process):
        event = node.event("conditional")
        if event is not None and event.condition is not None:
            try:
                if feel.evaluate(event.condition.text, variables) is True:
                    found.append(node.id)
            except feel.FeelError:
                continue
    return found


def begin_at(spec: ProcessSpec, start: str | None, variables: Mapping[str, Any]) -> Callable[[Machine, Token], None]:
    """How the root begins. Refused where the process has no such start."""
    process = spec.definition
    inner = spec.scope.inner
    if start is None and not inner.initial and conditional(process):
        held = holding(process, variables)
        if not held:
            called = process.name or process.id
            raise Refusal(
                f"Chưa có điều kiện bắt đầu nào của quy trình «{called}» là đúng.",
                f"No start condition of the process '{called}' holds.",
            )
        return begin_at(spec, held[0], variables)
    if start is None:
        if not inner.initial and process.scope.nodes:
            raise Refusal(
                f"Quy trình «{process.name or process.id}» không có sự kiện bắt đầu thường.",
                f"The process '{process.name or process.id}' has no plain start event.",
            )
        return lambda machine, root: spec.scope.begin_root(root, inner.initial)
    id, _, number = start.partition("#")
    if id not in process.scope.nodes and start in process.scope.nodes:
        id, number = start, ""
    node = process.scope.nodes.get(id)
    startable = {each.id for each, _ in starting(process)} | {
        each.id for each in process.scope.nodes.values() if each.kind == "startEvent"
    }
    if node is None or id not in startable:
        raise Refusal(
            f"Quy trình «{process.name or process.id}» không có sự kiện bắt đầu «{start}».",
            f"The process '{process.name or process.id}' has no start '{start}'.",
        )

    def begin(machine: Machine, root: Token) -> None:
        spec.scope.begin_root(root, [])
        event = node.events[int(number or 0)] if node.events else None
        message = node.message if event is None else event.message
        if message is not None and message.properties:
            catching.remember_keys(root, message.properties, root.data)
        gateway = _gateway_before(process, node)
        token = machine.enter(spec.task_specs[gateway.id if gateway else id], root)
        if gateway is not None:
            token.progress.begun = id
        elif node.kind == "receiveTask" or node.parallel_multiple:
            token.progress.first = int(number or 0)

    return begin


def _gateway_before(process: Process, node: Node) -> Node | None:
    if node.kind == "startEvent":
        return None
    for flow in node.incoming:
        source = process.scope.nodes[process.scope.flows[flow].source]
        if source.kind == "eventBasedGateway" and source.instantiate:
            return source
    return None
