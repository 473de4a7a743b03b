"""Where the application takes part in what the engine does, inside the command's transaction.

The engine knows nothing of administration: it hands each element of the host's vocabulary
to the function registered under its name.
Hooks may read and write through the transaction; what they raise undoes the command. They may be called again when
the command is tried again, so they do nothing outside the database.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.run.changes import Occurrence, OpenTask, Step
from engine.run.lines import Line
from engine.store import Tx

Element = Callable[[Tx, str, Occurrence], Mapping[str, Any] | None]
OnStep = Callable[[Tx, str, Step], None]
OnTask = Callable[[Tx, str, OpenTask], OpenTask | None]
Groups = Callable[[Tx, str, tuple[str, ...]], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Following:
    """The migration of one instance, or its undoing, as those see it who follow.

    tokens: (token, node before, node after), tasks: open tasks that stay open and differ, as before and as after.
    recompute: deadlines are to be computed anew by the new version.
    """

    root_id: str
    source: str
    target: str
    tokens: Sequence[tuple[str, str, str]]
    tasks: Sequence[tuple[OpenTask, OpenTask]]
    recompute: bool
    reason: str
    by: str | None


@dataclass(frozen=True, slots=True)
class Follower:
    """What goes with an instance to another version and back.

    keep: what undoing will need, as JSON, before anything is changed. follow: does its part and says what that is;
    raises Refusal where the instance must not be migrated. back: puts things back as they were kept.
    """

    keep: Callable[[Tx, Following], Any]
    follow: Callable[[Tx, Following], Sequence[Line]]
    back: Callable[[Tx, Following, Any], None]


@dataclass(slots=True)
class Hooks:
    """What the application does on the way.

    elements: by an element's local name, function(tx, root_id, occurrence), called when a node that has it
    is entered or left; the mapping it returns, if any, is written to the process's variables.
    steps: function(tx, root_id, step) for every line of the trace, after the run has come to rest.
    tasks: function(tx, root_id, task) for each task that opens; it may return a changed task.
    groups: function(tx, root_id, groups) turns the groups of the model into those of the worklist.
    followers: take part when an instance is migrated to another version, each under a name that stays.
    """

    elements: dict[str, list[Element]] = field(default_factory=dict)
    steps: list[OnStep] = field(default_factory=list)
    tasks: list[OnTask] = field(default_factory=list)
    groups: list[Groups] = field(default_factory=list)
    followers: dict[str, Follower] = field(default_factory=dict)

    def occurred(self, tx: Tx, root_id: str, occurrence: Occurrence) -> dict[str, Any] | None:
        """Calls what is registered for the host's elements on the node, in the order of registration whatever order
        the model has them in; what they return is written to variables."""
        written: dict[str, Any] = {}
        names = {extension.name for extension in occurrence.extensions}
        for name in [each for each in self.elements if each in names]:
            for function in self.elements[name]:
                written.update(function(tx, root_id, occurrence) or {})
        return written or None

    def task_opened(self, tx: Tx, root_id: str, task: OpenTask) -> OpenTask:
        """The task as it is put on the worklist: a hook may give it another due date, assignee, or group."""
        for function in self.tasks:
            task = function(tx, root_id, task) or task
        return task

    def resolve(self, tx: Tx, root_id: str, groups: tuple[str, ...]) -> tuple[str, ...]:
        """The candidate groups that the model's ones mean for this root."""
        for function in self.groups:
            groups = tuple(function(tx, root_id, groups))
        return groups
