"""One entry for each type of component of form-js: what it is, how its value is read and which rules it obeys.

A type, a rule or a setting that stands in no entry is not supported: `check` says so before a form is deployed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from procedures.forms import choosing, dating, numbering, writing
from procedures.forms.conditions import Scope
from procedures.forms.values import Field


@dataclass(frozen=True, slots=True)
class Kind:
    """A type of component.

    role: input holds a value, box holds other components, display holds neither.
    parse: the typed value of what was posted; raises `Wrong`.
    broken: a sentence for each rule that a typed value breaks.
    rules: keys of `validate` that are obeyed. settings: its own properties that are obeyed. shown: properties that
    only change how form-js draws it, and that the pages draw in their own way.
    many: a list of values. verb: what one does to fill it."""

    role: Literal["input", "box", "display"]
    parse: Callable[[Field, Any], Any] | None = None
    broken: Callable[[Field, Any, Scope], Iterator[str]] | None = None
    rules: frozenset[str] = frozenset()
    settings: frozenset[str] = frozenset()
    shown: frozenset[str] = frozenset()
    many: bool = False
    verb: str = "Điền"


_TEXT = Kind(
    "input",
    writing.parse,
    writing.broken,
    frozenset({"required", "minLength", "maxLength", "pattern", "validationType"}),
    shown=frozenset({"appearance"}),
)
_ONE_OF = Kind(
    "input",
    choosing.parse_one,
    choosing.broken_one,
    frozenset({"required"}),
    frozenset({"values"}),
    frozenset({"searchable"}),
    verb="Chọn",
)
_SOME_OF = Kind(
    "input",
    choosing.parse_some,
    choosing.broken_some,
    frozenset({"required"}),
    frozenset({"values"}),
    many=True,
    verb="Chọn",
)
_BOX = Kind("box", settings=frozenset({"components"}), shown=frozenset({"showOutline", "verticalAlignment"}))
_DISPLAY = Kind("display", shown=frozenset({"text", "content", "height", "action"}))

KINDS: Mapping[str, Kind] = {
    "textfield": _TEXT,
    "textarea": _TEXT,
    "number": Kind(
        "input",
        numbering.parse,
        numbering.broken,
        frozenset({"required", "min", "max"}),
        frozenset({"decimalDigits", "increment"}),
        frozenset({"appearance"}),
    ),
    "datetime": Kind(
        "input",
        dating.parse,
        dating.broken,
        frozenset({"required"}),
        frozenset({"subtype", "disallowPassedDates"}),
        frozenset({"dateLabel", "timeLabel", "use24h", "timeInterval"}),
    ),
    "checkbox": Kind("input", choosing.parse_tick, None, frozenset({"required"}), verb="Đánh dấu"),
    "select": _ONE_OF,
    "radio": _ONE_OF,
    "checklist": _SOME_OF,
    "taglist": _SOME_OF,
    "group": _BOX,
    "default": _BOX,
    "text": _DISPLAY,
    "html": _DISPLAY,
    "spacer": _DISPLAY,
    "separator": _DISPLAY,
    "button": _DISPLAY,
}

#: Properties that every component may have.
COMMON = frozenset(
    {
        "type",
        "id",
        "key",
        "label",
        "description",
        "layout",
        "conditional",
        "validate",
        "properties",
        "defaultValue",
        "readonly",
        "disabled",
    }
)

#: Custom properties of this house: name → what it says.
PROPERTIES: Mapping[str, str] = {
    "mc": "official, agency or unit: the choices are people, agencies, or the units of this agency; ethnic or "
    "nationality: those of the national lists",
    "role": "of whom, for mc = official",
    "level": "of which level, for mc = agency",
    "mc:past": "true: a date that is not after today",
    "mc:patternMessage": "what is said where the pattern does not fit",
    "mc:rule": "FEEL over the form's values; the value is refused where it is false",
    "mc:ruleMessage": "what is said where the rule is false",
    "mc:name": "true: the name of a person, proposed with capital first letters where it is typed without",
    "mc:same": "which fact of who hands in (nguoi_nop.…), or of whose matter it is (chu_ho_so.…), the field repeats",
    "mc:sameWhen": "FEEL over the form's values; the field repeats the fact where it is true",
}
