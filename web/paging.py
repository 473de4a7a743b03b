"""Lists in pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Part:
    """One page of a list that is at hand as a whole."""

    rows: Sequence[Any]
    page: int
    pages: int
    total: int


def number_of(typed: str | None) -> int:
    """The page that an address asks for; 1 for whatever is no number."""
    return max(1, int(typed)) if typed and typed.isascii() and typed.isdigit() and len(typed) < 7 else 1


def slice_of(rows: Sequence[Any], typed: str | None, size: int) -> Part:
    """The page that an address asks for, the last one where it asks for more."""
    pages = max(1, -(-len(rows) // size))
    page = min(number_of(typed), pages)
    return Part(rows[(page - 1) * size : page * size], page, pages, len(rows))
