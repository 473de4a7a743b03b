"""What people read at each turn of a dossier: states said rightly, reasons that are over left out."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from engine.calendar import ClockError, working
from engine.store import Database
from engine.store.tables import deployment
from procedures import bundles, dossiers, forms
from procedures.actor import CITIZEN, Actor
from procedures.dossiers import tracking
from procedures.store.papers import result
from tests.web.conftest import post
from tests.web.test_portal import ask_to_mend, follow, process
from web.workbench import logged

CLERK = Actor("motcua", "Nguyễn Thị Lan", roles=frozenset({"mot_cua"}))
Receive = Callable[..., Any]


def tracked(browser: FlaskClient, code: str) -> str:
    follow(browser, code)
    return browser.get("/tra-cuu/ho-so").text


def test_a_refused_dossier_has_no_promised_date_to_come(
    browser: FlaskClient, database: Database, receive: Receive
) -> None:
    made = receive(process(database, "Đăng ký khai sinh"), channel="truc_tuyen", accepted=False)
    dossiers.refuse_online(database, made.id, "Không thuộc thẩm quyền", "Luật Hộ tịch, Điều 13", CLERK)
    page = tracked(browser, made.code)
    assert "Hồ sơ không được tiếp nhận nên không có ngày hẹn" in page and "Ngày hẹn sẽ có" not in page


def test_a_withdrawn_dossier_has_no_days_left(browser: FlaskClient, database: Database, receive: Receive) -> None:
    made = receive(process(database, "Đăng ký khai sinh"))
    dossiers.withdraw(database, made.id, "Đổi ý", CITIZEN)
    page = tracked(browser, made.code)
    assert "Không còn tính hạn" in page and "Còn " not in page and "mc-promise" not in page
    assert "Giấy tờ bạn đã nộp chờ trả lại tại" in page


def test_a_reason_is_gone_when_what_it_was_for_is_done(
    browser: FlaskClient, database: Database, receive: Receive
) -> None:
    made = receive(process(database, "Đăng ký khai sinh"))
    ask_to_mend(database, made.id, "ngay_sinh_tre")
    assert "đang chờ bạn" in tracked(browser, made.code)
    dossiers.bring_supplement(database, made.id, form={"ngay_sinh_tre": "01/02/2026"}, by=CITIZEN)
    notes = [line.note for line in dossiers.history(database, made.id) if line.kind == "dossier.status"]
    assert notes[-1] == "Đang xử lý" and any(note.startswith("Yêu cầu bổ sung giấy tờ: ") for note in notes)


def test_the_code_of_a_slip_leads_to_what_it_is_for(browser: FlaskClient, database: Database, receive: Receive) -> None:
    made = receive(process(database, "Đăng ký khai sinh"))
    ask_to_mend(database, made.id, "ngay_sinh_tre")
    letters = {one["template"]: one["token"] for one in tracking.tracked(database, made.id).letters}
    assert f"/tra-cuu?ma={made.code}" in browser.get(f"/xac-minh/{letters['mau-01']}").text
    onward = f"/tra-cuu?ma={made.code}&amp;toi=bo-sung"
    assert onward in browser.get(f"/xac-minh/{letters['mau-02']}").text
    form = {"ma": made.code, "xac_nhan": dossiers.get(database, made.id).applicant.id_number, "toi": "bo-sung"}
    assert post(browser, "/tra-cuu", form, page="/tra-cuu").headers["Location"] == "/tra-cuu/ho-so/bo-sung"


def test_a_page_that_came_back_says_so_in_its_title(browser: FlaskClient) -> None:
    answer = post(browser, "/tra-cuu", {"ma": "", "xac_nhan": ""}, page="/tra-cuu")
    assert "<title>Lỗi: Tra cứu hồ sơ" in answer.text


@pytest.mark.parametrize(("key", "born", "told"), [("nu", "20/05/2015", "18"), ("nam", "20/05/2008", "20")])
def test_who_is_too_young_to_marry_is_told_the_law(database: Database, key: str, born: str, told: str) -> None:
    procedure = next(one for one in bundles.published(database) if "Đăng ký kết hôn" in one.name["vi"])
    form = bundles.form(database, procedure.version, procedure.form_key)
    assert form is not None
    with pytest.raises(forms.Invalid) as wrong:
        form.validate({f"ngay_sinh_{key}": born}, partial=True)
    assert f"từ đủ {told} tuổi (Luật Hôn nhân và gia đình 2014, Điều 8)" in wrong.value.errors[f"ngay_sinh_{key}"][0]
    grown = form.validate({"ngay_sinh_nam": "20/05/1996", "ngay_sinh_nu": "20/05/1998"}, partial=True)
    assert grown == {"ngay_sinh_nam": "1996-05-20", "ngay_sinh_nu": "1998-05-20"}


def test_every_life_event_that_is_shown_leads_to_a_procedure(browser: FlaskClient) -> None:
    shown = {part.split('"')[0] for part in browser.get("/").text.split("/thu-tuc?su_kien=")[1:]}
    assert shown
    for key in shown:
        assert "Không tìm thấy thủ tục nào" not in browser.get(f"/thu-tuc?su_kien={key}").text, key


@pytest.mark.parametrize(
    ("value", "right"),
    [
        ({"co_quan": "H31", "xong": True}, "co_quan: H31, xong: Có"),
        (["a", {"b": None}], "a; b: trống"),
        (Decimal("1.5"), "1.5"),
    ],
)
def test_the_log_shows_data_without_the_signs_of_a_program(app: Flask, value: object, right: str) -> None:
    with app.test_request_context():
        assert logged._plain(value) == right


def test_a_day_of_the_week_is_called_by_its_name() -> None:
    with pytest.raises(ClockError, match="Giờ làm việc thứ Hai chồng lên nhau"):
        working.parse_hours({"mon": [["07:30", "11:30"], ["11:00", "17:00"]]})


@pytest.mark.parametrize(("who", "page"), [("phantich", "/quy-trinh"), ("quantri", "/quan-tri")])
def test_a_bundle_of_the_release_that_nobody_deployed_is_told(
    signed_in: Callable[[str], FlaskClient], database: Database, who: str, page: str
) -> None:
    person = signed_in(who)
    assert "chưa được triển khai" not in person.get(page).text
    with database.begin() as tx:
        tx.execute(update(deployment).where(deployment.c.key == "2.000815").values(hash="of the release before"))
    said = person.get(page).text
    assert "chưa được triển khai" in said and "motcua models deploy --shipped" in said and "2.000815" in said
    assert "/bpmn" not in said, "no page shows where the server keeps its files"


def test_a_draft_that_was_replaced_never_was_in_force(
    browser: FlaskClient, database: Database, receive: Receive
) -> None:
    made = receive(process(database, "Đăng ký khai sinh"))
    with database.begin() as tx:
        row = {"name": "Giấy khai sinh", "code": "khai_sinh", "version": 1, "sha256": "0" * 64, "attached_at": tx.now}
        row |= {"token": "CU", "dossier_id": made.id, "current": False, "produced": True}
        tx.execute(result.insert().values(**row))
    page = browser.get("/xac-minh/CU").text
    assert "Bản dự thảo, không có hiệu lực" in page and "bản dự thảo cũ" in page
    assert "không còn hiệu lực" not in page and "Cấp lúc" not in page


def test_a_letter_in_the_history_is_called_by_its_name(
    signed_in: Callable[[str], FlaskClient], database: Database, receive: Receive
) -> None:
    made = receive(process(database, "Đăng ký khai sinh"))
    page = signed_in("chuyenvien").get(f"/ho-so/{made.code}").text
    assert "Phát hành văn bản" not in page and "Lập giấy tiếp nhận hồ sơ và hẹn trả kết quả" in page
