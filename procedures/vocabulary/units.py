"""Units of legal terms in words (the clock's own names of them: `engine.calendar.terms`)."""

from __future__ import annotations

from collections.abc import Mapping

from procedures.vocabulary.words import Word

UNITS: Mapping[str, Word] = {
    "WORKING_HOUR": Word("giờ làm việc", "working hours"),
    "WORKING_DAY": Word("ngày làm việc", "working days"),
    "DAY": Word("ngày", "days"),
    "MONTH": Word("tháng", "months"),
}
