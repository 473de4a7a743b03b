"""What a run asks for while it advances, answered from the open transaction."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from engine.commands import decisions, definitions, routing
from engine.iso8601 import HOME
from engine.model.definition import Node, Process
from engine.run.changes import Occurrence
from engine.store import Family, Tx

if TYPE_CHECKING:
    from engine.hooks import Hooks


class RunHost:
    """The host of one family's run (`engine.run.changes.Host`). `tx` is the transaction of the command at work."""

    def __init__(self, tx: Tx, family: Family) -> None:
        self.tx = tx
        self.family = family
        self._clock = (tx.now, tx.now.astimezone(HOME))

    def now(self) -> datetime:
        """The time of the command on the clock of the law, which models read whatever runs them."""
        now = self.tx.now
        if self._clock[0] is not now:
            self._clock = (now, now.astimezone(HOME))
        return self._clock[1]

    def new_id(self) -> str:
        return self.tx.database.new_id()

    def process(self, id: str) -> Process | None:
        """The called process: of the same deployment, else the one now in effect, which then says its version, so that
        the state keeps to it."""
        own = definitions.deployed(self.tx, self.family.deployment).processes.get(id)
        if own is not None:
            return own
        other = definitions.current(self.tx, id)
        return definitions.deployed(self.tx, other).with_version(id) if other is not None else None

    def deployed(self, id: str, version: str) -> Process | None:
        """The process that a state was run with: without a version that of the root's own deployment."""
        if not version:
            return definitions.deployed(self.tx, self.family.deployment).processes.get(id)
        return definitions.deployed(self.tx, version).with_version(id)

    def decide(self, decision: str, context: Mapping[str, Any]) -> Any:
        return decisions.decide(self.tx, self.family.deployment, decision, context)

    def holds(self, node: Node, connector: str | None) -> bool:
        rule = self.tx.database.installation.holds
        return rule(node, connector) if rule is not None else connector is not None

    def message_thrown(
        self, name: str, correlation: str | Mapping[str, str] | None, variables: Mapping[str, Any]
    ) -> str | None:
        return routing.message_thrown(self.tx, self.family, name, correlation, variables)

    def signal_thrown(self, name: str, variables: Mapping[str, Any]) -> None:
        routing.signal_thrown(self.tx, self.family, name, variables)

    def occurred(self, occurrence: Occurrence) -> Mapping[str, Any] | None:
        return hooks_of(self.tx).occurred(self.tx, self.family.root_id, occurrence)


def hooks_of(tx: Tx) -> Hooks:
    """The hooks of the installation that this database belongs to."""
    return tx.database.installation.hooks
