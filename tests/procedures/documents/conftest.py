"""The office on SQLite, or on each kind of database."""

from __future__ import annotations

import pytest

from tests.procedures.documents.office import furnish
from tests.procedures.town import Town


@pytest.fixture
def office(town: Town) -> Town:
    return furnish(town)


@pytest.fixture
def either_office(either_town: Town) -> Town:
    return furnish(either_town)
