"""A saved instance is told on: by the names of elements until it is saved, by a rule of its own until its end."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from engine.iso8601 import add
from tests.engine.replay.side import Side
from tests.engine.saved.cases import Do

ROUNDS = 60


def tell(side: Side, root: str, step: Do) -> None:
    """One step on the way to where it is saved."""
    what, where = step
    if what == "wait":
        side.advance(add(side.now, where) - side.now)
    elif what == "suspend":
        side.stop("suspend", root)
    elif what == "message":
        side.message(where, None, {"tin": "đã đến"})
    elif what == "signal":
        side.signal(where, {})
    elif what == "timer":
        timer = found(side, root, "timers", where)
        side.do("set_timer", root, timer.id, side.now)
    elif what == "set_timer":
        timer = found(side, root, "timers", where)
        side.do("set_timer", root, timer.id, side.now + timedelta(days=2))
    elif what == "fail":
        side.do("fail_call", root, found(side, root, "calls", where).id, "cổng thuế không trả lời")
    elif what in ("claim", "set_due"):
        side.desk(what, root, found(side, root, "open_tasks", where).id, 1)
    else:
        side.do("complete", root, found(side, root, "open_tasks", where).id, {}, None)


def found(side: Side, root: str, what: str, element: str) -> Any:
    with side.looking(root) as run:
        return next(each for each in getattr(run, what) if each.element == element)


def opened(side: Side, root: str) -> dict[str, list[str]]:
    """The elements of all that is open."""
    with side.looking(root) as run:
        return {
            what: sorted(each.element for each in getattr(run, what))
            for what in ("open_tasks", "timers", "subscriptions", "calls", "incidents")
        }


def finish(side: Side, root: str) -> list[list[str]]:
    """To its end: incidents are mended and retried, tasks and calls done, messages and signals sent, then time passes.
    The steps it took: (element, event)."""
    side.steps.clear()
    if side.status[root] == "suspended":
        side.stop("resume", root)
    for _ in range(ROUNDS):
        if side.status[root] != "active":
            break
        _next(side, root)
    return [[step.element, step.event] for step in side.steps]


def _next(side: Side, root: str) -> None:
    with side.looking(root) as run:
        incidents, tasks, calls = run.incidents, run.open_tasks, run.calls
        waits, timers = run.subscriptions, run.timers
    if incidents:
        side.do("set_variables", root, {"n": 5}, None)
        side.do("retry", root, incidents[0].id)
    elif tasks:
        side.do("complete", root, tasks[0].id, {"n": 5} if tasks[0].element != "a" else {}, None)
    elif calls:
        side.do("complete_call", root, calls[0].id, {"tra_loi": True})
    elif waits:
        wait = waits[0]
        if wait.kind == "signal":
            side.signal(wait.name, {})
        else:
            side.message(wait.name, wait.key, {"tin": 1})
    else:
        assert timers, "nothing is left to do"
        side.advance(min(timer.due for timer in timers) - side.now)
