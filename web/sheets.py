"""A register or book of any length: on screen by pages, as a spreadsheet whole, in print as far as memory allows."""

from __future__ import annotations

from typing import Any

from flask import Response, flash
from flask_babel import gettext as _

from web.files import disposition, file_name, send_pdf
from web.paging import within

PER_PAGE = 200
MOST_PRINTED = 2000  # lines of one PDF: it is made in the server's memory
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def as_file(sheet: Any, kind: str, name: str) -> Response:
    """A whole sheet as PDF (`kind` "pdf") or spreadsheet."""
    if kind == "pdf":
        return send_pdf(sheet.pdf(), name)
    answer = Response(sheet.xlsx(), content_type=XLSX)
    answer.headers["Content-Disposition"] = disposition("attachment", file_name(name, XLSX))
    return answer


def made_as_file(sheet: Any, kind: str) -> bool:
    """Whether what was asked for is a file, and one of this many lines is made."""
    return kind == "xlsx" or (kind == "pdf" and sheet.total <= MOST_PRINTED)


def pages_of(sheet: Any, kind: str, page: int) -> int:
    """How many pages it has on screen; whoever asked for a file that is not made is told why. Leads to the last page
    from beyond it."""
    pages: int = max(1, -(-sheet.total // PER_PAGE))
    within(page, pages)
    if kind == "pdf":
        flash(
            _(
                "Sổ của kỳ này có %(total)d dòng, in được tối đa %(most)d dòng một lần. "
                "Hãy chọn kỳ ngắn hơn, hoặc tải bảng tính.",
                total=sheet.total,
                most=MOST_PRINTED,
            ),
            "warning",
        )
    return pages
