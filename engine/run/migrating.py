"""Taking the live tree of a family to another version of its processes: the same tokens, at other nodes.

The tree is built anew over the other version's specs; ids of tokens, tasks, timers and subscriptions stay. What is not
certain is refused, with every reason at once, and nothing has changed. What waits on the tokens is `rearming`'s.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from engine.run.changes import Call, Changes, Host, Incident, OpenTask, Step
from engine.run.completions import Completions
from engine.run.fitting import Reason, Route, Unfit
from engine.run.lines import Line
from engine.run.rearming import Rearming
from engine.run.rebuilding import Tree
from engine.run.run import Run

Timers = Literal["keep", "recompute"]


@dataclass(slots=True)
class Migrated:
    """A family in its new version. `run` holds as its changes all that differs from the run before.

    tasks: open tasks that stay open, as they were and as they are, where these differ. ran_on: branches went on.
    """

    run: Run
    tokens: list[tuple[str, str, str]]  # (token, node before, node after)
    lines: list[Line] = field(default_factory=list)
    tasks: list[tuple[OpenTask, OpenTask]] = field(default_factory=list)
    ran_on: bool = False


def migrate(
    run: Run,
    routes: Mapping[str, Route],
    host: Host,
    *,
    suspended: bool = False,
    timers: Timers = "keep",
    since: Callable[[str], datetime | None] = lambda id: None,
    began: Callable[[Run], Any] | None = None,
) -> Migrated:
    """Takes a run to the versions that the routes name, by process id, under a host of the new version.

    began: is given the new run before branches may go on, for a host that must know what waits in it.
    since: when a timer was set, where that is known, for timers that are computed anew.
    suspended: nothing may run on by this. Raises Unfit with all reasons; the run given is as it was then.
    """
    tree = Tree(run._machine, routes, host)
    rearming = Rearming(tree, timers, since)
    for put_over in ((tree.build,), (Completions(tree).all, tree.dissolve_all), (rearming.all,)):
        for each in put_over:
            each()
        if tree.reasons:
            raise Unfit(tree.reasons)
    new = tree.machine
    steps = len(new.changes.steps)
    changed = Run(new)
    if began is not None:
        began(changed)
    new.drive()
    ran_on = len(new.changes.steps) > steps or changed.ended
    if ran_on and suspended:
        raise Unfit(
            [
                Reason(
                    "",
                    "Phiên chạy đang tạm ngừng, mà chuyển xong thì quy trình chạy tiếp ngay; hãy cho chạy lại trước.",
                    "The instance is suspended, and once migrated it would run on at once; resume it first.",
                )
            ]
        )
    done = Migrated(changed, tree.moved, tree.lines, ran_on=ran_on)
    if ran_on:
        done.lines.append(_runs(new.changes.steps[steps:]))
    told = new.changes
    done.lines += [_stops(one) for one in told.incidents_opened if one.id in new.tasks]
    new.changes = difference(run, changed)
    new.changes.steps, new.changes.errors = told.steps, told.errors
    before = {task.id: task for task in run.open_tasks}
    done.tasks = [
        (before[task.id], task)
        for task in changed.open_tasks
        if task.id in before and _seen(before[task.id]) != _seen(task)
    ]
    return done


def restored(run: Run, state: bytes, host: Host) -> Run:
    """The run of a state kept from before, as a change of the run it became."""
    back = Run.load(state, host)
    back._machine.changes = difference(run, back)
    return back


def renewed(before: Run, after: Run) -> tuple[list[tuple[Call, Call]], list[Incident]]:
    """Calls (as before and as after) and incidents that stay and are said otherwise now: no changes of the run, for
    they neither end nor begin."""
    calls, incidents = {one.id: one for one in before.calls}, {one.id: one for one in before.incidents}
    return (
        [(calls[one.id], one) for one in after.calls if one.id in calls and calls[one.id] != one],
        [one for one in after.incidents if one.id in incidents and incidents[one.id] != one],
    )


def difference(before: Run, after: Run) -> Changes:
    """What waits in one run and not in the other, or (timers, subscriptions) not alike: as closed and opened."""
    changes = Changes(ended=after.ended and not before.ended)
    for name, opened, closed in (
        ("timers", "timers_set", "timers_cleared"),
        ("open_tasks", "tasks_opened", "tasks_closed"),
        ("subscriptions", "subscriptions_opened", "subscriptions_closed"),
        ("calls", "calls_opened", "calls_closed"),
        ("incidents", "incidents_opened", "incidents_closed"),
    ):
        old = {one.id: one for one in getattr(before, name)}
        new = {one.id: one for one in getattr(after, name)}
        again = name in ("timers", "subscriptions")
        getattr(changes, closed).extend(id for id, one in old.items() if id not in new or (again and new[id] != one))
        getattr(changes, opened).extend(one for id, one in new.items() if id not in old or (again and old[id] != one))
    return changes


def _seen(task: OpenTask) -> Any:
    """What a worklist shows of a task, and its node: the terms of its step hang on that."""
    return (
        task.element,
        task.name,
        task.instance,
        task.process,
        task.form,
        task.assignee,
        task.candidate_groups,
        task.candidate_users,
        task.due,
        task.priority,
        task.lane,
        task.node and (task.node.extensions, task.node.outcomes),
    )


def _runs(steps: list[Step]) -> Line:
    names = ", ".join(dict.fromkeys(f"«{step.name or step.element}»" for step in steps if step.event == "entered"))
    return Line(
        "run",
        "runs",
        "",
        "",
        f"Chuyển xong, quy trình chạy tiếp ngay: {names or 'kết thúc'}.",
        f"Once migrated the process runs on at once: {names or 'it ends'}.",
    )


def _stops(incident: Incident) -> Line:
    return Line(
        "incident",
        "new",
        "",
        incident.element,
        f"Có sự cố mới ở «{incident.element}»: {incident.message}",
        f"A new incident at '{incident.element}': {incident.message_en or incident.message}",
        id=incident.id,
    )
