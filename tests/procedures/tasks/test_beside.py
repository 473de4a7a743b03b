"""What an outcome may say beside its form: only the one that asks for it, checked, and of this round alone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from engine import commands
from procedures import bundles, dossiers, forms, tasks
from procedures.actor import SYSTEM
from procedures.dossiers import Tick
from tests.procedures.town import DESCRIPTION, MODEL, Town, bundle

LACK = {"ma": "anh", "ly_do": "mờ"}
ELSEWHERE: Mapping[str, Any] = {
    "thieu": [LACK],
    "han_bo_sung": "2026-03-10",
    "gia_han_so": 9999,
    "gia_han_don_vi": "DAY",
}
EXTENDS = MODEL.replace('<mc:step label="Xem xét đơn" />', '<mc:step label="Xem xét đơn" /><mc:extension />')


def ask(town: Town, id: str, **said: Any) -> None:
    tasks.complete(town.database, town.task(id).id, "bo_sung", said, town["chi"], reason="Thiếu ảnh")


def errors(town: Town, id: str, outcome: str, posted: Mapping[str, Any], **more: Any) -> dict[str, list[str]]:
    with pytest.raises(forms.Invalid) as wrong:
        tasks.complete(town.database, town.task(id).id, outcome, posted, town["chi"], **more)
    return wrong.value.errors


@pytest.mark.parametrize("name", ELSEWHERE)
@pytest.mark.parametrize("kind", [dict, MultiDict])
def test_what_another_outcome_says_is_refused_from_programs_and_pages(town: Town, name: str, kind: type) -> None:
    id = town.receive().id
    assert set(errors(town, id, "dat", kind({name: ELSEWHERE[name]}))) == {name}
    assert name not in commands.variables_of(town.database, id)
    extension = name.startswith("gia_han")
    more = {} if extension else {"gia_han_so": 1}
    assert errors(town, id, "bo_sung", kind({name: ELSEWHERE[name], **more}), reason="mờ").keys() & (
        {name} if extension else {"gia_han_so"}
    )


def test_each_round_starts_from_its_own_day_and_lacks(town: Town) -> None:
    more_rounds = DESCRIPTION.replace("max_rounds: 1", "max_rounds: 3")
    bundles.deploy(town.database, bundle(town.folder / "bundle", more_rounds), SYSTEM)
    id = town.receive().id
    ask(town, id, thieu=[LACK], han_bo_sung="2026-03-10")
    dossiers.bring_supplement(town.database, id, (Tick("anh", 2),), by=town["an"])
    town.move(days=30)
    ask(town, id)
    said = commands.variables_of(town.database, id)
    assert said["han_bo_sung"] is None and said["thieu"] is None


@pytest.mark.parametrize("thieu", ["anh", 5, {"ma": "anh"}, ["anh"], [LACK, None]])
def test_what_lacks_is_a_list_of_its_parts(town: Town, thieu: Any) -> None:
    id = town.receive().id
    assert set(errors(town, id, "bo_sung", {"thieu": thieu}, reason="mờ")) == {"thieu"}


@pytest.mark.parametrize(("said", "fits"), [("2026-03-06", False), ("2026-03-08", False), ("2026-03-09", True)])
def test_the_citizen_has_a_working_day_at_least(town: Town, said: str, fits: bool) -> None:
    town.move(days=4, hours=14.5)  # a Friday, half an hour before midnight
    id = town.receive().id
    if fits:
        ask(town, id, thieu=[LACK], han_bo_sung=said)
        assert commands.variables_of(town.database, id)["han_bo_sung"] == said
        return
    (sentence,) = errors(town, id, "bo_sung", {"thieu": [LACK], "han_bo_sung": said}, reason="mờ")["han_bo_sung"]
    assert "sớm nhất là 09/03/2026" in sentence
    (same,) = errors(town, id, "bo_sung", {"thieu": [LACK]}, reason="mờ", until=date.fromisoformat(said))["han_bo_sung"]
    assert same == sentence


def test_a_step_that_extends_says_by_how_much_beside_a_form_that_does_not_ask(town: Town) -> None:
    bundles.deploy(town.database, bundle(town.folder / "bundle", model=EXTENDS), SYSTEM)
    id = town.receive().id
    assert set(errors(town, id, "bo_sung", {"gia_han_so": 1}, reason="mờ")) == {"gia_han_so"}
    tasks.complete(town.database, town.task(id).id, "dat", {"gia_han_so": 1}, town["chi"], reason="Chờ ảnh")
    waiting = dossiers.pending_extension(town.database, id)
    assert waiting is not None and waiting.value == "1"
