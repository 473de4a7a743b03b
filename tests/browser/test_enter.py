"""Enter in a field decides nothing, gives nothing back and ends no step: only its button does."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.people import Person
from tests.browser.test_main_journey import received_and_assigned

pytestmark = pytest.mark.browser
Enter = Callable[..., Person]


def test_enter_in_a_field_of_a_form_with_several_buttons_does_nothing(enter: Enter) -> None:
    clerk, head, official = (enter(role) for role in ("mot_cua", "truong_don_vi", "chuyen_vien"))
    code = received_and_assigned(clerk, head, official)
    page = official.page

    # a step: the first outcome is not taken
    official.open_task(code, "Thẩm tra hồ sơ")
    task = page.url
    page.get_by_text("Giấy tờ cần công dân bổ sung").click()
    day = page.get_by_role("textbox", name="Bổ sung chậm nhất ngày")
    day.fill("05/12/2030")
    day.press("Enter")
    expect(day).to_have_value("05/12/2030")
    assert page.url == task

    # the worklist: the ticked task stays with its holder
    page.goto("/cong-viec")
    row = page.locator("tr", has_text=code)
    row.get_by_role("checkbox").check()
    page.get_by_text("Chuyển các việc đã chọn cho người khác").click()
    page.get_by_label("Lý do chuyển").fill("Nghỉ phép")
    page.get_by_label("Lý do chuyển").press("Enter")
    expect(row.get_by_role("checkbox")).to_be_checked()

    # the leader's decision: nothing is signed
    page.goto(f"/ho-so/{code}")
    page.get_by_text("Đề nghị gia hạn (Mẫu 04)").click()
    page.get_by_label("Gia hạn thêm").fill("1")
    page.get_by_label("Gia hạn thêm").press("Enter")
    expect(page.get_by_label("Gia hạn thêm")).to_have_value("1")
    page.get_by_label("Lý do", exact=True).fill("Phải xác minh thêm")
    page.get_by_role("button", name="Gửi đề nghị").click()
    leader = enter("lanh_dao")
    leader.page.goto(f"/ho-so/{code}")
    leader.page.get_by_label("Ý kiến của lãnh đạo").fill("Không đồng ý")
    leader.page.get_by_label("Ý kiến của lãnh đạo").press("Enter")
    expect(leader.page.get_by_label("Ý kiến của lãnh đạo")).to_have_value("Không đồng ý")
    expect(leader.page.get_by_role("button", name="Đồng ý, ký Mẫu 04")).to_be_visible()
