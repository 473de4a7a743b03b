"""Who read whose data: append-only, a chain of hashes for each process and day, its ends covered by the seals.

A record costs one insert. Where several are waiting, whoever writes takes them all along: reads hold each other up for
one statement, not for one each.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import uuid4

import orjson
from sqlalchemy import and_, delete, func, or_, select
from sqlalchemy.exc import IntegrityError

from engine.audit import verifier
from engine.audit.log import append
from engine.store import Database, Tx
from engine.store.chain import START, link
from engine.store.tables import read_log
from engine.store.types import moment_text


class NotRecorded(RuntimeError):
    """The database swallowed a record (a trigger, a rule): what it was of is not shown."""


@dataclass(slots=True)
class _Record:
    at: datetime
    who: str
    act: str
    root_id: str | None
    data: str
    written: threading.Event = field(default_factory=threading.Event)
    error: BaseException | None = None


@dataclass(frozen=True, slots=True)
class Read:
    """A record as it stands: who read the data of `subjects` (roots), when (UTC), for which act, and what the reader's
    program said of it (page, address)."""

    at: datetime
    who: str
    act: str
    subjects: tuple[str, ...]
    said: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Found:
    """One page of records; `total` counts all that match."""

    rows: tuple[Read, ...]
    total: int


class ReadLog:
    """Writes records of a database for this process."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._writing = threading.Lock()
        self._waiting: list[_Record] = []
        self._begin("")

    def _begin(self, day: str) -> None:
        self._process, self._day = os.getpid(), day
        self._chain, self._seq, self._hash = f"read/{day}/{uuid4().hex[:12]}", 0, START

    def write(self, who: str, act: str, subjects: Sequence[str], **said: Any) -> None:
        """Records one act of reading; it stands in the database when this returns. What fails, fails for the reader:
        nothing is shown without its record."""
        body = orjson.dumps({"of": list(subjects), **said}).decode()
        root_id = subjects[0] if len(subjects) == 1 else None
        mine = _Record(self.database.clock(), who, act, root_id, body)
        self._waiting.append(mine)
        with self._writing:
            if not mine.written.is_set():
                batch, self._waiting = self._waiting, []
                self._write(batch)
        if mine.error is not None:
            raise mine.error

    def _write(self, batch: list[_Record]) -> None:
        try:
            try:
                self._insert(batch)
            except IntegrityError:  # an insert whose end was not heard of stands there after all
                self._begin(self._day)
                self._insert(batch)
        except BaseException as error:
            self._begin(self._day)
            for record in batch:
                record.error = error
        finally:
            for record in batch:
                record.written.set()

    def _insert(self, batch: list[_Record]) -> None:
        day = batch[0].at.astimezone(UTC).date().isoformat()
        if day != self._day or self._process != os.getpid():
            self._begin(day)
        seq, hash, rows = self._seq, self._hash, []
        for one in batch:
            seq += 1
            hash = link(hash, self._chain, seq, moment_text(one.at), one.who, one.act, one.root_id, one.data)
            rows.append(
                {
                    "chain": self._chain,
                    "seq": seq,
                    "at": one.at,
                    "who": one.who,
                    "act": one.act,
                    "root_id": one.root_id,
                    "data": one.data,
                    "hash": hash,
                }
            )
        insert = read_log.insert().values(rows)
        stands = select(read_log.c.hash).where(read_log.c.chain == self._chain, read_log.c.seq > self._seq)
        with self.database.begin() as tx:
            tx.execute(insert) if self.database.sqlite else tx.read(insert)  # one statement commits itself
            if tx.read(stands.order_by(read_log.c.seq)).scalars().all() != [row["hash"] for row in rows]:
                raise NotRecorded("the database took a record of reading and did not keep it")
        self._seq, self._hash = seq, hash


def find(
    tx: Tx,
    *,
    first: date,
    last: date,
    zone: Any = UTC,
    who: str = "",
    root_id: str = "",
    page: int = 1,
    size: int = 50,
) -> Found:
    """The records of some days (both included, in that zone), the newest first; of one reader, or of one root."""
    begin = datetime.combine(first, time(), zone)
    end = datetime.combine(last + timedelta(days=1), time(), zone)
    wanted = [read_log.c.at >= begin, read_log.c.at < end]
    if who:
        wanted.append(read_log.c.who == who)
    if root_id:  # lists name many: those of the days asked for are looked through
        named = and_(read_log.c.root_id.is_(None), read_log.c.data.contains(f'"{root_id}"', autoescape=True))
        wanted.append(or_(read_log.c.root_id == root_id, named))
    total = tx.read(select(func.count()).select_from(read_log).where(*wanted)).scalar_one()
    rows = tx.read(
        select(read_log)
        .where(*wanted)
        .order_by(read_log.c.at.desc(), read_log.c.chain, read_log.c.seq.desc())
        .limit(size)
        .offset((page - 1) * size)
    ).all()
    return Found(tuple(_read(row) for row in rows), total)


def of_roots(tx: Tx, roots: Sequence[str], *, since: datetime, most: int) -> list[Read]:
    """The records since then that name one of these roots, by itself or in a list, the newest first."""
    if not roots:
        return []
    listed = or_(*(read_log.c.data.contains(f'"{one}"', autoescape=True) for one in roots))
    named = or_(read_log.c.root_id.in_(roots), and_(read_log.c.root_id.is_(None), listed))
    rows = tx.read(
        select(read_log)
        .where(read_log.c.at >= since, named)
        .order_by(read_log.c.at.desc(), read_log.c.chain, read_log.c.seq.desc())
        .limit(most)
    ).all()
    return [_read(row) for row in rows]


def _read(row: Any) -> Read:
    said = orjson.loads(row.data)
    return Read(row.at, row.who, row.act, tuple(said.pop("of")), said)


def forget(tx: Tx, before: date) -> int:
    """Throws away the records of the days before that one (UTC), whole days with their chains, and says so in the log:
    the verifier misses them else. How many."""
    gone: int = tx.execute(delete(read_log).where(read_log.c.chain < f"read/{before.isoformat()}")).rowcount
    if gone:
        said = {"before": before.isoformat(), "records": gone}
        append(tx, verifier.READS_LOG, verifier.READS_FORGOTTEN, None, said)
    return gone
