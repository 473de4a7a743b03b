"""Regular expressions of XPath (XSD 1.1 part 2, appendix G; XPath functions 5.6) on RE2, which runs in linear time.

What RE2 cannot do in linear time, back references and look-around, is refused.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from threading import Lock
from typing import Any

import re2

from engine.feel.bounds import MAX_LIST, Run

MAX_PATTERN = 2_000
#: Classes without another class in one pattern; each is spelt out code point by code point.
MAX_SUBTRACTIONS = 4
_OPTIONS = re2.Options()
_OPTIONS.log_errors = False
_OPTIONS.max_mem = 4 << 20
_INITIAL = r"\p{L}_:"
_NAME = r"\p{L}\p{N}\p{M}_:.\-·"
#: Inside a class; outside the same in brackets.
_CLASSES = {
    "d": r"\p{Nd}",
    "s": r" \t\n\r",
    "w": r"\p{L}\p{M}\p{N}\p{S}",
    "i": _INITIAL,
    "c": _NAME,
}
_BLOCKS = {
    "BasicLatin": (0, 0x7F),
    "Latin-1Supplement": (0x80, 0xFF),
    "LatinExtended-A": (0x100, 0x17F),
    "LatinExtended-B": (0x180, 0x24F),
    "IPAExtensions": (0x250, 0x2AF),
    "SpacingModifierLetters": (0x2B0, 0x2FF),
    "CombiningDiacriticalMarks": (0x300, 0x36F),
    "Greek": (0x370, 0x3FF),
    "GreekandCoptic": (0x370, 0x3FF),
    "Cyrillic": (0x400, 0x4FF),
    "Armenian": (0x530, 0x58F),
    "Hebrew": (0x590, 0x5FF),
    "Arabic": (0x600, 0x6FF),
    "Thai": (0xE00, 0xE7F),
    "Lao": (0xE80, 0xEFF),
    "LatinExtendedAdditional": (0x1E00, 0x1EFF),
    "GreekExtended": (0x1F00, 0x1FFF),
    "GeneralPunctuation": (0x2000, 0x206F),
    "CurrencySymbols": (0x20A0, 0x20CF),
    "LetterlikeSymbols": (0x2100, 0x214F),
    "NumberForms": (0x2150, 0x218F),
    "Arrows": (0x2190, 0x21FF),
    "MathematicalOperators": (0x2200, 0x22FF),
    "BoxDrawing": (0x2500, 0x257F),
    "Hiragana": (0x3040, 0x309F),
    "Katakana": (0x30A0, 0x30FF),
    "CJKUnifiedIdeographs": (0x4E00, 0x9FFF),
    "HangulSyllables": (0xAC00, 0xD7A3),
}
_META = "\\|.?*+(){}[]^$-"


#: The characters that a class without another class is made of.
_POINTS = "".join(map(chr, (*range(0x20, 0x500), *range(0x1E00, 0x2200))))


class PatternError(Exception):
    """The pattern is none of XPath's, or one that cannot be matched in linear time."""


def _unspaced(pattern: str) -> str:
    """The pattern under the flag x: white space counts inside classes only."""
    out, depth, escaped = [], 0, False
    for char in pattern:
        if depth or char not in " \t\n\r":
            out.append(char)
        if not escaped:
            depth = max(0, depth + (char == "[") - (char == "]"))
        escaped = char == "\\" and not escaped
    return "".join(out)


class _Reader:
    """Translates a pattern piece by piece."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.subtractions = 0
        self.at = 0
        self.groups = 0

    def next(self) -> str:
        if self.at >= len(self.pattern):
            raise PatternError
        self.at += 1
        return self.pattern[self.at - 1]

    def translate(self) -> str:
        out: list[str] = []
        while self.at < len(self.pattern):
            char = self.next()
            if char == "\\":
                out.append(self.escape())
            elif char == "[":
                out.append(self.char_class())
            elif char == "(":
                out.append(self.group())
            elif char == "{":
                out.append(self.quantity())
            elif char in "]}":
                raise PatternError
            else:
                out.append(char)
        return "".join(out)

    def group(self) -> str:
        rest = self.pattern[self.at : self.at + 2]
        if rest.startswith("?") and rest != "?:":
            raise PatternError
        if rest == "?:":
            self.at += 2
            return "(?:"
        self.groups += 1
        return "("

    def quantity(self) -> str:
        end = self.pattern.find("}", self.at)
        inside = self.pattern[self.at : end] if end > 0 else ""
        low, _comma, high = inside.partition(",")
        if not low.isdigit() or (high and not high.isdigit()) or len(inside) > 12:
            raise PatternError
        self.at = end + 1
        return "{" + inside + "}"

    def escape(self, inside: bool = False) -> str:
        char = self.next()
        if char in "nrt":
            return "\\" + char
        if char in _META:
            return "\\" + char
        if char in _CLASSES:
            return _CLASSES[char] if inside else f"[{_CLASSES[char]}]"
        if char.lower() in _CLASSES:
            if inside:
                return self.negated(char.lower())
            return f"[^{_CLASSES[char.lower()]}]"
        if char in "pP":
            return self.category(char, inside)
        raise PatternError

    @staticmethod
    def negated(letter: str) -> str:
        simple = {"d": r"\P{Nd}", "w": r"\p{P}\p{Z}\p{C}", "s": r"\x00-\x08\x0b\x0c\x0e-\x1f!-\x{10ffff}"}
        if letter not in simple:
            raise PatternError
        return simple[letter]

    def category(self, sign: str, inside: bool) -> str:
        if self.next() != "{":
            raise PatternError
        end = self.pattern.find("}", self.at)
        name = self.pattern[self.at : end] if end > 0 else ""
        self.at = end + 1
        if name.startswith("Is"):
            block = _BLOCKS.get(name[2:])
            if block is None or (sign == "P" and inside):
                raise PatternError
            span = f"\\x{{{block[0]:x}}}-\\x{{{block[1]:x}}}"
            if inside:
                return span
            return f"[{'^' if sign == 'P' else ''}{span}]"
        if not name.isalpha() or len(name) > 2:
            raise PatternError
        return f"\\{sign}{{{name}}}"

    def char_class(self) -> str:
        negative = self.pattern[self.at : self.at + 1] == "^"
        self.at += negative
        out: list[str] = []
        while True:
            char = self.next()
            if char == "]" and out:
                break
            if char == "-" and self.pattern[self.at : self.at + 1] == "[":
                self.at += 1
                taken = self.char_class()
                if self.next() != "]":
                    raise PatternError
                self.subtractions += 1
                if self.subtractions > MAX_SUBTRACTIONS:
                    raise PatternError
                return self.subtract(f"[{'^' if negative else ''}{''.join(out)}]", taken)
            if char == "\\":
                out.append(self.escape(True))
            elif char == "[":
                raise PatternError
            else:
                out.append("\\" + char if char in "^&~" else char)
        return f"[{'^' if negative else ''}{''.join(out)}]"

    @staticmethod
    def subtract(base: str, taken: str) -> str:
        """A class without another: RE2 has no such thing, so the code points are listed."""
        drop = set(_raw(taken).findall(_POINTS))
        kept = [c for c in _raw(base).findall(_POINTS) if c not in drop]
        if not kept:
            raise PatternError
        return "[" + "".join(f"\\x{{{ord(c):x}}}" for c in kept) + "]"


def searched(run: Run, pattern: str, flags: str, text: str) -> bool:
    """Whether the pattern is found in a text."""
    return compiled(run, pattern, flags).search(_encodable(text)) is not None


def _encodable(text: str) -> str:
    """Half a surrogate pair, which Python's strings may hold and UTF-8 may not, as the replacement character."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace").decode()
    return text


def _raw(pattern: str) -> Any:
    try:
        return re2.compile(pattern, _OPTIONS)
    except Exception as error:  # re2 raises several classes of its own, and Unicode errors
        raise PatternError from error


#: What has been compiled last; None stands for a pattern that is none.
_KEPT: OrderedDict[tuple[str, str], tuple[Any, int]] = OrderedDict()
_KEEPING = Lock()
_MOST_KEPT = 32
#: Instructions of all that is kept, 16 bytes each.
_MOST_INSTRUCTIONS = 400_000


def compiled(run: Run, pattern: str, flags: str) -> Any:
    """The RE2 expression of a pattern; raises PatternError. Compiling costs steps by the size of the program."""
    key = (pattern, flags)
    known = _KEPT.get(key)
    if known is not None:
        expression, size = known
    else:
        run.charge(500 + len(pattern) + 2_500 * pattern.count("-["))
        try:
            expression = _compile(pattern, flags)
            size = int(expression._regexp.ProgramSize())
            run.charge(size)
        except PatternError:
            expression, size = None, 0
            run.charge(40_000)
        with _KEEPING:
            _KEPT[key] = expression, size
            while len(_KEPT) > _MOST_KEPT or sum(kept[1] for kept in _KEPT.values()) > _MOST_INSTRUCTIONS:
                _KEPT.popitem(last=False)
    if expression is None:
        raise PatternError
    return expression


def _compile(pattern: str, flags: str) -> Any:
    if len(pattern) > MAX_PATTERN or not set(flags) <= set("smixq"):
        raise PatternError
    if "q" in flags:
        text = re2.escape(pattern)
    else:
        text = _Reader(_unspaced(pattern) if "x" in flags else pattern).translate()
    if "s" not in flags and "q" not in flags:
        text = _dots(text)
    prefix = "".join(flag for flag in "smi" if flag in flags)
    return _raw(f"(?{prefix}){text}" if prefix else text)


def _dots(text: str) -> str:
    """A point matches all but the ends of lines, and XPath's ends are \\n and \\r."""
    out, depth, at = [], 0, 0
    while at < len(text):
        char = text[at]
        if char == "\\":
            out.append(text[at : at + 2])
            at += 2
            continue
        depth += (char == "[") - (char == "]")
        out.append(r"[^\n\r]" if char == "." and depth <= 0 else char)
        at += 1
    return "".join(out)


def _found(run: Run, text: str, pattern: str, flags: str) -> Iterator[Any]:
    expression = compiled(run, pattern, flags)
    if expression.search("") is not None:
        raise PatternError
    run.charge_text(min(8 * len(text), 1_000_000))
    run.charge(20)
    text = _encodable(text)
    for count, match in enumerate(expression.finditer(text)):
        run.charge(4)
        if count >= MAX_LIST:
            run.charge_list(count)
        yield match


def replaced(run: Run, text: str, pattern: str, replacement: str, flags: str) -> str:
    """The text with every match replaced; `$n` is a group, `\\$` and `\\\\` are themselves."""
    groups = compiled(run, pattern, flags).groups
    parts = [replacement] if "q" in flags else _template(replacement, groups)
    out: list[str] = []
    end = size = 0
    for match in _found(run, text, pattern, flags):
        piece = text[end : match.start()] + "".join(
            part if isinstance(part, str) else (match.group(part) or "") for part in parts
        )
        size += len(piece)
        run.charge_text(size if size > 900_000 else len(piece))
        out.append(piece)
        end = match.end()
    out.append(text[end:])
    return "".join(out)


def _template(replacement: str, groups: int) -> list[Any]:
    parts: list[Any] = []
    at = 0
    while at < len(replacement):
        char = replacement[at]
        following = replacement[at + 1 : at + 2]
        if char == "\\":
            if following not in ("\\", "$") or not following:
                raise PatternError
            parts.append(following)
            at += 2
        elif char == "$":
            if not (following.isascii() and following.isdigit()):
                raise PatternError
            at += 2
            number = int(following)
            while (
                at < len(replacement)
                and replacement[at] in "0123456789"
                and number * 10 + int(replacement[at]) <= groups
            ):
                number = number * 10 + int(replacement[at])
                at += 1
            parts.append(number if number <= groups else "")
        else:
            parts.append(char)
            at += 1
    return parts


def splits(run: Run, text: str, pattern: str) -> list[str]:
    """The pieces between the matches."""
    out: list[str] = []
    end = 0
    for match in _found(run, text, pattern, ""):
        out.append(text[end : match.start()])
        end = match.end()
    out.append(text[end:])
    run.charge_list(len(out))
    return out
