"""In the administrators' forms each error stands at the field that it names, and nothing is changed."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from engine.store import Database
from procedures import agencies, clients, officials, working_time
from tests.web.conftest import post
from web.admin import agencies as agency_pages
from web.admin import clients as client_pages
from web.admin import days as day_pages
from web.admin import officials as official_pages

AGENCY = {"ma": "H31.99", "ten": "Xã Thử", "loai": "ubnd", "cap": "xa", "cap_tren": "H31"}
OFFICIAL = {"ten_dang_nhap": "moi.tinh", "ho_ten": "Trần Thị Mới", "co_quan": "H31.12"}
GRANT = {"vai_tro": "mot_cua", "tai_co_quan": "H31.12", "ly_do": "Quyết định 1"}
CLIENT = {"ma": "may-moi", "ten": "Máy mới", "can_bo": "motcua", "pham_vi": ["tasks"]}
HOURS = {"mon": "07:30-11:30", "tu_ngay": "2026-12-01", "ly_do": "Quyết định"}
ADD, EDIT = "/quan-tri/co-quan/them", "/quan-tri/co-quan/H31.12/sua"
PERSON, DAYS = "/quan-tri/can-bo/motcua", "/quan-tri/ngay-nghi"
CASES: list[tuple[str, dict[str, Any], str]] = [
    (ADD, AGENCY | {"ma": ""}, "ma"),
    (ADD, AGENCY | {"ma": "H31/1"}, "ma"),
    (ADD, AGENCY | {"ma": "H31.12"}, "ma"),
    (ADD, AGENCY | {"ten": ""}, "ten"),
    (ADD, AGENCY | {"loai": "khong-co"}, "loai"),
    (ADD, AGENCY | {"cap": "huyen"}, "cap"),
    (ADD, AGENCY | {"cap_tren": ""}, "cap_tren"),
    (ADD, AGENCY | {"cap_tren": "H99"}, "cap_tren"),
    (ADD, AGENCY | {"tu_ngay": "mai"}, "tu_ngay"),
    (ADD, AGENCY | {"tu_ngay": "1999-01-01"}, "cap_tren"),  # the one above it is not there yet
    (EDIT, AGENCY | {"cap_tren": "H31.12"}, "cap_tren"),
    (EDIT, AGENCY | {"cap_tren": ""}, "cap_tren"),
    (EDIT, AGENCY | {"tu_ngay": "1999-01-01"}, "tu_ngay"),
    (EDIT, AGENCY | {"loai": "khong-co"}, "loai"),
    ("/quan-tri/co-quan/H31.12/ngung", {"ngay": "1999-01-01", "ly_do": "x"}, "ngay"),
    ("/quan-tri/co-quan/H31.12/ngung", {"ngay": "2027-01-01"}, "ly_do"),
    ("/quan-tri/co-quan/H31.12/gio-lam-viec", HOURS | {"mon": "11:30-07:30"}, "mon"),
    ("/quan-tri/co-quan/H31.12/gio-lam-viec", HOURS | {"fri": "07:30-11:30, 11:00-12:00"}, "fri"),
    ("/quan-tri/co-quan/H31.12/gio-lam-viec", HOURS | {"tu_ngay": ""}, "tu_ngay"),
    ("/quan-tri/can-bo/them", OFFICIAL | {"ten_dang_nhap": "Ẩn Danh"}, "ten_dang_nhap"),
    ("/quan-tri/can-bo/them", OFFICIAL | {"ten_dang_nhap": "motcua"}, "ten_dang_nhap"),
    ("/quan-tri/can-bo/them", OFFICIAL | {"ho_ten": " "}, "ho_ten"),
    ("/quan-tri/can-bo/them", OFFICIAL | {"co_quan": "H99"}, "co_quan"),
    (f"{PERSON}/sua", OFFICIAL | {"co_quan": "H99"}, "co_quan"),
    (f"{PERSON}/vai-tro", GRANT | {"vai_tro": "vua"}, "vai_tro"),
    (f"{PERSON}/vai-tro", GRANT | {"tai_co_quan": "H99"}, "tai_co_quan"),
    (f"{PERSON}/vai-tro", GRANT | {"tu_ngay": "2026-12-05", "den_ngay": "2026-12-01"}, "den_ngay"),
    (f"{PERSON}/vai-tro", GRANT | {"ly_do": ""}, "ly_do"),
    (f"{PERSON}/thoi-cong-tac", {"ngay": "1999-01-01", "ly_do": "x"}, "ngay"),
    (DAYS, {"ngay": "", "loai": "off", "can_cu": "x"}, "ngay"),
    (DAYS, {"ngay": "2026-12-24", "loai": "hoc", "can_cu": "x"}, "loai"),
    (DAYS, {"ngay": "2026-12-24", "loai": "off", "can_cu": ""}, "can_cu"),
    ("/quan-tri/ung-dung", CLIENT | {"ma": "motcua-demo"}, "ma"),
    ("/quan-tri/ung-dung", CLIENT | {"can_bo": "khong.co"}, "can_bo"),
    ("/quan-tri/ung-dung", CLIENT | {"pham_vi": []}, "pham_vi"),
    ("/quan-tri/ung-dung", CLIENT | {"pham_vi": ["bay"]}, "pham_vi"),
    ("/quan-tri/ung-dung", CLIENT | {"lam_thay": "khong.co"}, "lam_thay"),
    ("/quan-tri/ung-dung", CLIENT | {"lam_thay": "quantri"}, "lam_thay"),
    ("/quan-tri/ung-dung/motcua-demo/lam-thay", {"lam_thay": "quantri"}, "lam_thay"),
    ("/quan-tri/ung-dung/motcua-demo/khoa-moi", {"ly_do": ""}, "ly_do"),
]
ROOMS = [
    (agencies, agency_pages.FIELDS),
    (officials, official_pages.FIELDS),
    (clients, client_pages.FIELDS),
    (working_time, day_pages.FIELDS),
]


def standing(database: Database) -> Any:
    with database.begin() as tx:
        people = officials.find(tx)
        return (
            agencies.listing(tx),
            people,
            [officials.all_grants(tx, one.username) for one in people],
            clients.listing(tx),
            working_time.hours_of(tx, "H31.12"),
            working_time.overrides(tx, "H31", 2026),
        )


def test_an_error_stands_at_the_field_that_it_names(
    signed_in: Callable[[str], FlaskClient], database: Database
) -> None:
    admin, before = signed_in("quantri"), standing(database)
    for address, data, field in CASES:
        answer = post(admin, address, data)
        wrong = re.findall(r'<a href="#([^"]+)">', answer.text.split("error-summary", 1)[-1].split("</ul>")[0])
        assert answer.status_code == 422 and wrong == [field], (address, data, wrong)
        assert f'id="{field}-error"' in answer.text and f'id="{field}"' in answer.text, (address, field)
    assert standing(database) == before


@pytest.mark.parametrize(("room", "fields"), ROOMS, ids=lambda one: getattr(one, "__name__", ""))
def test_what_a_refusal_is_about_is_a_field_of_the_form(room: Any, fields: dict[str, str]) -> None:
    about = {
        call.args[2].value
        for call in ast.walk(ast.parse(Path(room.__file__).read_text("utf-8")))
        if isinstance(call, ast.Call)
        and getattr(call.func, "id", "") == "Refusal"
        and len(call.args) > 2
        and isinstance(call.args[2], ast.Constant)
    }
    assert about and about <= fields.keys()


def test_the_kind_of_an_agency_is_chosen_and_mended(
    signed_in: Callable[[str], FlaskClient], database: Database
) -> None:
    admin = signed_in("quantri")
    assert post(admin, ADD, AGENCY | {"ten": "Trung tâm Thử", "loai": "trung_tam"}).status_code == 302
    made = agencies.get(database, "H31.99")
    assert made is not None and made.kind == "trung_tam"
    assert '<option value="trung_tam" selected>' in admin.get("/quan-tri/co-quan/H31.99/sua").text
    assert post(admin, "/quan-tri/co-quan/H31.99/sua", AGENCY | {"loai": "phong"}).status_code == 302
    mended = agencies.get(database, "H31.99")
    assert mended is not None and mended.kind == "phong"
    assert "Phòng chuyên môn" in admin.get("/quan-tri/co-quan/H31.99").text
