"""A field that the citizen is asked to mend can be mended: that field and no other, checked by the form, kept in the
record, and the clock goes on."""

from __future__ import annotations

import pytest

from engine import audit
from procedures import deadlines, dossiers, forms
from procedures.actor import CITIZEN
from procedures.dossiers.values import Lack, Tick
from tests.procedures.town import Town


def asked(town: Town, *keys: str) -> str:
    id = town.receive().id
    lacks = [Lack(key, "", "Không khớp giấy chứng sinh", "Ghi theo giấy chứng sinh", "field") for key in keys]
    town.ask(id, *lacks)
    return id


def test_what_is_asked_for_is_open_with_its_value_and_its_reason(town: Town) -> None:
    id = asked(town, "ngay_sinh")
    found = dossiers.correction(town.database, id)
    assert found is not None and found.open == {"ngay_sinh"}
    assert found.reasons["ngay_sinh"].reason == "Không khớp giấy chứng sinh"
    assert found.values["ho_ten"] == "Hoàng Thị Hoa"


def test_a_mended_field_changes_the_declaration_the_process_the_log_and_the_clock(town: Town) -> None:
    id = asked(town, "ngay_sinh")
    before = dossiers.get(town.database, id)
    assert before.status == 5 and before.paused
    dossiers.bring_supplement(town.database, id, form={"ngay_sinh": "01/02/1990"}, by=CITIZEN)
    after = dossiers.get(town.database, id)
    assert after.form["ngay_sinh"] == "1990-02-01" and after.status == 4 and not after.paused
    assert deadlines.of(town.database, id).due is not None
    changed = dossiers.changed_fields(town.database, id)
    assert set(changed) == {"ngay_sinh"} and changed["ngay_sinh"].before == before.form.get("ngay_sinh")
    said = [one.data for one in audit.history(town.database, id) if one.kind == "dossier.supplemented"]
    answer = {"code": "ngay_sinh", "name": "Ngày sinh", "kind": "field", "brought": True, "why_not": ""}
    assert said == [{"components": [], "fields": ["ngay_sinh"], "answers": [answer]}]


def test_what_is_sent_is_checked_by_the_form(town: Town) -> None:
    id = asked(town, "ngay_sinh")
    with pytest.raises(forms.Invalid) as wrong:
        dossiers.bring_supplement(town.database, id, form={"ngay_sinh": "30/02/1990"}, by=CITIZEN)
    assert set(wrong.value.errors) == {"ngay_sinh"}
    assert dossiers.get(town.database, id).status == 5


def test_the_same_value_again_is_no_mending(town: Town) -> None:
    id = asked(town, "ho_ten")
    with pytest.raises(forms.Invalid) as wrong:
        dossiers.bring_supplement(town.database, id, form={"ho_ten": "Hoàng Thị Hoa"}, by=CITIZEN)
    assert wrong.value.errors["chua_nop_muc.ho_ten"] == [
        "Sửa “Họ tên”, hoặc đánh dấu chưa sửa được nội dung này và ghi lý do."
    ]


def test_what_was_asked_for_and_is_not_brought_is_said_to_lack_with_why(town: Town) -> None:
    id = town.receive().id
    town.ask(id, Lack("anh", "", "mờ"), Lack("khac", "", "thiếu"), Lack("ngay_sinh", "", "trống", kind="field"))
    with pytest.raises(forms.Invalid) as wrong:
        dossiers.bring_supplement(town.database, id, [Tick("anh", 1)], by=CITIZEN)
    assert set(wrong.value.errors) == {"chua_nop_khac", "chua_nop_muc.ngay_sinh"}
    with pytest.raises(forms.Invalid) as wrong:
        dossiers.bring_supplement(
            town.database, id, [Tick("anh", 1)], absent={"khac": " ", "muc.ngay_sinh": "Chờ giấy"}, by=CITIZEN
        )
    assert set(wrong.value.errors) == {"ly_do_chua_nop_khac"}
    assert dossiers.get(town.database, id).status == 5 and dossiers.answers(town.database, id) == []
    why = {"khac": "Đang xin cấp lại", "muc.ngay_sinh": "Chờ giấy"}
    dossiers.bring_supplement(town.database, id, [Tick("anh", 1)], absent=why, by=CITIZEN)
    said = [(one.name, one.brought, one.why_not) for one in dossiers.answers(town.database, id)]
    assert said == [
        ("Ảnh 3x4", True, ""),
        ("Giấy tờ khác", False, "Đang xin cấp lại"),
        ("Ngày sinh", False, "Chờ giấy"),
    ]
    line = next(one for one in dossiers.history(town.database, id) if one.kind == "dossier.supplemented")
    assert line.note.endswith("Chưa bổ sung: Giấy tờ khác (lý do: Đang xin cấp lại); Ngày sinh (lý do: Chờ giấy)")


def test_a_reason_without_a_place_opens_the_whole_declaration(town: Town) -> None:
    id = town.receive().id
    town.do("chi", id, "bo_sung", "Khai chưa rõ")
    found = dossiers.correction(town.database, id)
    assert found is not None and {"ho_ten", "ngay_sinh"} <= found.open
    dossiers.bring_supplement(town.database, id, form={"ho_ten": "Hoàng Thị Hoà"}, by=CITIZEN)
    form = dossiers.get(town.database, id).form
    assert form["ho_ten"] == "Hoàng Thị Hoà"
