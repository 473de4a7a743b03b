"""`sort` (DMN 10.3.4.9): a merge sort, so that a precedence that contradicts itself still ends."""

from __future__ import annotations

from typing import Any

from engine.feel.bounds import Run
from engine.feel.builtins.registry import Refused, builtin
from engine.feel.compare import order, weigh
from engine.feel.functions import Function


@builtin("sort", "list: list, precedes: function")
def sort(run: Run, values: list[Any], precedes: Function) -> list[Any]:
    """Ordered so that `precedes(x, y)` is true where x stands before y; stable."""

    def before(one: Any, other: Any) -> bool:
        run.charge(4)
        answer = precedes.call(run, [one, other])
        if type(answer) is not bool:
            raise Refused
        return answer

    return _merge_sort(run, values, before)


@builtin("sort", "list: list")
def sort_naturally(run: Run, values: list[Any]) -> list[Any]:
    """Without a precedence: ascending."""

    def before(one: Any, other: Any) -> bool:
        run.charge(4)
        weigh(one, run)
        position = order(one, other)
        if position is None:
            raise Refused
        return position < 0

    return _merge_sort(run, values, before)


def _merge_sort(run: Run, values: list[Any], before: Any) -> list[Any]:
    run.charge_list(len(values))
    runs = [[value] for value in values]
    while len(runs) > 1:
        pairs = [_merge(runs[i], runs[i + 1], before) for i in range(0, len(runs) - 1, 2)]
        runs = pairs + (runs[-1:] if len(runs) % 2 else [])
    return runs[0] if runs else []


def _merge(left: list[Any], right: list[Any], before: Any) -> list[Any]:
    result: list[Any] = []
    i = j = 0
    while i < len(left) and j < len(right):
        if before(right[j], left[i]):
            result.append(right[j])
            j += 1
        else:
            result.append(left[i])
            i += 1
    return result + left[i:] + right[j:]
