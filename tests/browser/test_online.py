"""A birth handed in online: the citizen confirms the draft, has it mended, or stays silent, which is an answer too."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from engine import commands
from procedures import dossiers
from procedures.vocabulary.statuses import STATUSES
from tests.browser.looking import wrong_with
from tests.browser.people import CHILD, PHONE, Person
from tests.browser.test_main_journey import assign, register
from tests.journeys.births import AGENCY, BIRTH, FORM
from tests.journeys.rest import Client
from tests.journeys.system import System

pytestmark = pytest.mark.browser
Enter = Callable[..., Person]


def handed_in(system: System) -> str:
    """A dossier that a portal sent over REST; its code."""
    made = Client(system).post(
        "/dossiers",
        {
            "procedure": BIRTH["code"],
            "agency": AGENCY,
            "channel": "truc_tuyen",
            "form": {**FORM, "ho_ten_tre": CHILD},
            "applicant": {"name": "Trần Thị Mai", "phone": PHONE},
            "components": [{"code": c["code"], "copies": 1} for c in BIRTH["components"] if c["required"]],
        },
        201,
    )
    assert made["status"]["code"] == "1" and made["due"] is None
    return str(made["code"])


def draft_sent(enter: Enter, code: str) -> tuple[Person, Person, Person]:
    """The clerk accepts, the head assigns, the official sends the draft; clerk, official and citizen."""
    clerk, head, official, citizen = (enter(role) for role in ("mot_cua", "truong_don_vi", "chuyen_vien", ""))
    assert citizen.as_citizen_sees(code) == ("Đã gửi, chờ tiếp nhận", "")
    clerk.page.goto("/mot-cua")
    clerk.page.get_by_role("link", name=code).first.click()
    clerk.page.get_by_role("button", name="Tiếp nhận hồ sơ", exact=True).click()
    expect(clerk.page.get_by_text("Đã tiếp nhận hồ sơ trực tuyến.")).to_be_visible()
    assign(head, official, code)
    official.open_task(code, "Thẩm tra hồ sơ")
    official.press("Hồ sơ đạt, đăng ký khai sinh")
    send_draft(official, code)
    return clerk, official, citizen


def send_draft(official: Person, code: str) -> None:
    official.open_task(code, "Gửi dự thảo cho công dân")
    official.press("Gửi dự thảo")


def answer(citizen: Person, code: str, choice: str, words: str = "") -> None:
    """Opens what tracking asks for, and answers."""
    citizen.look_up(code)
    citizen.page.locator(".mc-notice--next").get_by_role("button").first.click()
    assert wrong_with(citizen.page) == []
    expect(citizen.page.get_by_text(CHILD).first).to_be_visible()
    citizen.page.get_by_label(choice, exact=True).check()
    if words:
        citizen.page.get_by_label("Chỗ cần sửa").fill(words)
    citizen.page.get_by_role("button", name="Gửi trả lời").click()


def test_the_citizen_asks_for_a_change_then_confirms_the_draft(enter: Enter, system: System) -> None:
    code = handed_in(system)
    clerk, official, citizen = draft_sent(enter, code)
    answer(citizen, code, "Cần sửa")
    expect(citizen.page.get_by_text("Cho biết chỗ cần sửa").first).to_be_visible()
    answer(citizen, code, "Cần sửa", "Tên đệm là Minh, không phải Văn.")
    expect(citizen.page.get_by_text("Đã gửi nội dung cần sửa đến cán bộ thụ lý.")).to_be_visible()
    send_draft(official, code)
    answer(citizen, code, "Đúng, tôi xác nhận")
    expect(citizen.page.get_by_text("Đã ghi nhận xác nhận của bạn.")).to_be_visible()
    register(official, code)
    leader = enter("lanh_dao")
    leader.open_task(code, "Ký kết quả giải quyết")
    leader.press("Ký duyệt")
    assert clerk.as_official_sees(code)[0] == citizen.as_citizen_sees(code)[0] == STATUSES[9]["vi"]


def test_silence_for_a_day_goes_on_as_the_draft_says(enter: Enter, system: System) -> None:
    code = handed_in(system)
    _clerk, official, citizen = draft_sent(enter, code)
    citizen.look_up(code)
    expect(citizen.page.locator(".mc-notice--next")).to_contain_text("bạn không trả lời")
    database = system.open()
    try:
        with database.begin() as tx:
            root = dossiers.by_code(tx, code).id
            with commands.run_of(tx, root) as run:
                timers = {timer.element: timer.id for timer in run.timers}
        now = datetime.now(UTC)
        commands.set_timer(
            database, root, timers["qua_mot_ngay"], now - timedelta(seconds=1), by="quantri", reason="Ngày đã qua"
        )
    finally:
        database.close()
    for _ in range(60):  # the worker looks for what is due every so often
        citizen.page.goto("/tra-cuu/ho-so")
        if not citizen.page.locator(".mc-notice--next").count():
            break
        citizen.page.wait_for_timeout(500)
    register(official, code)
    expect(official.page.get_by_text("Đã xử lý xong bước")).to_be_visible()
