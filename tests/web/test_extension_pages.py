"""An extension on its pages: what was typed stays, what cannot be asked for is not offered, and the leader reads the
new day first. A result is offered to be handed over only where it can be."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from engine.store import Database
from procedures import dossiers, fees, tasks
from procedures.actor import Actor
from procedures.dossiers import Lack
from procedures.store.papers import result
from tests.web.conftest import post
from tests.web.test_work import assigned, task_of

People = Callable[[str], FlaskClient]
Receive = Callable[..., Any]
WHY = "Chờ xã bạn trả lời về nơi cư trú"


@pytest.mark.parametrize(("who", "root"), [("motcua", "/mot-cua/ho-so"), ("chuyenvien", "/ho-so")])
def test_what_was_typed_for_an_extension_outlives_a_refusal(
    signed_in: People, database: Database, receive: Receive, who: str, root: str
) -> None:
    made, _address = assigned(signed_in, database, receive)
    page = f"{root}/{made.code}"
    typed = {"so_gia_han": "90", "don_vi_gia_han": "DAY", "ly_do_gia_han": WHY}
    answer = post(signed_in(who), f"{page}/de-nghi-gia-han", typed, page=page)
    assert answer.status_code == 200 and "quá mức cho phép" in answer.text
    assert WHY in answer.text and 'value="90"' in answer.text and 'value="DAY" selected' in answer.text
    assert dossiers.pending_extension(database, made.id) is None


def test_the_leader_reads_the_old_day_and_the_new_one_first_and_there_is_one_extension(
    signed_in: People, database: Database, receive: Receive
) -> None:
    made, _address = assigned(signed_in, database, receive)
    page = f"/ho-so/{made.code}"
    official, leader = signed_in("chuyenvien"), signed_in("lanhdao")
    typed = {"so_gia_han": "1", "don_vi_gia_han": "WORKING_DAY", "ly_do_gia_han": WHY}
    assert post(official, f"{page}/de-nghi-gia-han", typed, page=page).status_code == 302
    before = dossiers.get(database, made.id).due
    text = leader.get(page).text
    card = text[text.index('id="gia-han"') : text.index("Thông tin hồ sơ")]
    assert text.index('id="gia-han"') < text.index("Thông tin hồ sơ") and f"{before:%d/%m/%Y}" in card
    no = post(leader, f"{page}/quyet-dinh-gia-han", {"quyet_dinh": "khong_dong_y", "ly_do_quyet_dinh": ""}, page=page)
    assert no.status_code == 200 and "phải nêu lý do" in no.text
    assert post(leader, f"{page}/quyet-dinh-gia-han", {"quyet_dinh": "dong_y"}, page=page).status_code == 302
    after = dossiers.get(database, made.id).due
    assert after > before and f"{after:%d/%m/%Y}" in card  # what was shown is what came
    assert "Đề nghị gia hạn (Mẫu 04)" not in official.get(page).text


def test_a_result_is_offered_to_be_handed_over_only_when_it_can_be(
    signed_in: People, database: Database, receive: Receive
) -> None:
    made, _address = assigned(signed_in, database, receive)
    tasks.complete(database, task_of(database, made.id).id, "dat", {}, Actor("chuyenvien"))
    booked = {"so_dinh_danh_tre": "033326001234", "so_dang_ky": "1", "ngay_dang_ky": "2026-11-22"}
    tasks.complete(database, task_of(database, made.id).id, "trinh", booked, Actor("chuyenvien"))
    tasks.complete(database, task_of(database, made.id).id, "ky", {}, Actor("lanhdao", "Lê Văn Ký"))
    clerk, page = signed_in("motcua"), f"/mot-cua/ho-so/{made.code}"
    button = "Đã trả kết quả</button>"
    if fees.owed(database, made.id):
        text = clerk.get(page).text
        assert button not in text and "hãy thu trước khi trả" in text
        assert post(clerk, f"{page}/thu-phi", {"hinh_thuc": "tien_mat"}, page=page).status_code == 302
    assert button in clerk.get(page).text
    with database.begin() as tx:
        tx.execute(update(result).where(result.c.dossier_id == made.id).values(approved_at=None))
    text = clerk.get(page).text
    assert button not in text and "chưa được ký duyệt" in text and "Trình lãnh đạo ký" in text
    sent = clerk.post(f"{page}/tra-ket-qua", data={"nguoi_nhan": "Hoa", "csrf_token": "x"})
    assert sent.status_code in (200, 400) and dossiers.get(database, made.id).status == 9


def test_a_unit_that_was_not_offered_is_refused(signed_in: People, database: Database, receive: Receive) -> None:
    made, _address = assigned(signed_in, database, receive)
    page = f"/ho-so/{made.code}"
    typed = {"so_gia_han": "1", "don_vi_gia_han": "WORKING_HOUR", "ly_do_gia_han": WHY}
    answer = post(signed_in("chuyenvien"), f"{page}/de-nghi-gia-han", typed, page=page)
    assert answer.status_code == 200 and "không có trong danh sách" in answer.text
    assert dossiers.pending_extension(database, made.id) is None


@pytest.mark.parametrize("typed", ["", "ba ngày", "1.5", "-1"])
def test_what_is_no_number_of_days_is_quoted(
    signed_in: People, database: Database, receive: Receive, typed: str
) -> None:
    made, _address = assigned(signed_in, database, receive)
    page = f"/ho-so/{made.code}"
    sent = {"so_gia_han": typed, "don_vi_gia_han": "DAY", "ly_do_gia_han": WHY}
    text = post(signed_in("chuyenvien"), f"{page}/de-nghi-gia-han", sent, page=page).text
    assert (f"“{typed}” chưa đúng" if typed else "Chưa ghi gia hạn thêm bao lâu") in text and "hay “6.5”" not in text


def test_a_fraction_of_days_is_read_as_people_write_it(signed_in: People, database: Database, receive: Receive) -> None:
    made, _address = assigned(signed_in, database, receive)
    page = f"/ho-so/{made.code}"
    sent = {"so_gia_han": "0,5", "don_vi_gia_han": "DAY", "ly_do_gia_han": WHY}
    assert post(signed_in("chuyenvien"), f"{page}/de-nghi-gia-han", sent, page=page).status_code == 302
    assert "thêm 0,5 ngày" in signed_in("lanhdao").get(page).text


def test_nothing_is_proposed_or_decided_while_the_clock_stands(
    signed_in: People, database: Database, receive: Receive
) -> None:
    made, _address = assigned(signed_in, database, receive)
    page, official, leader = f"/ho-so/{made.code}", Actor("chuyenvien"), signed_in("lanhdao")
    dossiers.propose_extension(database, made.id, "1", "WORKING_DAY", WHY, official)
    assert "Đồng ý, ký Mẫu 04" in leader.get(page).text and made.code in leader.get("/cong-viec").text
    lacks = [Lack("giay_chung_sinh", "", "Mờ")]
    tasks.complete(database, task_of(database, made.id).id, "bo_sung", {}, official, reason="Mờ", lacks=lacks)
    text = leader.get(page).text
    assert "Đề nghị gia hạn hết hiệu lực" in text and f"Thêm 1 ngày làm việc. Lý do: {WHY}" in text
    assert "quyet-dinh-gia-han" not in text and made.code not in leader.get("/cong-viec").text
    assert "Đề nghị gia hạn (Mẫu 04)" not in signed_in("chuyenvien").get(page).text
