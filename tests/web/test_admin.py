"""The administrators' pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from engine import audit, jobs
from engine.store import Database
from procedures import accounts, agencies, clients, officials, outages, working_time
from tests.web.conftest import post, sign_in

PAGES = (
    "/quan-tri",
    "/quan-tri/co-quan",
    "/quan-tri/co-quan/them",
    "/quan-tri/co-quan/H31.11",
    "/quan-tri/co-quan/H31.11/sua",
    "/quan-tri/co-quan/H31.11/ngung",
    "/quan-tri/co-quan/H31.11/gio-lam-viec",
    "/quan-tri/can-bo",
    "/quan-tri/can-bo/them",
    "/quan-tri/can-bo/motcua",
    "/quan-tri/can-bo/motcua/sua",
    "/quan-tri/can-bo/motcua/thoi-cong-tac",
    "/quan-tri/ngay-nghi",
    "/quan-tri/ngung-dich-vu",
    "/quan-tri/ung-dung",
)


@pytest.fixture
def admin(signed_in: Callable[[str], FlaskClient]) -> FlaskClient:
    """The administrator's browser."""
    return signed_in("quantri")


@pytest.mark.parametrize("address", PAGES)
def test_an_administrator_opens_the_page_and_nobody_else(admin: FlaskClient, app: Flask, address: str) -> None:
    assert admin.get(address).status_code == 200
    assert sign_in(app.test_client(), "chuyenvien").get(address).status_code == 403
    assert app.test_client().get(address).status_code == 302


@pytest.mark.parametrize("address", ["/quan-tri/co-quan/khong-co", "/quan-tri/can-bo/khong.co"])
def test_what_is_not_there_is_not_found(admin: FlaskClient, address: str) -> None:
    assert admin.get(address).status_code == 404


def test_an_agency_is_added_changed_and_ended(admin: FlaskClient, database: Database) -> None:
    form = {"ma": "H31.99", "ten": "Ủy ban nhân dân xã Thử", "cap": "xa", "cap_tren": "H31"}
    assert post(admin, "/quan-tri/co-quan/them", form).headers["Location"] == "/quan-tri/co-quan/H31.99"
    again = post(admin, "/quan-tri/co-quan/them", form)
    assert again.status_code == 422
    assert "đã có" in again.text
    post(admin, "/quan-tri/co-quan/H31.99/sua", {**form, "ten": "Ủy ban nhân dân xã Mới"})
    found = agencies.get(database, "H31.99")
    assert found is not None
    assert found.name == "Ủy ban nhân dân xã Mới"
    end = {"ngay": "2027-01-01", "ly_do": "Nghị quyết sắp xếp"}
    asked = post(admin, "/quan-tri/co-quan/H31.99/ngung", end).text
    assert "Ngừng hoạt động Ủy ban nhân dân xã Mới?" in asked and "Từ 01/01/2027 cơ quan không nhận" in asked
    assert agencies.get(database, "H31.99", date(2027, 1, 1)) is not None, "only asked"
    post(admin, "/quan-tri/co-quan/H31.99/ngung", {**end, "chac_chan": "1"})
    assert agencies.get(database, "H31.99", date(2027, 1, 1)) is None


def test_an_agency_without_one_above_it_is_refused(admin: FlaskClient, database: Database) -> None:
    answer = post(admin, "/quan-tri/co-quan/them", {"ma": "H00", "ten": "Xã mồ côi", "cap": "xa", "cap_tren": ""})
    assert answer.status_code == 422 and "Chọn cơ quan cấp trên" in answer.text
    assert agencies.get(database, "H00") is None


def test_an_agency_cannot_stand_below_itself(admin: FlaskClient) -> None:
    form = {"ten": "UBND tỉnh", "cap": "tinh", "cap_tren": "H31.11"}
    answer = post(admin, "/quan-tri/co-quan/H31/sua", form)
    assert answer.status_code == 422
    assert "không thể nằm dưới chính nó" in answer.text


def test_hours_are_written_as_people_write_them(admin: FlaskClient, database: Database) -> None:
    week = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), "07:00-11:00, 13:30–17:30") | {"sat": "7:30-11:30"}
    data = {**week, "sun": "", "tu_ngay": "2026-12-01", "ly_do": "Quyết định giờ mùa đông"}
    asked = post(admin, "/quan-tri/co-quan/H31.12/gio-lam-viec", data)
    assert "Đổi giờ làm việc của" in asked.text and "đổi hạn trả" in asked.text
    assert not any(one.since == date(2026, 12, 1) for one in working_time.hours_of(database, "H31.12")), "only asked"
    sure = {**data, "chac_chan": "1"}
    assert post(admin, "/quan-tri/co-quan/H31.12/gio-lam-viec", sure).status_code == 302
    entry = working_time.hours_of(database, "H31.12")[-1]
    assert entry.hours["mon"] == [["07:00", "11:00"], ["13:30", "17:30"]]
    assert entry.hours["sat"] == [["07:30", "11:30"]]
    assert "sun" not in entry.hours
    wrong = post(admin, "/quan-tri/co-quan/H31.12/gio-lam-viec", {**data, "mon": "sáng"})
    assert wrong.status_code == 422
    assert "Thứ Hai: viết giờ dạng" in wrong.text


def test_a_new_official_gets_a_link_to_set_a_password(admin: FlaskClient, app: Flask) -> None:
    answer = post(
        admin,
        "/quan-tri/can-bo/them",
        {"ho_ten": "Trần Thị Mới", "ten_dang_nhap": "tran.moi", "co_quan": "H31.12", "chuc_vu": "Công chức"},
    )
    found = re.search(r"(/dat-lai-mat-khau/[\w-]+)", answer.text)
    assert found is not None
    browser, secret = app.test_client(), "một câu dài dễ nhớ"
    assert post(browser, found[1], {"mat_khau_moi": secret, "nhap_lai": secret}).status_code == 302
    sign_in(browser, "tran.moi", secret)


def test_all_that_is_wrong_with_a_new_official_is_said_at_once(admin: FlaskClient) -> None:
    page = post(
        admin,
        "/quan-tri/can-bo/them",
        {"ho_ten": "", "ten_dang_nhap": "quantri", "co_quan": "H31.99", "chuc_vu": "Công chức"},
    ).text
    assert "Nhập họ tên" in page and "Tên đăng nhập quantri đã có" in page and "Không có cơ quan H31.99" in page
    assert 'value="quantri"' in page and 'value="Công chức"' in page
    assert page.count('id="ten_dang_nhap-error"') == 1


def test_a_role_is_given_and_taken_away(admin: FlaskClient, database: Database) -> None:
    page = "/quan-tri/can-bo/chuyenvien"
    answer = post(admin, f"{page}/vai-tro", {"vai_tro": "van_thu", "tai_co_quan": "H31.12"}, page=page)
    assert answer.status_code == 422 and "Nhập lý do giao vai trò" in answer.text
    given = {"vai_tro": "van_thu", "tai_co_quan": "H31.12", "ly_do": "Quyết định 12"}
    assert post(admin, f"{page}/vai-tro", given, page=page).status_code == 302
    assert logged(database, officials.LOG)[-1] == ("role_granted", "Quyết định 12")
    assert ("van_thu", "H31.12") in officials.roles_of(database, "chuyenvien")
    grant = next(one for one in officials.grants(database, "chuyenvien") if one.role == "van_thu")
    act = f"{page}/vai-tro/{grant.id}"
    assert "Thu hồi vai trò “Văn thư”?" in admin.get(f"{act}/thu-hoi").text
    assert "Nhập lý do" in post(admin, f"{act}/thu-hoi", {"ly_do": ""}).text
    assert ("van_thu", "H31.12") in officials.roles_of(database, "chuyenvien"), "only asked"
    post(admin, f"{act}/thu-hoi", {"ly_do": "Giao nhầm"})
    assert ("van_thu", "H31.12") not in officials.roles_of(database, "chuyenvien")
    assert f"{grant.id}/giao-lai" in admin.get(page).text
    post(admin, f"{act}/giao-lai", {"ly_do": "Thu hồi nhầm"})
    assert ("van_thu", "H31.12") in officials.roles_of(database, "chuyenvien")
    assert post(admin, "/quan-tri/can-bo/motcua/vai-tro/khong-co/thu-hoi", {}, page=page).status_code == 404


def logged(database: Database, root: str) -> list[tuple[str, str | None]]:
    """What the log says, and why."""
    return [(one.kind, one.data.get("reason")) for one in audit.history(database, root) if one.kind != "rows"]


def test_a_password_is_reset_after_a_question_and_with_a_reason(admin: FlaskClient, database: Database) -> None:
    page = "/quan-tri/can-bo/vanthu/dat-lai-mat-khau"
    assert "Tạo đường dẫn đặt mật khẩu cho vanthu?" in admin.get(page).text
    assert post(admin, page, {}).status_code == 422
    assert "password_reset_begun" not in dict(logged(database, accounts.LOG)), "only asked"
    assert re.search(r"/dat-lai-mat-khau/[\w-]{40}", post(admin, page, {"ly_do": "Quên mật khẩu"}).text)
    assert logged(database, accounts.LOG)[-1] == ("password_reset_begun", "Quên mật khẩu")
    assert admin.get("/quan-tri/can-bo/khong.co/dat-lai-mat-khau").status_code == 404


def test_a_role_must_be_named(admin: FlaskClient) -> None:
    page = "/quan-tri/can-bo/chuyenvien"
    answer = post(admin, f"{page}/vai-tro", {"vai_tro": "vua", "tai_co_quan": "H31.12"}, page=page)
    assert answer.status_code == 422
    assert "Chọn vai trò" in answer.text


def test_an_account_is_shut_and_opened_again(
    admin: FlaskClient, signed_in: Callable[[str], FlaskClient], database: Database
) -> None:
    page, other = "/quan-tri/can-bo/motcua", signed_in("motcua")
    assert "Ngừng tài khoản motcua?" in admin.get(f"{page}/tai-khoan").text
    post(admin, f"{page}/tai-khoan", {"mo": "0", "ly_do": "Nghỉ phép"}, page=page)
    assert other.get("/tai-khoan").status_code == 302
    post(admin, f"{page}/tai-khoan", {"mo": "0", "ly_do": "Nghỉ phép"}, page=page)
    assert not (accounts.get(database, "motcua") or pytest.fail("no account")).active, "twice is once"
    post(admin, f"{page}/tai-khoan", {"mo": "1", "ly_do": "Đi làm lại"}, page=page)
    found = accounts.get(database, "motcua")
    assert found is not None
    assert found.active


def test_nobody_shuts_their_own_account(admin: FlaskClient) -> None:
    page = "/quan-tri/can-bo/quantri"
    answer = admin.get(post(admin, f"{page}/tai-khoan", {"mo": "0"}, page=page).headers["Location"])
    assert "Không thể ngừng tài khoản của chính mình" in answer.text


def test_the_last_administrator_keeps_his_role(admin: FlaskClient, database: Database) -> None:
    page = "/quan-tri/can-bo/quantri"
    grant = next(one for one in officials.grants(database, "quantri") if one.role == "quan_tri")
    answer = post(admin, f"{page}/vai-tro/{grant.id}/thu-hoi", {"ly_do": "Thử"})
    assert answer.status_code == 422 and "quản trị viên cuối cùng" in answer.text
    for day, said in (("1990-01-01", "sớm nhất là"), ("2199-01-01", "quản trị viên cuối cùng")):
        answer = post(admin, f"{page}/thoi-cong-tac", {"ngay": day, "ly_do": "Thử"})
        assert answer.status_code == 422 and said in answer.text
    assert officials.administrators(database) == ["quantri"]


def test_the_officials_of_a_program_are_listed(admin: FlaskClient, database: Database) -> None:
    page = "/quan-tri/ung-dung/motcua-demo/lam-thay"
    assert "chuyenvien" in admin.get(page).text
    assert "quản trị hệ thống" in post(admin, page, {"lam_thay": "quantri"}).text
    assert post(admin, page, {"lam_thay": "motcua, chuyenvien"}).status_code == 302
    found = clients.get(database, "motcua-demo")
    assert found is not None and found.acts_for == {"motcua", "chuyenvien"}


def test_who_leaves_loses_every_role(admin: FlaskClient, database: Database) -> None:
    with database.begin() as tx:
        day = agencies.today(tx) + timedelta(days=3)
    page, said = "/quan-tri/can-bo/vanthu/thoi-cong-tac", {"ngay": f"{day:%d/%m/%Y}", "ly_do": "Nghỉ hưu"}
    before = officials.roles_of(database, "vanthu", day)
    question = post(admin, page, said).text
    assert "Người này không giữ việc nào" in question and f"kết thúc từ ngày {day:%d/%m/%Y}" in question
    assert officials.roles_of(database, "vanthu", day) == before
    assert post(admin, page, {**said, "chac_chan": "1"}).status_code == 302
    assert officials.roles_of(database, "vanthu") and officials.roles_of(database, "vanthu", day) == []
    back = "/quan-tri/can-bo/vanthu/tiep-tuc-cong-tac"
    assert back in admin.get("/quan-tri/can-bo/vanthu").text
    assert post(admin, back, {"ly_do": ""}).status_code == 422
    assert post(admin, back, {"ly_do": "Ghi nhầm"}).status_code == 302
    assert officials.roles_of(database, "vanthu", day) == before


def test_a_day_of_the_province_wants_its_basis(admin: FlaskClient, database: Database) -> None:
    national = admin.get("/quan-tri/ngay-nghi?nam=2026").text.split("Lịch chung cả nước")[-1]
    shown = re.findall(r'<th scope="row">(\d\d)/(\d\d)/2026</th>', national)
    assert len(shown) > 10 and [one[::-1] for one in shown] == sorted(one[::-1] for one in shown)
    data = {"ngay": "2026-12-24", "loai": "off", "can_cu": ""}
    assert post(admin, "/quan-tri/ngay-nghi", data).status_code == 422
    said = {**data, "can_cu": "Thông báo 1/TB"}
    asked = post(admin, "/quan-tri/ngay-nghi", said)
    assert "Đổi lịch làm việc của cả tỉnh, ngày 24/12/2026?" in asked.text
    assert working_time.override_on(database, "H31", date(2026, 12, 24)) is None, "only asked"
    assert post(admin, "/quan-tri/ngay-nghi", {**said, "chac_chan": "1"}).status_code == 302
    other = {**said, "loai": "work", "can_cu": "Thông báo 2/TB"}
    assert "đang được ghi là ngày nghỉ theo Thông báo 1/TB" in post(admin, "/quan-tri/ngay-nghi", other).text
    days = [one.day for one in working_time.overrides(database, "H31", 2026)]
    assert date(2026, 12, 24) in days
    post(admin, "/quan-tri/ngay-nghi/bo", {"ngay": "2026-12-24", "chac_chan": "1"}, page="/quan-tri/ngay-nghi")
    assert date(2026, 12, 24) not in [one.day for one in working_time.overrides(database, "H31", 2026)]


def test_a_program_gets_its_secret_once(admin: FlaskClient, database: Database) -> None:
    answer = post(
        admin, "/quan-tri/ung-dung", {"ma": "cong", "ten": "Cổng", "can_bo": "motcua", "pham_vi": ["dossiers", "tasks"]}
    )
    found = re.search(r"<code>([\w-]+)</code>", answer.text)
    assert found is not None
    client = clients.check(database, "cong", found[1])
    assert client is not None
    assert client.scopes == {"dossiers", "tasks"}
    secret, state = "/quan-tri/ung-dung/cong/khoa-moi", "/quan-tri/ung-dung/cong/trang-thai"
    assert "hết hiệu lực ngay" in admin.get(secret).text and "mất kết nối ngay" in admin.get(state).text
    for address in (secret, state):
        assert post(admin, address, {"mo": "0"} if address == state else {}).status_code == 422
        assert clients.check(database, "cong", found[1]) is not None, "only asked"
    assert re.search(r"<code>[\w-]+</code>", post(admin, secret, {"ly_do": "Lộ khóa"}).text)
    assert clients.check(database, "cong", found[1]) is None
    for _ in range(2):
        post(admin, state, {"mo": "0", "ly_do": "Hết hợp đồng"}, page="/quan-tri/ung-dung/cong/lam-thay")
        assert clients.get(database, "cong") is None, "twice is once"
    assert logged(database, clients.LOG)[-2:] == [("client_secret_changed", "Lộ khóa"), ("client_shut", "Hết hợp đồng")]
    post(admin, state, {"mo": "1", "ly_do": "Gia hạn"})
    assert clients.get(database, "cong") is not None
    assert admin.get("/quan-tri/ung-dung/khong-co/khoa-moi").status_code == 404


def test_officials_are_found_by_words_agency_and_role(admin: FlaskClient) -> None:
    page = admin.get("/quan-tri/can-bo", query_string={"tim": "le minh duc"}).text
    assert "Lê Minh Đức" in page
    assert "Nguyễn Thị Lan Anh" not in page
    page = admin.get("/quan-tri/can-bo", query_string={"vai_tro": "van_thu", "co_quan": "H31.11"}).text
    assert "Đinh Thị Ngọc" in page


def test_the_first_page_says_what_needs_to_be_looked_at(admin: FlaskClient, database: Database) -> None:
    assert "Không có sự cố" in admin.get("/quan-tri").text
    with database.begin() as tx:
        for id, due in (("cu", tx.now - timedelta(minutes=20)), ("moi", tx.now + timedelta(days=1))):
            jobs.add(tx, "thu", "notice", due, dedupe_key=id)
    page = admin.get("/quan-tri").text
    assert "việc cũ nhất từ" in page and "Cần xem" in page


def test_an_outage_stands_on_every_page_seven_working_days_ahead(admin: FlaskClient, database: Database) -> None:
    address, soon = "/quan-tri/ngung-dich-vu", datetime.now(UTC) + timedelta(days=2)
    said = {
        "bat_dau": f"{soon:%d/%m/%Y} 22:00",
        "ket_thuc": f"{soon + timedelta(days=1):%d/%m/%Y} 05:00",
        "noi_dung": "Nộp hồ sơ trực tuyến",
        "thay_the": "Nộp tại bộ phận một cửa",
    }
    refused = post(admin, address, said)
    assert refused.status_code == 422 and "7 ngày làm việc" in refused.text and said["bat_dau"] in refused.text
    assert post(admin, address, {**said, "ket_thuc": said["bat_dau"]}).status_code == 422
    assert post(admin, address, {**said, "bat_dau": "mai"}).status_code == 422
    assert "Nộp hồ sơ trực tuyến" not in admin.get("/tra-cuu").text
    begins = outages.earliest(database) + timedelta(days=1)
    later = {"bat_dau": f"{begins:%d/%m/%Y} 22:00", "ket_thuc": f"{begins + timedelta(days=1):%d/%m/%Y} 05:00"}
    assert post(admin, address, {**said, **later}).status_code == 302
    page = admin.get("/tra-cuu").text
    assert f"ngừng từ {later['bat_dau']} đến {later['ket_thuc']}" in page and "Nộp tại bộ phận một cửa." in page
    (one,) = outages.coming(database)
    assert post(admin, f"{address}/{one.id}/bo", {}, page=address).status_code == 302
    assert "Nộp hồ sơ trực tuyến" not in admin.get("/tra-cuu").text
    assert post(admin, address, {**said, "dot_xuat": "Hỏng máy chủ"}).status_code == 302
