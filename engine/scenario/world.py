"""The world of one scenario: a database of its own, a virtual clock, and all that its instances tell."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import bindparam, func, select

from engine import commands, jobs, worklist
from engine.actor import SYSTEM
from engine.commands import definitions
from engine.commands.definitions import deployed
from engine.commands.host import RunHost
from engine.installation import Installation, alone
from engine.iso8601 import HOME
from engine.jobs import Job
from engine.model.definition import Node
from engine.run import starts
from engine.run.changes import Changes
from engine.run.starts import conditional, holding
from engine.scenario.coverage import Touched
from engine.scenario.reading import spoken
from engine.store import Database, Family, Tx, ids, template
from engine.store.tables import deployment, incident, instance, work_item
from engine.store.tables import job as job_table
from engine.worker import LEASE, perform

#: Tasks that `auto` completes in one step, and jobs that follow from one, before it is taken for endless.
LIMIT = 200_000

_DUE = (
    select(job_table.c.root_id, job_table.c.id, job_table.c.due_at, job_table.c.kind)
    .where(
        job_table.c.due_at <= bindparam("until"),
        job_table.c.retries_left > 0,
        ~job_table.c.held,
        job_table.c.kind != "call",
    )
    .order_by(job_table.c.due_at, job_table.c.id)
    .limit(1)
)
#: The same without what only `advance` lets happen.
_DUE_NOW = _DUE.where(job_table.c.kind.not_in(("timer_start", "arm")))
_CALLS = select(job_table).where(job_table.c.kind == "call").order_by(job_table.c.id)
_OLDEST = select(work_item.c.id).order_by(work_item.c.opened_at, work_item.c.id).limit(1)


class Setting(Protocol):
    """What an application adds to a scenario, so that its own expectations can be asked (`expect_status`,
    `expect_due`). `procedures` has one for bundles."""

    every_table: bool

    def installation(self) -> Installation:
        """What is in force around the scenario: the application's hooks and handlers."""

    def prepare(self, database: Database) -> None:
        """Called once, before anything is deployed."""

    def variables(self, database: Database, process: str, variables: Mapping[str, Any]) -> Mapping[str, Any]:
        """The variables that the application would start that process with."""

    def started(self, database: Database, root_id: str) -> None:
        """The process of the scenario has been started."""

    def status(self, database: Database, root_id: str) -> str | None:
        """The status of what the process is about, as text."""

    def due(self, database: Database, root_id: str) -> datetime | None:
        """The date by which it is promised."""


class World:
    """A database in memory, in which one scenario runs on the engine's own commands."""

    def __init__(
        self, now: datetime, hold: frozenset[str], setting: Setting | None, reload: bool, seconds: float | None = None
    ) -> None:
        self.now = now
        self.hold = hold
        self.reload = reload
        self.setting = setting
        self.to_fail: list[tuple[str, str | None, Mapping[str, Any]]] = []  # calls that fail when they are reached
        self.data: dict[str, Any] = {}  # the scenario's variables and what its steps made of them
        self.held: set[tuple[str, str]] = set()  # conditional starts that are true of them
        self.conditional: set[str] = set()  # processes that have such starts
        self.roots: list[str] = []
        self.trace: list[dict[str, Any]] = []
        self.errors: list[dict[str, str]] = []
        self.touched = Touched()
        self.ends = math.inf if seconds is None else time.monotonic() + seconds
        self.troubles: list[str] = []  # jobs that failed, for the step at hand
        self._count = int(now.timestamp() * 1000) << 12
        around = alone() if setting is None else setting.installation()
        around.holds = self._holds
        around.observers.append(self._changed)
        around.decided.append(self.touched.rows.update)
        self.database = around.open("sqlite://", clock=lambda: self.now, new_id=self._new_id, actor=SYSTEM)
        template.fill(self.database, every_table=setting is not None and setting.every_table)
        if setting is not None:
            setting.prepare(self.database)

    def close(self) -> None:
        self.database.close()

    def _new_id(self) -> str:
        self._count += 1
        return ids.from_parts(self._count, self._count)

    def _holds(self, node: Node, _connector: str | None) -> bool:
        names = {node.id, spoken(node.name)} - {""}
        return bool(names & self.hold) or any(name in names for name, _, _ in self.to_fail)

    def _changed(self, root_id: str, changes: Changes) -> None:
        if root_id not in self.roots:
            self.roots.append(root_id)
        self.touched.flows.update(changes.flows)
        for step in changes.steps:
            if step.event == "completed":
                self.touched.complete(step.element, step.data)
            self.trace.append(
                {
                    "element": step.element,
                    "name": step.name,
                    "type": step.type,
                    "event": step.event,
                    "at": step.at.astimezone(HOME).isoformat(),
                    "instance": step.instance,
                }
            )
        self.errors += [{"code": code, "instance": where} for code, where in changes.errors]

    # -- what stands --------------------------------------------------------------------------------------------------

    def forget(self) -> None:
        """With `reload`: nothing is kept in memory from one step to the next."""
        if self.reload:
            self.database.hot.clear()
            self.database.definitions.clear()

    def open_tasks(self) -> list[worklist.WorkItem]:
        """All open tasks of all instances, the oldest first."""
        page = worklist.open_tasks(self.database, everything=True, order="opened", per_page=1_000_000)
        return list(page.items)

    def calls(self) -> list[tuple[str, str, str, str]]:
        """Held calls, the oldest first: (root, call, element, name)."""
        with self.database.begin() as tx:
            rows = tx.read(_CALLS).all()
            return [
                (row.root_id, row.id, payload["element"], self._name(tx, row.root_id, payload["element"]))
                for row in rows
                for payload in [jobs.unpack(row.payload)]
            ]

    def _name(self, tx: Tx, root_id: str, element: str) -> str:
        return next((spoken(node.name) for node in self._nodes(tx) if node.id == element), "")

    def _nodes(self, tx: Tx) -> Iterator[Node]:
        """All nodes of all that is deployed."""
        for row in tx.read(select(deployment.c.id)).all():
            for process in deployed(tx, row.id).processes.values():
                yield from process.scope.walk()

    def stopped(self, name: str) -> str | None:
        """The oldest incident at a node of that id or name: a call activity, say, whose process is not deployed."""
        with self.database.begin() as tx:
            nodes = {node.id for node in self._nodes(tx) if spoken(name) in (node.id, spoken(node.name))}
        return next(
            (one.id for one in commands.incidents(self.database, per_page=1_000_000) if one.element in nodes), None
        )

    def knows(self, name: str) -> bool:
        """Whether a node of that id or name is deployed."""
        with self.database.begin() as tx:
            return any(spoken(name) in (node.id, spoken(node.name)) for node in self._nodes(tx))

    def addressed(self, kind: str, name: str) -> str:
        """The name of the message or signal that is meant: a drawn event that names none can also be said by its id."""
        with self.database.begin() as tx:
            nodes = [node for node in self._nodes(tx) if node.id == name]
        for node in nodes:
            for event in node.events:
                unnamed = (event.message is not None and not event.message.id) or event.name == spoken(node.name)
                if event.kind == kind and unnamed:
                    return event.name
            if kind == "message" and node.kind == "receiveTask" and (node.message is None or not node.message.id):
                return node.message.name if node.message is not None else node.name or node.id
        return name.strip()

    def drawn(self, name: str) -> str:
        """The id of the node that is drawn with that name, where it stands for names that are evaluated; else the
        name."""
        if "${" not in name and "#{" not in name:
            return name
        with self.database.begin() as tx:
            return next((node.id for node in self._nodes(tx) if spoken(node.name) == spoken(name)), name)

    def root_of(self, process: str | None) -> str | None:
        """The first root of that process."""
        with self.database.begin() as tx:
            found: str | None = tx.read(
                select(instance.c.root_id)
                .where(instance.c.process == process)
                .order_by(instance.c.started_at, instance.c.root_id)
                .limit(1)
            ).scalar()
        return found

    def starts_plainly(self, process: str) -> bool:
        """Whether a process can be started without an event; one that is not deployed is said to, and refused then."""
        with self.database.begin() as tx:
            found = definitions.current(tx, process)
            if found is None:
                return True
            host = RunHost(tx, Family("", 0, process, found, 0, "", "", tx.now))
            return starts(definitions.deployed(tx, found).processes[process], host).plain

    # -- processes that begin when a condition becomes true -----------------------------------------------------------

    def watch(self, variables: Mapping[str, Any]) -> list[tuple[str, str]]:
        """What scenarios call the data of the run change: the conditional starts of deployed processes that become true
        by it, as (process, start event). One that is true already has to become false first (10.5.2)."""
        self.data.update(variables)
        before = self.held
        with self.database.begin() as tx:
            processes = [
                process
                for row in tx.read(select(deployment.c.id)).all()
                for process in deployed(tx, row.id).processes.values()
            ]
        self.held = {(process.id, element) for process in processes for element in holding(process, self.data)}
        self.conditional = {process.id for process in processes if conditional(process)}
        return sorted(self.held - before)

    def begin(self, process: str, element: str) -> None:
        """A process begins at a conditional start event, with the data of the run."""
        commands.start(self.database, process, self.data, element=element)

    def ended(self) -> bool:
        """Whether there are instances, and all are at their end."""
        with self.database.begin() as tx:
            alive = tx.read(select(func.count()).select_from(instance).where(instance.c.ended_at.is_(None))).scalar()
        return bool(self.roots) and not alive

    def incidents(self, lang: str) -> list[dict[str, str]]:
        with self.database.begin() as tx:
            return [
                {
                    "element": row.element,
                    "kind": row.kind,
                    "message": row.message_en or row.message if lang == "en" else row.message,
                }
                for row in tx.read(select(incident).order_by(incident.c.opened_at, incident.c.id))
            ]

    # -- what goes on by itself ---------------------------------------------------------------------------------------

    def rest(self, auto: bool = False) -> None:
        """Lets go on what does so without a person and without time: thrown messages and signals, timers that are due
        already, calls that are not held; with `auto` also the open tasks."""
        for _ in range(LIMIT):
            if self._too_long():
                return
            job = self._next_job(self.now, starts=False)
            if job is not None:
                self._perform(job)
            elif not self._call() and not (auto and self._complete_oldest()):
                return
        self.troubles.append(f"không dừng sau {LIMIT} việc / no rest after {LIMIT} jobs")

    def advance(self, until: datetime, auto: bool) -> None:
        """Sets the clock to each due date in turn, and lets that timer fire and what follows come to rest."""
        for _ in range(LIMIT):
            self.rest(auto)
            job = self._next_job(until, starts=True)
            if job is None or self._too_long():
                break
            self.now = max(self.now, job.due_at)
            self._perform(job)
        self.now = until
        self.rest(auto)

    def next_due(self, until: datetime) -> datetime | None:
        """When the next clock goes off, up to then; None where none does."""
        job = self._next_job(until, starts=True)
        return max(job.due_at, self.now) if job is not None else None

    def _too_long(self) -> bool:
        """Whether the time that the run may take is over; it is told once."""
        if time.monotonic() < self.ends:
            return False
        said = "dừng vì chạy quá lâu / stopped: it runs too long"
        if said not in self.troubles:
            self.troubles.append(said)
        return True

    def _next_job(self, until: datetime, *, starts: bool) -> Job | None:
        with self.database.begin() as tx:
            row = tx.read(_DUE if starts else _DUE_NOW, {"until": until}).first()
        return Job(row.root_id, row.id, row.kind, None, row.due_at) if row else None

    def _perform(self, job: Job) -> None:
        self.forget()
        claimed = self.database.run(lambda tx: jobs.claim(tx, job.root_id, "scenario", LEASE, only=job.id))
        for one in claimed:
            perform(self.database, one)
            self.database.run(lambda tx, one=one: jobs.release(tx, one.root_id, one.lock_token or ""))  # type: ignore[misc]
        with self.database.begin() as tx:
            error = tx.read(
                select(job_table.c.last_error).where(job_table.c.root_id == job.root_id, job_table.c.id == job.id)
            ).scalar()
            if error:
                self.troubles.append(error)
                tx.execute(job_table.delete().where(job_table.c.id == job.id))

    def _call(self) -> bool:
        """Ends the oldest call that nobody holds: as a `fail` that waited for it says, or done."""
        for root_id, id, element, name in self.calls():
            waiting = next((one for one in self.to_fail if one[0] in (element, name)), None)
            if waiting is not None:
                self.to_fail.remove(waiting)
                self.fail(root_id, id, element, waiting[1], waiting[2])
                return True
            if not {element, name} & self.hold:
                commands.complete_call(self.database, root_id, id, {}, element=element)
                return True
        return False

    def fail(self, root_id: str, id: str, element: str, error: str | None, variables: Mapping[str, Any]) -> None:
        """A held call fails: with a BPMN error, or for good."""
        if error is not None:
            commands.call_error(self.database, root_id, id, error, variables, element=element)
        else:
            commands.fail_call(self.database, root_id, id, f"{element}: fail", element=element)

    def _complete_oldest(self) -> bool:
        with self.database.begin() as tx:
            oldest = tx.read(_OLDEST).scalar()
        if oldest is not None:
            self.forget()
            commands.complete(self.database, oldest)
        return oldest is not None
