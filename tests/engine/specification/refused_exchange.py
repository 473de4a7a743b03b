"""What the standard forbids of data, roles, correlation, conversations, choreographies and shared definitions."""

from __future__ import annotations

from tests.engine.specification.refusals import (
    TASK,
    TWO,
    Refusal,
    choice,
    line,
    pools,
    refused,
)
from tests.engine.specification.writing import (
    E,
    S,
    boundary,
    catch,
    end,
    event_sub,
    flows,
    many,
    node,
    process,
    start,
    sub,
    throw,
    users,
    what,
)

DATA = '<dataObject id="do"/>'
ITEMS = ('<itemDefinition id="I1" structureRef="xsd:string"/>'
         '<itemDefinition id="IC" structureRef="xsd:string" isCollection="true"/>')  # fmt: skip
PAIR = "<participantRef>pa</participantRef><participantRef>pb</participantRef>"
TALK = f'<conversation id="cv">{PAIR}</conversation>'
OPERATION = ('<interface id="if" name="I"><operation id="op" name="O"><inMessageRef>M</inMessageRef></operation>'
             "</interface>")  # fmt: skip
RESOURCES = ('<resource id="RS" name="r"><resourceParameter id="rp" name="x" isRequired="true"/></resource>'
             '<resource id="RT" name="t"><resourceParameter id="rq" name="y"/></resource>')  # fmt: skip
SHARED = "<eventDefinitionRef>sd</eventDefinitionRef>"
HANDLER = 'isForCompensation="true"'


def io(inputs: str = "", outputs: str = "") -> str:
    """An ioSpecification with one set on each side."""
    sides = []
    for kind, ids in (("Input", inputs.split()), ("Output", outputs.split())):
        sides.append(("".join(f'<data{kind} id="{id}"/>' for id in ids),
                      "".join(f"<data{kind}Refs>{id}</data{kind}Refs>" for id in ids)))  # fmt: skip
    (takes, taken), (gives, given) = sides
    return (f"<ioSpecification>{takes}{gives}<inputSet>{taken}</inputSet><outputSet>{given}</outputSet>"
            "</ioSpecification>")  # fmt: skip


def into(source: str, target: str) -> str:
    return (f"<dataInputAssociation><sourceRef>{source}</sourceRef><targetRef>{target}</targetRef>"
            "</dataInputAssociation>")  # fmt: skip


def out(source: str, target: str) -> str:
    return (f"<dataOutputAssociation><sourceRef>{source}</sourceRef><targetRef>{target}</targetRef>"
            "</dataOutputAssociation>")  # fmt: skip


def two(first: str, second: str = "", more: str = "") -> str:
    return S + E + node("userTask", "a", first) + node("userTask", "b", second) + more + flows("s>a>b>e")


def role(inside: str) -> str:
    return RESOURCES + process(line(users("a", f'<potentialOwner id="po">{inside}</potentialOwner>'), "a"))


def bound(parameter: str) -> str:
    return (f'<resourceParameterBinding parameterRef="{parameter}"><formalExpression>1</formalExpression>'
            "</resourceParameterBinding>")  # fmt: skip


def retrieved(id: str) -> str:
    return (f'<correlationProperty id="{id}" name="{id}"><correlationPropertyRetrievalExpression messageRef="M">'
            "<messagePath>a</messagePath></correlationPropertyRetrievalExpression></correlationProperty>")  # fmt: skip


def subscribed(prop: str) -> str:
    key = '<correlationKey id="ck"><correlationPropertyRef>cp</correlationPropertyRef></correlationKey>'
    return (retrieved("cp") + retrieved("cq")
            + f'<collaboration id="co"><participant id="pa" processRef="main"/>{key}</collaboration>'
            + process(TASK + '<correlationSubscription id="cs" correlationKeyRef="ck"><correlationPropertyBinding '
                      f'correlationPropertyRef="{prop}"><dataPath>x</dataPath></correlationPropertyBinding>'
                      "</correlationSubscription>"))  # fmt: skip


def offered(data: str, operation: str = "op") -> str:
    other = OPERATION.replace('"if"', '"ig"').replace('"op"', '"oq"')
    binding = f'<ioBinding operationRef="{operation}" inputDataRef="{data}" outputDataRef="do"/>'
    return OPERATION + other + process("<supportedInterfaceRef>if</supportedInterfaceRef>" + io("di", "do") + binding
                                       + line(users("a", io("ai")), "a"))  # fmt: skip


def mapped(inner: str, outer: str) -> str:
    return '<choreography id="ch"><participant id="px"/></choreography>' + pools(
        f"<participantAssociation><innerParticipantRef>{inner}</innerParticipantRef><outerParticipantRef>{outer}"
        "</outerParticipantRef></participantAssociation><choreographyRef>ch</choreographyRef>"
    )


def dance(inside: str, first: str = "", last: str = "") -> str:
    """A choreography of one activity ``t`` between p1 and p2, beside a process."""
    return ('<choreography id="ch"><participant id="p1"/><participant id="p2"/><participant id="p3"/><messageFlow '
            f'id="mf" sourceRef="p1" targetRef="p2"/>{start("cs", first)}{inside}{end("ce", last)}'
            + flows("cs>t>ce") + "</choreography>" + process(TASK))  # fmt: skip


def step(begins: str = "p1", takes: str = "p1 p2") -> str:
    who = "".join(f"<participantRef>{id}</participantRef>" for id in takes.split())
    return (f'<choreographyTask id="t" initiatingParticipantRef="{begins}">{who}<messageFlowRef>mf</messageFlowRef>'
            "</choreographyTask>")  # fmt: skip


def looped(reference: str, inside: str = "", more: str = "") -> str:
    """A multi-instance subprocess over `reference`."""
    loop = many(f"<loopDataInputRef>{reference}</loopDataInputRef>", cardinality="")
    body = sub("p", loop + inside + start("i") + end("o") + flows("i>o"))
    return S + E + body + users("b", io("bi")) + more + flows("s>p>b>e")


LIST = '<dataObject id="di" isCollection="true"/>'
MEMBERS = ('<ioSpecification><dataInput id="ai"/><inputSet><dataInputRefs>ai</dataInputRefs>{}</inputSet><outputSet/>'
           "</ioSpecification>")  # fmt: skip

REFUSALS: list[Refusal] = [
    # data
    refused("dataInputAssociation", "10.4.2", "it ends in the data input of another task", "association-end",
            two(into("do", "bi"), io("bi"), DATA), two("", io("bi") + into("do", "bi"), DATA)),
    refused("dataInputAssociation", "10.4.2", "it ends in a data object", "association-end",
            two(io("ai") + into("do", "d2"), "", DATA + '<dataObject id="d2"/>'),
            two(io("ai") + into("do", "ai"), "", DATA)),
    refused("dataOutputAssociation", "10.4.2", "it begins at the data output of another task", "association-end",
            two(io("", "ao"), out("ao", "do"), DATA), two(io("", "ao") + out("ao", "do"), "", DATA)),
    refused("dataOutputAssociation", "10.4.2", "it begins at a data object", "association-end",
            two(io("", "ao") + out("do", "d2"), "", DATA + '<dataObject id="d2"/>')),
    refused("dataOutputAssociation", "10.4.2", "it ends in an output of the same task", "association-end",
            two(io("", "ao ap") + out("ao", "ap"))),
    refused("dataInputAssociation", "10.4.1", "it reads a data object inside a subprocess", "data-out-of-reach",
            two(io("ai") + into("do", "ai"), "", sub("p", DATA + start("i") + end("o") + flows("i>o"))),
            line(sub("p", start("i") + end("o") + users("a", io("ai") + into("do", "ai")) + flows("i>a>o")) + DATA,
                 "p")),
    refused("dataInputAssociation", "10.4.1", "it reads a data object of another process", "data-out-of-reach",
            process(two(io("ai") + into("do", "ai"))) + TWO.replace("id='p1'>", "id='p1'>" + DATA)),
    refused("property", "10.4.1", "it is read by another task", "data-out-of-reach",
            two(io("ai") + into("pr", "ai"), '<property id="pr"/>')),
    refused("dataInputAssociation", "10.4.1", "it reads the input of another task", "data-out-of-reach",
            two(io("ai") + into("bi", "ai"), io("bi"))),
    refused("inputSet", "10.4.2", "it lists the data of another task", "set-member-elsewhere",
            two(MEMBERS.format("<dataInputRefs>bi</dataInputRefs>"), io("bi")), two(MEMBERS.format(""), io("bi"))),
    refused("dataObject", "10.4.1", "a data object has no state", "object-with-state",
            TASK + '<dataObject id="do"><dataState name="mới"/></dataObject>',
            TASK + DATA + '<dataObjectReference id="dr" dataObjectRef="do"><dataState name="mới"/>'
            "</dataObjectReference>"),
    refused("dataObjectReference", "10.4.1", "a reference has no type of its own", "reference-with-type",
            ITEMS + process(TASK + DATA + '<dataObjectReference id="dr" dataObjectRef="do" itemSubjectRef="I1"/>'),
            ITEMS + process(TASK + '<dataObject id="do" itemSubjectRef="I1"/>'
                            '<dataObjectReference id="dr" dataObjectRef="do"/>')),
    refused("dataObjectReference", "10.4.1", "a reference names its data object", "data-reference-target",
            TASK + '<dataObjectReference id="dr"/>', TASK + DATA + '<dataObjectReference id="dr" dataObjectRef="do"/>'),
    refused("extensionElements: definition", "8.2.3", "an extension names its definition", "missing-attribute",
            "<extension/>" + process(TASK), '<extension definition="q"/>' + process(TASK)),
    refused("messageEventDefinition", "15", "a reference leads into a namespace that is not imported",
            "unresolved-reference",
            line(catch("k", '<messageEventDefinition xmlns:k="urn:kia" messageRef="k:M"/>'), "k"),
            line(catch("k", '<messageEventDefinition xmlns:k="urn:x" messageRef="k:M"/>'), "k")),
    refused("multiInstanceLoopCharacteristics", "10.3.8", "a cardinality and a collection", "multi-instance-twice",
            line(users("a", io("ai") + many("<loopDataInputRef>ai</loopDataInputRef>")), "a"),
            line(users("a", io("ai") + many("<loopDataInputRef>ai</loopDataInputRef>", cardinality="")), "a")),
    refused("multiInstanceLoopCharacteristics", "10.3.8", "it gathers in the data of another task",
            "loop-data-elsewhere",
            two(io("ai") + many("<loopDataInputRef>ai</loopDataInputRef><loopDataOutputRef>bo</loopDataOutputRef>",
                                cardinality=""), io("", "bo"))),
    refused("multiInstanceLoopCharacteristics", "10.3.8", "a subprocess loops over the data of a task",
            "loop-data-elsewhere", looped("bi"), looped("di", more=LIST)),
    refused("multiInstanceLoopCharacteristics", "10.3.8", "a subprocess loops over what is inside it",
            "loop-data-elsewhere", looped("di", LIST), looped("di", more=LIST)),
    refused("multiInstanceLoopCharacteristics", "10.3.8", "a subprocess loops over what is no collection",
            "loop-not-collection", looped("do", more=DATA), looped("di", more=LIST)),
    # roles, operations, correlation, extensions
    refused("resource", "10.3.1", "a binding without a resource", "role-binding",
            role(bound("rp") + "<resourceAssignmentExpression><formalExpression>x</formalExpression>"
                 "</resourceAssignmentExpression>"), role("<resourceRef>RS</resourceRef>" + bound("rp"))),
    refused("resource", "10.3.1", "a parameter of another resource is bound", "role-binding",
            role("<resourceRef>RS</resourceRef>" + bound("rp") + bound("rq"))),
    refused("resource", "10.3.1", "a required parameter is not bound", "role-binding",
            role("<resourceRef>RS</resourceRef>"), role("<resourceRef>RT</resourceRef>")),
    refused("operation: ioBinding", "8.4.3", "it binds the data of a task", "binding-data", offered("ai"),
            offered("di")),
    refused("operation: ioBinding", "8.4.3", "its operation is of no interface that is offered", "binding-operation",
            offered("di", "oq"), offered("di")),
    refused("sendTask", "10.3.3", "its operation exchanges another message", "operation-message",
            OPERATION + process(line(node("sendTask", "a", "", 'messageRef="M2" operationRef="op"'), "a")),
            OPERATION + process(line(node("sendTask", "a", "", 'messageRef="M" operationRef="op"'), "a"))),
    refused("messageEventDefinition", "10.5.5", "its operation exchanges another message", "operation-message",
            OPERATION + process(line(catch("k", '<messageEventDefinition messageRef="M2"><operationRef>op'
                                           "</operationRef></messageEventDefinition>"), "k"))),
    refused("correlationSubscription", "8.4.2", "it binds a property that is not of its key", "correlation-binding",
            subscribed("cq"), subscribed("cp")),
    refused("extensionElements: mustUnderstand", "8.2.3", "an extension that nobody here understands",
            "must-understand", '<extension mustUnderstand="true" definition="q"/>' + process(TASK),
            '<extension definition="q"/>' + process(TASK)),
    refused("documentation", "8.2.1", "its format is no MIME type", "attribute-value",
            line(users("a", '<documentation textFormat="chữ thường">x</documentation>'), "a"),
            line(users("a", '<documentation textFormat="text/html">x</documentation>'), "a")),
    refused("conditionExpression", "8.4.8", "its language is no URI", "attribute-value",
            choice().replace('"tFormalExpression"', '"tFormalExpression" language="tiếng Việt"'), choice()),
    refused("conditionExpression", "15", "it is said to be of a type that no expression is", "attribute-value",
            choice().replace('"tFormalExpression"', '"tTask"'), choice()),
    # events
    refused("eventDefinitionRef", "10.5.1", "it uses the definition of another event", "definition-reused",
            S + E + catch("k", '<signalEventDefinition id="sd" signalRef="G"/>')
            + catch("v", "<eventDefinitionRef>sd</eventDefinitionRef>") + flows("s>k>v>e"),
            '<signalEventDefinition id="sd" signalRef="G"/>'
            + process(line(catch("v", "<eventDefinitionRef>sd</eventDefinitionRef>"), "v"))),
    *[refused(f"{kind}EventDefinition", "10.5.5", "shared by reference, it says nothing", rule,
              f'<{kind}EventDefinition id="sd"/>' + process(line(catch("v", SHARED), "v")),
              f'<{kind}EventDefinition id="sd" {more}' + process(line(catch("v", SHARED), "v")))
      for kind, rule, more in (
          ("timer", "timer-missing", "><timeDuration>P1D</timeDuration></timerEventDefinition>"),
          ("message", "message-missing", 'messageRef="M"/>'), ("signal", "signal-missing", 'signalRef="G"/>'))],
    *[refused("timerEventDefinition", "10.5.5", f"{said}: {kind}", rule,
              line(catch("v", f"<timerEventDefinition><{kind}>{text}</{kind}></timerEventDefinition>"), "v"))
      for kind, text, rule, said in (
          ("timeDate", "", "timer-missing", "its text is empty"),
          ("timeCycle", " ", "timer-missing", "its text is empty"),
          ("timeDuration", "", "timer-missing", "its text is empty"),
          ("timeDate", "2026-02-30T08:00:00", "timer-text", "there is no such day"),
          ("timeCycle", "R3/2025-02-29T08:00:00/P1D", "timer-text", "there is no such day"))],
    refused("boundaryEvent", "10.3.5", "it is attached to an event subprocess", "boundary-on-event-subprocess",
            TASK + event_sub("p", what("signal"), end("o") + flows("p_s>o")) + boundary("b", "p", what("timer"))
            + flows("b>e"), TASK + event_sub("p", what("signal"), end("o") + flows("p_s>o"))),
    refused("boundaryEvent: compensation", "10.7", "its handler stands in another scope",
            "compensation-handler-elsewhere",
            line(users("a") + sub("p", start("i") + end("o") + flows("i>o") + users("x", attributes=HANDLER)), "a", "p")
            + boundary("b", "a", what("compensate")) + '<association id="as" sourceRef="b" targetRef="x"/>',
            TASK + boundary("b", "a", what("compensate")) + users("x", attributes=HANDLER)
            + '<association id="as" sourceRef="b" targetRef="x"/>'),
    refused("activity", "10.3.8", "it has two kinds of loop", "repeated-element",
            line(users("a", "<standardLoopCharacteristics><loopCondition>x</loopCondition>"
                       "</standardLoopCharacteristics>" + many()), "a"), line(users("a", many()), "a")),
    refused("dataInputAssociation", "15", "it ends nowhere", "missing-element",
            line(users("a", "<dataInputAssociation><sourceRef>do</sourceRef></dataInputAssociation>") + DATA, "a"),
            line(users("a", io("ai") + into("do", "ai")) + DATA, "a")),
    refused("compensateEventDefinition", "10.5.5", "it names an activity of another process",
            "compensation-out-of-reach", process(line(throw("k", what("compensate", "a1")), "k")) + TWO),
    refused("compensateEventDefinition", "10.5.5", "it names an activity inside a subprocess",
            "compensation-out-of-reach",
            line(sub("p", start("i") + users("u") + end("o") + flows("i>u>o")) + throw("k", what("compensate", "u")),
                 "p", "k"),
            line(sub("p", start("i") + users("u") + end("o") + flows("i>u>o")) + throw("k", what("compensate", "p")),
                 "p", "k")),
    refused("boundaryEvent: compensation", "10.7", "it has two handlers", "compensation-handlers",
            TASK + boundary("b", "a", what("compensate")) + users("x y", attributes=HANDLER)
            + '<association id="as" sourceRef="b" targetRef="x"/><association id="at" sourceRef="b" targetRef="y"/>',
            TASK + boundary("b", "a", what("compensate")) + users("x", attributes=HANDLER)
            + '<association id="as" sourceRef="x" targetRef="b"/>'),
    # pools, lanes, conversations, choreographies
    refused("laneSet", "10.8", "a lane lists a node of another process", "lane-node",
            process('<laneSet id="ls"><lane id="l1"><flowNodeRef>a1</flowNodeRef></lane></laneSet>' + TASK) + TWO,
            process('<laneSet id="ls"><lane id="l1"><flowNodeRef>a</flowNodeRef></lane></laneSet>' + TASK) + TWO),
    refused("conversation", "9.5", "one takes part alone", "conversation-participants",
            pools('<conversation id="cv"><participantRef>pa</participantRef></conversation>'), pools(TALK)),
    refused("conversationLink", "9.5", "it joins two participants", "conversation-link",
            pools(TALK + '<conversationLink id="cl" sourceRef="pa" targetRef="pb"/>'),
            pools(TALK + '<conversationLink id="cl" sourceRef="pa" targetRef="cv"/>')),
    refused("callConversation", "9.5", "it has message flows of its own", "misplaced-element",
            pools('<messageFlow id="mf" sourceRef="pa" targetRef="pb"/><callConversation id="cv">' + PAIR
                  + "<messageFlowRef>mf</messageFlowRef></callConversation>"),
            pools('<callConversation id="cv">' + PAIR + "</callConversation>")),
    refused("callConversation", "9.5", "it calls a choreography", "wrong-reference",
            '<choreography id="ch"/>' + pools('<callConversation id="cv" calledCollaborationRef="ch">' + PAIR
                                              + "</callConversation>")),
    refused("participantAssociation", "9.3", "its inner end is a participant of the caller", "mapping-side",
            mapped("pa", "pb"), mapped("px", "pb")),
    refused("participantAssociation", "9.3", "its outer end is a participant of the called", "mapping-side",
            mapped("px", "px"), mapped("px", "pa")),
    refused("choreographyTask", "11.5", "one takes part alone", "choreography-participants", dance(step(takes="p1")),
            dance(step())),
    refused("choreographyTask", "11.5", "three take part", "choreography-participants",
            dance(step(takes="p1 p2 p3")), dance(step())),
    refused("choreographyTask", "11.5", "who begins takes no part", "choreography-initiator",
            dance(step(begins="p3")), dance(step())),
    refused("choreographyTask", "11.5", "its message is another's", "choreography-message",
            dance(step("p3", "p2 p3")), dance(step())),
    refused("choreography", "11", "a task in it", "misplaced-element", dance(users("t")), dance(step())),
    refused("choreography", "11", "data in it", "misplaced-element", dance(step() + DATA), dance(step())),
    refused("choreography", "11.6", "a message starts it", "event-kind", dance(step(), what("message")),
            dance(step(), what("timer"))),
    refused("choreography", "11.6", "an error ends it", "event-kind", dance(step(), "", what("error")),
            dance(step(), "", what("terminate"))),
]  # fmt: skip
