"""The passages of cases through the nodes of a version, read from the event log: when each was entered and left, since
when somebody had it, whether it was late."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select

from engine.commands import definitions
from engine.model.definition import Node
from engine.projections import LoggedEvent
from engine.projections import read as read_events
from engine.store import Tx
from engine.store.joining import query
from engine.store.tables import event, incident, instance
from procedures.store.dossier import dossier

#: Cases that are looked at: the newest ones. Each portion is one statement by the index of the log.
MOST, PORTION = 2000, 500


@dataclass(frozen=True, slots=True)
class Passage:
    """One case at one node. taken: since when somebody had the task; None where nobody took it, or nobody could.
    left: None while it is there. waits: whether it waits for the citizen there."""

    case: str
    element: str
    entered: datetime
    left: datetime | None = None
    taken: datetime | None = None
    due: datetime | None = None
    person: bool = False
    waits: bool = False

    def seconds(self, now: datetime) -> float:
        return max(0.0, ((self.left or now) - self.entered).total_seconds())

    def parts(self, now: datetime) -> tuple[float, float, float]:
        """Seconds of work, in the queue, and waiting for the citizen."""
        whole = self.seconds(now)
        if self.waits or not self.person:
            return 0.0, 0.0, whole if self.waits else 0.0
        queue = min(whole, max(0.0, ((self.taken or self.left or now) - self.entered).total_seconds()))
        return whole - queue, queue, 0.0

    def late(self, now: datetime) -> bool:
        return self.due is not None and (self.left or now) > self.due


@dataclass(frozen=True, slots=True)
class Case:
    """An instance: of a dossier, with its code and agency, or of another process. ended: None while it runs."""

    root: str
    code: str
    agency: str
    begun: datetime
    ended: datetime | None


@dataclass(frozen=True, slots=True)
class Asked:
    """Which cases are looked at: of a version, begun in a period (`until` not included), of an agency."""

    version: str
    since: datetime | None = None
    until: datetime | None = None
    agency: str = ""


@query
def cases(tx: Tx, asked: Asked, code: str) -> list[Case]:
    """The cases of a version, newest first, at most `MOST` and one more: of the procedure with this code, by when they
    were received; where it has no dossiers, by when they began."""
    columns = (instance.c.root_id, instance.c.business_key, instance.c.started_at, instance.c.ended_at)
    joined = dossier.join(instance, instance.c.root_id == dossier.c.id)
    found = (
        select(*columns, dossier.c.agency, dossier.c.received_at)
        .select_from(joined)
        .where(dossier.c.procedure == code, instance.c.deployment == asked.version, dossier.c.received_at.is_not(None))
        .order_by(dossier.c.received_at.desc())
    )
    moment = dossier.c.received_at
    if not asked.agency and tx.read(found.limit(1)).first() is None:
        found = select(*columns).where(instance.c.deployment == asked.version).order_by(instance.c.started_at.desc())
        moment = instance.c.started_at
    if asked.agency:
        found = found.where(dossier.c.agency == asked.agency)
    if asked.since is not None:
        found = found.where(moment >= asked.since)
    if asked.until is not None:
        found = found.where(moment < asked.until)
    return [_case(row) for row in tx.read(found.limit(MOST + 1))]


def _case(row: Any) -> Case:
    agency = getattr(row, "agency", "")
    return Case(row.root_id, row.business_key or "", agency, row.started_at, row.ended_at)


@query
def agencies_of(tx: Tx, version: str, code: str) -> list[str]:
    """The agencies that have dossiers of the procedure with this code."""
    asked = select(dossier.c.agency).where(dossier.c.procedure == code, dossier.c.procedure_version == version)
    return sorted(tx.read(asked.distinct()).scalars())


@query
def stopped(tx: Tx, version: str, roots: Collection[str]) -> dict[str, list[str]]:
    """Node → the cases among these with an open incident there, one for each incident."""
    asked = (
        select(incident.c.element, incident.c.root_id)
        .join(instance, instance.c.root_id == incident.c.root_id)
        .where(instance.c.deployment == version)
        .order_by(incident.c.root_id)
    )
    found: dict[str, list[str]] = {}
    for row in tx.read(asked):
        if row.root_id in roots:
            found.setdefault(row.element, []).append(row.root_id)
    return found


@query
def of_cases(tx: Tx, version: str, roots: Iterable[str]) -> list[Passage]:
    """Every passage of these cases."""
    nodes = nodes_of(tx, version)
    ids, found = list(roots), []
    for start in range(0, len(ids), PORTION):
        asked = select(event).where(event.c.root_id.in_(ids[start : start + PORTION]))
        found += [one for one in read(read_events(tx, asked), nodes) if one.element in nodes]
    return found


@query
def nodes_of(tx: Tx, version: str) -> dict[str, Node]:
    """The flow nodes of a version's models, by id."""
    processes = definitions.deployed(tx, version).processes.values()
    return {node.id: node for process in processes for node in process.scope.walk()}


def waits_for_citizen(node: Node) -> bool:
    """Whether a token at a node waits for the citizen."""
    return any(
        one.name == "citizen" or (one.name == "pause" and one.attributes.get("kind") != "legal")
        for one in node.extensions
    )


def read(events: Iterable[LoggedEvent], nodes: Mapping[str, Node]) -> Iterator[Passage]:
    """The passages that a log tells, root by root. A task is followed by its id, any other node by its element and the
    scope that it lies in, first in, first out; what an instance that was ended left open ends with it."""
    tasks: dict[str, Passage] = {}
    places: dict[tuple[str, str, str], list[Passage]] = {}
    for one in events:
        yield from _tasks(one, tasks)
        yield from _steps(one, places, nodes)
    yield from tasks.values()
    for waiting in places.values():
        yield from waiting


def _tasks(one: LoggedEvent, tasks: dict[str, Passage]) -> Iterator[Passage]:
    data = one.data
    for id in data.get("closed", ()):
        if id in tasks:
            yield replace(tasks.pop(id), left=one.at)
    if one.kind == "cancel":
        for id in [id for id, task in tasks.items() if task.case == one.root_id]:
            yield replace(tasks.pop(id), left=one.at)
    for task in data.get("opened", ()):
        tasks[task["id"]] = Passage(
            one.root_id, task["element"], datetime.fromisoformat(task["opened_at"]), due=_moment(task.get("due")),
            taken=one.at if task.get("assignee") else None, person=True,
        )  # fmt: skip
    for task in data.get("tasks", ()) if one.kind in ("migrate", "migrate_undo") else ():
        if task["id"] in tasks:
            tasks[task["id"]] = replace(tasks[task["id"]], element=task["element"], due=_moment(task.get("due")))
    known = tasks.get(str(data.get("task", "")))
    if known is None:
        return
    if one.kind in ("claim", "reassign") and known.taken is None:
        tasks[data["task"]] = replace(known, taken=one.at)
    elif one.kind == "set_due":
        tasks[data["task"]] = replace(known, due=_moment(data.get("due")))


def _steps(
    one: LoggedEvent, places: dict[tuple[str, str, str], list[Passage]], nodes: Mapping[str, Node]
) -> Iterator[Passage]:
    for what, element, kind, _name, scope in one.data.get("steps", ()):
        node = nodes.get(element)
        if node is None or kind in PERSONS or kind == "multiInstanceLoopCharacteristics":
            continue
        waiting = places.setdefault((one.root_id, element, scope or ""), [])
        if what == "entered":
            waiting.append(Passage(one.root_id, element, one.at, waits=waits_for_citizen(node)))
        elif waiting:
            yield replace(waiting.pop(0), left=one.at)


#: Kinds of nodes whose tokens are tasks.
PERSONS = frozenset({"userTask", "manualTask", "task", "globalUserTask", "globalManualTask", "globalTask"})


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
