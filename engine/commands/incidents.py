"""Incidents: what stopped, tried again after its cause is mended, one or many at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update

from engine.commands.advance import advance, family_of
from engine.commands.command import command
from engine.run.refusal import Refusal
from engine.store import Database, Tx, joined, records
from engine.store.tables import incident, instance, job


@dataclass(frozen=True, slots=True)
class OpenIncident:
    """A branch or a job that stopped, as lists show it."""

    root_id: str
    id: str
    element: str
    kind: str
    message: str
    opened_at: datetime
    process: str | None
    business_key: str | None


def incidents(where: Database | Tx, *, root_id: str | None = None, page: int = 1, per_page: int = 50
              ) -> list[OpenIncident]:
    """What stands still, the oldest first."""
    query = select(incident.c.root_id, incident.c.id, incident.c.element, incident.c.kind, incident.c.message,
                   incident.c.opened_at, instance.c.process, instance.c.business_key).join(
        instance, instance.c.root_id == incident.c.root_id, isouter=True).order_by(
        incident.c.opened_at, incident.c.id)
    if root_id is not None:
        query = query.where(incident.c.root_id == root_id)
    with joined(where) as tx:
        return [OpenIncident(*tuple(row)) for row in tx.read(query.limit(per_page).offset((page - 1) * per_page))]


@command
def retry_incident(tx: Tx, incident_id: str, by: str | None = None) -> bool:
    """Tries again what stopped; whether it went on. False: it stopped again, and the new incident says why.
    Refuses an incident that is not open."""
    row = tx.read(select(incident).where(incident.c.id == incident_id)).first()
    if row is None:
        raise Refusal(f"Không có sự cố nào mang mã “{incident_id}” đang mở.", f"No incident '{incident_id}' is open.")
    if row.job_id is not None:
        tx.execute(delete(incident).where(incident.c.root_id == row.root_id, incident.c.id == row.id))
        tx.execute(update(job).where(job.c.root_id == row.root_id, job.c.id == row.job_id).values(
            retries_left=3, attempts=0, due_at=tx.now))
        records.append(tx, row.root_id, "retry", by, {"incident": row.id, "mended": [row.id]}, row.element)
        return True
    family = family_of(tx, row.root_id)
    advance(tx, family, "retry", by, lambda run: run.retry(incident_id), element=row.element,
            data={"incident": row.id})
    return all(one.id != incident_id for one in family.run.incidents)


def retry_incidents(database: Database, incident_ids: Sequence[str], by: str | None = None) -> dict[str, str | None]:
    """Tries many again, each in its own transaction: id → None where it went on, else the sentence that says why not.
    """
    answers: dict[str, str | None] = {}
    for id in incident_ids:
        try:
            answers[id] = None if retry_incident(database, id, by) else "Sự cố lặp lại. / It stopped again."
        except Refusal as refusal:
            answers[id] = str(refusal)
    return answers
