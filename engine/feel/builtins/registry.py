"""How a built-in function is declared, and how its arguments are checked (DMN 10.3.4, 10.3.2.13)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from engine.feel.bounds import Run
from engine.feel.compare import kind_of
from engine.feel.functions import Function

BUILTINS: dict[str, Function] = {}
Implementation = Callable[..., Any]
Signature = tuple[tuple[str, str, bool], ...]


class Refused(Exception):
    """The arguments have no value under this function."""


def signature(text: str) -> Signature:
    """``string: string, start position: number, length?: number`` as names, types and whether they may be absent."""
    parts = []
    for part in filter(None, (p.strip() for p in text.split(","))):
        name, _, wanted = part.partition(":")
        optional = name.endswith("?")
        parts.append((name.rstrip("?").strip(), wanted.strip() or "any", optional))
    return tuple(parts)


def convert(value: Any, wanted: str) -> Any:
    """An argument as its parameter wants it; raises Refused. A type with ``?`` takes null; ``|`` parts alternatives."""
    if value is None:
        if wanted == "any" or wanted[-1] == "?":
            return None
        raise Refused
    if wanted == "any":
        return value
    kinds = wanted.rstrip("?").split("|")
    kind = kind_of(value)
    if kind in kinds or "any" in kinds:
        return value
    if "list" in kinds:
        return [value]
    if kind == "list" and len(value) == 1 and kind_of(value[0]) in kinds:
        return value[0]
    raise Refused


class Builtin(Function):
    """A built-in function with one or more signatures; `variadic` takes any number of values as one list."""

    def __init__(self, name: str, choices: Sequence[tuple[Signature, Implementation]], variadic: bool) -> None:
        self.name = name
        self.choices = choices
        self.variadic = variadic
        self.parameters = tuple(part[0] for part in choices[0][0])
        self.checks = tuple((sig, sum(not o for _, _, o in sig), implementation) for sig, implementation in choices)

    def taken(self) -> str:
        # Signatures of the same names differ in types only.
        more = ", …" if self.variadic else ""
        lists = [", ".join(name + "?" * optional for name, _, optional in sig) + more for sig, _ in self.choices]
        return " | ".join(f"({each})" for each in dict.fromkeys(lists))

    def accepts(self, kinds: Sequence[str]) -> bool:
        """Whether one of the signatures takes arguments of these kinds."""
        if self.variadic and kinds:
            return True
        return any(
            least <= len(kinds) <= len(sig)
            and all(
                part[1].rstrip("?") == "any" or kind in part[1].rstrip("?").split("|")
                for kind, part in zip(kinds, sig, strict=False)
            )
            for sig, least, _ in self.checks
        )

    def call(self, run: Run, arguments: Sequence[Any]) -> Any:
        count = len(arguments)
        run.charge(3)
        if self.variadic and count and (count != 1 or (type(arguments[0]) is not list and arguments[0] is not None)):
            arguments, count = [list(arguments)], 1
        for sig, least, implementation in self.checks:
            if least <= count <= len(sig):
                try:
                    values = [convert(v, part[1]) for v, part in zip(arguments, sig, strict=False)]
                    return implementation(run, *values)
                except Refused:
                    continue
        self.refuse(run)
        return None

    def call_named(self, run: Run, arguments: Mapping[str, Any]) -> Any:
        # Signatures may differ in the order of their names alone: `before(point, range)` and `before(range, point)`.
        written = list(arguments)
        for sig, _, implementation in sorted(self.checks, key=lambda each: [part[0] for part in each[0]] != written):
            if not arguments or not set(arguments) <= {part[0] for part in sig}:
                continue
            try:
                values = [
                    None if optional and name not in arguments else convert(arguments.get(name), wanted)
                    for name, wanted, optional in sig
                ]
                return implementation(run, *values)
            except Refused:
                continue
        self.refuse(run)
        return None


def builtin(name: str, *signatures: str, variadic: bool = False) -> Callable[[Implementation], Implementation]:
    """Register a function under a name; a further function under the same name is a further choice."""

    def register(implementation: Implementation) -> Implementation:
        known = BUILTINS.get(name)
        choices = [(signature(text), implementation) for text in signatures]
        if isinstance(known, Builtin):
            choices = [*known.choices, *choices]
            variadic_too = variadic or known.variadic
        else:
            variadic_too = variadic
        BUILTINS[name] = Builtin(name, choices, variadic_too)
        return implementation

    return register
