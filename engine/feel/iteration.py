"""Closures of `for`, `some`, `every` and filters (DMN 10.3.2.14, 10.3.2.5)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from engine.feel.bounds import MAX_LIST, Place, Run
from engine.feel.civil import date_of, days_of
from engine.feel.compare import kind_of
from engine.feel.compiler import compile_node, compiles
from engine.feel.errors import FeelLimitError
from engine.feel.numbers import whole
from engine.feel.ranges import Range
from engine.feel.scope import Code, Scope
from engine.feel.temporal import WideDate, make_date
from engine.feel.tree import Node, reads


def _domain(values: Any, run: Run, place: Place) -> Iterable[Any] | None:
    """What an iteration runs over; None with a diagnostic where it cannot."""
    if type(values) is list:
        return values
    if values is None:
        run.note("iteration", ("null",), place)
        return None
    if type(values) is Range:
        if values.operator or values.low is None or values.high is None:
            run.note("range", (), place)
            return None
        return _between(values.low, values.high, run, place, values)
    return [values]


def _between(low: Any, high: Any, run: Run, place: Place, bounds: Range | None = None) -> Iterable[Any] | None:
    """Whole numbers or dates from one to the other, downwards where the first is greater; a range only runs up."""
    make: Callable[[int], Any] = Decimal
    first, last = whole(low), whole(high)
    if isinstance(low, date | WideDate) and kind_of(low) == kind_of(high) == "date":
        first, last = days_of(low.year, low.month, low.day), days_of(high.year, high.month, high.day)

        def make(day: int) -> Any:
            return make_date(*date_of(day))

    if first is None or last is None:
        run.note("iteration", (kind_of(low if first is None else high),), place)
        return None
    if bounds is not None:
        first += not bounds.low_closed
        last -= not bounds.high_closed
        if first > last:
            run.note("range", (), place)
            return None
    if abs(last - first) >= MAX_LIST:
        raise FeelLimitError("list_size", (MAX_LIST,), *place)
    return map(make, range(first, last + 1) if first <= last else range(first, last - 1, -1))


Source = tuple[int, Code, Code | None, Place]


def _sources(iterators: list[Any], scope: Scope, known: dict[str, int]) -> list[Source]:
    sources = []
    for name, nodes in iterators:
        codes = [compile_node(node, scope) for node in nodes]
        slot = known[name] = scope.slot()
        sources.append((slot, codes[0], codes[1] if len(codes) > 1 else None, nodes[0].place))
    return sources


def _values(source: Source, env: list[Any]) -> Iterable[Any] | None:
    _slot, low, high, place = source
    first = low(env)
    if high is None:
        return _domain(first, env[0], place)
    last = high(env)
    return _between(first, last, env[0], place)


def _each(sources: list[Source], env: list[Any], visit: Callable[[list[Any]], bool], at: int = 0) -> bool | None:
    """Visit every combination, the first variable outermost; True when a visit says to stop, None for no domain."""
    if at == len(sources):
        return visit(env)
    values = _values(sources[at], env)
    if values is None:
        return None
    slot, run = sources[at][0], env[0]
    for value in values:
        env[slot] = value
        run.charge(2)
        done = _each(sources, env, visit, at + 1)
        if done is not False:
            return done
    return False


def run_iteration(
    sources: list[Source], body: Code, partial: int, cost: int, place: Place, env: list[Any]
) -> list[Any] | None:
    """The list of the body's values; `partial` is the slot of those so far, 0 where the body does not read them."""
    run: Run = env[0]
    results: list[Any] = []

    def visit(env: list[Any]) -> bool:
        run.charge(cost)
        if partial:
            run.charge(len(results) >> 3)
            env[partial] = results[:]
        results.append(body(env))
        if len(results) > MAX_LIST:
            raise FeelLimitError("list_size", (MAX_LIST,), *place)
        return False

    return None if _each(sources, env, visit) is None else results


@compiles("for")
def _for(node: Node, scope: Scope) -> Code:
    known: dict[str, int] = {}
    with scope.level(known):
        sources = _sources(node.parts[0], scope, known)
        partial = known["partial"] = scope.slot()
        body = compile_node(node.parts[1], scope)
    cost, place = node.parts[1].size + 1, node.place
    if not reads(node.parts[1], "partial"):
        partial = 0
    return lambda env: run_iteration(sources, body, partial, cost, place, env)


def run_quantified(
    sources: list[Source], body: Code, decisive: bool, cost: int, place: Place, env: list[Any]
) -> bool | None:
    """`some` (`decisive` is True) or `every` (False)."""
    run: Run = env[0]
    undecided = failed = False

    def visit(env: list[Any]) -> bool:
        nonlocal undecided, failed
        run.charge(cost)
        value = body(env)
        if value is decisive:
            return True
        if value is not (not decisive):
            run.note("condition", (kind_of(value),), place)
            undecided, failed = True, value is not None
        return failed

    done = _each(sources, env, visit)
    if done:
        return None if failed else decisive
    return None if done is None or undecided else not decisive


def _quantified(node: Node, scope: Scope, decisive: bool) -> Code:
    known: dict[str, int] = {}
    with scope.level(known):
        sources = _sources(node.parts[0], scope, known)
        body = compile_node(node.parts[1], scope)
    cost, place = node.parts[1].size + 1, node.place
    return lambda env: run_quantified(sources, body, decisive, cost, place, env)


@compiles("some")
def _some(node: Node, scope: Scope) -> Code:
    return _quantified(node, scope, True)


@compiles("every")
def _every(node: Node, scope: Scope) -> Code:
    return _quantified(node, scope, False)


@compiles("filter")
def _filter(node: Node, scope: Scope) -> Code:
    base_node, test_node = node.parts
    base = compile_node(base_node, scope)
    place = node.place
    if test_node.kind == "constant" and type(test_node.parts[0]) is Decimal:
        position = test_node.parts[0]
        return lambda env: element(_listed(base(env)), position, env[0], place)
    slot = scope.slot()
    with scope.level(slot):
        test = compile_node(test_node, scope)
    cost = test_node.size + 1

    def filtered(env: list[Any]) -> Any:
        return select(_listed(base(env)), test, slot, cost, env, place)

    return filtered


def _listed(value: Any) -> list[Any]:
    if type(value) is list:
        return value
    return [] if value is None else [value]


def select(
    values: list[Any], test: Code, slot: int, cost: int, env: list[Any], place: Place, boolean: bool = False
) -> Any:
    """The elements that pass the test, or the one at the position that the test turns out to be.

    `boolean`: a test that is neither true nor false makes the whole null (boxed filters, DMN 10.2.2.10)."""
    run: Run = env[0]
    if not values:
        env[slot] = None
        position = test(env)
        return element(values, position, run, place) if type(position) is Decimal else []
    result = []
    for value in values:
        run.charge(cost)
        env[slot] = value
        passed = test(env)
        if passed is True:
            result.append(value)
        elif type(passed) is Decimal and not boolean:
            return element(values, passed, run, place)
        elif passed is not False and (passed is not None or boolean):
            run.note("filter", (kind_of(passed),), place)
            return None
    return result


def element(values: list[Any], position: Decimal, run: Run, place: Place) -> Any:
    """The element at a position from 1, or from the end where it is negative; null where there is none."""
    index = whole(position)
    if index is not None and 1 <= index <= len(values):
        return values[index - 1]
    if index is not None and -len(values) <= index <= -1:
        return values[index]
    run.note("index", (position,), place)
    return None
