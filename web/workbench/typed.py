"""Values of a process as people read and write them: a kind to choose, and text."""

from __future__ import annotations

import json
import re
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from engine import feel, values
from engine.feel.numbers import number_text
from web.house import ZONE
from web.present import local, number

#: Kinds of values that a person can write, in words.
KINDS = {
    "text": _l("Chữ"),
    "number": _l("Số"),
    "yes_no": _l("Có/Không"),
    "date": _l("Ngày"),
    "moment": _l("Ngày giờ"),
    "json": _l("Dữ liệu có cấu trúc (JSON)"),
    "feel": _l("Biểu thức FEEL"),
    "empty": _l("Để trống (null)"),
}
YES, NO = {"có", "co", "true", "đúng", "yes"}, {"không", "khong", "false", "sai", "no"}
_THOUSANDS = re.compile(r"-?\d{1,3}(\.\d{3})+")


def kind_of(value: Any) -> str:
    """The kind under which a value is written again without loss."""
    if value is None:
        return "empty"
    if isinstance(value, bool):
        return "yes_no"
    if isinstance(value, str):
        return "text"
    if isinstance(value, (int, Decimal)):
        return "number"
    if isinstance(value, datetime):
        return "moment" if value.utcoffset() is not None else "feel"
    if isinstance(value, date):
        return "date"
    return "json" if isinstance(value, (dict, list)) else "feel"


def written(value: Any) -> str:
    """A value as text to be changed: what `read` of its kind takes."""
    kind = kind_of(value)
    if kind == "empty":
        return ""
    if kind == "yes_no":
        return _("Có") if value else _("Không")
    if kind == "number":
        return number_text(Decimal(value)).replace(".", ",")
    if kind == "date":
        return str(value.strftime("%d/%m/%Y"))
    if kind == "moment":
        return local(value).strftime("%d/%m/%Y %H:%M")
    if kind == "json":
        return _structure(value, "")
    return str(value) if kind == "text" else f'@"{feel.to_json(value)}"'


def shown(value: Any) -> str:
    """A value as text to be read."""
    if value is None:
        return _("trống")
    return number(value) if kind_of(value) == "number" else written(value)


def _structure(value: Any, indent: str) -> str:
    deeper = indent + "  "
    if isinstance(value, dict) and value:
        inner = [
            f"{deeper}{json.dumps(key, ensure_ascii=False)}: {_structure(one, deeper)}" for key, one in value.items()
        ]
        return "{\n" + ",\n".join(inner) + f"\n{indent}}}"
    if isinstance(value, list) and value:
        return "[\n" + ",\n".join(deeper + _structure(one, deeper) for one in value) + f"\n{indent}]"
    if isinstance(value, Decimal):
        return number_text(value)
    return json.dumps(values.pack(value), ensure_ascii=False)


class Unread(Exception):
    """What was written is no value of that kind; the sentence says what is expected."""


def read(kind: str, text: str) -> Any:
    """The value of what was typed. Raises Unread."""
    text = text.strip() if kind != "text" else text.replace("\r\n", "\n")
    if kind == "text":
        return text
    if kind == "empty":
        return None
    if not text:
        raise Unread(_("Nhập giá trị, hoặc chọn “Để trống (null)”."))
    if kind == "number":
        return _number(text)
    if kind == "yes_no":
        if text.casefold() in YES | NO:
            return text.casefold() in YES
        raise Unread(_("Viết “Có” hoặc “Không”."))
    if kind == "date":
        return _day(text)
    if kind == "moment":
        return moment(text)
    if kind == "json":
        return _json(text)
    if kind == "feel":
        return _feel(text)
    raise Unread(_("Chọn kiểu dữ liệu."))


def _number(text: str) -> Decimal:
    plain = text.replace(" ", "").replace("\u00a0", "")
    if _THOUSANDS.fullmatch(plain) or ("," in plain and "." in plain):
        raise Unread(_("Viết số không có dấu phân cách hàng nghìn; phần lẻ đứng sau dấu phẩy, ví dụ 1250,5."))
    try:
        found = Decimal(plain.replace(",", "."))
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite():
        raise Unread(_("Viết một số, ví dụ 12 hoặc 7,5."))
    return found


def _day(text: str) -> date:
    try:
        if "/" in text:
            day, month, year = (int(part) for part in text.split("/"))
            return date(year, month, day)
        return date.fromisoformat(text)
    except ValueError:
        raise Unread(_("Viết ngày như 22/11/2026.")) from None


def moment(text: str) -> datetime:
    """``22/11/2026 14:05`` or ISO text, in the province's zone where it names none."""
    text = text.strip()
    found: datetime | None = None
    for pattern in ("%d/%m/%Y %H:%M", "%d/%m/%Y %H:%M:%S", "%d/%m/%Y"):
        try:
            found = datetime.strptime(text, pattern).replace(tzinfo=ZONE)
        except ValueError:
            continue
    if found is None:
        try:
            found = datetime.fromisoformat(text)
        except ValueError:
            raise Unread(_("Viết ngày giờ như 22/11/2026 14:05.")) from None
    return found if found.tzinfo is not None else found.replace(tzinfo=ZONE)


def _json(text: str) -> Any:
    try:
        found = json.loads(text, parse_float=Decimal, parse_int=Decimal, parse_constant=_no_constant)
        return values.unpack(found)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        at = _(" (dòng %(line)s)", line=error.lineno) if isinstance(error, json.JSONDecodeError) else ""
        raise Unread(
            _("Nội dung JSON không đọc được%(at)s: kiểm tra dấu ngoặc, dấu phẩy, dấu nháy kép.", at=at)
        ) from None


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def _feel(text: str) -> Any:
    try:
        found, diagnostics = feel.diagnose(text.removeprefix("="), {})
    except (feel.FeelSyntaxError, feel.FeelLimitError) as error:
        raise Unread(_("Biểu thức không đọc được: %(why)s", why=error)) from None
    if found is None and diagnostics:
        first: Any = diagnostics[0]
        said = first["message"] if isinstance(first, dict) else first.message
        raise Unread(_("Biểu thức không cho giá trị: %(why)s", why=said))
    return found
