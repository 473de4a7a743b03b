"""An instance mended by hand and a version changed, as an administrator and an analyst do it in front of a screen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from engine.worker import drain
from tests.browser.looking import wrong_with
from tests.browser.people import Person
from tests.browser.steered import Steered, seed
from tests.journeys.system import System, copied

pytestmark = pytest.mark.browser
Enter = Callable[..., Person]


@pytest.fixture
def system(sample_home: tuple[Path, dict[str, Any]], tmp_path: Path) -> Iterator[System]:
    """A server without a worker: the test does the jobs itself, and knows when they are done."""
    template, known = sample_home
    with System(copied(template, tmp_path / "home"), known, workers=0) as running:
        yield running


@pytest.fixture
def steered(system: System) -> Iterator[Steered]:
    """What there is to steer, put into the running installation."""
    database = system.open()
    seed(database)
    yield Steered(database)
    database.close()


def test_what_stopped_is_mended_and_goes_on(enter: Enter, steered: Steered) -> None:
    page = enter("quan_tri").page
    page.goto("/su-co")
    page.get_by_role("link", name="SC-7").click()
    expect(page.get_by_role("heading", name="Dừng ở “Tính điểm” vì sự cố")).to_be_visible()
    page.get_by_role("link", name="Sửa dữ liệu của nhánh này…").click()
    row = page.get_by_role("group", name="diem")
    row.get_by_label("Kiểu").select_option(label="Số")
    row.get_by_label("Giá trị").fill("bảy")
    page.get_by_label("Lý do").fill("Gõ nhầm lúc tiếp nhận")
    page.get_by_role("button", name="Xem trước thay đổi").click()
    expect(page.get_by_role("alert")).to_contain_text("Viết một số")
    assert wrong_with(page) == []
    page.get_by_role("group", name="diem").get_by_label("Giá trị").fill("7,5")
    page.get_by_role("button", name="Xem trước thay đổi").click()
    expect(page.get_by_role("table", name="Dữ liệu sẽ thay đổi")).to_contain_text("7,5")
    assert wrong_with(page) == []
    page.get_by_role("button", name="Ghi dữ liệu").click()
    expect(page.get_by_role("status")).to_contain_text("Đã ghi dữ liệu")
    page.get_by_role("link", name="Cho chạy lại…").click()
    expect(page.get_by_text("Việc sẽ mở: Việc ky.")).to_be_visible()
    page.get_by_label("Lý do").fill("Đã sửa điểm")
    page.get_by_role("button", name="Cho chạy lại").click()
    expect(page.get_by_role("status")).to_contain_text("Đã cho chạy lại")
    expect(page.get_by_role("row", name="Việc ky").first).to_contain_text("Chờ người xử lý")


def test_many_incidents_are_tried_again_and_each_has_its_result(enter: Enter, steered: Steered) -> None:
    page = enter("phan_tich").page
    page.goto("/su-co")
    page.get_by_role("checkbox").check(force=True)
    page.get_by_label("Lý do cho chạy lại").fill("Thử sau khi khởi động lại dịch vụ")
    page.get_by_role("button", name="Cho chạy lại các sự cố đã chọn").click()
    expect(page.get_by_text("0/1 sự cố đã chạy tiếp.")).to_be_visible()
    expect(page.get_by_role("cell").last).to_contain_text("Sự cố lặp lại")
    assert wrong_with(page) == []


def test_a_version_is_changed_without_scripts(enter: Enter, steered: Steered) -> None:
    page = enter("phan_tich", javascript=False).page
    plan = next(one for one in steered.plans() if one.by_hand)
    page.goto(f"/chuyen-phien-ban/{plan.id}")
    page.get_by_role("button", name="Chạy thử tất cả phiên đang chạy").click()
    expect(page.get_by_text("Công việc chạy nền, có thể rời trang này.")).to_be_visible()
    drain(steered.database)
    page.goto(f"/chuyen-phien-ban/{plan.id}?loc=vua")
    page.get_by_label("Chọn phiên chạy CP-3").check()
    page.get_by_label("Lý do").fill("Theo quy định mới")
    page.get_by_role("button", name="Chuyển các phiên đã chọn…").click()
    expect(page.get_by_role("heading", name="Chuyển 1 phiên chạy sang phiên bản mới?")).to_be_visible()
    page.get_by_role("button", name="Chuyển phiên bản").click()
    drain(steered.database)
    page.goto(f"/chuyen-phien-ban/{plan.id}?loc=da-chuyen")
    expect(page.get_by_text("hoàn tác được", exact=True)).to_be_visible()
    page.get_by_role("link", name="CP-3").click()
    expect(page.get_by_role("row", name="Việc b2").first).to_be_visible()
