"""Fields of a declaration that have a name of the intake page itself: the page names them apart, so that neither the
applicant's data nor the declaration's are taken for the other's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from werkzeug.datastructures import MultiDict

from procedures.forms import Field, Form
from web.security import FORM_MARKS

#: Names of the intake page itself (`templates/desk/intake.html`).
OWN = frozenset(
    ("ho_ten", "so_dinh_danh", "dien_thoai", "thu_dien_tu", "dia_chi", "kenh", "co_quan", "truong_hop", "noi_dung",
     "noi_tra", "ly_do", "can_cu", "lam", "khong_trung", "can_them", *FORM_MARKS)
)  # fmt: skip
_MARK = "to_khai-"  # no key of a form has a hyphen


def name_of(key: str) -> str:
    """The name that a field of the declaration has on the page."""
    return _MARK + key if key in OWN else key


def shown(form: Form | None) -> Form | None:
    """The declaration as the page shows it."""
    return replace(form, fields=tuple(map(_named, form.fields))) if form is not None else None


def _named(field: Field) -> Field:
    return replace(field, key=name_of(field.key), children=tuple(map(_named, field.children)))


def posted(values: MultiDict[str, str], form: Form | None) -> MultiDict[str, str]:
    """What was posted for the declaration, under the keys of its fields."""
    found = MultiDict(values)
    for field in form.inputs() if form is not None else ():
        if field.key in OWN:
            found.setlist(field.key, values.getlist(_MARK + field.key))
            if not values.getlist(_MARK + field.key):
                found.poplist(field.key)
    return found


def names(said: Mapping[str, Any]) -> dict[str, Any]:
    """Values or errors by key of the declaration, by the names of the page."""
    return {name_of(key): value for key, value in said.items()}
