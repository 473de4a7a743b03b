"""Who takes a message or a signal: open subscriptions first, of several the oldest; else start events.

What a model throws at other roots becomes a job of the root that throws, written in the transaction that throws it.
Those jobs are done in the order of the throws, each when the one before it has come to rest: what the first wakes can
wait for the second.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from engine import jobs
from engine.store import Family, Tx
from engine.store.tables import instance, job, start_event, subscription

Correlation = str | Mapping[str, str] | None
#: Kinds of the jobs that carry what was thrown.
THROWN = ("message", "signal")


def matches(key: str | None, properties: Mapping[str, str] | None, correlation: Correlation) -> bool:
    """Whether a subscription takes a message: one with a key wants an equal correlation, one with properties wants
    each of them equal, one without either takes any. All are compared as text."""
    if isinstance(correlation, Mapping):
        if properties:
            return all(
                name in correlation and str(correlation[name]) == str(value) for name, value in properties.items()
            )
        return key is None or key in [str(value) for value in correlation.values()]
    if properties:
        return correlation is not None and any(str(value) == correlation for value in properties.values())
    return key is None or key == correlation


def _rows(
    tx: Tx,
    kind: str,
    name: str,
    besides: str | None = None,
    root: str | None = None,
    keys: Collection[str] | None = None,
) -> list[Any]:
    """Open subscriptions of instances that are not suspended, the oldest first; only those of `root` where given, and
    with `keys` only those that have one of them or none: in a province thousands wait under one name."""
    query = (
        select(subscription)
        .join(instance, instance.c.root_id == subscription.c.root_id)
        .where(subscription.c.kind == kind, subscription.c.name == name, instance.c.status == "active")
    )
    if besides is not None:
        query = query.where(subscription.c.root_id != besides)
    if root is not None:
        query = query.where(subscription.c.root_id == root)
    if keys is not None:
        anybody = subscription.c.key.is_(None) | subscription.c.properties.is_not(None)
        query = query.where(anybody | subscription.c.key.in_(sorted(keys)))
    return list(tx.read(query.order_by(subscription.c.opened_at, subscription.c.id)))


def _keys(correlation: Correlation) -> set[str]:
    """The keys of subscriptions that a correlation may fit."""
    if isinstance(correlation, Mapping):
        return {str(value) for value in correlation.values()}
    return set() if correlation is None else {correlation}


def find_message(
    tx: Tx, name: str, correlation: Correlation, besides: str | None = None, except_for: Collection[str] = ()
) -> Any:
    """The row of the oldest open subscription that takes that message, or None.

    besides: a root that does not take it, `except_for` these subscriptions of it.
    """
    rows = _rows(tx, "message", name, None if except_for else besides, keys=_keys(correlation))
    return next(
        (
            row
            for row in rows
            if matches(row.key, row.properties, correlation) and (row.root_id != besides or row.id in except_for)
        ),
        None,
    )


def find_own(tx: Tx, root: str, name: str, correlation: Correlation) -> Any:
    """The row of the subscription of that root which takes a message meant for it alone, or None."""
    rows = _rows(tx, "message", name, root=root)
    return next((row for row in rows if matches(row.key, row.properties, correlation)), rows[0] if rows else None)


def signal_roots(tx: Tx, name: str, besides: str | None = None) -> list[str]:
    """The roots that wait for that signal, in the order in which they began to."""
    return list(dict.fromkeys(row.root_id for row in _rows(tx, "signal", name, besides)))


def signal_starts(tx: Tx, name: str) -> list[Any]:
    """Start events that a signal begins an instance with. Where an instance waits at one already, for the rest of a
    parallel multiple start (10.5.2), the signal is for that instance."""
    waiting = {
        (row.deployment, row.element)
        for row in tx.read(
            select(instance.c.deployment, subscription.c.element)
            .join(instance, instance.c.root_id == subscription.c.root_id)
            .where(subscription.c.kind == "signal", subscription.c.name == name, instance.c.status == "active")
        )
    }
    # `element#n` is the n-th definition of that start event
    return [
        row
        for row in start_events(tx, "signal", name)
        if (row.deployment, row.element.partition("#")[0]) not in waiting
    ]


def start_events(tx: Tx, kind: str, name: str) -> list[Any]:
    """Start events of deployed processes for that message or signal: (deployment, process, element)."""
    return list(
        tx.read(
            select(start_event)
            .where(start_event.c.kind == kind, start_event.c.name == name)
            .order_by(start_event.c.deployment, start_event.c.process, start_event.c.element)
        )
    )


def message_thrown(
    tx: Tx, family: Family, name: str, correlation: Correlation, variables: Mapping[str, Any]
) -> str | None:
    """A family throws a message: the id of its own subscription where that is the oldest that takes it; else a job
    for who does. Where nobody waits, it is not kept (contracts.md §3)."""
    all_own = [
        one
        for one in (family.run.subscriptions if family.run is not None else ())
        if one.kind == "message" and one.name == name and matches(one.key, one.properties, correlation)
    ]
    own = all_own[0] if all_own else None
    other = find_message(tx, name, correlation, besides=family.root_id)
    if own is not None and (other is None or (own.opened_at or _EARLIEST, own.id) <= (other.opened_at, other.id)):
        id: str = own.id
        return id
    if other is not None or start_events(tx, "message", name) or _throwing(tx, family):
        jobs.add(
            tx,
            family.root_id,
            "message",
            payload={
                "name": name,
                "correlation": correlation,
                "variables": dict(variables),
                "own": [one.id for one in all_own],
            },
        )
    return None


def signal_thrown(tx: Tx, family: Family, name: str, variables: Mapping[str, Any]) -> None:
    """A family throws a signal: a job for the other roots that wait for it and for its start events, if any."""
    if signal_roots(tx, name, besides=family.root_id) or signal_starts(tx, name) or _throwing(tx, family):
        jobs.add(tx, family.root_id, "signal", payload={"name": name, "variables": dict(variables)})


def _throwing(tx: Tx, family: Family) -> bool:
    """Whether something that this family threw is still on its way: it may wake who waits for what comes next."""
    if any(row[1] in THROWN for row in family.writes.rows.get("job", ())):
        return True
    return tx.read(_thrown(family.root_id).limit(1)).first() is not None


def thrown_before(tx: Tx, root_id: str, id: str) -> bool:
    """Whether that root threw something earlier than that job, which is still to be delivered."""
    return tx.read(_thrown(root_id).where(job.c.id < id).limit(1)).first() is not None


def _thrown(root_id: str) -> Any:
    return select(job.c.id).where(job.c.root_id == root_id, job.c.kind.in_(THROWN), job.c.retries_left > 0)


_EARLIEST = datetime.min.replace(tzinfo=UTC)
