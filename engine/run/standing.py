"""Where the tokens of a run stand, and what may be done with each: for people who steer by hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from engine.model.definition import EventDefinition, Node
from engine.refusal import Refusal
from engine.run import moving
from engine.run.machine import ERROR, WAITING, Machine, Token
from engine.run.nodes import open_call, open_offer
from engine.run.specs import Spec

State = Literal["task", "call", "incident", "scope", "gathering", "waiting"]


@dataclass(frozen=True, slots=True)
class Place:
    """One live token at its node.

    state: an open ``task``, a ``call`` of a service, an ``incident``, a ``scope`` with tokens in it (a subprocess, a
    called process, an activity that repeats), ``gathering`` at a gateway that wants more tokens, ``waiting`` for an
    event. above: the token of the scope around it, empty in the root process. number: which one of a repeated
    activity, from 1.
    """

    token: str
    node: Node
    state: State
    process: str
    process_name: str
    above: str = ""
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Catcher:
    """An event that would catch a BPMN error thrown at a token; code None takes every code."""

    code: str | None
    node: Node


def standing(machine: Machine) -> list[Place]:
    """Every live token but those of processes themselves, the oldest first."""
    return [found for token in machine.each() if (found := place(token)) is not None]


def place(token: Token) -> Place | None:
    """One of them; None for a token that nobody sees: a process's own, or the controller of a compensation."""
    spec = token.task_spec
    if spec.is_process or not spec.node.kind or not token.alive:
        return None
    definition = spec.process.definition
    above = token.above
    while above is not None and above.task_spec.is_process:
        above = above.above
    number = token.data.get("loopCounter")
    return Place(
        token.id,
        spec.node,
        _state(token),
        definition.id,
        definition.name,
        "" if above is None else above.id,
        int(number) if number is not None else None,
    )


def _state(token: Token) -> State:
    if token._state == ERROR:
        return "incident"
    if token._state == WAITING:
        return "gathering"
    if open_offer(token) is not None:
        return "task"
    if open_call(token) is not None:
        return "call"
    spec = token.task_spec
    return "scope" if spec.is_scope or spec.is_call or spec.is_body else "waiting"


def reachable(token: Token) -> list[Node]:
    """The nodes of its process that a token can be moved to, in the order of the model."""
    return [node for node in token.task_spec.process.definition.scope.walk() if _can_be_entered(token, node)]


def _can_be_entered(token: Token, node: Node) -> bool:
    if node.triggered_by_event or node.for_compensation or (node.kind == "startEvent" and node.events):
        return False
    try:
        moving.way(token, node.id)
    except Refusal:
        return False
    return True


def error_catchers(token: Token) -> list[Catcher]:
    """The events that would catch a BPMN error thrown at a token, nearest first (10.5.6): of two with the same code
    the nearer one, and nothing beyond one that takes every code."""
    found: dict[str | None, Catcher] = {}
    at: Token | None = token
    while at is not None and None not in found:
        spec = at.task_spec
        if not (spec.is_scope and at.progress.restored):
            if spec.is_scope and not at.progress.interrupted:
                _add(found, spec.inner.start_catches)
            if None not in found:
                _add(found, spec.catches)
        at = at.above
    return list(found.values())


def _add(found: dict[str | None, Catcher], catches: tuple[tuple[EventDefinition, Spec], ...]) -> None:
    errors = [(event, spec) for event, spec in catches if event.kind == "error"]
    for event, spec in sorted(errors, key=lambda pair: pair[0].code is None):
        found.setdefault(event.code, Catcher(event.code, spec.node))
