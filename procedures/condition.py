"""How the running system stands: what an administrator looks at first, each point with what lies behind it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from engine import jobs
from engine.store import Tx
from engine.store.joining import query
from engine.store.tables import incident
from procedures import certificates
from procedures.documents import looking
from procedures.exchange.connectors import lines

#: A job that is due waits so long at most while a worker runs.
LATE = timedelta(minutes=5)
WORK, INCIDENTS, CONNECTORS, TRAYS, CERTIFICATES = "work", "incidents", "connectors", "trays", "certificates"


@dataclass(frozen=True, slots=True)
class Point:
    """One thing that can go wrong. number: how many are affected; of: among how many, where that says something;
    since: since when the oldest waits."""

    what: str
    bad: bool
    number: int
    of: int | None = None
    since: datetime | None = None


@query
def points(tx: Tx) -> list[Point]:
    """The worker's due work, incidents, connected systems, mailboxes and scan folders, certificates."""
    due, oldest = jobs.due_by_now(tx)
    stuck = tx.read(select(func.count()).select_from(incident)).scalar_one()
    connected, trays = lines.listing(tx), looking.health(tx)
    down = sum(one.stands not in (lines.WELL, lines.UNTRIED) for one in connected)
    blind = sum(one.fault is not None for one in trays)
    signing = certificates.counts(certificates.listing(tx), tx.now)
    ending = signing["near"] + signing["expired"] + signing["revoked"]
    found = [
        Point(WORK, oldest is not None and tx.now - oldest > LATE, due, since=oldest),
        Point(INCIDENTS, stuck > 0, stuck),
    ]
    if connected:
        found.append(Point(CONNECTORS, down > 0, down, len(connected)))
    if trays:
        found.append(Point(TRAYS, blind > 0, blind, len(trays)))
    if any(signing.values()):
        found.append(Point(CERTIFICATES, ending > 0, ending, sum(signing.values())))
    return found
