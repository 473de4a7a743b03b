"""Work that waits, held against what could make it wait for ever: rows of jobs that somebody put to sleep."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, select, true

from engine.store import Tx, raw
from engine.store.tables import incident, instance, job

#: No try waits longer for the next one, and no worker holds a job for longer.
LONGEST = timedelta(days=1)


def faults(tx: Tx) -> Iterator[dict[str, Any]]:
    """Each job that no worker will take, and no command of ours left so: held though its instance is not suspended,
    locked for more than a day, without a try left though no incident says so. `tx` is a snapshot."""
    asleep = or_(job.c.held, job.c.retries_left <= 0, job.c.lock_expires > tx.now + LONGEST)
    with raw.lenient(tx):
        for row in raw.pages(tx, job, (job.c.root_id, job.c.id), asleep):
            if wrong := _wrong(tx, row):
                said = {"table": job.name, "key": [str(row["kind"]), str(row["id"])], "columns": wrong}
                yield {"root_id": str(row["root_id"]), "seq": None, "reason": "row changed", **said}


def _wrong(tx: Tx, row: Mapping[str, Any]) -> list[str]:
    found = []
    if row["held"] and _status(tx, row) != "suspended":
        found.append("held")
    if isinstance(row["lock_expires"], datetime) and row["lock_expires"] > tx.now + LONGEST:
        found.append("lock_expires")
    if row["retries_left"] in (None, 0) or (isinstance(row["retries_left"], int) and row["retries_left"] < 0):
        told = select(true()).where(incident.c.root_id == row["root_id"], incident.c.job_id == row["id"])
        if tx.read(told).first() is None:
            found.append("retries_left")
    return found


def _status(tx: Tx, row: Mapping[str, Any]) -> str | None:
    status: str | None = tx.read(select(instance.c.status).where(instance.c.root_id == row["root_id"])).scalar()
    return status


def moved(row: Mapping[str, Any], due: datetime, now: datetime) -> bool:
    """Whether a waiting job's date is neither `due`, which the log says, nor one that a try or a retry gave it."""
    at = row["due_at"]
    if at == due:
        return False
    return not isinstance(at, datetime) or at < due or at > (now + LONGEST if row["attempts"] else now)
