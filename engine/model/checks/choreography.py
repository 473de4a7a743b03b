"""Rules of the specification about choreographies, which are kept and not executed (11)."""

from __future__ import annotations

from lxml import etree

from engine.model.checks.graph import kinds_of
from engine.model.names import ACTIVITIES, bpmn_name, elements, kids, ref, text_of
from engine.model.source.file import Source

ACTIVITY_KINDS = frozenset(("choreographyTask", "subChoreography", "callChoreography"))
#: Data belong to those who take part, not to what goes on between them (11.1).
_FOREIGN = ACTIVITIES | {"dataObject", "dataObjectReference", "dataStoreReference"}
#: What an event may carry here (table 11.5 and those after it).
_EVENTS: dict[str, frozenset[str]] = {
    "startEvent": frozenset(("timer", "conditional", "signal")),
    "intermediateCatchEvent": frozenset(("timer", "conditional", "signal", "link")),
    "intermediateThrowEvent": frozenset(("link",)),
    "endEvent": frozenset(("terminate",)),
}


def check(source: Source, element: etree._Element, name: str) -> None:
    if name in ACTIVITY_KINDS:
        _activity(source, element, name)
    if name in ("choreography", "subChoreography"):
        for child in elements(element):
            kind = bpmn_name(child)
            if kind in _FOREIGN:
                source.report.add("misplaced-element", child, child=kind, parent=name)
            for wrong in sorted(kinds_of(source, child) - _EVENTS[kind]) if kind in _EVENTS else ():
                source.report.add("event-kind", child, definition=wrong, kind=kind)


def _activity(source: Source, element: etree._Element, name: str) -> None:
    """A task goes on between two, others between two or more; one of them begins (11.5)."""
    report = source.report
    taking = {ref(text_of(e)) for e in kids(element, "participantRef")}
    if len(taking) < 2 or (name == "choreographyTask" and len(taking) > 2):
        report.add("choreography-participants", element)
    if ref(element.get("initiatingParticipantRef")) not in taking:
        report.add("choreography-initiator", element)
    flows = kids(element, "messageFlowRef")
    if len(flows) > 2:
        report.add("repeated-element", flows[2], child="messageFlowRef", parent=name)
    for reference in flows:
        flow = source.named(text_of(reference), "messageFlow")
        if flow is not None and not {ref(flow.get("sourceRef")), ref(flow.get("targetRef"))} <= taking:
            report.add("choreography-message", element, flow=text_of(reference))
