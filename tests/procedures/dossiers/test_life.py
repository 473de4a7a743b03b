"""Decisions, supplements, withdrawal, extension, stop, results, hand-over."""

from __future__ import annotations

import pytest

from engine import commands, worklist
from engine.refusal import Refusal
from procedures import bundles, deadlines, dossiers, fees, forms, letters
from procedures.actor import CITIZEN, SYSTEM
from procedures.dossiers import Lack, Recipient, Tick
from tests.procedures.town import MODEL, PDF, PNG, Town, bundle


def test_a_decision_that_wants_a_reason_is_not_taken_without_one(town: Town) -> None:
    id = town.receive().id
    with pytest.raises(forms.Invalid) as wrong:
        town.do("chi", id, "bo_sung")
    assert wrong.value.errors["ly_do"] == ["Phải nêu lý do cho quyết định này."]
    with pytest.raises(Refusal, match="không có cách kết thúc"):
        town.do("chi", id, "bay")
    assert town.task(id).name == "Xem xét"


def test_a_task_that_somebody_else_has_is_refused(town: Town) -> None:

    id = town.receive().id
    commands.claim(town.database, town.task(id).id, "chi")
    with pytest.raises(Refusal, match="người khác"):
        town.do("binh", id, "dat")


def test_one_round_more_than_the_procedure_allows_is_refused_and_changes_nothing(town: Town) -> None:
    id = town.receive().id
    town.ask(id)
    dossiers.bring_supplement(town.database, id, [Tick("anh", 2)], by=CITIZEN)
    with pytest.raises(Refusal, match="số lần tối đa"):
        town.ask(id)
    assert (town.status(id), town.task(id).name) == (4, "Xem xét")


def test_only_what_was_asked_for_can_be_brought(town: Town) -> None:
    id = town.receive().id
    town.ask(id, Lack("ngay_sinh", "", "trống", kind="field"))
    with pytest.raises(forms.Invalid):
        dossiers.bring_supplement(town.database, id, [Tick("anh", 1)], {"ho_ten": "Người khác"}, by=CITIZEN)
    dossiers.bring_supplement(town.database, id, form={"ngay_sinh": "01/02/1990", "ho_ten": "Người khác"}, by=CITIZEN)
    form = dossiers.get(town.database, id).form
    assert (form["ngay_sinh"], form["ho_ten"]) == ("1990-02-01", "Hoàng Thị Hoa")
    with pytest.raises(Refusal, match="không chờ bổ sung"):
        dossiers.bring_supplement(town.database, id, form={"ngay_sinh": "01/02/1991"}, by=CITIZEN)


def test_an_extension_comes_once_and_before_the_due_moment(town: Town) -> None:
    first, second = town.receive().id, town.receive(name="Lê Văn Khác").id
    due = dossiers.extend(town.database, first, "2", "WORKING_DAY", "Chờ phôi thẻ", town["dung"])
    assert due.isoformat() == "2026-03-09T17:00:00+07:00"
    with pytest.raises(Refusal, match="một lần"):
        dossiers.extend(town.database, first, "1", "WORKING_DAY", "Nữa", town["dung"])
    town.move(days=10)
    with pytest.raises(Refusal, match="quá hạn"):
        dossiers.extend(town.database, second, "1", "WORKING_DAY", "Muộn", town["dung"])
    apology = next(one for one in letters.issued(town.database, first) if one.template == "mau-04")
    said = " ".join(letters.text_of(letters.pdf(town.database, apology.token)).split())
    assert "chờ phôi thẻ" in said and "02 ngày làm việc" in said and apology.signer == "Phạm Văn Dũng"


def test_withdrawing_ends_everything_with_status_7(town: Town) -> None:
    id = town.receive().id
    dossiers.withdraw(town.database, id, "Không cần nữa", CITIZEN)
    assert (town.status(id), worklist.of_instance(town.database, id)) == (7, [])
    with pytest.raises(Refusal):
        dossiers.withdraw(town.database, id, "Lần nữa", CITIZEN)


def test_a_stop_ends_the_clock_and_issues_mau_05(town: Town) -> None:
    id = town.receive().id
    token = dossiers.stop(town.database, id, "Trùng hồ sơ", "người nộp hồ sơ", town["dung"])
    found = dossiers.get(town.database, id)
    assert found.status == 8 and found.closed_at is not None
    said = " ".join(letters.text_of(letters.pdf(town.database, token)).split())
    assert "trùng hồ sơ" in said and "Xem xét" in said
    assert deadlines.recompute_open(town.database, "thử", SYSTEM) == 0


def test_there_is_no_finish_without_a_result_that_the_leader_approved(town: Town) -> None:
    id = town.receive().id
    town.do("chi", id, "dat")
    with pytest.raises(Refusal, match="Thẻ thư viện"):
        town.do("chi", id, "trinh")
    with pytest.raises(Refusal, match="PDF"):
        town.attach(id, town.file(PNG).sha256)
    first = town.attach(id)
    town.do("chi", id, "trinh")
    town.do("dung", id, "tra_lai", "Sai tên")
    with pytest.raises(Refusal, match="Thẻ thư viện"):
        town.do("chi", id, "trinh")  # what was sent back is no result
    second = town.attach(id, town.file(PDF + b"%2\n").sha256)
    draft = letters.verify(town.database, second)
    assert draft is not None and draft.state == "draft"
    town.do("chi", id, "trinh")
    town.do("dung", id, "ky")
    new, old = letters.verify(town.database, second), letters.verify(town.database, first)
    assert new is not None and new.valid and old is not None and not old.valid
    assert [one["version"] for one in dossiers.results(town.database, id)] == [2, 1]


def test_the_result_is_handed_over_once_and_only_when_it_is_there(town: Town) -> None:
    id = town.receive().id
    with pytest.raises(Refusal, match="chưa có kết quả"):
        dossiers.return_result(town.database, id, Recipient("Hoa"), town["an"])
    town.to_leader(id)
    town.do("dung", id, "ky")
    with pytest.raises(Refusal, match="Chưa ghi người nhận"):
        town.do("an", id, "da_tra")
    town.move(days=30)  # overdue never hinders it
    with pytest.raises(Refusal, match=r"20\.000 đồng phí"):
        dossiers.return_result(town.database, id, Recipient("Hoa"), town["an"])
    fees.take(town.database, id, town["an"])
    dossiers.return_result(town.database, id, Recipient("Hoa", signature=town.file(PNG).sha256), town["an"])
    assert town.status(id) == 10
    with pytest.raises(Refusal, match="trả kết quả rồi"):
        dossiers.return_result(town.database, id, Recipient("Hoa"), town["an"])


def test_the_history_names_people_and_the_control_sheet_has_a_row_for_each_handover(town: Town) -> None:
    id = town.receive().id
    town.move(hours=4)
    town.to_leader(id)
    lines = dossiers.history(town.database, id)
    assert {"Nguyễn Văn An", "Lê Thị Chi"} <= {line.who for line in lines}
    sheet = dossiers.control_sheet(town.database, id)
    assert [row[1].partition(" – ")[2] for row in sheet.rows] == ["Xem xét", "Làm thẻ", "Ký thẻ"]
    assert sheet.rows[0][5] == "Quá hạn"
    assert sheet.pdf().startswith(b"%PDF") and sheet.xlsx().startswith(b"PK")


def test_the_control_sheet_says_that_a_step_was_sent_back(town: Town) -> None:
    id = town.receive().id
    town.do("chi", id, "dat")
    with town.database.begin(town["chi"]) as tx:
        commands.back(tx, town.task(id).id, by="chi", reason="Ảnh chưa đúng cỡ")
    town.do("chi", id, "dat")
    rows = [(row[1].partition(" – ")[2], row[5], row[6]) for row in dossiers.control_sheet(town.database, id).rows]
    assert rows == [
        ("Xem xét", "Đúng hạn", ""),
        ("Làm thẻ", "", "Trả lại bước trước: Ảnh chưa đúng cỡ"),
        ("Xem xét", "Đúng hạn", ""),
        ("Làm thẻ", "Đang xử lý", ""),
    ]


def test_the_control_sheet_names_who_gives_after_a_supplement_and_why_the_leader_gave_back(town: Town) -> None:
    id = town.receive().id
    town.move(minutes=5)
    town.ask(id)
    town.move(minutes=5)
    dossiers.bring_supplement(town.database, id, [Tick("anh", 2)], by=CITIZEN)
    town.move(minutes=5)
    town.to_leader(id)
    town.do("dung", id, "tra_lai", "Sai tên")
    rows = [(row[0], row[1], row[5], row[6]) for row in dossiers.control_sheet(town.database, id).rows]
    assert rows == [
        ("Nguyễn Văn An", "Lê Thị Chi – Xem xét", "Đúng hạn", ""),
        ("Lê Thị Chi", "Người nộp hồ sơ – Bổ sung hồ sơ", "", "Ảnh 3x4"),
        ("Người nộp hồ sơ", "Lê Thị Chi – Xem xét", "Đúng hạn", ""),
        ("Lê Thị Chi", "Lê Thị Chi – Làm thẻ", "", ""),
        ("Lê Thị Chi", "Phạm Văn Dũng – Ký thẻ", "", "Trả lại bước trước: Sai tên"),
        ("Phạm Văn Dũng", "Lê Thị Chi – Làm thẻ", "Đang xử lý", ""),
    ]
    again = town.task(id)
    assert again.assignee == "chi"  # who did it before, not the unit's pool
    assert dossiers.given_back(town.database, id, again.id) == ("Phạm Văn Dũng", "Sai tên")


def test_comments_are_kept_in_order_and_never_empty(town: Town) -> None:
    id = town.receive().id
    dossiers.comment(town.database, id, "Đã gọi điện.", town["chi"])
    dossiers.comment(town.database, id, "Chờ trả lời.", town["binh"])
    assert [one["text"] for one in dossiers.comments(town.database, id)] == ["Đã gọi điện.", "Chờ trả lời."]
    with pytest.raises(Refusal):
        dossiers.comment(town.database, id, "  ", town["chi"])


def test_a_step_that_returns_ends_at_the_desk_however_many_ways_it_ends(town: Town) -> None:
    outcomes = '<mc:outcome id="da_tra" label="Đã trả" tone="primary" />'
    more = outcomes + '<mc:outcome id="khong_den" label="Không đến nhận" reason="true" />'
    bundles.deploy(town.database, bundle(town.folder / "bundle", model=MODEL.replace(outcomes, more)), SYSTEM)
    id = town.receive().id
    town.to_leader(id)
    town.do("dung", id, "ky")
    with pytest.raises(Refusal, match="trả kết quả tại quầy"):
        town.do("an", id, "da_tra")
    assert town.status(id) == 9
