"""A family: a root instance and all it calls, as one tree of tokens with its own queue."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from typing import Any

from SpiffWorkflow.util.event import Event
from SpiffWorkflow.workflow import Workflow

from engine.run.changes import Changes, Host, Incident, Occurrence, Step, What
from engine.run.failure import Failure
from engine.run.token import CANCELLED, COMPLETED, ERROR, READY, STARTED, WAITING, Token
from engine.run.wait import Wait

#: Nodes that one command may run. Beyond it the branches stop with an incident: a model that loops without a wait.
STEP_LIMIT = 500_000


class Family(Workflow):  # type: ignore[misc]
    """SpiffWorkflow's workflow, run by a queue instead of by walking the tree, and without predictions."""

    def __init__(self, spec: Any, host: Host) -> None:
        # Not the constructor of Workflow: it would make and predict a whole tree.
        self.spec = spec
        self.data: dict[str, Any] = {}
        self.locks: dict[str, Any] = {}
        self.last_task = None
        self.success = True
        self.completed = False
        self.completed_event = Event()
        self.task_removed_event = Event()
        self.tasks: dict[str, Token] = {}
        self.task_tree: Token | None = None
        self.host = host
        self.changes = Changes()
        self.ready: deque[Token] = deque()
        self.waits: dict[str, tuple[Token, Wait]] = {}
        self.conditions: dict[str, tuple[Token, Wait]] = {}
        self.joins: dict[str, Token] = {}
        self.count = 0  # orders waits
        self.changed = False  # data changed since conditions were looked at
        self.moved = False  # tokens moved since joins were looked at
        self.suspended = False
        self.limit = STEP_LIMIT  # read when it is made, so that tests may lower it

    @property
    def root(self) -> Token:
        assert self.task_tree is not None
        return self.task_tree

    # -- tokens ------------------------------------------------------------------------------------------------

    def token(self, spec: Any, above: Token | None, id: str | None = None) -> Token:
        return Token(self, spec, above, id or self.host.new_id())

    def queue(self, token: Token) -> None:
        token._state = READY
        self.ready.append(token)

    def enter(self, spec: Any, scope: Token, flow: str | None = None) -> Token:
        """A token arrives at a node of that scope, by that flow."""
        self.moved = True
        token: Token = spec.arrive(self, scope, flow)
        return token

    def remove(self, token: Token) -> None:
        """Take a finished token out; its scope looks whether it was the last."""
        self.tasks.pop(token.id, None)
        self.joins.pop(token.id, None)
        if token.waits:
            self.close_waits(token)
        above = token.above
        if above is not None:
            above._children.pop(token.id, None)
            if above.held.get(token.task_spec.name) is token:
                del above.held[token.task_spec.name]
            if not above._children:
                self.ready.append(above)
        self.moved = True

    def cancel_tree(self, token: Token, *, inside: bool = False) -> None:
        """Cancel a token and everything in it, innermost first; with `inside` only what is in it."""
        order = [token]
        for each in order:  # grows while it is walked: parents before children
            order.extend(each._children.values())
        if inside:
            order = order[1:]
        for each in reversed(order):
            if each._state == COMPLETED or each._state == CANCELLED:
                continue
            each.task_spec._on_cancel(each)
            each._state = CANCELLED
            self.tasks.pop(each.id, None)
            self.joins.pop(each.id, None)
            if each.waits:
                self.close_waits(each)
        if inside:
            token._children.clear()
            token.held.clear()
        elif token.above is not None:
            self.remove(token)
        self.moved = True

    # -- running -----------------------------------------------------------------------------------------------

    def drive(self) -> None:
        """Run to rest."""
        ready = self.ready
        steps = 0
        while True:
            if self.changed:
                self.look_again()
            while ready:
                token = ready.popleft()
                if token._state == READY:
                    steps += 1
                    if steps > self.limit:
                        self.stop(
                            token,
                            Failure(
                                "limit",
                                f"Một lệnh đã chạy quá {self.limit} bước: mô hình có vòng lặp không dừng.",
                                f"One command ran more than {self.limit} steps: the model loops without a wait.",
                            ),
                        )
                        continue
                    token.run()
                elif token._state == STARTED and not token._children:
                    self.guard(token, token.task_spec.drained, token)
                if self.changed:
                    self.look_again()
            settled = self.moved and self.settle()
            if not settled and not ready and not self.changed:
                break

    def guard(self, token: Token, function: Any, *arguments: Any) -> None:
        """Do it; what fails becomes an incident of that token."""
        try:
            function(*arguments)
        except Failure as failure:
            self.stop(token, failure)

    def settle(self) -> bool:
        """Let one inclusive or complex gateway that waits for nobody any more go on (13.4.3, 13.4.5)."""
        for id in sorted(self.joins):  # ids are ordered by time; the order does not depend on a reload
            token = self.joins[id]
            if token._state != WAITING:
                continue
            try:
                if token.task_spec.settled(token):
                    return True
            except Failure as failure:
                del self.joins[id]
                self.stop(token, failure)
                return True
        self.moved = False
        return False

    def look_again(self) -> None:
        """Data changed: conditional events that have become true fire."""
        self.changed = False
        for id, (token, wait) in list(self.conditions.items()):
            if id in self.conditions:
                self.guard(token, token.task_spec.look, token, wait)

    # -- waits -------------------------------------------------------------------------------------------------

    def open_wait(self, token: Token, wait: Wait) -> None:
        self.count += 1
        wait.n = self.count
        token.waits.append(wait)
        self.index(token, wait)
        if wait.kind == "timer":
            self.changes.timers_set.append(wait.timer())
        elif wait.kind == "conditional":
            self.changed = True
        else:
            self.changes.subscriptions_opened.append(wait.subscription())

    def index(self, token: Token, wait: Wait) -> None:
        self.waits[wait.id] = (token, wait)
        if wait.kind == "conditional":
            self.conditions[wait.id] = (token, wait)

    def close_wait(self, token: Token, wait: Wait) -> None:
        token.waits.remove(wait)
        del self.waits[wait.id]
        if wait.kind == "timer":
            self.changes.timers_cleared.append(wait.id)
        elif wait.kind == "conditional":
            self.conditions.pop(wait.id, None)
        else:
            self.changes.subscriptions_closed.append(wait.id)

    def close_waits(self, token: Token, elements: set[str] | None = None) -> None:
        for wait in list(token.waits):
            if elements is None or wait.element in elements:
                self.close_wait(token, wait)

    # -- what is told ------------------------------------------------------------------------------------------

    def tell(self, token: Token, what: What, data: Mapping[str, Any] | None = None, outcome: str | None = None) -> None:
        """One line of the trace, and the node's `mc:` elements to the host."""
        spec = token.task_spec
        node = spec.node
        instance = self.scope(token).id
        host = self.host
        token.entered = what == "entered"
        self.changes.steps.append(Step(node.id, node.name, spec.type, what, host.now(), instance, token.id, data))
        if node.extensions and spec.tells:
            written = host.occurred(
                Occurrence(what, node, token.id, instance, node.extensions, self.variables(token), outcome)
            )
            if written:
                process = self.process(token)
                process.data.update(written)
                process.packed = None
                self.changed = bool(self.conditions)

    def stop(self, token: Token, failure: Failure) -> None:
        """The token stays where it is, with an incident."""
        token.internal_data["why"] = [failure.kind, failure.vi, failure.en]
        token._state = ERROR
        self.changes.incidents_opened.append(self.incident(token))

    def incident(self, token: Token) -> Incident:
        kind, vi, en = token.internal_data["why"]
        return Incident(token.id, token.task_spec.node.id, kind, vi, en)

    # -- places ------------------------------------------------------------------------------------------------

    def scope(self, token: Token) -> Token:
        """The process or subprocess instance a token lies in."""
        above = token.above
        while above is not None and not above.task_spec.is_scope:
            above = above.above
        return token if above is None else above

    def above(self, token: Token) -> Iterator[Token]:
        """The scopes and bodies around a token, the nearest first."""
        while token.above is not None:
            token = token.above
            yield token

    def process(self, token: Token) -> Token:
        """The process instance it belongs to."""
        while not token.task_spec.is_process:
            assert token.above is not None
            token = token.above
        return token

    def depth(self, token: Token) -> int:
        """In how many processes it lies: 1 in the root's own."""
        return sum(above.task_spec.is_process for above in self.above(token))

    def deployed(self, id: str, version: str) -> Any:
        """A process in the version that a token of this family was made with."""
        from engine.run.codec import deployed

        return deployed(self.host, id, version)

    def variables(self, token: Token) -> Mapping[str, Any]:
        from engine.run.variables import context

        return context(token)

    def each(self) -> Iterator[Token]:
        return iter(list(self.tasks.values()))
