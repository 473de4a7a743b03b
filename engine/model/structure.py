"""Structural rules of the specification that its schema cannot say: flows, gateways, events, subprocesses (10, 13)."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from lxml import etree

from engine.model import events
from engine.model.names import (
    ACTIVITIES,
    CATCHES,
    DIALECTS,
    EVENTS,
    FLOW_NODES,
    GATEWAYS,
    SUBPROCESSES,
    THROWS,
    bpmn_name,
    elements,
    extension,
    flag,
    kid,
    kids,
    ref,
    text_of,
)
from engine.model.source import Source

CHOREOGRAPHY = frozenset(("choreographyTask", "subChoreography", "callChoreography"))
#: What may trigger or be thrown by each place an event stands in (10.5.2–10.5.5, table 10.93).
_TOP_START = frozenset(("message", "timer", "conditional", "signal"))
_EVENT_START = frozenset(("message", "timer", "conditional", "signal", "error", "escalation", "compensate"))
_CATCH = frozenset(("message", "timer", "conditional", "signal", "link"))
_BOUNDARY = frozenset(
    ("message", "timer", "conditional", "signal", "error", "escalation", "cancel", "compensate")
)
_ALWAYS_INTERRUPTING = frozenset(("error", "cancel", "compensate"))
_THROW = frozenset(("message", "signal", "escalation", "compensate", "link"))
_END = frozenset(("message", "signal", "escalation", "error", "cancel", "compensate", "terminate"))


@dataclass
class Graph:
    """Flow nodes and sequence flows of the whole file, as the XML has them."""

    nodes: dict[str, etree._Element] = field(default_factory=dict)
    incoming: dict[str, list[etree._Element]] = field(default_factory=lambda: defaultdict(list))
    outgoing: dict[str, list[etree._Element]] = field(default_factory=lambda: defaultdict(list))
    flows: list[etree._Element] = field(default_factory=list)
    kinds: dict[str, set[str]] = field(default_factory=dict)  # event id → kinds of its definitions

    @classmethod
    def of(cls, source: Source) -> Graph:
        graph = cls()
        for element in source.root.iter(etree.Element):
            name = bpmn_name(element)
            if name in FLOW_NODES and element.get("id"):
                graph.nodes.setdefault(element.get("id") or "", element)
            elif name == "sequenceFlow":
                graph.flows.append(element)
                graph.outgoing[ref(element.get("sourceRef"))].append(element)
                graph.incoming[ref(element.get("targetRef"))].append(element)
        for id, element in graph.nodes.items():
            if bpmn_name(element) in EVENTS:
                graph.kinds[id] = kinds_of(source, element)
        return graph


def kinds_of(source: Source, event: etree._Element) -> set[str]:
    found = {events.KINDS[bpmn_name(e)] for e in elements(event) if bpmn_name(e) in events.KINDS}
    for reference in kids(event, "eventDefinitionRef"):
        target = source.named(text_of(reference), *events.KINDS)
        if target is not None:
            found.add(events.KINDS[bpmn_name(target)])
    return {str(kind) for kind in found}


def check(source: Source) -> None:
    graph = Graph.of(source)
    _flows(source, graph)
    _listing(source, graph)
    for id, element in graph.nodes.items():
        kind = bpmn_name(element)
        if kind in EVENTS:
            _event(source, graph, id, element, kind)
        elif kind in GATEWAYS:
            _gateway(source, graph, id, element, kind)
        elif kind in ACTIVITIES:
            _activity(source, graph, id, element, kind)
        _default(source, graph, id, element)
    for element in source.root.iter(etree.Element):
        if bpmn_name(element) in SUBPROCESSES | {"process"}:
            _container(source, graph, element)


def _flows(source: Source, graph: Graph) -> None:
    report = source.report
    for flow in graph.flows:
        start, end = graph.nodes.get(ref(flow.get("sourceRef"))), graph.nodes.get(ref(flow.get("targetRef")))
        for side, node in (("sourceRef", start), ("targetRef", end)):
            if node is None:
                continue
            if bpmn_name(node) == "subProcess" and flag(node.get("triggeredByEvent")):
                report.add("event-subprocess-flow", node, flow=flow.get("id") or side)
        parents = [node.getparent() for node in (start, end) if node is not None]
        if len(parents) == 2 and not (parents[0] is parents[1] is flow.getparent()):
            report.add("flow-crosses-border", flow)
        condition = kid(flow, "conditionExpression")
        if condition is None or start is None:
            continue
        kind, count = bpmn_name(start), len(graph.outgoing[start.get("id") or ""])
        if kind in ACTIVITIES and count == 1:
            report.add("single-conditional-flow", flow)
        elif kind in ("parallelGateway", "eventBasedGateway") or kind in EVENTS or (
                flow.get("id") and flow.get("id") == ref(start.get("default"))):  # fmt: skip
            report.add("condition-not-read", flow)
    for flow in graph.flows:
        if flag(flow.get("isImmediate"), True) is False and not _not_executable(flow):
            report.add("not-immediate", flow)


def _not_executable(element: etree._Element) -> bool:
    process = next((a for a in element.iterancestors() if bpmn_name(a) == "process"), None)
    return process is not None and (process.get("isExecutable") or "").strip() in ("false", "0")


def _executable(element: etree._Element) -> bool:
    process = next((a for a in element.iterancestors() if bpmn_name(a) == "process"), None)
    return process is not None and flag(process.get("isExecutable"))


def _listing(source: Source, graph: Graph) -> None:
    """Where a file lists its nodes' flows as the specification asks (8.4.13), it lists them all, and rightly; files
    that list none (as Activiti's and Flowable's) are read by their flows alone."""
    listed: dict[tuple[str, str], set[str]] = {}
    for id, node in graph.nodes.items():
        for side in ("incoming", "outgoing"):
            listed[id, side] = {ref(text_of(e)) for e in kids(node, side)}
    if not any(listed.values()):
        return
    for flow in graph.flows:
        flow_id = flow.get("id") or ""
        for side, end in (("outgoing", "sourceRef"), ("incoming", "targetRef")):
            node_id = ref(flow.get(end))
            if node_id in graph.nodes and flow_id and flow_id not in listed[node_id, side]:
                source.report.add("flow-not-listed", graph.nodes[node_id], flow=flow_id, side=side)
    by_id = {flow.get("id"): flow for flow in graph.flows}
    for (id, side), flows in listed.items():
        end = "sourceRef" if side == "outgoing" else "targetRef"
        for flow_id in flows:
            found = by_id.get(flow_id)
            if found is not None and ref(found.get(end)) != id:
                source.report.add("flow-listed-elsewhere", graph.nodes[id], flow=flow_id, side=side)


def _default(source: Source, graph: Graph, id: str, element: etree._Element) -> None:
    default = ref(element.get("default"))
    if default and all(flow.get("id") != default for flow in graph.outgoing[id]):
        source.report.add("foreign-default", element, flow=default)


def _gateway(source: Source, graph: Graph, id: str, element: etree._Element, kind: str) -> None:
    report = source.report
    into, out = len(graph.incoming[id]), len(graph.outgoing[id])
    direction = element.get("gatewayDirection") or "Unspecified"
    broken = {"Converging": out > 1, "Diverging": into > 1, "Mixed": into < 2 or out < 2}
    if broken.get(direction):
        report.add("gateway-direction", element, direction=direction)
    if kind == "eventBasedGateway":
        _event_gateway(source, graph, id, element)
    elif into < 2 and out < 2:
        report.add("gateway-does-nothing", element)


def _event_gateway(source: Source, graph: Graph, id: str, element: etree._Element) -> None:
    report = source.report
    if len(graph.outgoing[id]) < 2:
        report.add("event-gateway-branches", element)
    instantiate = flag(element.get("instantiate"))
    if instantiate and graph.incoming[id]:
        report.add("instantiating-incoming", element)
    if element.get("eventGatewayType") == "Parallel" and not instantiate:
        report.add("parallel-event-gateway", element)
    targets = [graph.nodes.get(ref(flow.get("targetRef"))) for flow in graph.outgoing[id]]
    receives = messages = False
    for target in filter(lambda t: t is not None, targets):
        assert target is not None
        target_id, kind = target.get("id") or "", bpmn_name(target)
        if kind == "receiveTask":
            receives = True
            if any(ref(n.get("attachedToRef")) == target_id for n in graph.nodes.values()):
                report.add("event-gateway-boundary", target)
        elif kind == "intermediateCatchEvent" and graph.kinds[target_id] <= _CATCH - {"link"}:
            messages = messages or "message" in graph.kinds[target_id]
        else:
            report.add("event-gateway-target", element, target=target_id)
        if len(graph.incoming[target_id]) > 1:
            report.add("event-gateway-shared-target", target)
    if receives and messages:
        report.add("event-gateway-mixed", element)


def _event(source: Source, graph: Graph, id: str, element: etree._Element, kind: str) -> None:
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
        return _TOP_START if parent is not None and bpmn_name(parent) == "process" else frozenset()
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
    if "cancel" in kinds and (host is None or bpmn_name(host) != "transaction"):
        report.add("cancel-outside-transaction", element)
    if "compensate" in kinds:
        if graph.outgoing[id]:
            report.add("compensation-flow", element)
        ends = [
            source.ids.get(ref(a.get("targetRef")))
            for a in source.root.iter(etree.Element)
            if bpmn_name(a) == "association" and ref(a.get("sourceRef")) == id
        ]
        handlers = [e for e in ends if e is not None and bpmn_name(e) in ACTIVITIES]
        if not handlers:
            report.add("compensation-without-handler", element)
        elif not any(flag(e.get("isForCompensation")) for e in handlers):
            report.add("compensation-handler-unmarked", element, handler=handlers[0].get("id") or "")


def _definitions(source: Source, event: etree._Element, kind: str) -> None:
    report = source.report
    parent = event.getparent()
    begins = kind == "startEvent" and parent is not None and bpmn_name(parent) == "process"
    for definition in elements(event):
        name = bpmn_name(definition)
        if name not in events.KINDS:
            continue
        what = events.KINDS[name]
        named = source.named(definition.get(f"{what}Ref"), what) if begins else None
        if named is not None and source.called(named)[1] is not None:
            report.add("dynamic-name", definition, name=named.get("name") or "")
        if what == "message" and not definition.get("messageRef"):
            if kind in CATCHES or not _connected(event, definition):
                report.add("message-missing", definition)
        elif what == "message" and kid(definition, "operationRef") is None and not _by_name(source, definition):
            report.add("message-without-operation", definition)
        elif what == "signal" and not definition.get("signalRef"):
            report.add("signal-missing", definition)
        elif what == "timer" and sum(bpmn_name(e).startswith("time") for e in elements(definition)) != 1:
            report.add("timer-missing", definition)
        elif what == "conditional" and not text_of(kid(definition, "condition")):
            report.add("condition-empty", definition)
        elif what in ("error", "escalation") and kind in THROWS:
            _thrown_code(source, definition, what)


def _connected(event: etree._Element, definition: etree._Element) -> bool:
    """Whether a connector sends what the event throws, so that the engine needs no message of the model."""
    return extension(event, "taskDefinition") is not None or any(
        etree.QName(name).localname == "type" and etree.QName(name).namespace in DIALECTS for name in definition.attrib)


def _by_name(source: Source, definition: etree._Element) -> bool:
    """A message with a subscription goes by its name and key; it calls no operation."""
    message = source.named(definition.get("messageRef"), "message")
    return message is not None and extension(message, "subscription") is not None


def _thrown_code(source: Source, definition: etree._Element, what: str) -> None:
    reference = definition.get(f"{what}Ref")
    if not reference:
        source.report.add("thrown-without-code", definition, what=what)
        return
    target = source.named(reference, what)
    if target is not None and not target.get(f"{what}Code") and _executable(definition):
        source.report.add("thrown-without-code", definition, what=what)


def _activity(source: Source, graph: Graph, id: str, element: etree._Element, kind: str) -> None:
    report = source.report
    into, out = graph.incoming[id], graph.outgoing[id]
    for name in ("startQuantity", "completionQuantity"):
        text = (element.get(name) or "1").strip()
        if text.lstrip("+-").isdigit() and int(text) < 1:
            report.add("quantity", element, attribute=name)
    if flag(element.get("isForCompensation")) and (into or out):
        report.add("compensation-activity-flow", element)
    if kind == "receiveTask" and flag(element.get("instantiate")) and into:
        report.add("instantiating-incoming", element)
    multiple = kid(element, "multiInstanceLoopCharacteristics")
    if multiple is not None:
        _multi_instance(source, element, multiple, kind)
    standard = kid(element, "standardLoopCharacteristics")
    if standard is not None:
        maximum = (standard.get("loopMaximum") or "1").strip()
        if maximum.lstrip("+-").isdigit() and int(maximum) < 0:
            report.add("quantity", standard, attribute="loopMaximum")
        if not text_of(kid(standard, "loopCondition")) and not standard.get("loopMaximum"):
            report.add("loop-without-end", standard)


def _multi_instance(source: Source, element: etree._Element, loop: etree._Element, kind: str) -> None:
    report = source.report
    zeebe = extension(loop, "loopCharacteristics")
    foreign = any(str(name).endswith("}collection") for name in loop.attrib)
    if foreign or (zeebe is not None and zeebe.get("inputCollection")):
        return
    cardinality = kid(loop, "loopCardinality")
    if not text_of(cardinality) and (cardinality is not None or kid(loop, "loopDataInputRef") is None):
        report.add("multi-instance-empty", loop)
    reference = kid(loop, "loopDataInputRef")
    if reference is not None and kind not in SUBPROCESSES:
        target = source.ids.get(ref(text_of(reference)))
        own = {e.get("id") for s in kids(element, "ioSpecification") for e in kids(s, "dataInput")}
        if target is not None and target.get("id") not in own:
            report.add("loop-data-elsewhere", loop)
    behavior = loop.get("behavior") or "All"
    wanted = {"None": "noneBehaviorEventRef", "One": "oneBehaviorEventRef"}.get(behavior)
    if wanted and not loop.get(wanted):
        report.add("behavior-event-missing", loop, behavior=behavior, wanted=wanted)
    if behavior == "Complex" and not kids(loop, "complexBehaviorDefinition"):
        report.add("behavior-event-missing", loop, behavior=behavior, wanted="complexBehaviorDefinition")


def _container(source: Source, graph: Graph, element: etree._Element) -> None:
    report, kind = source.report, bpmn_name(element)
    inside = [(e, bpmn_name(e)) for e in elements(element)]
    count = Counter(name for _, name in inside)
    starts = [e for e, name in inside if name == "startEvent"]
    for child, name in inside:
        if name in CHOREOGRAPHY:
            report.add("choreography", child, child=name)
    if kind == "adHocSubProcess":
        if count["startEvent"] or count["endEvent"]:
            report.add("ad-hoc-events", element)
        if not any(name in ACTIVITIES for _, name in inside):
            report.add("ad-hoc-empty", element)
        return
    if kind == "subProcess" and flag(element.get("triggeredByEvent")):
        if len(starts) != 1:
            report.add("event-subprocess-start", element)
        for start in starts:
            if not graph.kinds.get(start.get("id") or "", set()):
                report.add("event-subprocess-trigger", start)
    elif kind == "process" and flag(element.get("isExecutable")) and element.get("processType") == "Public":
        report.add("public-executable", element)
    if count["endEvent"] and not starts and not any(_instantiates(e) for e, _ in inside):
        report.add("end-without-start", element)
    if starts and not count["endEvent"]:
        report.add("start-without-end", starts[0])
    _compensation_starts(source, graph, element, starts)


def _instantiates(element: etree._Element) -> bool:
    return bpmn_name(element) in ("receiveTask", "eventBasedGateway") and flag(element.get("instantiate"))


def _compensation_starts(source: Source, graph: Graph, element: etree._Element, starts: list[etree._Element]) -> None:
    """A process that has ended is compensated only where another one called it (13.5.5)."""
    parent = element.getparent()
    if parent is None or bpmn_name(parent) != "process":
        return
    if any("compensate" in graph.kinds.get(start.get("id") or "", set()) for start in starts):
        source.report.add("compensation-at-top", element)
