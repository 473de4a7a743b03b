"""What was typed stays: every form that comes back, with an error or because the person said no to the question, shows
all that was posted – texts, dates as they were typed, choices, ticks taken and ticks taken away."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from engine.store import Database
from procedures import bundles, dossiers, tasks
from procedures.actor import Actor
from tests.web.conftest import PASSWORD, post
from tests.web.filling import Filled, form_of, posted, typed_into
from tests.web.test_desk import code_of, ended
from tests.web.test_portal import follow, process, until_the_citizen_is_asked
from tests.web.test_supplement import asked
from tests.web.test_work import BIRTH, SCAN, assigned, claimed, task_of
from web.work.confirming import BACK

People = Callable[[str], FlaskClient]
Receive = Callable[..., Any]
WEB = Path(__file__).parents[2] / "web"
REASON = {"ly_do": ["Điều động công tác"]}


def comes_back(
    browser: FlaskClient,
    page: str,
    having: str,
    *,
    to: str = "",
    said: dict[str, list[str]] | None = None,
    **pressed: str,
) -> str:
    """Fills in the form that has a field of that name, sends it to where it goes (or the button `to`), and looks for
    every value on the answer. said: what is typed otherwise than `typed_into` does."""
    text = browser.get(page).text
    form = form_of(text, having)
    typed = {**typed_into(form), **(said or {})}
    answer = browser.post(to or form.action or page, data=posted(form, typed, **pressed))
    assert answer.status_code in (200, 422), (answer.status_code, answer.location)
    still_there(form_of(answer.text, having), typed)
    return answer.text


def still_there(form: Filled, typed: dict[str, list[str]]) -> None:
    lost = {
        name: (values, form.fields[name].shown if name in form.fields else None)
        for name, values in typed.items()
        if name not in form.fields or sorted(filter(None, form.fields[name].shown)) != sorted(filter(None, values))
    }
    assert lost == {}


def test_at_the_desk(signed_in: People, database: Database, receive: Receive) -> None:
    clerk = signed_in("motcua")
    new = f"/mot-cua/tiep-nhan/{code_of(database, BIRTH)}"
    comes_back(clerk, new, "ho_ten", said={"ho_ten": [""]}, lam="tiep-nhan")
    made, _paper = asked(signed_in, database, receive)
    page = f"/mot-cua/ho-so/{made.code}"
    comes_back(clerk, f"{page}/sua", "ho_ten", said={"ly_do": [""]})
    comes_back(clerk, page, "ma")
    running = receive(BIRTH)
    comes_back(clerk, f"/mot-cua/ho-so/{running.code}", "so_gia_han")
    question = post(clerk, f"{page}/rut", {"ly_do_rut": "Chuyển nơi ở"}, page=page).text
    assert "Không, quay lại" in question
    back = clerk.post(f"{page}/rut", data=posted(form_of(question, "ly_do_rut"), {}, **{BACK: "1"})).text
    still_there(form_of(back, "ly_do_rut"), {"ly_do_rut": ["Chuyển nơi ở"]})
    assert dossiers.get(database, made.id).status == 5


def test_at_an_officials_task(signed_in: People, database: Database, receive: Receive) -> None:
    made, page = assigned(signed_in, database, receive)
    official = signed_in("chuyenvien")
    comes_back(official, page, "thieu", hanh_dong="bo_sung")
    comes_back(official, page, "nguoi", said={"nguoi": [""]})
    comes_back(official, f"/ho-so/{made.code}", "so_gia_han")
    assert dossiers.get(database, made.id).status == 4
    tasks.complete(database, task_of(database, made.id).id, "dat", {}, Actor("chuyenvien"))
    page = claimed(official, database, made.id)
    comes_back(official, page, "so_dang_ky", to=f"{page}/ket-qua", lam="tai")  # without a file
    text = official.get(page).text
    form = form_of(text, "so_dang_ky")
    typed = typed_into(form)
    brought = {**posted(form, typed, lam="tai"), "tep": (io.BytesIO(SCAN), "ket-qua.pdf")}
    answer = official.post(f"{page}/ket-qua", data=brought, content_type="multipart/form-data")
    still_there(form_of(answer.text, "so_dang_ky"), typed)
    (paper,) = dossiers.results(database, made.id)
    assert paper["current"]


def test_a_file_that_was_chosen_counts_when_the_step_is_completed(
    signed_in: People, database: Database, receive: Receive
) -> None:
    made, _page = assigned(signed_in, database, receive)
    tasks.complete(database, task_of(database, made.id).id, "dat", {}, Actor("chuyenvien"))
    official = signed_in("chuyenvien")
    page = claimed(official, database, made.id)
    booked = {"so_dinh_danh_tre": "033326001234", "so_dang_ky": "1", "ngay_dang_ky": "31/02/2026"}
    token = form_of(official.get(page).text, "so_dang_ky").carried
    for day, status in (("31/02/2026", 200), ("22/11/2026", 302)):
        data = {**dict(token), **booked, "ngay_dang_ky": day, "hanh_dong": "trinh", "tep": (io.BytesIO(SCAN), "a.pdf")}
        answer = official.post(f"{page}/hoan-thanh", data=data, content_type="multipart/form-data")
        assert answer.status_code == status
        if status == 200:
            assert "Chọn lại tệp này" in answer.text and dossiers.results(database, made.id) == []
    (paper,) = dossiers.results(database, made.id)
    assert paper["current"]


def test_at_the_worklist(signed_in: People, database: Database, receive: Receive) -> None:
    made, _page = assigned(signed_in, database, receive)
    official, task = signed_in("chuyenvien"), task_of(database, made.id).id
    typed = {"viec": [task], "nguoi": [""], "ly_do": ["Nghỉ phép"], "tim": []}
    del typed["tim"]
    text = comes_back(official, "/cong-viec?muc=cua-toi", "viec", said=typed, lam="chuyen")
    assert "Hãy chọn người nhận việc" in text
    typed["nguoi"] = ["chuyenvien2"]
    form = form_of(official.get("/cong-viec").text, "viec")
    trial = official.post(form.action, data=posted(form, typed, lam="thu-chuyen")).text
    back = official.post(form.action, data=posted(form_of(trial, "ly_do"), {}, **{BACK: "1"})).text
    still_there(form_of(back, "viec"), typed)
    assert task_of(database, made.id).assignee == "chuyenvien"


def test_at_the_leaders_decision(signed_in: People, database: Database, receive: Receive) -> None:
    made, _page = assigned(signed_in, database, receive)
    dossiers.propose_extension(database, made.id, "1", "WORKING_DAY", "Xác minh thêm", Actor("chuyenvien"))
    page = f"/ho-so/{made.code}"
    comes_back(
        signed_in("lanhdao"), page, "ly_do_quyet_dinh", said={"ly_do_quyet_dinh": [""]}, quyet_dinh="khong_dong_y"
    )


def test_at_the_citizens_pages(browser: FlaskClient, signed_in: People, database: Database, receive: Receive) -> None:
    made, _paper = asked(signed_in, database, receive)
    comes_back(browser, "/tra-cuu", "ma", said={"xac_nhan": [""]})
    follow(browser, made.code)
    comes_back(browser, "/tra-cuu/ho-so/bo-sung", "noi_sinh", said={"noi_sinh": [""]})
    other = receive(process(database, "Đăng ký khai sinh"), channel="truc_tuyen")
    message = until_the_citizen_is_asked(database, other.id)
    follow(browser, other.code)
    page = f"/tra-cuu/ho-so/xac-nhan?buoc={message}"
    comes_back(browser, page, "tra_loi", said={"tra_loi": ["can_sua"], "gop_y": [""]})


ADMIN = [
    ("/quan-tri/co-quan/them", "ma", {"ten": [""]}),
    ("/quan-tri/co-quan/H31.11/sua", "ten", {}),
    ("/quan-tri/co-quan/H31.11/ngung", "ngay", {}),
    ("/quan-tri/co-quan/H31.11/gio-lam-viec", "mon", {}),
    ("/quan-tri/can-bo/them", "ten_dang_nhap", {"ho_ten": [""]}),
    ("/quan-tri/can-bo/chuyenvien2/sua", "ho_ten", {"ho_ten": [""]}),
    ("/quan-tri/can-bo/chuyenvien2", "vai_tro", {}),
    ("/quan-tri/can-bo/chuyenvien2", "vai_tro", {"tu_ngay": ["10/12/2030"], "den_ngay": ["01/12/2030"]}),
    ("/quan-tri/can-bo/chuyenvien2/thoi-cong-tac", "ngay", {}),
    ("/quan-tri/ngay-nghi", "loai", {}),
    ("/quan-tri/ung-dung", "pham_vi", {}),
    ("/quan-tri/ung-dung", "pham_vi", {"ma": [""]}),
]


@pytest.mark.parametrize(("page", "having", "said"), ADMIN)
def test_at_the_administrators_pages(signed_in: People, page: str, having: str, said: dict[str, list[str]]) -> None:
    comes_back(signed_in("quantri"), page, having, said=said)


ASKED = [
    ("/quan-tri/co-quan/H31.11.2/ngung", {"ngay": ["15/10/2030"], **REASON}),
    ("/quan-tri/co-quan/H31.11/gio-lam-viec", {"mon": ["08:00–12:00"], "tu_ngay": ["15/10/2030"], **REASON}),
    ("/quan-tri/can-bo/chuyenvien2/thoi-cong-tac", {"ngay": ["15/10/2030"], **REASON}),
    ("/quan-tri/ngay-nghi", {"ngay": ["02/12/2030"], "loai": ["off"], "can_cu": ["QĐ 12/UBND"]}),
]


@pytest.mark.parametrize(("page", "said"), ASKED)
def test_who_says_no_to_the_question_finds_what_was_typed(
    signed_in: People, page: str, said: dict[str, list[str]]
) -> None:
    admin = signed_in("quantri")
    question = post(admin, page, {name: values[0] for name, values in said.items()}).text
    assert "Không, quay lại" in question
    carried = form_of(question, next(iter(said)))
    back = admin.post(page, data=posted(carried, {}, **{BACK: "1"}))
    assert back.status_code == 200
    still_there(form_of(back.text, list(said)[1]), said)


def test_the_end_of_a_version_and_its_question(signed_in: People, database: Database) -> None:
    version = bundles.procedure(database, code_of(database, BIRTH)).version
    page, analyst = f"/quy-trinh/{version}", signed_in("phantich")
    comes_back(analyst, page, "tu_ngay")
    question = post(analyst, f"{page}/ngung", {"tu_ngay": "01/01/2030"}, page=page).text
    back = analyst.post(f"{page}/ngung", data=posted(form_of(question, "tu_ngay"), {}, **{BACK: "1"})).text
    still_there(form_of(back, "tu_ngay"), {"tu_ngay": ["01/01/2030"]})


def test_every_question_has_a_way_back_that_loses_nothing() -> None:
    asking = [path for path in WEB.rglob("*.py") if re.search(r"[^\w.]ask\(\n", path.read_text(encoding="utf-8"))]
    assert len(asking) >= 5
    assert [path.name for path in asking if "went_back()" not in path.read_text(encoding="utf-8")] == []


@pytest.mark.parametrize("elsewhere", [True, False])
def test_after_the_session_ended_ticks_are_back_and_a_wrong_password_takes_nothing_away(
    signed_in: People, database: Database, receive: Receive, elsewhere: bool
) -> None:
    made, page = assigned(signed_in, database, receive)
    official = signed_in("chuyenvien")
    form = form_of(official.get(page).text, "thieu")
    typed = typed_into(form)
    data = posted(form, typed, hanh_dong="bo_sung")
    if elsewhere:
        official.post("/dang-xuat", data={"csrf_token": data["csrf_token"]})
    else:
        ended(database)
    answer = official.post(f"{page}/hoan-thanh", data=data, follow_redirects=True)
    said = "nội dung vừa nhập được giữ lại"
    assert said in answer.text
    wrong = form_of(answer.text, "ten_dang_nhap")
    again = official.post("/dang-nhap", data=posted(wrong, {"ten_dang_nhap": ["chuyenvien"], "mat_khau": ["sai"]}))
    assert again.status_code == 422 and said in again.text
    right = form_of(again.text, "ten_dang_nhap")
    inside = {"ten_dang_nhap": ["chuyenvien"], "mat_khau": [PASSWORD]}
    assert official.post("/dang-nhap", data=posted(right, inside)).location == page
    still_there(form_of(official.get(page).text, "thieu"), typed)
    assert task_of(database, made.id).assignee == "chuyenvien"
