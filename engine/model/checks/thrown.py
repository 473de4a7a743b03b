"""Errors and escalations that are thrown and that nothing catches (10.5.5, 13.5.3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from engine.model.definition import EventDefinition, Node, Process, Scope

#: The scopes around a node, the nearest first, each with the activity that it is the inside of.
Around = tuple[tuple[Scope, Node | None], ...]
Callers = dict[str, list[tuple[str, Around]]]


class Lost(NamedTuple):
    """A throw that nothing catches: its process, node and event."""

    process: Process
    node: Node
    event: EventDefinition


def lost(processes: Mapping[str, Process]) -> Iterator[Lost]:
    """The throws of a set of processes that neither their own scopes nor any of those that call them catch."""
    callers: Callers = {}
    for process in processes.values():
        for node, around in _inside(process.scope, ()):
            if node.kind == "callActivity" and isinstance(node.called_element, str):
                callers.setdefault(node.called_element, []).append((process.id, ((Scope(), node), *around)))
    for process in processes.values():
        for node, around in _inside(process.scope, ()):
            for event in node.events if node.kind in ("endEvent", "intermediateThrowEvent") else ():
                if event.kind not in ("error", "escalation") or _is_caught(event, around):
                    continue
                if not _is_caught_by_caller(process.id, event, callers, set()):
                    yield Lost(process, node, event)


def _inside(scope: Scope, around: Around, owner: Node | None = None) -> Iterator[tuple[Node, Around]]:
    here: Around = ((scope, owner), *around)
    for node in scope.nodes.values():
        yield node, here
        if node.scope is not None:
            yield from _inside(node.scope, here, node)


def _is_caught(event: EventDefinition, around: Around) -> bool:
    """Whether an event subprocess around the throw, or a boundary event of what it is inside of, takes its code."""
    left = {owner.id for _, owner in around if owner is not None}
    nodes = {id: node for scope, _ in around for id, node in scope.nodes.items()}
    for scope, owner in around:
        listeners = [nodes[id] for id in owner.boundaries if id in nodes] if owner is not None else []
        for node in scope.nodes.values():
            if node.triggered_by_event and node.scope is not None and node.id not in left:
                listeners += [each for each in node.scope.nodes.values() if each.kind == "startEvent"]
        for caught in (each for node in listeners for each in node.events):
            if caught.kind == event.kind and caught.code in (None, event.code):
                return True
    return False


def _is_caught_by_caller(process: str, event: EventDefinition, callers: Callers, seen: set[str]) -> bool:
    if process in seen:
        return False
    seen.add(process)
    return any(
        _is_caught(event, around) or _is_caught_by_caller(caller, event, callers, seen)
        for caller, around in callers.get(process, ())
    )
