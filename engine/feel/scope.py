"""Where a name comes from, decided when an expression is compiled.

Locals (variables of `for`, entries of contexts, parameters) have slots in the environment, a list whose first element
is the `Run`. Inside a filter the members of the item come before everything outside; as they are not known before,
they are looked up when the filter runs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from engine.feel.bounds import MAX_VALUE_DEPTH, Run, too_deep
from engine.feel.functions import Function
from engine.feel.numbers import PLUS, number
from engine.feel.ranges import Range
from engine.feel.temporal import WideDate, WideDateTime, WideDuration, WideTime, YearsMonths
from engine.feel.temporal_text import zone_at
from engine.feel.types import BUILT_IN, Type

Code = Callable[[list[Any]], Any]
MISSING: Any = object()
#: Values that need no look when they come in.
PLAIN = frozenset({bool, type(None), date, timedelta, YearsMonths, WideDate, WideTime, WideDateTime, WideDuration})
_SAFE_INT = 10**33


def enter(value: Any, run: Run, depth: int = 0) -> Any:
    """A value from Python as FEEL's: numbers to Decimal, other types to null, lists and dicts throughout."""
    kind = value.__class__
    if kind is str or kind in PLAIN:
        return value
    if kind is int:
        return Decimal(value) if -_SAFE_INT < value < _SAFE_INT else number(value)
    if kind is Decimal:
        return PLUS(value) if value.is_finite() and abs(value.adjusted()) < 6000 else number(value)
    if isinstance(value, list | dict):
        return _enter_structure(value, run, depth)
    if isinstance(value, int | float | Decimal):
        return number(value)
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, datetime | time):
        return _enter_zone(value)
    if isinstance(value, date | timedelta | Function | Range):
        return value
    return None


def _enter_zone(value: datetime | time) -> Any:
    """Dates with times keep IANA zones and fixed offsets; another tzinfo becomes its offset at that moment."""
    from datetime import timezone
    from zoneinfo import ZoneInfo

    zone = value.tzinfo
    if zone is None or isinstance(zone, timezone) or (isinstance(zone, ZoneInfo) and zone.key):
        return value
    try:
        offset = value.utcoffset()
    except Exception:  # a tzinfo is foreign code
        return None
    return value.replace(tzinfo=None if offset is None else zone_at(offset.days * 86_400 + offset.seconds))


def _enter_structure(value: Any, run: Run, depth: int) -> Any:
    known = run.converted.get(id(value))
    if known is not None:
        return known[1]
    if depth > MAX_VALUE_DEPTH:
        too_deep()
    run.charge_list(len(value) + 1)
    result: Any
    if isinstance(value, list):
        result = [enter(element, run, depth + 1) for element in value]
    elif all(isinstance(key, str) for key in value):
        result = {str(key): enter(element, run, depth + 1) for key, element in value.items()}
    else:
        result = None
    run.converted[id(value)] = (value, result)
    return result


class Scope:
    """The names that are known at a place of the text, innermost last, and the slots that are taken."""

    def __init__(self, types: Mapping[str, Type] | None = None) -> None:
        self.levels: list[dict[str, int] | int] = []
        self.slots = 1
        self.types = types or {}
        self.globals: set[str] = set()
        #: Those that no filter's item could have.
        self.outer: set[str] = set()

    def slot(self) -> int:
        """A slot that nothing else uses."""
        self.slots += 1
        return self.slots - 1

    @contextmanager
    def level(self, names: dict[str, int] | int) -> Iterator[None]:
        """Names that are known within a block; an int is the slot of a filter's item."""
        self.levels.append(names)
        yield
        self.levels.pop()

    def type(self, name: str) -> Type | None:
        """The type of that name: an item definition before a built-in type."""
        return self.types.get(name) or BUILT_IN.get(name)

    def find(self, name: str) -> tuple[list[int], int | None]:
        """Slots of the filters' items that come first, and the slot of the local; None where there is none."""
        items: list[int] = []
        for level in reversed(self.levels):
            if isinstance(level, int):
                items.append(level)
            elif name in level:
                return items, level[name]
        self.globals.add(name)
        if not items:
            self.outer.add(name)
        return items, None
