"""Outgoing documents are signed: by the leader who approved, with their own key, exactly what was shown to them; then,
when the registry has numbered it, by the agency's key, in a job. Each signature is an increment of the PDF and another
version of the document; keys are used outside any transaction.

What has to be signed before which step stands here alone (`BEFORE`; NĐ 30/2020/NĐ-CP, Điều 13, 15, 17, 18): where the
installation has keys, a document gets no number before its leader has signed it and does not go out before the agency
has. What goes out on paper alone is signed by hand, and so is everything while the installation says why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, update

from engine import audit, jobs
from engine.jobs import Handler, Job
from engine.refusal import Refusal
from engine.store import Database, Tx
from engine.store.joining import query
from engine.store.tables import job
from procedures import files, reading, settings
from procedures.actor import Actor
from procedures.documents.queries import locked, row_of
from procedures.dossiers import log, signed
from procedures.store.documents import document, document_version
from procedures.vocabulary.documents import APPROVED, NUMBERED, OUTGOING, PAPER

if TYPE_CHECKING:
    from procedures.signatures.signing import Pen

SEAL = "document.seal"
#: Step of the route → whose signatures stand under the document before it is done.
LEADER, AGENCY = "leader", "agency"
BEFORE: Mapping[str, tuple[str, ...]] = {"number": (LEADER,), "dispatch": (LEADER, AGENCY)}


def is_digital(tx: Tx, row: Any) -> bool:
    """Whether a document is signed by keys: its agency or who approved it has one, and nothing says otherwise."""
    known = settings.installation(tx).settings
    if known is None or known.signed_on_paper or row.medium == PAPER:
        return False
    return row.agency in known.signing_keys.agencies or row.approved_by in known.signing_keys.officials


def on_paper(tx: Tx, row: Any) -> str:
    """Why a document that could be signed by keys is signed by hand; empty where it could not, or is not."""
    known = settings.installation(tx).settings
    could = known is not None and (
        row.agency in known.signing_keys.agencies or row.approved_by in known.signing_keys.officials
    )
    return known.signed_on_paper if known is not None and could and row.medium != PAPER else ""


@query
def on_paper_of(tx: Tx, document_id: str) -> str:
    """The same of a document by its id."""
    return on_paper(tx, tx.read(select(document).where(document.c.id == document_id)).one())


def require_signable(tx: Tx, row: Any, by: Actor) -> None:
    """Refuses an approval after which nobody could sign: of what is no PDF, or by who has no key. row: as it will be
    once it is approved."""
    if not is_digital(tx, row):
        return
    if not _is_pdf(tx, row):
        raise Refusal(
            "Văn bản được ký số nên phải là tệp PDF: trả lại người soạn thảo để tải bản PDF lên.",
            "It is to be signed digitally, and only a PDF can be: send it back to its author for one.",
        )
    if not signed.ways(tx, by):
        raise Refusal(
            "Cơ quan ký số văn bản đi, nhưng bạn chưa có khóa ký số trong hệ thống: đề nghị quản trị khai báo khóa của "
            "bạn rồi duyệt ký.",
            "The agency signs digitally, and this system knows no key of yours: ask the administrator to enter it.",
        )


def require(tx: Tx, row: Any, step: str) -> None:
    """Refuses a step that comes too early: whose signature lacks, and what to do."""
    if not is_digital(tx, row):
        return
    for whose in BEFORE[step]:
        if whose == LEADER and not has_signed(tx, row):
            raise Refusal(
                "Lãnh đạo đã duyệt nhưng chưa ký số: văn bản được ký số trước, rồi mới cấp số và phát hành.",
                "The leader has approved it, and not signed it yet: it is signed, then numbered and dispatched.",
            )
        if whose == AGENCY and row.agency in settings.current(tx).signing_keys.agencies and not _is_sealed(tx, row):
            raise _unsealed(tx, row)


def _unsealed(tx: Tx, row: Any) -> Refusal:
    why = tx.execute(select(job.c.last_error).where(job.c.root_id == row.id, job.c.kind == SEAL)).scalar()
    vi = f" Lần ký gần nhất không được: {why}" if why else ""
    return Refusal(
        f"Chữ ký số của cơ quan đang được đặt vào văn bản: chờ ít phút rồi phát hành.{vi}",
        f"The agency's signature is being put under the document: wait some minutes, then dispatch it."
        f"{' The last try failed.' if why else ''}",
    )


def _is_sealed(tx: Tx, row: Any) -> bool:
    """Whether the version in force is what the agency signed: nobody else makes a version in nobody's name."""
    sealed = document_version.c.sha256 == row.sha256, document_version.c.who.is_(None)
    mine = document_version.c.root_id == row.id
    return tx.execute(select(document_version.c.number).where(mine, *sealed)).first() is not None


def _is_pdf(tx: Tx, row: Any) -> bool:
    stored = files.info(tx, row.sha256) if row.sha256 is not None else None
    return stored is not None and stored.type == files.PDF


@query
def asked_of(tx: Tx, found: Any, by: Actor) -> bool:
    """Whether this person is to put their signature under a document: they approved it, have a key, and have not."""
    row = tx.read(select(document).where(document.c.id == found.id)).one()
    return _theirs(tx, row, by) and not has_signed(tx, row)


@query
def waiting(tx: Tx, by: Actor) -> list[tuple[str, str]]:
    """The documents that this person approved and has still to sign by a key, as code and subject, the oldest first."""
    if not signed.ways(tx, by):
        return []
    mine = (document.c.register == OUTGOING) & (document.c.state == APPROVED) & (document.c.approved_by == by.username)
    rows = tx.read(select(document).where(mine).order_by(document.c.approved_at).limit(50)).all()
    open_ones = [row for row in rows if _theirs(tx, row, by) and not has_signed(tx, row)]
    reading.shown(*(row.id for row in open_ones))
    return [(row.code, row.subject) for row in open_ones]


def _theirs(tx: Tx, row: Any, by: Actor) -> bool:
    mine = row.register == OUTGOING and row.state == APPROVED and row.approved_by == by.username
    return mine and _is_pdf(tx, row) and bool(signed.ways(tx, by))


def has_signed(tx: Tx, row: Any) -> bool:
    """Whether who approved a document has signed it since: nothing else makes a version of theirs then."""
    return row.approved_at is not None and tx.read(_signed(row)).first() is not None


@query
def ready(tx: Tx, code: str, shown: str, by: Actor) -> Any:
    """The row of a document that this person may sign as it was shown to them. Refuses any other."""
    row = row_of(tx, code, by, "sign")
    _require(tx, row, shown, by)
    return row


def sign(database: Database, code: str, shown: str, by: Actor, pen: Pen) -> None:
    """Puts this person's signature under what was shown to them. Refuses a document that is another by now, one that is
    not theirs to sign, and what the key refuses; nothing is signed then."""
    with database.begin() as tx:
        ready(tx, code, shown, by)
        body = files.read(tx, shown)
    from procedures.signatures import blanks

    (answer,) = pen.sign([blanks.left_open(body)])
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
    if _is_pdf(tx, row):
        signed.order(tx, root_id, SEAL, root_id, row.sha256, row.agency)


def as_signed(tx: Tx, row: Any) -> str:
    """A number is taken back: the hash of what its leader signed, on which that number is not printed; of what is there
    where nobody signed by a key. Nothing more is sealed under that number."""
    jobs.remove(tx, row.id, f"seal:{row.id}")
    theirs = tx.execute(_signed(row).order_by(document_version.c.number.desc()).limit(1)).scalar()
    return str(theirs or row.sha256)


def _signed(row: Any) -> Any:
    theirs = document_version.c.who == row.approved_by, document_version.c.at >= row.approved_at
    return select(document_version.c.sha256).where(document_version.c.root_id == row.id, *theirs)


def _seal(job: Job, database: Database) -> tuple[bytes | None, str]:
    """The document with its number and date in the blanks that its leader left open, sealed; and that notation."""
    from procedures.signatures import blanks

    with database.begin() as tx:
        row = tx.read(select(document).where(document.c.id == job.root_id)).one()
    if row.state != NUMBERED:
        return None, ""
    return signed.seal(job, database, lambda body: blanks.filled(body, row.notation, row.issued_on)), row.notation


def _sealed(tx: Tx, done: Job, answer: Any) -> None:
    """What was sealed takes the place of what was only signed, where that and its number still stand."""
    body, notation = answer
    log.hold(tx, done.root_id)
    row = tx.execute(select(document).where(document.c.id == done.root_id).with_for_update()).one()
    if body is None or (row.sha256, row.notation) != (done.payload["sha256"], notation) or row.state != NUMBERED:
        return
    _put(tx, row, body, "Ký số của cơ quan", None, f"{notation.replace('/', '-')}.pdf")
    audit.append(tx, row.id, "document.sealed", None, {"agency": done.payload["agency"]})


def _put(tx: Tx, row: Any, body: bytes, note: str, who: str | None, name: str = "") -> None:
    """Another version, which says what the one before it says. name: of its file, where that is another now."""
    stored = files.put(
        tx, body, name or row.file_name or f"{row.code}.pdf", allowed=(files.PDF,), max_bytes=signed.MOST
    )
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
    tx.execute(update(document).where(document.c.id == row.id).values(sha256=stored.sha256, file_name=stored.name))


HANDLERS = {SEAL: Handler(outside=_seal, done=_sealed, opens=True)}
