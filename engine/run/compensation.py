"""Compensation (10.7, 13.5.5): what completed is undone in reverse order, one after the other.

Every scope keeps a record of its completed activities that can be compensated: ``a`` the activity, ``n`` its place in
the order of completion, ``data`` the variables of its own; of a subprocess also ``id`` and the records ``done`` inside
it, as they were when it completed; of a multi-instance activity or a loop the records of its instances, ``many``.
A controller, a token without a node, works its plan off and then wakes the one who threw.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.run.token import COMPLETED, READY, STARTED, Token

if TYPE_CHECKING:
    from engine.run.family import Family

Record = dict[str, Any]


def remember(token: Token) -> None:
    """A compensable activity completed: its scope (or the activity that repeats it) notes it."""
    spec, family, above = token.task_spec, token.workflow, token.above
    assert above is not None
    internal = token.internal_data
    if "for" in internal or internal.get("restored"):
        return
    done = internal.get("done", [])
    record: Record = {"a": spec.node.id}
    if spec.is_body:
        record["many"] = done
    elif spec.is_call:
        record.update(internal.get("called", {}))
        done = record.get("done")
    else:
        if spec.is_scope:
            record.update(id=token.id, done=done)
        if token.data:
            record["data"] = dict(token.data)
    if spec.handler is None and not done and not _has_own(family, spec, record):
        return
    family.count += 1
    record["n"] = family.count
    above.internal_data.setdefault("done", []).append(record)


def _has_own(family: Family, spec: Any, record: Record) -> bool:
    """Whether a compensation event subprocess stands in that subprocess, or in the process that was called."""
    if spec.is_scope:
        return spec.inner.compensation_start is not None
    if not spec.is_call or "process" not in record:
        return False
    from engine.run.compiled import compiled

    process = family.deployed(record["process"], record["version"])
    return process is not None and compiled(process).scope.inner.compensation_start is not None


def throw(origin: Token, activity: str | None, then: Token | None) -> bool:
    """Compensate what is visible from there: in its own scope and, from an event subprocess, in the one around it;
    a named activity also further out. False when there is nothing to do."""
    family: Family = origin.workflow
    scope: Token | None = family.scope(origin)
    home = scope
    plan: list[tuple[str, Record]] = []
    visible = True
    while scope is not None:
        if visible or (activity is not None and not plan):
            plan.extend((scope.id, record) for record in take(scope.internal_data, activity))
        if scope.task_spec.is_process:
            break
        visible = visible and scope.task_spec.node.triggered_by_event
        scope = family.scope(scope)
    assert home is not None
    return bool(plan) and start(home, plan, then)


def take(internal: dict[str, Any], activity: str | None) -> list[Record]:
    """Take the records to compensate out of a scope: all, or those of one activity."""
    records: list[Record] = internal.get("done", [])
    if activity is None:
        found, kept = records, []
    else:
        found = [record for record in records if record["a"] == activity]
        kept = [record for record in records if record["a"] != activity]
    if kept:
        internal["done"] = kept
    else:
        internal.pop("done", None)
    return found


def flat(record: Record) -> list[Record]:
    if "many" not in record:
        return [record]
    return [each for instance in record["many"] for each in flat(instance)]


def start(home: Token, plan: list[tuple[str, Record]], then: Token | None) -> bool:
    """A controller begins to work a plan off."""
    family: Family = home.workflow
    steps: list[tuple[str, Record]] = [(scope, each) for scope, record in plan for each in flat(record)]
    steps.sort(key=lambda step: int(step[1]["n"]))
    controller = family.token(home.task_spec.process.controller, home)
    controller._state = STARTED
    controller.internal_data["plan"] = steps
    if then is not None:
        controller.internal_data["then"] = then.id
    advance(controller)
    return True


def advance(controller: Token) -> None:
    """The next step of the plan: the last completed of what is left."""
    family: Family = controller.workflow
    plan = controller.internal_data["plan"]
    while plan:
        scope_id, record = plan.pop()
        scope = family.tasks.get(scope_id)
        if scope is not None and undo(scope, record, controller.id):
            return
    then = family.tasks.get(controller.internal_data.get("then", ""))
    controller._state = COMPLETED
    family.remove(controller)
    if then is not None:
        family.guard(then, then.task_spec.compensation_done, then)


def undo(scope: Token, record: Record, controller: str) -> bool:
    """Start undoing one completed activity. False when it has nothing to undo."""
    family: Family = scope.workflow
    spec = scope.task_spec.process.task_specs[record["a"]]
    if spec.handler is not None:
        announce(scope, spec)
        token = family.enter(spec.handler, scope)
        token.internal_data["for"] = controller
        if "data" in record and not spec.is_scope:
            token.data.update(record["data"])
        return True
    if not (spec.is_scope or spec.is_call):
        return False
    restored = family.token(spec, scope, record["id"]) if spec.is_scope else called_again(scope, record)
    if restored is None:
        return False
    restored._state = STARTED
    restored.data = dict(record.get("data", {}))
    restored.internal_data.update(restored=True, **{"for": controller})
    if record.get("done"):
        restored.internal_data["done"] = record["done"]
    if restored.task_spec.inner.compensation_start:
        from engine.run.catching import event_subprocess

        event_subprocess(restored, restored.task_spec.inner.compensation_start, None)
        return True
    inside = take(restored.internal_data, None)
    if inside:
        return start(restored, [(restored.id, each) for each in inside], None)
    family.cancel_tree(restored)
    return False


def called_again(scope: Token, record: Record) -> Token | None:
    """The scope of a called process that completed, to compensate inside it."""
    from engine.run.compiled import compiled

    process = scope.workflow.deployed(record["process"], record["version"])
    return None if process is None else scope.workflow.token(compiled(process).scope, scope, record["id"])


def announce(scope: Token, spec: Any) -> None:
    """The compensation boundary event is in the trace when it fires."""
    family: Family = scope.workflow
    boundary = spec.compensation_boundary
    if boundary is not None:
        token = family.token(boundary, scope)
        token._state = READY
        family.tell(token, "entered")
        family.tell(token, "completed")
        token._state = COMPLETED
        family.remove(token)


def handled(family: Family, controller: str) -> None:
    """One step of a plan is done."""
    token = family.tasks.get(controller)
    if token is not None:
        advance(token)


def cancel_transaction(origin: Token) -> None:
    """A cancel end event (13.5.6): all of its transaction stops, what completed in it is compensated, then its
    cancel boundary event fires."""
    family: Family = origin.workflow
    scope = family.scope(origin)
    while scope.task_spec.type != "transaction":
        if scope.task_spec.is_process:
            return
        scope = family.scope(scope)
    family.cancel_tree(scope, inside=True)
    family.close_waits(scope, scope.task_spec.inner.start_ids)
    scope.internal_data["interrupted"] = True
    records = take(scope.internal_data, None)
    if not records or not start(scope, [(scope.id, record) for record in records], scope):
        scope.task_spec.compensation_done(scope)
