"""An official's worklist: open tasks with the dossier they belong to, scoped in the query to what the person may do.

The engine knows tasks and groups (`engine.worklist`); this room adds what an official wants to see beside them.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import (
    ColumnElement,
    and_,
    case,
    exists,
    false,
    func,
    insert,
    literal,
    or_,
    select,
    tuple_,
)

from engine.store import Tx
from engine.store.joining import command, query
from engine.store.tables import candidate, event, instance, process_definition, subscription, work_item
from engine.store.types import Moment
from procedures import reading
from procedures.dossiers import pace
from procedures.dossiers.nodes import gateway_before, node_at
from procedures.dossiers.refusals import refused
from procedures.narrowing import NOTHING, Narrow, conditions, needs_dossier, ordering
from procedures.search import fold
from procedures.store.dossier import dossier, dossier_state
from procedures.store.work import task_seen
from procedures.vocabulary.statuses import STILL

Tab = Literal["mine", "unit", "waiting", "done"]


@dataclass(frozen=True, slots=True)
class Work:
    """A line of the worklist. `task_due` is the step's date, `due` the law's; `task` is empty where a dossier waits for
    somebody else or the task is done."""

    task: str
    element: str
    name: str
    assignee: str | None
    groups: tuple[str, ...]
    opened_at: datetime | None
    task_due: datetime | None
    unopened: bool
    dossier: str
    code: str
    procedure: str
    procedure_name: str
    applicant: str
    agency: str
    status: int
    status_since: datetime
    due: datetime | None
    paused: bool
    progress: str
    refused: bool = False  # its result is a refusal
    field: str = ""
    channel: str = ""
    received_at: datetime | None = None


#: So many open tasks are counted and can be paged through, those that come first: what a page costs does not grow with
#: what waits.
MOST_OPEN = 1000
#: So many steps that somebody completed are counted and can be paged through, the latest.
MOST_DONE = 2000


@dataclass(frozen=True, slots=True)
class WorkPage:
    """One page of a tab. more: there are others than are counted and can be paged through."""

    rows: tuple[Work, ...]
    total: int
    number: int
    size: int
    more: bool = False

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.size))


@dataclass(frozen=True, slots=True)
class Count:
    """So many lines, or more than so many."""

    n: int
    more: bool = False

    def __bool__(self) -> bool:
        return self.n > 0


_DOSSIER = (
    dossier.c.id,
    dossier.c.code,
    dossier.c.procedure,
    dossier.c.procedure_name,
    dossier.c.applicant_name,
    dossier.c.agency,
    dossier_state.c.status,
    dossier_state.c.since,
    dossier_state.c.due,
    dossier_state.c.paused,
    dossier_state.c.finished_at,
    dossier.c.received_at,
    dossier.c.field,
    dossier.c.channel,
)


@query
def listing(
    tx: Tx,
    who: str,
    groups: Collection[str],
    tab: Tab = "mine",
    *,
    narrow: Narrow = NOTHING,
    order: str = "",
    page: int = 1,
    size: int = 20,
) -> WorkPage:
    """One page of a tab: ``mine`` what I hold, ``unit`` what nobody holds and my groups may take, ``waiting`` dossiers
    I worked on that wait for somebody outside, ``done`` what I completed.

    order: one of `narrowing.ORDERS`, with a minus before it the other way round; what the tab does not know is its own
    order (open tasks by the date of their step).
    """
    wanted, columns, source = _tab(tx, who, groups, tab)
    narrowed = conditions(tx, narrow, tab, _unseen(who))
    if narrowed:
        wanted = and_(wanted, *narrowed)
    by = _order(tab, order)
    start, most = (page - 1) * size, MOST_DONE if tab == "done" else MOST_OPEN
    if tab in ("mine", "unit") and not needs_dossier(narrow, order):
        # those of this page are found among the tasks alone: only they are looked up in the tables of dossiers
        alone = and_(wanted, exists().where(dossier.c.id == work_item.c.root_id))
        here = select(work_item.c.root_id, work_item.c.id).where(alone).order_by(*by).limit(size).offset(start)
        found = here.subquery()
        rows = tx.read(
            select(*columns)
            .select_from(source.join(found, and_(found.c.root_id == work_item.c.root_id, found.c.id == work_item.c.id)))
            .order_by(*by)
        ).all()
        total = _counted(tx, select(literal(1)).select_from(work_item).where(alone), most)
    else:
        rows = tx.read(select(*columns).select_from(source).where(wanted).order_by(*by).limit(size).offset(start)).all()
        total = _counted(tx, select(literal(1)).select_from(source).where(wanted), most)
    clock = pace.clock(tx)
    declined = refused(tx, {row.id for row in rows})
    shown = tuple(_work(row, clock, row.id in declined) for row in rows)
    return WorkPage(shown, total.n, page, size, total.more)


def _counted(tx: Tx, lines: Any, most: int) -> Count:
    """How many lines there are, as far as they are counted."""
    found = tx.read(select(func.count()).select_from(lines.limit(most + 1).subquery())).scalar_one()
    return Count(min(found, most), found > most)


@query
def counts(tx: Tx, who: str, groups: Collection[str]) -> dict[str, Count]:
    """How many lines each tab has, those of tasks without a dossier among them; ``done`` is not counted, it only
    grows."""
    answer = {}
    for tab in ("mine", "unit", "waiting"):
        wanted, _, source = _tab(tx, who, groups, tab)
        lines = select(literal(1)).select_from(work_item if tab != "waiting" else source).where(wanted)
        answer[tab] = _counted(tx, lines, MOST_OPEN)
    return answer


@query
def neighbours(tx: Tx, who: str, task: str) -> tuple[str | None, str | None]:
    """The tasks before and after this one among those that the person holds, by the date of their step: for going on
    without the list. Beside one that is not theirs the first of theirs is the next."""
    here = tx.read(
        select(work_item.c.id, work_item.c.due, work_item.c.opened_at).where(
            work_item.c.id == task, work_item.c.assignee == who
        )
    ).first()
    mine = select(work_item.c.id).where(work_item.c.assignee == who)
    if here is None:
        return None, tx.read(mine.order_by(*_order("mine", "")).limit(1)).scalar()
    return tx.read(_beside(mine, here, before=True)).scalar(), tx.read(_beside(mine, here, before=False)).scalar()


def _beside(mine: Any, here: Any, *, before: bool) -> Any:
    """The first of these tasks on one side of that one, in the order of `mine`: dated ones by their date, then those
    without one."""
    due, place = work_item.c.due, tuple_(work_item.c.opened_at, work_item.c.id)
    at = tuple_(literal(here.opened_at, Moment), literal(here.id))
    same = due == here.due if here.due is not None else due.is_(None)
    if before:
        near = and_(same, place < at)
        far = due < here.due if here.due is not None else due.is_not(None)
        by: Sequence[Any] = [due.desc().nulls_first(), work_item.c.opened_at.desc(), work_item.c.id.desc()]
    else:
        near = and_(same, place > at)
        far = or_(due > here.due, due.is_(None)) if here.due is not None else false()
        by = _order("mine", "")
    return mine.where(or_(near, far)).order_by(*by).limit(1)


@query
def procedures_of(tx: Tx, who: str, groups: Collection[str], tab: Tab) -> list[tuple[str, str]]:
    """(code, name) of the procedures that occur among the tasks of a tab: the choices of its filter."""
    roots = _some(tx, who, groups, tab, work_item.c.root_id)
    if roots is None:
        return []
    rows = tx.read(
        select(dossier.c.procedure, dossier.c.procedure_name)
        .where(dossier.c.id.in_(roots))
        .distinct()
        .order_by(dossier.c.procedure_name)
    )
    return [(row.procedure, row.procedure_name) for row in rows]


@query
def steps_of(tx: Tx, who: str, groups: Collection[str], tab: Tab) -> list[str]:
    """The names of the steps that occur among the tasks of a tab."""
    names = _some(tx, who, groups, tab, work_item.c.name)
    return sorted(tx.read(names.distinct()).scalars()) if names is not None else []


def _some(tx: Tx, who: str, groups: Collection[str], tab: Tab, column: Any) -> Any:
    """That column of the open tasks of a tab, of as many as are counted; None for a tab that has no open tasks."""
    if tab not in ("mine", "unit"):
        return None
    wanted, _, _ = _tab(tx, who, groups, tab)
    found = select(column.label("value")).select_from(work_item).where(wanted).limit(MOST_OPEN).subquery()
    return select(found.c.value)


@dataclass(frozen=True, slots=True)
class Load:
    """What somebody holds: open tasks, and those past their step's date."""

    held: int = 0
    late: int = 0


@query
def loads(tx: Tx, usernames: Collection[str]) -> dict[str, Load]:
    """What each of these holds, for who gives work out."""
    names = sorted(usernames)
    late = func.sum(case((work_item.c.due < tx.now, 1), else_=0))
    rows = tx.read(
        select(work_item.c.assignee, func.count().label("held"), late.label("late"))
        .where(work_item.c.assignee.in_(names))
        .group_by(work_item.c.assignee)
    )
    found = {row.assignee: Load(int(row.held), int(row.late or 0)) for row in rows}
    return {name: found.get(name, Load()) for name in names}


@dataclass(frozen=True, slots=True)
class OtherWork:
    """An open task behind which no dossier stands: of a document's route, or of a process by itself."""

    task: str
    name: str
    process: str
    code: str
    assignee: str | None
    opened_at: datetime
    due: datetime | None
    unopened: bool


@query
def others(
    tx: Tx, who: str, groups: Collection[str], tab: Tab = "mine", *, text: str = "", size: int = 100
) -> list[OtherWork]:
    """Open tasks without a dossier, of the tabs ``mine`` and ``unit``, the most urgent first."""
    if tab not in ("mine", "unit"):
        return []
    mine = work_item.c.assignee == who
    wanted = mine if tab == "mine" else and_(work_item.c.assignee.is_(None), _offered(who, groups))
    asked = (
        select(work_item, _unseen(who).label("unopened"), process_definition.c.name.label("process_name"))
        .join(instance, instance.c.root_id == work_item.c.root_id)
        .join(
            process_definition,
            and_(
                process_definition.c.deployment == instance.c.deployment,
                process_definition.c.process == instance.c.process,
            ),
            isouter=True,
        )
        .where(wanted, ~exists().where(dossier.c.id == work_item.c.root_id))
        .order_by(work_item.c.due.is_(None), work_item.c.due, work_item.c.opened_at, work_item.c.id)
    )
    rows = tx.read(asked.limit(size)).all()
    words = fold(text).split()
    return [
        OtherWork(
            row.id,
            row.name,
            row.process_name or row.process,
            row.business_key or "",
            row.assignee,
            row.opened_at,
            row.due,
            row.unopened,
        )
        for row in rows
        if all(word in fold(f"{row.name} {row.business_key or ''} {row.process_name or ''}") for word in words)
    ]


@command
def see(tx: Tx, root: str, task: str, who: str) -> None:
    """This person has opened the task."""
    key = and_(task_seen.c.root_id == root, task_seen.c.task_id == task, task_seen.c.who == who)
    if tx.read(select(task_seen.c.at).where(key)).first() is None:
        tx.execute(
            insert(task_seen).from_select(
                ["root_id", "task_id", "who", "at"],
                select(literal(root), literal(task), literal(who), literal(tx.now, Moment)).where(~exists().where(key)),
            )
        )


@query
def running(tx: Tx) -> dict[str, int]:
    """How many processes run on each deployed version."""
    rows = tx.read(
        select(instance.c.deployment, func.count().label("n"))
        .where(instance.c.ended_at.is_(None))
        .group_by(instance.c.deployment)
    )
    return {row.deployment: row.n for row in rows}


@query
def standing(tx: Tx, version: str) -> list[tuple[str, str, int]]:
    """(element, name, how many) of a deployed version, the most first: where its instances stand, at open tasks and at
    waits for what comes from outside (the citizen, another agency)."""
    tasks = tx.read(
        select(work_item.c.element, work_item.c.name, func.count().label("n"))
        .join(instance, instance.c.root_id == work_item.c.root_id)
        .where(instance.c.deployment == version)
        .group_by(work_item.c.element, work_item.c.name)
    )
    found = [(str(row.element), str(row.name), int(row.n)) for row in tasks] + _waiting(tx, version)
    return sorted(found, key=lambda one: (-one[2], one[0]))


def _waiting(tx: Tx, version: str) -> list[tuple[str, str, int]]:
    """The same of tokens that wait for a message or signal. Events that are armed beside a task, and the starts of
    event subprocesses, are no places where a token stands."""
    rows = tx.read(
        select(subscription.c.element, func.count(subscription.c.root_id.distinct()).label("n"))
        .join(instance, instance.c.root_id == subscription.c.root_id)
        .where(instance.c.deployment == version)
        .group_by(subscription.c.element)
    )
    found: dict[str, tuple[str, str, int]] = {}
    for row in rows:
        _, node = node_at(tx, version, row.element)
        if node is None or node.kind not in ("receiveTask", "intermediateCatchEvent"):
            continue
        place = gateway_before(tx, version, node) or node  # all events behind one gateway are one wait
        name = place.name or node.name or node.id
        seen = found.get(place.id)
        found[place.id] = (row.element, name, max(int(row.n), seen[2] if seen else 0))
    return list(found.values())


_OPEN = work_item.join(dossier, dossier.c.id == work_item.c.root_id).join(
    dossier_state, dossier_state.c.dossier_id == dossier.c.id
)


def _offered(who: str, groups: Collection[str]) -> ColumnElement[bool]:
    return exists().where(
        candidate.c.root_id == work_item.c.root_id,
        candidate.c.task_id == work_item.c.id,
        or_(
            and_(candidate.c.kind == "g", candidate.c.name.in_(list(groups))),
            and_(candidate.c.kind == "u", candidate.c.name == who),
        ),
    )


def _unseen(who: str) -> ColumnElement[bool]:
    """This person has not opened the task."""
    return ~exists().where(
        task_seen.c.root_id == work_item.c.root_id, task_seen.c.task_id == work_item.c.id, task_seen.c.who == who
    )


def _tab(tx: Tx, who: str, groups: Collection[str], tab: str) -> tuple[ColumnElement[bool], list[Any], Any]:
    """The condition, the columns and the joined tables of a tab."""
    open_columns = [
        work_item.c.id.label("task"),
        work_item.c.element,
        work_item.c.name,
        work_item.c.assignee,
        work_item.c.groups,
        work_item.c.opened_at,
        work_item.c.due.label("task_due"),
        _unseen(who).label("unopened"),
        *_DOSSIER,
    ]
    if tab == "mine":
        return work_item.c.assignee == who, open_columns, _OPEN
    if tab == "unit":
        return and_(work_item.c.assignee.is_(None), _offered(who, groups)), open_columns, _OPEN
    touched = select(event.c.root_id).where(event.c.who == who, event.c.kind == "complete")
    waiting = dossier.join(dossier_state, dossier_state.c.dossier_id == dossier.c.id)
    if tab == "waiting":
        empty: list[Any] = [literal("").label("task"), literal("").label("element"), literal("").label("name")]
        nobody_works = ~exists().where(work_item.c.root_id == dossier.c.id)
        wanted = and_(
            or_(dossier_state.c.status.in_(STILL), nobody_works),  # a draft to confirm changes no status
            dossier_state.c.closed_at.is_(None),
            dossier.c.id.in_(touched),
            exists().where(instance.c.root_id == dossier.c.id, instance.c.ended_at.is_(None)),
        )
        return wanted, [*empty, *_DOSSIER], waiting
    done = event.join(dossier, dossier.c.id == event.c.root_id).join(
        dossier_state, dossier_state.c.dossier_id == dossier.c.id
    )
    columns = [
        literal("").label("task"),
        event.c.element,
        literal("").label("name"),
        event.c.at.label("opened_at"),
        *_DOSSIER,
    ]
    return and_(event.c.who == who, event.c.kind == "complete", event.c.element.is_not(None)), columns, done


def _order(tab: str, order: str) -> Sequence[Any]:
    """The order of a tab; open tasks by the date of their step where nothing else is asked."""
    chosen = ordering(order, tab)
    if chosen is not None:
        return chosen
    if tab == "done":
        return [event.c.at.desc(), event.c.root_id]
    if tab == "waiting":
        return [dossier_state.c.since, dossier.c.id]
    return [work_item.c.due.asc().nulls_last(), work_item.c.opened_at, work_item.c.id]


def _work(row: Any, clock: pace.Clock, declined: bool) -> Work:
    found = row._mapping
    reading.shown(found["id"])
    return Work(
        task=found["task"],
        element=found.get("element") or "",
        name=found.get("name") or "",
        assignee=found.get("assignee"),
        groups=tuple(found.get("groups") or ()),
        opened_at=found.get("opened_at"),
        task_due=found.get("task_due"),
        unopened=bool(found.get("unopened")),
        dossier=found["id"],
        code=found["code"],
        procedure=found["procedure"],
        procedure_name=found["procedure_name"],
        applicant=found["applicant_name"],
        agency=found["agency"],
        status=found["status"],
        status_since=found["since"],
        due=found["due"],
        paused=found["paused"],
        progress=pace.of(row, clock),
        refused=declined,
        field=found["field"],
        channel=found["channel"],
        received_at=found["received_at"],
    )
