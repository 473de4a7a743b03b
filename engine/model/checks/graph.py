"""Flow nodes and sequence flows as the XML has them, for the checks of structure."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from lxml import etree

from engine.model.names import EVENTS, FLOW_NODES, bpmn_name, elements, kids, ref, text_of
from engine.model.reading import event_definitions
from engine.model.source.file import Source


@dataclass
class Graph:
    """Flow nodes and sequence flows of the whole file, as the XML has them."""

    nodes: dict[str, etree._Element] = field(default_factory=dict)
    incoming: dict[str, list[etree._Element]] = field(default_factory=lambda: defaultdict(list))
    outgoing: dict[str, list[etree._Element]] = field(default_factory=lambda: defaultdict(list))
    flows: list[etree._Element] = field(default_factory=list)
    kinds: dict[str, set[str]] = field(default_factory=dict)  # event id → kinds of its definitions
    hosts: set[str] = field(default_factory=set)  # activities with a boundary event
    joined: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))  # by associations, either way

    @classmethod
    def of(cls, source: Source) -> Graph:
        graph = cls()
        for element in source.root.iter(etree.Element):
            name = bpmn_name(element)
            if name in FLOW_NODES and element.get("id"):
                graph.nodes.setdefault(element.get("id") or "", element)
                graph.hosts.add(ref(element.get("attachedToRef")))
            elif name == "sequenceFlow":
                graph.flows.append(element)
                graph.outgoing[ref(element.get("sourceRef"))].append(element)
                graph.incoming[ref(element.get("targetRef"))].append(element)
            elif name == "association":
                ends = ref(element.get("sourceRef")), ref(element.get("targetRef"))
                for one, other in (ends, ends[::-1]):
                    graph.joined[one].append(other)
        for id, element in graph.nodes.items():
            if bpmn_name(element) in EVENTS:
                graph.kinds[id] = kinds_of(source, element)
        return graph


def kinds_of(source: Source, event: etree._Element) -> set[str]:
    found = {event_definitions.KINDS[bpmn_name(e)] for e in elements(event) if bpmn_name(e) in event_definitions.KINDS}
    for reference in kids(event, "eventDefinitionRef"):
        target = source.named(text_of(reference), *event_definitions.KINDS)
        if target is not None:
            found.add(event_definitions.KINDS[bpmn_name(target)])
    return {str(kind) for kind in found}
