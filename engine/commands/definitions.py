"""Deployed definitions: parsed once by content, kept by deployment, found by process id."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from sqlalchemy import or_, select

from engine.iso8601 import HOME
from engine.model import read
from engine.model.definition import Model, Process
from engine.refusal import Refusal
from engine.store import Tx
from engine.store.tables import content, deployment, process_definition

FRESH_SECONDS = 1.0


@dataclass(slots=True)
class Deployed:
    """One version of a bundle, as it runs."""

    id: str
    key: str
    version: int
    files: Mapping[str, str]  # name → content hash
    processes: Mapping[str, Process]
    decisions: Any = field(default=None, repr=False)
    _versioned: dict[str, Process] = field(default_factory=dict, repr=False)

    def with_version(self, process: str) -> Process | None:
        """A process as one of another deployment calls it: it says its version, which the caller's state keeps."""
        found = self._versioned.get(process)
        if found is None and process in self.processes:
            found = self._versioned[process] = replace(self.processes[process], version=self.id)
        return found


@lru_cache(maxsize=256)
def model(body: bytes, file: str) -> Model:
    """A BPMN file's model, parsed once a process."""
    return read(body, file=file)


def deployed(tx: Tx, id: str) -> Deployed:
    """The deployment of that id. It never changes, so it is read once. Raises LookupError for an unknown one."""
    found: Deployed | None = tx.database.definitions.get(id)
    if found is not None:
        return found
    row = tx.read(select(deployment).where(deployment.c.id == id)).one_or_none()
    if row is None:
        raise LookupError(f"no deployment {id}")
    processes: dict[str, Process] = {}
    for name, hash in row.files.items():
        if is_bpmn(name):
            processes |= model(file(tx, hash), name).processes
    found = Deployed(row.id, row.key, row.version, row.files, processes)
    tx.database.definitions[id] = found
    return found


def file(tx: Tx, hash: str) -> bytes:
    """A stored file by the hash of its content. Raises LookupError for an unknown one; refuses one that was changed in
    the database: what runs is what was deployed."""
    body: bytes | None = tx.read(select(content.c.body).where(content.c.hash == hash)).scalar()
    if body is None:
        raise LookupError(f"no file {hash}")
    if hashlib.sha256(body).hexdigest() != hash:
        raise Refusal(
            f"Tệp mô hình {hash[:12]}… đã bị sửa ngoài hệ thống nên không được chạy. Khôi phục từ bản sao lưu.",
            f"The model's file {hash[:12]}… was changed behind the system and is not run. Restore it from a backup.",
        )
    return body


def is_bpmn(name: str) -> bool:
    return name.endswith((".bpmn", ".bpmn20.xml", ".bpmn2"))


def current(tx: Tx, process: str) -> str | None:
    """The deployment that a new instance of that process starts on: in effect by the date in Vietnam, not retired,
    and of those the latest. Known for a second, so that a start needs no query."""
    today = tx.now.astimezone(HOME).date()
    known: dict[Any, tuple[str, float]] = tx.database.definitions.setdefault("current", {})
    id, until = known.get((process, today), ("", 0.0))
    if until > time.monotonic():
        return id
    found: str | None = tx.read(
        select(deployment.c.id)
        .join(process_definition, process_definition.c.deployment == deployment.c.id)
        .where(
            process_definition.c.process == process,
            deployment.c.retired_at.is_(None),
            or_(deployment.c.effective_from.is_(None), deployment.c.effective_from <= today),
        )
        .order_by(
            deployment.c.effective_from.desc().nulls_last(), deployment.c.deployed_at.desc(), deployment.c.id.desc()
        )
        .limit(1)
    ).scalar()
    if found is not None:
        known[process, today] = (found, time.monotonic() + FRESH_SECONDS)
    return found


def forget(tx: Tx) -> None:
    """What is current has changed, by this transaction."""
    tx.database.definitions.pop("current", None)
    tx.after_commit(lambda: tx.database.definitions.pop("current", None))


def process_of(tx: Tx, process: str, deployment_id: str | None = None) -> tuple[Deployed, Process]:
    """The process to start. Refuses one that is not deployed or not in effect."""
    id = deployment_id or current(tx, process)
    found = deployed(tx, id) if id else None
    if found is None or process not in found.processes:
        raise Refusal(
            f"Không có quy trình “{process}” nào đang có hiệu lực.",
            f"No process '{process}' is deployed and in effect.",
        )
    return found, found.processes[process]
