"""Data of a process that the house itself reads: the dossier, its declaration. Written by hand, it keeps its kind, so
that letters and later steps can be made from it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from engine.refusal import Refusal
from engine.store import Tx
from procedures import bundles
from procedures.forms import Field
from procedures.store.dossier import dossier

#: Variables that are structures with named parts: the dossier, and what was declared.
DECLARATION = "to_khai"
STRUCTURES = ("ho_so", DECLARATION)


def check(tx: Tx, root_id: str, variables: Mapping[str, Any]) -> None:
    """Refuses a value that is not of the kind that its name has in every dossier; a process without a dossier has no
    such names."""
    row = tx.read(select(dossier.c.procedure_version).where(dossier.c.id == root_id)).first()
    if row is None:
        return
    for name in STRUCTURES:
        if name in variables and not isinstance(variables[name], Mapping):
            raise Refusal(
                f"“{name}” là dữ liệu có cấu trúc của hồ sơ: giữ kiểu JSON với các mục bên trong.",
                f"'{name}' is structured data of the dossier: keep it JSON with its parts.",
            )
    if DECLARATION not in variables:
        return
    form = bundles.form(tx, row.procedure_version, bundles.of_version(tx, row.procedure_version).form_key)
    for field in form.inputs() if form is not None else ():
        value = variables[DECLARATION].get(field.key)
        if value is not None and not _fits(field, value):
            raise Refusal(
                f"Mục “{field.label or field.key}” của tờ khai phải là {_KINDS[_kind(field)][0]}.",
                f"'{field.label or field.key}' of the declaration must be {_KINDS[_kind(field)][1]}.",
            )


_KINDS = {
    "number": ("số", "a number"),
    "checkbox": ("Có hoặc Không", "yes or no"),
    "list": ("danh sách", "a list"),
    "text": ("chữ", "text"),
}


def _kind(field: Field) -> str:
    if field.kind in ("number", "checkbox"):
        return field.kind
    return "list" if field.kind in ("checklist", "taglist") else "text"


def _fits(field: Field, value: Any) -> bool:
    """Whether a value is of the kind that the form keeps; a choice may be whatever its options are."""
    match _kind(field):
        case "number":
            return isinstance(value, (int, Decimal)) and not isinstance(value, bool)
        case "checkbox":
            return isinstance(value, bool)
        case "list":
            return isinstance(value, (list, tuple))
    return not isinstance(value, (Mapping, list, tuple))
