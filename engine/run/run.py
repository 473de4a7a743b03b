"""`Run`: one family of instances, from outside. Every method is a command that runs to rest."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from engine.model.definition import Node, Process
from engine.refusal import Refusal
from engine.run import catching, codec, moving
from engine.run.changes import Call, Changes, Host, Incident, OpenTask, Subscription, Timer
from engine.run.compiled import compiled
from engine.run.failure import Failure
from engine.run.machine import ERROR, Machine, Token, context
from engine.run.nodes import open_call, open_offer
from engine.run.standing import Catcher, Place, error_catchers, place, reachable, standing
from engine.run.starts import begin_at
from engine.run.variables import write
from engine.run.wait import Wait


class Run:
    """A root process instance with all it calls.

    A `Refusal` is raised before anything has changed. Any other exception comes from the host or from a fault of
    ours, in the middle of a command: the run is then `stale`, refuses everything, and has to be loaded again.
    """

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self.stale = False

    # -- beginning, storing ------------------------------------------------------------------------------------

    @classmethod
    def start(
        cls,
        process: Process,
        variables: Mapping[str, Any] | None,
        host: Host,
        *,
        start: str | None = None,
        instance_id: str | None = None,
        began: Callable[[Run], Any] | None = None,
    ) -> Run:
        """Begin an instance: plainly, or with `start` by an event that has happened: the id of a start event, a
        receive task or an event behind an event gateway (of a `Subscription` or `Timer` of `starts`).

        began: is given the run before its first step, for a host that must know what waits in it when it throws."""
        spec = compiled(process)
        machine = Machine(spec, host)
        entry = begin_at(spec, start, variables or {})
        root = machine.token(spec.scope, None, instance_id)
        machine.task_tree = root
        root.data = dict(variables or {})
        run = cls(machine)
        if began is not None:
            began(run)
        run._do(entry, machine, root)
        return run

    @classmethod
    def load(cls, state: bytes, host: Host) -> Run:
        return cls(codec.load(state, host))

    def dump(self) -> bytes:
        self._fresh()
        return codec.dump(self._machine)

    def take_changes(self) -> Changes:
        """What has changed since they were taken last; what came and went in between is in the steps only."""
        changes, self._machine.changes = self._machine.changes, Changes()
        for opened, closed in (
            ("tasks_opened", "tasks_closed"),
            ("calls_opened", "calls_closed"),
            ("timers_set", "timers_cleared"),
            ("incidents_opened", "incidents_closed"),
            ("subscriptions_opened", "subscriptions_closed"),
        ):
            if getattr(changes, opened) and getattr(changes, closed):
                _net(changes, opened, closed, self._alive(opened))
        return changes

    # -- what is alive -----------------------------------------------------------------------------------------

    @property
    def id(self) -> str:
        return str(self._machine.root.id)

    @property
    def process(self) -> Process:
        found: Process = self._machine.spec.definition
        return found

    @property
    def ended(self) -> bool:
        return bool(self._machine.completed)

    @property
    def suspended(self) -> bool:
        return self._machine.suspended

    @property
    def open_tasks(self) -> list[OpenTask]:
        return [token.task_spec.open_task(token) for token in self._machine.each() if open_offer(token) is not None]

    def open_task(self, id: str) -> OpenTask | None:
        """One open task by its id, without looking at the others."""
        token = self._machine.tasks.get(id)
        if token is None or open_offer(token) is None:
            return None
        found: OpenTask = token.task_spec.open_task(token)
        return found

    def element_of(self, id: str) -> str | None:
        """The node of an open task by the task's id."""
        token = self._machine.tasks.get(id)
        return None if token is None or open_offer(token) is None else str(token.task_spec.node.id)

    def call(self, id: str) -> Call | None:
        """One open call by its id."""
        token = self._machine.tasks.get(id)
        if token is None or open_call(token) is None:
            return None
        found: Call = token.task_spec.call(token)
        return found

    @property
    def calls(self) -> list[Call]:
        return [token.task_spec.call(token) for token in self._machine.each() if open_call(token) is not None]

    @property
    def incidents(self) -> list[Incident]:
        return [self._machine.incident(token) for token in self._machine.each() if token._state == ERROR]

    @property
    def timers(self) -> list[Timer]:
        return [wait.timer() for wait in self._waits() if wait.kind == "timer"]

    @property
    def subscriptions(self) -> list[Subscription]:
        return [wait.subscription() for wait in self._waits() if wait.kind in ("message", "signal")]

    @property
    def standing(self) -> list[Place]:
        """Every live token with its node, the oldest first."""
        return standing(self._machine)

    def place(self, token: str) -> Place | None:
        """Where one token stands, by its id or by that of a timer or subscription on it; None for a process's own."""
        return place(self._token(token))

    def reachable(self, token: str) -> list[Node]:
        """The nodes that `move` would take that token to."""
        return reachable(self._token(token))

    def error_catchers(self, token: str) -> list[Catcher]:
        """The events that would catch a BPMN error thrown at that token."""
        return error_catchers(self._token(token))

    @property
    def variables(self) -> Mapping[str, Any]:
        """Those of the root process."""
        return self._machine.root.data

    def variables_of(self, token: str) -> Mapping[str, Any]:
        """All that the token of a task, timer, subscription, call or incident sees."""
        return dict(context(self._token(token)))

    # -- work --------------------------------------------------------------------------------------------------

    def complete(self, task: str, variables: Mapping[str, Any] | None = None, outcome: str | None = None) -> None:
        """An open task is done, with one of its outcomes where it has any."""
        token = self._with(task, open_offer, "công việc", "task")
        outcomes = token.task_spec.node.outcomes
        if outcome is not None and outcome not in [each.id for each in outcomes]:
            name = token.task_spec.node.name or token.task_spec.node.id
            raise Refusal(
                f"Công việc «{name}» không có lựa chọn «{outcome}».", f"The task '{name}' has no outcome '{outcome}'."
            )
        result = dict(variables or {})
        if outcomes and outcome is None:
            result.setdefault(token.task_spec.node.outcome_variable, None)

        def done() -> None:
            token.progress.offer = None
            self._machine.changes.tasks_closed.append(token.id)
            self._machine.guard(token, token.task_spec.finish, token, result, outcome)

        self._do(done)

    def complete_call(self, id: str, variables: Mapping[str, Any] | None = None) -> None:
        """The work of a service task is done."""
        token = self._with(id, open_call, "lời gọi", "call")

        def done() -> None:
            token.progress.call = None
            self._machine.changes.calls_closed.append(token.id)
            self._machine.guard(token, token.task_spec.done, token, dict(variables or {}))

        self._do(done)

    def fail_call(self, id: str, message: str) -> None:
        """The work of a service task failed for good: an incident, until it is retried."""
        token = self._with(id, open_call, "lời gọi", "call")

        def failed() -> None:
            token.progress.call = None
            self._machine.changes.calls_closed.append(token.id)
            self._machine.stop(token, Failure("call", message, message))

        self._do(failed)

    def throw_error(self, token: str, code: str | None, variables: Mapping[str, Any] | None = None) -> None:
        """The work of a task ended in a BPMN error: its nearest catcher takes it; none: the family ends."""
        found = self._activity(token)
        self._do(catching.throw_error, found, code, variables, own=True)

    def escalate(self, token: str, code: str | None, variables: Mapping[str, Any] | None = None) -> bool:
        """A task raises an escalation; whether something caught it."""
        found = self._activity(token)
        return bool(self._do(catching.throw_at, found, "escalation", code, variables, own=True))

    # -- events ------------------------------------------------------------------------------------------------

    def fire(self, timer: str) -> None:
        """A timer is due; the host sees to the date."""
        token, wait = self._wait(timer, "timer", "hẹn giờ", "timer")
        self._do(self._machine.guard, token, token.task_spec.caught, token, wait, None)

    def deliver_message(self, subscription: str, variables: Mapping[str, Any] | None = None) -> None:
        token, wait = self._wait(subscription, "message", "đăng ký nhận thông điệp", "message subscription")
        self._do(self._machine.guard, token, catching.deliver_message, token, wait, dict(variables or {}))

    def deliver_signal(self, name: str, variables: Mapping[str, Any] | None = None) -> int:
        """A signal from outside; how many subscriptions took it."""
        self._open()
        return int(self._do(catching.throw_signal, self._machine, name, dict(variables or {})))

    def set_timer(self, timer: str, due: datetime) -> None:
        """Another date for a timer that waits."""
        _, wait = self._wait(timer, "timer", "hẹn giờ", "timer")
        if due.tzinfo is None:
            raise Refusal("Thời điểm mới của hẹn giờ phải có múi giờ.", "A timer's new date must have an offset.")

        def set_() -> None:
            self._machine.changes.timers_cleared.append(wait.id)
            wait.due = due.astimezone(UTC)
            self._machine.changes.timers_set.append(wait.timer())

        self._do(set_)

    # -- steering ----------------------------------------------------------------------------------------------

    def set_variables(self, variables: Mapping[str, Any], token: str | None = None) -> None:
        """Write variables: the process's, or seen from a token; conditional events look again."""
        self._open()
        at = self._machine.root if token is None else self._token(token)

        def set_() -> None:
            for name, value in variables.items():
                write(at, name, value)

        self._do(set_)

    def retry(self, incident: str) -> None:
        """Do again what failed; if it fails again there is a new incident."""
        self._open()
        token = self._machine.tasks.get(incident)
        if token is None or token._state != ERROR:
            raise Refusal(f"Không có sự cố «{incident}» nào đang mở.", f"No incident '{incident}' is open.")

        def again() -> None:
            self._machine.changes.incidents_closed.append(token.id)
            token.progress.stopped = None
            token.task_spec.retry(token)

        self._do(again)

    def cancel(self) -> None:
        """End the whole family now."""
        self._fresh()
        self._not_ended()
        machine = self._machine

        def stop() -> None:
            machine.cancel_tree(machine.root, inside=True)
            machine.root.task_spec.end(machine.root)

        self._do(stop)

    def terminate(self, token: str) -> None:
        """End one branch; the rest goes on."""
        self._open()
        found = self._token(token)
        if found is self._machine.root:
            return self.cancel()
        self._do(moving.terminate, found)
        return None

    def move(self, token: str, element: str) -> None:
        """Take a token from where it stands to another node of its process."""
        self._open()
        found = self._token(token)
        steps = moving.way(found, element)
        self._do(moving.move, found, steps)

    def suspend(self) -> None:
        """Nothing but `resume` and `cancel` is done until it is resumed."""
        self._open()
        self._machine.suspended = True

    def resume(self) -> None:
        self._fresh()
        self._not_ended()
        if not self._machine.suspended:
            raise Refusal(f"Phiên chạy «{self.id}» không bị tạm dừng.", f"The instance '{self.id}' is not suspended.")
        self._machine.suspended = False

    # -- inside ------------------------------------------------------------------------------------------------

    def _do(self, function: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        self.stale = True
        result = function(*arguments, **named)
        self._machine.drive()
        self.stale = False
        return result

    def _fresh(self) -> None:
        if self.stale:
            raise Refusal(
                "Phiên chạy trong bộ nhớ đã cũ, phải nạp lại.", "The run in memory is stale and must be loaded."
            )

    def _not_ended(self) -> None:
        if self.ended:
            raise Refusal(f"Phiên chạy «{self.id}» đã kết thúc.", f"The instance '{self.id}' has ended.")

    def _open(self) -> None:
        self._fresh()
        self._not_ended()
        if self.suspended:
            raise Refusal(f"Phiên chạy «{self.id}» đang tạm dừng.", f"The instance '{self.id}' is suspended.")

    def _with(self, id: str, open_work: Callable[[Token], object], vi: str, en: str) -> Token:
        self._open()
        token = self._machine.tasks.get(id)
        if token is None or open_work(token) is None:
            raise Refusal(f"Không có {vi} «{id}» nào đang mở.", f"No {en} '{id}' is open.")
        return token

    def _activity(self, id: str) -> Token:
        """A token whose work can end in an error: an open task, a call, an incident."""
        self._open()
        token = self._token(id)
        if token._state != ERROR and open_offer(token) is None and open_call(token) is None:
            name = token.task_spec.node.name or token.task_spec.node.id
            raise Refusal(f"«{name}» không phải là công việc đang mở.", f"'{name}' is no open task.")
        return token

    def _token(self, id: str) -> Token:
        """By its own id, or by that of a timer or subscription that waits on it."""
        self._fresh()
        token = self._machine.tasks.get(id)
        if token is None and id in self._machine.waits:
            token = self._machine.waits[id][0]
        if token is None:
            raise Refusal(f"Không có gì đang mở với mã «{id}».", f"Nothing is open with the id '{id}'.")
        return token

    def _wait(self, id: str, kind: str, vi: str, en: str) -> tuple[Token, Wait]:
        self._open()
        token, wait = self._machine.waits.get(id, (None, None))
        if token is None or wait is None or wait.kind != kind:
            raise Refusal(f"Không có {vi} «{id}» nào đang chờ.", f"No {en} '{id}' is waiting.")
        return token, wait

    def _waits(self) -> list[Wait]:
        return sorted((wait for _, wait in self._machine.waits.values()), key=lambda wait: wait.n)

    def _alive(self, opened: str) -> Callable[[str], bool]:
        machine = self._machine
        if opened in ("timers_set", "subscriptions_opened"):
            return lambda id: id in machine.waits
        if opened == "incidents_opened":
            return lambda id: id in machine.tasks and machine.tasks[id].progress.stopped is not None
        open_work = open_offer if opened == "tasks_opened" else open_call
        return lambda id: id in machine.tasks and open_work(machine.tasks[id]) is not None


def _net(changes: Changes, opened: str, closed: str, alive: Callable[[str], bool]) -> None:
    """Drop what came and went within the same changes; of what is set twice only the last remains."""
    came = [each.id for each in getattr(changes, opened)]
    gone = getattr(changes, closed)
    both = set(came) & set(gone)
    if not both:
        return
    last = {each.id: each for each in getattr(changes, opened)}
    # An id that was there before the changes was closed as often as it was opened, or once more when it is gone.
    before = {id for id in both if gone.count(id) >= came.count(id) + (not alive(id))}
    setattr(changes, opened, [each for id, each in last.items() if id not in both or alive(id)])
    setattr(changes, closed, [id for id in dict.fromkeys(gone) if id not in both or id in before])
