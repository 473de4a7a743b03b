"""The heat map of a version: each number leads to exactly its dossiers, in a bounded number of statements."""

from __future__ import annotations

import io
import json
import re
import subprocess
import venv
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import etree
from sqlalchemy import event as listening

from engine.calendar import VIETNAM
from engine.store import Database
from engine.store.tables import incident
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
    assert_is_xes(file.read_bytes())
    events = logs.read(file)
    assert {one.case for one in events} == codes and any(one.begins for one in events)
    told = json.loads(ocel.getvalue())
    assert set(told) == {"objectTypes", "eventTypes", "objects", "events"}
    known = {one["id"] for one in told["objects"]}
    assert codes <= known and told["events"]
    for one in told["events"]:
        assert one["type"] in {kind["name"] for kind in told["eventTypes"]}
        assert all(related["objectId"] in known for related in one["relationships"])


XES = "{http://www.xes-standard.org/}"
VALUES = {"string", "date", "int", "float", "boolean", "id"}


def assert_is_xes(body: bytes) -> None:
    """The rules of IEEE 1849-2016 for the structure of a log: what it says of itself, the order of its parts, the keys
    of attributes by declared extensions, what is global on every trace and event."""
    log = etree.fromstring(body)
    assert log.tag == f"{XES}log" and log.get("xes.version") == "1849-2016" and log.get("xes.features") is not None
    order = ["extension", "global", "classifier", *sorted(VALUES), "trace", "event"]
    parts = [order.index(part.tag.removeprefix(XES)) for part in log]
    assert parts == sorted(parts)
    prefixes = {part.get("prefix") for part in log.iterfind(f"{XES}extension")}
    assert all(part.get("name") and part.get("uri") for part in log.iterfind(f"{XES}extension"))
    known = {part.get("scope"): {one.get("key"): one.tag for one in part} for part in log.iterfind(f"{XES}global")}
    assert set(known) == {"trace", "event"}
    for part in log.iterfind(f"{XES}classifier"):
        assert part.get("name") and set((part.get("keys") or "").split()) <= set(known["event"])
    for scope in known:
        for part in log.iter(f"{XES}{scope}"):
            own = {one.get("key"): one.tag for one in part if one.tag != f"{XES}event"}
            assert known[scope].items() <= own.items()
            for one in part.iterfind("*[@key]"):
                assert one.tag.removeprefix(XES) in VALUES and (one.get("key") or "").split(":")[0] in prefixes
                assert one.tag != f"{XES}date" or datetime.fromisoformat(one.get("value") or "").tzinfo is not None


READ = """
import json, sys, pm4py
xes = pm4py.read_xes(sys.argv[1])
ocel = pm4py.read_ocel2_json(sys.argv[2])
print(json.dumps({
    "cases": sorted(set(xes["case:concept:name"])), "events": len(xes), "names": sorted(set(xes["concept:name"])),
    "objects": sorted(ocel.objects["ocel:oid"]), "ocel": len(ocel.events),
}))
"""


@pytest.mark.slow
def test_pm4py_reads_what_goes_out(database: Database, receive: Callable[..., Any], tmp_path: Path) -> None:
    """In an environment of its own: pm4py is under the AGPL and no part of this. Takes what pip takes to bring it."""
    codes = {receive(EXTRACT).code for _ in range(3)}
    found = next(one for one in bundles.published(database) if one.process == EXTRACT)
    files = [tmp_path / name for name in ("own.xes", "own.json")]
    with database.begin() as tx:
        for file, write in zip(files, (logs.write_xes, logs.write_ocel), strict=True):
            with file.open("w", encoding="utf-8") as out:
                write(tx, Asked(found.version), found.code, out)
    venv.create(tmp_path / "venv", with_pip=True)
    python = tmp_path / "venv" / "bin" / "python"
    brought = subprocess.run(
        [python, "-m", "pip", "install", "-q", "pm4py"], capture_output=True, text=True, timeout=900
    )
    assert brought.returncode == 0, f"pm4py could not be had from the package index: {brought.stderr[-500:]}"
    read = subprocess.run([python, "-c", READ, *map(str, files)], capture_output=True, text=True, timeout=300)
    assert read.returncode == 0, read.stderr[-2000:]
    told = json.loads(read.stdout.splitlines()[-1])
    ours = logs.read(files[0])
    assert set(told["cases"]) == codes and told["events"] == len(ours)
    assert set(told["names"]) == {one.activity for one in ours}
    assert codes <= set(told["objects"]) and told["ocel"] == len(json.loads(files[1].read_text("utf-8"))["events"])


def test_incidents_of_the_dossiers_that_are_looked_at_lead_to_them(
    signed_in: Callable[[str], FlaskClient], receive: Callable[..., Any], database: Database
) -> None:
    stopped, other = receive(EXTRACT), receive(EXTRACT)
    version = next(one.version for one in bundles.published(database) if one.process == EXTRACT)
    with database.begin() as tx:
        tx.execute(
            incident.insert().values(
                id="i-1", root_id=stopped.id, element="tra_cuu", kind="expression", message="–", opened_at=tx.now
            )
        )
    analyst, address = signed_in("phantich"), f"/quy-trinh/{version}/ban-do-nhiet"
    (link,) = set(re.findall(r'href="([^"]*loai=su-co[^"]*)">1<', analyst.get(address).text))
    listed = analyst.get(link.replace("&amp;", "&")).text
    assert stopped.code in listed and other.code not in listed
    assert "loai=su-co" not in analyst.get(f"{address}?den=2020-01-01").text
