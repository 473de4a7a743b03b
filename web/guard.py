"""What no page and no call takes, refused in one place before any of them sees it: text that no database keeps, numbers
without end, dates at the ends of time. Bodies of the API say so by field (`web.api.fields`), by the same rules.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from flask import Flask, request
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest

YEARS = range(1800, 2201)
DIGITS = 30  # of a number; what is longer is none that anybody counts with
_EXPONENT = re.compile(r"\s*[-+]?[\d.,_]+[eE][-+]?\d{3,}\s*")
_DATE = re.compile(
    r"\s*(?:([-+]?\d{3,})-\d{1,2}(?:-\d{1,2})?(?:[T ].*)?|\d{1,2}[-/.]\d{1,2}[-/.](\d{3,}))\s*", re.DOTALL
)


def storable(text: str) -> bool:
    """No NUL and no half of a surrogate pair: what both databases can keep."""
    return "\x00" not in text and not any(0xD800 <= ord(letter) <= 0xDFFF for letter in text)


def sensible(text: str) -> bool:
    """No number that is too long to count with, and no date that no calendar of ours has."""
    if len(text) > DIGITS and not text.strip(" \t\r\n+-.,_0123456789") and sum(c.isdigit() for c in text) > DIGITS:
        return False
    if len(text) > 200:
        return True  # prose
    if _EXPONENT.fullmatch(text):
        return False
    date = _DATE.fullmatch(text)
    return date is None or int((date[1] or date[2])[:9]) in YEARS


def stand(app: Flask) -> None:
    """Look at every request first."""

    @app.before_request
    def refuse() -> None:
        for name, text in _given():
            if not storable(name) or not storable(text):
                raise BadRequest(_("Nội dung gửi lên có ký tự không lưu được. Xóa ký tự lạ rồi gửi lại."))
            if not sensible(text):
                raise BadRequest(
                    _(
                        "“%(text)s” không phải số hoặc ngày dùng được: số có nhiều nhất %(most)s chữ số, năm từ "
                        "%(first)s đến %(last)s. Quay lại, sửa rồi gửi lại.",
                        text=text.strip()[:40],
                        most=DIGITS,
                        first=YEARS[0],
                        last=YEARS[-1],
                    )
                )


def _given() -> Iterator[tuple[str, str]]:
    """Names and texts of path, query and form; those of the API's bodies and queries are told by field."""
    yield from (("", str(value)) for value in (request.view_args or {}).values())
    yield "", request.path
    if request.path.startswith("/api/"):
        return
    yield from _pairs(request.args.lists())
    if request.method == "POST":
        yield from _pairs(request.form.lists())
        yield from (("", upload.filename or "") for upload in request.files.values())


def _pairs(lists: Iterable[tuple[str, list[str]]]) -> Iterator[tuple[str, str]]:
    for name, texts in lists:
        yield from ((name, text) for text in texts)
