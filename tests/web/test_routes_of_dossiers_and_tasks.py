"""Every route that takes a dossier or a task, against who may: nothing moves for who does not belong there.

A route that is not in the table fails."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from engine import worklist
from engine.store import Database
from engine.store.tables import event
from tests.web.conftest import token_of
from tests.web.test_api import Caller

EXTRACT = "cap_ban_sao_trich_luc"
SENT = {
    "ly_do": "Thử",
    "ly_do_rut": "Thử",
    "chac_chan": "1",
    "y_kien": "Thử",
    "nguoi": "chuyenvien2",
    "nguoi_nhan": "Ai đó",
    "so_gia_han": "1",
    "don_vi_gia_han": "WORKING_DAY",
    "ly_do_gia_han": "Thử",
    "quyet_dinh": "dong_y",
    "hanh_dong": "trinh",
    "hinh_thuc": "tien_mat",
}
ALL = frozenset({"chuyenvien", "motcua", "lanhdao", "truongdonvi", "vanthu"})
NOBODY: frozenset[str] = frozenset()
#: Route → who of the dossier's own agency it does something for, while the task is free, the fee is owed, and no
#: extension waits. Nobody else changes anything by it.
POSTS: dict[str, frozenset[str]] = {
    "work.task_claim": frozenset({"chuyenvien"}),
    "work.task_release": NOBODY,  # nobody holds it
    "work.task_reassign": frozenset({"lanhdao", "truongdonvi"}),
    "work.task_back": NOBODY,  # the step has no way back
    "work.task_comment": ALL,
    "work.task_result": NOBODY,  # without a file
    "work.task_complete": frozenset({"chuyenvien"}),
    "work.dossier_comment": ALL,
    "work.declaration_mended": NOBODY,  # the citizen has asked for nothing
    "work.extension_propose": frozenset({"chuyenvien", "motcua", "truongdonvi"}),
    "work.extension_decide": NOBODY,  # nothing waits
    "desk.dossier_extension": frozenset({"motcua"}),
    "desk.dossier_accept": NOBODY,  # it was handed in at the desk
    "desk.dossier_ask_online": NOBODY,
    "desk.dossier_refuse_online": NOBODY,
    "desk.dossier_fee": frozenset({"motcua"}),
    "desk.dossier_reduce": NOBODY,  # no fee is named
    "desk.dossier_refund": NOBODY,  # nothing has been paid
    "desk.dossier_refund_paid": NOBODY,  # nothing was approved
    "desk.dossier_supplement": NOBODY,  # nothing is asked for
    "desk.dossier_withdraw": frozenset({"motcua"}),
    "desk.dossier_corrected": NOBODY,  # the intake is empty
    "desk.dossier_return": NOBODY,  # there is no result
}
GETS = {
    "work.task_page",
    "work.dossier_page",
    "work.dossier_model",
    "work.dossier_control_sheet",
    "desk.dossier_page",
    "desk.dossier_correct",
    "desk.dossier_label",
}
#: Answered elsewhere: a file is found only among those of the dossier (`test_work`), a paper to be signed only by what
#: it says (`test_signing_what_was_shown`), a declaration opens while the citizen asks for it (`test_draft`).
APART = {"work.declaration", "work.dossier_file", "work.task_signature", "work.task_to_sign"}
PLACES = ("/ho-so/<", "/mot-cua/ho-so/<", "/cong-viec/<", "/api/v1/dossiers/<", "/api/v1/tasks/<")
OUTSIDERS = ("chuyenvien.yenmy", "motcua.yenmy", "motcua.tinh", "bhxh.tinh", "phantich", "quantri")


def routes(app: Flask) -> dict[str, tuple[str, set[str]]]:
    """Endpoint → its rule and methods, of those that take the code of a dossier or the id of a task."""
    return {
        rule.endpoint: (rule.rule, set(rule.methods or ()) - {"HEAD", "OPTIONS"})
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(
            ("/ho-so/<", "/mot-cua/ho-so/<", "/cong-viec/<", "/api/v1/dossiers/<", "/api/v1/tasks/<")
        )
    }


def test_every_route_of_a_dossier_or_a_task_stands_in_the_table(app: Flask) -> None:
    found = {name: methods for name, (rule, methods) in routes(app).items() if not rule.startswith("/api/")}
    assert {name for name, methods in found.items() if "POST" in methods} == set(POSTS)
    assert {name for name, methods in found.items() if "GET" in methods} == GETS | APART
    calls = {name for name, (rule, _methods) in routes(app).items() if rule.startswith("/api/")}
    assert calls == {"api_dossiers.read", *CALLS}


def addresses(app: Flask, code: str, task: str) -> dict[str, str]:
    return {
        name: rule.replace("<code>", code).replace("<task>", task).replace("<id>", task)
        for name, (rule, _methods) in routes(app).items()
    }


def moved(database: Database, root: str) -> tuple[Any, ...]:
    """What would show that something was done."""
    with database.begin() as tx:
        logged = tx.read(select(func.count()).select_from(event).where(event.c.root_id == root)).scalar_one()
    return logged, [(one.id, one.assignee) for one in worklist.of_instance(database, root)]


def token(browser: FlaskClient) -> str:
    return token_of(browser.get("/tai-khoan").text)


@pytest.mark.parametrize("who", OUTSIDERS)
def test_nobody_from_elsewhere_sees_or_does_anything(
    app: Flask, database: Database, receive: Callable[..., Any], signed_in: Callable[[str], FlaskClient], who: str
) -> None:
    made = receive(EXTRACT)
    (task,) = worklist.of_instance(database, made.id)
    browser, before = signed_in(who), moved(database, made.id)
    at = addresses(app, made.code, task.id)
    data = {"csrf_token": token(browser), **SENT}
    for name in POSTS:
        assert browser.post(at[name], data=data).status_code in (302, 403, 404), name
        assert moved(database, made.id) == before, (who, name)
    for name in GETS:
        answer = browser.get(at[name])
        if who == "quantri" and name.startswith("work."):
            assert answer.status_code == 200, name  # an administrator looks
        else:
            assert answer.status_code in (403, 404), (who, name)


@pytest.mark.parametrize("name", sorted(POSTS))
def test_at_its_own_agency_each_role_does_its_own(
    app: Flask, database: Database, receive: Callable[..., Any], signed_in: Callable[[str], FlaskClient], name: str
) -> None:
    browsers = {who: signed_in(who) for who in sorted(ALL)}
    tokens = {who: token(browser) for who, browser in browsers.items()}
    for who, browser in browsers.items():
        made = receive(EXTRACT)
        (task,) = worklist.of_instance(database, made.id)
        before = moved(database, made.id)
        answer = browser.post(addresses(app, made.code, task.id)[name], data={"csrf_token": tokens[who], **SENT})
        assert answer.status_code < 500, (who, answer.text[:300])
        assert (moved(database, made.id) != before) is (who in POSTS[name]), (who, answer.status_code)


#: Call of the API → its body; each is refused to an official who does not belong there.
CALLS: dict[str, dict[str, Any]] = {
    "api_dossiers.supplement": {"components": [{"code": "x", "originals": 1}]},
    "api_dossiers.confirm": {"message": "x"},
    "api_dossiers.withdraw": {"reason": "Thử"},
    "api_dossiers.result": {"code": "ban_sao_trich_luc", "pdf": None},
    "api_dossiers.take_fee": {},
    "api_dossiers.give_back": {"recipient": "Ai đó"},
    "api_tasks.claim": {},
    "api_tasks.complete": {"action": "trinh", "variables": {}},
}


def test_no_call_acts_for_an_official_who_does_not_belong_there(
    app: Flask, database: Database, receive: Callable[..., Any]
) -> None:
    made = receive(EXTRACT)
    (task,) = worklist.of_instance(database, made.id)
    caller, before = Caller(app), moved(database, made.id)
    at = addresses(app, made.code, task.id)
    for who in ("chuyenvien.yenmy", "motcua.yenmy", "bhxh.tinh", "vanthu"):
        for name, body in CALLS.items():
            answer = caller.post(at[name].removeprefix("/api/v1"), {**body, "on_behalf_of": who})
            assert answer.status_code in (403, 404, 409), (who, name, answer.text)
            assert moved(database, made.id) == before, (who, name)
