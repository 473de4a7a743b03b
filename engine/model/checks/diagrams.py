"""Whether the drawing in a file is one: the interchange schema of diagrams (12.2) and what its shapes stand for."""

from __future__ import annotations

import math

from lxml import etree

from engine.model.names import BPMNDI, DC, DI, bpmn_name, elements, local, namespace, ref
from engine.model.source.file import Source

_SPACES = (BPMNDI, DC, DI)
#: Element → the elements that may stand in it. `extension` holds whatever a tool likes.
_CHILDREN = {
    "BPMNDiagram": ("BPMNPlane", "BPMNLabelStyle"),
    "BPMNPlane": ("extension", "BPMNShape", "BPMNEdge"),
    "BPMNShape": ("extension", "Bounds", "BPMNLabel"),
    "BPMNEdge": ("extension", "waypoint", "BPMNLabel"),
    "BPMNLabel": ("extension", "Bounds"),
    "BPMNLabelStyle": ("Font",),
    "Bounds": (),
    "waypoint": (),
    "Font": (),
}
#: Element → what must stand in it, and how often at least.
_WANTED = {"BPMNDiagram": ("BPMNPlane", 1), "BPMNShape": ("Bounds", 1), "BPMNEdge": ("waypoint", 2)}
_NUMBERS = {"Bounds": ("x", "y", "width", "height"), "waypoint": ("x", "y")}
_FLAGS = ("isHorizontal", "isExpanded", "isMarkerVisible", "isMessageVisible")
_LINES = frozenset(
    ("sequenceFlow", "messageFlow", "association", "dataInputAssociation", "dataOutputAssociation",
     "conversationLink")
)  # fmt: skip
_PAGES = frozenset(
    ("process", "subProcess", "transaction", "adHocSubProcess", "collaboration", "choreography", "subChoreography",
     "globalConversation", "subConversation", "globalChoreographyTask")
)  # fmt: skip


def check(source: Source) -> None:
    """Reports what is no drawing. A shape whose element is gone only draws nothing: it is told of."""
    styles = {e.get("id") for e in source.root.iter(f"{{{BPMNDI}}}BPMNLabelStyle")}
    for diagram in elements(source.root):
        if namespace(diagram) != BPMNDI:
            continue
        if local(diagram) != "BPMNDiagram":
            source.report.add("diagram-content", diagram, child=local(diagram), parent="definitions")
            continue
        for element in diagram.iter(etree.Element):
            if namespace(element) in _SPACES and local(element) in _CHILDREN and _seen(element):
                _element(source, element, local(element), styles)


def _seen(element: etree._Element) -> bool:
    """Whether it is no part of a tool's own extension."""
    return not any(local(a) == "extension" for a in element.iterancestors())


def _element(source: Source, element: etree._Element, name: str, styles: set[str | None]) -> None:
    report = source.report
    for child in elements(element):
        if namespace(child) in _SPACES and local(child) not in _CHILDREN[name]:
            report.add("diagram-content", child, child=local(child), parent=name)
    wanted, least = _WANTED.get(name, ("", 0))
    if sum(local(child) == wanted for child in elements(element)) < least:
        report.add("diagram-missing", element, child=wanted, parent=name, count=least)
    for attribute in _NUMBERS.get(name, ()):
        text = element.get(attribute)
        if text is None:
            report.add("missing-attribute", element, attribute=attribute, parent=name)
        elif not _number(text):
            report.add("attribute-value", element, attribute=attribute, value=text, choices="0, 12.5, …")
    for attribute in _FLAGS:
        if (element.get(attribute) or "true").strip() not in ("true", "false", "0", "1"):
            value = element.get(attribute)
            report.add("attribute-value", element, attribute=attribute, value=value, choices="true, false")
    if name == "BPMNLabel" and element.get("labelStyle") and ref(element.get("labelStyle")) not in styles:
        report.add("diagram-reference", element, attribute="labelStyle", value=element.get("labelStyle"))
    if name in ("BPMNPlane", "BPMNShape", "BPMNEdge") and element.get("bpmnElement"):
        _stands_for(source, element, name)


def _number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


def _stands_for(source: Source, element: etree._Element, name: str) -> None:
    value = element.get("bpmnElement") or ""
    prefix = value.rpartition(":")[0]
    target = source.ids.get(ref(value))
    if target is None:
        if element.nsmap.get(prefix or None) in (None, source.root.get("targetNamespace"), source.root.nsmap.get(None)):
            source.report.add("diagram-reference", element, attribute="bpmnElement", value=value)
        return
    kind = bpmn_name(target)
    if (name == "BPMNEdge") != (kind in _LINES) or (name == "BPMNPlane" and kind not in _PAGES):
        source.report.add("diagram-kind", element, kind=name, value=value, found=kind)
