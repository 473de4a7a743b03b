"""Event definitions (10.5.5): one of the XML, one of the engine."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import replace
from typing import Literal, cast

from lxml import etree

from engine import durations, iso8601
from engine.model.definition import EventDefinition, EventKind, Message, Value
from engine.model.names import (
    DIALECTS,
    bpmn_name,
    elements,
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
from engine.model.reading import addressing
from engine.model.source.file import Source

KINDS: dict[str, EventKind] = {
    "messageEventDefinition": "message",
    "signalEventDefinition": "signal",
    "timerEventDefinition": "timer",
    "errorEventDefinition": "error",
    "escalationEventDefinition": "escalation",
    "conditionalEventDefinition": "conditional",
    "compensateEventDefinition": "compensate",
    "cancelEventDefinition": "cancel",
    "terminateEventDefinition": "terminate",
    "linkEventDefinition": "link",
}

_DATE = r"[+-]?\d{4,9}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])"
_TIME = r"(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:[.,]\d+)?)?"
_ZONE = r"(?:Z|[+-](?:0\d|1[0-4])(?::?[0-5]\d)?)"
DATE = re.compile(rf"{_DATE}(?:T(?:{_TIME}|24:00(?::00)?){_ZONE}?(?:\[[\w/+-]+\]|@[\w/+-]+)?)?")


def is_timer(form: str, text: str) -> bool:
    """Whether a literal is what ISO 8601 calls a date (and time), a duration, or a repeating interval (10.5.5.15).

    A cycle may also be a plain duration, which repeats without end.
    """
    if form == "date":
        return is_date(text)
    if form == "duration":
        return durations.parse(text) is not None
    parts = iso8601.split(text)
    if parts is None:
        return durations.parse(text) is not None
    dates = all(each is None or is_date(each) for each in (parts.start, parts.end))
    return dates and (parts.every is None or durations.parse(parts.every) is not None)


def direction(text: str) -> int | None:
    """Whether a duration by ISO 8601 leads forward (1), nowhere (0) or back (-1); None for what is no duration."""
    found = durations.parse(text.strip())
    if found is None:
        return None
    if not found.some:
        return 0
    return -1 if found.negative else 1


def is_date(text: str) -> bool:
    """Whether it is a date of the calendar, with or without a time of the day."""
    if DATE.fullmatch(text) is None:
        return False
    year, month, day = (int(part) for part in text.lstrip("+-").partition("T")[0].split("-"))
    return day <= monthrange(2000 + year % 400, month)[1]


def definitions(source: Source, event: etree._Element) -> tuple[EventDefinition, ...]:
    """All event definitions of an event, its own and those it refers to."""
    found = [_named_by(source, event, e, read(source, e)) for e in elements(event) if bpmn_name(e) in KINDS]
    for reference in kids(event, "eventDefinitionRef"):
        element = source.named(text_of(reference), *KINDS)
        if element is not None:
            found.append(read(source, element))
    return tuple(found)


def _named_by(
    source: Source, event: etree._Element, element: etree._Element, definition: EventDefinition
) -> EventDefinition:
    """A message that the drawing does not name is that of its message flow, else it goes by the name of its event, as
    a signal does. One that a connector or an expression of another dialect stands for is left to that."""
    if definition.kind == "message" and is_service(element):
        return replace(definition, name="", message=None, name_expression=None)
    if definition.kind not in ("message", "signal") or element.get(f"{definition.kind}Ref") or definition.name:
        return definition
    if definition.name_expression is not None or is_connected(event, element):
        return definition
    if definition.kind == "signal":
        return replace(definition, name=addressing.own_name(event))
    message = addressing.unnamed(source, event)
    return replace(definition, name=message.name, message=message, name_expression=message.name_expression)


def is_connected(event: etree._Element, definition: etree._Element) -> bool:
    """Whether a connector sends what the event throws, or an expression of another dialect stands for it, so that the
    engine needs no message of the model."""
    return extension(event, "taskDefinition") is not None or is_service(definition)


def is_service(definition: etree._Element) -> bool:
    """Whether an event definition of another dialect is a service call, which sends no message of BPMN."""
    said = any(
        etree.QName(name).localname in ("type", "expression", "delegateExpression")
        and etree.QName(name).namespace in DIALECTS
        for name in definition.attrib
    )
    return said or any(namespace(row) in DIALECTS and local(row) == "connector" for row in extensions(definition))


def read(source: Source, element: etree._Element) -> EventDefinition:
    kind = KINDS[bpmn_name(element)]
    id, line = element.get("id", ""), line_of(element)
    if kind == "message":
        message = source.message(element.get("messageRef")) or _spoken(source, element)
        return EventDefinition(kind, id, message.name if message else "", message=message, line=line,
                               name_expression=message.name_expression if message else None)  # fmt: skip
    if kind == "timer":
        form, value = _timer(source, element)
        return EventDefinition(kind, id, timer=form, value=value, line=line)
    if kind == "conditional":
        condition = kid(element, "condition")
        read_ = source.expressions.feel(text_of(condition), condition) if condition is not None else None
        return EventDefinition(kind, id, condition=read_, line=line)
    if kind == "compensate":
        wait = flag(element.get("waitForCompletion"), True)
        activity = ref(element.get("activityRef")) or None
        return EventDefinition(kind, id, activity=activity, wait_for_completion=wait, line=line)
    if kind == "link":
        return EventDefinition(kind, id, element.get("name") or id, line=line)
    if kind in ("signal", "error", "escalation"):
        return _named(source, element, kind, id, line)
    if kind == "terminate":
        return EventDefinition(kind, id, line=line, reach=_reach(element))
    return EventDefinition(kind, id, line=line)


def _named(source: Source, element: etree._Element, kind: EventKind, id: str, line: int) -> EventDefinition:
    target = source.named(element.get(f"{kind}Ref"), kind)
    name = "" if target is None else target.get("name") or target.get("id") or ""
    text = spoken(element) if kind == "signal" and target is None else None
    if text is not None:
        called, expression = source.spoken(text, element)
        return EventDefinition(kind, id, called, line=line, name_expression=expression)
    if kind == "signal":
        called, expression = source.called(target) if target is not None else ("", None)
        within = target is not None and _variable(target, "scope") == "processInstance"
        return EventDefinition(kind, id, called or name, line=line, name_expression=expression, within=within)
    # An error without a code is told apart by its id; one that is not declared (Activiti, Flowable) by its reference.
    code = ref(element.get(f"{kind}Ref")) or None
    if target is not None:
        called, expression = source.called(target, f"{kind}Code")
        code = called or code
        if expression is not None:
            source.report.add("dynamic-name", target, name=called)
    return EventDefinition(
        kind, id, name, code=code, error_variable=_variable(element, f"{kind}MessageVariable", f"{kind}VariableName"),
        code_variable=_variable(element, f"{kind}CodeVariable"), line=line,
    )  # fmt: skip


def spoken(definition: etree._Element) -> str | None:
    """The name of its message or signal, where Flowable writes it into the event instead of declaring it."""
    return _variable(definition, "messageExpression", "signalExpression")


def _spoken(source: Source, element: etree._Element) -> Message | None:
    """A message that Flowable names by an expression instead of declaring it."""
    text = spoken(element)
    if text is None:
        return None
    name, expression = source.spoken(text, element)
    return Message("", name, name_expression=expression)


def _reach(element: etree._Element) -> Literal["scope", "instances", "family"]:
    """How far a terminate of Flowable or Activiti reaches."""
    if flag(_variable(element, "terminateAll")):
        return "family"
    return "instances" if flag(_variable(element, "terminateMultiInstance")) else "scope"


def _variable(element: etree._Element, *names: str) -> str | None:
    for uri in DIALECTS:
        for name in names:
            found = element.get(q(name, uri))
            if found:
                return found
    return None


def _timer(source: Source, element: etree._Element) -> tuple[Literal["date", "duration", "cycle"] | None, Value]:
    for child in elements(element):
        name = bpmn_name(child)
        if name not in ("timeDate", "timeDuration", "timeCycle"):
            continue
        form = cast(Literal["date", "duration", "cycle"], name[4:].lower())
        value = source.expressions.value(text_of(child), child)
        if isinstance(value, str) and not is_timer(form, value):
            source.report.add("timer-text", child, text=value, form=name)
        return form, value
    return None, None
