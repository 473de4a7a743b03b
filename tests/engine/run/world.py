"""A world for runs in tests: deployed processes, a clock, messages and signals between instances, all in memory.

With `reload` every run is dumped and loaded after every command, and taken to another version that is the same;
`dump(load(dump)) == dump` is asserted on the way, and that migrating so changes nothing.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from engine.iso8601 import add
from engine.migration.checking import Check
from engine.model import read
from engine.model.definition import Node, Process
from engine.run import Run, next_start, starts
from engine.run.changes import Changes, Occurrence, Step, Timer
from engine.run.fitting import Unfit
from engine.run.migrating import migrate

NAMESPACES = (
    'xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" xmlns:mc="http://motcua.vn/schema/1.0/mc" '
    'targetNamespace="urn:test"'
)
#: Throws of one test that are delivered: two models may throw at each other for ever.
MOST_THROWS = 30
BEGIN = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


def model(body: str, extra: str = "") -> dict[str, Process]:
    """Processes from the inside of `definitions`; a body without a process is put into one called ``main``."""
    if "<process" not in body:
        body = f'<process id="main" isExecutable="true">{body}</process>'
    found = read(f"<definitions {NAMESPACES} id='d'>{extra}{body}</definitions>".encode(), "test.bpmn")
    assert not found.errors, found.errors
    return dict(found.processes)


def flows(*pairs: str) -> str:
    """``"a>b"``, ``"a>b:condition"``; ids are ``a-b``. Conditions are FEEL."""
    made = []
    for pair in pairs:
        ends, _, condition = pair.partition(":")
        source, target = ends.split(">")
        inside = (
            f'<conditionExpression xsi:type="tFormalExpression">= {escape(condition)}</conditionExpression>'
            if condition
            else ""
        )
        made.append(
            f'<sequenceFlow id="{source}-{target}" sourceRef="{source}" targetRef="{target}">{inside}</sequenceFlow>'
        )
    return "".join(made)


def escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


class World:
    """The host of all its runs."""

    def __init__(self, processes: Mapping[str, Process], *, reload: bool = False) -> None:
        self.processes = dict(processes)
        self.reload = reload
        self.clock = BEGIN
        self.runs: list[Run] = []
        self.trace: list[Step] = []
        self.errors: list[tuple[str, str]] = []
        self.held: set[str] = set()
        self.decisions: dict[str, Any] = {}
        self.occurrences: list[Occurrence] = []
        self.waiting: list[tuple[str, Any, Any]] = []  # messages and signals thrown for others
        self.start_timers: list[tuple[Process, Timer]] = []
        self.current: Run | None = None
        self.ids = 0
        self.throws = 0
        for process in self.processes.values():
            self.start_timers += [(process, timer) for timer in starts(process, self).timers]

    # -- the host ----------------------------------------------------------------------------------------------

    def now(self) -> datetime:
        return self.clock

    def new_id(self) -> str:
        self.ids += 1
        return f"id{self.ids:06d}"

    def process(self, id: str) -> Process | None:
        return self.processes.get(id)

    def decide(self, decision: str, context: Mapping[str, Any]) -> Any:
        return self.decisions[decision](context)

    def holds(self, node: Node, connector: str | None) -> bool:
        return node.id in self.held or node.name in self.held

    def message_thrown(self, name: str, correlation: Any, variables: Mapping[str, Any]) -> str | None:
        if self.current is not None:
            for wait in self.current.subscriptions:
                if wait.kind == "message" and wait.name == name and fits(wait, correlation):
                    return wait.id
        self.waiting.append(("message", name, (correlation, dict(variables))))
        return None

    def signal_thrown(self, name: str, variables: Mapping[str, Any]) -> None:
        self.waiting.append(("signal", name, (self.current.id if self.current else "", dict(variables))))

    def occurred(self, occurrence: Occurrence) -> Mapping[str, Any] | None:
        self.occurrences.append(dataclasses.replace(occurrence, variables=dict(occurrence.variables)))
        return None

    # -- commands ----------------------------------------------------------------------------------------------

    def start(self, process: str = "main", variables: Mapping[str, Any] | None = None, start: str | None = None) -> Run:
        self.current = None
        run = Run.start(self.processes[process], variables or {}, self, start=start)
        self.runs.append(run)
        return self.settle(run)

    def settle(self, run: Run) -> Run:
        changes = run.take_changes()
        self.trace += changes.steps
        self.errors += changes.errors
        if self.reload:
            state = run.dump()
            fresh = Run.load(state, self)
            assert fresh.dump() == state
            assert seen(fresh) == seen(run)
            self.runs[self.runs.index(run)] = fresh
            run = self.migrated(fresh)
        while self.waiting and self.throws < MOST_THROWS:
            self.throws += 1
            kind, name, what = self.waiting.pop(0)
            if kind == "message":
                self.message(name, *what)
            else:
                self.signal(name, what[1], but=what[0] or run.id)
        return run

    def migrated(self, run: Run) -> Run:
        """The run on another version that says the same. While compensation is under way it stays where it is."""
        again = {id: dataclasses.replace(process) for id, process in self.processes.items()}
        routes = Check(self.processes, again, {}, {}, {}).all().routes
        if run.ended:
            return run
        try:
            done = migrate(run, routes, self)
        except Unfit as unfit:
            assert [reason.en[:12] for reason in unfit.reasons] == ["Compensation"], unfit
            return run
        assert (done.run.dump(), seen(done.run), done.run.take_changes()) == (run.dump(), seen(run), Changes())
        assert not done.tasks and not done.ran_on
        self.processes = again
        self.runs[self.runs.index(run)] = done.run
        return done.run

    def do(self, run: Run, command: str, *arguments: Any) -> Any:
        at = self.runs.index(run)
        self.current = run
        result = getattr(run, command)(*arguments)
        self.settle(run)
        self.current = None
        return self.runs[at] if result is None else result

    @property
    def run(self) -> Run:
        return self.runs[0]

    @property
    def open(self) -> list[str]:
        return sorted(task.name or task.element for run in self.runs for task in run.open_tasks)

    @property
    def ended(self) -> bool:
        return all(run.ended for run in self.runs)

    def complete(self, name: str = "*", variables: Mapping[str, Any] | None = None, outcome: str | None = None) -> None:
        for run in self.runs:
            for task in run.open_tasks:
                if name in ("*", task.name, task.element):
                    self.do(run, "complete", task.id, variables or {}, outcome)
                    return
            for call in run.calls:
                if name == call.element:
                    self.do(run, "complete_call", call.id, variables or {})
                    return
        raise AssertionError(f"{name} is not open: {self.open}")

    def message(self, name: str, correlation: Any = None, variables: Mapping[str, Any] | None = None) -> bool:
        for run in self.runs:
            for wait in run.subscriptions:
                if wait.kind == "message" and wait.name == name and fits(wait, correlation):
                    self.do(run, "deliver_message", wait.id, variables or {})
                    return True
        for process in self.processes.values():
            for wait in starts(process, self).subscriptions:
                if wait.kind == "message" and wait.name == name:
                    self.start(process.id, variables, wait.id)
                    return True
        return False

    def signal(self, name: str, variables: Mapping[str, Any] | None = None, but: str = "") -> int:
        taken = 0
        for run in list(self.runs):
            if run.id != but and not run.ended:
                taken += self.do(run, "deliver_signal", name, variables or {})
        for process in self.processes.values():
            for wait in starts(process, self).subscriptions:
                if wait.kind == "signal" and wait.name == name:
                    self.start(process.id, variables, wait.id)
                    taken += 1
        return taken

    def advance(self, duration: str | timedelta) -> None:
        until = self.clock + duration if isinstance(duration, timedelta) else add(self.clock, duration)
        while True:
            due: list[Any] = [(timer.due, 0, at, timer.id) for at, run in enumerate(self.runs) for timer in run.timers]
            due += [(timer.due, 1, at, timer.id) for at, (_, timer) in enumerate(self.start_timers)]
            due = sorted(each for each in due if each[0] <= until)
            if not due:
                break
            moment, kind, at, id = due[0]
            self.clock = max(self.clock, moment)
            if kind == 0:
                self.do(self.runs[at], "fire", id)
            else:
                process, timer = self.start_timers.pop(at)
                again = next_start(process, timer, self)
                if again is not None:
                    self.start_timers.insert(at, (process, again))
                self.start(process.id, None, id)
        self.clock = until

    # -- what there is to see ----------------------------------------------------------------------------------

    def entered(self) -> list[str]:
        return [step.element for step in self.trace if step.event == "entered"]

    def completed(self) -> list[str]:
        return [step.element for step in self.trace if step.event == "completed"]

    def cancelled(self) -> list[str]:
        return [step.element for step in self.trace if step.event == "cancelled"]

    @property
    def incidents(self) -> list[str]:
        return [f"{incident.element}:{incident.kind}" for run in self.runs for incident in run.incidents]


def fits(wait: Any, correlation: Any) -> bool:
    if isinstance(correlation, Mapping):
        return all(correlation.get(name) == text for name, text in wait.properties.items())
    return wait.key is None or wait.key == (None if correlation is None else str(correlation))


def seen(run: Run) -> Any:
    return (run.open_tasks, run.timers, run.subscriptions, run.calls, run.incidents, dict(run.variables), run.ended)


def world(
    body: str, extra: str = "", *, reload: bool = False, variables: Mapping[str, Any] | None = None, start: bool = True
) -> World:
    """A world with one process ``main`` of that body, started."""
    made = World(model(body, extra), reload=reload)
    if start:
        made.start("main", variables)
    return made


def conformance() -> Path:
    return Path(__file__).parents[3] / ".." / "shared" / "data" / "conformance"
