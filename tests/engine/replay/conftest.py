"""Random models may loop without a wait: a command stops soon."""

from __future__ import annotations

import pytest

from engine.run import machine


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "STEP_LIMIT", 300)
