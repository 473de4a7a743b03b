"""Tries that failed, counted in the database, and how long the next one has to wait: for everybody who guesses.

A door is never shut, and nobody waits for what others did: an address waits for its own failures alone. What others do
at the same thing only says how long (`ladder`). So whoever comes from an address that has not failed there is let in
with the right answer at once, however many strangers try. Whoever has been here before (`device`) is counted by
himself, so that not even failures behind his own address keep him out.

What a guesser gets. A second fact is a phone or identity number, or its last six digits: with four of them in a
dossier (the applicant's and the submitter's), one guess is right with 4 / 10^6. Failures at one code come to at most
`MANY` in a week, and beyond those to one a day from each address: N addresses have MANY a week and N a day. In sixty
days that is 1 800 guesses for one address (0.7 in a hundred), 7 700 for a hundred (3 in a hundred), for one dossier
whose code is known; an even chance takes 125 000 guesses, so two thousand addresses for two months. An address of IPv6
is a network of /56, as one customer is given.
"""

from __future__ import annotations

import hashlib
import ipaddress
import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import case, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from engine.refusal import Refusal
from engine.store import Tx
from procedures.store.people import failed_try

KEPT = timedelta(hours=24)  # after a day without a failure an address's are forgotten
KEPT_ABOUT = timedelta(days=7)  # and after a week those of all at one thing: a pause buys few new tries
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
PRESSED = Limit(1, timedelta(minutes=1), timedelta(hours=6))
BESIEGED = Limit(1, KEPT, KEPT)
ORIGIN = Limit(50, timedelta(seconds=5), timedelta(minutes=1))
FEW = 25  # failures of others at one thing, from which on whoever has failed there waits as PRESSED says
MANY = 200  # failures of all at one thing, from which on whoever has failed there tries once a day


@dataclass(frozen=True, slots=True)
class Try:
    """A try at a door: `kind` is which (``sign-in``, ``track``), `about` what is tried (a username, a code), `origin`
    the address it comes from, `device` a token of who was let in before, or nothing."""

    kind: str
    about: str
    origin: str = ""
    device: str = ""

    def keys(self) -> tuple[str, ...]:
        """What is counted: the one who tries, and, but for a known device, all tries at this and all of his address."""
        if self.device:
            return (_key(self.kind, "own", self.about, f"device {self.device}"),)
        place = network(self.origin)
        own, about = _key(self.kind, "own", self.about, place), _key(self.kind, "about", self.about)
        return (own, about, _key(self.kind, "origin", place)) if place else (own, about)


def network(address: str) -> str:
    """As whom an address is counted: of IPv6 the /56 that one customer is given, whose 2^72 addresses are all his."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped
        return str(inner or ipaddress.ip_network((found, 56), strict=False))
    return str(found)


def ladder(kind: str, own: int, all_tries: int) -> Limit:
    """How long one waits who has failed `own` times, where all together have failed `all_tries` times. A password is
    no number of six digits: an account is never down to one try a day."""
    if kind == "track" and all_tries >= MANY:
        return BESIEGED
    return PRESSED if all_tries - own >= FEW else OWN


def begin(tx: Tx, what: Try) -> datetime | None:
    """Counts a try, as failed until `succeeded` says otherwise: tries at the same moment are counted like others, and
    the first ones wait for each other at the row that each has put there. Where one has to wait, until when; that is
    not counted."""
    keys = what.keys()
    about = _key(what.kind, what.about)
    insert = (sqlite.insert if tx.database.sqlite else postgresql.insert)(failed_try)
    rows = {}
    for key in sorted(keys):  # an update that changes nothing locks the row, also one that goes at this moment
        put = insert.values(key=key, about=about, tries=0, last_at=tx.now)
        found = put.on_conflict_do_update(index_elements=["key"], set_={"key": key}).returning(failed_try)
        rows[key] = tx.execute(found).one()
    own, *others = keys
    kept = {key: KEPT_ABOUT if key in others[:1] else KEPT for key in keys}
    forgotten = [key for key, row in rows.items() if row.last_at < tx.now - kept[key]]
    tries = {key: 0 if key in forgotten else row.tries for key, row in rows.items()}
    limits = {own: ladder(what.kind, tries[own], tries[others[0]] if others else 0)}
    limits |= dict.fromkeys(others[1:], ORIGIN)
    until: datetime = max(rows[key].last_at + limit.wait(tries[key]) for key, limit in limits.items())
    if until > tx.now:
        return until
    tx.execute(
        update(failed_try)
        .where(failed_try.c.key.in_(keys))
        .values(tries=case((failed_try.c.key.in_(forgotten), 1), else_=failed_try.c.tries + 1), last_at=tx.now)
    )
    if random.random() < SWEEP:
        tx.execute(delete(failed_try).where(failed_try.c.last_at < tx.now - KEPT_ABOUT))
    return None


def succeeded(tx: Tx, what: Try) -> None:
    """It was right: its own failures are forgotten, and it counts as none elsewhere. The rows are locked in the order
    in which `begin` locks them: a success and a try never wait for each other."""
    own, *others = what.keys()
    tx.execute(select(failed_try.c.key).where(failed_try.c.key.in_(what.keys())).order_by("key").with_for_update())
    tx.execute(delete(failed_try).where(failed_try.c.key == own))
    tx.execute(update(failed_try).where(failed_try.c.key.in_(others)).values(tries=failed_try.c.tries - 1))


def failures(tx: Tx, what: Try) -> int:
    """How often the one who tries has failed."""
    return int(tx.read(select(failed_try.c.tries).where(failed_try.c.key == what.keys()[0])).scalar() or 0)


def waiting(tx: Tx, kind: str, about: str) -> datetime | None:
    """Until when whoever has failed at this has to wait, from the place that waits longest; None where nobody has."""
    shared = _key(kind, "about", about)
    rows = tx.read(select(failed_try).where(failed_try.c.about == _key(kind, about))).all()
    total = sum(row.tries for row in rows if row.key == shared)
    ends = [row.last_at + ladder(kind, row.tries, total).wait(row.tries) for row in rows if row.key != shared]
    return max((end for end in ends if end > tx.now), default=None)


def forget(tx: Tx, kind: str, about: str) -> int:
    """Forgets every failure at this, from wherever; how many counts there were."""
    return int(tx.execute(delete(failed_try).where(failed_try.c.about == _key(kind, about))).rowcount)


def forget_origin(tx: Tx, origin: str) -> int:
    """Forgets what one address has failed at; how many counts there were."""
    keys = [_key(kind, "origin", network(origin)) for kind in ("sign-in", "track", "code", "code-entered")]
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
