"""What was asked for and is not brought: said by the citizen with why, and told to who decides."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from engine.store import Database
from procedures import dossiers, forms, tasks
from procedures.actor import Actor
from procedures.dossiers.values import Lack
from tests.web.conftest import post
from tests.web.test_api import Caller
from tests.web.test_portal import follow
from tests.web.test_work import SCAN, assigned, task_of

People = Callable[[str], FlaskClient]
Receive = Callable[..., Any]


def asked(people: People, database: Database, receive: Receive) -> tuple[Any, str]:
    """A birth registration of which two papers and a field are asked for; the dossier, and the first paper."""
    made, _address = assigned(people, database, receive)
    first, second = (one["code"] for one in dossiers.components(database, made.id)[:2])
    lacks = [Lack(first, "", "Mờ"), Lack(second, "", "Thiếu"), Lack("noi_sinh", "", "Chưa rõ", kind="field")]
    tasks.complete(database, task_of(database, made.id).id, "bo_sung", {}, Actor("chuyenvien"), lacks=lacks)
    return made, first


def told(people: People, database: Database, made: Any) -> str:
    page: str = people("chuyenvien").get(f"/cong-viec/{task_of(database, made.id).id}").text
    return page[page.index("tra-loi-bo-sung") : page.index("Xử lý</h2>")]


def test_the_citizen_says_what_they_do_not_have_and_the_official_reads_it(
    browser: FlaskClient, signed_in: People, database: Database, receive: Receive
) -> None:
    made, first = asked(signed_in, database, receive)
    second = dossiers.lacking(database, made.id)[1]
    follow(browser, made.code)
    address = "/tra-cuu/ho-so/bo-sung"
    sent = {f"tep-{first}": (io.BytesIO(SCAN), "giay.pdf"), f"chua_nop_{second.code}": "1"}
    refused = post(browser, address, sent)
    assert refused.status_code == 422 and f"Ghi lý do chưa bổ sung được “{second.name}”." in refused.text
    assert "Sửa “Nơi sinh”, hoặc đánh dấu chưa sửa được" in refused.text and dossiers.get(database, made.id).status == 5
    sent = {
        f"tep-{first}": (io.BytesIO(SCAN), "giay.pdf"),
        f"chua_nop_{second.code}": "1",
        f"ly_do_chua_nop_{second.code}": "Đang xin cấp lại",
        "noi_sinh": "Trạm y tế xã Tân Hưng",
    }
    assert post(browser, address, sent).status_code == 302
    page = told(signed_in, database, made)
    assert page.count("Đã nộp") == 1 and "Đã sửa" in page
    assert "Chưa nộp" in page and "Đang xin cấp lại" in page


def test_the_desk_does_not_take_a_paper_for_brought_that_nobody_counted(
    signed_in: People, database: Database, receive: Receive
) -> None:
    made, first = asked(signed_in, database, receive)
    second = dossiers.lacking(database, made.id)[1].code
    clerk, page = signed_in("motcua"), f"/mot-cua/ho-so/{made.code}"
    fresh = clerk.get(page).text
    assert "Người nộp chưa có giấy tờ này" in fresh and f'name="chua_nop_{second}"' in fresh
    nothing = post(clerk, f"{page}/bo-sung", {"ma": [first, second]}, page=page)
    assert nothing.status_code == 200 and nothing.text.count("này và ghi lý do.") >= 3
    answer = post(
        clerk,
        f"{page}/bo-sung",
        {
            "ma": [first, second],
            f"chinh_{first}": "1",
            f"chua_nop_{second}": "1",
            f"ly_do_chua_nop_{second}": "Đã mất",
            "chua_nop_muc.noi_sinh": "1",
            "ly_do_chua_nop_muc.noi_sinh": "Giấy chứng sinh ghi vậy",
        },
        page=page,
    )
    assert answer.status_code == 302
    said = told(signed_in, database, made)
    assert "Đã mất" in said and "Giấy chứng sinh ghi vậy" in said and said.count("Đã nộp") == 1


def test_work_goes_on_without_a_paper_that_was_asked_for_only_with_a_reason_that_is_kept(
    signed_in: People, database: Database, receive: Receive
) -> None:
    made, _first = asked(signed_in, database, receive)
    clerk, lacks = Actor("motcua", agency="H31.11", agencies=frozenset({"H31.11"})), dossiers.lacking(database, made.id)
    absent = {one.mark: "Đã mất" for one in lacks}
    dossiers.bring_supplement(database, made.id, [], None, absent=absent, by=clerk)
    task = task_of(database, made.id).id
    with pytest.raises(forms.Invalid) as refused:
        tasks.complete(database, task, "dat", {}, Actor("chuyenvien"))
    assert lacks[0].name in refused.value.errors["absent_accepted"][0]
    page, browser = f"/cong-viec/{task}", signed_in("chuyenvien")
    assert f"Vẫn giải quyết dù còn thiếu {lacks[0].name}; {lacks[1].name}" in browser.get(page).text
    sent = {"hanh_dong": "dat", "absent_accepted": "Đã đối chiếu cơ sở dữ liệu"}
    again = post(browser, f"{page}/hoan-thanh", sent, page=page)  # a reason without the tick
    assert again.status_code == 200 and "Công dân chưa nộp" in again.text and sent["absent_accepted"] in again.text
    bare = post(browser, f"{page}/hoan-thanh", {"hanh_dong": "dat", "van_giai_quyet": "1"}, page=page).text
    assert "Ghi lý do vẫn giải quyết khi còn thiếu giấy tờ." in bare and "đánh dấu “Vẫn giải quyết”" not in bare
    done = post(browser, f"{page}/hoan-thanh", sent | {"van_giai_quyet": "1"}, page=page)
    assert done.status_code == 302, done.text
    said = f"Vẫn giải quyết dù còn thiếu {lacks[0].name}; {lacks[1].name}: {sent['absent_accepted']}"
    task = task_of(database, made.id).id
    where_it_is_signed = signed_in("chuyenvien").get(f"/cong-viec/{task}").text
    assert f"Cán bộ thụ lý vẫn giải quyết: {sent['absent_accepted']}" in where_it_is_signed
    assert said in [one.note for one in dossiers.history(database, made.id)]
    assert any(said in row[-1] for row in dossiers.control_sheet(database, made.id).rows)
    assert dossiers.absent_papers(database, made.id) == []


def test_a_program_that_affirms_without_a_paper_says_why(
    app: Flask, signed_in: People, database: Database, receive: Receive
) -> None:
    made, _first = asked(signed_in, database, receive)
    clerk, lacks = Actor("motcua", agency="H31.11", agencies=frozenset({"H31.11"})), dossiers.lacking(database, made.id)
    absent = {one.mark: "Đã mất" for one in lacks}
    dossiers.bring_supplement(database, made.id, [], None, absent=absent, by=clerk)
    program, task = Caller(app), task_of(database, made.id).id
    said = {"action": "dat", "variables": {}, "on_behalf_of": "chuyenvien"}
    for why in ({}, {"absent_accepted": "  "}):
        refused = program.post(f"/tasks/{task}/complete", said | why)
        assert refused.status_code == 422 and lacks[0].name in refused.get_json()["errors"]["absent_accepted"][0]
    assert task_of(database, made.id).id == task
    done = program.post(f"/tasks/{task}/complete", said | {"absent_accepted": "Đã đối chiếu cơ sở dữ liệu"})
    assert done.status_code == 200, done.text
    notes = [one.note for one in dossiers.history(database, made.id)]
    assert f"Vẫn giải quyết dù còn thiếu {lacks[0].name}; {lacks[1].name}: Đã đối chiếu cơ sở dữ liệu" in notes
