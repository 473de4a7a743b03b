"""Rules of the specification about gateways (8.3.9, 10.6)."""

from __future__ import annotations

from lxml import etree

from engine.model.checks.graph import Graph
from engine.model.findings.drawn import bound
from engine.model.names import bpmn_name, flag, ref
from engine.model.source.file import Source

#: What may be waited for after an event gateway (10.6.6).
_WAITED = frozenset(("message", "timer", "conditional", "signal"))


def check(source: Source, graph: Graph, id: str, element: etree._Element, kind: str) -> None:
    report = source.report
    into, out = len(graph.incoming[id]), len(graph.outgoing[id])
    direction = element.get("gatewayDirection") or "Unspecified"
    broken = {"Converging": out > 1, "Diverging": into > 1, "Mixed": into < 2 or out < 2}
    if broken.get(direction):
        report.add("gateway-direction", element, direction=direction)
    if kind == "eventBasedGateway":
        _event_gateway(source, graph, id, element)
    elif into < 2 and out < 2:
        rule = "gateway-does-nothing"
        report.add(bound(rule, element) if direction == "Unspecified" else rule, element)


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
            if target_id in graph.hosts:
                report.add("event-gateway-boundary", target)
        elif kind == "intermediateCatchEvent" and graph.kinds[target_id] <= _WAITED:
            messages = messages or "message" in graph.kinds[target_id]
        else:
            report.add("event-gateway-target", element, target=target_id)
        if len(graph.incoming[target_id]) > 1:
            report.add("event-gateway-shared-target", target)
    if receives and messages:
        report.add("event-gateway-mixed", element)
