"""An official completes a task of a dossier: the outcome, its reason, the form's data, all checked before anything moves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from engine import commands, worklist
from engine.commands.definitions import deployed
from engine.model.definition import Node
from engine.run.refusal import Refusal
from engine.store import Tx
from engine.store.tables import instance
from procedures import bundles, forms
from procedures.dossiers import log, supplements
from procedures.dossiers.values import Actor
from procedures.store.access import command, query
from procedures.store.dossier import dossier


@query
def node_of(tx: Tx, root_id: str, process: str, element: str) -> Node | None:
    """A node of the model, at the version that a root runs."""
    row = tx.read(select(instance.c.deployment, instance.c.pins).where(instance.c.root_id == root_id)).first()
    if row is None:
        return None
    version = (row.pins or {}).get(process, row.deployment)
    found = deployed(tx, version).processes.get(process) or deployed(tx, row.deployment).processes.get(process)
    return found.node(element) if found else None


@query
def task_form(tx: Tx, task_id: str) -> forms.Form | None:
    """The form of an open task, as its version has it."""
    item = worklist.task(tx, task_id, everything=True)
    if item is None or not item.form:
        return None
    row = tx.read(select(instance.c.deployment, instance.c.pins).where(instance.c.root_id == item.root_id)).one()
    return bundles.form(tx, (row.pins or {}).get(item.process, row.deployment), item.form)


@command
def decide(tx: Tx, task_id: str, outcome: str | None, variables: Mapping[str, Any], by: Actor, reason: str = "",
           check: bool = True) -> str:
    """Completes a task with what the official decided; returns the dossier's id (the root's).

    The posted variables are checked by the task's form (raises `forms.Invalid`); a reason is asked for where the outcome
    wants one; an unknown outcome, a task of somebody else, and lacks that the dossier does not have are refused.
    """
    log.act(tx, by)
    item = worklist.task(tx, task_id, everything=True)
    if item is None:
        raise Refusal("Việc này không còn mở: đã hoàn thành hoặc không có.", "This task is not open any more.")
    if item.assignee is not None and item.assignee != by.username:
        raise Refusal(f"Việc “{item.name}” đang do người khác xử lý ({item.assignee}).",
                      f"Task '{item.name}' belongs to {item.assignee}.")
    node = node_of(tx, item.root_id, item.process, item.element)
    outcomes = {one.id: one for one in node.outcomes} if node else {}
    if outcomes and outcome is None and len(outcomes) == 1:
        outcome = next(iter(outcomes))
    if outcomes and outcome not in outcomes:
        raise Refusal(f"Việc “{item.name}” không có cách kết thúc “{outcome or ''}”.",
                      f"Task '{item.name}' has no outcome '{outcome or ''}'.")
    said = dict(variables)
    if outcome is not None and outcome in outcomes and outcomes[outcome].reason and not reason.strip():
        raise forms.Invalid({"ly_do": ["Phải nêu lý do cho quyết định này."]})
    form = task_form(tx, task_id)
    if form is not None and check:
        extra = {key: said[key] for key in ("thieu", "han_bo_sung", "gia_han_so", "gia_han_don_vi") if key in said}
        inputs = {entry.key for entry in form.inputs()}
        said = {**extra, **{k: v for k, v in form.validate(said, partial=not _affirms(node, outcome)).items()
                            if k in inputs}}
    if reason.strip():
        said["ly_do"] = reason.strip()
    elif outcomes:
        said["ly_do"] = None
    if said.get("thieu") and tx.execute(select(dossier.c.id).where(dossier.c.id == item.root_id)).first():
        from procedures.letters.drafting import lacks_of

        said["thieu"] = [one.variables() for one in supplements.checked(tx, item.root_id, lacks_of(said))]
    return commands.complete(tx, task_id, said, outcome, by.username)


def _affirms(node: Node | None, outcome: str | None) -> bool:
    """Whether the outcome is the affirmative one: only then must the whole form be filled."""
    if node is None or not node.outcomes or outcome is None:
        return True
    chosen = next((one for one in node.outcomes if one.id == outcome), None)
    return chosen is None or chosen.tone == "primary"
