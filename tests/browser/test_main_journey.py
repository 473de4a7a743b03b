"""A birth registration from the counter to its result: four people at four browsers, and the citizen who watches."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from engine import calendar
from engine.store import Database
from procedures import bundles, deadlines, dossiers
from tests.browser.people import CHILD, MOTHER, PHONE, Person
from tests.journeys.system import System

pytestmark = pytest.mark.browser
BIRTH = "Đăng ký khai sinh"
#: What the citizen brings later: a scan on one page.
SCAN = (b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1"
        b" >>\nendobj\n3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>\nendobj\n"
        b"trailer\n<< /Root 1 0 R >>\n%%EOF\n")
Enter = Callable[..., Person]


def law_says(system: System, code: str) -> tuple[str, list[str]]:
    """The due date of the dossier by the pure calendar, as a page writes it, and the Vietnamese reasons: from the
    receipt, the bundle's term and the pauses that really were."""
    database = Database(system.url)
    try:
        with database.begin() as tx:
            dossier = dossiers.by_code(tx, code)
            assert dossier is not None
            term = bundles.of_version(tx, dossier.version).term
            clock = deadlines.of(tx, dossier.id)
    finally:
        database.close()
    pauses = [{"from": p.start.isoformat(), "effect": p.effect} | ({"to": p.end.isoformat()} if p.end else {})
              for p in clock.pauses]
    said = calendar.answer({"received": dossier.received_at.isoformat(), "term": {"value": term["value"], "unit": term["unit"]},
                            "start": term["start"], "cutoff": term.get("cutoff"), "pauses": pauses})
    due = said["due"]
    when = f"{due[8:10]}/{due[5:7]}/{due[:4]} {due[11:16]}" if due else ""
    return when, [reason["text"]["vi"] for reason in said["explanation"]]


def agree(clerk: Person, citizen: Person, code: str, status: str) -> None:
    """What the official's page says, the citizen's says too; and the date is the law's, with its reasons."""
    official, public = clerk.as_official_sees(code), citizen.as_citizen_sees(code)
    assert official == public
    assert official[0] == status
    due, reasons = law_says(clerk.system, code)
    assert official[1] == due
    citizen.page.get_by_text("Vì sao là ngày này?").click()
    explained = citizen.page.locator(".govuk-details__text").inner_text()
    for reason in reasons:
        assert reason in explained
        assert reason in clerk.page.locator("main").inner_text()


def test_a_birth_goes_from_the_counter_to_its_result_and_the_citizen_sees_each_stage(enter: Enter, tmp_path: Path) -> None:
    clerk, head, official, leader, citizen = (enter(role) for role in (
        "mot_cua", "truong_don_vi", "chuyen_vien", "lanh_dao", ""))

    clerk.choose_procedure("kha", BIRTH)
    clerk.take_down_birth()
    code = clerk.receive()
    receipt = clerk.download("Giấy tiếp nhận hồ sơ và hẹn trả kết quả", tmp_path)
    assert code in receipt and MOTHER in receipt
    agree(clerk, citizen, code, "Đã tiếp nhận")

    head.open_task(code, "Phân công công chức giải quyết")
    head.page.get_by_label("Công chức giải quyết").select_option(value=official.system.account("chuyen_vien")["username"])
    head.press("Phân công")
    agree(clerk, citizen, code, "Đang giải quyết")

    ask_for_birth_certificate(official, code)
    agree(clerk, citizen, code, "Chờ bổ sung")
    citizen.look_up(code)
    expect(citizen.page.get_by_text("Bản chụp mờ, không đọc được.")).to_be_visible()
    slip = citizen.download("Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ", tmp_path)
    assert code in slip and "Bản chụp mờ, không đọc được." in slip

    clerk.page.goto(f"/mot-cua/ho-so/{code}")
    clerk.page.get_by_role("button", name="Nhận giấy tờ bổ sung").click()
    expect(clerk.page.get_by_text("Đã nhận giấy tờ bổ sung")).to_be_visible()
    agree(clerk, citizen, code, "Đang giải quyết")

    finish(official, leader, code)
    agree(clerk, citizen, code, "Đã xử lý xong")

    clerk.page.goto("/mot-cua")
    clerk.page.get_by_role("link", name=code).first.click()
    sign_for_result(clerk)
    assert clerk.as_official_sees(code)[0] == citizen.as_citizen_sees(code)[0] == "Đã trả kết quả"
    certificate = citizen.download("Giấy khai sinh", tmp_path)
    assert CHILD.upper() in certificate.upper()
    citizen.page.get_by_role("link", name="Kiểm tra", exact=True).first.click()
    expect(citizen.page.get_by_text(leader.system.known["names"]["lanh_dao"]) if "names" in leader.system.known
           else citizen.page.get_by_role("heading", level=1)).to_be_visible()


def ask_for_birth_certificate(official: Person, code: str) -> None:
    page = official.page
    official.open_task(code, "Thẩm tra hồ sơ")
    page.get_by_text("Giấy tờ cần công dân bổ sung").click()
    page.get_by_role("checkbox", name=re.compile("^Giấy chứng sinh")).check()
    lack = page.locator(".mc-lack", has=page.get_by_role("checkbox", name=re.compile("^Giấy chứng sinh")))
    lack.get_by_label("Vì sao cần bổ sung").fill("Bản chụp mờ, không đọc được.")
    lack.get_by_label("Cách khắc phục").fill("Nộp bản rõ.")
    page.get_by_label("Lý do, ý kiến").fill("Giấy chứng sinh chưa đọc được")
    official.press("Yêu cầu bổ sung")


def finish(official: Person, leader: Person, code: str) -> None:
    official.open_task(code, "Thẩm tra hồ sơ")
    official.press("Hồ sơ đạt, đăng ký khai sinh")
    register(official, code)
    leader.open_task(code, "Ký kết quả giải quyết")
    leader.press("Ký duyệt")


def register(official: Person, code: str) -> None:
    official.open_task(code, "Ghi sổ và lập Giấy khai sinh")
    official.make_result()
    official.page.get_by_label("Số định danh cá nhân của trẻ").fill("033226009999")
    official.page.get_by_label("Số đăng ký trong Sổ").fill("128")
    official.page.get_by_label("Ngày đăng ký").fill("2026-11-22")
    official.press("Trình lãnh đạo ký")


def sign_for_result(clerk: Person) -> None:
    page = clerk.page
    expect(page.get_by_label("Người nhận")).to_have_value(MOTHER)
    pad = page.locator("canvas.mc-pad")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box
    page.mouse.move(box["x"] + 30, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + 120, box["y"] + 90, steps=5)
    page.mouse.up()
    page.get_by_role("button", name="Đã trả kết quả", exact=True).click()
    expect(page.get_by_role("status").get_by_text("Đã trả kết quả.")).to_be_visible()
