"""Closures of invocations (DMN 10.3.2.13)."""

from __future__ import annotations

from typing import Any

from engine.feel.bounds import Run
from engine.feel.builtins import BUILTINS
from engine.feel.compare import kind_of
from engine.feel.compiler import compile_node, compiles, lookup
from engine.feel.functions import Function
from engine.feel.scope import MISSING, Code, Scope
from engine.feel.tree import Node


def _callee(node: Node, scope: Scope) -> Code:
    """The function that is called. Data that shadow a built-in without being a function do not hide it from a call."""
    if node.kind != "name":
        return compile_node(node, scope)
    name, place = node.parts[0], node.place
    items, slot = scope.find(name)
    builtin = BUILTINS.get(name)
    local = compile_node(node, scope) if items or slot is not None else None

    def callee(env: list[Any]) -> Any:
        if local is not None:
            found = local(env)
        else:
            run = env[0]
            if builtin is not None and name not in run.context:
                return builtin
            found = lookup(name, run)
            if found is MISSING:
                run.note("unknown_function", (name,), place)
                return MISSING
        return builtin if builtin is not None and not isinstance(found, Function) else found

    return callee


def _title(node: Node) -> str:
    if node.kind == "name":
        return str(node.parts[0])
    return str(node.parts[1][-1][0]) if node.kind == "path" else "function"


def _not_a_function(found: Any, run: Run, node: Node) -> None:
    if found is not MISSING:
        run.note("not_a_function", (_title(node) if found is None else kind_of(found),), node.place)


@compiles("call")
def _call(node: Node, scope: Scope) -> Code:
    callee_node, argument_nodes = node.parts
    callee = _callee(callee_node, scope)
    arguments = [compile_node(argument, scope) for argument in argument_nodes]
    place = node.place

    def call(env: list[Any]) -> Any:
        function = callee(env)
        run: Run = env[0]
        if not isinstance(function, Function):
            _not_a_function(function, run, callee_node)
            return None
        values = [argument(env) for argument in arguments]
        run.place = place
        return function.call(run, values)

    return call


@compiles("call_named")
def _call_named(node: Node, scope: Scope) -> Code:
    callee_node, pairs = node.parts
    callee = _callee(callee_node, scope)
    arguments = [(name, compile_node(argument, scope)) for name, argument in pairs]
    place = node.place
    twice = len({name for name, _ in pairs}) != len(pairs)

    def call(env: list[Any]) -> Any:
        function = callee(env)
        run: Run = env[0]
        if not isinstance(function, Function):
            _not_a_function(function, run, callee_node)
            return None
        values = {name: argument(env) for name, argument in arguments}
        run.place = place
        if twice:
            function.refuse(run, place)
            return None
        return function.call_named(run, values)

    return call
