"""A field that was declared wrongly: the official names it, the citizen mends it on the page, the official sees what
changed. The calendar beside a date is the browser's own; without scripts the date is typed."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from procedures.dossiers.status import STATUSES
from tests.browser.looking import wrong_with
from tests.browser.people import Person
from tests.browser.test_main_journey import received_and_assigned

pytestmark = pytest.mark.browser
Enter = Callable[..., Person]
FIELD = "Ngày, tháng, năm sinh"


def ask_for_birthday(official: Person, code: str) -> None:
    page = official.page
    official.open_task(code, "Thẩm tra hồ sơ")
    page.get_by_text("Giấy tờ cần công dân bổ sung").click()
    page.get_by_text("Mục kê khai cần sửa").click()
    box = page.get_by_role("checkbox", name=FIELD, exact=True)
    box.check()
    lack = page.locator(".mc-lack", has=box)
    lack.get_by_label("Vì sao cần bổ sung").fill("Không khớp giấy chứng sinh.")
    lack.get_by_label("Cách khắc phục").fill("Ghi theo giấy chứng sinh.")
    page.get_by_label("Lý do, ý kiến").fill("Ngày sinh chưa khớp")
    official.press("Yêu cầu bổ sung")


@pytest.mark.parametrize("javascript", [True, False])
def test_the_citizen_mends_the_field_that_was_asked_for(enter: Enter, javascript: bool) -> None:
    clerk, head, official = (enter(role) for role in ("mot_cua", "truong_don_vi", "chuyen_vien"))
    citizen = enter("", javascript=javascript)
    code = received_and_assigned(clerk, head, official)
    ask_for_birthday(official, code)

    citizen.look_up(code)
    citizen.page.get_by_role("button", name="Nộp bổ sung trực tuyến").click()
    day = citizen.page.get_by_label(FIELD, exact=True)
    expect(day).to_have_value("10/11/2026")
    expect(citizen.page.get_by_text("Không khớp giấy chứng sinh. Ghi theo giấy chứng sinh.")).to_be_visible()
    expect(citizen.page.get_by_role("textbox")).to_have_count(1)  # the rest is locked
    if javascript:
        assert wrong_with(citizen.page) == []
        expect(citizen.page.get_by_role("button", name=re.compile("^Mở lịch"))).to_be_visible()
    day.fill("31/02/2026")
    citizen.page.get_by_role("button", name="Gửi phần bổ sung").click()
    expect(citizen.page.get_by_text("Ngày không đúng, ví dụ: 22/11/2026.").last).to_be_visible()
    expect(day).to_have_value("31/02/2026")
    day.fill("09/11/2026")
    citizen.page.get_by_role("button", name="Gửi phần bổ sung").click()
    expect(citizen.page.get_by_text("Đã nhận phần bổ sung")).to_be_visible()
    assert citizen.as_citizen_sees(code)[0] == STATUSES[4]["vi"]

    official.page.goto(f"/ho-so/{code}")
    row = official.page.locator(".mc-changed")
    expect(row).to_contain_text("09/11/2026")
    expect(row).to_contain_text("trước đó: 10/11/2026")
