"""What the desk answers to what came in online: received, asked for more, refused; and the citizen sees it."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient

from engine import audit
from engine.store import Database
from procedures import dossiers, letters
from tests.procedures.town import PDF
from tests.web.conftest import post
from tests.web.test_handing_in import begun, citizen, fill  # noqa: F401
from web.work.confirming import BACK

Sent = tuple[FlaskClient, str, str]


@pytest.fixture
def sent(citizen: Callable[..., FlaskClient], database: Database) -> Sent:  # noqa: F811
    """A citizen, and the code and id of what they have handed in."""
    browser = citizen()
    done = post(browser, fill(browser, begun(browser)), {"cam_doan": "1"})
    code = re.search(r"<strong>(H31[^<]+)</strong>", browser.get(done.location).text)
    assert code is not None
    id = dossiers.id_of(database, code[1])
    assert id is not None
    return browser, code[1], id


def test_the_desk_asks_for_more_before_it_receives(
    sent: Sent, database: Database, signed_in: Callable[[str], FlaskClient]
) -> None:
    browser, code, id = sent
    clerk, page = signed_in("motcua"), f"/mot-cua/ho-so/{code}"
    assert "Nộp bằng tài khoản công dân" in clerk.get(page).text
    nothing = post(clerk, f"{page}/hoi-them-truc-tuyen", {}, page=page)
    assert "Đánh dấu ít nhất một" in nothing.text
    without = post(clerk, f"{page}/hoi-them-truc-tuyen", {"thieu": "giay_chung_sinh"}, page=page)
    assert "Phải nêu lý do" in without.text and 'value="giay_chung_sinh" checked' in without.text
    said = {
        "thieu": ["giay_chung_sinh", "muc.ho_ten_tre"],
        "thieu_ly_do_giay_chung_sinh": "Ảnh mờ",
        "thieu_ly_do_muc.ho_ten_tre": "Thiếu chữ đệm",
    }
    assert post(clerk, f"{page}/hoi-them-truc-tuyen", said, page=page).status_code == 302
    assert dossiers.get(database, id).status == 5
    assert "Tiếp nhận hồ sơ" not in clerk.get(page).text, "it does not wait for the desk now"
    listed = browser.get("/cong-dan/ho-so").text
    assert "Việc bạn cần làm: Bổ sung hồ sơ" in re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", listed))
    browser.get(f"/cong-dan/ho-so/{code}")
    asked = browser.get("/tra-cuu/ho-so/bo-sung").text
    assert "Ảnh mờ" in asked and "Thiếu chữ đệm" in asked and 'name="ho_ten_me"' not in asked
    brought: dict[str, Any] = {"tep-giay_chung_sinh": (BytesIO(PDF + b"\n"), "rõ.pdf"), "ho_ten_tre": "Nguyễn Minh Bé"}
    done = post(browser, "/tra-cuu/ho-so/bo-sung", brought)
    assert done.status_code == 302, done.text
    again = dossiers.get(database, id)
    assert again.status == 1 and again.form["ho_ten_tre"] == "Nguyễn Minh Bé"
    assert post(clerk, f"{page}/tiep-nhan-truc-tuyen", {}, page=page).status_code == 302
    received = dossiers.get(database, id)
    assert received.received_at is not None and received.due is not None
    assert audit.verify(database)["broken"] == []


def test_the_desk_refuses_with_a_reason_that_the_citizen_reads(
    sent: Sent, database: Database, signed_in: Callable[[str], FlaskClient]
) -> None:
    browser, code, id = sent
    clerk, page = signed_in("motcua"), f"/mot-cua/ho-so/{code}"
    where, said = f"{page}/tu-choi-truc-tuyen", {"ly_do_tu_choi": "Không thuộc thẩm quyền của xã"}
    assert "Ghi rõ lý do" in post(clerk, where, {}, page=page).text
    question = post(clerk, where, said, page=page)
    assert "Từ chối tiếp nhận hồ sơ" in question.text and dossiers.get(database, id).status == 1
    back = post(clerk, where, {**said, BACK: "1"}, page=page)
    assert "Không thuộc thẩm quyền của xã" in back.text and dossiers.get(database, id).status == 1
    assert post(clerk, where, {**said, "chac_chan": "1"}, page=page).status_code == 302
    assert dossiers.get(database, id).status == 3
    letter = next(one for one in letters.issued(database, id) if one.template == "mau-03")
    browser.get(f"/cong-dan/ho-so/{code}")
    paper = browser.get(f"/tra-cuu/ho-so/giay-to/{letter.token}")
    assert "Không thuộc thẩm quyền của xã" in letters.text_of(paper.data)
    assert "Không được tiếp nhận" in browser.get("/cong-dan/ho-so").text
