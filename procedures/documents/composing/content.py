"""The parts of a document to be, as its author gives them; what they hold is checked here, not how they look."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any

from engine.refusal import Refusal
from procedures.vocabulary.documents import KINDS

MOST_LETTERS = 60_000  # of the body
MOST_LINES = 60  # of bases, of addressees, of recipients
MOST_LINE = 1000  # letters


@dataclass(frozen=True, slots=True)
class Content:
    """What stands on a document. superior: the agency above, empty where the head does not name it. issuer: as in its
    head. mark: the notation without its number (``QĐ-UBND``). number, day: None until they are given. addressees: after
    "Kính gửi". authority: who decides, above the bases. bases: one each, without a mark at the end. body: text by
    `structure`. recipients: after "Nơi nhận", one a line. kept: what the last of these lines names, after "Lưu". block:
    the lines above the signer's name; second_block, second: of another who signs at the left."""

    kind: str
    superior: str
    issuer: str
    place: str
    mark: str
    subject: str
    body: str
    block: tuple[str, ...] = ()
    signer: str = ""
    number: int | None = None
    day: date | None = None
    addressees: tuple[str, ...] = ()
    authority: str = ""
    bases: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    kept: str = ""
    second_block: tuple[str, ...] = ()
    second: str = ""
    urgency: int = 0

    def kept_in_json(self) -> dict[str, Any]:
        """As it is stored beside the version that was made of it."""
        return {**asdict(self), "day": self.day.isoformat() if self.day else None}


def content_of(data: Mapping[str, Any]) -> Content:
    """The content that was stored."""
    known = {one.name for one in fields(Content)}
    said: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in data.items() if key in known
    }
    return Content(**{**said, "day": date.fromisoformat(said["day"]) if said.get("day") else None})


def checked(said: Content) -> Content:
    """The content with what the decree fixes about its marks: no full stop after bases and recipients, none doubled.
    Refuses what is empty, too long, or no kind."""
    if said.kind not in KINDS:
        raise Refusal("Chọn tên loại văn bản trong danh sách.", "Unknown kind of document.", "kind")
    if not said.subject.strip():
        raise Refusal("Nhập trích yếu nội dung.", "The document has no subject.", "subject")
    if not said.body.strip():
        raise Refusal("Nhập nội dung văn bản.", "The document has no text.", "body")
    if len(said.body) > MOST_LETTERS:
        raise Refusal(
            f"Nội dung dài quá {MOST_LETTERS} ký tự: soạn bằng Word rồi tải lên.",
            f"The text is longer than {MOST_LETTERS} letters: write it with Word and upload it.",
            "body",
        )
    for name, lines in (("addressees", said.addressees), ("bases", said.bases), ("recipients", said.recipients)):
        if len(lines) > MOST_LINES or any(len(line) > MOST_LINE for line in lines):
            raise Refusal(
                f"Nhiều nhất {MOST_LINES} dòng, mỗi dòng {MOST_LINE} ký tự.",
                f"At most {MOST_LINES} lines of {MOST_LINE} letters.",
                name,
            )
    if not said.signer.strip() or not said.block:
        raise Refusal(
            "Chọn người ký để in quyền hạn, chức vụ và họ tên.", "Choose the signer: capacity, post and name.", "signer"
        )
    return said


def lines_of(text: str) -> tuple[str, ...]:
    """The lines of a field where each stands for itself, without their dashes and the marks at their ends."""
    found = (re.sub(r"^[-–+•]\s*", "", line.strip()).rstrip(" ;.,") for line in text.splitlines())
    return tuple(line for line in found if line)
