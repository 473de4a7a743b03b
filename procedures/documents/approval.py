"""What the steps of a route do to a document until it is approved: handed in, approved in a capacity, back with its
author, or given up. A version may change while the document is with its author; what was approved may not, unless it
goes back to the author and is approved again (NĐ 30/2020/NĐ-CP, Điều 11–13)."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import select

from engine import audit
from engine.refusal import Refusal
from engine.run.changes import Occurrence
from engine.store import Tx
from procedures import files
from procedures.actor import acting
from procedures.documents import capacity, signing
from procedures.documents import format as formats
from procedures.documents.format.parts import Part, recognise
from procedures.documents.queries import change
from procedures.store.documents import document
from procedures.vocabulary.documents import (
    APPROVED,
    DIRECT,
    DRAFT,
    DROPPED,
    SUBMITTED,
)

_CAPACITY = re.compile(r"(TM|KT|TL|TUQ|Q)\s*\.", re.IGNORECASE)


def drafting(tx: Tx, id: str, occurrence: Occurrence) -> None:
    """It is with its author (again): what was approved before is no longer."""
    row = tx.execute(select(document).where(document.c.id == id)).one()
    if row.state == DRAFT:
        return
    if row.number is not None:
        raise Refusal(
            f"Văn bản đã có số {row.notation}: hủy số trước khi trả lại người soạn thảo.",
            f"The document bears number {row.notation}: take it back before the draft is sent back.",
        )
    change(tx, id, state=DRAFT, approved_at=None, approved_by=None, signer=None, position=None, capacity=None)


def submitted(tx: Tx, id: str, occurrence: Occurrence) -> None:
    """The author has handed it in. Refuses a draft without a file."""
    row = tx.execute(select(document).where(document.c.id == id)).one()
    if row.sha256 is None:
        raise Refusal("Tải dự thảo lên trước khi trình.", "Upload the draft before submitting it.")
    change(tx, id, state=SUBMITTED)


def approved(tx: Tx, id: str, occurrence: Occurrence) -> None:
    """The leader has approved the version in force, in a capacity: ``tham_quyen`` and, where that rests on a paper of
    its own, ``can_cu_tham_quyen``, of the step's form."""
    said = occurrence.variables
    capacity_of, basis = str(said.get("tham_quyen") or ""), str(said.get("can_cu_tham_quyen") or "")
    by = acting(tx)
    row = tx.execute(select(document).where(document.c.id == id)).one()
    found = capacity.signing(tx, row.agency, capacity_of, basis, by)
    _as_printed(tx, row, found)
    change(
        tx,
        id,
        state=APPROVED,
        approved_at=tx.now,
        approved_by=by.who,
        capacity=found.capacity,
        signer=by.signature or None,
        position=", ".join(found.lines)[:200] or None,
    )
    row = tx.execute(select(document).where(document.c.id == id)).one()
    signing.require_signable(tx, row, by)
    said_so = {"sha256": row.sha256, "capacity": found.capacity, "basis": found.basis}
    audit.append(tx, id, "document.approved", by.who, said_so)


def _as_printed(tx: Tx, row: Any, found: capacity.Signing) -> None:
    """Refuses a capacity that is another than the one printed above the signer's name: what is approved is what stands
    there. A file that does not show it is left to who reads it."""
    stored = files.info(tx, row.sha256) if row.sha256 else None
    if stored is None or stored.type not in (files.DOCX, files.PDF):
        return
    printed = printed_capacity(files.read(tx, row.sha256))
    if printed is None or printed == (found.lines[0].partition(".")[0].upper() if found.capacity != DIRECT else ""):
        return
    says = f"{printed}." if printed else "không có TM., KT., TL., TUQ."
    raise Refusal(
        f"Dự thảo in quyền hạn người ký là {says}, không phải “{found.lines[0]}”: chọn đúng thẩm quyền đã in, hoặc "
        "trả lại người soạn thảo.",
        f"The draft is printed for the capacity {says}, not “{found.lines[0]}”: choose that, or send it back.",
        "tham_quyen",
    )


def printed_capacity(body: bytes) -> str | None:
    """The capacity above the signer's name: TM, KT, …; empty where a post stands there alone, None where the file does
    not tell."""
    try:
        found = recognise(formats.read(body)).of(Part.AUTHORITY)
    except formats.Unreadable:
        return None
    if not found:
        return None
    begin = _CAPACITY.match(found[0].text.strip())
    return begin[1].upper() if begin is not None else ""


def dropped(tx: Tx, id: str, occurrence: Occurrence) -> None:
    """It is not issued. Refuses one that bears a number."""
    row = tx.execute(select(document).where(document.c.id == id)).one()
    if row.number is not None:
        raise Refusal("Văn bản đã có số: hủy số trước.", "It bears a number: take that back first.")
    reason = str(occurrence.variables.get("ly_do") or "")
    change(tx, id, state=DROPPED, ended_at=tx.now, reason=reason[:1000] or None)
