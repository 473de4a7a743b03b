"""The extension elements that are read, and what the project's own may say (docs/reference/profile.md)."""

from __future__ import annotations

import re

from lxml import etree

from engine.model.dialects import translation
from engine.model.dialects.fates import LATEST, TOOLS, ZEEBE_ELEMENTS, ZEEBE_LISTENERS, ZEEBE_REFUSED, ZEEBE_TOLD
from engine.model.names import DIALECTS, FLOW_NODES, MC, ZEEBE, bpmn_name, elements, extensions, local, namespace
from engine.model.source.file import Source

#: `mc:` element → its attributes: pattern of the value, "!" before it where it is required.
MC_ELEMENTS: dict[str, dict[str, str]] = {
    "status": {"code": r"!10|[1-9]", "on": r"enter|complete"},
    "pause": {"kind": r"!supplement|fee|legal"},
    "term": {
        "value": r"!=.+|\d+(\.\d+)?",
        "unit": r"!WORKING_HOUR|WORKING_DAY|DAY|MONTH",
        "reminder": r"P[\dTWDHMS.]+",
        "escalateTo": r".+",
    },
    "letter": {"template": r"![\w][\w./-]*", "on": r"enter|complete"},
    "outcome": {
        "id": r"![^\W\d][\w.-]*",
        "label": r"!.+",
        "labelEn": r".+",
        "reason": r"true|false",
        "tone": r"primary|secondary|warning",
    },
    "back": {"to": r"!.+"},
    "citizen": {
        "action": r"!confirm|supplement|pay",
        "message": r"!.+",
        "label": r".+",
        "labelEn": r".+",
    },
    "silence": {},
    "extension": {},
    "finish": {"on": r"enter|complete"},
    "return": {"on": r"enter|complete"},
    "result": {"code": r"!.+"},
    "signature": {"level": r"!leader|agency"},
    "step": {"label": r"!.+", "labelEn": r".+"},
    "script": {"resultVariable": r"![^\W\d]\w*"},
}
#: Where an `mc:` element may stand; absent: on any flow node.
PLACES: dict[str, frozenset[str]] = {
    "outcome": frozenset(("userTask",)),
    "back": frozenset(("userTask",)),
    "signature": frozenset(("userTask",)),
    "result": frozenset(("userTask",)),
    "extension": frozenset(("userTask",)),
    "script": frozenset(("scriptTask",)),
    "silence": frozenset(("boundaryEvent", "intermediateCatchEvent", "startEvent")),
    "citizen": frozenset(("boundaryEvent", "intermediateCatchEvent", "receiveTask", "startEvent")),
}


def check(source: Source) -> None:
    """Every extension element is one that is known here, with values that mean something."""
    told: set[str] = set()
    for element in source.root.iter(etree.Element):
        if not bpmn_name(element):
            continue
        translation.names(source, element)
        for row in extensions(element):
            space, name = namespace(row), local(row)
            if space == MC:
                _own(source, element, row, name)
            elif space == ZEEBE:
                _zeebe(source, row, name)
            elif space not in DIALECTS and space not in TOOLS and row.tag not in told:
                told.add(str(row.tag))
                source.report.add("unknown-extension", row, what=f"{row.prefix}:{name}" if row.prefix else name)
        for attribute in element.attrib:
            name = str(attribute)
            if etree.QName(name).namespace == MC and etree.QName(name).localname != "resultVariable":
                source.report.add("unknown-extension", element, what=f"mc:{etree.QName(name).localname}")


def _zeebe(source: Source, row: etree._Element, name: str) -> None:
    """One element of Camunda 8: listeners and what BPMN cannot say are refused, what is lost is told of."""
    report = source.report
    if name in ZEEBE_LISTENERS:
        types = ", ".join(e.get("type") or e.get("eventType") or "" for e in elements(row)) or row.get("type", "")
        report.add("listener", row, what=f"zeebe:{name}", value=types)
    elif name in ZEEBE_REFUSED:
        for attribute in map(str, row.attrib):
            report.add("foreign-meaning", row, what=f"zeebe:{name} {attribute}", value=row.get(attribute))
    elif name in ZEEBE_TOLD:
        lost, lost_en = ZEEBE_TOLD[name]
        report.add("foreign-without-effect", row, what=f"zeebe:{name}", lost=lost, lost_en=lost_en)
    elif name not in ZEEBE_ELEMENTS:
        report.add("unknown-extension", row, what=f"zeebe:{name}")
    else:
        for attribute in map(str, row.attrib):
            if attribute not in ZEEBE_ELEMENTS[name]:
                report.add("unknown-extension", row, what=f"zeebe:{name} {attribute}")
            elif attribute == "bindingType" and row.get(attribute) == "versionTag":
                report.add("foreign-without-effect", row, what=f'zeebe:{name} bindingType="versionTag"', lost=LATEST[0],
                           lost_en=LATEST[1])  # fmt: skip


def _own(source: Source, element: etree._Element, row: etree._Element, name: str) -> None:
    report, kind = source.report, bpmn_name(element)
    attributes = MC_ELEMENTS.get(name)
    if attributes is None:
        report.add("mc-unknown", row, what=f"mc:{name}")
        return
    if name in PLACES and kind not in PLACES[name]:
        report.add("mc-place", row, what=f"mc:{name}", places=", ".join(sorted(PLACES[name])))
    for attribute in row.attrib:
        if str(attribute) not in attributes and not str(attribute).startswith("{"):
            report.add("mc-attribute", row, what=f"mc:{name}", attribute=attribute)
    for attribute, pattern in attributes.items():
        value = row.get(attribute)
        if value is None:
            if pattern.startswith("!"):
                report.add("mc-missing", row, what=f"mc:{name}", attribute=attribute)
        elif not re.fullmatch(pattern.lstrip("!"), value.strip()):
            choices = pattern.lstrip("!").replace("|", ", ")
            report.add("mc-value", row, what=f"mc:{name}", attribute=attribute, value=value, choices=choices)
        elif value.startswith("="):
            source.expressions.feel(value, row)
    if name == "back":
        _back(source, element, row)


def _back(source: Source, element: etree._Element, row: etree._Element) -> None:
    target = source.ids.get(row.get("to") or "")
    known = target is not None and target.getparent() is element.getparent() and bpmn_name(target) in FLOW_NODES
    if not known or target is element:
        source.report.add("back-target", row, target=row.get("to") or "")
