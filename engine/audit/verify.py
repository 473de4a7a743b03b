"""Verifying the log of a database that runs: the verifier's own check (`verifier.py`) over what is exported, and the
projections against the log, all in one snapshot."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from engine.audit import export, replay, structure, verifier, waiting
from engine.store import Database, Tx, faults, raw
from engine.store.tables import content, deployment

#: What reading a database that somebody edited may come to.
_UNREADABLE = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, SQLAlchemyError)
MOST = 1000  # faults that a report names; it counts all


def verify(
    database: Database,
    keys: Iterable[verifier.Key] = (),
    published: Iterable[str] = (),
    *,
    reads_from: date | None = None,
    more: Callable[[Tx], Iterable[dict[str, Any]]] | None = None,
) -> dict[str, Any]:
    """``{"roots", "events", "rows", "reads", "seals", "old_seals", "signed", "unsealed", "signatures_checked",
    "faults", "broken": [{"root_id", "seq", "reason", …}]}``; nothing broken means all is well.

    keys: public keys of the seals; without them signatures are not checked. published: lines of seals kept elsewhere.
    reads_from: the first day whose records of reading are kept. more: faults that the application finds in the same
    snapshot. ``published`` counts the lines that the seals were held against; what is newer than ``unsealed_since`` no
    seal covers, so that its end could have been cut off unseen.
    """
    check = verifier.Check(keys, published, MOST)
    with database.snapshot() as tx:
        _log(tx, check, reads_from)
        for found in (
            structure.faults,
            replay.faults,
            waiting.faults,
            _contents,
            *([more] if more is not None else []),
        ):
            _told(tx, check, found)
    return check.report()


def _named(fault: dict[str, Any]) -> dict[str, Any]:
    return {"root": fault.pop("root_id"), **fault}


def _log(tx: Tx, check: verifier.Check, reads_from: date | None) -> None:
    """What the log says; where even reading it breaks off, that is a fault among others."""
    try:
        for record in export.of(tx, reads_from):
            check.take(record)
    except _UNREADABLE as error:
        _broken_off(check, error)


def _told(tx: Tx, check: verifier.Check, found: Callable[[Tx], Iterable[dict[str, Any]]]) -> None:
    try:
        for fault in found(tx):
            check.fault(**_named(fault))
    except _UNREADABLE as error:
        _broken_off(check, error)


def _broken_off(check: verifier.Check, error: Exception) -> None:
    if faults.unavailable(error) is not None:
        raise error
    check.fault("broken off", what=f"{type(error).__name__}: {error}".splitlines()[0][:300])


def _contents(tx: Tx) -> Iterator[dict[str, Any]]:
    """The files of models: each what its hash says, and there as long as a version names it."""
    there = set()
    with raw.lenient(tx):
        for row in raw.pages(tx, content, (content.c.hash,), size=50):
            there.add(row["hash"])
            if not isinstance(row["body"], bytes) or hashlib.sha256(row["body"]).hexdigest() != row["hash"]:
                yield {"root_id": None, "reason": "content", "table": content.name, "key": [str(row["hash"])]}
        for row in raw.pages(tx, deployment, (deployment.c.id,)):
            named = row["files"] if isinstance(row["files"], dict) else {}
            for hash in sorted({str(one) for one in named.values()} - there):
                yield {"root_id": row["id"], "reason": "row missing", "table": content.name, "key": [hash]}
