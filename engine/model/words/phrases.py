"""FEEL, durations and dates in plain words, Vietnamese or English, for whoever reads a model and not its code.

What has no plain words stays as it is written: a phrase never says something else than its expression.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from engine import durations, feel
from engine.feel import FeelLimitError, FeelSyntaxError
from engine.feel.tree import Node as Tree
from engine.feel.tree import parse
from engine.model import extensions as host
from engine.refusal import Lang

_UNITS = (
    ("years", "Y", "năm", "year"), ("months", "M", "tháng", "month"), ("weeks", "W", "tuần", "week"),
    ("days", "D", "ngày", "day"), ("hours", "h", "giờ", "hour"), ("minutes", "m", "phút", "minute"),
    ("seconds", "s", "giây", "second"),
)  # fmt: skip
_DAYS = {
    "Monday": "thứ Hai", "Tuesday": "thứ Ba", "Wednesday": "thứ Tư", "Thursday": "thứ Năm", "Friday": "thứ Sáu",
    "Saturday": "thứ Bảy", "Sunday": "Chủ nhật",
}  # fmt: skip
_COMPARED = {
    "=": ("là", "is"), "!=": ("không phải là", "is not"), "<": ("nhỏ hơn", "is less than"),
    ">": ("lớn hơn", "is more than"), "<=": ("không quá", "is at most"), ">=": ("không dưới", "is at least"),
}  # fmt: skip
#: Functions that say something of one argument.
_FUNCTIONS = {
    "count": ("số phần tử của {0}", "the number of {0}"),
    "date": ("ngày {0}", "the date {0}"),
    "day of week": ("thứ của {0}", "the weekday of {0}"),
    "string": ("{0}", "{0}"),
    "number": ("{0}", "{0}"),
    "upper case": ("{0} viết hoa", "{0} in capitals"),
    "lower case": ("{0} viết thường", "{0} in small letters"),
}


class _Unsaid(Exception):
    """There are no plain words for it."""


def duration(text: str, lang: Lang = "vi") -> str:
    """``P3D`` as *3 ngày*; anything else as it stands."""
    found = durations.parse(text)
    if found is None or found.negative:
        return text
    said = []
    for name, _, vi, en in _UNITS:
        part: Decimal | None = getattr(found, name)
        if part is not None:
            number = format(part, "f") if lang == "en" else format(part, "f").replace(".", ",")
            plural = "" if number == "1" else "s"
            said.append(f"{number} {vi}" if lang == "vi" else f"{number} {en}{plural}")
    return " ".join(said)


def condition(text: str, lang: Lang = "vi", choices: Mapping[str, str] | None = None) -> str:
    """A condition in words. choices: the labels of the outcomes that may have been chosen before, by their id."""
    try:
        return _Words(lang, choices or {}).truth(parse(text))
    except (_Unsaid, FeelSyntaxError, FeelLimitError):
        return text


def value(text: str, lang: Lang = "vi") -> str:
    """An expression's value in words."""
    try:
        return _Words(lang, {}).value(parse(text))
    except (_Unsaid, FeelSyntaxError, FeelLimitError):
        return text


def listed(parts: list[str], lang: Lang = "vi", word: tuple[str, str] = ("hoặc", "or")) -> str:
    """``a, b hoặc c``."""
    last = word[0] if lang == "vi" else word[1]
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} {last} {parts[-1]}"


class _Words:
    def __init__(self, lang: Lang, choices: Mapping[str, str]) -> None:
        self.lang, self.choices = lang, choices

    def say(self, vi: str, en: str) -> str:
        return vi if self.lang == "vi" else en

    # -- what is true or false ---------------------------------------------------------------------------------

    def truth(self, node: Tree, inside: bool = False) -> str:
        if node.kind == "group":
            return self.truth(node.parts[0], inside)
        if node.kind in ("and", "or"):
            return self.joined(node, inside)
        if node.kind == "compare":
            return self.compared(node)
        if node.kind == "in":
            return self.among(node.parts[0], node.parts[1])
        if node.kind == "call" and node.parts[0].kind == "name":
            said = self.said_of(node.parts[0].parts[0], node.parts[1])
            if said is not None:
                return said
        if node.kind in ("name", "path"):
            thing = self.value(node)
            return self.say(f"{thing} đúng", f"{thing} is true")
        if node.kind == "constant" and isinstance(node.parts[0], bool):
            return self.say("luôn luôn", "always") if node.parts[0] else self.say("không bao giờ", "never")
        raise _Unsaid

    def said_of(self, function: str, arguments: list[Tree]) -> str | None:
        if function == "not" and len(arguments) == 1:
            if arguments[0].kind in ("name", "path"):
                thing = self.value(arguments[0])
                return self.say(f"{thing} không đúng", f"{thing} is not true")
            denied = self.truth(arguments[0])
            return self.say(f"không phải ({denied})", f"it is not so that {denied}")
        if function == "list contains" and len(arguments) == 2 and arguments[0].kind == "list":
            return self.among(arguments[1], arguments[0].parts[0])
        if function in ("contains", "list contains") and len(arguments) == 2:
            whole, part = map(self.value, arguments)
            return self.say(f"{whole} có {part}", f"{whole} contains {part}")
        return None

    def joined(self, node: Tree, inside: bool) -> str:
        parts: list[Tree] = node.parts[0]
        chosen = [self.chosen(part) for part in parts]
        if node.kind == "or" and all(chosen):
            return self.say("chọn ", "chosen: ") + listed([str(each) for each in chosen], self.lang)
        word = self.say(" và ", " and ") if node.kind == "and" else self.say(" hoặc ", " or ")
        text = word.join(self.truth(part, True) for part in parts)
        return f"({text})" if inside else text

    def chosen(self, node: Tree) -> str | None:
        """The label of the outcome that a comparison asks for."""
        if node.kind == "group":
            return self.chosen(node.parts[0])
        if node.kind != "compare" or node.parts[0] != "=":
            return None
        left, right = node.parts[1], node.parts[2]
        if left.kind != "name" or left.parts[0] not in host.outcome_variables() or right.kind != "constant":
            return None
        id = right.parts[0]
        return f"«{self.choices.get(id, id)}»" if isinstance(id, str) else None

    def compared(self, node: Tree) -> str:
        operator, left, right = node.parts
        chosen = self.chosen(node)
        if chosen is not None:
            return self.say("chọn ", "chosen: ") + chosen
        if right.kind == "constant" and right.parts[0] is None and operator in ("=", "!="):
            thing = self.value(left)
            if operator == "=":
                return self.say(f"chưa có {thing}", f"there is no {thing}")
            return self.say(f"đã có {thing}", f"there is {thing}")
        word = _COMPARED[operator][0 if self.lang == "vi" else 1]
        return f"{self.subject(left)} {word} {self.value(right)}"

    def subject(self, node: Tree) -> str:
        """What a comparison is about; the weekday of a day is that day."""
        if node.kind == "call" and node.parts[0].parts == ("day of week",) and len(node.parts[1]) == 1:
            return self.value(node.parts[1][0])
        return self.value(node)

    def among(self, thing: Tree, tests: list[Tree]) -> str:
        if any(test.kind not in ("constant", "name", "path") for test in tests):
            raise _Unsaid
        values = listed([self.value(test) for test in tests], self.lang)
        return f"{self.subject(thing)} {self.say('là', 'is')} {values}"

    # -- values ------------------------------------------------------------------------------------------------

    def value(self, node: Tree) -> str:
        kind = node.kind
        if kind == "group":
            return self.value(node.parts[0])
        if kind == "name":
            return str(node.parts[0])
        if kind == "path":
            return ".".join([self.value(node.parts[0]), *(name for name, _ in node.parts[1])])
        if kind == "constant":
            return self.constant(node.parts[0])
        if kind == "list":
            if not node.parts[0]:
                return self.say("không có gì", "nothing")
            return listed([self.value(each) for each in node.parts[0]], self.lang, ("và", "and"))
        if kind == "if":
            return self.choice(*node.parts)
        if kind == "arithmetic":
            return self.arithmetic(node)
        if kind == "call" and node.parts[0].kind == "name":
            return self.call(node.parts[0].parts[0], node.parts[1])
        raise _Unsaid

    def constant(self, found: Any) -> str:
        if found is None:
            return self.say("trống", "nothing")
        if isinstance(found, bool):
            return self.say("đúng", "true") if found else self.say("sai", "false")
        if isinstance(found, str):
            if not found:
                return self.say("trống", "empty")
            day = _DAYS.get(found)
            return f"«{found}»" if day is None else self.say(day, found)
        if isinstance(found, Decimal):
            return format(found, "f")
        if isinstance(found, timedelta):
            return duration(str(feel.to_json(found)), self.lang)
        if type(found) is date:
            return f"{found:%d/%m/%Y}" if self.lang == "vi" else found.isoformat()
        return str(found)

    def choice(self, test: Tree, yes: Tree, no: Tree) -> str:
        if test.kind == "group":
            test = test.parts[0]
        empty = test.kind == "compare" and test.parts[0] == "=" and test.parts[2].kind == "constant" and (
            test.parts[2].parts[0] is None)  # fmt: skip
        other = self.value(no)
        if empty and self.value(test.parts[1]) == other:
            if yes.kind == "list" and not yes.parts[0]:  # nothing instead of nothing
                return other
            first = self.value(yes)
            return self.say(f"{other}, chưa có thì {first}", f"{other}, or {first} where there is none")
        first, when = self.value(yes), self.truth(test)
        return self.say(f"nếu {when} thì {first}, còn không thì {other}", f"{first} if {when}, else {other}")

    def arithmetic(self, node: Tree) -> str:
        first, rest = node.parts
        parts = [first, *(each for _, each, _ in rest)]
        adds = all(operator == "+" for operator, _, _ in rest)
        if adds and any(part.kind == "constant" and isinstance(part.parts[0], str) for part in parts):
            return "«" + "".join(self.piece(part) for part in parts) + "»"
        if adds and len(parts) == 2 and first.kind == "call" and first.parts[0].parts == ("now",):
            later = self.value(parts[1])
            return self.say(f"{later} kể từ lúc đó", f"{later} from then")
        return self.value(first) + "".join(f" {operator} {self.value(each)}" for operator, each, _ in rest)

    def piece(self, node: Tree) -> str:
        """A part of a text that is put together: letters as they are, data in pointed brackets."""
        if node.kind == "group":
            return self.piece(node.parts[0])
        if node.kind == "constant" and isinstance(node.parts[0], str):
            return node.parts[0]
        if node.kind == "call" and node.parts[0].parts == ("string",) and len(node.parts[1]) == 1:
            return self.piece(node.parts[1][0])
        if node.kind == "if" and node.parts[1].kind == "constant" and node.parts[1].parts[0] == "":
            rest = node.parts[2]  # nothing, or what there is
            joined = rest.kind == "arithmetic"
            text = "".join(map(self.piece, [rest.parts[0], *(each for _, each, _ in rest.parts[1])])) if joined else (
                self.piece(rest))  # fmt: skip
            return text + self.say(" (nếu có)", " (if any)")
        return f"⟨{self.value(node)}⟩"

    def call(self, function: str, arguments: list[Tree]) -> str:
        if function == "now" and not arguments:
            return self.say("lúc đó", "that moment")
        if function == "today" and not arguments:
            return self.say("hôm đó", "that day")
        if function == "duration" and len(arguments) == 1:
            inner = arguments[0]
            if inner.kind == "constant" and isinstance(inner.parts[0], str):
                return duration(inner.parts[0], self.lang)
            text = self.value(inner)
            match = re.fullmatch(r"«P(T?)⟨(.+)⟩([DHMSYW])»", text)
            for _, letter, vi, en in _UNITS:
                if match and letter == (match[3].lower() if match[1] else match[3]):
                    return f"{match[2]} {self.say(vi, en + 's')}"
            return text
        if function == "time" and len(arguments) == 1 and arguments[0].kind == "constant":
            return str(arguments[0].parts[0])[:5]
        if function == "date and time" and len(arguments) == 2:
            day, hour = map(self.value, arguments)
            return self.say(f"{hour} {day}", f"{hour} on {day}")
        said = _FUNCTIONS.get(function)
        if said is None or len(arguments) != 1:
            raise _Unsaid
        return said[0 if self.lang == "vi" else 1].format(self.value(arguments[0]))
