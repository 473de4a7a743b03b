from __future__ import annotations

from datetime import date, datetime

import pytest

from engine.calendar import VIETNAM
from procedures import citizen_terms

NEXT = datetime(2026, 12, 3, tzinfo=VIETNAM)


@pytest.mark.parametrize("said", [date(2026, 12, 2), "2026-12-02"])
def test_a_day_lasts_to_its_end_and_is_named_as_that_day(said: object) -> None:
    assert citizen_terms.until(said) == NEXT
    assert citizen_terms.day_of(said) == citizen_terms.last_day(NEXT) == date(2026, 12, 2)
    assert citizen_terms.written(NEXT) == "hết ngày 02 tháng 12 năm 2026"
    assert citizen_terms.short(NEXT) == "hết 02/12/2026"


def test_a_moment_within_a_day_stays_that_moment() -> None:
    at = datetime(2026, 12, 2, 17, tzinfo=VIETNAM)
    assert citizen_terms.until(at) == citizen_terms.until("2026-12-02T17:00:00") == at
    assert citizen_terms.last_day(at) is None and citizen_terms.day_of(at) == date(2026, 12, 2)
    assert citizen_terms.written(at) == "17 giờ 00 phút, ngày 02 tháng 12 năm 2026"
    assert citizen_terms.short(at) == "02/12/2026 17:00"


@pytest.mark.parametrize("said", [None, "", "mai", 3])
def test_what_is_no_day_is_none(said: object) -> None:
    assert citizen_terms.until(said) is None and citizen_terms.day_of(said) is None
