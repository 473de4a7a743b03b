"""What people do at the pages, in their words: no page knows that it is being tested."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pypdfium2
from playwright.sync_api import Page, expect

from tests.journeys.system import System

PHONE = "0912345678"
CHILD = "Nguyễn Minh Khôi"
MOTHER = "Trần Thị Mai"
MOMENT = re.compile(r"\d\d/\d\d/\d{4} \d\d:\d\d")


@dataclass
class Person:
    """Somebody in front of a browser."""

    page: Page
    system: System

    def sign_in(self, account: Mapping[str, str]) -> None:
        self.page.goto("/dang-nhap")
        self.page.get_by_label("Tên đăng nhập").fill(account["username"])
        self.page.get_by_label("Mật khẩu").fill(account["password"])
        self.page.get_by_role("button", name="Đăng nhập", exact=True).click()
        expect(self.page.get_by_role("button", name="Đăng xuất")).to_be_visible()

    # -- at the counter -----------------------------------------------------------------------------------------------

    def choose_procedure(self, letters: str, name: str) -> None:
        """The procedure by a few letters of its name."""
        self.page.goto("/mot-cua")
        self.page.get_by_role("button", name="Tiếp nhận hồ sơ").click()
        self.page.get_by_label("Tìm thủ tục").fill(letters)
        self.page.get_by_role("button", name="Tìm").click()
        self.page.get_by_role("link", name=name, exact=True).click()

    def take_down_birth(self, *, child: str = CHILD, online: bool = False) -> None:
        """Fills in a birth registration and ticks the two papers that are required."""
        page = self.page
        page.get_by_label("Họ tên người nộp").fill(MOTHER)
        page.get_by_label("Số định danh, mã số thuế").fill("033190001234")
        page.get_by_label("Điện thoại").fill(PHONE)
        page.get_by_label("Quan hệ với người được khai sinh").select_option(label="Mẹ")
        page.get_by_label("Họ, chữ đệm, tên của trẻ").fill(child)
        page.get_by_role("radio", name="Nam", exact=True).check()
        page.get_by_label("Ngày, tháng, năm sinh", exact=True).fill("10/11/2026")
        page.get_by_label("Nơi sinh").fill("Bệnh viện Đa khoa tỉnh Hưng Yên")
        page.get_by_label("Họ, chữ đệm, tên của mẹ").fill(MOTHER)
        page.get_by_label("Ngày, tháng, năm sinh của mẹ", exact=True).fill("20/05/1990")
        page.get_by_label("Nơi cư trú của mẹ").fill("Phường Phố Hiến, tỉnh Hưng Yên")
        page.get_by_role("checkbox", name=re.compile("^Tờ khai đăng ký khai sinh")).check()
        page.get_by_role("checkbox", name=re.compile("^Giấy chứng sinh")).check()

    def receive(self) -> str:
        """Receives what was taken down; the dossier's code."""
        self.page.get_by_role("button", name="Tiếp nhận và in Giấy tiếp nhận").click()
        expect(self.page.get_by_text("Đã tiếp nhận hồ sơ")).to_be_visible()
        return self.page.get_by_role("heading", level=1).inner_text().split("\n")[-1].strip()

    def download(self, name: str, folder: Path) -> str:
        """Opens a paper by its link; the text of the PDF."""
        address = self.page.get_by_role("link", name=name, exact=True).first.get_attribute("href")
        answer = self.page.context.request.get(address or "")
        assert answer.ok and answer.headers["content-type"] == "application/pdf"
        path = folder / "paper.pdf"
        path.write_bytes(answer.body())
        return pdf_text(path)

    # -- at the worklist ----------------------------------------------------------------------------------------------

    def open_task(self, code: str, name: str) -> None:
        """Opens a task of the dossier from the worklist and makes it one's own where nobody has it."""
        for tab in ("cua-toi", "don-vi"):
            self.page.goto(f"/cong-viec?muc={tab}&tim={code}")
            link = self.page.get_by_role("link", name=re.compile(f"^{re.escape(name)}"))
            if link.count():
                link.first.click()
                break
        else:
            raise AssertionError(f"{name} of {code} is on no tab: {self.page.inner_text('main')}")
        claim = self.page.get_by_role("button", name="Nhận việc", exact=True)
        if claim.count():
            claim.click()

    def press(self, outcome: str) -> None:
        """Ends the task by a button that bears the outcome's name."""
        self.page.get_by_role("button", name=outcome, exact=True).click()
        expect(self.page.get_by_text("Đã xử lý xong bước")).to_be_visible()

    def make_result(self) -> None:
        """Has the result paper made from the bundle's template."""
        self.page.get_by_role("button", name="Lập theo mẫu").click()
        expect(self.page.get_by_text("Đã có giấy tờ kết quả.")).to_be_visible()

    # -- what is seen -------------------------------------------------------------------------------------------------

    def as_official_sees(self, code: str) -> tuple[str, str]:
        """Status and promised date on the dossier page."""
        self.page.goto(f"/ho-so/{code}")
        strip = self.page.locator(".mc-strip")
        status = strip.locator(".mc-tag").first.inner_text().strip()
        dates = strip.locator(".mc-due__date")
        return status, _moment(dates.first.inner_text() if dates.count() else "")

    def look_up(self, code: str, fact: str = PHONE) -> None:
        """Tracks by code and phone."""
        self.page.goto("/tra-cuu")
        self.page.get_by_label("Mã hồ sơ").fill(code)
        self.page.get_by_label("Số điện thoại hoặc số định danh").fill(fact)
        self.page.get_by_role("button", name="Xem hồ sơ").click()
        expect(self.page.get_by_text("Hồ sơ đang ở đâu")).to_be_visible()

    def as_citizen_sees(self, code: str) -> tuple[str, str]:
        """Status and promised date on the tracking page."""
        self.look_up(code)
        status = self.page.locator(".mc-card .mc-tag").first.inner_text().strip()
        promise = self.page.locator(".mc-promise")
        return status, _moment(promise.inner_text() if promise.count() else "")


def _moment(text: str) -> str:
    found = MOMENT.search(text)
    return found[0] if found else ""


def pdf_text(path: Path) -> str:
    """The words of a PDF's pages."""
    document = pypdfium2.PdfDocument(path)
    try:
        return "\n".join(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()
