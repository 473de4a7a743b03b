"""form-js JSON read into a Form."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from engine.libraries import of_json
from procedures.forms.conditions import plain
from procedures.forms.form import Form
from procedures.forms.kinds import COMMON, KINDS
from procedures.forms.values import Field, FormError

KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def read(source: bytes | str | Mapping[str, Any], name: str = "") -> Form:
    """A form from form-js JSON. Raises FormError."""
    try:
        data = json.loads(source) if isinstance(source, (bytes, str)) else source
    except ValueError as error:
        why = of_json(error)
        raise FormError(f"{name}: không phải JSON ({why.vi}).", f"{name}: is no JSON ({why.en}).") from None
    if not isinstance(data, Mapping) or not isinstance(data.get("components"), list):
        raise FormError(
            f'{name}: thiếu danh sách "components" của biểu mẫu.', f'{name}: the form\'s list "components" is missing.'
        )
    seen: set[str] = set()
    return Form(
        str(data.get("id") or name),
        str(data.get("title") or ""),
        tuple(_field(entry, f"{name}: components[{i}]", seen) for i, entry in enumerate(data["components"])),
    )


def _field(entry: Any, where: str, seen: set[str]) -> Field:
    if not isinstance(entry, Mapping):
        raise FormError(f"{where}: phải là một đối tượng.", f"{where}: must be an object.")
    kind, key = str(entry.get("type", "")), str(entry.get("key") or "")
    if kind not in KINDS:
        inputs = ", ".join(name for name, one in KINDS.items() if one.role == "input")
        raise FormError(
            f"{where}: kiểu trường “{kind}” chưa được hỗ trợ; dùng một trong {inputs}.",
            f"{where}: fields of the type '{kind}' are not supported; use one of {inputs}.",
        )
    if KINDS[kind].role == "input":
        if not KEY.fullmatch(key):
            raise FormError(
                f"{where}: khóa “{key}” phải là tên biến (chữ không dấu, số, gạch dưới).",
                f"{where}: the key '{key}' must be the name of a variable (unaccented letters, digits, underscores).",
            )
        if key in seen:
            raise FormError(
                f"{where}: khóa “{key}” đã dùng cho một trường khác.",
                f"{where}: the key '{key}' is another field's already.",
            )
        seen.add(key)
    rules, condition = _mapping(entry, "validate"), _mapping(entry, "conditional")
    return Field(
        key=key,
        kind=kind,
        label=str(entry.get("label") or entry.get("dateLabel") or entry.get("timeLabel") or ""),
        help=str(entry.get("description") or ""),
        required=rules.get("required") is True,
        subtype=str(entry.get("subtype") or ("date" if kind == "datetime" else "")),
        options=_options(entry),
        default=entry.get("defaultValue"),
        columns=_columns(entry),
        text=str(entry.get("text") or entry.get("content") or ""),
        read_only=bool(entry.get("readonly") or entry.get("disabled")),
        validate=dict(rules),
        settings={str(k): v for k, v in entry.items() if k not in COMMON and k != "components"},
        properties={str(k): str(v) for k, v in _mapping(entry, "properties").items()},
        role=KINDS[kind].role,
        hide=plain(str(condition.get("hide") or "")),
        children=tuple(
            _field(child, f"{where}.components[{i}]", seen) for i, child in enumerate(entry.get("components") or ())
        ),
    )


def _mapping(entry: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = entry.get(name)
    return found if isinstance(found, Mapping) else {}


def _options(entry: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    values = entry.get("values")
    return tuple(
        (str(one.get("value")), str(one.get("label") or one.get("value")))
        for one in (values if isinstance(values, list) else ())
        if isinstance(one, Mapping)
    )


def _columns(entry: Mapping[str, Any]) -> int:
    """The width in form-js's grid of 16; all of it where nothing (or nothing sensible) is said."""
    said = _mapping(entry, "layout").get("columns")
    return said if isinstance(said, int) and 1 <= said <= 16 else 16
