"""Copies (NĐ 30/2020/NĐ-CP, Điều 25–27): sao y, trích sao, sao lục. They share one series of numbers a year, apart from
that of documents.

The marks stand where Phụ lục I wants them: on the electronic copy at the top right of page 1 its form, the
agency and the time, upright, 10 pt, black; at its end, for the copy on paper, the form, agency, number,
place, date, authority and recipients.
"""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

import pypdfium2
from sqlalchemy import select, update

from engine import audit
from engine.calendar import VIETNAM
from engine.refusal import Refusal
from engine.run.changes import Occurrence
from engine.store import Tx
from procedures import agencies, files, numbering
from procedures.actor import acting
from procedures.documents import capacity, notation, versions
from procedures.letters.issuing import heading
from procedures.letters.rendering import national, render
from procedures.store.documents import document, document_recipient
from procedures.vocabulary.documents import COPIES, COPY, GENERAL

#: So many lines stand below the first of a capacity, at most.
_LINES = {"TM": 2, "KT": 1, "TL": 1, "TUQ": 1}
_DIGITS = 5  # of a page's number
MARGIN = 28  # pt from the edges of page 1


def approve(tx: Tx, id: str, occurrence: Occurrence) -> None:
    """The leader has decided that it is copied, and in which capacity the copy is signed."""
    said, by = occurrence.variables, acting(tx)
    agency = tx.execute(select(document.c.agency).where(document.c.id == id)).scalar_one()
    found = capacity.signing(
        tx, agency, str(said.get("tham_quyen") or ""), str(said.get("can_cu_tham_quyen") or ""), by
    )
    values = {"capacity": found.capacity, "signer": by.signature or None, "position": ", ".join(found.lines)[:200]}
    tx.execute(update(document).where(document.c.id == id).values(**values, approved_at=tx.now, approved_by=by.who))
    audit.append(tx, id, "document.approved", by.who, {"capacity": found.capacity, "basis": found.basis})


def make(tx: Tx, id: str, occurrence: Occurrence) -> None:
    """The registry gives the copy its number and makes it, with the marks of its form."""
    from procedures.documents import matters

    by, said, original = acting(tx), matters.fields_of(tx, id), matters.subject_of(tx, id)
    form = str(said.get("hinh_thuc_sao") or "")
    if form not in COPIES:
        raise Refusal("Chọn hình thức sao trong danh sách.", "Choose the form of the copy.")
    stored = files.info(tx, original.sha256)
    if stored is None or stored.type != files.PDF:
        raise Refusal(
            "Bản gốc không phải tệp PDF nên chưa lập được bản sao: chuyển văn bản sang PDF trước.",
            "The original is no PDF: make it one first.",
        )
    row = tx.execute(document.select().where(document.c.id == id).with_for_update()).one()
    source = files.read(tx, original.sha256)
    pages = chosen_pages(str(said.get("trang_trich") or ""), files.pages(source), form)
    day = agencies.today(tx)
    number = numbering.take(tx, numbering.document_series(COPY, GENERAL), row.agency, f"{day.year}")
    name = agencies.name(tx, row.agency)
    whole = f"{number:02d}/{form}-{notation.abbreviation(name)}"
    places = [line.strip()[:200] for line in str(said.get("noi_nhan_sao") or "").splitlines() if line.strip()]
    data = {
        **heading(tx, row.agency),
        "tieu_de": COPIES[form].vi,
        "hinh_thuc": COPIES[form].vi.upper(),
        "so": whole,
        "tham_quyen": (row.position or "").replace(", ", "\n", _LINES.get(row.capacity, 0)),
        "nguoi_ky": row.signer or "",
        "noi_nhan": places,
    }
    mark = f"{COPIES[form].vi.upper()}; {name}; {tx.now.astimezone(VIETNAM):%d-%m-%Y %H:%M:%S %z}"
    body = marked(source, pages, mark, render(national("ban-sao"), data, at=tx.now))
    made = files.put(tx, body, f"{whole.replace('/', '-')}.pdf")
    versions.add(tx, id, made, "", COPIES[form].vi, by)
    tx.execute(
        update(document)
        .where(document.c.id == id)
        .values(
            series=GENERAL,
            year=day.year,
            number=number,
            notation=whole,
            issued_on=day,
            numbered_at=tx.now,
            numbered_by=by.who,
            recipients="\n".join(places) or None,
            copies=int(said.get("so_ban_sao") or 1),
            pages=files.pages(body),
        )
    )
    for position, one in enumerate(places, 1):
        tx.execute(document_recipient.insert().values(root_id=id, position=position, agency=None, name=one))
    audit.append(tx, id, "document.copied", by.who, {"notation": whole, "of": original.code, "pages": pages})


def chosen_pages(text: str, total: int, form: str = "TrS") -> list[int]:
    """The pages of an extract (``1, 3-4``), from 1 on, each once and in order; all of them for the other forms.
    Refuses what the original does not have."""
    if form != "TrS":
        return list(range(1, total + 1))
    found: set[int] = set()
    for part in filter(None, (one.strip() for one in text.replace(";", ",").split(","))):
        first, dash, last = (piece.strip() for piece in part.partition("-"))
        if not first.isdecimal() or (dash and not last.isdecimal()) or max(len(first), len(last)) > _DIGITS:
            found = set()
            break
        found |= set(range(int(first), min(int(last or first), 10_000) + 1))
    if not found or min(found) < 1 or max(found) > total:
        raise Refusal(
            f"Ghi trang trích sao có trong văn bản (1 đến {total}), ví dụ 1, 3-4.",
            f"Give pages that the document has (1 to {total}), such as 1, 3-4.",
        )
    return sorted(found)


def marked(source: bytes, pages: list[int], mark: str, ending: bytes) -> bytes:
    """The pages of a PDF with the mark at the top right of the first, and the last sheet of the copy behind them."""
    target = pypdfium2.PdfDocument.new()
    original, last, stamp = (pypdfium2.PdfDocument(body) for body in (source, ending, _stamp(mark)))
    try:
        target.import_pages(original, [page - 1 for page in pages])
        target.import_pages(last)
        _put_over(target, target[0], stamp)
        out = io.BytesIO()
        target.save(out)
        return out.getvalue()
    finally:
        for one in (original, last, stamp, target):
            one.close()


def _stamp(mark: str) -> bytes:
    return render(national("dau-ban-sao"), {"dong": mark}, at=datetime(2000, 1, 1, tzinfo=UTC))


def _put_over(target: Any, page: Any, stamp: Any) -> None:
    raw = pypdfium2.raw
    width, height = page.get_size()
    wide, high = stamp[0].get_size()
    shape = raw.FPDF_NewXObjectFromPage(target, stamp, 0)
    item = raw.FPDF_NewFormObjectFromXObject(shape)
    raw.FPDFPageObj_Transform(item, 1, 0, 0, 1, width - wide - MARGIN, height - high - MARGIN / 2)
    raw.FPDFPage_InsertObject(page, item)
    raw.FPDFPage_GenerateContent(page)
    raw.FPDF_CloseXObject(shape)
