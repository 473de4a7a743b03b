"""What happens to a dossier is logged first, and its state is a projection of that log: `dossier_state`, the national
statuses it went through, the pauses and changes of its clock. `motcua db rebuild` makes them anew from the log.

An event of a dossier stands under the root of its process, which has the dossier's id.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, false, func, select, update

from engine import audit
from engine.projections import LoggedEvent, Projected, Projection
from engine.refusal import Refusal
from engine.store import LostGuard, Tx
from engine.store.tables import instance
from procedures.actor import Actor, acting
from procedures.settings import Installation
from procedures.store.clock import clock_change, clock_pause, extension_proposal
from procedures.store.documents import document
from procedures.store.dossier import dossier, dossier_state, dossier_status, supplement_item

#: Statuses with which a dossier is done with, whatever comes of its papers.
CLOSED = (3, 7, 9, 10)


@dataclass(frozen=True, slots=True)
class Home:
    """What a root is about: a dossier, or a document (`dossier` False); its agency, and the version of its bundle.
    asked: something was asked of the citizen after the intake."""

    agency: str
    version: str
    dossier: bool
    asked: bool = False


@dataclass(slots=True)
class Roots:
    """What one transaction knows of the roots it works on: those whose lock it has taken, and the homes of those that
    were asked for (`Tx.local`)."""

    held: set[str] = field(default_factory=set)
    homes: dict[str, Home | None] = field(default_factory=dict)


def act(tx: Tx, by: Actor) -> None:
    """Who acts in this transaction from here on, for the hooks that the engine calls on the way."""
    tx.actor = by


def hold(tx: Tx, root_id: str) -> None:
    """Takes the root's lock before anything of its dossier is written, in every command first, so that two never wait
    for each other crosswise. A run that worked on a copy which is no longer true is begun again (`Database.run`).

    SQLite has one writer at a time: nothing to take there."""
    held = tx.local(Roots).held
    if tx.database.sqlite or root_id in held:
        return
    held.add(root_id)
    row = tx.execute(
        select(instance.c.rev, instance.c.event_seq).where(instance.c.root_id == root_id).with_for_update()
    ).first()
    family = tx.families.get(root_id)
    if (
        family is not None
        and not family.new
        and (row is None or (row.rev, row.event_seq) != (family.rev, family.written_seq))
    ):
        raise LostGuard(root_id)


def locked(tx: Tx, dossier_id: str) -> Any:
    """The row of a dossier with its ``status``, ``due`` and ``closed_at``, to be changed by this transaction and no
    other. Refuses an unknown dossier."""
    hold(tx, dossier_id)
    row = tx.execute(
        select(dossier, dossier_state.c.status, dossier_state.c.due, dossier_state.c.closed_at)
        .join(dossier_state, dossier_state.c.dossier_id == dossier.c.id)
        .where(dossier.c.id == dossier_id)
        .with_for_update()
    ).first()
    if row is None:
        raise Refusal("Không có hồ sơ này.", "There is no such dossier.")
    return row


def record(tx: Tx, dossier_id: str, kind: str, data: Mapping[str, Any]) -> None:
    """Logs an event of a dossier, under the name of who acts, and brings its projections up to date."""
    who = acting(tx).who
    hold(tx, dossier_id)
    audit.append(tx, dossier_id, kind, who, data)
    apply(tx, LoggedEvent(dossier_id, 0, tx.now, who, kind, None, data))
    house = tx.database.installation
    for listener in house.happened if isinstance(house, Installation) else ():
        listener(tx, dossier_id, kind, data)


def number(tx: Tx, table: Any, column: Any, dossier_id: str) -> int:
    """The next line number of a dossier in a projection."""
    highest = tx.execute(select(func.max(column)).where(table.c.dossier_id == dossier_id)).scalar()
    return (highest or 0) + 1


def apply(tx: Tx, logged: LoggedEvent) -> None:
    """What one event adds to the projections."""
    function = _APPLY.get(logged.kind)
    if function is not None:
        function(tx, logged.root_id, logged)


def _opened(tx: Tx, id: str, logged: LoggedEvent) -> None:
    tx.execute(
        dossier_state.insert().values(
            dossier_id=id,
            status=logged.data["status"],
            since=logged.at,
            original_due=None,
            due=None,
            paused=False,
            explanation=None,
            finished_at=None,
            returned_at=None,
            closed_at=None,
        )
    )
    _history(tx, id, logged)


def closes(status: int, final: bool) -> bool:
    """Whether a dossier is done with at this status. final: a stop (8) that ends the clock."""
    return status in CLOSED or final


def _status(tx: Tx, id: str, logged: LoggedEvent) -> None:
    status = logged.data["status"]
    closed = closes(status, bool(logged.data.get("final")))
    values: dict[str, Any] = {"status": status, "since": logged.at}
    state = tx.execute(select(dossier_state).where(dossier_state.c.dossier_id == id)).mappings().one()
    values["closed_at"] = (state["closed_at"] or logged.at) if closed else None
    if status == 9:
        values["finished_at"] = logged.at
    elif status == 10:
        values |= {"returned_at": logged.at, "finished_at": state["finished_at"] or logged.at}
    elif not closed:
        values |= {"finished_at": None, "returned_at": None}
    tx.execute(update(dossier_state).where(dossier_state.c.dossier_id == id).values(**values))
    _history(tx, id, logged)


def _history(tx: Tx, id: str, logged: LoggedEvent) -> None:
    tx.execute(
        dossier_status.insert().values(
            dossier_id=id,
            seq=logged.data["n"],
            status=logged.data["status"],
            at=logged.at,
            who=logged.who,
            reason=logged.data.get("reason") or "",
        )
    )


def _paused(tx: Tx, id: str, logged: LoggedEvent) -> None:
    data = logged.data
    tx.execute(
        clock_pause.insert().values(
            dossier_id=id,
            seq=data["n"],
            kind=data["pause"],
            effect=data["effect"],
            place=data["place"],
            start=logged.at,
            end=None,
        )
    )


def _resumed(tx: Tx, id: str, logged: LoggedEvent) -> None:
    tx.execute(
        update(clock_pause)
        .where(clock_pause.c.dossier_id == id, clock_pause.c.seq == logged.data["n"])
        .values(end=logged.at)
    )


def _pause_place(tx: Tx, id: str, logged: LoggedEvent) -> None:
    tx.execute(
        update(clock_pause)
        .where(clock_pause.c.dossier_id == id, clock_pause.c.seq == logged.data["n"])
        .values(place=logged.data["place"])
    )


def _clock(tx: Tx, id: str, logged: LoggedEvent) -> None:
    data = logged.data
    before, after = _moment(data.get("before")), _moment(data.get("after"))
    tx.execute(
        clock_change.insert().values(
            dossier_id=id,
            seq=data["n"],
            at=logged.at,
            who=logged.who,
            kind=data["kind"],
            before=before,
            after=after,
            reason=data.get("reason") or "",
            term=data.get("term"),
            explanation=data.get("explanation"),
        )
    )
    values: dict[str, Any] = {"due": after, "paused": bool(data.get("paused")), "explanation": data.get("explanation")}
    if data["kind"] == "received":
        values["original_due"] = after
    tx.execute(update(dossier_state).where(dossier_state.c.dossier_id == id).values(**values))


def _extension_proposed(tx: Tx, id: str, logged: LoggedEvent) -> None:
    data = logged.data
    tx.execute(
        extension_proposal.insert().values(
            dossier_id=id,
            seq=data["n"],
            value=data["value"],
            unit=data["unit"],
            reason=data["reason"],
            at=logged.at,
            who=logged.who,
            answer="",
        )
    )


def _extension_decided(tx: Tx, id: str, logged: LoggedEvent) -> None:
    key = (extension_proposal.c.dossier_id == id) & (extension_proposal.c.seq == logged.data["n"])
    said = {"approved": logged.data["approved"], "answer": logged.data["reason"]}
    tx.execute(update(extension_proposal).where(key).values(decided_at=logged.at, decided_by=logged.who, **said))


def _extension_lapsed(tx: Tx, id: str, logged: LoggedEvent) -> None:
    key = (extension_proposal.c.dossier_id == id) & (extension_proposal.c.seq == logged.data["n"])
    tx.execute(update(extension_proposal).where(key).values(decided_at=logged.at, answer=logged.data["reason"]))


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


_APPLY = {
    "dossier.opened": _opened,
    "dossier.status": _status,
    "dossier.paused": _paused,
    "dossier.resumed": _resumed,
    "dossier.pause_place": _pause_place,
    "dossier.clock": _clock,
    "dossier.extension_proposed": _extension_proposed,
    "dossier.extension_decided": _extension_decided,
    "dossier.extension_lapsed": _extension_lapsed,
}


#: What the log of a dossier makes.
TABLES = (dossier_state, dossier_status, clock_pause, clock_change, extension_proposal)


def _clear(tx: Tx) -> None:
    for table in TABLES:
        tx.execute(table.delete())


PROJECTION = Projection(_clear, apply, tuple(Projected(table, "dossier_id") for table in TABLES))


def home(tx: Tx, root_id: str) -> Home | None:
    """The home of a root, looked up once in a transaction; None for an instance that stands for itself."""
    found = tx.local(Roots).homes
    if root_id not in found:
        found[root_id] = None
        asked = exists().where(supplement_item.c.dossier_id == dossier.c.id)
        for agency, version, id, is_dossier in (
            (dossier.c.agency, dossier.c.procedure_version, dossier.c.id, True),
            (document.c.agency, document.c.route_version, document.c.id, False),
        ):
            extra: ColumnElement[bool] = asked if is_dossier else false()
            row = tx.read(select(agency, version, extra.label("asked")).where(id == root_id)).mappings().first()
            if row is not None:
                found[root_id] = Home(str(row[agency]), str(row[version]), is_dossier, bool(row["asked"]))
                break
    return found[root_id]


def forget(tx: Tx, root_id: str) -> None:
    """A dossier comes to be behind a root that was asked for before."""
    tx.local(Roots).homes.pop(root_id, None)


def known(tx: Tx, root_id: str) -> bool:
    """Whether a dossier stands behind this root: a scenario's or a benchmark's instance may have none."""
    here = home(tx, root_id)
    return here is not None and here.dossier
