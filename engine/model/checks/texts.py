"""The expressions of a process, each with what it belongs to and what is asked of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from engine.model.definition import EventDefinition, Expression, Loop, Node, Process, Scope, Value


class Placed(NamedTuple):
    """An expression at the node or flow whose id is `owner`. `asked`: a ``condition`` wants true or false, a
    ``cardinality`` a whole number from 0, a ``duration`` and a ``date`` what they say; a ``value`` comes as it is."""

    expression: Expression
    owner: str
    asked: str = "value"


def of(process: Process) -> Iterator[Placed]:
    """Every expression of a process, in the order of its nodes."""
    yield from _scope(process.scope)
    for expression in process.correlation.values():
        yield Placed(expression, process.id)


def _scope(scope: Scope) -> Iterator[Placed]:
    for flow in scope.flows.values():
        yield from _one(flow.condition, flow.id, "condition")
    for node in scope.nodes.values():
        yield from _node(node)
        if node.scope is not None:
            yield from _scope(node.scope)


def _one(value: Value, owner: str, asked: str = "value") -> Iterator[Placed]:
    if isinstance(value, Expression):
        yield Placed(value, owner, asked)


def _node(node: Node) -> Iterator[Placed]:
    who = node.assignment
    plain: tuple[Value, ...] = (
        node.name_expression, who.assignee, who.candidate_groups, who.candidate_users, who.priority,
        node.form_expression, node.connector, node.retries, node.script, node.decision, node.called_element,
        *(assign.source for assign in (*node.inputs, *node.outputs)),
    )  # fmt: skip
    for value in plain:
        yield from _one(value, node.id)
    yield from _one(who.due, node.id, "date")
    yield from _one(who.follow_up, node.id, "date")
    yield from _one(node.activation, node.id, "condition")
    yield from _one(node.completion_condition, node.id, "condition")
    if node.message is not None:
        yield from _one(node.message.correlation_key, node.id)
        yield from _one(node.message.name_expression, node.id)
    for event in node.events:
        yield from _event(event, node.id)
    if node.loop is not None:
        yield from _loop(node.loop, node.id)
    for extension in node.extensions:
        for text in extension.attributes.values():
            if text.startswith("="):
                yield Placed(Expression(text[1:].strip(), node.line), node.id)


def _event(event: EventDefinition, owner: str) -> Iterator[Placed]:
    yield from _one(event.condition, owner, "condition")
    yield from _one(event.value, owner, "duration" if event.timer == "duration" else "value")
    yield from _one(event.name_expression, owner)
    if event.message is not None:
        yield from _one(event.message.correlation_key, owner)


def _loop(loop: Loop, owner: str) -> Iterator[Placed]:
    yield from _one(loop.condition, owner, "condition")
    yield from _one(loop.completion, owner, "condition")
    yield from _one(loop.cardinality, owner, "cardinality")
    yield from _one(loop.maximum, owner, "cardinality")
    yield from _one(loop.collection, owner)
    yield from _one(loop.output_element, owner)
    for condition, _ in loop.complex_behavior:
        yield from _one(condition, owner, "condition")
