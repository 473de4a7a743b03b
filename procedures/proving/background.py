"""What takes longer than a page may: simulations and replays of drafts, done by the worker, told how far they are, and
stopped when somebody asks."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from engine import jobs
from engine.jobs import Handler, Job
from engine.refusal import Refusal
from engine.store import Database, Tx
from engine.store.joining import command
from procedures.actor import Actor
from procedures.proving import kept
from procedures.proving.kept import Kind

JOB = "draft.trial"
#: Seconds between two looks at whether somebody wants it stopped.
_LOOK = 0.5


@command
def order(tx: Tx, draft: str, kind: Kind, save: int, asked: Mapping[str, Any], by: Actor, total: int) -> str:
    """Orders one; its id. Raises LookupError where there is no such draft."""
    id = kept.add(tx, draft, kind, save, asked, by, total=total)
    jobs.add(tx, id, JOB, payload={"trial": id}, dedupe_key=JOB)
    return id


def _run(job: Job, database: Database) -> None:
    from procedures.proving import working  # what is at work there stands on the whole installation

    id = str(job.payload["trial"])
    try:
        trial = kept.get(database, id)
    except LookupError:
        return
    if trial.state not in ("waiting", "running"):
        return
    kept.change(database, id, {"state": "running", "done": 0})
    try:
        result = working.WORK[trial.kind](database, trial, _keeper(database, id))
    except Refusal as refusal:
        kept.change(database, id, {"state": "failed", "result": {"vi": refusal.vi, "en": refusal.en}})
        return
    stopped = kept.get(database, id).state == "stopping"
    kept.change(database, id, {"state": "stopped" if stopped else "done", "result": result})


def _keeper(database: Database, id: str) -> Callable[[int], bool]:
    """Writes how far it is, and says whether to go on; looks now and then only."""
    last = time.monotonic()

    def keep(done: int) -> bool:
        nonlocal last
        if time.monotonic() - last < _LOOK:
            return True
        last = time.monotonic()
        kept.change(database, id, {"done": done})
        return kept.get(database, id).state != "stopping"

    return keep


def _exhausted(tx: Tx, job: Job, _message: str) -> None:
    said = {"vi": "Lượt chạy bị lỗi, đã thử lại nhiều lần.", "en": "The run failed, also when it was tried again."}
    kept.change(tx, str(job.payload["trial"]), {"state": "failed", "result": said})


HANDLERS = {JOB: Handler(outside=_run, opens=True, exhausted=_exhausted)}
