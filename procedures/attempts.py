"""Tries that failed, counted in the database, and how long the next one has to wait: for everybody who guesses.

A door is never shut: the wait grows with each failure and has an end. Three things are counted: who tries at what
(`about` from one place), everybody's tries at one thing, and one address's tries at everything. Whoever has been here
before (`device`) is counted by himself, so that a stranger's failures do not keep him out.
"""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import case, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from engine.refusal import Refusal
from engine.store import Tx
from procedures.store.people import failed_try

KEPT = timedelta(hours=24)  # after a day without a failure all is forgotten
SWEEP = 0.02  # share of the failures that clear away what is forgotten


@dataclass(frozen=True, slots=True)
class Limit:
    """After `free` failures the next try waits: `first`, and twice as long after each further one, up to `most`."""

    free: int
    first: timedelta
    most: timedelta

    def wait(self, tries: int) -> timedelta:
        if tries < self.free:
            return timedelta(0)
        factor: int = 2 ** min(tries - self.free, 20)
        return min(self.first * factor, self.most)


OWN = Limit(5, timedelta(seconds=30), timedelta(minutes=15))
ABOUT = Limit(25, timedelta(seconds=5), timedelta(minutes=1))
ORIGIN = Limit(50, timedelta(seconds=5), timedelta(minutes=1))


@dataclass(frozen=True, slots=True)
class Try:
    """A try at a door: `kind` is which (``sign-in``, ``track``), `about` what is tried (a username, a code), `origin`
    the address it comes from, `device` a token of who was let in before, or nothing."""

    kind: str
    about: str
    origin: str = ""
    device: str = ""

    def limits(self) -> dict[str, Limit]:
        """What is counted, by its key."""
        if self.device:
            return {_key(self.kind, "own", self.about, f"device {self.device}"): OWN}
        return {
            _key(self.kind, "own", self.about, self.origin): OWN,
            _key(self.kind, "about", self.about): ABOUT,
            **({_key(self.kind, "origin", self.origin): ORIGIN} if self.origin else {}),
        }


def begin(tx: Tx, what: Try) -> datetime | None:
    """Counts a try, as failed until `succeeded` says otherwise: tries at the same moment are counted like others.
    Where one has to wait, until when; that is not counted."""
    limits = what.limits()
    rows = tx.execute(select(failed_try).where(failed_try.c.key.in_(limits)).with_for_update()).all()
    until: datetime | None = max((row.last_at + limits[row.key].wait(row.tries) for row in rows), default=None)
    if until is not None and until > tx.now:
        return until
    insert = (sqlite.insert if tx.database.sqlite else postgresql.insert)(failed_try)
    forgotten = failed_try.c.last_at < tx.now - KEPT
    for key in limits:
        tx.execute(
            insert.values(key=key, about=_key(what.kind, what.about), tries=1, last_at=tx.now).on_conflict_do_update(
                index_elements=[failed_try.c.key],
                set_={"tries": case((forgotten, 1), else_=failed_try.c.tries + 1), "last_at": tx.now},
            )
        )
    if random.random() < SWEEP:
        tx.execute(delete(failed_try).where(forgotten))
    return None


def succeeded(tx: Tx, what: Try) -> None:
    """It was right: its own failures are forgotten, and it counts as none elsewhere."""
    own, *others = what.limits()
    tx.execute(delete(failed_try).where(failed_try.c.key == own))
    tx.execute(update(failed_try).where(failed_try.c.key.in_(others)).values(tries=failed_try.c.tries - 1))


def failures(tx: Tx, what: Try) -> int:
    """How often the one who tries has failed."""
    own = next(iter(what.limits()))
    return int(tx.read(select(failed_try.c.tries).where(failed_try.c.key == own)).scalar() or 0)


def waiting(tx: Tx, kind: str, about: str) -> datetime | None:
    """Until when whoever tries at this has to wait, from the place that waits longest; None where nobody has to."""
    shared = _key(kind, "about", about)
    rows = tx.read(select(failed_try).where(failed_try.c.about == _key(kind, about))).all()
    ends = [
        row.last_at + (ABOUT if row.key == shared else OWN).wait(row.tries) for row in rows if row.tries >= OWN.free
    ]
    return max((end for end in ends if end > tx.now), default=None)


def forget(tx: Tx, kind: str, about: str) -> int:
    """Forgets every failure at this, from wherever; how many counts there were."""
    return int(tx.execute(delete(failed_try).where(failed_try.c.about == _key(kind, about))).rowcount)


def forget_origin(tx: Tx, origin: str) -> int:
    """Forgets what one address has failed at; how many counts there were."""
    keys = [_key(kind, "origin", origin) for kind in ("sign-in", "track")]
    return int(tx.execute(delete(failed_try).where(failed_try.c.key.in_(keys))).rowcount)


class TooOften(Refusal):
    """One has to wait: says how long."""

    def __init__(self, until: datetime, now: datetime) -> None:
        seconds = max(1, int((until - now).total_seconds() + 0.999))
        minutes = -(-seconds // 60)
        vi, en = (
            (f"{seconds} giây", f"{seconds} seconds") if seconds < 60 else (f"{minutes} phút", f"{minutes} minutes")
        )
        super().__init__(f"Đã nhập sai nhiều lần. Thử lại sau {vi}.", f"Too many wrong tries. Try again in {en}.")
        self.until = until


def _key(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
