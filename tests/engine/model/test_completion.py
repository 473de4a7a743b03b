"""What is drawn stays as it is; what is not drawn is added, and the file goes out with all that it came with."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

from engine.model import export, layout, read
from tests.engine.model.shapes import flow, line, process, task

DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
DC = "{http://www.omg.org/spec/DD/20100524/DC}"
SUB = '<b:subProcess id="x"><b:startEvent id="i"/><b:task id="t"/>' + flow("i", "t") + "</b:subProcess>"
LONG = line(task(), extra='<b:userTask id="y"/><b:boundaryEvent id="bd" attachedToRef="x"><b:timerEventDefinition>'
            "<b:timeDuration>P1D</b:timeDuration></b:timerEventDefinition></b:boundaryEvent>"
            + flow("bd", "y") + flow("y", "e"))  # fmt: skip
FULL = layout(LONG.encode())
BUNDLES = sorted((Path(__file__).parents[3] / "bpmn").rglob("*.bpmn"))


def drawn(xml: bytes) -> dict[str, list[dict[str, str]]]:
    """Element → the coordinates of its shape or edge."""
    return {e.get("bpmnElement"): [dict(part.attrib) for part in e]
            for e in etree.fromstring(xml).iter(f"{DI}BPMNShape", f"{DI}BPMNEdge")}  # fmt: skip


def without(xml: bytes, *ids: str) -> bytes:
    root = etree.fromstring(xml)
    for shape in list(root.iter(f"{DI}BPMNShape", f"{DI}BPMNEdge")):
        if shape.get("bpmnElement") in ids:
            shape.getparent().remove(shape)
    return etree.tostring(root)


def canonical(xml: bytes) -> bytes:
    return etree.tostring(etree.fromstring(xml), method="c14n2")


def test_a_model_without_a_diagram_goes_out_with_one():
    model = read(export(LONG.encode()), "m")
    assert not model.errors
    scope = model.processes["p"].scope
    assert drawn(export(LONG.encode())).keys() >= {*scope.nodes, *scope.flows}


@pytest.mark.parametrize("gone", [["y"], ["y", "f_y_e", "f_bd_y"], ["f_x_e"], ["bd", "f_bd_y"], ["s", "x", "e"]])
def test_what_is_drawn_stays_and_the_rest_is_added_beside_it(gone):
    part = without(FULL, *gone)
    made = export(part)
    before, after = drawn(part), drawn(made)
    assert after.keys() == drawn(FULL).keys()
    assert {id: after[id] for id in before} == before
    boxes = {id: tuple(float(parts[0][name]) for name in ("x", "y", "width", "height"))
             for id, parts in after.items() if "width" in parts[0]}  # fmt: skip
    places = [box for id, box in boxes.items() if id != "bd"]
    for number, (x, y, w, h) in enumerate(places):
        for a, b, c, d in places[number + 1 :]:
            assert x + w <= a or a + c <= x or y + h <= b or b + d <= y
    assert not [f for f in read(made, "m").findings if f.rule.startswith("diagram")]


def test_a_second_process_gets_a_page_of_its_own():
    both = FULL.replace(b"</bpmn:process>", b'</bpmn:process><bpmn:process id="q"><bpmn:task id="z"/></bpmn:process>')
    pages = [e.get("bpmnElement") for e in etree.fromstring(export(both)).iter(f"{DI}BPMNPlane")]
    assert pages == ["p", "q"]


def test_what_a_closed_subprocess_hides_stays_hidden():
    open_ = layout(line(SUB).encode())
    closed = without(open_, "i", "t", "f_i_t").replace(b'isExpanded="true"', b'isExpanded="false"')
    assert drawn(export(closed)).keys() == drawn(closed).keys()
    torn = without(open_, "t", "f_i_t")
    assert drawn(export(torn)).keys() == drawn(open_).keys()


@pytest.mark.parametrize("path", BUNDLES, ids=lambda path: path.stem)
def test_a_model_that_is_drawn_goes_out_as_it_came_in(path):
    data = path.read_bytes()
    assert canonical(export(data)) == canonical(data)


def test_everything_that_other_tools_add_goes_out_as_it_came_in():
    xml = FULL.decode().replace(
        "<bpmn:startEvent", "<!-- ghi chú --><?tool on?><bpmn:startEvent", 1).replace(
        '<bpmn:userTask id="x" ', '<bpmn:userTask xmlns:x="urn:x" x:mau="đỏ" id="x" ', 1).replace(
        'bpmnElement="x"', 'bpmnElement="x" xmlns:bioc="http://bpmn.io/schema/bpmn/biocolor/1.0" bioc:fill="#fff" '
        'xmlns:color="http://www.omg.org/spec/BPMN/non-normative/color/1.0" color:background-color="#fff"', 1).replace(
        "<bpmn:endEvent", "<bpmn:textAnnotation id='n'><bpmn:text><![CDATA[a < b & c]]></bpmn:text>"
        "</bpmn:textAnnotation><bpmn:endEvent", 1)  # fmt: skip
    again = export(export(xml.encode()))
    assert canonical(again) == canonical(xml.encode())
    assert ("<![CDATA[" in xml and b"a &lt; b &amp; c" in again) or b"<![CDATA[a < b & c]]>" in again
    assert b"<?tool on?>" in again and "<!-- ghi chú -->".encode() in again


def test_lanes_in_lanes_are_drawn_and_lie_in_one_another():
    xml = process(
        '<b:laneSet id="ls"><b:lane id="l1"><b:flowNodeRef>s</b:flowNodeRef></b:lane><b:lane id="l2"><b:childLaneSet '
        'id="c"><b:lane id="l3"><b:flowNodeRef>x</b:flowNodeRef></b:lane><b:lane id="l4"><b:flowNodeRef>e'
        '</b:flowNodeRef></b:lane></b:childLaneSet></b:lane></b:laneSet><b:startEvent id="s"/><b:task id="x"/>'
        '<b:endEvent id="e"/>' + flow("s", "x") + flow("x", "e"))  # fmt: skip
    boxes = {id: [float(parts[0][name]) for name in ("x", "y", "width", "height")]
             for id, parts in drawn(export(xml.encode())).items() if id in ("l1", "l2", "l3", "l4", "x")}  # fmt: skip

    def inside(inner: str, outer: str) -> bool:
        (x, y, w, h), (a, b, c, d) = boxes[inner], boxes[outer]
        return a <= x and b <= y and x + w <= a + c and y + h <= b + d

    assert inside("l3", "l2") and inside("l4", "l2") and inside("x", "l3")
    assert not inside("l1", "l2") and not inside("x", "l4")


def test_ids_of_shapes_clash_with_nothing():
    xml = process('<b:startEvent id="s"/><b:task id="s_di"/><b:endEvent id="diagram_p"/>' + flow("s", "s_di")
                  + flow("s_di", "diagram_p"))  # fmt: skip
    assert not read(export(xml.encode()), "m").errors
