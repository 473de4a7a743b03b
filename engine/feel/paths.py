"""Closures of paths: what stands after a point, and names of the data that have points in them (DMN 10.3.1.5)."""

from __future__ import annotations

from typing import Any

from engine.feel.bounds import Run
from engine.feel.builtins import BUILTINS
from engine.feel.compiler import compile_node, compiles
from engine.feel.members import member as member_of
from engine.feel.scope import MISSING, Code, Scope, enter
from engine.feel.tree import Node


@compiles("path")
def _path(node: Node, scope: Scope) -> Code:
    base_node, steps = node.parts
    if base_node.kind == "name":
        items, slot = scope.find(base_node.parts[0])
        if not items and slot is None:
            return _global_path(base_node, steps)
    base = compile_node(base_node, scope)
    if len(steps) == 1:
        name, place = steps[0]

        def one(env: list[Any]) -> Any:
            value = base(env)
            if value.__class__ is dict and name in value:
                return value[name]
            return member_of(value, name, env[0], place)

        return one

    def path(env: list[Any]) -> Any:
        value = base(env)
        for name, place in steps:
            value = member_of(value, name, env[0], place)
        return value

    return path


def _global_path(base: Node, steps: list[tuple[str, tuple[int, int]]]) -> Code:
    """A path into the data: walks Python's dicts as they are and converts only what it finds."""
    first, place = base.parts[0], base.place

    def pointed(run: Run) -> tuple[Any, int]:
        """A name of the data that has points in it, the longest one, and how many steps are part of it."""
        names = [first, *(name for name, _ in steps[:12])]
        for length in range(min(len(names), 12), 1, -1):
            value = run.context.get(".".join(names[:length]), MISSING)
            if value is not MISSING:
                return value, length - 1
        return BUILTINS.get(first), 0

    def path(env: list[Any]) -> Any:
        run = env[0]
        value = run.context.get(first, MISSING)
        rest = steps
        if value is MISSING:
            value, taken = pointed(run)
            if value is None and not taken:
                run.note("unknown_name", (first,), place)
                return None
            rest = steps[taken:]
        for name, at in rest:
            if value.__class__ is dict and name in value:
                value = value[name]
            else:
                value = member_of(value if run.trusted else enter(value, run), name, run, at)
        return value if run.trusted else enter(value, run)

    return path
