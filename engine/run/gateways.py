"""Gateways (10.6, 13.4)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.run import arming, catching
from engine.run.machine import READY, STARTED, WAITING, Machine, Token
from engine.run.nodes import NodeSpec
from engine.run.progress import ARMED, FRESH, ComplexProgress, EventGatewayProgress, Progress
from engine.run.specs import Spec
from engine.run.variables import condition


class ExclusiveSpec(NodeSpec):
    """Every token passes; the first flow in document order whose condition is true takes it, else the default."""

    def choose(self, token: Token) -> Any:
        out = self.out
        if not self.conditional and len(out) <= 1:
            return out
        default = None
        for pair in out:
            flow = pair[0]
            if flow.id == self.node.default:
                default = pair
            elif flow.condition is None or condition(token, flow.condition):
                return (pair,)
        if default is not None:
            return (default,)
        raise self.no_flow()


class JoinSpec(NodeSpec):
    """A gateway that gathers tokens: one held token counts, by flow, those that have come."""

    gathers = True

    def arrive(self, machine: Machine, scope: Token, flow: str | None) -> Token:
        if len(self.node.incoming) <= 1 or flow is None:
            token = machine.token(self, scope)
            machine.queue(token)
            return token
        held = scope.held.get(self.name)
        if held is None:
            held = self.hold(machine, scope, {})
        _count(held, flow)
        self.look_at(held)
        return held

    def hold(self, machine: Machine, scope: Token, counts: dict[str, int]) -> Token:
        token = machine.token(self, scope)
        token._state = WAITING
        token.progress.came = counts
        scope.held[self.name] = token
        machine.tell(token, "entered")
        return token

    def look_at(self, held: Token) -> None:
        """A token came: is that enough?"""

    def take(self, held: Token) -> None:
        """Consume one token of each flow that has one; what is over is held anew."""
        machine: Machine = held.workflow
        counts, held.progress.came = held.progress.came, None
        scope = held.above
        assert scope is not None
        if scope.held.get(self.name) is held:
            del scope.held[self.name]
        machine.joins.pop(held.id, None)
        over = {flow: count - 1 for flow, count in counts.items() if count > 1}
        if over:
            self.look_at(self.hold(machine, scope, over))

    def go_on(self, token: Token) -> None:
        if token.progress.came is not None:
            self.take(token)
            token.progress.stage = ARMED  # entered when it began to wait
        super().go_on(token)


class ParallelSpec(JoinSpec):
    """Waits for a token on every incoming flow; sends one along every outgoing flow (13.4.1)."""

    def look_at(self, held: Token) -> None:
        if held._state == WAITING and len(held.progress.came) >= len(self.node.incoming):
            held.workflow.queue(held)

    def choose(self, token: Token) -> Any:
        return self.out


class InclusiveSpec(JoinSpec):
    """Waits as long as a token that is on its way could still come in on an empty flow (13.4.3)."""

    settles = True

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.upstream: dict[str, frozenset[str]] = {}  # incoming flow → nodes from which it can be reached

    def look_at(self, held: Token) -> None:
        held.workflow.joins[held.id] = held
        held.workflow.moved = True

    def settled(self, held: Token) -> bool:
        if self.expects_more(held, set(held.progress.came)):
            return False
        held.workflow.joins.pop(held.id, None)
        held.workflow.queue(held)
        return True

    def expects_more(self, held: Token, filled: set[str]) -> bool:
        """Whether some token of the scope can reach an empty incoming flow, and no filled one, without passing this
        gateway."""
        scope = held.above
        assert scope is not None
        for other in scope._children.values():
            if other is held:
                continue
            at = other.task_spec.node.id
            if at != self.node.id and any(self.comes_from(each, filled) for each in owed(other) or (at,)):
                return True
        return False

    def comes_from(self, at: str, filled: set[str]) -> bool:
        """Whether what stands at that node can come to an empty flow and to no filled one."""
        reached = [flow for flow in self.node.incoming if at in self.upstream[flow]]
        return bool(reached) and not any(flow in filled for flow in reached)


class ComplexSpec(InclusiveSpec):
    """Starts when its activation condition is true, then waits to be reset (13.4.5).

    The condition sees `activationCount`, the tokens that have come, and each incoming flow's count under its id.
    Without a condition one token is enough. While it waits for its reset, `waitingForStart` is false.
    """

    progress: type[Progress] = ComplexProgress

    def look_at(self, held: Token) -> None:
        machine: Machine = held.workflow
        machine.joins[held.id] = held
        machine.moved = True
        if held.progress.reset is None and held._state == WAITING:
            machine.guard(held, self.try_start, held)

    def try_start(self, held: Token) -> None:
        counts = held.progress.came
        test = self.node.activation
        if test is not None:
            seen: dict[str, Any] = {flow: counts.get(flow, 0) for flow in self.node.incoming}
            seen["activationCount"] = sum(counts.values())
            seen["waitingForStart"] = True
            if not condition(held, test, "condition", seen):
                return
        held.workflow.queue(held)

    def arrive(self, machine: Machine, scope: Token, flow: str | None) -> Token:
        held = scope.held.get(self.name)
        if held is not None and held._state != WAITING and flow is not None:
            _count(held, flow)
            return held
        return super().arrive(machine, scope, flow)

    def retry(self, token: Token) -> None:
        if token.progress.came is not None and token.progress.stage == FRESH:
            token._state = WAITING
            token.workflow.joins[token.id] = token
            token.workflow.moved = True
            if token.progress.reset is None:
                token.workflow.guard(token, self.try_start, token)
        else:
            super().retry(token)

    def go_on(self, token: Token) -> None:
        progress: ComplexProgress = token.progress
        counts = progress.came
        if counts is None:
            return NodeSpec.go_on(self, token)
        machine: Machine = token.workflow
        chosen = self.phase(token, start=True)
        machine.tell(token, "completed")
        scope = token.above
        assert scope is not None
        progress.reset = sorted(counts)
        progress.came = {flow: count - 1 for flow, count in counts.items() if count > 1}
        token._state = WAITING
        machine.joins[token.id] = token
        machine.moved = True
        for flow, target in chosen:
            machine.enter(target, scope, flow.id)
        return None

    def phase(self, token: Token, *, start: bool) -> Any:
        """The flows that take a token when it starts, or when it is reset: then none is no fault."""
        default = self.node.default
        chosen = [
            pair
            for pair in self.out
            if pair[0].id != default
            and (
                start
                if pair[0].condition is None
                else condition(token, pair[0].condition, "condition", {"waitingForStart": start})
            )
        ]
        if not chosen and start:
            chosen = [pair for pair in self.out if pair[0].id == default]
            if not chosen and self.out:
                raise self.no_flow()
        return chosen

    def settled(self, held: Token) -> bool:
        progress: ComplexProgress = held.progress
        if progress.reset is None:
            return False
        consumed, came = set(progress.reset), progress.came or {}
        if self.expects_more(held, consumed | set(came)):
            return False
        machine: Machine = held.workflow
        scope = held.above
        assert scope is not None
        chosen = self.phase(held, start=False)
        counts = {flow: count - (flow not in consumed) for flow, count in came.items()}
        counts = {flow: count for flow, count in counts.items() if count > 0}
        machine.remove(held)
        for flow, target in chosen:
            machine.enter(target, scope, flow.id)
        if counts:
            self.look_at(self.hold(machine, scope, counts))
        return True

    def choose(self, token: Token) -> Any:
        return self.phase(token, start=True)


class EventGatewaySpec(NodeSpec):
    """Waits for the events behind it (10.6.6). Exclusive: the first that happens takes the token. Parallel, which
    begins a process: every event takes one, and all have to happen."""

    is_event_gateway = True
    progress = EventGatewayProgress

    def execute(self, token: Token) -> None:
        begun = token.progress.begun
        arming.arm_together(token, [target for _, target in self.out if target.node.id != begun])
        token._state = STARTED
        if begun is not None:
            self.chosen(token, self.process.task_specs[begun], None)

    def chosen(self, token: Token, spec: Spec, payload: Mapping[str, Any] | None) -> None:
        """One of its events happened."""
        machine: Machine = token.workflow
        scope = token.above
        assert scope is not None
        machine.close_waits(token, {spec.node.id} if self.node.event_gateway_type == "Parallel" else None)
        event = machine.token(spec, scope)
        event._state = READY
        if not token.waits:
            self.depart(token, ())
        catching.enter_event(event, payload)


def owed(token: Token) -> list[str]:
    """Of a token at a parallel event gateway the events that are still to happen: each will bring a token (10.6.6)."""
    spec = token.task_spec
    if not spec.is_event_gateway or spec.node.event_gateway_type != "Parallel":
        return []
    return [wait.element for wait in token.waits]


def _count(held: Token, flow: str) -> None:
    """One more token has come by that flow."""
    counts: dict[str, int] = held.progress.came
    counts[flow] = counts.get(flow, 0) + 1
