"""What `motcua clock` answers to cases that are no cases."""

from __future__ import annotations

import time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.calendar import answer

GOOD: dict[str, Any] = {"received": "2026-03-02T09:00:00+07:00", "term": {"value": "3", "unit": "WORKING_DAY"}}


@pytest.mark.parametrize(
    "change",
    [
        {"received": None},
        {"received": "hôm qua"},
        {"received": "2026-03-02"},
        {"received": 20260302},
        {"received": "1700-03-02T09:00"},
        {"received": "2199-03-02T09:00"},
        {"received": "0001-01-01T00:00"},
        {"received": "9999-12-31T23:59"},
        {"received": "2026-02-30T09:00"},
        {"term": None},
        {"term": {}},
        {"term": {"value": 3}},
        {"term": {"value": "3", "unit": "YEAR"}},
        {"term": {"value": "-1", "unit": "DAY"}},
        {"term": {"value": "ba", "unit": "DAY"}},
        {"term": {"value": "1e3", "unit": "DAY"}},
        {"term": {"value": True, "unit": "DAY"}},
        {"term": {"value": None, "unit": "DAY"}},
        {"term": {"value": "1.5", "unit": "MONTH"}},
        {"term": {"value": "999999999999", "unit": "DAY"}},
        {"term": {"value": "999999999999", "unit": "MONTH"}},
        {"term": {"value": "999999999999", "unit": "WORKING_HOUR"}},
        {"term": {"value": "90000", "unit": "WORKING_DAY"}},
        {"term": {"value": "20000", "unit": "WORKING_DAY"}, "start": "working_hours"},
        {"term": {"value": float("nan"), "unit": "DAY"}},
        {"term": {"value": float("inf"), "unit": "DAY"}},
        {"term": {"value": Decimal("1e40"), "unit": "DAY"}},
        {"term": {"value": "3", "unit": ["DAY"]}},
        {"start": "sometime"},
        {"start": ["statutory"]},
        {"cutoff": "3pm"},
        {"cutoff": 15},
        {"cutoff": "25:00"},
        {"hours": []},
        {"hours": {}},
        {"hours": {"monday": [["07:30", "11:30"]]}},
        {"hours": {"mon": [["11:30", "07:30"]]}},
        {"hours": {"mon": [["07:30"]]}},
        {"hours": {"mon": "07:30-11:30"}},
        {"hours": {"mon": [["07:30", "24:00"]]}},
        {"hours": {"mon": [["07:30", "11:30"], ["11:00", "12:00"]]}},
        {"hours": {"mon": [None]}},
        {"overrides": {"2026-13-01": "off"}},
        {"overrides": {"2026-01-01": "half"}},
        {"overrides": ["2026-01-01"]},
        {"overrides": {"2026-01-01": ["off"]}},
        {"pauses": {}},
        {"pauses": [3]},
        {"pauses": [{}]},
        {"pauses": [{"from": "2026-03-03T09:00", "to": "2026-03-02T09:00"}]},
        {"pauses": [{"from": "2026-03-03T09:00", "effect": "stop"}]},
        {"pauses": [{"from": "2026-03-03T09:00", "effect": []}]},
        {"extensions": "1 DAY"},
        {"extensions": [{"value": 1}]},
        {"extensions": [None]},
    ],
)
def test_a_bad_case_gives_a_sentence_in_its_place(change: dict[str, Any]) -> None:
    began = time.monotonic()
    answered, ok = answer([GOOD, {**GOOD, **change}, GOOD])
    assert not ok and answered[0] == answered[2] and "due" in answered[0]
    assert set(answered[1]) == {"error"} and answered[1]["error"]["vi"] and answered[1]["error"]["en"]
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("case", [None, 3, "case", [[]], [None]])
def test_what_is_no_object_is_a_bad_case(case: Any) -> None:
    answered, ok = answer(case)
    assert not ok and "error" in (answered[0] if isinstance(case, list) else answered)


def test_an_empty_list_gives_an_empty_list() -> None:
    assert answer([]) == ([], True)


def test_absent_and_null_properties_are_the_defaults() -> None:
    plain, _ = answer(GOOD)
    assert (
        plain
        == answer(
            {
                **GOOD,
                "start": None,
                "cutoff": None,
                "hours": None,
                "overrides": None,
                "pauses": None,
                "extensions": None,
            }
        )[0]
    )
    assert plain["due"] == "2026-03-05T17:00:00+07:00"


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
KEYS = ("received", "term", "start", "cutoff", "hours", "overrides", "pauses", "extensions")


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(st.sampled_from(KEYS), ANYTHING))
def test_no_case_brings_the_clock_down(change: dict[str, Any]) -> None:
    answered, _ = answer({**GOOD, **change})
    assert "error" in answered or "due" in answered
