"""What holds of every count, whatever the case."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.calendar import VIETNAM, Calendar, answer
from tests.engine.calendar.cases import random_case

CASES = st.integers(0, 10**9).map(lambda seed: random_case(random.Random(seed)))
MOMENTS = st.integers(0, 2 * 365 * 1440).map(
    lambda minutes: datetime(2025, 1, 1, tzinfo=VIETNAM) + timedelta(minutes=minutes)
)


def due(case: dict[str, Any]) -> datetime | None:
    answered, ok = answer(case)
    assert ok
    return None if answered["due"] is None else datetime.fromisoformat(answered["due"])


@settings(max_examples=200, deadline=None)
@given(CASES, st.integers(0, 10_000))
def test_a_later_receipt_is_never_due_earlier(case: dict[str, Any], minutes: int) -> None:
    case = {**case, "pauses": []}
    later = (datetime.fromisoformat(case["received"]) + timedelta(minutes=minutes)).isoformat()
    first, second = due(case), due({**case, "received": later})
    assert first is not None and second is not None and first <= second


@settings(max_examples=200, deadline=None)
@given(CASES)
def test_an_extension_never_brings_the_due_date_forward(case: dict[str, Any]) -> None:
    bare = due({**case, "extensions": []})
    extended = due(case)
    assert (bare is None) == (extended is None)
    assert bare is None or extended is None or extended >= bare


@settings(max_examples=200, deadline=None)
@given(CASES)
def test_a_due_moment_is_the_end_of_working_time(case: dict[str, Any]) -> None:
    found = due(case)
    calendar = Calendar(case.get("hours"), {})
    if found is not None and not case.get("overrides"):
        before = found - timedelta(minutes=1)
        assert calendar.open_from(before) == before


@settings(max_examples=200, deadline=None)
@given(CASES)
def test_the_order_of_pauses_does_not_matter(case: dict[str, Any]) -> None:
    assert due(case) == due({**case, "pauses": case["pauses"][::-1]})


@settings(max_examples=200, deadline=None)
@given(MOMENTS, st.integers(1, 5_000))
def test_what_is_added_lies_between(moment: datetime, minutes: int) -> None:
    calendar = Calendar()
    end = calendar.add_minutes(moment, minutes)
    assert calendar.minutes_between(moment, end) == minutes
    assert calendar.minutes_between(moment, calendar.add_minutes(moment, Fraction(minutes, 7))) == -(-minutes // 7)
