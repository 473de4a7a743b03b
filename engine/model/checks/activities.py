"""Rules of the specification about activities and their loops (10.3)."""

from __future__ import annotations

from lxml import etree

from engine.model.checks.graph import Graph
from engine.model.names import extension, flag, kid, kids, text_of
from engine.model.source.file import Source


def check(source: Source, graph: Graph, id: str, element: etree._Element, kind: str) -> None:
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
        _multi_instance(source, multiple)
    standard = kid(element, "standardLoopCharacteristics")
    if standard is not None:
        maximum = (standard.get("loopMaximum") or "1").strip()
        if maximum.lstrip("+-").isdigit() and int(maximum) < 0:
            report.add("quantity", standard, attribute="loopMaximum")
        if not text_of(kid(standard, "loopCondition")) and not standard.get("loopMaximum"):
            report.add("loop-without-end", standard)


def _multi_instance(source: Source, loop: etree._Element) -> None:
    report = source.report
    zeebe = extension(loop, "loopCharacteristics")
    foreign = any(str(name).endswith("}collection") for name in loop.attrib)
    if foreign or (zeebe is not None and zeebe.get("inputCollection")):
        return
    cardinality = kid(loop, "loopCardinality")
    if not text_of(cardinality) and (cardinality is not None or kid(loop, "loopDataInputRef") is None):
        report.add("multi-instance-empty", loop)
    behavior = loop.get("behavior") or "All"
    wanted = {"None": "noneBehaviorEventRef", "One": "oneBehaviorEventRef"}.get(behavior)
    if wanted and not loop.get(wanted):
        report.add("behavior-event-missing", loop, behavior=behavior, wanted=wanted)
    if behavior == "Complex" and not kids(loop, "complexBehaviorDefinition"):
        report.add("behavior-event-missing", loop, behavior=behavior, wanted="complexBehaviorDefinition")
