"""Named views of the worklist: filters, order and columns under a name, for oneself, for a unit, or for everybody.

A unit's are made by its head or leader, everybody's by an administrator. One of each may be what the list begins with:
one's own goes before the unit's, and that before everybody's.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, case, delete, insert, or_, select, update

from engine.refusal import Refusal
from engine.store import Tx
from engine.store.joining import command, query
from procedures.rights import NotAllowed
from procedures.rights.tasks import HEADS
from procedures.store.work import saved_view

SCOPES = ("own", "unit", "all")
SEARCH = "search"  # a search of documents under a name, one's own: no list of tasks shows it
LONGEST_NAME = 80
LONGEST = 1500  # characters of a query
MOST = 30  # views of one owner


@dataclass(frozen=True, slots=True)
class View:
    """A list under a name; `query` as the address of the list has it."""

    id: str
    scope: str
    owner: str
    name: str
    query: str
    begins: bool


@query
def of(tx: Tx, username: str, agencies: Collection[str]) -> list[View]:
    """The views that a person sees: their own, those of their agencies, everybody's."""
    rows = tx.read(
        select(saved_view).where(_seen(username, agencies)).order_by(_nearest(), saved_view.c.name, saved_view.c.id)
    )
    return [View(row.id, row.scope, row.owner, row.name, row.query, row.begins) for row in rows]


@query
def searches(tx: Tx, username: str) -> list[View]:
    """The searches of documents that a person has kept, by name."""
    mine = and_(saved_view.c.scope == SEARCH, saved_view.c.owner == username)
    return [
        View(row.id, row.scope, row.owner, row.name, row.query, row.begins)
        for row in tx.read(select(saved_view).where(mine).order_by(saved_view.c.name, saved_view.c.id))
    ]


@query
def beginning(tx: Tx, username: str, agencies: Collection[str]) -> str | None:
    """What a person's list begins with, None where nobody has said."""
    asked = (
        select(saved_view.c.query)
        .where(_seen(username, agencies), saved_view.c.begins)
        .order_by(_nearest(), saved_view.c.owner)
        .limit(1)
    )
    found: str | None = tx.read(asked).scalar()
    return found


@command
def save(
    tx: Tx,
    name: str,
    asked: str,
    by: str,
    roles: Collection[tuple[str, str]],
    *,
    scope: str = "own",
    agency: str = "",
    begins: bool = False,
) -> str:
    """Keeps a view; one of the same name and owner is replaced. Returns its id. Raises `Refusal` for a name that is
    empty or too long, `NotAllowed` for a unit or everybody that is not theirs to set."""
    name, owner = " ".join(name.split()), {"own": by, SEARCH: by, "unit": agency, "all": ""}.get(scope, "")
    if not name or len(name) > LONGEST_NAME:
        raise Refusal(
            f"Đặt tên cho cách xem, nhiều nhất {LONGEST_NAME} ký tự, ví dụ: Khai sinh sắp đến hạn.",
            f"Give the view a name of at most {LONGEST_NAME} characters, such as: births soon due.",
            "ten",
        )
    if len(asked) > LONGEST:
        raise Refusal("Bộ lọc quá dài để lưu: bỏ bớt điều kiện.", "The filters are too long to keep.", "ten")
    _require(scope, owner, by, roles)
    theirs = and_(saved_view.c.scope == scope, saved_view.c.owner == owner)
    tx.execute(delete(saved_view).where(theirs, saved_view.c.name == name))
    if len(tx.read(select(saved_view.c.id).where(theirs)).all()) >= MOST:
        raise Refusal(
            f"Đã có {MOST} cách xem: xóa bớt rồi lưu.", f"There are {MOST} views already: remove one first.", "ten"
        )
    if begins:
        tx.execute(update(saved_view).where(theirs).values(begins=False))
    id = tx.database.new_id()
    tx.execute(
        insert(saved_view).values(
            id=id, scope=scope, owner=owner, name=name, query=asked, begins=begins, by=by, at=tx.now
        )
    )
    return id


@command
def remove(tx: Tx, id: str, by: str, roles: Collection[tuple[str, str]]) -> None:
    """Takes a view away; one that is gone stays gone."""
    found = tx.read(select(saved_view).where(saved_view.c.id == id)).first()
    if found is not None:
        _require(found.scope, found.owner, by, roles)
        tx.execute(delete(saved_view).where(saved_view.c.id == id))


def may_set(scope: str, owner: str, by: str, roles: Collection[tuple[str, str]]) -> bool:
    """Whether this person with these roles sets the views of that owner."""
    if scope in ("own", SEARCH):
        return owner == by
    if scope == "unit":
        return bool(owner) and any(role in HEADS and agency == owner for role, agency in roles)
    return scope == "all" and any(role == "quan_tri" for role, _ in roles)


def _require(scope: str, owner: str, by: str, roles: Collection[tuple[str, str]]) -> None:
    if not may_set(scope, owner, by, roles):
        raise NotAllowed(
            "Cách xem chung của đơn vị do trưởng đơn vị hoặc lãnh đạo đặt; của toàn hệ thống do quản trị viên đặt.",
            "A unit's views are set by its head or leader, everybody's by an administrator.",
        )


def _seen(username: str, agencies: Collection[str]) -> ColumnElement[bool]:
    return or_(
        and_(saved_view.c.scope == "own", saved_view.c.owner == username),
        and_(saved_view.c.scope == "unit", saved_view.c.owner.in_(sorted(agencies))),
        saved_view.c.scope == "all",
    )


def _nearest() -> ColumnElement[int]:
    return case({"own": 0, "unit": 1}, value=saved_view.c.scope, else_=2)
