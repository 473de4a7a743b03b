"""What a stranger learns at the doors: no figures, no secrets, no names of groups, no rows in a log."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from lxml import etree
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from engine import model
from engine.store import Database
from procedures import bundles
from procedures.store.people import official
from tests.web.conftest import settings
from web import logs
from web.app import create_app
from web.config import load

SECRET_PLACES = [
    ("postgresql://ai:mat-khau@may/csdl", "postgresql://ai:***@may/csdl"),
    ("postgresql://may/csdl?user=ai&password=mat-khau", "postgresql://may/csdl?user=ai&password=***"),
    ("postgresql:///csdl?PASSWORD=mat@khau&host=/run", "postgresql:///csdl?PASSWORD=***&host=/run"),
    ("postgresql://ai:mat-khau@may/csdl?sslpassword=khac", "postgresql://ai:***@may/csdl?sslpassword=***"),
    ("sqlite:////srv/motcua.db", "sqlite:////srv/motcua.db"),
]


@pytest.mark.parametrize(("url", "shown"), SECRET_PLACES)
def test_a_password_is_masked_wherever_it_stands_in_the_address(url: str, shown: str) -> None:
    said = {row["name"]: row["value"] for row in load({"MOTCUA_DATABASE": url}).describe()}
    assert said["database"] == shown
    assert "khau" not in repr(Database("postgresql://may/csdl?password=mat-khau"))


def test_over_https_browsers_are_told_to_stay_there(database: Database, tmp_path: Path) -> None:
    secure = create_app(replace(settings(tmp_path), base_url="https://motcua.example"), database)
    assert "max-age" in secure.test_client().get("/").headers["Strict-Transport-Security"]
    plain = create_app(settings(tmp_path), database)
    assert "Strict-Transport-Security" not in plain.test_client().get("/").headers


@pytest.mark.parametrize(
    ("token", "address", "headers", "status"),
    [
        ("", "127.0.0.1", {}, 200),
        ("", "::1", {}, 200),
        ("", "10.0.0.7", {}, 404),
        ("", "127.0.0.1", {"X-Forwarded-For": "203.0.113.5"}, 404),
        ("", "127.0.0.1", {"X-Real-IP": "203.0.113.5"}, 404),
        ("", "127.0.0.1", {"Via": "1.1 cong"}, 404),
        ("", "127.0.0.1", {"CF-Connecting-IP": "203.0.113.5"}, 404),
        ("", "127.0.0.1", {"x-forwarded-host": "motcua.example"}, 404),
        ("bi-mat", "10.0.0.7", {}, 404),
        ("bi-mat", "127.0.0.1", {}, 404),
        ("bi-mat", "10.0.0.7", {"Authorization": "Bearer sai"}, 404),
        ("bi-mat", "10.0.0.7", {"Authorization": "Bearer bi-mat"}, 200),
    ],
)
def test_figures_are_for_this_host_or_for_who_has_the_token(
    database: Database, tmp_path: Path, token: str, address: str, headers: dict[str, str], status: int
) -> None:
    app = create_app(replace(settings(tmp_path), metrics_token=token), database)
    answer = app.test_client().get("/metrics", headers=headers, environ_base={"REMOTE_ADDR": address})
    assert answer.status_code == status


@pytest.mark.parametrize(
    ("headers", "status"),
    [({}, 200), ({"X-Real-IP": "203.0.113.5"}, 404), ({"X-Forwarded-For": "203.0.113.5"}, 404)],
)
def test_behind_a_proxy_figures_are_for_this_host_alone(
    database: Database, tmp_path: Path, headers: dict[str, str], status: int
) -> None:
    app = create_app(replace(settings(tmp_path), proxies=1), database)
    assert app.test_client().get("/metrics", headers=headers).status_code == status


@pytest.mark.parametrize("path", ["/static//etc/passwd", "/api//v1/tasks", "/mot-cua//tiep-nhan/x", "/thu-tuc//"])
def test_no_address_leads_to_the_host_that_a_request_names(app: Flask, path: str) -> None:
    answer = app.test_client().get(path, headers={"Host": "evil.example"})
    assert answer.status_code == 404 and "evil.example" not in answer.text
    assert [rule.rule for rule in app.url_map.iter_rules() if rule.rule.endswith("/")] == ["/"]  # nor by a slash


def test_the_public_model_shows_the_way_and_not_who_may_do_what(app: Flask, database: Database) -> None:
    browser = app.test_client()
    for procedure in bundles.published(database):
        body = browser.get(f"/thu-tuc/{procedure.code}/mo-hinh").data
        text = body.decode()
        for hidden in ("candidateGroups", "chuyen_vien", "extensionElements", "motcua.vn/schema", "<!--", "zeebe"):
            assert hidden not in text.replace("lan_chuyen_vien", ""), (procedure.code, hidden)
        root = etree.fromstring(body)
        names = {element.get("name") for element in root.iter() if element.get("name")}
        assert len(names) > 5
        assert model.draw(body, {})


def test_a_log_of_a_database_error_holds_no_row(
    postgresql_url: str, capsys: pytest.CaptureFixture[str], open_database: Callable[..., Database]
) -> None:
    database = open_database(postgresql_url)
    logs.configure("json", "INFO")
    row = {"username": "an", "title": "", "agency": "T.2", "folded": "nguyen thi bi mat"}
    with pytest.raises(IntegrityError) as caught, database.begin() as tx:  # name and date lack
        tx.execute(insert(official), row)
    logs.log.error("unexpected error", exc_info=caught.value)
    said = json.loads(capsys.readouterr().out.splitlines()[-1])["exception"]
    assert "NotNullViolation" in said
    assert "bi mat" not in said


def test_the_database_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "moi.db"
    path.touch(0o644)
    Database(f"sqlite:///{path}").close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(load({"MOTCUA_HOME": str(tmp_path / "nha")}).folder.stat().st_mode) == 0o700
