"""More time is proposed by who works on a dossier and decided by its agency's leader; no letter bears the name of
somebody who has not approved it."""

from __future__ import annotations

import pytest

from engine.refusal import Refusal
from procedures import dossiers, letters
from procedures.actor import CITIZEN
from procedures.dossiers import Lack, Tick
from procedures.rights import NotAllowed
from tests.procedures.town import Town

WHY = "Chờ xác minh ở nơi cư trú cũ"


def issued(town: Town, id: str, template: str) -> list[letters.Letter]:
    made = letters.issued(town.database, id)
    return [one for one in made if one.template == template]


def test_what_the_desk_proposes_moves_nothing_until_the_leader_has_approved_it(either_town: Town) -> None:
    town = either_town
    made = town.receive()
    before = dossiers.get(town.database, made.id).due
    dossiers.propose_extension(town.database, made.id, "2", "WORKING_DAY", WHY, town["an"])
    waiting = dossiers.pending_extension(town.database, made.id)
    assert waiting is not None and (waiting.value, waiting.unit, waiting.reason, waiting.who) == (
        "2",
        "WORKING_DAY",
        WHY,
        "an",
    )
    assert dossiers.get(town.database, made.id).due == before and issued(town, made.id, "mau-04") == []
    assert [code for code, _ in dossiers.waiting_extensions(town.database, ["T.2"])] == [made.code]
    assert dossiers.waiting_extensions(town.database, ["T.3"]) == []
    for who in ("an", "chi", "binh"):
        with pytest.raises(NotAllowed):
            dossiers.decide_extension(town.database, made.id, True, "", town[who])
    dossiers.decide_extension(town.database, made.id, True, "", town["dung"])
    due = dossiers.get(town.database, made.id).due
    assert before is not None and due is not None and due > before
    (letter,) = issued(town, made.id, "mau-04")
    assert letter.signer == "Phạm Văn Dũng"
    assert dossiers.pending_extension(town.database, made.id) is None


def test_what_the_leader_refuses_is_answered_with_a_reason_and_may_be_proposed_anew(town: Town) -> None:
    made = town.receive()
    dossiers.propose_extension(town.database, made.id, "1", "WORKING_DAY", WHY, town["chi"])
    with pytest.raises(Refusal, match="đang chờ lãnh đạo"):
        dossiers.propose_extension(town.database, made.id, "1", "WORKING_DAY", WHY, town["chi"])
    with pytest.raises(Refusal, match="phải nêu lý do"):
        dossiers.decide_extension(town.database, made.id, False, " ", town["dung"])
    dossiers.decide_extension(town.database, made.id, False, "Đủ hồ sơ rồi", town["dung"])
    assert issued(town, made.id, "mau-04") == []
    dossiers.propose_extension(town.database, made.id, "1", "WORKING_DAY", WHY, town["chi"])


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        ("9999", "DAY", "nhiều nhất 3 ngày làm việc"),
        ("4", "WORKING_DAY", "nhiều nhất 3 ngày làm việc"),
        ("1", "MONTH", "nhiều nhất 3 ngày làm việc"),
        ("0", "DAY", "phải lớn hơn 0"),
    ],
)
def test_an_extension_is_not_longer_than_the_procedure_allows(town: Town, value: str, unit: str, said: str) -> None:
    made = town.receive()
    for act in (dossiers.propose_extension, dossiers.extend):
        with pytest.raises(Refusal, match=said):
            act(town.database, made.id, value, unit, WHY, town["chi" if act is dossiers.propose_extension else "dung"])


def test_after_the_due_moment_nothing_is_proposed_or_approved(town: Town) -> None:
    made, late = town.receive(), town.receive(name="Muộn")
    dossiers.propose_extension(town.database, made.id, "1", "WORKING_DAY", WHY, town["an"])
    town.move(days=10)
    with pytest.raises(Refusal, match="đã quá hạn"):
        dossiers.decide_extension(town.database, made.id, True, "", town["dung"])
    with pytest.raises(Refusal, match="đã quá hạn"):
        dossiers.propose_extension(town.database, late.id, "1", "WORKING_DAY", WHY, town["an"])


def test_a_letter_that_the_leader_signs_has_no_name_where_somebody_else_acted(town: Town) -> None:
    made = town.receive()
    dossiers.withdraw(town.database, made.id, "Đổi ý", town["an"])
    (letter,) = issued(town, made.id, "mau-05")
    assert letter.signer == ""
    other = town.receive(name="Khác")
    dossiers.stop(town.database, other.id, "Trùng hồ sơ", "cơ quan", town["dung"])
    (letter,) = issued(town, other.id, "mau-05")
    assert letter.signer == "Phạm Văn Dũng"


def test_an_official_signs_what_he_asks_for(town: Town) -> None:
    made = town.receive()
    town.ask(made.id, Lack("anh", "", "mờ"))
    (letter,) = issued(town, made.id, "mau-02")
    assert letter.signer == "Lê Thị Chi"


def test_a_proposal_lapses_when_the_clock_stops_and_when_the_dossier_ends(town: Town) -> None:
    paused, stopped = town.receive(), town.receive(name="Khác")
    for made in (paused, stopped):
        dossiers.propose_extension(town.database, made.id, "1", "WORKING_DAY", WHY, town["an"])
    town.ask(paused.id, Lack("anh", "", "mờ"))
    dossiers.stop(town.database, stopped.id, "Trùng hồ sơ", "cơ quan", town["dung"])
    assert dossiers.waiting_extensions(town.database, ["T.2"]) == []
    said = {id: list(dossiers.history(town.database, id)) for id in (paused.id, stopped.id)}
    assert [one.note for one in said[paused.id] if one.kind == "dossier.extension_lapsed"] == ["thời hạn tạm dừng"]
    assert [one.note for one in said[stopped.id] if one.kind == "dossier.extension_lapsed"] == ["hồ sơ đã kết thúc"]
    (asked,) = [one.note for one in said[paused.id] if one.kind == "dossier.extension_proposed"]
    assert asked == f"Thêm 1 ngày làm việc. Lý do: {WHY}"
    with pytest.raises(Refusal, match="Không có đề nghị gia hạn"):
        dossiers.decide_extension(town.database, paused.id, False, "Không", town["dung"])
    dossiers.bring_supplement(town.database, paused.id, [Tick("anh", 2)], by=CITIZEN)
    dossiers.propose_extension(town.database, paused.id, "2", "WORKING_DAY", WHY, town["an"])
    assert [code for code, _ in dossiers.waiting_extensions(town.database, ["T.2"])] == [paused.code]
