"""What a diagram leaves out is added to it; what it has stays where it is."""

from __future__ import annotations

import math
from collections.abc import Iterator

from lxml import etree

from engine.model.drawing.arrangement import PAD, Picture, arrange, layout, name_all, page, straight, write
from engine.model.drawing.labels import place_labels
from engine.model.load import root_of
from engine.model.names import BPMNDI, DC, FLOW_NODES, SUBPROCESSES, bpmn_name, elements, flag, kids, q, ref

Box = tuple[float, float, float, float]


def complete(xml: bytes) -> bytes:
    """The same model with every node and sequence flow drawn. One without any shape is laid out; of one that is drawn
    in part the rest is laid out below what is there, or on a page of its own; a model that is drawn is returned as it
    is. Raises `ModelError`."""
    root = root_of(xml)
    if root.find(f".//{q('BPMNShape', BPMNDI)}") is None:
        return layout(xml) if any(bpmn_name(e) == "process" for e in elements(root)) else xml
    drawn = _drawn(root)
    if not any(_missing(scope, drawn) and not _hidden(root, scope, drawn) for scope in _scopes(root)):
        return xml
    name_all(root)
    for scope in _scopes(root):
        _complete(root, scope)
    place_labels(root, drawn)
    return etree.tostring(root.getroottree(), xml_declaration=True, encoding="UTF-8")


def _scopes(root: etree._Element) -> Iterator[etree._Element]:
    """Processes and subprocesses, those around others first."""
    yield from root.iter(q("process"), *(q(kind) for kind in SUBPROCESSES))


def _drawn(root: etree._Element) -> set[str]:
    found = {ref(e.get("bpmnElement")) for e in root.iter(q("BPMNShape", BPMNDI), q("BPMNEdge", BPMNDI))}
    return found - {""}


def _missing(scope: etree._Element, drawn: set[str]) -> list[etree._Element]:
    """Its nodes that have no shape, and its flows without an edge."""
    return [e for e in elements(scope) if bpmn_name(e) in FLOW_NODES | {"sequenceFlow"} and e.get("id") not in drawn]


def _hidden(root: etree._Element, scope: etree._Element, drawn: set[str]) -> bool:
    """Whether a closed pool or subprocess, or a call, is drawn for all that is in it."""
    if any(e.get("id") in drawn for e in elements(scope) if bpmn_name(e) in FLOW_NODES):
        return False
    id = scope.get("id") or ""
    pools = {e.get("id") or "" for e in root.iter(q("participant")) if ref(e.get("processRef")) == id}
    calls = {e.get("id") or "" for e in root.iter(q("callActivity")) if ref(e.get("calledElement")) == id}
    if calls & drawn:
        return True
    shapes = [e for e in root.iter(q("BPMNShape", BPMNDI)) if ref(e.get("bpmnElement")) in pools | {id}]
    return bool(shapes) and not any(flag(shape.get("isExpanded")) for shape in shapes)


def _complete(root: etree._Element, scope: etree._Element) -> None:
    drawn = _drawn(root)
    missing = _missing(scope, drawn)
    if not missing or _hidden(root, scope, drawn):
        return
    nodes = [e for e in elements(scope) if bpmn_name(e) in FLOW_NODES]
    known = {e.get("id") or "" for e in nodes} & drawn
    if not known:
        page(root, scope.get("id") or "", arrange(scope))
        return
    plane = _plane(root, known)
    if plane is None:
        return
    boxes = {ref(shape.get("bpmnElement")): box for shape in plane if (box := _box(shape)) is not None}
    rest = arrange(scope, drawn)
    added = Picture()
    left = min(boxes[id][0] for id in known if id in boxes)
    added.place(rest, left, max(y + h for _, y, _, h in boxes.values()) + PAD)
    added.lines = {id: points for id, points in added.lines.items() if id not in drawn}
    boxes |= added.boxes
    for flow in kids(scope, "sequenceFlow"):
        ends = boxes.get(ref(flow.get("sourceRef"))), boxes.get(ref(flow.get("targetRef")))
        id = flow.get("id") or ""
        if id not in drawn and id not in added.lines and ends[0] is not None and ends[1] is not None:
            added.lines[id] = _line(ends[0], ends[1])
    write(root, plane, added)


def _plane(root: etree._Element, known: set[str]) -> etree._Element | None:
    """The page on which one of these is drawn."""
    for plane in root.iter(q("BPMNPlane", BPMNDI)):
        if any(ref(shape.get("bpmnElement")) in known and _box(shape) is not None for shape in plane):
            return plane
    return None


def _box(shape: etree._Element) -> Box | None:
    bounds = shape.find(q("Bounds", DC))
    if bounds is None:
        return None
    try:
        x, y, w, h = (float(bounds.get(name) or 0) for name in ("x", "y", "width", "height"))
    except ValueError:
        return None
    return (x, y, w, h) if all(map(math.isfinite, (x, y, w, h))) else None


def _line(a: Box, b: Box) -> list[tuple[float, float]]:
    """From the right edge to the left where the target lies to the right, else from edge to edge."""
    if b[0] < a[0] + a[2]:
        return straight(a, b)
    start, end = (a[0] + a[2], a[1] + a[3] / 2), (b[0], b[1] + b[3] / 2)
    if abs(start[1] - end[1]) < 1:
        return [start, end]
    bend = (start[0] + end[0]) / 2
    return [start, (bend, start[1]), (bend, end[1]), end]
