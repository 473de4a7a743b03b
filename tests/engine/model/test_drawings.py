"""Drawings: safe to put into a page, with everything in them; layouts in which nothing lies on anything."""

from __future__ import annotations

import itertools
import random
from pathlib import Path

import pytest
from lxml import etree

from engine.model import ModelError, describe, draw, layout, read
from engine.model.drawing.geometry import bounds, wrap
from tests.engine.model.shapes import flow, line, process, split, task

SVG = "{http://www.w3.org/2000/svg}"
DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
BUNDLES = sorted((Path(__file__).parents[3] / "bpmn").rglob("*.bpmn"))
NESTED = process(
    '<b:laneSet id="ls"><b:lane id="l1" name="Một cửa"><b:flowNodeRef>s</b:flowNodeRef></b:lane><b:lane id="l2" '
    'name="Chuyên viên"><b:flowNodeRef>x</b:flowNodeRef><b:flowNodeRef>e</b:flowNodeRef></b:lane></b:laneSet>'
    '<b:startEvent id="s"/><b:subProcess id="x" name="Thẩm định"><b:startEvent id="i"/><b:userTask id="t" name="Xem"/>'
    '<b:endEvent id="o"/>' + flow("i", "t") + flow("t", "o") + '</b:subProcess><b:endEvent id="e"/>'
    '<b:boundaryEvent id="bd" attachedToRef="x"><b:timerEventDefinition><b:timeDuration>P1D</b:timeDuration>'
    '</b:timerEventDefinition></b:boundaryEvent><b:userTask id="u" name="Nhắc"/>'
    + flow("s", "x") + flow("x", "e") + flow("bd", "u") + flow("u", "e")
)  # fmt: skip


def test_a_drawing_has_no_script_and_no_style_and_names_its_nodes():
    xml = line(task(attributes='name="&lt;script&gt;alert(1)&lt;/script&gt; Duyệt"')).encode()
    root = etree.fromstring(draw(xml, {"x": 'is-active"onload="x'}))
    assert root.get("role") == "img" and root.find(f"{SVG}title").text
    for element in root.iter(etree.Element):
        assert etree.QName(element).localname in (
            "svg", "title", "desc", "defs", "marker", "g", "path", "rect", "circle", "polygon", "text", "tspan"
        )  # fmt: skip
        assert not any(name == "style" or name.startswith("on") for name in element.attrib)
    node = next(g for g in root.iter(f"{SVG}g") if g.get("data-element") == "x")
    assert "userTask" in node.get("class") and "is-active" in node.get("class")
    assert node.find(f"{SVG}title").text.endswith("Duyệt")


@pytest.mark.parametrize("path", BUNDLES, ids=lambda path: path.stem)
def test_every_node_and_flow_of_a_shipped_model_is_drawn(path):
    data = path.read_bytes()
    drawn = {g.get("data-element") for g in etree.fromstring(draw(data)).iter(f"{SVG}g")}
    for process_ in read(data, path.name).processes.values():
        assert {node.id for node in process_.scope.walk()} <= drawn
        assert set(process_.scope.flows) <= drawn


@pytest.mark.parametrize("xml", [NESTED, split(), *(path.read_text("utf-8") for path in BUNDLES)])
def test_a_layout_puts_nothing_on_anything(xml):
    made = layout(xml.encode())
    model = read(made, "m")
    assert not model.errors
    nodes = {n.id: n for p in model.processes.values() for n in p.scope.walk()}
    boxes = {s.get("bpmnElement"): bounds(s) for s in etree.fromstring(made).iter(f"{DI}BPMNShape")}
    assert set(nodes) <= set(boxes)
    for a, b in itertools.combinations(nodes, 2):
        if "boundaryEvent" in (nodes[a].kind, nodes[b].kind) or _around(nodes[a], b) or _around(nodes[b], a):
            continue
        one, two = boxes[a], boxes[b]
        apart = one.x + one.width <= two.x or two.x + two.width <= one.x
        assert apart or one.y + one.height <= two.y or two.y + two.height <= one.y, (a, b)


def _around(node, id: str) -> bool:
    return node.scope is not None and any(inner.id == id for inner in node.scope.walk())


def test_two_drawings_share_no_id():
    ids = [set(etree.fromstring(draw(xml.encode())).xpath("//@id")) for xml in (NESTED, split())]
    assert ids[0] and not ids[0] & ids[1]


def test_labels_are_broken_between_words_and_lose_nothing():
    text = "Phiếu tiếp nhận hồ sơ và hẹn trả kết quả Nghịđịnhthưkýhànhchínhcông"
    lines = wrap(text, 90, 12)
    assert max(map(len, lines)) <= 14
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


def test_no_mutilated_model_makes_anything_but_findings():
    chance = random.Random(11)
    originals = [xml.encode() for xml in (NESTED, split())] + [path.read_bytes() for path in BUNDLES]
    for _ in range(150):
        root = etree.fromstring(chance.choice(originals))
        elements = list(root.iter(etree.Element))
        for _ in range(3):
            victim = chance.choice(elements)
            if chance.random() < 0.5 and victim.getparent() is not None:
                victim.getparent().remove(victim)
            elif victim.attrib:
                victim.set(chance.choice(list(victim.attrib)), chance.choice(["", "s", "= {", "x y"]))
        data = etree.tostring(root)
        try:
            describe(read(data, "m"))
        except ModelError as error:
            assert error.findings
        layout(data)
        draw(data)


def test_wrapped_labels_read_on_with_a_space_and_a_call_has_its_plus():
    xml = line(task(attributes='name="Trả lại giấy tờ cho công dân tại Bộ phận Một cửa"')).encode()
    node = next(g for g in etree.fromstring(draw(xml)).iter(f"{SVG}g") if g.get("data-element") == "x")
    text = node.find(f"{SVG}text")
    assert len(text) > 1
    assert "".join(text.itertext()) == "Trả lại giấy tờ cho công dân tại Bộ phận Một cửa"
    plus = "M-6 -6H6V6H-6ZM0 -4V4M-4 0H4"
    assert plus in draw(xml.replace(b"userTask", b"callActivity")) and plus not in draw(xml)
