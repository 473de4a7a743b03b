"""What somebody holds goes to somebody else, or back to those it is offered to, when they go: nothing lies with
somebody who is away or gone. It is planned in the command that says so, and done when the day begins, each task in a
transaction of its own. Nobody is given what their roles do not let them do: it goes back to those it is offered to."""

from __future__ import annotations

from datetime import date, datetime, time

from sqlalchemy import select

from engine import commands, jobs
from engine.calendar import VIETNAM
from engine.jobs import Handler, Job
from engine.store import Tx
from engine.store.tables import work_item
from procedures.store.people import absence, official

LOG = "administration/officials"
_GOES, _TASK = "official.goes", "task.hand-over"


def plan(tx: Tx, username: str, on: date, reason: str, *, absence_id: str | None = None) -> None:
    """From that day on, at once where it is today, what this person holds goes to the substitute of that absence, or
    to whom it is offered where they have left for good. What becomes void meanwhile is left alone."""
    at = max(tx.now, datetime.combine(on, time(), VIETNAM))
    jobs.add(tx, LOG, _GOES, at, {"username": username, "absence": absence_id, "reason": reason})


def _goes(tx: Tx, job: Job) -> None:
    username, absence_id = job.payload["username"], job.payload["absence"]
    to = None
    if absence_id is not None:
        away = tx.execute(select(absence).where(absence.c.id == absence_id)).one()
        if away.ended_on is not None:
            return
        to = away.substitute
    else:
        left = tx.execute(select(official.c.valid_to).where(official.c.username == username)).scalar()
        if left is None or left > tx.now.astimezone(VIETNAM).date():
            return
    for row in tx.execute(select(work_item.c.root_id, work_item.c.id).where(work_item.c.assignee == username)).all():
        payload = {"task": row.id, "from": username, "to": to, "reason": job.payload["reason"]}
        jobs.add(tx, row.root_id, _TASK, payload=payload)


def _hand_over(tx: Tx, job: Job) -> None:
    from procedures import officials  # which plans what is done here

    said = job.payload
    item = tx.execute(
        select(work_item).where(work_item.c.root_id == job.root_id, work_item.c.id == said["task"])
    ).first()
    if item is None or item.assignee != said["from"]:
        return
    if said["to"] is not None and said["to"] in dict(officials.among(tx, item.groups or (), item.users or ())):
        commands.reassign(tx, item.id, said["to"], None, said["reason"])
    elif item.groups:
        commands.release(tx, item.id, None, said["reason"])


HANDLERS = {_GOES: Handler(inside=_goes), _TASK: Handler(inside=_hand_over)}
