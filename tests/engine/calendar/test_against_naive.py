"""Ten thousand random cases, counted twice."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from engine.calendar import answer
from engine.calendar.explain import RULES
from tests.engine.calendar.cases import random_case
from tests.engine.calendar.naive import due

CASES = 10_000
hit: Counter[str] = Counter()


@pytest.mark.parametrize("part", range(10))
def test_the_clock_agrees_with_the_naive_count(part: int) -> None:
    chance = random.Random(f"clock {part}")
    for _ in range(CASES // 10):
        case = random_case(chance)
        answered, ok = answer(case)
        assert ok, (case, answered)
        expected = due(case)
        assert answered["due"] == (None if expected is None else expected.isoformat()), case
        hit.update(reason["rule"] for reason in answered["explanation"])


def test_every_rule_was_hit() -> None:
    """Runs on its own, too: 2,000 cases reach every rule."""
    chance = random.Random("rules")
    rules = {reason["rule"] for _ in range(2_000) for reason in answer(random_case(chance))[0]["explanation"]}
    assert rules == set(RULES)
