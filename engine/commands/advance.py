"""The common middle of every command: take the family, let the run do it, write what changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from operator import attrgetter
from typing import Any, TypeVar

import orjson

from engine import jobs, values
from engine.commands.definitions import process_of
from engine.commands.host import RunHost, hooks_of
from engine.refusal import Refusal
from engine.run import Run
from engine.run.changes import Changes, OpenTask
from engine.store import Family, Tx, records
from engine.store.chain import START
from engine.store.tables import chain

Answer = TypeVar("Answer")


def family_of(tx: Tx, root_id: str, *, suspended: bool = False) -> Family:
    """The running family of that root. Refuses an unknown, an ended and (without `suspended`) a suspended one."""
    family = records.record(tx, root_id)
    if family is None:
        raise Refusal(f"Không có phiên chạy nào mang mã “{root_id}”.", f"There is no instance '{root_id}'.")
    name = family.business_key or root_id
    if family.status in ("ended", "cancelled"):
        raise Refusal(f"Phiên chạy “{name}” đã kết thúc.", f"Instance '{name}' has ended.")
    if family.status == "suspended" and not suspended:
        raise Refusal(f"Phiên chạy “{name}” đang tạm ngừng.", f"Instance '{name}' is suspended.")
    if family.run is None:
        family.host = RunHost(tx, family)
        family.run = Run.load(records.state_of(tx, family), family.host)
    family.host.tx = tx
    return family


def new_family(
    tx: Tx, process_id: str, *, root_id: str | None, deployment: str | None, business_key: str | None, by: str | None
) -> tuple[Family, Any]:
    """A family that is about to start, and its process; its log goes on where that root has one already."""
    found, process = process_of(tx, process_id, deployment)
    given, root_id = root_id is not None, root_id or tx.database.new_id()
    family = Family(root_id, 1, process_id, found.id, 0, START, "active", tx.now, by, business_key, new=True)
    if given:
        if records.record(tx, root_id) is not None:
            raise Refusal(f"Phiên chạy “{root_id}” đã có.", f"Instance '{root_id}' exists already.")
        end = tx.execute(chain.delete().where(chain.c.root_id == root_id).returning(chain.c.seq, chain.c.hash)).first()
        if end is not None:
            family.event_seq, family.event_hash, family.written_seq = end.seq, end.hash, end.seq
    family.host = RunHost(tx, family)
    return family, process


def advance(
    tx: Tx,
    family: Family,
    kind: str,
    who: str | None,
    work: Callable[[Any], Answer],
    *,
    element: str | None = None,
    data: Mapping[str, Any] | None = None,
) -> Answer:
    """Lets `work` act on the family's run and writes the changes with one event of that kind."""
    family.advancing = True
    try:
        answer = work(family.run)
        settle(tx, family, kind, who, element, data)
    finally:
        family.advancing = False
    return answer


def settle(
    tx: Tx, family: Family, kind: str, who: str | None, element: str | None, data: Mapping[str, Any] | None
) -> Changes:
    """Turns the run's changes into rows and one event."""
    changes: Changes = family.run.take_changes()
    hooks = hooks_of(tx)
    writes = family.writes
    logged: dict[str, Any] = dict(data) if data else {}
    if changes.steps:
        logged["steps"] = [
            [s.event, s.element, s.type, s.name, s.instance if s.instance != family.root_id else None]
            for s in changes.steps
        ]
        for step in changes.steps if hooks.steps else ():
            for function in hooks.steps:
                function(tx, family.root_id, step)
    opened = [_opened(tx, family, hooks, task) for task in changes.tasks_opened]
    for task in opened:
        writes.add("work_item", work_item_row(family.business_key, task))
        for candidate in candidate_rows(task):
            writes.add("candidate", candidate)
    # What came and went within the command is in none of these lists (`Run.take_changes`).
    for id in changes.tasks_closed:
        writes.remove("work_item", id)
        writes.remove("candidate", id)
    _timers(tx, changes, family)
    _subscriptions(changes, family)
    _calls(tx, changes, family)
    _incidents(tx, changes, family)
    if opened:
        logged["opened"] = [task_data(task) for task in opened]
        if family.business_key is not None:
            logged["business_key"] = family.business_key
        tx.database.hot.remember(family.root_id, [task.id for task in opened])
    for name, ids in (
        ("closed", changes.tasks_closed),
        ("timers_cleared", changes.timers_cleared),
        ("unsubscribed", changes.subscriptions_closed),
        ("mended", changes.incidents_closed),
    ):
        if ids:
            logged[name] = list(ids)
    if changes.errors:
        logged["errors"] = [list(error) for error in changes.errors]
    if changes.ended:
        logged["ended"] = True
        family.status, family.ended_at, family.meta_changed = "ended", tx.now, True
    _log_open(changes, logged)
    family.state = family.run.dump()
    family.append(tx.now, who, kind, element, logged)
    tx.families[family.root_id] = family
    tx.changed(family.root_id, changes)
    return changes


def _opened(tx: Tx, family: Family, hooks: Any, task: OpenTask) -> OpenTask:
    if task.candidate_groups and hooks.groups:
        task = replace(task, candidate_groups=hooks.resolve(tx, family.root_id, task.candidate_groups))
    return hooks.task_opened(tx, family.root_id, task) if hooks.tasks else task


def work_item_row(business_key: str | None, task: OpenTask, claimed_at: Any = None) -> tuple[Any, ...]:
    return (
        task.id,
        task.instance,
        task.process,
        task.element,
        task.name,
        business_key,
        task.form,
        task.lane or None,
        task.assignee,
        _json(task.candidate_groups),
        _json(task.candidate_users),
        task.priority,
        task.opened_at,
        claimed_at,
        task.due,
    )


def candidate_rows(task: OpenTask) -> list[tuple[str, str, str]]:
    return [
        (task.id, kind, name)
        for kind, names in (("g", task.candidate_groups), ("u", task.candidate_users))
        for name in dict.fromkeys(names)
    ]


def _json(names: tuple[str, ...]) -> str | None:
    return orjson.dumps(list(names)).decode() if names else None


def _timers(tx: Tx, changes: Changes, family: Family) -> None:
    for id in changes.timers_cleared:
        family.writes.remove("job", id)
    for timer in changes.timers_set:
        tx.due(timer.due)
        family.writes.add(
            "job", (timer.id, "timer", None, jobs.pack({"element": timer.element}), timer.due, 50, 3, timer.id)
        )


def _subscriptions(changes: Changes, family: Family) -> None:
    for id in changes.subscriptions_closed:
        family.writes.remove("subscription", id)
    for one in changes.subscriptions_opened:
        family.writes.add(
            "subscription",
            (
                one.id,
                one.element,
                one.kind,
                one.name,
                one.key,
                orjson.dumps(dict(one.properties)).decode() if one.properties else None,
                one.opened_at or family.host.now(),
            ),
        )


def _calls(tx: Tx, changes: Changes, family: Family) -> None:
    for id in changes.calls_closed:
        family.writes.remove("job", id)
    for call in changes.calls_opened:
        tx.due(tx.now)
        payload = {
            "call": call.id,
            "element": call.element,
            "connector": call.connector,
            "variables": dict(call.variables),
            "headers": dict(call.headers),
        }
        text = jobs.marked(tx, family.root_id, call.id, "call", jobs.pack(payload))
        family.writes.add("job", (call.id, "call", None, text, tx.now, 50, max(1, call.retries), call.id))


def _incidents(tx: Tx, changes: Changes, family: Family) -> None:
    for id in changes.incidents_closed:
        family.writes.remove("incident", id)
    for one in changes.incidents_opened:
        family.writes.add(
            "incident", (one.id, one.element, one.kind, one.message, one.message_en or None, None, tx.now)
        )


# -- what the log says, so that the projections can be made of it again -----------------------------------------------


_LOGGED = (
    "id",
    "element",
    "name",
    "instance",
    "process",
    "form",
    "assignee",
    "lane",
    "due",
    "priority",
    "opened_at",
)
_logged = attrgetter(*_LOGGED)


def task_data(task: OpenTask) -> dict[str, Any]:
    """A task as the log has it: what is empty is left out."""
    data = {
        name: value for name, value in zip(_LOGGED, _logged(task), strict=True) if value is not None and value != ""
    }
    if task.candidate_groups:
        data["groups"] = list(task.candidate_groups)
    if task.candidate_users:
        data["users"] = list(task.candidate_users)
    return data


def _log_open(changes: Changes, logged: dict[str, Any]) -> None:
    if changes.timers_set:
        logged["timers"] = [[timer.id, timer.element, timer.due] for timer in changes.timers_set]
    if changes.subscriptions_opened:
        logged["subscribed"] = [{k: v for k, v in asdict(one).items() if v} for one in changes.subscriptions_opened]
    if changes.calls_opened:
        logged["calls"] = [[call.id, call.element, call.connector] for call in changes.calls_opened]
    if changes.incidents_opened:
        logged["incidents"] = [asdict(one) for one in changes.incidents_opened]


def plain(variables: Mapping[str, Any] | None) -> dict[str, Any]:
    """Variables as the log shows them."""
    shown: dict[str, Any] = values.plain(dict(variables)) if variables else {}
    return shown
