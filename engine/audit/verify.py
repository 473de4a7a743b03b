"""Verifying the log of a database that runs: the verifier's own check (`verifier.py`) over what is exported, and the
projections against the log, all in one snapshot."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import select

from engine.audit import export, replay, verifier
from engine.store import Database, records
from engine.store.tables import content

MOST = 1000  # faults that a report names; it counts all


def verify(
    database: Database,
    keys: Iterable[verifier.Key] = (),
    published: Iterable[str] = (),
    *,
    reads_from: date | None = None,
) -> dict[str, Any]:
    """``{"roots", "events", "rows", "reads", "seals", "old_seals", "signed", "unsealed", "signatures_checked",
    "faults", "broken": [{"root_id", "seq", "reason", …}]}``; nothing broken means all is well.

    keys: public keys of the seals; without them signatures are not checked. published: lines of seals kept elsewhere.
    reads_from: the first day whose records of reading are kept.
    """
    check = verifier.Check(keys, published, MOST)
    with database.snapshot() as tx:
        for record in export.of(tx, reads_from):
            check.take(record)
        for fault in replay.faults(tx):
            check.fault(**_named(fault))
        for row in records.pages(tx, select(content.c.hash, content.c.body), content.c.hash, size=50):
            if hashlib.sha256(row.body).hexdigest() != row.hash:
                check.fault("content", table=content.name, key=[row.hash])
    return check.report()


def _named(fault: dict[str, Any]) -> dict[str, Any]:
    return {"root": fault.pop("root_id"), **fault}
