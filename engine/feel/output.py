"""FEEL values as JSON, for printing: numbers with all their digits, temporal values as ISO text."""

from __future__ import annotations

import json
from decimal import Decimal
from math import isfinite
from typing import Any

from engine.feel.numbers import number_text
from engine.feel.temporal import temporal_text
from engine.feel.text import text_of


def to_json(value: Any) -> Any:
    """JSON's types: whole numbers as int, others as Decimal (see `dumps`), temporal values as ISO text."""
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        return to_json(Decimal(repr(value))) if isfinite(value) else None
    if isinstance(value, Decimal):
        exponent = value.as_tuple().exponent
        if isinstance(exponent, int) and value == value.to_integral_value():
            return int(value)
        return value
    if isinstance(value, list | tuple):
        return [to_json(element) for element in value]
    if isinstance(value, dict):
        return {key: to_json(element) for key, element in value.items()}
    text = temporal_text(value)
    return text_of(value) if text is None else text


def dumps(value: Any, **options: Any) -> str:
    """The JSON text of a value, every digit of its numbers kept."""
    options.setdefault("ensure_ascii", False)
    return "".join(_pieces(to_json(value), options))


def _text(value: str, options: dict[str, Any]) -> str:
    """A JSON string that any encoding can carry: half a surrogate pair is escaped."""
    text = json.dumps(value, **options)
    return text if text.isascii() or _encodable(text) else json.dumps(value, ensure_ascii=True)


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _pieces(value: Any, options: dict[str, Any]) -> list[str]:
    """`json` cannot write Decimals, so numbers are put in by hand."""
    if isinstance(value, Decimal):
        return [number_text(value)]
    if isinstance(value, int) and not isinstance(value, bool):
        return [number_text(Decimal(value))]
    if isinstance(value, str):
        return [_text(value, options)]
    if isinstance(value, list):
        inner = [piece for element in value for piece in (", ", *_pieces(element, options))]
        return ["[", *inner[1:], "]"]
    if isinstance(value, dict):
        inner = [
            piece
            for key, element in value.items()
            for piece in (", ", _text(key, options), ": ", *_pieces(element, options))
        ]
        return ["{", *inner[1:], "}"]
    return [json.dumps(value, **options)]
