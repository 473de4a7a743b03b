"""What a leader signs is, byte for byte, what the page showed; else it is refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient

from engine import commands
from engine.store import Database
from procedures import dossiers, files, letters, tasks
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
