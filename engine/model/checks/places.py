"""Rules of the specification about events: what may stand where, and what it must say (10.5, 10.7)."""

from __future__ import annotations

from lxml import etree

from engine.model.checks.graph import Graph
from engine.model.findings.drawn import bound
from engine.model.names import (
    ACTIVITIES,
    CATCHES,
    SUBPROCESSES,
    THROWS,
    bpmn_name,
    elements,
    extension,
    flag,
    is_marked,
    kid,
    kids,
    ref,
    text_of,
)
from engine.model.reading import event_definitions
from engine.model.source import juel
from engine.model.source.file import Source

#: What may trigger or be thrown by each place an event stands in (10.5.2–10.5.5, table 10.93).
_TOP_START = frozenset(("message", "timer", "conditional", "signal"))
_EVENT_START = frozenset(("message", "timer", "conditional", "signal", "error", "escalation", "compensate"))
_CATCH = frozenset(("message", "timer", "conditional", "signal", "link"))
_BOUNDARY = frozenset(("message", "timer", "conditional", "signal", "error", "escalation", "cancel", "compensate"))
_ALWAYS_INTERRUPTING = frozenset(("error", "cancel", "compensate"))
_THROW = frozenset(("message", "signal", "escalation", "compensate", "link"))
_END = frozenset(("message", "signal", "escalation", "error", "cancel", "compensate", "terminate"))


def check(source: Source, graph: Graph, id: str, element: etree._Element, kind: str) -> None:
    report, kinds = source.report, graph.kinds[id]
    into, out = graph.incoming[id], graph.outgoing[id]
    if kind in ("startEvent", "boundaryEvent") and into:
        report.add("no-incoming-allowed", element, kind=kind)
    if kind == "endEvent" and out:
        report.add("end-with-outgoing", element)
    if kind == "startEvent" and not out:
        report.add("start-without-flow", element)
    allowed = _allowed(element, kind)
    for wrong in sorted(kinds - allowed):
        report.add("event-kind", element, definition=wrong, kind=kind)
    if kind in ("boundaryEvent", "intermediateCatchEvent") and not kinds:
        report.add("event-without-definition", element, kind=kind)
    if kind == "boundaryEvent":
        _boundary(source, graph, id, element, kinds)
    elif kind == "startEvent" and not flag(element.get("isInterrupting"), True) and _is_event_subprocess(element):
        for wrong in sorted(kinds & {"error", "compensate"}):
            report.add("always-interrupting", element, definition=wrong)
    if kind == "endEvent" and "cancel" in kinds and not _inside(element, "transaction"):
        report.add("cancel-outside-transaction", element)
    if "link" in kinds and ((kind in THROWS and out) or (kind in CATCHES and into)):
        report.add("link-flow", element)
    _definitions(source, element, kind)


def _is_event_subprocess(element: etree._Element) -> bool:
    parent = element.getparent()
    return parent is not None and bpmn_name(parent) == "subProcess" and flag(parent.get("triggeredByEvent"))


def _inside(element: etree._Element, kind: str) -> bool:
    return any(bpmn_name(a) == kind for a in element.iterancestors())


def _allowed(element: etree._Element, kind: str) -> frozenset[str]:
    if kind == "startEvent":
        parent = element.getparent()
        if _is_event_subprocess(element):
            return _EVENT_START
        # those of a choreography have rules of their own
        around = "" if parent is None else bpmn_name(parent)
        return frozenset() if around in SUBPROCESSES else _TOP_START
    return {
        "intermediateCatchEvent": _CATCH,
        "boundaryEvent": _BOUNDARY,
        "intermediateThrowEvent": _THROW,
        "endEvent": _END,
    }[kind]


def _boundary(source: Source, graph: Graph, id: str, element: etree._Element, kinds: set[str]) -> None:
    report = source.report
    host = graph.nodes.get(ref(element.get("attachedToRef")))
    if not flag(element.get("cancelActivity"), True):
        for wrong in sorted(kinds & _ALWAYS_INTERRUPTING):
            report.add("always-interrupting", element, definition=wrong)
    if host is not None and host.getparent() is not element.getparent():
        report.add("boundary-elsewhere", element)
    if host is not None and bpmn_name(host) == "subProcess" and flag(host.get("triggeredByEvent")):
        report.add("boundary-on-event-subprocess", element)
    if "cancel" in kinds and (host is None or bpmn_name(host) != "transaction"):
        report.add("cancel-outside-transaction", element)
    if "compensate" in kinds:
        if graph.outgoing[id]:
            report.add("compensation-flow", element)
        handlers = _handlers(source, graph, id)
        if not handlers:
            report.add("compensation-without-handler", element)
        elif not any(flag(e.get("isForCompensation")) for e in handlers):
            report.add("compensation-handler-unmarked", element, handler=handlers[0].get("id") or "")
        elif any(handler.getparent() is not element.getparent() for handler in handlers):
            report.add("compensation-handler-elsewhere", element, handler=handlers[0].get("id") or "")
        elif len(handlers) > 1:
            report.add("compensation-handlers", element)


def _handlers(source: Source, graph: Graph, id: str) -> list[etree._Element]:
    """The activities that associations join to a compensation boundary event, whichever way they are drawn."""
    found = [source.ids[other] for other in dict.fromkeys(graph.joined[id]) if other in source.ids]
    return [element for element in found if bpmn_name(element) in ACTIVITIES]


def _definitions(source: Source, event: etree._Element, kind: str) -> None:
    report = source.report
    parent = event.getparent()
    begins = kind == "startEvent" and parent is not None and bpmn_name(parent) == "process"
    shared = (source.named(text_of(e), *event_definitions.KINDS) for e in kids(event, "eventDefinitionRef"))
    for definition in (*elements(event), *(e for e in shared if e is not None)):
        name = bpmn_name(definition)
        if name not in event_definitions.KINDS:
            continue
        at = definition if definition.getparent() is event else event
        what = event_definitions.KINDS[name]
        named = source.named(definition.get(f"{what}Ref"), what) if begins else None
        if named is not None and source.called(named)[1] is not None:
            report.add("dynamic-name", at, name=named.get("name") or "")
        spoken = event_definitions.spoken(definition)
        if spoken is not None and not definition.get(f"{what}Ref"):
            if begins and juel.is_foreign(spoken):
                report.add("dynamic-name", at, name=spoken)
        elif what == "message" and not definition.get("messageRef"):
            if kind in CATCHES or not event_definitions.is_connected(event, definition):
                report.add(bound("message-missing", at), at)
        elif what == "message" and kid(definition, "operationRef") is None and not _by_name(source, definition):
            report.add("message-without-operation", at)
        elif what == "signal" and not definition.get("signalRef"):
            report.add(bound("signal-missing", at), at)
        elif what == "timer" and not _has_time(definition):
            report.add("timer-missing", at)
        elif what == "conditional" and not text_of(kid(definition, "condition")):
            report.add("condition-empty", at)
        elif what in ("error", "escalation") and kind in THROWS:
            _thrown_code(source, definition, at, what)
        elif what == "compensate" and kind in THROWS:
            _compensated(source, event, definition, at)


def _has_time(timer: etree._Element) -> bool:
    """Whether exactly one of date, duration and cycle is there, and says something."""
    times = [e for e in elements(timer) if bpmn_name(e).startswith("time")]
    return len(times) == 1 and bool(text_of(times[0]))


def _compensated(source: Source, event: etree._Element, definition: etree._Element, at: etree._Element) -> None:
    """What is to be undone is seen from the event: it stands in a scope around it (10.5.5.4)."""
    activity = source.named(definition.get("activityRef"), *ACTIVITIES)
    scope = None if activity is None else activity.getparent()
    if scope is not None and not any(a is scope for a in event.iterancestors()):
        source.report.add("compensation-out-of-reach", at, activity=definition.get("activityRef") or "")


def _by_name(source: Source, definition: etree._Element) -> bool:
    """A message with a subscription goes by its name and key; it calls no operation."""
    message = source.named(definition.get("messageRef"), "message")
    return message is not None and extension(message, "subscription") is not None


def _thrown_code(source: Source, definition: etree._Element, at: etree._Element, what: str) -> None:
    reference = definition.get(f"{what}Ref")
    if not reference:
        source.report.add(bound("thrown-without-code", at), at, what=what)
        return
    target = source.named(reference, what)
    if target is not None and not target.get(f"{what}Code") and is_marked(at):
        source.report.add("thrown-without-code", at, what=what)
