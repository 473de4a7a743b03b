"""How a result leaves: a proxy has an authority, post its number; what was said is kept, with a label for the post."""

from __future__ import annotations

import pytest

from engine.refusal import Refusal
from procedures import dossiers, fees, letters
from procedures.dossiers import Recipient
from tests.procedures.town import Town


def test_the_way_and_what_shows_it_are_kept(town: Town) -> None:
    id = town.receive().id
    fees.take(town.database, id, town["an"])
    town.to_leader(id)
    town.do("dung", id, "ky")
    for wrong, said in (
        (Recipient("Hoa", way="chim"), "không có trong danh sách"),
        (Recipient("Mai", way="uy_quyen", proof=" "), "giấy ủy quyền"),
        (Recipient("Hoa", way="buu_chinh"), "số hiệu bưu gửi"),
        (Recipient("Hoa", way="tai_quay", unsigned="quên"), "Lý do không ký"),
    ):
        with pytest.raises(Refusal, match=said):
            dossiers.return_result(town.database, id, wrong, town["an"])
    said = letters.text_of(dossiers.postal_label(town.database, id))
    assert "Hoàng Thị Hoa" in said and "Thôn Đông" in said
    given = Recipient("Mai", "033", "con", way="uy_quyen", proof="Số 12, UBND xã", unsigned="khong_ky_duoc")
    dossiers.return_result(town.database, id, given, town["an"])
    assert dossiers.recipient(town.database, id) == given
    assert town.status(id) == 10
