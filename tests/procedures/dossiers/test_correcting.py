"""A field that the citizen is asked to mend can be mended: that field and no other, checked by the form, kept in the
record, and the clock goes on."""

from __future__ import annotations

import pytest

from engine import audit
from engine.refusal import Refusal
from procedures import deadlines, dossiers, forms
from procedures.actor import CITIZEN
from procedures.dossiers.values import Lack
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
    assert said == [{"components": [], "fields": ["ngay_sinh"]}]


def test_what_is_sent_is_checked_by_the_form(town: Town) -> None:
    id = asked(town, "ngay_sinh")
    with pytest.raises(forms.Invalid) as wrong:
        dossiers.bring_supplement(town.database, id, form={"ngay_sinh": "30/02/1990"}, by=CITIZEN)
    assert set(wrong.value.errors) == {"ngay_sinh"}
    assert dossiers.get(town.database, id).status == 5


def test_the_same_value_again_is_no_mending(town: Town) -> None:
    id = asked(town, "ho_ten")
    with pytest.raises(Refusal, match="hãy sửa mục"):
        dossiers.bring_supplement(town.database, id, form={"ho_ten": "Hoàng Thị Hoa"}, by=CITIZEN)


def test_a_reason_without_a_place_opens_the_whole_declaration(town: Town) -> None:
    id = town.receive().id
    town.do("chi", id, "bo_sung", "Khai chưa rõ")
    found = dossiers.correction(town.database, id)
    assert found is not None and {"ho_ten", "ngay_sinh"} <= found.open
    dossiers.bring_supplement(town.database, id, form={"ho_ten": "Hoàng Thị Hoà"}, by=CITIZEN)
    form = dossiers.get(town.database, id).form
    assert form["ho_ten"] == "Hoàng Thị Hoà"
