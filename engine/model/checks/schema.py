"""What the interchange schema of BPMN 2.0.2 (clause 15, Semantic.xsd) allows: facts in `bpmn20.json`, read once."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple


class Child(NamedTuple):
    """An element that may stand in another. `type` is empty where the element's own is meant; `occurs` is one of
    ``1 ? * +``; `order` is its place among its siblings."""

    type: str
    occurs: str
    order: int


@dataclass(frozen=True, slots=True)
class Type:
    """A complex type with all that it inherits."""

    attributes: dict[str, str] = field(default_factory=dict)  # name → simple type, with "!" where it is required
    children: dict[str, Child] = field(default_factory=dict)
    text: bool = False  # mixed content


@cache
def _facts() -> dict[str, Any]:
    facts: dict[str, Any] = json.loads(files("engine.model.checks").joinpath("bpmn20.json").read_text("utf-8"))
    return facts


@cache
def known() -> frozenset[str]:
    """Local names of every element of BPMN, those that stand only inside one other element included."""
    facts = _facts()
    return frozenset(facts["elements"]) | {c[0] for t in facts["types"].values() for c in t.get("children", ())}


@cache
def members(head: str) -> frozenset[str]:
    """The elements that may stand where `head` may: itself and its substitution group."""
    found = {head}
    for name, (_, group) in _facts()["elements"].items():
        if group == head:
            found |= members(name)
    return frozenset(found)


#: Elements that only stand for others in the schema.
ABSTRACT = frozenset(
    ("activity", "artifact", "baseElement", "baseElementWithMixedContent", "catchEvent", "choreographyActivity",
     "conversationNode", "event", "eventDefinition", "flowElement", "flowNode", "loopCharacteristics", "rootElement",
     "throwEvent", "gateway", "callableElement", "dataAssociation")
)  # fmt: skip


def type_of(element: str) -> str | None:
    """The type of a global element, None where there is no such element."""
    found = _facts()["elements"].get(element)
    return None if found is None else str(found[0])


@cache
def resolve(name: str) -> Type:
    """A type with its ancestors' attributes and children, in the schema's order."""
    facts = _facts()["types"][name]
    base = resolve(facts["base"]) if facts.get("base") else Type()
    attributes = {**base.attributes, **facts.get("attributes", {})}
    children = dict(base.children)
    for child, type_, occurs in facts.get("children", ()):
        order = len(children)
        for member in sorted(members(child) if not type_ else {child}):
            children[member] = Child(type_, occurs, order)
    return Type(attributes, children, base.text or bool(facts.get("text")))


@cache
def derives(name: str, base: str) -> bool:
    """Whether a type is another one, or an extension of it."""
    types = _facts()["types"]
    return name in types and (name == base or derives(types[name].get("base") or "", base))


_SIMPLE = {
    "boolean": re.compile(r"true|false|1|0"),
    "integer": re.compile(r"[+-]?\d+"),
    "int": re.compile(r"[+-]?\d{1,10}"),
    "anyURI": re.compile(r"[^\s<>{}|\\^`\"]*"),
    "mime": re.compile(r"[\w.+*-]+/[\w.+*-]+(?:\s*;.*)?"),
    "ID": re.compile(r"[^\W\d][\w.\-·]*"),
    "IDREF": re.compile(r"[^\W\d][\w.\-·]*"),
    "QName": re.compile(r"(?:[^\W\d][\w.\-·]*:)?[^\W\d][\w.\-·]*"),
}


def fits(type_: str, value: str) -> bool:
    """Whether a text is a value of a simple type."""
    choices = _facts()["enumerations"].get(type_)
    if choices is not None:
        return value.strip() in choices
    pattern = _SIMPLE.get(type_)
    return pattern is None or pattern.fullmatch(value.strip()) is not None


def choices(type_: str) -> str:
    """What a simple type takes, for a sentence."""
    found = _facts()["enumerations"].get(type_)
    if found:
        return ", ".join(found)
    return _SPOKEN.get(type_, type_)


#: Simple types without a list of values, as a person would write one.
_SPOKEN = {
    "boolean": "true, false",
    "integer": "0, 1, 2, …",
    "int": "0, 1, 2, …",
    "mime": "text/plain, text/html, …",
    "anyURI": "http://…, urn:…",
}
