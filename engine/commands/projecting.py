"""The engine's own projections, made of the log again: open tasks, timers, subscriptions, incidents."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, update

from engine import jobs
from engine.audit.waiting import moved
from engine.projections import LoggedEvent, Projected, Projection
from engine.store import Tx
from engine.store.tables import candidate, incident, job, subscription, work_item


def clear(tx: Tx) -> None:
    """Empties them. Of the jobs only timers: the others are no repetition of the log, but work that waits."""
    for table in (work_item, candidate, subscription, incident):
        tx.execute(delete(table))
    tx.execute(delete(job).where(job.c.kind == "timer"))


def apply(tx: Tx, event: LoggedEvent) -> None:
    """What one event adds and takes away; within it, what goes goes first."""
    _gone(tx, event)
    data = event.data
    for task in data.get("opened", ()):
        _opened(tx, event, task)
    for id, element, due in data.get("timers", ()):
        tx.execute(
            job.insert().values(
                root_id=event.root_id,
                id=id,
                kind="timer",
                payload=jobs.pack({"element": element}),
                due_at=datetime.fromisoformat(due),
                priority=50,
                retries_left=3,
                dedupe_key=id,
            )
        )
    for one in data.get("subscribed", ()):
        tx.execute(
            subscription.insert().values(
                root_id=event.root_id,
                id=one["id"],
                element=one["element"],
                kind=one["kind"],
                name=one["name"],
                key=one.get("key"),
                properties=one.get("properties"),
                opened_at=datetime.fromisoformat(one["opened_at"]) if "opened_at" in one else event.at,
            )
        )
    for one in data.get("incidents", ()):
        tx.execute(
            incident.insert().values(
                root_id=event.root_id,
                id=one["id"],
                element=one["element"],
                kind=one["kind"],
                message=one["message"],
                message_en=one.get("message_en"),
                opened_at=event.at,
            )
        )
    _CHANGES.get(event.kind, _nothing)(tx, event)


def _gone(tx: Tx, event: LoggedEvent) -> None:
    for name, table, column in (
        ("closed", work_item, work_item.c.id),
        ("closed", candidate, candidate.c.task_id),
        ("timers_cleared", job, job.c.id),
        ("unsubscribed", subscription, subscription.c.id),
        ("mended", incident, incident.c.id),
    ):
        ids = event.data.get(name)
        if ids:
            tx.execute(delete(table).where(table.c.root_id == event.root_id, column.in_(ids)))


def _opened(tx: Tx, event: LoggedEvent, task: Mapping[str, Any]) -> None:
    tx.execute(
        work_item.insert().values(
            root_id=event.root_id,
            id=task["id"],
            business_key=event.data.get("business_key"),
            opened_at=datetime.fromisoformat(task["opened_at"]),
            **_as_drawn(task),
        )
    )
    _candidates(tx, event.root_id, task)


def _as_drawn(task: Mapping[str, Any]) -> dict[str, Any]:
    """What the row of an open task has from its model; the log leaves out what is not said."""
    due = task.get("due")
    return {
        "instance": task["instance"],
        "process": task["process"],
        "element": task["element"],
        "name": task.get("name", ""),
        "form": task.get("form"),
        "lane": task.get("lane"),
        "assignee": task.get("assignee"),
        "groups": task.get("groups"),
        "users": task.get("users"),
        "priority": task.get("priority", 50),
        "due": datetime.fromisoformat(due) if due else None,
    }


def _candidates(tx: Tx, root_id: str, task: Mapping[str, Any]) -> None:
    rows = [
        {"root_id": root_id, "task_id": task["id"], "kind": kind, "name": name}
        for kind, names in (("g", task.get("groups")), ("u", task.get("users")))
        for name in dict.fromkeys(names or ())
    ]
    if rows:
        tx.execute(candidate.insert(), rows)


def _assigned(tx: Tx, event: LoggedEvent) -> None:
    user = event.data["assignee"]
    _item(tx, event, assignee=user, claimed_at=event.at if user is not None else None)


def _due(tx: Tx, event: LoggedEvent) -> None:
    due = event.data["due"]
    _item(tx, event, due=datetime.fromisoformat(due) if due else None)


def _item(tx: Tx, event: LoggedEvent, **values: Any) -> None:
    tx.execute(
        update(work_item)
        .where(work_item.c.root_id == event.root_id, work_item.c.id == event.data["task"])
        .values(**values)
    )


def _held(tx: Tx, event: LoggedEvent) -> None:
    tx.execute(
        update(job).where(job.c.root_id == event.root_id, job.c.kind == "timer").values(held=event.kind == "suspend")
    )


def _job_failed(tx: Tx, event: LoggedEvent) -> None:
    said = event.data
    tx.execute(
        incident.insert().values(
            root_id=event.root_id,
            id=said["job"],
            element=said["kind"],
            kind="job",
            message=said["message"],
            job_id=said["job"],
            opened_at=event.at,
        )
    )


def _cancelled(tx: Tx, event: LoggedEvent) -> None:
    for table in (work_item, candidate, subscription, incident):
        tx.execute(delete(table).where(table.c.root_id == event.root_id))
    tx.execute(delete(job).where(job.c.root_id == event.root_id, job.c.kind == "timer"))


def _migrated(tx: Tx, event: LoggedEvent) -> None:
    for task in event.data.get("tasks", ()):
        renew_task(tx, event.root_id, task)
    for id, element in event.data.get("stopped_at", ()):
        stopped_at(tx, event.root_id, id, element)
    if event.data.get("held"):
        tx.execute(update(job).where(job.c.root_id == event.root_id, job.c.kind == "timer").values(held=True))


def stopped_at(tx: Tx, root_id: str, id: str, element: str) -> None:
    """An incident that stays open is at another element, in another version."""
    tx.execute(update(incident).where(incident.c.root_id == root_id, incident.c.id == id).values(element=element))


def renew_task(tx: Tx, root_id: str, task: Mapping[str, Any]) -> None:
    """An open task under its id as another version has it: all of its row but since when somebody has it."""
    tx.execute(
        update(work_item).where(work_item.c.root_id == root_id, work_item.c.id == task["id"]).values(**_as_drawn(task))
    )
    tx.execute(delete(candidate).where(candidate.c.root_id == root_id, candidate.c.task_id == task["id"]))
    _candidates(tx, root_id, task)


def _nothing(tx: Tx, event: LoggedEvent) -> None:
    pass


_CHANGES = {
    "claim": _assigned,
    "release": _assigned,
    "reassign": _assigned,
    "set_due": _due,
    "suspend": _held,
    "resume": _held,
    "job_failed": _job_failed,
    "cancel": _cancelled,
    "migrate": _migrated,
    "migrate_undo": _migrated,
}

#: Of a timer the log says that there is one and when it was due first; how often it was tried is the worker's.
_TRIES = (
    "instance_id",
    "due_at",
    "held",
    "attempts",
    "retries_left",
    "locked_by",
    "lock_expires",
    "lock_token",
    "last_error",
)


def _on_time(wanted: Mapping[str, Any], there: Mapping[str, Any], now: datetime) -> list[str]:
    return ["due_at"] if moved(there, wanted["due_at"], now) else []


PROJECTION = Projection(
    clear,
    apply,
    (
        *(Projected(table, "root_id") for table in (work_item, candidate, subscription, incident)),
        Projected(job, "root_id", only=(("kind", "timer"),), free=_TRIES, within=_on_time),
    ),
)
