"""What a process is compiled to: SpiffWorkflow's workflow spec and task specs, with what ours know beside.

The rooms above say what a token does at each kind of node (`nodes` and those on it) and make the specs (`compiled`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from SpiffWorkflow.specs.base import TaskSpec
from SpiffWorkflow.specs.WorkflowSpec import WorkflowSpec

from engine.model.definition import EventDefinition, Expression, Flow, Node, Process
from engine.run.machine import Token
from engine.run.progress import Progress


class Spec(TaskSpec):  # type: ignore[misc]
    """Where a token can stand. `level` is the scope that contains it, `out` its flows with their targets."""

    is_process = False
    is_scope = False
    is_boundary = False
    is_event_gateway = False
    is_body = False
    is_call = False
    gathers = False  # a gateway: it holds tokens until enough have come
    settles = False  # a gateway that asks what may still come when all has moved
    silent = False  # the trace has only what is inside it
    tells = True  # elements of the host on the node are told for tokens of this spec
    progress: type[Progress] = Progress
    level: Level
    inner: Level  # of a scope: what is in it

    def __init__(self, process: ProcessSpec, name: str, node: Node) -> None:
        super().__init__(process, name)
        self.process = process
        self.node = node
        self.type = node.kind
        self.out: tuple[tuple[Flow, Spec], ...] = ()
        self.conditional = False  # a flow of it has a condition, or it has a default flow
        self.body: Any = None  # the spec that repeats this one
        self.armed: tuple[Spec, ...] = ()  # boundary events that wait: message, signal, timer, conditional
        self.catches: tuple[tuple[EventDefinition, Spec], ...] = ()  # those that are thrown at: error, escalation
        self.handler: Spec | None = None  # its compensation handler
        self.compensation_boundary: Spec | None = None
        self.compensable = False

    def drained(self, token: Token) -> None:
        """The last token inside it is gone; only scopes act on it."""

    def _on_cancel(self, token: Token) -> None:
        """A token of it is cancelled; what is no flow node has nothing to close and nothing to tell."""


class Level:
    """The inside of a process or subprocess, compiled. `owner` is the subprocess's spec, None for a process.

    initial: where tokens begin; starts: starts of event subprocesses that wait; start_catches: those thrown at.
    """

    def __init__(self, owner: Spec | None) -> None:
        self.owner = owner
        self.initial: list[Any] = []
        self.starts: list[Spec] = []
        self.start_ids: set[str] = set()
        self.start_catches: tuple[tuple[EventDefinition, Spec], ...] = ()
        self.compensation_start: Spec | None = None
        self.links: dict[str, Spec] = {}
        self.data: Mapping[str, Expression | None] = {}


class ProcessSpec(WorkflowSpec):  # type: ignore[misc]
    """A process as SpiffWorkflow's spec. Task specs go by the id of their node; a body that repeats one by ``id*``."""

    scope: Any  # the spec of its instances
    controller: Spec  # works off what is to be compensated

    def __init__(self, process: Process) -> None:
        super().__init__(name=process.id, filename=process.file)
        self.definition = process
        self.level_of: dict[str, Level] = {}

    def of(self, process: Process) -> ProcessSpec:
        """Another process, compiled in the same way."""
        raise NotImplementedError
