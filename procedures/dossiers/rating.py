"""How people found the service, said once for each dossier by whose it is, when it is over (QĐ 766/QĐ-TTg).

Kept are the marks, the words and the day; nothing of the person. Who worked on the dossier reads the words only as one
of many: the figures are of an agency and a period.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import and_, case, func, select

from engine.calendar import VIETNAM
from engine.refusal import Refusal
from engine.store import Tx
from engine.store.joining import command, query
from procedures import agencies
from procedures.actor import Actor
from procedures.dossiers import log
from procedures.rights import dossiers as rights
from procedures.rights.dossiers import scope
from procedures.store.dossier import dossier, dossier_state
from procedures.store.rating import rating
from procedures.vocabulary.statuses import HANDLED, REFUSED, STOPPED, WITHDRAWN
from procedures.vocabulary.words import Word

#: Marks, the best first.
MARKS: Mapping[int, Word] = {
    5: Word("Rất hài lòng", "Very satisfied"),
    4: Word("Hài lòng", "Satisfied"),
    3: Word("Bình thường", "Neither"),
    2: Word("Không hài lòng", "Dissatisfied"),
    1: Word("Rất không hài lòng", "Very dissatisfied"),
}
SATISFIED = 4
LONGEST = 1000  # characters of what is said in words
OVER = (REFUSED, WITHDRAWN, STOPPED, HANDLED, 10)


@dataclass(frozen=True, slots=True)
class Opinion:
    """The ratings of an agency in a period. satisfied: share of marks of 4 and 5, in percent; service, official: their
    means, None where nobody marked them. said: what was written, the latest first, at most twenty."""

    agency: str
    name: str
    count: int
    satisfied: float
    service: float
    official: float | None
    said: tuple[tuple[date, int, str], ...] = ()


@query
def may_rate(tx: Tx, dossier_id: str) -> bool:
    """Whether the dossier is over and nobody has rated it yet."""
    row = tx.read(
        select(dossier_state.c.status, dossier_state.c.paused).where(dossier_state.c.dossier_id == dossier_id)
    ).first()
    return row is not None and row.status in OVER and not row.paused and rated(tx, dossier_id) is None


@query
def rated(tx: Tx, dossier_id: str) -> int | None:
    """The mark that the service got, where it got one."""
    found = tx.read(select(rating.c.service).where(rating.c.dossier_id == dossier_id)).scalar()
    return None if found is None else int(found)


@command
def rate(tx: Tx, dossier_id: str, service: int, official: int | None, said: str, by: Actor) -> None:
    """Keeps what is said. Refuses a mark that is none, a dossier that goes on, and a second time."""
    log.act(tx, by)
    rights.require(tx, "rate", dossier_id, by)
    row = log.locked(tx, dossier_id)
    if service not in MARKS or (official is not None and official not in MARKS):
        raise Refusal("Chọn một mức đánh giá.", "Choose a mark.")
    if len(said) > LONGEST:
        raise Refusal(
            f"Lời góp ý dài nhất {LONGEST} ký tự; viết gọn lại.", f"At most {LONGEST} characters: make it shorter."
        )
    if rated(tx, dossier_id) is not None:
        raise Refusal("Hồ sơ này đã được đánh giá.", "This dossier has been rated already.")
    if not may_rate(tx, dossier_id):
        raise Refusal(
            "Hồ sơ còn đang giải quyết: đánh giá được khi đã xong.", "The dossier goes on: rate it when it is over."
        )
    tx.execute(
        rating.insert().values(
            dossier_id=dossier_id, agency=row.agency, service=service, official=official, said=said.strip(), at=tx.now
        )
    )


@query
def opinions(tx: Tx, by: Actor, first: date, last: date, agency: str | None = None) -> list[Opinion]:
    """What people said in a period, by agency, as far as this person sees its dossiers."""
    wanted = [scope(by), rating.c.at >= _start(first), rating.c.at < _start(last + timedelta(days=1))]
    if agency:
        wanted.append(rating.c.agency == agency)
    joined = and_(dossier.c.id == rating.c.dossier_id, *wanted)
    rows = tx.read(
        select(
            rating.c.agency,
            func.count().label("n"),
            func.sum(case((rating.c.service >= SATISFIED, 1), else_=0)).label("pleased"),
            func.avg(rating.c.service).label("service"),
            func.avg(rating.c.official).label("official"),
        )
        .where(joined)
        .group_by(rating.c.agency)
    ).all()
    words = tx.read(
        select(rating.c.agency, rating.c.at, rating.c.service, rating.c.said)
        .where(joined, rating.c.said != "")
        .order_by(rating.c.at.desc())
        .limit(200)
    ).all()
    names = agencies.names(tx, [row.agency for row in rows])
    return sorted(
        (
            Opinion(
                row.agency,
                names.get(row.agency, row.agency),
                row.n,
                round(100 * int(row.pleased) / row.n, 1),
                round(float(row.service), 1),
                round(float(row.official), 1) if row.official is not None else None,
                tuple((_day(one.at), one.service, one.said) for one in words if one.agency == row.agency)[:20],
            )
            for row in rows
        ),
        key=lambda one: one.name,
    )


def _start(day: date) -> datetime:
    return datetime.combine(day, time(), VIETNAM)


def _day(at: datetime) -> date:
    return at.astimezone(VIETNAM).date()
