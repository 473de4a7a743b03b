"""number: as Vietnamese write it. A comma begins the fraction, points or spaces group thousands (Luật Kế toán
88/2015/QH13 Điều 11). One group alone, as 1.500, is refused: a keyboard of another language means a fraction by it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from procedures.forms.conditions import Scope, Wrong, as_number, limit, written
from procedures.forms.values import Field

LARGEST = Decimal(10) ** 15
LONGEST = 40
_SPACES = re.compile(r"[\u0020\u00a0\u2009\u202f]")
_WRITTEN = re.compile(r"[+-]?(?:[0-9]+|[0-9]{1,3}(?: [0-9]{3})+)(?:,[0-9]+)?")
_GROUPED = re.compile(r"[+-]?(?:[1-9][0-9]{0,2}(?:\.[0-9]{3})+,[0-9]+|[1-9][0-9]{0,2}(?:\.[0-9]{3}){2,})")
_ONE_GROUP = re.compile(r"[+-]?[1-9][0-9]{0,2}\.[0-9]{3}")
_POINTED = re.compile(r"[+-]?[0-9]+(?:[., ][0-9]+)*")


def parse(entry: Field, raw: Any) -> int | Decimal:
    """The number: whole ones as int. JSON's numbers are taken as they are. Raises Wrong."""
    if isinstance(raw, str):
        number = typed(raw)
    else:
        found = as_number(raw)
        if found is None:
            raise Wrong("Cần nhập một số, ví dụ 1500 hoặc 2,5.")
        number = found
    if abs(number) > LARGEST:
        raise Wrong("Số quá lớn.")
    return int(number) if number == number.to_integral_value() else number


def typed(raw: str) -> Decimal:
    """The number that a person typed, wherever: every page reads numbers by this. Raises Wrong."""
    text = _SPACES.sub(" ", raw.strip()).replace("\u2212", "-")
    if len(text) <= LONGEST and _WRITTEN.fullmatch(text):
        return Decimal(text.replace(" ", "").replace(",", "."))
    if len(text) <= LONGEST and _GROUPED.fullmatch(text):
        return Decimal(text.replace(".", "").replace(",", "."))
    if len(text) <= LONGEST and _ONE_GROUP.fullmatch(text):
        whole, part = text.replace(".", ""), text.replace(".", ",").rstrip("0").rstrip(",")
        raise Wrong(f"“{text}” hiểu được hai cách: viết {whole} nếu là số nguyên, {part} nếu là số thập phân.")
    if len(text) <= LONGEST and _POINTED.fullmatch(text):
        raise Wrong("Viết số không có dấu chấm; phần thập phân viết sau dấu phẩy, ví dụ 1500 hoặc 2,5.")
    raise Wrong("Cần nhập một số, ví dụ 1500 hoặc 2,5.")


def broken(entry: Field, value: int | Decimal, scope: Scope) -> Iterator[str]:
    number = Decimal(value)
    digits = as_number(entry.settings.get("decimalDigits"))
    if digits is not None and digits >= 0 and decimals(number) > digits:
        yield f"Không quá {int(digits)} chữ số sau dấu phẩy." if digits else "Cần nhập số nguyên."
    step = as_number(entry.settings.get("increment"))
    if step is not None and step > 0 and number % step != 0:
        yield f"Cần là bội số của {written(step)}."
    low, high = limit(entry, "min", scope), limit(entry, "max", scope)
    if low is not None and number < low:
        yield f"Không nhỏ hơn {written(low)}."
    if high is not None and number > high:
        yield f"Không lớn hơn {written(high)}."


def decimals(number: Decimal) -> int:
    """How many digits stand after the comma."""
    exponent = number.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
