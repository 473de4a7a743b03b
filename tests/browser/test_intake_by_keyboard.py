"""An intake by the keyboard alone: how many keys, tab stops and pages it takes, held by figures."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.people import CHILD, Person

pytestmark = pytest.mark.browser
Enter = Callable[..., Person]

CARD = "033190004321||Trần Thị Mai|20051990|Nữ|Phường Phố Hiến, tỉnh Hưng Yên|01072021"
#: From the first field of the page to the button that receives; 70 in November 2026, before the page was made for it.
MOST_STOPS = 30
MOST_KEYS = 160  # without what a scanner types; names, dates and places are most of them


class Keys:
    """Counts what is pressed."""

    def __init__(self, page: Page) -> None:
        self.page, self.pressed = page, 0

    def press(self, key: str, times: int = 1) -> None:
        for _ in range(times):
            self.page.keyboard.press(key)
        self.pressed += times

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)
        self.pressed += len(text)

    def to(self, name: str) -> None:
        """Tabs on until the field of that name has the focus."""
        for _ in range(40):
            if self.page.evaluate("document.activeElement.name") == name:
                return
            self.press("Tab")
        raise AssertionError(f"no way to {name} by Tab")


def stops(page: Page) -> int:
    """How often Tab is pressed from the field that has the focus to the button that receives."""
    for count in range(100):
        if page.evaluate("document.activeElement.matches('button[data-receive]')"):
            return count
        page.keyboard.press("Tab")
    raise AssertionError("Tab does not come to the button")


def test_a_birth_is_taken_down_by_the_keyboard(enter: Enter) -> None:
    clerk = enter("mot_cua")
    page, pages = clerk.page, []
    page.goto("/mot-cua/tiep-nhan")
    page.on("framenavigated", lambda frame: pages.append(frame.url) if frame == page.main_frame else None)
    keys = Keys(page)
    keys.type("kha")  # the focus stands in the search
    keys.press("Enter")
    page.wait_for_url("**/tiep-nhan/*.*")
    assert page.evaluate("document.activeElement.name") == "so_dinh_danh"
    way = stops(page)
    assert way <= MOST_STOPS
    page.locator("#so_dinh_danh").focus()
    page.keyboard.type(CARD)  # by a scanner
    page.keyboard.press("Enter")
    expect(page.get_by_label("Họ tên người nộp")).to_have_value("Trần Thị Mai")
    expect(page.locator("#so_dinh_danh")).to_have_value("033190004321")
    expect(page.get_by_label("Địa chỉ")).to_have_value("Phường Phố Hiến, tỉnh Hưng Yên")
    keys.to("quan_he")
    keys.type("M")
    keys.to("ho_ten_tre")
    keys.type(CHILD)
    keys.to("gioi_tinh")
    keys.press(" ")
    keys.to("ngay_sinh_tre")
    keys.type("10/11/2026")
    keys.to("noi_sinh")
    keys.type("BV tỉnh")
    keys.to("ho_ten_me")
    keys.type("Trần Thị Mai")
    keys.to("ngay_sinh_me")
    keys.type("20/05/1990")
    keys.to("noi_cu_tru_me")
    keys.type("Phố Hiến")
    keys.press("F8")
    expect(page.locator("input[data-required]:not(:checked)")).to_have_count(0)
    keys.press("Control+Enter")
    expect(page.get_by_text("Đã tiếp nhận hồ sơ")).to_be_visible()
    assert page.evaluate("document.activeElement.matches('[data-print-paper]')"), "Enter prints the receipt"
    print(f"keys {keys.pressed}, tab stops {way}, pages {len(pages)}")
    assert keys.pressed <= MOST_KEYS and len(pages) == 2


def test_a_tab_that_is_closed_loses_nothing(enter: Enter) -> None:
    clerk = enter("mot_cua")
    clerk.choose_procedure("kha", "Đăng ký khai sinh")
    page = clerk.page
    address = page.url
    with page.expect_response(lambda answer: answer.url.endswith("/dang-nhap-do")):
        page.get_by_label("Họ tên người nộp").fill("Nguyễn Văn Dở Dang")
    page.goto("about:blank")
    with page.expect_response(lambda answer: answer.url.endswith("/dang-nhap-do")):
        page.goto(address)
    expect(page.get_by_label("Họ tên người nộp")).to_have_value("Nguyễn Văn Dở Dang")
    page.goto(address)
    expect(page.get_by_label("Họ tên người nộp")).to_have_value("Nguyễn Văn Dở Dang")
    page.get_by_role("link", name="Bỏ nội dung nhập dở").click()
    expect(page.get_by_label("Họ tên người nộp")).to_have_value("")
    page.goto(address)
    expect(page.get_by_label("Họ tên người nộp")).to_have_value("")
