"""The officials' pages: who sees which dossier and task, what can be done to a task, what comes of an error."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from engine import commands, worklist
from engine.store import Database
from engine.store.tables import incident
from procedures import agencies, dossiers, forms, tasks
from procedures.actor import Actor
from tests.web.conftest import post

BIRTH = "dang_ky_khai_sinh"
EXTRACT = "cap_ban_sao_trich_luc"
SCAN = (
    b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1"
    b" >>\nendobj\n3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>\nendobj\n"
    b"trailer\n<< /Root 1 0 R >>\n%%EOF\n"
)
People = Callable[[str], FlaskClient]
Receive = Callable[..., Any]


def task_of(database: Database, dossier: str) -> worklist.WorkItem:
    (found,) = worklist.of_instance(database, dossier)
    return found


def claimed(browser: FlaskClient, database: Database, dossier: str) -> str:
    """Makes the dossier's open task the person's own; the task page's address."""
    address = f"/cong-viec/{task_of(database, dossier).id}"
    assert post(browser, f"{address}/nhan", {}, page=address).status_code == 302
    return address


def assigned(people: People, database: Database, receive: Receive) -> tuple[Any, str]:
    """A birth registration that its unit head gave to the official; the dossier and the address of his task."""
    made = receive(BIRTH)
    head = people("truongdonvi")
    address = claimed(head, database, made.id)
    answer = post(head, f"{address}/hoan-thanh", {"hanh_dong": "phan_cong", "nguoi_xu_ly": "chuyenvien"}, page=address)
    assert answer.status_code == 302, answer.text
    item = task_of(database, made.id)
    address = f"/cong-viec/{item.id}"
    if item.assignee is None:
        claimed(people("chuyenvien"), database, made.id)
    return made, address


# -- tasks without a dossier ------------------------------------------------------------------------------------------

LEAVE = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" xmlns:mc="http://motcua.vn/schema/1.0/mc" id="d"
    targetNamespace="http://example.vn">
  <bpmn:process id="nghi_phep" name="Xin nghỉ phép" isExecutable="true">
    <bpmn:startEvent id="s"><bpmn:outgoing>f1</bpmn:outgoing></bpmn:startEvent>
    <bpmn:userTask id="duyet" name="Duyệt đơn nghỉ"><bpmn:extensionElements>
        <zeebe:assignmentDefinition candidateGroups="chuyen_vien" /><zeebe:formDefinition formId="duyet" />
        <mc:outcome id="dong_y" label="Đồng ý" tone="primary" />
        <mc:outcome id="bo_sung" label="Hỏi thêm" reason="true" />
      </bpmn:extensionElements><bpmn:incoming>f1</bpmn:incoming><bpmn:outgoing>f2</bpmn:outgoing></bpmn:userTask>
    <bpmn:endEvent id="e"><bpmn:incoming>f2</bpmn:incoming></bpmn:endEvent>
    <bpmn:sequenceFlow id="f1" sourceRef="s" targetRef="duyet" />
    <bpmn:sequenceFlow id="f2" sourceRef="duyet" targetRef="e" />
  </bpmn:process>
</bpmn:definitions>
"""
FORM = """{"type": "default", "id": "duyet", "components": [
  {"type": "number", "key": "so_ngay", "label": "Số ngày cho nghỉ", "validate": {"required": true}}]}"""


def test_a_task_without_a_dossier_is_listed_filled_in_and_completed(signed_in: People, database: Database) -> None:
    commands.deploy(database, {"nghi.bpmn": LEAVE.encode(), "forms/duyet.form": FORM.encode()}, key="nghi")
    root = commands.start(database, "nghi_phep", {"ly_do_nghi": "Việc nhà"}, "NP-1", by="motcua")
    official, item = signed_in("chuyenvien"), task_of(database, root)
    address = f"/cong-viec/{item.id}"
    listed = official.get("/cong-viec?muc=don-vi").text
    assert "Việc ngoài hồ sơ" in listed and address in listed and "Xin nghỉ phép" in listed and "NP-1" in listed
    assert address not in official.get("/cong-viec?muc=don-vi&tim=khac").text
    assert address not in signed_in("vanthu").get("/cong-viec?muc=don-vi").text
    assert signed_in("vanthu").get(address).status_code == 404
    claimed(official, database, root)
    page = official.get(address).text
    assert "Số ngày cho nghỉ" in page and "Đồng ý" in page and "Ghi ý kiến" not in page
    assert address in official.get("/cong-viec").text
    empty = post(official, f"{address}/hoan-thanh", {"hanh_dong": "dong_y"}, page=address)
    assert "Có nội dung cần sửa" in empty.text
    unsaid = post(official, f"{address}/hoan-thanh", {"hanh_dong": "bo_sung", "so_ngay": "2"}, page=address)
    assert "Phải nêu lý do" in unsaid.text and 'value="2"' in unsaid.text
    said = post(official, f"{address}/y-kien", {"y_kien": "?"}, page=address)
    assert said.status_code == 200 and "Việc này không thuộc hồ sơ nào" in said.text
    done = post(official, f"{address}/hoan-thanh", {"hanh_dong": "dong_y", "so_ngay": "2"}, page=address)
    assert done.status_code == 302
    assert commands.find(database, root_id=root)[0].status == "ended"
    assert commands.variables_of(database, root)["so_ngay"] == 2


# -- who sees what ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["/cong-viec", "/ho-so", "/so-theo-doi"])
def test_a_list_shows_nothing_of_another_commune(signed_in: People, receive: Receive, address: str) -> None:
    here = receive(EXTRACT)
    assert here.code in signed_in("chuyenvien").get(f"{address}?muc=don-vi").text
    assert here.code not in signed_in("chuyenvien.yenmy").get(f"{address}?muc=don-vi").text


def test_every_page_of_a_dossier_is_not_found_from_another_commune(
    signed_in: People, receive: Receive, database: Database
) -> None:
    made = receive(EXTRACT)
    task = task_of(database, made.id).id
    stranger = signed_in("chuyenvien.yenmy")
    for address in (
        f"/ho-so/{made.code}",
        f"/ho-so/{made.code}/phieu-kiem-soat",
        f"/ho-so/{made.code}/mo-hinh",
        f"/phieu/{made.letter}",
        f"/cong-viec/{task}",
        "/ho-so/H31.99-000000-0000",
    ):
        assert stranger.get(address).status_code == 404, address
    for action in ("nhan", "tra-ve-don-vi", "chuyen-nguoi", "tra-buoc-truoc", "y-kien", "ket-qua", "hoan-thanh"):
        assert post(stranger, f"/cong-viec/{task}/{action}", {}, page="/cong-viec").status_code == 404, action
    assert post(stranger, f"/ho-so/{made.code}/y-kien", {"y_kien": "?"}, page="/cong-viec").status_code == 404
    assert task_of(database, made.id).assignee is None


@pytest.mark.parametrize(
    ("who", "address"),
    [
        ("phantich", "/cong-viec"),
        ("phantich", "/ho-so"),
        ("chuyenvien", "/mot-cua"),
        ("chuyenvien", "/bang-dieu-hanh"),
        ("chuyenvien", "/quy-trinh"),
        ("lanhdao", "/su-co"),
        ("motcua", "/quy-trinh"),
    ],
)
def test_a_room_is_closed_to_other_roles(signed_in: People, who: str, address: str) -> None:
    assert signed_in(who).get(address).status_code == 403


@pytest.mark.parametrize(
    "address", ["/cong-viec", "/ho-so", "/so-theo-doi", "/mot-cua", "/bang-dieu-hanh", "/quy-trinh", "/su-co"]
)
def test_nobody_enters_without_signing_in(browser: FlaskClient, address: str) -> None:
    answer = browser.get(address)
    assert answer.status_code == 302
    assert "/dang-nhap" in answer.location


def test_a_task_of_another_role_is_seen_and_not_taken(signed_in: People, receive: Receive, database: Database) -> None:
    made = receive(BIRTH)  # waits for the unit head
    address = f"/cong-viec/{task_of(database, made.id).id}"
    official = signed_in("chuyenvien")
    assert "Việc này giao cho vị trí khác" in official.get(address).text
    post(official, f"{address}/nhan", {}, page=address)
    assert task_of(database, made.id).assignee is None


# -- holding and handing on -------------------------------------------------------------------------------------------


def test_a_task_is_taken_given_back_and_handed_on_with_a_reason(
    signed_in: People, receive: Receive, database: Database
) -> None:
    made = receive(EXTRACT)
    official = signed_in("chuyenvien")
    address = claimed(official, database, made.id)
    assert task_of(database, made.id).assignee == "chuyenvien"
    post(official, f"{address}/chuyen-nguoi", {"nguoi": "chuyenvien2", "ly_do": ""}, page=address)
    assert task_of(database, made.id).assignee == "chuyenvien", "without a reason nothing moves"
    post(official, f"{address}/chuyen-nguoi", {"nguoi": "lanhdao", "ly_do": "Nghỉ phép"}, page=address)
    assert task_of(database, made.id).assignee == "chuyenvien", "not to somebody of another position"
    post(official, f"{address}/chuyen-nguoi", {"nguoi": "chuyenvien2", "ly_do": "Nghỉ phép"}, page=address)
    assert task_of(database, made.id).assignee == "chuyenvien2"
    assert "Nghỉ phép" in signed_in("lanhdao").get(f"/ho-so/{made.code}").text
    post(signed_in("chuyenvien2"), f"{address}/tra-ve-don-vi", {}, page=address)
    assert task_of(database, made.id).assignee is None


def test_a_colleague_cannot_take_a_held_task_away_but_the_head_can(
    signed_in: People, receive: Receive, database: Database
) -> None:
    made = receive(EXTRACT)
    address = claimed(signed_in("chuyenvien"), database, made.id)
    moved = {"nguoi": "chuyenvien2", "ly_do": "Quá tải"}
    assert post(signed_in("chuyenvien2"), f"{address}/chuyen-nguoi", moved, page="/cong-viec").status_code == 200
    assert task_of(database, made.id).assignee == "chuyenvien"
    post(signed_in("lanhdao"), f"{address}/chuyen-nguoi", moved, page=address)
    assert task_of(database, made.id).assignee == "chuyenvien2"


def test_many_tasks_are_tried_taken_and_given_back_each_with_its_result(
    signed_in: People, receive: Receive, database: Database
) -> None:
    mine, other = receive(EXTRACT), receive(EXTRACT)
    tasks = [task_of(database, one.id).id for one in (mine, other)]
    claimed(signed_in("chuyenvien2"), database, other.id)
    official = signed_in("chuyenvien")
    bulk = {"viec": tasks, "muc": "don-vi"}
    page = "/cong-viec?muc=don-vi"
    trial = post(official, "/cong-viec/hang-loat", {**bulk, "lam": "thu-nhan"}, page=page).text
    assert "chưa có gì thay đổi" in trial
    assert task_of(database, mine.id).assignee is None
    done = post(official, "/cong-viec/hang-loat", {**bulk, "lam": "nhan"}, page=page).text
    assert "được 1/2 việc" in done and "đã có người khác nhận" in done
    assert task_of(database, mine.id).assignee == "chuyenvien"
    assert task_of(database, other.id).assignee == "chuyenvien2"
    handed = {"viec": tasks[:1], "muc": "cua-toi", "lam": "chuyen", "nguoi": "chuyenvien2", "ly_do": "Đi học"}
    assert post(official, "/cong-viec/hang-loat", {**handed, "ly_do": ""}, page=page).status_code == 200
    assert task_of(database, mine.id).assignee == "chuyenvien"
    post(official, "/cong-viec/hang-loat", handed, page=page)
    assert task_of(database, mine.id).assignee == "chuyenvien2"
    post(signed_in("chuyenvien2"), "/cong-viec/hang-loat", {"viec": tasks, "lam": "tra-lai"}, page=page)
    assert {task_of(database, one.id).assignee for one in (mine, other)} == {None}


# -- deciding ---------------------------------------------------------------------------------------------------------


def test_a_supplement_wants_its_reason_and_loses_nothing_that_was_typed(
    signed_in: People, receive: Receive, database: Database
) -> None:
    made, address = assigned(signed_in, database, receive)
    official = signed_in("chuyenvien")
    papers = dossiers.components(database, made.id)
    asked = {
        "hanh_dong": "bo_sung",
        "thieu": [papers[0]["code"], papers[1]["code"]],
        "ly_do": "Chưa đủ giấy tờ",
        f"thieu_ly_do_{papers[0]['code']}": "Bản chụp mờ",
    }
    page = post(official, f"{address}/hoan-thanh", asked, page=address).text
    assert f'href="#thieu_ly_do_{papers[1]["code"]}"' in page
    assert 'value="Bản chụp mờ"' in page and "Chưa đủ giấy tờ" in page
    assert len(re.findall(r'name="thieu" value="[^"]+" checked', page)) == 2
    assert dossiers.get(database, made.id).status == 4
    field = next(iter(dossiers.get(database, made.id).form))
    asked |= {"thieu": [papers[0]["code"], f"muc.{field}"], f"thieu_ly_do_muc.{field}": "Ghi nhầm"}
    assert post(official, f"{address}/hoan-thanh", asked, page=address).status_code == 302
    assert dossiers.get(database, made.id).status == 5
    assert {(one.code, one.kind) for one in dossiers.lacking(database, made.id)} == {
        (papers[0]["code"], "component"),
        (field, "field"),
    }


def test_a_task_is_not_ended_by_who_does_not_hold_it(signed_in: People, receive: Receive, database: Database) -> None:
    made, address = assigned(signed_in, database, receive)
    answer = post(signed_in("chuyenvien2"), f"{address}/hoan-thanh", {"hanh_dong": "dat"}, page="/cong-viec")
    assert "đã có người khác nhận" in answer.text
    assert task_of(database, made.id).id == address.rsplit("/", 1)[-1]


def test_the_leader_reads_the_result_before_he_signs_and_may_send_it_back(
    signed_in: People, receive: Receive, database: Database
) -> None:
    made = receive(EXTRACT)
    official = signed_in("chuyenvien")
    address = claimed(official, database, made.id)
    made_first = post(official, f"{address}/hoan-thanh", {"lam": "lap", "ly_do": "Ghi chú"}, page=address).text
    assert "Đã có giấy tờ kết quả." in made_first and "<iframe" in made_first
    to_leader(official, database, made, address)
    leader = signed_in("lanhdao")
    address = claimed(leader, database, made.id)
    page = leader.get(address).text
    assert "Kết quả trình ký" in page
    paper = re.search(r'<iframe[^>]* src="([^"]+)"', page)
    assert paper is not None
    shown = leader.get(paper[1])
    assert shown.content_type == "application/pdf" and shown.data.startswith(b"%PDF")
    assert "frame-ancestors 'self'" in shown.headers["Content-Security-Policy"]
    wanting = post(leader, f"{address}/hoan-thanh", {"hanh_dong": "tra_lai", "ly_do": ""}, page=address)
    assert 'href="#ly_do"' in wanting.text
    post(leader, f"{address}/hoan-thanh", {"hanh_dong": "tra_lai", "ly_do": "Sai ngày"}, page=address)
    assert task_of(database, made.id).name != "Ký kết quả giải quyết"


def to_leader(official: FlaskClient, database: Database, made: Any, address: str) -> None:
    """The official uploads the result and hands the dossier to the leader, with every required field filled."""
    answer = official.post(
        f"{address}/ket-qua",
        data={
            "csrf_token": re.search(r'csrf_token" value="([^"]+)"', official.get(address).text)[1],  # type: ignore[index]
            "lam": "tai",
            "tep": (io.BytesIO(SCAN), "ket-qua.pdf"),
        },
        content_type="multipart/form-data",
    )
    assert answer.status_code == 302
    with database.begin() as tx:
        form = tasks.find(tx, address.rsplit("/", 1)[-1], Actor("chuyenvien")).form
    filled = {
        field.key: {"number": "1", "datetime": "2026-11-20"}.get(field.kind, "Có ghi trong sổ")
        for field in (form.inputs() if form else ())
        if field.kind not in ("select", "radio", "checkbox")
    }
    filled |= {field.key: field.options[0][0] for field in (form.inputs() if form else ()) if field.options}
    answer = post(official, f"{address}/hoan-thanh", {**filled, "hanh_dong": "trinh"}, page=address)
    assert answer.status_code == 302, answer.text


def test_what_was_done_is_listed_by_its_step(signed_in: People, receive: Receive, database: Database) -> None:
    made, _address = assigned(signed_in, database, receive)
    done = signed_in("truongdonvi").get("/cong-viec?muc=da-xong").text
    assert made.code in done and "Phân công" in done
    assert made.code not in signed_in("chuyenvien2").get("/cong-viec?muc=da-xong").text


def test_what_is_no_pdf_does_not_become_a_result(signed_in: People, receive: Receive, database: Database) -> None:
    made = receive(EXTRACT)
    official = signed_in("chuyenvien")
    address = claimed(official, database, made.id)
    token = re.search(r'csrf_token" value="([^"]+)"', official.get(address).text)
    assert token is not None
    for sent in ({}, {"tep": (io.BytesIO(b"<html>"), "ket-qua.pdf")}):
        answer = official.post(
            f"{address}/ket-qua",
            data={"csrf_token": token[1], "lam": "tai", **sent},
            content_type="multipart/form-data",
            follow_redirects=True,
        )
        assert 'role="alert"' in answer.text
    assert dossiers.results(database, made.id) == []


def test_comments_are_kept_with_the_dossier_and_empty_ones_are_not(
    signed_in: People, receive: Receive, database: Database
) -> None:
    made = receive(EXTRACT)
    head = signed_in("lanhdao")
    page = f"/ho-so/{made.code}"
    post(head, f"{page}/y-kien", {"y_kien": "   "}, page=page)
    post(head, f"{page}/y-kien", {"y_kien": "Ưu tiên <b>xử lý</b>"}, page=page)
    assert [one["text"] for one in dossiers.comments(database, made.id)] == ["Ưu tiên <b>xử lý</b>"]
    assert "Ưu tiên &lt;b&gt;xử lý&lt;/b&gt;" in signed_in("chuyenvien").get(page).text


def test_a_moved_deadline_says_who_moved_it_and_why(
    signed_in: People, receive: Receive, database: Database, app: Flask
) -> None:
    made = receive(EXTRACT)
    dossiers.extend(
        database,
        made.id,
        1,
        "WORKING_DAY",
        "Chờ xác minh tại xã khác",
        Actor("lanhdao", "Vũ Đình Phong", agency="H31.11"),
    )
    page = signed_in("chuyenvien").get(f"/ho-so/{made.code}").text
    assert "Vì sao hạn thay đổi" in page and "Chờ xác minh tại xã khác" in page and "Vũ Đình Phong" in page


# -- sheets -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "begins"), [("pdf", b"%PDF"), ("xlsx", b"PK")])
def test_register_and_control_sheet_come_as_files(
    signed_in: People, receive: Receive, kind: str, begins: bytes
) -> None:
    made = receive(EXTRACT)
    official = signed_in("chuyenvien")
    for address in (f"/so-theo-doi?dang={kind}", f"/ho-so/{made.code}/phieu-kiem-soat?dang={kind}"):
        assert official.get(address).data.startswith(begins)
    assert made.code in official.get("/so-theo-doi").text
    assert made.code not in official.get("/so-theo-doi?tu-ngay=2020-01-01&den-ngay=2020-01-31").text


def test_a_task_is_given_only_to_whom_the_picker_offers(
    signed_in: People, receive: Receive, database: Database
) -> None:
    made = receive(BIRTH)
    head = signed_in("truongdonvi")
    address = claimed(head, database, made.id)
    for outsider in ("motcua.tinh", "khong.co", "quantri"):
        answer = post(head, f"{address}/hoan-thanh", {"hanh_dong": "phan_cong", "nguoi_xu_ly": outsider}, page=address)
        assert answer.status_code == 200 and "Chọn một mục trong danh sách" in answer.text
        with pytest.raises(forms.Invalid) as wrong:  # and from a program, which has no page
            tasks.complete(
                database,
                task_of(database, made.id).id,
                "phan_cong",
                {"nguoi_xu_ly": outsider},
                Actor("truongdonvi", ""),
            )
        assert set(wrong.value.errors) == {"nguoi_xu_ly"}


def test_a_day_to_supplement_by_is_a_date_of_the_days_to_come(
    signed_in: People, receive: Receive, database: Database
) -> None:
    made, address = assigned(signed_in, database, receive)
    official = signed_in("chuyenvien")
    paper = dossiers.components(database, made.id)[0]["code"]
    data = {
        "hanh_dong": "bo_sung",
        "ly_do": "Bản chụp mờ",
        "thieu": paper,
        f"thieu_ly_do_{paper}": "Bản chụp mờ",
    }
    past = post(official, f"{address}/hoan-thanh", {**data, "han_bo_sung": "01/02/2020"}, page=address)
    assert past.status_code == 200 and "Ngày bổ sung sớm nhất là" in past.text
    odd = post(official, f"{address}/hoan-thanh", {**data, "han_bo_sung": "hôm nào cũng được"}, page=address)
    assert "Ngày phải có dạng ngày/tháng/năm" in odd.text
    coming = f"{date.today() + timedelta(days=20):%d/%m/%Y}"  # noqa: DTZ011 - far enough on either side
    assert post(official, f"{address}/hoan-thanh", {**data, "han_bo_sung": coming}, page=address).status_code == 302
    assert dossiers.get(database, made.id).status == 5
    assert commands.incidents(database, root_id=made.id) == []


def test_who_opens_a_stuck_dossier_is_told_whom_to_call(
    signed_in: People, receive: Receive, database: Database
) -> None:
    made, address = assigned(signed_in, database, receive)
    clerk, official = signed_in("motcua"), signed_in("chuyenvien")
    assert "đang mắc sự cố" not in official.get(address).text
    said = {"element": "x", "kind": "expression", "message": "date(x) là null", "message_en": "date(x) is null"}
    with database.begin() as tx:
        tx.execute(
            incident.insert().values(root_id=made.id, id=tx.database.new_id(), job_id=None, opened_at=tx.now, **said)
        )
    for page in (clerk.get(f"/mot-cua/ho-so/{made.code}").text, official.get(address).text):
        assert "Hồ sơ đang mắc sự cố" in page and "Báo ngay cho người quản trị hệ thống:" in page
        assert "date(x)" not in page


SUMMARY = """{"type": "default", "id": "duyet", "components": [
  {"type": "textarea", "key": "y_kien", "label": "Ý kiến các cơ quan", "readonly": true}]}"""


def test_a_sentence_of_a_task_names_agencies_and_shows_no_code(signed_in: People, database: Database) -> None:
    commands.deploy(database, {"nghi.bpmn": LEAVE.encode(), "forms/duyet.form": SUMMARY.encode()}, key="nghi", by="x")
    said = "H31.6: đồng ý; H31: không đồng ý, theo H31.4."
    root = commands.start(database, "nghi_phep", {"y_kien": said}, "NP-2", by="motcua")
    page = signed_in("chuyenvien").get(f"/cong-viec/{task_of(database, root).id}").text
    known = agencies.names(database)
    assert f"{known['H31.6']}: đồng ý; {known['H31']}: không đồng ý, theo {known['H31.4']}." in page
    assert "H31" not in page[page.index("Xử lý") :]


def test_a_task_that_is_done_says_so_and_leads_to_its_dossier(
    signed_in: People, receive: Receive, database: Database
) -> None:
    made, address = assigned(signed_in, database, receive)
    official, head = signed_in("chuyenvien"), signed_in("truongdonvi")
    assert official.get(address).status_code == 200  # opened, as people do
    assert post(official, f"{address}/hoan-thanh", {"hanh_dong": "dat"}, page=address).status_code == 302
    for browser in (official, head):
        page = browser.get(address)
        assert page.status_code == 200 and "Việc này đã xong" in page.text and f"/ho-so/{made.code}" in page.text
    assert "Thẩm tra hồ sơ" in page.text and "đã xử lý lúc" in page.text
    again = post(official, f"{address}/hoan-thanh", {"hanh_dong": "dat"}, page="/cong-viec")
    assert again.status_code == 200 and "Việc này đã xong" in again.text
    assert signed_in("chuyenvien.yenmy").get(address).status_code == 404
    assert official.get("/cong-viec/khong-co-viec-nay").status_code == 404
