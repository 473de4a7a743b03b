"""What the database is asked when a task is completed over HTTP: every statement has its reason, none comes twice
without one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from engine import worklist
from engine.store import Database
from procedures import bundles, sample_province, tasks
from procedures.actor import Actor
from tests.web.conftest import BUNDLES, PASSWORD, SECRET, post, settings, sign_in, token_of
from tests.web.conftest import receive as receive  # the fixture, on the province of this file
from tests.web.test_api import Caller
from web.app import create_app
from web.bootstrap import installation

EXTRACT = "cap_ban_sao_trich_luc"

#: The beginning of a statement → what it is for, and how often it may come.
SIGNED_IN = {
    "SELECT sign_in_session": ("the session of the browser", 1),
    "SELECT official": ("who is signed in: name, title, agency", 1),
    "SELECT account": ("whether the account still stands", 1),
    "SELECT role_grant": ("the roles: of the page, for the act, and for whom it is done", 3),
    "SELECT failed_try": ("whether too many wrong tries came from this address", 1),
}
CALLED = {
    "SELECT client": ("the program that calls", 1),
    "SELECT client_quota": ("how often it may call", 1),
    "SELECT client_acts_for": ("whether it may act as this official", 1),
    "SELECT account": ("whether that official's account stands", 2),
    "SELECT failed_try": ("whether too many wrong tries came from this address", 1),
    "SELECT official": ("the official as whom it acts", 2),
    "SELECT role_grant": ("the roles: of the call, for what nobody acts as, and inside the transaction that acts", 4),
    "DELETE FROM idempotency": ("this key, where it is older than a day", 1),
    "INSERT INTO idempotency": ("this call's key", 1),
    "UPDATE idempotency": ("the answer that is given again to the same key", 1),
    "SELECT content": ("the template of the result, once in a process", 2),
    "SELECT instance.root_id": ("the instance, of which the claim left no copy in memory", 1),
    "UPDATE instance SET rev": ("the process's state; and the call in the log", 2),
    "WITH": ("the same in one statement each (PostgreSQL)", 2),
    "INSERT INTO event": ("the log: the completion, and the call", 2),
}
DONE = {
    "SELECT work_item": ("the task with the version that its instance runs on", 1),
    "SELECT dossier.agency": ("the agency and version of the dossier behind it", 1),
    "BEGIN": ("the transaction", 1),
    "SELECT instance.rev": ("the lock of the instance (PostgreSQL)", 1),
    "SELECT dossier.id": ("the dossier, for its result", 1),
    "SELECT result": ("the result of this step as it is: whether it is approved, and its version", 2),
    "SELECT agency.code": ("the agency and the one above, in the head of the result", 2),
    "SELECT agency_state": ("their names", 2),
    "INSERT INTO file": ("the result as a file", 1),
    "UPDATE result": ("the draft before is none any more", 1),
    "INSERT INTO result": ("the result", 1),
    "SELECT step_term": ("whether the next step has a term already, and who did that step before", 2),
    "UPDATE step_term": ("the term of this step is over", 1),
    "INSERT INTO step_term": ("the term of the next step", 1),
    "DELETE FROM job": ("reminder and escalation of this step", 2),
    "UPDATE job": ("reminder and escalation of the next step, where they are planned already", 2),
    "INSERT INTO job": ("reminder and escalation of the next step", 2),
    "SELECT chain": ("whether the calendars that were read are still the same", 1),
    "UPDATE instance SET rev": ("the process's state, guarded by its revision", 1),
    "WITH": ("the process's state, tasks and event in one guarded statement (PostgreSQL)", 1),
    "DELETE FROM work_item": ("the task is not open any more", 1),
    "DELETE FROM candidate": ("nor offered", 1),
    "INSERT INTO work_item": ("the next task", 1),
    "INSERT INTO candidate": ("and to whom it is offered", 1),
    "INSERT INTO event": ("the log", 1),
    "COMMIT": ("the end", 1),
}


@pytest.fixture
def database(database_url: str, tmp_path: Path) -> Iterator[Database]:
    """The province with one bundle, on each database."""

    made = installation(settings(tmp_path)).open(database_url)
    sample_province.make(made, password=PASSWORD, client_secret=SECRET)
    bundles.deploy(made, BUNDLES / "trich-luc-ho-tich", by=Actor("phantich"))
    yield made
    made.close()


@pytest.fixture
def app(database: Database, tmp_path: Path) -> Flask:
    return create_app(settings(tmp_path), database)


@contextmanager
def asked(database: Database) -> Iterator[list[str]]:
    """The statements that reach the database inside the block."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append(" ".join(statement.split()))

    event.listen(database.pool, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(database.pool, "before_cursor_execute", note)


def unexplained(seen: list[str], reasons: dict[str, tuple[str, int]]) -> list[str]:
    """The statements that no reason covers, or that come more often than theirs says."""
    counted: Counter[str] = Counter()
    left = []
    for statement in seen:
        begin = next((one for one in reasons if re.match(rf"{re.escape(one)}\b", statement)), None)
        counted[begin or ""] += 1
        if begin is None or counted[begin] > reasons[begin][1]:
            left.append(statement[:160])
    return left


def filled(database: Database, task: str) -> dict[str, str]:
    """The form of a task, every field filled."""
    with database.begin() as tx:
        form = tasks.find(tx, task, Actor("chuyenvien")).form
    fields = list(form.inputs()) if form is not None else []
    return {
        one.key: one.options[0][0]
        if one.options
        else {"number": "1", "datetime": "2026-11-20"}.get(one.kind, "Có ghi trong sổ")
        for one in fields
        if one.kind != "checkbox"
    }


def test_completing_a_task_on_its_page(app: Flask, database: Database, receive: Any) -> None:
    made = receive(EXTRACT)
    (task,) = worklist.of_instance(database, made.id)
    official, address = sign_in(app.test_client(), "chuyenvien"), f"/cong-viec/{task.id}"
    post(official, f"{address}/nhan", {}, page=address)
    data = {"csrf_token": token_of(official.get(address).text), "hanh_dong": "trinh", **filled(database, task.id)}
    with asked(database) as seen:
        assert official.post(f"{address}/hoan-thanh", data=data).status_code == 302
    assert unexplained(seen, {**DONE, **SIGNED_IN}) == [], seen
    assert len(seen) <= 38, (len(seen), seen)


def test_completing_a_task_by_a_call(app: Flask, database: Database, receive: Any) -> None:
    made = receive(EXTRACT)
    (task,) = worklist.of_instance(database, made.id)
    caller, who = Caller(app), {"on_behalf_of": "chuyenvien"}
    assert caller.post(f"/tasks/{task.id}/claim", who).status_code == 200
    body = {"action": "trinh", "variables": filled(database, task.id), **who}
    with asked(database) as seen:
        answer = caller.post(f"/tasks/{task.id}/complete", body)
    assert answer.status_code == 200, answer.text
    assert unexplained(seen, {**DONE, **CALLED}) == [], seen
    assert len(seen) <= 49, (len(seen), seen)
