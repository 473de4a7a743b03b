"""What is to be sent to the axis: written with the act that wants it said, sent by the worker, tried again until the
axis has taken it. A status about a document is said once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select, update

from engine import audit, jobs
from engine.store import Database, Tx
from engine.store.joining import command
from procedures import settings
from procedures.actor import acting
from procedures.store.axis import LOG, axis_document, axis_message, axis_recipient
from procedures.store.documents import document
from procedures.vocabulary.documents import INCOMING, PAPER

SEND = "axis-send"
RETRIES = 14  # half a day
#: Kinds of messages, and what each does at the receiver (`BussinessDocType`).
BUSINESS = {"document": "0", "recall": "1", "update": "2", "replace": "3"}
STATUS = "status"
ARRIVED, REFUSED, RECEIVED, TO_ASSIGN, IN_WORK, FINISHED = "01", "02", "03", "04", "05", "06"
AGREED, DECLINED = "15", "16"


def offered(where: Database | Tx) -> bool:
    """Whether this installation is joined to the axis."""
    found = settings.installation(where).settings
    return found is not None and bool(found.axis.url and found.axis.system and found.axis.secret)


def order(
    tx: Tx,
    root_id: str,
    kind: str,
    text: str = "",
    *,
    code: str | None = None,
    request: str | None = None,
    content: Mapping[str, Any] | None = None,
) -> str:
    """Has a message sent; its id. Hooks call it in the middle of a step: it is no command, which would end one."""
    id = tx.database.new_id()
    by = acting(tx).who
    tx.execute(
        axis_message.insert().values(
            root_id=root_id,
            id=id,
            kind=kind,
            code=code,
            request=request,
            text=text[:1000],
            content=content,
            ordered_at=tx.now.replace(microsecond=0),  # the messages of the axis know no smaller time
            ordered_by=by,
        )
    )
    said = {"message": id, "kind": kind, **({"code": code} if code else {})}
    audit.append(tx, root_id, "axis.ordered", by, said)
    jobs.add(tx, root_id, SEND, payload={"id": id}, retries=RETRIES)
    return id


def told(tx: Tx, root_id: str, code: str, text: str = "") -> None:
    """The sender of a document that came by the axis learns how far it is here, once for each code."""
    if not offered(tx):
        return
    came = (
        select(axis_document.c.root_id)
        .join(document, document.c.id == axis_document.c.root_id)
        .where(axis_document.c.root_id == root_id, document.c.register == INCOMING)
    )
    if tx.execute(came).first() is None or code in statuses(tx, root_id):
        return
    order(tx, root_id, STATUS, text, code=code)


def statuses(tx: Tx, root_id: str) -> set[str]:
    """The codes that were said of a document."""
    rows = tx.execute(
        select(axis_message.c.code).where(axis_message.c.root_id == root_id, axis_message.c.kind == STATUS)
    )
    return {row.code for row in rows}


def refuse(tx: Tx, header: Mapping[str, Any], text: str) -> None:
    """Who sent what did not become a document learns why (status 02). header: of the status message."""
    if offered(tx):
        order(tx, LOG, STATUS, text, code=REFUSED, content=header)


def dispatched(tx: Tx, row: Any) -> bool:
    """An outgoing document goes to its recipients on the axis, where it has any; whether it does."""
    to = tx.execute(select(func.count()).where(axis_recipient.c.root_id == row.id)).scalar_one()
    if not to or row.medium == PAPER or not offered(tx):
        return False
    tx.execute(
        axis_document.insert().values(
            root_id=row.id,
            document_id=f"{row.agency},{row.issued_on:%Y/%m/%d},{row.notation}",
            organ=row.agency,
            organ_name=row.issuer,
            said_at=tx.now.replace(microsecond=0),
        )
    )
    order(tx, row.id, "replace" if row.replaces and is_out(tx, row.replaces) else "document")
    return True


def is_out(tx: Tx, root_id: str) -> bool:
    """Whether a document of ours went to the axis."""
    return tx.execute(select(axis_document.c.root_id).where(axis_document.c.root_id == root_id)).first() is not None


@command
def again(tx: Tx, root_id: str) -> None:
    """Tries the messages of a document anew that had been given up."""
    given_up = axis_message.c.root_id == root_id, axis_message.c.problem.is_not(None)
    for id in tx.execute(select(axis_message.c.id).where(*given_up)).scalars().all():
        tx.execute(
            update(axis_message).where(axis_message.c.root_id == root_id, axis_message.c.id == id).values(problem=None)
        )
        jobs.add(tx, root_id, SEND, payload={"id": id}, retries=RETRIES)
