"""What is in force around the engine: hooks, job handlers, projections, connectors, observers.

There is one, built at the start of a process in one place and handed to every database that is opened by it; nothing
joins it by being imported. The rooms above build their own on `parts` (`procedures.installation`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine import audit
from engine.commands import calls, messages, projecting, timers
from engine.commands.calls import Connector
from engine.commands.deploy import HANDLERS as DEPLOYING
from engine.commands.start import HANDLERS as STARTING
from engine.hooks import Hooks
from engine.jobs import Handler
from engine.migration import many
from engine.model.definition import Node
from engine.projections import Projection
from engine.run.changes import Changes
from engine.store import Database

Observer = Callable[[str, Changes], None]
Holds = Callable[[Node, str | None], bool]


@dataclass(slots=True)
class Installation:
    """hooks: where the application takes part in a command.  handlers: how jobs of each kind are done.
    projections: tables that repeat the log.  connectors: the work of service tasks, by the type that models name.
    observers: told (root_id, changes) of each command when it is committed.
    decided: told the rules of decision tables that matched, of each decision that a process asked for.
    seal: seals the log where that is due; every worker asks it every hour.
    holds: which service tasks wait, in place of the rule that those with a connector do (for scenarios).
    secret: a key outside the database, which marks what the system has ordered (`engine.jobs`); empty: nothing is.
    given: process → variables that it begins with beside those of the event that starts it (for scenarios).
    """

    hooks: Hooks = field(default_factory=Hooks)
    handlers: dict[str, Handler] = field(default_factory=dict)
    projections: dict[str, Projection] = field(default_factory=dict)
    connectors: dict[str, Connector] = field(default_factory=dict)
    observers: list[Observer] = field(default_factory=list)
    decided: list[Callable[[list[tuple[str, int]]], None]] = field(default_factory=list)
    seal: Callable[[Database], object] = audit.seal_due
    holds: Holds | None = None
    secret: Callable[[], bytes] = bytes
    given: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    def open(self, url: str, **options: Any) -> Database:
        """A database (`engine.store.Database`) with this installation around it."""
        database = Database(url, **options)
        database.installation = self
        return database

    def handler(self, kind: str) -> Handler:
        """Raises LookupError for a kind that nobody handles."""
        if kind not in self.handlers:
            raise LookupError(f"no handler for jobs of kind {kind!r}")
        return self.handlers[kind]


def handlers() -> dict[str, Handler]:
    """How the engine's own jobs are done."""
    return {
        **timers.HANDLERS,
        **messages.HANDLERS,
        **STARTING,
        **DEPLOYING,
        **calls.HANDLERS,
        **many.HANDLERS,
    }


def projections() -> dict[str, Projection]:
    """The engine's own projections."""
    return {"engine": projecting.PROJECTION}


def alone() -> Installation:
    """The engine by itself, with nothing of an application."""
    return Installation(handlers=handlers(), projections=projections())
