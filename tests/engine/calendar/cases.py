"""Random cases for `motcua clock`, with every rule within reach."""

from __future__ import annotations

import random
from datetime import datetime, timedelta, timezone
from typing import Any

ZONE = timezone(timedelta(hours=7))
WEEK = ("mon", "tue", "wed", "thu", "fri")
HOURS: list[Any] = [
    None,
    None,
    None,
    {**{day: [["07:30", "11:30"], ["13:00", "17:00"]] for day in WEEK}, "sat": [["07:30", "11:30"]]},
    {"mon": [["08:00", "12:00"]], "wed": [["13:00", "16:20"]], "fri": [["07:00", "11:00"], ["12:30", "16:30"]]},
    {**{day: [["07:00", "11:30"], ["13:30", "17:00"]] for day in WEEK[1:]}, "sun": [["08:00", "10:15"]]},
]


def random_case(chance: random.Random) -> dict[str, Any]:
    """One case; short terms, so that the naive count ends."""
    year = chance.choice([2025, 2026, 2026, 2026, 2024, 2031])
    received = datetime(year, 1, 1, tzinfo=ZONE) + timedelta(minutes=chance.randrange(365 * 1440))
    if chance.random() < 0.6:
        received = received.replace(hour=chance.choice([7, 9, 11, 14, 15, 16, 17]), minute=chance.choice([0, 29, 30]))
    case: dict[str, Any] = {
        "received": received.isoformat(),
        "term": _term(chance, zero=0.15),
        "start": chance.choice(["statutory", "working_hours"]),
    }
    hours = chance.choice(HOURS)
    if hours is not None:
        case["hours"] = hours
    if chance.random() < 0.5:
        case["cutoff"] = chance.choice(["15:00", "11:30", "07:30"])
    if chance.random() < 0.3:
        case["overrides"] = {
            (received + timedelta(days=chance.randrange(20))).date().isoformat(): chance.choice(["off", "work"])
            for _ in range(3)
        }
    case["pauses"] = [_pause(chance, received) for _ in range(chance.choice([0, 0, 1, 1, 2, 3]))]
    case["extensions"] = [_term(chance, zero=0) for _ in range(chance.choice([0, 0, 0, 1, 2]))]
    return case


def _term(chance: random.Random, zero: float) -> dict[str, Any]:
    unit = chance.choice(["WORKING_DAY", "WORKING_DAY", "DAY", "WORKING_HOUR", "MONTH"])
    if chance.random() < zero:
        return {"value": "0", "unit": unit}
    if unit == "MONTH":
        return {"value": chance.choice(["1", "2", "3"]), "unit": unit}
    if chance.random() < 0.35:
        return {"value": chance.choice(["0.5", "1.5", "2.25", "0.333", "6.5", 3.75, "0.01"]), "unit": unit}
    return {"value": chance.choice([str(chance.randrange(1, 9)), chance.randrange(1, 30)]), "unit": unit}


def _pause(chance: random.Random, received: datetime) -> dict[str, Any]:
    begin = received + timedelta(minutes=chance.randrange(-600, 14 * 1440))
    if chance.random() < 0.3:
        begin = begin.replace(hour=chance.choice([7, 11, 13, 17]), minute=chance.choice([0, 30]))
    pause: dict[str, Any] = {"from": begin.isoformat()}
    if chance.random() < 0.97:
        pause["to"] = (begin + timedelta(minutes=chance.choice([0, 45, 300, chance.randrange(6 * 1440)]))).isoformat()
    if chance.random() < 0.5:
        pause["effect"] = chance.choice(["pause", "pause", "restart", "none"])
    return pause
