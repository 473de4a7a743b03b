"""Looking into an instance without changing it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from engine.audit import history_of_steps
from engine.commands.definitions import deployed
from engine.commands.host import RunHost
from engine.model.definition import Process
from engine.refusal import Refusal
from engine.run import Run
from engine.store import Database, Tx, joined, records
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


@contextmanager
def run_of(where: Database | Tx, root_id: str) -> Iterator[Run]:
    """The run of a root as it stands, to be read only, and only inside the block. Nothing is locked."""
    with joined(where) as tx:
        family = tx.families.get(root_id)
        if family is not None and family.run is not None:
            yield family.run
            return
        family = records.peek(tx, root_id)
        if family is None:
            raise Refusal(f"Không có phiên chạy nào mang mã “{root_id}”.", f"There is no instance '{root_id}'.")
        if family.run is None:
            family.host = RunHost(tx, family)
            family.run = Run.load(records.state_of(tx, family), family.host)
        family.host.tx = tx
        yield family.run
        if family.ended_at is None:
            tx.database.hot.put(family)


def variables_of(where: Database | Tx, root_id: str) -> dict[str, Any]:
    """The root process's variables, as they stand; of an ended instance, as they were at its end."""
    with run_of(where, root_id) as run:
        return dict(run.variables)


def find(
    where: Database | Tx,
    *,
    root_id: str | None = None,
    business_key: str | None = None,
    process: str | None = None,
    deployment: str | None = None,
    status: str | None = None,
    page: int = 1,
    per_page: int = 50,
) -> list[Instance]:
    """Instances by what is given, the latest first."""
    given = {
        "root_id": root_id,
        "business_key": business_key,
        "process": process,
        "deployment": deployment,
        "status": status,
    }
    query = select(*(instance.c[name] for name in Instance.__slots__)).order_by(instance.c.root_id.desc())
    for name, value in given.items():
        if value is not None:
            query = query.where(instance.c[name] == value)
    with joined(where) as tx:
        return [Instance(*tuple(row)) for row in tx.read(query.limit(per_page).offset((page - 1) * per_page))]


def marks(where: Database | Tx, root_id: str) -> Mapping[str, str]:
    """For the drawing: element id → ``active`` (a token waits there), ``incident``, or ``done``."""
    with joined(where) as tx:
        found = {step.element: "done" for step in history_of_steps(tx, root_id) if step.event == "completed"}
        with run_of(tx, root_id) as run:
            for waits in (run.timers, run.subscriptions, run.calls, run.open_tasks):
                found |= {one.element: "active" for one in waits}
            for stopped in run.incidents:
                found[stopped.element] = "incident"
        return found


def process_of(where: Database | Tx, root_id: str) -> Process:
    """The process, in its version, that a root runs. Refuses an unknown root."""
    with joined(where) as tx:
        held = tx.families.get(root_id)  # a command at work on it knows
        for family in [held] if held is not None else find(tx, root_id=root_id):
            return deployed(tx, family.deployment).processes[family.process]
        raise Refusal(f"Không có phiên chạy nào mang mã “{root_id}”.", f"There is no instance '{root_id}'.")
