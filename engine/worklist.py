"""Queries over open work. What a person may see is part of each query, never filtered afterwards."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, and_, bindparam, exists, func, or_, select, true, tuple_, union_all

from engine.store import Database, Tx, joined
from engine.store.line import Asked
from engine.store.tables import candidate, work_item

Tab = Literal["all", "mine", "open", "overdue"]
TABS: tuple[Tab, ...] = ("all", "mine", "open", "overdue")

_OF_INSTANCE = Asked(
    select(work_item).where(work_item.c.root_id == bindparam("root")).order_by(work_item.c.opened_at, work_item.c.id)
)


@dataclass(slots=True, unsafe_hash=True)  # not frozen: that makes each four times dearer to build
class WorkItem:
    """An open task as lists show it. `root_id` is the instance's (the dossier's) id."""

    id: str
    root_id: str
    instance: str
    process: str
    element: str
    name: str
    business_key: str | None
    form: str | None
    lane: str | None
    assignee: str | None
    groups: tuple[str, ...]
    users: tuple[str, ...]
    priority: int
    opened_at: datetime
    claimed_at: datetime | None
    due: datetime | None


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list, and how many there are in all."""

    items: Sequence[WorkItem]
    total: int


def open_tasks(
    where: Database | Tx,
    *,
    who: str | None = None,
    groups: Collection[str] = (),
    tab: Tab = "all",
    root_id: str | None = None,
    business_key: str | None = None,
    process: str | None = None,
    element: str | None = None,
    due_before: datetime | None = None,
    everything: bool = False,
    order: Literal["due", "opened", "priority"] = "due",
    page: int = 1,
    per_page: int = 50,
) -> Page:
    """The open tasks that `who` with these `groups` may see: assigned to them, or free and offered to them or to one of
    their groups. `everything` lifts that scope (for the system itself and for those who oversee it).

    tab: ``mine`` assigned to `who`; ``open`` free for them to take; ``overdue`` past its due date; ``all``.
    """
    with joined(where) as tx:
        wanted = and_(
            true(),
            *_wanted(tx, who, groups, tab, everything),
            *(
                column == value
                for column, value in (
                    (work_item.c.root_id, root_id),
                    (work_item.c.process, process),
                    (work_item.c.business_key, business_key),
                    (work_item.c.element, element),
                )
                if value is not None
            ),
        )
        if due_before is not None:
            wanted = and_(wanted, work_item.c.due < due_before)
        orders: dict[str, list[Any]] = {
            "due": [work_item.c.due.is_(None), work_item.c.due, work_item.c.opened_at, work_item.c.id],
            "opened": [work_item.c.opened_at, work_item.c.id],
            "priority": [work_item.c.priority.desc(), work_item.c.due.is_(None), work_item.c.due, work_item.c.id],
        }
        rows = tx.read(
            select(work_item).where(wanted).order_by(*orders[order]).limit(per_page).offset((page - 1) * per_page)
        ).all()
        total = len(rows)
        if page > 1 or total == per_page:
            total = tx.read(select(func.count()).select_from(work_item).where(wanted)).scalar_one()
        return Page([item_of(row) for row in rows], total)


def counts(where: Database | Tx, *, who: str, groups: Collection[str] = ()) -> dict[str, int]:
    """How many open tasks each tab of a person's worklist has."""
    with joined(where) as tx:
        return {
            tab: tx.read(
                select(func.count()).select_from(work_item).where(*_wanted(tx, who, groups, tab, False))
            ).scalar_one()
            for tab in TABS
        }


def task(
    where: Database | Tx,
    task_id: str,
    *,
    who: str | None = None,
    groups: Collection[str] = (),
    everything: bool = False,
) -> WorkItem | None:
    """One open task, if that person may see it."""
    with joined(where) as tx:
        row = tx.read(
            select(work_item).where(work_item.c.id == task_id, *_wanted(tx, who, groups, "all", everything))
        ).one_or_none()
        return item_of(row) if row else None


def of_instance(where: Database | Tx, root_id: str) -> list[WorkItem]:
    """All open tasks of a root, the oldest first, whoever may do them."""
    with joined(where) as tx:
        return [item_of(row) for row in tx.ask(_OF_INSTANCE, {"root": root_id})]


def steps_of(where: Database | Tx, roots: Collection[str]) -> dict[str, list[str]]:
    """The names of the open tasks of each of these roots, the oldest first; a root without any is not there."""
    asked = select(work_item.c.root_id, work_item.c.name).where(work_item.c.root_id.in_(roots))
    found: dict[str, list[str]] = {}
    with joined(where) as tx:
        for row in tx.read(asked.order_by(work_item.c.opened_at, work_item.c.id)):
            found.setdefault(row.root_id, []).append(row.name)
    return found


def waiting_for(
    where: Database | Tx, roots: Collection[str], who: str, groups: Collection[str]
) -> dict[str, list[WorkItem]]:
    """The open tasks of these roots that this person may do now, theirs and those free for them, the oldest first; a
    root without any is not there."""
    offered = exists().where(
        candidate.c.root_id == work_item.c.root_id,
        candidate.c.task_id == work_item.c.id,
        or_(
            and_(candidate.c.kind == "g", candidate.c.name.in_(list(groups))),
            and_(candidate.c.kind == "u", candidate.c.name == who),
        ),
    )
    asked = select(work_item).where(
        work_item.c.root_id.in_(list(roots)),
        or_(work_item.c.assignee == who, and_(work_item.c.assignee.is_(None), offered)),
    )
    found: dict[str, list[WorkItem]] = {}
    with joined(where) as tx:
        for row in tx.read(asked.order_by(work_item.c.opened_at, work_item.c.id)):
            found.setdefault(row.root_id, []).append(item_of(row))
    return found


class Look:
    """What is open in an instance once a command on it is committed: told in the command's own round trip."""

    items: Sequence[WorkItem] = ()

    def after(self, tx: Tx, root_id: str) -> None:
        """Looks when the transaction is written."""
        tx.afterwards(_OF_INSTANCE, {"root": root_id}, self._take)

    def _take(self, rows: Sequence[Any]) -> None:
        self.items = [item_of(row) for row in rows]


def _wanted(tx: Tx, who: str | None, groups: Collection[str], tab: Tab, everything: bool) -> list[ColumnElement[bool]]:
    """The conditions of a person's scope and of a tab. The scope is a set of ids, so that the indexes of assignees and
    candidates lead the query, however many tasks are open."""
    mine = work_item.c.assignee == who
    free = work_item.c.assignee.is_(None)
    if everything:
        tabs: dict[str, ColumnElement[bool]] = {"mine": mine, "open": free, "overdue": work_item.c.due < tx.now}
        return [tabs[tab]] if tab in tabs else []
    offered = select(candidate.c.root_id, candidate.c.task_id).where(
        or_(
            and_(candidate.c.kind == "g", candidate.c.name.in_(list(groups))),
            and_(candidate.c.kind == "u", candidate.c.name == who),
        )
    )
    own = select(work_item.c.root_id, work_item.c.id).where(mine)
    seen = own if tab == "mine" else offered if tab == "open" else union_all(own, offered)
    scope: list[ColumnElement[bool]] = [tuple_(work_item.c.root_id, work_item.c.id).in_(seen), or_(mine, free)]
    if tab == "open":
        scope[1] = free
    elif tab == "overdue":
        scope.append(work_item.c.due < tx.now)
    return scope


def item_of(row: Sequence[Any]) -> WorkItem:
    """A row as a value: it begins with the columns of the table of open tasks, in their order."""
    root_id, id, *others = row[: len(work_item.c)]
    others[8:10] = tuple(others[8] or ()), tuple(others[9] or ())
    return WorkItem(id, root_id, *others)
