"""Messages and signals from outside, and those that one root throws at another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from engine import jobs
from engine.commands import routing
from engine.commands.advance import advance, family_of, plain
from engine.commands.routing import Correlation
from engine.commands.start import start
from engine.jobs import Handler, Job
from engine.refusal import Refusal
from engine.store import Busy, Tx
from engine.store.joining import command
from engine.store.tables import instance


@command
def message(
    tx: Tx,
    name: str,
    correlation: Correlation = None,
    variables: Mapping[str, Any] | None = None,
    by: str | None = None,
    root: str | None = None,
) -> str:
    """Gives a message to the oldest subscription of that name whose key fits, or, where none waits, starts the process
    whose start event it names; returns the root's id. Refuses one that nobody waits for: it is not kept.

    root: the only one that it is for, whatever keys models give their subscriptions. Of several that wait there the
    one whose key fits takes it, else the oldest; it starts nothing."""
    if root is not None:
        own = routing.find_own(tx, root, name, correlation)
        if own is None:
            raise Refusal(f"Không có gì đang chờ thông điệp “{name}”.", f"Nothing waits for the message '{name}'.")
        return _deliver(tx, root, own.id, own.element, name, variables, by)
    found = routing.find_message(tx, name, correlation)
    if found is not None:
        return _deliver(tx, found.root_id, found.id, found.element, name, variables, by)
    for row in routing.start_events(tx, "message", name)[:1]:
        return start(tx, row.process, variables, by=by, element=row.element, deployment=row.deployment)
    raise Refusal(f"Không có gì đang chờ thông điệp “{name}”.", f"Nothing waits for the message '{name}'.")


def _deliver(
    tx: Tx, root_id: str, id: str, element: str, name: str, variables: Mapping[str, Any] | None, by: str | None
) -> str:
    family = family_of(tx, root_id)
    advance(
        tx,
        family,
        "message",
        by,
        lambda run: run.deliver_message(id, dict(variables or {})),
        element=element,
        data={"message": name, "variables": plain(variables)},
    )
    return root_id


@command
def signal(tx: Tx, name: str, variables: Mapping[str, Any] | None = None, by: str | None = None) -> int:
    """Gives a signal to all that wait for it, in every instance, and starts every process with such a start event;
    returns how many took it."""
    taken = 0
    roots = routing.signal_roots(tx, name)
    starts = routing.signal_starts(tx, name)
    for root_id in roots:
        taken += signal_root(tx, root_id, name, variables, by)
    for row in starts:
        start(tx, row.process, variables, by=by, element=row.element, deployment=row.deployment)
        taken += 1
    return taken


def signal_root(tx: Tx, root_id: str, name: str, variables: Mapping[str, Any] | None, by: str | None) -> int:
    """Gives a signal to one root; how many of its subscriptions took it."""
    family = family_of(tx, root_id)
    taken: int = advance(
        tx,
        family,
        "signal",
        by,
        lambda run: run.deliver_signal(name, dict(variables or {})),
        data={"signal": name, "variables": plain(variables)},
    )
    return taken


#: Roots that one transaction gives a thrown signal to; the rest wait for the next.
TOGETHER = 50


def _in_turn(tx: Tx, job: Job) -> None:
    """What one root throws arrives in the order of its throws. Raises Busy while an earlier one is on its way."""
    if routing.thrown_before(tx, job.root_id, job.id):
        raise Busy("an earlier throw of the same instance comes first")


def message_job(tx: Tx, job: Job) -> None:
    """A message that the job's root threw, for who waits for it now. What the root itself began to wait for after the
    throw does not take it, and where nobody waits it is dropped: nothing is kept for later."""
    _in_turn(tx, job)
    said = job.payload
    name, variables = said["name"], said["variables"]
    found = routing.find_message(tx, name, said["correlation"], besides=job.root_id, except_for=said["own"])
    if found is not None:
        _deliver(tx, found.root_id, found.id, found.element, name, variables, None)
        return
    for row in routing.start_events(tx, "message", name)[:1]:
        start(tx, row.process, variables, element=row.element, deployment=row.deployment)


def signal_job(tx: Tx, job: Job) -> None:
    """A signal that the job's root threw, for all others that wait for it when its turn comes, and for start events.
    Whom one transaction does not reach, the same job reaches in the next."""
    _in_turn(tx, job)
    said = job.payload
    name, variables = said["name"], said["variables"]
    if "roots" in said:
        roots, starts = said["roots"], said["starts"]
    else:
        roots = routing.signal_roots(tx, name, besides=job.root_id)
        starts = [[row.process, row.element, row.deployment] for row in routing.signal_starts(tx, name)]
    for root_id in roots[:TOGETHER]:
        if _lives(tx, root_id):
            signal_root(tx, root_id, name, variables, None)
    if roots[TOGETHER:]:
        rest = {**said, "roots": roots[TOGETHER:], "starts": starts}
        jobs.add(tx, job.root_id, "signal", job.due_at, rest, id=job.id)
        return
    for process, element, deployment in starts:
        start(tx, process, variables, element=element, deployment=deployment)


def _lives(tx: Tx, root_id: str) -> bool:
    return tx.read(select(instance.c.status).where(instance.c.root_id == root_id)).scalar() == "active"


HANDLERS = {"message": Handler(inside=message_job), "signal": Handler(inside=signal_job)}
