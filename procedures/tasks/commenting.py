"""A remark on the dossier from the page of a task."""

from __future__ import annotations

from engine.store import Tx
from engine.store.joining import command
from procedures.actor import Actor
from procedures.dossiers import log, queries
from procedures.tasks import opening
from procedures.tasks.opening import Task


@command
def comment(tx: Tx, task_id: str, text: str, by: Actor) -> Task:
    """An official's remark to the others who work on the dossier; the citizen does not see it. Refuses an empty one."""
    log.act(tx, by)
    task = opening.find(tx, task_id, by)
    task.require("comment")
    queries.comment(tx, task.item.root_id, text, by)
    return task
