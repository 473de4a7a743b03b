"""A model as it was stored, as BPMN XML again; and what it holds, counted."""

from __future__ import annotations

from collections import Counter
from typing import Any

from lxml import etree

from engine.model.exchange.completion import complete
from engine.model.load import root_of
from engine.model.names import BPMN, BPMNDI, DC, DI, FLOW_NODES, GLOBAL_TASKS, XSI, bpmn_name, kids, namespace, q


def export(xml: bytes) -> bytes:
    """The same document: every element, extension, comment and coordinate, as UTF-8 XML with a declaration. What no
    diagram shows is drawn, beside or below what is.

    Raises `ModelError` where it is no safe XML, or no BPMN.
    """
    root = root_of(complete(xml))
    return etree.tostring(root.getroottree(), xml_declaration=True, encoding="UTF-8")


#: Namespaces whose attributes are part of a drawing.
_DRAWN = {BPMN, BPMNDI, DC, DI, XSI, "http://bpmn.io/schema/bpmn/biocolor/1.0"}
_DRAWN.add("http://www.omg.org/spec/BPMN/non-normative/color/1.0")
#: What says who does the work and by which rule, not what the work is.
_INNER = (
    *("extensionElements", "resourceRole", "performer", "humanPerformer", "potentialOwner", "ioSpecification"),
    *("dataInputAssociation", "dataOutputAssociation", "property", "script", "conditionExpression", "condition"),
    *("timeDate", "timeDuration", "timeCycle", "loopCondition", "completionCondition", "rendering"),
)


def outline(xml: bytes) -> bytes:
    """What a drawing needs of a model, and what anybody may see of it: elements, names, descriptions, flows and
    coordinates; no candidate groups, no rules, no extensions, no comments.

    Raises `ModelError` where it is no safe XML, or no BPMN.
    """
    root = root_of(complete(xml))
    etree.strip_tags(root, etree.Comment, etree.ProcessingInstruction)
    for element in list(root.iter(etree.Element)):
        foreign = namespace(element) not in _DRAWN
        parent = element.getparent()
        if parent is not None and (foreign or bpmn_name(element) in _INNER):
            parent.remove(element)
            continue
        for name in list(element.attrib):
            if etree.QName(name).namespace not in (*_DRAWN, None):
                del element.attrib[name]
    etree.cleanup_namespaces(root, keep_ns_prefixes=["xsi"])
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def inventory(xml: bytes) -> list[dict[str, Any]]:
    """For each process: its id, name, how many elements of each kind it holds, its user tasks and its lanes."""
    root = root_of(xml)
    found = []
    for process in root:
        if bpmn_name(process) not in ("process", *GLOBAL_TASKS):
            continue
        counts: Counter[str] = Counter()
        for element in process.iter(etree.Element):
            name = bpmn_name(element)
            if name in FLOW_NODES or name in ("sequenceFlow", "lane", "dataObject", "dataObjectReference"):
                counts[name] += 1
        found.append(
            {
                "process": process.get("id") or "",
                "name": process.get("name") or "",
                "counts": dict(counts),
                "user_tasks": sorted(e.get("name") or "" for e in process.iter(q("userTask"))),
                "lanes": [
                    lane.get("name") or ""
                    for lane_set in process.iter(q("laneSet"), q("childLaneSet"))
                    for lane in kids(lane_set, "lane")
                ],
            }
        )
    return found
