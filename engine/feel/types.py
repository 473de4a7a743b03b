"""Types (DMN 10.3.2.2, 10.3.2.9): what `instance of` asks and what parameters and item definitions want."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.feel.bounds import Run
from engine.feel.compare import kind_of
from engine.feel.functions import FeelFunction, Function
from engine.feel.ranges import Range

SIMPLE = (
    "number",
    "string",
    "boolean",
    "date",
    "time",
    "date and time",
    "days and time duration",
    "years and months duration",
)
#: Types that are made of others.
COMPOSED = frozenset({"list", "range", "context", "function"})
ALIASES = {
    "dateTime": "date and time",
    "dayTimeDuration": "days and time duration",
    "yearMonthDuration": "years and months duration",
    "any": "Any",
}


@dataclass(slots=True, eq=False)
class Type:
    """A type. `kind` is a simple type's name, ``Any``, ``Null``, ``list``, ``range``, ``context`` or ``function``.

    element: of a list or range; fields: of a context, None for any context; parameters and result: of a function;
    allowed: a test that the value must pass; typed: its test for the list as a whole.
    """

    kind: str
    name: str = ""
    element: Type | None = None
    fields: dict[str, Type] | None = None
    parameters: tuple[Type, ...] | None = None
    result: Type | None = None
    allowed: Callable[[Any, Run], bool] | None = field(default=None, repr=False)

    def __str__(self) -> str:
        return self.name or self.kind


ANY = Type("Any")
NULL = Type("Null")
BUILT_IN: Mapping[str, Type] = {
    **{name: Type(name) for name in SIMPLE},
    "Any": ANY,
    "Null": NULL,
    "list": Type("list", element=ANY),
    "context": Type("context"),
    "range": Type("range", element=ANY),
    "function": Type("function"),
    **{alias: Type(name) for alias, name in ALIASES.items() if name != "Any"},
    "any": ANY,
}


def instance_of(value: Any, wanted: Type, run: Run) -> bool:
    """``value instance of wanted``; null is an instance of Null alone. Allowed values are not looked at."""
    if value is None:
        return wanted.kind == "Null"
    return fits(value, wanted, run, True, False)


def fits(value: Any, wanted: Type, run: Run, root: bool = True, constrained: bool = True) -> bool:
    """Whether a value conforms to a type. Null inside a value conforms to every type."""
    run.charge(1)
    if value is None:
        return not root or wanted.kind in ("Any", "Null")
    kind = wanted.kind
    if kind == "Any":
        good = True
    elif kind == "list":
        good = type(value) is list and all(fits(v, wanted.element or ANY, run, False, constrained) for v in value)
    elif kind == "context":
        good = type(value) is dict and all(
            name in value and fits(value[name], each, run, False, constrained)
            for name, each in (wanted.fields or {}).items()
        )
    elif kind == "range":
        good = type(value) is Range and all(
            end is None or fits(end, wanted.element or ANY, run, True, constrained) for end in (value.low, value.high)
        )
    elif kind == "function":
        good = isinstance(value, Function) and _function_fits(value, wanted)
    else:
        good = kind_of(value) == kind
    return good and (not constrained or wanted.allowed is None or wanted.allowed(value, run))


def _function_fits(value: Function, wanted: Type) -> bool:
    if wanted.parameters is None:
        return True
    if not isinstance(value, FeelFunction):
        return value.accepts([parameter.kind for parameter in wanted.parameters])
    if len(value.types) != len(wanted.parameters):
        return False
    accepts = all(conforms(asked, own or ANY) for asked, own in zip(wanted.parameters, value.types, strict=True))
    return accepts and (value.result is None or conforms(value.result, wanted.result or ANY))


def conforms(one: Type, other: Type) -> bool:
    """Whether every value of one type is a value of the other (DMN 10.3.2.9.2)."""
    if other.kind == "Any" or one is other:
        return True
    if one.kind != other.kind:
        return False
    if one.kind in ("list", "range"):
        return conforms(one.element or ANY, other.element or ANY)
    if one.kind == "context":
        mine = one.fields or {}
        return all(name in mine and conforms(mine[name], each) for name, each in (other.fields or {}).items())
    if one.kind == "function" and other.parameters is not None:
        if one.parameters is None or len(one.parameters) != len(other.parameters):
            return False
        turned = all(conforms(b, a) for a, b in zip(one.parameters, other.parameters, strict=True))
        return turned and conforms(one.result or ANY, other.result or ANY)
    return True


def coerce(value: Any, wanted: Type, run: Run) -> tuple[Any, bool]:
    """The value as the type wants it and whether it fits: lists of one and single values turn into each other,
    a date becomes its midnight in UTC where a date and time is wanted (DMN 10.3.2.9.4)."""
    if value is None:
        return None, True
    if fits(value, wanted, run):
        return value, True
    if wanted.kind == "list" and type(value) is not list:
        if fits([value], wanted, run):
            return [value], True
    elif type(value) is list and len(value) == 1 and wanted.kind != "list" and fits(value[0], wanted, run):
        return value[0], True
    elif wanted.kind == "date and time" and kind_of(value) == "date":
        from engine.feel.civil import days_of
        from engine.feel.temporal import UTC, make_moment

        moment = make_moment(days_of(value.year, value.month, value.day), 0, UTC)
        return moment, moment is not None and fits(moment, wanted, run)
    return None, False
