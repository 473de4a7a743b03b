"""The administrator's page of connected systems."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from engine.refusal import Refusal
from engine.store import Database
from procedures.exchange.connectors import configured
from tests.serving import serving
from tests.web.conftest import post
from web.simulators import portal as portals

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
