"""Commands on one open task: complete it, take it, give it to somebody, hand it back, let it fail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select, update

from engine.commands.advance import advance, family_of, plain
from engine.model.extensions import in_role
from engine.refusal import Refusal
from engine.run.changes import OpenTask
from engine.store import Database, Tx, records
from engine.store.joining import command
from engine.store.tables import work_item
from engine.worklist import Look


def root_of(tx: Tx, task_id: str) -> str:
    """The root of an open task. Refuses a task that is not open."""
    known = tx.database.hot.root_of(task_id)
    if known is not None:
        return known
    row = tx.read(select(work_item.c.root_id).where(work_item.c.id == task_id)).first()
    if row is None:
        raise not_open(task_id)
    root_id: str = row.root_id
    return root_id


def not_open(task_id: str) -> Refusal:
    return Refusal(
        f"Công việc “{task_id}” không còn mở: đã hoàn thành, đã bị hủy, hoặc không có.",
        f"Task '{task_id}' is not open: it is completed, cancelled, or unknown.",
    )


def element_of(run: Any, task_id: str) -> str:
    """The element of an open task. Refuses a task that is not open."""
    element: str | None = run.element_of(task_id)
    if element is None:
        raise not_open(task_id)
    return element


def open_task(run: Any, task_id: str) -> OpenTask:
    """An open task of a run. Refuses a task that is not open."""
    found: OpenTask | None = run.open_task(task_id)
    if found is None:
        raise not_open(task_id)
    return found


@command
def complete(
    tx: Tx,
    task_id: str,
    variables: Mapping[str, Any] | None = None,
    outcome: str | None = None,
    by: str | None = None,
    then: Look | None = None,
) -> str:
    """Completes an open task with what it brought and runs on to rest; returns the root's id.

    outcome: the id of one of the task's outcomes; it becomes the variable that the vocabulary names for it.
    then: told what is open afterwards.
    Refuses a task that is not open and an outcome that it does not have.
    """
    family = family_of(tx, root_of(tx, task_id))
    data: dict[str, Any] = {"task": task_id}
    if outcome is not None:
        data["outcome"] = outcome
    if variables:
        data["variables"] = plain(variables)
    advance(
        tx,
        family,
        "complete",
        by,
        lambda run: run.complete(task_id, dict(variables or {}), outcome),
        element=element_of(family.run, task_id),
        data=data,
    )
    if then is not None:
        then.after(tx, family.root_id)
    return family.root_id


@command
def claim(tx: Tx, task_id: str, user: str, by: str | None = None) -> None:
    """Makes an open task the user's own. Refuses one that another has."""
    item = _open_item(tx, task_id)
    if item.assignee == user:
        return
    if item.assignee is not None:
        raise Refusal(
            f"Công việc “{item.name}” đã có người nhận: {item.assignee}.",
            f"Task '{item.name}' is already claimed by {item.assignee}.",
        )
    _assign(tx, item, user, "claim", by or user, None)


@command
def release(tx: Tx, task_id: str, by: str | None = None, reason: str | None = None) -> None:
    """Gives a claimed task back to its group. Refuses one that nobody has."""
    item = _open_item(tx, task_id)
    if item.assignee is None:
        raise Refusal(f"Công việc “{item.name}” chưa có người nhận.", f"Task '{item.name}' is not claimed.")
    _assign(tx, item, None, "release", by, reason)


@command
def reassign(tx: Tx, task_id: str, user: str, by: str | None = None, reason: str | None = None) -> None:
    """Gives an open task to somebody else, whoever has it now."""
    item = _open_item(tx, task_id)
    if item.assignee != user:
        _assign(tx, item, user, "reassign", by, reason)


def reassign_many(
    database: Database, task_ids: Sequence[str], user: str, by: str | None = None, reason: str | None = None
) -> dict[str, Refusal | None]:
    """Gives many open tasks to somebody else, each in its own transaction: id → None, or why not."""
    answers: dict[str, Refusal | None] = {}
    for id in task_ids:
        try:
            reassign(database, id, user, by, reason)
            answers[id] = None
        except Refusal as refusal:
            answers[id] = refusal
    return answers


@command
def set_due(tx: Tx, task_id: str, due: Any, by: str | None = None, reason: str | None = None) -> None:
    """Moves an open task's due date (aware, or None), with the reason in the log."""
    item = _open_item(tx, task_id)
    tx.execute(update(work_item).where(work_item.c.root_id == item.root_id, work_item.c.id == task_id).values(due=due))
    records.append(
        tx,
        item.root_id,
        "set_due",
        by,
        {"task": task_id, "before": item.due, "due": due, "reason": reason},
        item.element,
    )


def _open_item(tx: Tx, task_id: str) -> Any:
    root_id = root_of(tx, task_id)
    family_of_log = records.record(tx, root_id)  # takes the root's lock before the row is read
    row = tx.execute(select(work_item).where(work_item.c.root_id == root_id, work_item.c.id == task_id)).one_or_none()
    if row is None or family_of_log is None:
        raise not_open(task_id)
    return row


def _assign(tx: Tx, item: Any, user: str | None, kind: str, by: str | None, reason: str | None) -> None:
    claimed = tx.now if user is not None else None
    changed = tx.execute(
        update(work_item)
        .where(
            work_item.c.root_id == item.root_id,
            work_item.c.id == item.id,
            work_item.c.assignee.is_(None) if item.assignee is None else work_item.c.assignee == item.assignee,
        )
        .values(assignee=user, claimed_at=claimed)
    )
    if changed.rowcount != 1:
        raise Refusal(
            f"Công việc “{item.name}” vừa được người khác nhận.",
            f"Task '{item.name}' has just been taken by somebody else.",
        )
    records.append(
        tx,
        item.root_id,
        kind,
        by,
        {"task": item.id, "before": item.assignee, "assignee": user, "reason": reason},
        item.element,
    )


@command
def throw_error(
    tx: Tx, task_id: str, code: str, variables: Mapping[str, Any] | None = None, by: str | None = None
) -> str:
    """Ends an open task with a BPMN error of that code; returns the root's id."""
    family = family_of(tx, root_of(tx, task_id))
    advance(
        tx,
        family,
        "error",
        by,
        lambda run: run.throw_error(task_id, code, dict(variables or {})),
        element=element_of(family.run, task_id),
        data={"task": task_id, "code": code},
    )
    return family.root_id


@command
def escalate(tx: Tx, task_id: str, code: str | None = None, by: str | None = None) -> str:
    """An open task raises an escalation of that code; returns the root's id."""
    family = family_of(tx, root_of(tx, task_id))
    advance(
        tx,
        family,
        "escalate",
        by,
        lambda run: run.escalate(task_id, code),
        element=element_of(family.run, task_id),
        data={"task": task_id, "code": code},
    )
    return family.root_id


@command
def back(tx: Tx, task_id: str, by: str | None = None, reason: str | None = None, element: str | None = None) -> str:
    """Hands a task back to the earlier step that its model names for that (or to `element`, one of those it names).

    Refuses a task that may not be handed back, and one to hand back without a reason. Returns the root's id.
    """
    family = family_of(tx, root_of(tx, task_id))
    here = element_of(family.run, task_id)
    node = open_task(family.run, task_id).node
    allowed = [e.attributes.get("to", "") for e in in_role(node.extensions if node else (), "back")]
    if not allowed or (element is not None and element not in allowed):
        raise Refusal(
            f"Công việc “{node.name if node else here}” không được chuyển trả.",
            f"Task '{node.name if node else here}' may not be handed back.",
        )
    if not (reason or "").strip():
        raise Refusal("Chuyển trả phải có lý do.", "Handing back wants a reason.")
    to = element or allowed[0]
    advance(
        tx,
        family,
        "back",
        by,
        lambda run: run.move(task_id, to),
        element=here,
        data={"task": task_id, "to": to, "reason": reason},
    )
    return family.root_id
