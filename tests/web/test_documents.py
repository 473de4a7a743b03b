"""The registry's pages: the tray, the register, the leader's directive, the units' tasks; who may open and do what."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from engine import worklist
from engine.store import Database
from engine.store.tables import event
from procedures import bundles
from procedures.actor import Actor
from procedures.store.documents import document
from tests.procedures.town import PDF
from tests.web.conftest import post, settings, token_of
from web.bootstrap import installation

ROUTES = Path(__file__).parents[2] / "bpmn" / "routes"
People = Callable[[str], FlaskClient]
ENTRY = {
    "so_ky_hieu": "1204/UBND-NC",
    "co_quan_ban_hanh": "Ủy ban nhân dân tỉnh Hưng Yên",
    "trich_yeu": "Về việc báo cáo cải cách hành chính",
    "loai": "CV",
    "ngay_van_ban": "20/11/2026",
    "do_khan": "0",
    "hinh_thuc": "dien_tu",
}


@pytest.fixture(scope="session")
def province_template(province_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The province with the routes of documents deployed."""
    folder = tmp_path_factory.mktemp("registry")
    path = folder / "province.db"
    shutil.copy(province_template, path)
    opened = installation(settings(folder)).open(f"sqlite:///{path}")
    bundles.deploy_all(opened, ROUTES, by=Actor("phantich"))
    opened.close()
    return path


def rows(database: Database) -> list[Any]:
    with database.begin() as tx:
        return list(tx.read(select(document).order_by(document.c.received_at, document.c.id)).all())


def uploaded(clerk: FlaskClient, body: bytes = PDF, name: str = "cong-van.pdf", **more: str) -> Any:
    page = clerk.get("/van-ban/den")
    agency = re.search(r'name="co_quan" value="([^"]+)"', page.text)
    assert agency is not None
    return clerk.post(
        "/van-ban/den/tai-len",
        data={"csrf_token": token_of(page.text), "co_quan": agency[1], "tep": (BytesIO(body), name), **more},
    )


def registered(clerk: FlaskClient, database: Database, **more: str) -> Any:
    """A document in the register; its row."""
    came = uploaded(clerk)
    assert came.status_code == 302, came.text
    done = post(clerk, came.location, {**ENTRY, **more})
    assert done.status_code == 302, re.findall(r"govuk-error-message.*?</p>", done.text)
    return next(row for row in rows(database) if f"/van-ban/{row.code}" == done.location)


def task_of(database: Database, row: Any, element: str) -> str:
    return next(one.id for one in worklist.of_instance(database, row.id) if one.element == element)


def test_from_a_scan_to_the_unit_through_the_pages(database: Database, signed_in: People) -> None:
    clerk = signed_in("vanthu")
    row = registered(clerk, database)
    assert (row.number, row.state) == (1, "dang_xu_ly")
    assert "Số đến: 01" in clerk.get(f"/van-ban/{row.code}").text
    leader = signed_in("lanhdao")
    address = f"/cong-viec/{task_of(database, row, 'but_phe')}"
    page = leader.get(address).text
    assert "1204/UBND-NC" in page and "báo cáo cải cách hành chính" in page
    assert f"/van-ban/{row.code}/tep/{row.sha256}" in page, "the scan stands on the task's page"
    done = post(
        leader,
        f"{address}/hoan-thanh",
        {"hanh_dong": "giao_xu_ly", "but_phe": "Giao tham mưu", "don_vi_chu_tri": "H31.11", "han_xu_ly": "04/12/2026"},
        page=address,
    )
    assert done.status_code == 302, done.text
    head = signed_in("truongdonvi")
    assert "1204/UBND-NC" in head.get("/van-ban/den").text
    answer = head.get(f"/van-ban/{row.code}/tep/{row.sha256}")
    assert answer.status_code == 200 and answer.data == PDF
    for address in (f"/cong-viec/{task_of(database, row, 'phan_cong')}", f"/van-ban/{row.code}"):
        page = head.get(address).text
        assert "1204/UBND-NC" in page and "Giao tham mưu" in page, "what the leader directed is read where it is done"


def test_documents_are_searched_by_field_kept_and_taken_away_as_a_spreadsheet(
    database: Database, signed_in: People
) -> None:
    clerk = signed_in("vanthu")
    row = registered(clerk, database)
    asked = "/van-ban/tim-kiem?co-quan-ban-hanh=Hung+Yen&trich-yeu=cai+cach&cot=ky-hieu&cot=trich-yeu&cot=nguoi-ky"
    page = clerk.get(asked).text
    assert f"/van-ban/{row.code}" in page and "Người ký</th>" in page and "Đơn vị xử lý</th>" not in page
    for nothing in (
        "trich-yeu=cai+luong",
        "co-quan-ban-hanh=Ha+Noi",
        "so=77",
        "ky-den-ngay=01/01/2020",
        "so-sach=di&tim=cai",
    ):
        assert f"/van-ban/{row.code}" not in clerk.get(f"/van-ban/tim-kiem?{nothing}").text, nothing
    assert f"/van-ban/{row.code}" not in signed_in("vanthu.yenmy").get(asked).text
    assert clerk.get(f"{asked}&dang=xlsx").data.startswith(b"PK")
    assert "Đặt tên" in post(clerk, asked, {"ten": " "}).text
    kept = post(clerk, asked, {"ten": "Cải cách"})
    assert kept.status_code == 302 and "trich-yeu=cai+cach" in kept.location
    assert "Cải cách" in clerk.get("/van-ban/tim-kiem").text
    assert "Cải cách</a>" not in signed_in("lanhdao").get("/van-ban/tim-kiem").text, "one's own"


def test_what_is_wrong_is_told_and_what_was_typed_stays(database: Database, signed_in: People) -> None:
    clerk = signed_in("vanthu")
    address = uploaded(clerk).location
    wrong = post(clerk, address, {**ENTRY, "so_ky_hieu": "", "do_mat": "", "ghi_chu": "bản fax mờ"})
    assert wrong.status_code == 200 and "Nhập số, ký hiệu của văn bản." in wrong.text and "bản fax mờ" in wrong.text
    assert post(clerk, address, {"so_ky_hieu": "1/UBND"}).status_code == 200, "without most of its fields, too"
    secret = post(clerk, address, {**ENTRY, "do_mat": "Tuyệt mật"})
    assert "Văn bản có độ mật không được đưa vào hệ thống này" in secret.text
    assert post(clerk, address, ENTRY).status_code == 302
    again = post(clerk, uploaded(clerk).location, ENTRY)
    assert again.status_code == 200 and "Lý do vẫn đăng ký" in again.text
    assert [row.number for row in rows(database)] == [1, None]


def test_the_clerk_gives_back_with_a_reason(database: Database, signed_in: People) -> None:
    clerk = signed_in("vanthu")
    address = uploaded(clerk).location
    (row,) = rows(database)
    assert "Ghi rõ lý do trả lại" in post(clerk, f"/van-ban/{row.code}/tra-lai", {"ly_do": ""}, page=address).text
    assert post(clerk, f"/van-ban/{row.code}/tra-lai", {"ly_do": "Gửi nhầm"}, page=address).status_code == 302
    assert "Gửi nhầm" in clerk.get(f"/van-ban/{row.code}").text


def drafted(author: FlaskClient, **more: Any) -> Any:
    """A draft by its page; the answer."""
    page = author.get("/van-ban/di/soan").text
    agency = re.search(r'name="co_quan" value="([^"]+)"', page)
    said = {
        "loai": "QĐ",
        "trich_yeu": "Về việc kiện toàn Ban Chỉ đạo",
        "do_khan": "0",
        "hinh_thuc": "dien_tu",
        "noi_nhan": ["H31.15"],
        "co_quan": agency[1] if agency else "",
        "tep": (BytesIO(PDF), "du-thao.pdf"),
    }
    return author.post("/van-ban/di/soan", data={"csrf_token": token_of(page), **said, **more})


def test_a_draft_is_composed_checked_and_remarked_upon_on_its_pages(database: Database, signed_in: People) -> None:
    author, head, clerk = signed_in("chuyenvien"), signed_in("truongdonvi"), signed_in("vanthu")
    assert drafted(author, tep=(BytesIO(b""), "")).status_code == 302
    (row,) = rows(database)
    address = f"/van-ban/{row.code}"
    page = author.get(f"{address}/soan").text
    said = {
        "noi_dung": "Điều 1. Kiện toàn Ban Chỉ đạo",
        "tham_quyen": "Ủy ban nhân dân phường",
        "can_cu": "Căn cứ Luật Tổ chức chính quyền địa phương ngày 16 tháng 6 năm 2025",
        "noi_nhan": "Như Điều 1",
        "luu": "VT",
        "nguoi_ky": "lanhdao",
        "quyen_han": "TM",
    }
    assert 'value="lanhdao" selected' in page
    wrong = post(author, f"{address}/soan", {**said, "noi_dung": " ", "luu": "VT, XX"})
    assert wrong.status_code == 200 and "Nhập nội dung văn bản." in wrong.text and "VT, XX" in wrong.text
    assert post(author, f"{address}/soan", said).status_code == 302
    assert post(author, f"{address}/soan", {**said, "noi_dung": "Điều 1. Kiện toàn Tổ công tác"}).status_code == 302
    text = author.get(f"{address}/so-sanh").text
    assert "<del>Ban</del>" in text and "<ins>Tổ</ins>" in text
    assert "Không có lỗi thể thức nào" in author.get(f"{address}/the-thuc").text
    word = author.get(f"{address}/mau-word")
    assert word.status_code == 200 and word.data[:2] == b"PK"
    step(author, database, row, "soan_thao", "trinh")
    assert author.get(f"{address}/soan").status_code == 404, "it is no draft any more"
    page = f"{address}/nhan-xet"
    assert "Chọn đoạn được nhận xét" in post(head, page, {"ban": "2", "doan": "không có", "y_kien": "Sai"}).text
    said = {"ban": "2", "doan": "Kiện toàn Tổ công tác", "y_kien": "Ghi rõ tên tổ"}
    assert post(head, page, said).status_code == 302
    shown = author.get(page).text
    assert "Ghi rõ tên tổ" in shown and "<mark>Điều 1. Kiện toàn Tổ công tác./.</mark>" in shown
    remark = re.search(r'name="nhan_xet" value="([^"]+)"', shown)
    assert remark is not None
    long = post(author, f"{page}/tra-loi", {"nhan_xet": remark[1], "tra_loi": "Đã" * 1001}, page=page)
    assert "Đã" * 1001 in long.text and f'href="#tra-loi-{remark[1]}"' in long.text
    assert post(author, f"{page}/tra-loi", {"nhan_xet": remark[1], "tra_loi": "Đã ghi"}, page=page).status_code == 302
    assert post(author, f"{page}/xong", {"nhan_xet": remark[1]}, page=page).status_code == 302
    assert "Đã xử lý" in clerk.get(page).text


def test_templates_numbers_and_the_check_of_any_file(database: Database, signed_in: People) -> None:
    clerk, author = signed_in("vanthu"), signed_in("chuyenvien")
    page = clerk.get("/van-ban/mau")
    agency = re.search(r'name="co_quan" value="([^"]+)"', page.text)
    assert agency is not None and page.text.count("mẫu có sẵn") >= 29
    template = clerk.get("/van-ban/mau/QĐ")
    assert template.data[:2] == b"PK" and clerk.get("/van-ban/mau/XX").status_code == 404

    def sent(body: bytes, address: str = "/van-ban/mau", **said: str) -> Any:
        data = {"csrf_token": token_of(page.text), "co_quan": agency[1], "loai": "QĐ", "tep": (BytesIO(body), "m.docx")}
        return clerk.post(address, data={**data, **said})

    assert "Mẫu phải là tệp Word" in sent(PDF, viec="dung").text
    assert sent(template.data, viec="thu").data[:2] == b"PK" and sent(template.data, viec="dung").status_code == 302
    assert "của cơ quan, từ" in author.get("/van-ban/mau").text
    assert sent(b"", "/van-ban/mau/bo").status_code == 302 and "của cơ quan, từ" not in author.get("/van-ban/mau").text
    assert "Chọn tệp Word" in sent(b"", "/van-ban/kiem-tra", viec="kiem").text
    checked = sent(template.data, "/van-ban/kiem-tra", viec="kiem").text
    assert "Kết quả: m.docx" in checked
    assert "Không kiểm tra được" in sent(b"PK\x03\x04 broken", "/van-ban/kiem-tra", viec="kiem").text
    reserve = {"co_quan": agency[1], "loai": "QĐ", "so_luong": "2", "ly_do": "Giữ cho kỳ họp"}
    wrong = post(clerk, "/van-ban/so/giu-so", {**reserve, "so_luong": "99"}, page="/van-ban/so-di").text
    assert 'href="#so_luong"' in wrong and "Giữ cho kỳ họp" in wrong, "what was typed stays"
    assert post(clerk, "/van-ban/so/giu-so", reserve, page="/van-ban/so-di").status_code == 302
    void = {
        "co_quan": agency[1],
        "loai": "QĐ",
        "nam": re.findall(r'name="nam" value="(\d+)"', clerk.get("/van-ban/so-di").text)[0],
        "so": "1",
    }
    wrong = post(clerk, "/van-ban/so/bo-giu-so", {**void, "ly_do": ""}, page="/van-ban/so-di").text
    assert 'href="#ly-do-QĐ-1"' in wrong and 'id="ly-do-QĐ-1-error"' in wrong
    assert (
        post(clerk, "/van-ban/so/bo-giu-so", {**void, "ly_do": "Không họp"}, page="/van-ban/so-di").status_code == 302
    )
    shown = clerk.get("/van-ban/so-di").text
    assert "Không họp" in shown and "Liên tục, không trùng" in shown
    assert clerk.get("/van-ban/so-di?nam=²²²²").status_code == 200
    assert author.get("/van-ban/so-di").status_code == 403


def step(browser: FlaskClient, database: Database, row: Any, element: str, outcome: str, **said: str) -> None:
    address = f"/cong-viec/{task_of(database, row, element)}"
    done = post(browser, f"{address}/hoan-thanh", {"hanh_dong": outcome, **said}, page=address)
    assert done.status_code == 302, re.findall(r"govuk-error-message.*?</p>", done.text)


def test_from_a_draft_to_the_tray_of_another_agency_through_the_pages(database: Database, signed_in: People) -> None:
    author, head, leader, clerk = (signed_in(who) for who in ("chuyenvien", "truongdonvi", "lanhdao", "vanthu"))
    wrong = drafted(author, loai="CV")
    assert wrong.status_code == 200 and "Công văn ghi ký hiệu đơn vị soạn thảo" in wrong.text
    assert drafted(author).status_code == 302
    (row,) = rows(database)
    address = f"/van-ban/{row.code}"
    step(author, database, row, "soan_thao", "trinh")
    step(head, database, row, "ky_nhay_don_vi", "ky_nhay")
    step(head, database, row, "ky_nhay_van_phong", "ky_nhay")
    step(leader, database, row, "ky_duyet", "duyet", tham_quyen="TM")
    step(clerk, database, row, "cap_so", "cap_so")
    assert "01/QĐ-UBND" in author.get(address).text
    assert post(clerk, f"{address}/huy-so", {"ly_do": "Cấp nhầm"}, page=address).status_code == 302
    assert "cấp nhầm" in clerk.get("/van-ban/so/di").text.lower()
    assert post(clerk, f"{address}/cap-so-lai", {"so": "1"}, page=address).status_code == 302
    step(clerk, database, row, "phat_hanh", "phat_hanh")
    other = signed_in("vanthu.yenmy")
    assert "01/QĐ-UBND" in other.get("/van-ban/den").text
    for kind, start in (("pdf", b"%PDF"), ("xlsx", b"PK")):
        answer = clerk.get(f"/van-ban/so/di?dang={kind}")
        assert answer.status_code == 200 and answer.data.startswith(start)
    assert author.get("/van-ban/so/di").status_code == 403
    assert post(clerk, f"{address}/thu-hoi", {"ly_do": "Sai nội dung"}, page=address).status_code == 302
    assert "Nơi gửi đã thu hồi" in other.get(f"/van-ban/{rows(database)[-1].code}").text


#: Route of the room that takes a document → who of the document's own agency it does something for.
POSTS: dict[str, tuple[dict[str, str], frozenset[str]]] = {
    "documents.register_post": (ENTRY, frozenset({"vanthu"})),
    "documents.give_back": ({"ly_do": "Gửi nhầm"}, frozenset({"vanthu"})),
}
#: What is done to an outgoing one: nothing to what came; what each does is told above.
OUT: dict[str, dict[str, str]] = {
    "documents.version_post": {"noi_dung_sua": "Thử"},
    "documents.number_free": {"ly_do": "Thử"},
    "documents.number_again": {"so": ""},
    "documents.document_recall": {"ly_do": "Thử"},
    "documents.document_sign": {},
    "documents.axis_answer": {"yeu_cau": "khong-co", "ly_do": "Thử"},
    "documents.axis_renew": {"ly_do": "Thử"},
    "documents.axis_again": {},
    "documents.compose_post": {"noi_dung": "Thử"},
    "documents.remark_post": {"ban": "1", "doan": "Thử", "y_kien": "Thử"},
    "documents.remark_answer": {"nhan_xet": "khong-co", "tra_loi": "Thử"},
    "documents.remark_done": {"nhan_xet": "khong-co"},
    "documents.format_mend": {"da_xem": ""},
    "documents.matter_attach": {"noi_dung_sua": "Thử"},
    "documents.meeting_post": {"ngay": "01/12/2030"},
}
#: Route that shows a document → who of its own agency it opens for, while it lies in the tray.
GETS: dict[str, frozenset[str]] = {
    "documents.document_page": frozenset({"vanthu", "lanhdao", "quantri"}),
    "documents.register_page": frozenset({"vanthu"}),
    "documents.document_slip": frozenset({"vanthu", "lanhdao"}),
    **dict.fromkeys(
        ("documents.compose_page", "documents.draft_word", "documents.format_page", "documents.remarks_page"),
        frozenset(),
    ),  # of what goes out
    "documents.versions_page": frozenset(),
    "documents.meeting_page": frozenset(),
}
#: With the hash of a file of it: below; where something is to be signed: tests/web/test_signed_documents.py.
APART = {"documents.document_file", "documents.document_signature"}
ROLES = ("vanthu", "lanhdao", "truongdonvi", "chuyenvien", "motcua", "quantri", "phantich")
FOREIGN = ("vanthu.yenmy", "lanhdao.yenmy", "chuyenvien.tp", "vanthu.tinh")


def routes(app: Flask) -> dict[str, tuple[str, set[str]]]:
    return {
        rule.endpoint: (rule.rule, set(rule.methods or ()) - {"HEAD", "OPTIONS"})
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/van-ban/<code>")
    }


def test_every_route_of_a_document_stands_in_the_table(app: Flask) -> None:
    found = routes(app)
    assert {name for name, (_rule, methods) in found.items() if "POST" in methods} == POSTS.keys() | OUT.keys()
    assert {name for name, (_rule, methods) in found.items() if "GET" in methods} == set(GETS) | APART


def logged(database: Database, root: str) -> int:
    with database.begin() as tx:
        return int(tx.read(select(func.count()).select_from(event).where(event.c.root_id == root)).scalar_one())


def test_each_role_opens_and_does_its_own(app: Flask, database: Database, signed_in: People) -> None:
    """What changes nothing is tried on one document, what is allowed on one of its own."""
    clerk = signed_in("vanthu")
    uploaded(clerk)
    (row,) = rows(database)
    for who in (*ROLES, *FOREIGN):
        browser = clerk if who == "vanthu" else signed_in(who)
        token = token_of(browser.get("/tai-khoan").text)
        for name, whom in GETS.items():
            answer = browser.get(routes(app)[name][0].replace("<code>", row.code))
            assert answer.status_code == 200 if who in whom else answer.status_code in (403, 404), (who, name)
        file = browser.get(f"/van-ban/{row.code}/tep/{row.sha256}")
        assert (file.status_code == 200) is (who in GETS["documents.document_page"]), who
        assert browser.get(f"/van-ban/{row.code}/tep/{'a' * 64}").status_code in (403, 404)
        for name, fields in OUT.items():
            before, address = logged(database, row.id), routes(app)[name][0].replace("<code>", row.code)
            assert browser.post(address, data={"csrf_token": token, **fields}).status_code in (200, 302, 403, 404), name
            assert logged(database, row.id) == before, (who, name)
        for name, (said, whom) in POSTS.items():
            target = row
            if who in whom:
                uploaded(clerk)
                target = rows(database)[-1]
            before = logged(database, target.id)
            address = routes(app)[name][0].replace("<code>", target.code)
            answer = browser.post(address, data={"csrf_token": token, "khong_trung": "Gửi lại", **said})
            assert answer.status_code == 302 if who in whom else answer.status_code in (403, 404), (who, name)
            assert (logged(database, target.id) != before) is (who in whom), (who, name)
