"""select, radio, checklist, taglist, checkbox: what was not offered is refused.

The choices stand in the form, or (custom property ``mc``) are people and agencies, which only `offers.offered` knows.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from procedures.forms.conditions import Scope, Wrong
from procedures.forms.national import NATIONAL
from procedures.forms.values import Field

_YES = (True, "true", "on", "1", "co")
_NO = (False, "false", "off", "0", "")
PICKERS = ("official", "agency", "unit", *NATIONAL)


def choices(entry: Field, scope: Scope) -> frozenset[str]:
    """The values that may be chosen."""
    wanted = entry.properties.get("mc", "")
    if wanted in NATIONAL:
        return frozenset(NATIONAL[wanted])
    if wanted in PICKERS:
        return frozenset(value for value, _label in scope.offered.get(entry.key, ()))
    return frozenset(value for value, _label in entry.options)


def parse_one(entry: Field, raw: Any) -> str:
    """One choice by its value. Raises Wrong for another type."""
    if isinstance(raw, bool) or not isinstance(raw, (str, int)):
        raise Wrong("Chọn một mục trong danh sách.")
    return str(raw)


def broken_one(entry: Field, value: str, scope: Scope) -> Iterator[str]:
    if value not in choices(entry, scope):
        yield "Chọn một mục trong danh sách."


def parse_some(entry: Field, raw: Any) -> list[str]:
    """The choices, each once, in the order given. Raises Wrong for another type."""
    if not isinstance(raw, (list, tuple)):
        raise Wrong("Chọn trong danh sách.")
    return list(dict.fromkeys(parse_one(entry, one) for one in raw if one != ""))


def broken_some(entry: Field, value: list[str], scope: Scope) -> Iterator[str]:
    if not set(value) <= choices(entry, scope):
        yield "Có lựa chọn không nằm trong danh sách."


def parse_tick(entry: Field, raw: Any) -> bool:
    """Whether it is ticked. Raises Wrong for what is neither yes nor no."""
    if isinstance(raw, (bool, str)):
        if raw in _YES:
            return True
        if raw in _NO:
            return False
    raise Wrong("Giá trị không hợp lệ.")
