"""What a draft was tried with: plays by hand, results of scenarios, simulations and replays, in the draft's own room.

Of each kind a number of its own is kept for each person; what is older goes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import delete, select, update

from engine.refusal import Refusal
from engine.store import Tx
from engine.store.joining import command, query
from procedures.actor import Actor
from procedures.store.authoring import bundle_draft
from procedures.store.proving import bundle_trial

Kind = Literal["scenarios", "play", "simulation", "replay"]
#: How many of a kind a draft keeps of each person.
MOST = {"scenarios": 1, "play": 20, "simulation": 20, "replay": 10}


@dataclass(frozen=True, slots=True)
class Trial:
    """One of them. save: the draft's save that it is about. asked: what for. done of total: how far it is. state:
    ``waiting``, ``running``, ``stopping``, ``done``, ``stopped``, ``failed``."""

    id: str
    draft: str
    kind: Kind
    save: int
    asked: Mapping[str, Any]
    state: str
    done: int
    total: int
    result: Mapping[str, Any]
    by: str
    at: datetime

    @property
    def open(self) -> bool:
        """Whether it is still at work."""
        return self.state in ("waiting", "running", "stopping")


@query
def get(tx: Tx, id: str) -> Trial:
    """Raises LookupError."""
    row = tx.read(select(bundle_trial).where(bundle_trial.c.id == id)).first()
    if row is None:
        raise LookupError(id)
    return _trial(row)


@query
def of(tx: Tx, draft: str, kind: Kind) -> list[Trial]:
    """Those of a kind, newest first."""
    asked = select(bundle_trial).where(bundle_trial.c.draft == draft, bundle_trial.c.kind == kind)
    return [_trial(row) for row in tx.read(asked.order_by(bundle_trial.c.at.desc(), bundle_trial.c.id.desc()))]


def _trial(row: Any) -> Trial:
    return Trial(
        row.id, row.draft, row.kind, row.save, row.asked, row.state, row.done, row.total, row.result, row.by, row.at
    )


@command
def add(
    tx: Tx,
    draft: str,
    kind: Kind,
    save: int,
    asked: Mapping[str, Any],
    by: Actor,
    *,
    result: Mapping[str, Any] | None = None,
    total: int = 0,
) -> str:
    """Keeps one, done where it has a result; its id. The oldest that are too many go. Raises LookupError where there is
    no such draft."""
    if tx.read(select(bundle_draft.c.id).where(bundle_draft.c.id == draft)).first() is None:
        raise LookupError(draft)
    id = tx.database.new_id()
    state = "waiting" if result is None else "done"
    tx.execute(
        bundle_trial.insert().values(
            id=id, draft=draft, kind=kind, save=save, asked=dict(asked), state=state, done=0, total=total,
            result=dict(result or {}), by=by.who, at=tx.now,
        )
    )  # fmt: skip
    mine = [one for one in of(tx, draft, kind) if one.by == by.who]
    for one in mine[MOST[kind] :]:
        if not one.open:
            tx.execute(delete(bundle_trial).where(bundle_trial.c.id == one.id))
    return id


@command
def change(tx: Tx, id: str, values: Mapping[str, Any]) -> None:
    """Writes what became of one."""
    tx.execute(update(bundle_trial).where(bundle_trial.c.id == id).values(dict(values)))


@command
def moved(tx: Tx, one: Trial, asked: Mapping[str, Any], save: int) -> None:
    """Takes a play from where it was read to where it is now. Raises Refusal where it stands elsewhere meanwhile."""
    row = tx.execute(select(bundle_trial.c.asked).where(bundle_trial.c.id == one.id).with_for_update()).first()
    if row is None or row.asked != dict(one.asked):
        raise Refusal(
            "Người khác vừa làm tiếp lượt chơi này: xem lượt chơi đang ở đâu rồi làm lại.",
            "Somebody else has just gone on with this play: see where it stands and try again.",
        )
    change(tx, one.id, {"asked": dict(asked), "save": save})


@command
def stop(tx: Tx, id: str) -> None:
    """Asks one that is at work to stop; it does at its next look."""
    found = get(tx, id)
    if not found.open:
        raise Refusal("Lượt chạy này đã xong, không còn gì để dừng.", "This run has ended; there is nothing to stop.")
    change(tx, id, {"state": "stopping" if found.state == "running" else "stopped"})
