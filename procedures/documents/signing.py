"""Outgoing documents are signed: by the leader who approved, with their own key, exactly what was shown to them; then,
when the registry has numbered it, by the agency's key, in a job. Each signature is an increment of the PDF and another
version of the document; keys are used outside any transaction."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select, update

from engine import audit
from engine.jobs import Handler, Job
from engine.refusal import Refusal
from engine.store import Database, Tx
from engine.store.joining import query
from engine.store.tables import job
from procedures import files
from procedures.actor import Actor
from procedures.documents.queries import locked, row_of
from procedures.dossiers import log, signed
from procedures.signatures.keys import HERE
from procedures.store.documents import document, document_version
from procedures.vocabulary.documents import APPROVED, NUMBERED, OUTGOING

SEAL = "document.seal"


@query
def asked_of(tx: Tx, found: Any, by: Actor) -> bool:
    """Whether this person is to put their signature under a document: they approved it, have a key, and have not."""
    row = tx.read(select(document).where(document.c.id == found.id)).one()
    return _theirs(tx, row, by) and not has_signed(tx, row)


def _theirs(tx: Tx, row: Any, by: Actor) -> bool:
    pdf = row.sha256 is not None and (stored := files.info(tx, row.sha256)) is not None and stored.type == files.PDF
    mine = row.register == OUTGOING and row.state == APPROVED and row.approved_by == by.username
    return mine and pdf and HERE in signed.ways(tx, by)


def has_signed(tx: Tx, row: Any) -> bool:
    """Whether who approved a document has signed it since: nothing else makes a version of theirs then."""
    theirs = document_version.c.who == row.approved_by, document_version.c.at >= row.approved_at
    return (
        row.approved_at is not None
        and tx.read(select(document_version.c.number).where(document_version.c.root_id == row.id, *theirs)).first()
        is not None
    )


def sign(database: Database, code: str, shown: str, by: Actor, pin: str) -> None:
    """Puts this person's signature under what was shown to them. Refuses a document that is another by now, one that is
    not theirs to sign, and what the key refuses; nothing is signed then."""
    with database.begin() as tx:
        row = row_of(tx, code, by, "sign")
        _require(tx, row, shown, by)
        body = files.read(tx, shown)
    with signed.pen(database, by, pin, HERE) as pen:
        (answer,) = pen.sign([body])
    if isinstance(answer, Refusal):
        raise answer
    database.run(lambda tx: _record(tx, code, shown, answer, by))


def _record(tx: Tx, code: str, shown: str, body: bytes, by: Actor) -> None:
    log.act(tx, by)
    row = locked(tx, code, by, "sign")
    _require(tx, row, shown, by)
    _put(tx, row, body, "Ký số của người ký", by.who)
    audit.append(tx, row.id, "document.signed", by.who, {"shown": shown})


def _require(tx: Tx, row: Any, shown: str, by: Actor) -> None:
    if row.sha256 != shown:
        raise Refusal(
            "Văn bản đã thay đổi sau khi bạn mở: xem lại bản đang có rồi ký. Chưa có gì được ký.",
            "The document has changed since you opened it: look at it again, then sign. Nothing has been signed.",
        )
    if not _theirs(tx, row, by) or has_signed(tx, row):
        raise Refusal(
            "Chỉ người đã duyệt ký được ký số, một lần, văn bản PDF chưa cấp số.",
            "Only who approved it signs, once, a PDF that is not numbered yet.",
        )


def order_seal(tx: Tx, root_id: str) -> None:
    """The agency's signature is put under a numbered PDF soon, where the agency has a key."""
    row = tx.execute(select(document).where(document.c.id == root_id)).one()
    stored = files.info(tx, row.sha256) if row.sha256 else None
    if stored is not None and stored.type == files.PDF:
        signed.order(tx, root_id, SEAL, root_id, row.sha256, row.agency)


def being_sealed(tx: Tx, root_id: str) -> bool:
    """Whether the agency's signature is still to come."""
    return tx.execute(select(job.c.id).where(job.c.root_id == root_id, job.c.kind == SEAL)).first() is not None


def _sealed(tx: Tx, done: Job, body: Any) -> None:
    """What was sealed takes the place of what was only signed, where that still stands."""
    log.hold(tx, done.root_id)
    row = tx.execute(select(document).where(document.c.id == done.root_id).with_for_update()).one()
    if body is None or row.sha256 != done.payload["sha256"] or row.state != NUMBERED:
        return
    _put(tx, row, body, "Ký số của cơ quan", None)
    audit.append(tx, row.id, "document.sealed", None, {"agency": done.payload["agency"]})


def _put(tx: Tx, row: Any, body: bytes, note: str, who: str | None) -> None:
    """Another version, which says what the one before it says."""
    stored = files.put(tx, body, row.file_name or f"{row.code}.pdf", allowed=(files.PDF,), max_bytes=signed.MOST)
    last = tx.execute(select(func.max(document_version.c.number)).where(document_version.c.root_id == row.id)).scalar()
    before = document_version.c.root_id == row.id, document_version.c.number == last
    words = tx.execute(select(document_version.c.words).where(*before)).scalar()
    tx.execute(
        document_version.insert().values(
            root_id=row.id,
            number=(last or 0) + 1,
            sha256=stored.sha256,
            name=stored.name,
            type=stored.type,
            words=words or "",
            note=note,
            at=tx.now,
            who=who,
        )
    )
    tx.execute(update(document).where(document.c.id == row.id).values(sha256=stored.sha256))


HANDLERS = {SEAL: Handler(outside=signed.seal, done=_sealed, opens=True)}
