"""Compensation (10.7, 13.5.5): what completed is undone in reverse order, one after the other.

Every scope keeps a record of its completed activities that can be compensated (`progress.Completed`). A
controller, a token without a node, works its plan off and then wakes the one who threw.
"""

from __future__ import annotations

from dataclasses import replace

from engine.run.catching import event_subprocess
from engine.run.changes import deployed
from engine.run.machine import COMPLETED, READY, STARTED, Machine, Token
from engine.run.progress import BodyProgress, CallProgress, Completed, ControllerProgress, ScopeProgress
from engine.run.specs import ProcessSpec, Spec


def remember(token: Token) -> None:
    """A compensable activity completed: its scope (or the activity that repeats it) notes it."""
    spec, machine, above = token.task_spec, token.workflow, token.above
    assert above is not None
    if token.progress.undoes:
        return
    record = _record(token)
    if spec.handler is None and not record.done and not record.many and not _has_own(machine, spec, record):
        return
    machine.count += 1
    record.n = machine.count
    above.progress.done.append(record)


def _record(token: Token) -> Completed:
    """An activity that completes, with what completed inside it."""
    progress, activity = token.progress, token.task_spec.node.id
    if isinstance(progress, BodyProgress):
        return Completed(activity, many=progress.done)
    if isinstance(progress, CallProgress):
        called = progress.called
        return Completed(activity) if called is None else replace(called, activity=activity)
    record = Completed(activity, data=dict(token.data) if token.data else None)
    if isinstance(progress, ScopeProgress):
        record.id, record.done = token.id, progress.done
    return record


def _has_own(machine: Machine, spec: Spec, record: Completed) -> bool:
    """Whether a compensation event subprocess stands in that subprocess, or in the process that was called."""
    if spec.is_scope:
        return spec.inner.compensation_start is not None
    called = _called(machine, spec, record)
    return called is not None and called.scope.inner.compensation_start is not None


def _called(machine: Machine, spec: Spec, record: Completed) -> ProcessSpec | None:
    """The process that a call activity called, in the version that it ran in."""
    if not spec.is_call or record.process is None:
        return None
    return spec.process.of(deployed(machine.host, record.process, record.version))


def throw(origin: Token, activity: str | None, then: Token | None) -> bool:
    """Compensate what is visible from there: in its own scope and, from an event subprocess, in the one around it;
    a named activity also further out. False when there is nothing to do."""
    machine: Machine = origin.workflow
    scope: Token | None = machine.scope(origin)
    home = scope
    plan: list[tuple[str, Completed]] = []
    visible = True
    while scope is not None:
        if visible or (activity is not None and not plan):
            plan.extend((scope.id, record) for record in take(scope.progress, activity))
        if scope.task_spec.is_process:
            break
        visible = visible and scope.task_spec.node.triggered_by_event
        scope = machine.scope(scope)
    assert home is not None
    return bool(plan) and start(home, plan, then)


def take(scope: ScopeProgress, activity: str | None) -> list[Completed]:
    """Take the records to compensate out of a scope: all, or those of one activity."""
    found = [record for record in scope.done if activity is None or record.activity == activity]
    scope.done = [record for record in scope.done if activity is not None and record.activity != activity]
    return found


def flat(record: Completed) -> list[Completed]:
    if record.many is None:
        return [record]
    return [each for instance in record.many for each in flat(instance)]


def start(home: Token, plan: list[tuple[str, Completed]], then: Token | None) -> bool:
    """A controller begins to work a plan off."""
    machine: Machine = home.workflow
    steps = [(scope, each) for scope, record in plan for each in flat(record)]
    steps.sort(key=lambda step: step[1].n)
    controller = machine.token(home.task_spec.process.controller, home)
    controller._state = STARTED
    controller.progress.plan = steps
    controller.progress.then = None if then is None else then.id
    advance(controller)
    return True


def advance(controller: Token) -> None:
    """The next step of the plan: the last completed of what is left."""
    machine: Machine = controller.workflow
    progress: ControllerProgress = controller.progress
    plan = progress.plan or []
    while plan:
        scope_id, record = plan.pop()
        scope = machine.tasks.get(scope_id)
        if scope is not None and undo(scope, record, controller.id):
            return
    then = machine.tasks.get(progress.then or "")
    controller._state = COMPLETED
    machine.remove(controller)
    if then is not None:
        machine.guard(then, then.task_spec.compensation_done, then)


def undo(scope: Token, record: Completed, controller: str) -> bool:
    """Start undoing one completed activity. False when it has nothing to undo."""
    machine: Machine = scope.workflow
    spec = scope.task_spec.process.task_specs[record.activity]
    if spec.handler is not None:
        announce(scope, spec)
        token = machine.enter(spec.handler, scope)
        token.progress.undoes = controller
        if record.data and not spec.is_scope:
            token.data.update(record.data)
        return True
    if not (spec.is_scope or spec.is_call):
        return False
    called = _called(machine, spec, record)
    if spec.is_call and called is None:
        return False
    restored = machine.token(spec if called is None else called.scope, scope, record.id)
    restored._state = STARTED
    restored.data = dict(record.data or {})
    progress: ScopeProgress = restored.progress
    progress.restored, progress.undoes, progress.done = True, controller, record.done or []
    if restored.task_spec.inner.compensation_start:
        event_subprocess(restored, restored.task_spec.inner.compensation_start, None)
        return True
    inside = take(progress, None)
    if inside:
        return start(restored, [(restored.id, each) for each in inside], None)
    machine.cancel_tree(restored)
    return False


def announce(scope: Token, spec: Spec) -> None:
    """The compensation boundary event is in the trace when it fires."""
    machine: Machine = scope.workflow
    boundary = spec.compensation_boundary
    if boundary is not None:
        token = machine.token(boundary, scope)
        token._state = READY
        machine.tell(token, "entered")
        machine.tell(token, "completed")
        token._state = COMPLETED
        machine.remove(token)


def handled(machine: Machine, controller: str) -> None:
    """One step of a plan is done."""
    token = machine.tasks.get(controller)
    if token is not None:
        advance(token)


def cancel_transaction(origin: Token) -> None:
    """A cancel end event (13.5.6): all of its transaction stops, what completed in it is compensated, then its
    cancel boundary event fires."""
    machine: Machine = origin.workflow
    scope = machine.scope(origin)
    while scope.task_spec.type != "transaction":
        if scope.task_spec.is_process:
            return
        scope = machine.scope(scope)
    machine.cancel_tree(scope, inside=True)
    machine.close_waits(scope, scope.task_spec.inner.start_ids)
    scope.progress.interrupted = True
    records = take(scope.progress, None)
    if not records or not start(scope, [(scope.id, record) for record in records], scope):
        scope.task_spec.compensation_done(scope)
