"""textfield and textarea: text, as long as it may be and of the form that is asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import re2

from procedures.forms.conditions import Scope, Wrong, limit
from procedures.forms.values import Field

LONGEST = 4000
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_PHONE = re.compile(r"\+?[\d .()-]{8,18}")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def parse(entry: Field, raw: Any) -> str:
    """Text without spaces around it. Raises Wrong for another type, and for signs that no paper can carry."""
    if not isinstance(raw, str):
        raise Wrong("Mục này phải là chữ.")
    if _CONTROL.search(raw):
        raise Wrong("Nội dung có ký tự không in được; xóa và gõ lại.")
    return raw.strip()


def broken(entry: Field, value: str, scope: Scope) -> Iterator[str]:
    low, high = limit(entry, "minLength", scope), limit(entry, "maxLength", scope)
    most = min(int(high), LONGEST) if high is not None else LONGEST
    if low is not None and len(value) < low:
        yield f"Cần ít nhất {int(low)} ký tự."
    if len(value) > most:
        yield f"Không quá {most} ký tự."
        return  # nothing more is said of a text that is too long to look at
    wanted = entry.validate.get("validationType")
    if wanted == "email" and not _EMAIL.fullmatch(value):
        yield "Địa chỉ thư điện tử không đúng, ví dụ: ten@vidu.vn."
    if wanted == "phone" and not _PHONE.fullmatch(value):
        yield "Số điện thoại không đúng, ví dụ 0912 345 678."
    pattern = entry.validate.get("pattern")
    if pattern:
        yield from _fits(str(pattern), value, entry.properties.get("mc:patternMessage", ""))


def _fits(pattern: str, value: str, told: str) -> Iterator[str]:
    compiled = compiled_pattern(pattern)
    if isinstance(compiled, str):
        yield "Quy tắc của mục này không đọc được; báo cho người quản trị hệ thống."
    elif compiled.search(value) is None:  # as form-js tests it: somewhere in the text, unless the pattern is anchored
        yield told or "Nội dung không đúng định dạng yêu cầu."


@lru_cache(maxsize=512)
def compiled_pattern(pattern: str) -> Any:
    """A pattern ready to search with, in linear time (it comes from a form, the text from anyone); the reason as text
    where RE2 cannot read it."""
    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(pattern, options=options)
    except re2.error as error:
        said = error.args[0] if error.args else ""
        return said.decode(errors="replace") if isinstance(said, bytes) else str(said) or "không đọc được"
