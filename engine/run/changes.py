"""What a run tells its surroundings: the changes of one command, as plain values, in the order they happened.

The store writes them in the command's transaction; the scenario prints them as its trace.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol

from engine.model.definition import Extension, Node, Process
from engine.refusal import Refusal

What = Literal["entered", "completed", "cancelled"]


@dataclass(slots=True, unsafe_hash=True)  # not frozen: that makes each four times dearer to build
class Step:
    """A flow node was entered, completed or cancelled: one line of the trace and of the event log."""

    element: str
    name: str
    type: str  # local name in BPMN, or multiInstanceLoopCharacteristics for the body of a multi-instance activity
    event: What
    at: datetime
    instance: str  # id of the process or subprocess instance it lies in
    token: str = ""
    data: Mapping[str, Any] | None = None  # e.g. the outcome and the variables a completion brought


@dataclass(slots=True, unsafe_hash=True)  # not frozen: that makes each four times dearer to build
class OpenTask:
    """A user or manual (or abstract) task that waits for a person."""

    id: str
    element: str
    name: str
    instance: str
    process: str
    opened_at: datetime
    form: str | None = None
    assignee: str | None = None
    candidate_groups: tuple[str, ...] = ()
    candidate_users: tuple[str, ...] = ()
    due: datetime | None = None
    priority: int = 50
    lane: str = ""
    node: Node | None = None


@dataclass(frozen=True, slots=True)
class Timer:
    """A timer that waits; `id` is its token's. `due` is absolute, in UTC."""

    id: str
    element: str
    due: datetime
    repeats: int | None = None  # what is left of a cycle; None: it fires once; -1: without end
    cycle: str | None = None  # the repeating interval of a cycle, ISO 8601


@dataclass(frozen=True, slots=True)
class Subscription:
    """Something a token waits for from outside: a message by name and key, a signal by name."""

    id: str
    element: str
    kind: Literal["message", "signal"]
    name: str
    key: str | None = None  # text; None takes any correlation
    properties: Mapping[str, str] = field(default_factory=dict)
    opened_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """A service (send, business-rule by job) task that waits for work done outside the transaction."""

    id: str
    element: str
    connector: str
    variables: Mapping[str, Any]
    headers: Mapping[str, str]
    retries: int = 3


@dataclass(frozen=True, slots=True)
class Incident:
    """A branch that stopped: the token stays at its element until the cause is mended and it is retried."""

    id: str
    element: str
    kind: Literal["expression", "condition", "no_flow", "call", "mapping", "decision", "limit"]
    message: str
    message_en: str = ""


@dataclass(slots=True, unsafe_hash=True)  # not frozen: that makes each four times dearer to build
class Occurrence:
    """A node with elements of the host was entered or left, told to it while the command's transaction is open."""

    event: What
    node: Node
    token: str
    instance: str
    extensions: tuple[Extension, ...]
    variables: Mapping[str, Any]
    outcome: str | None = None


@dataclass(slots=True)
class Changes:
    """All that one command changed. Open things are listed when they appear and by id when they go."""

    steps: list[Step] = field(default_factory=list)
    tasks_opened: list[OpenTask] = field(default_factory=list)
    tasks_closed: list[str] = field(default_factory=list)
    timers_set: list[Timer] = field(default_factory=list)
    timers_cleared: list[str] = field(default_factory=list)
    subscriptions_opened: list[Subscription] = field(default_factory=list)
    subscriptions_closed: list[str] = field(default_factory=list)
    calls_opened: list[Call] = field(default_factory=list)
    calls_closed: list[str] = field(default_factory=list)
    incidents_opened: list[Incident] = field(default_factory=list)
    incidents_closed: list[str] = field(default_factory=list)
    errors: list[tuple[str, str]] = field(default_factory=list)  # (code, instance) that nothing caught
    flows: list[str] = field(default_factory=list)  # sequence flows that tokens went along
    ended: bool = False


class Host(Protocol):
    """What a run asks of its surroundings while it advances. Every call stays inside the transaction."""

    def now(self) -> datetime:
        """The time of this command (aware): real, or a scenario's."""

    def new_id(self) -> str:
        """A new, time-ordered id (UUID version 7 as text)."""

    def process(self, id: str) -> Process | None:
        """The process or global task a call activity names, None where none is deployed."""

    def decide(self, decision: str, context: Mapping[str, Any]) -> Any:
        """The value of a deployed DMN decision. Raises LookupError where there is none."""

    def holds(self, node: Node, connector: str | None) -> bool:
        """Whether this service or send task waits for work outside; else it completes by itself."""

    def message_thrown(
        self, name: str, correlation: str | Mapping[str, str] | None, variables: Mapping[str, Any]
    ) -> str | None:
        """A model throws a message. The id of the subscription of *this* run that takes it, or None where it
        goes elsewhere (the host sees to that after the commit)."""

    def signal_thrown(self, name: str, variables: Mapping[str, Any]) -> None:
        """A model throws a signal; this run's own subscriptions have taken it already."""

    def occurred(self, occurrence: Occurrence) -> Mapping[str, Any] | None:
        """Elements of the host take effect. What is returned is written to the process's variables."""


def deployed(host: Host, id: str, version: str) -> Process:
    """The process a state was run with. A host that keeps versions has `deployed(id, version)`."""
    keeps: Any = getattr(host, "deployed", None)
    found: Process | None = keeps(id, version) if keeps is not None else None
    found = found or host.process(id)
    if found is None:
        raise Refusal(
            f"Quy trình «{id}» của phiên chạy không được triển khai.",
            f"The process '{id}' of the instance is not deployed.",
        )
    return found
