"""An analyst changes a procedure with the mouse, is shown at its place what is wrong, and mends it; another person
publishes. No shell, no file."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from lxml import etree
from playwright.sync_api import Page, expect

from tests.browser import drawn as canvas
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
    canvas.ready(page)


def tab(page: Page, name: str) -> None:
    page.get_by_role("navigation", name="Các phần của gói").get_by_role("link", name=name).click()


def choose(page: Page, element: str, **picked: str) -> None:
    """Selects an element of the drawing, and picks in the panel beside it: what is meant by the id of each entry."""
    shown = page.locator('[data-entry-id="id"] input')
    if not shown.count() or shown.input_value() != element:
        page.locator(f'.djs-element[data-element-id="{element}"]').first.click(force=True)
        expect(shown).to_have_value(element)
    for entry, value in picked.items():
        field = page.locator(f'[data-entry-id="{entry.replace("_", "-")}"] select')
        with page.expect_response(re.compile("/luu$")):
            field.select_option(value)


def drawn(page: Page) -> str:
    return page.locator("#noi_dung").input_value()


def test_an_analyst_draws_is_told_mends_and_another_publishes(enter: Enter) -> None:
    analyst, other = enter("phan_tich").page, enter("quan_tri").page
    for page in (analyst, other):
        page.set_default_timeout(60_000)  # scenarios are played on pressing some of the buttons
    begin(analyst, "Trích lục, ký gọn")
    choose(analyst, "ky_duyet")
    name = analyst.locator('[data-entry-id="name"]').locator("input, textarea")
    with analyst.expect_response(re.compile("/luu$")):
        name.fill("Ký gọn bản sao")
        name.press("Tab")
    expect(analyst.get_by_text("Đã lưu lúc")).to_be_visible()
    expect(analyst.locator(".mc-modeler__mark")).to_have_count(0)
    choose(analyst, "tu_xet_ky_den_co_ket_qua", mc_way='= hanh_dong = "trinh"')  # no outcome of the step before
    expect(analyst.locator(".mc-modeler__mark").first).to_be_visible()
    choose(analyst, "tu_xet_ky_den_co_ket_qua", mc_way='= hanh_dong = "ky"')
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


def test_what_a_step_does_is_picked_and_never_typed(enter: Enter) -> None:
    page = enter("phan_tich").page
    page.set_default_timeout(60_000)
    begin(page, "Trích lục, chọn")
    before = drawn(page)
    choose(page, "ky_duyet", mc_agency="H31.11", mc_pause="legal", mc_signature="agency", mc_result="thong_bao_tu_choi")
    choose(page, "ky_duyet", mc_term="3", mc_unit="DAY", mc_reminder="P1D", mc_escalate="van_thu", mc_letter="mau-04")
    assert 'candidateGroups="lanh_dao@H31.11"' in drawn(page)
    for written in (
        '<mc:pause kind="legal" />',
        '<mc:signature level="agency" />',
        '<mc:result code="thong_bao_tu_choi" />',
        '<mc:letter template="mau-04" />',
    ):
        assert written in drawn(page)
    assert re.search(r'<mc:term value="3" unit="DAY"[^>]*escalateTo="van_thu"', drawn(page))
    # An outcome's id comes from its words, and is another where one of the step has it.
    group = page.locator('[data-group-id="group-mc-outcomes"]')
    for words in ("Ký duyệt", "Ký thay"):
        count = group.locator(".bio-properties-panel-collapsible-entry").count()
        group.locator(".bio-properties-panel-add-entry").click()
        label = page.locator(f'[data-entry-id="mc-outcome-{count}-label"] input')
        if not label.is_visible():
            group.locator(".bio-properties-panel-collapsible-entry-header").nth(count).click()
        with page.expect_response(re.compile("/luu$")):
            label.fill(words)
            label.press("Tab")
    assert re.findall(r'<mc:outcome id="(ky\w*)"', drawn(page)) == ["ky", "ky_duyet", "ky_thay"]
    # What was written is read as it was meant, and is undone change by change.
    for _step in range(100):
        if extensions(drawn(page)) == extensions(before):
            break
        page.keyboard.press("Control+z")
        page.wait_for_timeout(150)
    assert extensions(drawn(page)) == extensions(before)


def extensions(text: str) -> list[Any]:
    """What stands beside BPMN in a drawing, however it is written down: a default may be said or left out."""
    default = ("tone", "secondary")
    found = [one for one in etree.fromstring(text.encode()).iter("*") if one.prefix in ("mc", "zeebe")]
    return sorted((one.tag, sorted({*one.attrib.items()} - {default})) for one in found)
