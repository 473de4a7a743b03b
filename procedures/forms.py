"""Forms of form-js (JSON): read into fields that a page can render without JavaScript, and posted data checked.

The keys of the fields are the names of the variables they fill.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import marshmallow
from marshmallow import fields as kinds

from engine.calendar import VIETNAM

#: Kinds of form-js that this house renders. Those in DISPLAY hold no data; those in BOXES hold other fields.
INPUTS = (
    "textfield",
    "textarea",
    "number",
    "datetime",
    "select",
    "radio",
    "checkbox",
    "checklist",
    "filepicker",
    "taglist",
)
BOXES = ("group", "default", "dynamiclist")
DISPLAY = ("text", "html", "image", "spacer", "separator", "button")
LONGEST = 4000


class FormError(Exception):
    """A form that cannot be read; the message says where and how to mend it."""


class Invalid(Exception):
    """Posted data that does not fit. `errors`: field key → sentences in Vietnamese."""

    def __init__(self, errors: Mapping[str, list[str]]) -> None:
        super().__init__("; ".join(f"{key}: {' '.join(said)}" for key, said in errors.items()))
        self.errors = dict(errors)


@dataclass(frozen=True, slots=True)
class Field:
    """A field as a page shows it. kind: form-js's type; `subtype` of a datetime: date, time or datetime.
    columns: width in a grid of 16. options: (value, label). properties: form-js's custom properties."""

    key: str
    kind: str
    label: str = ""
    help: str = ""
    required: bool = False
    subtype: str = ""
    options: tuple[tuple[str, str], ...] = ()
    default: Any = None
    columns: int = 16
    text: str = ""
    read_only: bool = False
    validate: Mapping[str, Any] = field(default_factory=dict)
    properties: Mapping[str, str] = field(default_factory=dict)
    show_if: str = ""  # FEEL, hides the field where it is not true
    children: tuple[Field, ...] = ()


@dataclass(frozen=True, slots=True)
class Form:
    id: str
    title: str
    fields: tuple[Field, ...]

    def inputs(self) -> Iterator[Field]:
        """Every field that holds data, groups opened."""
        stack = list(reversed(self.fields))
        while stack:
            entry = stack.pop()
            if entry.kind in BOXES:
                stack.extend(reversed(entry.children))
            elif entry.kind in INPUTS and entry.key:
                yield entry

    def labels(self) -> dict[str, str]:
        """Field key → label, for letters and lists."""
        return {entry.key: entry.label for entry in self.inputs()}

    def validate(self, posted: Any, *, partial: bool = False) -> dict[str, Any]:
        """The posted data as variables: numbers as numbers, dates as ISO text. `posted` is a mapping, or what a web
        form sends (with `getlist`). partial: fields that are absent are left alone. Raises Invalid."""
        raw: dict[str, Any] = {}
        for entry in self.inputs():
            if entry.read_only:
                continue
            value = _posted(posted, entry)
            if value is _ABSENT and partial:
                continue
            raw[entry.key] = None if value is _ABSENT else value
        for entry in self.inputs():
            if entry.show_if and entry.key in raw and _hidden(entry.show_if, raw):
                raw.pop(entry.key)
        schema = marshmallow.Schema.from_dict({e.key: _marshmallow(e) for e in self.inputs() if e.key in raw})
        try:
            answer: dict[str, Any] = schema(unknown=marshmallow.EXCLUDE).load(raw)
        except marshmallow.ValidationError as error:
            raise Invalid(_plain(error.messages)) from None
        return {key: _variable(value) for key, value in answer.items() if value is not None or not partial}


_ABSENT = object()


def read(source: bytes | str | Mapping[str, Any], name: str = "") -> Form:
    """A form from form-js JSON. Raises FormError."""
    try:
        data = json.loads(source) if isinstance(source, (bytes, str)) else source
    except ValueError as error:
        raise FormError(f"{name}: không phải JSON ({error}).") from None
    if not isinstance(data, Mapping) or not isinstance(data.get("components"), list):
        raise FormError(f'{name}: thiếu danh sách "components" của biểu mẫu.')
    seen: set[str] = set()
    return Form(
        str(data.get("id") or name),
        str(data.get("title") or ""),
        tuple(_field(entry, f"{name}: components[{i}]", seen) for i, entry in enumerate(data["components"])),
    )


def _field(entry: Any, where: str, seen: set[str]) -> Field:
    if not isinstance(entry, Mapping):
        raise FormError(f"{where}: phải là một đối tượng.")
    kind = str(entry.get("type", ""))
    if kind not in INPUTS + BOXES + DISPLAY:
        raise FormError(f"{where}: kiểu trường “{kind}” chưa được hỗ trợ; dùng một trong {', '.join(INPUTS)}.")
    key = str(entry.get("key") or "")
    if kind in INPUTS:
        if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", key):
            raise FormError(f"{where}: khóa “{key}” phải là tên biến (chữ không dấu, số, gạch dưới).")
        if key in seen:
            raise FormError(f"{where}: khóa “{key}” đã dùng cho một trường khác.")
        seen.add(key)
    rules = entry.get("validate") or {}
    layout = entry.get("layout") or {}
    condition = entry.get("conditional") or {}
    hide = str(condition.get("hide") or "").removeprefix("=")
    return Field(
        key=key,
        kind=kind,
        label=str(entry.get("label") or entry.get("dateLabel") or entry.get("timeLabel") or ""),
        help=str(entry.get("description") or ""),
        required=bool(rules.get("required")),
        subtype=str(entry.get("subtype") or ("date" if kind == "datetime" else "")),
        options=tuple((str(v.get("value")), str(v.get("label") or v.get("value"))) for v in entry.get("values") or ()),
        default=entry.get("defaultValue"),
        columns=int(layout.get("columns") or 16),
        text=str(entry.get("text") or ""),
        read_only=bool(entry.get("readonly") or entry.get("disabled")),
        validate=dict(rules),
        properties={str(k): str(v) for k, v in (entry.get("properties") or {}).items()},
        show_if=f"not({hide})" if hide else "",
        children=tuple(
            _field(child, f"{where}.components[{i}]", seen) for i, child in enumerate(entry.get("components") or ())
        ),
    )


def _posted(posted: Any, entry: Field) -> Any:
    if entry.kind in ("checklist", "taglist") and hasattr(posted, "getlist"):
        return posted.getlist(entry.key)
    if entry.key not in posted:
        return False if entry.kind == "checkbox" and hasattr(posted, "getlist") else _ABSENT
    value = posted[entry.key]
    if isinstance(value, str):
        value = value.strip()
        if value == "" and entry.kind != "checkbox":
            return None
    return value


def _hidden(condition: str, values: Mapping[str, Any]) -> bool:
    from engine import feel

    try:
        return feel.evaluate(condition, dict(values)) is not True
    except feel.FeelSyntaxError:
        return False


def _messages(entry: Field) -> dict[str, str]:
    """What is said of a field that is missing or wrong: it names the field, for it stands in a list of errors too."""
    named = f" “{entry.label}”" if entry.label else " mục này"
    do = "Chọn" if entry.kind in ("select", "radio", "checklist", "taglist") else "Điền"
    return {
        "required": f"{do}{named}.",
        "null": f"{do}{named}.",
        "invalid": f"{entry.label or 'Mục này'}: giá trị không hợp lệ.",
    }


def _marshmallow(entry: Field) -> kinds.Field:
    rules = entry.validate
    allow = not entry.required
    common: dict[str, Any] = {"required": entry.required, "allow_none": allow, "error_messages": _messages(entry)}
    checks: list[Any] = []
    if entry.kind == "number":
        return _Number(entry, **common)
    if entry.kind == "datetime":
        if entry.properties.get("mc:past") == "true":
            checks.append(
                _said(
                    lambda v: v[:10] <= datetime.now(VIETNAM).date().isoformat(),
                    f"{entry.label or 'Ngày này'}: không thể sau hôm nay.",
                )
            )
        return _Temporal(entry.subtype, validate=checks, **common)
    if entry.kind == "checkbox":
        if entry.required:
            checks.append(_said(lambda v: v is True, f"Đánh dấu “{entry.label or 'mục này'}”."))
        return kinds.Boolean(
            truthy={True, "true", "on", "1", "co"},
            falsy={False, "false", "off", "0", "", None},
            validate=checks,
            **{**common, "allow_none": True},
        )
    choices = {value for value, _ in entry.options}
    if entry.kind in ("checklist", "taglist"):
        if entry.required:
            checks.append(_said(bool, f"Chọn ít nhất một mục ở “{entry.label or 'danh sách này'}”."))
        if choices:
            checks.append(_said(lambda vs: set(vs) <= choices, "Có lựa chọn không nằm trong danh sách."))
        return kinds.List(kinds.String(), validate=checks, **common)
    if entry.kind in ("select", "radio"):
        if choices:
            checks.append(_said(lambda v: v in choices, "Hãy chọn một mục trong danh sách."))
        return kinds.String(validate=checks, **common)
    low, high = int(rules.get("minLength") or 0), min(int(rules.get("maxLength") or LONGEST), LONGEST)
    checks.append(_said(lambda v: len(v) >= low, f"Cần ít nhất {low} ký tự."))
    checks.append(_said(lambda v: len(v) <= high, f"Không quá {high} ký tự."))
    if rules.get("validationType") == "email":
        checks.append(
            _said(
                lambda v: re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", v) is not None,
                "Địa chỉ thư điện tử không đúng, ví dụ: ten@vidu.vn.",
            )
        )
    if rules.get("validationType") == "phone":
        checks.append(_said(lambda v: re.fullmatch(r"\+?[\d .()-]{8,18}", v) is not None, "Số điện thoại không đúng."))
    if rules.get("pattern"):
        pattern = str(rules["pattern"])
        told = str(entry.properties.get("mc:patternMessage") or "Nội dung không đúng định dạng yêu cầu.")
        checks.append(_said(lambda v: _matches(pattern, v), told))
    return kinds.String(validate=checks, **common)


def _matches(pattern: str, value: str) -> bool:
    import re2  # linear time: a pattern comes from a form, the text from anyone

    try:
        return re2.fullmatch(pattern, value) is not None
    except re2.error:
        return True


def _said(test: Any, message: str) -> Any:
    def check(value: Any) -> None:
        if value is not None and not test(value):
            raise marshmallow.ValidationError(message)

    return check


class _Number(kinds.Field):
    """A number as people write it: a decimal comma or point."""

    def __init__(self, entry: Field, **options: Any) -> None:
        super().__init__(**options)
        self.entry = entry

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> Any:
        try:
            number = Decimal(str(value).replace(" ", "").replace(",", "."))
        except InvalidOperation:
            raise marshmallow.ValidationError("Cần nhập một số.") from None
        rules = self.entry.validate
        if not number.is_finite() or abs(number) > 10**15:
            raise marshmallow.ValidationError("Số quá lớn.")
        if rules.get("min") is not None and number < Decimal(str(rules["min"])):
            raise marshmallow.ValidationError(f"Không nhỏ hơn {rules['min']}.")
        if rules.get("max") is not None and number > Decimal(str(rules["max"])):
            raise marshmallow.ValidationError(f"Không lớn hơn {rules['max']}.")
        return number


class _Temporal(kinds.Field):
    """A date, a time, or both: ISO as a browser sends it, or as people write it (22/11/2026)."""

    def __init__(self, subtype: str, **options: Any) -> None:
        super().__init__(**options)
        self.subtype = subtype

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> str:
        text = str(value)
        try:
            if self.subtype == "time":
                return datetime.strptime(text[:5], "%H:%M").time().isoformat()  # noqa: DTZ007 - a time of day only
            if self.subtype == "datetime":
                return datetime.fromisoformat(text).isoformat()
            swapped = re.fullmatch(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})", text)
            if swapped:
                return date(int(swapped[3]), int(swapped[2]), int(swapped[1])).isoformat()
            return date.fromisoformat(text[:10]).isoformat()
        except ValueError:
            raise marshmallow.ValidationError("Ngày giờ không đúng, ví dụ: 22/11/2026.") from None


def _variable(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else value
    return value


def _plain(messages: Any) -> dict[str, list[str]]:
    answer: dict[str, list[str]] = {}
    for key, said in messages.items():
        flat: Sequence[Any] = said if isinstance(said, list) else [x for v in said.values() for x in v]
        answer[str(key)] = [str(s) for s in flat]
    return answer
