"""Phrases that officials write again and again, reasons and remarks: a person's own, and those of their unit, which its
head or leader keeps."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import and_, case, delete, insert, or_, select

from engine.refusal import Refusal
from engine.store import Tx
from engine.store.joining import command, query
from procedures.rights import NotAllowed
from procedures.store.work import phrase
from procedures.views import may_set

LONGEST = 500
MOST = 100  # of one owner


@dataclass(frozen=True, slots=True)
class Phrase:
    """A text to begin from; `owner` is a username, or the code of an agency."""

    id: str
    scope: str
    owner: str
    text: str


@query
def of(tx: Tx, username: str, agencies: Collection[str]) -> list[Phrase]:
    """What a person can choose from, their own first."""
    rows = tx.read(
        select(phrase)
        .where(
            or_(
                and_(phrase.c.scope == "own", phrase.c.owner == username),
                and_(phrase.c.scope == "unit", phrase.c.owner.in_(sorted(agencies))),
            )
        )
        .order_by(case((phrase.c.scope == "own", 0), else_=1), phrase.c.text, phrase.c.id)
    )
    return [Phrase(row.id, row.scope, row.owner, row.text) for row in rows]


@command
def keep(
    tx: Tx, text: str, by: str, roles: Collection[tuple[str, str]], *, scope: str = "own", agency: str = ""
) -> None:
    """Keeps a phrase; one that is there already stays as it is. Raises `Refusal` for one that is empty, too long, or
    one too many, `NotAllowed` for a unit that is not theirs to keep."""
    text, owner = " ".join(text.split()), by if scope == "own" else agency
    if not text or len(text) > LONGEST:
        raise Refusal(
            f"Ghi câu mẫu, nhiều nhất {LONGEST} ký tự.", f"Write a phrase of at most {LONGEST} characters.", "cau"
        )
    _require(scope, owner, by, roles)
    theirs = and_(phrase.c.scope == scope, phrase.c.owner == owner)
    known = set(tx.read(select(phrase.c.text).where(theirs)).scalars())
    if text in known:
        return
    if len(known) >= MOST:
        raise Refusal(
            f"Đã có {MOST} câu mẫu: xóa bớt rồi thêm.", f"There are {MOST} phrases already: remove one first.", "cau"
        )
    tx.execute(insert(phrase).values(id=tx.database.new_id(), scope=scope, owner=owner, text=text, by=by, at=tx.now))


@command
def remove(tx: Tx, id: str, by: str, roles: Collection[tuple[str, str]]) -> None:
    """Takes a phrase away; one that is gone stays gone."""
    found = tx.read(select(phrase).where(phrase.c.id == id)).first()
    if found is not None:
        _require(found.scope, found.owner, by, roles)
        tx.execute(delete(phrase).where(phrase.c.id == id))


def _require(scope: str, owner: str, by: str, roles: Collection[tuple[str, str]]) -> None:
    if scope not in ("own", "unit") or not may_set(scope, owner, by, roles):
        raise NotAllowed(
            "Câu mẫu chung của đơn vị do trưởng đơn vị hoặc lãnh đạo đặt.",
            "A unit's phrases are kept by its head or leader.",
        )
