"""With whom a document lies: a line for each group and person that a step of its route was given to.

A line is what its people may see the document by (`procedures.rights.documents`), and where the step names a role of
receipt (`mc:receipt`) it is what the register prints as the unit that received it.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import select, update

from engine.run.changes import OpenTask, Step
from engine.store import Tx
from procedures.actor import acting
from procedures.dossiers import log
from procedures.exchange.axis import outbox
from procedures.step_terms import extension
from procedures.store.clock import step_term
from procedures.store.documents import document_line
from procedures.vocabulary.documents import LEAD


def _of_document(tx: Tx, root_id: str) -> bool:
    home = log.home(tx, root_id)
    return home is not None and not home.dossier


def opened(tx: Tx, root_id: str, task: OpenTask) -> OpenTask | None:
    """A step of a document's route has opened: those it is given to have the document on their line."""
    if not _of_document(tx, root_id):
        return None
    log.hold(tx, root_id)
    known = document_line.c.root_id == root_id, document_line.c.task_id == task.id
    if tx.execute(select(document_line.c.id).where(*known)).first() is not None:
        return None  # it was handed on, or has changed its version: its line stands
    receipt = extension(task, "receipt")
    due = tx.execute(select(step_term.c.due).where(step_term.c.root_id == root_id, step_term.c.task_id == task.id))
    said: dict[str, Any] = {
        "root_id": root_id,
        "task_id": task.id,
        "role": receipt.attributes.get("role") if receipt is not None else None,
        "step": task.name,
        "since": task.opened_at,
        "due": due.scalar(),
    }
    home = log.home(tx, root_id)
    own = home.agency if home is not None else ""
    places = [group.partition("@")[2] for group in task.candidate_groups]
    holders = [{"holder_group": group, "agency": group.partition("@")[2] or own} for group in task.candidate_groups]
    if task.assignee is not None:
        holders.append({"holder": task.assignee, "agency": next(filter(None, places), own)})
    for one in holders:
        tx.execute(document_line.insert().values(id=tx.database.new_id(), **said, **one))
    if said["role"] == LEAD:
        _tell_sender(tx, root_id, task.name)
    return None


def _tell_sender(tx: Tx, root_id: str, step: str) -> None:
    """The first step of the lead unit is where somebody is found to do the work, what comes after it is the work."""
    others = select(document_line.c.id).where(
        document_line.c.root_id == root_id, document_line.c.role == LEAD, document_line.c.step != step
    )
    working = tx.execute(others.limit(1)).first() is not None
    outbox.told(tx, root_id, outbox.IN_WORK if working else outbox.TO_ASSIGN)


def closed(tx: Tx, root_id: str, step: Step) -> None:
    """A step has ended, as its line says from now on."""
    if step.event == "entered" or not step.token or not _of_document(tx, root_id):
        return
    log.hold(tx, root_id)
    outcome = (step.data or {}).get("outcome") if step.event == "completed" else None
    key = document_line.c.root_id == root_id, document_line.c.task_id == step.token
    tx.execute(
        update(document_line)
        .where(*key, document_line.c.closed_at.is_(None))
        .values(closed_at=tx.now, closed_by=acting(tx).who, outcome=outcome)
    )
