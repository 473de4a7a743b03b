"""The application over a small real province, made once and copied for each test."""

from __future__ import annotations

import random
import re
import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from engine.store import Database
from procedures import bundles, dossiers, sample_province
from procedures.actor import CITIZEN, Actor
from procedures.demo import people as invented
from procedures.dossiers.values import Applicant, Intake, Tick
from web.account import people
from web.app import create_app
from web.bootstrap import installation
from web.config import load

PASSWORD = "mật khẩu của bài thử 7"
SECRET = "bi-mat-cua-bai-thu-dai-hon-32-ky-tu"
BUNDLES = Path(__file__).parents[2] / "bpmn" / "procedures"


def settings(home: Path) -> Any:
    """The configuration of a test."""
    return load({"MOTCUA_HOME": str(home), "MOTCUA_LOG_LEVEL": "ERROR", "MOTCUA_SECRET_KEY": "k" * 40})


@pytest.fixture(scope="session")
def province_template(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the sample province and every bundle deployed."""
    folder = tmp_path_factory.mktemp("province")
    path = folder / "province.db"
    shutil.copy(sqlite_template, path)
    database = installation(settings(folder)).open(f"sqlite:///{path}")
    sample_province.make(database, password=PASSWORD, client_secret=SECRET)
    bundles.deploy_all(database, BUNDLES, by=Actor("phantich"))
    database.close()
    return path


@pytest.fixture
def database(province_template: Path, tmp_path: Path) -> Iterator[Database]:
    """The province for one test."""
    path = tmp_path / "motcua.db"
    shutil.copy(province_template, path)
    opened = installation(settings(tmp_path)).open(f"sqlite:///{path}")
    yield opened
    opened.close()


@pytest.fixture
def app(database: Database, tmp_path: Path) -> Flask:
    """The application on it."""
    made = create_app(settings(tmp_path), database)
    made.config["TESTING"] = False  # errors are answered as they are for people
    return made


@pytest.fixture
def browser(app: Flask) -> FlaskClient:
    """Somebody's browser."""
    return app.test_client()


def token_of(page: str) -> str:
    """The token against forgery of a page."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def post(browser: FlaskClient, address: str, data: dict[str, Any], *, page: str | None = None) -> Any:
    """Post a form as a browser does, with the token of the page it stands on and the papers that the page shows."""
    text = browser.get(page or address).text
    shown = re.findall(r'name="da_xem" value="([^"]+)"', text)
    return browser.post(address, data={"csrf_token": token_of(text), **({"da_xem": shown} if shown else {}), **data})


def sign_in(browser: FlaskClient, username: str, password: str = PASSWORD) -> FlaskClient:
    """Sign in; fails where that does not work."""
    answer = post(browser, "/dang-nhap", {"ten_dang_nhap": username, "mat_khau": password})
    assert answer.status_code == 302, answer.text
    return browser


@pytest.fixture
def signed_in(app: Flask) -> Callable[[str], FlaskClient]:
    """A browser in which that official is signed in."""
    return lambda username: sign_in(app.test_client(), username)


@pytest.fixture
def receive(app: Flask, database: Database) -> Callable[..., Any]:
    """Hands in a dossier of the procedure whose process is named; gives what `dossiers.receive` gives."""

    def make(
        process: str,
        *,
        clerk: str = "motcua",
        agency: str = "H31.11",
        channel: str = "truc_tiep",
        applicant: Applicant | None = None,
        accepted: bool = True,
    ) -> Any:
        procedure = next(one for one in bundles.published(database) if one.process == process)
        form = bundles.form(database, procedure.version, procedure.form_key)
        person = applicant or Applicant("Nguyễn Thị Thử", "033190001234", "0912345678", "", "Phố Hiến")
        data = invented.filled(form, random.Random(1), date(2026, 11, 20), person=person)
        with app.test_request_context():
            by = people.actor_of(people.load(clerk))
        papers = tuple(Tick(one["code"], originals=1) for one in procedure.components())
        intake = Intake(
            procedure.code,
            agency,
            person,
            channel=channel,
            form=data,
            components=papers,
            amounts={"so_ban": 1, "so_trang": 2},
        )
        if channel == "truc_tuyen":
            made = dossiers.register_online(database, intake, CITIZEN)
            return dossiers.accept_online(database, made.id, by) if accepted else made
        return dossiers.receive(database, intake, by)

    return make
