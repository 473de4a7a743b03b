"""The record of a dossier as it was before each change of what was declared: kept whole, never overwritten."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from engine import values
from engine.calendar import VIETNAM
from engine.store import Tx
from engine.store.joining import query
from procedures.actor import acting
from procedures.dossiers import log
from procedures.store.dossier import component, dossier, dossier_version


@dataclass(frozen=True, slots=True)
class Changed:
    """A field that was declared otherwise before: what it said at first, and when and by whom it was last changed
    (None: by the citizen)."""

    before: Any
    at: datetime
    who: str | None


def keep(tx: Tx, dossier_id: str, reason: str) -> int:
    """Keeps the record as it stands, papers included, before it is changed; the number of this version."""
    row = tx.execute(select(dossier).where(dossier.c.id == dossier_id)).mappings().one()
    papers = tx.execute(select(component).where(component.c.dossier_id == dossier_id)).mappings().all()
    number = log.number(tx, dossier_version, dossier_version.c.version, dossier_id)
    before = {
        **{key: value for key, value in row.items() if key != "folded"},
        "components": [dict(one) for one in papers],
    }
    tx.execute(
        dossier_version.insert().values(
            dossier_id=dossier_id,
            version=number,
            at=tx.now,
            who=acting(tx).who,
            reason=reason,
            before=values.plain(before),
        )
    )
    return number


@query
def changed_fields(tx: Tx, dossier_id: str) -> Mapping[str, Changed]:
    """The fields of the declaration that no longer say what was first declared."""
    kept = tx.read(
        select(dossier_version).where(dossier_version.c.dossier_id == dossier_id).order_by(dossier_version.c.version)
    ).all()
    if not kept:
        return {}
    now = dict(tx.read(select(dossier.c.form).where(dossier.c.id == dossier_id)).scalar_one())
    states = [dict(one.before.get("form") or {}) for one in kept] + [now]
    answer: dict[str, Changed] = {}
    for key in {key for state in states for key in state}:
        if states[0].get(key) == now.get(key):
            continue
        last = max(i for i in range(len(kept)) if states[i].get(key) != states[i + 1].get(key))
        answer[key] = Changed(states[0].get(key), kept[last].at.astimezone(VIETNAM), kept[last].who)
    return answer
