"""Deploying a bundle, and retiring a version of it."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import ColumnElement, delete, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from engine import jobs
from engine.commands import definitions
from engine.commands.host import RunHost
from engine.commands.start import start
from engine.iso8601 import HOME
from engine.jobs import Handler, Job
from engine.model import ModelError
from engine.model.definition import Finding, Process
from engine.refusal import Refusal
from engine.run import next_start, starts
from engine.run.changes import Timer
from engine.store import Family, Tx, records
from engine.store.joining import command
from engine.store.tables import content, deployment, process_definition, start_event
from engine.store.tables import job as job_table


class DeploymentRefused(Refusal):
    """A bundle with errors is not deployed; `findings` are those of `models check`."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        first = findings[0]
        where = f"{first.file}:{first.line}"
        super().__init__(f"Không triển khai được: {where}: {first.message}", f"Not deployed: {where}: {first.message}")
        self.findings = tuple(findings)


@dataclass(frozen=True, slots=True)
class Deployment:
    """A version of a bundle. `new` is False where the same content was deployed already."""

    id: str
    key: str
    version: int
    hash: str
    processes: tuple[str, ...]
    new: bool = True


def content_hash(files: Mapping[str, bytes]) -> str:
    """The hash of a bundle: over the names and the hashes of its files."""
    lines = sorted(f"{name}\0{hashlib.sha256(body).hexdigest()}\n" for name, body in files.items())
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def models_of(files: Mapping[str, bytes], despite: Collection[str] = ()) -> dict[str, Process]:
    """The processes of all BPMN files among these. Raises DeploymentRefused where one has an error of another rule than
    those in `despite`."""
    processes: dict[str, Process] = {}
    errors: list[Finding] = []
    for name, body in sorted(files.items()):
        if definitions.is_bpmn(name):
            try:
                model = definitions.model(body, name)
            except ModelError as error:
                errors += error.findings
                continue
            errors += [error for error in model.errors if error.rule not in despite]
            for id, process in model.processes.items():
                if id in processes:
                    errors.append(
                        Finding(
                            name,
                            process.line,
                            id,
                            "duplicate-process",
                            "error",
                            f"Quy trình «{id}» đã có trong {processes[id].file}.",
                            "Đổi mã của một trong hai quy trình.",
                        )
                    )
                processes[id] = process
    if errors:
        raise DeploymentRefused(errors)
    return processes


@command
def deploy(
    tx: Tx,
    files: Mapping[str, bytes],
    *,
    key: str,
    legal_basis: Any = None,
    effective_from: date | None = None,
    by: str | None = None,
    despite: Collection[str] = (),
) -> Deployment:
    """Deploys the files of a bundle (name → content) as the next version under `key`.

    The same content again is no new version. What is effective later starts to count at that date in Vietnam.
    despite: rules that are no reason to refuse, for who shows what comes of breaking them.
    Raises DeploymentRefused where a model has an error.
    """
    hash = content_hash(files)
    last = tx.execute(
        select(deployment).where(deployment.c.key == key).order_by(deployment.c.version.desc()).limit(1)
    ).first()
    if last is not None and last.hash == hash and last.retired_at is None:
        return Deployment(last.id, key, last.version, hash, tuple(definitions.deployed(tx, last.id).processes), False)
    processes = models_of(files, despite)
    id, version = tx.database.new_id(), last.version + 1 if last is not None else 1
    _store_files(tx, files)
    tx.execute(
        deployment.insert().values(
            id=id,
            key=key,
            version=version,
            hash=hash,
            legal_basis=legal_basis,
            effective_from=effective_from,
            files={name: hashlib.sha256(body).hexdigest() for name, body in files.items()},
            deployed_at=tx.now,
            deployed_by=by,
        )
    )
    if processes:
        tx.execute(
            process_definition.insert(),
            [{"deployment": id, "process": p.id, "name": p.name or p.id, "file": p.file} for p in processes.values()],
        )
    records.append(tx, id, "deploy", by, {"key": key, "version": version, "hash": hash})
    definitions.forget(tx)
    if effective_from is not None and effective_from > tx.now.astimezone(HOME).date():
        jobs.add(tx, id, "arm", datetime.combine(effective_from, time(), HOME), {"deployment": id}, "arm")
    else:
        arm(tx, id)
    return Deployment(id, key, version, hash, tuple(processes))


def _store_files(tx: Tx, files: Mapping[str, bytes]) -> None:
    insert = sqlite.insert(content) if tx.database.sqlite else postgresql.insert(content)
    rows = {hashlib.sha256(body).hexdigest(): body for body in files.values()}
    if rows:
        tx.execute(insert.on_conflict_do_nothing(), [{"hash": h, "body": b} for h, b in rows.items()])


@command
def retire(tx: Tx, deployment_id: str, by: str | None = None, reason: str | None = None) -> None:
    """Takes a version out of use: nothing new starts on it, what runs on it goes on. The one before it, where it is
    not retired itself, is then the one in effect. Refuses one that is retired."""
    done = tx.execute(
        update(deployment)
        .where(deployment.c.id == deployment_id, deployment.c.retired_at.is_(None))
        .values(retired_at=tx.now)
    )
    if not done.rowcount:
        raise Refusal(
            f"Không có phiên bản nào mang mã “{deployment_id}” đang dùng.", f"No version '{deployment_id}' is in use."
        )
    _disarm(tx, [deployment_id])
    gone = deployment.alias()
    before = tx.execute(
        select(deployment.c.id)
        .join(gone, gone.c.key == deployment.c.key)
        .where(
            gone.c.id == deployment_id,
            deployment.c.version < gone.c.version,
            deployment.c.retired_at.is_(None),
            _in_effect(tx),
        )
        .order_by(deployment.c.version.desc())
        .limit(1)
    ).scalar()
    if before is not None:
        arm(tx, before)
    records.append(tx, deployment_id, "retire", by, {"reason": reason})
    definitions.forget(tx)


def arm(tx: Tx, id: str) -> None:
    """From now on messages, signals and timers start this version's processes, and no earlier one's of its key."""
    armed = tx.execute(select(deployment.c.key, deployment.c.version).where(deployment.c.id == id)).one()
    key, version = armed.key, armed.version
    _disarm(
        tx,
        [
            row.id
            for row in tx.execute(
                select(deployment.c.id).where(deployment.c.key == key, deployment.c.version <= version)
            )
        ],
    )
    if tx.execute(
        select(func.count())
        .select_from(deployment)
        .where(
            deployment.c.key == key, deployment.c.version > version, deployment.c.retired_at.is_(None), _in_effect(tx)
        )
    ).scalar():
        return  # a later version is in use already
    host = RunHost(tx, Family(id, 0, "", id, 0, "", "", tx.now))
    for process in definitions.deployed(tx, id).processes.values():
        found = starts(process, host)
        for one in found.subscriptions:
            tx.execute(
                start_event.insert().values(
                    deployment=id, process=process.id, element=one.id, kind=one.kind, name=one.name
                )
            )
        for timer in found.timers:
            _set_start_timer(tx, id, process.id, timer)


def _in_effect(tx: Tx) -> ColumnElement[bool]:
    return or_(deployment.c.effective_from.is_(None), deployment.c.effective_from <= tx.now.astimezone(HOME).date())


def _disarm(tx: Tx, ids: list[str]) -> None:
    tx.execute(delete(start_event).where(start_event.c.deployment.in_(ids)))
    tx.execute(delete(job_table).where(job_table.c.root_id.in_(ids), job_table.c.kind.in_(("timer_start", "arm"))))


def _set_start_timer(tx: Tx, id: str, process: str, timer: Timer) -> None:
    jobs.add(
        tx,
        id,
        "timer_start",
        timer.due,
        {"deployment": id, "process": process, "id": timer.id, "element": timer.element, "repeats": timer.repeats},
        f"{process}:{timer.id}",
    )


def arm_job(tx: Tx, job: Job) -> None:
    """The day has come from which a version is in effect."""
    arm(tx, job.payload["deployment"])


def timer_start_job(tx: Tx, job: Job) -> None:
    """A timer start event is due: starts an instance, and sets the next firing of a cycle."""
    said = job.payload
    start(tx, said["process"], {}, element=said["id"], deployment=said["deployment"])
    process = definitions.deployed(tx, said["deployment"]).processes[said["process"]]
    host = RunHost(tx, Family(job.root_id, 0, "", said["deployment"], 0, "", "", tx.now))
    following = next_start(process, Timer(said["id"], said["element"], job.due_at, said["repeats"]), host)
    if following is not None:
        _set_start_timer(tx, said["deployment"], said["process"], following)


HANDLERS = {"arm": Handler(inside=arm_job), "timer_start": Handler(inside=timer_start_job)}
