"""A token: SpiffWorkflow's task without its logging, clock reading and lists, and with what waits for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.run.wait import Wait

if TYPE_CHECKING:
    from engine.run.family import Family

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
    `data` are the variables of this scope, `internal_data` what its node needs to go on (see `codec`),
    `waits` the events armed on it, `held` the tokens that gather at nodes of this scope.
    """

    def __init__(self, family: Family, spec: Any, above: Token | None, id: str) -> None:
        # Not the constructor of Task: that reads the clock, draws a random id and logs, for every token.
        self.id = id
        self.workflow = family
        self.task_spec = spec
        self.above = above
        self._parent = None if above is None else above.id
        self._children: dict[str, Token] = {}
        self._state = FUTURE
        self.triggered = False
        self.thread_id = 0
        self.last_state_change = 0.0
        self.data: dict[str, Any] = {}
        self.internal_data: dict[str, Any] = {}
        self.waits: list[Wait] = []
        self.held: dict[str, Token] = {}
        self.entered = False  # the trace has it as entered and not yet as left
        self.row: Any = None  # the codec's copy of an open task
        self.packed: Any = None  # the codec's copy of `data`, until it changes
        self.lists: Any = None  # the codec's copies of long lists, item by item
        family.tasks[id] = self
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
