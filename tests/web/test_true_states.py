"""Where a dossier stands is said truly, on every page: a refusal is called one, a suspended process is, and what waits
for the citizen is counted and dated."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from engine import commands
from engine.refusal import Refusal
from engine.store import Database
from engine.store.tables import job
from procedures import dossiers, fees, files, letters, tasks
from procedures import worklist as work
from procedures.actor import CITIZEN, Actor
from procedures.dossiers import Lack, Recipient
from procedures.store.dossier import dossier_state
from procedures.vocabulary.units import in_units
from tests.web.conftest import post
from tests.web.test_portal import follow, process, until_the_citizen_is_asked
from tests.web.test_work import assigned, task_of
from web.admin import checking

People = Callable[[str], FlaskClient]
Receive = Callable[..., Any]
OFFICIAL, LEADER, CLERK = Actor("chuyenvien"), Actor("lanhdao", "Vũ Đình Phong"), Actor("motcua", "Nguyễn Thị Lan Anh")


def refused(signed_in: People, database: Database, receive: Receive) -> Any:
    """A birth whose registration has been refused and signed."""
    made, _address = assigned(signed_in, database, receive)
    why = {"ly_do_tu_choi": "Không thuộc thẩm quyền", "can_cu_tu_choi": "Luật Hộ tịch, Điều 13"}
    steps = (("tu_choi", OFFICIAL, {}, "Không đủ"), ("trinh", OFFICIAL, why, ""), ("ky", LEADER, {}, ""))
    for outcome, who, said, reason in steps:
        tasks.complete(database, task_of(database, made.id).id, outcome, said, who, reason=reason)
    return made


def test_a_refused_dossier_says_so_everywhere(
    signed_in: People, database: Database, receive: Receive, browser: FlaskClient
) -> None:
    made = refused(signed_in, database, receive)
    assert dossiers.get(database, made.id).status == 9
    clerk, official = signed_in("motcua"), signed_in("chuyenvien")
    follow(browser, made.code)
    for page in (
        browser.get("/tra-cuu/ho-so"),
        clerk.get(f"/mot-cua/ho-so/{made.code}"),
        clerk.get("/mot-cua"),
        official.get(f"/ho-so/{made.code}"),
        official.get(f"/ho-so?tim={made.code}"),
        official.get("/cong-viec?muc=da-xong"),
    ):
        assert "Từ chối giải quyết" in page.text and "Đã xử lý xong" not in page.text.replace(
            ">Đã xử lý xong</option", ""
        )
    assert "Mời đến nhận" not in browser.get("/tra-cuu/ho-so").text
    notice = next(one for one in dossiers.results(database, made.id) if one["approved_at"])
    body = dossiers.file_for_citizen(database, made.id, notice["token"])
    assert body is not None and "Số: 01/TB-TCGQ" in letters.text_of(body)
    fees.take(database, made.id, CLERK)
    dossiers.return_result(database, made.id, Recipient("Nguyễn Thị Thử"), CLERK)
    assert "Đã trả thông báo từ chối" in browser.get("/tra-cuu/ho-so").text
    assert "Đã trả thông báo từ chối" in official.get(f"/ho-so/{made.code}").text


def test_a_notice_that_comes_again_keeps_its_number(signed_in: People, database: Database, receive: Receive) -> None:
    made, _address = assigned(signed_in, database, receive)
    why = {"ly_do_tu_choi": "Không thuộc thẩm quyền", "can_cu_tu_choi": "Luật Hộ tịch, Điều 13"}
    seen = []
    for turn in ("tra_lai", "ky"):
        for outcome, who, said, reason in (
            ("tu_choi", OFFICIAL, {}, "Không đủ"),
            ("trinh", OFFICIAL, why, ""),
            (turn, LEADER, {}, "Xem lại"),
        ):
            tasks.complete(database, task_of(database, made.id).id, outcome, said, who, reason=reason)
            papers = dossiers.results(database, made.id)
            if outcome == "trinh":
                seen.append(letters.text_of(files.read(database, papers[0]["sha256"])))
    assert len(seen) == 2 and all("Số: 01/TB-TCGQ" in text for text in seen)


def test_a_suspended_process_is_told_to_the_citizen_and_the_desk(
    signed_in: People, database: Database, receive: Receive, browser: FlaskClient
) -> None:
    made = receive(process(database, "Đăng ký khai sinh"), channel="truc_tuyen")
    message = until_the_citizen_is_asked(database, made.id)
    commands.suspend(database, made.id, "quantri", "Kiểm tra")
    follow(browser, made.code)
    page, address = browser.get("/tra-cuu/ho-so").text, f"/tra-cuu/ho-so/xac-nhan?buoc={message}"
    assert "Hồ sơ đang tạm ngừng xử lý trên hệ thống" in page and address not in page
    said = post(browser, address, {"buoc": message, "tra_loi": "can_sua", "gop_y": "Sai tên mẹ"})
    assert (
        said.status_code == 422
        and "đang tạm ngừng xử lý trên hệ thống" in said.text
        and message not in (said.text.partition("<main")[2].partition("<form")[0])
    )
    assert "Sai tên mẹ" in said.text
    with pytest.raises(Refusal, match="tạm ngừng xử lý trên hệ thống"):
        dossiers.withdraw(database, made.id, "Đổi ý", CITIZEN)
    for who, page in (("motcua", f"/mot-cua/ho-so/{made.code}"), ("chuyenvien", f"/ho-so/{made.code}")):
        text = signed_in(who).get(page).text
        assert "Hồ sơ đang tạm ngừng" in text and "Phiên chạy đang tạm ngừng" not in text


def test_what_waits_for_a_confirmation_is_listed_dated_and_counted(
    signed_in: People, database: Database, receive: Receive, browser: FlaskClient
) -> None:
    made = receive(process(database, "Đăng ký khai sinh"), channel="truc_tuyen")
    until_the_citizen_is_asked(database, made.id)
    (step,) = dossiers.next_steps(database, made.id)
    with database.begin() as tx:  # the status is older than the wait
        tx.execute(dossier_state.update().values(since=step.since.replace(year=2025)))
    follow(browser, made.code)
    assert f"{step.since:%d/%m/%Y %H:%M}" in browser.get("/tra-cuu/ho-so").text.partition("đang chờ bạn")[2][:60]
    page = signed_in("chuyenvien").get("/cong-viec?muc=dang-cho").text
    assert made.code in page and "Xác nhận dự thảo Giấy khai sinh" in page and f"{step.since:%d/%m/%Y %H:%M}" in page
    version = dossiers.get(database, made.id).version
    assert sum(n for _element, _name, n in work.standing(database, version)) == work.running(database)[version]
    text = signed_in("phantich").get(f"/quy-trinh/{version}").text
    assert "Chờ công dân xác nhận" in text.partition("Hồ sơ đang chờ ở từng bước")[2]


def test_a_request_to_supplement_says_until_when_as_the_model_counts(
    signed_in: People, database: Database, receive: Receive
) -> None:
    made, _address = assigned(signed_in, database, receive)
    database.clock = lambda: datetime(2026, 11, 30, 18, 0, tzinfo=UTC)  # after midnight where the law counts
    lacks = [Lack("giay_chung_sinh", "", "Mờ")]
    tasks.complete(database, task_of(database, made.id).id, "bo_sung", {}, OFFICIAL, reason="Mờ", lacks=lacks)
    (step,) = dossiers.next_steps(database, made.id)
    with database.begin() as tx:
        armed = tx.read(select(func.min(job.c.due_at)).where(job.c.root_id == made.id, job.c.kind == "timer")).scalar()
    assert step.until == armed
    paper = next(one for one in letters.issued(database, made.id) if one.template == "mau-02")
    words = " ".join(letters.text_of(letters.pdf(database, paper.token)).split())
    assert "chậm nhất: hết ngày 31 tháng 12 năm 2026" in words
    row = next(row for row in dossiers.control_sheet(database, made.id).rows if "Bổ sung hồ sơ" in row[1])
    assert row[3] == "hết 31/12/2026"


def test_a_fee_that_nobody_here_knows_is_not_printed_as_none(database: Database, receive: Receive) -> None:
    made = receive(process(database, "Cấp giấy phép xây dựng"), channel="truc_tuyen")
    paper = next(one for one in letters.issued(database, made.id) if one.template == "mau-01")
    words = " ".join(letters.text_of(letters.pdf(database, paper.token)).split())
    assert "Hội đồng nhân dân cấp tỉnh" in words and "Phí, lệ phí: Không" not in words


def test_the_fees_of_a_receipt_in_words() -> None:
    later = fees.Quote("Phí thẩm định", None, "theo quy định.")
    assert fees.in_words(0, []) == "Không"
    assert fees.in_words(0, [later]) == "Theo quy định"
    assert fees.in_words(24000, [later]) == "24.000 đồng; Phí thẩm định: theo quy định"


def test_what_the_house_says_is_english_on_an_english_page(
    signed_in: People, database: Database, receive: Receive, browser: FlaskClient
) -> None:
    made, _address = assigned(signed_in, database, receive)
    lacks = [Lack("giay_chung_sinh", "", "Mờ")]
    tasks.complete(database, task_of(database, made.id).id, "bo_sung", {}, OFFICIAL, reason="Mờ", lacks=lacks)
    dossiers.bring_supplement(
        database, made.id, absent={one.mark: "Đang làm lại" for one in dossiers.lacking(database, made.id)}, by=CITIZEN
    )
    follow(browser, made.code)
    official = signed_in("chuyenvien")
    for person, page in ((browser, "/tra-cuu/ho-so"), (official, f"/ho-so/{made.code}")):
        post(person, "/ngon-ngu", {"ngon_ngu": "en", "tiep": "/"}, page="/tra-cuu")
        text = person.get(page).text
        for said in ("Chưa bổ sung:", "Chờ bổ sung hồ sơ", "Công dân đã bổ sung hồ sơ", "stopped made", "Dossiers H31"):
            assert said not in text, (page, said)
        assert "Not brought:" in text
    assert "Waiting for the supplement" in text  # at the official's clock


def test_a_length_of_time_is_counted_in_both_languages() -> None:
    assert (in_units("1", "WORKING_DAY", "en"), in_units("2", "WORKING_DAY", "en")) == (
        "1 working day",
        "2 working days",
    )
    assert in_units("0.5", "DAY", "vi") == "0,5 ngày"


def test_an_auditor_reads_whose_paper_is_damaged(
    signed_in: People, database: Database, receive: Receive, app: Flask
) -> None:
    made = refused(signed_in, database, receive)
    sha256 = dossiers.results(database, made.id)[0]["sha256"]
    with app.test_request_context():
        said = checking._said({"root_id": None, "table": "file", "key": [sha256], "reason": "file damaged"})
    assert said.startswith("Tệp lưu trữ bị hỏng") and made.code in said and "Thông báo từ chối giải quyết" in said
    assert "['" not in said and " file " not in said
