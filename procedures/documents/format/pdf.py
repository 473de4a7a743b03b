"""A PDF as a `Document`: what Word writes down is measured from the ink."""

from __future__ import annotations

import re
from dataclasses import replace

import pypdfium2

from procedures.documents.format import ink, rows
from procedures.documents.format.edges import Edges, papers, sections
from procedures.documents.format.flow import Flow
from procedures.documents.format.ink import Page
from procedures.documents.format.layout import POINTS_PER_MM, Block, Document, PageNumber, Unreadable
from procedures.documents.format.parts import ends_head, is_date, is_number
from procedures.documents.format.rows import Piece

MAX_PAGES = 500
_PAGE_NUMBER = re.compile(r"[-–(]?\s*(?:trang\s*)?(\d{1,3})(?:\s*/\s*\d+)?\s*[-–)]?", re.I)


def read(data: bytes) -> Document:
    """Reads it. Raises `Unreadable`."""
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError:
        raise Unreadable(
            "Tệp PDF bị hỏng, bị cắt cụt hoặc có mật khẩu nên không đọc được.",
            "The PDF is broken, cut off or has a password: it cannot be read.",
        ) from None
    try:
        if len(document) > MAX_PAGES:
            raise Unreadable(f"Tệp PDF dài hơn {MAX_PAGES} trang.", f"The PDF has more than {MAX_PAGES} pages.")
        version = (document.get_version() or 0) / 10
        return _document(list(ink.pages(document)), version)
    finally:
        document.close()


def _document(pages: list[Page], version: float) -> Document:
    found = Document("pdf", pages=len(pages), version=version)
    if pages and pages[0].scan is not None and len(pages[0].letters) < 40:
        found.scans = [page.scan for page in pages if page.scan is not None]
        found.sections = papers(pages)
        return found
    split = {page.number: _pieces(page) for page in pages}
    numbers: list[tuple[PageNumber, float]] = []
    for page in pages:
        split[page.number] = _without_number(page, split[page.number], numbers)
    if not any(split.values()):
        raise Unreadable(
            "Trong tệp PDF không có chữ nào để kiểm tra, cũng không phải bản quét.",
            "There are no letters in the PDF to judge, and it is no scan.",
        )
    edges = Edges.of(split)
    found.numbers = [replace(number, align=edges.align_of(middle)) for number, middle in numbers]
    flow = Flow(edges)
    for page in pages:
        flow.page(page, split[page.number])
    found.blocks = flow.done()
    found.sections = sections(pages, split, edges, flow.running)
    return found


def _pieces(page: Page) -> list[list[Piece]]:
    """The page's rows in pieces; in the head of the first page a narrower blank parts two texts."""
    found = [rows.pieces_of(row, page, rows.WIDE) for row in rows.rows_of(page)]
    if page.number != 1:
        return found
    last = -1
    for place, row in enumerate(found[:25]):
        if ends_head(Block(row[0].spans)):
            break
        if any(_ends_head(piece) for piece in row):
            last = place
    again = rows.rows_of(page)
    return [
        rows.pieces_of(again[place], page, rows.NARROW) if place <= last else row for place, row in enumerate(found)
    ]


def _ends_head(piece: Piece) -> bool:
    block = Block(piece.spans)
    return is_number(block) or (is_date(block) and len(block.text) < 70)


def _without_number(page: Page, found: list[list[Piece]], numbers: list[tuple[PageNumber, float]]) -> list[list[Piece]]:
    """The rows without the page's number, which is noted with its middle."""
    for place in (0, len(found) - 1):
        if not found or len(found[place]) != 1:
            continue
        piece, at_top = found[place][0], place == 0
        margin = page.height - 23 * POINTS_PER_MM if at_top else 22 * POINTS_PER_MM
        inside = piece.y > margin if at_top else piece.y < margin
        if inside and _PAGE_NUMBER.fullmatch(piece.text) and (not at_top or _stands_apart(found)):
            numbers.append((PageNumber(page.number, at_top, None, piece.spans[0], page.number == 1), piece.middle))
            return found[:place] + found[place + 1 :]
    return found


def _stands_apart(found: list[list[Piece]]) -> bool:
    return len(found) < 2 or found[0][0].y - found[1][0].y > 1.1 * found[0][0].size
