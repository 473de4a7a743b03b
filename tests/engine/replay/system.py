"""The same through the product's commands, on a database of either kind."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select

from engine import commands, jobs
from engine.commands import definitions
from engine.run.changes import Changes
from engine.store import Database
from engine.store.tables import ENGINE_TABLES, instance, job
from engine.worker import LEASE, perform
from tests.engine.replay.side import Side

#: Tables that only repeat the log.
PROJECTED = ("work_item", "candidate", "subscription", "incident", "job")
#: Commands on a task, which find its root themselves.
OF_TASK = frozenset({"complete", "throw_error", "escalate"})


class System(Side):
    """Commands, jobs and the log. With `forget` nothing is kept in memory from one command to the next."""

    def __init__(self, database: Database, files: Mapping[str, bytes], *, forget: bool = False) -> None:
        super().__init__()
        self.database = database
        self.forgets = forget
        with database.begin() as tx:
            for table in reversed(ENGINE_TABLES):
                tx.connection.execute(delete(table))  # behind the log, which begins anew as well
        database.clock, database.new_id = lambda: self.now, self.new_id
        database.installation.observers[:] = [self.changed]
        database.hot.clear()
        database.definitions.clear()
        self.deployment = commands.deploy(database, files, key="k")

    def forget(self) -> None:
        if self.forgets:
            self.database.hot.clear()
            self.database.hot._roots.clear()
            self.database.definitions.clear()

    def changed(self, root: str, changes: Changes) -> None:
        self.steps += changes.steps
        self.errors += changes.errors
        self.status.setdefault(root, "active")

    def start(self, process: str, variables: Mapping[str, Any]) -> None:
        self.forget()
        commands.start(self.database, process, variables)
        self.rest()

    def do(self, command: str, root: str, *arguments: Any) -> Any:
        self.forget()
        where = () if command in OF_TASK else (root,)
        if command == "complete_call" or command == "fail_call" or command == "move" or command == "terminate":
            answer: Any = getattr(commands, command)(self.database, root, *arguments)
        elif command == "retry":
            answer = commands.retry_incident(self.database, *arguments)
        elif command == "throw_error" and self.is_call(root, arguments[0]):
            answer = commands.call_error(self.database, root, *arguments)
        elif command == "set_variables":
            variables, token = arguments
            answer = commands.set_variables(self.database, root, variables, token=token)
        else:
            answer = getattr(commands, command)(self.database, *where, *arguments)
        self.rest()
        return answer

    def is_call(self, root: str, id: str) -> bool:
        with self.looking(root) as run:
            return run.call(id) is not None

    def message(self, name: str, correlation: str | None, variables: Mapping[str, Any]) -> None:
        self.forget()
        commands.message(self.database, name, correlation, variables)
        self.rest()

    def signal(self, name: str, variables: Mapping[str, Any]) -> int:
        self.forget()
        taken: int = commands.signal(self.database, name, variables)
        self.rest()
        return taken

    def stop(self, command: str, root: str) -> None:
        self.forget()
        name = "cancel_instance" if command == "cancel" else command
        getattr(commands, name)(self.database, root, by="quan_tri", reason="thử")
        self.rest()

    def desk(self, command: str, root: str, task: str, n: int) -> None:
        self.forget()
        if command == "set_due":
            commands.set_due(self.database, task, self.now + timedelta(days=n) if n else None, by="lan", reason="hẹn")
        elif command == "release":
            commands.release(self.database, task, by="lan")
        else:
            getattr(commands, command)(self.database, task, ("lan", "minh")[n % 2], by="truong")

    def rest(self) -> None:
        super().rest()
        with self.database.begin() as tx:
            self.status.update(
                (row.root_id, row.status)
                for row in tx.read(
                    select(instance.c.root_id, instance.c.status).where(instance.c.root_id.in_(list(self.status)))
                )
            )

    def happen(self, until: datetime, *, starts: bool) -> bool:
        query = select(job).where(job.c.due_at <= until, ~job.c.held, job.c.kind != "call")
        if not starts:
            query = query.where(job.c.kind != "timer_start")
        with self.database.begin() as tx:
            due = tx.read(query.order_by(job.c.due_at, job.c.id).limit(1)).first()
        if due is not None:
            self.now = max(self.now, due.due_at)
            self.perform(due)
        return due is not None

    def perform(self, due: Any) -> None:
        self.forget()
        (claimed,) = self.database.run(lambda tx: jobs.claim(tx, due.root_id, "w", LEASE, only=due.id))
        perform(self.database, claimed)
        self.database.run(lambda tx: jobs.release(tx, due.root_id, claimed.lock_token or ""))
        with self.database.begin() as tx:
            left = tx.read(select(job.c.last_error).where(job.c.id == due.id, job.c.root_id == due.root_id)).scalar()
            assert left is None, left

    def looking(self, root: str) -> Any:
        self.forget()
        return commands.run_of(self.database, root)

    def state(self, root: str) -> bytes:
        with self.database.begin() as tx:
            found: bytes = tx.read(select(instance.c.state).where(instance.c.root_id == root)).scalar_one()
        return found

    def contents(self, *names: str) -> dict[str, list[Any]]:
        """The rows of all tables of the engine, or of those named."""
        with self.database.begin() as tx:
            return {
                table.name: sorted(map(tuple, tx.read(select(table))), key=repr)
                for table in ENGINE_TABLES
                if table.name in names or not names
            }


def processes_of(system: System) -> Any:
    """The deployed processes and the decisions, for a side without a database."""
    with system.database.begin() as tx:
        return definitions.deployed(tx, system.deployment.id)
