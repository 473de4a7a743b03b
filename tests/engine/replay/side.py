"""What every way of running a model offers, and what is seen of it: the same on all of them."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from engine import values
from engine.run import Run
from engine.run.changes import Step
from engine.store import ids

BEGIN = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
#: Jobs that one rest does: models may throw at each other without end.
JOBS = 25
ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class Side(ABC):
    """One way of running: its clock, its ids in the order of their making, its instances by root id."""

    def __init__(self) -> None:
        self.now = BEGIN
        self.made = int(BEGIN.timestamp() * 1000) << 12
        self.status: dict[str, str] = {}  # root id → status, in the order of the beginnings
        self.steps: list[Step] = []
        self.errors: list[tuple[str, str]] = []
        self.called: dict[str, str] = {}  # id → the name it goes by when sides are compared

    def new_id(self) -> str:
        self.made += 1
        return ids.from_parts(self.made, self.made)

    @property
    def active(self) -> list[str]:
        return [root for root, status in self.status.items() if status == "active"]

    @abstractmethod
    def start(self, process: str, variables: Mapping[str, Any]) -> None:
        """Start it plainly and come to rest."""

    @abstractmethod
    def do(self, command: str, root: str, *arguments: Any) -> Any:
        """A command of `engine.run.Run` by its name, on that root, then rest. Raises Refusal."""

    @abstractmethod
    def message(self, name: str, correlation: str | None, variables: Mapping[str, Any]) -> None:
        """A message from outside. Raises Refusal where nobody waits."""

    @abstractmethod
    def signal(self, name: str, variables: Mapping[str, Any]) -> int:
        """A signal from outside; how many took it."""

    @abstractmethod
    def stop(self, command: str, root: str) -> None:
        """suspend, resume or cancel a root."""

    @abstractmethod
    def desk(self, command: str, root: str, task: str, n: int) -> None:
        """claim, release, reassign, set_due: what touches the worklist only."""

    def advance(self, by: timedelta) -> None:
        """Time passes; what is due happens in its order."""
        until = self.now + by
        self.rest()
        for _ in range(JOBS):
            if not self.happen(until, starts=True):
                break
            self.rest()
        self.now = max(self.now, until)
        self.rest()

    def rest(self) -> None:
        """What is due already, and what has been thrown, happens."""
        for _ in range(JOBS):
            if not self.happen(self.now, starts=False):
                return

    @abstractmethod
    def happen(self, until: datetime, *, starts: bool) -> bool:
        """The first thing that is due by then happens, at its date; False where there is none."""

    @abstractmethod
    def looking(self, root: str) -> Any:
        """A context manager with the root's `Run`, to be looked at only."""

    @abstractmethod
    def state(self, root: str) -> bytes:
        """What is stored of it."""

    # -- comparing -----------------------------------------------------------------------------------------------

    def name(self, text: str) -> str:
        """Text with its ids replaced by names in the order in which they were first seen."""
        return ID.sub(lambda found: self.called.setdefault(found[0], f"#{len(self.called) + 1}"), text)

    def seen(self) -> dict[str, Any]:
        """All there is to see, under names that do not depend on the ids drawn; the steps since the last look."""
        steps, self.steps = self.steps, []
        found: dict[str, Any] = {"status": [(self.name(root), status) for root, status in self.status.items()]}
        for root in self.status:
            with self.looking(root) as run:
                found[self.name(root)] = (self.name(self.state(root).decode()), self.open(run))
        found["steps"] = [
            (
                step.element,
                step.type,
                step.event,
                step.at,
                self.name(step.instance),
                self.name(step.token),
                step.name,
                repr(values.pack(step.data)),
            )
            for step in steps
        ]
        found["errors"] = [(code, self.name(instance)) for code, instance in self.errors]
        return found

    def open(self, run: Run) -> Any:
        return self.name(
            repr(
                [
                    [
                        (
                            task.id,
                            task.element,
                            task.instance,
                            task.process,
                            task.opened_at,
                            task.form,
                            task.assignee,
                            task.candidate_groups,
                            task.candidate_users,
                            task.due,
                        )
                        for task in run.open_tasks
                    ],
                    [(timer.id, timer.element, timer.due, timer.repeats, timer.cycle) for timer in run.timers],
                    [(wait.id, wait.element, wait.kind, wait.name, wait.key) for wait in run.subscriptions],
                    [(call.id, call.element, call.connector, values.pack(dict(call.variables))) for call in run.calls],
                    [(stop.id, stop.element, stop.kind, stop.message) for stop in run.incidents],
                    values.pack(dict(run.variables)),
                    run.ended,
                ]
            )
        )


@contextmanager
def given(run: Run) -> Iterator[Run]:
    yield run
