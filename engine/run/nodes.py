"""What every flow node does with a token: arrive, run in stages, deliver what it brought, leave.

A token that an incident stops keeps the stage it had reached, so that a retry does again only what failed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.specs.base import TaskSpec

from engine.model.definition import EventDefinition, Flow, Node
from engine.run import arming, catching, compensation
from engine.run.failure import Failure
from engine.run.token import COMPLETED, ERROR, READY, STARTED, WAITING, Token
from engine.run.variables import condition, map_inputs, map_outputs, write, write_all
from engine.run.wait import Wait

if TYPE_CHECKING:
    from engine.run.compiled import Level, ProcessSpec
    from engine.run.family import Family

#: Stages of a token at its node. One that is LEFT is completed, and has yet to find a flow to take.
FRESH, ENTERED, ARMED, DELIVERING, LEAVING, LEFT = range(6)


class NodeSpec(TaskSpec):  # type: ignore[misc]
    """A flow node, compiled. `level` is the scope that contains it, `out` its flows with their targets."""

    is_process = False
    is_scope = False
    is_boundary = False
    is_event_gateway = False
    is_body = False
    is_call = False
    tells = True  # what the host adds to the node are told for tokens of this spec

    def __init__(self, process: ProcessSpec, node: Node, level: Level, name: str | None = None) -> None:
        super().__init__(process, name or node.id)
        self.process = process
        self.node = node
        self.type = node.kind
        self.level = level
        self.out: tuple[tuple[Flow, NodeSpec], ...] = ()
        self.conditional = False  # a flow of it has a condition, or it has a default flow
        self.body: Any = None  # the spec that repeats this one
        self.armed: tuple[NodeSpec, ...] = ()  # boundary events that wait: message, signal, timer, conditional
        self.catches: tuple[tuple[EventDefinition, NodeSpec], ...] = ()  # those that are thrown at: error, escalation
        self.handler: NodeSpec | None = None  # its compensation handler
        self.compensation_boundary: NodeSpec | None = None
        self.compensable = False
        self.is_activity = not node.kind.endswith(("Gateway", "Event"))

    # -- arriving ----------------------------------------------------------------------------------------------

    def arrive(self, family: Family, scope: Token, flow: str | None) -> Token:
        """A token for this node in that scope. With a start quantity it waits for its fellows (13.3.2)."""
        if self.node.start_quantity > 1:
            return self.gather(family, scope, flow)
        token = family.token(self, scope)
        family.queue(token)
        return token

    def gather(self, family: Family, scope: Token, flow: str | None) -> Token:
        token = scope.held.get(self.name)
        if token is None:
            token = family.token(self, scope)
            token._state = WAITING
            token.internal_data["in"] = {}
            scope.held[self.name] = token
        counts = token.internal_data["in"]
        counts[""] = counts.get("", 0) + 1
        if counts[""] >= self.node.start_quantity:
            del token.internal_data["in"], scope.held[self.name]
            family.queue(token)
        return token

    # -- running -----------------------------------------------------------------------------------------------

    def _run(self, token: Token) -> bool | None:
        try:
            self.go_on(token)
        except Failure as failure:
            token.workflow.stop(token, failure)
            return False
        return None

    def go_on(self, token: Token) -> None:
        """From the stage that the token has reached."""
        internal = token.internal_data
        stage = internal.get("stage", FRESH)
        if stage >= LEAVING:
            return self.leave(token)
        if stage == DELIVERING:
            return self.finish(token, internal.get("result"), internal.get("outcome"))
        node = self.node
        if stage == FRESH:
            token.workflow.tell(token, "entered")
            internal["stage"] = ENTERED
        if stage <= ENTERED:
            if node.inputs:
                map_inputs(token, node.inputs)
            for boundary in self.armed:
                arming.arm(token, boundary)
            internal["stage"] = ARMED
            if token.workflow.changed:
                token.workflow.look_again()
                if token._state != READY:
                    return None
        self.execute(token)
        return None

    def execute(self, token: Token) -> None:
        """What the node does. It finishes the token, or leaves it to wait."""
        self.finish(token)

    # -- leaving -----------------------------------------------------------------------------------------------

    def finish(self, token: Token, result: Mapping[str, Any] | None = None, outcome: str | None = None) -> None:
        """The node is done: what it brought is written, then the token leaves. Fails before anything is lost."""
        internal = token.internal_data
        internal["stage"] = DELIVERING
        if outcome is not None:
            internal["outcome"] = outcome
            result = {**(result or {}), self.node.outcome_variable: outcome}
        if result:
            internal["result"] = result
        self.deliver(token, result)
        internal["stage"] = LEAVING
        self.leave(token)

    def deliver(self, token: Token, result: Mapping[str, Any] | None) -> None:
        outputs = self.node.outputs
        if not outputs:
            write_all(token, result)
            return
        if result and "applied" not in token.internal_data:  # a retry sees what was mended since
            token.internal_data["applied"] = True
            if self.node.beside:
                write_all(token, result)
            else:
                token.data.update(result)
                token.packed = None
        map_outputs(token, outputs)
        chosen = self.node.outcome_variable
        if result and chosen in result:  # the chosen outcome is known outside, whatever is mapped
            assert token.above is not None
            write(token.above, chosen, result[chosen])

    def leave(self, token: Token) -> None:
        if self.body is not None and token.above is not None and token.above.task_spec is self.body:
            self.body.instance_done(token.above, token)
            return
        if self.conditional and self.is_activity and token.internal_data.get("stage") != LEFT:
            token.internal_data["stage"] = LEFT  # its work is done, whatever its flows say then (13.3.1)
            self.tell_completed(token)
        chosen = () if "for" in token.internal_data else self.choose(token)
        self.depart(token, chosen)

    def depart(self, token: Token, chosen: Any) -> None:
        """Complete it and send tokens along the chosen flows."""
        family: Family = token.workflow
        internal = token.internal_data
        token._state = COMPLETED
        if internal.get("stage") != LEFT:
            self.tell_completed(token)
        if self.compensable:
            compensation.remember(token)
        scope = token.above
        assert scope is not None
        family.remove(token)
        for flow, target in chosen:
            for _ in range(self.node.completion_quantity):
                family.enter(target, scope, flow.id)
        if "for" in internal:
            compensation.handled(family, internal["for"])
        if scope.task_spec.type == "adHocSubProcess" and self.is_activity:
            scope.task_spec.child_completed(scope)

    def tell_completed(self, token: Token) -> None:
        internal = token.internal_data
        token.workflow.tell(token, "completed", internal.get("result"), internal.get("outcome"))

    def choose(self, token: Token) -> Any:
        """The flows that take a token (13.3.1): every one without a condition or with a true one; the default where
        there is none."""
        out = self.out
        if not self.conditional:
            return out
        default = self.node.default
        chosen = [
            (flow, target)
            for flow, target in out
            if flow.id != default and (flow.condition is None or condition(token, flow.condition))
        ]
        if not chosen and default is not None:
            chosen = [pair for pair in out if pair[0].id == default]
        if not chosen:
            raise self.no_flow()
        return chosen

    def no_flow(self) -> Failure:
        called = self.node.name or self.node.id
        return Failure(
            "no_flow",
            f"«{called}»: không có luồng nào có điều kiện đúng, và không có luồng mặc định.",
            f"'{called}': no outgoing flow has a true condition, and there is no default flow.",
        )

    # -- what happens to a waiting token -----------------------------------------------------------------------

    def caught(self, token: Token, wait: Wait, payload: Mapping[str, Any] | None) -> None:
        """One of the events armed on the token happened."""
        catching.caught(token, wait, payload)

    def look(self, token: Token, wait: Wait) -> None:
        catching.look(token, wait)

    def drained(self, token: Token) -> None:
        """The last token inside it is gone; only scopes act on it."""

    def retry(self, token: Token) -> None:
        token.workflow.queue(token)

    def _on_cancel(self, token: Token) -> None:
        family: Family = token.workflow
        close_work(family, token)
        if token.entered:
            family.tell(token, "cancelled")


def close_work(family: Family, token: Token) -> None:
    """Open task, call and incident of the token are no more."""
    internal = token.internal_data
    if "task" in internal and token._state == STARTED:
        family.changes.tasks_closed.append(token.id)
    elif "call" in internal and token._state == STARTED:
        family.changes.calls_closed.append(token.id)
    if token._state == ERROR:
        internal.pop("why", None)
        family.changes.incidents_closed.append(token.id)
