"""One instance taken to another version, judged, and taken back, each in one transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from engine import jobs, projections
from engine.commands import definitions
from engine.commands.advance import family_of, settle
from engine.commands.host import hooks_of
from engine.commands.projecting import renew_task, stopped_at
from engine.commands.reading import find
from engine.hooks import Following
from engine.iso8601 import HOME
from engine.migration import open_tasks, planning
from engine.migration.values import Judgement, Plan
from engine.refusal import Refusal
from engine.run import migrating
from engine.run.changes import Call, Incident
from engine.run.fitting import Reason, Unfit
from engine.run.lines import Line
from engine.run.migrating import Migrated
from engine.store import Database, Family, Tx
from engine.store.joining import command
from engine.store.tables import job, migration


class _Rehearsed(Exception):
    """Carries the judgement out of a transaction that is undone."""

    def __init__(self, judgement: Judgement) -> None:
        super().__init__()
        self.judgement = judgement


def rehearse(database: Database, plan_id: str, root_id: str) -> Judgement:
    """What migrating an instance by a plan does, or why it cannot be: it is done, and undone with its transaction."""

    def work(tx: Tx) -> None:
        raise _Rehearsed(_migrate(tx, plan_id, root_id, "–", None, rehearsal=True))

    try:
        database.run(work)
    except _Rehearsed as done:
        return done.judgement
    except Refusal as refusal:
        return refused(database, root_id, refusal)
    raise AssertionError("a rehearsal writes nothing")


def refused(database: Database, root_id: str, refusal: Refusal) -> Judgement:
    """The judgement that a refusal is."""
    with database.begin() as tx:
        found = next(iter(_instances(tx, root_id)), None)
    business_key, process, status = found or (None, "", "")
    return Judgement(root_id, business_key, process, status, False, reasons_of(refusal))


def _instances(tx: Tx, root_id: str) -> list[tuple[str | None, str, str]]:
    return [(one.business_key, one.process, one.status) for one in find(tx, root_id=root_id)]


def reasons_of(refusal: Refusal) -> tuple[Reason, ...]:
    return refusal.reasons if isinstance(refusal, Unfit) else (Reason("", refusal.vi, refusal.en),)


@command
def migrate(tx: Tx, plan_id: str, root_id: str, reason: str, by: str | None = None) -> Judgement:
    """Takes an instance to the version after, as the plan says, and tells what that did. Raises Unfit with every reason
    why it cannot be; nothing has changed then."""
    return _migrate(tx, plan_id, root_id, reason, by)


def _migrate(tx: Tx, plan_id: str, root_id: str, reason: str, by: str | None, *, rehearsal: bool = False) -> Judgement:
    wanted(reason)
    plan = planning.plan(tx, plan_id)
    routes = planning.routes(tx, plan)
    family = _held(tx, root_id)
    if family.deployment != plan.source:
        raise Refusal(
            f"Phiên chạy “{family.business_key or root_id}” không ở phiên bản mà kế hoạch lấy đi.",
            f"Instance '{family.business_key or root_id}' is not on the version that the plan takes from.",
        )
    old, state = family.run, family.run.dump()
    process = family.process
    if process not in routes:
        raise Unfit(
            [
                Reason(
                    process,
                    f"Quy trình «{process}» không có ở phiên bản mới.",
                    f"The new version has no process '{process}'.",
                )
            ]
        )
    family.deployment, family.process, family.advancing = plan.target, routes[process].target.id, True
    try:
        done = migrating.migrate(
            old,
            routes,
            family.host,
            suspended=family.status == "suspended",
            timers=plan.timers,
            since=_since(tx, root_id) if plan.timers == "recompute" else lambda id: None,
            began=lambda run: setattr(family, "run", run),
        )
        under_way = _under_way(tx, root_id)
        calls, incidents = migrating.renewed(old, done.run)
        following = Following(
            root_id, plan.source, plan.target, done.tokens, done.tasks, plan.deadlines == "recompute", reason, by
        )
        hooks = hooks_of(tx)
        asked = _payloads(tx, root_id, [call.id for call, _ in calls if call.id not in under_way])
        kept = {
            "items": open_tasks.items(tx, root_id),
            "process": process,
            "calls": asked,
            "followers": {name: one.keep(tx, following) for name, one in hooks.followers.items()},
        }
        tasks, lines = open_tasks.changed(tx, family, done)
        family.run = done.run
        family.meta_changed = True
        settle(tx, family, "migrate", by, None, _logged(tx, plan, family, done, reason, tasks, incidents))
    except BaseException:
        family.deployment, family.process, family.run = plan.source, process, old
        raise
    finally:
        family.advancing = False
    _renew(
        tx,
        family,
        tasks,
        {after.id: _asked_anew(asked[after.id], before, after) for before, after in calls if after.id in asked},
        incidents,
    )
    lines = [*done.lines, *lines, *_calls(done, under_way)]
    for one in hooks.followers.values():
        lines += one.follow(tx, following)
    judgement = Judgement(
        root_id, family.business_key, family.process, family.status, True, (), tuple(_together(lines))
    )
    if not rehearsal:
        tx.flush()
        keep(
            tx,
            plan.id,
            root_id,
            status="done",
            fits=True,
            report=judgement.as_dict(),
            why=None,
            who=by,
            reason=reason,
            seq=family.event_seq,
            state=state,
            kept={**kept, "ran_on": done.ran_on},
        )
    tx.flush()
    return judgement


def _together(lines: Sequence[Line]) -> list[Line]:
    """Lines that say the same, of the instances of an activity, as one with their number."""
    alike: dict[Line, list[Line]] = {}
    for line in lines:
        alike.setdefault(replace(line, id=""), []).append(line)
    return [
        each[0]
        if len(each) == 1
        else replace(each[0], vi=f"{each[0].vi} (×{len(each)})", en=f"{each[0].en} (×{len(each)})")
        for each in alike.values()
    ]


def wanted(reason: str) -> None:
    if not reason.strip():
        raise Refusal("Chuyển đổi phiên bản phải có lý do.", "A migration wants a reason.")


def _held(tx: Tx, root_id: str) -> Family:
    """The family, with its row locked before anything else is written."""
    _ = tx.connection
    return family_of(tx, root_id, suspended=True)


def _since(tx: Tx, root_id: str) -> Any:
    """When each timer was set last, by the log."""
    found: dict[str, datetime] = {}
    for logged in projections.events(tx, root_id):
        for id, _, _ in logged.data.get("timers", ()):
            if logged.kind not in ("set_timer", "migrate", "migrate_undo"):
                found[id] = logged.at
            else:
                found.setdefault(id, logged.at)
    return found.get


def _under_way(tx: Tx, root_id: str) -> set[str]:
    """Calls that a worker is doing now."""
    return set(
        tx.execute(
            select(job.c.id).where(job.c.root_id == root_id, job.c.kind == "call", job.c.lock_expires > tx.now)
        ).scalars()
    )


def _payloads(tx: Tx, root_id: str, ids: Sequence[str]) -> dict[str, str]:
    """What the jobs of these calls say, as it is kept."""
    return (
        {
            row.id: row.payload
            for row in tx.execute(select(job.c.id, job.c.payload).where(job.c.root_id == root_id, job.c.id.in_(ids)))
        }
        if ids
        else {}
    )


def _asked_anew(payload: str, before: Call, after: Call) -> str:
    """What the job of a call that still waits says in the new version: with the variables that it was made with, unless
    the new version hands in others."""
    said = {
        **jobs.unpack(payload),
        "element": after.element,
        "connector": after.connector,
        "headers": dict(after.headers),
    }
    if before.variables != after.variables:
        said["variables"] = dict(after.variables)
    return jobs.pack(said)


def _calls(done: Migrated, under_way: set[str]) -> list[Line]:
    return [
        Line(
            "call",
            "told",
            call.element,
            call.element,
            f"Việc gọi ra ngoài của «{call.element}» đang chạy dở theo phiên bản cũ; kết quả vẫn được nhận.",
            f"The outside work of '{call.element}' is under way by the old version; its result is taken.",
            id=call.id,
        )
        for call in done.run.calls
        if call.id in under_way
    ]


def _between(tx: Tx, plan_id: str, source: str, target: str) -> dict[str, Any]:
    """Which plan, and from where to where: ids of deployments, and their keys and numbers for who reads the log."""
    names = [f"{found.key}@{found.version}" for found in (definitions.deployed(tx, id) for id in (source, target))]
    return {"plan": plan_id, "source": source, "target": target, "from": names[0], "to": names[1]}


def _logged(
    tx: Tx,
    plan: Plan,
    family: Family,
    done: Migrated,
    reason: str,
    tasks: Sequence[Mapping[str, Any]],
    incidents: Sequence[Incident],
) -> dict[str, Any]:
    moved = Counter((before, after) for _, before, after in done.tokens)
    data: dict[str, Any] = {
        **_between(tx, plan.id, plan.source, plan.target),
        "reason": reason,
        "moved": [[*pair, count] for pair, count in moved.items()],
    }
    data |= _stays(family, tasks, incidents)
    if done.ran_on:
        data["ran_on"] = True
    return data


def _stays(family: Family, tasks: Sequence[Mapping[str, Any]], incidents: Sequence[Incident]) -> dict[str, Any]:
    """What stays open and is said otherwise, as the projections need it."""
    data: dict[str, Any] = {}
    if tasks:
        data["tasks"] = tasks
    if incidents:
        data["stopped_at"] = [[one.id, one.element] for one in incidents]
    if family.status == "suspended":
        data["held"] = True
    return data


def _renew(
    tx: Tx, family: Family, tasks: Sequence[Mapping[str, Any]], calls: Mapping[str, str], incidents: Sequence[Incident]
) -> None:
    """Writes what the event says, and what does not stand in the run's changes."""
    tx.flush()
    for task in tasks:
        renew_task(tx, family.root_id, task)
    for one in incidents:
        stopped_at(tx, family.root_id, one.id, one.element)
    for id, payload in calls.items():
        text = jobs.marked(tx, family.root_id, id, "call", payload)
        tx.execute(update(job).where(job.c.root_id == family.root_id, job.c.id == id).values(payload=text))
    if family.status == "suspended":
        tx.execute(
            update(job).where(job.c.root_id == family.root_id, job.c.kind.in_(("timer", "call"))).values(held=True)
        )


# -- the table --------------------------------------------------------------------------------------------------------


def keep(tx: Tx, plan_id: str, root_id: str, **values: Any) -> None:
    """What a plan has done to an instance, or said of it."""
    insert = sqlite.insert(migration) if tx.database.sqlite else postgresql.insert(migration)
    values["at"] = tx.now
    tx.execute(
        insert.values(root_id=root_id, plan=plan_id, **{"status": "rehearsed", **values}).on_conflict_do_update(
            index_elements=["root_id", "plan"], set_=values
        )
    )


# -- back -------------------------------------------------------------------------------------------------------------


@command
def undo(tx: Tx, plan_id: str, root_id: str, reason: str, by: str | None = None) -> None:
    """Takes an instance back to where it was before it was migrated by that plan: state, tasks, timers, subscriptions,
    version. Refuses where anything has moved in it since."""
    wanted(reason)
    plan = planning.plan(tx, plan_id)
    family = _held(tx, root_id)
    row = tx.execute(select(migration).where(migration.c.root_id == root_id, migration.c.plan == plan_id)).one_or_none()
    _may_go_back(tx, family, plan, row)
    assert row is not None
    process = row.kept["process"]
    old, after = family.run, family.process
    family.deployment, family.process = plan.source, process
    try:
        family.run = migrating.restored(old, bytes(row.state), family.host)
    except BaseException:
        family.deployment, family.process = plan.target, after
        raise
    under_way = _under_way(tx, root_id)
    _, incidents = migrating.renewed(old, family.run)
    now = {one["id"]: one for one in open_tasks.items(tx, root_id)}
    tasks = [one for one in row.kept["items"] if now.get(one["id"]) != one]
    family.meta_changed = True
    data: dict[str, Any] = {
        **_between(tx, plan.id, plan.target, plan.source),
        "reason": reason,
        **_stays(family, tasks, incidents),
    }
    settle(tx, family, "migrate_undo", by, None, data)
    family.state = bytes(row.state)
    _renew(tx, family, tasks, {id: text for id, text in row.kept["calls"].items() if id not in under_way}, incidents)
    following = Following(root_id, plan.target, plan.source, (), (), False, reason, by)
    for name, one in hooks_of(tx).followers.items():
        if name in row.kept["followers"]:
            one.back(tx, following, row.kept["followers"][name])
    tx.flush()
    keep(
        tx,
        plan_id,
        root_id,
        status="undone",
        who=by,
        reason=reason,
        why=None,
        fits=None,
        report=None,
        seq=None,
        state=None,
        kept=None,
    )


def _may_go_back(tx: Tx, family: Family, plan: Plan, row: Any) -> None:
    called = family.business_key or family.root_id
    if row is None or row.state is None or family.deployment != plan.target:
        raise Refusal(
            f"Phiên chạy “{called}” chưa được chuyển đổi theo kế hoạch này, hoặc đã hoàn tác.",
            f"Instance '{called}' was not migrated by this plan, or has been taken back.",
        )
    if row.kept.get("ran_on"):
        raise Refusal(
            f"Phiên chạy “{called}” đã chạy tiếp ngay khi chuyển đổi, không hoàn tác được.",
            f"Instance '{called}' ran on when it was migrated and cannot be taken back.",
        )
    if family.event_seq != row.seq:
        since = next(one for one in projections.events(tx, family.root_id) if one.seq > row.seq)
        at = since.at.astimezone(HOME).strftime("%H:%M %d/%m/%Y")
        vi, en = _HAPPENED.get(since.kind, ("có thay đổi", "something has changed"))
        raise Refusal(
            f"Phiên chạy “{called}” đã đi tiếp từ khi chuyển đổi ({vi}, {at}), không hoàn tác được.",
            f"Instance '{called}' has moved since it was migrated ({en}, {at}): it cannot be taken back.",
        )


#: What may have happened since, in words.
_HAPPENED = {
    "claim": ("nhận việc", "a task was claimed"),
    "release": ("trả việc", "a task was given back"),
    "reassign": ("chuyển người xử lý", "a task was reassigned"),
    "set_due": ("đổi hạn", "a due date was moved"),
    "complete": ("hoàn thành bước", "a step was completed"),
    "back": ("chuyển trả", "a task was handed back"),
    "move": ("chuyển bước", "a token was moved"),
    "terminate": ("kết thúc nhánh", "a branch was ended"),
    "timer": ("đến hẹn giờ", "a timer fired"),
    "set_timer": ("đổi hẹn giờ", "a timer was moved"),
    "message": ("nhận thông điệp", "a message came"),
    "signal": ("nhận tín hiệu", "a signal came"),
    "set_variables": ("sửa dữ liệu", "data were changed"),
    "retry": ("chạy lại sự cố", "an incident was retried"),
    "call": ("có kết quả gọi ra ngoài", "work outside was done"),
    "error": ("báo lỗi", "an error was reported"),
    "call_failed": ("gọi ra ngoài thất bại", "work outside failed"),
    "escalate": ("báo vượt cấp", "it was escalated"),
    "suspend": ("tạm ngừng", "it was suspended"),
    "resume": ("cho chạy lại", "it was resumed"),
    "migrate": ("chuyển phiên bản", "it was migrated again"),
}
