"""The dossiers of a citizen: those that their account handed in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from engine.store import Tx
from engine.store.joining import query
from procedures import reading
from procedures.dossiers.answering import waiting
from procedures.dossiers.next_steps import next_steps
from procedures.dossiers.refusals import refused
from procedures.dossiers.values import NextStep, Waiting
from procedures.store.citizens import dossier_owner
from procedures.store.dossier import dossier, dossier_state
from procedures.store.papers import dossier_file, result
from procedures.vocabulary.statuses import REGISTERED


@dataclass(frozen=True, slots=True)
class Owner:
    """Who handed a dossier in: for whom they acted, on what basis, and how surely they were known."""

    acting: str
    basis: str
    level: int


@dataclass(frozen=True, slots=True)
class Owned:
    """A dossier in its owner's list. steps: what they must do now."""

    id: str
    code: str
    name: str
    applicant: str
    acting: str
    status: int
    refused: bool
    registered_at: datetime
    due: datetime | None
    closed: bool
    steps: Sequence[NextStep]
    waiting: Waiting | None


#: What a list shows of a dossier's state.
STATE = ("status", "since", "due", "closed_at")


@query
def listed(tx: Tx, citizen_id: str) -> list[Owned]:
    """What waits for the citizen first, then what is open, then what is over; the latest first in each."""
    rows = tx.read(
        select(dossier, *(dossier_state.c[one] for one in STATE), dossier_owner.c.acting)
        .join(dossier_owner, dossier_owner.c.dossier_id == dossier.c.id)
        .join(dossier_state, dossier_state.c.dossier_id == dossier.c.id)
        .where(dossier_owner.c.citizen == citizen_id)
        .order_by(dossier.c.registered_at.desc())
        .limit(500)
    ).all()
    declined = refused(tx, [row.id for row in rows])
    found = [
        Owned(
            row.id,
            row.code,
            row.procedure_name,
            row.applicant_name,
            row.acting,
            row.status,
            row.id in declined,
            row.registered_at,
            row.due,
            row.closed_at is not None,
            next_steps(tx, row.id) if row.closed_at is None else (),
            waiting(tx, row.agency, row.since) if row.status == REGISTERED else None,
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: (not one.steps, one.closed))


@query
def id_of(tx: Tx, citizen_id: str, code: str) -> str | None:
    """The dossier of that code, where it is this citizen's."""
    found = tx.read(
        select(dossier.c.id)
        .join(dossier_owner, dossier_owner.c.dossier_id == dossier.c.id)
        .where(dossier.c.code == code, dossier_owner.c.citizen == citizen_id)
    ).scalar()
    return None if found is None else str(found)


@dataclass(frozen=True, slots=True)
class Earlier:
    """A paper that a citizen handed in before, or a result that they were given. code: of its dossier."""

    sha256: str
    name: str
    code: str
    at: datetime


@query
def earlier(tx: Tx, citizen_id: str) -> list[Earlier]:
    """What a citizen can attach again without uploading: each content once, the latest first."""
    mine = select(dossier_owner.c.dossier_id).where(dossier_owner.c.citizen == citizen_id)
    handed_in = select(
        dossier_file.c.sha256, dossier_file.c.name, dossier.c.code, dossier_file.c.added_at.label("at")
    ).where(
        dossier_file.c.dossier_id.in_(mine),
        dossier_file.c.purpose.in_(("component", "supplement")),
        dossier.c.id == dossier_file.c.dossier_id,
    )
    given = select(result.c.sha256, result.c.name, dossier.c.code, result.c.approved_at.label("at")).where(
        result.c.dossier_id.in_(mine),
        result.c.current,
        result.c.approved_at.is_not(None),
        dossier.c.id == result.c.dossier_id,
    )
    found: dict[str, Earlier] = {}
    rows = [row for statement in (handed_in, given) for row in tx.read(statement.limit(500)).all()]
    for row in sorted(rows, key=lambda one: one.at, reverse=True):
        found.setdefault(row.sha256, Earlier(row.sha256, row.name, row.code, row.at))
    return list(found.values())


@query
def owner(tx: Tx, dossier_id: str) -> Owner | None:
    """Who handed that dossier in by an account; None for one that came otherwise."""
    row = tx.read(select(dossier_owner).where(dossier_owner.c.dossier_id == dossier_id)).first()
    if row is None:
        return None
    reading.shown(dossier_id)
    return Owner(row.acting, row.basis, row.level)
