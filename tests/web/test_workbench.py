"""Versions with what runs on them, retiring one, incidents tried again; and the leaders' board."""

from __future__ import annotations

import html
import re
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import insert, select

from engine import commands
from engine.store import Database
from procedures import bundles, dossiers
from procedures.actor import SYSTEM
from procedures.store.dossier import procedure_version
from tests.procedures.town import MODEL, bundle
from tests.web.conftest import post
from tests.web.test_work import EXTRACT

People = Callable[[str], FlaskClient]
Receive = Callable[..., Any]


def version_of(database: Database, process: str) -> bundles.Procedure:
    return next(one for one in bundles.published(database, kind=None) if one.process == process)


def test_every_version_has_its_page_with_drawing_and_words(signed_in: People, database: Database) -> None:
    analyst = signed_in("phantich")
    listed = analyst.get("/quy-trinh").text
    for one in bundles.versions(database):
        assert f"/quy-trinh/{one.version}" in listed
        page = analyst.get(f"/quy-trinh/{one.version}").text
        assert "<svg" in page and "Quy trình bằng lời" in page
        assert analyst.get(f"/quy-trinh/{one.version}/mo-hinh").data.startswith(b"<?xml")
    assert analyst.get("/quy-trinh/khong-co").status_code == 404


def test_a_version_shows_what_runs_on_it_and_where_it_stands(
    signed_in: People, receive: Receive, database: Database
) -> None:
    made = receive(EXTRACT)
    page = signed_in("quantri").get(f"/quy-trinh/{version_of(database, EXTRACT).version}").text
    assert f'href="/phien-chay/{made.id}"' in page and made.code in page
    assert 'data-label="Số việc">1<' in page


def test_a_new_version_says_what_changed_from_the_one_before(
    signed_in: People, database: Database, tmp_path: Path
) -> None:
    bundles.deploy(database, bundle(tmp_path / "first"), SYSTEM)
    changed = MODEL.replace('name="Làm thẻ"', 'name="In thẻ"')
    version = bundles.deploy(database, bundle(tmp_path / "second", model=changed), SYSTEM).version
    page = signed_in("phantich").get(f"/quy-trinh/{version}").text
    assert "Khác gì phiên bản 1" in page and "In thẻ" in page and "Làm thẻ" in page


def test_retiring_is_asked_for_twice_and_stops_new_dossiers(
    signed_in: People, receive: Receive, database: Database
) -> None:
    made = receive(EXTRACT)
    procedure = version_of(database, EXTRACT)
    analyst, page = signed_in("phantich"), f"/quy-trinh/{procedure.version}"
    assert "Nhập ngày ngừng" in post(analyst, f"{page}/ngung", {"tu_ngay": "mai"}, page=page).text
    asked = post(analyst, f"{page}/ngung", {"tu_ngay": "2020-01-01"}, page=page)
    assert "Việc này không hoàn tác được" in asked.text
    assert version_of(database, EXTRACT)
    today = procedure.effective_from.isoformat()
    post(analyst, f"{page}/ngung", {"tu_ngay": today, "chac_chan": "1"}, page=page)
    assert EXTRACT not in {one.process for one in bundles.published(database)}
    assert dossiers.get(database, made.id).status == 4, "what runs goes on"
    assert post(signed_in("motcua"), f"{page}/ngung", {"tu_ngay": today}, page="/mot-cua").status_code == 403


@pytest.fixture
def stopped(database: Database, tmp_path: Path) -> list[str]:
    """Two instances that stand still at a condition over a variable that is not there."""
    folder = tmp_path / "broken"
    shutil.copytree(bundle(tmp_path / "plain"), folder)
    commands.deploy(database, {"dung.bpmn": BROKEN.encode()}, key="dung", by="phantich")
    return [commands.start(database, "dung", {}, business_key=f"SC-{n}", by="phantich") for n in (1, 2)]


BROKEN = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="d" targetNamespace="http://example.vn">
  <bpmn:process id="dung" name="Dừng" isExecutable="true">
    <bpmn:startEvent id="a"><bpmn:outgoing>f1</bpmn:outgoing></bpmn:startEvent>
    <bpmn:exclusiveGateway id="re" name="Đủ điều kiện?">
      <bpmn:incoming>f1</bpmn:incoming><bpmn:outgoing>f2</bpmn:outgoing><bpmn:outgoing>f3</bpmn:outgoing>
    </bpmn:exclusiveGateway>
    <bpmn:userTask id="x" name="Xem"><bpmn:incoming>f2</bpmn:incoming><bpmn:outgoing>f4</bpmn:outgoing></bpmn:userTask>
    <bpmn:endEvent id="z"><bpmn:incoming>f3</bpmn:incoming></bpmn:endEvent>
    <bpmn:endEvent id="y"><bpmn:incoming>f4</bpmn:incoming></bpmn:endEvent>
    <bpmn:sequenceFlow id="f1" sourceRef="a" targetRef="re" />
    <bpmn:sequenceFlow id="f2" sourceRef="re" targetRef="x">
      <bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">= diem &gt; 5</bpmn:conditionExpression>
    </bpmn:sequenceFlow>
    <bpmn:sequenceFlow id="f3" sourceRef="re" targetRef="z">
      <bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">= diem &lt;= 5</bpmn:conditionExpression>
    </bpmn:sequenceFlow>
    <bpmn:sequenceFlow id="f4" sourceRef="x" targetRef="y" />
  </bpmn:process>
</bpmn:definitions>
"""


def test_incidents_name_their_step_and_are_tried_again_one_or_many(
    signed_in: People, database: Database, stopped: list[str]
) -> None:
    keeper = signed_in("quantri")
    page = keeper.get("/su-co").text
    assert "SC-1" in page and "SC-2" in page and "Đủ điều kiện?" in page
    first, second = (commands.incidents(database, root_id=root)[0].id for root in stopped)
    assert "Hãy đánh dấu ít nhất một sự cố" in post(keeper, "/su-co/chay-lai", {"ly_do": "x"}, page="/su-co").text
    unsaid = post(keeper, "/su-co/chay-lai", {"su_co": first}, page="/su-co").text
    assert "Ghi lý do" in unsaid and f'value="{first}" checked' in unsaid
    still = post(keeper, "/su-co/chay-lai", {"su_co": first, "ly_do": "Thử lại"}, page="/su-co").text
    assert "0/1 sự cố đã chạy tiếp" in still and "Sự cố lặp lại" in still, "the cause is not mended"
    commands.set_variables(database, stopped[0], {"diem": 7}, "quantri", "Bổ sung điểm")
    again = [one.id for root in stopped for one in commands.incidents(database, root_id=root)]
    assert second in again
    done = post(keeper, "/su-co/chay-lai", {"su_co": again, "ly_do": "Đã bổ sung điểm"}, page="/su-co").text
    assert "1/2 sự cố đã chạy tiếp" in done and "SC-1" in done and "SC-2" in done
    assert [len(commands.incidents(database, root_id=root)) for root in stopped] == [0, 1]
    assert post(signed_in("motcua"), "/su-co/chay-lai", {"su_co": second}, page="/mot-cua").status_code == 403


def test_no_incident_is_said_in_words(signed_in: People) -> None:
    assert "Không có sự cố nào" in signed_in("phantich").get("/su-co").text


def test_the_board_counts_what_its_leader_may_see(signed_in: People, receive: Receive) -> None:
    receive(EXTRACT)
    here, elsewhere = (signed_in(who).get("/bang-dieu-hanh").text for who in ("lanhdao", "lanhdao.yenmy"))
    assert "Cấp bản sao Trích lục" in here and "Chưa có hồ sơ nào trong kỳ" not in here
    assert "Cấp bản sao Trích lục" not in elsewhere
    turned = signed_in("lanhdao").get("/bang-dieu-hanh?tu-ngay=2026-11-30&den-ngay=2026-11-01")
    assert turned.status_code == 200


@pytest.mark.parametrize("who", ["lanhdao", "quantri"])
@pytest.mark.parametrize("asked", ["", "?tu-ngay=2026-10-01&den-ngay=2026-10-31", "?co-quan=H31.11"])
def test_each_figure_of_the_board_opens_as_many_dossiers(
    signed_in: People, receive: Receive, who: str, asked: str
) -> None:
    for procedure in (EXTRACT, EXTRACT, "dang_ky_khai_sinh"):
        receive(procedure)
    person = signed_in(who)
    links = re.findall(r'href="(/ho-so\?[^"]*)">([\d.]+)</a>', person.get(f"/bang-dieu-hanh{asked}").text)
    assert any(int(figure) for _, figure in links)
    for address, figure in set(links):
        shown = re.search(r">([\d.]+) hồ sơ</p>", person.get(html.unescape(address)).text)
        assert shown is not None and shown[1] == figure, address


CAMUNDA = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:camunda="http://camunda.org/schema/1.0/bpmn" id="d" targetNamespace="http://example.vn">
  <bpmn:process id="xin_phep" name="Xin nghỉ phép" isExecutable="true">
    <bpmn:startEvent id="bat_dau" />
    <bpmn:userTask id="duyet" name="Duyệt đơn" camunda:candidateGroups="lanh_dao" camunda:asyncBefore="true" />
    <bpmn:task id="le" name="Không ai đến" />
    <bpmn:endEvent id="xong" />
    <bpmn:sequenceFlow id="f1" sourceRef="bat_dau" targetRef="duyet" />
    <bpmn:sequenceFlow id="f2" sourceRef="duyet" targetRef="xong" />
  </bpmn:process>
</bpmn:definitions>
"""


def test_a_version_says_what_was_translated_and_what_the_checks_warn_of(signed_in: People, database: Database) -> None:
    version = commands.deploy(database, {"xin-phep.bpmn": CAMUNDA.encode()}, key="xin-phep", by="phantich").id
    analyst = signed_in("phantich")
    assert f'href="/quy-trinh/{version}"' in analyst.get("/quy-trinh").text, "a model by itself is listed too"
    page = analyst.get(f"/quy-trinh/{version}").text
    assert "Xin nghỉ phép" in page and "được đọc từ cách viết của hệ thống khác" in page
    assert "camunda:candidateGroups" in page and "Không có tác dụng" in page
    assert "lưu ý của bộ kiểm tra mô hình" in page and "Không ai đến" in page and "xin-phep.bpmn, dòng" in page
    clean = analyst.get(f"/quy-trinh/{version_of(database, EXTRACT).version}").text
    assert "được đọc từ cách viết" not in clean


def test_of_one_code_what_is_in_force_stands_first_and_what_was_stopped_last(
    signed_in: Callable[[str], FlaskClient], database: Database
) -> None:
    with database.begin() as tx:  # the version of the former decree, deployed after the one in force, and one stopped
        one = next(each for each in bundles.published(tx) if each.code == "2.000815")
        row = dict(tx.execute(select(procedure_version).where(procedure_version.c.id == one.version)).mappings().one())
        for number, more in ((8, {"effective_from": date(2020, 1, 1)}), (9, {"retired_on": date(2026, 11, 1)})):
            tx.execute(insert(procedure_version).values({**row, "id": f"v{number}", "version": number, **more}))
    page = signed_in("phantich").get("/quy-trinh").text
    order = re.findall(r'<td data-label="Mã">2\.000815</td><td class="mc-number" data-label="Phiên bản">(\d+)', page)
    assert order == [str(one.number), "8", "9"]
