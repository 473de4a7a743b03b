"""A drawing is for people: everything is on it, and nothing lies over anything else."""

from __future__ import annotations

from itertools import combinations, pairwise
from pathlib import Path

import pytest

from tests.bundles.shipped import BPMN, BPMNDI, MODELS, Box, Point, edges, flows, labels, named, nodes, parsed, shapes

every_model = pytest.mark.parametrize("path", MODELS, ids=named)
Segment = tuple[Point, Point]


def segments(path: Path, flow: str) -> list[Segment]:
    return list(pairwise(edges(path)[flow]))


def meet(a: Segment, b: Segment) -> bool:
    """Whether two upright or level segments share a point."""
    (ax1, ay1), (ax2, ay2) = a
    (bx1, by1), (bx2, by2) = b
    return max(min(ax1, ax2), min(bx1, bx2)) <= min(max(ax1, ax2), max(bx1, bx2)) and max(
        min(ay1, ay2), min(by1, by2)
    ) <= min(max(ay1, ay2), max(by1, by2))


def box_of(segment: Segment, margin: float = 0) -> Box:
    (x1, y1), (x2, y2) = segment
    return Box(min(x1, x2) - margin, min(y1, y2) - margin, abs(x1 - x2) + 2 * margin, abs(y1 - y2) + 2 * margin)


def touches(box: Box, segment: Segment) -> bool:
    other = box_of(segment)
    return (
        (box.x < other.x + other.width and other.x < box.x + box.width)
        or (other.width == 0 and box.x < other.x < box.x + box.width)
    ) and (
        (box.y < other.y + other.height and other.y < box.y + box.height)
        or (other.height == 0 and box.y < other.y < box.y + box.height)
    )


@every_model
def test_every_node_has_a_shape_and_every_flow_an_edge(path: Path) -> None:
    assert set(nodes(path)) <= set(shapes(path))
    assert set(flows(path)) == set(edges(path))
    assert {lane.get("id") for lane in parsed(path).iter(f"{BPMN}lane")} <= set(shapes(path))


@every_model
def test_every_node_lies_in_its_lane_and_in_no_other(path: Path) -> None:
    for lane in parsed(path).iter(f"{BPMN}lane"):
        for reference in lane.iter(f"{BPMN}flowNodeRef"):
            assert shapes(path)[reference.text].inside(shapes(path)[lane.get("id")]) or (
                nodes(path)[reference.text].tag == f"{BPMN}boundaryEvent"
            ), reference.text
    named_in_lanes = [r.text for r in parsed(path).iter(f"{BPMN}flowNodeRef")]
    top = {id for id, node in nodes(path).items() if node.getparent().tag == f"{BPMN}process"}
    assert sorted(named_in_lanes) == sorted(top)


@every_model
def test_no_two_nodes_overlap(path: Path) -> None:
    for a, b in combinations(nodes(path), 2):
        one, two = nodes(path)[a], nodes(path)[b]
        if one in two.iterancestors() or two in one.iterancestors():
            continue
        if a in (two.get("attachedToRef"),) or b in (one.get("attachedToRef"),):
            continue
        assert not shapes(path)[a].overlaps(shapes(path)[b]), (a, b)


@every_model
def test_lines_are_upright_or_level_and_end_at_their_nodes(path: Path) -> None:
    for flow, (source, target) in flows(path).items():
        for (x1, y1), (x2, y2) in segments(path, flow):
            assert x1 == x2 or y1 == y2, flow
        for (x, y), node in ((edges(path)[flow][0], source), (edges(path)[flow][-1], target)):
            box = shapes(path)[node]
            on_side = x in (box.x, box.x + box.width) and box.y <= y <= box.y + box.height
            on_top = y in (box.y, box.y + box.height) and box.x <= x <= box.x + box.width
            assert on_side or on_top, (flow, node)


@every_model
def test_no_two_lines_cross_or_touch(path: Path) -> None:
    for a, b in combinations(flows(path), 2):
        for one in segments(path, a):
            for two in segments(path, b):
                assert not meet(one, two), (a, b)


@every_model
def test_no_line_runs_through_a_node(path: Path) -> None:
    around = {id: {e.get("id") for e in node.iterancestors()} for id, node in nodes(path).items()}
    for flow, (source, target) in flows(path).items():
        for id in nodes(path):
            if id in (source, target) or id in around[source] or nodes(path)[source].get("attachedToRef") == id:
                continue
            for segment in segments(path, flow):
                assert not touches(shapes(path)[id], segment), (flow, id)


@every_model
def test_labels_lie_free_of_nodes_of_each_other_and_of_lines(path: Path) -> None:
    outside = [id for id, node in nodes(path).items() if node.tag.endswith(("Event", "Gateway")) and node.get("name")]
    outside += [flow.get("id") for flow in parsed(path).iter(f"{BPMN}sequenceFlow") if flow.get("name")]
    assert set(outside) <= set(labels(path)), "a name without a place lies where its tool puts it, on a line"
    for a, b in combinations(labels(path), 2):
        assert not labels(path)[a].overlaps(labels(path)[b]), (a, b)
    containers = {id for id, node in nodes(path).items() if node.tag == f"{BPMN}subProcess"}
    for owner, box in labels(path).items():
        for id in set(nodes(path)) - containers:
            assert not box.overlaps(shapes(path)[id]) or id == owner, (owner, id)
        for flow in flows(path):
            for segment in segments(path, flow):
                assert not touches(box, segment), (owner, flow)


@every_model
def test_the_way_runs_from_left_to_right(path: Path) -> None:
    """Most lines go to the right or straight up and down; only a return goes left, and it enters what was before."""
    forward = sum(edges(path)[f][0][0] <= edges(path)[f][-1][0] for f in flows(path))
    assert forward >= 0.8 * len(flows(path))


@every_model
def test_names_are_there_and_short_enough_to_read(path: Path) -> None:
    for id, node in nodes(path).items():
        kind = node.tag.removeprefix(BPMN)
        merges = kind in ("exclusiveGateway", "parallelGateway") and (
            kind == "parallelGateway" or sum(source == id for source, _ in flows(path).values()) == 1
        )
        assert node.get("name") or merges, f"{id} has no name"
        assert len(node.get("name") or "") <= 40, id
    for flow in parsed(path).iter(f"{BPMN}sequenceFlow"):
        assert flow.get("name") or flow.find(f"{BPMN}conditionExpression") is None, flow.get("id")


@every_model
def test_the_plane_draws_nothing_that_the_model_does_not_have(path: Path) -> None:
    known = {element.get("id") for element in parsed(path).iter() if isinstance(element.tag, str)}
    kinds = [f"{BPMNDI}{kind}" for kind in ("BPMNShape", "BPMNEdge", "BPMNPlane")]
    drawn = {drawing.get("bpmnElement") for drawing in parsed(path).iter(*kinds)}
    assert drawn <= known
