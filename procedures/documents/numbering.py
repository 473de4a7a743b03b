"""A document gets its number and date, loses it before it goes out, and gets one again (NĐ 30/2020/NĐ-CP, Điều 15)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from engine import audit, worklist
from engine.refusal import Refusal
from engine.run.changes import Occurrence
from engine.store import Tx
from engine.store.joining import command
from procedures import agencies, bundles
from procedures.actor import Actor, acting
from procedures.documents import drafting, incoming, notation, numbers, signing
from procedures.documents.queries import change, locked
from procedures.dossiers import log
from procedures.dossiers.nodes import node_of
from procedures.store.documents import document
from procedures.vocabulary.documents import (
    APPROVED,
    GENERAL,
    NUMBERED,
)


def numbered(tx: Tx, id: str, occurrence: Occurrence) -> None:
    """The registry gives number and date: the next of its series, or a spare one (``so_cap_bu``)."""
    wanted = occurrence.variables.get("so_cap_bu")
    _number(tx, id, int(wanted) if wanted is not None else None)


def _number(tx: Tx, id: str, wanted: int | None) -> None:
    """The document is read again under its lock; what is not approved gets no number."""
    by = acting(tx)
    row = tx.execute(select(document).where(document.c.id == id).with_for_update()).one()
    if row.state != APPROVED:
        raise Refusal("Văn bản chưa được duyệt nên chưa cấp số.", "It is not approved, and gets no number yet.")
    signing.require(tx, row, "number")
    day = agencies.today(tx)
    series = series_of(tx, row)
    number = numbers.take(tx, row.agency, series, day.year, id, wanted, by)
    short = notation.abbreviation(agencies.name(tx, row.agency))
    whole = notation.notation(number, row.kind, short, row.unit or "")
    drafting.with_number(tx, id, row.agency, row.sha256, number, whole, day, by)
    row = tx.execute(select(document).where(document.c.id == id)).one()
    change(
        tx,
        id,
        state=NUMBERED,
        series=series,
        year=day.year,
        number=number,
        notation=whole,
        issued_on=day,
        numbered_at=tx.now,
        numbered_by=by.who,
        folded=f"{row.folded} {incoming.folded(whole, row.signer or '')}",
    )
    said: dict[str, Any] = {"number": number, "series": series, "notation": whole}
    if why := signing.on_paper(tx, row):
        said["reason"] = f"Ký trên giấy: {why}"
    audit.append(tx, id, "document.numbered", by.who, said)
    signing.order_seal(tx, id)


@command
def free_number(tx: Tx, code: str, reason: str, by: Actor) -> None:
    """Takes the number from a document that has not gone out: it may be filled again, and the document waits."""
    log.act(tx, by)
    row = locked(tx, code, by, "number")
    if row.state != NUMBERED:
        raise Refusal(
            "Chỉ hủy được số của văn bản đã cấp số mà chưa phát hành.",
            "Only the number of a document that has not gone out is taken back.",
        )
    if not reason.strip():
        raise Refusal("Ghi lý do hủy số.", "Say why the number is taken back.", "reason")
    numbers.free(tx, row, reason, by)
    audit.append(tx, row.id, "document.number_freed", by.username, {"number": row.number, "reason": reason.strip()})
    change(
        tx,
        row.id,
        state=APPROVED,
        number=None,
        year=None,
        series=None,
        notation="",
        issued_on=None,
        numbered_at=None,
        sha256=signing.as_signed(tx, row),
    )


@command
def number_again(tx: Tx, code: str, wanted: int | None, by: Actor) -> None:
    """Gives a document whose number was taken back another one, or a spare one that is wanted."""
    log.act(tx, by)
    row = locked(tx, code, by, "number")
    if row.state != APPROVED or at_step(tx, row.id, "number"):
        raise Refusal("Văn bản này cấp số ở bước cấp số của luồng.", "Its route has a step that numbers it.")
    _number(tx, row.id, wanted)


def at_step(tx: Tx, root_id: str, act: str) -> bool:
    """Whether a step is open that does that to its document when it is completed."""
    nodes = (node_of(tx, root_id, item.element) for item in worklist.of_instance(tx, root_id))
    return any(
        one.name == "document" and one.attributes.get("act") == act
        for node in nodes
        if node is not None
        for one in node.extensions
    )


def series_of(tx: Tx, row: Any) -> str:
    """The series of a document's number: its kind, or one for all where the route says ``series: chung``."""
    said = bundles.of_version(tx, row.route_version).data.get("register") or {}
    return GENERAL if said.get("series") == GENERAL else str(row.kind)
