"""Rules of the specification about pools, message flows and conversations (9)."""

from __future__ import annotations

from lxml import etree

from engine.model.checks.graph import kinds_of
from engine.model.findings.drawn import bound
from engine.model.names import bpmn_name, elements, flag, kid, kids, ref, text_of
from engine.model.source.file import Source

CONVERSATIONS = ("conversation", "subConversation", "callConversation")
_CALLING = ("collaboration", "choreography", "globalConversation", "globalChoreographyTask")
#: What a reusable conversation leaves out (9.5.4).
_NOT_GLOBAL = frozenset(
    (*CONVERSATIONS, "participantAssociation", "messageFlowAssociation", "conversationAssociation", "association",
     "group", "textAnnotation")
)  # fmt: skip


#: What maps elements of a called collaboration to those of the calling one: its inner and outer end.
_MAPPINGS = {
    "participantAssociation": ("innerParticipantRef", "outerParticipantRef"),
    "messageFlowAssociation": ("innerMessageFlowRef", "outerMessageFlowRef"),
    "conversationAssociation": ("innerConversationNodeRef", "outerConversationNodeRef"),
}


def check(source: Source, element: etree._Element, name: str) -> None:
    if name == "messageFlow":
        _message_flow(source, element)
    elif name == "participantMultiplicity":
        _multiplicity(source, element)
    elif name in ("choreography", "globalConversation", "collaboration"):
        _collaboration(source, element, name)
    elif name in CONVERSATIONS:
        _conversation(source, element, name)
    elif name == "conversationLink":
        _conversation_link(source, element)
    elif name in _MAPPINGS:
        _mapping(source, element, *_MAPPINGS[name])
    elif name == "lane":
        _lane(source, element)
    elif name == "correlationSubscription":
        _subscription(source, element)


def _message_flow(source: Source, flow: etree._Element) -> None:
    report = source.report
    ends = [source.ids.get(ref(flow.get(name))) for name in ("sourceRef", "targetRef")]
    pools = [_pool(end) for end in ends]
    if flow.get("sourceRef") == flow.get("targetRef") or (pools[0] is not None and pools[0] == pools[1]):
        report.add("message-flow-inside", flow)
    for end, side in zip(ends, ("source", "target"), strict=True):
        if end is None:
            continue
        kind = bpmn_name(end)
        kinds = kinds_of(source, end) if kind.endswith("Event") else set()
        wrong = {"source": ("startEvent", "intermediateCatchEvent", "boundaryEvent"),
                 "target": ("endEvent", "intermediateThrowEvent")}[side]  # fmt: skip
        if kind in wrong:
            report.add("message-flow-end", flow, side=side, kind=kind)
        elif kind.endswith("Event") and "message" not in kinds:
            rule = "message-flow-event"
            if kinds:
                report.add(rule, end, kind=kind)
            else:  # at a plain start or end it is documentation: the process begins and ends as it is drawn
                plain = kind in ("startEvent", "endEvent")
                report.add("message-flow-plain" if plain else bound(rule, end), end, kind=kind)


def _pool(element: etree._Element | None) -> str | None:
    """The process that an end of a message flow lies in."""
    if element is None:
        return None
    if bpmn_name(element) == "participant":
        return ref(element.get("processRef")) or element.get("id")
    process = next((a for a in element.iterancestors() if bpmn_name(a) == "process"), None)
    return None if process is None else process.get("id")


def _multiplicity(source: Source, element: etree._Element) -> None:
    try:
        low, high = int(element.get("minimum") or 0), int(element.get("maximum") or 1)
    except ValueError:
        return
    if low < 0 or high < 1 or high < low:
        source.report.add("participant-multiplicity", element)


def _collaboration(source: Source, element: etree._Element, name: str) -> None:
    report = source.report
    references = kids(element, "choreographyRef")
    if references and name != "collaboration":
        report.add("choreography-reference", element)
    for reference in references:
        target = source.named(text_of(reference), "choreography")
        if target is not None and flag(target.get("isClosed")) != flag(element.get("isClosed")):
            report.add("closed-mismatch", element)
    if name == "globalConversation":
        for child in elements(element):
            if bpmn_name(child) in _NOT_GLOBAL:
                report.add("misplaced-element", child, child=bpmn_name(child), parent=name)


def _conversation(source: Source, element: etree._Element, name: str) -> None:
    """Two or more take part; what is called brings its own message flows (9.5)."""
    if len({ref(text_of(e)) for e in kids(element, "participantRef")}) < 2:
        source.report.add("conversation-participants", element)
    if name == "callConversation":
        for child in kids(element, "messageFlowRef"):
            source.report.add("misplaced-element", child, child="messageFlowRef", parent=name)


def _conversation_link(source: Source, link: etree._Element) -> None:
    ends = [source.ids.get(ref(link.get(name))) for name in ("sourceRef", "targetRef")]
    if None not in ends and sum(bpmn_name(e) in CONVERSATIONS for e in ends if e is not None) != 1:
        source.report.add("conversation-link", link)


def _mapping(source: Source, element: etree._Element, inner: str, outer: str) -> None:
    """The inner end is of the collaboration that is called or referred to, the outer of the one around (9.3, 9.4)."""
    around = next((a for a in element.iterancestors() if bpmn_name(a) in _CALLING), None)
    for name, inside in ((inner, False), (outer, True)):
        end = source.ids.get(ref(element.get(name) or text_of(kid(element, name))))
        if end is not None and around is not None and any(a is around for a in end.iterancestors()) != inside:
            source.report.add("mapping-side", element, end=name, value=end.get("id") or "")


def _lane(source: Source, lane: etree._Element) -> None:
    """A lane divides the process that it stands in (10.8)."""
    process = next((a for a in lane.iterancestors() if bpmn_name(a) == "process"), None)
    for reference in kids(lane, "flowNodeRef"):
        node = source.ids.get(ref(text_of(reference)))
        if node is not None and process is not None and not any(a is process for a in node.iterancestors()):
            source.report.add("lane-node", lane, node=text_of(reference))


def _subscription(source: Source, subscription: etree._Element) -> None:
    """What is bound are properties of the key (8.4.2)."""
    key = source.named(subscription.get("correlationKeyRef"), "correlationKey")
    if key is None:
        return
    known = {ref(text_of(e)) for e in kids(key, "correlationPropertyRef")}
    for binding in kids(subscription, "correlationPropertyBinding"):
        name = ref(binding.get("correlationPropertyRef"))
        if name in source.ids and name not in known:
            source.report.add("correlation-binding", binding, name=name, key=key.get("id") or "")
