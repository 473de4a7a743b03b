"""The rarer rules of the specification, each broken once; what was put in place of it breaks nothing."""

from __future__ import annotations

import re

import pytest

from engine.model import read
from engine.model.findings.rules import RULES
from tests.engine.model.shapes import ext, file, flow, line, process, task

SIGNAL = '<b:signal id="g" name="G"/>'
KEY = ext('<zeebe:subscription correlationKey="= a"/>')
MESSAGE = f'<b:message id="m" name="tin" itemRef="i1">{KEY}</b:message>'
TYPES = '<b:itemDefinition id="i1" structureRef="A"/><b:itemDefinition id="i2" structureRef="B"/>'
SERVICE = (
    TYPES
    + MESSAGE
    + (
        '<b:interface id="if" name="I"><b:operation id="op" name="O"><b:inMessageRef>m</b:inMessageRef></b:operation>'
        "</b:interface>"
    )
)
CATCH = '<b:intermediateCatchEvent id="{0}"><b:{1}/></b:intermediateCatchEvent>'
THROW = '<b:intermediateThrowEvent id="x"><b:signalEventDefinition {}/></b:intermediateThrowEvent>'
LOOP = "<b:multiInstanceLoopCharacteristics>{}</b:multiInstanceLoopCharacteristics>"
SUB = (
    '<b:subProcess id="x" {}>{}<b:startEvent id="i">{}</b:startEvent>{}<b:endEvent id="o"/>'
    + flow("i", "o")
    + "</b:subProcess>"
)
PLAIN = SUB.format("", "", "", "")
HANDLED = (
    task() + '<b:boundaryEvent id="bd" attachedToRef="x"><b:compensateEventDefinition/></b:boundaryEvent>'
    '<b:task id="h" {}/><b:association id="as" sourceRef="bd" targetRef="h"/>'
)


def io(inputs: str = "", outputs: str = "", input_set: str = "", output_set: str = "", more: str = "") -> str:
    return (
        f"<b:ioSpecification>{inputs}{outputs}<b:inputSet id='is'>{input_set}</b:inputSet>{more}"
        f"<b:outputSet id='os'>{output_set}</b:outputSet></b:ioSpecification>"
    )


def taken(type_: str, kind: str = "Input", id: str = "d") -> tuple[str, str]:
    subject = f'itemSubjectRef="{type_}"' if type_ else ""
    return f'<b:data{kind} id="{id}" {subject}/>', f"<b:data{kind}Refs>{id}</b:data{kind}Refs>"


def receive(type_: str) -> str:
    data, listed = taken(type_, "Output")
    return line(task(io("", data, "", listed), "receiveTask", 'messageRef="m"'), TYPES + MESSAGE)


def serve(type_: str, sets: str = "") -> str:
    data, listed = taken(type_)
    return line(task(ext('<zeebe:taskDefinition type="t"/>') + io(data, "", listed, "", sets), "serviceTask",
                     'operationRef="op"'), SERVICE)  # fmt: skip


def events(second: str, more: str = "", attributes: str = "") -> str:
    """start → event gateway → a timer | `second` (id y) → end."""
    timer = '<b:intermediateCatchEvent id="t"><b:timerEventDefinition><b:timeDuration>P1D</b:timeDuration>'
    return process(
        f'<b:startEvent id="s"/><b:eventBasedGateway id="x" {attributes}/>{timer}</b:timerEventDefinition>'
        f'</b:intermediateCatchEvent>{second}<b:endEvent id="e"/>' + flow("s", "x") + flow("x", "t") + flow("t", "e")
        + flow("x", "y") + flow("y", "e") + more, TYPES + MESSAGE)  # fmt: skip


RECEIVE = '<b:receiveTask id="y" messageRef="m"/>'
CAUGHT = '<b:intermediateCatchEvent id="{}"><b:messageEventDefinition messageRef="m"/></b:intermediateCatchEvent>'


def loop(item: str, reference: str = "c") -> str:
    inside = '<b:ioSpecification><b:dataInput id="c" itemSubjectRef="i1"/><b:inputSet><b:dataInputRefs>c'
    inside += "</b:dataInputRefs></b:inputSet><b:outputSet/></b:ioSpecification>"
    parts = f"<b:loopDataInputRef>{reference}</b:loopDataInputRef><b:inputDataItem id='it' {item}/>"
    return line(task(inside + LOOP.format(parts)), TYPES, extra='<b:dataObject id="do" itemSubjectRef="i1"/>')


def called(inside: str) -> str:
    return line(task(kind="callActivity", attributes='calledElement="q"')).replace(
        "</bpmn:definitions>", f'<bpmn:process id="q">{inside}<bpmn:endEvent id="qe"/>{flow("qs", "qe")}</bpmn:process>'
        "</bpmn:definitions>").replace("<b:", "<bpmn:").replace("</b:", "</bpmn:")  # fmt: skip


def linked(more: str = "", one: str = "", two: str = "") -> str:
    return process(
        f'<b:startEvent id="s"/><b:intermediateThrowEvent id="x"><b:linkEventDefinition id="l1" name="L">{one}'
        f'</b:linkEventDefinition></b:intermediateThrowEvent><b:intermediateCatchEvent '
        f'id="y"><b:linkEventDefinition id="l2"'
        f' name="L">{two}</b:linkEventDefinition></b:intermediateCatchEvent><b:endEvent id="e"/>'
        + flow("s", "x") + flow("y", "e") + more)  # fmt: skip


def collaboration(inside: str, tag: str = "collaboration", attributes: str = "", more: str = "") -> str:
    return line(task(), f'{more}<b:{tag} id="co" {attributes}>{inside}</b:{tag}>')


CASES: dict[str, tuple[str, str]] = {
    "mapping-incomplete": (line(task(ext('<zeebe:ioMapping><zeebe:input source="= a"/></zeebe:ioMapping>'))),
        line(task())),
    "data-store": (
        line(task("<b:dataInputAssociation><b:sourceRef>ds</b:sourceRef><b:targetRef>pr</b:targetRef><b:assignment>"
                  "<b:from>a</b:from><b:to>b</b:to></b:assignment></b:dataInputAssociation>"
                  ).replace("<b:dataInputA", '<b:property id="pr" name="n"/><b:dataInputA'),
             extra='<b:dataStoreReference id="ds" name="Kho"/>'), line(task())),
    "association-collection": (
        line(task('<b:property id="pr"/><b:dataInputAssociation><b:sourceRef>a</b:sourceRef>'
                  "<b:targetRef>pr</b:targetRef></b:dataInputAssociation>"),
             extra='<b:dataObject id="a" isCollection="true"/>'),
        line(task(), extra='<b:dataObject id="a" isCollection="true"/>')),
    "association-sources": (
        line(task('<b:property '
        'id="pr"/><b:dataInputAssociation><b:sourceRef>a</b:sourceRef><b:sourceRef>c</b:sourceRef>'
                  "<b:targetRef>pr</b:targetRef></b:dataInputAssociation>"),
             extra='<b:dataObject id="a"/><b:dataObject id="c"/>'), line(task())),
    "embedded-form": (line(task(ext("<camunda:formData/>"))), line(task())),
    "repeated-element": (line(task(LOOP.format("<b:loopCardinality>1</b:loopCardinality>") * 2)), line(task())),
    "missing-element": (line(task("<b:ioSpecification/>")), line(task())),
    "child-order": (line(task('<b:property id="pr"/><b:incoming>f_s_x</b:incoming>')).replace(
        'id="s"/>', 'id="s"><bpmn:outgoing>f_s_x</bpmn:outgoing></bpmn:startEvent>'), line(task())),
    "not-immediate": (line(task(), extra="").replace('id="f_s_x"', 'id="f_s_x" isImmediate="false"'), line(task())),
    "flow-listed-elsewhere": (
        process('<b:startEvent id="s"><b:outgoing>f_s_e</b:outgoing><b:outgoing>f_s_x</b:outgoing></b:startEvent>'
                '<b:task id="x"><b:incoming>f_s_x</b:incoming><b:incoming>f_s_e</b:incoming></b:task>'
                '<b:endEvent id="e"><b:incoming>f_s_e</b:incoming></b:endEvent>' + flow("s", "x") + flow("s", "e")),
        line(task())),
    "event-gateway-mixed": (
        events(RECEIVE, CAUGHT.format("z") + flow("x", "z") + flow("z", "e")), events(RECEIVE)),
    "event-gateway-boundary": (
        events(RECEIVE + '<b:boundaryEvent id="bd" attachedToRef="y"><b:messageEventDefinition messageRef="m"/>'
               "</b:boundaryEvent>" + flow("bd", "e")), events(RECEIVE)),
    "event-gateway-shared-target": (events(RECEIVE, '<b:task id="k"/>' + flow("t", "k") + flow("k", "y")),
        events(RECEIVE)),
    "instantiating-incoming": (events(RECEIVE, attributes='instantiate="true"'), events(RECEIVE)),
    "boundary-elsewhere": (
        line(SUB.format("", '<b:boundaryEvent id="bd" attachedToRef="x"><b:signalEventDefinition signalRef="g"/>'
                            "</b:boundaryEvent>" + flow("bd", "o"), "", ""), SIGNAL), line(PLAIN)),
    "compensation-flow": (
        line(HANDLED.format('isForCompensation="true"'), extra=flow("bd", "e")),
        line(HANDLED.format('isForCompensation="true"'))),
    "compensation-handler-unmarked": (line(HANDLED.format("")), line(HANDLED.format('isForCompensation="true"'))),
    "compensation-activity-flow": (line(task(attributes='isForCompensation="true"')), line(task())),
    "compensation-at-top": (
        process('<b:startEvent id="s"/><b:endEvent id="e"/>' + flow("s", "e")
                + SUB.format('triggeredByEvent="true"', "", "<b:compensateEventDefinition/>", "")),
        line(PLAIN)),
    "link-flow": (linked(flow("x", "e")), linked()),
    "link-one-sided": (
        linked(one="<b:target>l2</b:target>"), linked(one="<b:target>l2</b:target>", two="<b:source>l1</b:source>")),
    "link-target-twice": (
        linked('<b:intermediateCatchEvent id="z"><b:linkEventDefinition name="L"/></b:intermediateCatchEvent>'
               + flow("z", "e")), linked()),
    "loop-without-end": (line(task("<b:standardLoopCharacteristics/>")), line(task())),
    "loop-data-elsewhere": (loop('itemSubjectRef="i1"', "do"), loop('itemSubjectRef="i1"')),
    "loop-item-type": (loop('itemSubjectRef="i2"'), loop('itemSubjectRef="i1"')),
    "choreography": (line(task(), extra='<b:callChoreography id="cc" initiatingParticipantRef="pa">'
                          "<b:participantRef>pa</b:participantRef><b:participantRef>pa</b:participantRef>"
                          "</b:callChoreography>"), line(task())),
    "ad-hoc-empty": (line('<b:adHocSubProcess id="x"><b:dataObject id="do"/></b:adHocSubProcess>'), line(task())),
    "event-subprocess-start": (
        process('<b:startEvent id="s"/><b:endEvent id="e"/>' + flow("s", "e")
                + SUB.format('triggeredByEvent="true"', '<b:startEvent id="i2"><b:signalEventDefinition signalRef="g"/>'
                             "</b:startEvent>" + flow("i2", "o"), '<b:signalEventDefinition signalRef="g"/>',
        ""), SIGNAL),
        line(PLAIN)),
    "subprocess-io": (line(SUB.format("", io(), "", "")), line(PLAIN)),
    "no-process": (file(SIGNAL), line(task())),
    "no-decision": (line(task(kind="businessRuleTask")), line(task())),
    "message-flow-event": (
        file(SIGNAL + '<b:collaboration id="c"><b:participant id="p1" processRef="p"/><b:participant '
        'id="p2"/><b:messageFlow id="mf" '
             'sourceRef="p2" targetRef="s"/></b:collaboration><b:process id="p" '
             'isExecutable="true"><b:startEvent id="s"><b:signalEventDefinition signalRef="g"/></b:startEvent>'
             '<b:endEvent id="e"/>' + flow("s", "e") + "</b:process>"), line(task())),
    "message-flow-plain": (
        file('<b:collaboration id="c"><b:participant id="p1" processRef="p"/><b:participant '
        'id="p2"/><b:messageFlow id="mf" '
             'sourceRef="p2" targetRef="s"/></b:collaboration><b:process id="p" '
             'isExecutable="true"><b:startEvent id="s"/>'
             '<b:endEvent id="e"/>' + flow("s", "e") + "</b:process>"), line(task())),
    "set-member": (
        line(task(io(taken("")[0], "", taken("")[1] + "<b:optionalInputRefs>k</b:optionalInputRefs>",
                     more="").replace("<b:dataInput ", '<b:dataInput id="k"/><b:dataInput ', 1))), line(task())),
    "set-one-sided": (line(task(io("", "", "<b:outputSetRefs>os</b:outputSetRefs>"))),
                      line(task(io("", "", "<b:outputSetRefs>os</b:outputSetRefs>",
        "<b:inputSetRefs>is</b:inputSetRefs>")))),
    "collection-mismatch": (
        line(task(), TYPES, extra='<b:dataObject id="do" itemSubjectRef="i1" isCollection="true"/>'), line(task())),
    "data-reference-name": (
        line(task(), extra='<b:dataObject id="do" name="Đơn"/><b:dataObjectReference id="r" name="Khác" '
        'dataObjectRef="do"/>'),
        line(task(), extra='<b:dataObject id="do" name="Đơn"/><b:dataObjectReference id="r" name="Đơn [mới]" '
             'dataObjectRef="do"><b:dataState name="mới"/></b:dataObjectReference>')),
    "called-without-start": (
        called('<b:startEvent '
        'id="qs"><b:timerEventDefinition><b:timeDuration>P1D</b:timeDuration></b:timerEventDefinition>'
               "</b:startEvent>"), called('<b:startEvent id="qs"/>')),
    "call-data": (called(io(*(taken("")[0], "", taken("")[1])) + '<b:startEvent id="qs"/>'),
        called('<b:startEvent id="qs"/>')),
    "operation-sets": (serve("i1", "<b:inputSet id='is2'/>"), serve("i1")),
    "operation-data": (serve("i2"), serve("i1")),
    "message-data": (receive("i2"), receive("i1")),
    "participant-multiplicity": (
        collaboration('<b:participant id="p1"><b:participantMultiplicity minimum="3" maximum="2"/></b:participant>'),
        collaboration('<b:participant id="p1"><b:participantMultiplicity minimum="2" maximum="3"/></b:participant>')),
    "definition-reused": (
        line('<b:intermediateThrowEvent id="x"><b:signalEventDefinition id="sd" '
        'signalRef="g"/></b:intermediateThrowEvent>',
             SIGNAL).replace('<bpmn:endEvent id="e"/>', '<bpmn:endEvent id="e"><bpmn:eventDefinitionRef>sd'
                             "</bpmn:eventDefinitionRef></bpmn:endEvent>"), line(THROW.format('signalRef="g"'),
        SIGNAL)),
    "choreography-reference": (
        collaboration("<b:choreographyRef>ch</b:choreographyRef>", "globalConversation", "",
                      '<b:choreography id="ch"/>'), line(task())),
    "closed-mismatch": (
        collaboration("<b:choreographyRef>ch</b:choreographyRef>", attributes='isClosed="true"',
                      more='<b:choreography id="ch"/>'), line(task())),
    "interface-without-binding": (
        line(task(), SERVICE).replace('isExecutable="true">', 'isExecutable="true"><bpmn:supportedInterfaceRef>if'
                                      "</bpmn:supportedInterfaceRef>"), line(task())),
    "expression-empty": (line(task(LOOP.format('<b:loopCardinality>2</b:loopCardinality><b:completionCondition '
                                               'xsi:type="bpmn:tFormalExpression"/>'))), line(task())),
    "expression-natural": (line(task(LOOP.format('<b:loopCardinality '
        'xsi:type="bpmn:tExpression">2</b:loopCardinality>'))),
                           line(task())),
    "event-data": (
        line('<b:intermediateCatchEvent id="x"><b:dataOutput id="d" '
        'itemSubjectRef="i2"/><b:outputSet><b:dataOutputRefs>d'
             '</b:dataOutputRefs></b:outputSet><b:messageEventDefinition messageRef="m"/></b:intermediateCatchEvent>',
             TYPES + MESSAGE), line(CAUGHT.format("x"), TYPES + MESSAGE)),
    "extension-place": (line(task(ext('<mc:outcome id="a" label="A"/>'), "manualTask")), line(task())),
    "extension-attribute": (
        line(task(ext('<mc:status code="4" colour="red"/>'))),
        line(task(ext('<mc:status code="4"/>'))),
    ),
    "extension-missing": (line(task(ext("<mc:status/>"))), line(task(ext('<mc:status code="4"/>')))),
}  # fmt: skip


@pytest.mark.parametrize("rule", CASES)
def test_a_broken_rule_is_found(rule):
    broken = re.sub(r' xmlns:(camunda|flowable)="[^"]*"', "", CASES[rule][0]) if "loop" in rule else CASES[rule][0]
    found = [f for f in read(broken.encode(), "m").findings if f.rule == rule]
    assert found, read(broken.encode(), "m").findings
    assert found[0].severity == RULES[rule].severity and found[0].message and found[0].fix


@pytest.mark.parametrize("rule", CASES)
def test_its_twin_breaks_nothing(rule):
    assert not read(CASES[rule][1].encode(), "m").findings
