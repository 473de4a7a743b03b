"""The way to what the check found is shown on the drawing, a step at each address, and told whether the engine went
it."""

from __future__ import annotations

import re
from collections.abc import Callable

from flask.testing import FlaskClient

from engine.store import Database
from tests.web.test_drafting import EXTRACT, begun, content, saved

People = Callable[[str], FlaskClient]
JOIN = (
    '<bpmn:parallelGateway id="gop" name="Gộp" /><bpmn:sequenceFlow id="tu_gop" sourceRef="gop" targetRef="ky_duyet" />'
)


def ways(page: str) -> list[str]:
    return re.findall(r'href="([^"]*/duong-toi-loi/[^"]*)"', page)


def test_a_fault_is_walked_to_step_by_step(signed_in: People, database: Database) -> None:
    analyst = signed_in("phantich")
    address = begun(analyst, database)
    text = content(analyst.get(address).text)
    assert ways(analyst.get(f"{address}?phan=kiem-tra").text) == []

    stuck = text.replace('hanh_dong = "tra_lai"', 'hanh_dong = "tra"')
    assert saved(analyst, address, EXTRACT, stuck, 1).status_code == 302
    (way,) = ways(analyst.get(f"{address}?phan=kiem-tra").text)
    first = analyst.get(way).text
    assert "Bước 1 trên 3" in first and "Bước tiếp" in first and "Bước trước" not in first
    assert 'userTask now"' in first and ' late"' not in first
    last = analyst.get(f"{way}?buoc=9").text
    assert "Bước 3 trên 3" in last and "Bước tiếp" not in last and 'exclusiveGateway late"' in last
    assert "«Ký bản sao trích lục» được làm xong, chọn «Trả lại công chức»" in last
    assert "Máy đã chạy đúng các bước này" in last and "complete: ky_duyet" in last
    english = analyst.get(f"{way}?buoc=3&lang=en", headers={"Accept-Language": "en"})
    assert english.status_code == 200

    joined = re.sub(r"<bpmn:(?:incoming|outgoing)>.*?</bpmn:(?:incoming|outgoing)>", "", text)
    joined = joined.replace('targetRef="ky_duyet"', 'targetRef="gop"').replace(
        "</bpmn:process>", f"{JOIN}</bpmn:process>"
    )
    assert saved(analyst, address, EXTRACT, joined, 2).status_code == 302
    page = analyst.get(f"{address}?phan=kiem-tra").text
    (way,) = [one for one in ways(page) if one.endswith("/exclusive-into-parallel/gop")]
    last = analyst.get(f"{way}?buoc=99").text
    assert "đi tới" in last and "Máy đã chạy đúng các bước này" in last and "đứng mãi" in last

    assert analyst.get(way.replace("/gop", "/khong-co")).status_code == 404
    assert signed_in("motcua").get(way).status_code == 403
