"""Gateways (10.6, 13.4)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from engine.run import arming
from engine.run.nodes import NodeSpec
from engine.run.token import READY, STARTED, WAITING, Token
from engine.run.variables import condition

if TYPE_CHECKING:
    from engine.run.family import Family


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

    def arrive(self, family: Family, scope: Token, flow: str | None) -> Token:
        if len(self.node.incoming) <= 1 or flow is None:
            token = family.token(self, scope)
            family.queue(token)
            return token
        held = scope.held.get(self.name)
        if held is None:
            held = self.hold(family, scope, {})
        counts = held.internal_data["in"]
        counts[flow] = counts.get(flow, 0) + 1
        self.look_at(held)
        return held

    def hold(self, family: Family, scope: Token, counts: dict[str, int]) -> Token:
        token = family.token(self, scope)
        token._state = WAITING
        token.internal_data["in"] = counts
        scope.held[self.name] = token
        family.tell(token, "entered")
        return token

    def look_at(self, held: Token) -> None:
        """A token came: is that enough?"""

    def take(self, held: Token) -> None:
        """Consume one token of each flow that has one; what is over is held anew."""
        family: Family = held.workflow
        counts = held.internal_data.pop("in")
        scope = held.above
        assert scope is not None
        if scope.held.get(self.name) is held:
            del scope.held[self.name]
        family.joins.pop(held.id, None)
        over = {flow: count - 1 for flow, count in counts.items() if count > 1}
        if over:
            self.look_at(self.hold(family, scope, over))

    def go_on(self, token: Token) -> None:
        internal = token.internal_data
        if "in" in internal:
            self.take(token)
            internal["stage"] = 2  # entered when it began to wait
        super().go_on(token)


class ParallelSpec(JoinSpec):
    """Waits for a token on every incoming flow; sends one along every outgoing flow (13.4.1)."""

    def look_at(self, held: Token) -> None:
        if held._state == WAITING and len(held.internal_data["in"]) >= len(self.node.incoming):
            held.workflow.queue(held)

    def choose(self, token: Token) -> Any:
        return self.out


class InclusiveSpec(JoinSpec):
    """Waits as long as a token that is on its way could still come in on an empty flow (13.4.3)."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.upstream: dict[str, frozenset[str]] = {}  # incoming flow → nodes from which it can be reached

    def look_at(self, held: Token) -> None:
        held.workflow.joins[held.id] = held
        held.workflow.moved = True

    def settled(self, held: Token) -> bool:
        if self.expects_more(held, set(held.internal_data["in"])):
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
            if at == self.node.id:
                continue
            reaches_empty = reaches_filled = False
            for flow in self.node.incoming:
                if at in self.upstream[flow]:
                    if flow in filled:
                        reaches_filled = True
                        break
                    reaches_empty = True
            if reaches_empty and not reaches_filled:
                return True
        return False


class ComplexSpec(InclusiveSpec):
    """Starts when its activation condition is true, then waits to be reset (13.4.5).

    The condition sees `activationCount`, the tokens that have come, and each incoming flow's count under its id.
    Without a condition one token is enough. While it waits for its reset, `waitingForStart` is false.
    """

    def look_at(self, held: Token) -> None:
        family: Family = held.workflow
        family.joins[held.id] = held
        family.moved = True
        if "reset" not in held.internal_data and held._state == WAITING:
            family.guard(held, self.try_start, held)

    def try_start(self, held: Token) -> None:
        counts = held.internal_data["in"]
        test = self.node.activation
        if test is not None:
            seen: dict[str, Any] = {flow: counts.get(flow, 0) for flow in self.node.incoming}
            seen["activationCount"] = sum(counts.values())
            seen["waitingForStart"] = True
            if not condition(held, test, "condition", seen):
                return
        held.workflow.queue(held)

    def arrive(self, family: Family, scope: Token, flow: str | None) -> Token:
        held = scope.held.get(self.name)
        if held is not None and held._state != WAITING and flow is not None:
            counts = held.internal_data["in"]
            counts[flow] = counts.get(flow, 0) + 1
            return held
        return super().arrive(family, scope, flow)

    def retry(self, token: Token) -> None:
        if "in" in token.internal_data and "stage" not in token.internal_data:
            token._state = WAITING
            token.workflow.joins[token.id] = token
            token.workflow.moved = True
            if "reset" not in token.internal_data:
                token.workflow.guard(token, self.try_start, token)
        else:
            super().retry(token)

    def go_on(self, token: Token) -> None:
        internal = token.internal_data
        if "in" not in internal:
            return NodeSpec.go_on(self, token)
        family: Family = token.workflow
        chosen = self.phase(token, start=True)
        counts = internal["in"]
        family.tell(token, "completed")
        scope = token.above
        assert scope is not None
        internal["reset"] = sorted(counts)
        internal["in"] = {flow: count - 1 for flow, count in counts.items() if count > 1}
        token._state = WAITING
        family.joins[token.id] = token
        family.moved = True
        for flow, target in chosen:
            family.enter(target, scope, flow.id)
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
        internal = held.internal_data
        if "reset" not in internal:
            return False
        consumed = set(internal["reset"])
        if self.expects_more(held, consumed | set(internal["in"])):
            return False
        family: Family = held.workflow
        scope = held.above
        assert scope is not None
        chosen = self.phase(held, start=False)
        counts = {flow: count - (flow not in consumed) for flow, count in internal["in"].items()}
        counts = {flow: count for flow, count in counts.items() if count > 0}
        family.remove(held)
        for flow, target in chosen:
            family.enter(target, scope, flow.id)
        if counts:
            self.look_at(self.hold(family, scope, counts))
        return True

    def choose(self, token: Token) -> Any:
        return self.phase(token, start=True)


class EventGatewaySpec(NodeSpec):
    """Waits for the events behind it (10.6.6). Exclusive: the first that happens takes the token. Parallel, which
    begins a process: every event takes one, and all have to happen."""

    is_event_gateway = True

    def execute(self, token: Token) -> None:
        begun = token.internal_data.get("begun")
        arming.arm_together(token, [target for _, target in self.out if target.node.id != begun])
        token._state = STARTED
        if begun is not None:
            self.chosen(token, self.process.task_specs[begun], None)

    def chosen(self, token: Token, spec: NodeSpec, payload: Mapping[str, Any] | None) -> None:
        """One of its events happened."""
        family: Family = token.workflow
        scope = token.above
        assert scope is not None
        family.close_waits(token, {spec.node.id} if self.node.event_gateway_type == "Parallel" else None)
        event = family.token(spec, scope)
        event._state = READY
        if not token.waits:
            self.depart(token, ())
        family.tell(event, "entered")
        family.guard(event, spec.finish, event, payload)
