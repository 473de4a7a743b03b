"""What an event waits for or sends where the drawing names no message: what its message flow says, else its own name.

The standard asks for a messageRef in executable processes only (table 10.93); the others run as they are drawn.
"""

from __future__ import annotations

from lxml import etree

from engine.model.definition import Message
from engine.model.names import THROWS, bpmn_name, kid, kids, ref
from engine.model.source.file import Source


def own_name(element: etree._Element) -> str:
    """The name of an event or task, its id where it has none."""
    return " ".join((element.get("name") or element.get("id") or "").split())


def unnamed(source: Source, element: etree._Element) -> Message:
    """The message of an event or receive task that names none: that of a message flow at it, that of what stands at
    the other end of one, else one of its own name."""
    id = element.get("id") or ""
    throws = bpmn_name(element) in THROWS
    near, far = ("sourceRef", "targetRef") if throws else ("targetRef", "sourceRef")
    flows = source.message_flows.get((near, id), [])
    for flow in flows:
        named = source.message(flow.get("messageRef"))
        if named is not None:
            return named
    for flow in flows:
        found = _said_by(source, source.ids.get(ref(flow.get(far))), throws)
        if found is not None:
            return found
    return Message("", own_name(element))


def _said_by(source: Source, other: etree._Element | None, waits: bool) -> Message | None:
    """The message of the other end; one that waits without naming it goes by its own name. A pool waits with the one
    message that starts its process."""
    if other is None:
        return None
    if bpmn_name(other) == "participant":
        process = source.named(other.get("processRef"), "process")
        starts = [] if process is None else kids(process, "startEvent")
        starts = [start for start in starts if kid(start, "messageEventDefinition") is not None]
        return _said_by(source, starts[0], waits) if waits and len(starts) == 1 else None
    definition = kid(other, "messageEventDefinition")
    named = source.message((other if definition is None else definition).get("messageRef"))
    if named is None and waits and (definition is not None or bpmn_name(other) == "receiveTask"):
        return Message("", own_name(other))
    return named
