"""One call to a system of others, outside any transaction: bounded in time and size, never led elsewhere, over TLS that
is verified; its line in the journal says when, what, how long and how it ended, and nothing of what was said.

A line that fails several times in a row rests (a circuit breaker): calls are put off without being tried, then one is
let through to see whether it is back. All processes share its state through the database.
"""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from socket import SHUT_RDWR, socket
from typing import Any, TypeVar
from urllib.parse import urlsplit

from sqlalchemy import delete, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from engine.refusal import Later, Refusal
from engine.store import Database, Tx
from engine.store.joining import command
from procedures.exchange.connectors.configured import Connector
from procedures.store.connectors import connector_call, connector_state

Read = TypeVar("Read")
LIMIT = 4  # failures in a row with which a line begins to rest
FIRST_REST, LONGEST_REST = 30.0, 900.0  # seconds; each further failure doubles the rest
TRIAL = timedelta(seconds=60)  # nobody else tries while one is let through
LARGEST = 8 * 1024 * 1024  # bytes of an answer
KEPT = timedelta(days=90)  # of the journal
DONE, REFUSED, FAILED = "done", "refused", "failed"
#: Answers by which a system says that it cannot serve anybody now, or us at all; other 4xx are about what was asked.
_FAILURES = frozenset({401, 403, 407, 408, 421, 425, 429})


class Away(Refusal):
    """The other side does not answer, or not as it should."""

    def __init__(self, connector: Connector, why: str) -> None:
        super().__init__(f"{connector.word.vi} chưa trả lời ({why}).", f"{connector.word.en} does not answer ({why}).")
        self.why = why


class Resting(Later):
    """The line rests: nothing was tried."""

    def __init__(self, connector: Connector, seconds: float) -> None:
        super().__init__(
            f"Tạm ngừng gọi {connector.word.vi} vì nhiều lần không có trả lời; sẽ tự thử lại.",
            f"Calls to {connector.word.en} rest after several failures; they go on by themselves.",
            seconds=seconds,
        )


class Turned(Refusal):
    """The other side is there and says no to what was asked. said: its own words, shortened."""

    def __init__(self, connector: Connector, said: str, status: int = 0) -> None:
        super().__init__(f"{connector.word.vi} từ chối: {said}.", f"{connector.word.en} refuses: {said}.")
        self.said, self.status = said, status


class Unreadable(Exception):
    """What came is no answer to what was asked; says which part, never what stands in it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the status of HTTP, and the body, bounded."""

    status: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked. path: below the line's address, or empty. about: an id for the journal, never a person's.
    answered: statuses that are no failure of the line here, though they would be else. most: bytes of an answer that is
    a thing of its own, a file: one that is longer is refused, and the line has not failed."""

    operation: str
    path: str = ""
    method: str = "POST"
    body: bytes = b""
    headers: Mapping[str, str] | None = None
    about: str = ""
    answered: frozenset[int] = frozenset()
    most: int = 0


def call(where: Database, connector: Connector, asked: Asked, read: Callable[[Answer], Read]) -> Read:
    """Asks, and gives what `read` makes of the answer. `read` raises Unreadable for what is none, Turned for a no.

    Raises Resting without a try, Away for a failure (which counts towards a rest), Turned."""
    _let_through(where, connector)
    began, at = time.monotonic(), where.clock()
    status, received, outcome, error = None, 0, DONE, ""
    try:
        answer = _exchange(connector, asked)
        status, received = answer.status, len(answer.body)
        if status >= 500 or 300 <= status < 400 or status in _FAILURES - asked.answered:
            raise Unreadable(f"mã {status}")
        return read(answer)
    except Turned as no:
        outcome, error = REFUSED, no.said
        raise
    except (OSError, HTTPException, Unreadable, ValueError) as failure:
        outcome = FAILED
        error = str(failure) if isinstance(failure, Unreadable) else _named(failure)
        raise Away(connector, error) from failure
    finally:
        spent = int((time.monotonic() - began) * 1000)
        line = {
            "connector": connector.name,
            "operation": asked.operation,
            "at": at,
            "milliseconds": spent,
            "outcome": outcome,
            "status": status,
            "sent": len(asked.body),
            "received": received,
            "about": asked.about[:255],
            "error": error[:500],
        }
        where.run(lambda tx: _note(tx, connector, line))


def _named(failure: Exception) -> str:
    """What went wrong, in words that an administrator looks up."""
    if isinstance(failure, TimeoutError):
        return "quá thời gian chờ"
    if isinstance(failure, ssl.SSLCertVerificationError):
        return "chứng thư TLS không hợp lệ"
    if isinstance(failure, ConnectionRefusedError):
        return "từ chối kết nối"
    return type(failure).__name__


def _exchange(connector: Connector, asked: Asked) -> Answer:
    """One request and its answer, within the line's time. Redirections are answers like others: nobody follows them."""
    parts = urlsplit(connector.url)
    if parts.scheme == "https":
        context = ssl.create_default_context(cafile=str(connector.authority) if connector.authority else None)
        line: HTTPConnection = HTTPSConnection(
            parts.hostname or "", parts.port, timeout=connector.timeout, context=context
        )
    else:
        line = HTTPConnection(parts.hostname or "", parts.port, timeout=connector.timeout)
    over = threading.Event()
    held: list[socket] = []  # the line forgets its socket when the answer says that it is the last one

    def cut() -> None:  # a peer that sends a byte now and then would hold the line for ever
        over.set()
        for open_one in held:
            with suppress(OSError):
                open_one.shutdown(SHUT_RDWR)

    watch = threading.Timer(connector.timeout, cut)
    watch.daemon = True
    watch.start()
    try:
        head = {"Connection": "close", "Accept-Encoding": "identity", **(asked.headers or {})}
        line.connect()
        held.append(line.sock)
        line.request(asked.method, f"{parts.path}{asked.path}" or "/", asked.body or None, head)
        got = line.getresponse()
        largest = asked.most or LARGEST
        body = got.read(largest + 1)
        if over.is_set():
            raise TimeoutError
        if len(body) > largest:
            what = f"dài hơn {largest // 1024 // 1024} MB"
            raise Turned(connector, f"tệp {what}") if asked.most else Unreadable(f"trả lời {what}")
        if got.length:  # less came than was announced
            raise Unreadable("trả lời bị cắt ngang")
        return Answer(got.status, body)
    except (OSError, HTTPException):
        if over.is_set():
            raise TimeoutError from None
        raise
    finally:
        watch.cancel()
        line.close()


# -- how a line stands ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class State:
    """How a line stands. resting_until: calls are put off until then. failures: in a row, up to now."""

    failures: int = 0
    resting_until: datetime | None = None
    succeeded_at: datetime | None = None
    failed_at: datetime | None = None
    error: str = ""


def states(tx: Tx) -> dict[str, State]:
    """How each line stands that was ever used, by name."""
    return {
        row.connector: State(row.failures, row.resting_until, row.succeeded_at, row.failed_at, row.error)
        for row in tx.read(select(connector_state))
    }


def _let_through(where: Database, connector: Connector) -> None:
    """Raises Resting where the line rests. When a rest is over, one call is let through, and the others wait for it."""

    def look(tx: Tx) -> float:
        row = tx.read(select(connector_state).where(connector_state.c.connector == connector.name)).first()
        if row is None or row.resting_until is None:
            return 0.0
        if row.resting_until > tx.now:
            return float((row.resting_until - tx.now).total_seconds())
        mine = tx.execute(
            update(connector_state)
            .where(
                connector_state.c.connector == connector.name,
                or_(connector_state.c.resting_until.is_(None), connector_state.c.resting_until <= tx.now),
            )
            .values(resting_until=tx.now + TRIAL)
        )
        return 0.0 if mine.rowcount else TRIAL.total_seconds()

    seconds = where.run(look)
    if seconds > 0:
        raise Resting(connector, seconds)


def _note(tx: Tx, connector: Connector, line: Mapping[str, Any]) -> None:
    tx.execute(connector_call.insert().values(id=tx.database.new_id(), **line))
    insert = (sqlite.insert if tx.database.sqlite else postgresql.insert)(connector_state)
    tx.execute(insert.values(connector=connector.name, failures=0, error="").on_conflict_do_nothing())
    mine = connector_state.c.connector == connector.name
    if line["outcome"] == FAILED:
        tx.execute(
            update(connector_state)
            .where(mine)
            .values(failures=connector_state.c.failures + 1, failed_at=line["at"], error=line["error"])
        )
        failures = int(tx.execute(select(connector_state.c.failures).where(mine)).scalar_one())
        if failures >= LIMIT:
            rest = min(FIRST_REST * 2 ** min(failures - LIMIT, 10), LONGEST_REST)
            tx.execute(update(connector_state).where(mine).values(resting_until=tx.now + timedelta(seconds=rest)))
    else:
        tx.execute(update(connector_state).where(mine).values(failures=0, resting_until=None, succeeded_at=line["at"]))


def let_go_on(tx: Tx, name: str) -> None:
    """Ends a line's rest: the next call is tried."""
    tx.execute(
        update(connector_state).where(connector_state.c.connector == name).values(failures=0, resting_until=None)
    )


def last_done(tx: Tx, name: str, operation: str) -> datetime | None:
    """When a call of that kind ended well for the last time; None where none of the journal did."""
    one = connector_call.c
    wanted = (one.connector == name, one.operation == operation, one.outcome == DONE)
    return tx.read(select(one.at).where(*wanted).order_by(one.at.desc()).limit(1)).scalar()


# -- the journal ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Call:
    """A line of the journal."""

    connector: str
    operation: str
    at: datetime
    milliseconds: int
    outcome: str
    status: int | None
    sent: int
    received: int
    about: str
    error: str


_TOLD = tuple(connector_call.c[name] for name in Call.__slots__)


def journal(tx: Tx, name: str, *, failed: bool = False, page: int = 1, size: int = 50) -> tuple[list[Call], bool]:
    """The calls of a line, the newest first, and whether there are more; `failed`: only what did not end well."""
    wanted = [connector_call.c.connector == name]
    if failed:
        wanted.append(connector_call.c.outcome != DONE)
    rows = (
        tx.read(
            select(*_TOLD)
            .where(*wanted)
            .order_by(connector_call.c.at.desc(), connector_call.c.id.desc())
            .limit(size + 1)
            .offset((page - 1) * size)
        )
        .mappings()
        .all()
    )
    return [Call(**row) for row in rows[:size]], len(rows) > size


@command
def forget(tx: Tx) -> int:
    """Throws away the lines of the journal that are older than it is kept; how many."""
    return int(tx.execute(delete(connector_call).where(connector_call.c.at < tx.now - KEPT)).rowcount)
