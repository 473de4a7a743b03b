"""Slips of papers on the pages: made from what is ticked, taken or refused row by row, what is wrong said in place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient

from engine.store import Database
from procedures import slips
from tests.web.conftest import token_of

EXTRACT = "cap_ban_sao_trich_luc"


def test_a_batch_goes_to_the_unit(
    database: Database, receive: Callable[..., Any], signed_in: Callable[[str], FlaskClient]
) -> None:
    clerk, official, stranger = signed_in("motcua"), signed_in("chuyenvien"), signed_in("chuyenvien.yenmy")
    first, second = receive(EXTRACT), receive(EXTRACT)

    def post(browser: FlaskClient, address: str, **data: Any) -> Any:
        return browser.post(address, data={"csrf_token": token_of(browser.get("/tai-khoan").text), **data})

    page = clerk.get("/giao-nhan").text
    assert first.code in page and second.code in page
    assert "Đánh dấu ít nhất một hồ sơ" in post(clerk, "/giao-nhan", den="chuyen_vien").text
    wrong = post(clerk, "/giao-nhan", den="mot_cua", ho_so=[first.id], ghi_chu="Đợt sáng").text
    assert "Chọn nơi nhận khác" in wrong and "Đợt sáng" in wrong and f'value="{first.id}" checked' in wrong
    at = post(clerk, "/giao-nhan", den="chuyen_vien", ho_so=[first.id, second.id]).headers["Location"]
    assert stranger.get(at).status_code == 404 and post(stranger, at, nhan=[first.id]).status_code == 404
    assert "Chờ bạn nhận" in official.get("/giao-nhan").text
    both = post(official, at, nhan=[first.id], **{f"ly_do-{first.id}": "Thiếu"}).text
    assert "bỏ dấu hoặc xóa lý do" in both and 'value="Thiếu"' in both
    assert post(official, at, nhan=[first.id], **{f"ly_do-{second.id}": "Thiếu bản chính"}).status_code == 302
    page = clerk.get(at).text
    assert "Đã nhận" in page and "Thiếu bản chính." in page
    assert "Không còn hồ sơ nào chờ nhận" in post(clerk, f"{at}/rut").text
    assert {one.id for one in slips.listing(database, _actor(database, "motcua"))[1]} == {at.rsplit("/", 1)[-1]}


def _actor(database: Database, username: str) -> Any:
    from procedures.actor import Actor

    return Actor(username, username)
