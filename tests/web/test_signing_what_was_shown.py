"""What a leader signs is, byte for byte, what the page showed; else it is refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from engine import commands
from engine.refusal import Refusal
from engine.store import Database
from procedures import dossiers, files, letters, steering, tasks
from procedures.actor import Actor
from tests.web.conftest import post
from tests.web.test_work import assigned, claimed, task_of

People = Callable[[str], FlaskClient]
Receive = Callable[..., Any]


def to_sign(people: People, database: Database, receive: Receive) -> tuple[Any, FlaskClient, str]:
    """A birth certificate made from its template that waits for the leader; dossier, leader and the task's address."""
    made, _address = assigned(people, database, receive)
    tasks.complete(database, task_of(database, made.id).id, "dat", {}, Actor("chuyenvien"))
    booked = {"so_dinh_danh_tre": "033326001234", "so_dang_ky": "1", "ngay_dang_ky": "2026-11-22"}
    tasks.complete(database, task_of(database, made.id).id, "trinh", booked, Actor("chuyenvien"))
    leader = people("lanhdao")
    return made, leader, claimed(leader, database, made.id)


def test_the_signed_file_is_the_one_that_was_shown(signed_in: People, database: Database, receive: Receive) -> None:
    made, leader, address = to_sign(signed_in, database, receive)
    page = leader.get(address).text
    (hash,) = re.findall(r'name="da_xem" value="([^"]+)"', page)
    shown = leader.get(f"{address}/trinh-ky/{hash}")
    assert shown.status_code == 200 and f"{address}/trinh-ky/{hash}" in page
    assert post(leader, f"{address}/hoan-thanh", {"hanh_dong": "ky"}, page=address).status_code == 302
    (signed,) = [one for one in dossiers.results(database, made.id) if one["current"]]
    assert signed["sha256"] == hash and files.read(database, hash) == shown.data
    assert signed["approver"].split(",")[0] in letters.text_of(shown.data)


def test_what_says_something_else_by_now_is_not_signed(signed_in: People, database: Database, receive: Receive) -> None:
    made, leader, address = to_sign(signed_in, database, receive)
    page = leader.get(address).text
    (hash,) = re.findall(r'name="da_xem" value="([^"]+)"', page)
    form = {**dossiers.get(database, made.id).form, "ho_ten_tre": "Tên Đã Sửa"}
    commands.set_variables(database, made.id, {"to_khai": form}, "quantri", "thử")
    answer = post(leader, f"{address}/hoan-thanh", {"hanh_dong": "ky", "da_xem": [hash]}, page=address)
    assert answer.status_code == 200 and "đã thay đổi sau khi trang này mở ra" in answer.text
    assert all(one["approved_at"] is None for one in dossiers.results(database, made.id))
    assert leader.get(f"{address}/trinh-ky/{hash}").status_code == 404


def test_data_that_no_template_reads_is_refused_by_hand_and_never_ends_in_a_fault(
    signed_in: People, database: Database, receive: Receive
) -> None:
    made, address = assigned(signed_in, database, receive)
    declared = dossiers.get(database, made.id).form
    admin = Actor("quantri", "Quản trị")
    for wrong, said in (
        ("hong", "giữ kiểu JSON"),
        (None, "giữ kiểu JSON"),
        ({**declared, "so_luong_trich_luc": "ba"}, "phải là số"),
        ({**declared, "ho_ten_tre": ["x"]}, "phải là chữ"),
    ):
        with pytest.raises(Refusal, match=said):
            steering.set_variables(database, made.id, {"to_khai": wrong}, "Thử", admin)
    steering.set_variables(database, made.id, {"to_khai": {**declared, "so_luong_trich_luc": 3}}, "Thử", admin)
    tasks.complete(database, task_of(database, made.id).id, "dat", {}, Actor("chuyenvien"))
    commands.set_variables(database, made.id, {"to_khai": "hong"}, "quantri", "thử")  # as it came from before
    official = signed_in("chuyenvien")
    address = claimed(official, database, made.id)
    booked = {"so_dinh_danh_tre": "033326001234", "so_dang_ky": "12345", "ngay_dang_ky": "22/11/2026"}
    answer = post(official, f"{address}/hoan-thanh", {**booked, "hanh_dong": "trinh"}, page=address)
    assert answer.status_code == 200 and "Không lập được văn bản" in answer.text and 'value="12345"' in answer.text


def test_what_is_signed_stands_beside_the_decision(signed_in: People, database: Database, receive: Receive) -> None:
    _made, leader, address = to_sign(signed_in, database, receive)
    page = leader.get(address).text
    beside = page[page.index("data-papers") : page.index("</aside>")]
    assert "Kết quả trình ký" in beside and f"{address}/trinh-ky/" in beside and "<iframe" in beside
    assert page.index("data-papers") < page.index('name="hanh_dong"')
