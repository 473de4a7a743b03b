"""What waits for the citizen in a model with an event gateway: told, shown, done, or taken as done in silence."""

from __future__ import annotations

import email
from collections.abc import Callable
from email.policy import default
from pathlib import Path

import pytest

from engine import worklist
from engine.refusal import Refusal
from engine.store import Database
from engine.worker import drain
from procedures import bundles, deadlines, dossiers, forms, letters, tasks
from procedures.actor import CITIZEN, SYSTEM
from procedures.dossiers import Applicant, Intake, Lack, Tick
from tests.procedures.town import AGENCY, Town

FOLDER = Path(__file__).parents[3] / "bpmn" / "procedures" / "dang-ky-khai-sinh"
FORM = {
    "quan_he": "me",
    "ho_ten_tre": "Trần Minh Khôi",
    "gioi_tinh": "nam",
    "ngay_sinh_tre": "2026-10-20",
    "noi_sinh": "Bệnh viện tỉnh",
    "ho_ten_me": "Hoàng Thị Hoa",
    "ngay_sinh_me": "1996-03-12",
    "noi_cu_tru_me": "Xã Đông Hưng",
}


@pytest.fixture
def birth(sqlite_url: str, open_database: Callable[..., Database], tmp_path: Path) -> tuple[Town, str]:
    """A birth registered online, received, and checked by the official: the draft is with the citizen."""
    town = Town(open_database(sqlite_url), tmp_path)
    town.move(days=238)
    code = bundles.deploy(town.database, FOLDER, SYSTEM).code
    procedure = bundles.procedure(town.database, code)
    papers = tuple(Tick(one["code"], 1) for one in procedure.components() if one["required"])
    person = Applicant("Hoàng Thị Hoa", "033190001234", "0912345678", "hoa@thu.test")
    registered = dossiers.register_online(
        town.database, Intake(code, AGENCY, person, "truc_tuyen", form=FORM, components=papers), CITIZEN
    )
    dossiers.accept_online(town.database, registered.id, town["an"])
    town.do("binh", registered.id, "phan_cong", nguoi_xu_ly="chi")
    town.do("chi", registered.id, "dat")
    town.do("chi", registered.id, "gui")
    return town, registered.id


def test_the_citizen_is_told_sees_the_draft_and_confirms_it(birth: tuple[Town, str]) -> None:
    town, id = birth
    found = dossiers.get(town.database, id)
    (step,) = dossiers.track(town.database, found.code, "0912345678").next_steps
    assert step.action == "confirm" and "coi như bạn đồng ý" in step.silence
    assert step.until is not None and (step.until - town.now).days == 1
    drain(town.database)
    mails = [
        email.message_from_bytes(path.read_bytes(), policy=default)
        for path in (town.folder / "home" / "mail").glob("*.eml")
    ]
    (told,) = [mail for mail in mails if mail["Subject"].endswith("Xác nhận dự thảo Giấy khai sinh")]
    assert "Confirm the draft" in told.get_content()
    draft = next(one for one in letters.issued(town.database, id) if one.template.startswith("letters/"))
    assert "TRẦN MINH KHÔI" in letters.text_of(letters.pdf(town.database, draft.token))
    assert dossiers.file_for_citizen(town.database, id, draft.token) is not None
    assert dossiers.file_for_citizen(town.database, id, "AAAAA-AAAAA-AAAA") is None

    with pytest.raises(forms.Invalid):
        dossiers.confirm(town.database, id, step.message, {"dong_y": False}, by=CITIZEN)
    dossiers.confirm(town.database, id, step.message, {"dong_y": True, "hanh_dong": "ky"}, by=CITIZEN)
    (task,) = worklist.of_instance(town.database, id)
    assert task.element == "ghi_so" and dossiers.next_steps(town.database, id) == []
    with pytest.raises(Refusal):
        dossiers.confirm(town.database, id, step.message, {"dong_y": True}, by=CITIZEN)


def test_silence_for_a_day_counts_as_consent_and_is_in_the_log(birth: tuple[Town, str]) -> None:
    town, id = birth
    until = dossiers.next_steps(town.database, id)[0].until
    assert until is not None
    town.move(days=(until - town.now).days, minutes=1)
    drain(town.database)
    assert worklist.of_instance(town.database, id) == [], "the day lasts to its end"
    town.move(days=1)
    drain(town.database)
    (task,) = worklist.of_instance(town.database, id)
    assert task.element == "ghi_so"
    assert any("coi như bạn đồng ý" in line.note for line in dossiers.history(town.database, id))


def test_withdrawing_goes_the_models_own_way(birth: tuple[Town, str]) -> None:
    town, id = birth
    dossiers.withdraw(town.database, id, "Đăng ký ở nơi khác", CITIZEN)
    (task,) = worklist.of_instance(town.database, id)
    assert (town.status(id), task.element, task.groups) == (7, "tra_giay_to", (f"mot_cua@{AGENCY}",))
    notice = next(one for one in letters.issued(town.database, id) if one.template == "mau-05")
    said = " ".join(letters.text_of(letters.pdf(town.database, notice.token)).split())
    assert "đăng ký ở nơi khác" in said and "người nộp hồ sơ" in said


def back_to_the_official(town: Town, id: str) -> None:
    """Takes a birth whose draft is with the citizen back to who checks it."""
    dossiers.confirm(town.database, id, "cong_dan_xac_nhan", {"dong_y": True}, by=CITIZEN)
    tasks.send_back(town.database, town.task(id).id, "Cần xem lại", town["chi"])


def test_a_withdrawal_while_a_supplement_is_awaited_has_its_own_reason_everywhere(birth: tuple[Town, str]) -> None:
    town, id = birth
    back_to_the_official(town, id)
    dossiers.propose_extension(town.database, id, "1", "WORKING_DAY", "Chờ xác minh", town["chi"])
    town.ask(id, Lack("giay_chung_sinh", "", "Mờ"), reason="Mờ")
    town.move(hours=1)
    dossiers.withdraw(town.database, id, "Đi nộp nơi khác", CITIZEN)
    history = dossiers.history(town.database, id)
    (status,) = [one.note for one in history if one.kind == "dossier.status" and "rút hồ sơ" in one.note]
    assert status == "Công dân yêu cầu rút hồ sơ: Đi nộp nơi khác"
    last = deadlines.of(town.database, id).changes[-1]
    assert (last.kind, last.reason) == ("ended", "Công dân rút hồ sơ")
    rows = dossiers.control_sheet(town.database, id).rows
    assert [row[5] for row in rows if "Bổ sung hồ sơ" in row[1]] == ["Rút hồ sơ"]
    (noted,) = [row for row in rows if "Ghi nhận việc rút hồ sơ" in row[1]]
    assert noted[0] == "Người nộp hồ sơ" and noted[6] == "Lý do rút: Đi nộp nơi khác"
    assert rows.index(noted) < next(at for at, row in enumerate(rows) if "Trả lại giấy tờ" in row[1])
    assert dossiers.pending_extension(town.database, id) is None
    assert not any(one["lacking"] for one in dossiers.components(town.database, id))


def test_only_the_clock_says_that_the_time_for_a_supplement_is_over(birth: tuple[Town, str]) -> None:
    town, id = birth
    back_to_the_official(town, id)
    town.ask(id, Lack("giay_chung_sinh", "", "Mờ"), reason="Mờ")
    town.move(days=40)
    drain(town.database)
    assert deadlines.of(town.database, id).changes[-1].reason == "Hết hạn bổ sung mà công dân chưa bổ sung"
    rows = dossiers.control_sheet(town.database, id).rows
    assert [row[5] for row in rows if "Bổ sung hồ sơ" in row[1]] == ["Không bổ sung"]
