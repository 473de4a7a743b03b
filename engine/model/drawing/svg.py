"""A model's diagram as SVG, made on the server: pools, lanes, nodes, flows, wrapped labels, and marks.

It needs no script and no inline style, so it may stand in a page under a strict content security policy; a page
colours what is marked through the CSS classes. Every node is a group with a title that names and describes it.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from html import escape
from itertools import pairwise

from lxml import etree

from engine.model.drawing import signs
from engine.model.drawing.arrangement import layout
from engine.model.drawing.geometry import LETTER, Box, bounds, waypoints, wrap
from engine.model.load import root_of
from engine.model.names import (
    ACTIVITIES,
    BPMNDI,
    EVENTS,
    GATEWAYS,
    SUBPROCESSES,
    THROWS,
    bpmn_name,
    elements,
    flag,
    kid,
    kids,
    q,
    ref,
    text_of,
)
from engine.model.reading import event_definitions

FONT = 'font-family="Be Vietnam Pro, Arial, sans-serif"'
STROKE = 'stroke="#22242a"'


@dataclass
class Canvas:
    """What is drawn, layer by layer, and the rectangle it takes."""

    ids: Mapping[str, etree._Element]
    marks: Mapping[str, str]
    key: str  # ends the ids of this drawing, so that a page may hold several
    back: list[str] = field(default_factory=list)
    flows: list[str] = field(default_factory=list)
    front: list[str] = field(default_factory=list)
    left: float = math.inf
    top: float = math.inf
    right: float = -math.inf
    bottom: float = -math.inf

    def cover(self, *points: tuple[float, float]) -> None:
        for x, y in points:
            self.left, self.right = min(self.left, x), max(self.right, x)
            self.top, self.bottom = min(self.top, y), max(self.bottom, y)

    def group(self, element: etree._Element, inside: str) -> str:
        id = element.get("id") or ""
        kind = bpmn_name(element)
        classes = " ".join(filter(None, ("bpmn", kind, self.marks.get(id, ""))))
        name = " ".join((element.get("name") or "").split())
        title = f"<title>{escape(name or kind)}</title>"
        return f'<g class="{escape(classes)}" data-element="{escape(id)}">{title}{inside}</g>'


def draw(xml: bytes, marks: Mapping[str, str] | None = None, plane: str | None = None) -> str:
    """SVG of a diagram of the model: that of the process or collaboration `plane`, else the first.

    marks: element id → CSS class. A model without a diagram is laid out first. Raises `ModelError`.
    """
    root = root_of(xml)
    if root.find(f".//{q('BPMNShape', BPMNDI)}") is None:
        root = root_of(layout(xml))
    ids = {e.get("id") or "": e for e in root.iter(etree.Element) if e.get("id") and bpmn_name(e)}
    planes = root.findall(f".//{q('BPMNPlane', BPMNDI)}")
    chosen = next((p for p in planes if ref(p.get("bpmnElement")) == plane), planes[0] if planes else None)
    canvas = Canvas(ids, marks or {}, hashlib.sha256(xml + (plane or "").encode()).hexdigest()[:8])
    if chosen is not None:
        for shape in chosen.findall(q("BPMNShape", BPMNDI)):
            _shape(canvas, shape)
        for edge in chosen.findall(q("BPMNEdge", BPMNDI)):
            _edge(canvas, edge)
    return _document(canvas, _title(root, chosen))


def _title(root: etree._Element, plane: etree._Element | None) -> str:
    names = [p.get("name") or "" for p in root.iter(q("participant"), q("process"))]
    own = "" if plane is None else ref(plane.get("bpmnElement"))
    named = [p.get("name") or "" for p in root.iter(q("process")) if p.get("id") == own]
    return next(filter(None, named + names), "BPMN")


def _document(canvas: Canvas, title: str) -> str:
    if canvas.left > canvas.right:
        canvas.cover((0, 0), (100, 40))
    pad = 12
    x, y = canvas.left - pad, canvas.top - pad
    width, height = canvas.right - canvas.left + 2 * pad, canvas.bottom - canvas.top + 2 * pad
    names = [" ".join((e.get("name") or "").split()) for e in canvas.ids.values() if bpmn_name(e) in ACTIVITIES]
    description = "; ".join(filter(None, names))
    arrow = "".join(
        f'<marker id="{id}-{canvas.key}" viewBox="0 0 10 10" refX="{at}" refY="5" markerWidth="8" markerHeight="8" '
        f'orient="auto-start-reverse"><path d="{d}" fill="{fill}" {STROKE} stroke-width="1"/></marker>'
        for id, d, fill, at in (
            ("bpmn-flow", "M0 0L10 5L0 10Z", "#22242a", 10),
            ("bpmn-message", "M0 0L10 5L0 10Z", "#ffffff", 10),
            ("bpmn-data", "M0 0L10 5L0 10", "none", 10),
            ("bpmn-origin", "M1 5A4 4 0 1 0 9 5A4 4 0 1 0 1 5", "#ffffff", 5),
        )
    )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" class="bpmn-drawing" role="img" '
        f'aria-labelledby="bpmn-title-{canvas.key} bpmn-desc-{canvas.key}" '
        f'viewBox="{x:g} {y:g} {width:g} {height:g}" width="{width:g}" height="{height:g}">'
        f'<title id="bpmn-title-{canvas.key}">{escape(title)}</title>'
        f'<desc id="bpmn-desc-{canvas.key}">{escape(description)}</desc>'
        f"<defs>{arrow}</defs>{''.join(canvas.back)}{''.join(canvas.flows)}{''.join(canvas.front)}</svg>"
    )


def _shape(canvas: Canvas, shape: etree._Element) -> None:
    element = canvas.ids.get(ref(shape.get("bpmnElement")))
    box = bounds(shape)
    if element is None or box is None:
        return
    canvas.cover((box.x, box.y), (box.x + box.width, box.y + box.height))
    kind = bpmn_name(element)
    if kind in ("participant", "lane"):
        canvas.back.append(canvas.group(element, _pool(canvas, element, box, flag(shape.get("isHorizontal"), True))))
        return
    if kind in EVENTS:
        inside = _event(canvas, element, box)
    elif kind in GATEWAYS:
        inside = _gateway(element, box, flag(shape.get("isMarkerVisible"), True))
    elif kind in ACTIVITIES:
        expanded = kind in SUBPROCESSES and flag(shape.get("isExpanded"), len(element) > 0 and box.width > 150)
        (canvas.back if expanded else canvas.front).append(canvas.group(element, _activity(element, box, expanded)))
        return
    else:
        inside = _artifact(element, box)
    label = shape.find(q("BPMNLabel", BPMNDI))
    place = bounds(label) if label is not None else None
    name = element.get("name") or ""
    if name and kind not in ("textAnnotation", "group"):
        x, y = box.middle[0], box.y + box.height + 14
        if place is not None and place.width > 1:
            x, y = place.middle[0], place.y + 10
        inside += _text(canvas, name, x, y, max(place.width + 12, 90) if place else 100, 11)
    canvas.front.append(canvas.group(element, inside))


def _pool(canvas: Canvas, element: etree._Element, box: Box, horizontal: bool) -> str:
    rectangle = _rectangle(box, "#ffffff", 1.5)
    name, strip = element.get("name") or "", 30
    deep = not element.get("processRef") and bpmn_name(element) == "participant"
    if deep:
        return rectangle + _text(canvas, name, *box.middle, box.width - 10, 12, centred=True)
    if bpmn_name(element) == "participant":
        end = f"V{box.y + box.height:g}" if horizontal else f"H{box.x + box.width:g}"
        start = f"M{box.x + strip:g} {box.y:g}" if horizontal else f"M{box.x:g} {box.y + strip:g}"
        rectangle += f'<path d="{start}{end}" fill="none" {STROKE} stroke-width="1.5"/>'
    if not horizontal:
        return rectangle + _text(canvas, name, box.middle[0], box.y + 19, box.width - 8, 12)
    x, y = box.x + strip / 2, box.middle[1]
    lines = wrap(name, box.height - 10, 12)[:2]
    turned = " ".join(
        f'<tspan x="0" y="{4 + 13 * (i - (len(lines) - 1) / 2):g}">{escape(line)}</tspan>'
        for i, line in enumerate(lines)
    )
    return rectangle + (
        f'<text transform="translate({x:g} {y:g}) rotate(-90)" text-anchor="middle" font-size="12" {FONT} '
        f'fill="#22242a">{turned}</text>'
    )


def _event(canvas: Canvas, element: etree._Element, box: Box) -> str:
    x, y = box.middle
    radius = min(box.width, box.height) / 2
    kind = bpmn_name(element)
    quiet = (kind == "boundaryEvent" and not flag(element.get("cancelActivity"), True)) or (
        kind == "startEvent" and not flag(element.get("isInterrupting"), True)
    )
    dashed = ' stroke-dasharray="4 3"' if quiet else ""
    width = 3.5 if kind == "endEvent" else 1.6
    rings = f'<circle cx="{x:g}" cy="{y:g}" r="{radius:g}" fill="#ffffff" {STROKE} stroke-width="{width}"{dashed}/>'
    if kind not in ("startEvent", "endEvent"):
        rings += f'<circle cx="{x:g}" cy="{y:g}" r="{radius - 3:g}" fill="none" {STROKE} stroke-width="1.4"{dashed}/>'
    kinds = [
        event_definitions.KINDS[bpmn_name(e)] for e in elements(element) if bpmn_name(e) in event_definitions.KINDS
    ]
    for reference in kids(element, "eventDefinitionRef"):
        target = canvas.ids.get(ref(text_of(reference)))
        if target is not None and bpmn_name(target) in event_definitions.KINDS:
            kinds.append(event_definitions.KINDS[bpmn_name(target)])
    if not kinds:
        return rings
    sign = str(kinds[0])
    if len(kinds) > 1:
        sign = "parallelMultiple" if flag(element.get("parallelMultiple")) else "multiple"
    scale = radius / 18
    inside = signs.event(sign, 0, 0, kind in THROWS)
    return rings + f'<g transform="translate({x:g} {y:g}) scale({scale:g})">{inside}</g>'


def _gateway(element: etree._Element, box: Box, marked: bool) -> str:
    x, y = box.middle
    corners = f"{x:g},{box.y:g} {box.x + box.width:g},{y:g} {x:g},{box.y + box.height:g} {box.x:g},{y:g}"
    diamond = f'<polygon points="{corners}" fill="#ffffff" {STROKE} stroke-width="1.6"/>'
    inside = signs.gateway(bpmn_name(element), 0, 0, marked)
    return diamond + f'<g transform="translate({x:g} {y:g}) scale({min(box.width, box.height) / 50:g})">{inside}</g>'


def _activity(element: etree._Element, box: Box, expanded: bool) -> str:
    kind = bpmn_name(element)
    dash = ' stroke-dasharray="2 4"' if kind == "subProcess" and flag(element.get("triggeredByEvent")) else ""
    body = _rectangle(box, "#ffffff", 4 if kind == "callActivity" else 1.6, radius=10, extra=dash)
    if kind == "transaction":
        body += _rectangle(Box(box.x + 3, box.y + 3, box.width - 6, box.height - 6), "none", 1.4, radius=8)
    body += signs.task(kind, box.x + 15, box.y + 14)
    marks = _markers(element, kind, expanded)
    for index, mark in enumerate(marks):
        x = box.middle[0] + 18 * (index - (len(marks) - 1) / 2)
        body += signs.marker(mark, x, box.y + box.height - 10)
    name = element.get("name") or ""
    if expanded:
        return body + _text(None, name, box.middle[0], box.y + 18, box.width - 20, 12)
    return body + _text(None, name, *box.middle, box.width - 10, 12, centred=True, height=box.height - 8)


def _markers(element: etree._Element, kind: str, expanded: bool) -> list[str]:
    found = []
    if flag(element.get("isForCompensation")):
        found.append("compensate")
    if kid(element, "standardLoopCharacteristics") is not None:
        found.append("loop")
    multiple = kid(element, "multiInstanceLoopCharacteristics")
    if multiple is not None:
        found.append("sequential" if flag(multiple.get("isSequential")) else "parallel")
    if (kind in SUBPROCESSES and not expanded) or kind == "callActivity":
        found.append("collapsed")
    if kind == "adHocSubProcess":
        found.append("adHoc")
    return found


def _artifact(element: etree._Element, box: Box) -> str:
    kind = bpmn_name(element)
    x, y, w, h = box.x, box.y, box.width, box.height
    if kind == "textAnnotation":
        line = f'<path d="M{x + 10:g} {y:g}H{x:g}V{y + h:g}H{x + 10:g}" fill="none" {STROKE} stroke-width="1.4"/>'
        return line + _text(None, text_of(kid(element, "text")), x + 8, y + 14, w - 8, 11, anchor="start")
    if kind == "group":
        return _rectangle(box, "none", 1.4, radius=10, extra=' stroke-dasharray="8 4 2 4"')
    if kind in ("dataStoreReference", "dataStore"):
        top = f"M{x:g} {y + 8:g}C{x:g} {y - 3:g} {x + w:g} {y - 3:g} {x + w:g} {y + 8:g}"
        rest = f"V{y + h - 8:g}C{x + w:g} {y + h + 3:g} {x:g} {y + h + 3:g} {x:g} {y + h - 8:g}Z"
        lid = f"M{x:g} {y + 8:g}C{x:g} {y + 18:g} {x + w:g} {y + 18:g} {x + w:g} {y + 8:g}"
        return (
            f'<path d="{top}{rest}" fill="#ffffff" {STROKE} stroke-width="1.6"/>'
            f'<path d="{lid}" fill="none" {STROKE} stroke-width="1.6"/>'
        )
    fold = min(w, h) / 3
    page = f"M{x:g} {y:g}H{x + w - fold:g}L{x + w:g} {y + fold:g}V{y + h:g}H{x:g}Z"
    corner = f"M{x + w - fold:g} {y:g}V{y + fold:g}H{x + w:g}"
    return (
        f'<path d="{page}" fill="#ffffff" {STROKE} stroke-width="1.6"/>'
        f'<path d="{corner}" fill="none" {STROKE} stroke-width="1.6"/>'
    )


def _edge(canvas: Canvas, edge: etree._Element) -> None:
    element = canvas.ids.get(ref(edge.get("bpmnElement")))
    points = waypoints(edge)
    if element is None or len(points) < 2:
        return
    canvas.cover(*points)
    kind = bpmn_name(element)
    path = "M" + "L".join(f"{x:g} {y:g}" for x, y in points)
    ends, dash = _end(canvas, "flow"), ""
    if kind == "messageFlow":
        ends = f' marker-start="url(#bpmn-origin-{canvas.key})"' + _end(canvas, "message")
        dash = ' stroke-dasharray="7 4"'
    elif kind in ("association", "dataInputAssociation", "dataOutputAssociation"):
        directed = kind != "association" or element.get("associationDirection") in ("One", "Both")
        ends, dash = _end(canvas, "data") if directed else "", ' stroke-dasharray="1.5 4"'
    inside = f'<path d="{path}" fill="none" {STROKE} stroke-width="1.6" stroke-linejoin="round"{dash}{ends}/>'
    if kind == "sequenceFlow":
        inside += _flow_sign(canvas, element, points)
    name = element.get("name") or ""
    label = edge.find(q("BPMNLabel", BPMNDI))
    place = bounds(label) if label is not None else None
    if name:
        x, y = _halfway(points)
        if place is not None and place.width > 1:
            x, y = place.middle[0], place.y + 10
        else:
            y -= 6
        inside += _text(canvas, name, x, y, max(place.width + 12, 80) if place else 100, 11)
    canvas.flows.append(canvas.group(element, inside))


def _end(canvas: Canvas, kind: str) -> str:
    return f' marker-end="url(#bpmn-{kind}-{canvas.key})"'


def _flow_sign(canvas: Canvas, flow: etree._Element, points: list[tuple[float, float]]) -> str:
    """A slash on a default flow, a diamond on a conditional flow of an activity."""
    source = canvas.ids.get(ref(flow.get("sourceRef")))
    if source is None:
        return ""
    (x, y), (a, b) = points[0], points[1]
    length = math.hypot(a - x, b - y) or 1
    dx, dy = (a - x) / length, (b - y) / length
    if ref(source.get("default")) == flow.get("id"):
        cx, cy = x + dx * 11, y + dy * 11
        start, end = (cx - dx * 4 - dy * 5, cy - dy * 4 + dx * 5), (cx + dx * 4 + dy * 5, cy + dy * 4 - dx * 5)
        return f'<path d="M{start[0]:g} {start[1]:g}L{end[0]:g} {end[1]:g}" fill="none" {STROKE} stroke-width="1.6"/>'
    if kid(flow, "conditionExpression") is not None and bpmn_name(source) in ACTIVITIES:
        corners = ((x, y), (x + dx * 8 - dy * 5, y + dy * 8 + dx * 5), (x + dx * 16, y + dy * 16),
                   (x + dx * 8 + dy * 5, y + dy * 8 - dx * 5))  # fmt: skip
        told = " ".join(f"{cx:g},{cy:g}" for cx, cy in corners)
        return f'<polygon points="{told}" fill="#ffffff" {STROKE} stroke-width="1.4"/>'
    return ""


def _halfway(points: list[tuple[float, float]]) -> tuple[float, float]:
    lengths = [math.dist(a, b) for a, b in pairwise(points)]
    rest = sum(lengths) / 2
    for (start, end), length in zip(pairwise(points), lengths, strict=True):
        if rest <= length and length:
            share = rest / length
            return start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share
        rest -= length
    return points[0]


def _rectangle(box: Box, fill: str, width: float, radius: float = 0, extra: str = "") -> str:
    return (
        f'<rect x="{box.x:g}" y="{box.y:g}" width="{box.width:g}" height="{box.height:g}" rx="{radius:g}" '
        f'fill="{fill}" {STROKE} stroke-width="{width:g}"{extra}/>'
    )


def _text(
    canvas: Canvas | None,
    text: str,
    x: float,
    y: float,
    width: float,
    size: float,
    *,
    centred: bool = False,
    anchor: str = "middle",
    height: float | None = None,
) -> str:
    """Wrapped lines; `y` is the first base line, or with `centred` the middle of them all."""
    lines = wrap(text, width, size)
    if not lines:
        return ""
    step = size * 1.2
    if height is not None and len(lines) * step > height:
        keep = max(int(height / step), 1)
        lines = [*lines[: keep - 1], lines[keep - 1][:-1] + "…"] if keep < len(lines) else lines
    top = y - (len(lines) - 1) * step / 2 + size * 0.35 if centred else y
    if canvas is not None:
        half = max(map(len, lines)) * size * LETTER / 2
        canvas.cover((x - half, top - size), (x + half, top + (len(lines) - 1) * step + 3))
    spans = _spans(lines, x, top, step)
    # Outside of shapes lines may pass below a label: a white edge keeps it readable.
    halo = "" if canvas is None else ' stroke="#ffffff" stroke-width="3" paint-order="stroke"'
    return f'<text text-anchor="{anchor}" font-size="{size:g}" {FONT} fill="#22242a"{halo}>{spans}</text>'


def _spans(lines: Iterable[str], x: float, top: float, step: float) -> str:
    # the space is for those who listen, search and copy
    return " ".join(f'<tspan x="{x:g}" y="{top + i * step:g}">{escape(line)}</tspan>' for i, line in enumerate(lines))
