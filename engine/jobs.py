"""What is due: timers, deliveries to the outside, service tasks, retries. One table serves them all.

A job belongs to a root and is written in the transaction that wants it done. A worker claims the root, so that no two
meet in one family, runs its due jobs, and ends each in one transaction with what the job changed. `lock_token` fences
off a worker that wakes up late: its write finds the token gone and is undone.

A job says what is done in the system's name, so it is marked by a key outside the database (`Installation.secret`):
what somebody else has put into the table is refused and told. A timer needs no mark: its family says whether it is due.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import BindParameter, Update, bindparam, delete, func, literal, or_, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite

from engine import values
from engine.store import Tx, records
from engine.store.line import Asked
from engine.store.tables import incident, job, root_claim

#: Seconds until the next try, by the number of tries so far; the last one counts for all that follow.
BACK_OFF = (10, 60, 300, 1800, 7200)


class Fenced(Exception):
    """The job is no longer this worker's: its lock ran out and another took it, or it is gone."""


@dataclass(frozen=True, slots=True)
class Job:
    """A job as a worker has claimed it."""

    root_id: str
    id: str
    kind: str
    payload: Any
    due_at: datetime
    attempts: int = 0
    retries_left: int = 3
    lock_token: str | None = None
    dedupe_key: str = ""
    instance_id: str | None = None
    genuine: bool = True


@dataclass(frozen=True, slots=True)
class Handler:
    """How jobs of one kind are done.

    inside: function(tx, job) in the transaction that ends the job.
    outside: function(job) outside any transaction, at least once; its answer goes to `done(tx, job, answer)`, if any,
    in the transaction that ends the job. With `opens` it is function(job, database), for transactions of its own.
    `exhausted(tx, job, message)` says what happens when no retry is left; without it the job stays, with an incident.
    guarded: `inside` changes the job's family and takes the job away with it, so that the family's guarded write is
    claim enough: of two workers one finds the guard lost. Without a claim (no `lock_token`) it raises Fenced where
    the family says that the job is not due.
    """

    inside: Callable[[Tx, Job], None] | None = None
    outside: Callable[..., Any] | None = None
    done: Callable[[Tx, Job, Any], None] | None = None
    exhausted: Callable[[Tx, Job, str], None] | None = None
    back_off: tuple[int, ...] = BACK_OFF
    opens: bool = False
    guarded: bool = False


# -- adding and taking back -------------------------------------------------------------------------------------------


def pack(payload: Any) -> str:
    """A payload as the text it is kept as, without loss of FEEL's types."""
    return orjson.dumps(values.pack(payload)).decode()


def unpack(text: str) -> Any:
    return values.unpack(orjson.loads(unmarked(text)))


#: What a mark begins with, which no JSON does, and how long it is.
_MARK, _LENGTH = "~", 23


def marked(tx: Tx, root_id: str, id: str, kind: str, payload: str) -> str:
    """The text of a payload with the mark that this job, and no other, is this system's."""
    key = tx.database.installation.secret()
    return payload if not key or kind == "timer" else _mark(key, root_id, id, kind, payload) + payload


def unmarked(text: str) -> str:
    """The payload alone."""
    return text[_LENGTH:] if text.startswith(_MARK) else text


def _mark(key: bytes, root_id: str, id: str, kind: str, payload: str) -> str:
    said = orjson.dumps([root_id, id, kind, payload])
    return _MARK + base64.urlsafe_b64encode(hashlib.blake2b(said, key=key[:64], digest_size=16).digest())[:22].decode()


def _genuine(tx: Tx, root_id: str, id: str, kind: str, text: str) -> bool:
    key = tx.database.installation.secret()
    return (
        not key or kind == "timer" or hmac.compare_digest(text[:_LENGTH], _mark(key, root_id, id, kind, unmarked(text)))
    )


def vouch(tx: Tx, *, again: bool = False) -> int:
    """Marks the jobs that have no mark, of a release that made none, or all of them `again`, of a system with another
    key; how many. For who upgrades or restores, and vouches for what stands there."""
    done, after = 0, ("", "")
    unknown = job.c.kind != "timer" if again else (job.c.kind != "timer") & ~job.c.payload.startswith(_MARK)
    while tx.database.installation.secret():
        rows = tx.execute(
            select(job.c.root_id, job.c.id, job.c.kind, job.c.payload)
            .where(unknown, tuple_(job.c.root_id, job.c.id) > tuple_(*map(literal, after)))
            .order_by(job.c.root_id, job.c.id)
            .limit(1000)
        ).all()
        if not rows:
            break
        for row in rows:
            text = marked(tx, row.root_id, row.id, row.kind, unmarked(row.payload))
            tx.execute(update(job).where(job.c.root_id == row.root_id, job.c.id == row.id).values(payload=text))
        done, after = done + len(rows), (rows[-1].root_id, rows[-1].id)
    return done


def add(
    tx: Tx,
    root_id: str,
    kind: str,
    due: datetime | None = None,
    payload: Any = None,
    dedupe_key: str | None = None,
    *,
    priority: int = 50,
    retries: int = 3,
    id: str | None = None,
) -> str | None:
    """Writes a job, due now where `due` is None; returns its id.

    With a `dedupe_key` the root has one such job at most: a second one is not written, and None is returned.
    """
    tx.due(due or tx.now)
    id = id or tx.database.new_id()
    text = marked(tx, root_id, id, kind, pack(payload))
    family = tx.families.get(root_id)
    if family is not None and family.advancing and dedupe_key is None:
        family.writes.add("job", (id, kind, None, text, due or tx.now, priority, retries, id))
        return id
    insert = sqlite.insert(job) if tx.database.sqlite else postgresql.insert(job)
    done = tx.execute(
        insert.values(
            root_id=root_id,
            id=id,
            kind=kind,
            payload=text,
            due_at=due or tx.now,
            priority=priority,
            retries_left=retries,
            dedupe_key=dedupe_key or id,
        )
        .on_conflict_do_nothing()
        .returning(job.c.id)
    )
    return id if done.first() is not None else None


def remove(tx: Tx, root_id: str, dedupe_key: str) -> bool:
    """Takes a job back, by its key, unless it has been done; whether there was one."""
    return bool(tx.execute(delete(job).where(job.c.root_id == root_id, job.c.dedupe_key == dedupe_key)).rowcount)


def move(tx: Tx, root_id: str, dedupe_key: str, due: datetime) -> bool:
    """Gives a waiting job another date, by its key; whether there was one."""
    tx.due(due)
    return bool(
        tx.execute(
            update(job).where(job.c.root_id == root_id, job.c.dedupe_key == dedupe_key).values(due_at=due)
        ).rowcount
    )


# -- claiming ---------------------------------------------------------------------------------------------------------


#: So many times what a worker takes is looked at, so that several of them seldom take the same.
_WIDE = 8


def due_roots(tx: Tx, limit: int = 50) -> list[str]:
    """Some of the roots with due jobs that nobody holds: of the oldest due ones any, so that workers neither queue for
    one nor all try the same.

    A root at work is passed over with all that has come due in it since: it would hide the others behind it."""
    held = select(root_claim.c.root_id).where(root_claim.c.root_id == job.c.root_id, root_claim.c.expires >= tx.now)
    rows = tx.read(
        select(job.c.root_id).where(_ready(tx.now), ~held.exists()).order_by(job.c.due_at).limit(limit * _WIDE)
    )
    roots = list(dict.fromkeys(row.root_id for row in rows))
    random.shuffle(roots)
    return roots[:limit]


def due_by_now(tx: Tx) -> tuple[int, datetime | None]:
    """How many jobs are due and not at work, and since when the oldest of them is: what a worker has before it."""
    asked = select(func.count().label("due"), func.min(job.c.due_at).label("oldest"))
    row = tx.read(asked.where(_ready(tx.now))).one()
    return row.due, row.oldest


def next_due(tx: Tx) -> datetime | None:
    """When the first of what waits is due; the past where it is at work or could not be done yet."""
    found: datetime | None = tx.read(
        select(job.c.due_at).where(job.c.retries_left > 0, ~job.c.held).order_by(job.c.due_at).limit(1)
    ).scalar()
    return found


def _ready(now: datetime | BindParameter[datetime]) -> Any:
    return (
        (job.c.retries_left > 0)
        & (job.c.due_at <= now)
        & ~job.c.held
        & or_(job.c.lock_expires.is_(None), job.c.lock_expires < now)
    )


#: What a worker is told of a job, in the order of `Job`.
_TOLD = [
    job.c[name]
    for name in (
        "root_id",
        "id",
        "kind",
        "payload",
        "due_at",
        "attempts",
        "retries_left",
        "lock_token",
        "dedupe_key",
        "instance_id",
    )
]
_ORDER = (job.c.due_at, job.c.priority.desc(), job.c.id)
_DUE = Asked(
    select(*_TOLD)
    .where(job.c.root_id == bindparam("root"), _ready(bindparam("now", type_=job.c.due_at.type)))
    .order_by(*_ORDER)
)


def due(tx: Tx, root_id: str) -> list[Job]:
    """The due jobs of a root, claimed by nobody."""
    return [_job(tx, row) for row in tx.ask(_DUE, {"root": root_id, "now": tx.now})]


def _job(tx: Tx, row: Sequence[Any]) -> Job:
    root_id, id, kind, text, due_at, attempts, left, token, dedupe_key, instance_id = row
    genuine = _genuine(tx, root_id, id, kind, text)
    payload = unpack(text) if genuine else None
    return Job(root_id, id, kind, payload, due_at, attempts, left, token, dedupe_key, instance_id, genuine)


def claim(tx: Tx, root_id: str, worker: str, lease: timedelta, *, only: str | None = None) -> list[Job]:
    """Takes a root and all its due jobs (or `only` one) for one worker, by compare-and-set; nothing where another was
    faster."""
    token = tx.database.new_id()
    expires = tx.now + lease
    insert = sqlite.insert(root_claim) if tx.database.sqlite else postgresql.insert(root_claim)
    taken = tx.execute(
        insert.values(root_id=root_id, worker=worker, token=token, expires=expires)
        .on_conflict_do_update(
            index_elements=["root_id"],
            set_={"worker": worker, "token": token, "expires": expires},
            where=root_claim.c.expires < tx.now,
        )
        .returning(root_claim.c.token)
    )
    if taken.first() is None:
        return []
    wanted = _ready(tx.now) if only is None else _ready(tx.now) & (job.c.id == only)
    tx.execute(
        update(job)
        .where(job.c.root_id == root_id, wanted)
        .values(locked_by=worker, lock_expires=expires, lock_token=token)
    )
    rows = tx.execute(select(*_TOLD).where(job.c.root_id == root_id, job.c.lock_token == token).order_by(*_ORDER)).all()
    if not rows:
        release(tx, root_id, token)
    return [_job(tx, row) for row in rows]


def release(tx: Tx, root_id: str, token: str) -> None:
    """Gives a root back, with those of its jobs that were not done."""
    tx.execute(delete(root_claim).where(root_claim.c.root_id == root_id, root_claim.c.token == token))
    tx.execute(
        update(job)
        .where(job.c.root_id == root_id, job.c.lock_token == token)
        .values(locked_by=None, lock_expires=None, lock_token=None)
    )


def beat(tx: Tx, root_id: str, token: str, lease: timedelta) -> bool:
    """Holds a root for another while; False where it is lost."""
    expires = tx.now + lease
    jobs = tx.execute(
        update(job).where(job.c.root_id == root_id, job.c.lock_token == token).values(lock_expires=expires)
    )
    claim = tx.execute(
        update(root_claim).where(root_claim.c.root_id == root_id, root_claim.c.token == token).values(expires=expires)
    )
    return bool(jobs.rowcount and claim.rowcount)  # what needs no claim may have been done by another


def dead_claims(tx: Tx) -> bool:
    """Whether roots are still claimed by workers that have given no sign of life for as long as they promised."""
    return tx.read(select(root_claim.c.root_id).where(root_claim.c.expires < tx.now).limit(1)).first() is not None


def bury(tx: Tx) -> int:
    """Takes the claims of dead workers away; how many there were. A live one that comes back finds itself fenced off,
    as where another had taken the root."""
    return tx.execute(delete(root_claim).where(root_claim.c.expires < tx.now)).rowcount


# -- ending -----------------------------------------------------------------------------------------------------------


def finish(tx: Tx, done: Job) -> None:
    """Ends a job in this transaction. Raises Fenced where it is not, or no longer, this worker's."""
    gone = tx.execute(
        delete(job).where(job.c.root_id == done.root_id, job.c.id == done.id, job.c.lock_token == done.lock_token)
    )
    if gone.rowcount != 1:
        raise Fenced(done.id)


def put_back(tx: Tx, waiting: Job, seconds: float, why: str | None = None) -> None:
    """What the job needs is not to be had now (a busy instance, room on the disk): try again then. It costs no retry,
    and the job's date stays what it was."""
    values: dict[str, Any] = {
        "lock_expires": tx.now + timedelta(seconds=seconds),
        "locked_by": None,
        "lock_token": None,
    }
    tx.execute(_mine(waiting).values(**values, **({"last_error": why} if why else {})))


def _mine(claimed: Job) -> Update:
    """The job's row, as long as this worker holds it."""
    return update(job).where(
        job.c.root_id == claimed.root_id, job.c.id == claimed.id, job.c.lock_token == claimed.lock_token
    )


def fail(tx: Tx, failed: Job, message: str) -> None:
    """A try failed: the next one after a while, or, where none is left, what the handler says, or an incident.
    A job whose instance has been suspended since it was claimed has not failed: it waits with it."""
    if tx.execute(_mine(failed).where(job.c.held).values(locked_by=None, lock_expires=None, lock_token=None)).rowcount:
        return
    how = tx.database.installation.handlers.get(failed.kind, Handler())
    left = failed.retries_left - 1
    if left <= 0 and how.exhausted is not None:
        finish(tx, failed)
        how.exhausted(tx, failed, message)
        return
    wait = how.back_off[min(failed.attempts, len(how.back_off) - 1)]
    changed = tx.execute(
        _mine(failed).values(
            attempts=failed.attempts + 1,
            retries_left=left,
            due_at=tx.now + timedelta(seconds=wait),
            last_error=message,
            locked_by=None,
            lock_expires=None,
            lock_token=None,
        )
    )
    if changed.rowcount != 1:
        raise Fenced(failed.id)
    if left <= 0:
        raise_incident(tx, failed, message)


def refuse(tx: Tx, forged: Job) -> None:
    """A job that this system did not order is not done; it stays, for who looks into how it got there."""
    message = (
        "Việc này không do hệ thống đặt ra: dòng dữ liệu được ghi thẳng vào cơ sở dữ liệu hoặc bị sửa. "
        "Hệ thống không thực hiện; báo người phụ trách an toàn thông tin."
    )
    changed = tx.execute(
        _mine(forged).values(retries_left=0, last_error=message, locked_by=None, lock_expires=None, lock_token=None)
    )
    if changed.rowcount != 1:
        raise Fenced(forged.id)
    raise_incident(tx, forged, message)


def raise_incident(tx: Tx, failed: Job, message: str) -> None:
    """A job without retries becomes visible; `engine.commands.retry_incident` gives it new ones."""
    tx.execute(delete(incident).where(incident.c.root_id == failed.root_id, incident.c.id == failed.id))
    tx.execute(
        incident.insert().values(
            root_id=failed.root_id,
            id=failed.id,
            element=failed.kind,
            kind="job",
            message=message,
            job_id=failed.id,
            opened_at=tx.now,
        )
    )
    records.append(tx, failed.root_id, "job_failed", None, {"job": failed.id, "kind": failed.kind, "message": message})
