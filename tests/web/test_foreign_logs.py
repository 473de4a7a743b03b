"""A log of another system is brought in on a page, its activities are told as steps, it is seen on the drawing, and
taken out again."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from engine.store import Database
from procedures import bundles
from procedures.mining import foreign
from procedures.store.proving import foreign_log
from tests.web.conftest import token_of

People = Callable[..., FlaskClient]
LOG = "case,activity,timestamp\n" + "".join(
    f"{n},Tra cứu,2026-11-02T0{n}:00:00+07:00\n{n},Lạ <b>,2026-11-02T1{n}:00:00+07:00\n" for n in range(1, 4)
)


def bring(client: FlaskClient, page: str, name: str, body: str | bytes) -> str:
    sent = body.encode() if isinstance(body, str) else body
    data = {"csrf_token": token_of(client.get(page).text), "tep": (io.BytesIO(sent), name)}
    return html.unescape(client.post(page, data=data, content_type="multipart/form-data", follow_redirects=True).text)


def test_a_log_is_laid_over_a_version_and_taken_out_again(signed_in: People, database: Database) -> None:
    with database.begin() as tx:
        version = bundles.procedure(tx, "2.000635").version
    analyst, page = signed_in("phantich"), f"/quy-trinh/{version}/nhat-ky"
    mapped = bring(analyst, page, "giấy phép.csv", LOG)
    assert "Việc nào là bước nào" in mapped and "Lạ <b>" in mapped
    with database.begin() as tx:
        (log,) = foreign.of(tx, version)
    assert (log.name, log.cases, log.events) == ("giấy phép.csv", 3, 6)
    steps = re.findall(r'<option value="(\w+)">', mapped)
    form = {"csrf_token": token_of(mapped), "viec": ["Tra cứu", "Lạ <b>"], "buoc": ["tra_cuu", "ky_duyet"]}
    assert {"tra_cuu", "ky_duyet"} <= set(steps)
    seen = analyst.post(f"{page}/{log.id}/buoc", data=form, follow_redirects=True).text
    assert "3 hồ sơ, 6 sự kiện, trong đó 6 ứng với bước của sơ đồ." in seen and "heat-" in seen
    assert "10 giờ" in seen and "Việc không ứng với bước nào" not in seen
    form |= {"buoc": ["tra_cuu", "khong_co"]}
    assert "Mô hình không có phần tử" in analyst.post(f"{page}/{log.id}/buoc", data=form).text
    form |= {"buoc": ["tra_cuu", "-"]}
    assert "Lạ &lt;b&gt;: 3" in analyst.post(f"{page}/{log.id}/buoc", data=form, follow_redirects=True).text
    assert analyst.get(f"/quy-trinh/{version}/nhat-ky/khong-co").status_code == 404
    sure = {"csrf_token": token_of(mapped)}
    assert "Gỡ nhật ký “giấy phép.csv”?" in analyst.post(f"{page}/{log.id}/go", data=sure).text
    gone = analyst.post(f"{page}/{log.id}/go", data={**sure, "chac_chan": "1"}, follow_redirects=True).text
    assert "Đã gỡ nhật ký." in gone and "Chưa có nhật ký nào" in gone
    with database.begin() as tx:
        assert tx.read(select(func.count()).select_from(foreign_log)).scalar() == 0


def test_what_is_no_log_or_too_large_is_told_at_the_file(
    signed_in: People, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.begin() as tx:
        page = f"/quy-trinh/{bundles.procedure(tx, '2.000635').version}/nhat-ky"
    analyst = signed_in("phantich")
    assert "Không đọc được nhật ký “a.xes”" in bring(analyst, page, "a.xes", "<log><trace>")
    assert "không có sự kiện nào" in bring(analyst, page, "a.csv", "case,activity,timestamp\n")
    assert "Chọn tệp nhật ký" in bring(analyst, page, "", "")
    monkeypatch.setattr(foreign, "MOST_EVENTS", 3)
    assert "có hơn 3 sự kiện" in bring(analyst, page, "a.csv", LOG)
    monkeypatch.setattr(foreign, "MOST_EVENTS", 10)
    monkeypatch.setattr(foreign, "MOST_ACTIVITIES", 1)
    assert "hơn 1 tên việc" in bring(analyst, page, "a.csv", LOG)
