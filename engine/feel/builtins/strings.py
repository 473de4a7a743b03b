"""String functions (DMN 10.3.4.3)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from engine.feel.bounds import Run
from engine.feel.builtins.registry import Refused, builtin
from engine.feel.numbers import integer_part
from engine.feel.patterns import PatternError, replaced, searched, splits


@builtin("substring", "string: string, start position: number, length?: number?")
def substring(run: Run, text: str, start: Decimal, length: Decimal | None = None) -> Any:
    """Characters from a position that counts from 1, or from the end where it is negative; position and length must
    lie inside the string (footnote 1)."""
    run.charge_text(len(text))
    first = integer_part(start)
    if not first or abs(first) > len(text):
        raise Refused
    begin = first - 1 if first > 0 else len(text) + first
    if length is None:
        return text[begin:]
    count = integer_part(length)
    if count is None or not 1 <= count <= len(text) - begin:
        raise Refused
    return text[begin : begin + count]


@builtin("string length", "string: string")
def string_length(run: Run, text: str) -> Decimal:
    return Decimal(len(text))


@builtin("upper case", "string: string")
def upper_case(run: Run, text: str) -> str:
    run.charge_text(3 * len(text))
    return text.upper()


@builtin("lower case", "string: string")
def lower_case(run: Run, text: str) -> str:
    run.charge_text(3 * len(text))
    return text.lower()


@builtin("substring before", "string: string, match: string")
def substring_before(run: Run, text: str, match: str) -> str:
    run.charge_text(len(text))
    return text.partition(match)[0] if match and match in text else ""


@builtin("substring after", "string: string, match: string")
def substring_after(run: Run, text: str, match: str) -> str:
    run.charge_text(len(text))
    return text.partition(match)[2] if match else text


@builtin("contains", "string: string, match: string")
def contains(run: Run, text: str, match: str) -> bool:
    run.charge_text(len(text))
    return match in text


@builtin("starts with", "string: string, match: string")
def starts_with(run: Run, text: str, match: str) -> bool:
    run.charge(len(match) >> 12)
    return text.startswith(match)


@builtin("ends with", "string: string, match: string")
def ends_with(run: Run, text: str, match: str) -> bool:
    run.charge(len(match) >> 12)
    return text.endswith(match)


@builtin("matches", "input: string, pattern: string, flags?: string?")
def matches(run: Run, text: str, pattern: str, flags: str | None = None) -> bool:
    """Whether the pattern is found anywhere (XPath fn:matches)."""
    run.charge_text(8 * len(text) if len(text) < 100_000 else len(text))
    run.charge(10)
    try:
        return searched(run, pattern, flags or "", text)
    except PatternError:
        raise Refused from None


@builtin("replace", "input: string, pattern: string, replacement: string, flags?: string?")
def replace(run: Run, text: str, pattern: str, replacement: str, flags: str | None = None) -> str:
    """XPath fn:replace; a pattern that matches the empty string is refused as there."""
    try:
        return replaced(run, text, pattern, replacement, flags or "")
    except PatternError:
        raise Refused from None


@builtin("split", "string: string, delimiter: string")
def split(run: Run, text: str, delimiter: str) -> list[str]:
    try:
        parts = splits(run, text, delimiter)
    except PatternError:
        raise Refused from None
    return parts


@builtin("string join", "list: list, delimiter?: string?")
def string_join(run: Run, values: list[Any], delimiter: str | None = None) -> str:
    """Nulls are left out; anything else that is no string is refused."""
    texts = [value for value in values if value is not None]
    if not all(type(value) is str for value in texts):
        raise Refused
    run.charge_list(len(texts))
    run.charge_text(sum(map(len, texts)) + len(delimiter or "") * len(texts))
    return (delimiter or "").join(texts)
