"""A form that is sent twice as it stands does its work once."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from flask import Flask, request
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from engine import audit
from engine.store import Database
from engine.store.tables import idempotency
from procedures.store.dossier import dossier
from tests.web.conftest import token_of
from tests.web.test_desk import CERTIFIED, code_of, filled
from tests.web.test_work import EXTRACT
from web import once

People = Callable[[str], FlaskClient]
Receive = Callable[..., Any]


def typed(browser: FlaskClient, address: str, **said: str) -> dict[str, str]:
    """A form with the tokens of the page that it stands on, once opened."""
    page = browser.get(address).text
    found = re.search(r'name="mot_lan" value="([^"]+)"', page)
    assert found is not None
    return {"csrf_token": token_of(page), "mot_lan": found[1], **said}


def comments(database: Database, id: str) -> int:
    return sum(one.kind == "dossier.commented" for one in audit.history(database, id))


def test_every_form_that_does_something_in_these_rooms_is_done_once(app: Flask) -> None:
    rooms = ("desk", "work", "portal", "citizen")
    own = {
        "portal.track",
        "portal.track_close",
        "citizen.sign_in",
        "citizen.enter_code",
        "citizen.sign_out",
        "portal.judge_file",
        "portal.called_back",
        "citizen.upload_begin",
        "citizen.keep",
    }  # sessions, a look that keeps nothing, a payment that is settled once, files that are announced
    posts = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "POST" in (rule.methods or ()) and rule.endpoint.partition(".")[0] in rooms
    }
    assert posts - own == {name for name in posts if _once(app.view_functions[name])}


def _once(view: Any) -> bool:
    while view is not None:
        if getattr(view, "once", False):
            return True
        view = getattr(view, "__wrapped__", None)
    return False


def test_a_second_click_leads_to_what_the_first_one_did(
    signed_in: People, receive: Receive, database: Database
) -> None:
    made = receive(EXTRACT)
    official = signed_in("chuyenvien")
    address = f"/ho-so/{made.code}"
    form = typed(official, address, y_kien="Đã xem")
    first, second = (official.post(f"{address}/y-kien", data=form) for _ in range(2))
    assert first.status_code == second.status_code == 302 and first.location == second.location
    assert comments(database, made.id) == 1
    assert "đây là kết quả của lần gửi trước" in official.get(address).text
    other = official.post(f"{address}/y-kien", data={**form, "y_kien": "Xem lại"})  # typed anew after going back
    assert other.status_code == 302 and comments(database, made.id) == 2
    again = official.post(f"{address}/y-kien", data=typed(official, address, y_kien="Đã xem"))  # a page opened anew
    assert again.status_code == 302 and comments(database, made.id) == 3


def test_clicks_at_once_make_one_dossier(app: Flask, signed_in: People, database: Database) -> None:
    clerk = signed_in("motcua")
    address = f"/mot-cua/tiep-nhan/{code_of(database, CERTIFIED)}"
    form = {**filled(database, CERTIFIED), **typed(clerk, address)}
    cookie = clerk.get_cookie("motcua")
    assert cookie is not None

    def click(_: int) -> Any:
        browser = app.test_client()
        browser.set_cookie("motcua", cookie.value)
        return browser.post(address, data=form)

    with ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(click, range(3)))
    assert [one.status_code for one in answers] == [302] * 3 and len({one.location for one in answers}) == 1
    with database.begin() as tx:
        assert tx.read(select(func.count()).select_from(dossier)).scalar() == 1


def test_another_scan_is_another_form(app: Flask) -> None:
    def key(scan: bytes) -> str:
        data = {"mot_lan": "m", "csrf_token": "x", "tep": (BytesIO(scan), "a.pdf")}
        with app.test_request_context("/", method="POST", data=data):
            said = once._content()
            assert request.files["tep"].read() == scan
            return said

    assert key(b"%PDF 1") == key(b"%PDF 1") != key(b"%PDF 2")


def test_a_first_one_that_never_answered_is_waited_for_and_then_done_anew(
    signed_in: People, receive: Receive, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = receive(EXTRACT)
    official = signed_in("chuyenvien")
    address = f"/ho-so/{made.code}"
    form = typed(official, address, y_kien="Đã xem")
    assert official.post(f"{address}/y-kien", data=form).status_code == 302
    monkeypatch.setattr(once, "PATIENCE", 0.1)
    with database.begin() as tx:
        tx.execute(update(idempotency).values(answer=None, status=None))
    assert official.post(f"{address}/y-kien", data=form).status_code == 503
    with database.begin() as tx:
        tx.execute(update(idempotency).values(created_at=tx.now - timedelta(minutes=2)))
    assert official.post(f"{address}/y-kien", data=form).status_code == 302
    assert comments(database, made.id) == 2


def test_what_came_to_nothing_may_be_sent_again(signed_in: People, receive: Receive, database: Database) -> None:
    made = receive(EXTRACT)
    clerk = signed_in("motcua")
    address = f"/mot-cua/ho-so/{made.code}"
    form = typed(clerk, address, nguoi_nhan="Nguyễn Thị Thử")
    for _ in range(2):
        assert clerk.post(f"{address}/tra-ket-qua", data=form).status_code == 200
    with database.begin() as tx:
        assert tx.read(select(func.count()).select_from(idempotency)).scalar() == 0
