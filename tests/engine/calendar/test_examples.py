"""The examples of the law's count, and the corners where one would go wrong."""

from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction
from typing import Any

import pytest

from engine.calendar import VIETNAM, Calendar, Pause, Term, answer, classify, compute, step_due


def due(received: str, value: Any, unit: str = "WORKING_DAY", **more: Any) -> str | None:
    answered, ok = answer({"received": received, "term": {"value": value, "unit": unit}, **more})
    assert ok, answered
    return None if answered["due"] is None else answered["due"].removesuffix(":00+07:00")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


def test_the_example_of_the_law_over_tet_with_a_supplement() -> None:
    pauses = [{"from": "2026-02-25T09:00:00+07:00", "to": "2026-02-27T10:00:00+07:00"}]
    assert due("2026-02-14T15:20:00+07:00", "3", pauses=pauses) == "2026-03-02T17:00"


@pytest.mark.parametrize(
    ("received", "value", "unit", "more", "expected"),
    [
        # Sessions are half-open: 11:30 and 17:00 are outside.
        ("2026-03-02T11:30", 0, "WORKING_DAY", {}, "2026-03-02T17:00"),
        ("2026-03-02T17:00", 0, "WORKING_DAY", {}, "2026-03-03T17:00"),
        ("2026-03-02T11:30", 1, "WORKING_HOUR", {}, "2026-03-02T14:00"),
        ("2026-03-02T16:59", 0, "DAY", {}, "2026-03-02T17:00"),
        # A count that runs out at the end of a session ends there.
        ("2026-03-02T07:30", 4, "WORKING_HOUR", {}, "2026-03-02T11:30"),
        ("2026-03-02T07:30", 8, "WORKING_HOUR", {}, "2026-03-02T17:00"),
        ("2026-03-02T09:00", 1, "WORKING_DAY", {"start": "working_hours"}, "2026-03-03T09:00"),
        # Fractions are exact: of a working day its own minutes, of a minute upwards.
        ("2026-03-02T09:00", "6.5", "WORKING_DAY", {}, "2026-03-11T11:30"),
        ("2026-03-02T09:00", "17.5", "WORKING_DAY", {}, "2026-03-26T11:30"),
        ("2026-03-02T09:00", "0.5", "WORKING_DAY", {}, "2026-03-03T11:30"),
        ("2026-03-02T09:00", "0.333", "WORKING_HOUR", {}, "2026-03-02T09:20"),
        ("2026-03-02T09:00", 6.5, "DAY", {}, "2026-03-09T17:00"),
        # Same-day procedures, whatever the unit and the policy, with and without a cut-off.
        ("2026-03-02T14:59", "0", "MONTH", {"cutoff": "15:00"}, "2026-03-02T17:00"),
        ("2026-03-02T15:00", "0", "WORKING_HOUR", {"cutoff": "15:00", "start": "working_hours"}, "2026-03-03T17:00"),
        ("2026-03-06T15:00", "0", "DAY", {"cutoff": "15:00"}, "2026-03-09T17:00"),
        ("2026-03-02T15:00", "0", "DAY", {}, "2026-03-02T17:00"),
        # Calendar days land on a day off and move on; the ends of months.
        ("2026-03-02T09:00", 5, "DAY", {}, "2026-03-09T17:00"),
        ("2026-01-30T09:00", 1, "MONTH", {}, "2026-03-02T17:00"),
        ("2026-03-31T09:00", 1, "MONTH", {}, "2026-05-04T17:00"),
        ("2026-08-31T09:00", 6, "MONTH", {}, "2027-03-03T17:00"),
        # Holidays of the package, its swap (Sat 22/8 worked, Mon 31/8 off), and the new one of 24/11.
        ("2026-08-21T09:00", 1, "WORKING_DAY", {}, "2026-08-22T17:00"),
        ("2026-08-28T09:00", 1, "WORKING_DAY", {}, "2026-09-03T17:00"),
        ("2026-11-23T09:00", 1, "WORKING_DAY", {}, "2026-11-25T17:00"),
        # Overrides win over the package.
        ("2025-12-31T09:00", 1, "WORKING_DAY", {}, "2026-01-02T17:00"),
        ("2025-12-31T09:00", 1, "WORKING_DAY", {"overrides": {"2026-01-02": "off"}}, "2026-01-05T17:00"),
        ("2026-01-09T09:00", 1, "WORKING_DAY", {"overrides": {"2026-01-10": "work"}}, "2026-01-10T17:00"),
        ("2026-03-02T08:30+09:00", 1, "WORKING_HOUR", {}, "2026-03-02T08:30"),
        ("2026-03-02T02:00Z", 1, "WORKING_HOUR", {}, "2026-03-02T10:00"),
    ],
)
def test_each_rule_counts_as_the_law_says(received: str, value: Any, unit: str, more: dict, expected: str) -> None:
    assert due(received, value, unit, **more) == expected


MONDAY = "2026-03-02T09:00"


@pytest.mark.parametrize(
    ("value", "unit", "pauses", "expected"),
    [
        # The day a pause begins on counts, the day it ends on does not.
        (5, "WORKING_DAY", [("2026-03-03T09:00", "2026-03-05T10:00")], "2026-03-11T17:00"),
        (5, "WORKING_DAY", [("2026-03-03T09:00", "2026-03-03T16:00")], "2026-03-09T17:00"),
        # Overlapping pauses are one.
        (
            5,
            "WORKING_DAY",
            [("2026-03-03T09:00", "2026-03-05T10:00"), ("2026-03-04T08:00", "2026-03-05T09:00")],
            "2026-03-11T17:00",
        ),
        # A due moment inside a pause moves to the first working day after it; at its very end, too.
        (1, "WORKING_DAY", [("2026-03-03T09:00", "2026-03-05T10:00")], "2026-03-06T17:00"),
        (1, "WORKING_DAY", [("2026-03-03T09:00", "2026-03-03T17:00")], "2026-03-04T17:00"),
        (1, "WORKING_DAY", [("2026-03-03T17:00", "2026-03-05T17:00")], "2026-03-03T17:00"),
        # Minutes: only those within the pause.
        (8, "WORKING_HOUR", [("2026-03-02T10:00", "2026-03-02T14:00")], "2026-03-03T11:30"),
        (8, "WORKING_HOUR", [("2026-03-02T17:30", "2026-03-03T07:00")], "2026-03-03T09:00"),
        (2.5, "WORKING_HOUR", [("2026-03-02T11:30", "2026-03-02T15:00")], "2026-03-02T11:30"),
        # Same-day and month terms move by as many working days, calendar days.
        (0, "DAY", [("2026-03-02T10:00", "2026-03-04T10:00")], "2026-03-04T17:00"),
        (0, "DAY", [("2026-03-02T10:00", "2026-03-02T11:00")], "2026-03-02T17:00"),
        (1, "MONTH", [("2026-03-03T10:00", "2026-03-13T10:00")], "2026-04-13T17:00"),
    ],
)
def test_pauses_take_time_out_of_the_count(value: Any, unit: str, pauses: list, expected: str) -> None:
    assert due(MONDAY, value, unit, pauses=[{"from": a, "to": b} for a, b in pauses]) == expected


def test_restart_is_a_new_receipt_and_none_changes_nothing() -> None:
    pause = {"from": "2026-03-03T09:00", "to": "2026-03-10T18:00"}
    assert due(MONDAY, 2, pauses=[{**pause, "effect": "restart"}]) == "2026-03-13T17:00"
    assert due(MONDAY, 2, pauses=[{**pause, "effect": "none"}]) == "2026-03-04T17:00"
    assert (
        due(
            "2026-03-02T14:00",
            0,
            cutoff="15:00",
            pauses=[{"from": "2026-03-02T14:10", "to": "2026-03-03T15:30", "effect": "restart"}],
        )
        == "2026-03-04T17:00"
    )


def test_an_open_pause_leaves_no_due_date_but_one_without_effect_does() -> None:
    assert due(MONDAY, 2, pauses=[{"from": "2026-03-03T09:00"}]) is None
    assert due(MONDAY, 2, pauses=[{"from": "2026-03-03T09:00", "effect": "restart"}]) is None
    assert due(MONDAY, 2, pauses=[{"from": "2026-03-03T09:00", "effect": "none"}]) == "2026-03-04T17:00"


def test_an_extension_counts_from_the_due_moment_with_the_pauses_inside_it() -> None:
    assert due(MONDAY, 2, extensions=[{"value": 3, "unit": "WORKING_DAY"}]) == "2026-03-09T17:00"
    assert (
        due(
            MONDAY,
            2,
            extensions=[{"value": 3, "unit": "WORKING_DAY"}],
            pauses=[{"from": "2026-03-05T09:00", "to": "2026-03-06T09:00"}],
        )
        == "2026-03-10T17:00"
    )
    assert due(MONDAY, 2, extensions=[{"value": 1, "unit": "WORKING_HOUR"}]) == "2026-03-05T08:30"
    assert (
        due(MONDAY, 2, extensions=[{"value": 1, "unit": "MONTH"}, {"value": "1.5", "unit": "DAY"}])
        == "2026-04-08T17:00"
    )


def test_a_worked_day_has_mondays_hours_and_a_missing_weekday_is_closed() -> None:
    hours = {"mon": [["08:00", "10:00"]], "tue": [["07:30", "11:30"]]}
    assert due("2026-03-02T09:00", 1, hours=hours) == "2026-03-03T11:30"
    assert due("2026-03-03T09:00", 1, hours=hours, overrides={"2026-03-05": "work"}) == "2026-03-05T10:00"
    assert (
        due("2026-03-03T09:00", 1, hours={"tue": [["07:30", "11:30"]]}, overrides={"2026-03-05": "work"})
        == "2026-03-10T11:30"
    )


def test_every_reason_has_its_dates_its_sentence_in_two_languages_and_its_basis() -> None:
    answered, _ = answer(
        {
            "received": "2026-02-14T15:20",
            "term": {"value": "3", "unit": "WORKING_DAY"},
            "overrides": {"2026-02-23": "off"},
        }
    )
    assert [reason["rule"] for reason in answered["explanation"]] == [
        "received_out_of_hours",
        "holiday",
        "override",
        "first_day_not_counted",
        "working_days",
    ]
    for reason in answered["explanation"]:
        assert set(reason) == {"rule", "from", "to", "text", "basis"}
        assert reason["text"]["vi"] != reason["text"]["en"] and reason["basis"] and reason["from"]


def test_hours_that_change_on_a_date_hold_from_then_on() -> None:
    calendar = Calendar(changes=[(date(2026, 3, 4), {"mon": [["08:00", "09:00"]], "wed": [["08:00", "09:00"]]})])
    found = compute(at("2026-03-02T09:00"), Term.of(2, "WORKING_DAY"), calendar=calendar)
    assert found.due == at("2026-03-04T09:00")


def test_steps_are_counted_in_working_time_and_told_early_on_time_or_late() -> None:
    calendar = Calendar()
    end = step_due(calendar, at("2026-03-06T16:00"), Term.of(2, "WORKING_HOUR"))
    assert end == at("2026-03-09T08:30")
    assert step_due(
        calendar,
        at("2026-03-06T16:00"),
        Term.of(2, "WORKING_HOUR"),
        [Pause(at("2026-03-06T16:00"), at("2026-03-09T08:30"))],
    ) == at("2026-03-09T10:30")
    assert calendar.minutes_between(at("2026-03-06T16:30"), end) == 90
    assert calendar.minutes_between(end, at("2026-03-06T16:30")) == -90
    assert calendar.minutes_between(at("2026-03-06T16:30"), at("2026-03-06T16:30:30")) == Fraction(1, 2)
    assert classify(end, at("2026-03-06T17:00"), end) == "early"
    assert classify(end, at("2026-03-09T16:00"), end) == "on_time"
    assert classify(end, at("2026-03-09T16:00"), end, to_the_minute=True) == "late"
    assert classify(end, at("2026-03-10T07:00"), end) == "late"
    assert classify(end, None, end) == "open"
    assert classify(end, None, at("2026-03-10T00:00")) == "late"
    assert classify(None, None, end) == "open"
