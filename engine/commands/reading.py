"""Looking into an instance without changing it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from engine.commands.host import RunHost
from engine.model.definition import Process
from engine.run import Run
from engine.run.refusal import Refusal
from engine.store import Database, Family, Tx, joined, records
from engine.store.tables import instance


@dataclass(frozen=True, slots=True)
class Instance:
    """An instance as pages show it. status: active | suspended | ended | cancelled."""

    root_id: str
    process: str
    deployment: str
    business_key: str | None
    status: str
    started_at: datetime
    started_by: str | None
    ended_at: datetime | None


def run_of(tx: Tx, root_id: str) -> Any:
    """The run of a root, to be read only."""
    family = records.record(tx, root_id)
    if family is None:
        raise Refusal(f"Không có phiên chạy nào mang mã “{root_id}”.", f"There is no instance '{root_id}'.")
    if family.run is None:
        family.host = RunHost(tx, family)
        family.run = Run.load(records.state_of(tx, family), family.host)
    family.host.tx = tx
    return family.run


def find(where: Database | Tx, *, root_id: str | None = None, business_key: str | None = None,
         process: str | None = None, deployment: str | None = None, status: str | None = None, page: int = 1,
         per_page: int = 50) -> list[Instance]:
    """Instances by what is given, the latest first."""
    given = {"root_id": root_id, "business_key": business_key, "process": process, "deployment": deployment,
             "status": status}
    query = select(*(instance.c[name] for name in Instance.__slots__)).order_by(instance.c.root_id.desc())
    for name, value in given.items():
        if value is not None:
            query = query.where(instance.c[name] == value)
    with joined(where) as tx:
        return [Instance(*row) for row in tx.read(query.limit(per_page).offset((page - 1) * per_page))]


def marks(where: Database | Tx, root_id: str) -> Mapping[str, str]:
    """For the drawing: element id → ``active`` (a token waits there), ``incident``, or ``done``."""
    from engine.audit import history_of_steps
    with joined(where) as tx:
        found = {step.element: "done" for step in history_of_steps(tx, root_id) if step.event == "completed"}
        family = records.record(tx, root_id)
        if family is not None and family.status in ("active", "suspended"):
            run = run_of(tx, root_id)
            for waiting in (*run.timers, *run.subscriptions, *run.calls, *run.open_tasks):
                found[waiting.element] = "active"
            for stopped in run.incidents:
                found[stopped.element] = "incident"
        return found


def process_of(where: Database | Tx, root_id: str) -> Process:
    """The process, in its version, that a root runs. Refuses an unknown root."""
    from engine.commands.definitions import deployed
    with joined(where) as tx:
        family: Family | None = records.record(tx, root_id)
        if family is None:
            raise Refusal(f"Không có phiên chạy nào mang mã “{root_id}”.", f"There is no instance '{root_id}'.")
        return deployed(tx, family.deployment).processes[family.process]
