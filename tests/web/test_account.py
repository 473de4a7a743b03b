"""Signing in and out, passwords, and how long a session lasts."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from engine import worklist
from engine.store import Database
from procedures import accounts, attempts
from tests.web.conftest import PASSWORD, post, sign_in, token_of
from tests.web.test_what_a_completion_costs import EXTRACT
from web import logs

NEW = "một câu dài dễ nhớ"


def test_an_official_signs_in_and_out(browser: FlaskClient) -> None:
    sign_in(browser, "motcua")
    page = browser.get("/tai-khoan").text
    assert "Nguyễn Thị Lan Anh" in page
    assert "Cán bộ một cửa" in page
    post(browser, "/dang-xuat", {}, page="/tai-khoan")
    assert browser.get("/tai-khoan").status_code == 302


def test_a_wrong_password_and_an_unknown_name_read_the_same(browser: FlaskClient) -> None:
    answers = [post(browser, "/dang-nhap", {"ten_dang_nhap": name, "mat_khau": "sai"}) for name in ("motcua", "ai.do")]
    assert [one.status_code for one in answers] == [422, 422]
    assert all("Tên đăng nhập hoặc mật khẩu không đúng" in one.text for one in answers)


def test_after_too_many_wrong_passwords_one_is_told_how_long_to_wait(
    browser: FlaskClient, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.configure("json", "INFO")
    for _ in range(attempts.OWN.free):
        post(browser, "/dang-nhap", {"ten_dang_nhap": "motcua", "mat_khau": "sai"})
    answer = post(browser, "/dang-nhap", {"ten_dang_nhap": "motcua", "mat_khau": PASSWORD})
    assert answer.status_code == 422
    assert re.search(r"Thử lại sau [123]\d giây", answer.text)
    post(browser, "/dang-nhap", {"ten_dang_nhap": "mat-khau-go-nham", "mat_khau": "sai"})
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    failed = [line for line in lines if line["event"] == "sign-in failed"]
    assert failed[0]["account"] == "motcua" and failed[0]["address"] == "127.0.0.1"
    assert failed[-1]["account"] is None and "go-nham" not in json.dumps(failed)


def test_strangers_do_not_keep_out_whoever_has_signed_in_here_before(app: Flask) -> None:
    own, stranger = sign_in(app.test_client(), "motcua"), app.test_client()
    post(own, "/dang-xuat", {}, page="/tai-khoan")
    for _ in range(attempts.OWN.free + 1):
        post(stranger, "/dang-nhap", {"ten_dang_nhap": "motcua", "mat_khau": "sai"})
    assert "Thử lại sau" in post(stranger, "/dang-nhap", {"ten_dang_nhap": "motcua", "mat_khau": PASSWORD}).text
    sign_in(own, "motcua")


def test_after_signing_in_one_goes_where_one_was_going(browser: FlaskClient) -> None:
    answer = browser.get("/tai-khoan")
    assert answer.headers["Location"] == "/dang-nhap?tiep=/tai-khoan"
    data = {"ten_dang_nhap": "motcua", "mat_khau": PASSWORD}
    assert post(browser, "/dang-nhap", {**data, "tiep": "/tai-khoan"}).headers["Location"] == "/tai-khoan"


def test_nobody_is_sent_to_another_site_after_signing_in(browser: FlaskClient) -> None:
    answer = post(
        browser, "/dang-nhap", {"ten_dang_nhap": "motcua", "mat_khau": PASSWORD, "tiep": "https://khac.example/"}
    )
    assert answer.headers["Location"] == "/bat-dau"


def test_a_session_without_use_ends(signed_in: Callable[[str], FlaskClient], database: Database) -> None:
    browser = signed_in("motcua")
    real = database.clock
    database.clock = lambda: real() + timedelta(minutes=61)
    answer = browser.get("/tai-khoan", follow_redirects=True)
    assert "Phiên làm việc đã kết thúc" in answer.text


def test_a_first_password_must_be_changed_before_anything_else(
    signed_in: Callable[[str], FlaskClient], database: Database
) -> None:
    accounts.set_password(database, "motcua", PASSWORD, must_change=True, by="thu")
    browser = signed_in("motcua")
    assert browser.get("/tai-khoan").headers["Location"] == "/tai-khoan/doi-mat-khau"
    answer = post(browser, "/tai-khoan/doi-mat-khau", {"mat_khau_cu": PASSWORD, "mat_khau_moi": NEW, "nhap_lai": NEW})
    assert answer.status_code == 302
    sign_in(browser, "motcua", NEW)
    assert browser.get("/tai-khoan").status_code == 200


@pytest.mark.parametrize(
    ("old", "new", "again", "sentence"),
    [
        ("sai", NEW, NEW, "Mật khẩu đang dùng không đúng"),
        (PASSWORD, "ngắn", "ngắn", "ít nhất 12 ký tự"),
        (PASSWORD, NEW, NEW + "x", "không giống nhau"),
        (PASSWORD, "motcua motcua 1", "motcua motcua 1", "dễ đoán"),
    ],
)
def test_a_bad_change_of_password_says_what_is_wrong(
    signed_in: Callable[[str], FlaskClient], old: str, new: str, again: str, sentence: str
) -> None:
    answer = post(
        signed_in("motcua"), "/tai-khoan/doi-mat-khau", {"mat_khau_cu": old, "mat_khau_moi": new, "nhap_lai": again}
    )
    assert answer.status_code == 422
    assert sentence in answer.text


def test_other_sessions_end_with_the_password(app: Flask) -> None:
    one, two = sign_in(app.test_client(), "motcua"), sign_in(app.test_client(), "motcua")
    post(one, "/tai-khoan/doi-mat-khau", {"mat_khau_cu": PASSWORD, "mat_khau_moi": NEW, "nhap_lai": NEW})
    assert two.get("/tai-khoan").status_code == 302


def test_a_reset_link_works_once(browser: FlaskClient, database: Database) -> None:
    address = f"/dat-lai-mat-khau/{accounts.begin_reset(database, 'motcua', by='thu')}"
    assert post(browser, address, {"mat_khau_moi": NEW, "nhap_lai": NEW}).status_code == 302
    sign_in(browser, "motcua", NEW)
    assert browser.get(address).status_code == 404


def test_an_invented_reset_link_is_refused(browser: FlaskClient) -> None:
    assert browser.get("/dat-lai-mat-khau/khong-co").status_code == 404


def test_what_was_typed_outlives_a_session_that_ended_elsewhere(
    database: Database, receive: Any, signed_in: Callable[[str], FlaskClient]
) -> None:
    """Signed out in another window: the page posts a token of a session that is no more."""
    head = signed_in("chuyenvien")
    (task,) = worklist.of_instance(database, receive(EXTRACT).id)
    address = f"/cong-viec/{task.id}"
    post(head, f"{address}/nhan", {}, page=address)
    typed = {
        "ly_do": "Giao chị Bình, xong trong ngày mai",
        "hanh_dong": "trinh",
        "csrf_token": token_of(head.get(address).text),
    }
    head.post("/dang-xuat", data={"csrf_token": typed["csrf_token"]})
    answer = head.post(f"{address}/hoan-thanh", data=typed)
    assert answer.status_code == 400 and "nội dung vừa nhập được giữ lại" in answer.text
    fields = dict(re.findall(r'name="(tiep|da_nhap|csrf_token)" (?:type="hidden" )?value="([^"]*)"', answer.text))
    assert fields["tiep"] == address and "csrf_token" not in html.unescape(fields["da_nhap"])
    fields = {name: html.unescape(value) for name, value in fields.items()} | {"ten_dang_nhap": "chuyenvien"}
    again = head.post("/dang-nhap", data=fields | {"mat_khau": "sai"})
    assert again.status_code == 422 and 'name="da_nhap"' in again.text  # a slip in the password loses nothing
    done = head.post("/dang-nhap", data=fields | {"mat_khau": PASSWORD, "csrf_token": token_of(again.text)})
    assert done.status_code == 302 and done.location == address
    page = head.get(address).text
    assert "Giao chị Bình, xong trong ngày mai" in page and "được khôi phục dưới đây" in page


def test_a_page_of_yesterday_opens_again_with_what_was_typed(
    database: Database, receive: Any, signed_in: Callable[[str], FlaskClient]
) -> None:
    head = signed_in("chuyenvien")
    (task,) = worklist.of_instance(database, receive(EXTRACT).id)
    address = f"/cong-viec/{task.id}"
    answer = head.post(f"{address}/hoan-thanh", data={"ly_do": "Giao chị Bình", "csrf_token": "cu"})
    assert answer.status_code == 400
    fields = {
        name: html.unescape(value) for name, value in re.findall(r'name="(tiep|da_nhap)" value="([^"]*)"', answer.text)
    } | {"csrf_token": token_of(answer.text)}
    assert head.post("/tai-khoan/nhap-tiep", data=fields).location == address
    assert "Giao chị Bình" in head.get(address).text
    for place, text in (("/quan-tri", "{}"), ("//xa.vn/", '{"a": "b"}'), (address, "[1]"), (address, '{"a": 1}')):
        wrong = fields | {"tiep": place, "da_nhap": text}
        assert head.post("/tai-khoan/nhap-tiep", data=wrong).location == "/bat-dau"


def test_what_a_page_did_not_take_can_be_copied_from_the_answer_but_no_password(
    signed_in: Callable[[str], FlaskClient],
) -> None:
    sent = {"ly_do": "Một lý do dài, gõ mất công", "mat_khau_moi": "mat khau bi mat", "csrf_token": "cu"}
    answer = signed_in("quantri").post("/quan-tri/co-quan/H31.11/ngung", data=sent)
    assert answer.status_code == 400 and "Một lý do dài, gõ mất công" in answer.text
    assert "mat khau bi mat" not in answer.text
