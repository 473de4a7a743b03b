"""The scenarios of a draft on its page: played one or all, with what they touch on the drawing and in words."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from engine.store import Database
from engine.worker import Worker
from procedures import authoring
from procedures.store.dossier import dossier, dossier_state
from tests.web.conftest import token_of
from tests.web.test_drafting import begun, saved

People = Callable[[str], FlaskClient]
FILE = "scenarios.yaml"
NAME = "Nộp tại quầy, trả ngay trong ngày"


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
    assert saved(analyst, address, FILE, one.replace("steps", "now: 0001-01-01\n  steps"), 2).status_code == 302
    assert "“now” phải từ năm 1000 đến năm 9000." in posted(analyst, address, "choi-kich-ban")
    odd = "a:\nb: [1]\nc: {steps: 5}\nd: {steps: [7]}\ne: {variables: 3}\n"
    assert saved(analyst, address, FILE, odd, 3).status_code == 302
    assert analyst.get(f"{address}?phan=kich-ban").status_code == 200
    for name in "abcde":
        assert analyst.get(f"{address}/sua-kich-ban?ten={name}").status_code in (302, 404)
        assert "danh sách" in posted(analyst, address, "choi", kich_ban=name) or name != "c"
    assert saved(analyst, address, FILE, "a: [", 4).status_code == 302
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
    assert "Nhập lúc nhận" in analyst.post(f"{address}/choi", data={**token, **form, "luc": "hôm qua"}).text
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


def test_written_as_a_table_and_proposed_for_what_none_touches(signed_in: People, database: Database) -> None:
    analyst = signed_in("phantich")
    address = begun(analyst, database)
    page = f"{address}/sua-kich-ban"
    table = analyst.get(page, query_string={"ten": NAME}).text
    assert "Hoàn thành việc" in table and "Công chức chuyên môn" in table
    form = {"csrf_token": token_of(table), "cu": NAME, "ten": "Chỉ một", "process": "cap_ban_sao_trich_luc"}
    form |= {"now": "2026-11-25T09:00:00+07:00", "variables": "ho_so: {ma: HS-0001, kenh: truc_tiep}"}
    steps = {"buoc_loai": ["expect_open", ""], "buoc_gi": ["tra_cuu", ""], "buoc_kem": ["", ""]}
    wrong = analyst.post(page, data={**form, **steps, "buoc_du_lieu": ["", ""], "variables": "a: ["}).text
    assert "Không đọc được dữ liệu" in wrong and 'value="tra_cuu"' in wrong
    done = analyst.post(page, data={**form, **steps, "buoc_du_lieu": ["", ""]}, follow_redirects=True).text
    assert "Đã lưu." in done and "Chỉ một" in done and NAME not in done
    text = html.unescape(done)[html.unescape(done).index("Chỉ một:\n") :]
    assert saved(analyst, address, FILE, text.partition("\n\n")[0] + "\n", 2).status_code == 302
    posted(analyst, address, "choi-kich-ban")
    proposal = html.unescape(analyst.get(f"{address}/de-xuat-kich-ban").text)
    found = re.search(r'id="noi_dung"[^>]*>\n(.*?)</textarea>', proposal, re.DOTALL)
    assert found is not None, proposal
    form = {"csrf_token": token_of(table), "ten": "Máy tìm", "noi_dung": found[1], "viec": "de-xuat"}
    assert "Máy tìm" in analyst.post(page, data=form, follow_redirects=True).text
    assert "2 kịch bản đạt, 0 chưa đạt." in posted(analyst, address, "choi-kich-ban")
    form = {"csrf_token": token_of(table), "cu": "Máy tìm", "viec": "bo"}
    assert "Máy tìm" not in analyst.post(page, data=form, follow_redirects=True).text


def test_simulated_and_past_dossiers_played_again_by_the_worker(
    signed_in: People, database: Database, receive: Callable[..., Any]
) -> None:
    code = receive("cap_ban_sao_trich_luc").code
    with database.begin() as tx:
        tx.execute(update(dossier_state).values(closed_at=tx.now))
    analyst, worker = signed_in("phantich"), Worker(database)
    address = begun(analyst, database)

    def ordered(page: str, **form: Any) -> str:
        token = {"csrf_token": token_of(analyst.get(f"{address}/{page}").text)}
        answer = analyst.post(f"{address}/{page}", data={**token, **form})
        assert answer.status_code == 302, answer.text
        return str(answer.headers["Location"])

    asked = dict(re.findall(r'name="([ab]_[^"]+)"[^>]*? value="([^"]*)"', analyst.get(f"{address}/mo-phong").text))
    assert (
        "Nhập một số từ"
        in analyst.post(
            f"{address}/mo-phong",
            data={"csrf_token": token_of(analyst.get(address).text), **asked, "so_ho_so": "nhiều"},
        ).text
    )
    asked |= {"so_ho_so": "40", "hai_phuong_an": "1", "b_nguoi_lanh_dao": "9"}
    trial = ordered("mo-phong", **asked)
    assert "Đang chờ đến lượt" in analyst.get(trial).text
    worker.tick()
    told = analyst.get(trial).text
    assert "Phương án B" in told and "40 / 40" in told and "Tải của từng vai trò" in told
    stopped = ordered("mo-phong", **asked)
    token = {"csrf_token": token_of(analyst.get(stopped).text)}
    assert "Đã dừng giữa chừng" in analyst.post(f"{stopped}/dung", data=token, follow_redirects=True).text
    same = ordered("ho-so-cu")
    worker.tick()
    assert "1 hồ sơ đi cùng đường, cùng ngày hẹn; 0 hồ sơ khác đi." in analyst.get(same).text
    with database.begin() as tx:
        text = authoring.files_of(tx, address.rsplit("/", 1)[-1])["procedure.yaml"]
    later = re.sub(r"(?m)^term: .*(?:\n  .*)*", "term: {value: '9', unit: WORKING_DAY}", text)
    assert later != text and saved(analyst, address, "procedure.yaml", later, 1).status_code == 302
    other = ordered("ho-so-cu")
    worker.tick()
    page = analyst.get(other).text
    assert "0 hồ sơ đi cùng đường, cùng ngày hẹn; 1 hồ sơ khác đi." in page and code in page
