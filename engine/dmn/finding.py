"""What is found in a decision model before it runs."""

from __future__ import annotations

from dataclasses import dataclass

from engine.dmn.xml import Element


@dataclass(frozen=True, slots=True)
class Finding:
    """A doubt or a fault. `rule` is one of

    ``overlap``, ``gap``, ``subsumption``, ``unreachable`` (engine.dmn.review), ``type``, ``name``, ``policy``,
    ``order``, ``shape``, ``reference``, ``import``, ``cycle`` (engine.dmn.consistency), ``function``, ``empty``
    (engine.dmn.texts);

    `rules` are those of the table, from 1; `line` is that of the rule, or of the element.
    """

    rule: str
    line: int
    element: str
    rules: tuple[int, ...]
    message: str
    message_en: str


def owner(element: Element) -> str:
    """The id of an element, or of the nearest that has one."""
    current: Element | None = element
    while current is not None and not current.get("id"):
        current = current.getparent()
    return "" if current is None else current.get("id") or ""
