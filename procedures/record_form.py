"""The description of a bundle as a form: sections of fields and of rows, what each may be, and how what was typed
becomes the description again. What is wrong is left to the one check, which names the field."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from procedures.vocabulary.words import Word

Kind = Literal["text", "long", "number", "day", "tick", "pick", "picks"]
#: So many empty rows stand after those that there are.
SPARE = 2
#: Of the longest number that is read as one.
_DIGITS = 18
_WRITTEN = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")


@dataclass(frozen=True, slots=True)
class Field:
    """One value. path: its place, from the top or within its row. of: the name of the choices. wide: of 16 columns.
    empty: kept as null where nothing is typed, which means "to configure"; otherwise the key goes. ticked: what holds
    where the description says nothing."""

    path: str
    label: Word
    kind: Kind = "text"
    of: str = ""
    wide: int = 8
    empty: bool = False
    ticked: bool = False


@dataclass(frozen=True, slots=True)
class Rows:
    """A list: each entry a row of fields."""

    path: str
    one: Word
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the form."""

    title: Word
    fields: tuple[Field, ...] = ()
    rows: tuple[Rows, ...] = ()


def _field(path: str, vi: str, en: str, kind: Kind = "text", of: str = "", **more: Any) -> Field:
    return Field(path, Word(vi, en), kind, of, **more)


_TERM = (
    _field("term.value", "Thời hạn giải quyết", "Term", wide=4),
    _field("term.unit", "Đơn vị", "Unit", "pick", "units", wide=4),
)
SECTIONS: tuple[Section, ...] = (
    Section(
        Word("Thủ tục", "Procedure"),
        (
            _field("code", "Mã thủ tục", "Code", wide=4),
            _field("name.vi", "Tên", "Name in Vietnamese", wide=12),
            _field("name.en", "Tên tiếng Anh", "Name in English", wide=16),
            _field("field.code", "Mã lĩnh vực", "Code of the field", wide=4),
            _field("field.name", "Lĩnh vực", "Field", wide=12),
            _field("effective_from", "Áp dụng từ ngày", "First day", "day"),
            _field("effective_to", "Tiếp nhận đến hết ngày", "Last day of receiving", "day"),
            _field("agencies", "Cơ quan tiếp nhận", "Received by", "picks", "tiers"),
            _field("channels", "Kênh nộp hồ sơ", "Channels", "picks", "channels"),
            _field("outage_only", "Kênh chỉ mở khi Cổng gặp sự cố", "Channels only while the portal is out of order",
                   "picks", "channels"),
            _field("assurance", "Người nộp trực tuyến xác thực bằng", "Who hands in online signs in by", "pick",
                   "assurance"),
            _field("part_process.vi", "Vì sao chưa làm được toàn trình", "Why not all is online", "long", wide=16),
            _field("part_process.en", "Lý do ấy bằng tiếng Anh", "The same in English", "long", wide=16),
            _field("process", "Quy trình bắt đầu khi tiếp nhận", "Process that an intake starts", "pick", "processes"),
            _field("form", "Biểu mẫu tờ khai", "Form of the declaration", "pick", "forms"),
        ),
    ),
    Section(
        Word("Căn cứ pháp lý", "Legal basis"),
        rows=(
            Rows("legal_basis", Word("Văn bản", "Act"), (
                _field("code", "Số, ký hiệu", "Number", wide=4),
                _field("name", "Trích yếu", "Title", "long", wide=8),
                _field("until", "Có hiệu lực đến hết ngày", "In force until", "day", wide=4),
            )),
        ),
    ),
    Section(
        Word("Thời hạn", "Terms"),
        (
            *_TERM,
            _field("term.start", "Tính từ", "Counted from", "pick", "starts", wide=4),
            _field("term.cutoff", "Nhận sau giờ này thì tính từ hôm sau", "Received later: from the next day", wide=4),
            _field("extension.value", "Được gia hạn thêm nhiều nhất", "May be extended by", wide=4),
            _field("extension.unit", "Đơn vị gia hạn", "Unit of the extension", "pick", "units", wide=4),
            _field("working_days", "Số ngày làm việc báo cho quy trình", "Working days told to the process", "number"),
            _field("steps.reminder", "Nhắc trước hạn của bước", "Reminded before a step is due", "pick", "reminders"),
            _field("steps.escalate_to", "Quá hạn bước thì báo", "An overdue step is told to", "pick", "roles"),
        ),
        (
            Rows("cases", Word("Trường hợp", "Case"), (
                _field("code", "Mã trường hợp", "Code", wide=4),
                _field("name", "Tên trường hợp", "Name", wide=12),
                *_TERM,
            )),
        ),
    ),
    Section(
        Word("Thành phần hồ sơ", "Papers"),
        rows=(
            Rows("components", Word("Giấy tờ", "Paper"), (
                _field("code", "Mã giấy tờ", "Code", wide=4),
                _field("name", "Tên giấy tờ", "Name", "long", wide=12),
                _field("originals", "Bản chính", "Originals", "number", wide=4),
                _field("copies", "Bản sao", "Copies", "number", wide=4),
                _field("case", "Chỉ ở trường hợp", "Of the case only", "pick", "cases", wide=4),
                _field("form", "Biểu mẫu thay cho giấy", "Form that stands for it", "pick", "forms", wide=4),
                _field("required", "Bắt buộc", "Required", "tick", wide=4, ticked=True),
                _field("note", "Ghi chú", "Note", wide=12),
            )),
        ),
    ),
    Section(
        Word("Phí, lệ phí", "Fees"),
        rows=(
            Rows("fees", Word("Khoản thu", "Fee"), (
                _field("name", "Tên khoản thu", "Name", wide=12),
                _field("amount", "Số tiền (đồng)", "Amount (VND)", "number", wide=4, empty=True),
                _field("per", "Tính theo", "Per", "pick", "per", wide=4),
                _field("channel", "Chỉ ở kênh", "Of the channel only", "pick", "channels", wide=4),
                _field("case", "Chỉ ở trường hợp", "Of the case only", "pick", "cases", wide=4),
                _field("legal_basis", "Căn cứ", "Basis", wide=4),
                _field("formula", "Công thức (FEEL)", "Formula (FEEL)", wide=8),
                _field("note", "Ghi chú", "Note", wide=8),
            )),
        ),
    ),
    Section(
        Word("Kết quả", "Results"),
        rows=(
            Rows("results", Word("Kết quả", "Result"), (
                _field("code", "Mã kết quả", "Code", wide=4),
                _field("name", "Tên kết quả", "Name", wide=12),
                _field("notation", "Ký hiệu văn bản", "Notation", wide=4),
                _field("refusal", "Là từ chối", "Refuses", "tick", wide=4),
            )),
        ),
    ),
    Section(
        Word("Bổ sung, chờ phí, tạm dừng", "Supplements, waiting for fees, suspension"),
        (
            _field("supplement.effect", "Chờ bổ sung thì thời hạn", "While a supplement is awaited the term", "pick",
                   "effects"),
            _field("supplement.max_rounds", "Yêu cầu bổ sung nhiều nhất (lần)", "Supplements at most", "number"),
            _field("supplement.term.value", "Công dân có", "The citizen has", "number", wide=4),
            _field("supplement.term.unit", "Đơn vị", "Unit", "pick", "days", wide=4),
            _field("fee_wait.effect", "Chờ nộp phí thì thời hạn", "While a fee is awaited the term", "pick", "effects"),
            _field("suspension.effect", "Tạm dừng thì thời hạn", "While it is suspended the term", "pick", "effects"),
        ),
    ),
)  # fmt: skip


def name_of(rows: Rows, index: int, field: Field) -> str:
    """The name of a field of a row, as the check names it too."""
    return f"{rows.path}.{index}.{field.path}"


def value_at(said: Any, path: str) -> Any:
    """The value at a path, None where there is none. A name in one language is both."""
    for step in path.split("."):
        if isinstance(said, str) and step in ("vi", "en"):
            return said
        said = said.get(step) if isinstance(said, Mapping) else None
    return said


def shown(field: Field, said: Any) -> Any:
    """The value of a field as the form shows it."""
    value = value_at(said, field.path)
    if field.kind == "picks":
        return [str(one) for one in value] if isinstance(value, list) else []
    if field.kind == "tick":
        return field.ticked if value is None else value is True
    return "" if value is None else str(value)


def typed(posted: Mapping[str, Any], many: Mapping[str, list[str]], before: Mapping[str, Any]) -> dict[str, Any]:
    """What is wanted at the top of the description: of every key that the form has, its value as it was typed, with
    what the form does not show of it; None where nothing is left. many: all values of each name."""
    wanted = deepcopy(dict(before))
    for section in SECTIONS:
        for field in section.fields:
            _put(wanted, field, field.path, posted, many)
        for rows in section.rows:
            kept = before.get(rows.path)
            wanted[rows.path] = list(_rows(rows, kept, posted, many)) or (kept if kept == [] else None)
    return {key: wanted.get(key) for key in dict.fromkeys(_tops()) if key in before or wanted.get(key) is not None}


def _tops() -> Iterator[str]:
    for section in SECTIONS:
        yield from (field.path.split(".")[0] for field in section.fields)
        yield from (rows.path for rows in section.rows)


def _rows(rows: Rows, before: Any, posted: Mapping[str, Any], many: Mapping[str, list[str]]) -> Iterator[Any]:
    known = before if isinstance(before, list) else []
    for index in range(len(known) + SPARE):
        names = {field.path: name_of(rows, index, field) for field in rows.fields}
        filled = any(str(posted.get(name) or "").strip() for path, name in names.items() if path != "required")
        if not filled or posted.get(f"{rows.path}.{index}.bo"):
            continue
        row = deepcopy(known[index]) if index < len(known) and isinstance(known[index], dict) else {}
        for field in rows.fields:
            _put(row, field, names[field.path], posted, many)
        yield row


def _put(
    said: dict[str, Any], field: Field, name: str, posted: Mapping[str, Any], many: Mapping[str, list[str]]
) -> None:
    """Writes what was typed, where it is another than what is shown now."""
    new: Any = (
        [one for one in many.get(name, ()) if one] if field.kind == "picks" else str(posted.get(name) or "").strip()
    )
    if field.kind == "tick":
        new = bool(new)
    if field.kind == "day":
        new = _day(new)
    if new == shown(field, said):
        return
    _set(said, field.path.split("."), _kept(field, new), keep=field.empty)


def _kept(field: Field, new: Any) -> Any:
    """A typed value as the description holds it; None where nothing is said."""
    if field.kind == "tick":
        return None if new == field.ticked else new
    counted = field.kind == "number" or field.path == "assurance"
    if counted and new.isascii() and new.isdigit() and len(new) <= _DIGITS:
        return int(new)
    return new or None


def _set(said: dict[str, Any], path: list[str], value: Any, *, keep: bool) -> None:
    first, rest = path[0], path[1:]
    if rest:
        inside = said.get(first)
        if isinstance(inside, str):  # a name in one language
            inside = {"vi": inside, "en": inside}
        inner = dict(inside) if isinstance(inside, Mapping) else {}
        _set(inner, rest, value, keep=keep)
        value = inner or None
        keep = False
    if value is None and not keep:
        said.pop(first, None)
    else:
        said[first] = value


def _day(text: str) -> str:
    """A day as people write it, as the description has it; what is none stays."""
    found = _WRITTEN.fullmatch(text)
    try:
        return date(int(found[3]), int(found[2]), int(found[1])).isoformat() if found else text
    except ValueError:
        return text
