"""ISO 8601 dates, durations and repeating intervals."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from engine.run import timers

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("P1D", "2026-11-24T01:00"),
        ("PT1H30M", "2026-11-23T02:30"),
        ("P1W", "2026-11-30T01:00"),
        ("P1M", "2026-12-23T01:00"),
        ("P1Y2M3DT4H", "2028-01-26T05:00"),
        ("-PT1H", "2026-11-23T00:00"),
        ("PT0,5H", "2026-11-23T01:30"),
    ],
)
def test_a_duration_is_added_to_now(text, expected):
    assert timers.after(NOW, text).isoformat()[:16] == expected


def test_a_month_goes_to_the_last_day_where_the_day_is_missing():
    assert timers.add(datetime(2026, 1, 31, 3, tzinfo=UTC), "P1M").astimezone(UTC).date() == date(2026, 2, 28)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-12-01", "2026-11-30T17:00"),
        (date(2026, 12, 1), "2026-11-30T17:00"),
        ("2026-12-01T08:00:00", "2026-12-01T01:00"),
        ("2026-12-01T08:00:00Z", "2026-12-01T08:00"),
        ("2026-12-01T08:00:00@Europe/Paris", "2026-12-01T07:00"),
        ("2026-12-01T08:00:00[Europe/Paris]", "2026-12-01T07:00"),
        ("2026-12-01T24:00", "2026-12-01T17:00"),
        (datetime(2026, 12, 1, 8, tzinfo=UTC), "2026-12-01T08:00"),
    ],
)
def test_a_date_without_an_offset_is_at_home(value, expected):
    assert timers.moment(value).isoformat()[:16] == expected


@pytest.mark.parametrize(
    ("text", "first", "repeats"),
    [
        ("R3/PT1H", "2026-11-23T02:00", 3),
        ("R/P1D", "2026-11-24T01:00", -1),
        ("R0/P1D", "2026-11-24T01:00", 1),
        ("R2/2026-12-01T00:00:00Z/P1D", "2026-12-01T00:00", 2),
        ("R/2026-11-22T00:00:00Z/P1D", "2026-11-24T00:00", -1),
        ("R5/2026-11-22T00:00:00Z/P1D", "2026-11-24T00:00", 3),
        ("R2/2026-12-01T00:00:00Z/2026-12-01T06:00:00Z", "2026-12-01T00:00", 2),
    ],
)
def test_a_cycle_has_a_first_firing_and_a_number(text, first, repeats):
    due, left = timers.cycle(text, NOW)
    assert (due.isoformat()[:16], left) == (first, repeats)


def test_a_cycle_goes_on_from_the_date_that_was_due():
    assert timers.following("R/2026-12-01T00:00:00Z/2026-12-01T06:00:00Z", NOW) == NOW + timedelta(hours=6)


@pytest.mark.parametrize("text", ["", "P", "PT", "1D", "R3", "R/P0D", "PT1H/R", "P99999999999Y", "R/-PT1H"])
def test_what_is_none_is_said_to_be_none(text):
    with pytest.raises(ValueError):
        timers.cycle(text, NOW) if text.startswith("R") else timers.after(NOW, text)
