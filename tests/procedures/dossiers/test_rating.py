"""People say once how they were served, when it is over; figures are of an agency, nothing of the person is kept."""

from __future__ import annotations

import pytest

from engine.refusal import Refusal
from procedures import dossiers
from procedures.actor import CITIZEN
from procedures.dossiers import rating
from procedures.store.rating import rating as table
from tests.procedures.town import Town


def over(town: Town) -> str:
    """A dossier that was taken back."""
    id = town.receive().id
    dossiers.withdraw(town.database, id, "Đổi ý", CITIZEN)
    return id


def test_it_is_rated_when_it_is_over_and_once(town: Town) -> None:
    id = town.receive().id
    with pytest.raises(Refusal, match="còn đang giải quyết"):
        rating.rate(town.database, id, 5, None, "", CITIZEN)
    dossiers.withdraw(town.database, id, "Đổi ý", CITIZEN)
    assert rating.may_rate(town.database, id)
    for service, official, said in ((0, None, ""), (6, None, ""), (5, 9, ""), (5, None, "x" * 1001)):
        with pytest.raises(Refusal):
            rating.rate(town.database, id, service, official, said, CITIZEN)
    rating.rate(town.database, id, 2, 5, "  Chờ lâu ", CITIZEN)
    assert rating.rated(town.database, id) == 2 and not rating.may_rate(town.database, id)
    with pytest.raises(Refusal, match="đã được đánh giá"):
        rating.rate(town.database, id, 5, None, "", CITIZEN)


def test_the_figures_are_of_the_agency_and_the_period(town: Town) -> None:
    for service, official in ((5, 4), (4, None), (1, 2)):
        rating.rate(town.database, over(town), service, official, "Tốt" if service == 5 else "", CITIZEN)
    day = town.now.date()
    (found,) = rating.opinions(town.database, town["dung"], day, day)
    assert (found.count, found.satisfied, found.service, found.official) == (3, 66.7, 3.3, 3.0)
    assert found.said == ((day, 5, "Tốt"),)
    before = day.replace(day=1)
    assert rating.opinions(town.database, town["dung"], before, before) == []
    assert {column.name for column in table.columns} == {"dossier_id", "agency", "service", "official", "said", "at"}
