"""The documents' pages show the exchange with the axis: how a document came, what its sender asks, how far one of ours
is with its recipients, what was not understood."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from engine.store import Database
from engine.worker import drain
from procedures.exchange.axis import protocol, receiving
from procedures.exchange.axis.client import Agency, Client
from procedures.settings import current
from procedures.signatures.verdicts import Judged, reason
from procedures.store.axis import axis_file
from tests.procedures.exchange.provinces import PLAYED, Verifier
from tests.procedures.town import PDF
from tests.serving import serving
from tests.web.conftest import post, settings
from tests.web.test_documents import drafted, province_template, rows, step  # noqa: F401
from web.bootstrap import installation
from web.simulators import axis as simulator

People = Callable[[str], FlaskClient]
HERE, SECRET = "H31", "bí mật"


@pytest.fixture
def axis() -> Iterator[tuple[str, simulator.Axis]]:
    server, known = simulator.serve({HERE: SECRET}, {PLAYED: "Văn phòng Chính phủ (mô phỏng)"})
    with serving(server) as address:
        yield address, known


@pytest.fixture
def database(
    province_template: Path,  # noqa: F811
    tmp_path: Path,
    axis: tuple[str, simulator.Axis],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Database]:
    """The province, joined to the axis."""
    monkeypatch.setattr(receiving, "Verifier", Verifier)
    path = tmp_path / "motcua.db"
    shutil.copy(province_template, path)
    known = replace(settings(tmp_path), axis_url=axis[0], axis_system=HERE, axis_secret=SECRET)
    opened = installation(known).open(f"sqlite:///{path}")
    Client(current(opened).axis).register(Agency("H31.11", "Ủy ban nhân dân phường"))
    receiving.sync_agencies(opened)
    yield opened
    opened.close()


def work(database: Database, turn: int = 1) -> None:
    """The worker looks twice; to it, each turn is some minutes later than the one before."""
    clock = database.clock
    receiving.begin(database)
    for look in range(2):
        ahead = timedelta(minutes=4 * turn + 2 * look)
        database.clock = lambda ahead=ahead: clock() + ahead  # type: ignore[misc]
        drain(database)
    database.clock = clock


def sent(axis: simulator.Axis, tmp_path: Path, kind: str = "0", **more: Any) -> None:
    """The played agency sends a document, or asks something of it."""
    paper = tmp_path / "cong-van.pdf"
    paper.write_bytes(PDF)
    header = {
        "From": {"OrganId": PLAYED, "OrganName": "Văn phòng Chính phủ (mô phỏng)"},
        "To": [{"OrganId": "H31.11"}],
        "DocumentId": f"{PLAYED},2026/11/20,7816/VPCP-TTĐT",
        "Code": {"CodeNumber": "7816", "CodeNotation": "VPCP-TTĐT"},
        "PromulgationInfo": {"PromulgationDate": "2026/11/20"},
        "DocumentType": {"TypeName": "Công văn"},
        "Subject": "Về việc kết nối phần mềm quản lý văn bản",
        **more,
    }
    traces = {
        "TraceHeader": [{"OrganId": PLAYED, "Timestamp": f"2026/11/2{kind} 08:00:00"}],
        "Bussiness": {
            "BussinessDocType": kind,
            "BussinessDocReason": "Ban hành nhầm" if kind != "0" else "Văn bản mới",
        },
    }
    files = [{"name": "cong-van.pdf", "type": "application/pdf", "file": str(paper)}]
    said = {"MessageHeader": header, "TraceHeaderList": traces, "attachments": files}
    axis.write(said, protocol.EDOC, PLAYED)


def test_a_document_comes_is_registered_and_what_its_sender_asks_is_answered(
    database: Database, axis: tuple[str, simulator.Axis], signed_in: People, tmp_path: Path
) -> None:
    sent(axis[1], tmp_path)
    axis[1].hold(_written(tmp_path, b"khong phai XML"), ("H31.11",))
    work(database, 1)
    (row,) = rows(database)
    clerk = signed_in("vanthu")
    page = clerk.get(f"/van-ban/{row.code}/dang-ky").text
    assert "Nhận qua trục liên thông" in page and "Chưa kết luận được" in page and "Tệp không có chữ ký số." in page
    warning = "Không dùng văn bản này làm căn cứ"
    assert warning not in page and "Chữ ký số không hợp lệ" not in clerk.get("/van-ban/den").text
    broken = Judged(reasons=[reason("altered")]).as_dict()
    with database.begin() as tx:
        tx.execute(update(axis_file).values(judged=broken))
    assert "Chữ ký số không hợp lệ" in clerk.get("/van-ban/den").text
    for place in (f"/van-ban/{row.code}/dang-ky", f"/van-ban/{row.code}"):
        page = clerk.get(place).text
        assert warning in page and "cong-van.pdf: Nội dung đã bị thay đổi sau khi ký." in page
    said = {"so_ky_hieu": row.notation, "co_quan_ban_hanh": row.issuer, "trich_yeu": row.subject, "loai": "CV"}
    more = {"ngay_van_ban": "20/11/2026", "do_khan": "0", "hinh_thuc": "dien_tu"}
    assert post(clerk, f"/van-ban/{row.code}/dang-ky", {**said, **more}).status_code == 302
    sent(axis[1], tmp_path, "1")
    work(database, 2)
    address = f"/van-ban/{row.code}"
    page = clerk.get(address).text
    assert "Nơi gửi yêu cầu thu hồi" in page and "Ban hành nhầm" in page and "Trục đã nhận" in page
    assert "Từ chối" not in signed_in("lanhdao").get(address).text
    asked = page.split('name="yeu_cau" value="')[1].split('"')[0]
    form = {"yeu_cau": asked, "tra_loi": "tu_choi", "ly_do": ""}
    assert "Ghi lý do từ chối" in post(clerk, f"{address}/yeu-cau", form, page=address).text
    done = post(clerk, f"{address}/yeu-cau", {**form, "ly_do": "Đã trả lời xong"}, page=address)
    assert done.status_code == 302 and "Đã từ chối" in clerk.get(address).text
    page = clerk.get("/van-ban/truc").text
    assert "Không hiểu được" in page and "XML" in page
    message = page.split("/van-ban/truc/thong-diep/")[1].split('"')[0]
    came = clerk.get(f"/van-ban/truc/thong-diep/{message}")
    assert came.data == b"khong phai XML" and came.content_length == len(came.data)
    assert came.headers["Content-Disposition"].startswith("attachment;")
    assert clerk.get("/van-ban/truc?muc=tat-ca").text.count("<tr>") == 4
    assert signed_in("lanhdao").get("/van-ban/truc").status_code == 403
    work(database, 3)
    codes = [one.said["MessageHeader"].get("StatusCode") for one in axis[1].of_agency(PLAYED)]
    assert sorted(codes) == ["01", "03", "16"]


def test_a_document_goes_and_its_page_follows_it(
    database: Database, axis: tuple[str, simulator.Axis], signed_in: People
) -> None:
    author, head, leader, clerk = (signed_in(who) for who in ("chuyenvien", "truongdonvi", "lanhdao", "vanthu"))
    assert "Văn phòng Chính phủ" in author.get("/van-ban/truc/co-quan?tim=van+phong").text
    others = f"{PLAYED}\nĐảng ủy phường"
    made = drafted(author, noi_nhan=[], noi_nhan_khac=others, tep=(BytesIO(PDF), "du-thao.pdf"))
    assert made.status_code == 302
    (row,) = rows(database)
    assert "qua trục liên thông" in author.get(f"/van-ban/{row.code}").text
    step(author, database, row, "soan_thao", "trinh")
    step(head, database, row, "ky_nhay_don_vi", "ky_nhay")
    step(head, database, row, "ky_nhay_van_phong", "ky_nhay")
    step(leader, database, row, "ky_duyet", "duyet", tham_quyen="TM")
    step(clerk, database, row, "cap_so", "cap_so")
    step(clerk, database, row, "phat_hanh", "phat_hanh")
    work(database, 1)
    address = f"/van-ban/{row.code}"
    page = clerk.get(address).text
    assert "Nơi nhận qua trục liên thông" in page and "Đã xử lý xong" in page and "qua trục liên thông" in page
    assert page.count("ngoài hệ thống") == 1
    renewed = post(
        clerk, f"{address}/cap-nhat", {"trich_yeu": "Về việc đã sửa", "ly_do": "Sai trích yếu"}, page=address
    )
    assert renewed.status_code == 302
    work(database, 2)
    page = clerk.get(address).text
    assert "Về việc đã sửa" in page and "Đồng ý thu hồi hoặc cập nhật" in page
    assert "Thay thế văn bản đã phát hành" in author.get(f"/van-ban/di/soan?thay-the={row.code}&loai=Q%C4%90").text
    assert post(clerk, f"{address}/gui-lai", {}, page=address).status_code == 302


def _written(folder: Path, body: bytes) -> Path:
    path = folder / "hong"
    path.write_bytes(body)
    return path
