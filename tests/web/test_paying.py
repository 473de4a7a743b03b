"""From the confirmation to the gateway and back, over real lines, with the gateway's faults."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import requests
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.serving import make_server

from engine.store import Database
from procedures import fees, payments
from procedures.dossiers import id_of
from tests.serving import serving
from tests.web.conftest import post, settings
from tests.web.test_handing_in import FORM, begun, citizen, fill  # noqa: F401
from web.app import create_app
from web.bootstrap import installation
from web.simulators.payments import Gateway, serve

SECRET = "bí mật chung"


@pytest.fixture
def gateway() -> Iterator[tuple[str, Gateway]]:
    server, known = serve(SECRET, late=0.5)
    with serving(server) as address:
        yield address, known


@pytest.fixture
def database(province_template: Path, tmp_path: Path, gateway: tuple[str, Gateway]) -> Iterator[Database]:
    """The province, with a gateway."""
    path = tmp_path / "motcua.db"
    shutil.copy(province_template, path)
    opened = installation(replace(settings(tmp_path), payment_url=gateway[0], payment_secret=SECRET)).open(
        f"sqlite:///{path}"
    )
    yield opened
    opened.close()


@pytest.fixture
def app(database: Database, tmp_path: Path) -> Iterator[Flask]:
    """The portal on a line of its own, where the gateway reaches it."""
    holder: dict[str, Any] = {}
    server = make_server("127.0.0.1", 0, lambda *call: holder["app"](*call), threaded=True)
    config = replace(settings(tmp_path), base_url=f"http://127.0.0.1:{server.server_port}")
    app = holder["app"] = create_app(config, database)
    app.config["TESTING"] = False
    database.installation.settings = replace(database.installation.settings, public_url=config.base_url)  # type: ignore[attr-defined]
    with serving(server):
        yield app


def to_gateway(browser: FlaskClient) -> tuple[str, str, str]:
    """Hands in a birth with two copies; the dossier's code, our page of the payment, and the gateway's address."""
    check = fill(browser, begun(browser))
    done = post(browser, check, {"cam_doan": "1"})
    page = browser.get(done.location).text
    assert "16.000" in page
    code = re.search(r"<strong>(H31[^<]+)</strong>", page)
    assert code is not None
    ours = post(browser, "/tra-cuu/ho-so/thanh-toan", {}, page=done.location).location
    onward = re.search(r'href="(http://127[^"]+/pay\?[^"]+)"', browser.get(ours).text)
    assert onward is not None
    return code[1], ours, onward[1].replace("&amp;", "&")


@pytest.mark.parametrize(
    ("fault", "told", "owed"),
    [
        ("none", "Biên lai đã được lập", 0),
        ("twice", "Biên lai đã được lập", 0),
        ("late", "Biên lai đã được lập", 0),
        ("fail", "Thanh toán không thành công", 16000),
        ("wrong", "khác số tiền phải nộp", 16000),
    ],
)
def test_what_the_gateway_says_is_what_the_page_says(
    database: Database,
    citizen: Callable[..., FlaskClient],  # noqa: F811
    gateway: tuple[str, Gateway],
    monkeypatch: pytest.MonkeyPatch,
    fault: str,
    told: str,
    owed: int,
) -> None:
    monkeypatch.setitem(FORM, "so_luong_trich_luc", "2")
    gateway[1].fault = fault
    browser = citizen()
    code, ours, onward = to_gateway(browser)
    assert "16.000" in requests.get(onward, timeout=10).text
    back = requests.post(onward, data={"paid": "1"}, allow_redirects=False, timeout=10)
    assert back.status_code == 303 and back.headers["Location"].partition("?")[0].endswith(ours.partition("?")[0])
    if fault == "late":
        assert "không cần trả lần nữa" in browser.get(f"{ours}&ve=1").text
    for _wait in range(50):
        if told in browser.get(f"{ours}&ve=1").text:
            break
        time.sleep(0.1)
    assert told in browser.get(f"{ours}&ve=1").text
    id = id_of(database, code)
    assert id is not None and fees.owed(database, id) == owed
    assert len([one for one in fees.assessed(database, id) if one.receipt]) == (0 if owed else 1)


def test_a_forged_call_and_an_address_that_was_changed_are_refused(
    database: Database,
    citizen: Callable[..., FlaskClient],  # noqa: F811
    gateway: tuple[str, Gateway],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(FORM, "so_luong_trich_luc", "2")
    browser = citizen()
    code, ours, onward = to_gateway(browser)
    assert requests.get(onward.replace("amount=16000", "amount=1"), timeout=10).status_code == 403
    id = id_of(database, code)
    assert id is not None
    (one,) = payments.of(database, id)
    body = b'{"id": "%s", "state": "paid", "amount": 16000}' % one.id.encode()
    assert browser.post("/thanh-toan/goi-lai", data=body, headers={"X-Signature": "0" * 64}).status_code == 403
    assert browser.application.test_client().get(ours).status_code == 302, "nobody else sees it"
    assert fees.owed(database, id) == 16000
