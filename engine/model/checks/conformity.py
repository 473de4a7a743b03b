"""Whether the XML is what the interchange schema allows: elements, attributes, values, unique ids, and references
that lead to what they should."""

from __future__ import annotations

from collections import Counter

from lxml import etree

from engine.model.checks import schema
from engine.model.findings.drawn import bound
from engine.model.names import BPMN, GLOBAL_TASKS, XSI, bpmn_name, elements, namespace, of_dialect, q, ref, text_of
from engine.model.source import juel
from engine.model.source.file import Source

_EVENT_DEFINITIONS = frozenset(
    f"{kind}EventDefinition"
    for kind in ("message", "signal", "timer", "error", "escalation", "conditional", "compensate", "cancel",
                 "terminate", "link")
)  # fmt: skip
_ITEM_AWARE = frozenset(
    ("property", "dataObject", "dataObjectReference", "dataInput", "dataOutput", "dataStore", "dataStoreReference")
)
_TASKS = ("task", "userTask", "manualTask", "serviceTask", "sendTask", "receiveTask", "scriptTask", "businessRuleTask")
_ACTIVITIES = frozenset((*_TASKS, "subProcess", "transaction", "adHocSubProcess", "callActivity"))
_GATEWAYS = frozenset(
    ("exclusiveGateway", "inclusiveGateway", "parallelGateway", "complexGateway", "eventBasedGateway")
)
_EVENTS = frozenset(("startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"))
_CHOREOGRAPHY = frozenset(("choreographyTask", "subChoreography", "callChoreography"))
_NODES = _ACTIVITIES | _GATEWAYS | _EVENTS | _CHOREOGRAPHY
_COLLABORATIONS = frozenset(("collaboration", "choreography", "globalConversation", "globalChoreographyTask"))
_CALLABLE = frozenset(("process", *GLOBAL_TASKS))
_INPUTS, _OUTPUTS = frozenset(("dataInput", "inputSet")), frozenset(("dataOutput", "outputSet"))
_CONVERSATIONS = frozenset(("conversation", "subConversation", "callConversation"))

#: (element or "*", attribute or child element that refers) → what it must lead to. An empty set: anything.
REFERENCES: dict[tuple[str, str], frozenset[str]] = {
    ("association", "sourceRef"): frozenset(),
    ("association", "targetRef"): frozenset(),
    ("group", "categoryValueRef"): frozenset(("categoryValue",)),
    ("*", "categoryValueRef"): frozenset(("categoryValue",)),
    ("*", "correlationPropertyRef"): frozenset(("correlationProperty",)),
    ("*", "correlationKeyRef"): frozenset(("correlationKey",)),
    ("*", "messageRef"): frozenset(("message",)),
    ("*", "inMessageRef"): frozenset(("message",)),
    ("*", "outMessageRef"): frozenset(("message",)),
    ("*", "errorRef"): frozenset(("error",)),
    ("*", "escalationRef"): frozenset(("escalation",)),
    ("*", "signalRef"): frozenset(("signal",)),
    ("*", "operationRef"): frozenset(("operation",)),
    ("*", "itemRef"): frozenset(("itemDefinition",)),
    ("*", "itemSubjectRef"): frozenset(("itemDefinition",)),
    ("*", "evaluatesToTypeRef"): frozenset(("itemDefinition",)),
    ("*", "messageFlowRef"): frozenset(("messageFlow",)),
    ("*", "innerMessageFlowRef"): frozenset(("messageFlow",)),
    ("*", "outerMessageFlowRef"): frozenset(("messageFlow",)),
    ("*", "innerConversationNodeRef"): _CONVERSATIONS,
    ("*", "outerConversationNodeRef"): _CONVERSATIONS,
    ("conversationLink", "sourceRef"): _CONVERSATIONS | _ACTIVITIES | _EVENTS | {"participant"},
    ("conversationLink", "targetRef"): _CONVERSATIONS | _ACTIVITIES | _EVENTS | {"participant"},
    ("callConversation", "calledCollaborationRef"): frozenset(("collaboration", "globalConversation")),
    ("callChoreography", "calledChoreographyRef"): frozenset(("choreography", "globalChoreographyTask")),
    ("*", "initiatingParticipantRef"): frozenset(("participant",)),
    ("signal", "structureRef"): frozenset(("itemDefinition",)),
    ("error", "structureRef"): frozenset(("itemDefinition",)),
    ("escalation", "structureRef"): frozenset(("itemDefinition",)),
    ("resourceParameter", "type"): frozenset(("itemDefinition",)),
    ("correlationProperty", "type"): frozenset(("itemDefinition",)),
    ("sequenceFlow", "sourceRef"): _NODES,
    ("sequenceFlow", "targetRef"): _NODES,
    ("*", "incoming"): frozenset(("sequenceFlow",)),
    ("*", "outgoing"): frozenset(("sequenceFlow",)),
    ("*", "default"): frozenset(("sequenceFlow",)),
    ("*", "choreographyRef"): frozenset(("choreography",)),
    ("participant", "processRef"): frozenset(("process",)),
    ("*", "interfaceRef"): frozenset(("interface",)),
    ("*", "supportedInterfaceRef"): frozenset(("interface",)),
    ("*", "endPointRef"): frozenset(("endPoint",)),
    ("*", "participantRef"): frozenset(("participant",)),
    ("*", "innerParticipantRef"): frozenset(("participant",)),
    ("*", "outerParticipantRef"): frozenset(("participant",)),
    ("messageFlow", "sourceRef"): _ACTIVITIES | _EVENTS | {"participant"},
    ("messageFlow", "targetRef"): _ACTIVITIES | _EVENTS | {"participant"},
    ("process", "supports"): frozenset(("process",)),
    ("process", "definitionalCollaborationRef"): _COLLABORATIONS,
    ("*", "resourceRef"): frozenset(("resource",)),
    ("*", "parameterRef"): frozenset(("resourceParameter",)),
    ("*", "inputDataRef"): _INPUTS,
    ("*", "outputDataRef"): _OUTPUTS,
    ("*", "loopDataInputRef"): _ITEM_AWARE,
    ("*", "loopDataOutputRef"): _ITEM_AWARE,
    ("*", "oneBehaviorEventRef"): _EVENT_DEFINITIONS,
    ("*", "noneBehaviorEventRef"): _EVENT_DEFINITIONS,
    ("*", "dataObjectRef"): frozenset(("dataObject",)),
    ("*", "dataStoreRef"): frozenset(("dataStore",)),
    ("*", "dataInputRefs"): frozenset(("dataInput",)),
    ("*", "optionalInputRefs"): frozenset(("dataInput",)),
    ("*", "whileExecutingInputRefs"): frozenset(("dataInput",)),
    ("*", "outputSetRefs"): frozenset(("outputSet",)),
    ("*", "dataOutputRefs"): frozenset(("dataOutput",)),
    ("*", "optionalOutputRefs"): frozenset(("dataOutput",)),
    ("*", "whileExecutingOutputRefs"): frozenset(("dataOutput",)),
    ("*", "inputSetRefs"): frozenset(("inputSet",)),
    ("dataInputAssociation", "sourceRef"): _ITEM_AWARE,
    ("dataInputAssociation", "targetRef"): _ITEM_AWARE,
    ("dataOutputAssociation", "sourceRef"): _ITEM_AWARE,
    ("dataOutputAssociation", "targetRef"): _ITEM_AWARE,
    ("*", "eventDefinitionRef"): _EVENT_DEFINITIONS,
    ("boundaryEvent", "attachedToRef"): _ACTIVITIES,
    ("compensateEventDefinition", "activityRef"): _ACTIVITIES,
    ("linkEventDefinition", "source"): frozenset(("linkEventDefinition",)),
    ("linkEventDefinition", "target"): frozenset(("linkEventDefinition",)),
    ("lane", "flowNodeRef"): _NODES,
}
#: Where many tools write notes and lines among the nodes; nobody is harmed.
_LOOSE = frozenset(("definitions", "process", "collaboration", "subProcess", "transaction", "adHocSubProcess"))
#: Names of types that tools write where an itemDefinition belongs; what they carry is not typed here.
_SIMPLE_TYPES = frozenset(("String", "Boolean", "Integer", "Long", "Double", "Float", "Date", "Object"))
_EXPRESSIONS = frozenset(("tExpression", "tFormalExpression"))


def check(source: Source) -> None:
    """Reports what the schema forbids, and every reference that leads nowhere or to the wrong kind of element."""
    _ids(source)
    _element(source, source.root, "tDefinitions")
    imports = {e.get("namespace") for e in elements(source.root) if bpmn_name(e) == "import"}
    for element in source.root.iter(etree.Element):
        if bpmn_name(element):
            _references(source, element, imports)


def _ids(source: Source) -> None:
    """Ids are unique in the file (diagram ids among themselves and with the rest: xsd:ID)."""
    seen: Counter[str] = Counter()
    for element in source.root.iter(etree.Element):
        space = namespace(element)
        id = element.get("id")
        if id is None or (space != BPMN and not space.startswith("http://www.omg.org/spec/")):
            continue
        seen[id] += 1
        if seen[id] == 2:
            source.report.add("duplicate-id", element, id=id)
        if not schema.fits("ID", id):
            source.report.add("attribute-value", element, attribute="id", value=id, choices="xsd:ID")


def _element(source: Source, element: etree._Element, type_name: str) -> None:
    declared = element.get(q("type", XSI))
    if declared is not None and schema.derives(ref(declared), type_name):
        type_name = ref(declared)
    elif declared is not None:
        source.report.add("attribute-value", element, attribute="xsi:type", value=declared, choices=type_name)
    type_ = schema.resolve(type_name)
    _attributes(source, element, type_, type_name)
    if not type_.text:
        _stray(source, element)
    counts: Counter[str] = Counter()
    places: Counter[int] = Counter()
    latest = 0
    for child in elements(element):
        name = bpmn_name(child)
        if not name:
            if namespace(child).startswith("http://www.omg.org/spec/BPMN/20100524/DI") or type_.text:
                continue
            if bpmn_name(element) in ("definitions", "extensionElements") or bpmn_name(element) == "":
                continue
            source.report.add("foreign-element", child, child=etree.QName(child).localname, parent=bpmn_name(element))
            continue
        allowed = type_.children.get(name)
        # `event` of a complex behaviour bears the name of an abstract element, and has a type of its own.
        if name not in schema.known() or (name in schema.ABSTRACT and not (allowed and allowed.type)):
            source.report.add("unknown-element", child, child=name)
            continue
        if allowed is None:
            if not type_.text or type_name in _EXPRESSIONS:
                source.report.add("misplaced-element", child, child=name, parent=bpmn_name(element))
            continue
        if allowed.order < latest and bpmn_name(element) not in _LOOSE:
            source.report.add("child-order", child, child=name, parent=bpmn_name(element))
        latest = max(latest, allowed.order)
        counts[name] += 1
        places[allowed.order] += 1  # members of a substitution group share one
        if allowed.occurs in "1?" and places[allowed.order] == 2:
            source.report.add("repeated-element", child, child=name, parent=bpmn_name(element))
        inner = allowed.type or schema.type_of(name)
        if inner in ("IDREF", "QName"):
            _named(source, child, name, inner)
        elif inner is not None and inner.startswith("t"):
            if _is_open(name):
                _attributes(source, child, schema.resolve(inner), inner)
            else:
                _element(source, child, inner)
    _required_children(source, element, type_, counts)


def _named(source: Source, child: etree._Element, name: str, type_name: str) -> None:
    """A reference in an element of its own: a name, and nothing else."""
    if not schema.fits(type_name, text_of(child)) and not juel.is_foreign(text_of(child)):
        source.report.add("attribute-value", child, attribute=name, value=text_of(child), choices=type_name)
    for attribute in child.attrib:
        if not str(attribute).startswith("{"):
            source.report.add("unknown-attribute", child, attribute=attribute, parent=name)
    for inner in elements(child):
        source.report.add("misplaced-element", inner, child=etree.QName(inner).localname, parent=name)


def _stray(source: Source, element: etree._Element) -> None:
    """Text between the elements of one that holds elements only."""
    for text in (element.text, *(child.tail for child in element)):
        if text and text.strip():
            source.report.add("stray-text", element, text=text, parent=bpmn_name(element))
            return


def _is_open(name: str) -> bool:
    return name in ("extensionElements", "documentation", "text", "script")


def _required_children(source: Source, element: etree._Element, type_: schema.Type, counts: Counter[str]) -> None:
    """Groups of substitutable elements count together."""
    wanted: dict[int, list[str]] = {}
    for name, child in type_.children.items():
        if child.occurs in "1+":
            wanted.setdefault(child.order, []).append(name)
    for names in wanted.values():
        if any(counts[name] for name in names):
            continue
        first = min(names, key=len)
        # An association that was only drawn to an activity has no end inside it, and moves nothing.
        drawn = first == "targetRef" and bpmn_name(element) in ("dataInputAssociation", "dataOutputAssociation")
        rule = bound("missing-element", element) if drawn else "missing-element"
        source.report.add(rule, element, child=first, parent=bpmn_name(element))


def _attributes(source: Source, element: etree._Element, type_: schema.Type, type_name: str) -> None:
    kind = bpmn_name(element)
    for name, value in element.attrib.items():
        if str(name).startswith("{") or (name == "id" and "id" in type_.attributes):
            continue
        wanted = type_.attributes.get(str(name))
        if wanted is None:
            if type_name in _EXPRESSIONS and name in ("language", "evaluatesToTypeRef", "type"):
                continue  # `type` for `xsi:type` is a slip that other engines let pass
            source.report.add("unknown-attribute", element, attribute=name, parent=kind)
        elif not schema.fits(wanted.rstrip("!"), str(value)) and not juel.is_foreign(str(value)):
            simple = wanted.rstrip("!")
            if kind == "callActivity" and str(value).startswith("="):
                continue
            source.report.add("attribute-value", element, attribute=name, value=value, choices=schema.choices(simple))
    for name, wanted in type_.attributes.items():
        if wanted.endswith("!") and element.get(name) is None:
            source.report.add("missing-attribute", element, attribute=name, parent=kind)


def _references(source: Source, element: etree._Element, imports: set[str | None]) -> None:
    kind = bpmn_name(element)
    called = element.get("calledElement") or ""
    if kind == "callActivity" and element.nsmap.get(called.rpartition(":")[0]) in imports:
        source.imported.append((element, "calledElement", called, _CALLABLE))
    for name, value in element.attrib.items():
        kinds = _wanted(kind, str(name))
        if kinds is not None and value:
            _reference(source, element, element, str(name), str(value), kinds, imports)
    for child in elements(element):
        name = bpmn_name(child)
        kinds = _wanted(kind, name) if name else None
        if kinds is not None and not len(child) and text_of(child):
            _reference(source, element, child, name, text_of(child), kinds, imports)


def _wanted(kind: str, name: str) -> frozenset[str] | None:
    if (kind, name) in REFERENCES:
        return REFERENCES[kind, name]
    if kind in ("relationship", "formalExpression"):
        return None
    return REFERENCES.get(("*", name))


def _reference(
    source: Source,
    owner: etree._Element,
    at: etree._Element,
    name: str,
    value: str,
    kinds: frozenset[str],
    imports: set[str | None],
) -> None:
    prefix, _, _ = value.rpartition(":")
    if prefix and at.nsmap.get(prefix) in imports - {source.root.get("targetNamespace")}:
        source.imported.append((at, name, value, kinds))
        return
    if prefix and at.nsmap.get(prefix) == "http://www.w3.org/2001/XMLSchema":
        return  # a simple type, as Activiti and Flowable give their data objects
    target = source.ids.get(ref(value))
    if target is None and name in ("structureRef", "type") and value in _SIMPLE_TYPES:
        return
    elsewhere = prefix and at.nsmap.get(prefix) not in (BPMN, source.root.get("targetNamespace"))
    if target is None or elsewhere:
        _dangling(source, owner, at, name, value)
    elif kinds and bpmn_name(target) not in kinds:
        source.report.add("wrong-reference", at, attribute=name, value=value, found=bpmn_name(target))


def _dangling(source: Source, owner: etree._Element, at: etree._Element, name: str, value: str) -> None:
    alone = not any(bpmn_name(e) == "error" for e in elements(source.root))
    if name == "errorRef" and bpmn_name(owner) == "errorEventDefinition" and (alone or of_dialect(source.root)):
        # Activiti and Flowable let an errorRef be the code itself; nothing else in the file says otherwise.
        if juel.is_foreign(value):
            source.report.add("dynamic-name", at, name=value)
        else:
            source.report.add("undeclared-error", at, value=value)
        return
    if name in ("loopDataInputRef", "loopDataOutputRef") and of_dialect(source.root):
        return  # there it is the name of a variable
    rule = "dangling-flow" if bpmn_name(owner) == "sequenceFlow" else "unresolved-reference"
    source.report.add(rule, at, attribute=name, value=value)
