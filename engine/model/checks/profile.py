"""The extension elements that are read, and what those of the host may say (docs/reference/profile.md)."""

from __future__ import annotations

from lxml import etree

from engine.model import extensions as host
from engine.model.dialects import translation
from engine.model.dialects.fates import LATEST, TOOLS, ZEEBE_ELEMENTS, ZEEBE_LISTENERS, ZEEBE_REFUSED, ZEEBE_TOLD
from engine.model.names import DIALECTS, FLOW_NODES, ZEEBE, bpmn_name, elements, extensions, local, namespace
from engine.model.source.file import Source


def check(source: Source) -> None:
    """Every extension element is one that is known here, with values that mean something."""
    told: set[str] = set()
    for element in source.root.iter(etree.Element):
        if not bpmn_name(element):
            continue
        translation.names(source, element)
        for row in extensions(element):
            space, name = namespace(row), local(row)
            if (vocabulary := host.of(space)) is not None:
                _own(source, element, row, vocabulary)
            elif space == ZEEBE:
                _zeebe(source, row, name)
            elif space not in DIALECTS and space not in TOOLS and row.tag not in told:
                told.add(str(row.tag))
                source.report.add("unknown-extension", row, what=f"{row.prefix}:{name}" if row.prefix else name)
        for attribute in element.attrib:
            found = etree.QName(str(attribute))
            vocabulary = host.of(found.namespace or "")
            if vocabulary is not None and found.localname not in _on_the_task(vocabulary):
                what = f"{vocabulary.prefix}:{found.localname}"
                source.report.add("unknown-extension", element, what=what)


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


def _on_the_task(vocabulary: host.Vocabulary) -> set[str]:
    """Attributes of the host that may stand on the BPMN element itself: where a script writes its value."""
    return {name for one in vocabulary.elements.values() if one.role == "result-variable" for name in one.attributes}


def _own(source: Source, element: etree._Element, row: etree._Element, vocabulary: host.Vocabulary) -> None:
    report, kind, known = source.report, bpmn_name(element), vocabulary.elements.get(local(row))
    what = f"{vocabulary.prefix}:{local(row)}"
    if known is None:
        report.add("extension-unknown", row, what=what)
        return
    if known.places and kind not in known.places:
        report.add("extension-place", row, what=what, places=", ".join(sorted(known.places)))
    for said in map(str, row.attrib):
        if said not in known.attributes and not said.startswith("{"):
            report.add("extension-attribute", row, what=what, attribute=said)
    for name, attribute in known.attributes.items():
        _value(source, row, what, name, attribute)
    if known.check is not None:
        known.check(source, element, row)
    if known.role == "back":
        _back(source, element, row, what)


def _value(source: Source, row: etree._Element, what: str, name: str, attribute: host.Attribute) -> None:
    value = row.get(name)
    if value is None:
        if attribute.required:
            source.report.add("extension-missing", row, what=what, attribute=name)
    elif not attribute.takes(value.strip()):
        wanted = {"choices": attribute.wanted("vi"), "choices_en": attribute.wanted("en")}
        source.report.add("extension-value", row, what=what, attribute=name, value=value, **wanted)
    elif attribute.kind == "amount" and value.strip().startswith("="):
        source.expressions.feel(value, row)


def _back(source: Source, element: etree._Element, row: etree._Element, what: str) -> None:
    target = source.ids.get(row.get("to") or "")
    known = target is not None and target.getparent() is element.getparent() and bpmn_name(target) in FLOW_NODES
    if not known or target is element:
        source.report.add("back-target", row, what=what, target=row.get("to") or "")
