"""Money on the pages: a drawer is closed, a refund decided, a closing confirmed; what is wrong is said in place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient

from engine.calendar import VIETNAM
from engine.store import Database
from procedures import dossiers, fees, refunds, shifts
from tests.web.conftest import token_of

EXTRACT = "cap_ban_sao_trich_luc"


def post(browser: FlaskClient, address: str, **data: str) -> Any:
    return browser.post(address, data={"csrf_token": token_of(browser.get("/tai-khoan").text), **data})


def test_a_day_with_a_reduction_a_refund_and_a_closing(
    database: Database, receive: Callable[..., Any], signed_in: Callable[[str], FlaskClient]
) -> None:
    clerk, leader, official = signed_in("motcua"), signed_in("lanhdao"), signed_in("chuyenvien")
    made = receive(EXTRACT)
    desk = f"/mot-cua/ho-so/{made.code}"
    agency = dossiers.get(database, made.id).agency
    fee = fees.assessed(database, made.id)[0]
    wrong = post(clerk, f"{desk}/mien-giam", khoan=fee.id, phan_tram="nửa", can_cu_giam="Hộ nghèo")
    assert "số nguyên từ 0 đến 100" in wrong.text and "Hộ nghèo" in wrong.text
    assert post(clerk, f"{desk}/mien-giam", khoan=fee.id, phan_tram="50", can_cu_giam="Hộ nghèo").status_code == 302
    assert post(clerk, f"{desk}/thu-phi", hinh_thuc="tien_mat").status_code == 302
    (paid,) = refunds.receipts(database, made.id)
    page = clerk.get(desk).text
    assert "giảm 50%" in page and paid.number in page
    asked = {"bien_lai": paid.receipt, "so_tien_hoan": "1.000", "ly_do_hoan": "Thu thừa"}
    assert post(clerk, f"{desk}/hoan-phi", **asked).status_code == 302
    assert made.code in leader.get("/phi-le-phi").text and made.code not in official.get("/phi-le-phi").text
    (one,) = refunds.of(database, made.id)
    assert "lý do không duyệt" in post(leader, f"/phi-le-phi/hoan/{one.id}", quyet_dinh="khong").text
    assert post(leader, f"/phi-le-phi/hoan/{one.id}", quyet_dinh="dong_y").status_code == 302
    assert post(clerk, f"{desk}/chi-hoan", hoan=one.id).status_code == 302

    page = clerk.get("/phi-le-phi").text
    assert "Két của tôi" in page and "01/PCH" in page
    bad = post(clerk, "/phi-le-phi/chot", co_quan=agency, thuc_dem="khoảng 3000", ly_do="x")
    assert "Nhập số tiền mặt thực đếm" in bad.text and "khoảng 3000" in bad.text
    bad = post(clerk, "/phi-le-phi/chot", co_quan=agency, thuc_dem="0")
    assert "ghi lý do chênh lệch" in bad.text
    counted = str(paid.amount - 1000)
    at = post(clerk, "/phi-le-phi/chot", co_quan=agency, thuc_dem=counted).headers["Location"]
    assert official.get(at).status_code == 403 and "Chờ xác nhận" in clerk.get(at).text
    assert "Chờ bạn xác nhận" in leader.get("/phi-le-phi").text
    assert "Chỉ trưởng đơn vị" in post(clerk, f"{at}/xac-nhan").text
    assert post(leader, f"{at}/tra-lai", tra_loi="Đếm lại").status_code == 302
    assert "Đếm lại" in clerk.get(at).text
    assert post(clerk, f"{at}/dem-lai", thuc_dem=counted).status_code == 302
    assert post(leader, f"{at}/xac-nhan").status_code == 302
    assert "In biên bản" in clerk.get(at).text
    for kind, head in (("pdf", b"%PDF"), ("xlsx", b"PK")):
        assert leader.get(f"/phi-le-phi?dang={kind}").data.startswith(head)
    assert leader.get("/phi-le-phi/chot/khong-co").status_code == 404

    with database.begin() as tx:
        today = tx.now.astimezone(VIETNAM).date()
        rows = shifts.of_period(tx, agency, today, today)
        own = shifts.of_period(tx, agency, today, today, "motcua")
    assert own and own[0][1]["tien_mat"] == paid.amount and own[0][1]["refunded"] == 1000
    assert sum(counts["truc_tiep"] for name, counts in rows if name) == 1
    for who in (clerk, leader):
        assert f"{paid.amount:,}".replace(",", ".") in who.get("/mot-cua/bao-cao-ca").text
        for kind, head in (("pdf", b"%PDF"), ("xlsx", b"PK")):
            assert who.get(f"/mot-cua/bao-cao-ca?dang={kind}").data.startswith(head)
    assert official.get("/mot-cua/bao-cao-ca").status_code == 403
