"""The door to FEEL: compiling once, evaluating under bounds, asking for diagnostics, printing values."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from decimal import DecimalException
from functools import lru_cache
from typing import Any

from engine.feel.bounds import MAX_VALUE_DEPTH, PYTHON_FRAMES, Note, Run
from engine.feel.compiler import compile_node
from engine.feel.errors import FeelLimitError, FeelSyntaxError
from engine.feel.foreseen import Doubt, Kinds
from engine.feel.foreseen import doubts as doubts_of
from engine.feel.foreseen import kinds as kinds_of
from engine.feel.lexer import special, special_names
from engine.feel.messages import say
from engine.feel.scope import Code, Scope, enter
from engine.feel.tree import Node, children, parse
from engine.feel.types import Type
from engine.feel.unary import SUBJECT

if sys.getrecursionlimit() < PYTHON_FRAMES:
    sys.setrecursionlimit(PYTHON_FRAMES)

#: What Python raises for values that nobody thought of: null with a diagnostic, as the caller was promised.
FAULTS = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
Clock = Callable[[], datetime] | None
Diagnostic = dict[str, Any]
_DOUBTFUL = re.compile(r"\w\s*[-+*/'’]\s*\w|\w\s+(?:and|or|in|between|then|else|return|satisfies)\s+\w")
_TIGHT = re.compile(r"\w[-+*/'’]\w")
_SCALARS = frozenset({bool, str, type(None)})


class Compiled:
    """An expression or unary tests, ready to evaluate any number of times, from any thread."""

    __slots__ = ("code", "doubtful", "names", "node", "slots", "text", "unary")

    def __init__(
        self, text: str, names: Iterable[str] = (), *, unary: bool = False, types: Mapping[str, Type] | None = None
    ) -> None:
        self.text, self.unary = text, unary
        try:
            self.node: Node = parse(text, names, unary)
            scope = Scope(types)
            slot = scope.slot()
            with scope.level({SUBJECT: slot} if unary else {}):
                self.code: Code = compile_node(self.node, scope)
        except (RecursionError, MemoryError):
            raise FeelLimitError("nesting", (MAX_VALUE_DEPTH,)) from None
        self.slots = scope.slots
        #: Whether names of the data with signs or keywords in them could make another expression of this text.
        self.doubtful = not names and types is None and _DOUBTFUL.search(text) is not None
        #: The free names: what the text reads from its context, built-in functions among them.
        self.names: frozenset[str] = frozenset(scope.globals)

    def run(self, run: Run, subject: Any = None) -> Any:
        """Evaluate inside an evaluation that is already under way."""
        env: list[Any] = [None] * self.slots
        env[0] = run
        if self.unary:
            env[1] = subject
        return self.code(env)

    def _settled(self, run: Run, subject: Any = None) -> Any:
        try:
            value = self.run(run, subject)
            if value.__class__ in _SCALARS:
                return value
            if value.__class__ is list or value.__class__ is dict:
                measure(value, run, 0)
            return value
        except (RecursionError, MemoryError):
            raise FeelLimitError("depth") from None
        except (DecimalException, OverflowError):
            run.note("number_range")
            return None
        except FAULTS as error:
            run.note("internal", (type(error).__name__,))
            return None

    def evaluate(self, context: Mapping[str, Any], now: Clock = None) -> Any:
        """The value over a context; raises FeelLimitError."""
        if self.doubtful:
            return self._for(context)._settled(Run(context, now=now))
        return self._settled(Run(context, now=now))

    def diagnose(self, context: Mapping[str, Any], now: Clock = None, language: str = "vi") -> tuple[Any, list[Any]]:
        """The value, and the errors on the way that the standard turns into null."""
        notes: list[Note] = []
        value = self._for(context)._settled(Run(context, now=now, notes=notes))
        return value, rendered(notes, language)

    def _for(self, context: Mapping[str, Any]) -> Compiled:
        """This text, read with the names of a context where those matter."""
        if not self.doubtful:
            return self
        special = special_names(context)
        if not special and _TIGHT.search(self.text):
            special = names_in(context)
        return _cached(self.text, special, self.unary) if special else self

    def test(self, value: Any, context: Mapping[str, Any], now: Clock = None) -> bool:
        """Whether a value passes these unary tests; null is False."""
        run = Run(context, now=now)
        return self._for(context)._settled(run, enter(value, run)) is True


def measure(value: Any, run: Run, depth: int) -> None:
    """A result that is a structure must be small enough for whoever takes it, shared parts counted as often as met."""
    if depth > MAX_VALUE_DEPTH:
        raise FeelLimitError("value_depth", (MAX_VALUE_DEPTH,))
    run.steps -= len(value)
    if run.steps < 0:
        run.charge(0)
    for element in value.values() if value.__class__ is dict else value:
        if element.__class__ is list or element.__class__ is dict:
            measure(element, run, depth + 1)


def rendered(notes: Iterable[Note], language: str = "vi") -> list[Diagnostic]:
    """Diagnostics as plain data."""
    found = []
    for code, details, line, column, where in notes:
        diagnostic = {"code": code, "message": say(code, details, language), "line": line, "column": column}
        found.append(diagnostic if where is None else where.tell(diagnostic, language))
    return found


#: Texts up to this length are kept by thousands; a longer one could hold megabytes, so a few are kept.
_SHORT = 4_000


def _cached(text: str, names: frozenset[str], unary: bool) -> Compiled:
    return (_short if len(text) <= _SHORT else _long)(text, names, unary)


@lru_cache(maxsize=4096)
def _short(text: str, names: frozenset[str], unary: bool) -> Compiled:
    return Compiled(text, names, unary=unary)


@lru_cache(maxsize=4)
def _long(text: str, names: frozenset[str], unary: bool) -> Compiled:
    return Compiled(text, names, unary=unary)


_NO_NAMES: frozenset[str] = frozenset()


def compile(text: str, names: Iterable[str] = ()) -> Compiled:
    """The expression, from a cache by text and names; raises FeelSyntaxError or FeelLimitError.

    `names` need to be given only where data have names with signs or keywords in them (``so-ban``, ``thu and chi``).
    """
    return _cached(text, special_names(tuple(names)) if names else _NO_NAMES, False)


def compile_tests(text: str, names: Iterable[str] = ()) -> Compiled:
    """Unary tests, as they stand in a cell of a decision table."""
    return _cached(text, special_names(tuple(names)) if names else _NO_NAMES, True)


def names_in(context: Mapping[str, Any]) -> frozenset[str]:
    """The names in a context and in the contexts inside it that a text can only be read with."""
    found: set[str] = set()
    stack: list[Any] = [context]
    seen = 0
    while stack and seen < 20_000:
        value = stack.pop()
        if isinstance(value, list):
            seen += len(value)
            stack.extend(v for v in value[:1000] if isinstance(v, dict | list))
            continue
        for key in value:
            seen += 1
            if not isinstance(key, str) or key.isidentifier():
                inner = value[key]
            else:
                inner = value[key]
                if special(key):
                    found.add(key)
            if isinstance(inner, dict | list):
                stack.append(inner)
        if seen > 20_000:
            break
    return frozenset(found)


def _read(text: str, context: Mapping[str, Any], unary: bool) -> Compiled:
    """The compiled text; names of the data are asked for where it cannot be read without them."""
    try:
        return _cached(text, _NO_NAMES, unary)
    except FeelSyntaxError:
        known = names_in(context)
        if not known:
            raise
        return _cached(text, known, unary)


def evaluate(text: str, context: Mapping[str, Any] | None = None, *, now: Clock = None) -> Any:
    """The value of an expression. Raises FeelSyntaxError and FeelLimitError, and nothing else."""
    context = {} if context is None else context
    return _read(text, context, False).evaluate(context, now)


def unary_test(text: str, value: Any, context: Mapping[str, Any] | None = None, *, now: Clock = None) -> bool:
    """Whether a value passes unary tests; null is False. Raises as `evaluate`."""
    context = {} if context is None else context
    return _read(text, context, True).test(value, context, now)


def diagnose(
    text: str, context: Mapping[str, Any] | None = None, *, now: Clock = None, language: str = "vi"
) -> tuple[Any, list[Diagnostic]]:
    """The value and the diagnostics `{code, message, line, column}`. Raises as `evaluate`."""
    context = {} if context is None else context
    return _read(text, context, False).diagnose(context, now, language)


def names(text: str) -> set[str]:
    """The free names that an expression reads, built-in functions left out. Raises as `evaluate`."""
    from engine.feel.builtins import BUILTINS

    return {name for name in compile(text).names if name not in BUILTINS}


def certain_names(text: str) -> set[str]:
    """Those of `names` that are read from the variables whatever the data: a name that stands in filters only may be a
    member of the list's elements, and `item` is the element itself. Raises as `evaluate`."""
    outside: set[str] = set()
    within: set[str] = set()
    waiting: list[tuple[Node, bool]] = [(compile(text).node, False)]
    while waiting:
        node, filtered = waiting.pop()
        if node.kind == "name":
            (within if filtered else outside).add(node.parts[0])
        if node.kind == "filter":
            waiting += [(node.parts[0], filtered), (node.parts[1], True)]
        else:
            waiting += [(child, filtered) for child in children(node.parts)]
    return names(text) - (within - outside)


def doubts(text: str, *, unary: bool = False) -> list[Doubt]:
    """What an evaluation of a text (`unary`: of unary tests) is certain to stumble over, whatever the data: functions
    that neither FEEL nor the text itself has, and arguments that a function never takes. Raises as `evaluate`."""
    compiled = _cached(text, _NO_NAMES, unary)
    return sorted(doubts_of(compiled.node, compiled.names.__contains__), key=lambda doubt: (doubt.line, doubt.column))


def kinds(text: str) -> Kinds | None:
    """The kinds that the value of an expression can have, by their names in FEEL; None where that cannot be said
    without the data. Raises as `evaluate`."""
    return kinds_of(compile(text).node)


def constant(text: str) -> Any:
    """The value of a literal, or of a built-in function over literals; None for anything else."""
    from engine.feel.builtins import BUILTINS
    from engine.feel.errors import FeelError

    try:
        compiled = compile(text)
    except FeelError:
        return None
    node = compiled.node
    if node.kind == "call" and node.parts[0].kind == "name" and node.parts[0].parts[0] in BUILTINS:
        if any(argument.kind != "constant" for argument in node.parts[1]):
            return None
    elif node.kind != "constant":
        return None
    return compiled.evaluate({})
