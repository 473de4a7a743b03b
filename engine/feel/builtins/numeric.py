"""Numeric functions (DMN 10.3.4.5)."""

from __future__ import annotations

from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Decimal,
    DecimalException,
)
from typing import Any

from engine.feel.bounds import Run
from engine.feel.builtins.registry import Refused, builtin
from engine.feel.civil import DAY
from engine.feel.numbers import DECIMAL128, EXACT, PLUS, whole
from engine.feel.temporal import WideDuration, YearsMonths, make_duration, nanos_of

MAX_SCALE = 6176


def rounded(value: Decimal, scale: Decimal, mode: str) -> Decimal:
    """A number with so many digits after the point; raises Refused for a scale outside decimal128's."""
    if scale != scale.to_integral_value() and mode != ROUND_HALF_EVEN:
        scale = scale.to_integral_value(ROUND_DOWN)
    if abs(scale) > MAX_SCALE:
        raise Refused
    digits = int(scale)
    if not value:
        return Decimal(0)
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and -exponent <= digits:
        return value
    try:
        # Adding no more digits than there are: a wide context, as 34 digits may have to move past the point.
        wide = EXACT.copy()
        wide.prec, wide.rounding = 14_000, mode
        return PLUS(value.quantize(Decimal((0, (1,), -digits)), context=wide))
    except DecimalException:
        raise Refused from None


@builtin("decimal", "n: number, scale: number")
def decimal(run: Run, n: Decimal, scale: Decimal) -> Decimal:
    if not -6111 <= scale <= 6176:
        raise Refused
    return rounded(n, scale, ROUND_HALF_EVEN)


def _rounding(name: str, mode: str, optional: bool) -> None:
    sign = "?" if optional else ""

    @builtin(name, f"n: number, scale{sign}: number")
    def round_it(run: Run, n: Decimal, scale: Decimal | None = None) -> Decimal:
        if scale is not None and not -6111 <= scale <= 6176:
            raise Refused
        return rounded(n, Decimal(0) if scale is None else scale, mode)


_rounding("floor", ROUND_FLOOR, True)
_rounding("ceiling", ROUND_CEILING, True)
_rounding("round up", ROUND_UP, False)
_rounding("round down", ROUND_DOWN, False)
_rounding("round half up", ROUND_HALF_UP, False)
_rounding("round half down", ROUND_HALF_DOWN, False)


@builtin("abs", "n: number|days and time duration|years and months duration")
def absolute(run: Run, n: Any) -> Any:
    if isinstance(n, Decimal):
        return abs(n)
    if isinstance(n, YearsMonths):
        return YearsMonths(abs(n.months))
    return make_duration(abs(nanos_of(n))) if isinstance(n, WideDuration) or nanos_of(n) > -(1 << 200) * DAY else None


@builtin("modulo", "dividend: number, divisor: number")
def modulo(run: Run, dividend: Decimal, divisor: Decimal) -> Decimal:
    """``dividend - divisor * floor(dividend / divisor)``, exactly."""
    if not divisor:
        raise Refused
    if abs(dividend.adjusted() - divisor.adjusted()) > 12_000:
        raise Refused
    wide = EXACT.copy()
    wide.prec = 13_000
    remainder = wide.remainder(dividend, divisor)
    if remainder and (remainder < 0) != (divisor < 0):
        remainder = wide.add(remainder, divisor)
    run.charge(100)
    return PLUS(remainder)


@builtin("sqrt", "number: number")
def sqrt(run: Run, number: Decimal) -> Decimal:
    if number < 0:
        raise Refused
    return DECIMAL128.sqrt(number)


@builtin("log", "number: number")
def log(run: Run, number: Decimal) -> Decimal:
    if number <= 0:
        raise Refused
    run.charge(40)
    return DECIMAL128.ln(number)


@builtin("exp", "number: number")
def exp(run: Run, number: Decimal) -> Decimal:
    run.charge(40)
    try:
        return DECIMAL128.exp(number)
    except DecimalException:
        raise Refused from None


def _parity(name: str, odd: bool) -> None:
    @builtin(name, "number: number")
    def parity(run: Run, number: Decimal) -> bool:
        integer = whole(number)
        return integer is not None and integer % 2 == odd


_parity("odd", True)
_parity("even", False)
