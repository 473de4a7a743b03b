"""The books of documents (NĐ 30/2020/NĐ-CP, Phụ lục IV), with all their columns, as rows, a spreadsheet and in print;
and the slip of an incoming document."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import func, select

from engine import audit
from engine.calendar import VIETNAM
from engine.store import Tx
from engine.store.joining import query
from procedures import agencies, reading, words
from procedures.actor import Actor
from procedures.documents.queries import Line, lines_of, row_of
from procedures.documents.values import Document, document_of
from procedures.dossiers.sheets import Sheet
from procedures.letters.issuing import heading
from procedures.letters.rendering import national, render
from procedures.rights import documents as rights
from procedures.store.documents import document, document_recipient
from procedures.vocabulary.documents import HELP, INCOMING, LEAD, OUTGOING, STATES_IN, STATES_OUT, URGENCIES, kind_name

FOLLOWED = "theo-doi"
#: Book → its title, its columns, and their widths in print (mm; 0: what is left).
BOOKS: Mapping[str, tuple[str, tuple[str, ...], tuple[int, ...]]] = {
    INCOMING: (
        "Sổ đăng ký văn bản đến",
        (
            "Ngày đến",
            "Số đến",
            "Tác giả",
            "Số, ký hiệu văn bản",
            "Ngày tháng văn bản",
            "Tên loại và trích yếu nội dung văn bản",
            "Đơn vị hoặc người nhận",
            "Ngày chuyển",
            "Ký nhận",
            "Ghi chú",
        ),
        (20, 13, 38, 27, 20, 0, 36, 20, 26, 24),
    ),
    OUTGOING: (
        "Sổ đăng ký văn bản đi",
        (
            "Số, ký hiệu văn bản",
            "Ngày tháng văn bản",
            "Tên loại và trích yếu nội dung văn bản",
            "Người ký",
            "Nơi nhận văn bản",
            "Đơn vị, người nhận bản lưu",
            "Số lượng bản",
            "Ngày chuyển",
            "Ký nhận",
            "Ghi chú",
        ),
        (28, 20, 0, 30, 40, 28, 14, 20, 22, 24),
    ),
    FOLLOWED: (
        "Sổ theo dõi giải quyết văn bản đến",
        (
            "Số đến",
            "Tên loại, số và ký hiệu, ngày tháng, cơ quan ban hành",
            "Đơn vị hoặc người nhận",
            "Thời hạn giải quyết",
            "Tiến độ giải quyết",
            "Số, ký hiệu văn bản trả lời",
            "Ghi chú",
        ),
        (14, 0, 50, 26, 34, 34, 34),
    ),
}


@query
def book(
    tx: Tx,
    by: Actor,
    which: str,
    agency: str,
    first: date,
    last: date,
    *,
    page: int = 1,
    size: int | None = None,
) -> Sheet:
    """A book of an agency for a range of days (both included), in the order of its numbers. size: lines of a page;
    None: all. It is the registry's and the leaders' to read: raises `NotAllowed` for others."""
    rights.require_books(tx, agency, by)
    title, columns, widths = BOOKS[which]
    register = OUTGOING if which == OUTGOING else INCOMING
    wanted = (
        document.c.agency == agency,
        document.c.register == register,
        document.c.numbered_at >= datetime.combine(first, time(), VIETNAM),
        document.c.numbered_at < datetime.combine(last + timedelta(days=1), time(), VIETNAM),
    )
    total = tx.read(select(func.count()).select_from(document).where(*wanted)).scalar_one()
    asked = select(document).where(*wanted).order_by(document.c.numbered_at, document.c.series, document.c.number)
    if size is not None:
        asked = asked.limit(size).offset((max(page, 1) - 1) * size)
    found = [document_of(row) for row in tx.read(asked)]
    reading.shown(*(one.id for one in found))
    ids = [one.id for one in found]
    if which == OUTGOING:
        units = _recipients(tx, ids)
        rows = [_outgoing(one, units.get(one.id, "")) for one in found]
    else:
        lines = lines_of(tx, ids)
        answers = _answers(tx, ids)
        rows = [
            _incoming(one, lines.get(one.id, []))
            if which == INCOMING
            else _followed(one, lines.get(one.id, []), answers.get(one.id, ""))
            for one in found
        ]
    data = {
        **heading(tx, agency),
        "tieu_de": title,
        "ky": f"Từ ngày {first:%d/%m/%Y} đến ngày {last:%d/%m/%Y}",
        "cot": list(columns),
        "rong": list(widths),
        "dong": [list(row) for row in rows],
        "nguoi_ky": by.name,
    }
    place = agencies.names(tx, {agency}).get(agency, agency)
    return Sheet("so-van-ban", f"{title}, {place}", columns, tuple(rows), tx.now, data, total)


def _day(value: datetime | date | None) -> str:
    if value is None:
        return ""
    return f"{value.astimezone(VIETNAM) if isinstance(value, datetime) else value:%d/%m/%Y}"


def _about(one: Document) -> str:
    return f"{kind_name(one.kind)}: {one.subject}"


def _units(lines: list[Line], *roles: str) -> str:
    return "; ".join(dict.fromkeys(line.unit for line in lines if line.role in (roles or (LEAD, HELP))))


def _incoming(one: Document, lines: list[Line]) -> tuple[str, ...]:
    received = [line for line in lines if line.role is not None]
    return (
        _day(one.numbered_at),
        one.shown_number,
        one.issuer,
        one.notation,
        _day(one.issued_on),
        _about(one),
        _units(lines),
        _day(received[0].since) if received else "",
        "; ".join(dict.fromkeys(line.closed_by for line in received if line.closed_by)),
        one.note,
    )


def _outgoing(one: Document, recipients: str) -> tuple[str, ...]:
    return (
        one.notation,
        _day(one.issued_on),
        _about(one),
        ", ".join(filter(None, (one.signer, one.position))),
        recipients,
        "Văn thư",
        str(one.copies or ""),
        _day(one.dispatched_at),
        "",
        one.note if one.state not in ("thu_hoi",) else f"{STATES_OUT[one.state].vi}: {one.reason}",
    )


def _followed(one: Document, lines: list[Line], answer: str) -> tuple[str, ...]:
    due = next((line.due for line in reversed(lines) if line.role == LEAD and line.due), None)
    return (
        one.shown_number,
        f"{kind_name(one.kind)} {one.notation}, {_day(one.issued_on)}, {one.issuer}",
        _units(lines),
        words.short(due),
        STATES_IN[one.state].vi if one.state in STATES_IN else one.state,
        answer,
        one.note,
    )


def _recipients(tx: Tx, ids: list[str]) -> dict[str, str]:
    rows = tx.read(
        select(document_recipient.c.root_id, document_recipient.c.name)
        .where(document_recipient.c.root_id.in_(ids))
        .order_by(document_recipient.c.root_id, document_recipient.c.position)
    )
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(row.root_id, []).append(row.name)
    return {id: "; ".join(names) for id, names in found.items()}


def _answers(tx: Tx, ids: list[str]) -> dict[str, str]:
    """The notation of what answered each incoming document."""
    rows = tx.read(select(document.c.answers, document.c.notation).where(document.c.answers.in_(ids)))
    return {str(row.answers): str(row.notation) for row in rows if row.notation}


@query
def slip(tx: Tx, code: str, by: Actor) -> bytes:
    """The slip of an incoming document (Phiếu giải quyết văn bản đến), as PDF: the directive of the leader, what the
    head of the unit and the official said; lines to write on where nothing is said yet."""
    one = document_of(row_of(tx, code, by, "slip"))
    lines = lines_of(tx, [one.id]).get(one.id, [])
    said: dict[str, str] = {}
    for event in audit.history(tx, one.id):
        if event.kind == "complete":
            brought = event.data.get("variables") or {}
            said |= {key: str(value) for key, value in brought.items() if isinstance(value, str)}
    data: dict[str, Any] = {
        **heading(tx, one.agency),
        "tieu_de": "Phiếu giải quyết văn bản đến",
        "so_den": one.shown_number,
        "ngay_den": _day(one.numbered_at),
        "tac_gia": one.issuer,
        "so_ky_hieu": f"{one.notation}, {_day(one.issued_on)}",
        "trich_yeu": _about(one),
        "do_khan": URGENCIES[one.urgency].vi,
        "y_kien_lanh_dao": said.get("but_phe", ""),
        "chu_tri": _units(lines, LEAD),
        "phoi_hop": _units(lines, HELP),
        "thoi_han": words.short(next((line.due for line in reversed(lines) if line.role == LEAD and line.due), None)),
        "y_kien_don_vi": said.get("y_kien_phan_cong", ""),
        "ket_qua": said.get("ket_qua_xu_ly", ""),
    }
    return render(national("phieu-giai-quyet"), data, at=tx.now)
