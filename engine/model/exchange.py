"""Rules of the specification about pools, messages, data, services and links between elements (8, 9, 10.4)."""

from __future__ import annotations

from lxml import etree

from engine.model import events, mappings
from engine.model.graph import kinds_of
from engine.model.names import (
    GLOBAL_TASKS,
    SUBPROCESSES,
    THROWS,
    bpmn_name,
    elements,
    extension,
    flag,
    kid,
    kids,
    q,
    ref,
    text_of,
)
from engine.model.source import Source

_INTERMEDIATE = ("intermediateCatchEvent", "intermediateThrowEvent")
_ROLES = ("resourceRole", "performer", "humanPerformer", "potentialOwner")


def check(source: Source) -> None:
    for element in source.root.iter(etree.Element):
        name = bpmn_name(element)
        if not name:
            continue
        if name == "messageFlow":
            _message_flow(source, element)
        elif name == "linkEventDefinition":
            _link(source, element)
        elif name in ("inputSet", "outputSet"):
            _set(source, element, name)
        elif name in ("dataInputAssociation", "dataOutputAssociation"):
            _association(source, element)
            _process_data(source, element)
        elif name in ("dataInput", "dataOutput", "dataObject"):
            _data(source, element, name)
        elif name == "dataObjectReference":
            _data_name(source, element)
        elif name == "callActivity":
            _call(source, element)
        elif name in ("serviceTask", "sendTask", "receiveTask"):
            _service(source, element, name)
        elif name == "participantMultiplicity":
            _multiplicity(source, element)
        elif name in SUBPROCESSES and kid(element, "ioSpecification") is not None:
            source.report.add("subprocess-io", element)
        elif name in events.KINDS:
            _reused(source, element)
        elif name in ("choreography", "globalConversation", "collaboration"):
            _collaboration(source, element, name)
        elif name in ("process", *GLOBAL_TASKS):
            _callable(source, element)
        elif name in _ROLES and kid(element, "resourceRef") is not None:
            for child in kids(element, "resourceAssignmentExpression"):
                source.report.add("misplaced-element", child, child=bpmn_name(child), parent=name)
        _formal(source, element, name)
        if name in ("startEvent", "intermediateCatchEvent", "boundaryEvent", "endEvent", "intermediateThrowEvent"):
            _event_data(source, element, name)
    _links(source)


def _process_data(source: Source, association: etree._Element) -> None:
    """What a process takes is only read in it, what it gives only written (10.4.1, Data Input and Data Output)."""
    for name, kind, end in (("targetRef", "dataInput", "target"), ("sourceRef", "dataOutput", "source")):
        for reference in kids(association, name):
            data = source.named(text_of(reference), kind)
            holder = None if data is None else data.getparent()
            owner = None if holder is None else holder.getparent()
            if owner is not None and bpmn_name(owner) == "process":
                source.report.add("process-data-end", association, data=text_of(reference), end=end)


def _message_flow(source: Source, flow: etree._Element) -> None:
    report = source.report
    ends = [source.ids.get(ref(flow.get(name))) for name in ("sourceRef", "targetRef")]
    pools = [_pool(source, end) for end in ends]
    if flow.get("sourceRef") == flow.get("targetRef") or (pools[0] is not None and pools[0] == pools[1]):
        report.add("message-flow-inside", flow)
    for end, side in zip(ends, ("source", "target"), strict=True):
        if end is None:
            continue
        kind = bpmn_name(end)
        kinds = kinds_of(source, end) if kind.endswith("Event") else set()
        wrong = {"source": ("startEvent", "intermediateCatchEvent", "boundaryEvent"),
                 "target": ("endEvent", "intermediateThrowEvent")}[side]  # fmt: skip
        if kind in wrong:
            report.add("message-flow-end", flow, side=side, kind=kind)
        elif kind.endswith("Event") and "message" not in kinds:
            report.add("message-flow-event", end, kind=kind)


def _pool(source: Source, element: etree._Element | None) -> str | None:
    """The process that an end of a message flow lies in."""
    if element is None:
        return None
    if bpmn_name(element) == "participant":
        return ref(element.get("processRef")) or element.get("id")
    process = next((a for a in element.iterancestors() if bpmn_name(a) == "process"), None)
    return None if process is None else process.get("id")


def _link(source: Source, link: etree._Element) -> None:
    """A link may name its twins; if it does, they name it too (10.5.5.6)."""
    id = link.get("id")
    for side, other in (("target", "source"), ("source", "target")):
        for named in kids(link, side):
            twin = source.named(text_of(named), "linkEventDefinition")
            if twin is not None and id and id not in [ref(text_of(e)) for e in kids(twin, other)]:
                source.report.add("link-one-sided", link, twin=twin.get("id") or "")


def _links(source: Source) -> None:
    """Every link that is thrown is caught, once, in the same scope; a catch without a throw is only idle."""
    for scope in source.root.iter(*(q(name) for name in (*SUBPROCESSES, "process"))):
        caught: dict[str, list[etree._Element]] = {}
        thrown: dict[str, list[etree._Element]] = {}
        for event in elements(scope):
            side = caught if bpmn_name(event) == "intermediateCatchEvent" else thrown
            for definition in kids(event, "linkEventDefinition"):
                side.setdefault(definition.get("name") or definition.get("id") or "", []).append(event)
        for name, throws in thrown.items():
            if name not in caught:
                source.report.add("link-without-target", throws[0], name=name)
        for name, catches in caught.items():
            if len(catches) > 1:
                source.report.add("link-target-twice", catches[1], name=name)
            if name not in thrown:
                source.report.add("link-without-source", catches[0], name=name)


def _set(source: Source, element: etree._Element, name: str) -> None:
    report = source.report
    side = "Input" if name == "inputSet" else "Output"
    listed = {text_of(e) for e in kids(element, f"data{side}Refs")}
    for extra in (f"optional{side}Refs", f"whileExecuting{side}Refs"):
        for member in kids(element, extra):
            if text_of(member) not in listed:
                report.add("set-member", element, member=text_of(member), extra=extra)
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
    types = [_structure(source, _item(source, text_of(e))) for e in (sources[0], target)]
    if all(types) and types[0] != types[1]:
        source.report.add("association-types", element)


def _item(source: Source, reference: str) -> etree._Element | None:
    """The item-aware element behind a reference to it."""
    element = source.ids.get(ref(reference))
    if element is None:
        return None
    for name, kind in (("dataObjectRef", "dataObject"), ("dataStoreRef", "dataStore")):
        if element.get(name):
            return source.named(element.get(name), kind)
    return element


def _structure(source: Source, item: etree._Element | None, attribute: str = "itemSubjectRef") -> str:
    """The structure of an item-aware element's item definition, or the definition itself where it has none."""
    if item is None or not item.get(attribute):
        return ""
    definition = source.named(item.get(attribute), "itemDefinition")
    return "" if definition is None else definition.get("structureRef") or definition.get("id") or ""


def _data(source: Source, element: etree._Element, name: str) -> None:
    report = source.report
    definition = source.named(element.get("itemSubjectRef"), "itemDefinition")
    if definition is not None and flag(element.get("isCollection")) != flag(definition.get("isCollection")):
        report.add("collection-mismatch", element)
    parent = element.getparent()
    holders = ("ioSpecification", "startEvent", "endEvent", "boundaryEvent", *_INTERMEDIATE)
    if name == "dataObject" or parent is None or bpmn_name(parent) not in holders:
        return
    sets, refs = ("inputSet", "dataInputRefs") if name == "dataInput" else ("outputSet", "dataOutputRefs")
    if not any(ref(text_of(r)) == element.get("id") for s in kids(parent, sets) for r in kids(s, refs)):
        report.add("data-in-no-set", element, set=sets)


def _data_name(source: Source, element: etree._Element) -> None:
    """A reference is named after its data object, with its state in brackets (10.4.1)."""
    target = source.named(element.get("dataObjectRef"), "dataObject")
    name = element.get("name")
    if target is None or not name or not target.get("name"):
        return
    state = kid(element, "dataState")
    expected = {target.get("name") or ""}
    if state is not None and state.get("name"):
        expected = {f"{target.get('name')} [{state.get('name')}]", *expected}
    if " ".join(name.split()) not in {" ".join(e.split()) for e in expected}:
        source.report.add("data-reference-name", element, name=name, expected=max(expected, key=len))


def _call(source: Source, element: etree._Element) -> None:
    report = source.report
    called = ref(element.get("calledElement"))
    zeebe = extension(element, "calledElement")
    if zeebe is not None and zeebe.get("processId"):
        called = zeebe.get("processId") or ""
    if not called:
        report.add("call-without-target", element)
        return
    target = source.ids.get(called)
    if target is None:
        if not called.startswith("=") and "{" not in called:
            report.add("called-elsewhere", element, called=called)
        return
    if bpmn_name(target) not in ("process", *GLOBAL_TASKS):
        report.add("wrong-reference", element, attribute="calledElement", value=called, found=bpmn_name(target))
        return
    starts = kids(target, "startEvent")
    if starts and all(kinds_of(source, start) for start in starts):
        report.add("called-without-start", element, called=called)
    if _io(source, element) != _io(source, target):
        report.add("call-data", element, called=called)


def _io(source: Source, element: etree._Element) -> list[tuple[str, list[str]]]:
    found = []
    for specification in kids(element, "ioSpecification"):
        for name in ("dataInput", "dataOutput"):
            found.append((name, sorted(_structure(source, e) for e in kids(specification, name))))
        for name, refs in (("inputSet", "dataInputRefs"), ("outputSet", "dataOutputRefs")):
            found.append((name, sorted(str(len(kids(s, refs))) for s in kids(specification, name))))
    return found


def _service(source: Source, element: etree._Element, name: str) -> None:
    """What goes into and out of a task is what its operation or message says (10.3.3)."""
    report = source.report
    specification = kid(element, "ioSpecification")

    def data(kind: str) -> list[etree._Element]:
        return [] if specification is None else kids(specification, kind)

    if name == "serviceTask":
        operation = source.named(element.get("operationRef"), "operation")
        if operation is None:
            return
        if len(data("inputSet")) != 1 or len(data("outputSet")) > 1:
            report.add("operation-sets", element)
        for kind, reference in (("dataInput", "inMessageRef"), ("dataOutput", "outMessageRef")):
            message = source.named(text_of(kid(operation, reference)), "message")
            wanted = _structure(source, message, "itemRef")
            types = [_structure(source, e) for e in data(kind)]
            if message is not None and wanted not in types and (types or kind == "dataOutput"):
                report.add("operation-data", element, kind=kind)
        return
    message = source.named(element.get("messageRef"), "message")
    kind, sets = ("dataInput", "inputSet") if name == "sendTask" else ("dataOutput", "outputSet")
    many = message is not None and (len(data(kind)) > 1 or len(data(sets)) > 1)
    found = {_structure(source, e) for e in data(kind)}
    if many or (found and _structure(source, message, "itemRef") not in found):
        report.add("message-data", element, kind=kind)


def _multiplicity(source: Source, element: etree._Element) -> None:
    try:
        low, high = int(element.get("minimum") or 0), int(element.get("maximum") or 1)
    except ValueError:
        return
    if element.get("maximum") is None:
        high = max(high, 1)
    if low < 0 or high < 1 or high < low:
        source.report.add("participant-multiplicity", element)


def _reused(source: Source, element: etree._Element) -> None:
    parent = element.getparent()
    id = element.get("id")
    if parent is None or bpmn_name(parent) not in THROWS or not id:
        return
    if any(ref(text_of(e)) == id for e in source.root.iter(q("eventDefinitionRef"))):
        source.report.add("thrown-definition-reused", element)


def _collaboration(source: Source, element: etree._Element, name: str) -> None:
    report = source.report
    references = kids(element, "choreographyRef")
    if references and name != "collaboration":
        report.add("choreography-reference", element)
    for reference in references:
        target = source.named(text_of(reference), "choreography")
        if target is not None and flag(target.get("isClosed")) != flag(element.get("isClosed")):
            report.add("closed-mismatch", element)
    if name == "globalConversation":
        forbidden = ("conversation", "subConversation", "callConversation", "participantAssociation",
                     "messageFlowAssociation", "conversationAssociation", "association", "group",
                     "textAnnotation")  # fmt: skip
        for child in elements(element):
            if bpmn_name(child) in forbidden:
                report.add("misplaced-element", child, child=bpmn_name(child), parent=name)


def _callable(source: Source, element: etree._Element) -> None:
    report = source.report
    interfaces, bindings = kids(element, "supportedInterfaceRef"), kids(element, "ioBinding")
    if interfaces and not bindings:
        report.add("interface-without-binding", element)
    for binding in bindings:
        operation = source.named(binding.get("operationRef"), "operation")
        for end, reference in (("inputDataRef", "inMessageRef"), ("outputDataRef", "outMessageRef")):
            message = None if operation is None else source.named(text_of(kid(operation, reference)), "message")
            mine = _structure(source, source.ids.get(ref(binding.get(end))))
            if message is not None and mine != _structure(source, message, "itemRef"):
                report.add("binding-data", element, end=end)


_BODIES = frozenset(("dataPath", "messagePath", "transformation", "formalExpression"))


def _formal(source: Source, element: etree._Element, name: str) -> None:
    """A formal expression has a body; a natural-language one is not executed (8.4.8)."""
    declared = ref(element.get("{http://www.w3.org/2001/XMLSchema-instance}type"))
    parent = element.getparent()
    named = name == "condition" and parent is not None and bpmn_name(parent) == "complexBehaviorDefinition"
    if (declared == "tFormalExpression" or name in _BODIES or named) and not text_of(element):
        source.report.add("expression-empty", element, kind=name)
    elif declared == "tExpression" and text_of(element):
        source.report.add("expression-natural", element, kind=name)
    if name == "multiInstanceLoopCharacteristics":
        _scalar(source, element)


def _scalar(source: Source, loop: etree._Element) -> None:
    """An item of a loop's collection has the collection's type, without being a collection (13.3.7)."""
    for whole, part in (("loopDataInputRef", "inputDataItem"), ("loopDataOutputRef", "outputDataItem")):
        collection, item = kid(loop, whole), kid(loop, part)
        if collection is None or item is None:
            continue
        types = _structure(source, _item(source, text_of(collection))), _structure(source, item)
        if flag(item.get("isCollection")) or (any(types) and types[0] != types[1]):
            source.report.add("loop-item-type", loop, item=part)


def _event_data(source: Source, event: etree._Element, kind: str) -> None:
    """An event with data has one for each of its definitions, of that definition's type (10.5.1)."""
    name = "dataInput" if kind in THROWS else "dataOutput"
    data = kids(event, name)
    if not data:
        return
    definitions = [e for e in elements(event) if bpmn_name(e) in events.KINDS or bpmn_name(e) == "eventDefinitionRef"]
    if len(data) != len(definitions):
        source.report.add("event-data", event, kind=name)
        return
    for item, definition in zip(data, definitions, strict=True):
        what = bpmn_name(definition).removesuffix("EventDefinition")
        target = source.named(definition.get(f"{what}Ref"), what)
        wanted = _structure(source, target, "itemRef" if what == "message" else "structureRef")
        mine = _structure(source, item)
        if wanted != mine and (wanted or mine) and what in ("message", "error", "escalation", "signal"):
            source.report.add("event-data", event, kind=name)
