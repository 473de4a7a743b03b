"""A draft that the citizen is shown: they read the paper itself and what the official says with it; what they find
wrong is told to the official, who mends the declaration, and the next draft says so."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient

from engine.store import Database
from procedures import dossiers
from tests.web.conftest import post
from tests.web.filling import form_of, posted
from tests.web.test_portal import follow, until_the_citizen_is_asked
from tests.web.test_work import BIRTH, task_of

People = Callable[[str], FlaskClient]
SAID = "Tên mẹ là Đinh Thị Cường"


def test_what_the_citizen_finds_wrong_in_a_draft_is_mended_and_shown_again(
    browser: FlaskClient, signed_in: People, database: Database, receive: Callable[..., Any]
) -> None:
    made = receive(BIRTH, channel="truc_tuyen")
    message = until_the_citizen_is_asked(database, made.id)
    follow(browser, made.code)
    page = f"/tra-cuu/ho-so/xac-nhan?buoc={message}"
    before = browser.get(page).text
    assert "Dự thảo Giấy khai sinh" in before
    picture = re.search(r'<img class="mc-sheet" src="([^"]+)"', before)  # phones show no PDF within a page
    assert picture is not None
    shown_as = browser.get(picture[1])
    assert shown_as.mimetype == "image/png" and shown_as.data.startswith(b"\x89PNG")
    assert browser.get(picture[1].replace("trang=1", "trang=99")).status_code == 404
    assert post(browser, page, {"buoc": message, "tra_loi": "can_sua", "gop_y": SAID}).status_code == 302

    official, task = signed_in("chuyenvien"), f"/cong-viec/{task_of(database, made.id).id}"
    shown = official.get(task).text
    assert "Công dân đề nghị sửa" in shown and SAID in shown
    mending = f"/ho-so/{made.code}/sua-to-khai?viec={task_of(database, made.id).id}"
    assert mending.replace("&", "&amp;") in shown
    form = form_of(official.get(mending).text, "ho_ten_me")
    as_it_stands = {name: seen.shown for name, seen in form.fields.items()}
    unchanged = official.post(mending, data=posted(form, as_it_stands))
    assert unchanged.status_code == 200 and "chưa có gì thay đổi" in unchanged.text
    wrong = official.post(
        mending, data=posted(form, {**as_it_stands, "ho_ten_me": [""], "ngay_sinh_tre": ["31/02/2026"]})
    )
    assert form_of(wrong.text, "ho_ten_me").fields["ngay_sinh_tre"].shown == ["31/02/2026"]
    mended = official.post(mending, data=posted(form, {**as_it_stands, "ho_ten_me": ["Đinh Thị Cường"]}))
    assert mended.status_code == 302 and mended.location == task
    assert dossiers.get(database, made.id).form["ho_ten_me"] == "Đinh Thị Cường"
    assert list(dossiers.changed_fields(database, made.id)) == ["ho_ten_me"]
    assert "Sửa tờ khai theo đề nghị của công dân" in official.get(task).text

    note = {"hanh_dong": "gui", "ghi_chu_du_thao": "Đã sửa tên mẹ theo giấy chứng sinh"}
    assert post(official, f"{task}/hoan-thanh", note, page=task).status_code == 302
    again = browser.get(page).text
    assert note["ghi_chu_du_thao"] in again and "Đinh Thị Cường" in again
    assert dossiers.asked_to_mend(database, made.id) == ""
    assert official.get(mending).status_code == 404


def test_the_declaration_is_not_open_while_nobody_asked(
    signed_in: People, database: Database, receive: Callable[..., Any]
) -> None:
    made = receive(BIRTH)
    address = f"/ho-so/{made.code}/sua-to-khai"
    assert signed_in("chuyenvien").get(address).status_code == 404
    assert signed_in("lanhdao").get(address).status_code == 403
    assert signed_in("chuyenvien.yenmy").get(address).status_code == 404
