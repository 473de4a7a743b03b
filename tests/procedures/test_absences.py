"""Who is away has somebody who does their work: offered, handed over, named in the log and on what is signed."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from engine import audit
from engine.refusal import Refusal
from engine.worker import drain
from procedures import absences, dossiers, officials, tasks
from procedures.absences import Asked
from procedures.actor import Actor
from procedures.rights import NotAllowed, Unseen
from tests.procedures.town import AGENCY, Town

MONDAY, FRIDAY = date(2026, 3, 2), date(2026, 3, 6)
LEADING: dict[str, Any] = {"capacity": "TL", "basis": "Quyết định số 12/QĐ-UBND"}


def away(town: Town, who: str, substitute: str, by: str = "", **more: Any) -> str:
    said = {"first": MONDAY, "last": FRIDAY, "reason": "nghỉ phép", **more}
    return absences.begin(town.database, who, Asked(substitute=substitute, **said), town[by or who])


def kinds(town: Town, id: str) -> list[Any]:
    return [one.data for one in audit.history(town.database, id) if one.kind == absences.ON_BEHALF]


def test_the_substitute_does_the_work_and_the_log_names_both(either_town: Town) -> None:
    town = either_town
    id = town.receive().id
    with pytest.raises(NotAllowed):
        town.do("an", id, "dat")
    away(town, "chi", "an")
    town.do("an", id, "dat")
    assert [(one["for"], one["capacity"]) for one in kinds(town, id)] == [("chi", "")]
    assert "Thay Lê Thị Chi" in str(dossiers.history(town.database, id))
    town.move(days=5)  # Saturday: the absence is over
    with pytest.raises((Unseen, NotAllowed)):
        town.do("an", id, "trinh")
    town.do("chi", town.receive().id, "dat")


def test_what_one_may_do_anyway_is_not_done_for_another(town: Town) -> None:
    officials.grant(town.database, "an", "chuyen_vien", AGENCY, by="thu")
    away(town, "chi", "an")
    id = town.receive().id
    town.do("an", id, "dat")
    assert kinds(town, id) == []


def test_what_is_held_goes_to_the_substitute_when_the_days_begin(town: Town) -> None:
    mine, later = town.receive().id, town.receive().id
    tasks.claim(town.database, town.task(mine).id, town["chi"])
    away(town, "chi", "an", first=date(2026, 3, 3), hand_over=True)
    drain(town.database)
    assert town.task(mine).assignee == "chi"
    town.move(days=1)
    drain(town.database)
    assert town.task(mine).assignee == "an" and town.task(later).assignee is None
    town.do("an", mine, "dat")


def test_handing_over_gives_nobody_what_their_roles_do_not(town: Town) -> None:
    officials.grant(town.database, "dung", "chuyen_vien", AGENCY, by="thu")
    id = town.receive().id
    town.to_leader(id)
    tasks.claim(town.database, town.task(id).id, town["dung"])
    away(town, "dung", "chi", roles=[("chuyen_vien", AGENCY)], hand_over=True)
    drain(town.database)
    assert town.task(id).assignee is None


def test_a_step_that_comes_again_comes_to_the_substitute_and_nothing_is_given_to_who_is_away(town: Town) -> None:
    id = town.receive().id
    town.to_leader(id)
    away(town, "chi", "an")
    town.do("dung", id, "tra_lai", "sai ảnh")
    assert town.task(id).assignee == "an"
    other = town.receive().id
    with pytest.raises(Refusal, match="vắng mặt đến hết 06/03/2026, Nguyễn Văn An làm thay"):
        tasks.reassign(town.database, town.task(other).id, "chi", "cho đều", town["binh"])


def test_a_leader_is_signed_for_in_a_capacity_that_stands_on_the_paper(town: Town) -> None:
    with pytest.raises(Refusal, match="thẩm quyền"):
        away(town, "dung", "binh")
    with pytest.raises(Refusal, match="phân công"):
        away(town, "dung", "binh", capacity="TL")
    with pytest.raises(Refusal, match="cấp phó"):
        away(town, "dung", "binh", **{**LEADING, "capacity": "KT"})
    away(town, "dung", "binh", **LEADING)
    assert absences.title(town.database, AGENCY, town["binh"]) == "TL. Chủ tịch\nTrưởng phòng"
    assert absences.title(town.database, AGENCY, town["dung"]) == "Chủ tịch"
    id = town.receive().id
    town.to_leader(id)
    shown = [one["sha256"] for one in dossiers.results(town.database, id)]
    tasks.complete(town.database, town.task(id).id, "ky", {}, town["binh"], shown=shown)
    (said,) = kinds(town, id)
    assert (said["for"], said["capacity"], said["basis"]) == ("dung", "TL", "Quyết định số 12/QĐ-UBND")


@pytest.mark.parametrize(
    ("more", "about"),
    [
        ({"first": date(2026, 3, 1)}, "first"),
        ({"last": date(2026, 3, 1)}, "last"),
        ({"last": date(2027, 3, 5)}, "last"),
        ({"reason": " "}, "reason"),
        ({"substitute": "dung"}, ""),
        ({"substitute": "chi"}, "substitute"),
        ({"substitute": "khong"}, "substitute"),
        ({"roles": [("lanh_dao", AGENCY)]}, "roles"),
    ],
)
def test_what_is_no_absence_is_refused_at_its_field(town: Town, more: dict[str, Any], about: str) -> None:
    substitute = more.pop("substitute", "an")
    if not about:
        assert away(town, "chi", substitute, **more)
        return
    with pytest.raises(Refusal) as refused:
        away(town, "chi", substitute, **more)
    assert refused.value.about == about and refused.value.en
    assert absences.of(town.database, "chi") == []


def test_nobody_is_away_twice_nor_stood_in_for_by_who_is_away(town: Town) -> None:
    away(town, "chi", "an")
    with pytest.raises(Refusal, match="Đã báo vắng từ 02/03/2026"):
        away(town, "chi", "binh", first=FRIDAY)
    with pytest.raises(Refusal, match="Người này cũng vắng"):
        away(town, "binh", "chi")


def test_who_has_a_say(town: Town) -> None:
    officials.add(town.database, "quan", "Quản", agency="T", by="thu")
    officials.grant(town.database, "quan", "quan_tri", "T", by="thu")
    town.actors["quan"] = Actor("quan", "Quản", "", "T", frozenset({"quan_tri"}), frozenset({"T"}), everything=True)
    with pytest.raises(NotAllowed):
        away(town, "chi", "an", by="an")
    with pytest.raises(NotAllowed):  # nobody lends a role to whom they answer
        away(town, "dung", "binh", by="binh", **LEADING)
    away(town, "binh", "an", first=FRIDAY)
    lent = absences.of(town.database, "binh")[0]
    town.move(days=4)
    with pytest.raises(NotAllowed):  # nor one that is lent to themselves
        absences.begin(town.database, "chi", Asked(FRIDAY, FRIDAY, "dung", "x"), town["an"])
    absences.end(town.database, lent.id, town["dung"])
    town.move(days=-4)
    for by in ("chi", "binh", "dung", "quan"):
        id = away(town, "chi", "an", by=by)
        with pytest.raises(NotAllowed):
            absences.end(town.database, id, town["an"])
        absences.end(town.database, id, town[by])
    assert [one.state(MONDAY) for one in absences.of(town.database, "chi")] == ["called_off"] * 4


def test_back_early_the_substitute_stops_at_once(either_town: Town) -> None:
    town = either_town
    held, free = town.receive().id, town.receive().id
    id = away(town, "chi", "an")
    tasks.claim(town.database, town.task(held).id, town["an"])
    town.move(days=1)
    absences.end(town.database, id, town["chi"])
    with pytest.raises(NotAllowed):
        town.do("an", free, "dat")
    town.do("an", held, "dat")  # what they hold they finish
    assert not absences.away(town.database, ["chi"]) and not absences.stood_in_for(town.database, "an")
    with pytest.raises(Refusal, match="đã kết thúc"):
        absences.end(town.database, id, town["chi"])


def test_what_somebody_held_who_left_goes_back_to_those_it_is_offered_to(town: Town) -> None:
    kept, held = town.receive().id, town.receive().id
    tasks.claim(town.database, town.task(held).id, town["chi"])
    officials.leave(town.database, "chi", date(2026, 3, 4), by="thu", reason="chuyển công tác")
    officials.stay(town.database, "chi", by="thu", reason="ghi nhầm")
    town.move(days=2)
    drain(town.database)
    assert town.task(held).assignee == "chi", "they stayed"
    officials.leave(town.database, "chi", date(2026, 3, 4), by="thu", reason="chuyển công tác")
    drain(town.database)
    assert town.task(held).assignee is None and town.task(kept).assignee is None
    told = [one for one in audit.history(town.database, held) if one.kind == "release"]
    assert "thôi công tác" in str(told[-1].data["reason"])
