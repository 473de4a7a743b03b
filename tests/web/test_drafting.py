"""The pages on which bundles are written: without scripts nothing is missing, and nobody publishes his own."""

from __future__ import annotations

import html
import io
import json
import re
import zipfile
from collections.abc import Callable
from io import BytesIO
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import delete

from engine.store import Database
from procedures import authoring, bundles, from_record
from procedures.store.people import role_grant
from tests.web.conftest import token_of
from web.workbench import draft_begin

People = Callable[[str], FlaskClient]

EXTRACT = "trich-luc-ho-tich.bpmn"


def begun(browser: FlaskClient, database: Database, **more: Any) -> str:
    """The address of a new draft of the procedure of extracts."""
    with database.begin() as tx:
        version = next(one.version for one in bundles.published(tx) if one.process == "cap_ban_sao_trich_luc")
    form = {"csrf_token": token_of(browser.get("/soan-thao").text), "ten": "Trích lục, sửa", "tu_thu_tuc": version}
    answer = browser.post("/soan-thao", data={**form, **more}, content_type="multipart/form-data")
    assert answer.status_code == 302, answer.text
    return str(answer.headers["Location"])


def content(page: str) -> str:
    found = re.search(r'<textarea[^>]*id="noi_dung"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)
    assert found is not None
    return html.unescape(found[1])


def saved(browser: FlaskClient, address: str, name: str, text: str, base: int, phan: str = "so-do", **more: Any) -> Any:
    form = {"csrf_token": token_of(browser.get(address).text), "ten": name, "phan": phan, "goc": str(base)}
    return browser.post(f"{address}/luu", data={**form, "noi_dung": text}, **more)


def acted(browser: FlaskClient, address: str, act: str, **more: str) -> Any:
    form = {"csrf_token": token_of(browser.get(f"{address}?phan=kiem-tra").text), "viec": act}
    return browser.post(f"{address}/viec", data={**form, **more}, follow_redirects=True)


def test_written_proven_approved_by_another_and_published(signed_in: People, database: Database) -> None:
    analyst, other = signed_in("phantich"), signed_in("quantri")
    address = begun(analyst, database)
    page = analyst.get(address)
    assert "unsafe-inline" in page.headers["Content-Security-Policy"].split("style-src-attr")[1].split(";")[0]
    text = content(page.text)
    slip = text.replace('candidateGroups="lanh_dao"', 'candidateGroups="lanhdao"')
    assert saved(analyst, address, EXTRACT, slip, 1).status_code == 302
    checked = analyst.get(f"{address}?phan=kiem-tra").text
    assert "không có vai trò này" in checked and "Còn 1 lỗi phải sửa" in checked
    assert saved(analyst, address, EXTRACT, text.replace("Ký bản sao trích lục", "Ký bản sao"), 2).status_code == 302
    assert "<h2>Quy trình bằng lời</h2>" in analyst.get(address).text
    played = analyst.post(
        f"{address}/choi-kich-ban", data={"csrf_token": token_of(analyst.get(address).text)}, follow_redirects=True
    )
    assert "9 kịch bản đạt, 0 chưa đạt" in played.text
    assert "Đã trình duyệt" in acted(analyst, address, "trinh").text
    assert "một người khác phải duyệt" in analyst.get(f"{address}?phan=kiem-tra").text
    assert "không được tự duyệt" in acted(analyst, address, "duyet").text
    assert "Đã ban hành" in acted(other, address, "duyet").text
    with database.begin() as tx:
        version = next(one for one in bundles.published(tx) if one.process == "cap_ban_sao_trich_luc")
        assert b'K\xc3\xbd b\xe1\xba\xa3n sao"' in bundles.files_of(tx, version.version)[EXTRACT]


def test_whom_a_new_version_touches_is_told_and_led_to_its_migration(
    signed_in: People, database: Database, receive: Callable[..., Any]
) -> None:
    receive("cap_ban_sao_trich_luc")
    analyst, other = signed_in("phantich"), signed_in("quantri")
    address = begun(analyst, database)
    text = content(analyst.get(address).text)
    saved(analyst, address, EXTRACT, text.replace("Ký bản sao trích lục", "Ký bản sao"), 1)
    told = other.get(f"{address}?phan=khac-biet").text
    assert "Hồ sơ đang chạy ở phiên bản 1" in told and 'data-label="Số việc">1<' in told
    acted(analyst, address, "trinh")
    acted(other, address, "duyet")
    (link,) = re.findall(
        r'href="(/quy-trinh/[^"]+/chuyen-phien-ban/[^"]+)"', other.get(f"{address}?phan=khac-biet").text
    )
    assert other.get(link).status_code == 200


def test_two_at_once_are_told_and_choose(signed_in: People, database: Database) -> None:
    one, two = signed_in("phantich"), signed_in("quantri")
    address = begun(one, database)
    one.get(address)
    assert "Cũng đang mở bản nháp này" in two.get(address).text
    json = {"headers": {"Accept": "application/json"}}
    assert saved(one, address, "letters/a.typ", "= Một\r\n", 1, **json).json["beside"] is False
    late = saved(two, address, "letters/a.typ", "= Hai", 1, **json).json
    assert late["beside"] and "giữ riêng" in late["sentence"]
    page = one.get(f"{address}?phan=lich-su").text
    assert "Chọn bản dùng" in page
    assert "= Một" in content(one.get(f"{address}?phan=giay-to").text)
    acted(one, address, "dung-ban-nay", so=str(late["number"]))
    assert content(one.get(f"{address}?phan=giay-to").text).strip() == "= Hai"


def test_an_archive_goes_out_and_comes_in(signed_in: People, database: Database) -> None:
    analyst = signed_in("phantich")
    address = begun(analyst, database)
    archive = analyst.get(f"{address}/goi")
    assert archive.content_type == "application/zip"
    again = begun(analyst, database, tu_thu_tuc="", goi=(BytesIO(archive.data), "goi.zip"))
    with database.begin() as tx:
        first, second = (authoring.files_of(tx, one.rsplit("/", 1)[-1]) for one in (address, again))
    assert first == second


def test_a_draft_of_a_national_record(signed_in: People, database: Database) -> None:
    analyst = signed_in("phantich")
    address = begun(analyst, database, tu_thu_tuc="", ma="2.000635")
    assert "Thẩm định hồ sơ" in analyst.get(address).text
    assert "Bộ kiểm tra không có lưu ý nào." in analyst.get(f"{address}?phan=kiem-tra").text
    form = {"csrf_token": token_of(analyst.get("/soan-thao").text), "ten": "x", "ma": "0.0"}
    assert "Danh mục không có thủ tục mã 0.0." in analyst.post("/soan-thao", data=form).text


def test_what_a_draft_can_be_made_from_is_found_and_begun(signed_in: People, database: Database) -> None:
    """A shape under a code of its own, another procedure after one in force, a record on a shape that is chosen."""
    analyst = signed_in("phantich")
    page = analyst.get("/soan-thao/tao").text
    shapes = re.findall(r"/soan-thao/tao\?mau=([\w-]+)", page)
    assert shapes == list(from_record.NAMES) == list(draft_begin.SHAPES)
    found = analyst.get("/soan-thao/tao?tim=chung thuc ban sao").text
    assert "2.000815" in found and "mau=" not in found and "1.000894" not in found
    assert "Danh mục không có thủ tục nào như vậy" in analyst.get("/soan-thao/tao?tim=zzzz").text
    version = re.findall(r"tu_thu_tuc=([\w-]+)", found)[0]
    for asked in ("?mau=tai-quay", f"?tu_thu_tuc={version}", "?ma=2.000635"):
        assert "Tạo bản nháp</button>" in re.sub(r"\s+(?=</)", "", analyst.get(f"/soan-thao/tao{asked}").text)
    assert analyst.get("/soan-thao/tao?tu_thu_tuc=khong-co").status_code == 404
    wrong = {"csrf_token": token_of(page), "mau": "tai-quay", "ten": "Thử", "ma_moi": "mã lạ"}
    assert "Nhập mã thủ tục gồm chữ không dấu" in analyst.post("/soan-thao", data=wrong).text
    for said in (
        {"tu_thu_tuc": "", "mau": "tai-quay", "ma_moi": "T-01"},
        {"tu_thu_tuc": version, "ma_moi": "T-02"},
        {"tu_thu_tuc": "", "mau": "lay-y-kien", "ma": "2.000635"},
    ):
        address = begun(analyst, database, **said)
        checked = analyst.get(f"{address}?phan=kiem-tra").text
        assert "Bộ kiểm tra không có lưu ý nào." in checked, checked.split("<main")[1]
    with database.begin() as tx:
        drafts = {one.source: authoring.files_of(tx, one.id) for one in authoring.drafts(tx)}
    assert set(drafts) == {"T-01", "T-02", "2.000635"} and "lay-y-kien.bpmn" in drafts["2.000635"]
    assert "process: thu_tuc_T_02" in drafts["T-02"]["procedure.yaml"]
    assert 'process id="thu_tuc_T_02"' in drafts["T-02"]["chung-thuc-ban-sao.bpmn"]


def test_national_records_are_brought_in_on_the_page(signed_in: People, database: Database) -> None:
    """JSON files and archives of them; what cannot be read is told, and nobody leaves the page for a command."""
    analyst = signed_in("phantich")
    record = {"code": "9.000001", "name": "Xác nhận nhà ở", "channels": [], "processing_cases": [], "legal_basis": []}
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as made:
        made.writestr("a/9.000002.json", json.dumps(record | {"code": "9.000002"}))
        made.writestr("a/wrong.json", "{")

    def bring(*files: tuple[bytes, str]) -> str:
        sent = {"csrf_token": token_of(analyst.get("/soan-thao/tao").text)}
        upload = [(io.BytesIO(body), name) for body, name in files] or (io.BytesIO(), "")
        said = sent | {"ban_ghi": upload}
        return analyst.post("/soan-thao/ban-ghi", data=said, follow_redirects=True).text

    assert "Chọn tệp bản ghi" in bring()
    assert "không phải JSON hợp lệ" in bring((b"{", "x.json"))
    assert "không phải tệp nén ZIP" in bring((b"{", "x.zip"))
    page = bring((json.dumps(record).encode(), "x.json"))
    assert "1 mới, 0 cập nhật" in page and "ma=9.000001" in page
    page = bring((archive.getvalue(), "records.zip"), (json.dumps(record).encode(), "x.json"))
    assert "1 mới, 0 cập nhật, 1 không đổi" in page and "Không đọc được: wrong.json" in page
    assert "ma=9.000002" in analyst.get("/soan-thao/tao?tim=9.000002").text


def test_roles_that_nobody_holds_where_it_is_received_are_told(
    signed_in: People, database: Database, receive: Callable[..., Any]
) -> None:
    receive("cap_ban_sao_trich_luc")
    analyst = signed_in("phantich")
    address = begun(analyst, database)
    assert "chưa ai giữ vai trò" not in analyst.get(f"{address}?phan=kiem-tra").text
    text = content(analyst.get(address).text).replace('candidateGroups="lanh_dao"', 'candidateGroups="van_thu"')
    with database.begin() as tx:
        tx.connection.execute(delete(role_grant).where(role_grant.c.role == "van_thu"))
    assert saved(analyst, address, EXTRACT, text, 1).status_code == 302
    page = analyst.get(f"{address}?phan=kiem-tra").text
    assert "giao cho vai trò Văn thư, mà hôm nay chưa ai giữ vai trò ấy ở: " in page
    marks = re.search(r'data-findings="([^"]*)"', analyst.get(address).text)
    assert (
        marks and "ky_duyet" in marks[1] and "chưa ai giữ vai trò" in json.loads(html.unescape(marks[1]))["ky_duyet"][0]
    )


def test_what_cannot_be_is_said_beside_what_was_typed(signed_in: People, database: Database) -> None:
    analyst = signed_in("phantich")
    address = begun(analyst, database)
    answer = saved(analyst, address, "../x.bpmn", "<bpmn/>", 1)
    assert answer.status_code == 200 and "không phải tên tệp" in answer.text
    assert content(answer.text) != "<bpmn/>" and 'value="../x.bpmn"' in answer.text
    assert html.unescape(answer.text).count("<bpmn/>") == 1
    assert saved(analyst, address, "a.md", "a", 1).status_code == 302
    assert 'name="goc" value="1"' in saved(analyst, address, "a.md/b.bpmn", "<x/>", 1).text
    assert acted(analyst, address, "ve-ban-nay", so="²").status_code == 404
    for query in ("buoc=²", "lan=²&tep=a.typ", "trang=²"):
        assert analyst.get(f"{address}/xem-giay-to.png?{query}").status_code == 404
    record = {"csrf_token": token_of(analyst.get(address).text), "ten": "procedure.yaml", "goc": "1"}
    assert analyst.post(f"{address}/ban-ghi", data=record | {"goc": "²"}).status_code == 404
    form = {"csrf_token": token_of(analyst.get("/soan-thao").text), "ten": "", "goi": (BytesIO(b"x"), "x.zip")}
    assert "không phải tệp nén ZIP" in analyst.post("/soan-thao", data=form, content_type="multipart/form-data").text
    assert saved(analyst, address, EXTRACT, "không phải XML", 1).status_code == 302
    assert analyst.get(address).status_code == 200
    assert saved(analyst, address, EXTRACT, "x", 99).status_code == 404
    assert analyst.get("/soan-thao/khong-co").status_code == 404


def test_a_record_that_is_refused_keeps_what_was_typed(signed_in: People, database: Database, monkeypatch: Any) -> None:
    analyst = signed_in("phantich")
    address = begun(analyst, database)
    monkeypatch.setattr(bundles, "LARGEST", 1)
    record = {"csrf_token": token_of(analyst.get(address).text), "ten": "procedure.yaml", "goc": "1"}
    page = analyst.post(f"{address}/ban-ghi", data=record | {"name.vi": "Tên mới", "assurance": "²"}).text
    assert "Gói lớn hơn 5 MB" in page and 'value="Tên mới"' in page


def test_only_analysts_and_administrators_come_in(signed_in: People, database: Database) -> None:
    address = begun(signed_in("phantich"), database)
    for who in ("motcua", "lanhdao", "chuyenvien"):
        browser = signed_in(who)
        assert {browser.get(path).status_code for path in ("/soan-thao", address, f"{address}/goi")} == {403}
        token = {"csrf_token": token_of(browser.get("/tai-khoan").text)}
        assert browser.post(f"{address}/viec", data=token).status_code == 403


def test_a_file_is_begun_from_its_name_brought_along_and_taken_away(signed_in: People, database: Database) -> None:
    analyst = signed_in("phantich")
    address = begun(analyst, database)

    def add(phan: str, ten: str, **more: Any) -> Any:
        form = {"csrf_token": token_of(analyst.get(address).text), "phan": phan, "ten": ten, **more}
        return analyst.post(f"{address}/them", data=form, content_type="multipart/form-data", follow_redirects=True)

    assert "Đã thêm forms/tham-dinh-thuc-dia.form." in add("bieu-mau", "Thẩm định thực địa").text
    refused = add("bieu-mau", "Thẩm định thực địa").text
    assert "đặt một tên khác" in refused and 'value="Thẩm định thực địa"' in refused
    drawn = content(analyst.get(address).text)
    assert "Chọn một tệp .bpmn." in add("so-do", "Phần hai", tep=(BytesIO(drawn.encode()), "phan-hai.txt")).text
    assert "không phải là văn bản UTF-8" in add("so-do", "Phần hai", tep=(BytesIO(b"\xff\xfe"), "a.bpmn")).text
    assert "Đã thêm phan-hai.bpmn." in add("so-do", "Phần hai", tep=(BytesIO(drawn.encode()), "a.bpmn")).text
    given = analyst.get(f"{address}/tep?ten=phan-hai.bpmn")
    assert given.text == drawn.replace("\r\n", "\n") and "phan-hai.bpmn" in given.headers["Content-Disposition"]
    assert analyst.get(f"{address}/tep?ten=khong-co.bpmn").status_code == 404
    assert analyst.post(f"{address}/them", data={"phan": "ban-ghi"}).status_code in (400, 404)
