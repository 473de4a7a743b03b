"""The token machine: a family (a root instance and all it calls) as one tree of tokens with its own queue."""

from __future__ import annotations

from collections import ChainMap, Counter, deque
from collections.abc import Iterator, Mapping
from typing import Any

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.event import Event
from SpiffWorkflow.util.task import TaskState
from SpiffWorkflow.workflow import Workflow

from engine.run.changes import Changes, Host, Incident, Occurrence, Step, What
from engine.run.failure import Failure
from engine.run.progress import Stopped
from engine.run.wait import Wait

#: Nodes that one command may run. Beyond it the branches stop with an incident: a model that loops without a wait.
STEP_LIMIT = 500_000
#: How often one command may run the same node of one instance, counted when it has run as many nodes already: that
#: such a loop never ends is said before it takes much memory.
PASSES = 50_000


FUTURE: int = TaskState.FUTURE
WAITING: int = TaskState.WAITING
READY: int = TaskState.READY
STARTED: int = TaskState.STARTED
COMPLETED: int = TaskState.COMPLETED
ERROR: int = TaskState.ERROR
CANCELLED: int = TaskState.CANCELLED


class Token(Task):  # type: ignore[misc]
    """One token of a run, or a scope that holds tokens.

    READY: will run in this command. STARTED: entered and not finished (a task that waits, a scope with tokens).
    WAITING: at a gateway or activity that wants more tokens first. ERROR: stopped by an incident.
    `data` are the variables of this scope, `progress` what its node needs to go on (of the kind that its spec says),
    `waits` the events armed on it, `held` the tokens that gather at nodes of this scope.
    """

    # What most tokens never change is the class's, so that making one is cheap.
    _state = FUTURE
    triggered = False
    thread_id = 0
    last_state_change = 0.0
    entered = False  # the trace has it as entered and not yet as left
    row: Any = None  # the codec's copy of an open task
    packed: Any = None  # the codec's copy of `data`, until it changes

    def __init__(self, machine: Machine, spec: Any, above: Token | None, id: str) -> None:
        # Not the constructor of Task: that reads the clock, draws a random id and logs, for every token.
        self.id = id
        self.workflow = machine
        self.task_spec = spec
        self.above = above
        self._parent = None if above is None else above.id
        self._children: dict[str, Token] = {}
        self.data: dict[str, Any] = {}
        self.progress: Any = spec.progress()
        self.waits: list[Wait] = []
        self.held: dict[str, Token] = {}
        self.lists: dict[str, tuple[list[Any], list[Any]]] = {}  # the codec's copies of long lists, item by item
        machine.tasks[id] = self
        if above is not None:
            above._children[id] = self

    @property
    def parent(self) -> Token | None:
        return self.above

    @property
    def children(self) -> list[Token]:
        return list(self._children.values())

    def _set_state(self, value: int) -> None:
        self._state = value

    def run(self) -> bool | None:
        """Let its node do what is to be done now; afterwards it is gone, STARTED, or in ERROR."""
        done: bool | None = self.task_spec._run(self)
        if done is None and self._state == READY:
            self._state = STARTED
        return done

    def cancel(self) -> None:
        """Take it out of the tree with all that is inside it; nothing of it runs another step."""
        self.workflow.cancel_tree(self)

    @property
    def alive(self) -> bool:
        return self._state < COMPLETED or self._state == ERROR

    def __repr__(self) -> str:
        return f"<Token {self.task_spec.name} {TaskState.get_name(self._state)} {self.id}>"


def context(token: Token, extra: Mapping[str, Any] | None = None) -> Mapping[str, Any]:
    """All that an expression at that token sees, nearest first. A view: it follows later writes."""
    layers: list[Any] = [] if extra is None else [extra]
    at: Token | None = token
    while at is not None:
        if at.data:
            layers.append(at.data)
        if at.task_spec.is_process:
            break
        at = at.above
    if len(layers) == 1:
        only: Mapping[str, Any] = layers[0]
        return only
    return ChainMap(*layers)


def _endless(steps: int) -> Failure:
    return Failure(
        "limit",
        f"Một lệnh đã chạy {steps} bước mà chưa dừng: mô hình có vòng lặp không có chỗ chờ.",
        f"One command ran {steps} steps and went on: the model loops without a wait.",
    )


class Machine(Workflow):  # type: ignore[misc]
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
        if flow is not None:
            self.changes.flows.append(flow)
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
        passes: Counter[tuple[int, int]] = Counter()
        while True:
            if self.changed:
                self.look_again()
            while ready:
                token = ready.popleft()
                if token._state == READY:
                    steps += 1
                    if steps > PASSES or steps > self.limit:
                        at = (id(token.above), id(token.task_spec))
                        if token.above is not None and not token.above.task_spec.is_body:
                            passes[at] += 1
                        if steps > self.limit or passes[at] > PASSES:
                            self.stop(token, _endless(steps))
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

    def tell(
        self,
        token: Token,
        what: What,
        data: Mapping[str, Any] | None = None,
        outcome: str | None = None,
        brought: Mapping[str, Any] | None = None,
    ) -> None:
        """One line of the trace, and the node's elements of the host to it. brought: what an event that has just
        fired carries; the elements on it see that before what stands in the data."""
        spec = token.task_spec
        node = spec.node
        instance = self.scope(token).id
        host = self.host
        token.entered = what == "entered"
        self.changes.steps.append(Step(node.id, node.name, spec.type, what, host.now(), instance, token.id, data))
        if node.extensions and spec.tells:
            written = host.occurred(
                Occurrence(what, node, token.id, instance, node.extensions, context(token, brought or None), outcome)
            )
            if written:
                process = self.process(token)
                process.data.update(written)
                process.packed = None
                self.changed = bool(self.conditions)

    def stop(self, token: Token, failure: Failure) -> None:
        """The token stays where it is, with an incident."""
        token.progress.stopped = Stopped(failure.kind, failure.vi, failure.en)
        token._state = ERROR
        self.changes.incidents_opened.append(self.incident(token))

    def incident(self, token: Token) -> Incident:
        why: Any = token.progress.stopped
        return Incident(token.id, token.task_spec.node.id, why.kind, why.vi, why.en)

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

    def each(self) -> Iterator[Token]:
        return iter(list(self.tasks.values()))
