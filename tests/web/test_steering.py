"""An instance in the workbench: what it shows, what can be done to it, by whom, and what the log keeps of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient

from engine import audit, commands
from engine.store import Database
from procedures import dossiers
from tests.engine.commands import models
from tests.engine.commands.test_steering import STOPS
from tests.web.conftest import post
from tests.web.test_work import EXTRACT

People = Callable[[str], FlaskClient]
Receive = Callable[..., Any]


@pytest.fixture
def stopped(database: Database) -> str:
    """An instance that stands still in a subprocess because a variable is text where a number is wanted."""
    commands.deploy(database, {"dung.bpmn": STOPS}, key="dung", by="phantich")
    return commands.start(database, "p", {"diem": "năm", "ngay": date(2026, 11, 22), "ghi_chu": None}, "SC-7", by="lan")


@pytest.fixture
def timed(database: Database) -> str:
    """An instance with an open task and a timer on its edge."""
    commands.deploy(database, {"hen.bpmn": models.TIMED}, key="hen", by="phantich")
    return commands.start(database, "p", {}, "HG-1", by="lan")


def do(browser: FlaskClient, address: str, **data: Any) -> str:
    """Posts an act's form to its end: where it asks once more, says yes. The page that comes then."""
    answer = post(browser, address, data)
    if answer.status_code == 200 and 'name="chac_chan"' in answer.text:
        answer = post(browser, address, {**data, "chac_chan": "1"})
    return browser.get(answer.location).text if answer.status_code == 302 else str(answer.text)


def branch(database: Database, root: str, element: str) -> str:
    with commands.run_of(database, root) as run:
        return next(one.token for one in run.standing if one.node.id == element)


def test_an_instance_shows_where_it_stands_its_data_its_incident_and_its_log(signed_in: People, stopped: str) -> None:
    page = signed_in("phantich").get(f"/phien-chay/{stopped}").text
    assert "Dừng ở “Tính điểm” vì sự cố" in page and "Cách" not in page.split("<h2")[0]
    assert "22/11/2026" in page and "trống" in page and "năm" in page
    assert "Nhóm bước đang chạy" in page and "Bắt đầu" in page
    assert 'class="bpmn scriptTask late"' in page


def test_a_long_log_is_read_page_by_page(signed_in: People, database: Database, timed: str) -> None:
    for n in range(45):
        commands.set_variables(database, timed, {"n": n}, "quantri", f"Lần {n}.")
    keeper = signed_in("quantri")
    first = keeper.get(f"/phien-chay/{timed}").text
    assert "Lần 44." in first and "Lần 5." in first and "Lần 4." not in first and "Cũ hơn" in first
    older = keeper.get(f"/phien-chay/{timed}?nhat-ky=7").text
    assert "Lần 4." in older and "Lần 5." not in older and "Cũ hơn" not in older and "Mới nhất" in older


def test_it_is_found_by_a_part_of_its_code_and_from_the_lists(signed_in: People, stopped: str) -> None:
    analyst = signed_in("phantich")
    for address in ("/phien-chay?tim=sc-7", "/phien-chay?su-co=1", f"/phien-chay?tim={stopped}", "/su-co"):
        assert f'href="/phien-chay/{stopped}"' in analyst.get(address).text
    assert "Không có phiên chạy nào khớp" in analyst.get("/phien-chay?tim=khong-co").text
    assert "Không có phiên chạy nào khớp" in analyst.get("/phien-chay?tim=%25").text
    assert analyst.get("/phien-chay/khong-co").status_code == 404


def test_every_act_wants_a_reason_and_keeps_what_was_typed(signed_in: People, database: Database, timed: str) -> None:
    keeper = signed_in("quantri")
    token = branch(database, timed, "a")
    for address, typed in (
        (f"/phien-chay/{timed}/tam-ngung", ""),
        (f"/phien-chay/{timed}/huy", ""),
        (f"/phien-chay/{timed}/nhanh/{token}/ket-thuc", ""),
        (f"/phien-chay/{timed}/nhanh/{token}/chuyen-buoc", "b"),
    ):
        page = post(keeper, address, {"den": typed}).text
        assert "Ghi lý do" in page and 'aria-describedby="ly_do-hint ly_do-error"' in page, address
        if typed:
            assert '<option value="b" selected>' in page
    assert [one.kind for one in audit.history(database, timed)] == ["start"], "nothing was done"


def test_suspended_nothing_moves_and_it_goes_on_when_resumed(signed_in: People, database: Database, timed: str) -> None:
    keeper = signed_in("quantri")
    page = do(keeper, f"/phien-chay/{timed}/tam-ngung", ly_do="Chờ nâng cấp dịch vụ")
    assert "Đã tạm ngừng phiên chạy" in page and "Chờ nâng cấp dịch vụ" in page
    assert f"/phien-chay/{timed}/di-tiep" in page and "chuyen-buoc" not in page
    assert "trạng thái không cho phép" in do(
        keeper, f"/phien-chay/{timed}/nhanh/{branch(database, timed, 'a')}/chuyen-buoc", den="b", ly_do="x"
    )
    assert "Phiên chạy đã đi tiếp" in do(keeper, f"/phien-chay/{timed}/di-tiep", ly_do="Dịch vụ đã xong")
    said = audit.history(database, timed)[-1]
    assert (said.who, said.kind, said.data["reason"]) == ("quantri", "resume", "Dịch vụ đã xong")


def test_what_moving_would_do_is_told_before_it_is_done(signed_in: People, database: Database, timed: str) -> None:
    keeper, address = signed_in("phantich"), f"/phien-chay/{timed}/nhanh/{branch(database, timed, 'a')}/chuyen-buoc"
    assert "Việc b" in keeper.get(address).text
    told = post(keeper, address, {"den": "b", "ly_do": "Quá hạn"}).text
    assert "Việc đang mở sẽ bị hủy: Việc a." in told and "Việc sẽ mở: Việc b." in told
    assert "Hẹn giờ sẽ bị bỏ: “sự kiện biên ở “Việc a””" in told
    assert len(audit.history(database, timed)) == 1, "it was only tried"
    again = post(keeper, address, {"den": "b", "ly_do": "Quá hạn", "quay_lai": "1"}).text
    assert '<option value="b" selected>' in again and "Quá hạn" in again
    page = do(keeper, address, den="b", ly_do="Quá hạn")
    assert "Đã chuyển bước" in page and "Việc b" in page
    assert "Nhánh này không còn ở đó" in keeper.get(keeper.get(address).location).text


def test_ending_a_branch_says_that_the_instance_ends_with_it(signed_in: People, database: Database, timed: str) -> None:
    keeper, address = signed_in("quantri"), f"/phien-chay/{timed}/nhanh/{branch(database, timed, 'a')}/ket-thuc"
    assert "Phiên chạy sẽ kết thúc." in keeper.get(address).text
    assert "Đã kết thúc nhánh" in do(keeper, address, ly_do="Mở nhầm")
    assert commands.find(database, root_id=timed)[0].status == "ended"


def test_a_cancelled_instance_stays_readable(signed_in: People, database: Database, timed: str) -> None:
    page = do(signed_in("quantri"), f"/phien-chay/{timed}/huy", ly_do="Tạo để thử")
    assert "Đã hủy phiên chạy" in page and "Tạo để thử" in page and "Đang đứng ở" not in page
    assert commands.find(database, root_id=timed)[0].status == "cancelled"


def test_a_timer_gets_another_date_in_vietnamese_time(signed_in: People, database: Database, timed: str) -> None:
    keeper = signed_in("quantri")
    with commands.run_of(database, timed) as run:
        (timer,) = run.timers
    address = f"/phien-chay/{timed}/hen-gio/{timer.id}"
    wrong = post(keeper, address, {"luc": "mai", "ly_do": "Nghỉ"}).text
    assert "Viết ngày giờ như" in wrong and 'value="mai"' in wrong
    page = do(keeper, address, luc="01/02/2030 08:30", ly_do="Nghỉ lễ")
    assert "01/02/2030 08:30" in page and "Đã đổi hẹn giờ" in page
    said = audit.history(database, timed)[-1].data
    assert said["after"] == "2030-02-01T08:30:00+07:00" and said["before"] != said["after"]


def rows(**typed: tuple[str, str, str]) -> dict[str, str]:
    """The posted rows of variables: name=(as it was, kind, as typed)."""
    data = {}
    for n, (name, (was, kind, text)) in enumerate(typed.items()):
        data |= {f"ten-{n}": name, f"goc-{n}": was, f"kieu-{n}": kind, f"gia-tri-{n}": text}
        if not was:
            data[f"moi-{n}"] = "1"
    return data


def test_data_are_mended_and_the_incident_goes_on(signed_in: People, database: Database, stopped: str) -> None:
    keeper = signed_in("phantich")
    (incident,) = commands.incidents(database, root_id=stopped)
    retry = f"/phien-chay/{stopped}/su-co/{incident.id}/chay-lai"
    assert "Vẫn dừng vì sự cố" in keeper.get(retry).text
    assert "Đã thử lại nhưng vẫn dừng" in do(keeper, retry, ly_do="Thử xem")
    address = f"/phien-chay/{stopped}/nhanh/{incident.id}/du-lieu"
    assert 'value="22/11/2026"' in keeper.get(address).text
    data = rows(
        diem=("năm", "number", "7,5"),
        ngay=("22/11/2026", "date", "22/11/2026"),
        nguoi=("", "json", '{"ten": "An", "tuoi": [1, 2.5]}'),
    )
    shown = post(keeper, address, {**data, "ly_do": "Gõ nhầm"}).text
    assert "năm" in shown and "7,5" in shown and "chưa có" in shown and "Ngày" not in shown.split("<tbody>")[1]
    do(keeper, address, **data, ly_do="Gõ nhầm")
    known = commands.variables_of(database, stopped)
    assert known["diem"] == Decimal("7.5") and known["ngay"] == date(2026, 11, 22)
    assert known["nguoi"] == {"ten": "An", "tuoi": [Decimal(1), Decimal("2.5")]}
    assert "Việc sẽ mở: Việc ky." in keeper.get(retry).text
    page = do(keeper, retry, ly_do="Đã sửa điểm")
    assert "Việc ky" in page and "Đã sửa điểm" in page and "diem = năm" in page
    assert "đã chạy tiếp" in page and "dừng lại lần nữa" in page, "the first retry, and the second"


def test_what_changed_since_it_was_shown_is_shown_again(signed_in: People, database: Database, timed: str) -> None:
    keeper = signed_in("quantri")
    with commands.run_of(database, timed) as run:
        (timer,) = run.timers
    address, typed = f"/phien-chay/{timed}/hen-gio/{timer.id}", {"luc": "06/12/2030 10:00", "ly_do": "Dời hạn"}
    first = post(keeper, address, typed).text
    seen = re.search(r'name="da_xem" value="(\d+)"', first)
    assert seen is not None
    other = datetime(2030, 12, 7, 3, tzinfo=UTC)
    commands.set_timer(database, timed, timer.id, other, "phantich", "Nghỉ lễ")
    again = post(keeper, address, {**typed, "chac_chan": "1", "da_xem": seen[1]})
    assert "Phiên chạy vừa thay đổi" in again.text and "07/12/2030 10:00" in again.text
    with commands.run_of(database, timed) as run:
        assert run.timers[0].due == other, "nothing was done"
    seen = re.search(r'name="da_xem" value="(\d+)"', again.text)
    assert seen is not None
    assert post(keeper, address, {**typed, "chac_chan": "1", "da_xem": seen[1]}).status_code == 302
    ended = f"/phien-chay/{timed}/huy"
    shown = re.search(r'name="da_xem" value="(\d+)"', keeper.get(ended).text)
    assert shown is not None
    commands.set_variables(database, timed, {"x": 1}, "phantich", "Thêm")
    stale = post(keeper, ended, {"ly_do": "Thừa", "da_xem": shown[1]}).text
    assert "Phiên chạy vừa thay đổi" in stale and ">Thừa</textarea>" in stale.replace("\n", "")


def test_steps_without_a_name_are_told_by_what_stands_beside_them(
    signed_in: People, stopped: str, database: Database
) -> None:
    (incident,) = commands.incidents(database, root_id=stopped)
    page = signed_in("quantri").get(f"/phien-chay/{stopped}/nhanh/{incident.id}/chuyen-buoc").text
    assert "bắt đầu trước “Tính điểm”" in page and "kết thúc sau “Đủ điểm?”" in page
    assert ">s2<" not in page and ">e2<" not in page


@pytest.mark.parametrize(
    ("kind", "text", "said"),
    [
        ("number", "1.250", "phân cách hàng nghìn"),
        ("number", "bảy", "Viết một số"),
        ("date", "31/02/2026", "Viết ngày"),
        ("yes_no", "có lẽ", "“Có” hoặc “Không”"),
        ("json", "{", "JSON không đọc được"),
        ("feel", "1 +", "không đọc được"),
        ("moment", "mai", "Viết ngày giờ"),
        ("number", "", "Nhập giá trị"),
    ],
)
def test_a_value_of_another_kind_is_refused_beside_its_field(
    signed_in: People, database: Database, stopped: str, kind: str, text: str, said: str
) -> None:
    page = post(
        signed_in("quantri"), f"/phien-chay/{stopped}/du-lieu", {**rows(diem=("năm", kind, text)), "ly_do": "Sửa"}
    ).text
    assert said in page and 'id="gia-tri-0-error"' in page and "Sửa</textarea>" in page
    assert commands.variables_of(database, stopped)["diem"] == "năm"


def test_data_that_somebody_else_changed_meanwhile_are_not_overwritten(
    signed_in: People, database: Database, stopped: str
) -> None:
    commands.set_variables(database, stopped, {"diem": "sáu"}, "khac", "Sửa trước")
    page = do(signed_in("quantri"), f"/phien-chay/{stopped}/du-lieu", **rows(diem=("năm", "text", "bảy")), ly_do="Sửa")
    assert "vừa được thay đổi thành “sáu”" in page
    assert commands.variables_of(database, stopped)["diem"] == "sáu"


def test_an_incident_ends_in_an_error_that_the_model_catches(
    signed_in: People, database: Database, stopped: str
) -> None:
    keeper = signed_in("phantich")
    (incident,) = commands.incidents(database, root_id=stopped)
    address = f"/phien-chay/{stopped}/su-co/{incident.id}/bao-loi"
    assert "đi tiếp từ “Thiếu giấy tờ”" in keeper.get(address).text
    assert "Chọn mã lỗi" in post(keeper, address, {"ma_loi": "KHAC", "ly_do": "Thử"}).text
    page = do(keeper, address, ma_loi="THIEU", ly_do="Dân chưa nộp đủ")
    assert "Mô hình đã nhận lỗi" in page and "Việc bo_sung" in page


# -- dossiers ---------------------------------------------------------------------------------------------------------


def test_a_dossier_is_stopped_by_its_leader_with_status_and_letter(
    signed_in: People, receive: Receive, database: Database
) -> None:
    made = receive(EXTRACT)
    leader = signed_in("lanhdao")
    assert f"/phien-chay/{made.id}" in leader.get(f"/ho-so/{made.code}").text
    asked = leader.get(f"/phien-chay/{made.id}/huy").text
    assert "Mẫu 05" in asked and "Dừng giải quyết hồ sơ" in asked
    page = do(leader, f"/phien-chay/{made.id}/huy", ly_do="Đối tượng không còn")
    found = dossiers.get(database, made.id)
    assert found.status == 8 and found.closed_at is not None and "Đã dừng giải quyết" in page
    assert commands.find(database, root_id=made.id)[0].status == "cancelled"


def test_a_suspended_dossier_says_that_its_term_goes_on(
    signed_in: People, receive: Receive, database: Database
) -> None:
    made = receive(EXTRACT)
    before = dossiers.get(database, made.id).due
    leader = signed_in("lanhdao")
    assert "Hạn trả kết quả vẫn tính" in leader.get(f"/phien-chay/{made.id}/tam-ngung").text
    do(leader, f"/phien-chay/{made.id}/tam-ngung", ly_do="Kiểm tra đơn thư")
    assert commands.find(database, root_id=made.id)[0].status == "suspended"
    assert "Hồ sơ đang tạm ngừng" in signed_in("chuyenvien").get(f"/ho-so/{made.code}").text
    do(leader, f"/phien-chay/{made.id}/di-tiep", ly_do="Đã kiểm tra")
    assert dossiers.get(database, made.id).due == before


def test_the_last_branch_of_an_open_dossier_is_not_ended_by_hand(
    signed_in: People, receive: Receive, database: Database
) -> None:
    made = receive(EXTRACT)
    with commands.run_of(database, made.id) as run:
        token = next(one.token for one in run.standing if one.state == "task")
    page = do(signed_in("quantri"), f"/phien-chay/{made.id}/nhanh/{token}/ket-thuc", ly_do="Thử")
    assert "sẽ kết thúc quy trình trong khi hồ sơ còn ở trạng thái" in page
    assert commands.find(database, root_id=made.id)[0].status == "active"


def test_an_analyst_steers_a_dossier_without_reading_its_data(
    signed_in: People, receive: Receive, database: Database
) -> None:
    made = receive(EXTRACT)
    analyst = signed_in("phantich")
    page = analyst.get(f"/phien-chay/{made.id}").text
    assert "chuyen-buoc" in page and "Nguyễn Thị Thử" not in page and "033190001234" not in page
    assert "dữ liệu cá nhân" in page
    assert "033190001234" in signed_in("quantri").get(f"/phien-chay/{made.id}").text
    assert analyst.get(f"/phien-chay/{made.id}/du-lieu").status_code == 403
    assert analyst.get(f"/phien-chay/{made.id}/huy").status_code == 403


ACTS = ("tam-ngung", "huy", "du-lieu", "nhanh/{token}/ket-thuc", "nhanh/{token}/chuyen-buoc", "nhanh/{token}/du-lieu")


@pytest.mark.parametrize(
    ("who", "may"),
    [
        (
            "quantri",
            {"tam-ngung", "du-lieu", "nhanh/{token}/ket-thuc", "nhanh/{token}/chuyen-buoc", "nhanh/{token}/du-lieu"},
        ),
        ("phantich", {"tam-ngung", "nhanh/{token}/ket-thuc", "nhanh/{token}/chuyen-buoc"}),
        ("lanhdao", {"tam-ngung", "huy"}),
        ("lanhdao.yenmy", set()),
        ("lanhdao.tinh", set()),
        ("truongdonvi", set()),
        ("chuyenvien", set()),
        ("motcua", set()),
        ("vanthu", set()),
    ],
)
def test_who_may_do_what_to_a_dossier(
    signed_in: People, receive: Receive, database: Database, who: str, may: set[str]
) -> None:
    made = receive(EXTRACT)
    with commands.run_of(database, made.id) as run:
        token = next(one.token for one in run.standing if one.state == "task")
    person = signed_in(who)
    assert person.get(f"/phien-chay/{made.id}").status_code == (200 if may else 403)
    for act in ACTS:
        address = f"/phien-chay/{made.id}/" + act.format(token=token)
        assert (person.get(address).status_code == 403) == (act not in may), (who, act)
        posted = post(person, address, {"ly_do": "x"}, page="/tai-khoan")
        assert (posted.status_code == 403) == (act not in may), (who, act)
    if not may:
        assert commands.find(database, root_id=made.id)[0].status == "active"
