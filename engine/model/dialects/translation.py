"""Camunda 7, Operaton, Flowable and Activiti: their attributes and extension elements, translated where the meaning is
certain, told of where they change nothing here, refused by name where they are code or mean what BPMN cannot say.

What becomes of each name stands in `dialect_names`; this module reads what has a meaning here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from lxml import etree

from engine.model.definition import Assign, Assignment, Expression, Node, Value
from engine.model.dialects import parameters
from engine.model.dialects.fates import ATTRIBUTES, ELEMENTS, EXTERNAL, Fate, fate
from engine.model.names import (
    DIALECTS,
    bpmn_name,
    elements,
    extensions,
    flag,
    kid,
    kids,
    line_of,
    local,
    namespace,
    text_of,
)
from engine.model.source import juel, mappings
from engine.model.source.file import Source

#: Attribute → what a reader of our profile would write instead.
_BECOMES = {
    "assignee": "zeebe:assignmentDefinition assignee",
    "candidateUsers": "zeebe:assignmentDefinition candidateUsers",
    "candidateGroups": "zeebe:assignmentDefinition candidateGroups",
    "dueDate": "zeebe:taskSchedule dueDate",
    "followUpDate": "zeebe:taskSchedule followUpDate",
    "priority": "zeebe:priorityDefinition priority",
    "formKey": "zeebe:formDefinition formId",
    "formRef": "zeebe:formDefinition formId",
    "topic": "zeebe:taskDefinition type",
    "decisionRef": "zeebe:calledDecision decisionId",
    "resultVariable": "resultVariable",
    "resultVariableName": "resultVariable",
    "expression": "zeebe:output source",
    "collection": "zeebe:loopCharacteristics inputCollection",
    "elementVariable": "zeebe:loopCharacteristics inputElement",
    "elementIndexVariable": 'zeebe:input source="= loopCounter - 1" target',
    "inheritVariables": "propagateAllParentVariables",
    "messageExpression": "bpmn:message name",
    "signalExpression": "bpmn:signal name",
}
#: Their value is always an expression, also without its signs.
_ALWAYS_FEEL = frozenset(("expression", "collection"))
#: Of an element that is refused: the attributes that tell which one it is.
_TELLING = ("class", "delegateExpression", "expression", "event", "errorCodeRef")
#: Said together with another attribute of the same element.
_QUIET = frozenset(("type",))


class Said(NamedTuple):
    """An attribute of another dialect: which one, and its value."""

    dialect: str
    value: str


def names(source: Source, element: etree._Element) -> None:
    """Every name that another dialect adds to an element of BPMN is read, noted, told of or refused."""
    kind = bpmn_name(element)
    for name, (dialect, value) in _said(element).items():
        found = fate(ATTRIBUTES, name, kind, value)
        noted = f'{dialect}:{name}="{value}"'
        if name == "expression" and found is not None and not _result(element):
            found = Fate("kept")  # its value goes nowhere
        _report(source, element, f"{dialect}:{name}", value, dialect, found, noted)
        if found is not None and found.effect == "read" and name not in _QUIET:
            ours = _ours(name, value)
            mark = "'" if '"' in ours else '"'
            source.report.note(element, dialect, noted, f"{_BECOMES.get(name, name)}={mark}{ours}{mark}")
    for row in extensions(element):
        if namespace(row) in DIALECTS:
            dialect, name = DIALECTS[namespace(row)], local(row)
            what = f"{dialect}:{name}"
            value = next((row.get(each) or "" for each in _TELLING if row.get(each)), "") or text_of(row)
            _report(source, row, what, value, dialect, fate(ELEMENTS, name, kind), what)


def _report(
    source: Source, at: etree._Element, what: str, value: str, dialect: str, found: Fate | None, noted: str
) -> None:
    report = source.report
    if found is None:
        report.add("unknown-extension", at, what=what)
    elif found.effect == "told":
        report.add("foreign-without-effect", at, what=what, lost=found.vi, lost_en=found.en)
        report.note(at, dialect, noted)
    elif found.effect == "kept":
        report.note(at, dialect, noted)
    elif found.effect == "form":
        report.add("embedded-form", at, what=what)
    elif found.effect == "listener":
        report.add("listener", at, what=what, value=value)
    elif found.effect == "code":
        report.add("java-implementation", at, what=what, value=value)
    elif found.effect == "refused":
        report.add("foreign-meaning", at, what=what, value=value)


def _ours(name: str, value: str) -> str:
    """The value as our profile writes it."""
    try:
        if juel.is_foreign(value):
            return "= " + juel.translate(value)
    except juel.Untranslatable:
        return value
    return f"= {value}" if name in _ALWAYS_FEEL else value


def apply(source: Source, element: etree._Element, node: Node) -> Node:
    """The node with what its other dialect says about it."""
    said = _said(element)
    rows = [e for e in extensions(element) if namespace(e) in DIALECTS]
    loop = kid(element, "multiInstanceLoopCharacteristics")
    changes: dict[str, Any] = {}
    if node.kind == "userTask":
        changes = _user_task(source, element, node, said)
    elif node.kind == "callActivity":
        changes = _call(source, node, said, rows)
    elif node.kind == "businessRuleTask" and "decisionRef" in said:
        changes = _decision(source, element, node, said)
    elif node.kind == "scriptTask" and not node.result_variable:
        changes = {"result_variable": _one(said, "resultVariable", "resultVariableName")}
    if node.kind in ("serviceTask", "sendTask", "businessRuleTask"):
        changes |= _service(source, element, node, said)
    elif node.kind.endswith("Event"):
        changes = _event(source, element, node)
    node = replace(node, **changes) if changes else node
    if loop is not None:
        node = _instances(node, loop)
    return _rows(source, node, rows) if rows else node


def _result(element: etree._Element) -> str | None:
    return _one(_said(element), "resultVariable", "resultVariableName")


def _said(element: etree._Element) -> dict[str, Said]:
    found = {}
    for attribute, value in element.attrib.items():
        dialect = DIALECTS.get(etree.QName(attribute).namespace or "")
        if dialect is not None:
            found[etree.QName(attribute).localname] = Said(dialect, str(value))
    return found


def _one(said: Mapping[str, Said], *wanted: str) -> str | None:
    return next((said[name].value for name in wanted if said.get(name) and said[name].value), None)


_ASSIGNED = {
    "assignee": "assignee", "candidateUsers": "candidate_users", "candidateGroups": "candidate_groups",
    "dueDate": "due", "followUpDate": "follow_up", "priority": "priority",
}  # fmt: skip


def _user_task(source: Source, element: etree._Element, node: Node, said: Mapping[str, Said]) -> dict[str, Any]:
    fields = _owners(source, element)
    for theirs, ours in _ASSIGNED.items():
        if theirs in said:
            read = _several if theirs.startswith("candidate") else _single
            value = read(source, said[theirs].value, element)
            if value is not None:
                fields[ours] = value
    known = {name: getattr(node.assignment, name) for name in node.assignment.__slots__}
    merged = {name: known[name] if known[name] is not None else fields.get(name) for name in known}
    name = source.expressions.feel(node.name, element) if juel.is_foreign(node.name) else None
    changes: dict[str, Any] = {"assignment": Assignment(**merged), "name_expression": name}
    if node.form is None and node.form_expression is None:
        form = source.expressions.value(_one(said, "formKey", "formRef"), element, told=False)
        changes |= {"form_expression": form} if isinstance(form, Expression) else {"form": form}
    return changes


def _single(source: Source, text: str, at: etree._Element) -> Value:
    return source.expressions.value(text, at, told=False)


def _several(source: Source, text: str, at: etree._Element, told: bool = False) -> Value:
    """Users or groups with commas between them; an expression among them may give one, a list, or text with commas."""
    parts = _parts(text)
    if len(parts) < 2 or not juel.is_foreign(text):
        return source.expressions.value(text, at, told=told)
    found = []
    for part in parts:
        value = source.expressions.value(part, at, told=told)
        if isinstance(value, Expression):
            text = value.text
            found.append(f'if {text} instance of string then split({text}, "\\s*,\\s*") else {text}')
        elif value is None:
            return None
        else:
            found.append(mappings.literal(value, at).text)
    return Expression(f"flatten([{', '.join(found)}])", line_of(at))


def _parts(text: str) -> list[str]:
    """What stands between commas that are in no expression."""
    return [part.strip() for part in re.split(r",(?![^{]*\})", text) if part.strip()]


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
            for part in _parts(text):
                match = re.fullmatch(r"(user|group)\((.*)\)", part)
                (users if match and match[1] == "user" else groups).append(match[2] if match else part)
    found: dict[str, Any] = {}
    if assignee is not None:
        found["assignee"] = assignee
    if users:
        found["candidate_users"] = _several(source, ",".join(users), element, told=True)
    if groups:
        found["candidate_groups"] = _several(source, ",".join(groups), element, told=True)
    return found


def _service(source: Source, element: etree._Element, node: Node, said: Mapping[str, Said]) -> dict[str, Any]:
    kind = _one(said, "type")
    changes: dict[str, Any] = _connector(source, element, said) if kind in EXTERNAL else {}
    if kind is not None and kind not in EXTERNAL:
        source.report.add("foreign-task-type", element, value=kind)
    text = _one(said, "expression")
    if text is not None:
        value = _expression(source, element, text)
        result = _result(element)
        if value is not None and result:
            changes["outputs"] = (*node.outputs, Assign(value, result))
    return changes


def _expression(source: Source, element: etree._Element, text: str) -> Expression | None:
    """The value of a service's expression. Text without `${…}` is a constant there."""
    value = source.expressions.value(text, element, told=False)
    return mappings.literal(value, element) if isinstance(value, str) else value


def _connector(source: Source, element: etree._Element, said: Mapping[str, Said]) -> dict[str, Any]:
    return {"connector": source.expressions.value(_one(said, "topic"), element, told=False) or "external"}


def _event(source: Source, element: etree._Element, node: Node) -> dict[str, Any]:
    """What sends a message, and what a signal takes along."""
    changes: dict[str, Any] = {}
    for definition in filter(bpmn_name, elements(element)):
        said = _said(definition)
        kind = _one(said, "type")
        if kind in EXTERNAL:
            changes |= _connector(source, definition, said)
        elif kind is not None:
            source.report.add("foreign-task-type", definition, value=kind)
        elif bpmn_name(definition) == "messageEventDefinition":
            changes |= _sender(source, definition, said)
        text = _one(said, "expression")
        if text is not None:
            value, result = _expression(source, definition, text), _result(definition)
            if value is not None and result:
                changes["outputs"] = (*node.outputs, Assign(value, result))
        if bpmn_name(definition) == "signalEventDefinition":
            rows = [e for e in extensions(definition) if namespace(e) in DIALECTS and local(e) == "in"]
            found, everything = parameters.passed(source, rows)
            if everything:
                source.report.add("foreign-meaning", definition, what="in variables", value="all")
            if found:
                changes["inputs"] = (*node.inputs, *found)
    return changes


def _sender(source: Source, definition: etree._Element, said: Mapping[str, Said]) -> dict[str, Any]:
    """The connector that a message event of Camunda 7 calls: the bean that a delegate names, or its own by its id."""
    bean = _one(said, "delegateExpression")
    row = next((e for e in extensions(definition) if namespace(e) in DIALECTS and local(e) == "connector"), None)
    if row is not None:
        bean = next((text_of(e) for e in row if local(e) == "connectorId" and text_of(e)), "connector")
        dialect = DIALECTS[namespace(row)]
        source.report.note(row, dialect, f"{dialect}:connector {bean}", f'zeebe:taskDefinition type="{bean}"')
    if bean is None:
        return {}
    named = re.fullmatch(r"[$#]\{\s*(.+?)\s*\}", bean)
    return {"connector": bean if named is None else named[1]}


#: Decision's result as another shape, by `mapDecisionResult`. Ours is a value (of one output), a context (of several),
#: or a list of these (of several rules); what does not fit is an error of the mapping, an incident at the task.
_SHAPES = {
    "singleEntry": "{0}",
    "collectEntries": "if {0} = null then [] else if {0} instance of list<Any> then {0} else [{0}]",
    "singleResult": "if {0} = null then null else if get entries({0}) = null then null else {0}",
}


def _decision(source: Source, element: etree._Element, node: Node, said: Mapping[str, Said]) -> dict[str, Any]:
    result, shape = _one(said, "resultVariable"), _one(said, "mapDecisionResult") or "resultList"
    changes: dict[str, Any] = {"decision": source.expressions.value(said["decisionRef"].value, element, told=False)}
    if result is None:  # what nobody asks for stays in the task
        return {**changes, "result_variable": "decisionResult",
                "inputs": (*node.inputs, Assign(Expression("null", node.line), "decisionResult"))}  # fmt: skip
    if shape not in _SHAPES:
        source.report.add("decision-result", element, value=shape)
    elif shape != "singleEntry":
        changes["outputs"] = (*node.outputs, Assign(Expression(_SHAPES[shape].format(result), node.line), result))
    return {**changes, "result_variable": result}


def _call(source: Source, node: Node, said: Mapping[str, Said], rows: list[etree._Element]) -> dict[str, Any]:
    """`in` and `out` name everything that passes; with any of them nothing else does."""
    into = [row for row in rows if local(row) == "in" and not row.get("businessKey")]
    out = [row for row in rows if local(row) == "out"]
    inputs, all_in = parameters.passed(source, into)
    outputs, all_out = parameters.passed(source, out)
    inherit = flag(_one(said, "inheritVariables"))
    if not into and not out and not inherit:
        return {}
    return {
        "inputs": (*node.inputs, *inputs),
        "outputs": (*node.outputs, *outputs),
        "propagate_all_parent": all_in or inherit,
        "propagate_all_child": all_out,
    }


def _instances(node: Node, loop: etree._Element) -> Node:
    """What each instance of a multi-instance activity of theirs knows: its index, and its own of what is gathered."""
    index = _one(_said(loop), "elementIndexVariable")
    own = [Assign(Expression("loopCounter - 1", node.line), index)] if index else []
    own += [Assign(Expression("null", node.line), name) for name in parameters.gathered_names(loop)]
    return replace(node, inputs=(*own, *node.inputs), beside=True) if own else node


def _rows(source: Source, node: Node, rows: list[etree._Element]) -> Node:
    """`inputOutput` with its parameters, and `failedJobRetryTimeCycle`."""
    for row in rows:
        name, dialect = local(row), DIALECTS[namespace(row)]
        if name == "inputOutput":
            inputs, outputs = parameters.read(source, row)
            # What a call activity hands on may read its parameters, so they come first.
            before = node.kind == "callActivity"
            node = replace(
                node,
                inputs=(*inputs, *node.inputs) if before else (*node.inputs, *inputs),
                outputs=(*node.outputs, *outputs),
                beside=True,
            )
        elif name == "failedJobRetryTimeCycle":
            match = re.match(r"R(\d+)/", text_of(row))
            times = match[1] if match else str(text_of(row).count(",") + 1) if text_of(row).startswith("P") else None
            source.report.note(row, dialect, f"{dialect}:{name} {text_of(row)}",
                               f'zeebe:taskDefinition retries="{times}"' if times else "")  # fmt: skip
            node = replace(node, retries=times or node.retries)
    return node
