"""What no page and no call takes, refused in one place before any of them sees it: text that no database keeps, numbers
without end, dates at the ends of time. Pages say so in a sentence; calls of the API by field, once their token is good.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from typing import Any

from flask import Flask, request
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest

YEARS = range(1800, 2201)
DIGITS = 30  # of a number; what is longer is none that anybody counts with
TOLD = 20  # faults in one answer
# NUL, halves of surrogate pairs; what turns the direction of a text, so that it reads otherwise than it is written
_UNSTORABLE = re.compile("[\x00\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
_EXPONENT = re.compile(r"\s*[-+]?[\d.,_]+[eE][-+]?\d{3,}\s*")
_DATE = re.compile(
    r"\s*(?:([-+]?\d{3,})-\d{1,2}(?:-\d{1,2})?(?:[T ].*)?|\d{1,2}[-/.]\d{1,2}[-/.](\d{3,}))\s*", re.DOTALL
)


def storable(text: str) -> bool:
    """No NUL and no half of a surrogate pair, which no database keeps, and nothing that turns the direction of a text,
    which no Vietnamese text needs: on a paper it shows another name than it says."""
    return _UNSTORABLE.search(text) is None


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


def told() -> dict[str, Any]:
    """What is wrong with this call's query and JSON, by place and field as schemas tell it; empty where nothing is.
    Raises BadRequest for a body that is no JSON."""
    wrong: dict[str, Any] = {}
    values: list[tuple[tuple[str | int, ...], Any]] = [
        (("query", name), text) for name, texts in request.args.lists() for text in texts
    ]
    if request.is_json and request.get_data():
        values.append((("json",), request.get_json()))
    count = 0
    while values and count < TOLD:
        path, value = values.pop()
        why = _why(value) if storable(str(path[-1])) else UNSTORABLE
        if why:
            place = wrong
            for step in path[:-1]:
                place = place.setdefault(str(step), {})
            place[str(path[-1])] = [why]
            count += 1
        elif isinstance(value, dict):
            values += [((*path, name), item) for name, item in value.items()]
        elif isinstance(value, list):
            values += [((*path, number), item) for number, item in enumerate(value)]
    return wrong


UNSTORABLE = "Contains characters that cannot be stored."
SENSELESS = f"No number or date that can be used: at most {DIGITS} digits, years from {YEARS[0]} to {YEARS[-1]}."


def _why(value: Any) -> str:
    """What is wrong with a value of JSON, but for what stands in it."""
    if isinstance(value, str):
        return UNSTORABLE if not storable(value) else "" if sensible(value) else SENSELESS
    if isinstance(value, int | float) and not (math.isfinite(value) and abs(value) < 10**DIGITS):
        return SENSELESS
    return ""


def _given() -> Iterator[tuple[str, str]]:
    """Names and texts of path, query and form; calls of the API tell theirs themselves."""
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
