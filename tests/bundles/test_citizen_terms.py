"""What binds the citizen in days ends at 24:00 of its last day, in every bundle that ships (Civil Code 148.6)."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from pathlib import Path

import pytest

from engine import feel, model
from engine.calendar import VIETNAM
from engine.model.definition import Expression
from procedures.dossiers.nodes import timers_beside
from tests.bundles.shipped import MODELS, named

DAY = "2026-12-02"


def waits(path: Path) -> list[tuple[str, str]]:
    """The timers that end a wait for the citizen: node and what its timer evaluates, literals as they stand."""
    found = []
    for process in model.read(path).processes.values():
        for node in process.scope.walk():
            if any(one.name == "citizen" for one in node.extensions):
                for timer in timers_beside(process, node):
                    event = timer.event("timer")
                    assert event is not None
                    value = event.value
                    found.append((timer.id, value.text if isinstance(value, Expression) else f'@"{value}"'))
    return found


@pytest.mark.parametrize("path", [path for path in MODELS if waits(path)], ids=named)
def test_the_timer_of_a_wait_for_the_citizen_fires_at_the_end_of_a_day(path: Path) -> None:
    for timer, text in waits(path):
        ends = feel.evaluate(text, {"han_bo_sung": DAY})
        assert isinstance(ends, datetime), (timer, text)
        local = ends.astimezone(VIETNAM)
        assert local.time() == time(), (timer, text)
        if "han_bo_sung" in text:
            assert local.date().isoformat() == "2026-12-03", (timer, text)


def test_without_a_day_a_supplement_lasts_to_the_end_of_the_thirtieth() -> None:
    texts = [text for path in MODELS for _, text in waits(path) if "han_bo_sung = null" in text]
    assert len(texts) >= 6
    for text in texts:
        ends = feel.evaluate(text, {"han_bo_sung": None})
        assert ends.astimezone(VIETNAM).date() - datetime.now(VIETNAM).date() in (
            timedelta(days=31),
            timedelta(days=30),
        )
        assert ends.astimezone(VIETNAM).time() == time()
