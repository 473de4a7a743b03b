"""What a node of a route does to its document (`mc:document`), in the transaction of the step that completed it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy import select, update

from engine import audit
from engine.run.changes import Occurrence
from engine.store import Tx
from procedures.actor import acting
from procedures.documents import approval, copies, matters, meetings, numbering, sending
from procedures.exchange.axis import outbox
from procedures.store.documents import document
from procedures.vocabulary.documents import DONE, INCOMING, OUTGOING, RECALLED
from procedures.work_files import keeping

Act = Callable[[Tx, str, Occurrence], None]


def _ended(state: str) -> Act:
    def act(tx: Tx, id: str, occurrence: Occurrence) -> None:
        tx.execute(update(document).where(document.c.id == id).values(state=state, ended_at=tx.now))
        audit.append(tx, id, "document.ended", acting(tx).who, {"state": state})

    return act


def done(tx: Tx, id: str) -> None:
    """A matter is done with, as its log says."""
    tx.execute(update(document).where(document.c.id == id).values(state=DONE, ended_at=tx.now))
    audit.append(tx, id, "document.ended", acting(tx).who, {"state": DONE})


def _finished(tx: Tx, id: str, occurrence: Occurrence) -> None:
    """The route is done: what came is done with it; what went out stays dispatched, and is only closed."""
    row = tx.execute(select(document.c.register).where(document.c.id == id)).one()
    keeping.filed(tx, id, occurrence.variables.get("ho_so_cong_viec"))
    if row.register != OUTGOING:
        _ended(DONE)(tx, id, occurrence)
        if row.register == INCOMING:
            outbox.told(tx, id, outbox.FINISHED)
        return
    tx.execute(update(document).where(document.c.id == id).values(ended_at=tx.now))
    audit.append(tx, id, "document.ended", acting(tx).who, {})


#: By the value of ``act``; `vocabulary.elements.document` says when each takes place.
ACTS: Mapping[str, Act] = {
    "finish": _finished,
    "recall": _ended(RECALLED),
    "draft": approval.drafting,
    "submit": approval.submitted,
    "approve": approval.approved,
    "number": numbering.numbered,
    "dispatch": sending.dispatched,
    "drop": approval.dropped,
    "invite": meetings.invite,
    "call_off": meetings.call_off,
    "withdraw": matters.withdraw,
    "amend": matters.amend,
    "approve_copy": copies.approve,
    "copy": copies.make,
}
