"""What finished dossiers of a procedure tell: how long their steps took and how they ended, and the script by which
one of them could be played again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from typing import Any

from sqlalchemy import select

from engine import audit
from engine.calendar import VIETNAM
from engine.store import Tx
from engine.store.joining import query
from procedures import working_time
from procedures.proving.playing import waited
from procedures.store.dossier import dossier, dossier_state

#: Dossiers that durations are taken from, the latest.
MEASURED = 150
_ENTERED = ("userTask", "manualTask", "task", "receiveTask", "boundaryEvent", "endEvent")


@dataclass(frozen=True, slots=True)
class Past:
    """A finished dossier. path: the steps, events and ends that it came to, as (element, name)."""

    id: str
    code: str
    due: datetime | None
    script: Mapping[str, Any]
    path: tuple[tuple[str, str], ...]


@query
def finished(tx: Tx, procedure: str, most: int) -> list[str]:
    """The ids of the dossiers of a procedure that ended last."""
    return list(
        tx.read(
            select(dossier.c.id)
            .join(dossier_state, dossier_state.c.dossier_id == dossier.c.id)
            .where(
                dossier.c.procedure == procedure,
                dossier_state.c.closed_at.is_not(None),
                dossier.c.received_at.is_not(None),
            )
            .order_by(dossier_state.c.closed_at.desc(), dossier.c.id)
            .limit(most)
        ).scalars()
    )


@query
def measured(tx: Tx, procedure: str) -> tuple[dict[str, float], dict[str, float], int]:
    """Of each step the minutes of work from when somebody took it to its end (the median, in working time), of each
    ``step|outcome`` how often it was chosen, and from how many dossiers."""
    minutes: dict[str, list[float]] = defaultdict(list)
    shares: dict[str, float] = defaultdict(float)
    ids = finished(tx, procedure, MEASURED)
    for id in ids:
        agency = tx.read(select(dossier.c.agency).where(dossier.c.id == id)).scalar_one()
        taken: dict[str, datetime] = {}
        for one in audit.history(tx, id):
            if one.kind in ("claim", "reassign") and one.element:
                taken[one.element] = one.at
            elif one.kind == "complete" and one.element:
                begun = taken.pop(one.element, None)
                if begun is not None:
                    calendar = working_time.calendar_for(tx, agency, begun)
                    minutes[one.element].append(float(calendar.minutes_between(begun, one.at)))
                if one.data.get("outcome"):
                    shares[f"{one.element}|{one.data['outcome']}"] += 1
    return {id: max(1.0, median(many)) for id, many in minutes.items()}, dict(shares), len(ids)


@query
def past(tx: Tx, id: str) -> Past | None:
    """One of them with its script; None where its log does not tell how its process began."""
    row = tx.read(
        select(dossier, dossier_state.c.due)
        .join(dossier_state, dossier_state.c.dossier_id == dossier.c.id)
        .where(dossier.c.id == id)
    ).one()
    events = audit.history(tx, id)
    start = next((one for one in events if one.kind == "start" and isinstance(one.data.get("variables"), dict)), None)
    if start is None:
        return None
    steps: list[dict[str, Any]] = []
    clock = start.at
    for one in events:
        step = _step(one, row.code)
        if step is not None:
            if (one.at - clock).total_seconds() >= 1:
                steps.append(waited(one.at - clock))
                clock = one.at
            steps.append(step)
    end = events[-1].at
    if (end - clock).total_seconds() >= 1:
        steps.append(waited(end - clock))
    script = {
        "process": start.data["process"],
        "now": start.at.astimezone(VIETNAM).isoformat(),
        "variables": start.data["variables"],
        "steps": steps,
    }
    path = [(s.element, s.name) for s in audit.history_of_steps(tx, id) if s.event == "entered" and s.type in _ENTERED]
    return Past(id, row.code, row.due, script, tuple(path))


def _step(one: Any, code: str) -> dict[str, Any] | None:
    said = one.data.get("variables")
    more = {"variables": said} if isinstance(said, dict) and said else {}
    if one.kind == "complete" and one.element:
        outcome = one.data.get("outcome")
        return {"complete": one.element, **({"action": outcome} if outcome else {}), **more}
    if one.kind == "message" and one.data.get("message"):
        return {"message": one.data["message"], "correlation": code, **more}
    if one.kind == "signal" and one.data.get("signal"):
        return {"signal": one.data["signal"], **more}
    return None


def path_of(trace: list[dict[str, Any]]) -> tuple[tuple[str, str], ...]:
    """The steps, events and ends of a scenario's trace."""
    return tuple(
        (one["element"], one["name"]) for one in trace if one["event"] == "entered" and one["type"] in _ENTERED
    )
