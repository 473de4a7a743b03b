"""Loans of work files: asked for with a purpose and a term, granted or refused, returned. While a loan runs, who has it
sees the file and the documents in it; on the day after its last it ends by itself."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import select, update

from engine import audit
from engine.refusal import Refusal
from engine.store import Tx
from engine.store.joining import command, query
from procedures import agencies, officials
from procedures.actor import Actor
from procedures.dossiers import log
from procedures.rights import NotAllowed
from procedures.rights import work_files as rights
from procedures.rights.documents import held
from procedures.store.work_files import LOG, work_file, work_file_loan
from procedures.vocabulary.retention import DESTROYED
from procedures.work_files import keeping
from procedures.work_files.values import Loan

LONGEST = timedelta(days=90)


@command
def ask(tx: Tx, agency: str, notation: str, year: int, purpose: str, until: date | None, by: Actor) -> None:
    """Asks for a file by its notation and year: who may not see it knows it from the yearly list. Every
    official may ask; who is lent it is decided."""
    log.act(tx, by)
    if not held(tx, by):
        raise NotAllowed("Chỉ cán bộ, công chức mượn được hồ sơ.", "Only officials borrow files.")
    row = tx.execute(
        select(work_file).where(
            work_file.c.agency == agency, work_file.c.notation == notation.strip(), work_file.c.year == year
        )
    ).first()
    if row is None or row.state == DESTROYED:
        raise Refusal(
            f"Không có hồ sơ ký hiệu {notation.strip()[:20]} năm {year}.", "There is no such file.", "notation"
        )
    today = agencies.today(tx)
    if not purpose.strip():
        raise Refusal("Ghi mục đích mượn.", "Say what for.", "purpose")
    if until is None or until < today or until > today + LONGEST:
        raise Refusal(f"Hạn trả từ hôm nay đến {today + LONGEST:%d/%m/%Y}.", "It is due back within 90 days.", "until")
    id = tx.database.new_id()
    tx.execute(
        work_file_loan.insert().values(
            file_id=row.id, id=id, borrower=by.username, purpose=purpose.strip()[:500], asked_at=tx.now, until=until
        )
    )
    audit.append(tx, LOG, "loan_asked", by.who, {"file": row.id, "until": until.isoformat()})


@command
def decide(tx: Tx, file_id: str, loan: str, granted: bool, answer: str, by: Actor) -> None:
    """Grants a loan or refuses it (with a reason). Nobody decides on their own."""
    log.act(tx, by)
    keeping.locked(tx, file_id, by, "lend")
    row = _loan(tx, file_id, loan)
    if row.granted is not None:
        raise Refusal("Đề nghị mượn này đã được trả lời.", "It has been answered.")
    if row.borrower == by.username:
        raise Refusal("Người mượn không tự duyệt.", "Nobody decides on their own loan.")
    if not granted and not answer.strip():
        raise Refusal("Ghi lý do không cho mượn.", "Say why not.", "answer")
    _set(tx, row, granted=int(granted), decided_at=tx.now, decided_by=by.who, answer=answer.strip()[:500] or None)
    audit.append(tx, LOG, "loan_granted" if granted else "loan_refused", by.who, {"file": file_id, "loan": loan})


@command
def give_back(tx: Tx, file_id: str, loan: str, by: Actor) -> None:
    """The file is returned: by who has it, or as the registry records it."""
    log.act(tx, by)
    row = _loan(tx, file_id, loan)
    if row.borrower != by.username:
        keeping.locked(tx, file_id, by, "lend")
    if row.granted != 1 or row.returned_at is not None:
        raise Refusal("Hồ sơ này không đang được mượn.", "It is not on loan.")
    _set(tx, row, returned_at=tx.now)
    audit.append(tx, LOG, "loan_returned", by.who, {"file": file_id, "loan": loan})


def _loan(tx: Tx, file_id: str, id: str) -> Any:
    key = work_file_loan.c.file_id == file_id, work_file_loan.c.id == id
    row = tx.execute(select(work_file_loan).where(*key).with_for_update()).first()
    if row is None:
        raise rights.unseen()
    return row


def _set(tx: Tx, row: Any, **values: Any) -> None:
    key = work_file_loan.c.file_id == row.file_id, work_file_loan.c.id == row.id
    tx.execute(update(work_file_loan).where(*key).values(**values))


@query
def of_file(tx: Tx, file_id: str) -> list[Loan]:
    """The loans of a file, the newest first."""
    rows = tx.read(
        select(work_file_loan).where(work_file_loan.c.file_id == file_id).order_by(work_file_loan.c.asked_at.desc())
    ).all()
    return _loans(tx, rows)


@query
def of_person(tx: Tx, by: Actor) -> list[tuple[Loan, str, str]]:
    """What somebody has asked for and not returned: the loan, notation and title of the file."""
    rows = tx.read(
        select(work_file_loan, work_file.c.notation, work_file.c.title)
        .join(work_file, work_file.c.id == work_file_loan.c.file_id)
        .where(work_file_loan.c.borrower == by.username, work_file_loan.c.returned_at.is_(None))
        .order_by(work_file_loan.c.asked_at.desc())
        .limit(50)
    ).all()
    return [(loan, row.notation, row.title) for loan, row in zip(_loans(tx, rows), rows, strict=True)]


def _loans(tx: Tx, rows: Any) -> list[Loan]:
    names = officials.names(tx, {name for row in rows for name in (row.borrower, row.decided_by) if name})
    today = agencies.today(tx)
    return [
        Loan(
            row.id,
            row.file_id,
            names.get(row.borrower, row.borrower),
            row.purpose,
            row.asked_at,
            row.until,
            None if row.granted is None else bool(row.granted),
            names.get(row.decided_by or "", row.decided_by or ""),
            row.answer or "",
            row.returned_at,
            row.granted == 1 and row.returned_at is None and row.until < today,
        )
        for row in rows
    ]
