"""From the procedure to the paid confirmation on a phone, with a line that breaks and a tab that is closed on the way,
with scripts and without."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SIZES, Enter
from tests.browser.looking import wrong_with
from tests.browser.people import CHILD, MOTHER, Person
from tests.journeys.system import System, copied
from tests.procedures.town import PDF
from tests.serving import serving
from web.simulators.payments import Gateway, serve

pytestmark = pytest.mark.browser
SECRET = "bí mật chung"
PIECE = 1024 * 1024


@pytest.fixture
def gateway() -> Iterator[tuple[str, Gateway]]:
    server, known = serve(SECRET)
    with serving(server) as address:
        yield address, known


@pytest.fixture
def system(sample_home: tuple[Path, dict[str, Any]], tmp_path: Path, gateway: tuple[str, Gateway]) -> Iterator[System]:
    """A server and a worker with a payment gateway."""
    template, known = sample_home
    settings = {"MOTCUA_PAYMENT_URL": gateway[0], "MOTCUA_PAYMENT_SECRET": SECRET}
    with System(copied(template, tmp_path / "home"), known, settings=settings) as running:
        yield running


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    """A paper of two and a half pieces."""
    path = tmp_path / "giấy chứng sinh.pdf"
    path.write_bytes(PDF.replace(b"%%EOF", b"%" + b"x" * (2 * PIECE + PIECE // 2) + b"\n%%EOF"))
    return path


def sign_in(person: Person) -> None:
    page = person.page
    page.get_by_label("Số điện thoại di động hoặc thư điện tử").fill("0912 345 678")
    page.get_by_role("button", name="Gửi mã cho tôi").click()
    folder = person.system.home / "sms"
    for _wait in range(200):
        sent = [one.read_text("utf-8") for one in folder.glob("*.txt")]
        found = [re.search(r"\b\d{6}\b", one) for one in sent if "Mã đăng nhập" in one]
        if found and found[0]:
            break
        time.sleep(0.1)
    assert found and found[0], "no message was sent"
    page.get_by_label("Mã 6 chữ số").fill(found[0][0])
    page.get_by_role("button", name="Đăng nhập", exact=True).click()


def go_on(page: Page, look: Callable[[], None]) -> None:
    look()
    page.get_by_role("button", name="Lưu và tiếp tục").click()


@pytest.mark.parametrize(
    "scripts", [pytest.param(True, id="scripts"), pytest.param(False, id="plain", marks=pytest.mark.slow)]
)
def test_a_birth_from_the_phone(
    enter: Enter, system: System, paper: Path, gateway: tuple[str, Gateway], scripts: bool
) -> None:
    person = enter(javascript=scripts, size="narrow")
    page, number = person.page, 0

    def look() -> None:
        nonlocal number
        number += 1
        folder = os.environ.get("MOTCUA_PICTURES")
        for name, size in SIZES.items() if folder and scripts else ():
            page.set_viewport_size(size)
            page.screenshot(path=Path(folder or "") / f"nop-{number:02d}-{name}.png", full_page=True)
        if scripts:
            assert wrong_with(page) == []
        page.set_viewport_size(SIZES["narrow"])

    page.goto("/thu-tuc/1.001193")
    page.get_by_role("button", name="Nộp hồ sơ trực tuyến").click()
    look()
    sign_in(person)
    look()
    page.get_by_role("button", name="Bắt đầu soạn hồ sơ").click()
    page.get_by_label("Cơ quan nhận hồ sơ").select_option(index=1)
    go_on(page, look)
    page.get_by_label("Họ và tên").fill(MOTHER.lower())
    page.get_by_label("Địa chỉ").fill("Phường Phố Hiến, tỉnh Hưng Yên")
    go_on(page, look)
    page.get_by_label("Quan hệ với người được khai sinh").select_option(label="Mẹ")
    go_on(page, look)
    page.get_by_label("Họ, chữ đệm, tên của trẻ").fill(CHILD)
    page.get_by_role("radio", name="Nam", exact=True).check()
    page.get_by_label("Ngày, tháng, năm sinh", exact=True).fill("31/02/2026")
    page.get_by_label("Nơi sinh").fill("Bệnh viện Đa khoa tỉnh Hưng Yên")
    if scripts:  # said as soon as the field is left
        page.get_by_label("Nơi sinh").blur()
        expect(page.locator("#ngay_sinh_tre-error")).to_be_visible()
    go_on(page, look)
    expect(page.get_by_role("alert")).to_be_visible()
    look()
    expect(page.get_by_label("Họ, chữ đệm, tên của trẻ")).to_have_value(CHILD)
    page.get_by_label("Ngày, tháng, năm sinh", exact=True).fill("10/11/2026")
    go_on(page, look)
    expect(page.get_by_text(MOTHER)).to_be_visible()  # as she has said, in its proper form; she is not asked again
    expect(page.get_by_label("Họ, chữ đệm, tên của mẹ")).to_have_count(0)
    page.get_by_label("Ngày, tháng, năm sinh của mẹ", exact=True).fill("20/05/1990")
    go_on(page, look)
    while "giay-to" not in page.url:
        copies = page.get_by_label("Số bản sao Trích lục", exact=False)
        if copies.count():
            copies.first.fill("2")
        go_on(page, look)
    look()
    page = person.page = upload_over_a_broken_line(page, paper) if scripts else upload(page, paper)
    expect(page.get_by_text("giấy chứng sinh.pdf").first).to_be_visible()
    while "kiem-tra" not in page.url:
        go_on(page, look)
    look()
    expect(page.get_by_text(CHILD).first).to_be_visible()
    page.get_by_label("Tôi cam đoan").check()
    page.get_by_role("button", name="Nộp hồ sơ", exact=True).click()
    expect(page.get_by_role("heading", name="Đã nộp hồ sơ")).to_be_visible()
    look()
    page.get_by_role("button", name="Nộp phí trực tuyến").click()
    look()
    ours = page.url
    page.get_by_role("button", name="Sang cổng thanh toán").click()
    page.get_by_role("button", name="Thanh toán").click()
    expect(page.get_by_text("Biên lai đã được lập.")).to_be_visible()
    assert page.url.partition("?")[0] == ours.partition("?")[0], "back on the page that sent them"
    look()
    page.goto("/cong-dan/ho-so")
    expect(page.get_by_text("Đã gửi, chờ tiếp nhận")).to_be_visible()
    expect(page.get_by_text("Trả lời trước")).to_be_visible()
    look()


def upload(page: Page, paper: Path) -> Page:
    """By a plain form; the tab is closed afterwards, and the list leads back."""
    page.get_by_label("Chọn tệp hoặc chụp ảnh").set_input_files(paper)
    page.get_by_role("button", name="Tải lên").click()
    expect(page.get_by_text("giấy chứng sinh.pdf").first).to_be_visible()
    again = page.context.new_page()
    page.close()
    again.goto("/cong-dan/ho-so")
    again.get_by_role("link", name="Đăng ký khai sinh").first.click()
    return again


def upload_over_a_broken_line(page: Page, paper: Path) -> Page:
    """The line breaks after the first piece, and the tab is closed; the same file chosen again goes on."""
    pieces: list[str] = []

    def break_line(route: Any) -> None:
        if route.request.method == "PATCH":
            pieces.append(route.request.headers["upload-offset"])
            if len(pieces) > 1:
                route.abort()
                return
        route.continue_()

    page.route("**/tep-dang-tai/*", break_line)
    page.get_by_label("Chọn tệp hoặc chụp ảnh").set_input_files(paper)
    while len(pieces) < 2:
        page.wait_for_timeout(100)
    here, again = page.url, page.context.new_page()
    page.close()
    asked: list[tuple[str, str]] = []
    again.on(
        "request",
        lambda one: asked.append((one.method, one.headers.get("upload-offset", ""))) if "tep" in one.url else None,
    )
    again.goto(here)
    again.get_by_label("Chọn tệp hoặc chụp ảnh").set_input_files(paper)
    expect(again.get_by_text("Bỏ tệp này")).to_be_visible()
    assert ("PATCH", str(PIECE)) in asked and ("PATCH", "0") not in asked and "POST" not in dict(asked)
    return again
