"""The API: tokens, dossiers and tasks, each POST once, every error a problem."""

from __future__ import annotations

import base64
import json
import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient

from engine import audit
from engine.commands import definitions
from engine.store import Database
from procedures import accounts, bundles, clients, dossiers, fees, officials, sample_province, tasks
from procedures.actor import Actor, Kind
from procedures.demo import people as invented
from procedures.rights import NotAllowed
from tests.web.conftest import BUNDLES, PASSWORD, SECRET, settings
from web import logs
from web.app import create_app
from web.bootstrap import installation


class Caller:
    """A program that calls the API."""

    def __init__(self, app: Flask, id: str = "motcua-demo", secret: str = SECRET, scope: str = "") -> None:
        self.browser = app.test_client()
        answer = self.browser.post(
            "/api/v1/oauth/token",
            data={"grant_type": "client_credentials", "client_id": id, "client_secret": secret, "scope": scope},
        )
        assert answer.status_code == 200, answer.text
        self.headers = {"Authorization": f"Bearer {answer.get_json()['access_token']}"}
        self.keys = 0

    def get(self, path: str, **query: Any) -> Any:
        return self.browser.get(f"/api/v1{path}", query_string=query, headers=self.headers)

    def post(self, path: str, body: Any, key: str = "") -> Any:
        self.keys += 1
        headers = {**self.headers, "Idempotency-Key": key or f"k{self.keys}", "Content-Type": "application/json"}
        return self.browser.post(f"/api/v1{path}", data=json.dumps(body), headers=headers)


@pytest.fixture
def caller(app: Flask) -> Caller:
    """The demo's program."""
    return Caller(app)


@pytest.fixture
def intake(database: Database) -> dict[str, Any]:
    """A body for POST /dossiers."""
    return body_for(database)


def body_for(database: Database) -> dict[str, Any]:
    """An intake that can be received."""
    procedure = next(one for one in bundles.published(database) if one.process == "chung_thuc_ban_sao")
    form = bundles.form(database, procedure.version, procedure.form_key)
    return {
        "procedure": procedure.code,
        "agency": "H31.11",
        "applicant": {"name": "Nguyễn Thị Thử", "phone": "0912345678", "id_number": "033190001234"},
        "form": invented.filled(form, random.Random(1), date(2026, 11, 20)),
        "components": [{"code": one["code"], "originals": 1} for one in procedure.components()],
        "amounts": {"so_ban": 1, "so_trang": 2},
    }


def problem(answer: Any, status: int) -> dict[str, Any]:
    """The answer is a problem of that status."""
    assert answer.status_code == status, answer.text
    assert answer.content_type == "application/problem+json"
    assert answer.get_json()["status"] == status
    found: dict[str, Any] = answer.get_json()
    return found


def test_wrong_credentials_give_no_token(browser: FlaskClient) -> None:
    answer = browser.post(
        "/api/v1/oauth/token",
        data={"grant_type": "client_credentials", "client_id": "motcua-demo", "client_secret": "sai"},
    )
    assert problem(answer, 401)["error"] == "invalid_client"


def test_who_guesses_at_a_client_stands_in_the_log(browser: FlaskClient, capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("json", "INFO")
    said = {"grant_type": "client_credentials", "client_secret": "sai"}
    for id in ("motcua-demo", "bi-mat-go-nham"):
        browser.post("/api/v1/oauth/token", data={**said, "client_id": id})
    browser.post("/api/v1/oauth/token", data={"grant_type": "client_credentials"}, auth=("motcua-demo", "sai"))
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    failed = [line for line in lines if line["event"] == "client sign-in failed"]
    assert [line["client"] for line in failed] == ["motcua-demo", None, "motcua-demo"]
    assert {line["address"] for line in failed} == {"127.0.0.1"} and "go-nham" not in json.dumps(failed)


def test_credentials_may_come_by_http_basic(browser: FlaskClient) -> None:
    answer = browser.post(
        "/api/v1/oauth/token", data={"grant_type": "client_credentials"}, auth=("motcua-demo", SECRET)
    )
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "text",
    [
        "/////w==",
        "gA==",
        "é",
        "=",
        "a",
        "",
        "eA==",
        "Og==",
        base64.b64encode(b"motcua-demo:a\0b").decode(),
        base64.b64encode(b"%00%ff:%ed%a0%80").decode(),
        base64.b64encode("motcua-demo:ẩ".encode()).decode(),
        "A" * 4000,
    ],
)
def test_credentials_that_cannot_be_read_are_no_clients(browser: FlaskClient, text: str) -> None:
    for kind in ("Basic", "basic", "Bearer", "Digest", text):
        headers = {"Authorization": f"{kind} {text}"}
        answer = browser.post("/api/v1/oauth/token", data={"grant_type": "client_credentials"}, headers=headers)
        assert problem(answer, 401)["error"] == "invalid_client"


def test_no_more_scope_than_the_client_has(browser: FlaskClient, database: Database) -> None:
    secret = clients.create(database, "doc", "Chỉ đọc", scopes=["procedures"], official="api", by="thu")
    data = {"grant_type": "client_credentials", "client_id": "doc", "client_secret": secret}
    answer = browser.post("/api/v1/oauth/token", data={**data, "scope": "procedures tasks"})
    assert problem(answer, 400)["error"] == "invalid_scope"


def test_a_scope_that_is_missing_is_forbidden(app: Flask) -> None:
    problem(Caller(app, scope="procedures").get("/tasks"), 403)


def test_without_a_token_nothing_is_read(browser: FlaskClient) -> None:
    for headers in ({}, {"Authorization": "Bearer sai"}, {"Authorization": "Basic eA=="}):
        answer = browser.get("/api/v1/tasks", headers=headers)
        problem(answer, 401)
        assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_token_is_worth_nothing_once_its_client_is_shut(caller: Caller, database: Database) -> None:
    clients.set_active(database, "motcua-demo", False, by="thu")
    problem(caller.get("/procedures"), 401)


def test_errors_are_problems_everywhere(caller: Caller) -> None:
    problem(caller.browser.get("/api/v1/khong-co"), 404)
    refused = caller.browser.delete("/api/v1/procedures")
    problem(refused, 405)
    assert "GET" in refused.headers["Allow"]
    key = {**caller.headers, "Idempotency-Key": "1"}
    problem(caller.browser.post("/api/v1/dossiers", data="x", content_type="text/plain", headers=key), 415)
    problem(caller.browser.post("/api/v1/dossiers", data="{", content_type="application/json", headers=key), 400)
    problem(caller.browser.post("/api/v1/dossiers", json=[], headers=key), 422)
    problem(caller.get("/tasks", page="0"), 422)
    problem(caller.get("/tasks", la="1"), 422)


def test_a_fault_is_a_problem_without_a_trace(app: Flask, caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("bí mật bên trong")

    monkeypatch.setattr("web.api.procedures.bundles.published", broken)
    assert "bí mật" not in str(problem(caller.get("/procedures"), 500))


def test_procedures_are_listed_and_searched(caller: Caller) -> None:
    everything = caller.get("/procedures").get_json()
    assert everything["total"] == len(everything["items"]) >= 6
    found = caller.get("/procedures", q="khai sinh").get_json()
    assert 0 < found["total"] < everything["total"]
    assert caller.get("/procedures", page=2, page_size=2).get_json()["items"] == everything["items"][2:4]


def test_a_dossier_is_handed_in_and_read(caller: Caller, intake: dict[str, Any]) -> None:
    answer = caller.post("/dossiers", intake)
    assert answer.status_code == 201, answer.text
    made = answer.get_json()
    assert answer.headers["Location"] == f"/api/v1/dossiers/{made['code']}"
    assert made["due"] == made["original_due"]
    read = caller.get(f"/dossiers/{made['code']}").get_json()
    assert read == made


def test_what_cannot_be_received_is_said_by_field(caller: Caller, intake: dict[str, Any]) -> None:
    assert "applicant" in problem(caller.post("/dossiers", {**intake, "applicant": None}), 422)["errors"]["json"]
    assert problem(caller.post("/dossiers", {**intake, "form": {}}), 422)["errors"]
    assert "khong-co" in problem(caller.post("/dossiers", {**intake, "procedure": "khong-co"}), 422)["detail"]
    problem(caller.post("/dossiers", {**intake, "la": 1}), 422)
    problem(caller.post("/dossiers", {**intake, "request": "a\x00b"}), 422)


def test_only_a_desk_clerk_of_the_agency_receives(caller: Caller, intake: dict[str, Any]) -> None:
    problem(caller.post("/dossiers", {**intake, "on_behalf_of": "chuyenvien"}), 403)
    assert caller.post("/dossiers", {**intake, "on_behalf_of": "motcua"}).status_code == 201


def test_a_dossier_of_another_agency_is_not_found(caller: Caller, intake: dict[str, Any]) -> None:
    code = caller.post("/dossiers", intake).get_json()["code"]
    problem(caller.get(f"/dossiers/{code}", on_behalf_of="bhxh.tinh"), 404)
    problem(caller.get("/dossiers/khong-co"), 404)


def test_a_post_without_its_key_is_refused(caller: Caller, intake: dict[str, Any]) -> None:
    problem(caller.browser.post("/api/v1/dossiers", json=intake, headers=caller.headers), 400)


def test_the_same_key_and_body_give_the_first_answer_again(caller: Caller, intake: dict[str, Any]) -> None:
    first, again = caller.post("/dossiers", intake, "mot"), caller.post("/dossiers", intake, "mot")
    assert (again.status_code, again.get_json()) == (first.status_code, first.get_json())
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.headers["Location"] == first.headers["Location"]


def test_the_same_key_with_another_body_is_refused(caller: Caller, intake: dict[str, Any]) -> None:
    caller.post("/dossiers", intake, "mot")
    problem(caller.post("/dossiers", {**intake, "sets": 2}, "mot"), 422)


def test_a_refusal_is_the_first_answer_too(caller: Caller, intake: dict[str, Any]) -> None:
    wrong = {**intake, "form": {}}
    first, again = caller.post("/dossiers", wrong, "mot"), caller.post("/dossiers", wrong, "mot")
    assert (first.status_code, again.status_code) == (422, 422)
    assert again.headers["Idempotency-Replayed"] == "true"


def test_a_key_counts_for_its_own_client_and_path(
    caller: Caller, app: Flask, database: Database, intake: dict[str, Any]
) -> None:
    secret = clients.create(database, "khac", "Ứng dụng khác", scopes=["dossiers"], official="api", by="thu")
    other = Caller(app, "khac", secret)
    codes = {one.post("/dossiers", intake, "mot").get_json()["code"] for one in (caller, other)}
    assert len(codes) == 2


def test_a_key_is_forgotten_after_a_day(caller: Caller, database: Database, intake: dict[str, Any]) -> None:
    first = caller.post("/dossiers", intake, "mot").get_json()["code"]
    real = database.clock
    database.clock = lambda: real() + timedelta(hours=24, minutes=1)
    assert caller.post("/dossiers", intake, "mot").get_json()["code"] != first


def test_calls_at_the_same_moment_happen_once(
    app: Flask, caller: Caller, database: Database, intake: dict[str, Any]
) -> None:
    def call(_: int) -> str:
        headers = {**caller.headers, "Idempotency-Key": "cung-luc"}
        answer = app.test_client().post("/api/v1/dossiers", json=intake, headers=headers)
        assert answer.status_code == 201, answer.text
        code: str = answer.get_json()["code"]
        return code

    with ThreadPoolExecutor(6) as pool:
        codes = set(pool.map(call, range(12)))
    assert len(codes) == 1


def test_on_postgresql_too_calls_at_the_same_moment_happen_once(postgresql_url: str, tmp_path: Path) -> None:
    known = settings(tmp_path)
    app = create_app(known, database := installation(known).open(postgresql_url))
    sample_province.make(database, password=PASSWORD, client_secret=SECRET)
    bundles.deploy_all(database, BUNDLES, by=Actor("phantich"))
    test_calls_at_the_same_moment_happen_once(app, Caller(app), database, body_for(database))
    database.close()


def first_task(caller: Caller, code: str, who: str = "") -> dict[str, Any]:
    """The oldest open task of a dossier for that official."""
    query = {"dossier": code, **({"on_behalf_of": who} if who else {})}
    answer = caller.get("/tasks", **query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.get_json()["items"][0]
    return found


def test_a_task_is_claimed_and_completed(caller: Caller, database: Database, intake: dict[str, Any]) -> None:
    made = caller.post("/dossiers", intake).get_json()
    task = first_task(caller, made["code"])
    claimed = caller.post(f"/tasks/{task['id']}/claim", {})
    assert claimed.status_code == 200, claimed.text
    assert claimed.get_json()["assignee"] == "api"
    assert caller.get("/tasks", assignee="me", dossier=made["code"]).get_json()["total"] == 1
    who = [one.who for one in audit.history(database, made["id"]) if one.kind == "claim"]
    said = [one.data for one in audit.history(database, made["id"]) if one.kind == "api.call"]
    assert who == ["api"]
    assert said[-1]["client"] == "motcua-demo"


def test_an_action_that_the_task_does_not_have_is_refused(caller: Caller, intake: dict[str, Any]) -> None:
    made = caller.post("/dossiers", intake).get_json()
    task = first_task(caller, made["code"])
    body = {"action": "bay_len_troi", "variables": {}}
    assert "action" in problem(caller.post(f"/tasks/{task['id']}/complete", body), 422)["errors"]


def test_a_task_of_another_is_refused(caller: Caller, intake: dict[str, Any]) -> None:
    made = caller.post("/dossiers", intake).get_json()
    task = first_task(caller, made["code"])
    holder = next(group.split("@")[0] for group in task["groups"])
    official = {"chuyen_vien": "chuyenvien2", "truong_don_vi": "truongdonvi", "mot_cua": "motcua"}[holder]
    assert caller.post(f"/tasks/{task['id']}/claim", {}).status_code == 200
    problem(caller.post(f"/tasks/{task['id']}/claim", {"on_behalf_of": official}), 409)
    problem(caller.post("/tasks/khong-co/claim", {}), 404)
    problem(caller.post(f"/tasks/{task['id']}/complete", {"on_behalf_of": "bhxh.tinh"}), 404)


def test_acting_for_another_needs_its_scope(app: Flask, database: Database) -> None:
    narrow = Caller(app, scope="tasks dossiers")
    problem(narrow.get("/tasks", on_behalf_of="chuyenvien"), 403)
    problem(Caller(app).get("/tasks", on_behalf_of="khong.co"), 403)


@pytest.mark.parametrize("who", ["quantri", "phantich2", "vanthu"])
def test_a_program_acts_only_for_those_that_its_list_names(app: Flask, database: Database, who: str) -> None:
    clients.set_acts_for(database, "motcua-demo", ["chuyenvien"], by="thu")
    program = Caller(app)
    assert program.get("/tasks", on_behalf_of="chuyenvien").status_code == 200
    problem(program.get("/tasks", on_behalf_of=who), 403)


def test_a_program_never_acts_for_a_shut_account(app: Flask, database: Database) -> None:
    program = Caller(app)
    assert program.get("/tasks", on_behalf_of="vanthu").status_code == 200
    accounts.set_active(database, "vanthu", False, reason="Thử", by="thu")
    problem(program.get("/tasks", on_behalf_of="vanthu"), 403)
    accounts.set_active(database, "vanthu", True, reason="Thử", by="thu")
    officials.grant(database, "vanthu", "quan_tri", "H31.11", by="thu")
    problem(program.get("/tasks", on_behalf_of="vanthu"), 403)


def test_a_new_secret_ends_the_tokens_of_the_old_one(app: Flask, database: Database) -> None:
    program = Caller(app)
    secret = clients.new_secret(database, "motcua-demo", by="thu")
    problem(program.get("/procedures"), 401)
    assert Caller(app, secret=secret).get("/procedures").status_code == 200


def test_what_is_not_declared_does_not_pass(caller: Caller, intake: dict[str, Any]) -> None:
    for wrong in (
        {"amounts": {"ho_so": {"ma": "H31"}}},
        {"amounts": {"so_ban": 0}},
        {"form": {**intake["form"], "x": 1}},
    ):
        said = problem(caller.post("/dossiers", {**intake, **wrong}), 422)["errors"]
        assert list(said) in (["ho_so"], ["so_ban"], ["x"])
    made = caller.post("/dossiers", intake).get_json()
    task = first_task(caller, made["code"])
    body = {"action": task["actions"][0]["id"] if task["actions"] else None, "variables": {"le_phi": 0}}
    assert list(problem(caller.post(f"/tasks/{task['id']}/complete", body), 422)["errors"]) == ["le_phi"]
    problem(caller.post(f"/dossiers/{made['code']}/confirm", {"message": "x", "variables": {"le_phi": 0}}), 422)


@pytest.mark.parametrize(
    "nasty", ["a\x00b", "\ud800", "9" * 400, 10**30, 1e300, "1e999999", "0001-01-01", "9999-12-31"]
)
def test_what_no_field_takes_is_told_by_field(caller: Caller, intake: dict[str, Any], nasty: Any) -> None:
    code = caller.post("/dossiers", intake).get_json()["code"]
    body = {**intake, "applicant": {"name": nasty}, "components": [{"code": "a"}, {"code": nasty}]}
    said = problem(caller.post("/dossiers", body), 422)["errors"]["json"]
    assert list(said["applicant"]) == ["name"]
    assert list(said["components"]) == ["1"]
    for path in ("supplement", "confirm", "withdraw", "results", "fees", "return"):
        said = problem(caller.post(f"/dossiers/{code}/{path}", {"a": {"b": [nasty]}}), 422)["errors"]["json"]
        assert list(said["a"]["b"]) == ["0"]
    for path in ("claim", "complete"):
        said = problem(caller.post(f"/tasks/x/{path}", {"variables": {"x": nasty}}), 422)["errors"]["json"]
        assert list(said["variables"]) == ["x"]
    if isinstance(nasty, str) and nasty.isascii():
        for path in ("/tasks", "/procedures", f"/dossiers/{code}"):
            assert list(problem(caller.get(path, la=nasty), 422)["errors"]["query"]) == ["la"]
        answer = caller.post(f"/tasks/x/claim?on_behalf_of={quote(nasty)}", {})
        assert list(problem(answer, 422)["errors"]["query"]) == ["on_behalf_of"]


@pytest.mark.parametrize("body", ['{"reason": ' + "9" * 5000 + "}", "[" * 100_000, '{"reason":' * 100_000, "{", "\xff"])
def test_a_body_that_nothing_can_read_is_a_problem(caller: Caller, intake: dict[str, Any], body: str) -> None:
    headers = {**caller.headers, "Idempotency-Key": "k", "Content-Type": "application/json"}
    problem(caller.browser.post("/api/v1/tasks/x/complete", data=body, headers=headers), 400)


@pytest.mark.parametrize("own", [False, True])
def test_no_program_signs(caller: Caller, database: Database, receive: Callable[..., Any], own: bool) -> None:
    made = receive("chung_thuc_ban_sao")
    signing = {
        node.id
        for procedure in bundles.published(database)
        for process in definitions.deployed(database.begin(), procedure.version).processes.values()
        for node in process.scope.walk()
        if any(one.name == "signature" for one in node.extensions)
    }
    for _ in range(8):
        if fees.owed(database, made.id):
            fees.take(database, made.id, Actor("motcua", "motcua"))  # a step that takes a fee waits for its receipt
        found = caller.get("/tasks", dossier=made.code).get_json()["items"]
        if not found or found[0]["element"] in signing:
            break
        task = found[0]
        form = bundles.form(database, made_version(database, made.id), task["form"])
        data = invented.filled(form, random.Random(1), date(2026, 11, 20)) if form else {}
        answer = caller.post(
            f"/tasks/{task['id']}/complete",
            {"action": task["actions"][0]["id"] if task["actions"] else None, "variables": data, "reason": "Thử"},
        )
        assert answer.status_code == 200, answer.text
    (task,) = caller.get("/tasks", dossier=made.code, on_behalf_of="lanhdao").get_json()["items"]
    assert task["element"] in signing
    if own:
        clients.create(database, "cua-lanh-dao", "Thử", scopes=["tasks"], official="lanhdao", secret="s" * 20, by="thu")
        program, body = Caller(caller.browser.application, "cua-lanh-dao", "s" * 20), {}
    else:
        program, body = caller, {"on_behalf_of": "lanhdao"}
    for action in task["actions"]:
        problem(program.post(f"/tasks/{task['id']}/complete", {**body, "action": action["id"], "reason": "Thử"}), 403)
    problem(program.post(f"/tasks/{task['id']}/claim", body), 403)
    (still,) = caller.get("/tasks", dossier=made.code, on_behalf_of="lanhdao").get_json()["items"]
    assert still["assignee"] is None, "nobody took it"
    answer = program.post(f"/tasks/{task['id']}/complete", {**body, "action": task["actions"][0]["id"]})
    assert "no program signs" in problem(answer, 403)["detail"] or "không được ký" in answer.get_json()["detail"]
    assert caller.get("/tasks", dossier=made.code).get_json()["items"][0]["id"] == task["id"], "still open"
    leader = Actor("lanhdao", "Lãnh đạo", agency="H31.11")
    tasks.claim(database, task["id"], leader)
    program_of = replace(leader, kind=Kind.CLIENT, client="motcua-demo")
    for act in (
        lambda: tasks.claim(database, task["id"], program_of),
        lambda: tasks.release(database, task["id"], program_of),
        lambda: tasks.reassign(database, task["id"], "lanhdao", "Nghỉ phép", program_of),
    ):
        with pytest.raises(NotAllowed, match="không được ký, nhận hay chuyển"):
            act()


def made_version(database: Database, id: str) -> str:
    return dossiers.get(database, id).version


def test_both_who_acts_and_who_calls_stand_in_the_log(
    caller: Caller, database: Database, intake: dict[str, Any]
) -> None:
    made = caller.post("/dossiers", {**intake, "on_behalf_of": "motcua"}).get_json()
    last = [one for one in audit.history(database, made["id"]) if one.kind == "api.call"][-1]
    assert (last.who, last.data["client"]) == ("motcua", "motcua-demo")


def test_a_dossier_registered_online_waits_for_the_desk(
    caller: Caller, database: Database, intake: dict[str, Any], receive: Callable[..., Any]
) -> None:
    procedure = bundles.procedure(database, intake["procedure"])
    if "truc_tuyen" in procedure.channels:
        made = caller.post("/dossiers", {**intake, "channel": "truc_tuyen"}).get_json()
        assert made["status"]["code"] == "1"
        assert made["due"] is None
    else:
        problem(caller.post("/dossiers", {**intake, "channel": "truc_tuyen"}), 422)


def test_a_dossier_is_taken_back(caller: Caller, database: Database, intake: dict[str, Any]) -> None:
    code = caller.post("/dossiers", intake).get_json()["code"]
    assert caller.post(f"/dossiers/{code}/withdraw", {"reason": "Đổi ý"}).get_json()["status"]["code"] == "7"
    problem(caller.post(f"/dossiers/{code}/withdraw", {"reason": "Đổi ý"}), 409)
    assert dossiers.by_code(database, code).status == 7


def test_what_the_citizen_does_goes_through_the_desk(caller: Caller, intake: dict[str, Any]) -> None:
    code = caller.post("/dossiers", intake).get_json()["code"]
    for path, body in (
        ("withdraw", {"reason": "Đổi ý"}),
        ("supplement", {"form": {"a": "b"}}),
        ("return", {"recipient": "Ai đó"}),
        ("confirm", {"message": "x"}),
    ):
        problem(caller.post(f"/dossiers/{code}/{path}", {**body, "on_behalf_of": "chuyenvien"}), 403)
        problem(caller.post(f"/dossiers/{code}/{path}?on_behalf_of=chuyenvien", body), 403)


def test_the_description_is_openapi_3_1(browser: FlaskClient) -> None:
    spec = browser.get("/api/openapi.json").get_json()
    assert spec["openapi"].startswith("3.1")
    assert {
        "/api/v1/dossiers",
        "/api/v1/dossiers/{code}",
        "/api/v1/tasks",
        "/api/v1/tasks/{id}/claim",
        "/api/v1/tasks/{id}/complete",
        "/api/v1/procedures",
        "/api/v1/oauth/token",
    } <= set(spec["paths"])
    assert "clientCredentials" in spec["components"]["securitySchemes"]["oauth2"]["flows"]


@pytest.mark.parametrize("agency", ["NOPE", "H31.11'--", " H31.11", "H31"])
def test_online_no_agency_receives_that_has_no_desk_for_it(caller: Caller, intake: dict[str, Any], agency: str) -> None:
    body = {**intake, "channel": "truc_tuyen", "agency": agency}
    answer = caller.post("/dossiers", body)
    assert problem(answer, 422)
    problem(caller.post("/dossiers", {**body, "on_behalf_of": "motcua"}), 403)
