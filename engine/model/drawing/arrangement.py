"""A diagram for a model that has none: left to right in layers, lanes as rows of their own, nothing on top of
anything else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container
from dataclasses import dataclass, field

from lxml import etree

from engine.model.drawing.labels import place_labels
from engine.model.load import root_of
from engine.model.names import (
    BPMNDI,
    DC,
    DI,
    EVENTS,
    FLOW_NODES,
    GATEWAYS,
    SUBPROCESSES,
    bpmn_name,
    elements,
    kids,
    q,
    ref,
    text_of,
)

GAP_X, GAP_Y, PAD, STRIP = 60.0, 50.0, 30.0, 30.0
_ARTIFACTS = {"dataObjectReference": (36.0, 50.0), "dataStoreReference": (50.0, 50.0), "textAnnotation": (140.0, 50.0)}
Point = tuple[float, float]


@dataclass
class Picture:
    """Where everything of one scope lies, from (0, 0) on."""

    width: float = 0
    height: float = 0
    boxes: dict[str, tuple[float, float, float, float]] = field(default_factory=dict)
    lines: dict[str, list[Point]] = field(default_factory=dict)
    lanes: list[tuple[str, float, float, int]] = field(default_factory=list)  # id, top, height, lanes around it

    def place(self, other: Picture, dx: float, dy: float) -> None:
        for id, (x, y, w, h) in other.boxes.items():
            self.boxes[id] = (x + dx, y + dy, w, h)
        for id, points in other.lines.items():
            self.lines[id] = [(x + dx, y + dy) for x, y in points]


def layout(xml: bytes) -> bytes:
    """The same model with a diagram in place of any it had. Flows without an id get one. Raises `ModelError`."""
    root = root_of(xml)
    for old in root.findall(q("BPMNDiagram", BPMNDI)):
        root.remove(old)
    name_all(root)
    collaboration = next((e for e in elements(root) if bpmn_name(e) == "collaboration"), None)
    processes = [e for e in elements(root) if bpmn_name(e) == "process"]
    pools = set()
    if collaboration is not None:
        pools = {ref(e.get("processRef")) for e in kids(collaboration, "participant")}
        page(root, collaboration.get("id") or "", _pools(collaboration, processes))
    for process in processes:
        if process.get("id") not in pools:
            page(root, process.get("id") or "", arrange(process))
    place_labels(root)
    return etree.tostring(root.getroottree(), xml_declaration=True, encoding="UTF-8")


def name_all(root: etree._Element) -> None:
    """Gives an id to everything that is drawn and has none."""
    used = {e.get("id") for e in root.iter(etree.Element)}
    number = 0
    for element in root.iter(etree.Element):
        wanted = bpmn_name(element) in FLOW_NODES | {"sequenceFlow", "process", "collaboration", "participant",
                                                     "messageFlow", "association", "lane", *_ARTIFACTS}  # fmt: skip
        while wanted and not element.get("id"):
            number += 1
            if f"{bpmn_name(element)}_{number}" not in used:
                element.set("id", f"{bpmn_name(element)}_{number}")


def _free(root: etree._Element, id: str) -> str:
    """An id that nothing in the file has yet."""
    used = {e.get("id") for e in root.iter(etree.Element)}
    while id in used:
        id += "_"
    return id


def _size(element: etree._Element, inner: Picture | None) -> tuple[float, float]:
    kind = bpmn_name(element)
    if kind in EVENTS:
        return 36, 36
    if kind in GATEWAYS:
        return 50, 50
    if inner is not None:
        return max(inner.width + 2 * PAD, 120), max(inner.height + 2 * PAD + 10, 100)
    return 120, 80


@dataclass
class Grid:
    """The nodes of a scope in columns (how far from a start) and rows (lane by lane)."""

    nodes: dict[str, etree._Element]
    flows: list[tuple[str, str, str]]  # id, source, target
    hosts: dict[str, str]
    column: dict[str, int] = field(default_factory=dict)
    row: dict[str, int] = field(default_factory=dict)
    taken: set[tuple[int, int]] = field(default_factory=set)


def arrange(parent: etree._Element, without: Container[str] = ()) -> Picture:
    """Where the nodes, flows and notes of a process or subprocess lie, those of `without` left out."""
    nodes = {e.get("id") or "": e for e in elements(parent) if bpmn_name(e) in FLOW_NODES}
    nodes = {id: e for id, e in nodes.items() if id not in without}
    attached = {id: ref(e.get("attachedToRef")) for id, e in nodes.items() if bpmn_name(e) == "boundaryEvent"}
    hosts = {id: host for id, host in attached.items() if host in nodes and host not in attached}
    flows = []
    for flow in kids(parent, "sequenceFlow"):
        start, end = ref(flow.get("sourceRef")), ref(flow.get("targetRef"))
        if start in nodes and end in nodes and end not in hosts:
            flows.append((flow.get("id") or "", start, end))
    grid = Grid(nodes, flows, hosts)
    _columns(grid)
    lanes = [] if without else _lanes(parent)
    _rows(grid, lanes)
    return _draw(parent, grid, lanes, without)


def _columns(grid: Grid) -> None:
    """The longest way from a start, flows that lead back left out."""
    after: dict[str, list[str]] = defaultdict(list)
    for _, start, end in grid.flows:
        after[grid.hosts.get(start, start)].append(end)
    real = [id for id in grid.nodes if id not in grid.hosts]
    entered = {end for ends in after.values() for end in ends}
    order: list[str] = []
    state: dict[str, int] = {}
    forward: dict[str, list[str]] = defaultdict(list)
    for origin in sorted(real, key=lambda id: (id in entered, bpmn_name(grid.nodes[id]) != "startEvent")):
        stack = [(origin, 0)] if origin not in state else []
        while stack:
            node, at = stack.pop()
            state[node] = 1
            if at < len(after[node]):
                stack.append((node, at + 1))
                target = after[node][at]
                if state.get(target) != 1:
                    forward[node].append(target)
                if target not in state:
                    stack.append((target, 0))
            else:
                state[node] = 2
                order.append(node)
    grid.column = dict.fromkeys(real, 0)
    for node in reversed(order):
        for target in forward[node]:
            grid.column[target] = max(grid.column[target], grid.column[node] + 1)


def _lanes(parent: etree._Element) -> list[tuple[etree._Element, set[str]]]:
    """The innermost lanes in order, each with its nodes."""
    found = []
    for lane in parent.iter(q("lane")):
        if lane.find(f"{q('childLaneSet')}/{q('lane')}") is None:
            found.append((lane, {ref(text_of(e)) for e in kids(lane, "flowNodeRef")}))
    return found if bpmn_name(parent) == "process" else []


def _around(lane: etree._Element) -> list[etree._Element]:
    return [a for a in lane.iterancestors() if bpmn_name(a) == "lane"]


def _nested(rows: list[tuple[etree._Element, float, float]]) -> list[tuple[str, float, float, int]]:
    """The lanes with those around them, which reach from the first of theirs to the last."""
    found: dict[str, tuple[str, float, float, int]] = {}
    for lane, top, height in rows:
        for outer in reversed(_around(lane)):
            id = outer.get("id") or ""
            start = found[id][1] if id in found else top
            found[id] = (id, start, top + height - start, len(_around(outer)))
        found[lane.get("id") or ""] = (lane.get("id") or "", top, height, len(_around(lane)))
    return list(found.values())


def _rows(grid: Grid, lanes: list[tuple[etree._Element, set[str]]]) -> None:
    """Each node in the row of what leads to it, else in the next free one of its lane."""
    lane_of = {id: index for index, (_, members) in enumerate(lanes) for id in members}
    before: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for _, start, end in grid.flows:
        # What a boundary event leads to goes below, so that the main way stays straight.
        before[end].append((grid.hosts.get(start, start), 1 if start in grid.hosts else 0))
    offsets: dict[str, tuple[int, int]] = {}
    used: dict[int, set[tuple[int, int]]] = defaultdict(set)
    for id in sorted(grid.column, key=lambda n: grid.column[n]):
        lane, column = lane_of.get(id, 0), grid.column[id]
        known = [offsets[b][1] + down for b, down in before[id] if b in offsets and offsets[b][0] == lane]
        row = known[0] if known else 0
        if not known and not before[id]:
            row = 1 + max((r for _, r in used[lane]), default=-1)
        while (column, row) in used[lane]:
            row += 1
        used[lane].add((column, row))
        offsets[id] = (lane, row)
    base = 0
    for lane in range(max(len(lanes), 1)):
        for id, (own, row) in offsets.items():
            if own == lane:
                grid.row[id] = base + row
        base += 1 + max((row for own, row in offsets.values() if own == lane), default=0)
    grid.taken = {(grid.column[id], grid.row[id]) for id in grid.column}


def _draw(
    parent: etree._Element, grid: Grid, lanes: list[tuple[etree._Element, set[str]]], without: Container[str]
) -> Picture:
    inner = {
        id: arrange(e)
        for id, e in grid.nodes.items()
        if bpmn_name(e) in SUBPROCESSES and any(bpmn_name(c) in FLOW_NODES for c in elements(e))
    }
    sizes = {id: _size(e, inner.get(id)) for id, e in grid.nodes.items()}
    columns = 1 + max(grid.column.values(), default=0)
    rows = 1 + max(grid.row.values(), default=0)
    wide, high = [100.0] * columns, [80.0] * rows
    for id, column in grid.column.items():
        wide[column] = max(wide[column], sizes[id][0])
        high[grid.row[id]] = max(high[grid.row[id]], sizes[id][1])
    left = [sum(wide[:c]) + GAP_X * c for c in range(columns + 1)]
    top = [sum(high[:r]) + GAP_Y * r + GAP_Y / 2 for r in range(rows + 1)]
    picture = Picture(left[-1] - GAP_X, top[-1] - GAP_Y / 2)
    for id, column in grid.column.items():
        w, h = sizes[id]
        x, y = left[column] + (wide[column] - w) / 2, top[grid.row[id]] + (high[grid.row[id]] - h) / 2
        picture.boxes[id] = (x, y, w, h)
        if id in inner:
            picture.place(inner[id], x + (w - inner[id].width) / 2, y + PAD + 10)
    count: dict[str, int] = defaultdict(int)
    for id, host in grid.hosts.items():
        x, y, w, h = picture.boxes.get(host, (0, 0, 100, 80))
        picture.boxes[id] = (x + w - 50 - 42 * count[host], y + h - 18, 36, 36)
        count[host] += 1
    for id, start, end in grid.flows:
        picture.lines[id] = _route(picture, grid, start, end, left, wide, top, high)
    _artifacts(parent, picture, without)
    bottom = 0.0
    bands = []
    for index, (lane, members) in enumerate(lanes):
        own = [grid.row[m] for m in members if m in grid.row] or [0]
        edge = picture.height
        if index < len(lanes) - 1:
            edge = top[max(own)] + high[max(own)] + GAP_Y / 2
        bands.append((lane, bottom, max(edge - bottom, 60)))
        bottom = max(edge, bottom + 60)
    picture.lanes = _nested(bands)
    picture.height = max(picture.height, bottom)
    return picture


def _route(
    picture: Picture, grid: Grid, start: str, end: str,
    left: list[float], wide: list[float], top: list[float], high: list[float],
) -> list[Point]:  # fmt: skip
    """A line of right angles that passes between rows and columns, not through nodes."""
    x, y, w, h = picture.boxes[start]
    a, b, c, d = picture.boxes[end]
    host = grid.hosts.get(start, start)
    from_column, to_column, to_row = grid.column[host], grid.column[end], grid.row[end]
    target = (a, b + d / 2)
    if start in grid.hosts:
        drop = top[grid.row[host]] + high[grid.row[host]] + GAP_Y / 2
        middle = a - GAP_X / 2
        return [(x + w / 2, y + h), (x + w / 2, drop), (middle, drop), (middle, target[1]), target]
    out = (x + w, y + h / 2)
    if to_column <= from_column:  # back: below both rows
        under = top[max(grid.row[host], to_row)] + high[max(grid.row[host], to_row)] + GAP_Y / 2 - 6
        return [(x + w / 2, y + h), (x + w / 2, under), (a + c / 2, under), (a + c / 2, b + d)]
    between = range(from_column + 1, to_column)
    if all((column, to_row) not in grid.taken for column in between):
        if abs(out[1] - target[1]) < 1:
            return [out, target]
        step = 1 if to_row > grid.row[host] else -1
        passed = range(grid.row[host] + step, to_row + step, step)
        if bpmn_name(grid.nodes[start]) in GATEWAYS and all((from_column, r) not in grid.taken for r in passed):
            edge = y + h if target[1] > out[1] else y
            return [(x + w / 2, edge), (x + w / 2, target[1]), target]
        bend = left[from_column] + wide[from_column] + GAP_X / 2
        return [out, (bend, out[1]), (bend, target[1]), target]
    bend = left[from_column] + wide[from_column] + GAP_X / 2
    last = left[to_column] - GAP_X / 2
    if all((column, grid.row[host]) not in grid.taken for column in between):
        return [out, (last, out[1]), (last, target[1]), target]
    lane = top[to_row] - GAP_Y / 2 + 6
    return [out, (bend, out[1]), (bend, lane), (last, lane), (last, target[1]), target]


def _artifacts(parent: etree._Element, picture: Picture, without: Container[str]) -> None:
    """Data and notes in a row of their own below, their lines straight."""
    x, height = 0.0, picture.height
    for element in elements(parent):
        size = _ARTIFACTS.get(bpmn_name(element))
        if size is None or element.get("id") in without:
            continue
        picture.boxes[element.get("id") or ""] = (x, height + 10, *size)
        x += size[0] + 50
        picture.height, picture.width = height + size[1] + 40, max(picture.width, x)
    for link in kids(parent, "association"):
        ends = [picture.boxes.get(ref(link.get(name))) for name in ("sourceRef", "targetRef")]
        if ends[0] is not None and ends[1] is not None:
            picture.lines[link.get("id") or ""] = straight(ends[0], ends[1])


def straight(a: tuple[float, float, float, float], b: tuple[float, float, float, float]) -> list[Point]:
    """A line between two boxes, from the lower edge of the upper one to the upper edge of the other."""
    upper, lower = (a, b) if a[1] <= b[1] else (b, a)
    line = [(upper[0] + upper[2] / 2, upper[1] + upper[3]), (lower[0] + lower[2] / 2, lower[1])]
    return line if upper is a else line[::-1]


def _pools(collaboration: etree._Element, processes: list[etree._Element]) -> Picture:
    """Pools below one another, each with its process; empty pools are thin."""
    whole, y = Picture(), 0.0
    by_id = {p.get("id"): p for p in processes}
    drawn = []
    for participant in kids(collaboration, "participant"):
        process = by_id.get(ref(participant.get("processRef")))
        picture = arrange(process) if process is not None else Picture(400, 60)
        drawn.append((participant.get("id") or "", picture))
    depth = max((lane[3] for _, p in drawn for lane in p.lanes), default=0)
    width = max((p.width for _, p in drawn), default=400) + (2 + depth) * STRIP + 2 * PAD
    for id, picture in drawn:
        whole.boxes[id] = (0, y, width, picture.height)
        whole.place(picture, (2 + depth) * STRIP + PAD, y)
        for lane, top, height, inside in picture.lanes:
            left = (1 + inside) * STRIP
            whole.boxes[lane] = (left, y + top, width - left, height)
        y += picture.height + 40
    pools = {id for id, _ in drawn}
    for flow in kids(collaboration, "messageFlow"):
        names = ref(flow.get("sourceRef")), ref(flow.get("targetRef"))
        ends = [whole.boxes.get(name) for name in names]
        if ends[0] is None or ends[1] is None:
            continue
        for pool, other in ((0, 1), (1, 0)):
            if names[pool] in pools and names[other] not in pools:  # a pool is as wide as the page: straight to it
                _, top, _, height = ends[pool] or (0, 0, 0, 0)
                x, _, w, _ = ends[other] or (0, 0, 0, 0)
                ends[pool] = (x, top, w, height)
        whole.lines[flow.get("id") or ""] = straight(ends[0], ends[1])
    whole.width, whole.height = width, y
    return whole


def page(root: etree._Element, subject: str, picture: Picture) -> None:
    """Adds a diagram of its own for what has the id `subject`."""
    spaces = {"bpmndi": BPMNDI, "dc": DC, "di": DI}
    diagram = etree.Element(q("BPMNDiagram", BPMNDI), nsmap=spaces, id=_free(root, f"diagram_{subject}"))
    plane = etree.SubElement(diagram, q("BPMNPlane", BPMNDI), id=_free(root, f"plane_{subject}"), bpmnElement=subject)
    after = [e for e in elements(root) if bpmn_name(e) == "relationship"]
    root.insert(root.index(after[0]) if after else len(root), diagram)
    depth = max((lane[3] for lane in picture.lanes), default=0)
    for lane, top, height, inside in picture.lanes:
        left = -PAD - STRIP * (1 + depth - inside)
        picture.boxes.setdefault(lane, (left, top, picture.width + PAD - left, height))
    write(root, plane, picture)


def write(root: etree._Element, plane: etree._Element, picture: Picture) -> None:
    """Adds the shapes and edges of a picture to a plane: what is around others first."""
    kinds = {e.get("id"): e for e in root.iter(etree.Element) if bpmn_name(e)}
    used = {e.get("id") for e in root.iter(etree.Element)}
    order = {"participant": 0, "lane": 1, "subProcess": 2, "transaction": 2, "adHocSubProcess": 2}

    def add(name: str, of: str) -> etree._Element:
        id = f"{of}_di"
        while id in used:
            id += "_"
        used.add(id)
        return etree.SubElement(plane, q(name, BPMNDI), id=id, bpmnElement=of)

    for id, (x, y, w, h) in sorted(picture.boxes.items(), key=lambda b: order.get(bpmn_name(kinds[b[0]]), 3)):
        element = kinds[id]
        shape = add("BPMNShape", id)
        if bpmn_name(element) in ("participant", "lane"):
            shape.set("isHorizontal", "true")
        elif bpmn_name(element) in SUBPROCESSES:
            shape.set("isExpanded", "true" if any(bpmn_name(e) in FLOW_NODES for e in elements(element)) else "false")
        elif bpmn_name(element) == "exclusiveGateway":
            shape.set("isMarkerVisible", "true")
        etree.SubElement(shape, q("Bounds", DC), x=f"{x:g}", y=f"{y:g}", width=f"{w:g}", height=f"{h:g}")
    for id, points in picture.lines.items():
        if not id:
            continue
        edge = add("BPMNEdge", id)
        for x, y in points:
            etree.SubElement(edge, q("waypoint", DI), x=f"{x:g}", y=f"{y:g}")
