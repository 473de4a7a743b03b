"""Incidents: what stopped, tried again after its cause is mended, one or many at once, or ended by a BPMN error."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select, update

from engine.commands.advance import advance, family_of, plain
from engine.refusal import Refusal
from engine.store import Database, Tx, joined, records
from engine.store.joining import command
from engine.store.tables import incident, instance, job


@dataclass(frozen=True, slots=True)
class OpenIncident:
    """A branch or a job that stopped, as lists show it."""

    root_id: str
    id: str
    element: str
    kind: str
    message: str
    message_en: str
    opened_at: datetime
    process: str | None
    business_key: str | None


def incidents(
    where: Database | Tx, *, root_id: str | None = None, id: str | None = None, page: int = 1, per_page: int = 50
) -> list[OpenIncident]:
    """What stands still, the oldest first."""
    query = (
        select(
            incident.c.root_id,
            incident.c.id,
            incident.c.element,
            incident.c.kind,
            incident.c.message,
            func.coalesce(incident.c.message_en, ""),
            incident.c.opened_at,
            instance.c.process,
            instance.c.business_key,
        )
        .join(instance, instance.c.root_id == incident.c.root_id, isouter=True)
        .order_by(incident.c.opened_at, incident.c.id)
    )
    if root_id is not None:
        query = query.where(incident.c.root_id == root_id)
    if id is not None:
        query = query.where(incident.c.id == id)
    with joined(where) as tx:
        return [OpenIncident(*tuple(row)) for row in tx.read(query.limit(per_page).offset((page - 1) * per_page))]


@command
def retry_incident(tx: Tx, incident_id: str, by: str | None = None, reason: str | None = None) -> bool:
    """Tries again what stopped; whether it went on. False: it stopped again, and the new incident says why.
    Refuses an incident that is not open."""
    row = _open(tx, incident_id)
    before = _told(row)
    if row.job_id is not None:
        tx.execute(delete(incident).where(incident.c.root_id == row.root_id, incident.c.id == row.id))
        tx.execute(
            update(job)
            .where(job.c.root_id == row.root_id, job.c.id == row.job_id)
            .values(retries_left=3, attempts=0, due_at=tx.now)
        )
        tx.due(tx.now)
        records.append(
            tx,
            row.root_id,
            "retry",
            by,
            {"incident": row.id, "mended": [row.id], "before": before, "reason": reason},
            row.element,
        )
        return True
    family = family_of(tx, row.root_id)
    advance(
        tx,
        family,
        "retry",
        by,
        lambda run: run.retry(incident_id),
        element=row.element,
        data={"incident": row.id, "before": before, "reason": reason},
    )
    return all(one.id != incident_id for one in family.run.incidents)


def retry_incidents(
    database: Database, incident_ids: Sequence[str], by: str | None = None, reason: str | None = None
) -> dict[str, Refusal | None]:
    """Tries many again, each in its own transaction: id → None where it went on, else why not."""
    answers: dict[str, Refusal | None] = {}
    for id in incident_ids:
        try:
            answers[id] = None if retry_incident(database, id, by, reason) else stopped_again(database, id)
        except Refusal as refusal:
            answers[id] = refusal
    return answers


def stopped_again(where: Database | Tx, incident_id: str) -> Refusal:
    """What to say of an incident that came back when it was tried again."""
    with joined(where) as tx:
        row = tx.read(select(incident).where(incident.c.id == incident_id)).first()
    why, why_en = (row.message, row.message_en or row.message) if row is not None else ("", "")
    return Refusal(f"Sự cố lặp lại: {why}".rstrip(": "), f"It stopped again: {why_en}".rstrip(": "))


@command
def throw_error_at_incident(
    tx: Tx,
    incident_id: str,
    code: str,
    variables: Mapping[str, Any] | None = None,
    by: str | None = None,
    reason: str | None = None,
) -> str:
    """Lets what stopped end in a BPMN error of that code, which an event of the model catches; returns the root's id.

    Refuses a code that nothing there catches (it would end the whole instance), the failure of a job, and an incident
    that is not open."""
    row = _open(tx, incident_id)
    if row.job_id is not None:
        raise Refusal(
            "Sự cố của việc chạy nền không nhận mã lỗi; chỉ cho chạy lại được.",
            "The failure of a background job takes no error code; it can only be tried again.",
        )
    family = family_of(tx, row.root_id)
    catchers = family.run.error_catchers(incident_id)
    taker = next((one for one in catchers if one.code == code), None) or next(
        (one for one in catchers if one.code is None), None
    )
    if taker is None:
        raise Refusal(
            f"Không có sự kiện nào của mô hình bắt mã lỗi “{code}” tại bước này.",
            f"No event of the model catches the error '{code}' at this step.",
        )
    advance(
        tx,
        family,
        "error",
        by,
        lambda run: run.throw_error(incident_id, code, dict(variables or {})),
        element=row.element,
        data={
            "incident": row.id,
            "code": code,
            "before": _told(row),
            "after": {"element": taker.node.id, "name": taker.node.name},
            "variables": plain(variables),
            "reason": reason,
        },
    )
    return family.root_id


def _told(row: Any) -> dict[str, str]:
    """What stopped, as the log keeps it."""
    return {"kind": row.kind, "message": row.message, "message_en": row.message_en or ""}


def _open(tx: Tx, incident_id: str) -> Any:
    row = tx.read(select(incident).where(incident.c.id == incident_id)).first()
    if row is None:
        raise Refusal(f"Không có sự cố nào mang mã “{incident_id}” đang mở.", f"No incident '{incident_id}' is open.")
    return row
