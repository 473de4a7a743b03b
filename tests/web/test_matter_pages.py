"""Pages of matters, meetings and work files, as their people use them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient

from engine.store import Database
from tests.web.conftest import post
from tests.web.test_documents import province_template, rows, step  # noqa: F401

People = Callable[[str], FlaskClient]


def begun(browser: FlaskClient, route: str, **said: Any) -> Any:
    address = f"/van-ban/cong-viec/moi/{route}"
    page = browser.get(address).text
    agency = page.partition('name="co_quan_mo" value="')[2].partition('"')[0]
    return post(browser, address, {"co_quan_mo": agency, **said}, page=address)


def test_a_directive_from_its_form_to_the_unit_and_a_refused_form_keeps_what_was_typed(
    database: Database, signed_in: People
) -> None:
    leader, head = signed_in("lanhdao"), signed_in("truongdonvi")
    assert "Giao nhiệm vụ theo ý kiến chỉ đạo" in leader.get("/van-ban/cong-viec").text
    wrong = begun(leader, "giao-viec", trich_yeu="Rà soát giếng khoan", chi_dao="Làm ngay")
    assert wrong.status_code == 200 and "Rà soát giếng khoan" in wrong.text and "Hạn hoàn thành" in wrong.text
    agency = leader.get("/van-ban/cong-viec/moi/giao-viec").text.partition('name="co_quan_mo" value="')[2]
    unit = agency.partition('"')[0]
    said = {"trich_yeu": "Rà soát", "chi_dao": "Làm ngay", "don_vi_chu_tri": unit, "han_xu_ly": "30/12/2030"}
    done = begun(leader, "giao-viec", do_khan="1", **said)
    assert done.status_code == 302, done.text
    page = head.get(done.location).text
    assert "Làm ngay" in page and "Phân công thực hiện" in page
    assert signed_in("vanthu.yenmy").get(done.location).status_code == 404
    assert "Giao nhiệm vụ" not in signed_in("chuyenvien").get("/van-ban/cong-viec").text


def test_a_meeting_is_arranged_approved_and_stands_in_the_calendar(database: Database, signed_in: People) -> None:
    clerk, author, leader = signed_in("vanthu"), signed_in("chuyenvien"), signed_in("lanhdao")
    room = {"loai": "room", "ten": "Phòng họp số 1", "so_cho": "30"}
    page = clerk.get("/van-ban/phong-hop").text
    agency = page.partition('name="co-quan" value="')[2].partition('"')[0]
    assert post(clerk, "/van-ban/phong-hop", {"co-quan": agency, **room}).status_code == 302
    done = begun(author, "giay-moi", trich_yeu="Họp giao ban", do_khan="0")
    assert done.status_code == 302 and done.location.endswith("/lich-hop")
    said = {"ngay": "30/12/2030", "bat_dau": "14:00", "ket_thuc": "13:00", "khach": "lanhdao", "dia_diem": "Hội trường"}
    late = post(author, done.location, said)
    assert "Giờ kết thúc phải sau giờ bắt đầu" in late.text and "Phòng họp số 1" in late.text
    assert post(author, done.location, {**said, "ket_thuc": "16:00"}).status_code == 302
    (row,) = rows(database)
    step(author, database, row, "chuan_bi", "trinh")
    step(leader, database, row, "duyet_moi", "gui")
    assert "14:00–16:00" in leader.get("/lich?tuan=2030-12-30").text
    assert "không có cuộc họp" in clerk.get("/lich?tuan=2030-12-30").text


def listed_in(page: str, clerk: FlaskClient, leader: FlaskClient) -> str:
    """The year's list with one file, approved; the agency that it is of."""
    agency = page.partition('name="co_quan" value="')[2].partition('"')[0]
    line = {"co_quan": agency, "ky_hieu": "01.TH", "tieu_de": "Cải cách hành chính", "thoi_han": "10"}
    wrong = post(clerk, "/ho-so-cong-viec/danh-muc", line)
    assert "Chọn người giữ hồ sơ" in wrong.text and "Cải cách hành chính" in wrong.text
    assert post(clerk, "/ho-so-cong-viec/danh-muc", {**line, "nguoi_giu": "chuyenvien"}).status_code == 302
    year = page.partition('name="nam" value="')[2].partition('"')[0]
    listed = "/ho-so-cong-viec/danh-muc"
    assert post(leader, f"{listed}/duyet", {"co_quan": agency, "nam": year}, page=listed).status_code == 302
    return agency


def archived(signed_in: People) -> tuple[str, str]:
    """A work file in the archive, with one matter in it: its address, and the matter's code."""
    clerk, author = signed_in("vanthu"), signed_in("chuyenvien")
    agency = listed_in(clerk.get("/ho-so-cong-viec/danh-muc").text, clerk, signed_in("lanhdao"))
    opened = post(author, "/ho-so-cong-viec", {"co_quan": agency, "theo_danh_muc": "01.TH"})
    assert opened.status_code == 302
    file = opened.location
    done = begun(author, "to-trinh", trich_yeu="Phê duyệt kế hoạch", noi_dung="Kính trình", do_khan="0")
    code = done.location.rpartition("/")[2]
    assert post(author, f"{file}/dua-vao", {"ma": code}, page=file).status_code == 302
    assert "chưa giải quyết xong" in post(author, f"{file}/dong", {}, page=file).text
    assert post(author, f"{file}/dong", {"van_dong": "1"}, page=file).status_code == 302
    assert post(author, f"{file}/nop-luu", {}, page=file).status_code == 302
    assert post(clerk, f"{file}/nhan", {"lam": ""}, page=file).status_code == 302
    return file, code


def test_a_work_file_from_the_list_to_the_archive(database: Database, signed_in: People) -> None:
    file, _code = archived(signed_in)
    clerk = signed_in("vanthu")
    assert clerk.get("/ho-so-cong-viec/danh-muc?dang=pdf").data.startswith(b"%PDF")
    assert "Đã nộp lưu trữ" in signed_in("chuyenvien").get(file).text
    assert 'id="ly-do-giu-error"' in post(clerk, f"{file}/giu", {}, page=file).text
    for part in ("muc-luc", "bien-ban"):
        assert clerk.get(f"{file}/{part}").data.startswith(b"%PDF")
    assert clerk.get(f"{file}/goi").data.startswith(b"PK")
    assert signed_in("vanthu.yenmy").get(file).status_code == 404
    assert "Không có hồ sơ nào hết hạn" in clerk.get("/ho-so-cong-viec/tieu-huy").text
