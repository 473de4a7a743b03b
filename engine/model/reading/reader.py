"""From the XML of one file to its processes: scopes, flows, lanes, data, and the joins between them."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

from lxml import etree

from engine.model.definition import Expression, Flow, Node, Process, Scope
from engine.model.names import (
    DIALECTS,
    FLOW_NODES,
    GLOBAL_TASKS,
    bpmn_name,
    elements,
    extensions,
    flag,
    kid,
    kids,
    line_of,
    local,
    namespace,
    ref,
    text_of,
)
from engine.model.reading import addressing, flow_nodes
from engine.model.source import mappings
from engine.model.source.file import Source


def processes(source: Source, file: str) -> dict[str, Process]:
    """Every process of the file by id, global tasks among them. What has no id gets one."""
    found: dict[str, Process] = {}
    for element in elements(source.root):
        kind = bpmn_name(element)
        id = element.get("id") or f"{kind}_{len(found) + 1}"
        if kind == "process":
            found.setdefault(id, _process(source, element, id, file))
        elif kind in GLOBAL_TASKS:
            node = flow_nodes.read(source, element, id, GLOBAL_TASKS[kind])
            name = element.get("name") or ""
            found.setdefault(id, Process(id, name, Scope({id: node}), file, line_of(element)))
    return found


def _process(source: Source, element: etree._Element, id: str, file: str) -> Process:
    lanes: dict[str, tuple[str, ...]] = {}
    names: list[str] = []
    for lane_set in kids(element, "laneSet"):
        _lanes(lane_set, (), lanes, names)
    return Process(
        id=id,
        name=element.get("name") or "",
        scope=_scope(source, element, lanes),
        file=file,
        line=line_of(element),
        executable=flag(element.get("isExecutable")),
        lanes=tuple(names),
        extensions=flow_nodes.own_extensions(element),
        correlation=mappings.correlation(source, element),
    )


def _lanes(
    lane_set: etree._Element, path: tuple[str, ...], found: dict[str, tuple[str, ...]], names: list[str]
) -> None:
    """Node id → names of the lanes around it, the innermost last."""
    for lane in kids(lane_set, "lane"):
        name = lane.get("name") or ""
        names.append(name)
        inner = (*path, name)
        for member in kids(lane, "flowNodeRef"):
            known = found.get(ref(text_of(member)), ())
            if len(inner) > len(known):
                found[ref(text_of(member))] = inner
        child = kid(lane, "childLaneSet")
        if child is not None:
            _lanes(child, inner, found, names)


def _scope(source: Source, parent: etree._Element, lanes: dict[str, tuple[str, ...]]) -> Scope:
    found: dict[str, Node] = {}
    for lane_set in kids(parent, "laneSet") if bpmn_name(parent) != "process" else ():
        _lanes(lane_set, (), lanes, [])
    for element in elements(parent):
        kind = bpmn_name(element)
        if kind not in FLOW_NODES:
            continue
        id = element.get("id") or f"{kind}_{line_of(element)}_{len(found) + 1}"
        node = flow_nodes.read(source, element, id)
        if kind == "receiveTask" and node.message is None and not element.get("messageRef"):
            node = replace(node, message=addressing.unnamed(source, element))
        path = lanes.get(id, ())
        node = replace(node, lane=path[-1] if path else "", lane_path=path)
        if kind in ("subProcess", "transaction", "adHocSubProcess"):
            node = replace(node, scope=_scope(source, element, lanes))
        found.setdefault(id, node)
    flows = _flows(source, parent, found)
    _join(found, flows, parent)
    return Scope(found, flows, _data(source, parent))


def _flows(source: Source, parent: etree._Element, found: dict[str, Node]) -> dict[str, Flow]:
    """The sequence flows whose both ends are in this scope. One without an id gets one."""
    flows: dict[str, Flow] = {}
    alike: Counter[str] = Counter()
    for element in kids(parent, "sequenceFlow"):
        start, end = ref(element.get("sourceRef")), ref(element.get("targetRef"))
        if start not in found or end not in found:
            continue
        id = element.get("id") or _free(f"flow_{start}_{end}", alike, source)
        condition = kid(element, "conditionExpression")
        flows.setdefault(
            id,
            Flow(
                id,
                start,
                end,
                element.get("name") or "",
                source.expressions.feel(text_of(condition), condition) if condition is not None else None,
                line_of(element),
            ),
        )
    return flows


def _free(id: str, alike: Counter[str], source: Source) -> str:
    """An id that nothing in the file has: `id` itself, or with the number of its namesakes."""
    while True:
        alike[id] += 1
        free = id if alike[id] == 1 else f"{id}_{alike[id]}"
        if free not in source.ids:
            return free


def _join(found: dict[str, Node], flows: dict[str, Flow], parent: etree._Element) -> None:
    """Flows, boundary events and compensation handlers, told to the nodes they belong to. The order of a node's
    outgoing flows is that of its `bpmn:outgoing` where it lists them, else that of the flows."""
    incoming: dict[str, list[str]] = {id: [] for id in found}
    outgoing: dict[str, list[str]] = {id: [] for id in found}
    boundaries: dict[str, list[str]] = {id: [] for id in found}
    for flow in flows.values():
        outgoing[flow.source].append(flow.id)
        incoming[flow.target].append(flow.id)
    for node in found.values():
        if node.attached_to in boundaries:
            boundaries[node.attached_to].append(node.id)
    handlers = _handlers(found, parent)
    for id, node in found.items():
        default = node.default if node.default in outgoing[id] else None
        found[id] = replace(
            node,
            incoming=tuple(incoming[id]),
            outgoing=tuple(outgoing[id]),
            boundaries=tuple(boundaries[id]),
            default=default,
            compensation_handler=handlers.get(id),
        )


def _handlers(found: dict[str, Node], parent: etree._Element) -> dict[str, str]:
    """Compensation boundary event → the activity its association names (10.7.1), whichever way it is drawn."""
    handlers = {}
    for association in kids(parent, "association"):
        ends = ref(association.get("sourceRef")), ref(association.get("targetRef"))
        for event, activity in (ends, ends[::-1]):
            if event not in found or activity not in found or not found[activity].for_compensation:
                continue
            if found[event].attached_to and found[event].event("compensate"):
                handlers[event] = activity
    return handlers


def _data(source: Source, parent: etree._Element) -> dict[str, Expression | None]:
    found: dict[str, Expression | None] = {}
    for element in elements(parent):
        if bpmn_name(element) in ("dataObject", "property"):
            name = source.data_name(element.get("id")) if element.get("id") else element.get("name") or ""
            if name and name != mappings.PLACEHOLDER:
                found[name] = _initial(element)
    return found


def _initial(element: etree._Element) -> Expression | None:
    """The value that Activiti and Flowable write into a data object, by its type."""
    value = next((e for e in extensions(element) if namespace(e) in DIALECTS and local(e) == "value"), None)
    text = text_of(value)
    if value is None or not text:
        return None
    kind = ref(element.get("itemSubjectRef"))
    plain = kind in ("int", "integer", "long", "double", "decimal", "float") and re.fullmatch(r"-?\d+(\.\d+)?", text)
    if plain or (kind == "boolean" and text in ("true", "false")):
        return Expression(text, line_of(value))
    return mappings.literal(text, value)
