"""What `string()` makes of a value (DMN 10.3.4.1)."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from engine.feel.bounds import Run
from engine.feel.numbers import number_text
from engine.feel.ranges import Range
from engine.feel.temporal import temporal_text


def text_of(value: Any, run: Run | None = None, nested: bool = False) -> str:
    """The text of a value; inside lists and contexts (`nested`) strings stand in quotes."""
    kind = type(value)
    if kind is str:
        text = json.dumps(value, ensure_ascii=False) if nested else value
    elif kind is Decimal:
        text = number_text(value)
    elif kind is bool:
        text = "true" if value else "false"
    elif value is None:
        text = "null"
    elif kind is list:
        text = "[" + ", ".join(text_of(v, run, True) for v in value) + "]"
    elif kind is dict:
        text = "{" + ", ".join(f"{_key(k)}: {text_of(v, run, True)}" for k, v in value.items()) + "}"
    elif kind is Range:
        text = str(value)
    else:
        known = temporal_text(value)
        text = known if known is not None else str(value)
        if nested and known is not None:
            text = f'@"{text}"'
    if run is not None:
        run.charge_text(len(text) + 16)
    return text


def _key(name: str) -> str:
    plain = name.replace(" ", "").replace("_", "").isalnum() and not name[:1].isdigit()
    return name if plain else json.dumps(name, ensure_ascii=False)
