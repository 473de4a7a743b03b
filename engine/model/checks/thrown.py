"""Errors and escalations that are thrown and that nothing catches (10.5.5, 13.5.3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from engine.model.definition import EventDefinition, Node, Process, Scope

#: The scopes around a node, the nearest first, each with the activity that it is the inside of.
Around = tuple[tuple[Scope, Node | None], ...]
#: The kinds and codes that are caught somewhere; None is every code.
Caught = frozenset[tuple[str, str | None]]
Callers = dict[str, list[tuple[str, Caught]]]


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
                callers.setdefault(node.called_element, []).append((process.id, _caught(((Scope(), node), *around))))
    for process in processes.values():
        known: dict[int, Caught] = {}
        for node, around in _inside(process.scope, ()):
            for event in node.events if node.kind in ("endEvent", "intermediateThrowEvent") else ():
                if event.kind not in ("error", "escalation"):
                    continue
                if id(around) not in known:
                    known[id(around)] = _caught(around)
                if not _takes(known[id(around)], event) and not _by_caller(process.id, event, callers, set()):
                    yield Lost(process, node, event)


def _inside(scope: Scope, around: Around, owner: Node | None = None) -> Iterator[tuple[Node, Around]]:
    here: Around = ((scope, owner), *around)
    for node in scope.nodes.values():
        yield node, here
        if node.scope is not None:
            yield from _inside(node.scope, here, node)


def _caught(around: Around) -> Caught:
    """What event subprocesses around a place, and boundary events of what it is inside of, catch: kind and code."""
    left = {owner.id for _, owner in around if owner is not None}
    listeners: list[Node] = []
    for at, (scope, owner) in enumerate(around):
        outer = around[at + 1][0].nodes if at + 1 < len(around) else {}
        listeners += [outer[id] for id in owner.boundaries if id in outer] if owner is not None else []
        for node in scope.nodes.values():
            if node.triggered_by_event and node.scope is not None and node.id not in left:
                listeners += [each for each in node.scope.nodes.values() if each.kind == "startEvent"]
    return frozenset((event.kind, event.code) for listener in listeners for event in listener.events)


def _takes(caught: Caught, event: EventDefinition) -> bool:
    return (event.kind, None) in caught or (event.kind, event.code) in caught


def _by_caller(process: str, event: EventDefinition, callers: Callers, seen: set[str]) -> bool:
    """Whether one of the processes that call this one catches it."""
    seen.add(process)
    return any(
        _takes(caught, event) or (caller not in seen and _by_caller(caller, event, callers, seen))
        for caller, caught in callers.get(process, ())
    )
