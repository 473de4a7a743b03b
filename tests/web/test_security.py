"""Headers, forged forms, addresses to return to, and what people read when something goes wrong."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.web.conftest import post
from web.permissions import public
from web.security import safe_return


def test_every_answer_carries_the_policy(browser: FlaskClient) -> None:
    for address in ("/", "/khong-co", "/healthz"):
        headers = browser.get(address).headers
        policy = headers["Content-Security-Policy"]
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cache-Control"] == "no-store"


def test_a_form_without_its_token_changes_nothing(browser: FlaskClient) -> None:
    answer = browser.post("/dang-nhap", data={"ten_dang_nhap": "motcua", "mat_khau": "x"})
    assert answer.status_code == 400
    assert "Trang đã mở quá lâu" in answer.text


@pytest.mark.parametrize(
    "target",
    ["https://khac.example/", "//khac.example", "/\\khac.example", "khac", "", None, "/a\nb", "javascript:alert(1)"],
)
def test_nobody_is_sent_elsewhere(target: str | None) -> None:
    assert safe_return(target) is None


def test_one_is_sent_back_to_a_path_of_ours() -> None:
    assert safe_return("/viec?trang=2") == "/viec?trang=2"


def test_an_unknown_page_says_so_in_plain_words(browser: FlaskClient) -> None:
    answer = browser.get("/khong-co-trang-nay")
    assert answer.status_code == 404
    assert "Không tìm thấy trang" in answer.text


def test_a_fault_shows_no_stack_trace(app: Flask) -> None:
    @public
    def broken() -> str:
        raise RuntimeError("bí mật bên trong")

    app.add_url_rule("/hong", view_func=broken)
    answer = app.test_client().get("/hong")
    assert answer.status_code == 500
    assert "bí mật" not in answer.text
    assert "Traceback" not in answer.text
    assert answer.headers["X-Request-Id"] in answer.text


def test_a_form_that_is_too_large_is_refused_kindly(browser: FlaskClient) -> None:
    answer = browser.post("/dang-nhap", data={"mat_khau": "x" * (21 * 1024 * 1024)})
    assert answer.status_code == 413
    assert "quá lớn" in answer.text


def test_the_language_is_kept_for_the_session(browser: FlaskClient) -> None:
    assert 'lang="vi"' in browser.get("/tra-cuu").text
    answer = post(browser, "/ngon-ngu", {"ngon_ngu": "en", "tiep": "/tra-cuu"}, page="/tra-cuu")
    assert answer.headers["Location"] == "/tra-cuu"
    page = browser.get("/tra-cuu").text
    assert 'lang="en"' in page
    assert "Track a dossier" in page


def test_the_database_and_its_migrations_decide_whether_it_is_ready(browser: FlaskClient) -> None:
    assert browser.get("/healthz").get_json() == {"status": "ok"}
    answer = browser.get("/readyz")
    assert answer.status_code == 503, "the test's tables were not made by migrations"
    assert "revision" in answer.get_json()["reason"]


def test_requests_are_counted(browser: FlaskClient) -> None:
    browser.get("/tra-cuu")
    assert 'motcua_http_requests_total{method="GET",route="/tra-cuu",status="200"} 1.0' in browser.get("/metrics").text
