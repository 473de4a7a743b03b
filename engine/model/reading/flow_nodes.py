"""One flow node of the XML as one `Node`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from lxml import etree

from engine.model import extensions as host
from engine.model.definition import Assignment, Expression, Extension, Node, Outcome
from engine.model.dialects import translation
from engine.model.names import (
    ACTIVITIES,
    EVENTS,
    SUBPROCESSES,
    ZEEBE,
    bpmn_name,
    extension,
    extensions,
    flag,
    kid,
    kids,
    line_of,
    local,
    namespace,
    q,
    ref,
    text_of,
)
from engine.model.reading import event_definitions, loop_characteristics
from engine.model.source import mappings
from engine.model.source.expressions import FEEL_LANGUAGES
from engine.model.source.file import Source


def read(source: Source, element: etree._Element, id: str, kind: str | None = None) -> Node:
    """Everything about a node that stands in its own element; flows, lanes and scopes are joined by the reader."""
    kind = kind or bpmn_name(element)
    node = Node(
        id=id,
        kind=kind,
        name=element.get("name") or "",
        documentation="\n".join(filter(None, map(text_of, kids(element, "documentation")))),
        line=line_of(element),
        default=ref(element.get("default")) or None,
        extensions=own_extensions(element),
    )
    if kind in EVENTS:
        node = _event(source, element, node)
    elif kind in ACTIVITIES:
        node = _activity(source, element, node)
    elif kind == "complexGateway":
        condition = kid(element, "activationCondition")
        if condition is not None:
            node = replace(node, activation=source.expressions.feel(text_of(condition), condition))
    elif kind == "eventBasedGateway":
        node = replace(
            node,
            instantiate=flag(element.get("instantiate")),
            event_gateway_type=element.get("eventGatewayType") or "Exclusive",
        )
    return node


def own_extensions(element: etree._Element) -> tuple[Extension, ...]:
    """Its elements of the host's namespaces."""
    return tuple(found for e in extensions(element) if (found := _own(e)) is not None)


def _own(e: etree._Element) -> Extension | None:
    vocabulary = host.of(namespace(e))
    if vocabulary is None:
        return None
    known = vocabulary.elements.get(local(e))
    said = {str(k): str(v) for k, v in e.attrib.items()}
    if known is not None and known.absent is not None:
        said = {**known.absent(e.getroottree().getroot(), e), **said}
    return Extension(local(e), said, text_of(e), namespace(e))


def _event(source: Source, element: etree._Element, node: Node) -> Node:
    inputs, outputs = _mapped(source, element)
    changes: dict[str, Any] = {
        "events": event_definitions.definitions(source, element),
        "parallel_multiple": flag(element.get("parallelMultiple")),
        "inputs": inputs,
        "outputs": outputs,
        **_connector(source, element),
    }
    if node.kind == "boundaryEvent":
        changes["attached_to"] = ref(element.get("attachedToRef")) or None
        changes["interrupting"] = flag(element.get("cancelActivity"), True)
    elif node.kind == "startEvent":
        changes["interrupting"] = flag(element.get("isInterrupting"), True)
    return translation.apply(source, element, replace(node, **changes))


def _activity(source: Source, element: etree._Element, node: Node) -> Node:
    inputs, outputs = _mapped(source, element)
    changes: dict[str, Any] = {
        "loop": loop_characteristics.read(source, element),
        "for_compensation": flag(element.get("isForCompensation")),
        "start_quantity": _quantity(element, "startQuantity"),
        "completion_quantity": _quantity(element, "completionQuantity"),
        "inputs": inputs,
        "outputs": outputs,
        **_connector(source, element),
    }
    kind = node.kind
    if kind == "userTask":
        changes |= _user_task(source, element, node.extensions)
    elif kind in ("sendTask", "receiveTask"):
        changes["message"] = source.message(element.get("messageRef"))
        changes["instantiate"] = flag(element.get("instantiate"))
    elif kind == "scriptTask":
        changes |= _script(source, element)
    elif kind == "businessRuleTask":
        changes |= _decision(source, element)
    elif kind == "callActivity":
        changes |= _call(source, element)
    elif kind in SUBPROCESSES:
        changes |= _subprocess(source, element, kind)
    return translation.apply(source, element, replace(node, **changes))


def _mapped(source: Source, element: etree._Element) -> tuple[Any, Any]:
    zeebe_in, zeebe_out = mappings.zeebe(source, element)
    data_in, data_out = mappings.associations(source, element)
    return tuple(data_in + zeebe_in), tuple(zeebe_out + data_out)


def _quantity(element: etree._Element, name: str) -> int:
    text = (element.get(name) or "1").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 1


def _connector(source: Source, element: etree._Element) -> dict[str, Any]:
    task = extension(element, "taskDefinition")
    found: dict[str, Any] = {}
    if task is not None:
        found["connector"] = source.expressions.value(task.get("type"), task)
        found["retries"] = source.expressions.value(task.get("retries"), task)
    headers = extension(element, "taskHeaders")
    if headers is not None:
        rows = headers.findall(q("header", ZEEBE))
        found["headers"] = {row.get("key", ""): row.get("value", "") for row in rows if row.get("key")}
    return found


def _user_task(source: Source, element: etree._Element, own: tuple[Extension, ...]) -> dict[str, Any]:
    value = source.expressions.value
    who: Mapping[str, str] = {}
    fields: dict[str, Any] = {}
    definition = extension(element, "assignmentDefinition")
    if definition is not None:
        who = {"assignee": "assignee", "candidateGroups": "candidate_groups", "candidateUsers": "candidate_users"}
        fields |= {ours: value(definition.get(theirs), definition) for theirs, ours in who.items()}
        if definition.get("candidateGroups") is not None and not (definition.get("candidateGroups") or "").strip():
            source.report.add("empty-group", element, name=element.get("name") or element.get("id") or "")
    schedule = extension(element, "taskSchedule")
    if schedule is not None:
        fields["due"] = value(schedule.get("dueDate"), schedule)
        fields["follow_up"] = value(schedule.get("followUpDate"), schedule)
    priority = extension(element, "priorityDefinition")
    if priority is not None:
        fields["priority"] = value(priority.get("priority"), priority)
    changes: dict[str, Any] = {"assignment": Assignment(**fields), **_outcomes(own)}
    form = extension(element, "formDefinition")
    if form is not None:
        changes |= _form(source, form.get("formId") or form.get("formKey") or form.get("externalReference"), form)
    return changes


def _form(source: Source, text: str | None, at: etree._Element) -> dict[str, Any]:
    """The form a text names, or the expression that chooses it."""
    found = source.expressions.value(text, at)
    return {"form_expression": found} if isinstance(found, Expression) else {"form": found}


def _outcomes(own: tuple[Extension, ...]) -> dict[str, Any]:
    """The ways the task can end, and the variable that the chosen one becomes."""
    rows = [one for one in host.in_role(own, "outcome") if one.attributes.get("id")]
    vocabulary = host.of(rows[0].namespace) if rows else None
    return {
        "outcomes": tuple(map(_outcome, rows)),
        "outcome_variable": vocabulary.outcome if vocabulary is not None else "",
    }


def _outcome(row: Extension) -> Outcome:
    said = row.attributes
    tone = said.get("tone") or "secondary"
    return Outcome(
        said["id"],
        said.get("label") or said["id"],
        said.get("labelEn") or "",
        flag(said.get("reason")),
        tone if tone in ("primary", "secondary", "warning") else "secondary",  # type: ignore[arg-type]
        flag(said.get("affirmative")),
        said,
    )


def _result_variable(element: etree._Element) -> str | None:
    """Where a script writes its value, as the host's element or attribute says."""
    for vocabulary in host.registered():
        for known in vocabulary.elements.values():
            if known.role == "result-variable":
                inside = extension(element, known.name, vocabulary.namespace)
                for name in known.attributes:
                    said = element.get(q(name, vocabulary.namespace)) or (
                        inside.get(name) if inside is not None else None
                    )
                    if said:
                        return said
    return None


def _script(source: Source, element: etree._Element) -> dict[str, Any]:
    zeebe = extension(element, "script")
    if zeebe is not None:
        script = source.expressions.feel(zeebe.get("expression"), zeebe)
        return {"script": script, "result_variable": zeebe.get("resultVariable") or None}
    result = _result_variable(element)
    inner = kid(element, "script")
    if inner is None:
        return {"result_variable": result}
    language = (element.get("scriptFormat") or "").strip()
    if language and language.lower() not in FEEL_LANGUAGES:
        source.report.add("script-language", element, language=language)
        return {"result_variable": result}
    return {"script": source.expressions.feel(text_of(inner), inner), "result_variable": result}


def _decision(source: Source, element: etree._Element) -> dict[str, Any]:
    called = extension(element, "calledDecision")
    if called is None:
        return {}
    return {
        "decision": source.expressions.value(called.get("decisionId"), called),
        "result_variable": called.get("resultVariable") or None,
        "retries": source.expressions.value(called.get("retries"), called),
    }


def _call(source: Source, element: etree._Element) -> dict[str, Any]:
    changes: dict[str, Any] = {"called_element": ref(element.get("calledElement")) or None}
    text = (element.get("calledElement") or "").strip()
    if text.startswith("=") or "{" in text:
        changes["called_element"] = source.expressions.value(text, element)
    zeebe = extension(element, "calledElement")
    if zeebe is not None:
        changes["called_element"] = source.expressions.value(zeebe.get("processId"), zeebe) or changes["called_element"]
        changes["propagate_all_parent"] = flag(zeebe.get("propagateAllParentVariables"), True)
        changes["propagate_all_child"] = flag(zeebe.get("propagateAllChildVariables"), True)
    return changes


def _subprocess(source: Source, element: etree._Element, kind: str) -> dict[str, Any]:
    changes: dict[str, Any] = {"triggered_by_event": flag(element.get("triggeredByEvent"))}
    if kind == "adHocSubProcess":
        condition = kid(element, "completionCondition")
        completion: Expression | None = None
        if condition is not None:
            completion = source.expressions.feel(text_of(condition), condition)
        ordering = element.get("ordering")
        changes |= {
            "completion_condition": completion,
            "ordering": "Sequential" if ordering == "Sequential" else "Parallel",
            "cancel_remaining": flag(element.get("cancelRemainingInstances"), True),
        }
    return changes
