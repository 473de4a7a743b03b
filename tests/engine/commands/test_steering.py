"""Steering by hand: what may be done where, and what the log says of it: who, why, before and after."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from engine import audit, commands, projections, worklist
from engine.commands import Refusal
from engine.store import Database
from tests.engine.commands import models
from tests.engine.commands.conftest import Clock
from tests.engine.commands.models import flow, model, task

CONDITION = '<conditionExpression xsi:type="tFormalExpression">= diem &gt; 5</conditionExpression>'
#: A subprocess that stops at a condition; an error of code THIEU is caught on its edge, any other further out.
STOPS = model(
    '<startEvent id="s"/><subProcess id="sub" name="Thẩm tra"><startEvent id="s2"/>'
    '<scriptTask id="tinh" name="Tính điểm"><extensionElements><zeebe:script expression="= 1 + diem"'
    ' resultVariable="tong"/></extensionElements></scriptTask>'
    '<exclusiveGateway id="re" name="Đủ điểm?" default="mac_dinh"/>'
    + task("ky")
    + '<endEvent id="e2"/>'
    + flow("s2", "tinh", "re")
    + f'<sequenceFlow id="c" sourceRef="re" targetRef="ky">{CONDITION}</sequenceFlow>'
    '<sequenceFlow id="mac_dinh" sourceRef="re" targetRef="e2"/>' + flow("ky", "e2") + "</subProcess>"
    '<boundaryEvent id="thieu" name="Thiếu giấy tờ" attachedToRef="sub"><errorEventDefinition errorRef="er"/>'
    "</boundaryEvent>"
    + task("bo_sung")
    + task("xong")
    + '<endEvent id="e"/><endEvent id="e3"/>'
    + flow("s", "sub", "xong", "e")
    + flow("thieu", "bo_sung", "e3"),
    more='<error id="er" name="Thiếu" errorCode="THIEU"/>',
)
#: Two branches at once.
SPLIT = model(
    '<startEvent id="s"/><parallelGateway id="g"/>' + task("a") + task("b") + '<endEvent id="e"/>'
    '<endEvent id="e2"/>' + flow("s", "g", "a", "e") + flow("g", "b", "e2")
)


def begin(db: Database, body: bytes, variables: dict[str, Any] | None = None) -> str:
    commands.deploy(db, {"k.bpmn": body}, key="k")
    return commands.start(db, "p", variables or {}, "H31-1", by="lan")


def last(db: Database, root: str) -> Any:
    return audit.history(db, root)[-1]


def open_names(db: Database, root: str) -> list[str]:
    return sorted(item.element for item in worklist.of_instance(db, root))


def token_of(db: Database, root: str, element: str) -> str:
    with commands.run_of(db, root) as run:
        return next(one.token for one in run.standing if one.node.id == element)


def test_every_live_token_is_listed_with_its_state_and_the_scope_around_it(db: Database) -> None:
    root = begin(db, STOPS, {"diem": "năm"})
    with commands.run_of(db, root) as run:
        scope, stopped = run.standing
    assert (scope.node.id, scope.state, scope.above) == ("sub", "scope", "")
    assert (stopped.node.id, stopped.state, stopped.above) == ("tinh", "incident", scope.token)


def test_suspending_and_resuming_stand_in_the_log_with_both_states(db: Database) -> None:
    root = begin(db, models.TWO)
    commands.suspend(db, root, "quan_tri", "Chờ nâng cấp")
    said = last(db, root)
    assert (said.kind, said.who) == ("suspend", "quan_tri")
    assert said.data == {"before": {"status": "active"}, "after": {"status": "suspended"}, "reason": "Chờ nâng cấp"}
    with pytest.raises(Refusal):
        commands.suspend(db, root, "quan_tri", "Lần nữa")
    commands.resume(db, root, "quan_tri", "Xong")
    assert last(db, root).data["after"] == {"status": "active"}
    with pytest.raises(Refusal):
        commands.resume(db, root, "quan_tri", "Lần nữa")


def test_a_cancelled_instance_says_where_it_stood(db: Database) -> None:
    root = begin(db, SPLIT)
    commands.cancel_instance(db, root, "quan_tri", "Mở nhầm")
    said = last(db, root).data
    assert said["reason"] == "Mở nhầm" and said["after"] == {"status": "cancelled"}
    assert [one["element"] for one in said["before"]["standing"]] == ["a", "b"]


def test_ending_a_branch_leaves_the_others_and_says_which_it_was(db: Database) -> None:
    root = begin(db, SPLIT)
    commands.terminate(db, root, token_of(db, root, "a"), "quan_tri", "Trùng việc")
    said = last(db, root)
    assert open_names(db, root) == ["b"]
    assert said.element == "a" and said.data["before"] == {"element": "a", "name": "Việc a"}
    assert said.data["reason"] == "Trùng việc"
    with pytest.raises(Refusal):
        commands.terminate(db, root, "khong_co", "quan_tri", "Lần nữa")


def test_a_moved_token_says_from_where_to_where(db: Database) -> None:
    root = begin(db, STOPS, {"diem": 7})
    token = token_of(db, root, "ky")
    with commands.run_of(db, root) as run:
        ids = [node.id for node in run.reachable(token)]
    assert {"ky", "xong", "bo_sung", "sub", "re"} <= set(ids) and "thieu" not in ids
    commands.move(db, root, token, "xong", "quan_tri", "Đã ký trên giấy")
    said = last(db, root)
    assert open_names(db, root) == ["xong"]
    assert said.data["before"] == {"element": "ky", "name": "Việc ky"}
    assert said.data["after"] == {"element": "xong", "name": "Việc xong"}
    with pytest.raises(Refusal):
        commands.move(db, root, token_of(db, root, "xong"), "thieu", "quan_tri", "Không được")


def test_a_timer_gets_another_date_and_the_log_both(db: Database, clock: Clock) -> None:
    root = begin(db, models.TIMED)
    with commands.run_of(db, root) as run:
        (timer,) = run.timers
    later = datetime(2026, 12, 1, 10, tzinfo=UTC)
    commands.set_timer(db, root, timer.id, later, "quan_tri", "Nghỉ lễ")
    said = last(db, root)
    assert said.element == "late" and said.data["reason"] == "Nghỉ lễ"
    assert datetime.fromisoformat(said.data["before"]) == clock.now + timedelta(days=1)
    assert datetime.fromisoformat(said.data["after"]) == later
    with commands.run_of(db, root) as run:
        assert [one.due for one in run.timers] == [later]


def test_what_was_mended_lets_the_incident_go_on_with_its_reason(db: Database) -> None:
    root = begin(db, STOPS, {"diem": "năm"})
    (stopped,) = commands.incidents(db)
    assert stopped.message_en and stopped.message != stopped.message_en
    assert commands.retry_incident(db, stopped.id, "quan_tri", "Thử lại") is False
    again = commands.retry_incidents(db, [stopped.id], "quan_tri", "Thử nữa")[stopped.id]
    assert again is not None and stopped.message in again.vi and stopped.message_en in again.en
    commands.set_variables(db, root, {"diem": Decimal("7.5")}, "quan_tri", "Gõ nhầm", stopped.id)
    assert last(db, root).data == {"before": {"diem": "năm"}, "variables": {"diem": 7.5}, "reason": "Gõ nhầm"}
    assert commands.retry_incident(db, stopped.id, "quan_tri", "Đã sửa điểm")
    said = last(db, root)
    assert (said.kind, said.element, said.data["reason"]) == ("retry", "tinh", "Đã sửa điểm")
    assert said.data["before"]["message"] == stopped.message
    assert open_names(db, root) == ["ky"]


def test_an_incident_ends_in_an_error_that_the_model_catches(db: Database) -> None:
    root = begin(db, STOPS, {"diem": "năm"})
    (stopped,) = commands.incidents(db)
    with commands.run_of(db, root) as run:
        assert [(one.code, one.node.id) for one in run.error_catchers(stopped.id)] == [("THIEU", "thieu")]
    assert commands.throw_error_at_incident(db, stopped.id, "THIEU", None, "quan_tri", "Dân chưa nộp đủ") == root
    said = last(db, root)
    assert (said.kind, said.element, said.data["code"]) == ("error", "tinh", "THIEU")
    assert said.data["after"] == {"element": "thieu", "name": "Thiếu giấy tờ"}
    assert said.data["reason"] == "Dân chưa nộp đủ"
    assert open_names(db, root) == ["bo_sung"] and commands.incidents(db) == []


def test_an_error_that_nothing_catches_is_refused_at_an_incident(db: Database) -> None:
    root = begin(db, STOPS, {"diem": "năm"})
    (stopped,) = commands.incidents(db)
    with pytest.raises(Refusal, match="KHAC"):
        commands.throw_error_at_incident(db, stopped.id, "KHAC", None, "quan_tri", "Thử")
    assert [one.id for one in commands.incidents(db, root_id=root)] == [stopped.id]
    with pytest.raises(Refusal):
        commands.throw_error_at_incident(db, "khong_co", "THIEU")


def test_what_was_steered_is_rebuilt_from_the_log(db: Database) -> None:
    root = begin(db, SPLIT)
    commands.move(db, root, token_of(db, root, "a"), "b", "quan_tri", "Gộp")
    commands.terminate(db, root, token_of(db, root, "b"), "quan_tri", "Thừa")
    before = worklist.of_instance(db, root)
    projections.rebuild(db)
    assert worklist.of_instance(db, root) == before and len(before) == 1
    assert audit.verify(db)["broken"] == []
