"""Events: starts, intermediate catches and throws, ends, boundaries (10.5, 13.5)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from engine.model.definition import EventDefinition, Message
from engine.run import arming, catching, compensation
from engine.run.calling import CallingSpec
from engine.run.failure import Failure
from engine.run.machine import Machine, Token, context
from engine.run.nodes import NodeSpec
from engine.run.progress import StartProgress, ThrowProgress
from engine.run.variables import as_text, evaluate


class CatchSpec(NodeSpec):
    """An intermediate catch event: waits for its events. One without, or the end of a link, goes on."""

    def execute(self, token: Token) -> None:
        if any(event.kind in arming.WAITING_KINDS for event in self.node.events):
            arming.arm_together(token, [self])
        else:
            self.finish(token)

    def received(self, token: Token, payload: Mapping[str, Any] | None) -> None:
        self.finish(token, payload)


class StartSpec(CatchSpec):
    """A start event: it has happened when a token stands at it. A parallel multiple one of a process, begun by
    one of its events, waits for the others (10.5.2)."""

    progress = StartProgress

    def execute(self, token: Token) -> None:
        first = token.progress.first
        if first is None:
            return self.finish(token)
        try:
            for index, event in enumerate(self.node.events):
                if index != first and event.kind in arming.WAITING_KINDS:
                    arming.arm_one(token, self, index, event)
        except Failure:
            token.workflow.close_waits(token)
            raise
        if not token.waits:
            self.finish(token)
        return None


class BoundarySpec(NodeSpec):
    """A boundary event: its token appears when it fires."""

    is_boundary = True


class ThrowSpec(CallingSpec):
    """Intermediate throw and end events. The event is done before its effect: whoever it interrupts runs no more.
    One that a connector sends is done when that has sent it."""

    progress = ThrowProgress

    def execute(self, token: Token) -> None:
        if self.node.connector is not None and self.calls(token):
            return None
        waiting = [event for event in self.node.events if event.kind == "compensate" and event.wait_for_completion]
        progress: ThrowProgress = token.progress
        if waiting and progress.undone is None:
            progress.undone = 0
            return self.compensation_done(token)
        effects = [self.effect(token, event) for event in self.node.events if event not in waiting]
        self.finish(token, progress.result)
        for effect in effects:
            effect()
        return None

    def compensation_done(self, token: Token) -> None:
        """Go on with the next compensation that is waited for, else leave."""
        waiting = [event for event in self.node.events if event.kind == "compensate" and event.wait_for_completion]
        progress: ThrowProgress = token.progress
        at = progress.undone or 0
        if at < len(waiting):
            progress.undone = at + 1
            if not compensation.throw(token, waiting[at].activity, token):
                self.compensation_done(token)
        else:
            self.execute(token)

    def effect(self, token: Token, event: EventDefinition) -> Callable[[], Any]:
        """What the event does, ready to be done: whatever can fail is evaluated here."""
        machine: Machine = token.workflow
        kind = event.kind
        if kind == "message" and (event.name or event.message is not None):  # else a service call stands for it
            return message_effect(token, event.message, event.name)
        if kind == "signal":
            payload = dict(token.data)
            name = arming.called(token, event.name, event.name_expression)

            process = machine.process(token)

            def signal() -> None:
                if event.within:
                    catching.throw_signal(machine, name, payload, process)
                else:
                    catching.throw_signal(machine, name, payload)
                    machine.host.signal_thrown(name, payload)

            return signal
        if kind == "error":
            return lambda: catching.throw_error(token, event.code, token.data, own=False)
        if kind == "escalation":
            return lambda: catching.throw_at(token, "escalation", event.code, token.data, own=False)
        if kind == "compensate":
            return lambda: compensation.throw(token, event.activity, None)
        if kind == "cancel":
            return lambda: compensation.cancel_transaction(token)
        if kind == "terminate":
            return lambda: terminate(token, event.reach)
        return lambda: None

    def choose(self, token: Token) -> Any:
        link = self.node.event("link")
        if link is not None:
            target = self.level.links.get(link.name)
            if target is not None:
                return ((LINK, target),)
        return super().choose(token)


class _Link:
    """The flow that a pair of link events stands for."""

    id = ""


LINK = _Link()


def message_effect(
    token: Token, message: Message | None, name: str, payload: Mapping[str, Any] | None = None
) -> Callable[[], Any]:
    """Throw a message: its key or properties come from the thrower's variables; it carries the thrower's inputs, or
    what is given."""
    payload = dict(token.data if payload is None else payload)
    correlation: Any = None
    if message is not None and message.correlation_key is not None:
        value = evaluate(token, message.correlation_key)
        correlation = None if value is None else as_text(value)
    elif message is not None and message.properties:
        correlation = catching.remember_keys(token, message.properties, context(token))
    called = name or (message.name if message is not None else "")
    if message is not None:
        called = arming.called(token, called, message.name_expression)
    return lambda: catching.throw_message(token, called, correlation, payload)


def terminate(token: Token, reach: str = "scope") -> None:
    """All else in its process or subprocess ends at once, without compensation; the scope itself completes. In other
    dialects a terminate may also reach all instances of the activity around it, or the whole family."""
    machine: Machine = token.workflow
    if reach == "family":
        machine.cancel_tree(machine.root, inside=True)
        machine.root.task_spec.end(machine.root)
        return
    scope = machine.scope(token)
    if reach == "instances":
        body = scope
        while body.above is not None and not (body.task_spec.is_body or body.task_spec.is_process):
            body = body.above
        if body.task_spec.is_body:
            machine.cancel_tree(body, inside=True)
            machine.guard(body, body.task_spec.complete, body)
            return
    machine.cancel_tree(scope, inside=True)
    machine.guard(scope, scope.task_spec.drained, scope)
