"""Receiving at the desk and online, correcting, refusing, doubles."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select

from engine.refusal import Refusal
from engine.store.tables import instance
from procedures import agencies, dossiers, fees, forms, letters
from procedures.actor import CITIZEN, Kind
from procedures.dossiers import Applicant, Lack, Tick
from procedures.store.dossier import counter, dossier, dossier_version
from procedures.store.papers import letter
from tests.procedures.town import AGENCY, Town


def text(town: Town, token: str) -> str:
    return " ".join(letters.text_of(letters.pdf(town.database, token)).split())


def test_the_receipt_carries_what_the_form_asks_for(town: Town) -> None:
    received = town.receive(amounts={"so_ban": 3})
    said = text(town, received.letter or "")
    for part in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ",
        received.code,
        "Hoàng Thị Hoa",
        "Ảnh 3x4",
        "03 ngày làm việc",
        "09 giờ 00 phút, ngày 02 tháng 03 năm 2026",
        "17 giờ 00 phút, ngày 05 tháng 03 năm 2026",
        "44.000 đồng",
        "Quyển số: 01/2026",
        "Nguyễn Văn An",
    ):
        assert part in said, part


def test_a_required_paper_that_lacks_stops_the_intake_and_takes_no_number(town: Town) -> None:
    with pytest.raises(Refusal, match="Ảnh 3x4"):
        town.receive(components=(Tick("don", 1),))
    with town.database.begin() as tx:
        assert tx.read(select(func.count()).select_from(counter)).scalar() == 0
        assert tx.read(select(func.count()).select_from(dossier)).scalar() == 0


def test_what_is_wrong_in_the_form_is_said_at_its_field(town: Town) -> None:
    with pytest.raises(forms.Invalid) as wrong:
        town.receive(form={"loai": "khac", "so_nam": "9"})
    assert wrong.value.errors == {
        "ho_ten": ["Điền “Họ tên”."],
        "loai": ["Chọn một mục trong danh sách."],
        "so_nam": ["Không lớn hơn 5."],
    }


def test_a_process_that_cannot_start_leaves_no_dossier_and_no_number_behind(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> str:
        raise RuntimeError("the power goes")

    with monkeypatch.context() as broken:
        broken.setattr("engine.commands.start", fails)
        with pytest.raises(RuntimeError):
            town.receive()
    assert town.receive().code.endswith("-0001")


def test_lacking_papers_become_mau_02_at_the_desk_without_a_dossier_code(town: Town) -> None:
    intake = town.intake(components=(Tick("don", 1),))
    from procedures import bundles

    lacks = dossiers.missing(bundles.procedure(town.database, intake.procedure), intake)
    assert [one.code for one in lacks] == ["anh"]
    token = dossiers.ask_at_desk(town.database, intake, lacks, town["an"])
    said = text(town, token)
    assert "Số: 01/HDHS" in said and "Ảnh 3x4" in said and "Mã hồ sơ" not in said


def test_a_refusal_has_its_own_number_and_no_dossier_code(town: Town) -> None:
    token = dossiers.refuse_intake(
        town.database, town.intake(), "Không thuộc thẩm quyền của xã.", "Luật Thư viện", town["an"]
    )
    said = text(town, token)
    assert "Số: 01/TCTN" in said and "Không thuộc thẩm quyền của xã." in said and "Mã hồ sơ" not in said
    assert dossiers.find(town.database, town["an"], "hoang thi hoa").total == 0
    with pytest.raises(Refusal, match="lý do"):
        dossiers.refuse_intake(town.database, town.intake(), " ", "", town["an"])


def test_online_is_registered_first_and_the_clock_begins_when_the_desk_accepts(town: Town) -> None:
    with pytest.raises(Refusal, match="không lập tại quầy"):
        dossiers.receive(town.database, town.intake(channel="truc_tuyen"), town["an"])
    registered = dossiers.register_online(town.database, town.intake(channel="truc_tuyen"), CITIZEN)
    assert (town.status(registered.id), registered.due) == (1, None)
    town.move(hours=2)
    accepted = dossiers.accept_online(town.database, registered.id, town["an"])
    assert accepted.code == registered.code and town.status(registered.id) == 4
    found = dossiers.get(town.database, registered.id)
    assert found.received_at is not None and found.received_at.hour == 11
    with pytest.raises(Refusal, match="không còn chờ tiếp nhận"):
        dossiers.accept_online(town.database, registered.id, town["an"])


def test_online_may_be_refused_with_mau_03(town: Town) -> None:
    registered = dossiers.register_online(town.database, town.intake(channel="truc_tuyen"), CITIZEN)
    token = dossiers.refuse_online(town.database, registered.id, "Ảnh không hợp lệ", "", town["an"])
    assert town.status(registered.id) == 3 and "Ảnh không hợp lệ" in text(town, token)


def test_a_correction_issues_mau_01_anew_and_keeps_what_was(town: Town) -> None:
    first = town.receive()
    again = dossiers.correct(
        town.database,
        first.id,
        town.intake(applicant=Applicant("Hoàng Thị Hòa", "033190001234", "0912345678")),
        "Ghi sai tên",
        town["an"],
    )
    assert again.code == first.code and again.letter != first.letter
    old, new = (letters.verify(town.database, one or "") for one in (first.letter, again.letter))
    assert old is not None and old.state == "replaced" and new is not None and new.valid
    said = text(town, again.letter or "")
    assert "Hoàng Thị Hòa" in said and "Cấp lại lần 1" in said and "Ghi sai tên" in said
    with town.database.begin() as tx:
        (kept,) = tx.read(select(dossier_version)).all()
    assert kept.before["applicant_name"] == "Hoàng Thị Hoa" and kept.reason == "Ghi sai tên"
    from engine import commands

    assert commands.variables_of(town.database, first.id)["ho_so"]["nguoi_nop"]["ho_ten"] == "Hoàng Thị Hòa"


def test_a_double_is_one_with_the_same_identity_number_and_nobody_elses(town: Town) -> None:
    first = town.receive()
    (same,) = dossiers.doubles(town.database, town.intake(), town["an"])
    assert (same.id, same.reason) == (first.id, "Cùng số định danh")
    for other in (Applicant("Hoàng Thị Hoa"), Applicant("Hoa"), Applicant("Hoàng Thị Hoa", "033190009999")):
        assert dossiers.doubles(town.database, town.intake(applicant=other), town["an"]) == []
    phone = Applicant("Ai đó", "", "0912 345 678")
    assert dossiers.doubles(town.database, town.intake(applicant=phone), town["an"]) == []


def test_of_a_double_elsewhere_nothing_is_told_but_that_there_is_one(town: Town) -> None:
    town.receive()
    town.receive()
    stranger = replace(town["an"], agency="T.9", agencies=frozenset({"T.9"}))
    (one,) = dossiers.doubles(town.database, town.intake(agency="T.9"), stranger)
    assert (one.id, one.code, one.applicant, one.received_at) == ("", "", "", None)
    assert one.reason == "Có một hồ sơ cùng số định danh ở cơ quan khác"


@pytest.mark.parametrize(
    "more",
    [
        {"amounts": {"ho_so": {"ma": "H31-khác"}}},
        {"amounts": {"so_ban": 0}},
        {"amounts": {"so_ban": "2"}},
        {"amounts": {"so_ban": True}},
        {"form": {"ho_ten": "Hoa", "loai": "doc", "le_phi": 0}},
    ],
    ids=["another dossier", "no fee", "a text", "a truth", "an undeclared field"],
)
def test_nothing_undeclared_gets_into_the_process(town: Town, more: dict[str, Any]) -> None:
    with pytest.raises(forms.Invalid) as caught:
        town.receive(**more)
    assert list(caught.value.errors) in (["ho_so"], ["so_ban"], ["le_phi"])


def test_the_process_starts_on_the_version_that_the_dossier_keeps(town: Town) -> None:
    id = town.receive().id
    with town.database.begin() as tx:
        assert tx.read(select(instance.c.deployment).where(instance.c.root_id == id)).scalar() == town.version


def test_lacks_that_the_procedure_does_not_know_are_refused(town: Town) -> None:
    with pytest.raises(Refusal, match="không có thành phần"):
        dossiers.ask_at_desk(town.database, town.intake(), [Lack("la", "", "x")], town["an"])


def test_a_phone_and_an_identity_number_that_are_none_are_named(town: Town) -> None:
    with pytest.raises(forms.Invalid) as wrong:
        town.receive(applicant=Applicant("Hoàng Thị Hoa", "abc", "' or 1=1"))
    assert set(wrong.value.errors) == {"dien_thoai", "so_dinh_danh"}


@pytest.mark.parametrize("agency", ["NOPE", "T", "T.3", f" {AGENCY}", f"{AGENCY}'--", "closed"])
def test_no_dossier_comes_to_be_where_nobody_receives(town: Town, agency: str) -> None:
    if agency == "closed":
        agency = AGENCY
        agencies.close(town.database, AGENCY, agencies.today(town.database.begin()), by="thu")
    with pytest.raises(dossiers.NotReceiving) as refused:
        dossiers.register_online(town.database, town.intake(channel="truc_tuyen", agency=agency), CITIZEN)
    assert set(refused.value.errors) == {"co_quan"}


def test_no_letter_bears_the_name_of_somebody_for_whom_a_program_acted(town: Town) -> None:
    program = replace(town["an"], kind=Kind.CLIENT, client="cong")
    database, lack = town.database, Lack("to_khai", "Tờ khai", "Thiếu")
    intake = town.intake()
    made = dossiers.receive(database, intake, program)
    with database.begin() as tx:
        owed = [one for one in fees.assessed(tx, made.id) if one.paid_at is None]
    if owed:
        fees.take(database, made.id, program, method="tien_mat")
    dossiers.withdraw(database, made.id, "Đổi ý", program)
    dossiers.refuse_intake(database, intake, "Không thuộc thẩm quyền.", "", program)
    with contextlib.suppress(Refusal):
        dossiers.ask_at_desk(database, intake, [lack], program)
    online = dossiers.register_online(database, town.intake(channel="truc_tuyen"), CITIZEN)
    dossiers.refuse_online(database, online.id, "Ảnh không rõ", "", program)
    with database.begin() as tx:
        rows = tx.read(select(letter)).all()
    assert {"mau-01", "mau-03", "mau-05", "bien-lai"} <= {row.template for row in rows}
    for row in rows:
        assert row.signer == "" and town["an"].name not in str(row.data), row.template
        assert row.issued_by == town["an"].username, "the log knows for whom"
    first = next(row for row in rows if row.template == "mau-01")
    assert first.data["nguoi_nhan"] == "Hệ thống tiếp nhận"


@pytest.mark.parametrize("name", ["\u200b", "\u2060\ufeff", "---"])
def test_a_name_that_nobody_can_read_is_none(town: Town, name: str) -> None:
    with pytest.raises(forms.Invalid) as wrong:
        town.receive(applicant=Applicant(name, "033190001234", "0912345678"))
    assert set(wrong.value.errors) == {"ho_ten"}


def test_marks_that_nobody_sees_are_no_part_of_a_name(town: Town) -> None:
    id = town.receive(applicant=Applicant("Hoàng\u200b Thị \ufeffHoa", "033190001234", "0912345678")).id
    assert dossiers.get(town.database, id).applicant.name == "Hoàng Thị Hoa"
