"""Which names a model writes, and which of those that its expressions read nothing writes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.model.definition import Node, Process


def written(processes: Iterable[Process]) -> frozenset[str]:
    """The names that something in these processes writes, as far as the model says them."""
    return frozenset(name for process in processes for name in _written(process))


def _written(process: Process) -> Iterator[str]:
    yield from process.scope.data
    for node in process.scope.walk():
        yield from _by(node)


def _by(node: Node) -> Iterator[str]:
    if node.scope is not None:
        yield from node.scope.data
    for assign in (*node.inputs, *node.outputs):
        yield assign.target.partition(".")[0]
    if node.result_variable:
        yield node.result_variable
    if node.loop is not None:
        yield from filter(None, (node.loop.element_variable, node.loop.output_collection))
    for event in node.events:
        yield from filter(None, (event.error_variable, event.code_variable))
