"""What a database says when it cannot: told apart by what whoever asked can do about it."""

from __future__ import annotations

import re
import sqlite3
from random import uniform
from time import sleep

import psycopg
from sqlalchemy.exc import DBAPIError, DisconnectionError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout


class Busy(Exception):
    """Another command has held the same instance, or the whole SQLite file, for too long. Nothing was changed."""


class Unavailable(Exception):
    """The database is not there: it is restarting, out of reach, or its disk is full. What was begun is undone; the
    same may be tried again, and succeeds when the database is back.

    lasting: it answers, but not to us (a wrong password, no such database): only a person mends that.
    reached: there had been a connection, which is lost; the next one may be had at once.
    """

    def __init__(self, message: str, *, lasting: bool = False, reached: bool = True) -> None:
        super().__init__(message)
        self.lasting = lasting
        self.reached = reached


#: SQLSTATEs of a server that answers and will go on refusing: authorization, and no such database.
_LASTING = ("28", "3D")
#: What a server says that follows another, where a command came to write: the one that takes writes is elsewhere.
FOLLOWS = "25006"
#: Classes of SQLSTATEs of a server that is not there or has no room: connection, resources, operator, system.
_GONE = ("08", "53", "57P", "58", FOLLOWS)
#: What PostgreSQL adds to an error's first line, up to the next such part.
_DETAIL = re.compile(
    r"^(?:DETAIL|CONTEXT):.*?(?=^(?:HINT|LINE|QUERY|STATEMENT|LOCATION|\[SQL|\(Background)|\Z)", re.M | re.S
)
_SQLITE_GONE = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN)


def unavailable(error: BaseException, *, connecting: bool = False) -> Unavailable | None:
    """The error as what it means, where it means that the database is not there; else None. connecting: it came
    while a connection was made, where whatever the server says means so."""
    if isinstance(error, (DisconnectionError, PoolTimeout)):
        return Unavailable(_line(error), reached=False)
    if not isinstance(error, DBAPIError):
        return None
    state = getattr(error.orig, "sqlstate", None) or ""
    code = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF
    lost = error.connection_invalidated or state.startswith(_GONE) or code in _SQLITE_GONE
    if lost or (connecting and isinstance(error, OperationalError)):
        return Unavailable(_line(error.orig or error), lasting=_lasting(str(error.orig), state), reached=not connecting)
    return None


def broken_off(error: BaseException | None) -> bool:
    """Whether the connection is of no more use. It comes from the PostgreSQL client itself where the line broke while
    it waited for an answer: the server's errors have a SQLSTATE. Whether the connection is closed does not tell: a line
    that is reset while a command is written counts as open until it is used again. A server that takes no writes, too,
    is left: after a fail-over another one does."""
    if getattr(error, "sqlstate", None) == FOLLOWS:
        return True
    return type(error) in (psycopg.DatabaseError, psycopg.OperationalError) and not getattr(error, "sqlstate", None)


def _lasting(text: str, state: str) -> bool:
    """The driver has no SQLSTATE for what it meets while it connects: the server's own words say which it was."""
    words = ("authentication failed", "does not exist", "no pg_hba.conf entry", "not permitted to log in")
    return state.startswith(_LASTING) or any(word in text for word in words)


def _line(error: BaseException) -> str:
    """The message on one line."""
    return " ".join(str(error).split())[:300]


def transient(error: DBAPIError) -> bool:
    """Whether the database asks to try again: a deadlock, or transactions that cannot be put in an order."""
    return getattr(error.orig, "sqlstate", None) in ("40001", "40P01")


def waited(error: DBAPIError) -> bool:
    """Whether the database has already waited as long as it may for a lock."""
    if getattr(error.orig, "sqlstate", None) == "55P03":
        return True
    return isinstance(error, OperationalError) and "database is locked" in str(error.orig)


def without_details(error: BaseException) -> None:
    """Takes the rows out of what PostgreSQL says of an error: DETAIL quotes them, and errors end in logs."""
    if error.args and isinstance(error.args[0], str):
        error.args = (_DETAIL.sub("", error.args[0]), *error.args[1:])


def cancelled(error: DBAPIError) -> bool:
    """Whether a statement took longer than it may."""
    return getattr(error.orig, "sqlstate", None) == "57014"


def pause(attempt: int) -> None:
    """A short wait, longer with each attempt, so that those who met do not meet again."""
    sleep(uniform(0, 0.01 * 2**attempt))
