"""An analyst changes a form and a decision with the mouse, and what was not changed stays as it was written."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.looking import wrong_with
from tests.browser.people import Person
from tests.browser.test_drafting import begin, tab

pytestmark = pytest.mark.browser
Enter = Callable[..., Person]


def lines(page: Page) -> list[str]:
    return page.locator("#noi_dung").input_value().splitlines()


def changed(before: list[str], after: list[str]) -> tuple[list[str], list[str]]:
    return [one for one in before if one not in after], [one for one in after if one not in before]


def test_a_form_and_a_decision_are_changed_with_the_mouse(enter: Enter) -> None:
    page = enter("phan_tich").page
    page.set_default_timeout(30_000)
    begin(page, "Chứng thực, sửa", "hứng thực")

    tab(page, "Biểu mẫu")
    page.locator("a[href*='to-khai.form']").first.click()
    before = lines(page)
    page.locator(".fjs-form-editor .fjs-element", has_text="Số bản").last.click()
    page.locator(".bio-properties-panel-group-header", has_text="Thủ tục").click()
    rule = page.get_by_label("Quy tắc (FEEL)")
    with page.expect_response(re.compile("/luu$")):
        rule.fill("=so_ban < 50")
        rule.press("Tab")
    gone, new = changed(before, lines(page))
    assert gone == [] and any("so_ban < 50" in one for one in new) and len(new) <= 4, (gone, new)
    palette = page.locator(".fjs-palette-field:visible").all_inner_texts()
    assert "Ô chữ một dòng" in palette and not {"Bảng", "Table", "iFrame", "Image view", "Nút"} & set(palette)
    before = lines(page)
    with page.expect_response(re.compile("/luu$")):
        page.locator('.fjs-palette-field[data-field-type="checkbox"]').drag_to(
            page.locator(".fjs-form-editor .fjs-element").last
        )
    assert json.loads("\n".join(lines(page))) and any('"checkbox"' in one for one in changed(before, lines(page))[1])
    assert wrong_with(page, without=".mc-form-editor") == []
    page.set_viewport_size({"width": 1280, "height": 900})

    tab(page, "Quyết định")
    before = lines(page)
    cell = page.locator("td.output-cell").first
    cell.click()
    with page.expect_response(re.compile("/luu$")):
        page.keyboard.press("End")
        page.keyboard.type(" + 1")
        page.locator("td.annotation").first.click()
    gone, new = changed(before, lines(page))
    assert any("+ 1" in one for one in new) and len(new) <= 3, (gone, new)
    assert wrong_with(page, without=".mc-decisions") == []

    tab(page, "Giấy tờ")
    page.locator("#noi_dung").focus()
    page.keyboard.press("Control+End")
    with page.expect_response(re.compile("/luu$")):
        page.get_by_role("button", name="Họ tên người nộp", exact=True).click()
    assert lines(page)[-1].endswith('#get("ho_ten")')
    with page.expect_response(re.compile("/luu$")):
        page.keyboard.type("\n#khong_co")
    page.get_by_role("button", name=re.compile("^Tới dòng")).click()
    assert page.evaluate("getSelection().toString()") == "#khong_co"
    assert wrong_with(page) == []
