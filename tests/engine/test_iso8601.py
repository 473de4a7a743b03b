"""ISO 8601 dates, durations and repeating intervals."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from engine import durations, iso8601

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
    assert iso8601.after(NOW, text).isoformat()[:16] == expected


def test_a_month_goes_to_the_last_day_where_the_day_is_missing():
    assert iso8601.add(datetime(2026, 1, 31, 3, tzinfo=UTC), "P1M").astimezone(UTC).date() == date(2026, 2, 28)


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
    assert iso8601.moment(value).isoformat()[:16] == expected


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
    due, left, _ = iso8601.cycle(text, NOW)
    assert (due.isoformat()[:16], left) == (first, repeats)


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("R3/2026-01-31T09:00:00+07:00/P1M", ["01-31", "02-28", "03-31", "04-30"]),
        ("R3/2024-02-29T09:00:00+07:00/P1Y", ["02-29", "02-28", "02-28", "02-28", "02-29"]),
        ("R/2026-01-31T09:00:00+07:00/P1M1D", ["01-31", "03-01", "04-02"]),
        ("R/P1M/2026-03-31T09:00:00+07:00", ["02-28", "03-28", "04-28"]),
    ],
)
def test_months_are_counted_from_the_start_of_a_repetition(text, dates):
    due, _, kept = iso8601.cycle(text, datetime(2020, 1, 1, tzinfo=UTC))
    found = []
    for _ in dates:
        found.append(f"{due.astimezone(iso8601.HOME):%m-%d}")
        due = iso8601.following(kept, due)
    assert found == dates


def test_months_without_a_start_are_counted_from_the_day_the_timer_was_set():
    now = datetime(2026, 1, 31, 3, tzinfo=UTC)
    first, _, kept = iso8601.cycle("R3/P1M", now)
    second = iso8601.following(kept, first)
    assert [first.date(), second.date(), iso8601.following(kept, second).date()] == [
        date(2026, 2, 28),
        date(2026, 3, 31),
        date(2026, 4, 30),
    ]


def test_months_that_were_missed_do_not_shift_the_day():
    due, left, _ = iso8601.cycle("R9/2026-01-31T09:00:00+07:00/P1M", datetime(2026, 3, 1, tzinfo=UTC))
    assert (f"{due.astimezone(iso8601.HOME):%d/%m}", left) == ("31/03", 7)


def test_a_firing_that_was_moved_by_hand_counts_on_from_its_new_date():
    moved = datetime(2026, 2, 20, 2, tzinfo=UTC)
    assert iso8601.following("R3/2026-01-31T09:00:00+07:00/P1M", moved) == datetime(2026, 3, 20, 2, tzinfo=UTC)


@pytest.mark.parametrize("zone", ["Asia/Ho_Chi_Minh", "Europe/Paris", "America/Port_of_Spain"])
def test_a_cycle_begins_at_a_date_with_a_zone_by_name_as_feel_prints_it(zone):
    due, left, kept = iso8601.cycle(f"R2/2026-12-02T10:00:00@{zone}/P2D", NOW)
    assert (due, left) == (datetime(2026, 12, 2, 10, tzinfo=ZoneInfo(zone)), 2)
    assert iso8601.following(kept, due) == due + timedelta(days=2)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("R2/2026-12-02T10:00:00@Asia/Sai_Gon/P2D", "2026-12-02T10:00:00@Asia/Sai_Gon"),
        ("R2/2026-12-02T10:00:00+07:00/P2X", "P2X"),
        ("R2/2026-13-02T10:00:00+07:00/P2D", "2026-13-02T10:00:00+07:00"),
    ],
)
def test_of_a_cycle_that_cannot_be_read_the_part_that_is_wrong_is_told(text, said):
    with pytest.raises(iso8601.NoTime) as raised:
        iso8601.cycle(text, NOW)
    assert f"«{said}»" in raised.value.vi and f"'{said}'" in raised.value.en


def test_a_cycle_goes_on_from_the_date_that_was_due():
    assert iso8601.following("R/2026-12-01T00:00:00Z/2026-12-01T06:00:00Z", NOW) == NOW + timedelta(hours=6)


@pytest.mark.parametrize("text", ["", "P", "PT", "1D", "R3", "R/P0D", "PT1H/R", "P99999999999Y", "R/-PT1H"])
def test_what_is_none_is_said_to_be_none(text):
    with pytest.raises(ValueError):
        iso8601.cycle(text, NOW) if text.startswith("R") else iso8601.after(NOW, text)


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("P1W", timedelta(weeks=1)),
        ("PT90S", timedelta(seconds=90)),
        ("P1DT1,5H", timedelta(days=1, hours=1, minutes=30)),
        ("-PT30M", timedelta(minutes=-30)),
    ],
)
def test_a_length_of_days_and_time_is_read(text, length):
    assert durations.length(text) == length


@pytest.mark.parametrize("text", ["P", "PT", "P1D T1H", "1D", "P1M", "P1Y", "PT1", "P٣D", "PT1.S", "P999999999999D"])
def test_what_has_no_length_is_refused(text):
    with pytest.raises(ValueError):
        durations.length(text)
