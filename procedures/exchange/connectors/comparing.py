"""What the portal holds of our dossiers beside what we hold: counts and lists, told again where they differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select

from engine import audit
from engine.store import Database, Tx
from engine.store.joining import command
from procedures.dossiers.counted import Period
from procedures.exchange.connectors import arriving, portal, routes, telling_portal
from procedures.exchange.connectors.configured import Connector
from procedures.store.connectors import portal_dossier
from procedures.store.dossier import dossier, dossier_state


@dataclass(frozen=True, slots=True)
class Pair:
    """A dossier on both sides. code: the portal's; dossier: our id, empty where it is unknown here. here, there: what
    each side says of status and date, empty where it has none."""

    code: str
    dossier: str
    here: Mapping[str, str]
    there: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Compared:
    """A period on both sides. here, there: how many by status. missing: not on the portal; differing; doubled: several
    times there; unknown: there as ours, and not here. matched, mirrored: how many."""

    here: Mapping[int, int]
    there: Mapping[int, int]
    matched: int
    mirrored: int
    missing: tuple[Pair, ...]
    differing: tuple[Pair, ...]
    doubled: tuple[str, ...]
    unknown: tuple[Pair, ...]

    @property
    def to_send(self) -> tuple[str, ...]:
        """The dossiers of which the portal has to be told again."""
        return tuple(one.dossier for one in (*self.missing, *self.differing))


def compare(where: Database, line: Connector, first: date, last: date) -> Compared:
    """Asks the portal for its dossiers of a period (both days included), and holds them against ours. Raises what
    `calling.call` raises."""
    begin, end = Period(first, last).bounds
    rows = arriving.ask(where, line, begin, end)
    with where.begin() as tx:
        ours = _ours(tx, begin, end)
        seen = Counter(str(row["MaHoSo"]) for row in rows)
        elsewhere = {code for code in seen if code not in ours}
        here_too = arriving.known(tx, sorted(elsewhere))  # of another period by our dates
        ministries = {
            str(row["MaHoSo"]) for row in rows if str(row["MaHoSo"]) in elsewhere - here_too and _ministry(tx, row)
        }
    there = {str(row["MaHoSo"]): _told(row) for row in rows}
    counted = {code: one for code, one in there.items() if code not in ministries}
    missing = [pair for code, pair in ours.items() if code not in there]
    differing = [
        Pair(code, pair.dossier, pair.here, there[code])
        for code, pair in ours.items()
        if code in there and there[code] != pair.here
    ]
    unknown = [Pair(code, "", {}, there[code]) for code in sorted(elsewhere - here_too - ministries)]
    return Compared(
        _by_status(one.here for one in ours.values()),
        _by_status(counted.values()),
        len(ours) - len(missing) - len(differing),
        len(ministries),
        tuple(missing),
        tuple(differing),
        tuple(sorted(code for code, many in seen.items() if many > 1)),
        tuple(unknown),
    )


def _ministry(tx: Tx, row: Mapping[str, Any]) -> bool:
    handed_in = portal.read_moment(row.get("NgayTiepNhan")) or tx.now
    return routes.of(tx, str(row["MaTTHC"]), handed_in.date()) == routes.MINISTRY


def _told(row: Mapping[str, Any]) -> dict[str, str]:
    return {"status": str(row["TrangThaiHoSo"]), "due": str(row.get("NgayHenTra") or "")}


def _by_status(told: Any) -> dict[int, int]:
    return dict(sorted(Counter(int(one["status"]) for one in told if one["status"].isdecimal()).items()))


def _ours(tx: Tx, begin: Any, end: Any) -> dict[str, Pair]:
    came = func.coalesce(dossier.c.received_at, dossier.c.registered_at)
    rows = tx.read(
        select(dossier.c.id, dossier.c.code, portal_dossier.c.code.label("there"), dossier_state.c.status,
               dossier_state.c.due)
        .join(dossier_state, dossier_state.c.dossier_id == dossier.c.id)
        .outerjoin(portal_dossier, portal_dossier.c.dossier_id == dossier.c.id)
        .where(came >= begin, came < end)
        .order_by(dossier.c.code)
    )  # fmt: skip
    return {
        row.there or row.code: Pair(
            row.there or row.code, row.id, {"status": str(row.status), "due": portal.moment(row.due)}, {}
        )
        for row in rows
    }


@command
def send_again(tx: Tx, dossiers: tuple[str, ...], by: str) -> int:
    """Orders that the portal is told of these dossiers again, from their first status on; how many."""
    for id in dossiers:
        telling_portal.tell(tx, id, again=True)
    audit.append(tx, routes.LOG, "portal_told_again", by, {"dossiers": list(dossiers)})
    return len(dossiers)
