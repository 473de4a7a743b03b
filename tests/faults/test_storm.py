"""A short storm in the slow tier; `make storm` makes the long ones."""

from __future__ import annotations

import pytest

from tests.faults.storm.__main__ import storm


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_what_was_acknowledged_is_there_once_after_a_storm(seed: int) -> None:
    assert storm(seed, seconds=90, servers=2, workers=2, clients=4) == []
