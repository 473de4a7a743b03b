"""An analyst makes a procedure of a national record with the mouse, plants a join that never opens, is told of it, sees
it played, and mends it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from procedures import catalogue
from procedures.actor import Actor
from tests.browser import drawn
from tests.browser.people import Person
from tests.browser.test_drafting import tab
from tests.journeys.system import System

pytestmark = [pytest.mark.browser, pytest.mark.slow]
Enter = Callable[..., Person]
CODE = "2.009999"
RECORD = {
    "code": CODE, "name": "Xác nhận tình trạng nhà ở", "category": {"code": "G17-NO01", "name": "Nhà ở"},
    "channels": [{"method": "DIRECT", "processing": {"qty": 5, "unit": "WORKING_DAY"}, "note": "",
                  "fees": [{"type": "FEE", "value_vnd": 15000, "text": ""}]}],
    "processing_cases": [{"case_code": f"{CODE}.01", "qty": 5, "unit": "WORKING_DAY"}],
    "legal_basis": [{"code": "27/2023/QH15", "name": "Luật Nhà ở"}],
    "steps_raw": [{"name": "Bước 1", "text": "Nộp hồ sơ tại bộ phận một cửa"}],
    "checklist_raw": [{"group": "", "items": [{"code": "A", "name": "Đơn", "original_qty": 1, "copy_qty": 0}]}],
    "results": ["Giấy xác nhận"],
}  # fmt: skip


def test_a_planted_deadlock_is_told_played_and_mended(enter: Enter, system: System) -> None:
    database = system.open()
    catalogue.import_records(database, [("record.json", RECORD)], by=Actor("quantri"))
    database.close()
    page = enter("phan_tich").page
    page.set_default_timeout(60_000)
    page.goto("/soan-thao")
    page.get_by_role("button", name="Tạo bản nháp…").click()
    page.get_by_label("Tên hoặc mã thủ tục").fill(CODE)
    page.get_by_role("button", name="Tìm").click()
    page.get_by_role("table", name="Bản ghi quốc gia").get_by_role("link").first.click()
    page.get_by_role("button", name="Tạo bản nháp").click()

    drawn.ready(page)
    drawn.rename(page, "tham_dinh", "Thẩm định nhà ở")
    drawn.put_on(page, "exclusive-gateway", "tu_xet_ho_so_den_ky_duyet")
    join = page.locator(".djs-element.djs-shape.selected").get_attribute("data-element-id")
    assert join
    drawn.remove(page, "tu_soan_tu_choi_den_ky_duyet")
    drawn.lead(page, "soan_tu_choi", join)
    drawn.element(page, join).click()
    drawn.become(page, "parallel-gateway")
    expect(page.locator(".mc-modeler__mark")).to_have_count(1)

    tab(page, "Kiểm tra")
    page.get_by_role("link", name="Xem đường tới lỗi từng bước").click()
    page.get_by_role("button", name="Bước tiếp").click()
    expect(page.get_by_text("«Thẩm định nhà ở» được làm xong, chọn «Trình ký kết quả»").first).to_be_visible()
    expect(page.get_by_text("Máy đã chạy đúng các bước này")).to_be_visible()
    page.get_by_role("link", name="Kiểm tra").first.click()

    tab(page, "Sơ đồ")
    drawn.ready(page)
    drawn.element(page, join).click()
    drawn.become(page, "exclusive-gateway")
    expect(page.locator(".mc-modeler__mark")).to_have_count(0)
