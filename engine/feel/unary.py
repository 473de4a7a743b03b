"""Unary tests: the cells of decision tables and allowed values (DMN 10.3.1.2 rules 13 to 15, 10.3.2.10).

The value that is tested is in the slot of the local named ``?``, which the caller declares.
"""

from __future__ import annotations

from typing import Any

from engine.feel.bounds import Run
from engine.feel.compare import member
from engine.feel.compiler import compile_node, compiles
from engine.feel.scope import Code, Scope
from engine.feel.tree import Node, reads

SUBJECT = "?"


def _test(node: Node, slot: int, scope: Scope) -> Code:
    code = compile_node(node, scope)
    plain = node.kind == "constant"
    own = node.kind != "compared" and reads(node, SUBJECT)

    def test(env: list[Any]) -> Any:
        run: Run = env[0]
        against = code(env)
        subject = env[slot]
        if (against is True or against is False) and not plain:
            if own or subject.__class__ is not bool:
                return against
        elif against is None and (own or node.kind == "range"):
            return None  # a range whose ends do not fit together matches nothing, null neither
        return member(subject, against, run)

    return test


@compiles("unary")
def _unary(node: Node, scope: Scope) -> Code:
    nodes, negated, anything = node.parts
    if anything:
        return lambda env: True
    slot = scope.find(SUBJECT)[1] or 0
    tests = [_test(each, slot, scope) for each in nodes]

    def unary(env: list[Any]) -> Any:
        result: bool | None = False
        for test in tests:
            value = test(env)
            if value is True:
                result = True
                break
            if value is None:
                result = None
        return result if not negated or result is None else not result

    return unary
