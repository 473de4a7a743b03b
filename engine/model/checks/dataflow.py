"""Rules of the specification about data: inputs and outputs, their sets, associations, collections (10.4, 13.3.7)."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.model.findings.drawn import bound
from engine.model.names import (
    SUBPROCESSES,
    THROWS,
    bpmn_name,
    elements,
    extension,
    flag,
    kid,
    kids,
    of_dialect,
    ref,
    text_of,
)
from engine.model.reading import event_definitions
from engine.model.source import mappings
from engine.model.source.file import Source

_EVENTS = ("startEvent", "intermediateCatchEvent", "boundaryEvent", "endEvent", "intermediateThrowEvent")
_SCOPED = ("dataObject", "dataObjectReference", "property")


def check(source: Source, element: etree._Element, name: str) -> None:
    if name in ("inputSet", "outputSet"):
        _set(source, element, name)
    elif name in ("dataInputAssociation", "dataOutputAssociation"):
        _association(source, element)
        _process_data(source, element)
        _ends(source, element, name)
    elif name in ("dataInput", "dataOutput", "dataObject"):
        _data(source, element, name)
    elif name == "dataObjectReference":
        _reference(source, element)
    elif name == "multiInstanceLoopCharacteristics":
        _scalar(source, element)
        _collection(source, element)
    elif name in SUBPROCESSES and kid(element, "ioSpecification") is not None:
        source.report.add("subprocess-io", element)
    elif name in _EVENTS:
        _event_data(source, element, name)


def structure_of(source: Source, item: etree._Element | None, attribute: str = "itemSubjectRef") -> str:
    """The structure of an item-aware element's item definition, or the definition itself where it has none."""
    if item is None or not item.get(attribute):
        return ""
    definition = source.named(item.get(attribute), "itemDefinition")
    return "" if definition is None else definition.get("structureRef") or definition.get("id") or ""


def item_of(source: Source, reference: str) -> etree._Element | None:
    """The item-aware element behind a reference to it."""
    element = source.ids.get(ref(reference))
    if element is None:
        return None
    for name, kind in (("dataObjectRef", "dataObject"), ("dataStoreRef", "dataStore")):
        if element.get(name):
            return source.named(element.get(name), kind)
    return element


def holder_of(data: etree._Element) -> etree._Element | None:
    """The process, activity or event that a data input or output belongs to; for other data, what they stand in."""
    parent = data.getparent()
    return parent.getparent() if parent is not None and bpmn_name(parent) == "ioSpecification" else parent


def _within(element: etree._Element, around: etree._Element | None) -> bool:
    return around is not None and any(a is around for a in (element, *element.iterancestors()))


def _set(source: Source, element: etree._Element, name: str) -> None:
    report = source.report
    side = "Input" if name == "inputSet" else "Output"
    listed = {text_of(e) for e in kids(element, f"data{side}Refs")}
    for extra in (f"optional{side}Refs", f"whileExecuting{side}Refs"):
        for member in kids(element, extra):
            if text_of(member) not in listed:
                report.add("set-member", element, member=text_of(member), extra=extra)
    for id in sorted(listed):
        data = source.named(id, f"data{side}")
        if data is not None and data.getparent() is not element.getparent():
            report.add("set-member-elsewhere", element, member=id, set=name)
    mine, theirs, twin_name = "inputSetRefs", "outputSetRefs", "inputSet"
    if side == "Input":
        mine, theirs, twin_name = theirs, mine, "outputSet"
    for reference in kids(element, mine):
        twin = source.named(text_of(reference), twin_name)
        if twin is not None and element.get("id") not in [ref(text_of(e)) for e in kids(twin, theirs)]:
            report.add("set-one-sided", element, twin=twin.get("id") or "")


def _association(source: Source, element: etree._Element) -> None:
    sources = kids(element, "sourceRef")
    if kid(element, "transformation") is not None:
        return
    if len(sources) > 1:
        source.report.add("association-sources", element)
        return
    target = kid(element, "targetRef")
    if not sources or target is None or mappings.is_drawing(source, element) or kids(element, "assignment"):
        return
    types = [structure_of(source, item_of(source, text_of(e))) for e in (sources[0], target)]
    if all(types) and types[0] != types[1]:
        source.report.add("association-types", element)
        return
    ends = [item_of(source, text_of(e)) for e in (sources[0], target)]
    many = [flag(end.get("isCollection")) for end in ends if end is not None]
    if len(many) == 2 and many[0] != many[1]:
        source.report.add("association-collection", element)


def _process_data(source: Source, association: etree._Element) -> None:
    """What a process takes is only read in it, what it gives only written (10.4.1, Data Input and Data Output)."""
    for name, kind, end in (("targetRef", "dataInput", "target"), ("sourceRef", "dataOutput", "source")):
        for reference in kids(association, name):
            data = source.named(text_of(reference), kind)
            owner = None if data is None else holder_of(data)
            if owner is not None and bpmn_name(owner) == "process":
                source.report.add("process-data-end", association, data=text_of(reference), end=end)


def _ends(source: Source, association: etree._Element, name: str) -> None:
    """One end is an input or output of the activity or event itself, the other something that it can see (10.4.2)."""
    owner = association.getparent()
    if owner is None or mappings.is_drawing(source, association):
        return
    inner, outer, own = ("targetRef", "sourceRef", "dataInput")
    if name == "dataOutputAssociation":
        inner, outer, own = ("sourceRef", "targetRef", "dataOutput")
    for end in _items(source, association, inner):
        kind = bpmn_name(end)
        holder = holder_of(end)
        if kind == "property" or (holder is not None and bpmn_name(holder) == "process" and kind != "dataObject"):
            continue  # a property stands in for the input; what belongs to the process has a rule of its own
        if kind != own or holder is not owner:
            source.report.add("association-end", association, end=inner, data=end.get("id") or "", own=own)
    for end in _items(source, association, outer):
        if bpmn_name(end) in ("dataInput", "dataOutput") and holder_of(end) is owner:
            source.report.add("association-end", association, end=outer, data=end.get("id") or "", own="dataObject")
        elif not _visible(end, owner):
            source.report.add("data-out-of-reach", association, data=end.get("id") or "")


def _items(source: Source, association: etree._Element, name: str) -> Iterator[etree._Element]:
    for reference in kids(association, name):
        found = source.ids.get(ref(text_of(reference)))
        if found is not None:
            yield found


def _visible(data: etree._Element, owner: etree._Element) -> bool:
    """Data live as long as what they stand in, and are seen in there only (10.4.1); stores outlive it all."""
    if bpmn_name(data) in (*_SCOPED, "dataInput", "dataOutput"):
        return _within(owner, holder_of(data))
    return True


def _data(source: Source, element: etree._Element, name: str) -> None:
    report = source.report
    definition = source.named(element.get("itemSubjectRef"), "itemDefinition")
    if definition is not None and flag(element.get("isCollection")) != flag(definition.get("isCollection")):
        report.add("collection-mismatch", element)
    if name == "dataObject":
        if kid(element, "dataState") is not None:
            report.add("object-with-state", element)
        return
    parent = element.getparent()
    if parent is None or bpmn_name(parent) not in ("ioSpecification", *_EVENTS):
        return
    sets, refs = ("inputSet", "dataInputRefs") if name == "dataInput" else ("outputSet", "dataOutputRefs")
    if not any(ref(text_of(r)) == element.get("id") for s in kids(parent, sets) for r in kids(s, refs)):
        report.add("data-in-no-set", element, set=sets)


def _reference(source: Source, element: etree._Element) -> None:
    """A reference is named after its data object, with its state in brackets, and has no type of its own (10.4.1)."""
    if element.get("itemSubjectRef"):
        source.report.add("reference-with-type", element)
    if not element.get("dataObjectRef"):
        source.report.add(bound("data-reference-target", element), element)
    target = source.named(element.get("dataObjectRef"), "dataObject")
    name = element.get("name")
    if target is None or not name or not target.get("name"):
        return
    state = kid(element, "dataState")
    plain, said = " ".join((target.get("name") or "").split()), " ".join(name.split())
    given = "" if state is None else " ".join((state.get("name") or "").split())
    if said == plain or (said.startswith(f"{plain} [") and said.endswith(f"{given}]")):
        return
    expected = f"{plain} [{given}]" if given else plain
    source.report.add(bound("data-reference-name", element), element, name=name, expected=expected)


def _scalar(source: Source, loop: etree._Element) -> None:
    """An item of a loop's collection has the collection's type, without being a collection (13.3.7)."""
    for whole, part in (("loopDataInputRef", "inputDataItem"), ("loopDataOutputRef", "outputDataItem")):
        collection, item = kid(loop, whole), kid(loop, part)
        if collection is None or item is None:
            continue
        types = structure_of(source, item_of(source, text_of(collection))), structure_of(source, item)
        if flag(item.get("isCollection")) or (any(types) and types[0] != types[1]):
            source.report.add("loop-item-type", loop, item=part)


def _collection(source: Source, loop: etree._Element) -> None:
    """A task loops over its own data, a subprocess over collections that it can see (table 10.30)."""
    activity = loop.getparent()
    zeebe = extension(loop, "loopCharacteristics")
    if activity is None or of_dialect(source.root) or (zeebe is not None and zeebe.get("inputCollection")):
        return
    if kid(loop, "loopCardinality") is not None and kid(loop, "loopDataInputRef") is not None:
        source.report.add("multi-instance-twice", loop)
    inside = bpmn_name(activity) in SUBPROCESSES
    for name, own in (("loopDataInputRef", "dataInput"), ("loopDataOutputRef", "dataOutput")):
        reference = text_of(kid(loop, name))
        data, item = source.ids.get(ref(reference)), item_of(source, reference)
        if data is None or item is None:
            continue
        outside = activity.getparent()
        seen = outside is not None and bpmn_name(data) in _SCOPED and _visible(data, outside)
        if not seen if inside else (bpmn_name(data) != own or holder_of(data) is not activity):
            source.report.add("loop-data-elsewhere", loop, reference=name)
        elif _single(source, item, inside):
            source.report.add("loop-not-collection", loop, reference=name, data=reference)


def _single(source: Source, item: etree._Element, strict: bool) -> bool:
    """Whether it is said not to be a collection; `strict`: or not said to be one, which means the same."""
    definition = source.named(item.get("itemSubjectRef"), "itemDefinition")
    if flag(item.get("isCollection")) or (definition is not None and flag(definition.get("isCollection"))):
        return False
    return strict or item.get("isCollection") is not None


def _event_data(source: Source, event: etree._Element, kind: str) -> None:
    """An event with data has one for each of its definitions, of that definition's type (10.5.1)."""
    name = "dataInput" if kind in THROWS else "dataOutput"
    data = kids(event, name)
    if not data:
        return
    definitions = [
        e for e in elements(event) if bpmn_name(e) in event_definitions.KINDS or bpmn_name(e) == "eventDefinitionRef"
    ]
    if len(data) != len(definitions):
        source.report.add("event-data", event, kind=name)
        return
    for item, definition in zip(data, definitions, strict=True):
        what = bpmn_name(definition).removesuffix("EventDefinition")
        target = source.named(definition.get(f"{what}Ref"), what)
        wanted = structure_of(source, target, "itemRef" if what == "message" else "structureRef")
        mine = structure_of(source, item)
        if wanted != mine and (wanted or mine) and what in ("message", "error", "escalation", "signal"):
            source.report.add("event-data", event, kind=name)
