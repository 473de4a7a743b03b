"""A rating, a suggestion and a complaint: each found, each its own path, each told about its dossier."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select

from engine.store import Database
from procedures import dossiers
from procedures.actor import CITIZEN
from procedures.dossiers import rating
from procedures.store.citizens import submission
from tests.web.conftest import post
from tests.web.test_handing_in import citizen  # noqa: F401
from tests.web.test_portal import follow, process

Receive = Callable[..., Any]


def test_whose_dossier_is_over_rates_it_on_a_page(
    browser: FlaskClient, database: Database, receive: Receive, signed_in: Callable[[str], FlaskClient]
) -> None:
    made = receive(process(database, "Đăng ký khai sinh"))
    follow(browser, made.code)
    assert browser.get("/tra-cuu/ho-so/danh-gia").status_code == 302  # too early
    dossiers.withdraw(database, made.id, "Đổi ý", CITIZEN)
    assert "Đánh giá việc phục vụ" in browser.get("/tra-cuu/ho-so").text
    wrong = post(browser, "/tra-cuu/ho-so/danh-gia", {"gop_y": "Chờ lâu"})
    assert wrong.status_code == 422 and "Chờ lâu" in wrong.text and "Chọn mức hài lòng" in wrong.text
    done = post(browser, "/tra-cuu/ho-so/danh-gia", {"dich_vu": "2", "can_bo": "", "gop_y": "Chờ lâu"})
    assert done.status_code == 302 and rating.rated(database, made.id) == 2
    assert "tra-cuu/ho-so/danh-gia" not in browser.get("/tra-cuu/ho-so").text
    board = signed_in("lanhdao").get("/bang-dieu-hanh").text
    assert "Người dân đánh giá" in board and "Chờ lâu" in board and "Nguyễn Thị Thử" not in board


def test_a_complaint_begins_with_the_dossier_that_it_is_about(
    citizen: Callable[..., FlaskClient],  # noqa: F811
    database: Database,
) -> None:
    browser = citizen()
    page = browser.get("/gop-y?ho-so=H31.11-1").text
    assert "30 ngày" in page and "15 ngày làm việc" in page and "/nop?ho-so=H31.11-1" in page
    post(browser, "/thu-tuc/H31.KN.01/nop?ho-so=H31.11-1", {})
    with database.begin() as tx:
        assert tx.read(select(submission.c.answers)).scalar_one()["to_khai"] == {"ma_ho_so": "H31.11-1"}
