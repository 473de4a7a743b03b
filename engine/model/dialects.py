"""Camunda 7, Operaton, Flowable and Activiti: their attributes and extension elements on a node, translated where the
meaning is certain, noted where they change nothing here, refused by name where they are code or beyond the subset."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from lxml import etree

from engine.model import mappings
from engine.model.definition import Assign, Assignment, Expression, Node
from engine.model.expressions import FEEL_LANGUAGES
from engine.model.names import DIALECTS, bpmn_name, elements, extensions, flag, kids, line_of, local, namespace, text_of
from engine.model.source import Source

#: Attributes that steer other engines' job executors, histories or tools and mean nothing for what is executed.
IGNORED = frozenset(
    (
        "async", "asyncBefore", "asyncAfter", "asyncLeave", "exclusive", "jobPriority", "taskPriority",
        "historyTimeToLive", "versionTag", "isStartableInTasklist", "candidateStarterUsers", "candidateStarterGroups",
        "initiator", "diagramRelationId", "modelerTemplate", "modelerTemplateVersion", "modelerTemplateIcon",
        "formFieldValidation", "sameDeployment", "category", "taskIdVariableName", "formRefBinding", "formRefVersion",
        "autoStoreVariables", "storeResultVariableAsTransient", "useLocalScopeForResultVariable",
        "fallbackToDefaultTenant",
        "isEagerExecutionFetching", "enabledScriptTask", "calledElementBinding", "calledElementVersion",
        "calledElementVersionTag", "calledElementTenantId", "calledElementType", "decisionRefBinding",
        "decisionRefVersion", "decisionRefVersionTag", "decisionRefTenantId", "processInstanceName", "id",
        "variableName", "variableEvents", "tenantId", "includeInHistory", "useFormsAsInputOutput",
    )
)  # fmt: skip
#: Attributes and elements that name code of theirs: refused by name.
CODE = frozenset(
    ("class", "delegateExpression", "executionListener", "taskListener", "eventListener", "variableMappingClass",
     "variableMappingDelegateExpression", "formHandlerClass", "connector", "skipExpression", "resource",
     "customProperties", "dueDateExtension", "businessCalendarName", "errorEventDefinition", "validation",
     "mapException",
     "failedJobRetryHandler", "customResource")
)  # fmt: skip
_LISTENERS = frozenset(("executionListener", "taskListener", "eventListener"))
#: Read elsewhere (event definitions, loops, signals), or here under their own name.
_ELSEWHERE = frozenset(
    ("triggerable", "collection", "elementVariable", "elementIndexVariable", "errorCodeVariable",
     "errorMessageVariable",
     "errorVariableName", "escalationCodeVariable", "errorVariableLocalScope", "scope", "field", "string",
     "expression", "resultVariable", "resultVariableName", "type", "topic", "assignee", "candidateUsers",
     "candidateGroups", "dueDate", "followUpDate", "priority", "formKey", "formRef", "decisionRef", "mapDecisionResult",
     "in", "out", "inputOutput", "inheritVariables", "inheritBusinessKey", "businessKey", "failedJobRetryTimeCycle",
     "properties", "formData", "formProperty", "constraint", "noWaitStatesAsyncLeave", "parallelInSameTransaction",
     "caseRef", "caseBinding")
)  # fmt: skip
#: What stands inside an element that is read as a whole.
_INNER = frozenset(
    ("inputParameter", "outputParameter", "list", "map", "entry", "value", "script", "property", "formField", "enum")
)


def apply(source: Source, element: etree._Element, node: Node) -> Node:
    """The node with what its other dialect says about it."""
    attributes = {
        etree.QName(name).localname: (DIALECTS[etree.QName(name).namespace or ""], str(value))
        for name, value in element.attrib.items()
        if etree.QName(name).namespace in DIALECTS
    }
    rows = [e for e in extensions(element) if namespace(e) in DIALECTS]
    _names(source, element, attributes, rows)
    for definition in filter(bpmn_name, elements(element)):
        _code(source, definition)
    if not attributes and not rows and node.kind != "userTask":
        return node
    changes: dict[str, Any] = {}
    if node.kind == "userTask":
        changes |= _user_task(source, element, node, attributes)
    elif node.kind == "callActivity":
        changes |= _call(source, element, node, attributes, rows)
    elif node.kind == "businessRuleTask" and "decisionRef" in attributes:
        changes |= _decision(source, element, attributes)
    elif node.kind == "scriptTask" and _one(attributes, "resultVariable", "resultVariableName"):
        changes["result_variable"] = node.result_variable or _one(attributes, "resultVariable", "resultVariableName")
    if node.kind in ("serviceTask", "sendTask", "businessRuleTask") or "type" in attributes:
        changes |= _service(source, element, node, attributes)
    return _parameters(source, replace(node, **changes), rows)


def _code(source: Source, definition: etree._Element) -> None:
    """Code of theirs at an event definition, where they name what sends a message."""
    for name, value in definition.attrib.items():
        dialect, attribute = DIALECTS.get(etree.QName(name).namespace or ""), etree.QName(name).localname
        if dialect is not None and attribute in ("class", "delegateExpression"):
            source.report.add("java-implementation", definition, what=f"{dialect}:{attribute}", value=str(value))


def _one(attributes: dict[str, tuple[str, str]], *names: str) -> str | None:
    return next((attributes[name][1] for name in names if name in attributes), None)


def _names(
    source: Source, element: etree._Element, attributes: dict[str, tuple[str, str]], rows: list[etree._Element]
) -> None:
    """Every name of a dialect is read, ignored on purpose, or refused."""
    for name, (dialect, value) in attributes.items():
        if name in CODE:
            source.report.add("java-implementation", element, what=f"{dialect}:{name}", value=value)
        elif name in IGNORED:
            if name in ("variableName", "variableEvents"):
                source.report.note(element, dialect, f"{dialect}:{name}={value}", "—")
        elif name not in _ELSEWHERE:
            source.report.add("unknown-extension", element, what=f"{dialect}:{name}")
    for row in rows:
        name, dialect = local(row), DIALECTS[namespace(row)]
        if name in _LISTENERS:
            what = row.get("class") or row.get("delegateExpression") or row.get("expression") or row.get("event") or ""
            source.report.add("listener", row, what=f"{dialect}:{name}", value=what)
        elif name in CODE:
            source.report.add("java-implementation", row, what=f"{dialect}:{name}", value=text_of(row))
        elif name not in _ELSEWHERE | IGNORED:
            source.report.add("unknown-extension", row, what=f"{dialect}:{name}")


_ASSIGNED = {
    "assignee": "assignee", "candidateUsers": "candidate_users", "candidateGroups": "candidate_groups",
    "dueDate": "due", "followUpDate": "follow_up", "priority": "priority",
}  # fmt: skip


def _user_task(
    source: Source, element: etree._Element, node: Node, attributes: dict[str, tuple[str, str]]
) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for theirs, ours in _ASSIGNED.items():
        if theirs in attributes:
            dialect, text = attributes[theirs]
            fields[ours] = source.expressions.value(text, element)
            source.report.note(element, dialect, f"{dialect}:{theirs}={text}", f"assignment.{ours}")
    fields = {**_owners(source, element), **fields}
    form = _one(attributes, "formKey", "formRef")
    known = {name: getattr(node.assignment, name) for name in node.assignment.__slots__}
    merged = {name: known[name] if known[name] is not None else fields.get(name) for name in known}
    return {"assignment": Assignment(**merged), "form": node.form or form}


def _owners(source: Source, element: etree._Element) -> dict[str, Any]:
    """`potentialOwner` and `humanPerformer` with ``user(…)``, ``group(…)`` (10.3.4; the text is a convention of
    Activiti, which its successors kept)."""
    users: list[str] = []
    groups: list[str] = []
    assignee: Any = None
    for role in elements(element):
        name = bpmn_name(role)
        if name not in ("potentialOwner", "humanPerformer", "performer"):
            continue
        for assignment in kids(role, "resourceAssignmentExpression"):
            text = text_of(assignment)
            if name != "potentialOwner":
                assignee = source.expressions.value(re.sub(r"^user\((.*)\)$", r"\1", text), assignment)
                continue
            for part in filter(None, (p.strip() for p in text.split(","))):
                match = re.fullmatch(r"(user|group)\((.*)\)", part)
                (users if match and match[1] == "user" else groups).append(match[2] if match else part)
    found: dict[str, Any] = {}
    if assignee is not None:
        found["assignee"] = assignee
    if users:
        found["candidate_users"] = source.expressions.value(",".join(users), element)
    if groups:
        found["candidate_groups"] = source.expressions.value(",".join(groups), element)
    return found


def _service(
    source: Source, element: etree._Element, node: Node, attributes: dict[str, tuple[str, str]]
) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    kind = _one(attributes, "type")
    if kind == "external":
        topic = _one(attributes, "topic") or ""
        changes["connector"] = source.expressions.value(topic, element)
        source.report.note(element, attributes["type"][0], f"external topic={topic}", f"connector {topic}")
    elif kind is not None and kind != "dmn":
        source.report.add("foreign-task-type", element, value=kind)
    text = _one(attributes, "expression")
    if text is not None:
        value = source.expressions.feel(text, element)
        result = _one(attributes, "resultVariable", "resultVariableName")
        if value is not None and result:
            changes["outputs"] = (*node.outputs, Assign(value, result))
    return changes


def _decision(source: Source, element: etree._Element, attributes: dict[str, tuple[str, str]]) -> dict[str, Any]:
    dialect, reference = attributes["decisionRef"]
    result, shape = _one(attributes, "resultVariable"), _one(attributes, "mapDecisionResult") or "resultList"
    if result and shape == "resultList":
        source.report.add("decision-result", element, value=shape)
    source.report.note(element, dialect, f"{dialect}:decisionRef={reference}", f"decision {reference}")
    return {"decision": source.expressions.value(reference, element), "result_variable": result}


def _call(
    source: Source,
    element: etree._Element,
    node: Node,
    attributes: dict[str, tuple[str, str]],
    rows: list[etree._Element],
) -> dict[str, Any]:
    """`in` and `out` name everything that passes; with any of them nothing else does."""
    inputs, outputs = list(node.inputs), list(node.outputs)
    mapped, everything = False, {"in": False, "out": False}
    for row in rows:
        side = local(row)
        if side not in everything or row.get("businessKey"):
            continue
        mapped = True
        if row.get("variables") == "all":
            everything[side] = True
            continue
        value = _source(source, row)
        target = row.get("target") or row.get("source")
        if value is not None and target:
            (inputs if side == "in" else outputs).append(Assign(value, target))
    if flag(_one(attributes, "inheritVariables")):
        mapped = everything["in"] = True
    if not mapped:
        return {}
    source.report.note(element, "call", "in/out", "input/output mappings")
    return {
        "inputs": tuple(inputs),
        "outputs": tuple(outputs),
        "propagate_all_parent": everything["in"],
        "propagate_all_child": everything["out"],
    }


def _source(source: Source, row: etree._Element) -> Expression | None:
    name, text = row.get("source"), row.get("sourceExpression")
    if name:
        return Expression(name, line_of(row))
    return source.expressions.feel(text, row) if text else None


def _parameters(source: Source, node: Node, rows: list[etree._Element]) -> Node:
    """`inputOutput` with its parameters; `failedJobRetryTimeCycle`; forms drawn inside the task are told of."""
    inputs, outputs = list(node.inputs), list(node.outputs)
    retries = node.retries
    for row in rows:
        name, dialect = local(row), DIALECTS[namespace(row)]
        if name == "inputOutput":
            for parameter in elements(row):
                target = parameter.get("name")
                value = _parameter(source, parameter)
                if target and value is not None:
                    (inputs if local(parameter) == "inputParameter" else outputs).append(Assign(value, target))
                    source.report.note(parameter, dialect, f"{local(parameter)} {target}", f"= {value.text}")
        elif name == "failedJobRetryTimeCycle":
            match = re.match(r"R(\d+)", text_of(row))
            retries = match[1] if match else retries
        elif name in ("formData", "formProperty"):
            source.report.add("embedded-form", row, what=f"{dialect}:{name}")
    return replace(node, inputs=tuple(inputs), outputs=tuple(outputs), retries=retries)


def _parameter(source: Source, parameter: etree._Element) -> Expression | None:
    inner = next(iter(elements(parameter)), None)
    if inner is None:
        value = source.expressions.value(text_of(parameter), parameter)
        return mappings.literal(value, parameter) if isinstance(value, str) else value
    name = local(inner)
    if name == "script":
        language = (inner.get("scriptFormat") or "").lower()
        if language not in FEEL_LANGUAGES or inner.get("resource"):
            source.report.add("script-language", inner, language=inner.get("scriptFormat") or "")
            return None
        return source.expressions.feel(text_of(inner), inner)
    if name not in ("list", "map"):
        source.report.add("unknown-extension", inner, what=name)
        return None
    parts = []
    for entry in elements(inner):
        value = source.expressions.value(text_of(entry), entry)
        feel = mappings.literal(value, entry) if isinstance(value, str) else value
        text = "null" if feel is None else feel.text
        key = mappings.literal(entry.get("key") or "", entry).text
        parts.append(text if name == "list" else f"{key}: {text}")
    joined = ", ".join(parts)
    return Expression(f"[{joined}]" if name == "list" else f"{{{joined}}}", line_of(parameter))
