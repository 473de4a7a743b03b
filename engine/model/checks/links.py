"""Rules of the specification about links between elements: calls, services, roles, shared definitions (8, 10)."""

from __future__ import annotations

from lxml import etree

from engine.model import extensions as host
from engine.model.checks import choreography, collaboration, dataflow
from engine.model.checks.dataflow import holder_of, structure_of
from engine.model.checks.graph import kinds_of
from engine.model.findings.drawn import bound
from engine.model.names import (
    GLOBAL_TASKS,
    SUBPROCESSES,
    ZEEBE,
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
from engine.model.reading import event_definitions
from engine.model.source.file import Source

_ROLES = ("resourceRole", "performer", "humanPerformer", "potentialOwner")


def check(source: Source) -> None:
    for element in source.root.iter(etree.Element):
        name = bpmn_name(element)
        if not name:
            continue
        dataflow.check(source, element, name)
        collaboration.check(source, element, name)
        choreography.check(source, element, name)
        if name == "linkEventDefinition":
            _link(source, element)
        elif name == "callActivity":
            _call(source, element)
        elif name in ("serviceTask", "sendTask", "receiveTask"):
            _service(source, element, name)
        elif name in ("process", *GLOBAL_TASKS):
            _callable(source, element)
        elif name in _ROLES:
            _role(source, element, name)
        elif name == "eventDefinitionRef":
            _shared(source, element)
        elif name == "messageEventDefinition":
            _operation_message(source, element, kid(element, "operationRef"))
        elif name == "extension":
            _extension(source, element)
        _formal(source, element, name)
    _links(source)


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


def _call(source: Source, element: etree._Element) -> None:
    report = source.report
    called = ref(element.get("calledElement"))
    zeebe = extension(element, "calledElement")
    if zeebe is not None and zeebe.get("processId"):
        called = zeebe.get("processId") or ""
    if not called:
        report.add(bound("call-without-target", element), element)
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
            found.append((name, sorted(structure_of(source, e) for e in kids(specification, name))))
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
            wanted = structure_of(source, message, "itemRef")
            types = [structure_of(source, e) for e in data(kind)]
            if message is not None and wanted not in types and (types or kind == "dataOutput"):
                report.add("operation-data", element, kind=kind)
        return
    _operation_message(source, element, element.get("operationRef"))
    message = source.named(element.get("messageRef"), "message")
    kind, sets = ("dataInput", "inputSet") if name == "sendTask" else ("dataOutput", "outputSet")
    many = message is not None and (len(data(kind)) > 1 or len(data(sets)) > 1)
    found = {structure_of(source, e) for e in data(kind)}
    if many or (found and structure_of(source, message, "itemRef") not in found):
        report.add("message-data", element, kind=kind)


def _callable(source: Source, element: etree._Element) -> None:
    report = source.report
    interfaces, bindings = kids(element, "supportedInterfaceRef"), kids(element, "ioBinding")
    if interfaces and not bindings:
        report.add("interface-without-binding", element)
    for binding in bindings:
        operation = source.named(binding.get("operationRef"), "operation")
        offered = None if operation is None else operation.getparent()
        if offered is not None and offered.get("id") not in [ref(text_of(e)) for e in interfaces]:
            report.add("binding-operation", binding, operation=binding.get("operationRef") or "")
        for end, reference in (("inputDataRef", "inMessageRef"), ("outputDataRef", "outMessageRef")):
            message = None if operation is None else source.named(text_of(kid(operation, reference)), "message")
            data = source.ids.get(ref(binding.get(end)))
            if data is not None and holder_of(data) is not element:
                report.add("binding-data", binding, end=end)
                continue
            mine = structure_of(source, data)
            if data is not None and bpmn_name(data).endswith("Set"):
                continue  # the metamodel binds a set, the schema one of its data
            if message is not None and mine != structure_of(source, message, "itemRef"):
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


def _role(source: Source, role: etree._Element, name: str) -> None:
    """A role names a resource, with values for its parameters, or is an expression (10.3.1, table 10.5)."""
    report = source.report
    reference = kid(role, "resourceRef")
    bound = {ref(e.get("parameterRef")) for e in kids(role, "resourceParameterBinding")}
    if reference is None:
        if bound:
            report.add("role-binding", role, parameter=min(bound))
        return
    for child in kids(role, "resourceAssignmentExpression"):
        report.add("misplaced-element", child, child=bpmn_name(child), parent=name)
    resource = source.named(text_of(reference), "resource")
    if resource is None:
        return
    known = {e.get("id") or "": flag(e.get("isRequired")) for e in kids(resource, "resourceParameter")}
    wrong = {id for id in bound if id in source.ids and id not in known}
    missing = {id for id, wanted in known.items() if wanted} - bound
    for parameter in sorted(wrong | missing):
        report.add("role-binding", role, parameter=parameter)


def _shared(source: Source, reference: etree._Element) -> None:
    """Definitions that several events use stand in bpmn:definitions; those in an event are its own (10.5.1)."""
    target = source.named(text_of(reference), *event_definitions.KINDS)
    if target is not None and target.getparent() is not source.root:
        source.report.add("definition-reused", reference, definition=text_of(reference))


def _operation_message(source: Source, element: etree._Element, reference: etree._Element | str | None) -> None:
    """A message and an operation named together are one exchange: the operation takes or gives that message."""
    named = reference if isinstance(reference, str) else text_of(reference)
    operation = source.named(named, "operation")
    message = ref(element.get("messageRef"))
    if operation is None or not message:
        return
    known = {ref(text_of(e)) for name in ("inMessageRef", "outMessageRef") for e in kids(operation, name)}
    if message not in known:
        source.report.add("operation-message", element, message=message, operation=operation.get("id") or "")


def _extension(source: Source, element: etree._Element) -> None:
    """An extension names its definition (8.2.3); one that must be understood is one of those that are."""
    definition = element.get("definition") or ""
    if not definition:
        source.report.add("missing-attribute", element, attribute="definition", parent="extension")
    space = element.nsmap.get(definition.rpartition(":")[0] or None)
    if flag(element.get("mustUnderstand")) and space != ZEEBE and (space is None or host.of(space) is None):
        source.report.add("must-understand", element, definition=definition)
