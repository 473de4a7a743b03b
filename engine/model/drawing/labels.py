"""Places for the names of events, gateways and flows: beside what they name, where no line, node or other name lies."""

from __future__ import annotations

from collections.abc import Container, Iterator
from itertools import pairwise

from lxml import etree

from engine.model.drawing.geometry import LETTER, Box, bounds, waypoints, wrap
from engine.model.names import BPMNDI, DC, EVENTS, GATEWAYS, SUBPROCESSES, bpmn_name, q, ref

Point = tuple[float, float]

WIDEST, SIZE, LINE = 90, 11, 14  # of a name, as modelers set it
_GAP = 4
_CROSSED, _COVERED, _EDGE = 10, 8, 5  # what a line, a shape or the edge of a lane below a name costs who reads it


def place_labels(root: etree._Element, without: Container[str] = ()) -> None:
    """Gives bounds to the names that lie outside of their element and have none, page by page; the elements of
    `without` stay as they are."""
    elements = {e.get("id"): e for e in root.iter(etree.Element) if bpmn_name(e)}
    for plane in root.iter(q("BPMNPlane", BPMNDI)):
        page = _Page()
        waiting = []
        for drawn in plane:
            element = elements.get(ref(drawn.get("bpmnElement")))
            if element is None or not page.take(drawn, bpmn_name(element)):
                continue
            if (name := element.get("name")) and element.get("id") not in without:
                waiting.append((drawn, name))
        for drawn, name in sorted(waiting, key=lambda one: bounds(one[0]) is None):
            page.name(drawn, name)


class _Page:
    """What lies on a page."""

    def __init__(self) -> None:
        self.lines: list[tuple[Point, Point]] = []
        self.edges: list[tuple[Point, Point]] = []
        self.boxes: list[Box] = []

    def take(self, drawn: etree._Element, kind: str) -> bool:
        """Notes what is drawn; says whether its name is outside of it and waits for a place."""
        box, label = bounds(drawn), drawn.find(q("BPMNLabel", BPMNDI))
        given = bounds(label) if label is not None else None
        self.lines += pairwise(waypoints(drawn))
        self.boxes += [given] if given else []
        if box and kind in {"participant", "lane", *SUBPROCESSES}:
            corners = [(box.x, box.y), (box.x + box.width, box.y), (box.x + box.width, box.y + box.height),
                       (box.x, box.y + box.height)]  # fmt: skip
            self.edges += pairwise([*corners, corners[0]])
        elif box:
            self.boxes.append(box)
        return given is None and kind in {*EVENTS, *GATEWAYS, "sequenceFlow", "messageFlow"}

    def name(self, drawn: etree._Element, name: str) -> None:
        """Writes where its name is read best, the first of equals."""
        lines = wrap(name, WIDEST, SIZE)
        wide, high = max(map(len, lines)) * SIZE * LETTER + _GAP, LINE * len(lines)
        box, line = bounds(drawn), waypoints(drawn)
        spots = _around(box, wide, high) if box else _along(line, wide, high)
        best = min(spots, key=self._cost, default=None)
        if best is None:
            return
        self.boxes.append(best)
        label = drawn.find(q("BPMNLabel", BPMNDI))
        if label is None:
            label = etree.SubElement(drawn, q("BPMNLabel", BPMNDI))
        places = {key: f"{getattr(best, key):g}" for key in ("x", "y", "width", "height")}
        etree.SubElement(label, q("Bounds", DC), places)

    def _cost(self, spot: Box) -> int:
        cost = _CROSSED * sum(_crosses(line, spot) for line in self.lines)
        cost += _COVERED * sum(_overlap(one, spot) for one in self.boxes)
        return cost + _EDGE * sum(_crosses(edge, spot) for edge in self.edges)


def _around(box: Box, wide: float, high: float) -> Iterator[Box]:
    """Below, above, at the corners, then at the sides."""
    middle = box.middle
    above, below = box.y - high - _GAP, box.y + box.height + _GAP
    right, left = middle[0] + _GAP, middle[0] - wide - _GAP
    for x in (middle[0] - wide / 2, right, left):
        yield from (Box(x, y, wide, high) for y in (below, above))
    for x in (box.x + box.width + _GAP, box.x - wide - _GAP):
        yield Box(x, middle[1] - high / 2, wide, high)


def _along(points: list[Point], wide: float, high: float) -> Iterator[Box]:
    """Beside each piece of a line, near its beginning first: there one chooses."""
    for (ax, ay), (bx, by) in pairwise(points):
        length = max(abs(bx - ax) + abs(by - ay), 1)
        for at in (_GAP, length * 0.3, length * 0.5, length * 0.8):
            x, y = ax + (bx - ax) * at / length, ay + (by - ay) * at / length
            if abs(bx - ax) >= abs(by - ay):
                left = x if bx > ax else x - wide
                yield from (Box(left, top, wide, high) for top in (y - high - _GAP, y + _GAP))
            else:
                top = y if by > ay else y - high
                yield from (Box(left, top, wide, high) for left in (x + _GAP, x - wide - _GAP))


def _crosses(line: tuple[Point, Point], box: Box) -> bool:
    """Whether a line passes through a box; of a slanting one its bounds count."""
    (ax, ay), (bx, by) = line
    across = min(ax, bx) < box.x + box.width and max(ax, bx) > box.x
    return across and min(ay, by) < box.y + box.height and max(ay, by) > box.y


def _overlap(a: Box, b: Box) -> bool:
    return a.x < b.x + b.width and b.x < a.x + a.width and a.y < b.y + b.height and b.y < a.y + a.height
