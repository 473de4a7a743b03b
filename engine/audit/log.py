"""Writing to the log and reading it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

from engine.projections import LoggedEvent, events
from engine.store import Database, Tx, joined, records
from engine.store.family import VOUCHED


def append(
    where: Database | Tx, root_id: str, kind: str, who: str | None, data: Mapping[str, Any], element: str | None = None
) -> None:
    """Adds an event to the log of a root (an instance, or anything else with an id of its own).

    `data` is JSON; before and after where something changed. Within a transaction it is committed with the rest.
    """
    with joined(where) as tx:
        records.append(tx, root_id, kind, who, dict(data), element)


def history(where: Database | Tx, root_id: str) -> list[LoggedEvent]:
    """All that was logged of a root, in order. What an event says of the instance's row is the verifier's, and left
    out."""
    with joined(where) as tx:
        tx.flush()
        return [replace(one, data=_meant(one.data)) for one in events(tx, root_id)]


def _meant(data: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if name != VOUCHED}


class LoggedStep(NamedTuple):
    """One flow node entered, completed or cancelled, with the event that did it."""

    at: datetime
    who: str | None
    event: str
    element: str
    type: str
    name: str
    instance: str
    seq: int


def history_of_steps(where: Database | Tx, root_id: str) -> list[LoggedStep]:
    """The trace of a root: what its token passed, when, and through whom."""
    return [
        LoggedStep(logged.at, logged.who, what, element, type, name, instance or root_id, logged.seq)
        for logged in history(where, root_id)
        for what, element, type, name, instance in logged.data.get("steps", ())
    ]
