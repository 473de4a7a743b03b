"""The worklist: narrowed by every field, ordered by its columns, kept under a name, and no wider than it says."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from engine.store import Database
from engine.store.tables import work_item
from procedures import worklist
from tests.web.conftest import post
from tests.web.test_work import EXTRACT, claimed

People = Callable[[str], FlaskClient]
Receive = Callable[..., Any]
UNIT = "/cong-viec?muc=don-vi"


def listed(page: str) -> list[str]:
    """The codes of a list in the order of its lines."""
    body = page.partition("<tbody>")[2].partition("</tbody>")[0]
    return re.findall(r'href="/ho-so/([^"/]+)"', body)


@pytest.mark.parametrize(
    ("narrowed", "there"),
    [
        ("thu-tuc=2.000635", True),
        ("thu-tuc=khac", False),
        ("hinh-thuc=truc_tiep", True),
        ("hinh-thuc=buu_chinh", False),
        ("co-quan=H31.11", True),
        ("co-quan=H31.12", False),
        ("tinh-trang=4", True),
        ("tinh-trang=9", False),
        ("nhan-tu=01/01/2020", True),
        ("nhan-den=01/01/2020", False),
        ("hen-tu=01/01/2020", True),
        ("hen-den=01/01/2020", False),
        ("han-tu=01/01/2020", True),
        ("han-den=01/01/2020", False),
        ("den-tu=01/01/2020", True),
        ("den-den=01/01/2020", False),
        ("chua-mo=1", True),
        ("buoc=khac", False),
        ("tien-do=qua-han", False),
    ],
)
def test_each_filter_narrows_the_list(signed_in: People, receive: Receive, narrowed: str, there: bool) -> None:
    made = receive(EXTRACT)
    page = signed_in("chuyenvien").get(f"{UNIT}&{narrowed}").text
    assert (made.code in listed(page)) == there


def test_a_date_that_is_none_is_told(signed_in: People, receive: Receive) -> None:
    made = receive(EXTRACT)
    page = signed_in("chuyenvien").get(f"{UNIT}&han-tu=32/13/2026").text
    assert "“32/13/2026” không phải là ngày" in page and made.code in listed(page)


def test_columns_are_chosen_and_order_the_list(signed_in: People, receive: Receive) -> None:
    first, second = receive(EXTRACT), receive(EXTRACT)
    official = signed_in("chuyenvien")
    usual = official.get(UNIT).text
    assert "Hạn của bước" in usual.partition("<thead>")[2].partition("</thead>")[0]
    chosen = official.get(f"{UNIT}&cot=tiep-nhan&cot=hinh-thuc&xep=code").text
    heads = chosen.partition("<thead>")[2].partition("</thead>")[0]
    assert "Tiếp nhận" in heads and "Hình thức nộp" in heads and "Hạn của bước" not in heads
    assert 'aria-sort="ascending"' in heads and "xep=-code" in heads
    assert listed(chosen) == [first.code, second.code]
    assert listed(official.get(f"{UNIT}&xep=-code").text) == [second.code, first.code]
    assert listed(official.get(f"{UNIT}&xep=chieu-gio").text) == listed(usual)


def test_a_view_is_kept_for_oneself_and_opens_first(signed_in: People, receive: Receive) -> None:
    made = receive(EXTRACT)
    official, address = signed_in("chuyenvien"), f"{UNIT}&xep=-code&cot=tiep-nhan"
    kept = post(
        official,
        f"/cong-viec/cach-xem?{address.partition('?')[2]}&trang=1",
        {"ten": " Mới  nhận ", "bat_dau": "1"},
        page=address,
    )
    assert kept.status_code == 302
    begun = official.get("/cong-viec")
    assert begun.status_code == 302 and "xep=-code" in begun.location and "trang" not in begun.location
    page = official.get(begun.location).text
    assert "Mới nhận" in page and made.code in page
    assert official.get("/cong-viec?muc=cua-toi").status_code == 200
    assert "Mới nhận" not in signed_in("chuyenvien2").get(UNIT).text
    removed = re.search(r"/cong-viec/cach-xem/([^/\"]+)/xoa", page)
    assert removed is not None
    post(signed_in("chuyenvien2"), removed[0], {}, page=UNIT)
    assert official.get("/cong-viec").status_code == 302, "it is not another's to take away"
    assert post(official, removed[0], {}, page=UNIT).status_code == 302
    assert official.get("/cong-viec").status_code == 200


def test_a_unit_s_view_is_its_head_s_and_everybody_s_the_administrator_s(signed_in: People) -> None:
    head, official, admin = signed_in("truongdonvi"), signed_in("chuyenvien"), signed_in("quantri")
    save = "/cong-viec/cach-xem?muc=don-vi"
    assert post(head, save, {"ten": "Của xã", "cho": "unit@H31.11"}, page=UNIT).status_code == 302
    assert "Của xã" in official.get(UNIT).text and "Của xã" not in signed_in("chuyenvien.yenmy").get(UNIT).text
    refused = post(official, save, {"ten": "Không phải tôi", "cho": "unit@H31.11"}, page=UNIT)
    assert refused.status_code in (200, 403) and "Không phải tôi" not in head.get(UNIT).text
    assert post(official, save, {"ten": "Của tất cả", "cho": "all"}, page=UNIT).status_code in (200, 403)
    begun = {"ten": "Theo hẹn trả", "muc": "don-vi", "xep": "promised", "cot": ["hen-tra"], "bat_dau": "1"}
    assert post(admin, "/quan-tri/cach-xem", begun, page="/quan-tri/cach-xem?muc=don-vi").status_code == 302
    assert "Theo hẹn trả" in admin.get("/quan-tri/cach-xem").text
    assert "xep=promised" in official.get("/cong-viec").location
    wrong = post(admin, "/quan-tri/cach-xem", begun | {"ten": ""}, page="/quan-tri/cach-xem")
    assert "Đặt tên cho cách xem" in wrong.text
    removed = re.search(r"/quan-tri/cach-xem/([^/\"]+)/xoa", admin.get("/quan-tri/cach-xem").text)
    assert removed is not None
    assert post(admin, removed[0], {}, page="/quan-tri/cach-xem").status_code == 302
    assert official.get("/cong-viec").status_code == 200


def test_a_count_is_what_its_click_opens(signed_in: People, receive: Receive, database: Database) -> None:
    for _ in range(3):
        receive(EXTRACT)
    official = signed_in("chuyenvien")
    page = official.get(UNIT).text
    told = re.search(r"Đơn vị chưa nhận <span class=\"mc-count\">(\d+)", page)
    assert told is not None and int(told[1]) == len(listed(page)) == 3


def test_a_long_list_says_that_it_is_cut(signed_in: People, receive: Receive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worklist, "MOST_OPEN", 2)
    for _ in range(3):
        receive(EXTRACT)
    page = signed_in("chuyenvien").get(UNIT).text
    assert "2+" in page and "Chỉ liệt kê 2 việc đầu" in page


def test_all_of_a_page_are_ticked_without_scripts(signed_in: People, receive: Receive) -> None:
    receive(EXTRACT)
    page = signed_in("chuyenvien").get(f"{UNIT}&chon=trang").text
    assert re.search(r'name="viec" value="[^"]+" checked', page)


def test_after_a_task_comes_the_next_one(signed_in: People, receive: Receive, database: Database) -> None:
    made = [receive(EXTRACT) for _ in range(3)]
    official = signed_in("chuyenvien")
    addresses = [claimed(official, database, one.id) for one in made]
    ids = [address.rpartition("/")[2] for address in addresses]
    with database.begin() as tx:
        assert [worklist.neighbours(tx, "chuyenvien", id) for id in ids] == [
            (None, ids[1]),
            (ids[0], ids[2]),
            (ids[1], None),
        ]
        assert worklist.neighbours(tx, "motcua", ids[0]) == (None, None)
    page = official.get(addresses[0]).text
    assert 'name="mo_tiep" type="checkbox" value="1" checked' in page
    done = post(official, f"{addresses[0]}/hoan-thanh", {"hanh_dong": "trinh", "mo_tiep": "1"}, page=addresses[0])
    assert done.status_code == 302, re.findall(r"govuk-error-message.*", done.text)
    assert done.location == addresses[1]
    done = post(official, f"{addresses[1]}/hoan-thanh", {"hanh_dong": "trinh"}, page=addresses[1])
    assert done.location == "/cong-viec"


def test_what_is_overdue_is_marked(signed_in: People, receive: Receive, database: Database) -> None:
    late, fine = receive(EXTRACT), receive(EXTRACT)
    with database.begin() as tx:
        tx.connection.execute(
            update(work_item).where(work_item.c.root_id == late.id).values(due=tx.now - timedelta(days=1))
        )
    page = signed_in("chuyenvien").get(UNIT).text
    rows = re.findall(r"<tr( class=\"is-late\")?>(.*?)</tr>", page.partition("<tbody>")[2], re.S)
    marked = {code: bool(mark) for mark, row in rows for code in re.findall(r'href="/ho-so/([^"/]+)"', row)}
    assert marked[late.code] and not marked[fine.code]
