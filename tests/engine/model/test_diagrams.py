"""A drawing that is none is refused; one that draws what is no longer there is told of."""

from __future__ import annotations

import pytest

from engine.model import layout, read
from tests.engine.model.shapes import line, task

DRAWN = layout(line(task()).encode()).decode()
SHAPE = 'bpmnElement="x"'


def findings(xml: str) -> list[tuple[str, str]]:
    return [(f.severity, f.rule) for f in read(xml.encode(), "m").findings]


def test_what_we_draw_is_a_drawing():
    assert SHAPE in DRAWN and findings(DRAWN) == []


@pytest.mark.parametrize(("was", "becomes", "rule"), [
    ("<dc:Bounds", "<dc:Rectangle", "diagram-content"),
    ("</bpmndi:BPMNPlane>", "<bpmndi:BPMNLane/></bpmndi:BPMNPlane>", "diagram-content"),
    ('height="', 'tall="', "missing-attribute"),
    ('height="', 'height="cao ', "attribute-value"),
    ('height="', 'height="NaN" old="', "attribute-value"),
    (SHAPE, f'{SHAPE} isExpanded="mở"', "attribute-value"),
    (SHAPE, 'bpmnElement="f_s_x"', "diagram-kind"),
    ('bpmnElement="f_s_x"', SHAPE, "diagram-kind"),
    ('bpmnElement="p"', SHAPE, "diagram-kind"),
])  # fmt: skip
def test_what_is_no_drawing_is_refused(was, becomes, rule):
    assert was in DRAWN
    assert ("error", rule) in findings(DRAWN.replace(was, becomes, 1))


def test_a_line_has_two_ends():
    first = DRAWN.index("<di:waypoint")
    edge = DRAWN.rindex("<bpmndi:BPMNEdge", 0, first)
    tail = DRAWN.index("</bpmndi:BPMNEdge>", edge)
    second = DRAWN.index("<di:waypoint", first + 1)
    assert ("error", "diagram-missing") in findings(DRAWN[:second] + DRAWN[tail:])


@pytest.mark.parametrize("element", ["x", "f_s_x", "p"])
def test_a_shape_whose_element_is_gone_draws_nothing_and_hinders_nothing(element):
    found = findings(DRAWN.replace(f'bpmnElement="{element}"', 'bpmnElement="da_xoa"', 1))
    assert found == [("warning", "diagram-reference")]


def test_what_another_tool_adds_to_a_drawing_is_left_alone():
    own = '<di:extension><x:Bounds xmlns:x="urn:x"/><dc:Bounds/></di:extension>'
    at = DRAWN.index("<dc:Bounds", DRAWN.index(SHAPE))
    assert findings(DRAWN[:at] + own + DRAWN[at:]) == []
