"""What a field of a form is, and how a form or posted data are refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.refusal import Refusal

#: Field key → (value, label) of every choice that a page offers.
Choices = Mapping[str, Sequence[tuple[str, str]]]


class FormError(Refusal):
    """A form that cannot be read; the message says where and how to mend it."""


class Invalid(Exception):
    """Posted data that does not fit. `errors`: field key → sentences in Vietnamese."""

    def __init__(self, errors: Mapping[str, list[str]]) -> None:
        super().__init__("; ".join(f"{key}: {' '.join(said)}" for key, said in errors.items()))
        self.errors = dict(errors)

    @property
    def first(self) -> dict[str, str]:
        """Each field's first sentence: what stands beside it on a page."""
        return {key: said[0] for key, said in self.errors.items()}


@dataclass(frozen=True, slots=True)
class Field:
    """A field as a page shows it. kind: form-js's type; `subtype` of a datetime: date, time or datetime.
    columns: width in a grid of 16. options: (value, label). validate, settings: form-js's rules and the properties of
    this type. properties: form-js's custom properties. hide: FEEL; the field is hidden where it is exactly true."""

    key: str
    kind: str
    label: str = ""
    help: str = ""
    required: bool = False
    subtype: str = ""
    options: tuple[tuple[str, str], ...] = ()
    default: Any = None
    columns: int = 16
    text: str = ""
    read_only: bool = False
    validate: Mapping[str, Any] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    properties: Mapping[str, str] = field(default_factory=dict)
    hide: str = ""
    role: str = "input"  # input, box or display, as `kinds.KINDS` has it
    children: tuple[Field, ...] = ()
