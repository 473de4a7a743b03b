"""A task that is no longer open: who ended it and when, for whoever comes back to its page."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from engine.calendar import VIETNAM
from engine.store import Tx
from engine.store.joining import query
from engine.store.tables import event, work_item
from procedures import officials
from procedures.actor import Actor
from procedures.dossiers import queries
from procedures.dossiers.nodes import node_of
from procedures.rights import dossiers as rights
from procedures.store.work import task_seen


@dataclass(frozen=True, slots=True)
class Done:
    """What became of a task. who, at: empty where nobody completed it (the dossier was withdrawn, the step left)."""

    code: str
    name: str
    who: str
    at: datetime | None


@query
def done(tx: Tx, task_id: str, by: Actor) -> Done | None:
    """A task of a dossier that this person may see, which somebody had opened and which is over; None else."""
    root = tx.read(select(task_seen.c.root_id).where(task_seen.c.task_id == task_id).limit(1)).scalar()
    if root is None or not rights.may_see(tx, root, by):
        return None
    if tx.read(select(work_item.c.id).where(work_item.c.id == task_id)).first() is not None:
        return None
    code = queries.get(tx, root).code
    ended = select(event.c.who, event.c.at, event.c.element, event.c.data).where(
        event.c.root_id == root, event.c.kind.in_(("complete", "back"))
    )
    for row in tx.read(ended.order_by(event.c.seq.desc())):
        if json.loads(row.data).get("task") == task_id:
            node = node_of(tx, root, row.element) if row.element else None
            name = officials.names(tx, [row.who]).get(row.who, row.who) if row.who else ""
            return Done(code, node.name if node is not None and node.name else "", name, row.at.astimezone(VIETNAM))
    return Done(code, "", "", None)
