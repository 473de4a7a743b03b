"""What the standard forbids, or what cannot be executed truly: a broken model, the rule that refuses it, and its twin.

Rules that are told of and accepted (contracts.md §2) are here too, as warnings.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from tests.engine.specification.writing import (
    E,
    S,
    boundary,
    catch,
    definitions,
    end,
    event_sub,
    extensions,
    flows,
    gateway,
    many,
    node,
    process,
    start,
    sub,
    throw,
    users,
    what,
)


@dataclass(frozen=True, slots=True)
class Refusal:
    """`rule` must report the broken model; the twin must not be refused."""

    element: str
    clause: str
    says: str
    rule: str
    broken: str
    twin: str


def line(body: str, *names: str) -> str:
    return S + E + body + flows(">".join(("s", *names, "e")))


TASK = line(users("a"), "a")
TWO = "<process id='p1'>" + start("s1") + users("a1") + end("e1") + flows("s1>a1>e1") + "</process>"


def refused(element: str, clause: str, says: str, rule: str, broken: str, twin: str = TASK) -> Refusal:
    return Refusal(element, clause, says, rule, plain(definitions(broken)), plain(definitions(twin)))


def plain(model: str) -> str:
    """Without the namespaces that it does not use: those of other engines say how a file is to be read."""
    return re.sub(r' xmlns:(\w+)="[^"]*"', lambda m: m[0] if f"{m[1]}:" in model.replace(m[0], "") else "", model)


def pools(inside: str, more: str = "") -> str:
    return (f'<collaboration id="co"><participant id="pa" processRef="main"/><participant id="pb" processRef="p1"/>'
            f"{inside}</collaboration>" + process(TASK + more) + TWO)  # fmt: skip


def data(inputs: str = "", outputs: str = "", input_refs: str = "", output_refs: str = "") -> str:
    return (f"<ioSpecification>{inputs}{outputs}<inputSet>{input_refs}</inputSet><outputSet>{output_refs}</outputSet>"
            "</ioSpecification>")  # fmt: skip


def referring(element: str, broken: str, twin: str = TASK, clause: str = "15", rule: str = "unresolved-reference",
              says: str = "a reference leads to an element of the file") -> Refusal:  # fmt: skip
    return refused(element, clause, says, rule, broken, twin)


def timer(kind: str, text: str) -> str:
    return line(catch("k", f"<timerEventDefinition><{kind}>{text}</{kind}></timerEventDefinition>"), "k")


def choice(extra: str = "", kind: str = "exclusive", first: str = "x>a ? n = 1", default: str = "x-b") -> str:
    return (
        S + E + gateway(kind, "x", default, attributes=extra) + users("a b") + flows("s>x", first, "x>b", "a>e", "b>e")
    )


GATE = S + E + gateway("eventBased", "x") + catch("t", what("timer")) + "{0}" + flows("s>x", "x>t>e", "x>k", "{1}")


def event_gate(target: str, onward: str = "k>e") -> str:
    return GATE.replace("{0}", target).replace(flows("{1}"), "") + (flows(onward) if onward else "")


LISTED = S.replace("></startEvent>", "><outgoing>s-a</outgoing></startEvent>")
LOOP = "<standardLoopCharacteristics>{}</standardLoopCharacteristics>"
TX = sub("p", start("i") + end("o") + flows("i>o"), "transaction")
SUB = sub("p", start("i") + end("o") + flows("i>o"))

REFUSALS = [
    # reading
    refused("definitions", "15", "an element that BPMN does not have", "unknown-element", line("<robotTask id='a'/>",
            "a")),
    refused("definitions", "15", "an element where it must not stand", "misplaced-element",
            TASK.replace('<userTask id="a" ></userTask>', '<userTask id="a"><startEvent id="q"/></userTask>')),
    refused("definitions", "15", "an attribute that BPMN does not have", "unknown-attribute", line(users("a",
            attributes='colour="red"'), "a")),
    refused("definitions", "15", "a value that is none of its attribute", "attribute-value", line(users("a",
            attributes='isForCompensation="có"'), "a")),
    refused("definitions", "15", "a required attribute is missing", "missing-attribute", TASK
            + '<sequenceFlow id="f" sourceRef="s"/>'),
    refused("definitions", "8.2.1", "an id twice", "duplicate-id", TASK + users("a")),
    refused("definitions", "15", "an id that is none", "attribute-value", line(node("userTask", "1"), "1")),
    refused("extensionElements", "8.3.3", "a foreign element outside of them", "foreign-element",
            line(users("a", '<x:y xmlns:x="urn:x:y"/>'), "a")),
    # references
    referring("association", TASK + '<association id="as" sourceRef="a" targetRef="ma"/>'),
    referring("messageEventDefinition", line(catch("k", what("message", "MA")), "k")),
    referring("signalEventDefinition", line(catch("k", what("signal", "MA")), "k")),
    referring("errorEventDefinition", S + users("a") + end("e", what("error", "MA")) + flows("s>a>e")),
    referring("escalationEventDefinition", S + users("a") + end("e", what("escalation", "MA")) + flows("s>a>e")),
    referring("receiveTask", line(node("receiveTask", "a", attributes='messageRef="MA"'), "a")),
    referring("participant", '<collaboration id="co"><participant id="pa" processRef="ma"/></collaboration>'
            + process(TASK)),
    referring("boundaryEvent", TASK + boundary("b", "ma", what("timer")) + flows("b>e")),
    referring("lane", '<laneSet id="ls"><lane id="l1"><flowNodeRef>ma</flowNodeRef></lane></laneSet>' + TASK),
    referring("dataObjectReference", TASK + '<dataObjectReference id="dr" dataObjectRef="ma"/>'),
    referring("dataObject", TASK + '<dataObject id="do" itemSubjectRef="ma"/>'),
    referring("messageFlow", pools('<messageFlow id="mf" sourceRef="a" targetRef="ma"/>')),
    referring("message", '<message id="M9" itemRef="ma"/>' + process(TASK)),
    referring("signal", '<signal id="G9" structureRef="ma"/>' + process(TASK),
            '<signal id="G9" structureRef="String"/>' + process(TASK)),
    referring("error", '<error id="R9" structureRef="ma"/>' + process(TASK)),
    referring("escalation", '<escalation id="H9" structureRef="ma"/>' + process(TASK)),
    referring("sequenceFlow: default", S + E + users("b") + node("userTask", "a", "", 'default="ma"') + flows("s>a",
            "a>b ? n = 1", "a>e", "b>e"),
              rule="foreign-default"),
    referring("sequenceFlow", TASK + '<sequenceFlow id="f" sourceRef="a" targetRef="ma"/>', rule="dangling-flow"),
    referring("sequenceFlow", TASK + '<textAnnotation id="ta"/><sequenceFlow id="f" sourceRef="a" targetRef="ta"/>',
            rule="wrong-reference",
              says="a reference leads to the kind of element that it may"),
    referring("participant", '<collaboration id="co"><participant id="pa" processRef="M"/></collaboration>'
            + process(TASK), rule="wrong-reference",
              says="a reference leads to the kind of element that it may"),
    referring("messageEventDefinition", line(catch("k", what("message", "G")), "k"), rule="wrong-reference",
              says="a reference leads to the kind of element that it may"),
    referring("compensateEventDefinition", line(throw("k", what("compensate", "ma")), "k")),
    referring("compensateEventDefinition", line(throw("k", what("compensate", "s")), "k"), rule="wrong-reference",
              says="a reference leads to the kind of element that it may"),
    referring("group", TASK + '<group id="gr" categoryValueRef="ma"/>'),
    referring("operation", '<interface id="if" name="I"><operation id="op" name="O"><inMessageRef>MA</inMessageRef>'
            '</operation></interface>' + process(TASK)),
    referring("serviceTask", line(node("serviceTask", "a", attributes='operationRef="MA"'), "a")),
    referring("correlationKey", '<collaboration id="co"><participant id="pa" processRef="main"/><correlationKey '
            'id="ck"><correlationPropertyRef>ma'
              "</correlationPropertyRef></correlationKey></collaboration>" + process(TASK)),
    referring("correlationSubscription", TASK + '<correlationSubscription id="cs" correlationKeyRef="ma"/>'),
    referring("resource", line(users("a", '<potentialOwner id="po"><resourceRef>MA</resourceRef></potentialOwner>'),
            "a")),
    referring("process: supports", process("<supports>ma</supports>" + TASK)),
    referring("process", process(TASK, attributes='definitionalCollaborationRef="ma"')),
    referring("participantAssociation", pools('<participantAssociation id="pas">'
            '<innerParticipantRef>ma</innerParticipantRef><outerParticipantRef>pa'
              "</outerParticipantRef></participantAssociation>")),
    referring("messageFlowAssociation", pools('<messageFlowAssociation id="mfa" innerMessageFlowRef="ma" '
            'outerMessageFlowRef="ma"/>')),
    referring("conversation", pools('<conversation id="cv"><participantRef>pa</participantRef>'
            '<participantRef>pb</participantRef><messageFlowRef>ma'
              "</messageFlowRef></conversation>")),
    referring("conversationLink", pools('<conversation id="cv"><participantRef>pa</participantRef>'
            '<participantRef>pb</participantRef></conversation>'
              '<conversationLink id="cl" sourceRef="ma" targetRef="cv"/>')),
    referring("callConversation", pools('<callConversation id="cv" calledCollaborationRef="ma">'
            '<participantRef>pa</participantRef><participantRef>pb'
              "</participantRef></callConversation>")),
    referring("partnerEntity", '<partnerEntity id="pe"><participantRef>ma</participantRef></partnerEntity>'
            + process(TASK)),
    referring("eventDefinitionRef", line(catch("k", "<eventDefinitionRef>ma</eventDefinitionRef>"), "k")),
    # flows
    refused("sequenceFlow", "10.5.1", "the only flow out of an activity has a condition", "single-conditional-flow",
            S + E + users("a") + flows("s>a", "a>e ? n = 1")),
    refused("sequenceFlow", "10.5.1", "the only flow out of a subprocess has a condition", "single-conditional-flow",
            S + E + SUB + flows("s>p", "p>e ? n = 1")),
    refused("sequenceFlow: default", "10.5.1", "a default flow that leaves another node", "foreign-default",
            choice(default="a-e")),
    refused("sequenceFlow", "10.3.5", "a flow crosses the border of a subprocess", "flow-crosses-border",
            S + E + sub("p", start("i") + end("o") + users("k") + flows("i>k>o")) + users("a") + flows("s>p>a>e",
            "a>k")),
    refused("sequenceFlow", "9.4", "a flow from one pool to another", "flow-crosses-border", pools("", flows("a>a1"))),
    refused("sequenceFlow", "8.3.13", "isImmediate is false in an executable process", "not-immediate",
            TASK.replace('sourceRef="s"', 'isImmediate="false" sourceRef="s"')),
    refused("flowNode", "8.3.13", "a flow that its node does not list, while the file lists flows", "flow-not-listed",
            LISTED + E + users("a", "<incoming>s-a</incoming><outgoing>a-e</outgoing>") + flows("s>a>e"),
            LISTED + E + users("a") + flows("s>a>e")),  # so few are listed that it is no list
    # gateways
    refused("exclusiveGateway", "10.6.2", "a flow without condition that is not the default", "missing-condition",
            choice(default=""), choice()),
    refused("inclusiveGateway", "10.6.3", "a flow without condition that is not the default", "missing-condition",
            choice(kind="inclusive", default=""),
            choice(kind="inclusive")),
    *[refused(f"{kind}Gateway", "10.6", "Converging with two flows out", "gateway-direction",
              choice('gatewayDirection="Converging"', kind, default="" if kind == "parallel" else "x-b",
              first="x>a" if kind == "parallel" else "x>a ? n = 1"),
              choice('gatewayDirection="Diverging"', kind, default="" if kind == "parallel" else "x-b",
              first="x>a" if kind == "parallel" else "x>a ? n = 1"))
      for kind in ("exclusive", "inclusive", "parallel", "complex")],
    refused("parallelGateway", "10.6", "Diverging with two flows in", "gateway-direction",
            S + E + gateway("parallel", "x") + gateway("parallel", "j", attributes='gatewayDirection="Diverging"')
            + users("a b")
            + flows("s>x", "x>a>j", "x>b>j", "j>e")),
    refused("parallelGateway", "10.6", "Mixed with one flow in", "gateway-direction",
            choice('gatewayDirection="Mixed"', "parallel", "x>a", "")),
    refused("parallelGateway", "10.6", "one flow in, one flow out", "gateway-does-nothing", S + E + gateway("parallel",
            "x") + flows("s>x>e")),
    refused("parallelGateway", "contracts §2", "branches of which only one comes meet in a parallel join",
            "exclusive-into-parallel",
            S + E + gateway("exclusive", "x", "x-b") + gateway("parallel", "j") + users("a b") + flows("s>x",
            "x>a ? n = 1", "x>b>j", "a>j", "j>e")),
    refused("eventBasedGateway", "10.6.6", "fewer than two flows out", "event-gateway-branches",
            S + E + gateway("eventBased", "x") + catch("t", what("timer")) + flows("s>x", "x>t>e")),
    refused("eventBasedGateway", "10.6.6", "it leads to a task", "event-gateway-target", event_gate(users("k"))),
    refused("eventBasedGateway", "10.6.6", "it leads to an end event", "event-gateway-target", event_gate(end("k"),
            "")),
    refused("eventBasedGateway", "10.6.6", "receive tasks beside message events", "event-gateway-mixed",
            event_gate(catch("k", what("message")) + node("receiveTask", "v", attributes='messageRef="M2"'))
            + flows("x>v>e"),
            event_gate(catch("k", what("message")))),
    refused("eventBasedGateway", "10.6.6", "a receive task with a boundary event", "event-gateway-boundary",
            event_gate(node("receiveTask", "k", attributes='messageRef="M"') + boundary("b", "k", what("signal"))
            + flows("b>e")),
            event_gate(node("receiveTask", "k", attributes='messageRef="M"'))),
    refused("eventBasedGateway", "10.6.6", "its target has another incoming flow", "event-gateway-shared-target",
            event_gate(catch("k", what("signal")) + users("u")).replace(flows("s>x"), flows("s>x", "s>u>k")),
            event_gate(catch("k", what("signal")))),
    refused("eventBasedGateway", "10.6.6", "Parallel where it begins nothing", "parallel-event-gateway",
            event_gate(catch("k", what("signal"))).replace('eventBasedGateway id="x"',
            'eventBasedGateway id="x" eventGatewayType="Parallel"')),
    refused("eventBasedGateway: instantiating", "10.6.6", "with an incoming flow", "instantiating-incoming",
            event_gate(catch("k", what("signal"))).replace('eventBasedGateway id="x"',
            'eventBasedGateway id="x" instantiate="true"')),
    # activities
    refused("receiveTask: instantiating", "10.3.3", "with an incoming flow", "instantiating-incoming",
            line(node("receiveTask", "a", attributes='messageRef="M" instantiate="true"'), "a")),
    refused("scriptTask", "contracts §2", "a script that is not FEEL", "script-language",
            line(node("scriptTask", "a", "<script>x = 1</script>", 'scriptFormat="python"'), "a")),
    refused("scriptTask", "contracts §2", "a script that FEEL cannot read", "feel-syntax", line(node("scriptTask", "a",
            "<script>1 +</script>"), "a")),
    refused("callActivity", "10.3.6", "it names nothing", "call-without-target", line(node("callActivity", "a"), "a")),
    refused("callActivity", "10.3.6", "it calls what cannot be called", "wrong-reference", line(node("callActivity",
            "a", attributes='calledElement="s"'), "a")),
    refused("subProcess", "10.3.5", "it has an ioSpecification", "subprocess-io", line(sub("p", data() + start("i")
            + end("o") + flows("i>o")), "p")),
    refused("subProcess", "10.5.2", "its start event has a trigger", "event-kind", line(sub("p", start("i",
            what("timer")) + end("o") + flows("i>o")), "p")),
    refused("subProcess: triggeredByEvent", "10.3.5", "it has a flow", "event-subprocess-flow",
            line(sub("p", start("i", what("signal")) + end("o") + flows("i>o"), attributes='triggeredByEvent="true"'),
            "p")),
    refused("subProcess: triggeredByEvent", "10.3.5", "it has two start events", "event-subprocess-start",
            TASK + event_sub("p", what("signal"), start("i", what("timer")) + end("o") + flows("p_s>o", "i>o"))),
    refused("subProcess: triggeredByEvent", "10.3.5", "its start event has no trigger", "event-subprocess-trigger",
            TASK + event_sub("p", "", end("o") + flows("p_s>o"))),
    refused("adHocSubProcess", "10.3.5", "it has start or end events", "ad-hoc-events", line(sub("p", start("i")
            + users("k") + flows("i>k"), "adHocSubProcess"), "p")),
    refused("adHocSubProcess", "10.3.5", "it has no activity", "ad-hoc-empty", line(sub("p", "<dataObject id='do'/>",
            "adHocSubProcess"), "p")),
    refused("activity: startQuantity", "10.3", "less than one", "quantity", line(users("a",
            attributes='startQuantity="0"'), "a")),
    refused("activity: completionQuantity", "10.3", "less than one", "quantity", line(users("a",
            attributes='completionQuantity="0"'), "a")),
    refused("standardLoopCharacteristics", "10.3.8", "neither condition nor maximum", "loop-without-end",
            line(users("a", LOOP.format("")), "a")),
    refused("multiInstanceLoopCharacteristics", "10.3.8", "neither cardinality nor collection", "multi-instance-empty",
            line(users("a", "<multiInstanceLoopCharacteristics/>"), "a")),
    refused("multiInstanceLoopCharacteristics: behavior One", "10.3.8", "without its event", "behavior-event-missing",
            line(users("a", many(attributes='behavior="One"')), "a")),
    refused("multiInstanceLoopCharacteristics: behavior None", "10.3.8", "without its event", "behavior-event-missing",
            line(users("a", many(attributes='behavior="None"')), "a")),
    refused("multiInstanceLoopCharacteristics: behavior Complex", "10.3.8", "without its definitions",
            "behavior-event-missing",
            line(users("a", many(attributes='behavior="Complex"')), "a")),
    refused("activity: isForCompensation", "10.7", "it has flows", "compensation-activity-flow", line(users("a",
            attributes='isForCompensation="true"'), "a")),
    refused("resource", "10.3.1", "a role by reference and by expression", "misplaced-element",
            '<resource id="RS" name="x"/>' + process(line(users("a", '<potentialOwner id="po">'
            '<resourceRef>RS</resourceRef><resourceAssignmentExpression>'
            "<formalExpression>x</formalExpression></resourceAssignmentExpression></potentialOwner>"), "a"))),
    # events
    refused("startEvent", "10.5.2", "it has an incoming flow", "no-incoming-allowed", TASK + flows("a>s")),
    refused("startEvent", "10.5.2", "it has no outgoing flow", "start-without-flow", TASK + start("s2")),
    refused("endEvent", "10.5.3", "it has an outgoing flow", "end-with-outgoing", TASK + flows("e>a")),
    refused("endEvent", "10.5.3", "there is an end event and no start event", "end-without-start", users("a") + E
            + flows("a>e")),
    *[refused("startEvent", "10.5.2", f"{kind} cannot start a process", "event-kind", start("s", what(kind)) + E
            + flows("s>e"))
      for kind in ("error", "escalation", "compensate", "cancel", "terminate", "link")],
    *[refused("endEvent", "10.5.3", f"{kind} cannot be thrown at an end", "event-kind", S + end("e", what(kind))
            + flows("s>e"))
      for kind in ("timer", "conditional", "link")],
    *[refused("intermediateCatchEvent", "10.5.4", f"{kind} cannot be caught in the flow", "event-kind", line(catch("k",
            what(kind)), "k"))
      for kind in ("error", "escalation", "compensate", "cancel", "terminate")],
    *[refused("intermediateThrowEvent", "10.5.4", f"{kind} cannot be thrown in the flow", "event-kind", line(throw("k",
            what(kind)), "k"))
      for kind in ("timer", "conditional", "error", "cancel", "terminate")],
    *[refused("boundaryEvent", "10.5.4", f"{kind} cannot stand on a border", "event-kind", TASK + boundary("b", "a",
            what(kind)) + flows("b>e"))
      for kind in ("link", "terminate")],
    refused("boundaryEvent", "10.5.4", "it has an incoming flow", "no-incoming-allowed", TASK + boundary("b", "a",
            what("timer")) + flows("b>e", "s>b")),
    refused("boundaryEvent", "10.5.4", "it waits for nothing", "event-without-definition", TASK + boundary("b", "a",
            "") + flows("b>e")),
    refused("intermediateCatchEvent", "10.5.4", "it waits for nothing", "event-without-definition", line(catch("k",
            ""), "k")),
    refused("boundaryEvent: error", "10.5.4", "it does not interrupt", "always-interrupting", TASK + boundary("b", "a",
            what("error"), False) + flows("b>e"),
            TASK + boundary("b", "a", what("error")) + flows("b>e")),
    refused("boundaryEvent: cancel", "10.5.4", "not on a transaction", "cancel-outside-transaction", line(SUB, "p")
            + boundary("b", "p", what("cancel")) + flows("b>e"),
            line(TX, "p") + boundary("b", "p", what("cancel")) + flows("b>e")),
    refused("endEvent: cancel", "10.5.3", "not in a transaction", "cancel-outside-transaction", S + end("e",
            what("cancel")) + flows("s>e")),
    refused("boundaryEvent: compensation", "10.7", "it has a flow", "compensation-flow",
            TASK + boundary("b", "a", what("compensate")) + users("x", attributes='isForCompensation="true"')
            + '<association id="as" sourceRef="b" targetRef="x"/>' + flows("b>e")),
    refused("boundaryEvent: compensation", "10.7", "it has no handler", "compensation-without-handler", TASK
            + boundary("b", "a", what("compensate"))),
    refused("boundaryEvent: compensation", "10.7", "its handler is not marked", "compensation-handler-unmarked",
            TASK + boundary("b", "a", what("compensate")) + users("x")
            + '<association id="as" sourceRef="b" targetRef="x"/>'),
    refused("boundaryEvent", "10.5.4", "it is attached to an activity of another scope", "boundary-elsewhere",
            line(sub("p", start("i") + end("o") + flows("i>o") + boundary("b", "a", what("timer")) + flows("b>o"))
            + users("a"), "p", "a")),
    refused("subProcess: event, error", "10.5.2", "its start does not interrupt", "always-interrupting",
            TASK + event_sub("p", what("error"), end("o") + flows("p_s>o"), False), TASK + event_sub("p",
            what("error"), end("o") + flows("p_s>o"))),
    refused("intermediateThrowEvent: link", "10.5.5", "nothing catches it", "link-without-target", S + throw("w",
            what("link")) + flows("s>w")),
    refused("intermediateCatchEvent: link", "10.5.5", "it is caught twice", "link-target-twice",
            S + E + throw("w", what("link")) + catch("k", what("link")) + catch("k2", what("link")) + flows("s>w",
            "k>e", "k2>e")),
    refused("intermediateCatchEvent: link", "10.5.5", "it has an incoming flow", "link-flow",
            S + E + throw("w", what("link")) + catch("k", what("link")) + users("a") + flows("s>w", "a>k>e", "s>a")),
    refused("timerEventDefinition", "10.5.5", "neither date nor duration nor cycle", "timer-missing", line(catch("k",
            "<timerEventDefinition/>"), "k")),
    *[refused("timerEventDefinition", "10.5.5", f"{text} is no {kind}", "timer-text", timer(kind, text), timer(kind,
            good))
      for kind, text, good in (
          ("timeDate", "2026-02-30T25:00:00", "2026-02-14T15:20:00+07:00"), ("timeDate", "PT5S", "2026-02-14"),
          ("timeDate", "hôm nay", "2026-02-14"),
          ("timeDuration", "5 ngày", "P5D"), ("timeDuration", "2026-02-14", "P5D"), ("timeDuration", "P", "PT1S"),
          ("timeCycle", "R3", "R3/PT1H"),
          ("timeCycle", "5", "R/P1D"))],
    refused("conditionalEventDefinition", "10.5.5", "an empty condition", "condition-empty",
            line(catch("k", "<conditionalEventDefinition><condition/></conditionalEventDefinition>"), "k")),
    refused("messageEventDefinition", "10.5.5", "it names no message", "message-missing", line(catch("k",
            "<messageEventDefinition/>"), "k")),
    refused("signalEventDefinition", "10.5.5", "it names no signal", "signal-missing", line(throw("k",
            "<signalEventDefinition/>"), "k")),
    refused("errorEventDefinition", "10.5.5", "thrown without a code", "thrown-without-code", S + end("e",
            "<errorEventDefinition/>") + flows("s>e")),
    refused("escalationEventDefinition", "10.5.5", "thrown without a code", "thrown-without-code", line(throw("k",
            "<escalationEventDefinition/>"), "k")),
    refused("startEvent: message", "10.5.2", "its name reads variables, and there are none before it", "dynamic-name",
            '<message id="M9" name="= mã"/>' + process(start("s", what("message", "M9")) + E + flows("s>e")),
            """<message id="M9" name='= "mã"'/>""" + process(start("s", what("message", "M9")) + E + flows("s>e"))),
    refused("error", "8.4.5", "its code reads variables", "dynamic-name",
            '<error id="R9" errorCode="${mã}"/>' + process(S + end("e", what("error", "R9")) + flows("s>e"))),
    refused("messageEventDefinition", "profile.md", "Java does not send messages", "java-implementation",
            line(throw("k", '<messageEventDefinition messageRef="M" camunda:class="a.B"/>'), "k"),
            line(throw("k", '<messageEventDefinition camunda:type="external" camunda:topic="t"/>'), "k")),
    refused("sequenceFlow", "dialects.md", "a flow or step that another engine may skip", "foreign-meaning",
            line(users("a", attributes='flowable:skipExpression="${b}"'), "a"), line(users("a"), "a")),
    # pools and data
    refused("messageFlow", "9.4", "it stays within one pool", "message-flow-inside",
            pools('<messageFlow id="mf" sourceRef="a" targetRef="b"/>').replace(TASK, line(users("a b"), "a", "b"))),
    refused("messageFlow", "9.4", "it begins at a gateway", "wrong-reference",
            pools('<messageFlow id="mf" sourceRef="x" targetRef="a1"/>').replace(TASK, choice())),
    refused("messageFlow", "9.4", "it ends at an end event", "message-flow-end",
            pools('<messageFlow id="mf" sourceRef="a" targetRef="e1"/>'),
            pools('<messageFlow id="mf" sourceRef="a" targetRef="a1"/>')),
    refused("messageFlow", "9.4", "it begins at a start event", "message-flow-end",
            pools('<messageFlow id="mf" sourceRef="s" targetRef="a1"/>')),
    refused("participant", "9.3", "its multiplicity is none", "participant-multiplicity",
            '<collaboration id="co"><participant id="pa" processRef="main"><participantMultiplicity minimum="3" '
            'maximum="2"/></participant></collaboration>' + process(TASK)),
    refused("dataInput", "10.4.2", "it is in no inputSet", "data-in-no-set", line(users("a",
            data('<dataInput id="di"/>')), "a"),
            line(users("a", data('<dataInput id="di"/>', input_refs="<dataInputRefs>di</dataInputRefs>")), "a")),
    refused("dataOutput", "10.4.2", "it is in no outputSet", "data-in-no-set", line(users("a", data("",
            '<dataOutput id="do"/>')), "a")),
    refused("dataInput", "10.4.2", "a process's own input is the target of an association", "process-data-end",
            process(data('<dataInput id="di"/>', input_refs="<dataInputRefs>di</dataInputRefs>")
            + '<dataObject id="dob"/>' + line(users(
                "a", data("", '<dataOutput id="do"/>', "", "<dataOutputRefs>do</dataOutputRefs>")
                + "<dataOutputAssociation><sourceRef>do</sourceRef><targetRef>di</targetRef></dataOutputAssociation>"),
                "a"))),
    refused("dataOutput", "10.4.2", "a process's own output is the source of an association", "process-data-end",
            process(data("", '<dataOutput id="do0"/>', "", "<dataOutputRefs>do0</dataOutputRefs>") + line(users(
                "a", data('<dataInput id="di"/>', "", "<dataInputRefs>di</dataInputRefs>")
                + "<dataInputAssociation><sourceRef>do0</sourceRef><targetRef>di</targetRef></dataInputAssociation>"),
                "a"))),
    refused("process", "10.3", "Public and executable", "public-executable", process(TASK,
            attributes='processType="Public"')),
    refused("choreographyTask", "11", "in a process", "choreography",
            TASK + '<choreographyTask id="ct" initiatingParticipantRef="pa"><participantRef>pa</participantRef>'
            '<participantRef>pb</participantRef>'
            "<messageFlowRef>mf</messageFlowRef></choreographyTask>"),
    refused("dataStoreReference", "10.4.1", "reading a store that the system does not have", "data-store",
            line('<dataStoreReference id="ds" name="Kho"/>' + users("a",
            '<property id="pr" name="n"/><dataInputAssociation><sourceRef>ds</sourceRef>'
                 "<targetRef>pr</targetRef><assignment><from>x</from><to>n</to></assignment></dataInputAssociation>"),
                 "a")),
    # dialects
    refused("listeners", "profile.md", "Java is not run", "listener",
            line(users("a", extensions('<camunda:taskListener event="create" class="a.B"/>')), "a")),
    refused("serviceTask", "profile.md", "Java is not run", "java-implementation", line(node("serviceTask", "a",
            attributes='flowable:class="a.B"'), "a")),
    refused("conditionExpression: ${…}", "profile.md", "beyond the simple subset", "foreign-expression",
            choice(first="x>a ? ${n.m() > 1}"), choice(first="x>a ? ${n > 1}")),
    # warnings
    refused("callActivity", "contracts §2", "a called process deployed apart is told of", "called-elsewhere",
            line(node("callActivity", "a", attributes='calledElement="xa"'), "a")),
    refused("flowNode", "contracts §2", "a node that nothing reaches is told of", "unreachable", TASK + users("b")
            + flows("b>e")),
    refused("flowNode", "contracts §2", "a node without a way out is told of", "no-way-out", TASK + gateway("parallel",
            "x") + users("b c") + flows("a>x", "x>b>e", "x>c")),
    refused("sequenceFlow", "contracts §2", "a condition that is never read is told of", "condition-not-read",
            choice(kind="parallel", default="")),
    refused("sequenceFlow: default", "contracts §2", "the condition of a default flow is told of", "condition-not-read",
            choice(first="x>a ? n = 1").replace(flows("x>b"), flows("x>b ? n = 2"))),
    refused("startEvent", "contracts §2", "a start without an end event is told of", "start-without-end", S
            + users("a") + flows("s>a")),
    refused("intermediateCatchEvent: link", "contracts §2", "a catch that nothing throws is told of",
            "link-without-source", TASK + catch("k", what("link")) + flows("k>e")),
    refused("parallelGateway", "contracts §2", "branches that end apart are told of", "double-end",
            S + E + end("e2") + gateway("parallel", "x") + users("a b") + flows("s>x", "x>a>e", "x>b>e2")),
    refused("messageEventDefinition", "contracts §2", "a message event without operationRef is told of",
            "message-without-operation", line(catch("k", what("message")), "k")),
    refused("process", "contracts §2", "nothing marked executable is told of", "nothing-executable",
            '<process id="main">' + TASK + "</process>"),
    refused("serviceTask", "contracts §2", "without a connector is told of", "no-connector", line(node("serviceTask",
            "a"), "a")),
    refused("extensionElements", "contracts §2", "what is not known is told of", "unknown-extension", line(users("a",
            extensions('<x:y xmlns:x="urn:x:y"/>')), "a")),
    refused("userTask", "contracts §2", "an empty candidate group is told of", "empty-group",
            line(users("a", extensions('<zeebe:assignmentDefinition candidateGroups=" "/>')), "a")),
    refused("complexGateway", "13.4.5", "without an activation condition is told of", "no-activation",
            S + E + gateway("parallel", "x") + gateway("complex", "j") + users("a b") + flows("s>x", "x>a>j", "x>b>j",
            "j>e")),
    refused("businessRuleTask", "13.3.3", "without a decision is told of", "no-decision", line(node("businessRuleTask",
            "a"), "a")),
    refused("receiveTask", "13.3.3", "without a message is told of", "receive-without-message",
            line(node("receiveTask", "a"), "a")),
]  # fmt: skip
