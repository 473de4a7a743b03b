"""The decision tables of a file and their rules in words, for who asks which of them were ever used."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.dmn.drg import Node
from engine.dmn.errors import DmnError
from engine.dmn.finding import owner
from engine.dmn.load import parse
from engine.dmn.xml import Element, first, inside, tag, text


@dataclass(frozen=True, slots=True)
class Rules:
    """A table: its id as evaluations tell it, the name of the decision that it stands in, what each rule says, and the
    ids and names of the decisions and services that need it. inputs: the expressions of its columns. tests: by rule the
    unary tests under them. first: the first rule that fits is taken, not all that fit."""

    id: str
    decision: str
    rules: tuple[str, ...]
    asked_by: frozenset[str]
    inputs: tuple[str, ...] = ()
    tests: tuple[tuple[str, ...], ...] = ()
    first: bool = False


def tables(body: bytes) -> list[Rules]:
    """The tables of a DMN file; none where it cannot be used."""
    try:
        nodes = list(parse(body).model.by_id.values())
    except DmnError:
        return []
    found = []
    for node in nodes:
        asking = {name for other in nodes if _needs(other, node) for name in (other.id, other.name)}
        for element in node.element.iter():
            if tag(element) == "decisionTable":
                rules = tuple(inside(element, "rule"))
                found.append(
                    Rules(
                        owner(element),
                        node.name or node.id,
                        tuple(map(_said, rules)),
                        frozenset(asking),
                        tuple(map(_expression, inside(element, "input"))),
                        tuple(tuple(_cells(rule, "inputEntry")) for rule in rules),
                        (element.get("hitPolicy") or "UNIQUE") == "FIRST",
                    )
                )
    return found


def _expression(column: Element) -> str:
    expression = first(column, "inputExpression")
    return "" if expression is None else " ".join(text(expression).split())


def _needs(node: Node, wanted: Node) -> bool:
    seen: set[int] = set()
    left = [node]
    while left:
        one = left.pop()
        if one is wanted:
            return True
        if id(one) not in seen:
            seen.add(id(one))
            left += one.requires
            references = [e.get("href") or "" for e in one.element.iter() if tag(e) in ("outputDecision",)]
            left += [found for found in map(one.model.node_at, references) if found is not None]
    return False


def _said(rule: Element) -> str:
    """A rule as its author describes it, else its cells."""
    description = first(rule, "description")
    described = "" if description is None else " ".join((description.text or "").split())
    return described or " → ".join(", ".join(_cells(rule, kind)) for kind in ("inputEntry", "outputEntry"))


def _cells(rule: Element, kind: str) -> Iterator[str]:
    for entry in inside(rule, kind):
        yield " ".join(text(entry).split()) or "-"
