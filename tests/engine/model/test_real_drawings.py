"""Drawings as offices make them with common modelers: what can be executed truly is accepted."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine.model import check, draw, read
from engine.scenario import run_files
from tests.engine.model.shapes import condition, file, flow

#: As the modelers of bpmn.io write it: pools (one of them empty), lanes (one without a node), notes, groups, data, a
#: store, drawn data associations, names left out, several ends, a subprocess without a start, other tools' extensions,
#: more than one page.
TOWN_HALL = file(
    '<b:collaboration id="Collaboration_1"><b:participant id="Participant_1" name="Gemeente" processRef="Process_1"/>'
    '<b:participant id="Participant_2" name="Aanvrager"/><b:messageFlow id="mf1" sourceRef="Participant_2" '
    'targetRef="StartEvent_1"/><b:messageFlow id="mf2" sourceRef="Activity_2" targetRef="Participant_2" '
    'name="Besluit"/><b:messageFlow id="mf3" sourceRef="Event_end" targetRef="Participant_2"/><b:group id="Group_1" '
    'categoryValueRef="CategoryValue_1"/><b:textAnnotation id="ta1"><b:text>Termijn 8 weken</b:text>'
    '</b:textAnnotation><b:association id="as1" associationDirection="None" sourceRef="Participant_1" targetRef="ta1"/>'
    '</b:collaboration><b:category id="Category_1"><b:categoryValue id="CategoryValue_1" value="Behandeling"/>'
    '</b:category><b:process id="Process_1" isExecutable="{marked}"><b:documentation>Vergunning</b:documentation>'
    '<b:laneSet id="LaneSet_1"><b:lane id="Lane_1" name="KCC"><b:flowNodeRef>StartEvent_1</b:flowNodeRef>'
    '<b:flowNodeRef>Activity_1</b:flowNodeRef><b:childLaneSet id="cls"><b:lane id="Lane_3"/></b:childLaneSet></b:lane>'
    '<b:lane id="Lane_2"/></b:laneSet>'
    '<b:startEvent id="StartEvent_1"><b:outgoing>f1</b:outgoing></b:startEvent>'
    '<b:userTask id="Activity_1"><b:incoming>f1</b:incoming><b:outgoing>f2</b:outgoing><b:property id="pp1" '
    'name="__targetRef_placeholder"/><b:property id="pp2" name="__targetRef_placeholder"/>'
    '<b:dataInputAssociation id="dia1"><b:sourceRef>dor1</b:sourceRef><b:targetRef>pp1</b:targetRef>'
    '</b:dataInputAssociation><b:dataInputAssociation id="dia2"><b:sourceRef>dsr1</b:sourceRef>'
    '<b:targetRef>pp2</b:targetRef></b:dataInputAssociation><b:dataInputAssociation id="dia3">'
    '<b:sourceRef>dsr1</b:sourceRef></b:dataInputAssociation><b:dataOutputAssociation id="doa1">'
    '<b:targetRef>dsr1</b:targetRef></b:dataOutputAssociation></b:userTask>'
    '<b:exclusiveGateway id="Gateway_1" name="Volledig?" default="f4"><b:incoming>f2</b:incoming>'
    '<b:outgoing>f3</b:outgoing><b:outgoing>f4</b:outgoing></b:exclusiveGateway>'
    '<b:sendTask id="Activity_2" name="Besluit sturen"><b:incoming>f3</b:incoming><b:outgoing>f5</b:outgoing>'
    '</b:sendTask><b:subProcess id="Activity_3" name="Aanvullen"><b:incoming>f4</b:incoming><b:outgoing>f6</b:outgoing>'
    '<b:task id="Activity_4" name="Brief"/></b:subProcess>'
    '<b:endEvent id="Event_end"><b:incoming>f5</b:incoming></b:endEvent><b:endEvent id="Event_2" name="Buiten '
    'behandeling"><b:incoming>f6</b:incoming></b:endEvent>'
    + flow("StartEvent_1", "Activity_1", "f1") + flow("Activity_1", "Gateway_1", "f2")
    + flow("Gateway_1", "Activity_2", "f3", condition("volledig")) + flow("Gateway_1", "Activity_3", "f4")
    + flow("Activity_2", "Event_end", "f5") + flow("Activity_3", "Event_2", "f6")
    + '<b:dataObjectReference id="dor1" name="Aanvraag" dataObjectRef="do1"/><b:dataObject id="do1"/>'
    '<b:dataStoreReference id="dsr1" name="Zaaksysteem"/><b:textAnnotation id="ta2"><b:text/></b:textAnnotation>'
    '<b:association id="as2" sourceRef="Gateway_1" targetRef="ta2"/><b:association id="as3" sourceRef="f3" '
    'targetRef="ta2"/></b:process>'
    '<bpmndi:BPMNDiagram id="d1" xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" '
    'xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:di="http://www.omg.org/spec/DD/20100524/DI" '
    'xmlns:bioc="http://bpmn.io/schema/bpmn/biocolor/1.0" xmlns:color="http://www.omg.org/spec/BPMN/non-normative/'
    'color/1.0"><bpmndi:BPMNPlane id="pl1" bpmnElement="Collaboration_1"><bpmndi:BPMNShape id="s1" '
    'bpmnElement="Participant_1" isHorizontal="true" bioc:stroke="#000" color:border-color="#000">'
    '<dc:Bounds x="100" y="80" width="900" height="300"/><bpmndi:BPMNLabel/></bpmndi:BPMNShape><bpmndi:BPMNShape '
    'id="s2" bpmnElement="Group_1"><dc:Bounds x="1" y="1" width="10" height="10"/></bpmndi:BPMNShape><bpmndi:BPMNEdge '
    'id="e1" bpmnElement="doa1"><di:waypoint x="1" y="1"/><di:waypoint x="2" y="2"/></bpmndi:BPMNEdge>'
    '<bpmndi:BPMNEdge id="e2" bpmnElement="mf1"><di:waypoint x="1" y="1"/><di:waypoint x="2" y="2"/></bpmndi:BPMNEdge>'
    '</bpmndi:BPMNPlane></bpmndi:BPMNDiagram><bpmndi:BPMNDiagram id="d2" '
    'xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI"><bpmndi:BPMNPlane id="pl2" bpmnElement="Activity_3"/>'
    "</bpmndi:BPMNDiagram>"
).replace("<bpmn:definitions ", '<bpmn:definitions xmlns:modeler="http://camunda.org/schema/modeler/1.0" '
          'modeler:executionPlatform="Camunda Platform" exporter="Camunda Modeler" exporterVersion="5.0.0" ',
          1)  # fmt: skip

#: Small things that real drawings have: what stands between the first task and the end.
BITS = {
    "a gateway of one way in and one out": '<b:exclusiveGateway id="k"/>' + flow("x", "k") + flow("k", "e"),
    "a message is thrown without a name":
        '<b:intermediateThrowEvent id="k"><b:messageEventDefinition id="md"/></b:intermediateThrowEvent>'
        + flow("x", "k") + flow("k", "e"),
    "a signal is thrown without a name":
        '<b:intermediateThrowEvent id="k"><b:signalEventDefinition/></b:intermediateThrowEvent>'
        + flow("x", "k") + flow("k", "e"),
    "an escalation without a code":
        '<b:intermediateThrowEvent id="k"><b:escalationEventDefinition/></b:intermediateThrowEvent>'
        + flow("x", "k") + flow("k", "e"),
    "a boundary event that nothing wakes":
        '<b:boundaryEvent id="k" attachedToRef="x"><b:messageEventDefinition/></b:boundaryEvent>'
        + flow("k", "e") + flow("x", "e"),
    "a data reference with the state in its name":
        '<b:dataObject id="do" name="Order"/><b:dataObjectReference id="k" name="Order [final]" dataObjectRef="do"/>'
        + flow("x", "e"),
    "a data reference of another name, and one of nothing":
        '<b:dataObject id="do" name="Order"/><b:dataObjectReference id="k" name="Form" dataObjectRef="do"/>'
        '<b:dataObjectReference id="k2" name="Brief"/>' + flow("x", "e"),
    "a store of the whole file":
        '<b:dataStoreReference id="k" name="Register" dataStoreRef="DS"/>' + flow("x", "e"),
    "a call that other engines annotate":
        '<b:manualTask id="k" camunda:asyncBefore="true"><b:extensionElements><camunda:properties>'
        '<camunda:property name="a" value="b"/></camunda:properties><spiff:properties '
        'xmlns:spiff="http://spiffworkflow.org/bpmn/schema/1.0/core"/></b:extensionElements></b:manualTask>'
        + flow("x", "k") + flow("k", "e"),
    "flows that are listed, and one flow twice drawn":
        '<b:inclusiveGateway id="k"/>' + flow("x", "k", "g1") + flow("x", "k", "g2") + flow("k", "e"),
}  # fmt: skip


def drawn(bit: str, marked: str = 'isExecutable="false"') -> str:
    inside = f'<b:startEvent id="s"/><b:userTask id="x"/>{bit}<b:endEvent id="e"/>' + flow("s", "x")
    return file(f'<b:dataStore id="DS" name="Register"/><b:process id="p" {marked}>{inside}</b:process>')


@pytest.mark.parametrize("marked", ["false", "true"])
def test_the_drawing_of_a_town_hall_runs(tmp_path: Path, marked: str):
    path = tmp_path / "vergunning.bpmn"
    xml = TOWN_HALL.replace("{marked}", marked)
    if marked == "true":  # an executable process says that the message starts it and ends it
        message = "><bpmn:incoming>f5</bpmn:incoming><bpmn:messageEventDefinition messageRef='m'/></bpmn:endEvent>"
        xml = xml.replace('<bpmn:messageFlow id="mf1"', '<bpmn:messageFlow id="mf0" messageRef="m"', 1)
        xml = xml.replace('targetRef="StartEvent_1"', 'targetRef="Participant_1"', 1)
        xml = xml.replace("><bpmn:incoming>f5</bpmn:incoming></bpmn:endEvent>", message)
        xml = re.sub(r'<bpmn:dataInputAssociation id="dia3">.*?</bpmn:dataInputAssociation>', "", xml)
        xml = xml.replace("<bpmn:category ", '<bpmn:message id="m" name="besluit"/><bpmn:category ', 1)
    path.write_text(xml, "utf-8")
    assert [f for f in check([path]) if f.severity == "error"] == []
    assert "Besluit" in draw(path.read_bytes())
    for whole, last in ((True, "Event_end"), (False, "Activity_4")):
        steps = [{"complete": "Activity_1", "variables": {"volledig": whole}}]
        steps += [] if whole else [{"complete": "Brief"}]
        answer = run_files([path], {"process": "Process_1", "steps": steps}, False)
        assert answer["ok"] and answer["ended"], answer
        assert last in [each["element"] for each in answer["trace"]]


@pytest.mark.parametrize("name", BITS)
def test_a_drawing_that_is_not_marked_executable_is_accepted_and_runs(tmp_path: Path, name: str):
    path = tmp_path / "m.bpmn"
    path.write_text(drawn(BITS[name]), "utf-8")
    assert [f for f in check([path]) if f.severity == "error"] == []
    answer = run_files([path], {"process": "p", "auto": True}, False)
    assert answer["ok"] and answer["ended"] and not answer["incidents"], answer


def unnamed(kind: str, place: str, name: str = "") -> str:
    """A wait in the middle, at the start or on a task for a message or signal that the drawing does not name."""
    said = f'name="{name}"' if name else ""
    definition = f'<b:{kind}EventDefinition id="d"/>'
    event = {
        "start": f'<b:startEvent id="k" {said}>{definition}</b:startEvent>' + flow("k", "x"),
        "middle": f'<b:startEvent id="s"/><b:intermediateCatchEvent id="k" {said}>{definition}'
        "</b:intermediateCatchEvent>" + flow("s", "k") + flow("k", "x"),
        "border": f'<b:startEvent id="s"/><b:task id="t"/><b:boundaryEvent id="k" attachedToRef="t" {said}>{definition}'
        "</b:boundaryEvent>" + flow("s", "t") + flow("k", "x"),
    }[place]
    return file(f'<b:process id="p">{event}<b:userTask id="x"/><b:endEvent id="e"/>{flow("x", "e")}</b:process>')


@pytest.mark.parametrize("place", ["start", "middle", "border"])
@pytest.mark.parametrize("kind", ["message", "signal"])
@pytest.mark.parametrize("name", ["Nhận đơn", ""])
def test_what_has_no_name_goes_by_that_of_its_event_else_by_its_id(tmp_path, kind, place, name):
    path = tmp_path / "m.bpmn"
    path.write_text(unnamed(kind, place, name), "utf-8")
    assert {f.severity for f in check([path])} == {"warning"}
    scenario = {"steps": [{kind: name or "k"}, {"complete": "x"}]} | ({} if place == "start" else {"process": "p"})
    answer = run_files([path], scenario, False)
    assert answer["ok"] and answer["ended"], answer


def test_a_receive_task_without_a_message_waits_for_one_of_its_name(tmp_path):
    path = tmp_path / "m.bpmn"
    path.write_text(drawn('<b:receiveTask id="k" name="Nhận đơn"/>' + flow("x", "k") + flow("k", "e")), "utf-8")
    assert "receive-without-message" in {f.rule for f in check([path])}
    scenario = {"process": "p", "steps": [{"complete": "x"}, {"message": "Nhận đơn"}]}
    assert run_files([path], scenario, False)["ended"]


#: Two pools: the first sends without naming a message; the second waits or begins. `at` is what the flow points to.
@pytest.mark.parametrize(("second", "at", "started"), [
    ('<b:startEvent id="q1" name="Đơn đến"><b:messageEventDefinition/></b:startEvent>', "q1", True),
    ('<b:startEvent id="q1"><b:messageEventDefinition messageRef="m"/></b:startEvent>', "P2", True),
    ('<b:startEvent id="q0"/><b:receiveTask id="q1"/>' + flow("q0", "q1"), "q1", False),
    ('<b:startEvent id="q0"/><b:intermediateCatchEvent id="q1"><b:messageEventDefinition messageRef="m"/>'
     "</b:intermediateCatchEvent>" + flow("q0", "q1"), "q1", False),
])  # fmt: skip
def test_what_is_sent_reaches_what_its_message_flow_points_to(tmp_path, second, at, started):
    sends = ('<b:startEvent id="s"/><b:userTask id="x"/><b:endEvent id="e" name="Gửi đơn"><b:messageEventDefinition/>'
             "</b:endEvent>" + flow("s", "x") + flow("x", "e"))  # fmt: skip
    xml = file(
        '<b:message id="m" name="tin"/><b:collaboration id="c"><b:participant id="P1" processRef="p"/><b:participant '
        f'id="P2" processRef="q"/><b:messageFlow id="mf" sourceRef="e" targetRef="{at}"/></b:collaboration>'
        f'<b:process id="p">{sends}</b:process><b:process id="q">{second}<b:userTask id="y"/>{flow("q1", "y")}'
        "</b:process>")  # fmt: skip
    path = tmp_path / "m.bpmn"
    path.write_text(xml, "utf-8")
    assert {f.severity for f in check([path])} == {"warning"}
    scenario = {"process": "p", "also_start": [] if started else ["q"],
                "steps": [{"complete": "x"}, {"expect_open": ["y"]}, {"complete": "y"}]}  # fmt: skip
    answer = run_files([path], scenario, False)
    assert answer["ok"] and answer["ended"], answer


@pytest.mark.parametrize(("name", "rule"), [
    ("a gateway of one way in and one out", "gateway-does-nothing"),
    ("a message is thrown without a name", "message-missing"),
    ("a signal is thrown without a name", "signal-missing"),
    ("an escalation without a code", "thrown-without-code"),
])  # fmt: skip
def test_the_same_is_refused_where_the_process_is_marked_executable(name: str, rule: str):
    errors = read(drawn(BITS[name], 'isExecutable="true"').encode(), "m").errors
    assert [f.rule for f in errors] == [rule]
    milder = [f for f in read(drawn(BITS[name]).encode(), "m").findings if f.rule == f"{rule}-drawn"]
    assert [f.severity for f in milder] == ["warning"] and milder[0].message == errors[0].message


def test_a_call_that_was_only_drawn_is_told_of_and_stops_where_it_is(tmp_path):
    path = tmp_path / "m.bpmn"
    path.write_text(drawn('<b:callActivity id="k" name="Advies"/>' + flow("x", "k") + flow("k", "e")), "utf-8")
    assert [f.severity for f in check([path]) if f.element == "k"] == ["warning"]
    answer = run_files([path], {"process": "p", "steps": [{"complete": "x"}]}, False)
    assert [(i["element"], i["kind"]) for i in answer["incidents"]] == [("k", "call")]


def test_a_gateway_that_says_it_joins_must_join():
    bit = BITS["a gateway of one way in and one out"].replace('id="k"', 'id="k" gatewayDirection="Converging"')
    assert [f.rule for f in read(drawn(bit).encode(), "m").errors] == ["gateway-does-nothing"]
