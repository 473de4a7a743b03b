"""Numbers: IEEE 754-2008 decimal128, as DMN 10.3.2.3.1 wants them."""

from __future__ import annotations

from decimal import (
    ROUND_HALF_EVEN,
    Context,
    Decimal,
    DivisionByZero,
    InvalidOperation,
    Overflow,
)

#: 34 digits, exponents to 6144. Overflow, division by zero and invalid operations raise; callers make them null.
DECIMAL128 = Context(
    prec=34, rounding=ROUND_HALF_EVEN, Emin=-6143, Emax=6144, traps=[Overflow, DivisionByZero, InvalidOperation]
)
#: Wide enough for exact intermediate results (sums of squares, moduli).
EXACT = Context(prec=200, Emin=-99999, Emax=99999, traps=[Overflow, DivisionByZero, InvalidOperation])

ADD = DECIMAL128.add
SUBTRACT = DECIMAL128.subtract
MULTIPLY = DECIMAL128.multiply
DIVIDE = DECIMAL128.divide
PLUS = DECIMAL128.plus
ZERO = Decimal(0)
ONE = Decimal(1)


def number(value: int | float | Decimal) -> Decimal | None:
    """A Python number as FEEL's; None for NaN, infinities and what decimal128 cannot hold. A float by its repr."""
    try:
        if isinstance(value, Decimal):
            result = PLUS(value) if value.is_finite() else None
        elif isinstance(value, int):
            if value.bit_length() > 20_500:
                return None
            result = DECIMAL128.create_decimal(int(value))
        else:
            result = DECIMAL128.create_decimal(float.__repr__(value))
    except (Overflow, InvalidOperation):
        return None
    if result is None or not result.is_finite():
        return None
    return result


def parse_number(text: str) -> Decimal | None:
    """The number that a literal or `number()` spells, rounded to 34 digits."""
    try:
        result = DECIMAL128.create_decimal(text)
    except (Overflow, InvalidOperation):
        return None
    return result if result.is_finite() else None


def number_text(value: Decimal) -> str:
    """The digits of a number, without an exponent and without the zeros after the last digit of its fraction."""
    if not value:
        return "0"
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text


def whole(value: object) -> int | None:
    """A number that is an integer as one; None for anything else."""
    if type(value) is Decimal and value == value.to_integral_value():
        return int(value)
    return None


def integer_part(value: object) -> int | None:
    """A number cut to its integer; None for anything else, or for more than 40 digits."""
    if type(value) is Decimal and value.adjusted() < 40:
        return int(value)
    return None
