"""Plans: which version becomes which, and which node which; drafted, checked, kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import orjson
from sqlalchemy import func, select, update

from engine.commands import definitions
from engine.migration.checking import Check
from engine.migration.values import Draft, Keeping, Plan, Version
from engine.refusal import Refusal
from engine.run.fitting import Route
from engine.store import Database, Tx, joined, records
from engine.store.joining import command
from engine.store.tables import deployment, instance, migration, migration_plan, process_definition

OPEN = ("active", "suspended")


def versions(where: Database | Tx, key: str | None = None) -> list[Version]:
    """Deployments that have processes, by key, the newest of each first."""
    query = select(deployment.c.id, deployment.c.key, deployment.c.version).order_by(
        deployment.c.key, deployment.c.version.desc()
    )
    with joined(where) as tx:
        rows = tx.read(query if key is None else query.where(deployment.c.key == key)).all()
        processes: dict[str, list[str]] = {}
        for row in tx.read(
            select(process_definition.c.deployment, process_definition.c.process).order_by(process_definition.c.process)
        ):
            processes.setdefault(row.deployment, []).append(row.process)
        return [Version(row.id, row.key, row.version, tuple(processes[row.id])) for row in rows if row.id in processes]


def draft(
    where: Database | Tx,
    source: str,
    target: str,
    by_hand: Mapping[str, str | None] | None = None,
    processes: Mapping[str, str | None] | None = None,
    flows: Mapping[str, str] | None = None,
) -> Draft:
    """What a plan between two deployments would be: what has the same id and fits goes by itself, the rest by hand.
    Nothing is kept. Refuses deployments that do not exist."""
    with joined(where) as tx:
        checked = _check(tx, source, target, by_hand, processes, flows, standing(tx, source))
        if source == target:
            checked.say(
                "error", "", "", "same-version", "Phiên bản cũ và phiên bản mới là một.", "Both versions are the same."
            )
        ends = [_version(tx, id) for id in (source, target)]
        if ends[0].key != ends[1].key:
            checked.say(
                "warning",
                "",
                "",
                "other-key",
                f"Hai phiên bản thuộc hai bộ khác nhau: {ends[0].key} và {ends[1].key}.",
                f"The versions are of different bundles: {ends[0].key} and {ends[1].key}.",
            )
        return Draft(
            ends[0], ends[1], checked.process_of, tuple(checked.rows), tuple(checked.findings), count_open(tx, source)
        )


def draft_of(where: Database | Tx, plan_id: str) -> Draft:
    """A kept plan, checked against what runs now."""
    with joined(where) as tx:
        found = plan(tx, plan_id)
        return draft(tx, found.source, found.target, found.by_hand, found.processes, found.flows)


@command
def save(
    tx: Tx,
    source: str,
    target: str,
    *,
    by_hand: Mapping[str, str | None] | None = None,
    processes: Mapping[str, str | None] | None = None,
    flows: Mapping[str, str] | None = None,
    timers: Keeping = "keep",
    deadlines: Keeping = "keep",
    note: str = "",
    by: str | None = None,
) -> Plan:
    """Keeps a plan. Refuses one with errors."""
    id = tx.database.new_id()
    values = _values(tx, source, target, by_hand, processes, flows, timers, deadlines, note)
    tx.execute(migration_plan.insert().values(id=id, made_at=tx.now, made_by=by, **values))
    records.append(tx, id, "plan", by, {"plan": values})
    return plan(tx, id)


@command
def change(
    tx: Tx,
    plan_id: str,
    *,
    by_hand: Mapping[str, str | None] | None = None,
    processes: Mapping[str, str | None] | None = None,
    flows: Mapping[str, str] | None = None,
    timers: Keeping = "keep",
    deadlines: Keeping = "keep",
    note: str = "",
    by: str | None = None,
) -> Plan:
    """Another mapping for a plan. Refuses one by which something was migrated, or is about to be."""
    found = plan(tx, plan_id)
    used = tx.execute(
        select(migration.c.root_id)
        .where(migration.c.plan == plan_id, migration.c.status.in_(("waiting", "done", "undoing", "undone")))
        .limit(1)
    ).first()
    if used is not None:
        raise Refusal(
            "Kế hoạch đã được dùng để chuyển đổi, không sửa được nữa; hãy lập kế hoạch mới.",
            "Instances were migrated by this plan: it cannot be changed; make another one.",
        )
    values = _values(tx, found.source, found.target, by_hand, processes, flows, timers, deadlines, note)
    tx.execute(update(migration_plan).where(migration_plan.c.id == plan_id).values(**values))
    tx.execute(migration.delete().where(migration.c.plan == plan_id))
    tx.database.definitions.pop(f"migration:{plan_id}", None)
    tx.after_commit(lambda: tx.database.definitions.pop(f"migration:{plan_id}", None))
    records.append(tx, plan_id, "plan_changed", by, {"plan": values})
    return plan(tx, plan_id)


def plan(where: Database | Tx, plan_id: str) -> Plan:
    """Refuses an unknown one."""
    with joined(where) as tx:
        row = tx.read(select(migration_plan).where(migration_plan.c.id == plan_id)).one_or_none()
    if row is None:
        raise Refusal(f"Không có kế hoạch chuyển đổi nào mang mã “{plan_id}”.", f"There is no plan '{plan_id}'.")
    return Plan(**row._mapping)


def plans(
    where: Database | Tx, *, source: str | None = None, target: str | None = None, page: int = 1, per_page: int = 50
) -> list[Plan]:
    """Plans, the newest first."""
    query = select(migration_plan).order_by(migration_plan.c.id.desc()).limit(per_page).offset((page - 1) * per_page)
    for column, value in ((migration_plan.c.source, source), (migration_plan.c.target, target)):
        if value is not None:
            query = query.where(column == value)
    with joined(where) as tx:
        return [Plan(**row._mapping) for row in tx.read(query)]


def routes(tx: Tx, of: Plan) -> Mapping[str, Route]:
    """The routes of a plan's processes, made once. Refuses a plan that has errors."""
    key = f"migration:{of.id}"
    wanted = orjson.dumps([of.by_hand, of.processes, of.flows])
    kept: tuple[bytes, Mapping[str, Route]] | None = tx.database.definitions.get(key)
    if kept is None or kept[0] != wanted:
        checked = _check(tx, of.source, of.target, of.by_hand, of.processes, of.flows, {})
        _refuse_errors(checked)
        kept = tx.database.definitions[key] = (wanted, checked.routes)
    return kept[1]


def count_open(tx: Tx, source: str) -> int:
    """How many instances run on a deployment."""
    return int(
        tx.read(
            select(func.count())
            .select_from(instance)
            .where(instance.c.deployment == source, instance.c.status.in_(OPEN))
        ).scalar_one()
    )


def standing(tx: Tx, source: str) -> dict[tuple[str, str], int]:
    """How many tokens stand at each (process, node) of a deployment now."""
    found: Counter[tuple[str, str]] = Counter()
    query = select(instance.c.root_id, instance.c.state).where(
        instance.c.deployment == source, instance.c.status.in_(OPEN)
    )
    for row in records.pages(tx, query, instance.c.root_id, size=1000):
        data = orjson.loads(row.state)
        processes: list[str | None] = []
        for each in data["tokens"]:
            above, name = each[1], each[2]
            if isinstance(name, list):
                processes.append(name[0] if not name[1] else None)
                continue
            process = data["process"] if above < 0 else processes[above]
            processes.append(process)
            if process is not None and name:
                found[process, name.removesuffix("*")] += not name.endswith("*")
    return dict(found)


def _check(
    tx: Tx,
    source: str,
    target: str,
    by_hand: Mapping[str, str | None] | None,
    processes: Mapping[str, str | None] | None,
    flows: Mapping[str, str] | None,
    standing: Mapping[tuple[str, str], int],
) -> Check:
    ends = []
    for id in (source, target):
        try:
            ends.append(definitions.deployed(tx, id))
        except LookupError:
            raise Refusal(f"Không có phiên bản nào mang mã “{id}”.", f"There is no version '{id}'.") from None
    return Check(ends[0].processes, ends[1].processes, by_hand or {}, processes or {}, flows or {}, standing).all()


def _refuse_errors(checked: Check) -> None:
    for one in checked.findings:
        if one.severity == "error":
            raise Refusal(one.vi, one.en)


def _values(
    tx: Tx,
    source: str,
    target: str,
    by_hand: Mapping[str, str | None] | None,
    processes: Mapping[str, str | None] | None,
    flows: Mapping[str, str] | None,
    timers: str,
    deadlines: str,
    note: str,
) -> dict[str, Any]:
    found = draft(tx, source, target, by_hand, processes, flows)
    for one in found.findings:
        if one.severity == "error":
            raise Refusal(one.vi, one.en)
    for value in (timers, deadlines):
        if value not in ("keep", "recompute"):
            raise Refusal(
                f"Chỉ có thể giữ (keep) hoặc tính lại (recompute), không có “{value}”.",
                f"Either keep or recompute; there is no '{value}'.",
            )
    return {
        "source": source,
        "target": target,
        "by_hand": dict(by_hand or {}),
        "processes": dict(processes or {}),
        "flows": dict(flows or {}),
        "timers": timers,
        "deadlines": deadlines,
        "note": note.strip(),
    }


def _version(tx: Tx, id: str) -> Version:
    found = definitions.deployed(tx, id)
    return Version(found.id, found.key, found.version, tuple(sorted(found.processes)))
