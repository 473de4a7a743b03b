"""Commands on an instance as a whole: its variables, its branches, its life."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, update

from engine.commands.advance import advance, family_of, plain
from engine.refusal import Refusal
from engine.run.standing import Place
from engine.store import Family, Tx
from engine.store.joining import command
from engine.store.tables import candidate, incident, job, subscription, work_item


@command
def set_variables(
    tx: Tx,
    root_id: str,
    variables: Mapping[str, Any],
    by: str | None = None,
    reason: str | None = None,
    token: str | None = None,
) -> None:
    """Changes data while the instance waits; conditional events look again. Before and after stand in the log.

    token: written as seen from that token, so that a variable of its own scope can be mended."""
    family = family_of(tx, root_id)
    old = family.run.variables if token is None else family.run.variables_of(token)
    before = {name: old[name] for name in variables if name in old}
    advance(
        tx,
        family,
        "set_variables",
        by,
        lambda run: run.set_variables(dict(variables), token),
        data={"before": plain(before), "variables": plain(variables), "reason": reason},
    )


@command
def cancel_instance(tx: Tx, root_id: str, by: str | None = None, reason: str | None = None) -> None:
    """Ends an instance where it stands: everything open in it is cancelled."""
    family = family_of(tx, root_id, suspended=True)
    before = {"status": family.status, "standing": [named(one) for one in family.run.standing]}
    advance(
        tx,
        family,
        "cancel",
        by,
        lambda run: run.cancel(),
        data={"before": before, "after": {"status": "cancelled"}, "reason": reason},
    )
    family.status, family.ended_at, family.meta_changed = "cancelled", tx.now, True
    tx.flush()
    for table in (work_item, candidate, subscription, incident):  # also what is no part of the run
        tx.execute(delete(table).where(table.c.root_id == root_id))
    tx.execute(delete(job).where(job.c.root_id == root_id, job.c.kind.in_(("timer", "call"))))


@command
def suspend(tx: Tx, root_id: str, by: str | None = None, reason: str | None = None) -> None:
    """Stops an instance for a while: no task can be completed, no message reaches it, no timer fires."""
    family = family_of(tx, root_id)
    _status(tx, family, "suspended", "suspend", by, reason)


@command
def resume(tx: Tx, root_id: str, by: str | None = None, reason: str | None = None) -> None:
    """Lets a suspended instance go on; timers that became due meanwhile fire now."""
    family = family_of(tx, root_id, suspended=True)
    if family.status != "suspended":
        name = family.business_key or root_id
        raise Refusal(f"Phiên chạy “{name}” không tạm ngừng.", f"Instance '{name}' is not suspended.")
    tx.due(tx.now)
    _status(tx, family, "active", "resume", by, reason)


def _status(tx: Tx, family: Family, status: str, kind: str, by: str | None, reason: str | None) -> None:
    before, family.status, family.meta_changed = family.status, status, True
    family.append(tx.now, by, kind, None, {"before": {"status": before}, "after": {"status": status}, "reason": reason})
    tx.execute(
        update(job)
        .where(job.c.root_id == family.root_id, job.c.kind.in_(("timer", "call")))
        .values(held=status == "suspended")
    )


@command
def terminate(tx: Tx, root_id: str, token: str, by: str | None = None, reason: str | None = None) -> None:
    """Ends one branch of an instance where it stands. Refuses a token that is not there."""
    family = family_of(tx, root_id)
    before = named(family.run.place(token))
    advance(
        tx,
        family,
        "terminate",
        by,
        lambda run: run.terminate(token),
        element=before.get("element"),
        data={"token": token, "before": before, "reason": reason},
    )


@command
def move(tx: Tx, root_id: str, token: str, element: str, by: str | None = None, reason: str | None = None) -> None:
    """Takes a token from where it waits to another element of its process, and runs on. Refuses an element that the
    token cannot be taken to."""
    family = family_of(tx, root_id)
    before = named(family.run.place(token))
    to = next((node.name for node in family.run.reachable(token) if node.id == element), "")
    advance(
        tx,
        family,
        "move",
        by,
        lambda run: run.move(token, element),
        element=before.get("element"),
        data={
            "token": token,
            "before": before,
            "after": {"element": element, "name": to},
            "to": element,
            "reason": reason,
        },
    )


def named(place: Place | None) -> dict[str, str]:
    """The node where a token stands, as the log names it."""
    return {} if place is None else {"element": place.node.id, "name": place.node.name}
