"""The administrator's page of connected systems."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from engine.calendar import VIETNAM
from engine.refusal import Refusal
from engine.store import Database
from engine.store.tables import job, read_log
from engine.worker import drain
from procedures import bundles, clients
from procedures.exchange.connectors import arriving, configured, webhooks
from procedures.exchange.connectors.configured import Connector
from tests.serving import serving
from tests.web.conftest import post
from tests.web.test_api import Caller
from tests.web.test_citizens import provider, through, with_identity  # noqa: F401
from tests.web.test_handing_in import begun, citizen, fill  # noqa: F401
from web.simulators import population as people
from web.simulators import portal as portals
from web.simulators import receiver as receivers

FILE = """
[portal]
url = "{address}"
dstcode = "VN:TEST"
username = "motcua"
password = "file:mat-khau"
unit = "H31"
timeout = 0.5
test = true
"""


@pytest.fixture
def portal(database: Database, tmp_path: Path) -> Iterator[portals.Portal]:
    """A portal, and the house's line to it as its configuration names it."""
    server, known = portals.serve("motcua", "rất-bí-mật")
    with serving(server) as address:
        (tmp_path / "mat-khau").write_text("rất-bí-mật\n", "utf-8")
        (tmp_path / "ket-noi.toml").write_text(FILE.format(address=address), "utf-8")
        house: Any = database.installation
        house.settings = replace(house.settings, connectors=configured.load(tmp_path / "ket-noi.toml", {}))
        yield known


def test_a_line_is_tried_and_says_how_it_stands(
    signed_in: Callable[[str], FlaskClient], portal: portals.Portal
) -> None:
    admin = signed_in("quantri")
    assert "Chưa gọi lần nào" in admin.get("/quan-tri/ket-noi").text
    for fault, said in (
        ("none", "Kết nối hoạt động"),
        ("down", "chưa trả lời (mã 503)"),
        ("none", "Kết nối hoạt động"),
    ):
        portal.fault = fault
        answer = post(admin, "/quan-tri/ket-noi/portal/thu", {}, page="/quan-tri/ket-noi")
        assert said in admin.get(answer.location).text
    page = admin.get("/quan-tri/ket-noi/portal").text
    assert "THỬ NGHIỆM" in page and "LayDanhMucLinhVuc" in page and "rất-bí-mật" not in page
    assert 'motcua_connector_up{name="portal"} 1.0' in admin.get("/metrics").text
    assert admin.get("/quan-tri/ket-noi/khong-co").status_code == 404
    assert signed_in("motcua").get("/quan-tri/ket-noi").status_code == 403
    assert signed_in("motcua").post("/quan-tri/ket-noi/portal/thu").status_code in (400, 403)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[ngân-hàng]\n", "không phải mục"),
        ("[portal]\nurl = 'https://x.vn'\n", "thiếu dstcode"),
        (FILE.format(address="http://10.0.0.1").replace("test = true", ""), "phải là https"),
        (FILE.format(address="https://a:b@x.vn"), "url phải có dạng"),
        (FILE.format(address="https://x.vn").replace("mat-khau", "khong-co"), "không đọc được tệp khong-co"),
        (FILE.format(address="https://x.vn").replace("0.5", "0"), "timeout phải"),
        (FILE.format(address="https://x.vn").replace("file:mat-khau", "env:KHONG"), "KHONG"),
        (FILE.format(address="https://x.vn") + "la = 'x'\n", "không có thiết lập la"),
    ],
)
def test_a_file_that_cannot_be_understood_is_refused_by_name(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "mat-khau").write_text("x", "utf-8")
    (tmp_path / "c.toml").write_text(text.replace("ngân-hàng", "nganhang"), "utf-8")
    with pytest.raises(Refusal, match="Tệp khai báo kết nối") as refused:
        configured.load(tmp_path / "c.toml", {})
    assert said in str(refused.value)


def test_a_registered_system_reads_what_its_scope_says_within_its_quota_and_leaves_its_trace(
    app: Flask, database: Database, signed_in: Callable[[str], FlaskClient], receive: Callable[..., Any]
) -> None:
    made = receive("chung_thuc_ban_sao")
    secret = clients.create(
        database, "kho", "Kho dữ liệu", scopes=("status", "statistics"), official="api", by="quantri"
    )
    kho = Caller(app, "kho", secret)
    told = kho.get(f"/data/dossiers/{made.code}")
    assert told.status_code == 200 and told.get_json()["status"]["code"] == "4"
    assert "applicant" not in told.get_json() and "Nguyễn" not in told.text and "0331" not in told.text
    with database.begin() as tx:
        last = tx.read(select(read_log.c.act, read_log.c.data).order_by(read_log.c.at.desc())).first()
    assert last is not None and last.act == "api_data.stands" and '"client":"kho"' in last.data
    day = f"{datetime.now(VIETNAM):%Y-%m-%d}"
    assert kho.get("/data/statistics", **{"from": day, "to": day}).get_json()["received"] == 1
    assert kho.get("/data/statistics", **{"from": day, "to": "2000-01-01"}).status_code == 422
    assert kho.get("/data/statistics", **{"from": "9999-12-31", "to": "9999-12-31"}).status_code == 422
    assert kho.get(f"/dossiers/{made.code}").status_code == 403, "no scope for people's data"
    assert kho.get("/data/dossiers/khong-co").status_code == 404
    admin = signed_in("quantri")
    address = "/quan-tri/ung-dung/kho/han-muc"
    assert post(admin, address, {"han_muc": "nhiều"}).status_code == 422
    assert post(admin, address, {"han_muc": "2"}).status_code == 302
    answers = [kho.get(f"/data/dossiers/{made.code}") for _call in range(3)]
    assert [one.status_code for one in answers] == [200, 200, 429]
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 3600
    assert "tối đa 2 lượt gọi mỗi giờ" in admin.get("/quan-tri/ung-dung").text
    post(admin, address, {"han_muc": ""})
    assert kho.get(f"/data/dossiers/{made.code}").status_code == 200
    assert "/api/v1/data/dossiers/{code}" in app.test_client().get("/api/openapi.json").get_json()["paths"]


@pytest.fixture
def registry(database: Database) -> Iterator[people.Population]:
    """A population database, and the house's line to it."""
    server, known = people.serve()
    with serving(server) as address:
        house: Any = database.installation
        line = Connector("population", "population", address, {}, 0.5, test=True)
        house.settings = replace(house.settings, connectors={line.name: line})
        yield known


def test_the_desk_compares_an_applicant_with_the_population_database_and_overwrites_nothing(
    signed_in: Callable[[str], FlaskClient], database: Database, registry: people.Population
) -> None:
    desk = signed_in("motcua")
    with database.begin() as tx:
        code = next(one.code for one in bundles.published(tx) if one.process == "chung_thuc_ban_sao")
    page = f"/mot-cua/tiep-nhan/{code}"
    asked = {"lam": "tra-dan-cu", "so_dinh_danh": "033190001234", "ho_ten": "Nguyễn Thị Thử", "dien_thoai": "0912"}
    filled = post(desk, page, asked).text
    assert "Đã điền địa chỉ theo dữ liệu dân cư" in filled and "THỬ NGHIỆM" in filled
    assert 'value="Thôn 1, xã Thử, tỉnh Hưng Yên"' in filled and 'value="0912"' in filled
    other = post(desk, page, {**asked, "dia_chi": "Thôn 9"}).text
    assert "đã nhập “Thôn 9”, dữ liệu dân cư ghi “Thôn 1, xã Thử" in other and 'value="Thôn 9"' in other
    assert "khớp với dữ liệu dân cư" in post(desk, page, {**asked, "dia_chi": "thôn 1 xã Thử tỉnh Hưng Yên"}).text
    assert "không có người mang số định danh" in post(desk, page, {**asked, "ho_ten": "Ai Khác"}).text
    assert "12 số định danh" in post(desk, page, {**asked, "so_dinh_danh": "0331"}).text
    registry.fault = "down"
    away = post(desk, page, asked).text
    assert "chưa trả lời (mã 503)" in away and "Nguyễn Thị Thử" in away


def test_citizens_fetch_their_own_data_by_an_identity_and_with_consent(
    with_identity: Flask,  # noqa: F811
    database: Database,
    registry: people.Population,
    citizen: Callable[..., FlaskClient],  # noqa: F811
) -> None:
    browser = with_identity.test_client()
    through(browser)
    draft = begun(browser)
    page = fill(browser, draft, upto="nguoi-nop")
    offered = browser.get(page).text
    assert "Lấy dữ liệu dân cư của tôi" in offered and "THỬ NGHIỆM" in offered
    typed = {"lam": "dan-cu", "ho_ten": "Nguyễn Thị Thử", "dien_thoai": "0912345678", "dia_chi": ""}
    refused = post(browser, page, typed)
    assert refused.status_code == 422 and "Đánh dấu đồng ý" in refused.text
    assert registry.calls == []
    done = post(browser, page, {**typed, "dong_y": "1"})
    shown = browser.get(done.location).text
    assert "Đã điền theo dữ liệu dân cư" in shown and "Thôn 1, xã Thử, tỉnh Hưng Yên" in shown
    other = post(browser, page, {**typed, "dong_y": "1", "dia_chi": "Thôn 9"})
    kept = browser.get(other.location).text
    assert "ghi “Thôn 1, xã Thử, tỉnh Hưng Yên”" in kept and "Thôn 9" in kept
    by_code = citizen("0987654321")
    theirs = fill(by_code, begun(by_code), upto="nguoi-nop")
    assert "dữ liệu dân cư" not in by_code.get(theirs).text
    assert post(by_code, theirs, {**typed, "dong_y": "1"}).status_code == 422


def test_a_webhook_is_shown_and_sent_again(
    database: Database, signed_in: Callable[[str], FlaskClient], receive: Callable[..., Any]
) -> None:
    server, known = receivers.serve("khoa")
    with serving(server) as address:
        line = Connector("webhook.kho", "webhook", address, {"secret": "khoa", "events": "dossier.status"}, 0.5)
        house: Any = database.installation
        house.settings = replace(house.settings, connectors={line.name: line})
        known.fault = "down"
        receive("chung_thuc_ban_sao")
        drain(database)
        admin = signed_in("quantri")
        page = "/quan-tri/ket-noi/webhook.kho"
        shown = admin.get(page).text
        assert "dossier.status" in shown and "Chờ gửi" in shown
        known.fault = "none"
        post(admin, f"{page}/gui-lai", {}, page=page)
        (one,) = webhooks.deliveries(database, line.name)
        post(admin, f"{page}/gui-lai", {"tin": one.id}, page=page)
        with database.begin() as tx:
            tx.execute(update(job).values(due_at=tx.now))
        drain(database)
        assert "Đã gửi" in admin.get(page).text and list(known.kept) == [one.id]
        assert admin.post("/quan-tri/ket-noi/portal/gui-lai").status_code in (400, 404)


def test_the_portals_pages_compare_take_over_and_route(
    database: Database,
    signed_in: Callable[[str], FlaskClient],
    receive: Callable[..., Any],
    portal: portals.Portal,
) -> None:
    admin = signed_in("quantri")
    made = receive("chung_thuc_ban_sao")
    drain(database)
    del portal.dossiers[made.code]
    address = "/quan-tri/cong-quoc-gia"
    assert "Không có hồ sơ nào bị kẹt" in admin.get(address).text
    portal.fault = "down"
    assert "Chưa so sánh được" in admin.get(f"{address}?tu-ngay=2020-01-01").text
    portal.fault = "none"
    found = admin.get(f"{address}?tu-ngay=2020-01-01").text
    assert "Cổng chưa có" in found and made.code in found and "Gửi lại 1 hồ sơ" in found
    onward = re.search(r'action="(/quan-tri/cong-quoc-gia/gui-lai[^"]+)"', found)
    assert onward is not None
    told = post(admin, onward[1].replace("&amp;", "&"), {}, page=f"{address}?tu-ngay=2020-01-01")
    drain(database)
    assert "Hai bên khớp nhau" in admin.get(told.location).text and made.code in portal.dossiers
    portal.procedures = {"9.100": {"code": "9.100", "name": "Thủ tục mới của Bộ"}}
    post(admin, f"{address}/danh-muc/so-sanh", {}, page=f"{address}/danh-muc")
    drain(database)
    assert "Thủ tục mới của Bộ" in admin.get(f"{address}/danh-muc").text
    answer = post(admin, f"{address}/danh-muc/cap-nhat", {}, page=f"{address}/danh-muc")
    assert "Chọn ít nhất một thủ tục" in admin.get(answer.location).text
    route = {
        "ma": "9.100",
        "tu_ngay": f"{datetime.now(VIETNAM).date():%d/%m/%Y}",
        "tuyen": "ministry",
        "can_cu": "QĐ 1/QĐ-BTP",
    }
    assert post(admin, f"{address}/tuyen", {**route, "tuyen": ""}).status_code == 422
    assert post(admin, f"{address}/tuyen", route).status_code == 302
    assert "QĐ 1/QĐ-BTP" in admin.get(f"{address}/tuyen").text
    portal.dossiers["B.1"] = {
        "MaHoSo": "B.1", "MaTTHC": "9.100", "TenTTHC": "Thủ tục mới của Bộ", "TrangThaiHoSo": "4",
        "NgayTiepNhan": f"{datetime.now(VIETNAM).date():%Y%m%d}000001",
    }  # fmt: skip
    arriving.due(database)
    drain(database)
    board = signed_in("lanhdao").get("/bang-dieu-hanh").text
    assert "Do hệ thống của bộ, ngành giải quyết" in board and "Thủ tục mới của Bộ" in board
    assert signed_in("motcua").get(address).status_code == 403
