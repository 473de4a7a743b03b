"""`${…}` of Camunda 7, Operaton, Flowable and Activiti read as FEEL, where the meaning is certain.

The subset: names, members, comparison, logic, literals, ``empty``. Everything else (calls, arithmetic, conditional
operators, assignments) is refused: those languages coerce their operands and call Java, FEEL does neither.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)
    | (?P<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
    | (?P<op>&&|\|\||==|!=|<=|>=|[<>!().\[\]\-])
    | (?P<name>[^\W\d]\w*)
    )""",
    re.VERBOSE,
)
_WORDS = {"eq": "=", "ne": "!=", "lt": "<", "gt": ">", "le": "<=", "ge": ">=", "==": "=", "!=": "!=", "<": "<",
          ">": ">", "<=": "<=", ">=": ">="}  # fmt: skip
#: Java objects that those engines put beside the variables, and words that mean something else in FEEL.
_FORBIDDEN = frozenset(
    ("execution", "task", "caseExecution", "authenticatedUserId", "variables", "vars", "variableContainer",
     "empty", "instanceof", "div", "mod")
)  # fmt: skip
_FEEL_WORDS = frozenset(
    ("if", "then", "else", "for", "in", "return", "some", "every", "satisfies", "between", "and", "or", "not",
     "function", "instance", "of", "null", "true", "false")
)  # fmt: skip
#: The multi-instance counters under their names in the standard (13.3.7).
_COUNTERS = {
    "nrOfInstances": "numberOfInstances",
    "nrOfActiveInstances": "numberOfActiveInstances",
    "nrOfCompletedInstances": "numberOfCompletedInstances",
    "loopCounter": "(loopCounter - 1)",  # counts from 0 there, from 1 here
}
_MOST_NESTED = 50
_PART = re.compile(r"(?<!\\)[$#]\{")
_ESCAPED = re.compile(r"\\([$#]\{)")


class Untranslatable(Exception):
    """The part of the text that has no certain meaning in FEEL."""


def is_foreign(text: str) -> bool:
    return _PART.search(text) is not None


def translate(text: str) -> str:
    """FEEL for a text with `${…}` in it; text around the expressions is joined to their values.

    Raises `Untranslatable`.
    """
    parts: list[str] = []
    at = 0
    for start, inside, end in _parts(text):
        if text[at:start]:
            parts.append(_literal(text[at:start]))
        parts.append(_expression(inside))
        at = end
    if text[at:]:
        parts.append(_literal(text[at:]))
    if len(parts) == 1:
        return parts[0]
    return " + ".join(p if p.startswith('"') else f"string({p})" for p in parts)


def name(text: str) -> str:
    """FEEL for a variable that another dialect names without its signs. Raises `Untranslatable`."""
    if not text.isidentifier():
        raise Untranslatable(text)
    return _expression(text)


def _parts(text: str) -> list[tuple[int, str, int]]:
    found = []
    at = 0
    while match := _PART.search(text, at):
        end = _closing(text, match.end())
        found.append((match.start(), text[match.end() : end], end + 1))
        at = end + 1
    return found


def _closing(text: str, at: int) -> int:
    quote = ""
    while at < len(text):
        letter = text[at]
        if quote:
            if letter == "\\":
                at += 1
            elif letter == quote:
                quote = ""
        elif letter in "'\"":
            quote = letter
        elif letter == "}":
            return at
        elif letter == "{":
            raise Untranslatable(text)
        at += 1
    raise Untranslatable(text)


def _literal(text: str) -> str:
    """Text around the expressions; a sign after a backslash is only a sign."""
    return _quote(_ESCAPED.sub(r"\1", text))


def _quote(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
    return f'"{escaped.replace(chr(9), chr(92) + "t")}"'


def _expression(text: str) -> str:
    reader = _Reader(text)
    feel = reader.either()
    if reader.token is not None:
        raise Untranslatable(text.strip())
    return feel


class _Reader:
    """Recursive descent over the subset; every method returns FEEL text."""

    def __init__(self, text: str) -> None:
        self.text = text.strip()
        self.tokens = self._split()
        self.at = 0
        self.depth = 0

    def _split(self) -> list[tuple[str, str]]:
        tokens, at = [], 0
        while at < len(self.text):
            match = _TOKEN.match(self.text, at)
            if match is None or match.end() == at:
                raise Untranslatable(self.text)
            kind = match.lastgroup or ""
            tokens.append((kind, match.group(kind)))
            at = match.end()
        return tokens

    @property
    def token(self) -> tuple[str, str] | None:
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def take(self, *values: str) -> str | None:
        token = self.token
        if token is not None and token[0] != "string" and token[1] in values:
            self.at += 1
            return token[1]
        return None

    def deeper(self, read: Callable[[], str]) -> str:
        """What stands inside something else, up to a bound that no text may make Python go beyond."""
        self.depth += 1
        if self.depth > _MOST_NESTED:
            raise Untranslatable(self.text)
        found = read()
        self.depth -= 1
        return found

    def either(self) -> str:
        parts = [self.both()]
        while self.take("||", "or"):
            parts.append(self.both())
        return parts[0] if len(parts) == 1 else "(" + " or ".join(parts) + ")"

    def both(self) -> str:
        parts = [self.compared()]
        while self.take("&&", "and"):
            parts.append(self.compared())
        return parts[0] if len(parts) == 1 else "(" + " and ".join(parts) + ")"

    def compared(self) -> str:
        left = self.unary()
        operator = self.take(*_WORDS)
        if operator is None:
            return left
        right = self.unary()
        if self.take(*_WORDS):
            raise Untranslatable(self.text)
        return f"({left} {_WORDS[operator]} {right})"

    def unary(self) -> str:
        if self.take("!", "not"):
            return f"not({self.deeper(self.unary)})"
        if self.take("empty"):
            token = self.token
            if token is None or token[0] != "name":
                raise Untranslatable(self.text)
            value = self.primary()
            return f'({value} = null or string({value}) = "" or string({value}) = "[]" or string({value}) = "{{}}")'
        if self.take("-"):
            token = self.token
            if token is None or token[0] != "number":
                raise Untranslatable(self.text)
            return "-" + self.primary()
        return self.primary()

    def primary(self) -> str:
        if self.take("("):
            inside = self.deeper(self.either)
            if not self.take(")"):
                raise Untranslatable(self.text)
            return inside if inside.startswith("(") and inside.endswith(")") else f"({inside})"
        token = self.token
        if token is None:
            raise Untranslatable(self.text)
        self.at += 1
        kind, value = token
        if kind == "number":
            return format(Decimal(value), "f")
        if kind == "string":
            return _quote(self.unescaped(value))
        if kind == "name":
            return value if value in ("true", "false", "null") else self.path(value)
        raise Untranslatable(self.text)

    def unescaped(self, literal: str) -> str:
        """What stands between the quotes; a backslash may only stand before a quote or another one."""
        if re.search(r"\\[^\\\"']", re.sub(r"\\\\", "", literal)):
            raise Untranslatable(self.text)
        return re.sub(r"\\(.)", r"\1", literal[1:-1])

    def path(self, name: str) -> str:
        if name in _FORBIDDEN or name in _FEEL_WORDS:
            raise Untranslatable(name)
        feel = _COUNTERS.get(name, name)
        inside = 0
        while True:
            if self.take("."):
                member = self.token
                if member is None or member[0] != "name" or member[1] in _FEEL_WORDS:
                    raise Untranslatable(self.text)
                self.at += 1
                feel += "." + member[1]
            elif self.take("["):
                member = self.token
                if member is None or member[0] != "string":
                    raise Untranslatable(self.text)
                key = self.unescaped(member[1])
                self.at += 1
                if not self.take("]"):
                    raise Untranslatable(self.text)
                plain = key.isidentifier() and key not in _FEEL_WORDS
                inside += not plain
                if inside > _MOST_NESTED:
                    raise Untranslatable(self.text)
                feel = f"{feel}.{key}" if plain else f"get value({feel}, {_quote(key)})"
            elif self.token is not None and self.token[1] in ("(", ":"):
                raise Untranslatable(self.text)
            else:
                return feel
