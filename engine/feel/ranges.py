"""Ranges (DMN 10.3.2.7): intervals, and the half-open ones that a comparison such as ``(< 10)`` denotes."""

from __future__ import annotations

from typing import Any, Literal

Operator = Literal["<", "<=", ">", ">=", "=", "!="]


class Range:
    """An interval between two values, or all values in a comparison with one (`operator`)."""

    __slots__ = ("high", "high_closed", "low", "low_closed", "operator")

    def __init__(
        self, low: Any, high: Any, low_closed: bool = True, high_closed: bool = True, operator: Operator | None = None
    ) -> None:
        self.low, self.high = low, high
        self.low_closed, self.high_closed = low_closed, high_closed
        self.operator = operator

    @classmethod
    def compared(cls, operator: Operator, value: Any) -> Range:
        """The values that compare so with `value`."""
        if operator in ("<", "<="):
            return cls(None, value, False, operator == "<=", operator)
        if operator in (">", ">="):
            return cls(value, None, operator == ">=", False, operator)
        return cls(value, value, operator == "=", operator == "=", operator)

    def _parts(self) -> tuple[Any, ...]:
        return self.low, self.high, self.low_closed, self.high_closed, self.operator

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Range) and self._parts() == other._parts()

    def __hash__(self) -> int:
        return hash((str(self.low), str(self.high), self.low_closed, self.high_closed, self.operator))

    def __str__(self) -> str:
        from engine.feel.text import text_of

        if self.operator:
            return f"({self.operator} {text_of(self.high if self.operator[0] == '<' else self.low, None, True)})"
        left, right = "[" if self.low_closed else "(", "]" if self.high_closed else ")"
        return f"{left}{text_of(self.low, None, True)}..{text_of(self.high, None, True)}{right}"

    def __repr__(self) -> str:
        return f"Range({self})"
