"""docs/reference/feel.md names every built-in function and every bound."""

from __future__ import annotations

from pathlib import Path

from engine.feel import bounds
from engine.feel.builtins import BUILTINS
from engine.feel.patterns import MAX_PATTERN

REFERENCE = (Path(__file__).resolve().parents[3] / "docs" / "reference" / "feel.md").read_text(encoding="utf-8")


def test_every_built_in_function_is_named() -> None:
    assert [name for name in BUILTINS if f"`{name}`" not in REFERENCE] == []


def test_every_bound_is_named_with_its_value() -> None:
    limits = (
        bounds.MAX_TEXT,
        bounds.MAX_NESTING,
        bounds.MAX_STEPS,
        bounds.MAX_LIST,
        bounds.MAX_STRING,
        bounds.MAX_VALUE_DEPTH,
        bounds.MAX_DEPTH,
        MAX_PATTERN,
    )
    assert [limit for limit in limits if f"| {limit:,} |" not in REFERENCE] == []
