"""What can be said of a text before there are data: functions that do not exist, arguments that no function takes, and
the kinds of value that it can have."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from engine.feel.builtins import BUILTINS
from engine.feel.builtins.registry import Builtin
from engine.feel.compare import kind_of
from engine.feel.messages import say
from engine.feel.tree import Node, children

Kinds = frozenset[str]
_NULL: Kinds = frozenset({"null"})
_BOOLEAN: Kinds = frozenset({"boolean", "null"})
#: What arithmetic gives: numbers, joined strings, points and lengths of time.
_COUNTED: Kinds = frozenset(
    ("number", "string", "date", "time", "date and time", "days and time duration", "years and months duration", "null")
)
_RESULTS: Mapping[str, tuple[str, ...]] = {
    "boolean": ("all", "any", "after", "before", "coincides", "contains", "during", "ends with", "even", "finished by",
                "finishes", "includes", "is", "list contains", "matches", "meets", "met by", "not", "odd", "overlaps",
                "overlaps after", "overlaps before", "started by", "starts", "starts with"),
    "number": ("ceiling", "floor", "count", "day of year", "decimal", "exp", "log", "modulo", "number", "product",
               "round down", "round half down", "round half up", "round up", "sqrt", "stddev", "string length",
               "week of year"),
    "string": ("day of week", "month of year", "lower case", "upper case", "replace", "string", "string join",
               "substring", "substring after", "substring before"),
    "list": ("append", "concatenate", "distinct values", "flatten", "get entries", "index of", "insert before",
             "list replace", "mode", "remove", "reverse", "sort", "split", "sublist", "union"),
    "context": ("context", "context merge", "context put"),
    "date": ("date", "today"), "date and time": ("date and time", "now"), "time": ("time",), "range": ("range",),
    "years and months duration": ("years and months duration",),
}  # fmt: skip
#: Built-in function → what it gives; one that is not here may give anything.
RESULTS: Mapping[str, Kinds] = {
    **{name: frozenset({kind, "null"}) for kind, names in _RESULTS.items() for name in names},
    **dict.fromkeys(("abs", "sum", "mean", "median", "duration"), _COUNTED),
}


class Doubt(NamedTuple):
    """What an evaluation is certain to stumble over, as `diagnose` would say it: the code of a diagnostic, with its
    place in the text. `name` is that of the function."""

    code: str
    name: str
    details: tuple[object, ...]
    line: int
    column: int

    def sentence(self, language: str = "vi") -> str:
        """What is wrong, in Vietnamese or (``en``) English, without the place."""
        return say(self.code, self.details, language)


def doubts(node: Node, is_unknown: Callable[[str], bool]) -> Iterator[Doubt]:
    """The calls in a tree that have no value, whatever the data. `is_unknown` says of a name that is none of FEEL's
    whether nothing has it: a function that the text defines itself is known."""
    stack = [node]
    while stack:
        current = stack.pop()
        stack.extend(children(current.parts))
        if current.kind not in ("call", "call_named") or current.parts[0].kind != "name":
            continue
        name = str(current.parts[0].parts[0])
        function = BUILTINS.get(name)
        if function is None:
            if is_unknown(name):
                yield Doubt("unknown_function", name, (name,), *current.parts[0].place)
        elif isinstance(function, Builtin) and not _fits(function, current):
            yield Doubt("arguments", name, (name, function.taken()), *current.place)


def _fits(function: Builtin, call: Node) -> bool:
    """Whether one of its signatures takes as many arguments, of such names, and of the kinds that are certain."""
    if call.kind == "call_named":
        given = {str(name) for name, _ in call.parts[1]}
        return any(
            given and given <= {name for name, _, _ in signature}
            and {name for name, kind, optional in signature if not optional and not _takes_null(kind)} <= given
            for signature, _ in function.choices
        )  # fmt: skip
    arguments: list[Node] = call.parts[1]
    if function.variadic and arguments:
        return True
    return any(
        least <= len(arguments) <= len(signature)
        and all(_may_be(argument, part[1]) for argument, part in zip(arguments, signature, strict=False))
        for signature, least, _ in function.checks
    )


def _takes_null(wanted: str) -> bool:
    return wanted == "any" or wanted.endswith("?")


def _may_be(argument: Node, wanted: str) -> bool:
    """Whether a value of the argument can be what a parameter wants. A list of one is taken for its item, and an item
    for a list of one (DMN 10.3.2.9.4)."""
    found, takes = kinds(argument), set(wanted.rstrip("?").split("|"))
    if found is None or "any" in takes or "list" in takes:
        return True
    return bool(found & takes) or "list" in found or (found == _NULL and _takes_null(wanted))


def kinds(node: Node) -> Kinds | None:
    """The kinds that the value of a tree can have (null among them, where an evaluation may fail); None: any."""
    known = _KNOWN.get(node.kind)
    if known is not None:
        return known
    made = _MADE.get(node.kind)
    return made(node) if made is not None else None


def _constant(node: Node) -> Kinds:
    return frozenset({kind_of(node.parts[0])})


def _either(node: Node) -> Kinds | None:
    one, other = kinds(node.parts[1]), kinds(node.parts[2])
    return None if one is None or other is None else one | other


def _called(node: Node) -> Kinds | None:
    callee = node.parts[0]
    return RESULTS.get(str(callee.parts[0])) if callee.kind == "name" else None


_KNOWN: Mapping[str, Kinds] = {
    "literal": _NULL,  # a date that is none
    "arithmetic": _COUNTED,
    "negative": _COUNTED,
    "range": frozenset({"range", "null"}),
    "list": frozenset({"list"}),
    "for": frozenset({"list", "null"}),
    "context": frozenset({"context", "null"}),
    "function": frozenset({"function"}),
    **dict.fromkeys(("and", "or", "compare", "between", "in", "instance", "some", "every"), _BOOLEAN),
}
_MADE: Mapping[str, Callable[[Node], Kinds | None]] = {
    "constant": _constant,
    "group": lambda node: kinds(node.parts[0]),
    "if": _either,
    "call": _called,
    "call_named": _called,
}
