"""What every flow node does with a token: arrive, run in stages, deliver what it brought, leave.

A token that an incident stops keeps the stage it had reached, so that a retry does again only what failed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.model.definition import Node
from engine.run import arming, catching, compensation
from engine.run.failure import Failure
from engine.run.machine import COMPLETED, ERROR, READY, STARTED, WAITING, Machine, Token
from engine.run.progress import (
    ARMED,
    DELIVERING,
    ENTERED,
    FRESH,
    LEAVING,
    LEFT,
    CallingProgress,
    HumanProgress,
    Offer,
    Progress,
)
from engine.run.specs import Level, ProcessSpec, Spec
from engine.run.variables import condition, map_inputs, map_outputs, write, write_all
from engine.run.wait import Wait


class NodeSpec(Spec):
    """A flow node, compiled."""

    def __init__(self, process: ProcessSpec, node: Node, level: Level, name: str | None = None) -> None:
        super().__init__(process, name or node.id, node)
        self.level = level
        self.is_activity = not node.kind.endswith(("Gateway", "Event"))

    # -- arriving ----------------------------------------------------------------------------------------------

    def arrive(self, machine: Machine, scope: Token, flow: str | None) -> Token:
        """A token for this node in that scope. With a start quantity it waits for its fellows (13.3.2)."""
        if self.node.start_quantity > 1:
            return self.gather(machine, scope, flow)
        token = machine.token(self, scope)
        machine.queue(token)
        return token

    def gather(self, machine: Machine, scope: Token, flow: str | None) -> Token:
        token = scope.held.get(self.name)
        if token is None:
            token = machine.token(self, scope)
            token._state = WAITING
            token.progress.came = {}
            scope.held[self.name] = token
        counts: dict[str, int] = token.progress.came
        counts[""] = counts.get("", 0) + 1
        if counts[""] >= self.node.start_quantity:
            token.progress.came = None
            del scope.held[self.name]
            machine.queue(token)
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
        progress: Progress = token.progress
        stage = progress.stage
        if stage >= LEAVING:
            return self.leave(token)
        if stage == DELIVERING:
            return self.finish(token, progress.result, progress.outcome)
        node = self.node
        if stage == FRESH:
            token.workflow.tell(token, "entered")
            progress.stage = ENTERED
        if stage <= ENTERED:
            if node.inputs:
                map_inputs(token, node.inputs)
            for boundary in self.armed:
                arming.arm(token, boundary)
            progress.stage = ARMED
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
        progress: Progress = token.progress
        progress.stage = DELIVERING
        if outcome is not None:
            progress.outcome = outcome
            result = {**(result or {}), self.node.outcome_variable: outcome}
        if result:
            progress.result = result
        self.deliver(token, result)
        progress.stage = LEAVING
        self.leave(token)

    def deliver(self, token: Token, result: Mapping[str, Any] | None) -> None:
        outputs = self.node.outputs
        if not outputs:
            write_all(token, result)
            return
        if result and not token.progress.applied:  # a retry sees what was mended since
            token.progress.applied = True
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
        if self.conditional and self.is_activity and token.progress.stage != LEFT:
            token.progress.stage = LEFT  # its work is done, whatever its flows say then (13.3.1)
            self.tell_completed(token)
        chosen = () if token.progress.undoes else self.choose(token)
        self.depart(token, chosen)

    def depart(self, token: Token, chosen: Any) -> None:
        """Complete it and send tokens along the chosen flows."""
        machine: Machine = token.workflow
        progress: Progress = token.progress
        token._state = COMPLETED
        if progress.stage != LEFT:
            self.tell_completed(token)
        if self.compensable:
            compensation.remember(token)
        scope = token.above
        assert scope is not None
        machine.remove(token)
        for flow, target in chosen:
            for _ in range(self.node.completion_quantity):
                machine.enter(target, scope, flow.id)
        if progress.undoes:
            compensation.handled(machine, progress.undoes)
        if scope.task_spec.type == "adHocSubProcess" and self.is_activity:
            scope.task_spec.child_completed(scope)

    def tell_completed(self, token: Token) -> None:
        token.workflow.tell(token, "completed", token.progress.result, token.progress.outcome)

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

    def retry(self, token: Token) -> None:
        token.workflow.queue(token)

    def _on_cancel(self, token: Token) -> None:
        machine: Machine = token.workflow
        close_work(machine, token)
        if token.entered:
            machine.tell(token, "cancelled")


def close_work(machine: Machine, token: Token) -> None:
    """Open task, call and incident of the token are no more."""
    if open_offer(token) is not None:
        machine.changes.tasks_closed.append(token.id)
    elif open_call(token) is not None:
        machine.changes.calls_closed.append(token.id)
    if token._state == ERROR:
        token.progress.stopped = None
        machine.changes.incidents_closed.append(token.id)


def open_offer(token: Token) -> Offer | None:
    """What is offered of a task that is open."""
    progress = token.progress
    return progress.offer if token._state == STARTED and isinstance(progress, HumanProgress) else None


def open_call(token: Token) -> str | None:
    """The connector ("" for none) of a call that is open."""
    progress = token.progress
    return progress.call if token._state == STARTED and isinstance(progress, CallingProgress) else None
