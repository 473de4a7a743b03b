"""An analyst changes a procedure with the mouse, is shown at its place what is wrong, and mends it; another person
publishes. No shell, no file."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looking import wrong_with
from tests.browser.people import Person

pytestmark = pytest.mark.browser
Enter = Callable[..., Person]


def begin(page: Page, name: str, of: str = "rích lục") -> None:
    page.goto("/soan-thao")
    page.get_by_role("button", name="Tạo bản nháp…").click()
    page.get_by_label("Tên hoặc mã thủ tục").fill(of)
    page.get_by_role("button", name="Tìm").click()
    page.get_by_role("table", name="Thủ tục đang áp dụng").get_by_role("link", name=of).first.click()
    page.get_by_label("Tên bản nháp").fill(name)
    page.get_by_role("button", name="Tạo bản nháp").click()
    expect(page.get_by_text("Đã tạo bản nháp.")).to_be_visible()


def tab(page: Page, name: str) -> None:
    page.get_by_role("navigation", name="Các phần của gói").get_by_role("link", name=name).click()


def outcome(page: Page, id: str) -> None:
    """Gives the first outcome of the step that is selected another id, with the panel beside the drawing."""
    field = page.locator(".mc-modeler__side").get_by_label("Mã").first
    with page.expect_response(re.compile("/luu$")):
        field.fill(id)
        field.press("Tab")


def test_an_analyst_draws_is_told_mends_and_another_publishes(enter: Enter) -> None:
    analyst, other = enter("phan_tich").page, enter("quan_tri").page
    for page in (analyst, other):
        page.set_default_timeout(60_000)  # scenarios are played on pressing some of the buttons
    begin(analyst, "Trích lục, ký gọn")
    analyst.locator('.djs-element[data-element-id="ky_duyet"]').click()
    name = analyst.locator(".mc-modeler__side").get_by_label("Tên", exact=True)
    with analyst.expect_response(re.compile("/luu$")):
        name.fill("Ký gọn bản sao")
        name.press("Tab")
    expect(analyst.get_by_text("Đã lưu lúc")).to_be_visible()
    expect(analyst.locator(".mc-modeler__mark")).to_have_count(0)
    outcome(analyst, "ky_roi")  # an outcome that no flow takes
    sign = analyst.locator(".mc-modeler__mark").first
    expect(sign).to_be_visible()
    assert "ky_roi" in " ".join(one.get_attribute("title") or "" for one in analyst.locator(".mc-modeler__mark").all())
    outcome(analyst, "ky")
    expect(analyst.locator(".mc-modeler__mark")).to_have_count(0)
    assert wrong_with(analyst) == []
    analyst.set_viewport_size({"width": 1280, "height": 900})

    tab(analyst, "Kịch bản")
    analyst.get_by_role("button", name="Chơi mọi kịch bản").click()
    expect(analyst.get_by_text("9 kịch bản đạt, 0 chưa đạt.")).to_be_visible(timeout=60_000)
    tab(analyst, "Kiểm tra")
    analyst.get_by_role("button", name="Trình duyệt").click()
    expect(analyst.get_by_text("Bạn đã soạn hoặc trình bản này")).to_be_visible(timeout=60_000)

    other.goto("/soan-thao")
    other.get_by_role("link", name="Trích lục, ký gọn").click()
    tab(other, "Kiểm tra")
    other.get_by_role("button", name="Duyệt và ban hành").click()
    other.get_by_role("link", name=re.compile("^Phiên bản 2 của")).click()
    other.get_by_text("Quy trình bằng lời").click()
    expect(other.get_by_role("listitem").filter(has_text="Ký gọn bản sao").first).to_be_visible()
