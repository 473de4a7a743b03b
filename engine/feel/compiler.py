"""From the tree of an expression to closures: one for each node, called with the environment."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, DecimalException
from typing import Any

from engine.feel.arithmetic import apply, negate
from engine.feel.bounds import Run
from engine.feel.builtins import BUILTINS
from engine.feel.compare import compare, in_range, kind_of, member
from engine.feel.errors import FeelSyntaxError
from engine.feel.functions import External, FeelFunction
from engine.feel.lexer import special
from engine.feel.numbers import ADD, MULTIPLY, SUBTRACT
from engine.feel.ranges import Range
from engine.feel.scope import MISSING, Code, Scope, enter
from engine.feel.tree import Node, TypeNode, parse
from engine.feel.types import ANY, COMPOSED, Type, instance_of

_COMPILERS: dict[str, Callable[[Node, Scope], Code]] = {}
_FAST = {"+": ADD, "-": SUBTRACT, "*": MULTIPLY}


def compiles(kind: str) -> Callable[[Callable[[Node, Scope], Code]], Callable[[Node, Scope], Code]]:
    """Mark the function that compiles nodes of a kind."""

    def register(function: Callable[[Node, Scope], Code]) -> Callable[[Node, Scope], Code]:
        _COMPILERS[kind] = function
        return function

    return register


def compile_node(node: Node, scope: Scope) -> Code:
    """The closure of a node."""
    return _COMPILERS[node.kind](node, scope)


@compiles("constant")
def _constant(node: Node, scope: Scope) -> Code:
    value = node.parts[0]
    return lambda env: value


@compiles("literal")
def _literal(node: Node, scope: Scope) -> Code:
    text, place = node.parts[0], node.place

    def literal(env: list[Any]) -> Any:
        env[0].note("literal", (text,), place)

    return literal


@compiles("group")
def _group(node: Node, scope: Scope) -> Code:
    return compile_node(node.parts[0], scope)


def lookup(name: str, run: Run) -> Any:
    """A name of the data, or a built-in function; MISSING where it is neither."""
    value = run.context.get(name, MISSING)
    if value is MISSING:
        return BUILTINS.get(name, MISSING)
    return value if run.trusted else enter(value, run)


@compiles("name")
def _name(node: Node, scope: Scope) -> Code:
    name, place = node.parts[0], node.place
    items, slot = scope.find(name)
    if items:
        return _name_in_filter(name, items, slot, node, scope)
    if slot is not None:
        return lambda env: env[slot]
    other = _otherwise(name, scope)

    def variable(env: list[Any]) -> Any:
        run = env[0]
        value = run.context.get(name, MISSING)
        kind = value.__class__
        if kind is str or kind is bool or (kind is Decimal and run.trusted):
            return value
        value = lookup(name, run)
        if value is MISSING:
            if other is not None:
                return other(env)
            run.note("unknown_name", (name,), place)
            return None
        return value

    return variable


def _otherwise(name: str, scope: Scope) -> Code | None:
    """How else a name with signs in it can be read (``a.b`` as a path, ``a-b`` as a difference), should the data not
    have it: a name that is known in one part of a model is not known in every other."""
    if special(name) is None or name in BUILTINS:
        return None
    try:
        node = parse(name)
    except FeelSyntaxError:
        return None
    if node.kind == "name":
        return None
    sure = set(scope.outer)
    code = compile_node(node, scope)
    scope.outer = sure  # the names of this reading are only perhaps read
    return code


def _name_in_filter(name: str, items: list[int], slot: int | None, node: Node, scope: Scope) -> Code:
    place = node.place

    def inner(env: list[Any]) -> Any:
        for item in items:
            value = env[item]
            if value.__class__ is dict and name in value:
                return value[name]
            if name == "item":
                return value
        if slot is not None:
            return env[slot]
        run = env[0]
        value = lookup(name, run)
        if value is not MISSING:
            return value
        run.note("unknown_name", (name,), place)
        return None

    return inner


@compiles("arithmetic")
def _arithmetic(node: Node, scope: Scope) -> Code:
    first, rest = node.parts
    left = compile_node(first, scope)
    if len(rest) > 12:
        return _long_chain(left, [(sign, compile_node(right, scope), place) for sign, right, place in rest])
    for sign, right, place in rest:
        left = _operation(sign, left, compile_node(right, scope), place)
    return left


def _operation(sign: str, left: Code, right: Code, place: tuple[int, int]) -> Code:
    fast = _FAST.get(sign)
    if fast is None:
        return lambda env: apply(sign, left(env), right(env), env[0], place)

    def operation(env: list[Any]) -> Any:
        first = left(env)
        second = right(env)
        if first.__class__ is Decimal and second.__class__ is Decimal:
            try:
                return fast(first, second)
            except DecimalException:
                env[0].note("number_range", (), place)
                return None
        return apply(sign, first, second, env[0], place)

    return operation


def _long_chain(first: Code, rest: list[tuple[str, Code, tuple[int, int]]]) -> Code:
    def chain(env: list[Any]) -> Any:
        value = first(env)
        for sign, right, place in rest:
            value = apply(sign, value, right(env), env[0], place)
        return value

    return chain


@compiles("negative")
def _negative(node: Node, scope: Scope) -> Code:
    inner, place = compile_node(node.parts[0], scope), node.place
    return lambda env: negate(inner(env), env[0], place)


@compiles("compare")
def _compare(node: Node, scope: Scope) -> Code:
    sign, left_node, right_node = node.parts
    left, right, place = compile_node(left_node, scope), compile_node(right_node, scope), node.place
    if right_node.kind == "constant" and right_node.parts[0].__class__ in (Decimal, str):
        return _compare_constant(sign, left, right_node.parts[0], place)

    def compared(env: list[Any]) -> Any:
        first = left(env)
        second = right(env)
        result = compare(sign, first, second, env[0])
        if result is None:
            env[0].note("not_comparable", (kind_of(first), kind_of(second)), place)
        return result

    return compared


def _compare_constant(sign: str, left: Code, constant: Any, place: tuple[int, int]) -> Code:
    """A comparison with a number or string that stands in the text: Python's own operator where the types agree."""
    import operator

    native: Callable[[Any, Any], bool] = {
        "=": operator.eq,
        "!=": operator.ne,
        "<": operator.lt,
        "<=": operator.le,
        ">": operator.gt,
        ">=": operator.ge,
    }[sign]
    kind = constant.__class__

    def compared(env: list[Any]) -> Any:
        value = left(env)
        if value.__class__ is kind:
            return native(value, constant)
        result = compare(sign, value, constant, env[0])
        if result is None:
            env[0].note("not_comparable", (kind_of(value), kind_of(constant)), place)
        return result

    return compared


@compiles("between")
def _between(node: Node, scope: Scope) -> Code:
    value, low, high = (compile_node(part, scope) for part in node.parts)
    place = node.place

    def between(env: list[Any]) -> Any:
        subject, first, last = value(env), low(env), high(env)
        result = in_range(subject, Range(first, last), env[0])
        if result is None:
            other = last if compare(">=", subject, first, env[0]) else first
            env[0].note("not_comparable", (kind_of(subject), kind_of(other)), place)
        return result

    return between


@compiles("in")
def _in(node: Node, scope: Scope) -> Code:
    value_node, test_nodes = node.parts
    value, tests = compile_node(value_node, scope), [compile_node(test, scope) for test in test_nodes]
    place = node.place

    def inside(env: list[Any]) -> Any:
        subject = value(env)
        run = env[0]
        undecided: Any = MISSING
        for test in tests:
            against = test(env)
            found = member(subject, against, run)
            if found:
                return True
            if found is None:
                undecided = against
        if undecided is not MISSING and len(tests) == 1:
            run.note("not_comparable", (kind_of(subject), kind_of(undecided)), place)
            return None
        return False

    return inside


@compiles("and")
def _and(node: Node, scope: Scope) -> Code:
    codes = [compile_node(part, scope) for part in node.parts[0]]
    place = node.place

    def conjunction(env: list[Any]) -> Any:
        result: bool | None = True
        for code in codes:
            value = code(env)
            if value is False:
                return False
            if value is not True:
                result = None
                if value is not None:
                    env[0].note("condition", (kind_of(value),), place)
        return result

    return conjunction


@compiles("or")
def _or(node: Node, scope: Scope) -> Code:
    codes = [compile_node(part, scope) for part in node.parts[0]]
    place = node.place

    def disjunction(env: list[Any]) -> Any:
        result: bool | None = False
        for code in codes:
            value = code(env)
            if value is True:
                return True
            if value is not False:
                result = None
                if value is not None:
                    env[0].note("condition", (kind_of(value),), place)
        return result

    return disjunction


@compiles("if")
def _if(node: Node, scope: Scope) -> Code:
    condition, yes, no = (compile_node(part, scope) for part in node.parts)
    place = node.place

    def conditional(env: list[Any]) -> Any:
        value = condition(env)
        if value is True:
            return yes(env)
        if value is not False:
            env[0].note("condition", (kind_of(value),), place)
        return no(env)

    return conditional


@compiles("compared")
def _compared(node: Node, scope: Scope) -> Code:
    sign, value = node.parts[0], compile_node(node.parts[1], scope)
    return lambda env: Range.compared(sign, value(env))


@compiles("range")
def _range(node: Node, scope: Scope) -> Code:
    low, high = compile_node(node.parts[0], scope), compile_node(node.parts[1], scope)
    left, right, place = node.parts[2], node.parts[3], node.place

    def interval(env: list[Any]) -> Any:
        first, last = low(env), high(env)
        if first is not None and last is not None and compare("<=", first, last, env[0]) is not True:
            env[0].note("range", (), place)
            return None
        return Range(first, last, left, right)

    return interval


@compiles("list")
def _list(node: Node, scope: Scope) -> Code:
    codes = [compile_node(part, scope) for part in node.parts[0]]
    if all(part.kind == "constant" for part in node.parts[0]):
        constants = [part.parts[0] for part in node.parts[0]]
        return lambda env: constants[:]
    return lambda env: [code(env) for code in codes]


@compiles("context")
def _context(node: Node, scope: Scope) -> Code:
    known: dict[str, int] = {}
    entries: list[tuple[str, int, Code]] = []
    place = node.place
    duplicate = None
    with scope.level(known):
        for name, value, _ in node.parts[0]:
            if name in known:
                duplicate = name
            slot = scope.slot()
            if value.kind == "function":  # a function sees its own name, so that it can call itself
                known[name] = slot
            entries.append((name, slot, compile_node(value, scope)))
            known[name] = slot

    def context(env: list[Any]) -> Any:
        if duplicate is not None:
            env[0].note("duplicate_key", (duplicate,), place)
            return None
        result = {}
        for name, slot, code in entries:
            value = code(env)
            if value.__class__ is FeelFunction:
                value.captured[slot] = value
                value.name = name if value.name == "function" else value.name
            env[slot] = result[name] = value
        return result

    return context


@compiles("instance")
def _instance(node: Node, scope: Scope) -> Code:
    value, written, place = compile_node(node.parts[0], scope), node.parts[1], node.place
    # A composed type wants its parameters here (DMN table 61): ``list`` alone is no type.
    bare = written.kind == "named" and written.name in COMPOSED and written.name not in scope.types
    wanted = None if bare else type_of(written, scope)

    def instance(env: list[Any]) -> Any:
        if wanted is None:
            env[0].note("unknown_type", (written.name or written.kind,), place)
            return None
        return instance_of(value(env), wanted, env[0])

    return instance


def type_of(written: TypeNode | None, scope: Scope) -> Type | None:
    """The type that is written; None where a name in it is unknown."""
    if written is None:
        return None
    if written.kind == "named":
        return scope.type(written.name)
    if written.kind == "context":
        fields = {name: type_of(each, scope) for name, each in written.parts}
        if any(each is None for each in fields.values()):
            return None
        return Type("context", fields={name: each or ANY for name, each in fields.items()})
    parts = [type_of(part, scope) for part in written.parts]
    if any(part is None for part in parts):
        return None
    if written.kind == "function":
        return Type("function", parameters=tuple(part or ANY for part in parts[:-1]), result=parts[-1])
    return Type(written.kind, element=parts[0])


@compiles("function")
def _function(node: Node, scope: Scope) -> Code:
    parameters, body_node = node.parts
    names = tuple(name for name, _ in parameters)
    types = [type_of(written, scope) for _, written in parameters]
    unknown = any(written is not None and own is None for own, (_, written) in zip(types, parameters, strict=True))
    slots = tuple(scope.slot() for _ in names)
    with scope.level(dict(zip(names, slots, strict=True))):
        body = compile_node(body_node, scope)
    depth, place = body_node.depth + 2, node.place

    def function(env: list[Any]) -> Any:
        if unknown:
            env[0].note("unknown_type", ("function",), place)
            return None
        env[0].charge((len(env) >> 2) + 4)
        return FeelFunction(names, tuple(types), slots, body, env[:], depth)

    return function


@compiles("external")
def _external(node: Node, scope: Scope) -> Code:
    names = tuple(name for name, _ in node.parts[0])
    return lambda env: External(names)


from engine.feel import calls, iteration, paths, unary  # noqa: E402, F401 - they register their kinds of node here
