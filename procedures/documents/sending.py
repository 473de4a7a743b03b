"""A document goes out, is followed, updated, recalled (NĐ 30/2020/NĐ-CP, Điều 17–18)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import select, update

from engine import audit, commands
from engine.calendar import VIETNAM
from engine.refusal import Refusal
from engine.run.changes import Occurrence
from engine.store import Tx
from engine.store.joining import command, query
from engine.store.tables import read_log
from procedures import files, officials, working_time
from procedures.actor import Actor, acting
from procedures.documents import incoming, queries, signing, words
from procedures.documents.queries import change, locked
from procedures.documents.values import Document, Incoming, document_of
from procedures.dossiers import log
from procedures.exchange.axis import outbox
from procedures.store.documents import document, document_recipient
from procedures.vocabulary.documents import (
    DISPATCHED,
    ELECTRONIC,
    NUMBERED,
    PAPER,
    RECALLED,
    RECEIPTS,
    WAITING,
)


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who a document goes to, and how far it is there. state: of the document that it became there, empty before it is
    sent and outside this system. opened_at, opened_by: who there looked at it first. units: who has it in work
    there, and how far."""

    position: int
    agency: str | None
    name: str
    sent_at: datetime | None
    state: str = ""
    acknowledged_at: datetime | None = None
    number: int | None = None
    reason: str = ""
    opened_at: datetime | None = None
    opened_by: str = ""
    units: tuple[str, ...] = ()


@query
def recipients(tx: Tx, document_id: str) -> list[Recipient]:
    """Who it goes to, with what became of it there."""
    there = document.alias("there")
    rows = tx.read(
        select(
            document_recipient,
            there.c.state.label("there_state"),
            there.c.number.label("there_number"),
            there.c.acknowledged_at,
            there.c.reason.label("there_reason"),
        )
        .join(there, there.c.id == document_recipient.c.delivered, isouter=True)
        .where(document_recipient.c.root_id == document_id)
        .order_by(document_recipient.c.position)
    ).all()
    there_ids = [row.delivered for row in rows if row.delivered]
    opened, units = _opened(tx, there_ids), _units(tx, there_ids)
    return [
        Recipient(
            row.position,
            row.agency,
            row.name,
            row.sent_at,
            row.there_state or "",
            row.acknowledged_at,
            row.there_number,
            row.there_reason or "",
            opened.get(row.delivered or "", (None, ""))[0],
            opened.get(row.delivered or "", (None, ""))[1],
            units.get(row.delivered or "", ()),
        )
        for row in rows
    ]


def _opened(tx: Tx, ids: Sequence[str]) -> dict[str, tuple[datetime, str]]:
    """When each was first read on a page of its own, and by whom (log of reads)."""
    if not ids:
        return {}
    rows = tx.read(
        select(read_log.c.root_id, read_log.c.at, read_log.c.who)
        .where(read_log.c.root_id.in_(list(ids)))
        .order_by(read_log.c.at)
    ).all()
    names = officials.names(tx, {row.who for row in rows})
    found: dict[str, tuple[datetime, str]] = {}
    for row in rows:
        found.setdefault(row.root_id, (row.at, names.get(row.who, "")))
    return found


def _units(tx: Tx, ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """The units that received it there by their roles, and whether they are done."""
    found = {}
    for id, lines in queries.lines_of(tx, ids).items():
        taken = [one for one in lines if one.role is not None]
        found[id] = tuple(
            f"{RECEIPTS[str(one.role)].vi}: {one.unit}{' (xong)' if one.closed_at else ''}" for one in taken
        )
    return found


@query
def dispatch_by(tx: Tx, found: Document) -> datetime | None:
    """By when a numbered document is to go out: the end of the next working day, of an urgent one the end of the hour
    after its number; None where it bears no number, or is out (NĐ 30/2020/NĐ-CP, Điều 18.1)."""
    if found.incoming or found.state != NUMBERED or found.numbered_at is None:
        return None
    return due_of(tx, found.agency, found.numbered_at, found.urgency)


def due_of(tx: Tx, agency: str, numbered_at: datetime, urgency: int) -> datetime:
    """When what was numbered then is to be out."""
    if urgency:
        return numbered_at + timedelta(hours=1)
    day = numbered_at.astimezone(VIETNAM).date()
    following = working_time.working_days(tx, agency, day, 1)
    return datetime.combine(following[-1], time(17), VIETNAM)


@query
def corrections(tx: Tx, found: Document) -> list[Document]:
    """The documents that have gone out to correct this one."""
    rows = tx.read(
        select(document)
        .where(document.c.agency == found.agency, document.c.corrects == found.id, document.c.state == DISPATCHED)
        .order_by(document.c.dispatched_at)
    )
    return [document_of(row) for row in rows]


def dispatched(tx: Tx, id: str, occurrence: Occurrence) -> None:
    """It goes out: into the trays of the agencies of this system, at once; outside, by the hand of the clerk."""
    by = acting(tx)
    row = tx.execute(select(document).where(document.c.id == id)).one()
    if row.state != NUMBERED:
        raise Refusal("Văn bản chưa có số nên chưa phát hành.", "It has no number, and cannot go out.")
    signing.require(tx, row, "dispatch")
    scan = files.info(tx, row.sha256)
    stored = files.Stored(scan.sha256, scan.type, scan.size, _file_name(row)) if scan is not None else None
    text = words.text_of(files.read(tx, row.sha256), scan.type) if scan is not None else ""
    said = Incoming(
        row.notation,
        row.issuer,
        row.subject,
        row.kind,
        row.issued_on,
        row.urgency,
        medium=row.medium or ELECTRONIC,
        signer=row.signer or "",
        position=row.position or "",
        pages=row.pages,
    )
    for one in tx.execute(select(document_recipient).where(document_recipient.c.root_id == id)).all():
        came = None
        if one.agency is not None and row.medium != PAPER:
            came = incoming.put_in_tray(tx, one.agency, said, stored, text, by, sender=row.agency, source=id)
        tx.execute(
            update(document_recipient)
            .where(document_recipient.c.root_id == id, document_recipient.c.position == one.position)
            .values(sent_at=tx.now, delivered=came.id if came is not None else None)
        )
    outbox.dispatched(tx, row)
    if row.corrects is not None:
        note = f"Được đính chính bởi văn bản {row.notation}"
        audit.append(tx, row.corrects, "document.corrected", by.who, {"reason": note})
    if row.replaces is not None:
        log.hold(tx, row.replaces)
        old = tx.execute(select(document).where(document.c.id == row.replaces).with_for_update()).one()
        if old.state == DISPATCHED:
            take_back(tx, old, f"Được thay thế bởi văn bản {row.notation}", by)
    change(tx, id, state=DISPATCHED, dispatched_at=tx.now, dispatched_by=by.who)
    audit.append(tx, id, "document.dispatched", by.who, {"notation": row.notation})


def _file_name(row: Any) -> str:
    ending = "." + str(row.file_name).rpartition(".")[2] if "." in str(row.file_name or "") else ""
    return f"{row.notation.replace('/', '-')}{ending}"


@command
def recall(tx: Tx, code: str, reason: str, by: Actor) -> None:
    """Recalls what went out: it is frozen, and each recipient of this system that has it is told; one that still lies
    in a tray there is taken out of it, one in work is recalled by its route."""
    log.act(tx, by)
    row = locked(tx, code, by, "recall")
    if row.state != DISPATCHED:
        raise Refusal("Chỉ thu hồi được văn bản đã phát hành.", "Only what has gone out is recalled.")
    if not reason.strip():
        raise Refusal("Ghi lý do thu hồi; nơi nhận sẽ đọc nguyên văn.", "Say why: the recipients read it.", "reason")
    take_back(tx, row, reason.strip(), by)
    if outbox.is_out(tx, row.id):
        outbox.order(tx, row.id, "recall", reason.strip())


def take_back(tx: Tx, row: Any, reason: str, by: Actor) -> None:
    """What went out is no longer in force, here and with the recipients of this system."""
    change(tx, row.id, state=RECALLED, ended_at=tx.now, reason=reason[:1000])
    audit.append(tx, row.id, "document.recalled", by.username, {"reason": reason[:1000]})
    for there in tx.execute(select(document.c.id).where(document.c.source == row.id)).scalars().all():
        log.hold(tx, there)  # it may be registered at this very moment
        one = tx.execute(select(document).where(document.c.id == there).with_for_update()).one()
        if one.state == WAITING:
            change(tx, one.id, state=RECALLED, ended_at=tx.now, reason=reason[:1000])
            audit.append(tx, one.id, "document.recalled", None, {"reason": reason[:1000]})
        elif one.ended_at is None:
            commands.message(tx, "thu_hoi_van_ban", one.code, {"ly_do_thu_hoi": reason}, by=by.username)


@command
def renew(tx: Tx, code: str, reason: str, by: Actor, *, subject: str = "") -> None:
    """Sends an update of what went out by the axis: its subject as it is to read, and the file in force. Recipients
    agree to it or refuse it."""
    log.act(tx, by)
    row = locked(tx, code, by, "renew")
    if row.state != DISPATCHED or not outbox.is_out(tx, row.id):
        raise Refusal(
            "Chỉ cập nhật được văn bản đã gửi qua trục liên thông.", "Only what went out by the axis is updated."
        )
    if not reason.strip():
        raise Refusal("Ghi lý do cập nhật; nơi nhận sẽ đọc nguyên văn.", "Say why: the recipients read it.", "reason")
    subject = subject.strip() or row.subject
    if len(subject) > incoming.LENGTHS["subject"]:
        raise Refusal("Trích yếu dài quá 500 ký tự.", "The subject is longer than 500 letters.", "subject")
    change(tx, row.id, subject=subject)
    audit.append(tx, row.id, "document.renewed", by.username, {"reason": reason.strip()[:1000], "subject": subject})
    outbox.order(tx, row.id, "update", reason.strip())
