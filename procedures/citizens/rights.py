"""What is stored about a citizen, who has read it, and all of it to take away (Luật Bảo vệ dữ liệu cá nhân
91/2025/QH15, NĐ 356/2025/NĐ-CP: to know, to see, to have corrected)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from engine.audit import reads
from engine.store import Tx
from engine.store.joining import query
from procedures import officials
from procedures.citizens import drafts, owned, people, proactive
from procedures.dossiers import history, results
from procedures.dossiers.queries import get
from procedures.queue import appointments
from procedures.store.citizens import citizen, citizen_key, citizen_session
from procedures.store.papers import dossier_file

LOOKED_BACK = timedelta(days=365)
MOST = 200  # readings shown


@dataclass(frozen=True, slots=True)
class Stored:
    """What the system holds of an account. keys: by what it is signed in to, kinds only. sessions: browsers that are
    signed in."""

    person: Mapping[str, str]
    since: datetime
    keys: tuple[str, ...]
    sessions: int
    begun: int
    dossiers: tuple[owned.Owned, ...]
    appointments: int


@dataclass(frozen=True, slots=True)
class Reader:
    """One reading of a dossier of theirs: when, by whom, and what for (`act`, as the log has it)."""

    at: datetime
    who: str
    read: reads.Read
    codes: tuple[str, ...]


@query
def stored(tx: Tx, citizen_id: str) -> Stored | None:
    """What is held of that account; None for none."""
    known = people.get(tx, citizen_id)
    if known is None:
        return None
    kinds = tx.read(select(citizen_key.c.kind).where(citizen_key.c.citizen == citizen_id)).scalars()
    mine = (citizen_session.c.citizen == citizen_id) & citizen_session.c.ended_at.is_(None)
    return Stored(
        asdict(known.person),
        tx.read(select(citizen.c.created_at).where(citizen.c.id == citizen_id)).scalar_one(),
        tuple(sorted(kinds)),
        tx.read(select(func.count()).select_from(citizen_session).where(mine)).scalar_one(),
        len(drafts.of(tx, citizen_id)),
        tuple(owned.listed(tx, citizen_id)),
        len(appointments.coming(tx, citizen_id)),
    )


@query
def readers(tx: Tx, citizen_id: str) -> list[Reader]:
    """Who has read the dossiers of that account in the last year, the latest first."""
    codes = {one.id: one.code for one in owned.listed(tx, citizen_id)}
    found = reads.of_roots(tx, sorted(codes), since=tx.now - LOOKED_BACK, most=MOST)
    names = officials.names(tx, {row.who for row in found})
    return [
        Reader(row.at, names.get(row.who, ""), row, tuple(codes[one] for one in row.subjects if one in codes))
        for row in found
    ]


@query
def export(tx: Tx, citizen_id: str) -> dict[str, Any]:
    """All of it, as a program reads it: times in ISO 8601, papers by name, type and SHA-256."""
    held = stored(tx, citizen_id)
    if held is None:
        return {}
    return {
        "account": {"since": held.since.isoformat(), "signs_in_by": list(held.keys), **held.person},
        "drafts": [
            {"procedure": one.procedure, "answers": one.answers, "touched_at": one.touched_at.isoformat()}
            for one in drafts.of(tx, citizen_id)
        ],
        "dossiers": [_dossier(tx, one) for one in held.dossiers],
        "appointments": [
            {"agency": one.agency, "at": one.at.isoformat(), "procedure": one.procedure}
            for one in appointments.coming(tx, citizen_id)
        ],
        "proactive": {
            "agreed_to": [
                {"procedure": code, "rule": rule, "level": level}
                for (code, rule), level in proactive.agreed(tx, citizen_id).items()
            ],
            "done": [
                {"rule": one.rule.code, "level": one.level, "state": one.state, "at": one.made_at.isoformat()}
                for one in proactive.offers(tx, citizen_id)
            ],
        },
        "read_by": [
            {"at": one.at.isoformat(), "who": one.who, "act": one.read.act, "dossiers": list(one.codes)}
            for one in readers(tx, citizen_id)
        ],
    }


def _dossier(tx: Tx, one: owned.Owned) -> dict[str, Any]:
    found, who = get(tx, one.id), owned.owner(tx, one.id)
    return {
        "code": one.code,
        "procedure": found.procedure,
        "name": found.procedure_name,
        "agency": found.agency,
        "applicant": asdict(found.applicant),
        "acting": who.acting if who is not None else "",
        "form": found.form,
        "registered_at": one.registered_at.isoformat(),
        "due": _text(one.due),
        "status": one.status,
        "papers": _papers(tx, one.id),
        "results": [
            {"name": str(each["name"]), "approved_at": _text(each["approved_at"])} for each in results(tx, one.id)
        ],
        "history": [
            {"at": line.at.isoformat(), "what": line.what["vi"], "note": line.note} for line in history(tx, one.id)
        ],
    }


def _papers(tx: Tx, dossier_id: str) -> Sequence[Mapping[str, Any]]:
    rows = tx.read(
        select(dossier_file.c.name, dossier_file.c.sha256, dossier_file.c.purpose, dossier_file.c.added_at)
        .where(dossier_file.c.dossier_id == dossier_id, dossier_file.c.purpose.in_(("component", "supplement")))
        .order_by(dossier_file.c.added_at)
    )
    return [
        {"name": row.name, "sha256": row.sha256, "purpose": row.purpose, "added_at": row.added_at.isoformat()}
        for row in rows
    ]


def _text(at: datetime | None) -> str | None:
    return at.isoformat() if at is not None else None
