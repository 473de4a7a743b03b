"""Open tasks over the API: found, claimed, completed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_smorest import Blueprint
from marshmallow import RAISE

from engine import worklist
from engine.store import Tx
from procedures import dossiers, reading, tasks
from web.api.access import act_as, actor, official, scoped
from web.api.dossiers import PROBLEMS
from web.api.once import Stop, once
from web.api.schemas import (
    ClaimSchema,
    CompleteSchema,
    DoneSchema,
    KeyHeader,
    TaskListSchema,
    TaskQuery,
    TaskSchema,
)
from web.house import database
from web.present import local

blueprint = Blueprint("api_tasks", __name__, url_prefix="/api/v1", description="Công việc")
TABS: dict[str | None, worklist.Tab] = {None: "all", "me": "mine", "nobody": "open"}


def described(*statuses: int) -> Any:
    """Documents these problems."""

    def decorate(view: Any) -> Any:
        for status in statuses:
            view = blueprint.alt_response(status, schema=None, description=PROBLEMS[status])(view)
        return view

    return decorate


@blueprint.get("/tasks")
@scoped("tasks")
@blueprint.arguments(TaskQuery, location="query", unknown=RAISE)
@blueprint.response(200, TaskListSchema)
@described(401, 403)
def listing(asked: dict[str, Any]) -> Any:
    """The open tasks that the official may do: assigned to them, or free for one of their roles."""
    act_as(asked.get("on_behalf_of"))
    with database().begin() as tx:
        found = worklist.open_tasks(
            tx,
            who=official().username,
            groups=official().groups,
            tab=TABS[asked.get("assignee")],
            business_key=asked.get("dossier"),
            process=asked.get("process"),
            element=asked.get("element"),
            due_before=asked.get("due_before"),
            order=asked["order"],
            page=asked["page"],
            per_page=asked["page_size"],
        )
        return {
            "items": [_out(tx, item) for item in found.items],
            "page": asked["page"],
            "page_size": asked["page_size"],
            "total": found.total,
        }


@blueprint.post("/tasks/<id>/claim")
@scoped("tasks")
@blueprint.arguments(KeyHeader, location="headers", error_status_code=400)
@blueprint.arguments(ClaimSchema, required=False)
@blueprint.response(200, TaskSchema)
@described(400, 401, 403, 404, 409, 413, 415, 503)
def claim(header: dict[str, Any], asked: dict[str, Any], id: str) -> Any:
    """Make a task the official's own."""
    act_as(asked.get("on_behalf_of"))

    def work(tx: Tx) -> tuple[str, dict[str, Any]]:
        found = tasks.claim(tx, id, actor())
        return found.item.root_id, _out(tx, worklist.task(tx, id, everything=True))

    return once(header["key"], TaskSchema(), 200, work)


@blueprint.post("/tasks/<id>/complete")
@scoped("tasks")
@blueprint.arguments(KeyHeader, location="headers", error_status_code=400)
@blueprint.arguments(CompleteSchema)
@blueprint.response(200, DoneSchema)
@described(400, 401, 403, 404, 409, 413, 415, 503)
def complete(header: dict[str, Any], asked: dict[str, Any], id: str) -> Any:
    """End a task with one of its actions. A free task that the official may do need not be claimed first."""
    act_as(asked.get("on_behalf_of"))

    def work(tx: Tx) -> tuple[str, dict[str, Any]]:
        try:
            done = tasks.complete(
                tx,
                id,
                asked["action"],
                asked["variables"],
                actor(),
                reason=asked["reason"],
                absent_accepted=asked["absent_accepted"],
            )
        except tasks.UnknownOutcome as unknown:
            known = ", ".join(unknown.known) or "(none)"
            raise Stop(422, "The task has no such action.", {"action": [f"One of: {known}."]}) from unknown
        return done.item.root_id, {"task": id, "dossier": done.item.business_key}

    return once(header["key"], DoneSchema(), 200, work)


def _out(tx: Tx, item: Any) -> dict[str, Any]:
    reading.shown(item.root_id)
    node = dossiers.node_of(tx, item.root_id, item.element)
    actions = [
        {"id": one.id, "label": one.label, "label_en": one.label_en, "reason": one.reason}
        for one in (node.outcomes if node else ())
    ]
    return {
        "id": item.id,
        "name": item.name,
        "element": item.element,
        "process": item.process,
        "dossier": item.business_key,
        "assignee": item.assignee,
        "groups": item.groups,
        "form": item.form,
        "opened_at": _here(item.opened_at),
        "claimed_at": _here(item.claimed_at),
        "due": _here(item.due),
        "actions": actions,
    }


def _here(moment: datetime | None) -> datetime | None:
    """In the province's zone, as every other time of the API."""
    return None if moment is None else local(moment)
