"""Who takes a message or a signal: open subscriptions first, of several the oldest; else start events.

What a model throws at other roots becomes a job of each, written in the transaction that throws it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from engine import jobs
from engine.store import Family, Tx
from engine.store.tables import instance, start_event, subscription

Correlation = str | Mapping[str, str] | None


def matches(key: str | None, properties: Mapping[str, str] | None, correlation: Correlation) -> bool:
    """Whether a subscription takes a message: one with a key wants an equal correlation, one with properties wants
    each of them equal, one without either takes any. All are compared as text."""
    if isinstance(correlation, Mapping):
        if properties:
            return all(name in correlation and str(correlation[name]) == str(value)
                       for name, value in properties.items())
        return key is None or key in [str(value) for value in correlation.values()]
    if properties:
        return correlation is not None and any(str(value) == correlation for value in properties.values())
    return key is None or key == correlation


def _rows(tx: Tx, kind: str, name: str, besides: str | None = None) -> list[Any]:
    """Open subscriptions of instances that are not suspended, the oldest first."""
    query = select(subscription).join(instance, instance.c.root_id == subscription.c.root_id).where(
        subscription.c.kind == kind, subscription.c.name == name, instance.c.status == "active")
    if besides is not None:
        query = query.where(subscription.c.root_id != besides)
    return list(tx.read(query.order_by(subscription.c.opened_at, subscription.c.id)))


def find_message(tx: Tx, name: str, correlation: Correlation, besides: str | None = None) -> Any:
    """The row of the oldest open subscription that takes that message, or None."""
    return next((row for row in _rows(tx, "message", name, besides)
                 if matches(row.key, row.properties, correlation)), None)


def signal_roots(tx: Tx, name: str, besides: str | None = None) -> list[str]:
    """The roots that wait for that signal, in the order in which they began to."""
    return list(dict.fromkeys(row.root_id for row in _rows(tx, "signal", name, besides)))


def signal_starts(tx: Tx, name: str) -> list[Any]:
    """Start events that a signal begins an instance with. Where an instance waits at one already, for the rest of a
    parallel multiple start (10.5.2), the signal is for that instance."""
    waiting = {(row.deployment, row.element) for row in tx.read(
        select(instance.c.deployment, subscription.c.element).join(instance, instance.c.root_id == subscription.c.root_id)
        .where(subscription.c.kind == "signal", subscription.c.name == name, instance.c.status == "active"))}
    # `element#n` is the n-th definition of that start event
    return [row for row in start_events(tx, "signal", name)
            if (row.deployment, row.element.partition("#")[0]) not in waiting]


def start_events(tx: Tx, kind: str, name: str) -> list[Any]:
    """Start events of deployed processes for that message or signal: (deployment, process, element)."""
    return list(tx.read(select(start_event).where(start_event.c.kind == kind, start_event.c.name == name)
                        .order_by(start_event.c.deployment, start_event.c.process, start_event.c.element)))


def message_thrown(tx: Tx, family: Family, name: str, correlation: Correlation, variables: Mapping[str, Any]
                   ) -> str | None:
    """A family throws a message: the id of its own subscription where that is the oldest that takes it; else a job
    for who does. Where nobody waits, it is not kept (contracts.md §3)."""
    own = next((one for one in (family.run.subscriptions if family.run is not None else ())
                if one.kind == "message" and one.name == name and matches(one.key, one.properties, correlation)), None)
    other = find_message(tx, name, correlation, besides=family.root_id)
    if own is not None and (other is None or (own.opened_at or _EARLIEST, own.id) <= (other.opened_at, other.id)):
        id: str = own.id
        return id
    payload = {"name": name, "correlation": correlation, "variables": dict(variables)}
    if other is not None:
        jobs.add(tx, other.root_id, "message", payload=payload)
        return None
    for row in start_events(tx, "message", name)[:1]:
        _start(tx, row, variables)
    return None


def signal_thrown(tx: Tx, family: Family, name: str, variables: Mapping[str, Any]) -> None:
    """A family throws a signal: one job for each other root that waits for it, and for each start event."""
    for root_id in signal_roots(tx, name, besides=family.root_id):
        jobs.add(tx, root_id, "signal", payload={"name": name, "variables": dict(variables)})
    for row in signal_starts(tx, name):
        _start(tx, row, variables)


def _start(tx: Tx, row: Any, variables: Mapping[str, Any]) -> None:
    jobs.add(tx, tx.database.new_id(), "start", payload={
        "deployment": row.deployment, "process": row.process, "element": row.element, "variables": dict(variables)})


_EARLIEST = datetime.min.replace(tzinfo=UTC)
