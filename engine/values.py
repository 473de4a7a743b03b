"""FEEL values as JSON: `pack` and `unpack` for our own state, without loss; `plain` for outsiders.

A packed value is plain JSON wherever JSON can say it. A dict whose only purpose is to carry a type has the key ``$``:
`{"$": "n", "v": "1.10"}` a decimal number, `t` a temporal value by kind and ISO text, `r` a range. A key of data
that begins with ``$`` gets one more ``$`` in front.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

from engine.feel import output
from engine.feel.numbers import number_text
from engine.feel.ranges import Range
from engine.feel.temporal import (
    WideDate,
    WideDateTime,
    WideDuration,
    WideTime,
    YearsMonths,
    temporal_text,
)
from engine.feel.temporal_text import parse_date, parse_days, parse_moment, parse_months, parse_time

#: Whole numbers up to here stay JSON numbers (53 bits, what every JSON reader keeps).
SAFE_INTEGER = (1 << 53) - 1
_AS_IT_IS = frozenset((bool, type(None)))
_PLAIN = frozenset((str, bool, int, type(None)))
_PARSERS = {"D": parse_date, "T": parse_time, "M": parse_moment, "d": parse_days, "m": parse_months}


def pack(value: Any) -> Any:
    """A FEEL value (or Python's numbers, dicts and lists) as JSON's types; what has no text is null."""
    kind = value.__class__
    if kind is str:
        return carried(value)
    if kind is bool or value is None:
        return value
    if kind is int:
        return value if -SAFE_INTEGER <= value <= SAFE_INTEGER else {"$": "n", "v": str(value)}
    if kind is Decimal:
        return _pack_number(value)
    if kind is dict:
        return {
            _escape(key): inner if inner.__class__ in _AS_IT_IS else pack(inner)
            for key, inner in value.items()
            if isinstance(key, str)
        }
    if kind is list:
        return [pack(inner) for inner in value]
    return _pack_rare(value)


def carried(text: str) -> str:
    """The text as UTF-8 can carry it: half a surrogate pair becomes a question mark."""
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace").decode()
    return text


@lru_cache(4096)
def _escape(key: str) -> str:
    if not key.isascii():
        key = carried(key)
    return "$" + key if key[:1] == "$" else key


def _pack_number(value: Decimal) -> Any:
    if not value.is_finite():
        return None
    exponent = value.as_tuple().exponent
    if exponent == 0 and abs(value) <= SAFE_INTEGER and not (value.is_signed() and not value):
        return int(value)
    return {"$": "n", "v": str(value)}


def _pack_rare(value: Any) -> Any:
    if isinstance(value, Range):
        low, high = pack(value.low), pack(value.high)
        return {"$": "r", "v": [low, high, value.low_closed, value.high_closed, value.operator]}
    if isinstance(value, dict):
        return pack(dict(value))
    if isinstance(value, list | tuple):
        return pack(list(value))
    if isinstance(value, float):
        return pack(Decimal(repr(value)))
    if isinstance(value, str):
        return carried(str(value))
    text = temporal_text(value)
    return None if text is None else {"$": _letter(value), "v": text}


def _letter(value: Any) -> str:
    if isinstance(value, datetime | WideDateTime):
        return "M"
    if isinstance(value, date | WideDate):
        return "D"
    if isinstance(value, time | WideTime):
        return "T"
    return "d" if isinstance(value, timedelta | WideDuration) else "m"


def unpack(value: Any) -> Any:
    """The FEEL value of a packed one: numbers come back as Decimal."""
    kind = value.__class__
    if kind is int:
        return Decimal(value)
    if kind is list:
        return [unpack(inner) for inner in value]
    if kind is dict:
        if "$" in value:
            return _unpack_tagged(value["$"], value["v"])
        return {key[1:] if key.startswith("$$") else key: unpack(inner) for key, inner in value.items()}
    if kind is float:
        return Decimal(repr(value))
    return value


def _unpack_tagged(tag: str, content: Any) -> Any:
    if tag == "n":
        return Decimal(content)
    if tag == "r":
        low, high, low_closed, high_closed, operator = content
        return Range(unpack(low), unpack(high), low_closed, high_closed, operator)
    parsed: Any = _PARSERS[tag](content)
    if parsed is None:
        raise ValueError(f"not a packed value: {tag} {content[:40]}")
    return parsed


def plain(value: Any) -> Any:
    """JSON for outsiders: ISO text for temporal values, int for whole numbers and float for others (`dumps` of
    `engine.feel` writes numbers with all their digits)."""
    if value.__class__ in _PLAIN:
        return value
    if isinstance(value, Decimal):
        whole = output.to_json(value)
        if isinstance(whole, int) and abs(whole) < 1 << 63:
            return whole
        number = float(value)
        return number if number - number == 0 else number_text(value)
    if isinstance(value, dict):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    if isinstance(value, YearsMonths | bool | str | int) or value is None:
        return str(value) if isinstance(value, YearsMonths) else value
    if isinstance(value, float):
        return value if value == value and abs(value) != float("inf") else None
    return output.to_json(value)
