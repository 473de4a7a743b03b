"""Structural rules of the specification that its schema cannot say: flows, defaults, processes and subprocesses."""

from __future__ import annotations

from collections import Counter

from lxml import etree

from engine.model.checks import activities, branching, places
from engine.model.checks.graph import Graph
from engine.model.findings.drawn import bound
from engine.model.names import (
    ACTIVITIES,
    EVENTS,
    GATEWAYS,
    SUBPROCESSES,
    bpmn_name,
    elements,
    flag,
    kid,
    kids,
    ref,
    text_of,
)
from engine.model.source.file import Source

CHOREOGRAPHY = frozenset(("choreographyTask", "subChoreography", "callChoreography"))


def check(source: Source) -> None:
    graph = Graph.of(source)
    _flows(source, graph)
    _listing(source, graph)
    for id, element in graph.nodes.items():
        kind = bpmn_name(element)
        if kind in EVENTS:
            places.check(source, graph, id, element, kind)
        elif kind in GATEWAYS:
            branching.check(source, graph, id, element, kind)
        elif kind in ACTIVITIES:
            activities.check(source, graph, id, element, kind)
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


def _listing(source: Source, graph: Graph) -> None:
    """Where a file lists its nodes' flows as the specification asks (8.3.13), it lists them all, and rightly; files
    that list none (as Activiti's and Flowable's), or fewer than they leave out, are read by their flows alone."""
    listed: dict[tuple[str, str], set[str]] = {}
    for id, node in graph.nodes.items():
        for side in ("incoming", "outgoing"):
            listed[id, side] = {ref(text_of(e)) for e in kids(node, side)}
    if not any(listed.values()):
        return
    missing = []
    for flow in graph.flows:
        flow_id = flow.get("id") or ""
        for side, end in (("outgoing", "sourceRef"), ("incoming", "targetRef")):
            node_id = ref(flow.get(end))
            if node_id in graph.nodes and flow_id and flow_id not in listed[node_id, side]:
                missing.append((graph.nodes[node_id], flow_id, side))
    if len(missing) <= sum(map(len, listed.values())):
        for at, flow_id, side in missing:
            source.report.add("flow-not-listed", at, flow=flow_id, side=side)
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
        report.add(bound("end-without-start", element), element)
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
