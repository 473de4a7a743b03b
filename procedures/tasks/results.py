"""The result paper of a step (`mc:result`): attached as a PDF, or made from the bundle's template, by who
does the step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from engine.refusal import Refusal
from engine.store import Tx
from engine.store.joining import command, query
from engine.store.tables import work_item
from procedures import reading
from procedures.actor import Actor
from procedures.dossiers import log, result
from procedures.dossiers.nodes import node_of
from procedures.tasks import opening
from procedures.tasks.opening import Task


@command
def attach_result(tx: Tx, task_id: str, sha256: str, by: Actor, code: str | None = None) -> str:
    """Puts a stored PDF to the dossier as the result of this step; its token. code: which of the step's results, the
    first where none is named."""
    task, code = _may(tx, task_id, by, code)
    return result.attach(tx, task.item.root_id, code, sha256)


@command
def produce_result(
    tx: Tx, task_id: str, by: Actor, code: str | None = None, filled: Mapping[str, Any] | None = None
) -> str:
    """Makes the result of this step from the bundle's template, the dossier's data and what is `filled` in so far; its
    token."""
    task, code = _may(tx, task_id, by, code)
    return result.produce(tx, task.item.root_id, code, filled)


@query
def to_sign(tx: Tx, task: Task, by: Actor) -> list[result.ToSign]:
    """What this person would sign by completing the task, byte for byte; empty where it signs nothing."""
    if not task.signs:
        return []
    reading.shown(task.item.root_id)
    return result.to_sign(tx, task.item.root_id, by, opening.variables(tx, task))


@query
def making(tx: Tx, dossier_id: str, code: str) -> str:
    """The open task of a dossier whose step makes the result of that code. Refuses where none does now."""
    for item in tx.read(select(work_item.c.id, work_item.c.element).where(work_item.c.root_id == dossier_id)):
        node = node_of(tx, dossier_id, item.element)
        for extension in node.extensions if node is not None else ():
            if extension.name == "result" and extension.attributes.get("code", "") == code:
                return str(item.id)
    raise Refusal(
        f"Hồ sơ không ở bước lập kết quả “{code}”.", f"The dossier is at no step that makes the result '{code}'."
    )


def _may(tx: Tx, task_id: str, by: Actor, code: str | None) -> tuple[Task, str]:
    log.act(tx, by)
    task = opening.find(tx, task_id, by)
    task.require("result")
    if code and code not in task.result_codes:
        raise Refusal(f"Bước “{task.name}” không lập kết quả “{code}”.", f"Step '{task.name}' makes no '{code}'.")
    opening.take(tx, task, by)
    return task, code or task.result_codes[0]
