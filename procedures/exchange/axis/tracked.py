"""What pages show of the exchange: how a document came or where it is, what is asked of it, what was not understood."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, false, func, or_, select, true

from engine import jobs
from engine.store import Tx
from engine.store.joining import query
from engine.store.tables import job
from procedures import officials, reading
from procedures.actor import Actor
from procedures.exchange.axis.entering import organs
from procedures.exchange.axis.outbox import SEND, STATUS
from procedures.exchange.axis.receiving import POLL
from procedures.exchange.edxml.fields import STATUSES
from procedures.rights import documents as rights
from procedures.store.axis import (
    LOG,
    axis_document,
    axis_file,
    axis_inbox,
    axis_message,
    axis_receipt,
    axis_recipient,
    axis_request,
)

#: Kinds of messages that go, and of requests that come (vi, en).
KINDS = {
    "document": ("Văn bản mới", "New document"),
    "recall": ("Thu hồi", "Recall"),
    "update": ("Cập nhật", "Update"),
    "replace": ("Thay thế", "Replacement"),
    "status": ("Trạng thái", "Status"),
}
#: States of what the axis has listed: name (vi, en), tone and icon of its tag.
STATES = {
    "trying": ("Đang tải lại", "Being fetched again", "near", "clock"),
    "waiting": ("Chờ văn bản liên quan", "Waits for its document", "near", "clock"),
    "taken": ("Đã nhận", "Taken", "kept", "check"),
    "duplicate": ("Trùng, bỏ qua", "Double, ignored", "paused", "pause"),
    "unreadable": ("Không hiểu được", "Not understood", "late", "alert"),
    "refused": ("Đã từ chối", "Refused", "late", "stop"),
}
PAGE = 50


@dataclass(frozen=True, slots=True)
class Origin:
    """How an incoming document came. judged: of the message's signature, as `Judged.as_dict`."""

    organ: str
    name: str
    document_id: str
    message: str | None
    judged: Mapping[str, Any] | None
    files: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a recipient said of a document of ours."""

    organ: str
    name: str
    code: str
    vi: str
    en: str
    text: str
    staff: str
    said_at: datetime


@dataclass(frozen=True, slots=True)
class Reader:
    """A recipient on the axis, with what it has said, in the order in which it said it; the last is how far it is."""

    organ: str
    name: str
    position: int
    said: tuple[Receipt, ...]

    @property
    def last(self) -> Receipt | None:
        return self.said[-1] if self.said else None


@dataclass(frozen=True, slots=True)
class Sending:
    """A message of ours: sent, still tried (fault: why it has not gone yet), or given up (problem)."""

    id: str
    kind: str
    vi: str
    en: str
    text: str
    ordered_at: datetime
    who: str
    sent_at: datetime | None
    problem: str
    fault: str
    next_at: datetime | None


@query
def origin(tx: Tx, root_id: str) -> Origin | None:
    """How a document came by the axis; None for one that did not."""
    row = tx.read(
        select(axis_document).where(axis_document.c.root_id == root_id, axis_document.c.message.is_not(None))
    ).first()
    if row is None:
        return None
    found = tx.read(select(axis_file).where(axis_file.c.root_id == root_id).order_by(axis_file.c.position)).all()
    return Origin(row.organ, row.organ_name, row.document_id, row.message, row.judged, tuple(found))


@query
def judged_of(tx: Tx, roots: Sequence[str]) -> list[tuple[str, Mapping[str, Any]]]:
    """What was said of the signatures of messages and files by which these documents came, each with its document's
    id."""
    found = []
    for table in (axis_document, axis_file):
        wanted = table.c.root_id.in_(roots), table.c.judged.is_not(None)
        found += [(row.root_id, row.judged) for row in tx.read(select(table.c.root_id, table.c.judged).where(*wanted))]
    return found


@query
def names_of(tx: Tx, root_id: str) -> dict[str, str]:
    """What came with a document, by its hash: what each attachment is called, and the message itself."""
    came = tx.read(select(axis_file.c.sha256, axis_file.c.name).where(axis_file.c.root_id == root_id))
    said = tx.read(select(axis_document.c.message).where(axis_document.c.root_id == root_id)).scalar()
    return {row.sha256: row.name for row in came if row.sha256} | ({said: "thong-diep.edxml"} if said else {})


@query
def receipts(tx: Tx, root_id: str) -> list[Receipt]:
    """What recipients said of a document, in the order in which they said it."""
    rows = tx.read(select(axis_receipt).where(axis_receipt.c.root_id == root_id))
    return [
        Receipt(row.organ, row.organ_name, row.code, *STATUSES[row.code], row.text, row.staff, row.said_at)
        for row in sorted(rows, key=lambda one: (one.said_at, one.code, one.organ))
    ]


@query
def readers(tx: Tx, root_id: str) -> list[Reader]:
    """The recipients of a document on the axis; who answers without having been named, too."""
    said: dict[str, list[Receipt]] = {}
    for one in receipts(tx, root_id):
        said.setdefault(one.organ, []).append(one)
    rows = tx.read(
        select(axis_recipient).where(axis_recipient.c.root_id == root_id).order_by(axis_recipient.c.position)
    ).all()
    found = [Reader(row.organ, row.name, row.position, tuple(said.pop(row.organ, ()))) for row in rows]
    return found + [Reader(organ, each[0].name, 0, tuple(each)) for organ, each in said.items()]


@query
def sendings(tx: Tx, root_id: str) -> list[Sending]:
    """What was said of a document over the axis from here, in the order in which it was ordered."""
    rows = tx.read(
        select(axis_message)
        .where(axis_message.c.root_id == root_id)
        .order_by(axis_message.c.ordered_at, axis_message.c.id)
    ).all()
    waiting = {
        str((jobs.unpack(row.payload) or {}).get("id")): row
        for row in tx.read(
            select(job.c.payload, job.c.last_error, job.c.due_at).where(job.c.root_id == root_id, job.c.kind == SEND)
        )
    }
    names = officials.names(tx, {row.ordered_by for row in rows if row.ordered_by})
    return [_sending(row, waiting.get(row.id), names) for row in rows]


def _sending(row: Any, waits: Any, names: Mapping[str, str]) -> Sending:
    vi, en = KINDS[row.kind]
    if row.kind == STATUS:
        vi, en = STATUSES[row.code][0].capitalize(), STATUSES[row.code][1].capitalize()
    return Sending(
        row.id,
        row.kind,
        vi,
        en,
        row.text,
        row.ordered_at,
        names.get(row.ordered_by or "", row.ordered_by or ""),
        row.sent_at,
        row.problem or "",
        (waits.last_error or "") if waits is not None else "",
        waits.due_at if waits is not None else None,
    )


@query
def requests(tx: Tx, root_id: str) -> list[Any]:
    """What the sender asks of a document that is here, in the order in which it was asked."""
    rows = tx.read(select(axis_request).where(axis_request.c.root_id == root_id))
    return sorted(rows, key=lambda one: (one.said_at, one.id))


@dataclass(frozen=True, slots=True)
class Page:
    """A page of what the axis has listed."""

    rows: tuple[Any, ...]
    total: int
    number: int


@query
def inbox(tx: Tx, by: Actor, states: Sequence[str], page: int = 1) -> Page:
    """Messages that the axis has listed for agencies whose registry this person keeps (all for who oversees), in those
    states (in any where none is named), the newest first."""
    wanted = [_theirs(tx, by)] + ([axis_inbox.c.state.in_(states)] if states else [])
    count = tx.read(select(func.count()).select_from(axis_inbox).where(*wanted)).scalar_one()
    rows = tx.read(
        select(axis_inbox)
        .where(*wanted)
        .order_by(axis_inbox.c.came_at.desc(), axis_inbox.c.axis_id)
        .limit(PAGE)
        .offset((max(page, 1) - 1) * PAGE)
    )
    found = tuple(rows)
    reading.shown(*(row.axis_id for row in found))
    return Page(found, count, max(page, 1))


@query
def message(tx: Tx, by: Actor, axis_id: str) -> Any:
    """One of them; None where there is none for this person."""
    found = tx.read(select(axis_inbox).where(axis_inbox.c.axis_id == axis_id, _theirs(tx, by))).first()
    reading.shown(found.axis_id if found is not None else None)
    return found


def _theirs(tx: Tx, by: Actor) -> ColumnElement[bool]:
    if by.everything:
        return true()
    codes = [code for agency in rights.registries(tx, by) for code in organs(tx, agency)]
    lines = "\n" + axis_inbox.c.receivers + "\n"
    return or_(*(lines.contains(f"\n{code}\n", autoescape=True) for code in codes)) if codes else false()


@dataclass(frozen=True, slots=True)
class Health:
    """How the exchange is. at: of the last look. fault: why it could not be finished (vi, en). unsent: messages that
    are still tried, given_up: that no longer are."""

    at: datetime | None
    fault: tuple[str, str] | None
    faults: int
    unsent: int
    given_up: int


@query
def health(tx: Tx) -> Health:
    """How the last look at the axis went, and what has not gone."""
    row = tx.read(select(job.c.payload).where(job.c.root_id == LOG, job.c.dedupe_key == POLL)).first()
    said = jobs.unpack(row.payload) if row is not None else {}
    unsent = tx.read(
        select(func.count())
        .select_from(axis_message)
        .where(axis_message.c.sent_at.is_(None), axis_message.c.problem.is_(None))
    ).scalar_one()
    given_up = tx.read(
        select(func.count()).select_from(axis_message).where(axis_message.c.problem.is_not(None))
    ).scalar_one()
    at = said.get("at")
    return Health(
        datetime.fromisoformat(at) if at else None,
        (said["vi"], said["en"]) if said.get("vi") else None,
        int(said.get("faults", 0)),
        unsent,
        given_up,
    )
