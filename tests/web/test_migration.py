"""To another version from the workbench: plan, rehearsal, a part first, and back again."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from flask.testing import FlaskClient

from engine import commands, migration, worklist
from engine.store import Database
from engine.worker import drain
from tests.engine.commands.models import flow, model, task
from tests.web.conftest import post

People = Callable[[str], FlaskClient]

OLD = model('<startEvent id="s"/>' + task("a") + task("b") + '<endEvent id="e"/>' + flow("s", "a", "b", "e"))
NEW = model(
    '<startEvent id="s"/>' + task("a") + task("b2") + task("c") + '<endEvent id="e"/>' + flow("s", "a", "b2", "c", "e")
)


@dataclass
class Two:
    """Two versions, and instances on the first: two at the first step, one at the second."""

    old: str
    new: str
    first: list[str]
    second: str


@pytest.fixture
def two(database: Database) -> Two:
    old = commands.deploy(database, {"hai.bpmn": OLD}, key="hai").id
    roots = [commands.start(database, "p", {}, f"CP-{n}", by="lan") for n in (1, 2, 3)]
    (item,) = worklist.of_instance(database, roots[2])
    commands.complete(database, item.id, by="lan")
    new = commands.deploy(database, {"hai.bpmn": NEW}, key="hai").id
    return Two(old, new, roots[:2], roots[2])


def plan_of(browser: FlaskClient, two: Two, **typed: str) -> str:
    """Makes a plan on its page; its address."""
    address = f"/quy-trinh/{two.old}/chuyen-phien-ban/{two.new}"
    answer = post(browser, address, {"lam": "luu", **typed})
    assert answer.status_code == 302, answer.text
    return str(answer.location)


def test_the_target_is_chosen_and_the_plan_shows_both_steps(signed_in: People, two: Two) -> None:
    analyst = signed_in("phantich")
    begin = analyst.get(f"/quy-trinh/{two.old}/chuyen-phien-ban").text
    assert "Phiên bản 2" in begin
    assert "Chọn phiên bản sẽ chuyển đến" in analyst.get(f"/quy-trinh/{two.old}/chuyen-phien-ban?den=").text
    page = analyst.get(analyst.get(f"/quy-trinh/{two.old}/chuyen-phien-ban?den={two.new}").location).text
    assert "Việc b" in page and "Chưa có bước tương ứng" in page and '<option value="b2">' in page
    assert "3 phiên đang chạy" in page and "1 lượt đứng ở đó" in page


def test_what_is_mapped_by_hand_is_checked_again_before_it_is_kept(signed_in: People, two: Two) -> None:
    analyst, address = signed_in("phantich"), f"/quy-trinh/{two.old}/chuyen-phien-ban/{two.new}"
    page = post(analyst, address, {"lam": "kiem-tra", "buoc/p/b": "b2", "ghi_chu": "Đợt một"}).text
    assert '<option value="b2" selected>' in page and "Ghép tay" in page and "Đợt một" in page
    assert "Mọi bước đều có bước tương ứng" in page
    wrong = post(analyst, address, {"lam": "luu", "buoc/p/b": "khong_co"}).text
    assert "Kế hoạch chưa dùng được" in wrong and 'class="govuk-error-summary"' in wrong


def test_the_rehearsal_says_for_each_what_happens_and_why_not(signed_in: People, database: Database, two: Two) -> None:
    analyst = signed_in("phantich")
    plan = plan_of(analyst, two)
    post(analyst, f"{plan}/chay-thu", {}, page=plan)
    drain(database)
    page = analyst.get(plan).text
    assert page.count("Chuyển được</span>") == 2 and page.count("Không chuyển được</span>") == 1
    unfit = analyst.get(f"{plan}?loc=khong-vua").text
    assert "CP-3" in unfit and "CP-1" not in unfit and "Việc b" in unfit
    assert [commands.find(database, root_id=root)[0].deployment for root in two.first] == [two.old] * 2


def test_a_part_goes_first_with_a_reason_and_comes_back(signed_in: People, database: Database, two: Two) -> None:
    analyst = signed_in("phantich")
    plan = plan_of(analyst, two, **{"buoc/p/b": "b2"})
    unsaid = post(analyst, f"{plan}/chuyen", {"lam": "chon", "phien": two.first[0]}, page=plan).text
    assert "Ghi lý do" in unsaid and f'value="{two.first[0]}" checked' in unsaid
    assert "Đánh dấu ít nhất một" in post(analyst, f"{plan}/chuyen", {"lam": "chon", "ly_do": "x"}, page=plan).text
    asked = post(analyst, f"{plan}/chuyen", {"lam": "chon", "phien": two.first[0], "ly_do": "Luật mới"}, page=plan)
    assert "Chuyển 1 phiên chạy" in asked.text
    assert migration.progress(database, plan.rsplit("/", 1)[1]).waiting == 0, "it was only asked"
    chosen = {"lam": "chon", "phien": two.first[0], "ly_do": "Luật mới", "chac_chan": "1"}
    post(analyst, f"{plan}/chuyen", chosen, page=plan)
    assert "Đang chờ" in analyst.get(plan).text
    drain(database)
    assert commands.find(database, root_id=two.first[0])[0].deployment == two.new
    page = analyst.get(f"{plan}?loc=da-chuyen").text
    assert "CP-1" in page and "hoàn tác được" in page and "Luật mới" in page
    log = analyst.get(f"/phien-chay/{two.first[0]}").text
    assert "Chuyển phiên bản" in log and "Luật mới" in log
    assert re.search(r"phiên bản 1</span> →\s+phiên bản 2", log)
    post(analyst, f"{plan}/hoan-tac", {**chosen, "ly_do": "Nhầm đợt"}, page=plan)
    drain(database)
    assert commands.find(database, root_id=two.first[0])[0].deployment == two.old
    back = analyst.get(plan).text
    assert "Đã hoàn tác" in back and "Đã trở lại như trước khi chuyển" in back and "Lý do hoàn tác: Nhầm đợt" in back


def test_all_that_fit_go_and_what_has_moved_since_stays(signed_in: People, database: Database, two: Two) -> None:
    analyst = signed_in("quantri")
    plan = plan_of(analyst, two)
    post(analyst, f"{plan}/chay-thu", {}, page=plan)
    drain(database)
    post(analyst, f"{plan}/chuyen", {"lam": "tat-ca", "ly_do": "Luật mới", "chac_chan": "1"}, page=plan)
    drain(database)
    assert [commands.find(database, root_id=root)[0].deployment for root in (*two.first, two.second)] == [
        two.new,
        two.new,
        two.old,
    ]
    (item,) = worklist.of_instance(database, two.first[0])
    commands.complete(database, item.id, by="lan")
    assert "đã đi tiếp, không hoàn tác được" in analyst.get(plan).text
    post(analyst, f"{plan}/hoan-tac", {"lam": "tat-ca", "ly_do": "Dừng", "chac_chan": "1"}, page=plan)
    drain(database)
    assert [commands.find(database, root_id=root)[0].deployment for root in two.first] == [two.new, two.old]
    assert "Sửa kế hoạch" not in analyst.get(plan).text


def test_a_plan_is_changed_before_it_is_used(signed_in: People, database: Database, two: Two) -> None:
    analyst = signed_in("phantich")
    plan = plan_of(analyst, two)
    assert "Sửa kế hoạch" in analyst.get(plan).text
    post(analyst, f"{plan}/sua", {"lam": "luu", "buoc/p/b": "b2", "hen_gio": "recompute"})
    kept = migration.plan(database, plan.rsplit("/", 1)[1])
    assert kept.by_hand == {"p/b": "b2"} and kept.timers == "recompute"
    assert '<option value="b2" selected>' in analyst.get(f"{plan}/sua").text


def test_nobody_else_migrates(signed_in: People, two: Two) -> None:
    plan = plan_of(signed_in("phantich"), two)
    for who in ("lanhdao", "truongdonvi", "chuyenvien", "motcua"):
        person = signed_in(who)
        assert person.get(plan).status_code == 403
        for act in ("chay-thu", "chuyen", "hoan-tac", "sua"):
            assert post(person, f"{plan}/{act}", {"ly_do": "x"}, page="/tai-khoan").status_code == 403
    assert signed_in("phantich").get("/chuyen-phien-ban/khong-co").status_code == 404


def test_without_another_version_it_says_what_to_do(signed_in: People, database: Database) -> None:
    only = commands.deploy(database, {"mot.bpmn": OLD}, key="mot").id
    page = signed_in("phantich").get(f"/quy-trinh/{only}/chuyen-phien-ban").text
    assert "Chưa có phiên bản nào khác" in page
