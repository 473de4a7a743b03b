"""Terms that the note of a channel tells in prose, held against those that the record gives as numbers.

A term is a legal promise: where the prose says another number or another unit, or more for some places, a person must
decide. Nothing is taken from the prose. What a note says of a step inside (the tax office, an opinion asked for, what
follows "trong đó") is no term of the procedure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Literal, NamedTuple

from procedures.catalogue.values import Channel, Flag, TermOf

_UNITS: dict[str, Literal["WORKING_DAY", "DAY", "WORKING_HOUR", "MONTH"]] = {
    "ngày làm việc": "WORKING_DAY",
    "giờ làm việc": "WORKING_HOUR",
    "ngày": "DAY",
    "tháng": "MONTH",
}
_TERM = re.compile(
    r"(\d{1,3}(?:[.,]\d)?)\s*(?:\([^)]{1,30}\)\s*)?(ngày làm việc|giờ làm việc|ngày|tháng)\b", re.IGNORECASE
)
#: What stands right before a term that is promised.
_PROMISE = re.compile(
    r"(?:^|không quá|tối đa|trong thời hạn|trong thời gian|trong vòng|thời hạn giải quyết|thời gian giải quyết|"
    r"thời gian thực hiện|\blà|hoặc|:|-)\s*$",
    re.IGNORECASE,
)
_MORE = re.compile(r"(?:tăng thêm|kéo dài thêm|thêm)\s*(?:không quá|tối đa|là)?\s*$", re.IGNORECASE)
#: A clause about a step inside the procedure, or about what its term leaves out.
_INSIDE = re.compile(
    r"cơ quan thuế|nghĩa vụ tài chính|không bao gồm|không tính|thông báo|niêm yết|lấy ý kiến|xin ý kiến|trả lời|"
    r"phối hợp|chủ tịch|cơ quan có chức năng|thẩm định|thẩm tra|bổ sung|lưu trữ|khai báo|chuyển hồ sơ|gửi|kiểm tra|"
    r"xác minh|hết hạn|hết thời hạn|trước khi|có giá trị|hiệu lực|sau khi|từ khi|giá đất|luân chuyển|tạm trú|tạm vắng",
    re.IGNORECASE,
)
#: What follows the term of a step inside.
_SINCE = re.compile(
    r"\s*,?\s*(?:kể )?từ (?:ngày|khi)\s+(?:nhận|có|tiếp nhận|ký|ban hành|thông báo|hoàn thành|hết)"
    r"(?!\s*(?:được|đủ|đầy)?\s*(?:đủ|đầy đủ)?\s*hồ sơ)",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"[.;\n](?:\s|$)|\(")
_BREAKDOWN = re.compile(r"trong đó", re.IGNORECASE)


class Told(NamedTuple):
    """A term that a note tells: of the ``whole`` procedure, ``more`` that is added to it, or of a ``step`` inside."""

    term: TermOf
    of: Literal["whole", "more", "step"]
    text: str


def told(channel: Channel) -> Iterator[Told]:
    """The terms that a channel's note tells."""
    inside = False
    for block in channel.note:
        text = block.text
        inside = inside and not text.startswith(("Đối với", "Trường hợp", "*"))
        for found in _TERM.finditer(text):
            before, after = text[: found.start()], text[found.end() :]
            clause = _CLAUSE.split(before)[-1]
            term = TermOf(Fraction(found[1].replace(",", ".")), _UNITS[found[2].lower()])
            if inside or _BREAKDOWN.search(before) or _INSIDE.search(clause) or _SINCE.match(after):
                yield Told(term, "step", found[0])
            elif _MORE.search(clause):
                yield Told(term, "more", found[0])
            elif _PROMISE.search(clause) and not before.rstrip().endswith("("):
                yield Told(term, "whole", found[0])
        inside = inside or (_BREAKDOWN.search(text) is not None and text.rstrip().endswith(":"))


def note_flags(channels: Iterable[Channel], known: Iterable[TermOf]) -> list[Flag]:
    """A flag for the terms that notes tell beside, or against, those that are known as numbers."""
    given = {term for term in known if not term.to_configure}
    if not given:
        return []
    against: dict[TermOf, str] = {}
    for channel in channels:
        said = list(told(channel))
        steps = [each.term for each in said if each.of == "step"]
        for term, of, text in said:
            if of == "step" or term in given:
                continue
            if of == "more" and not any(_is_sum(one, term, given) for one in given):
                against.setdefault(term, f"+ {text}")
            elif of == "whole" and not any(_is_sum(term, step, given) for step in steps):
                against.setdefault(term, text)
    if not against:
        return []
    quoted = ", ".join(f"“{text}”" for text in against.values())
    ordered = sorted(given, key=lambda term: (term.unit or "", term.value or 0))
    numbers_vi, numbers_en = ", ".join(term.vi for term in ordered), ", ".join(term.en for term in ordered)
    return [
        Flag(
            "term",
            f"Ghi chú của kênh nêu thời hạn {quoted}, khác với thời hạn ghi bằng số ({numbers_vi}): cần xem lại",
            f"The note of a channel tells the term {quoted}, against the term given as a number ({numbers_en}): "
            "to be looked at",
        )
    ]


def _is_sum(one: TermOf, other: TermOf, given: set[TermOf]) -> bool:
    """Whether two terms together are one that the record gives."""
    total = (one.value or Fraction(0)) + (other.value or Fraction(0))
    return one.unit == other.unit and TermOf(total, one.unit) in given
