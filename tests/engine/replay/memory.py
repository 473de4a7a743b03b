"""Runs in memory, without a database: messages, signals and timers go between them as the reference says they do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from engine.commands.routing import matches
from engine.iso8601 import HOME
from engine.model.definition import Node, Process
from engine.refusal import Refusal
from engine.run import Run, next_start, starts
from engine.run.changes import Occurrence, Subscription, Timer
from tests.engine.replay.side import Side, given

Decide = Callable[[str, Mapping[str, Any]], Any]


class Host:
    """The host of one root's run."""

    def __init__(self, world: Memory, root: str) -> None:
        self.world = world
        self.root = root

    def now(self) -> datetime:
        return self.world.now.astimezone(HOME)

    def new_id(self) -> str:
        return self.world.new_id()

    def process(self, id: str) -> Process | None:
        return self.world.processes.get(id)

    def decide(self, decision: str, context: Mapping[str, Any]) -> Any:
        return self.world.decide(decision, context)

    def holds(self, node: Node, connector: str | None) -> bool:
        return connector is not None

    def message_thrown(self, name: str, correlation: Any, variables: Mapping[str, Any]) -> str | None:
        own = [
            one
            for one in self.world.runs[self.root].subscriptions
            if one.kind == "message" and one.name == name and matches(one.key, one.properties, correlation)
        ]
        other = self.world.waiting_for(name, correlation, but=self.root)
        if own and (other is None or age(own[0]) <= age(other[1])):
            return own[0].id
        if other is not None or self.world.starting("message", name) or self.world.throwing(self.root):
            self.world.throw(self.root, "message", (name, correlation, dict(variables), [one.id for one in own]))
        return None

    def signal_thrown(self, name: str, variables: Mapping[str, Any]) -> None:
        world = self.world
        if world.signalled(name, but=self.root) or world.starting("signal", name) or world.throwing(self.root):
            world.throw(self.root, "signal", (name, dict(variables)))

    def occurred(self, occurrence: Occurrence) -> Mapping[str, Any] | None:
        return None


class Memory(Side):
    """All instances as `Run`s; with `reload` each is stored and loaded after every step."""

    def __init__(self, processes: Mapping[str, Process], decide: Decide, *, reload: bool = False) -> None:
        super().__init__()
        self.processes = processes
        self.decide = decide
        self.reload = reload
        self.runs: dict[str, Run] = {}
        self.thrown: list[tuple[datetime, str, str, str, Any]] = []  # due, id, root, kind, what
        self.begins: list[tuple[Timer, str, str]] = []  # start timers: timer, id, process
        self.start_events: list[tuple[str, str, Subscription]] = []
        for process in processes.values():
            found = starts(process, Host(self, ""))
            self.start_events += [(process.id, one.id, one) for one in found.subscriptions]
            self.begins += [(timer, self.new_id(), process.id) for timer in found.timers]
        self.start_events.sort(key=lambda each: each[:2])

    # -- what is asked of it -------------------------------------------------------------------------------------

    def start(self, process: str, variables: Mapping[str, Any]) -> None:
        self.begin(process, variables, None)
        self.rest()

    def begin(self, process: str, variables: Mapping[str, Any], at: str | None) -> None:
        root = self.new_id()

        def began(run: Run) -> None:
            self.runs[root], self.status[root] = run, "active"

        Run.start(self.processes[process], dict(variables), Host(self, root), start=at, instance_id=root, began=began)
        self.settle(root)

    def do(self, command: str, root: str, *arguments: Any) -> Any:
        answer = self.act(root, command, *arguments)
        self.rest()
        return answer

    def act(self, root: str, command: str, *arguments: Any) -> Any:
        answer = getattr(self.runs[root], command)(*arguments)
        self.settle(root)
        return answer

    def settle(self, root: str) -> None:
        run = self.runs[root]
        changes = run.take_changes()
        self.steps += changes.steps
        self.errors += changes.errors
        if changes.ended and self.status[root] == "active":
            self.status[root] = "ended"
        if self.reload:
            state = run.dump()
            self.runs[root] = Run.load(state, Host(self, root))
            assert self.runs[root].dump() == state

    def message(self, name: str, correlation: str | None, variables: Mapping[str, Any]) -> None:
        found = self.waiting_for(name, correlation)
        if found is not None:
            self.act(found[0], "deliver_message", found[1].id, dict(variables))
        elif self.starting("message", name):
            process, at, _ = self.starting("message", name)[0]
            self.begin(process, variables, at)
        else:
            raise Refusal("", f"Nothing waits for the message '{name}'.")
        self.rest()

    def signal(self, name: str, variables: Mapping[str, Any]) -> int:
        taken, begun = 0, self.starting("signal", name)
        for root in self.signalled(name):
            taken += self.act(root, "deliver_signal", name, dict(variables))
        for process, at, _ in begun:
            self.begin(process, variables, at)
        self.rest()
        return taken + len(begun)

    def stop(self, command: str, root: str) -> None:
        if command == "cancel":
            self.status[root] = "cancelled"
            self.act(root, "cancel")
        else:
            self.status[root] = "suspended" if command == "suspend" else "active"
        self.rest()

    def desk(self, command: str, root: str, task: str, n: int) -> None:
        pass

    def looking(self, root: str) -> Any:
        return given(self.runs[root])

    def state(self, root: str) -> bytes:
        return self.runs[root].dump()

    # -- what goes between ---------------------------------------------------------------------------------------

    def happen(self, until: datetime, *, starts: bool) -> bool:
        due = self.next(until, starts=starts)
        if due is not None:
            self.now = max(self.now, due[0])
            due[2]()
        return due is not None

    def next(self, until: datetime, *, starts: bool) -> tuple[datetime, str, Callable[[], None]] | None:
        """What is due first: a timer, something thrown, with `starts` a start timer."""
        found: list[tuple[datetime, str, Callable[[], None]]] = []
        for root in self.active:
            found += [
                (timer.due, timer.id, lambda root=root, id=timer.id: self.act(root, "fire", id) and None)
                for timer in self.runs[root].timers
                if timer.due <= until
            ]
        found += [(each[0], each[1], lambda each=each: self.deliver(each)) for each in self.thrown]
        if starts:
            found += [
                (each[0].due, each[1], lambda each=each: self.begin_by(each))
                for each in self.begins
                if each[0].due <= until
            ]
        return min(found, key=lambda each: each[:2], default=None)

    def begin_by(self, due: tuple[Timer, str, str]) -> None:
        self.begins.remove(due)
        timer, _, process = due
        self.begin(process, {}, timer.id)
        again = next_start(self.processes[process], timer, Host(self, ""))
        if again is not None:
            self.begins.append((again, self.new_id(), process))

    def throw(self, root: str, kind: str, what: Any) -> None:
        self.thrown.append((self.now, self.new_id(), root, kind, what))

    def throwing(self, root: str) -> bool:
        return any(each[2] == root for each in self.thrown)

    def deliver(self, each: tuple[datetime, str, str, str, Any]) -> None:
        self.thrown.remove(each)
        _, _, root, kind, what = each
        if kind == "message":
            name, correlation, variables, own = what
            found = self.waiting_for(name, correlation, but=root, own=own)
            if found is not None:
                self.act(found[0], "deliver_message", found[1].id, dict(variables))
                return
            begun = self.starting("message", name)[:1]
        else:
            name, variables = what
            begun = self.starting("signal", name)
            for other in self.signalled(name, but=root):
                self.act(other, "deliver_signal", name, dict(variables))
        for process, at, _ in begun:
            self.begin(process, variables, at)

    def waits(self, kind: str, name: str) -> list[tuple[str, Subscription]]:
        found = [
            (root, one)
            for root in self.active
            for one in self.runs[root].subscriptions
            if one.kind == kind and one.name == name
        ]
        return sorted(found, key=lambda each: age(each[1]))

    def waiting_for(self, name: str, correlation: Any, but: str = "", own: Any = ()) -> Any:
        """The oldest subscription that takes that message; not one of the root `but`, except those `own`."""
        return next(
            (
                (root, one)
                for root, one in self.waits("message", name)
                if matches(one.key, one.properties, correlation) and (root != but or one.id in own)
            ),
            None,
        )

    def signalled(self, name: str, but: str = "") -> list[str]:
        return list(dict.fromkeys(root for root, _ in self.waits("signal", name) if root != but))

    def starting(self, kind: str, name: str) -> list[tuple[str, str, Subscription]]:
        return [each for each in self.start_events if each[2].kind == kind and each[2].name == name]


def age(one: Subscription) -> tuple[datetime, str]:
    assert one.opened_at is not None
    return one.opened_at, one.id
