"""The heat map of a version: each number leads to exactly its dossiers, in a bounded number of statements."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event as listening

from engine.calendar import VIETNAM
from engine.store import Database
from procedures import bundles
from procedures.mining import logs
from procedures.mining.passages import Asked

EXTRACT = "cap_ban_sao_trich_luc"


def test_the_map_counts_what_the_lists_show(
    signed_in: Callable[[str], FlaskClient], receive: Callable[..., Any], database: Database, app: Flask
) -> None:
    made = [receive(EXTRACT) for _ in range(3)]
    version = next(one.version for one in bundles.published(database) if one.process == EXTRACT)
    analyst, address = signed_in("phantich"), f"/quy-trinh/{version}/ban-do-nhiet"
    app.config["MOTCUA_NOW"] = datetime.now(VIETNAM) + timedelta(days=60)
    page = analyst.get(address).text
    assert "Tính trên 3 hồ sơ." in page and "heat-5" in page and not any(one.code in page for one in made)
    (now,) = set(re.findall(r'href="([^"]*loai=dang-o[^"]*)">3<', page))
    (late,) = set(re.findall(r'href="([^"]*loai=qua-han[^"]*)">3<', page))
    for link in (now, late):
        listed = analyst.get(link.replace("&amp;", "&")).text
        assert {one.code for one in made} == set(re.findall(r">(H31[\w.-]+)</a>", listed))
    assert "Chưa có hồ sơ nào" in analyst.get(f"{address}?den=2020-01-01").text
    assert "không phải là ngày nên" in analyst.get(f"{address}?den=31/02/2026").text
    assert "Chưa có hồ sơ nào" in analyst.get(f"{address}?co_quan=H31.99").text
    assert "Tính trên 3 hồ sơ." in analyst.get(f"{address}?co_quan={made[0].code.split('-')[0]}&do=median").text
    assert "Không có hồ sơ nào" in analyst.get(f"{address}/ho-so?loai=ngoai-le").text
    assert analyst.get("/quy-trinh/khong-co/ban-do-nhiet").status_code == 404


def test_more_dossiers_are_no_more_statements(
    signed_in: Callable[[str], FlaskClient], receive: Callable[..., Any], database: Database
) -> None:
    analyst = signed_in("phantich")
    version = next(one.version for one in bundles.published(database) if one.process == EXTRACT)
    counted = []
    for more in (1, 4):
        for _ in range(more):
            receive(EXTRACT)
        analyst.get(f"/quy-trinh/{version}/ban-do-nhiet")
        said: list[str] = []

        def note(*args: Any, kept: list[str] = said) -> None:
            kept.append(args[2])

        listening.listen(database.pool, "before_cursor_execute", note)
        analyst.get(f"/quy-trinh/{version}/ban-do-nhiet")
        listening.remove(database.pool, "before_cursor_execute", note)
        counted.append(len(said))
    assert counted[0] == counted[1]


def test_our_log_goes_out_and_comes_in(database: Database, receive: Callable[..., Any], tmp_path: Path) -> None:
    codes = {receive(EXTRACT).code for _ in range(3)}
    found = next(one for one in bundles.published(database) if one.process == EXTRACT)
    asked, code = Asked(found.version), found.code
    xes, ocel = io.StringIO(), io.StringIO()
    with database.begin() as tx:
        assert logs.write_xes(tx, asked, code, xes) == logs.write_ocel(tx, asked, code, ocel) == len(codes)
    file = tmp_path / "own.xes"
    file.write_text(xes.getvalue(), "utf-8")
    events = logs.read(file)
    assert {one.case for one in events} == codes and any(one.begins for one in events)
    told = json.loads(ocel.getvalue())
    assert set(told) == {"objectTypes", "eventTypes", "objects", "events"}
    known = {one["id"] for one in told["objects"]}
    assert codes <= known and told["events"]
    for one in told["events"]:
        assert one["type"] in {kind["name"] for kind in told["eventTypes"]}
        assert all(related["objectId"] in known for related in one["relationships"])
