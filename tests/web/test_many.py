"""Many tasks decided at once: looked at, tried, each with its own result, and nothing signed that was not shown."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient

from engine import commands
from engine.store import Database
from procedures import dossiers, tasks
from procedures.actor import Actor
from tests.web.conftest import post, token_of
from tests.web.test_work import BIRTH, EXTRACT, claimed, task_of

People = Callable[[str], FlaskClient]
Receive = Callable[..., Any]
MANY = "/cong-viec/xu-ly-nhieu"
LIST = "/cong-viec?muc=don-vi"


def looked_at(browser: FlaskClient, ids: list[str]) -> tuple[str, str]:
    """The page with these tasks, and what stands before the names of its one step's fields."""
    page = post(browser, MANY, {"viec": ids}, page=LIST).text
    (key,) = set(re.findall(r'name="(b[0-9a-f]{8}_)hanh_dong"', page))
    return page, key


def shown(page: str) -> dict[str, list[str]]:
    """What the page says that it has shown, to be posted with the decision."""
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'name="(da_xem_[^"]+)" value="([^"]+)"', page):
        found.setdefault(name, []).append(value)
    return found


def decided(browser: FlaskClient, page: str, ids: list[str], what: str, **said: Any) -> str:
    sent = {"csrf_token": token_of(page), "tat_ca": ids, "viec": ids, "lam": what, **shown(page), **said}
    return browser.post(MANY, data=sent).text


def ready(database: Database, receive: Receive) -> Any:
    """A birth certificate that waits for the leader's signature."""
    made, chi = receive(BIRTH), Actor("chuyenvien")
    tasks.claim(database, task_of(database, made.id).id, Actor("truongdonvi"))
    given = {"nguoi_xu_ly": "chuyenvien"}
    tasks.complete(database, task_of(database, made.id).id, "phan_cong", given, Actor("truongdonvi"))
    tasks.complete(database, task_of(database, made.id).id, "dat", {}, chi)
    booked = {"so_dinh_danh_tre": "033326001234", "so_dang_ky": "1", "ngay_dang_ky": "2026-11-22"}
    tasks.complete(database, task_of(database, made.id).id, "trinh", booked, chi)
    return made


def approved(database: Database, made: Any) -> bool:
    return any(one["approved_at"] for one in dossiers.results(database, made.id))


def test_a_leader_signs_many_and_nothing_that_was_not_shown(
    signed_in: People, database: Database, receive: Receive
) -> None:
    made = [ready(database, receive) for _ in range(3)]
    ids = [task_of(database, one.id).id for one in made]
    leader = signed_in("lanhdao")
    page, key = looked_at(leader, ids)
    assert all(one.code in page for one in made) and len(shown(page)) == 3
    tried = decided(leader, page, ids, "thu", **{f"{key}hanh_dong": "ky"})
    assert "Xem trước: chưa có gì thay đổi. 3 việc sẽ xử lý được, 0 việc không." in tried
    assert not any(approved(database, one) for one in made)
    form = {**dossiers.get(database, made[1].id).form, "ho_ten_tre": "Tên Đã Sửa"}
    commands.set_variables(database, made[1].id, {"to_khai": form}, "quantri", "thử")
    unseen = shown(page) | {f"da_xem_{ids[2]}": []}
    sent = {"csrf_token": token_of(page), "tat_ca": ids, "viec": ids, "lam": "lam", f"{key}hanh_dong": "ky", **unseen}
    done = leader.post(MANY, data=sent).text
    assert "Xử lý được 1 việc, 2 việc chưa xử lý được." in done
    assert done.count("đã thay đổi sau khi trang này mở ra") == 2
    assert [approved(database, one) for one in made] == [True, False, False]


def test_a_head_assigns_many_and_sees_what_each_holds(signed_in: People, database: Database, receive: Receive) -> None:
    made = [receive(BIRTH) for _ in range(3)]
    ids = [task_of(database, one.id).id for one in made]
    head = signed_in("truongdonvi")
    tasks.claim(database, task_of(database, receive(EXTRACT).id).id, Actor("chuyenvien"))
    page, key = looked_at(head, ids)
    assert re.search(r'<option value="chuyenvien">[^<]+ – giữ 1 việc', page)
    nothing = decided(head, page, ids, "lam")
    assert "Chọn cách xử lý cho bước" in nothing
    empty = decided(head, page, ids, "lam", **{f"{key}hanh_dong": "phan_cong"})
    assert "Xử lý được 0 việc, 3 việc chưa xử lý được." in empty
    assert empty.count("Công chức giải quyết: ") == 3
    some = {f"{key}hanh_dong": "phan_cong", f"{key}nguoi_xu_ly": "chuyenvien", "viec": ids[:2]}
    done = decided(head, page, ids, "lam", **some)
    assert "Xử lý được 2 việc, 0 việc chưa xử lý được." in done
    assert [task_of(database, one.id).assignee for one in made[:2]] == ["chuyenvien"] * 2
    assert task_of(database, made[2].id).id == ids[2], "the one that was not ticked stays"


def test_what_is_not_theirs_is_not_decided(signed_in: People, database: Database, receive: Receive) -> None:
    made = receive(EXTRACT)
    stranger, id = signed_in("chuyenvien.yenmy"), task_of(database, made.id).id
    page = post(stranger, MANY, {"viec": id}, page=LIST).text
    assert made.code not in page and "1 việc đã xong hoặc không thuộc phạm vi của bạn" in page
    sent = {"tat_ca": id, "viec": id, "lam": "lam"}
    assert "không thuộc phạm vi" in post(stranger, MANY, sent, page=LIST).text
    assert task_of(database, made.id).id == id
    assert "Hãy đánh dấu ít nhất một việc" in post(stranger, MANY, {}, page=LIST).text
    assert "nhiều nhất 200 việc" in post(stranger, MANY, {"viec": [str(n) for n in range(201)]}, page=LIST).text


def test_a_phrase_stands_for_a_reason_and_the_unit_s_are_its_head_s(
    signed_in: People, database: Database, receive: Receive
) -> None:
    official, head, page = signed_in("chuyenvien"), signed_in("truongdonvi"), "/cong-viec/cau-mau"
    assert post(official, page, {"cau": "Thiếu  chữ ký"}).status_code == 302
    assert post(official, page, {"cau": "Thiếu chữ ký"}).status_code == 302
    assert official.get(page).text.count('<td data-label="Câu mẫu">Thiếu chữ ký</td>') == 1
    assert "Ghi câu mẫu" in post(official, page, {"cau": " "}).text
    assert post(head, page, {"cau": "Của cả xã", "cho": "unit@H31.11"}).status_code == 302
    assert "Của cả xã" in official.get(page).text and "Thiếu chữ ký" not in head.get(page).text
    assert post(official, page, {"cau": "Không được", "cho": "unit@H31.11"}).status_code in (200, 403)
    assert "Không được" not in head.get(page).text
    address = claimed(official, database, receive(EXTRACT).id)
    shown_there = official.get(address).text
    assert 'data-phrases="ly_do"' in shown_there and "Của cả xã" in shown_there
    removed = re.search(r"/cong-viec/cau-mau/([^/\"]+)/xoa", official.get(page).text)
    assert removed is not None and post(official, removed[0], {}, page=page).status_code == 302
    assert "Thiếu chữ ký" not in official.get(page).text
