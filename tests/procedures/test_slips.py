"""Papers go from hand to hand by slips: given in batches, taken row by row, refused with a reason, on Mẫu 06."""

from __future__ import annotations

import pytest

from engine import audit
from engine.refusal import Refusal
from procedures import dossiers, letters, officials, slips
from procedures.actor import Actor
from procedures.rights import NotAllowed, Unseen
from tests.procedures.town import Town


def test_a_slip_is_taken_row_by_row_and_the_control_sheet_has_each(town: Town) -> None:
    database, an, chi, binh = town.database, town["an"], town["chi"], town["binh"]
    first, second, third = (town.receive() for _ in range(3))
    ids = [first.id, second.id, third.id]
    assert {one.id for one in slips.held(database, an)} == set(ids) and slips.held(database, chi) == []
    with pytest.raises(Refusal, match="ít nhất một"):
        slips.make(database, [], "chuyen_vien", "", an)
    with pytest.raises(Refusal, match="nơi nhận khác"):
        slips.make(database, ids, "mot_cua", "", an)
    with pytest.raises(Refusal, match="không còn ở chỗ bạn"):
        slips.make(database, ids, "mot_cua", "", chi)
    made = slips.make(database, ids, "chuyen_vien", "Đợt sáng", an)
    with pytest.raises(Refusal, match="không còn ở chỗ bạn"):  # they stand on a slip that waits
        slips.make(database, ids[:1], "lanh_dao", "", an)
    one, rows = slips.get(database, made, an)
    assert (one.number, one.rows, one.waiting) == ("01/PGN", 3, 3)
    said = " ".join(letters.text_of(letters.pdf(database, one.paper)).split())
    for part in ("PHIẾU GIAO NHẬN HỒ SƠ", first.code, third.code, "3 hồ sơ", "Đợt sáng", "Nguyễn Văn An"):
        assert part in said
    with pytest.raises(NotAllowed):
        slips.decide(database, made, ids, {}, binh)
    with pytest.raises(NotAllowed):
        slips.decide(database, made, ids, {}, an)
    with pytest.raises(Refusal, match="lý do không nhận"):
        slips.decide(database, made, [], {second.id: " "}, chi)
    assert [each.id for each in slips.listing(database, chi)[0]] == [made]
    town.move(minutes=20)
    slips.decide(database, made, [first.id], {second.id: "Thiếu bản chính"}, chi)
    with pytest.raises(Refusal, match="đã được xử lý"):
        slips.decide(database, made, [first.id], {}, chi)
    with pytest.raises(NotAllowed):
        slips.take_back(database, made, chi)
    slips.take_back(database, made, an)
    _, rows = slips.get(database, made, chi)
    assert {row.dossier: row.state for row in rows} == {
        first.id: "accepted",
        second.id: "refused",
        third.id: "taken_back",
    }
    assert [each.id for each in slips.held(database, chi)] == [first.id]
    assert {each.id for each in slips.held(database, an)} == {second.id, third.id}
    sheet = dossiers.control_sheet(database, second.id)
    assert any(
        row[0] == "Nguyễn Văn An" and row[5] == "Không nhận" and "Thiếu bản chính" in row[6] for row in sheet.rows
    )
    assert any("01/PGN" in row[6] for row in dossiers.control_sheet(database, first.id).rows)
    assert audit.verify(database)["broken"] == []


def test_papers_go_back_and_nobody_elsewhere_sees_the_slip(town: Town) -> None:
    database, an, chi = town.database, town["an"], town["chi"]
    id = town.receive().id
    out = slips.make(database, [id], "chuyen_vien", "", an)
    slips.decide(database, out, [id], {}, chi)
    back = slips.make(database, [id], "mot_cua", "", chi)
    slips.decide(database, back, [id], {}, an)
    assert [one.id for one in slips.held(database, an)] == [id]
    with pytest.raises(Unseen):
        slips.get(database, "khong-co", an)
    officials.add(database, "xa", "Người xã khác", agency="T.3", by="thu")
    officials.grant(database, "xa", "mot_cua", "T.3", by="thu")
    stranger = Actor("xa", "Người xã khác", "", "T.3", frozenset({"mot_cua"}), frozenset({"T.3"}))
    with pytest.raises(Unseen):
        slips.get(database, back, stranger)
    with pytest.raises(Unseen):
        slips.decide(database, back, [id], {}, stranger)
    assert slips.held(database, stranger) == []
