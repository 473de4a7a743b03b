"""The citizens' pages: procedures to read, dossiers to follow, papers to check."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from engine import commands, worklist
from engine.store import Database
from procedures import bundles, catalogue, dossiers, letters, tasks
from procedures.actor import SYSTEM, Actor
from procedures.dossiers import look_ups
from procedures.dossiers.values import Lack
from procedures.store.people import look_up
from tests.procedures.catalogue.record import record
from tests.web.conftest import post, token_of

RECORDS = Path(__file__).parents[3] / "shared" / "data" / "tthc"
PHONE = "0912345678"
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def follow(browser: FlaskClient, code: str, fact: str = PHONE) -> Any:
    """Look a dossier up by its code and a second fact."""
    return post(browser, "/tra-cuu", {"ma": code, "xac_nhan": fact})


def process(database: Database, contains: str) -> str:
    """The process of the shipped procedure whose name has these words."""
    return next(one.process for one in bundles.published(database) if contains in one.name["vi"])


@pytest.fixture
def slip(database: Database, receive: Callable[..., Any]) -> Any:
    """A dossier of a birth, just received."""
    return receive(process(database, "Đăng ký khai sinh"))


def test_the_home_page_offers_what_can_be_handed_in(browser: FlaskClient, database: Database) -> None:
    page = browser.get("/").text
    assert "Bạn cần làm thủ tục gì?" in page
    for one in bundles.published(database):
        assert one.name["vi"] in page


@pytest.mark.parametrize("words", ["ho tich", "Hộ tịch", "cap giay phep xay dung"])
def test_search_finds_with_and_without_marks(browser: FlaskClient, database: Database, words: str) -> None:
    if not RECORDS.is_dir():
        pytest.skip("the national records are not beside the project")
    catalogue.import_files(database, sorted(RECORDS.glob("*.json")), by=SYSTEM)
    page = browser.get("/thu-tuc", query_string={"tim": words})
    assert page.status_code == 200
    assert "mc-results" in page.text


def test_every_national_record_has_its_page(browser: FlaskClient, database: Database) -> None:
    if not RECORDS.is_dir():
        pytest.skip("the national records are not beside the project")
    files = sorted(RECORDS.glob("*.json"))
    catalogue.import_files(database, files, by=SYSTEM)
    for file in files:
        answer = browser.get(f"/thu-tuc/{file.stem}")
        assert answer.status_code == 200, file.stem
        assert "Cần mang gì?" in answer.text


def test_a_search_without_result_says_what_to_try(browser: FlaskClient) -> None:
    assert "Không tìm thấy thủ tục nào" in browser.get("/thu-tuc?tim=zzzz").text
    assert browser.get("/thu-tuc?trang=99999999999&linh_vuc=%00").status_code == 400


def test_slips_are_told_and_every_tile_leads_to_something(browser: FlaskClient) -> None:
    page = browser.get("/thu-tuc", query_string={"tim": "kahi sinh"}).text
    assert "Có phải bạn muốn tìm: khai sinh?" in page and page.index("1.001193") < page.index("2.000986")
    empty = browser.get("/thu-tuc", query_string={"tim": "zzzz"}).text
    tiles = re.findall(r"su_kien=([a-z_]+)", empty)
    assert tiles and "hỏi bộ phận một cửa" in empty
    for tile in tiles:
        assert "mc-results" in browser.get(f"/thu-tuc?su_kien={tile}").text
    narrowed = browser.get("/thu-tuc", query_string={"tim": "khai sinh", "cap": "trung_uong"}).text
    assert "Tìm trong mọi lĩnh vực" in narrowed


def test_a_procedure_reads_with_what_to_bring_and_its_drawing(browser: FlaskClient, database: Database) -> None:
    for one in bundles.published(database):
        page = browser.get(f"/thu-tuc/{one.code}").text
        assert "Cần mang gì?" in page
        assert "<svg" in page
        assert one.components()[0]["name"] in page.replace("&#39;", "'")
        model = browser.get(f"/thu-tuc/{one.code}/mo-hinh")
        assert model.content_type == "application/xml"


def test_a_procedure_is_read_as_a_person_reads_it(browser: FlaskClient, database: Database) -> None:
    for one in bundles.published(database):
        page = browser.get(f"/thu-tuc/{one.code}").text
        for heading in (
            "Cần mang gì?",
            "Bao lâu?",
            "Hết bao nhiêu?",
            "Hồ sơ đi qua những bước nào?",
            "Quyền khiếu nại",
        ):
            assert heading in page
        assert "trong 90 ngày" in page and "Bạn nộp hồ sơ" in page
        sheet = browser.get(f"/thu-tuc/{one.code}/danh-muc-giay-to").text
        assert "Danh mục giấy tờ" in sheet and one.components()[0]["name"] in sheet.replace("&#39;", "'")


def test_why_a_service_is_not_wholly_online_is_said(browser: FlaskClient) -> None:
    page = browser.get("/thu-tuc/1.000894").text
    assert "Dịch vụ công trực tuyến một phần." in page and "Sổ đăng ký kết hôn" in page
    assert "Luật Hộ tịch, Điều 18" in page
    assert "Dịch vụ công trực tuyến toàn trình." in browser.get("/thu-tuc/1.001193").text


def test_the_desk_is_told_with_its_address_hours_and_map(browser: FlaskClient, database: Database) -> None:
    page = browser.get("/thu-tuc/1.001193").text
    code = re.findall(r'<option value="([^"]+)"', page)
    place = browser.get("/thu-tuc/1.001193", query_string={"noi": code[0]} if code else {}).text
    assert "Thứ Hai đến Thứ Sáu: 07:30–11:30, 13:00–17:00" in place
    assert "https://www.openstreetmap.org/search?query=" in place and "Thứ Bảy, Chủ nhật: nghỉ" in place
    assert browser.get("/thu-tuc/1.001193?noi=khong-co").status_code == 200


def test_a_national_record_that_is_not_deployed_says_where_it_is_filed(
    browser: FlaskClient, database: Database
) -> None:
    catalogue.import_records(database, [("a", record(executing_agency="Công an cấp Xã"))], by=SYSTEM)
    page = browser.get("/thu-tuc/9.000001").text
    assert "Chưa nộp được trên cổng này" in page and "Nộp trực tiếp tại: Công an cấp Xã." in page
    assert "Quyền khiếu nại" in page and "Nộp hồ sơ trực tuyến" not in page
    assert browser.get("/thu-tuc/9.000001/danh-muc-giay-to").status_code == 200
    assert browser.get("/thu-tuc/khong-co/danh-muc-giay-to").status_code == 404


def test_an_unknown_procedure_is_not_found(browser: FlaskClient) -> None:
    assert browser.get("/thu-tuc/khong-co").status_code == 404
    assert browser.get("/thu-tuc/khong-co/mo-hinh").status_code == 404


def test_a_retired_procedure_says_since_when_and_what_to_do(browser: FlaskClient, database: Database) -> None:
    procedure = next(one for one in bundles.published(database) if "khai sinh" in one.name["vi"])
    bundles.retire(database, procedure.code, procedure.effective_from, by=Actor("quantri"))
    answer = browser.get(f"/thu-tuc/{procedure.code}")
    assert answer.status_code == 200
    assert f"Thủ tục ngừng áp dụng từ ngày {procedure.effective_from:%d/%m/%Y}" in answer.text
    assert "không tiếp nhận hồ sơ mới" in answer.text and "tìm thủ tục thay thế" in answer.text
    assert f"linh_vuc={procedure.field['code']}" in answer.text and "Nộp ở đâu, khi nào?" not in answer.text


def test_a_dossier_is_followed_by_code_and_phone(browser: FlaskClient, slip: Any) -> None:
    assert follow(browser, slip.code).headers["Location"] == "/tra-cuu/ho-so"
    page = browser.get("/tra-cuu/ho-so").text
    assert slip.code in page
    assert slip.due.strftime("%d/%m/%Y %H:%M") in page
    assert "Vì sao là ngày này?" in page
    assert "Giấy tiếp nhận hồ sơ và hẹn trả kết quả" in page


@pytest.mark.parametrize(("code", "fact"), [("", PHONE), ("H31.11-000000-0000", PHONE), (None, "0999999999")])
def test_what_does_not_fit_gets_one_and_the_same_answer(
    browser: FlaskClient, slip: Any, code: str | None, fact: str
) -> None:
    answer = follow(browser, slip.code if code is None else code or "KHONG-CO", fact)
    assert answer.status_code == 422
    assert "Không tìm thấy hồ sơ với thông tin đã nhập" in answer.text
    assert "Nguyễn Thị Thử" not in answer.text


def test_too_many_tries_lock_the_code_even_for_the_right_fact(browser: FlaskClient, slip: Any) -> None:
    for _ in range(5):
        follow(browser, slip.code, "0999999999")
    answer = follow(browser, slip.code)
    assert answer.status_code == 422 and "Nguyễn Thị Thử" not in answer.text
    assert "Đã nhập sai nhiều lần. Thử lại sau" in answer.text


def test_without_the_second_fact_no_page_of_the_dossier_opens(browser: FlaskClient, slip: Any) -> None:
    for address in ("", "/xac-nhan", "/bo-sung", "/rut", f"/giay-to/{slip.letter}"):
        assert browser.get(f"/tra-cuu/ho-so{address}").headers["Location"] == "/tra-cuu"


def half_an_hour_passes(database: Database) -> None:
    """Every look-up that is open began a while ago."""
    with database.begin() as tx:
        tx.execute(update(look_up).values(opened_at=tx.now - look_ups.LASTS - timedelta(seconds=1)))


def test_after_half_an_hour_the_fact_is_asked_for_again(browser: FlaskClient, database: Database, slip: Any) -> None:
    follow(browser, slip.code)
    assert browser.get("/tra-cuu/ho-so").status_code == 200
    half_an_hour_passes(database)
    assert browser.get("/tra-cuu/ho-so").headers["Location"] == "/tra-cuu"


def test_another_dossier_looked_up_in_a_second_tab_does_not_take_the_place_of_the_first(
    browser: FlaskClient, database: Database, slip: Any
) -> None:
    follow(browser, slip.code)
    assert f"/tra-cuu/ho-so/rut?ma={slip.code}" in browser.get("/tra-cuu/ho-so").text
    withdrawn = post(browser, "/tra-cuu/ho-so/rut?ma=H31.11-1", {"ly_do": "Không cần nữa"}, page="/tra-cuu")
    assert withdrawn.headers["Location"] == "/tra-cuu?ma=H31.11-1"
    assert dossiers.get(database, slip.id).closed_at is None


def test_a_dossier_is_closed_on_a_shared_computer(browser: FlaskClient, slip: Any) -> None:
    follow(browser, slip.code)
    saved = browser.get_cookie("motcua") or pytest.fail("no cookie")
    post(browser, "/tra-cuu/dong", {}, page="/tra-cuu/ho-so")
    assert browser.get("/tra-cuu/ho-so").headers["Location"] == "/tra-cuu"
    browser.set_cookie("motcua", saved.value)
    for address in ("", "/rut", f"/giay-to/{slip.letter}"):
        assert browser.get(f"/tra-cuu/ho-so{address}").headers["Location"] == "/tra-cuu", "a copy opens nothing"


def test_another_look_up_closes_the_one_before(browser: FlaskClient, slip: Any) -> None:
    follow(browser, slip.code)
    first = browser.get_cookie("motcua") or pytest.fail("no cookie")
    follow(browser, slip.code)
    assert browser.get("/tra-cuu/ho-so").status_code == 200
    browser.set_cookie("motcua", first.value)
    assert browser.get("/tra-cuu/ho-so").headers["Location"] == "/tra-cuu"


def test_strangers_who_guess_keep_nobody_out(app: Flask, slip: Any) -> None:
    def from_there(fact: str, address: str) -> Any:
        stranger = app.test_client()
        stranger.environ_base["REMOTE_ADDR"] = address
        return follow(stranger, slip.code, fact)

    for number in range(30):
        from_there("0999999999", f"203.0.113.{number % 6}")
    assert from_there(PHONE, "203.0.113.1").status_code == 422, "who guesses waits, even with the right fact"
    assert from_there(PHONE, "198.51.100.7").headers["Location"] == "/tra-cuu/ho-so"


def test_letters_are_fetched_of_this_dossier_only(
    browser: FlaskClient, database: Database, slip: Any, receive: Callable[..., Any]
) -> None:
    other = receive(process(database, "Chứng thực"))
    follow(browser, slip.code)
    mine = browser.get(f"/tra-cuu/ho-so/giay-to/{slip.letter}")
    assert mine.data.startswith(b"%PDF")
    assert "frame-ancestors 'self'" in mine.headers["Content-Security-Policy"]
    assert browser.get(f"/tra-cuu/ho-so/giay-to/{other.letter}").status_code == 404


def act(database: Database, dossier: str, outcome: str | None, variables: dict[str, Any], reason: str = "") -> None:
    """Whoever may do it completes the oldest open task of a dossier."""
    item = worklist.of_instance(database, dossier)[0]
    tasks.complete(
        database, item.id, outcome, variables, Actor(item.assignee or "chuyenvien", "Lê Minh Đức"), reason=reason
    )


def ask_for_supplement(database: Database, dossier: str, until: date | None = None) -> None:
    """Walk the model until an official can ask for a supplement, and ask for the first paper."""
    paper = dossiers.components(database, dossier)[0]
    lack = Lack(paper["code"], paper["name"], "Bản chụp bị mờ", "Chụp lại cho rõ")
    for _ in range(6):
        item = worklist.of_instance(database, dossier)[0]
        node = dossiers.node_of(database, dossier, item.element)
        who = Actor(item.assignee or "chuyenvien", "Lê Minh Đức")
        asking = next((one for one in node.outcomes if "bổ sung" in one.label.lower()), None)
        if asking is not None:
            tasks.complete(database, item.id, asking.id, {}, who, reason="Cần bản rõ hơn", lacks=[lack], until=until)
            return
        first = next((one.id for one in node.outcomes if one.tone == "primary"), None)
        with database.begin(who) as tx:
            commands.complete(tx, item.id, {"nguoi_xu_ly": "chuyenvien"}, first, who.username)
    raise AssertionError("no step asks for a supplement")


def test_what_lacks_stands_on_top_and_is_handed_in_there(browser: FlaskClient, database: Database, slip: Any) -> None:
    last = (datetime.now(UTC) + timedelta(days=20)).date()  # no row of days off is as long
    ask_for_supplement(database, slip.id, until=last)
    follow(browser, slip.code)
    page = browser.get("/tra-cuu/ho-so").text
    assert "Việc bạn cần làm" in page
    assert page.index("Bản chụp bị mờ") < page.index("Hồ sơ đang ở đâu")
    assert f"Chậm nhất: <strong>hết ngày {last:%d/%m/%Y}</strong>" in page
    code = dossiers.lacking(database, slip.id)[0].code
    nothing = post(browser, "/tra-cuu/ho-so/bo-sung", {})
    assert nothing.status_code == 422
    wrong = post(browser, "/tra-cuu/ho-so/bo-sung", {f"tep-{code}": (io.BytesIO(b"MZ\x90"), "a.pdf")})
    assert wrong.status_code == 422
    assert "không thuộc loại được nhận" in wrong.text
    right = post(browser, "/tra-cuu/ho-so/bo-sung", {f"tep-{code}": (io.BytesIO(PDF), "giay.pdf")})
    assert right.status_code == 302
    assert dossiers.get(database, slip.id).status == 4
    assert "Việc bạn cần làm" not in browser.get("/tra-cuu/ho-so").text


def test_a_dossier_is_taken_back_with_a_reason(browser: FlaskClient, database: Database, slip: Any) -> None:
    follow(browser, slip.code)
    assert post(browser, "/tra-cuu/ho-so/rut", {"ly_do": ""}).status_code == 422
    assert post(browser, "/tra-cuu/ho-so/rut", {"ly_do": "Đổi ý"}).status_code == 302
    assert dossiers.get(database, slip.id).status == 7
    assert "Rút hồ sơ" not in browser.get("/tra-cuu/ho-so").text


def until_the_citizen_is_asked(database: Database, dossier: str) -> str:
    """Walk the model by its affirmative outcomes until it waits for the citizen's word; its message."""
    for _ in range(8):
        steps = [one for one in dossiers.next_steps(database, dossier) if one.action == "confirm"]
        if steps:
            return steps[0].message
        item = worklist.of_instance(database, dossier)[0]
        node = dossiers.node_of(database, dossier, item.element)
        first = next((one.id for one in node.outcomes if one.tone == "primary"), None)
        with database.begin(Actor("chuyenvien")) as tx:
            commands.complete(tx, item.id, {"nguoi_xu_ly": "chuyenvien"}, first, "chuyenvien")
    raise AssertionError("the model never asks the citizen")


def test_a_draft_is_confirmed_or_sent_back(
    browser: FlaskClient, database: Database, receive: Callable[..., Any]
) -> None:
    made = receive(process(database, "Đăng ký khai sinh"), channel="truc_tuyen")
    message = until_the_citizen_is_asked(database, made.id)
    follow(browser, made.code)
    page = browser.get("/tra-cuu/ho-so").text
    assert f"/tra-cuu/ho-so/xac-nhan?buoc={message}" in page
    address = f"/tra-cuu/ho-so/xac-nhan?buoc={message}"
    assert "Nội dung đã khai" in browser.get(address).text
    assert post(browser, address, {"buoc": message}).status_code == 422
    assert post(browser, address, {"buoc": message, "tra_loi": "can_sua", "gop_y": ""}).status_code == 422
    assert post(browser, address, {"buoc": message, "tra_loi": "dong_y"}).status_code == 302
    assert dossiers.next_steps(database, made.id) == []
    assert browser.get(address).headers["Location"] == f"/tra-cuu/ho-so?ma={made.code}"


def test_a_paper_is_checked_by_its_code(browser: FlaskClient, database: Database, slip: Any) -> None:
    page = browser.get(f"/xac-minh/{slip.letter}").text
    assert "Giấy tờ có hiệu lực" in page
    assert slip.code in page
    assert "Nguyễn Thị Thử" not in page
    assert PHONE not in page
    assert letters.verify(database, slip.letter) is not None


def test_an_invented_code_is_said_to_be_none_of_ours(browser: FlaskClient) -> None:
    answer = browser.get("/xac-minh/khong-co-ma-nay")
    assert answer.status_code == 404
    assert "Không có giấy tờ nào mang mã này" in answer.text


def test_the_code_below_the_qr_may_be_typed(browser: FlaskClient, slip: Any) -> None:
    assert browser.get("/xac-minh?ma=").status_code == 422
    answer = browser.get("/xac-minh", query_string={"ma": f" {slip.letter} "})
    assert answer.headers["Location"] == f"/xac-minh/{slip.letter}"


def test_a_late_dossier_says_so_in_words(browser: FlaskClient, app: Flask, database: Database, slip: Any) -> None:
    app.config["MOTCUA_NOW"] = slip.due + timedelta(days=3)
    follow(browser, slip.code)
    assert "Quá hạn" in browser.get("/tra-cuu/ho-so").text


def test_the_tracking_page_reads_in_english(browser: FlaskClient, database: Database, slip: Any) -> None:
    ask_for_supplement(database, slip.id)
    follow(browser, slip.code)
    post(browser, "/ngon-ngu", {"ngon_ngu": "en", "tiep": "/tra-cuu/ho-so"}, page="/tra-cuu/ho-so")
    page = browser.get("/tra-cuu/ho-so").text
    for words in (
        "What you must do",
        "Receipt of the dossier and promised date",
        "Papers asked for",
        "Why this date?",
        "The dossier waits for you",
        "In person",
    ):
        assert words in page
    for words in ("Đang xử lý", "Giấy tiếp nhận", "Vì sao", "Người nộp hồ sơ"):
        assert words not in page


def ask_to_mend(database: Database, dossier: str, *keys: str) -> None:
    """The official asks the citizen to put fields of the declaration right."""
    for _ in range(6):
        item = worklist.of_instance(database, dossier)[0]
        node = dossiers.node_of(database, dossier, item.element)
        who = Actor(item.assignee or "chuyenvien", "Lê Minh Đức")
        asking = next((one for one in node.outcomes if "bổ sung" in one.label.lower()), None)
        if asking is not None:
            lacks = [Lack(key, "", "Không khớp giấy chứng sinh", "Ghi theo giấy chứng sinh", "field") for key in keys]
            tasks.complete(database, item.id, asking.id, {}, who, reason="Khai chưa đúng", lacks=lacks)
            return
        first = next((one.id for one in node.outcomes if one.tone == "primary"), None)
        with database.begin(who) as tx:
            commands.complete(tx, item.id, {"nguoi_xu_ly": "chuyenvien"}, first, who.username)
    raise AssertionError("no step asks for a supplement")


def test_a_field_that_was_asked_for_is_mended_on_the_page_and_no_other(
    browser: FlaskClient, database: Database, receive: Callable[..., Any]
) -> None:
    made = receive(process(database, "Đăng ký khai sinh"))
    before = dossiers.get(database, made.id).form
    ask_to_mend(database, made.id, "ngay_sinh_tre")
    follow(browser, made.code)
    page = browser.get("/tra-cuu/ho-so/bo-sung").text
    assert 'name="ngay_sinh_tre"' in page and 'name="ho_ten_tre"' not in page
    assert "Không khớp giấy chứng sinh. Ghi theo giấy chứng sinh." in page
    assert (
        f'value="{date.fromisoformat(before["ngay_sinh_tre"]):%d/%m/%Y}"' in page
    )  # the present value, as people write it
    wrong = post(browser, "/tra-cuu/ho-so/bo-sung", {"ngay_sinh_tre": "31/02/2026", "ho_ten_tre": "Người khác"})
    assert wrong.status_code == 422 and 'value="31/02/2026"' in wrong.text
    assert post(browser, "/tra-cuu/ho-so/bo-sung", {"ngay_sinh_tre": "01/02/2026"}).status_code == 302
    after = dossiers.get(database, made.id)
    assert after.form == {**before, "ngay_sinh_tre": "2026-02-01"} and after.status == 4


def test_what_a_citizen_typed_outlives_the_half_hour(
    browser: FlaskClient, database: Database, receive: Callable[..., Any]
) -> None:
    made = receive(process(database, "Đăng ký khai sinh"))
    ask_to_mend(database, made.id, "noi_sinh")
    follow(browser, made.code)
    token = token_of(browser.get("/tra-cuu/ho-so/bo-sung").text)
    half_an_hour_passes(database)
    page = browser.post("/tra-cuu/ho-so/bo-sung", data={"csrf_token": token, "noi_sinh": "Trạm y tế xã"}).text
    assert 'name="giu_noi_sinh" value="Trạm y tế xã"' in page
    back = {"ma": made.code, "xac_nhan": PHONE, "toi": "bo-sung", "giu_noi_sinh": "Trạm y tế xã", "csrf_token": token}
    again = browser.post("/tra-cuu", data=back).text
    assert 'value="Trạm y tế xã"' in again and "được khôi phục dưới đây" in again


def test_a_procedure_without_a_national_record_has_its_page_and_is_found(
    browser: FlaskClient, database: Database
) -> None:
    shipped = bundles.load("bpmn/procedures/trich-luc-ho-tich")
    name = {"vi": "Cấp thẻ thư viện tỉnh", "en": "Library card"}
    own = {key: value for key, value in shipped.description.items() if key != "record"} | {
        "code": "9.999",
        "name": name,
    }
    bundles.deploy(database, replace(shipped, description=own), SYSTEM)
    assert "Cấp thẻ thư viện tỉnh" in browser.get("/thu-tuc?tim=the+thu+vien").text
    page = browser.get("/thu-tuc/9.999")
    assert page.status_code == 200 and "Cần mang gì?" in page.text and "Cấp thẻ thư viện tỉnh" in page.text


@pytest.mark.parametrize(
    ("code", "ways"),
    [
        ("2.000815", ["Trực tiếp: tại bộ phận một cửa"]),
        ("2.000986", ["Trực tiếp: tại bộ phận một cửa", "Trực tuyến: ngay tại đây"]),
        (
            "1.013225",  # the law opens the desk and the post only while the portal is out of order
            [
                "Trực tuyến: ngay tại đây",
                "Trực tiếp: chỉ khi hệ thống tiếp nhận trực tuyến gặp sự cố, tại bộ phận một cửa",
                "Bưu chính: chỉ khi hệ thống tiếp nhận trực tuyến gặp sự cố, gửi đến bộ phận một cửa",
            ],
        ),
    ],
)
def test_the_page_of_a_procedure_says_how_it_is_handed_in(browser: FlaskClient, code: str, ways: list[str]) -> None:
    page = browser.get(f"/thu-tuc/{code}").text.partition("Nộp ở đâu, khi nào?")[2].partition("</ul>")[0]
    said = [" ".join(re.sub(r"<[^>]+>", "", one).split()) for one in re.findall(r"<li>(.*?)</li>", page, re.S)]
    assert len(said) == len(ways)
    assert [one[: len(way)] for one, way in zip(said, ways, strict=True)] == ways
    usual = ", ".join(one.split(":")[0].lower() for one in ways if "sự cố" not in one)
    assert f"đang tiếp nhận: {usual}<" in browser.get(f"/thu-tuc?tim={code}").text
