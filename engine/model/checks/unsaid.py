"""What a model leaves unsaid: work without what is to be done, results without a name, elements without an id."""

from __future__ import annotations

from collections.abc import Iterable

from lxml import etree

from engine import feel
from engine.model.definition import Node, Process
from engine.model.findings.drawn import bound
from engine.model.findings.report import Report
from engine.model.names import FLOW_NODES, bpmn_name, extension
from engine.model.source.file import Source


def check(source: Source, processes: Iterable[Process]) -> None:
    for element in source.root.iter(etree.Element):
        kind = bpmn_name(element)
        if kind == "process" and not element.get("id"):
            source.report.add(bound("process-without-id", element), element)
        elif kind in FLOW_NODES:
            _element(source, element, kind)
    refused = source.report.refused()
    for process in processes:
        for node in process.scope.walk():
            _node(source.report, node, node.id in refused)


def _element(source: Source, element: etree._Element, kind: str) -> None:
    if not element.get("id"):
        source.report.add("node-without-id", element, kind=kind, name=element.get("name") or "–")
    definition = extension(element, "taskDefinition")
    if definition is not None and not (definition.get("type") or "").strip():
        source.report.add("connector-without-type", definition)


def _node(report: Report, node: Node, refused: bool) -> None:
    named = {"name": node.name or node.id}
    if node.kind == "scriptTask":
        if node.script is None:
            if node.connector is None and not refused:
                report.put("script-empty", node.line, node.id, **named)
        elif node.result_variable is None and _is_lost(node.script.text):
            report.put("script-result-lost", node.line, node.id, **named)
    elif node.kind == "businessRuleTask" and node.decision is not None and not node.result_variable:
        report.put("decision-result-lost", node.line, node.id, **named)


def _is_lost(text: str) -> bool:
    """Whether a script surely gives a value of which nothing is kept: neither a context nor nothing at all."""
    found = feel.kinds(text)
    return found is not None and "context" not in found and found != {"null"}
