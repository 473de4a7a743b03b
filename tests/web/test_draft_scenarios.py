"""The scenarios of a draft on its page: played one or all, with what they touch on the drawing and in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient

from engine.store import Database
from tests.web.conftest import token_of
from tests.web.test_drafting import begun, saved

People = Callable[[str], FlaskClient]
FILE = "scenarios.yaml"
NAME = "Tra sổ thấy, ký ngay"


def posted(browser: FlaskClient, address: str, act: str, **form: Any) -> str:
    token = token_of(browser.get(f"{address}?phan=kich-ban").text)
    answer = browser.post(f"{address}/{act}", data={"csrf_token": token, **form}, follow_redirects=True)
    assert answer.status_code == 200
    return answer.text


def test_played_one_and_all_and_what_they_touch(signed_in: People, database: Database) -> None:
    analyst = signed_in("phantich")
    address = begun(analyst, database)
    assert "Chưa chơi" in analyst.get(f"{address}?phan=kich-ban").text
    page = posted(analyst, address, "choi-kich-ban")
    assert "9 kịch bản đạt, 0 chưa đạt." in page
    assert (
        "luồng, kết quả của bước và dòng quyết định đã có kịch bản đi qua" in page and "Chưa kịch bản nào" not in page
    )
    assert 'class="bpmn sequenceFlow walked"' in page and "missed" not in page
    one = "Một:\n  process: cap_ban_sao_trich_luc\n  steps:\n    - expect_open: [khong_co]\n"
    assert saved(analyst, address, FILE, one, 1).status_code == 302
    assert "từ đó gói đã thay đổi" in analyst.get(f"{address}?phan=kich-ban").text
    page = posted(analyst, address, "choi-kich-ban", ten="Một")
    assert "0 kịch bản đạt, 1 chưa đạt." in page and "bước 1" in page and "Kịch bản cần việc đang mở: khong_co" in page
    assert "Chưa kịch bản nào đi qua" in page and "bpmn sequenceFlow missed" in page
    assert saved(analyst, address, FILE, "a: [", 2).status_code == 302
    assert "không đọc được, dòng" in analyst.get(f"{address}?phan=kich-ban").text
