"""The town of the tests of procedures, with some hundred dossiers."""

from __future__ import annotations

import os

import pytest

from procedures.demo import many
from tests.procedures.conftest import either_town
from tests.procedures.test_demo import played
from tests.procedures.town import Town

__all__ = ["either_town"]


@pytest.fixture
def crowd(either_town: Town) -> Town:
    played(either_town)
    many.multiply(either_town.database, 120)
    return either_town


@pytest.fixture
def dossiers_of_a_year() -> int:
    """How many dossiers the simulated year has."""
    return int(os.environ.get("DOSSIERS_OF_A_YEAR", "2000"))
