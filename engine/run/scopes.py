"""Scopes: processes, subprocesses, transactions, event subprocesses, ad-hoc subprocesses, called processes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.model.definition import Node
from engine.run import arming, catching, compensation
from engine.run.failure import Failure
from engine.run.machine import COMPLETED, STARTED, Machine, Token, context
from engine.run.nodes import NodeSpec
from engine.run.progress import (
    FRESH,
    AdHocProgress,
    CallProgress,
    Completed,
    ProcessProgress,
    Progress,
    SubprocessProgress,
)
from engine.run.specs import Level, ProcessSpec, Spec
from engine.run.variables import evaluate, quietly, text_of, write_all


def open_scope(token: Token, inner: Level) -> None:
    """A scope begins: its data objects and properties exist, its event subprocesses wait."""
    for name, expression in inner.data.items():
        if name not in token.data and (expression is not None or not token.task_spec.is_process):
            token.data[name] = None if expression is None else evaluate(token, expression)
            token.packed = None
    token.workflow.close_waits(token, inner.start_ids)
    arming.arm_together(token, inner.starts)


class ProcessScope(Spec):
    """A process instance, as a token that holds its tokens."""

    is_process = True
    is_scope = True
    progress = ProcessProgress

    def __init__(self, process: ProcessSpec, name: str, inner: Level) -> None:
        super().__init__(process, name, Node(id=process.definition.id, kind="process", name=process.definition.name))
        self.inner = inner

    def begin(self, token: Token, at: list[NodeSpec]) -> None:
        """A process instance begins at those nodes, unless a condition of an event subprocess holds already."""
        token._state = STARTED
        open_scope(token, self.inner)
        token.workflow.look_again()
        if token._state != STARTED or token.progress.interrupted:
            return
        for spec in at:
            token.workflow.enter(spec, token)
        token.workflow.ready.append(token)

    def begin_root(self, token: Token, at: list[NodeSpec]) -> None:
        """Of the root: what fails at its very beginning is an incident of the process."""
        try:
            self.begin(token, at)
        except Failure as failure:
            token.progress.begin = [spec.name for spec in at]
            token.workflow.stop(token, failure)

    def retry(self, token: Token) -> None:
        names, token.progress.begin = token.progress.begin, None
        self.begin_root(token, [self.process.task_specs[name] for name in names or ()])

    def caught(self, token: Token, wait: Any, payload: Any) -> None:
        catching.caught(token, wait, payload)

    def look(self, token: Token, wait: Any) -> None:
        catching.look(token, wait)

    def drained(self, token: Token) -> None:
        machine: Machine = token.workflow
        if token.progress.restored:
            token._state = COMPLETED
            machine.remove(token)
            compensation.handled(machine, token.progress.undoes)
        elif token.above is None:
            self.end(token)
        else:
            call = token.above
            token._state = COMPLETED
            machine.close_waits(token)
            called = self.process.definition
            call.progress.called = Completed(
                id=token.id, process=called.id, version=called.version, data=token.data, done=token.progress.done
            )
            machine.tasks.pop(token.id, None)
            call._children.pop(token.id, None)
            machine.guard(call, call.task_spec.returned, call, token.data)

    def end(self, token: Token) -> None:
        """The root is at its end."""
        machine: Machine = token.workflow
        machine.close_waits(token)
        token._state = COMPLETED
        token.progress = ProcessProgress()
        machine.completed = True
        machine.ready.clear()
        machine.changes.ended = True


class SubprocessSpec(NodeSpec):
    """A subprocess, also one triggered by an event."""

    is_scope = True
    progress: type[Progress] = SubprocessProgress

    def open(self, token: Token) -> None:
        open_scope(token, self.inner)

    def execute(self, token: Token) -> None:
        self.open(token)
        machine: Machine = token.workflow
        progress: SubprocessProgress = token.progress
        if progress.start is not None:  # of an event subprocess that an incident stopped at its opening
            start, progress.start = progress.start, None
            machine.enter(self.process.task_specs[start], token)
            return
        if machine.changed:
            token._state = STARTED
            machine.look_again()
            if token._state != STARTED or token.progress.interrupted:
                return
        self.begin(token)

    def begin(self, token: Token) -> None:
        for spec in self.inner.initial:
            token.workflow.enter(spec, token)
        if not token._children:
            token.workflow.ready.append(token)

    def drained(self, token: Token) -> None:
        if token.progress.restored:
            token._state = COMPLETED
            token.workflow.remove(token)
            compensation.handled(token.workflow, token.progress.undoes)
        else:
            self.finish(token)

    def finish(self, token: Token, result: Mapping[str, Any] | None = None, outcome: str | None = None) -> None:
        """It has come to its end: its event subprocesses begin no more, also where an incident keeps it back."""
        token.workflow.close_waits(token, self.inner.start_ids)
        super().finish(token, result, outcome)

    def compensation_done(self, token: Token) -> None:
        """A cancelled transaction has undone what it did: its cancel boundary event fires, or its branch ends."""
        outer = token.above if token.above is not None and token.above.task_spec.is_body else token
        for event, spec in outer.task_spec.catches:
            if event.kind == "cancel":
                return catching.boundary(outer, spec, None)
        outer.cancel()
        return None


class AdHocSpec(SubprocessSpec):
    """An ad-hoc subprocess (13.3.5): its activities without incoming flow are done once each, all at once or in the
    order of the model; after each completion inside, the completion condition is asked."""

    progress = AdHocProgress

    def begin(self, token: Token) -> None:
        initial = [spec.name for spec in self.inner.initial]
        if self.node.ordering == "Sequential":
            token.progress.next = initial
            self.go(token)
        else:
            for spec in self.inner.initial:
                token.workflow.enter(spec, token)
        if not token._children:
            token.workflow.ready.append(token)

    def go(self, token: Token) -> None:
        progress: AdHocProgress = token.progress
        if progress.next:
            token.workflow.enter(self.process.task_specs[progress.next.pop(0)], token)

    def child_completed(self, token: Token) -> None:
        """An activity inside completed. When the condition holds, nothing more is begun."""
        progress: AdHocProgress = token.progress
        if progress.enough:
            return
        test = self.node.completion_condition
        if test is not None and quietly(token, test):
            progress.enough = True
            progress.next = []
            if self.node.cancel_remaining:
                token.workflow.cancel_tree(token, inside=True)
                token.workflow.ready.append(token)

    def drained(self, token: Token) -> None:
        progress: AdHocProgress = token.progress
        if progress.restored:
            return super().drained(token)
        if not progress.enough and progress.next:
            return self.go(token)
        return self.finish(token)


#: Processes within processes. Beyond it a call is taken for one that never ends, before it takes all memory.
CALL_DEPTH = 1_000


class CallSpec(NodeSpec):
    """A call activity: the called process runs in the same family with an instance id and variables of its own."""

    is_call = True
    progress = CallProgress

    def execute(self, token: Token) -> None:
        machine: Machine = token.workflow
        called = text_of(token, self.node.called_element) or ""
        process = machine.host.process(called) if called else None
        if not called:
            name = self.node.name or self.node.id
            raise Failure(
                "call",
                f"Hoạt động gọi «{name}» không nêu quy trình nào để gọi.",
                f"The call activity '{name}' names no process to be called.",
            )
        if process is None:
            raise Failure(
                "call",
                f"Không có quy trình «{called}» nào được triển khai để gọi.",
                f"No process '{called}' is deployed to be called.",
            )
        if machine.depth(token) >= CALL_DEPTH:
            raise Failure(
                "limit",
                f"Các quy trình gọi nhau sâu quá {CALL_DEPTH} lớp: «{called}» gọi lại không dừng.",
                f"Processes call each other more than {CALL_DEPTH} deep: '{called}' is called without end.",
            )
        scope = self.process.of(process).scope
        if not scope.inner.initial:
            raise Failure(
                "call",
                f"Quy trình «{called}» không có sự kiện bắt đầu thường để gọi.",
                f"The process '{called}' has no plain start event to be called by.",
            )
        child = machine.token(scope, token)
        child.data = dict(context(token)) if self.node.propagate_all_parent else dict(token.data)
        initial = scope.inner.initial
        try:  # of several plain start events a call triggers one (10.5.2)
            scope.begin(child, initial[:1] if initial[0].type == "startEvent" else initial)
        except Failure:
            machine.cancel_tree(child)
            raise

    def returned(self, token: Token, data: dict[str, Any]) -> None:
        """The called process is at its end: its variables come back, by the mappings or all."""
        token.progress.stage = FRESH
        if self.node.outputs:
            self.finish(token, data)
        else:
            self.finish(token, data if self.node.propagate_all_child else None)

    def deliver(self, token: Token, result: Any) -> None:
        if self.node.outputs:
            super().deliver(token, result)
        else:
            assert token.above is not None
            write_all(token.above, self._of_the_loop(token, result))

    def _of_the_loop(self, token: Token, result: Any) -> Any:
        """What is left of the called process's variables when those of the loop have stayed with its instance."""
        body = self.body
        if not result or body is None or token.above is None or token.above.task_spec is not body:
            return result
        own = {"loopCounter", body.loop.element_variable, token.progress.own}
        token.data.update({name: value for name, value in result.items() if name in own})
        token.packed = None
        return {name: value for name, value in result.items() if name not in own and name not in token.above.data}

    def tell_completed(self, token: Token) -> None:
        token.workflow.tell(token, "completed")
