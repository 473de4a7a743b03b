"""The scenarios of a draft on its page: played one or all, with what they touch on the drawing and in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import func, select

from engine.store import Database
from procedures.store.dossier import dossier
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


def test_played_by_hand_with_forms_letters_and_clock_then_kept_as_a_scenario(
    signed_in: People, database: Database
) -> None:
    analyst = signed_in("phantich")
    address = begun(analyst, database)
    stage = analyst.get(f"{address}/choi").text
    assert "Không hồ sơ nào được lập" in stage
    token = {"csrf_token": token_of(stage)}
    form = {"luc": "25/11/2026 09:00", "ho_ten": "Đỗ Văn Nam", "loai_viec": "khai_sinh", "noi_dang_ky": "UBND xã"}
    assert "Điền “" in analyst.post(f"{address}/choi", data={**token, **form}).text
    form |= {"ho_ten_nguoi_dang_ky": "Đỗ Văn Nam", "quan_he": "Bản thân", "so_ban": "1", "ngay_sinh": "01/02/1990"}
    made = analyst.post(f"{address}/choi", data={**token, **form})
    assert made.status_code == 302, made.text
    play = str(made.headers["Location"])

    def act(query: str, **values: Any) -> str:
        answer = analyst.post(f"{play}?{query}", data={**token, **values}, follow_redirects=True)
        assert answer.status_code == 200
        return answer.text

    page = act("lam=dong-ho", khoang="gio")
    assert "1 bước đã chơi" in page and "10:00" in page and "Tra cứu, lập bản sao trích lục" in page
    assert "0 bước đã chơi" in act("lam=lui")
    assert analyst.get(f"{play}/van-ban/1").data.startswith(b"%PDF")
    page = act("lam=hoan-thanh&buoc=tra_cuu", hanh_dong="bo_sung")
    assert "Đánh dấu ít nhất một giấy tờ" in page
    found = {"so_dang_ky": "12", "quyen_so": "01", "nguon_tra_cuu": "so_giay"}
    page = act("lam=hoan-thanh&buoc=tra_cuu", hanh_dong="trinh", **found)
    assert "1 bước đã chơi" in page
    page = act("lam=luu", ten="Chơi tay")
    assert "Đã lưu kịch bản “Chơi tay”" in page
    assert "1 kịch bản đạt, 0 chưa đạt." in posted(analyst, address, "choi-kich-ban", ten="Chơi tay")
    with database.begin() as tx:
        assert tx.read(select(func.count()).select_from(dossier)).scalar() == 0
