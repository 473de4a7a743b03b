"""Fields of the API's bodies: stricter than JSON, so that nothing gets in that a database cannot keep."""

from __future__ import annotations

import math
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from marshmallow import ValidationError, fields, validate

from web.guard import storable

DEEPEST = 20
LARGEST = Decimal(10) ** 34


def clean(text: str) -> bool:
    """What can be looked up and kept."""
    return storable(text)


class Text(fields.String):
    """Text of bounded length. `pattern` says in the description what `clean` holds in code."""

    def __init__(self, *, longest: int = 500, shortest: int = 0, **more: Any) -> None:
        said = {"pattern": "^[^\\u0000\\ud800-\\udfff]*$", **more.pop("metadata", {})}
        super().__init__(metadata=said, **more)
        self.validators.insert(0, validate.Length(min=shortest, max=longest))

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> str:
        text = super()._deserialize(value, attr, data, **more)
        if not clean(text):
            raise ValidationError("Contains characters that cannot be stored.")
        return text


class Free(fields.Raw):
    """A JSON object of the caller's own making: bounded in depth, with storable text and finite numbers."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise ValidationError("Not a JSON object.")
        _check(value, 0)
        return value


def _check(value: Any, depth: int) -> None:
    if depth > DEEPEST:
        raise ValidationError("Nested too deeply.")
    if isinstance(value, str) and not clean(value):
        raise ValidationError("Contains characters that cannot be stored.")
    if isinstance(value, float) and not math.isfinite(value):
        raise ValidationError("Not a finite number.")
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(Decimal(str(value))) >= LARGEST:
        raise ValidationError("A number that is too large.")
    if isinstance(value, Mapping):
        for key, item in value.items():
            if not key or len(key) > 200 or not clean(key):
                raise ValidationError("A name that is empty, too long or cannot be stored.")
            _check(item, depth + 1)
    if isinstance(value, list):
        for item in value:
            _check(item, depth + 1)
