"""Seals: the ends of all chains as they are committed at that moment, numbered, chained, signed. Each day has one, and
each hour in which something was committed: what no seal covers yet could be cut off unseen, so that is an hour's.

A seal goes by what is committed, not by what is stamped: a transaction that began before midnight and was committed
after the seal is covered by the next one, and breaks nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import CompoundSelect, Select, exists, func, select, union_all
from sqlalchemy.dialects import postgresql, sqlite

from engine.audit.keys import Signer
from engine.store import Database, Tx, joined
from engine.store.chain import START
from engine.store.tables import chain, instance, read_log, sealed_head, signed_seal
from engine.store.tables import seal as unsigned
from engine.store.types import moment_text

_BATCH = 5000


@dataclass(frozen=True, slots=True)
class Seal:
    """A seal as it was made. key, signature: None where there was no key to sign with."""

    n: int
    at: datetime
    hash: str
    key: str | None
    signature: str | None

    def line(self) -> str:
        """What is published: one line, short enough for a newspaper."""
        return (
            f"motcua-seal {self.n} {self.at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ} {self.hash} "
            f"{self.key or '-'} {self.signature or '-'}"
        )


def next_number(database: Database | Tx) -> int:
    """The number of the seal to come."""
    with joined(database) as tx:
        return int(tx.read(select(func.coalesce(func.max(signed_seal.c.n), 0))).scalar_one()) + 1


def seals(database: Database) -> list[Seal]:
    """All seals that were made by this release, the oldest first."""
    with database.begin() as tx:
        return [
            Seal(row.n, row.sealed_at, row.hash, row.key, row.signature)
            for row in tx.read(select(signed_seal).order_by(signed_seal.c.n))
        ]


def is_due(tx: Tx) -> bool:
    """Whether the day (UTC) that the last seal was made on is over, or there is none yet."""
    last: datetime | None = tx.read(select(signed_seal.c.sealed_at).order_by(signed_seal.c.n.desc()).limit(1)).scalar()
    return last is None or last.astimezone(UTC).date() < tx.now.astimezone(UTC).date()


def seal_due(
    database: Database,
    signer: Signer | None = None,
    then: Callable[[Tx, Seal, bool], None] | None = None,
    first: Callable[[Tx], object] | None = None,
) -> Seal | None:
    """Seals where a day (UTC) has begun since the last seal, and where an hour has and something was committed. `first`
    does in the same transaction what the seal is to cover, and `then` what is to follow (puts the line into the
    outbox); that is told whether the seal is the day's."""

    def work(tx: Tx) -> Seal | None:
        day = is_due(tx)
        if not day and not _hour_is_due(tx):
            return None
        if first is not None:
            first(tx)
        made = seal(tx, signer, empty=day)
        if made is not None and then is not None:
            then(tx, made, day)
        return made

    return database.run(work)


def _hour_is_due(tx: Tx) -> bool:
    last: datetime = tx.read(select(func.max(signed_seal.c.sealed_at))).scalar_one()
    return last.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1) <= tx.now


def seal(tx: Tx, signer: Signer | None, *, empty: bool = True) -> Seal | None:
    """Seals what is committed and was not sealed yet. None where another process has just done it, or where there is
    nothing at all to seal; empty: nothing new is sealed, too."""
    last = tx.read(select(signed_seal).order_by(signed_seal.c.n.desc()).limit(1)).first()
    previous = last.hash if last is not None else _before(tx)
    n = last.n + 1 if last is not None else 1
    heads = sorted(
        (row.root_id, row.seq, row.hash) for row in tx.execute(_heads(last.sealed_at if last is not None else None))
    )
    if not heads and (last is None or not empty):
        return None
    digest = hashlib.sha256()
    for root_id, seq, hash in heads:
        digest.update(f"{root_id}\t{seq}\t{hash}\n".encode())
    said = {
        "seal": n,
        "at": moment_text(tx.now),
        "previous": previous,
        "heads": digest.hexdigest(),
        "count": len(heads),
    }
    text = orjson.dumps(said).decode()
    made = Seal(
        n,
        tx.now,
        hashlib.sha256(text.encode()).hexdigest(),
        signer.name if signer else None,
        signer.sign(text) if signer else None,
    )
    insert = (sqlite.insert if tx.database.sqlite else postgresql.insert)(signed_seal)
    done = tx.execute(
        insert.values(n=n, text=text, hash=made.hash, key=made.key, signature=made.signature, sealed_at=tx.now)
        .on_conflict_do_nothing()
        .returning(signed_seal.c.n)
    )
    if done.first() is None:
        return None
    rows = [
        {"n": n, "position": position, "root_id": root_id, "seq": seq, "hash": hash}
        for position, (root_id, seq, hash) in enumerate(heads)
    ]
    for start in range(0, len(rows), _BATCH):
        tx.execute(sealed_head.insert(), rows[start : start + _BATCH])
    return made


def _before(tx: Tx) -> str:
    """The last seal of releases that did not sign: the chain of seals goes on from there."""
    hash: str | None = tx.read(select(unsigned.c.hash).order_by(unsigned.c.day.desc()).limit(1)).scalar()
    return hash or START


def _heads(last: datetime | None) -> CompoundSelect[Any]:
    """The ends of chains that no seal covers, in one statement, and so of one moment. Chains of reads are of a day:
    those of long before the last seal grow no more."""

    def fresh(root: Any, seq: Any, hash: Any) -> Select[Any]:
        sealed = exists().where(sealed_head.c.root_id == root, sealed_head.c.seq == seq)
        return select(root.label("root_id"), seq.label("seq"), hash.label("hash")).where(~sealed)

    since = f"read/{(last - timedelta(days=2)).date().isoformat()}" if last is not None else "read/"
    latest = (
        select(read_log.c.chain, func.max(read_log.c.seq).label("seq"))
        .where(read_log.c.chain >= since)
        .group_by(read_log.c.chain)
        .subquery()
    )
    reads = fresh(read_log.c.chain, read_log.c.seq, read_log.c.hash).join(
        latest, (read_log.c.chain == latest.c.chain) & (read_log.c.seq == latest.c.seq)
    )
    return union_all(
        fresh(instance.c.root_id, instance.c.event_seq, instance.c.event_hash),
        fresh(chain.c.root_id, chain.c.seq, chain.c.hash),
        reads,
    )
