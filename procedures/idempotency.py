"""Keys of calls that happen once: for 24 hours the same key of a client on a path has the first answer.

A key's row is written in the transaction of what the call does. Whoever comes second with it waits at the primary key
for the first one's commit, then finds the answer. The forms of the pages use the same table (`web.once`).
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from engine.store import Tx
from engine.store.tables import idempotency

KEPT = timedelta(hours=24)
SWEEP = 0.01  # share of the calls that clear away everybody's old keys, not only their own


@dataclass(frozen=True, slots=True)
class Call:
    """A call by its client, path and key; `body_hash` tells whether its body is the first one's."""

    client: str
    path: str
    key: str
    body_hash: str

    @property
    def same(self) -> Any:
        return (
            (idempotency.c.client == self.client) & (idempotency.c.path == self.path) & (idempotency.c.key == self.key)
        )


@dataclass(frozen=True, slots=True)
class Answer:
    """The first answer to a key; `fits` is False where that call had another body."""

    status: int
    body: str
    fits: bool


def reserve(tx: Tx, call: Call, *, lost: timedelta | None = None) -> Answer | None:
    """Writes the key, or gives the answer of who was first. lost: how long a first one may be without an answer, where
    the key is written before the work and not with it."""
    old = idempotency.c.created_at < tx.now - KEPT
    if lost is not None:
        unanswered = idempotency.c.answer.is_(None) & (idempotency.c.created_at < tx.now - lost)
        tx.execute(delete(idempotency).where(unanswered & call.same))
    tx.execute(delete(idempotency).where(old if random.random() < SWEEP else old & call.same))
    insert = (sqlite.insert if tx.database.sqlite else postgresql.insert)(idempotency)
    written = tx.execute(
        insert.values(client=call.client, path=call.path, key=call.key, body_hash=call.body_hash, created_at=tx.now)
        .on_conflict_do_nothing()
        .returning(idempotency.c.key)
    )
    if written.first() is not None:
        return None
    row = tx.execute(select(idempotency).where(call.same)).one()
    return Answer(row.status, row.answer, row.body_hash == call.body_hash)


def keep(tx: Tx, call: Call, status: int, body: str) -> None:
    """Keeps the answer to a reserved key."""
    tx.execute(update(idempotency).where(call.same).values(status=status, answer=body))


def release(tx: Tx, call: Call) -> None:
    """Takes a reserved key away again: what it stands for came to nothing."""
    tx.execute(delete(idempotency).where(call.same))
