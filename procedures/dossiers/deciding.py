"""An official completes a task of a dossier: the outcome, its reason, the form's data, all checked before it moves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import select

from engine import commands, worklist
from engine.commands import definitions
from engine.model.definition import Node, Process
from engine.refusal import Refusal
from engine.store import Tx
from engine.store.joining import command, query
from engine.store.tables import instance
from procedures import bundles, forms
from procedures.actor import Actor
from procedures.dossiers import log, supplements
from procedures.store.dossier import dossier
from procedures.vocabulary.outcomes import affirms


def version_of(tx: Tx, root_id: str, element: str) -> str | None:
    """The deployment that has this element for a root: its own, else (a process called from another bundle) the one in
    effect of the called process."""
    own: str | None = tx.read(select(instance.c.deployment).where(instance.c.root_id == root_id)).scalar()
    return next((version for version, process in processes_of(tx, own) if process.node(element)), own) if own else None


def processes_of(tx: Tx, version: str) -> Iterator[tuple[str, Process]]:
    """The processes of a deployment, then those that it calls from others, each with its deployment."""
    seen: set[str] = set()
    waiting = [version]
    while waiting:
        here = waiting.pop(0)
        if here in seen:
            continue
        seen.add(here)
        found = definitions.deployed(tx, here).processes
        for process in found.values():
            yield here, process
        for process in found.values():
            for node in process.scope.walk():
                name = node.called_element
                if node.kind == "callActivity" and isinstance(name, str) and name not in found:
                    waiting += [other for other in [definitions.current(tx, name)] if other]


@query
def node_of(tx: Tx, root_id: str, element: str) -> Node | None:
    """A node of the model, at the version that a root runs."""
    own = tx.read(select(instance.c.deployment).where(instance.c.root_id == root_id)).scalar()
    if own is None:
        return None
    return next((node for _, process in processes_of(tx, own) if (node := process.node(element)) is not None), None)


def after(tx: Tx, root_id: str, element: str) -> list[Node]:
    """The nodes right after an element, by its outgoing flows."""
    family = tx.families.get(root_id)
    if family is None:
        return []
    for _, process in processes_of(tx, family.deployment):
        scopes = [process.scope, *(node.scope for node in process.scope.walk() if node.scope is not None)]
        for scope in scopes:
            if element in scope.nodes:
                return [scope.nodes[flow.target] for flow in scope.flows.values() if flow.source == element]
    return []


@query
def task_form(tx: Tx, task_id: str) -> forms.Form | None:
    """The form of an open task, as its version has it."""
    item = worklist.task(tx, task_id, everything=True)
    if item is None or not item.form:
        return None
    version = version_of(tx, item.root_id, item.element)
    return bundles.form(tx, version, item.form) if version else None


@query
def agency_of(tx: Tx, root_id: str) -> str:
    """The agency that received the dossier: people and agencies in its forms are offered from there. Empty where the
    process has no dossier."""
    return tx.read(select(dossier.c.agency).where(dossier.c.id == root_id)).scalar() or ""


@command
def decide(
    tx: Tx,
    task_id: str,
    outcome: str | None,
    variables: Mapping[str, Any],
    by: Actor,
    reason: str = "",
    check: bool = True,
) -> str:
    """Completes a task with what the official decided; returns the dossier's id (the root's).

    The posted variables are checked by the task's form (raises `forms.Invalid`); a reason is asked for where the
    outcome wants one; an unknown outcome, a task of somebody else, and lacks that the dossier does not have are
    refused.
    """
    log.act(tx, by)
    item = worklist.task(tx, task_id, everything=True)
    if item is None:
        raise Refusal("Việc này không còn mở: đã hoàn thành hoặc không có.", "This task is not open any more.")
    if item.assignee is not None and item.assignee != by.username:
        raise Refusal(
            f"Việc “{item.name}” đang do người khác xử lý ({item.assignee}).",
            f"Task '{item.name}' belongs to {item.assignee}.",
        )
    node = node_of(tx, item.root_id, item.element)
    outcomes = {one.id: one for one in node.outcomes} if node else {}
    if outcomes and outcome is None and len(outcomes) == 1:
        outcome = next(iter(outcomes))
    if outcomes and outcome not in outcomes:
        raise Refusal(
            f"Việc “{item.name}” không có cách kết thúc “{outcome or ''}”.",
            f"Task '{item.name}' has no outcome '{outcome or ''}'.",
        )
    said = dict(variables)
    if outcome is not None and outcome in outcomes and outcomes[outcome].reason and not reason.strip():
        raise forms.Invalid({"ly_do": ["Phải nêu lý do cho quyết định này."]})
    form = task_form(tx, task_id)
    if form is not None and check:
        extra = {key: said[key] for key in ("thieu", "han_bo_sung", "gia_han_so", "gia_han_don_vi") if key in said}
        said = {
            **extra,
            **form.validate(
                said,
                partial=not affirms(node, outcome),
                offered=forms.offered(tx, form, agency_of(tx, item.root_id)),
                now=tx.now,
            ),
        }
    if reason.strip():
        said["ly_do"] = reason.strip()
    elif outcomes:
        said.setdefault("ly_do", None)  # the reason of an earlier decision is none of this one
    if said.get("thieu") and tx.execute(select(dossier.c.id).where(dossier.c.id == item.root_id)).first():
        from procedures.letters.drafting import lacks_of

        said["thieu"] = [one.variables() for one in supplements.checked(tx, item.root_id, lacks_of(said))]
    return commands.complete(tx, task_id, said, outcome, by.username)
