"""A birth registration from the counter to its result: four people at four browsers, and the citizen who watches."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from engine import calendar
from procedures import bundles, deadlines, dossiers
from procedures.vocabulary.statuses import STATUSES
from tests.browser.people import CHILD, MOTHER, PHONE, Person
from tests.journeys.system import System

pytestmark = pytest.mark.browser
BIRTH = "Đăng ký khai sinh"
SIGNER = "Vũ Đình Phong"
#: What the citizen brings later: a scan on one page.
SCAN = (
    b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1"
    b" >>\nendobj\n3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>\nendobj\n"
    b"trailer\n<< /Root 1 0 R >>\n%%EOF\n"
)
Enter = Callable[..., Person]


def law_says(system: System, code: str) -> tuple[str, list[str]]:
    """The due date of the dossier by the pure calendar, as a page writes it, and the Vietnamese reasons: from the
    receipt, the bundle's term and the pauses that really were."""
    database = system.open()
    try:
        with database.begin() as tx:
            dossier = dossiers.by_code(tx, code)
            assert dossier is not None
            term = bundles.of_version(tx, dossier.version).data["term"]
            clock = deadlines.of(tx, dossier.id)
    finally:
        database.close()
    pauses = [
        {"from": p.start.isoformat(), "effect": p.effect} | ({"to": p.end.isoformat()} if p.end else {})
        for p in clock.pauses
    ]
    said, _ = calendar.answer(
        {
            "received": dossier.received_at.isoformat(),
            "start": term["start"],
            "term": {"value": term["value"], "unit": term["unit"]},
            "cutoff": term.get("cutoff"),
            "pauses": pauses,
        }
    )
    due = said["due"]
    when = f"{due[8:10]}/{due[5:7]}/{due[:4]} {due[11:16]}" if due else ""
    return when, [reason["text"]["vi"] for reason in said["explanation"]]


def agree(clerk: Person, citizen: Person, code: str, status: int) -> None:
    """What the official's page says, the citizen's says too; and the date is the law's, with its reasons."""
    official, public = clerk.as_official_sees(code), citizen.as_citizen_sees(code)
    assert official == public
    assert official[0] == STATUSES[status]["vi"]
    due, reasons = law_says(clerk.system, code)
    assert official[1] == due
    citizen.page.get_by_text("Vì sao là ngày này?").click()
    explained = citizen.page.locator(".govuk-details__text").inner_text()
    for reason in reasons:
        assert reason in explained
        assert reason in clerk.page.locator("main").inner_text()


def test_a_birth_goes_from_the_counter_to_its_result_and_the_citizen_sees_each_stage(
    enter: Enter, tmp_path: Path
) -> None:
    clerk, head, official, leader, citizen = (
        enter(role) for role in ("mot_cua", "truong_don_vi", "chuyen_vien", "lanh_dao", "")
    )

    clerk.choose_procedure("kha", BIRTH)
    clerk.take_down_birth()
    code = clerk.receive()
    receipt = clerk.download("Giấy tiếp nhận hồ sơ và hẹn trả kết quả", tmp_path)
    assert code in receipt and MOTHER in receipt
    agree(clerk, citizen, code, 2)

    assign(head, official, code)
    agree(clerk, citizen, code, 4)

    ask_for_birth_certificate(official, code)
    agree(clerk, citizen, code, 5)
    citizen.look_up(code)
    expect(citizen.page.get_by_text("Bản chụp mờ, không đọc được.")).to_be_visible()
    slip = citizen.download("Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ", tmp_path)
    assert code in slip and "Bản chụp mờ, không đọc được." in " ".join(slip.split())

    clerk.page.goto(f"/mot-cua/ho-so/{code}")
    clerk.page.get_by_label("Bản chính").first.fill("1")
    clerk.page.get_by_role("button", name="Nhận bổ sung").click()
    expect(clerk.page.get_by_text("Đã nhận bổ sung")).to_be_visible()
    agree(clerk, citizen, code, 4)

    finish(official, leader, code)
    agree(clerk, citizen, code, 9)

    clerk.page.goto("/mot-cua")
    clerk.page.get_by_role("link", name=code).first.click()
    sign_for_result(clerk)
    assert clerk.as_official_sees(code)[0] == citizen.as_citizen_sees(code)[0] == STATUSES[10]["vi"]
    certificate = citizen.download("Giấy khai sinh", tmp_path)
    assert CHILD.upper() in certificate.upper()
    assert "033226009999" in certificate and SIGNER.upper() in certificate.upper()
    citizen.page.get_by_role("link", name="Kiểm tra", exact=True).first.click()
    expect(citizen.page.locator("main").get_by_text(SIGNER)).to_be_visible()


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
    official.page.get_by_label("Ngày đăng ký", exact=True).fill("22/11/2026")
    official.press("Trình lãnh đạo ký")


def sign_for_result(clerk: Person) -> None:
    page = clerk.page
    expect(page.get_by_role("textbox", name="Người nhận")).to_have_value(MOTHER)
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


def test_a_supplement_comes_through_tracking_with_a_file(enter: Enter, tmp_path: Path) -> None:
    clerk, head, official, citizen = (enter(role) for role in ("mot_cua", "truong_don_vi", "chuyen_vien", ""))
    code = received_and_assigned(clerk, head, official)
    ask_for_birth_certificate(official, code)

    citizen.look_up(code)
    citizen.page.get_by_role("button", name="Nộp bổ sung trực tuyến").click()
    citizen.page.get_by_role("button", name="Gửi phần bổ sung").click()
    expect(citizen.page.get_by_text("hoặc đánh dấu chưa có giấy tờ này và ghi lý do").first).to_be_visible()
    scan = tmp_path / "giay-chung-sinh.pdf"
    scan.write_bytes(SCAN)
    citizen.page.get_by_label(re.compile("^Giấy chứng sinh")).set_input_files(scan)
    citizen.page.get_by_role("button", name="Gửi phần bổ sung").click()
    expect(citizen.page.get_by_text("Đã nhận phần bổ sung")).to_be_visible()
    agree(clerk, citizen, code, 4)
    official.page.goto(f"/ho-so/{code}")
    paper = official.page.locator("main a[href*='/tep/']").first.get_attribute("href")
    assert official.page.context.request.get(paper or "").body() == SCAN


def test_nobody_tracks_a_dossier_without_its_second_fact(enter: Enter) -> None:
    clerk, citizen = enter("mot_cua"), enter()
    clerk.choose_procedure("kha", BIRTH)
    clerk.take_down_birth()
    code = clerk.receive()
    said = set()
    for asked, fact in ((code, "0999999999"), ("H31.11-000000-9999", PHONE)):
        citizen.page.goto("/tra-cuu")
        citizen.page.get_by_label("Mã hồ sơ").fill(asked)
        citizen.page.get_by_label("Số điện thoại hoặc số định danh").fill(fact)
        citizen.page.get_by_role("button", name="Xem hồ sơ").click()
        said.add(citizen.page.get_by_role("alert").inner_text())
        assert MOTHER not in citizen.page.content()
    assert len(said) == 1
    citizen.page.goto("/tra-cuu/ho-so")
    expect(citizen.page.get_by_role("button", name="Xem hồ sơ")).to_be_visible()


def received_and_assigned(clerk: Person, head: Person, official: Person) -> str:
    clerk.choose_procedure("kha", BIRTH)
    clerk.take_down_birth()
    code = clerk.receive()
    assign(head, official, code)
    return code


def assign(head: Person, official: Person, code: str) -> None:
    head.open_task(code, "Phân công công chức giải quyết")
    head.page.get_by_label("Công chức giải quyết", exact=True).select_option(
        value=official.system.account("chuyen_vien")["username"]
    )
    head.press("Phân công")


def test_the_officials_part_works_without_scripts(enter: Enter) -> None:
    clerk, head, official, leader = (
        enter(role, javascript=False) for role in ("mot_cua", "truong_don_vi", "chuyen_vien", "lanh_dao")
    )
    citizen = enter(javascript=False)
    code = received_and_assigned(clerk, head, official)
    expect(official.page.locator("svg.bpmn-drawing")).to_have_count(0)
    official.open_task(code, "Thẩm tra hồ sơ")
    official.page.locator("summary", has_text="Sơ đồ quy trình").click()
    expect(official.page.locator("svg.bpmn-drawing")).to_be_visible()  # the drawing is the server's own
    finish(official, leader, code)
    clerk.page.goto(f"/mot-cua/ho-so/{code}")
    clerk.page.get_by_role("button", name="Đã trả kết quả", exact=True).click()
    expect(clerk.page.get_by_role("status").get_by_text("Đã trả kết quả.")).to_be_visible()
    assert citizen.as_citizen_sees(code)[0] == STATUSES[10]["vi"]
