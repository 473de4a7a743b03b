"""Broken models are refused with file, line, element and mend; mended, they are clean."""

from __future__ import annotations

import re

import pytest

from engine.model import ModelError, read
from engine.model.findings.rules import RULES
from tests.engine.model.shapes import condition, ext, file, flow, line, process, split, task

OK = line(task())
SCRIPT = "<b:script>{x: 1 + 1}</b:script>"
MESSAGE = '<b:message id="m" name="tin"/>'
EVENT = '<b:intermediateCatchEvent id="x">{}</b:intermediateCatchEvent>'
SUBSCRIBED = '<b:message id="m" name="tin">' + ext('<zeebe:subscription correlationKey="= ma"/>') + "</b:message>"
CATCH = '<b:messageEventDefinition messageRef="m"/>'
SUB = '<b:subProcess id="x" {}><b:startEvent id="i">{}</b:startEvent><b:endEvent id="o"/>{}</b:subProcess>'
INNER = flow("i", "o")


def event_gateway(first: str, second: str = "", attributes: str = "") -> str:
    return process(
        f'<b:startEvent id="s"/><b:eventBasedGateway id="x" {attributes}/>{first}{second}<b:endEvent id="e"/>'
        + flow("s", "x"),
        SUBSCRIBED,
    )


def timer(id: str) -> str:
    return (
        f'<b:intermediateCatchEvent id="{id}"><b:timerEventDefinition><b:timeDuration>P1D</b:timeDuration>'
        f"</b:timerEventDefinition></b:intermediateCatchEvent>{flow('x', id)}{flow(id, 'e')}"
    )


def boundary(definition: str, attributes: str = "", roots: str = "", kind: str = "userTask") -> str:
    return line(
        task(kind=kind) + f'\n<b:boundaryEvent id="bd" attachedToRef="x" {attributes}>{definition}</b:boundaryEvent>',
        roots,
        extra='<b:endEvent id="e2"/>' + flow("bd", "e2"),
    )


def data(first: str, second: str) -> str:
    return line(
        task(
            f'<b:ioSpecification><b:dataInput id="di" {second}/><b:inputSet><b:dataInputRefs>di</b:dataInputRefs>'
            "</b:inputSet><b:outputSet/></b:ioSpecification>"
            "<b:dataInputAssociation><b:sourceRef>do</b:sourceRef><b:targetRef>di</b:targetRef></b:dataInputAssociation>"
        ),
        '<b:itemDefinition id="i1" structureRef="A"/><b:itemDefinition id="i2" structureRef="B"/>',
        extra=f'<b:dataObject id="do" {first}/>',
    )


def pools(source: str, target: str) -> str:
    other = '<b:process id="q"><b:startEvent id="qs"/><b:task id="qt"/><b:endEvent id="qe"/>'
    return file(
        '<b:collaboration id="c"><b:participant id="p1" processRef="p"/><b:participant id="p2" processRef="q"/>'
        f'<b:messageFlow id="mf" sourceRef="{source}" targetRef="{target}"/></b:collaboration>'
        '<b:process id="p" isExecutable="true"><b:startEvent id="s"/><b:task id="x"/><b:endEvent id="e"/>'
        + flow("s", "x") + flow("x", "e") + "</b:process>" + other + flow("qs", "qt") + flow("qt",
        "qe") + "</b:process>"
    )  # fmt: skip


#: rule, element (its id or the nearest owner's), broken model, mended twin
REFUSED: dict[str, tuple[str, str, str, str]] = {
    "xml that is not closed": ("not-xml", "", OK.replace("</bpmn:process>", ""), OK),
    "a DOCTYPE bomb": ("doctype", "", '<!DOCTYPE x [<!ENTITY a "b"><!ENTITY c "&a;&a;&a;">]>' + OK, OK),
    "another root": ("not-bpmn", "", "<html/>", OK),
    "elements nested too deep": (
        "too-deep", "", OK.replace("<bpmn:userTask", "<b>" * 150 + "</b>" * 150 + "<bpmn:userTask"), OK),
    "an element that BPMN does not have": (
        "unknown-element", "x", OK.replace("bpmn:userTask", "bpmn:personTask"), OK),
    "an element in the wrong place": (
        "misplaced-element", "in", line(task("<b:userTask id='in'/>")), OK),
    "a foreign element outside its place": (
        "foreign-element", "x", line(task('<zeebe:formDefinition formId="f"/>')),
        line(task(ext('<zeebe:formDefinition formId="f"/>')))),
    "text astray": (
        "stray-text", "x", line(task("Duyệt hồ sơ")), line(task("<b:documentation>Duyệt</b:documentation>"))),
    "a reference with more than a name": (
        "unknown-attribute", "x", line(task('<b:incoming mau="đỏ">f_s_x</b:incoming>')), OK),
    "an element inside an expression": (
        "misplaced-element", "t", split(first=condition('a = 1<bpmn:task id="t"/>')), split()),
    "an attribute that BPMN does not have": ("unknown-attribute", "x", line(task(attributes='owner="me"')), OK),
    "a value that is none": ("attribute-value", "x", line(task(attributes='isForCompensation="maybe"')), OK),
    "a flow without a target": (
        "missing-attribute", "f_x_e", OK.replace('id="f_x_e" sourceRef="x" targetRef="e"',
        'id="f_x_e" sourceRef="x"'), OK),
    "a flow that leads nowhere": ("dangling-flow", "f_x_e", OK.replace('targetRef="e"', 'targetRef="gone"'), OK),
    "an id twice": ("duplicate-id", "s", OK.replace('id="e"', 'id="s"').replace('targetRef="e"', 'targetRef="s"'), OK),
    "a message that is not there": (
        "unresolved-reference", "x", line(task(kind="receiveTask", attributes='messageRef="gone"')),
        line(task(kind="receiveTask", attributes='messageRef="m"'), MESSAGE)),
    "a reference to the wrong kind": (
        "wrong-reference", "x", line(task(kind="receiveTask", attributes='messageRef="s"')),
        line(task(kind="receiveTask", attributes='messageRef="m"'), MESSAGE)),
    "a flow without a condition": ("missing-condition", "f_x_a", split(first=""), split()),
    "an inclusive flow without a condition": (
        "missing-condition", "f_x_b", split("inclusiveGateway", default=""), split("inclusiveGateway")),
    "an exclusive split into a parallel join": (
        "exclusive-into-parallel", "j", split(join="parallelGateway"), split()),
    "a script in Python": (
        "script-language", "x", line(task("<b:script>print(1)</b:script>", "scriptTask", 'scriptFormat="python"')),
        line(task(SCRIPT, "scriptTask", 'scriptFormat="feel"'))),
    "a script that is no FEEL": (
        "feel-syntax", "x", line(task("<b:script>x := 1;</b:script>", "scriptTask", 'scriptFormat="feel"')),
        line(task(SCRIPT, "scriptTask", 'scriptFormat="feel"'))),
    "a condition that is no FEEL": ("feel-syntax", "f_x_a", split(first=condition("a ==")), split()),
    "an expression that calls Java": (
        "foreign-expression", "f_x_a", split(first=condition("${bean.check(a)}")), split(first=condition("${a == 1}"))),
    "an expression that computes": (
        "foreign-expression", "f_x_a", split(first=condition("${a + 1 > 2}")), split(first=condition("${a > 1}"))),
    "a condition in Groovy": (
        "expression-language", "f_x_a", split(first='<b:conditionExpression xsi:type="bpmn:tFormalExpression" '
        'language="groovy">a</b:conditionExpression>'), split()),
    "a listener in Java": (
        "listener", "x", line(task(ext('<camunda:taskListener event="create" class="a.B"/>'))), OK),
    "a service in Java": (
        "java-implementation", "x", line(task(kind="serviceTask", attributes='camunda:class="a.B"')),
        line(task(ext('<zeebe:taskDefinition type="gui_thu"/>'), "serviceTask"))),
    "a task of another engine": (
        "foreign-task-type", "x", line(task(kind="serviceTask", attributes='flowable:type="mail"')),
        line(task(ext('<zeebe:taskDefinition type="gui_thu"/>'), "serviceTask"))),
    "a date that is none": (
        "timer-text", "x", line(EVENT.format(
            "<b:timerEventDefinition><b:timeDate>mai</b:timeDate></b:timerEventDefinition>")),
        line(EVENT.format("<b:timerEventDefinition><b:timeDate>2026-02-14T15:20:00Z</b:timeDate>"
                          "</b:timerEventDefinition>"))),
    "a duration that is none": (
        "timer-text", "x", line(EVENT.format(
            "<b:timerEventDefinition><b:timeDuration>3 ngày</b:timeDuration></b:timerEventDefinition>")),
        line(EVENT.format("<b:timerEventDefinition><b:timeDuration>P3D</b:timeDuration></b:timerEventDefinition>"))),
    "a timer without a time": (
        "timer-missing", "x", line(EVENT.format("<b:timerEventDefinition/>")),
        line(EVENT.format("<b:timerEventDefinition><b:timeDuration>P3D</b:timeDuration></b:timerEventDefinition>"))),
    "an event that waits for nothing": (
        "event-without-definition", "x", line(EVENT.format("")), line(EVENT.format(CATCH), SUBSCRIBED)),
    "an event without its message": (
        "message-missing", "x", line(EVENT.format("<b:messageEventDefinition/>")),
        line(EVENT.format(CATCH), SUBSCRIBED)),
    "an event without its signal": (
        "signal-missing", "x", line(EVENT.format("<b:signalEventDefinition/>")),
        line(EVENT.format('<b:signalEventDefinition signalRef="g"/>'), '<b:signal id="g" name="G"/>')),
    "a conditional event without a condition": (
        "condition-empty", "x", line(EVENT.format(
            "<b:conditionalEventDefinition><b:condition/></b:conditionalEventDefinition>")),
        line(EVENT.format("<b:conditionalEventDefinition><b:condition>a = 1</b:condition>"
                          "</b:conditionalEventDefinition>"))),
    "a catch of an error in the flow": (
        "event-kind", "x", line(EVENT.format('<b:errorEventDefinition errorRef="er"/>'),
                                '<b:error id="er" errorCode="1"/>'), line(EVENT.format(CATCH), SUBSCRIBED)),
    "an error that does not interrupt": (
        "always-interrupting", "bd",
        boundary('<b:errorEventDefinition errorRef="er"/>', 'cancelActivity="false"',
        '<b:error id="er" errorCode="1"/>'),
        boundary('<b:errorEventDefinition errorRef="er"/>', "", '<b:error id="er" errorCode="1"/>')),
    "a cancel event outside a transaction": (
        "cancel-outside-transaction", "bd", boundary("<b:cancelEventDefinition/>"),
        boundary(CATCH, roots=SUBSCRIBED)),
    "a flow into a start event": (
        "no-incoming-allowed", "s", OK.replace(flow("x", "e"), flow("x", "e") + flow("x", "s")), OK),
    "a flow out of an end event": (
        "end-with-outgoing", "e", OK.replace(flow("x", "e"), flow("x", "e") + flow("e", "x")), OK),
    "a start event without a flow": ("start-without-flow", "s", OK.replace(flow("s", "x"), ""), OK),
    "an end without a start": (
        "end-without-start", "p", OK.replace('<bpmn:startEvent id="s"/>', "").replace(flow("s", "x"), ""), OK),
    "one conditional flow": (
        "single-conditional-flow", "f_x_e", OK.replace(flow("x", "e"), flow("x", "e", inside=condition("a = 1"))), OK),
    "the default of another": ("foreign-default", "x", split(default="f_a_j"), split()),
    "a gateway of the wrong direction": (
        "gateway-direction", "x", split(attributes='gatewayDirection="Converging"'),
        split(attributes='gatewayDirection="Diverging"')),
    "a gateway that does nothing": ("gateway-does-nothing", "x", line('<b:parallelGateway id="x"/>'), OK),
    "an event gateway of one branch": (
        "event-gateway-branches", "x", event_gateway(timer("t1")), event_gateway(timer("t1"), timer("t2"))),
    "a task after an event gateway": (
        "event-gateway-target", "x",
        event_gateway(timer("t1"), '<b:userTask id="t2"/>' + flow("x", "t2") + flow("t2", "e")),
        event_gateway(timer("t1"), timer("t2"))),
    "a parallel event gateway in the flow": (
        "parallel-event-gateway", "x", event_gateway(timer("t1"), timer("t2"), 'eventGatewayType="Parallel"'),
        event_gateway(timer("t1"), timer("t2"))),
    "an event subprocess without a trigger": (
        "event-subprocess-trigger", "i",
        process('<b:startEvent id="s"/><b:endEvent id="e"/>' + flow("s", "e")
                + SUB.format('triggeredByEvent="true"', "", INNER), SUBSCRIBED),
        process('<b:startEvent id="s"/><b:endEvent id="e"/>' + flow("s", "e")
                + SUB.format('triggeredByEvent="true"', CATCH, INNER), SUBSCRIBED)),
    "a flow into an event subprocess": (
        "event-subprocess-flow", "x", line(SUB.format('triggeredByEvent="true"', CATCH, INNER), SUBSCRIBED),
        line(SUB.format("", "", INNER))),
    "a trigger inside a subprocess": (
        "event-kind", "i", line(SUB.format("", CATCH, INNER), SUBSCRIBED), line(SUB.format("", "", INNER))),
    "an ad-hoc subprocess with a start": (
        "ad-hoc-events", "x",
        line('<b:adHocSubProcess id="x"><b:task id="t"/><b:startEvent id="i"/>' + flow("i",
        "t") + "</b:adHocSubProcess>"),
        line('<b:adHocSubProcess id="x"><b:task id="t"/></b:adHocSubProcess>')),
    "a flow across a border": (
        "flow-crosses-border", "f_i_e", line(SUB.format("", "", INNER + flow("i", "e"))), line(SUB.format("",
        "", INNER))),
    "a link that nothing catches": (
        "link-without-target", "x",
        process('<b:startEvent id="s"/>\n<b:intermediateThrowEvent id="x"><b:linkEventDefinition name="L"/>'
                '</b:intermediateThrowEvent><b:endEvent id="e"/>' + flow("s", "x")),
        process('<b:startEvent id="s"/>\n<b:intermediateThrowEvent id="x"><b:linkEventDefinition name="L"/>'
                '</b:intermediateThrowEvent><b:intermediateCatchEvent id="y"><b:linkEventDefinition name="L"/>'
                '</b:intermediateCatchEvent><b:endEvent id="e"/>' + flow("s", "x") + flow("y", "e"))),
    "compensation without a handler": (
        "compensation-without-handler", "bd",
        boundary("<b:compensateEventDefinition/>").replace(flow("bd", "e2"),
        "").replace('<bpmn:endEvent id="e2"/>', ""),
        line(task() + '<b:boundaryEvent id="bd" attachedToRef="x"><b:compensateEventDefinition/></b:boundaryEvent>',
             extra='<b:task id="h" isForCompensation="true"/><b:association id="as" sourceRef="bd" targetRef="h"/>')),
    "many instances of nothing": (
        "multi-instance-empty", "x", line(task("<b:multiInstanceLoopCharacteristics/>")),
        line(task("<b:multiInstanceLoopCharacteristics><b:loopCardinality>3</b:loopCardinality>"
                  "</b:multiInstanceLoopCharacteristics>"))),
    "a behaviour without its event": (
        "behavior-event-missing", "x", line(task('<b:multiInstanceLoopCharacteristics behavior="One">'
        "<b:loopCardinality>3</b:loopCardinality></b:multiInstanceLoopCharacteristics>")),
        line(task("<b:multiInstanceLoopCharacteristics><b:loopCardinality>3</b:loopCardinality>"
                  "</b:multiInstanceLoopCharacteristics>"))),
    "a quantity of none": ("quantity", "x", line(task(attributes='startQuantity="0"')), OK),
    "a call of nothing": (
        "call-without-target", "x", line(task(kind="callActivity")),
        line(task(kind="callActivity", attributes='calledElement="q"'),
             '<b:globalTask id="q"/>')),
    "an escalation without a code": (
        "thrown-without-code", "x",
        line('<b:intermediateThrowEvent id="x"><b:escalationEventDefinition escalationRef="es"/>'
             "</b:intermediateThrowEvent>", '<b:escalation id="es"/>'),
        line('<b:intermediateThrowEvent id="x"><b:escalationEventDefinition escalationRef="es"/>'
             "</b:intermediateThrowEvent>", '<b:escalation id="es" escalationCode="QUA_HAN"/>')),
    "data of two types": (
        "association-types", "x", data('itemSubjectRef="i1"', 'itemSubjectRef="i2"'),
        data('itemSubjectRef="i1"', 'itemSubjectRef="i1"')),
    "data in no set": (
        "data-in-no-set", "di", data("", "").replace("<bpmn:dataInputRefs>di</bpmn:dataInputRefs>", ""), data("", "")),
    "a message flow inside a pool": ("message-flow-inside", "mf", pools("s", "x"), pools("x", "qt")),
    "a message flow into an end": ("message-flow-end", "mf", pools("x", "qe"), pools("x", "qt")),
    "flows listed by halves": (
        "flow-not-listed", "s", OK.replace('<bpmn:userTask id="x" >', '<bpmn:userTask id="x"><bpmn:incoming>f_s_x'
        "</bpmn:incoming><bpmn:outgoing>f_x_e</bpmn:outgoing>"), OK),
    "a public process that is executable": (
        "public-executable", "p", OK.replace('isExecutable="true"', 'isExecutable="true" processType="Public"'), OK),
    "an outcome twice": (
        "outcome-twice", "x", line(task(ext('<mc:outcome id="a" label="A"/><mc:outcome id="a" label="B"/>'))),
        line(task(ext('<mc:outcome id="a" label="A"/><mc:outcome id="b" label="B"/>')))),
    "a dossier status that is none": (
        "extension-value", "x", line(task(ext('<mc:status code="11"/>'))), line(task(ext('<mc:status code="4"/>')))),
    "back to nowhere": (
        "back-target", "x", line(task(ext('<mc:back to="gone"/>'))), OK),
}  # fmt: skip

#: The same for what is reported and accepted.
WARNED: dict[str, tuple[str, str, str, str]] = {
    "an unreachable task": ("unreachable", "y", OK.replace("</bpmn:process>", '<bpmn:task id="y"/>' + flow("y", "e")
                                                           + "</bpmn:process>"), OK),
    "a task without a way out": (
        "no-way-out", "y", OK.replace("</bpmn:process>", '<bpmn:task id="y"/>' + flow("x",
        "y") + "</bpmn:process>"), OK),
    "a start without an end": (
        "start-without-end", "s", OK.replace('<bpmn:endEvent id="e"/>', "").replace(flow("x", "e"), ""), OK),
    "two ends after a parallel split": (
        "double-end", "x",
        process('<b:startEvent id="s"/>\n<b:parallelGateway id="x"/><b:endEvent id="a"/><b:endEvent id="b"/>'
                + flow("s", "x") + flow("x", "a") + flow("x", "b")),
        split("parallelGateway", "parallelGateway", "", "")),
    "nothing executable": ("nothing-executable", "p", OK.replace('isExecutable="true"', ""), OK),
    "a service without a connector": (
        "no-connector", "x", line(task(kind="serviceTask")),
        line(task(ext('<zeebe:taskDefinition type="gui_thu"/>'), "serviceTask"))),
    "an unknown extension": ("unknown-extension", "x", line(task(ext('<zeebe:magic on="true"/>'))), OK),
    "an unknown element of ours": ("extension-unknown", "x", line(task(ext("<mc:magic/>"))), OK),
    "an empty candidate group": (
        "empty-group", "x", line(task(ext('<zeebe:assignmentDefinition candidateGroups=","/>'))),
        line(task(ext('<zeebe:assignmentDefinition candidateGroups="chuyen_vien"/>')))),
    "a process deployed apart": (
        "called-elsewhere", "x", line(task(kind="callActivity", attributes='calledElement="other"')),
        line(task(kind="callActivity", attributes='calledElement="q"'), '<b:globalTask id="q"/>')),
    "a message without an operation": (
        "message-without-operation", "x", line(EVENT.format(CATCH), MESSAGE), line(EVENT.format(CATCH), SUBSCRIBED)),
    "a condition that is not read": (
        "condition-not-read", "f_x_a", split("parallelGateway", "parallelGateway", condition("a = 1"), ""),
        split("parallelGateway", "parallelGateway", "", "")),
    "a link without its throw": (
        "link-without-source", "y", OK.replace("</bpmn:process>", '<bpmn:intermediateCatchEvent id="y">'
        '<bpmn:linkEventDefinition name="L"/></bpmn:intermediateCatchEvent>' + flow("y", "e") + "</bpmn:process>"), OK),
    "an empty subprocess": ("empty-process", "x", line('<b:subProcess id="x"/>'), line(SUB.format("", "", INNER))),
    "a receive task without a message": (
        "receive-without-message", "x", line(task(kind="receiveTask")),
        line(task(kind="receiveTask", attributes='messageRef="m"'), MESSAGE)),
    "an undeclared error": (
        "undeclared-error", "bd", boundary('<b:errorEventDefinition errorRef="MA_LOI"/>'),
        boundary('<b:errorEventDefinition errorRef="er"/>', "", '<b:error id="er" errorCode="1"/>')),
}  # fmt: skip


def findings(xml: str, lang: str = "vi"):
    try:
        return read(xml.encode(), "model.bpmn", lang).findings
    except ModelError as error:
        return error.findings


@pytest.mark.parametrize("name", [*REFUSED, *WARNED])
def test_a_broken_model_is_reported_where_it_is_broken(name):
    rule, element, broken, _ = (REFUSED | WARNED)[name]
    found = [f for f in findings(broken) if f.rule == rule]
    assert found, [f.rule for f in findings(broken)]
    first = found[0]
    assert first.severity == ("error" if name in REFUSED else "warning")
    assert (first.file, first.element) == ("model.bpmn", element)
    assert first.message and first.fix and not re.search(r"(?<!\$){", first.message + first.fix)
    written = [i for i, text in enumerate(broken.split("\n"), 1) if f'id="{element}"' in text]
    assert 1 <= first.line <= broken.count("\n") + 1
    assert not written or first.line in written or first.line - 1 in written
    if name in WARNED:
        assert all(f.severity == "warning" for f in findings(broken)), findings(broken)


@pytest.mark.parametrize("name", [*REFUSED, *WARNED])
def test_the_mended_twin_is_clean(name):
    assert findings((REFUSED | WARNED)[name][3]) == ()


def test_there_are_enough_of_them():
    assert len(REFUSED) >= 40
    assert len(WARNED) >= 10


def test_every_rule_speaks_both_languages_with_the_same_facts():
    for name, rule in RULES.items():
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", name)
        assert set(re.findall(r"{(\w+)}", rule.vi + rule.fix_vi)) == set(
            re.findall(r"{(\w+?)(?:_en)?}", rule.en + rule.fix_en)  # a fact that is words has its English beside it
        ), name
    broken = REFUSED["a flow without a condition"][2]
    assert findings(broken, "en")[0].message.startswith("The flow")
    assert findings(broken, "vi")[0].message.startswith("Luồng")


def test_an_entity_never_reaches_the_parser():
    bomb = '<?xml version="1.0"?>\n<!-- <a --><!DOCTYPE a SYSTEM "file:///etc/passwd">' + OK
    for text in (bomb.encode(), bomb.encode("utf-16"), bomb.encode("utf-8-sig")):
        with pytest.raises(ModelError) as refused:
            read(text, "bomb.bpmn")
        assert refused.value.findings[0].rule in ("doctype", "not-xml")


def test_an_import_lies_beside_the_model_and_shares_no_id(tmp_path):
    wsdl = "http://www.omg.org/spec/BPMN/20100524/MODEL"
    path = tmp_path / "a.bpmn"
    path.write_text(file(f'<b:import namespace="urn:test" location="b.bpmn" importType="{wsdl}"/>'), "utf-8")
    assert [f.rule for f in read(path).errors] == ["import-missing"]
    (tmp_path / "b.bpmn").write_text(OK, "utf-8")
    assert read(path).errors == []
    path.write_text(OK.replace("<bpmn:process", f'<bpmn:import namespace="urn:test" location="b.bpmn" '
                                                f'importType="{wsdl}"/><bpmn:process', 1), "utf-8")  # fmt: skip
    assert {f.rule for f in read(path).errors} == {"duplicate-id"}
