"""The columns of a decision table as its review sees them: types, allowed values, and cells of constants."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from engine.dmn.drg import Model
from engine.dmn.index import known_tests
from engine.dmn.xml import Element, first, inside, text
from engine.feel.errors import FeelError
from engine.feel.tree import Node
from engine.feel.types import SIMPLE, Type

Tests = list[Any]


@dataclass(frozen=True, slots=True)
class Cell:
    """An input entry: whether it can be judged, its tests (None for any value), and whether they are negated."""

    known: bool
    tests: Tests | None = None
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """An input or output clause: how it is called, its simple type (empty where it has none), its allowed values."""

    title: str
    kind: str
    allowed: Tests | None


def tree(content: str, model: Model) -> Node | None:
    """The tree of unary tests; None for any value and for what is no FEEL."""
    if content in ("", "-"):
        return None
    try:
        return model.read(content, True)
    except (FeelError, RecursionError):
        return None


def cell(entry: Element, model: Model) -> Cell:
    """An input entry."""
    content = text(entry).strip()
    if content in ("", "-"):
        return Cell(True)
    node = tree(content, model)
    if node is None or node.parts[2]:
        return Cell(node is not None)
    tests = known_tests(node, negated=True)
    return Cell(tests is not None, tests, bool(node.parts[1]))


def constants(element: Element | None, model: Model) -> Tests | None:
    """Allowed values, where they are constants; else None."""
    content = text(element).strip()
    tests = known_tests(tree(content, model)) if content else None
    return tests or None


def columns(table: Element, kind: str, model: Model) -> Sequence[Column]:
    """The clauses of a table: `kind` is input or output."""
    found = []
    for clause in inside(table, kind):
        values = first(clause, f"{kind}Values")
        if kind == "input":
            expression = first(clause, "inputExpression")
            title = text(expression).strip()
            reference = (expression.get("typeRef") if expression is not None else "") or _declared(title, model)
        else:
            title, reference = clause.get("name") or clause.get("label") or "", clause.get("typeRef") or ""
        wanted, definition = _type(reference, model)
        allowed = constants(values, model) or constants(definition, model)
        found.append(Column(clause.get("label") or title, wanted, allowed))
    return found


def _declared(name: str, model: Model) -> str:
    """The type of the model's own input or decision with that name."""
    node = model.by_name.get(" ".join(name.split()))
    variable = None if node is None or node.kind not in ("inputData", "decision") else first(node.element, "variable")
    return "" if variable is None else variable.get("typeRef") or ""


def _type(reference: str, model: Model) -> tuple[str, Element | None]:
    """The simple type that a reference comes down to, and the allowed values on the way."""
    wanted: Type | None = model.type_named(reference)[0]
    kind = wanted.kind if wanted is not None and wanted.kind in SIMPLE else ""
    name, definitions = (
        " ".join(reference.split()),
        {" ".join((each.get("name") or "").split()): each for each in inside(model.root, "itemDefinition")},
    )
    for _ in range(20):
        definition = definitions.get(name)
        if definition is None or not kind:
            break
        allowed = first(definition, "allowedValues", "typeConstraint")
        if allowed is not None:
            return kind, allowed
        following = first(definition, "typeRef")
        name = "" if following is None else " ".join((following.text or "").split())
    return kind, None
