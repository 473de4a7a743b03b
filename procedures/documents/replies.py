"""What the sender of a mail learns of the document that it brought: that it is in the register, or comes back and why.
Written with the act, sent by the worker; a machine is not answered."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from engine.calendar import VIETNAM
from engine.store import Tx
from procedures import agencies, notices
from procedures.store.documents import document
from procedures.store.tray import tray_item


def acknowledged(tx: Tx, root_id: str) -> None:
    """Tells the sender that the document has its number, once."""
    row = _row(tx, root_id)
    if row is None:
        return
    at = row.numbered_at.astimezone(VIETNAM)
    _write(
        tx,
        row,
        "Đã tiếp nhận",
        f"{_place(tx, row)} đã tiếp nhận và đăng ký văn bản {row.notation} của {row.issuer}: số đến {row.number:02d}, "
        f"lúc {at:%H:%M} ngày {at:%d/%m/%Y}.",
        f"Your document {row.notation} was received and registered (number {row.number:02d}).",
    )


def returned(tx: Tx, root_id: str, reason: str) -> None:
    """Tells the sender that the document is not taken, and why."""
    row = _row(tx, root_id)
    if row is None:
        return
    named = f" {row.notation}" if row.notation else ""
    _write(
        tx,
        row,
        "Trả lại văn bản",
        f"{_place(tx, row)} trả lại văn bản{named} gửi kèm thư “{row.title}”.\n\nLý do: {reason}",
        f"Your document{named} is returned. Reason: see above.",
    )


def _row(tx: Tx, root_id: str) -> Any:
    """The document with its mail; None where it came another way, or nobody can be answered."""
    return tx.execute(
        select(document, tray_item.c.sender.label("address"), tray_item.c.title)
        .join(tray_item, (tray_item.c.agency == document.c.agency) & (tray_item.c.id == document.c.item))
        .where(document.c.id == root_id, tray_item.c.sender.is_not(None))
    ).first()


def _write(tx: Tx, row: Any, subject: str, vi: str, en: str) -> None:
    body = f"Kính gửi Quý cơ quan,\n\n{vi}\n\nTrân trọng,\nVăn thư {_place(tx, row)}\n\n---\n\n{en}\n"
    notices.mail(tx, row.id, row.address, f"{subject}: {row.title}"[:300], body)


def _place(tx: Tx, row: Any) -> str:
    return str(agencies.names(tx, [row.agency]).get(row.agency, row.agency))
