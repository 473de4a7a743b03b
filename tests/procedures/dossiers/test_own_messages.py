"""What a citizen does reaches their dossier and no other, whatever keys a model gives its messages."""

from __future__ import annotations

import pytest

from engine import commands
from engine.refusal import Refusal
from procedures import bundles, dossiers, forms, tasks
from procedures.actor import SYSTEM
from procedures.dossiers.values import Tick
from tests.procedures.town import MODEL, Town, bundle


@pytest.mark.parametrize("key", ["= ho_so.thu_tuc", "= 1"])
def test_a_supplement_moves_only_its_own_dossier(either_town: Town, key: str) -> None:
    town = either_town
    bundles.deploy(town.database, bundle(town.folder / "bundle", model=MODEL.replace("= ho_so.ma", key)), SYSTEM)
    first, second = (town.receive(name=name).id for name in ("Trước", "Sau"))
    for id in (first, second):
        town.ask(id)
    dossiers.bring_supplement(town.database, second, (Tick("anh", 1),), by=town["an"])
    assert (town.status(first), town.status(second)) == (5, 4)
    assert dossiers.get(town.database, first).form["ho_ten"] == "Trước"
    dossiers.bring_supplement(town.database, first, (Tick("anh", 1),), by=town["an"])
    assert town.status(first) == 4
    with pytest.raises(Refusal):
        dossiers.bring_supplement(town.database, first, (Tick("anh", 1),), by=town["an"])


def test_a_supplement_sends_the_message_that_the_model_names(town: Town) -> None:
    model = MODEL.replace('"cong_dan_bo_sung"', '"nguoi_dan_mang_den"')
    bundles.deploy(town.database, bundle(town.folder / "bundle", model=model), SYSTEM)
    id = town.receive().id
    town.ask(id)
    with pytest.raises(Refusal, match="Hãy nộp giấy tờ"):
        dossiers.confirm(town.database, id, "nguoi_dan_mang_den", by=town["an"])
    dossiers.bring_supplement(town.database, id, (Tick("anh", 1),), by=town["an"])
    assert town.status(id) == 4


@pytest.mark.parametrize("said", ["2026-03-10", "2026-03-10T09:30:00+07:00", "2026-03-10T17:00:00"])
def test_the_day_to_supplement_by_is_a_day_whoever_hands_it_in(town: Town, said: str) -> None:
    id = town.receive().id
    more = {"thieu": [{"ma": "anh", "ly_do": "mờ"}], "han_bo_sung": said}
    tasks.complete(town.database, town.task(id).id, "bo_sung", more, town["chi"], reason="Thiếu ảnh")
    assert commands.variables_of(town.database, id)["han_bo_sung"] == "2026-03-10"


@pytest.mark.parametrize("said", ["2026-02-27", "mai"])
def test_a_day_that_is_past_or_none_is_refused_at_its_field(town: Town, said: str) -> None:
    id = town.receive().id
    more = {"thieu": [{"ma": "anh", "ly_do": "mờ"}], "han_bo_sung": said}
    with pytest.raises(forms.Invalid) as wrong:
        tasks.complete(town.database, town.task(id).id, "bo_sung", more, town["chi"], reason="Thiếu ảnh")
    assert list(wrong.value.errors) == ["han_bo_sung"]
