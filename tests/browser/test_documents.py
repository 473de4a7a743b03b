"""A scan is registered by the clerk, directed by the leader on a phone, and worked on by the unit; doubles are told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import expect

from procedures.letters.rendering import render
from tests.browser.looking import wrong_with
from tests.browser.people import Person
from tests.procedures.documents.office import LETTER

pytestmark = pytest.mark.browser
Enter = Callable[..., Person]
NOTATION = "1204/UBND-NC"


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    path = tmp_path / "cong-van.pdf"
    path.write_bytes(render(LETTER.encode(), {}, at=datetime(2026, 11, 20, tzinfo=UTC)))
    return path


def uploaded(clerk: Person, scan: Path) -> None:
    clerk.page.goto("/van-ban/den")
    clerk.page.get_by_label("Bản quét hoặc văn bản điện tử").set_input_files(scan)
    clerk.page.get_by_role("button", name="Đưa vào khay").click()
    expect(clerk.page.get_by_role("heading", name="Đăng ký văn bản đến")).to_be_visible()


def test_from_the_scan_to_the_unit(enter: Enter, scan: Path) -> None:
    clerk = enter("van_thu")
    uploaded(clerk, scan)
    expect(clerk.page.get_by_label("Số, ký hiệu", exact=True)).to_have_value(NOTATION)
    clerk.page.get_by_role("button", name="Đăng ký, trình lãnh đạo").click()
    expect(clerk.page.get_by_text("Đã đăng ký. Số đến:")).to_be_visible()
    uploaded(clerk, scan)
    expect(clerk.page.get_by_text("Có thể văn bản này đã đến rồi")).to_be_visible()
    clerk.page.get_by_text("Trả lại nơi gửi").first.click()
    clerk.page.get_by_label("Lý do trả lại").fill("Gửi hai lần")
    clerk.page.get_by_role("button", name="Trả lại nơi gửi").click()
    expect(clerk.page.get_by_text("Đã trả lại văn bản cho nơi gửi.")).to_be_visible()

    leader = enter("lanh_dao", size="narrow")
    leader.page.goto(f"/van-ban/den?tim={NOTATION}")
    leader.page.get_by_role("link", name="báo cáo cải cách hành chính quý IV").first.click()
    leader.page.get_by_role("link", name="Cho ý kiến chỉ đạo").click()
    leader.page.get_by_role("textbox", name="Ý kiến chỉ đạo").fill("Giao phòng tham mưu báo cáo")
    leader.page.get_by_role("combobox", name="Đơn vị chủ trì").select_option(label="Ủy ban nhân dân phường Phố Hiến")
    assert wrong_with(leader.page) == []
    leader.page.get_by_role("button", name="Giao đơn vị xử lý").click()

    head = enter("truong_don_vi")
    head.page.goto(f"/van-ban/den?tim={NOTATION}")
    expect(head.page.get_by_text(NOTATION).first).to_be_visible()
    head.page.get_by_role("link", name="báo cáo cải cách hành chính quý IV").first.click()
    expect(head.page.get_by_role("link", name="Phân công chuyên viên")).to_be_visible()
