"""A citizen signs in by a code, hands in page by page, and finds it again in their list."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from engine.store import Database
from engine.worker import drain
from procedures import bundles, dossiers, forms, letters, working_time
from procedures.actor import CITIZEN
from procedures.citizens import pages, sending
from procedures.dossiers import Applicant, Intake
from tests.procedures.town import PDF
from tests.web.conftest import post, token_of

BIRTH = "/thu-tuc/1.001193"
PHONE = "0912 345 678"
ANSWERS: dict[str, dict[str, Any]] = {
    "noi-nop": {"co_quan": "H31.11"},
    "cho-ai": {"cho_ai": "self"},
    "nguoi-nop": {
        "ho_ten": "Nguyễn Thị Thử",
        "so_dinh_danh": "033190001234",
        "dien_thoai": "0912345678",
        "dia_chi": "Thôn 1, xã Thử",
    },
}
FORM = {
    "quan_he": "me",
    "ho_ten_tre": "Nguyễn Văn Bé",
    "gioi_tinh": "nam",
    "ngay_sinh_tre": "20/11/2026",
    "noi_sinh": "Bệnh viện đa khoa tỉnh",
    "ho_ten_me": "Nguyễn Thị Thử",
    "ho_ten_cha": "Nguyễn Văn Cha",
    "so_dinh_danh_me": "033190001234",
    "ngay_sinh_me": "01/02/1990",
    "noi_cu_tru_me": "Thôn 1, xã Thử",
}


def code_sent(database: Database, home: Path, to: str) -> str:
    """The code of the newest message to that phone, as the worker has sent it."""
    drain(database)
    sent = [one.read_text("utf-8") for one in sorted((home / "sms").iterdir(), key=lambda one: one.stat().st_mtime_ns)]
    newest = next(one for one in reversed(sent) if one.startswith(to) and "Mã đăng nhập" in one)
    found = re.search(r"\b(\d{6})\b", newest)
    assert found is not None
    return found[1]


@pytest.fixture
def citizen(app: Flask, database: Database, tmp_path: Path) -> Callable[[str], FlaskClient]:
    """A browser in which the citizen of that phone is signed in."""

    def sign_in(phone: str = PHONE) -> FlaskClient:
        browser = app.test_client()
        assert post(browser, "/cong-dan/dang-nhap", {"lien_he": phone}).status_code == 302
        code = code_sent(database, tmp_path, re.sub(r"\D", "", phone))
        assert post(browser, "/cong-dan/dang-nhap/ma", {"ma": code}).status_code == 302
        return browser

    return sign_in


def begun(browser: FlaskClient, procedure: str = BIRTH) -> str:
    """A new draft; its address."""
    answer = post(browser, f"{procedure}/nop", {})
    assert answer.status_code == 302
    return str(answer.location).rpartition("/")[0]


def fill(browser: FlaskClient, draft: str, upto: str = "kiem-tra") -> str:
    """Answers page after page, up to the one of that name; the page before it."""
    at = browser.get(draft).location
    for _page in range(30):
        name = at.partition("?")[0].rpartition("/")[2]
        if name == upto:
            return str(at)
        page = browser.get(at).text
        data: dict[str, Any] = {"csrf_token": token_of(page), **ANSWERS.get(name, {})}
        if name.startswith("to-khai"):
            data |= {key: value for key, value in FORM.items() if f'name="{key}"' in page}
        if re.fullmatch(r"giay-to-\d+", name):
            data[str(re.search(r'name="(tep-[^"]+)"', page)[1])] = (BytesIO(PDF), "giay.pdf")  # type: ignore[index]
        answer = browser.post(at, data=data)
        assert answer.status_code == 302, (at, re.findall(r"govuk-error-message.*?</p>", answer.text))
        at = answer.location
    raise AssertionError(f"never came to {upto}")


def test_from_the_procedure_to_the_confirmation_and_the_list(
    app: Flask,
    database: Database,
    citizen: Callable[..., FlaskClient],
    signed_in: Callable[[str], FlaskClient],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert f"{BIRTH}/nop" in app.test_client().get(BIRTH).text
    browser = citizen()
    draft = begun(browser)
    check = fill(browser, draft)
    page = browser.get(check).text
    assert "Nguyễn Văn Bé" in page and "giay.pdf" in page and "20/11/2026" in page
    without = browser.post(check, data={"csrf_token": token_of(page)})
    assert without.status_code == 422 and "lời cam đoan" in without.text
    assert f'data-again="{check}"' in without.text, "going back to it is no error of the browser"

    def refused(*_: Any, **_more: Any) -> Any:
        raise forms.Invalid({"so_dinh_danh_me": ["Không khớp với phần người nộp."]})

    with monkeypatch.context() as patch:
        patch.setattr(sending, "send", refused)
        against = browser.post(check, data={"csrf_token": token_of(page), "cam_doan": "1"})
    assert against.status_code == 422 and "Không khớp với phần người nộp." in against.text
    sent = browser.post(check, data={"csrf_token": token_of(page), "cam_doan": "1"})
    assert sent.status_code == 302 and sent.location.endswith("/da-nop"), sent.text
    again = browser.post(check, data={"csrf_token": token_of(page), "cam_doan": "1"})
    assert again.location == sent.location
    told = browser.get(sent.location).text
    code = re.search(r"<strong>(H31[^<]+)</strong>", told)
    assert code is not None
    pdf = browser.get(re.search(r'href="([^"]+/xac-nhan-nop)"', told)[1])  # type: ignore[index]
    assert pdf.mimetype == "application/pdf" and code[1] in letters.text_of(pdf.data)
    assert code[1] in browser.get("/cong-dan/ho-so").text
    opened = browser.get(f"/cong-dan/ho-so/{code[1]}", follow_redirects=True).text
    assert "Nguyễn Thị Thử" in opened
    id = dossiers.id_of(database, code[1])
    assert id is not None and dossiers.get(database, id).status == 1
    clerk = signed_in("motcua")
    assert code[1] in clerk.get("/mot-cua").text
    post(clerk, f"/mot-cua/ho-so/{code[1]}/tiep-nhan-truc-tuyen", {}, page=f"/mot-cua/ho-so/{code[1]}")
    assert dossiers.get(database, id).status in (2, 4)


def test_a_page_is_kept_and_checked_while_it_is_filled_in(citizen: Callable[..., FlaskClient]) -> None:
    browser = citizen()
    draft = begun(browser)
    at = fill(browser, draft, "to-khai-2")
    token = token_of(browser.get(at).text)
    said = {"csrf_token": token, "ho_ten_tre": "Nguyễn Dở", "ngay_sinh_tre": "31/02/2026"}
    answer = browser.post(f"{at}/luu", data=said)
    assert answer.status_code == 200 and "Ngày không đúng" in answer.json["errors"]["ngay_sinh_tre"]
    assert "ho_ten_tre" not in answer.json["errors"]
    again = browser.get(draft, follow_redirects=True).text
    assert "Nguyễn Dở" in again and "31/02/2026" in again
    assert browser.post(f"{draft}/kiem-tra/luu", data={"csrf_token": token}).status_code == 404


@pytest.mark.parametrize("typed", ["0000019999", "10001", "1" * 30], ids=["zeros", "more", "long"])
def test_so_many_copies_are_not_asked_for(
    citizen: Callable[..., FlaskClient], monkeypatch: pytest.MonkeyPatch, typed: str
) -> None:
    """A number is held to its limit as a whole: what is paid is counted by it."""
    monkeypatch.setattr(pages.Outline, "asked_amounts", lambda _self: ["so_ban"])
    browser = citizen()
    draft = begun(browser)
    answer = post(browser, f"{draft}/noi-nop", {"co_quan": "H31.11", "so_ban": typed})
    assert answer.status_code == 422 and "Nhập số nguyên từ 1" in answer.text, answer.text[-900:]
    assert browser.get(f"{draft}/kiem-tra").status_code == 200


def test_nothing_is_asked_twice_and_the_desk_sees_who_hands_in_for_whom(
    database: Database,
    citizen: Callable[..., FlaskClient],
    signed_in: Callable[[str], FlaskClient],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The mother is asked once who she is; the newborn is nobody's submitter; who waits knows until when."""
    monkeypatch.setitem(ANSWERS, "nguoi-nop", {**ANSWERS["nguoi-nop"], "ho_ten": "NGUYỄN THỊ THỬ"})
    browser = citizen()
    draft = begun(browser)
    mother = fill(browser, draft, "to-khai-3")
    page = browser.get(mother).text
    assert "Người mẹ" in page and "Nguyễn Thị Thử" in page and "033190001234" in page
    assert 'name="ho_ten_me"' not in page and 'name="so_dinh_danh_me"' not in page
    assert "bước 2/4" in page and 'name="cho_ai"' not in browser.get(f"{draft}/cho-ai", follow_redirects=True).text
    others = browser.get(fill(browser, draft, "giay-to-khac")).text
    assert "Giấy tờ tùy thân của bạn" in others and "bị bỏ rơi" not in others and "ủy quyền" not in others
    check = fill(browser, draft)
    assert post(browser, check, {"cam_doan": "1"}).status_code == 302
    listed = browser.get("/cong-dan/ho-so").text
    assert "Đã gửi, chờ tiếp nhận" in listed and "Trả lời trước" in listed
    code = re.search(r"H31\.11-\d{6}-\d{4}", listed)
    assert code is not None
    made = dossiers.by_code(database, code[0])
    assert made.applicant.name == "Nguyễn Thị Thử" and made.submitter is None
    assert made.form["so_dinh_danh_me"] == "033190001234" and made.form["noi_cu_tru_me"] == "Thôn 1, xã Thử"
    mine = browser.get(f"/cong-dan/ho-so/{code[0]}", follow_redirects=True).text
    assert "Bạn đã gửi hồ sơ trực tuyến" in mine and "Bạn nhận được: xác nhận nộp hồ sơ trực tuyến" in mine
    desk = signed_in("motcua").get(f"/mot-cua/ho-so/{code[0]}").text
    line = re.sub(r"<[^>]+>", "", desk)
    assert "Người nộp: Nguyễn Thị Thử (mẹ), 0912345678; nộp cho: Nguyễn Văn Bé" in line
    assert "Công dân được hẹn trả lời trước" in line


def test_an_answer_is_promised_by_working_hours_and_its_time_is_seen_to_run_out(
    database: Database, receive: Any, signed_in: Callable[[str], FlaskClient]
) -> None:
    made = receive("dang_ky_khai_sinh", channel="truc_tuyen", accepted=False)
    waiting = dossiers.get(database, made.id).waiting
    assert waiting is not None
    with database.begin() as tx:
        hours = working_time.calendar_for(tx, "H31.11")
        assert 480 <= hours.minutes_between(dossiers.get(tx, made.id).registered_at, waiting.by) < 481  # a whole minute
    clerk = signed_in("motcua")
    assert "Chờ tiếp nhận" in clerk.get("/mot-cua").text
    database.clock = lambda: waiting.by + timedelta(minutes=1)
    assert "Quá giờ trả lời" in signed_in("motcua").get("/mot-cua").text


def test_copies_of_a_fact_that_contradict_each_other_are_refused(database: Database, receive: Any) -> None:
    birth = next(one for one in bundles.published(database) if one.process == "dang_ky_khai_sinh")
    form = bundles.form(database, birth.version, birth.form_key)
    assert form is not None
    people = {"nguoi_nop": {"ho_ten": "Nguyễn Thị Thử", "so_dinh_danh": "033190001234"}}
    said = {"quan_he": "me", "ho_ten_me": "nguyễn thị thử", "so_dinh_danh_me": "033192001235"}
    assert set(forms.contradictions(form, said, people)) == {"so_dinh_danh_me"}
    assert forms.contradictions(form, {**said, "quan_he": "ong_ba"}, people) == {}
    foreign = {"nguoi_nop": {"ho_ten": "Nguyễn Thị Thử", "so_dinh_danh": "B1234567", "dia_chi": "Thôn 1 " * 35}}
    assert set(forms.repeated(form, said, foreign)) == {"ho_ten_me"}, "what the fields refuse is asked, not repeated"
    assert forms.contradictions(form, said, foreign) == {}
    assert "so_dinh_danh_me" not in forms.filled(form, {"quan_he": "me"}, foreign)
    with pytest.raises(forms.Invalid, match="Không khớp"):
        dossiers.register_online(
            database,
            Intake(
                birth.code,
                "H31.11",
                Applicant("Nguyễn Thị Thử", "033190001234", "0912345678", "", "Thôn 1"),
                channel="truc_tuyen",
                form={**FORM, "ngay_sinh_tre": "2026-11-20", "ngay_sinh_me": "1990-02-01", **said},
            ),
            CITIZEN,
        )
