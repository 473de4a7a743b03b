"""Units of legal terms in words (the clock's own names of them: `engine.calendar.terms`)."""

from __future__ import annotations

from collections.abc import Mapping

from engine.refusal import Lang
from procedures.vocabulary.words import Word

UNITS: Mapping[str, Word] = {
    "WORKING_HOUR": Word("giờ làm việc", "working hours"),
    "WORKING_DAY": Word("ngày làm việc", "working days"),
    "DAY": Word("ngày", "days"),
    "MONTH": Word("tháng", "months"),
}


def in_units(value: str, unit: str, lang: Lang) -> str:
    """A length of time in words: ``1 working day``, ``2 ngày làm việc``, with the language's decimal sign."""
    name = UNITS[unit][lang]
    if lang == "en":
        return f"{value} {name.removesuffix('s') if value == '1' else name}"
    return f"{value.replace('.', ',')} {name}"
