"""What the variables of a bundle may be, as its forms say: the choices of a list, the bounds of a number."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from engine.model.checks.conditions import Domain
from procedures.bundle_check.files import Files
from procedures.forms import Field


def of(files: Files, declaration: str, written: frozenset[str]) -> dict[str, Domain]:
    """The domains of variables by their names: fields of the declaration are ``to_khai.<key>``, those of a step's form
    ``<key>``. declaration: the form of the intake. written: names that the models write, too, so that their forms do
    not say all; left out, as are fields of several forms that differ."""
    found: dict[str, list[Domain | None]] = {}
    for name, form in files.forms.items():
        for entry in form.inputs():
            path = f"to_khai.{entry.key}" if name == declaration else entry.key
            if path not in written:
                found.setdefault(path, []).append(_domain(entry))
    return {path: said[0] for path, said in found.items() if said[0] is not None and len(set(said)) == 1}


def _domain(entry: Field) -> Domain | None:
    if entry.kind == "number":
        return Domain(low=_number(entry.validate.get("min")), high=_number(entry.validate.get("max")))
    if entry.kind in ("select", "radio"):
        return Domain(tuple(_texts(entry))) if entry.options else None
    return None


def _texts(entry: Field) -> Iterator[str]:
    yield from dict.fromkeys(value for value, _ in entry.options)


def _number(said: Any) -> Decimal | None:
    return Decimal(str(said)) if isinstance(said, int | float | Decimal) and not isinstance(said, bool) else None
