"""The values of the clock: terms, pauses, and the sentence that says what is wrong with them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal

Unit = Literal["WORKING_DAY", "DAY", "WORKING_HOUR", "MONTH"]
Start = Literal["statutory", "working_hours"]
Effect = Literal["pause", "restart", "none"]

UNITS: tuple[Unit, ...] = ("WORKING_DAY", "DAY", "WORKING_HOUR", "MONTH")
STARTS: tuple[Start, ...] = ("statutory", "working_hours")
EFFECTS: tuple[Effect, ...] = ("pause", "restart", "none")
VIETNAM = timezone(timedelta(hours=7))
_NUMBER = re.compile(r"\d{1,12}(\.\d{1,12})?")


class ClockError(ValueError):
    """The clock cannot answer. `vi` and `en` say why, in a sentence for the person who asked."""

    def __init__(self, vi: str, en: str) -> None:
        super().__init__(vi)
        self.vi = vi
        self.en = en


@dataclass(frozen=True, slots=True)
class Term:
    """A length of legal time: `value` is exact (6.5 days is 13/2) and not negative; a month is never broken."""

    value: Fraction
    unit: Unit

    @classmethod
    def of(cls, value: Any, unit: Any) -> Term:
        """A term from what people write: a number or its decimal text ("6.5"). Raises ClockError."""
        if unit not in UNITS:
            raise ClockError(
                f"Đơn vị thời hạn không rõ: {_short(unit)}; dùng một trong {', '.join(UNITS)}.",
                f"Unknown unit of the term: {_short(unit)}; use one of {', '.join(UNITS)}.",
            )
        if isinstance(value, Fraction):
            number = value
        else:
            text = _number_text(value)
            if text is None or not _NUMBER.fullmatch(text):
                raise ClockError(
                    f"Thời hạn phải là số không âm, như “3” hay “6.5”: {_short(value)}.",
                    f"A term must be a number, not negative, like “3” or “6.5”: {_short(value)}.",
                )
            number = Fraction(text)
        if number < 0:
            raise ClockError("Thời hạn không được âm.", "A term must not be negative.")
        if unit == "MONTH" and number.denominator != 1:
            raise ClockError("Thời hạn tính bằng tháng phải là số nguyên.", "A term in months must be whole.")
        return cls(number, unit)

    def __str__(self) -> str:
        return f"{number_text(self.value)} {self.unit}"


@dataclass(frozen=True, slots=True)
class Pause:
    """The clock stands from `start` until `end` (None: it still does); what that means is its effect."""

    start: datetime
    end: datetime | None = None
    effect: Effect = "pause"

    def __post_init__(self) -> None:
        if self.end is not None and self.end < self.start:
            raise ClockError("Một lần tạm dừng kết thúc trước khi bắt đầu.", "A pause ends before it begins.")
        if self.effect not in EFFECTS:
            raise ClockError(
                f"Hệ quả của tạm dừng không rõ: {_short(self.effect)}; dùng {', '.join(EFFECTS)}.",
                f"Unknown effect of a pause: {_short(self.effect)}; use {', '.join(EFFECTS)}.",
            )


def number_text(value: Fraction, comma: bool = False) -> str:
    """The shortest decimal text of a term's value ("6.5"); a fraction without one is written as such ("1/3")."""
    if value.denominator == 1:
        return str(value.numerator)
    rest = value.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    if rest != 1:
        return f"{value.numerator}/{value.denominator}"
    text = format((Decimal(value.numerator) / Decimal(value.denominator)).normalize(), "f")
    return text.replace(".", ",") if comma else text


def _number_text(value: Any) -> str | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return str(value) if abs(value) < 10**13 else None
    if isinstance(value, float):
        return format(Decimal(repr(value)), "f") if abs(value) < 10**13 else None
    if isinstance(value, Decimal):
        return format(value, "f") if value.is_finite() and -30 < value.adjusted() < 13 else None
    return value.strip() if isinstance(value, str) else None


def _short(value: Any) -> str:
    text = repr(value) if not isinstance(value, str) else f"“{value}”"
    return text if len(text) <= 40 else text[:37] + "…"
