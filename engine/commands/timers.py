"""Timers: they fire through the job table; a command may move one."""

from __future__ import annotations

from datetime import datetime

from engine.commands.advance import advance, family_of
from engine.jobs import Fenced, Handler, Job
from engine.refusal import Refusal
from engine.store import Tx
from engine.store.joining import command


def timer_job(tx: Tx, job: Job) -> None:
    """A timer of an instance is due. A cycle's timer is set again, under its id, by the run."""
    family = family_of(tx, job.root_id)
    if job.lock_token is None and any(one.id == job.id and one.due > tx.now for one in family.run.timers):
        raise Fenced(job.id)  # moved since the worker looked
    advance(
        tx,
        family,
        "timer",
        None,
        lambda run: run.fire(job.id),
        element=job.payload["element"],
        data={"due": job.due_at},
    )


@command
def set_timer(
    tx: Tx, root_id: str, timer_id: str, due: datetime, by: str | None = None, reason: str | None = None
) -> None:
    """Gives a waiting timer another date (aware), with the old one and the reason in the log.
    Refuses a timer that does not wait."""
    family = family_of(tx, root_id)
    before = next((one for one in family.run.timers if one.id == timer_id), None)
    if before is None:
        raise Refusal(f"Không có hẹn giờ nào mang mã “{timer_id}” đang chờ.", f"No timer '{timer_id}' is waiting.")
    advance(
        tx,
        family,
        "set_timer",
        by,
        lambda run: run.set_timer(timer_id, due),
        element=before.element,
        data={"timer": timer_id, "before": before.due, "due": due, "after": due, "reason": reason},
    )


HANDLERS = {"timer": Handler(inside=timer_job, guarded=True)}
