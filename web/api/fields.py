"""Fields of the API's bodies: stricter than JSON. What no field takes is refused before (`web.guard`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields, validate

from web.guard import UNSTORABLE, storable

DEEPEST = 20


class Text(fields.String):
    """Text of bounded length. `pattern` says in the description what the guard holds in code."""

    def __init__(self, *, longest: int = 500, shortest: int = 0, **more: Any) -> None:
        said = {"pattern": "^[^\\u0000\\ud800-\\udfff]*$", **more.pop("metadata", {})}
        super().__init__(metadata=said, **more)
        self.validators.insert(0, validate.Length(min=shortest, max=longest))

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> str:
        text = super()._deserialize(value, attr, data, **more)
        if not storable(text):  # a form has not been looked at
            raise ValidationError(UNSTORABLE)
        return text


class Free(fields.Raw):
    """A JSON object of the caller's own making: bounded in depth, with names that can be kept."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise ValidationError("Not a JSON object.")
        _check(value, 0)
        return value


def _check(value: Any, depth: int) -> None:
    if depth > DEEPEST:
        raise ValidationError("Nested too deeply.")
    if isinstance(value, Mapping):
        for key, item in value.items():
            if not key or len(key) > 200:
                raise ValidationError("A name that is empty or too long.")
            _check(item, depth + 1)
    if isinstance(value, list):
        for item in value:
            _check(item, depth + 1)
