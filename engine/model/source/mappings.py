"""What goes into an activity or event and what comes out: `zeebe:ioMapping`, BPMN data associations, and the
mappings of the other dialects."""

from __future__ import annotations

from lxml import etree

from engine.model.definition import Assign, Expression
from engine.model.names import ZEEBE, bpmn_name, extension, kid, kids, line_of, q, ref, text_of
from engine.model.source.file import Source

#: What modelers write as the end of an association that only draws a line.
PLACEHOLDER = "__targetRef_placeholder"


def zeebe(source: Source, element: etree._Element) -> tuple[list[Assign], list[Assign]]:
    mapping = extension(element, "ioMapping")
    if mapping is None:
        return [], []
    sides: list[list[Assign]] = []
    for name in ("input", "output"):
        found = []
        for row in mapping.findall(q(name, ZEEBE)):
            text, target = (row.get("source") or "").strip(), (row.get("target") or "").strip()
            value = source.expressions.value(text, row)
            if not target:
                source.report.add("mapping-incomplete", row)
            elif value is not None:
                found.append(Assign(literal(value, row) if isinstance(value, str) else value, target))
        sides.append(found)
    return sides[0], sides[1]


def literal(text: str, at: etree._Element) -> Expression:
    """A text as the FEEL string it is."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
    return Expression('"' + escaped.replace("\t", "\\t") + '"', line_of(at))


def associations(source: Source, element: etree._Element) -> tuple[list[Assign], list[Assign]]:
    """The data associations of an activity or event (10.4.2), in document order. An association that ends in
    nothing (as modelers draw it) moves no data."""
    sides: list[list[Assign]] = []
    for name in ("dataInputAssociation", "dataOutputAssociation"):
        found: list[Assign] = []
        for link in kids(element, name):
            found += _one(source, link)
        sides.append(found)
    return sides[0], sides[1]


def _one(source: Source, link: etree._Element) -> list[Assign]:
    sources = [text_of(e) for e in kids(link, "sourceRef") if text_of(e)]
    target = text_of(kid(link, "targetRef"))
    if is_drawing(source, link):
        return []
    ends = [*sources, target]
    for end in ends:
        if _is_store(source, end):
            used = kids(link, "assignment") or kid(link, "transformation") is not None
            named = any(e.get("name") for e in map(source.ids.get, map(ref, ends)) if e is not None and _is_data(e))
            rule = "data-store" if used or named else "data-store-drawn"
            source.report.add(rule, link, store=source.data_name(end) or end)
            return []
    rows = []
    for assignment in kids(link, "assignment"):
        start, to = kid(assignment, "from"), kid(assignment, "to")
        value = source.expressions.feel(text_of(start), start) if start is not None else None
        if value is not None and text_of(to):
            rows.append(Assign(value, _target(source, text_of(to))))
    if rows:
        return rows
    transformation = kid(link, "transformation")
    name = source.data_name(target)
    if transformation is not None and name:
        value = source.expressions.feel(text_of(transformation), transformation)
        return [] if value is None else [Assign(value, name)]
    if len(sources) > 1:
        source.report.add("association-sources", link)
        return []
    origin = source.data_name(sources[0]) if sources else ""
    return [Assign(Expression(origin, line_of(link)), name)] if origin and name and origin != name else []


def is_drawing(source: Source, link: etree._Element) -> bool:
    """Whether it only draws a line: one of its ends is missing or the modeler's placeholder."""
    if kid(link, "assignment") is not None:
        return False
    ends = [text_of(e) for e in (*kids(link, "sourceRef"), *kids(link, "targetRef")) if text_of(e)]
    if len(ends) < 2 and kid(link, "transformation") is None:
        return True
    for end in ends:
        element = source.ids.get(ref(end))
        if element is not None and element.get("name") == PLACEHOLDER:
            return True
    return False


def _is_store(source: Source, reference: str) -> bool:
    element = source.ids.get(ref(reference))
    return element is not None and bpmn_name(element) in ("dataStore", "dataStoreReference")


def _is_data(element: etree._Element) -> bool:
    return bpmn_name(element) in ("dataInput", "dataOutput", "property")


def _target(source: Source, text: str) -> str:
    text = text.lstrip("=").strip()
    if text.startswith(("${", "#{")) and text.endswith("}"):
        text = text[2:-1].strip()
    return source.data_name(text) or text


def correlation(source: Source, process: etree._Element) -> dict[str, Expression]:
    """`correlationSubscription` of a process (8.4.2): property's name → expression over the process's data."""
    found: dict[str, Expression] = {}
    for subscription in kids(process, "correlationSubscription"):
        for binding in kids(subscription, "correlationPropertyBinding"):
            prop = source.named(binding.get("correlationPropertyRef"), "correlationProperty")
            path = kid(binding, "dataPath")
            value = source.expressions.feel(text_of(path), path) if path is not None else None
            if prop is not None and value is not None:
                found[prop.get("name") or prop.get("id") or ""] = value
    return found
