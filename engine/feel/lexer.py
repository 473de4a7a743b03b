"""Text to tokens: where FEEL's ambiguity is settled (DMN 10.3.1.2 rules 25 to 30, 10.3.1.6).

Two names never stand side by side in FEEL, so words that do are one name: ``so ngay nghi`` needs no knowledge of the
data. Knowledge is needed only for names with signs or keywords in them (``a-b``, ``date and time``): those of the
built-ins, of the text itself (keys of contexts, variables of `for`, parameters) and the `names` that are given.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from lark import Token
from lark.lexer import Lexer

from engine.feel.bounds import MAX_NESTING, MAX_TEXT
from engine.feel.errors import FeelLimitError, FeelSyntaxError

_LETTERS = (
    "?_A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u167f\u1681-\u180d\u180f-\u1fff\u200c\u200d"
    "\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufefe\uff00-\ufffd\U00010000-\U000effff"
)
_MASTER = re.compile(
    r"(?P<gap>(?:[\s\u1680\u180e\u200b\ufeff]+|//[^\n]*|/\*(?:[^*]|\*(?!/))*\*/)+)"
    r"|(?P<unclosed>/\*(?:[^*]|\*(?!/))*\Z)"
    r'|(?P<string>"(?:[^"\\]|\\.)*")'
    r"|(?P<number>(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
    rf"|(?P<word>[{_LETTERS}][{_LETTERS}0-9\u00b7\u0300-\u036f\u203f\u2040]*)"
    r"|(?P<sign>\.\.|\*\*|<=|>=|!=|->|[<>=+\-*/().,\[\]{}:@'’])",
    re.DOTALL,
)
#: Words that end a name of several words.
STOPS = frozenset({"and", "or", "in", "between", "then", "else", "return", "satisfies"})
_WORDS = {
    "if": "IF",
    "then": "THEN",
    "else": "ELSE",
    "for": "FOR",
    "return": "RETURN",
    "some": "SOME",
    "every": "EVERY",
    "satisfies": "SATISFIES",
    "and": "AND",
    "or": "OR",
    "between": "BETWEEN",
    "in": "IN",
    "true": "TRUE",
    "false": "FALSE",
    "null": "NULL",
}
_SIGNS = {
    "<": "COMPARE",
    "<=": "COMPARE",
    ">": "COMPARE",
    ">=": "COMPARE",
    "=": "COMPARE",
    "!=": "COMPARE",
    "+": "PLUS",
    "-": "MINUS",
    "*": "STAR",
    "/": "SLASH",
    "**": "POWER",
    "->": "ARROW",
    "(": "LPAR",
    ")": "RPAR",
    "[": "LSQB",
    "]": "RSQB",
    "{": "LBRACE",
    "}": "RBRACE",
    ",": "COMMA",
    ":": "COLON",
    ".": "DOT",
    "..": "DOTS",
    "@": "AT",
}
_OPERAND_END = frozenset({"NUMBER", "STRING", "NAME", "TRUE", "FALSE", "NULL", "RPAR", "RSQB", "RBRACE", "OPENER"})
_TYPES = {"list": "TLIST", "range": "TRANGE", "context": "TCONTEXT", "function": "TFUNCTION"}
_TYPE_BEFORE = frozenset({"INSTANCE", "ARROW", "TLIST", "TRANGE", "TCONTEXT", "TFUNCTION"})
_IN_NAMES = frozenset("+-*/'’.")
#: Built-in names with keywords in them.
_BUILT_IN = ("date and time", "days and time duration", "years and months duration")


class Raw(NamedTuple):
    """A piece of text: `kind` is string, number, word, sign or end; `gap` says whether white space stands before."""

    kind: str
    text: str
    start: int
    line: int
    column: int
    gap: bool


def scan(text: str) -> list[Raw]:
    """All pieces of a text; raises FeelSyntaxError for a character that FEEL does not have."""
    if len(text) > MAX_TEXT:
        raise FeelLimitError("text_size", (MAX_TEXT,))
    pieces: list[Raw] = []
    position, line, line_start, gap = 0, 1, 0, False
    # Matching from place to place, and not searching: a search would go on after what cannot be read.
    while match := _MASTER.match(text, position):
        start = position
        if match.lastgroup == "unclosed":
            raise FeelSyntaxError(text, line, start - line_start + 1, code="comment_open")
        kind, piece = match.lastgroup or "", match.group()
        position = match.end()
        if kind != "gap":
            pieces.append(Raw(kind, piece, start, line, start - line_start + 1, gap))
        gap = kind == "gap"
        if kind in ("gap", "string") and "\n" in piece:
            line += piece.count("\n")
            line_start = start + piece.rindex("\n") + 1
    if position != len(text):
        code, details = ("string_open", ()) if text[position] == '"' else ("character", (text[position],))
        raise FeelSyntaxError(text, line, position - line_start + 1, code=code, details=details)
    pieces.append(Raw("end", "", position, line, position - line_start + 1, gap))
    return pieces


#: Pieces of a name with signs or keywords in it.
MAX_PIECES = 24
Spelling = tuple[str, ...]
_NONE: frozenset[str] = frozenset()


@lru_cache(maxsize=4096)
def special(name: str) -> Spelling | None:
    """The pieces of a name that only knowledge of it can find in a text; None for the others."""
    if not isinstance(name, str) or len(name) > 1000 or (name.isidentifier() and name not in _WORDS):
        return None
    try:
        pieces = scan(name)[:-1]
    except (FeelSyntaxError, FeelLimitError):
        return None
    if not 0 < len(pieces) <= MAX_PIECES or pieces[0].kind != "word" or any(p.kind == "string" for p in pieces):
        return None
    plain = all((p.kind == "word" and p.text not in STOPS) or (i and p.text.isdigit()) for i, p in enumerate(pieces))
    if plain or (len(pieces) == 1 and name in _WORDS):
        return None
    if any(p.kind == "sign" and p.text not in _IN_NAMES and p.text not in ("**", "..") for p in pieces):
        return None
    return tuple(p.text for p in pieces)


def special_names(names: Collection[str]) -> frozenset[str]:
    """Those of `names` that a text can only be read with."""
    try:
        if "".join(names).isidentifier():
            return _NONE  # one look instead of one for each name
    except TypeError:
        names = [name for name in names if isinstance(name, str)]
    return frozenset(name for name in names if not name.isidentifier() and special(name) is not None)


class Pieces:
    """One tokenisation: the pieces, the names known so far, and the brackets that are open."""

    def __init__(self, text: str, names: Iterable[str], unary: bool) -> None:
        self.text = text
        self.raw = scan(text)
        self.unary = unary
        #: Spelling → name, and the lengths of spellings by their first piece, the longest first.
        self.known: dict[Spelling, str] = {}
        self.lengths: dict[str, list[int]] = {}
        for name in (*_BUILT_IN, *names):
            self.learn(name)

    def learn(self, name: str) -> None:
        """Take up a name, if it is one that must be known."""
        pieces = special(name)
        if pieces:
            self.known.setdefault(pieces, name)
            lengths = self.lengths.setdefault(pieces[0], [])
            if len(pieces) not in lengths:
                lengths.append(len(pieces))
                lengths.sort(reverse=True)

    def find(self, at: int) -> tuple[int, str] | None:
        """The longest known name that begins at a piece, whatever white space stands in it (DMN 10.3.1.6): where it
        ends, and the name. A word that goes on behind it belongs to another name."""
        for length in self.lengths.get(self.raw[at].text, ()):
            end = at + length
            name = self.known.get(tuple(p.text for p in self.raw[at:end]))
            if name is not None and self.join(end - 1)[0] == end:
                return end, name
        return None

    def join(self, at: int) -> tuple[int, str]:
        """The name of neighbouring words that begins at a piece."""
        raw = self.raw
        end = at + 1
        while raw[end].gap and (
            (raw[end].kind == "word" and raw[end].text not in STOPS and not self.is_instance(end))
            or (raw[end].text.isdigit() and raw[end].kind == "number")
        ):
            end += 1
        return end, " ".join(piece.text for piece in raw[at:end])

    def is_instance(self, at: int) -> bool:
        """Whether ``instance of`` stands there."""
        return self.raw[at].text == "instance" and self.raw[at + 1].text == "of"

    def declared(self, at: int, ends: frozenset[str]) -> tuple[int, str] | None:
        """A name that is declared there, signs and all: everything up to one of `ends`."""
        raw, end = self.raw, at
        while raw[end].kind in ("word", "number", "sign") and raw[end].text not in ends:
            if raw[end].kind == "sign" and raw[end].text not in _IN_NAMES and raw[end].text != "**":
                return None
            end += 1
            if end - at > MAX_PIECES:
                return None
        if end == at or raw[at].kind != "word" or raw[end].text not in ends:
            return None
        name = "".join((" " if p.gap and i else "") + p.text for i, p in enumerate(raw[at:end]))
        self.learn(name)
        return end, name

    def starts_operand(self, at: int) -> bool:
        """Whether an operand can begin at a piece."""
        piece = self.raw[at]
        if piece.kind == "word":
            return piece.text not in STOPS and not self.is_instance(at)
        return piece.kind in ("string", "number") or piece.text in ("(", "[", "{", "-", "@")


_KEY_END = frozenset({":"})
_PARAMETER_END = frozenset({":", ",", ")"})
_ITERATOR_END = frozenset({"in"})


def tokens(text: str, names: Iterable[str] = (), unary: bool = False) -> Iterator[Token]:
    """The tokens of a text. `names` are those of the data that have signs or keywords in them."""
    pieces = Pieces(text, names, unary)
    raw = pieces.raw
    brackets: list[list[Any]] = []
    types = 0
    before = ""
    at = 0
    while raw[at].kind != "end":
        piece = raw[at]
        kind, value, end = "", piece.text, at + 1
        top = brackets[-1] if brackets else None
        if piece.kind in ("string", "number"):
            kind = piece.kind.upper()
            if kind == "STRING" and raw[end].text == ":" and before in ("LBRACE", "COMMA"):
                pieces.learn(piece.text[1:-1])
        elif piece.kind == "word":
            kind, value, end = _word(pieces, at, before, top)
            types += kind in ("TFUNCTION", "TLIST", "TRANGE", "TCONTEXT")
        else:
            kind = _SIGNS.get(value, "")
            if not kind:
                raise FeelSyntaxError(text, piece.line, piece.column, code="character", details=(value,))
            if types and value == ">":
                kind, types = "TCLOSE", types - 1
            elif (
                value == "]"
                and before not in _OPERAND_END
                and not (before == "LSQB" and not pieces.starts_operand(at + 1))
            ):
                kind = "CLOSER"
                brackets.append(["[", False])
            elif value == "[" and top and top[1] and before in _OPERAND_END and not pieces.starts_operand(at + 1):
                kind = "OPENER"
                brackets.pop()
            elif value in "([{":
                brackets.append(["p" if before == "FUNCTION" else value, False])
                if len(brackets) > MAX_NESTING:
                    raise FeelLimitError("nesting", (MAX_NESTING,), piece.line, piece.column)
            elif value in ")]}":
                if not brackets:
                    raise FeelSyntaxError(text, piece.line, piece.column, code="bracket", details=(value,))
                brackets.pop()
            elif value == ".." and top:
                top[1] = True
        yield Token(kind, value, piece.start, piece.line, piece.column)
        before = kind
        at = end


def _word(pieces: Pieces, at: int, before: str, top: list[Any] | None) -> tuple[str, str, int]:
    """Kind, text and end of the token that begins with a word."""
    raw = pieces.raw
    word, following = raw[at].text, raw[at + 1].text
    declared = None
    if before in ("LBRACE", "COMMA") and top and top[0] == "{":
        declared = pieces.declared(at, _KEY_END)
    elif before in ("LPAR", "COMMA") and top and top[0] == "p":
        declared = pieces.declared(at, _PARAMETER_END)
    elif before in ("FOR", "SOME", "EVERY"):
        declared = pieces.declared(at, _ITERATOR_END)
    if declared:
        return "NAME", declared[1], declared[0]
    if before != "DOT":
        if word == "instance" and following == "of":
            return "INSTANCE", "instance of", at + 2
        if (
            following == "<"
            and word in _TYPES
            and (before in _TYPE_BEFORE or (before in ("COLON", "COMMA") and (top is None or top[0] != "{")))
        ):
            return _TYPES[word], word, at + 2
        if word == "function" and following == "(":
            return "FUNCTION", word, at + 1
        if word == "external" and following == "{" and before == "RPAR":
            return "EXTERNAL", word, at + 1
        if word == "not" and following == "(" and pieces.unary and at == 0 and _closes_last(raw):
            return "NOT", word, at + 1
    found = pieces.find(at)
    if found:
        end, name = pieces.join(at)
        return ("NAME", found[1], found[0]) if found[0] >= end else ("NAME", name, end)
    if before != "DOT" and word in _WORDS:
        return _WORDS[word], word, at + 1
    end, name = pieces.join(at)
    return "NAME", name, end


def _closes_last(raw: list[Raw]) -> bool:
    """Whether the bracket that opens at the second piece closes at the last one."""
    level = 0
    for index in range(1, len(raw) - 1):
        if raw[index].text == "(" and raw[index].kind == "sign":
            level += 1
        elif raw[index].text == ")" and raw[index].kind == "sign":
            level -= 1
            if level == 0:
                return index == len(raw) - 2
    return False


class TokenLexer(Lexer):
    """What lark asks for a lexer: it is given the tokens instead of text."""

    def __init__(self, lexer_conf: Any) -> None:
        """Nothing of lark's own configuration is needed."""

    def lex(self, data: Any) -> Iterator[Token]:  # type: ignore[override]
        """The tokens that were passed to `parse`."""
        yield from data
