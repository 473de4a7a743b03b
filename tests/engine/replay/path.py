"""Random paths: what can happen to what is open, chosen by numbers, so that every side chooses the same."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, NamedTuple

from hypothesis import strategies as st

from engine.refusal import Refusal
from tests.engine.replay.side import Side


class Act(NamedTuple):
    """What, at which of the open things, with which number."""

    kind: str
    which: int
    n: int


KINDS = (
    ["complete"] * 16
    + ["call"] * 4
    + ["variables"] * 3
    + ["message"] * 4
    + ["signal"] * 3
    + ["advance"] * 4
    + ["retry"] * 3
    + [
        "error",
        "escalate",
        "suspend",
        "resume",
        "resume",
        "move",
        "terminate",
        "set_timer",
        "desk",
        "desk",
        "cancel",
        "begin",
    ]
)
paths = st.lists(st.builds(Act, st.sampled_from(KINDS), st.integers(0, 11), st.integers(0, 4)), min_size=6, max_size=24)


def variables(n: int) -> dict[str, Any]:
    """What is written: n, sometimes also the key of messages, or none any more."""
    return {"n": n} | ({"ma": None} if n == 3 else {"ma": "H2", "ghi_chú": [{"a": 1.5}]} if n == 4 else {})


def every(side: Side, what: str) -> list[tuple[str, Any]]:
    """(root, open thing) of all active instances."""
    found = []
    for root in side.active:
        with side.looking(root) as run:
            found += [(root, each) for each in getattr(run, what)]
    return found


def act(side: Side, step: Act, nodes: list[str]) -> str:
    """Do it; what came of it."""
    try:
        answer = _act(side, step, nodes)
    except Refusal:
        return "refused"
    return f"{answer} took it" if step.kind == "signal" else "done"


def _act(side: Side, step: Act, nodes: list[str]) -> Any:
    kind, which, n = step
    if kind in ("suspend", "resume", "cancel"):
        fit = {"suspend": ("active",), "resume": ("suspended",), "cancel": ("active", "suspended")}[kind]
        roots = [root for root, status in side.status.items() if status in fit]
        return side.stop(kind, roots[which % len(roots)]) if roots and (kind != "cancel" or n == 0) else None
    if kind == "message":
        return side.message(("m1", "m2", "m9")[which % 3], ("H1", "H2")[n % 2], variables(n))
    if kind == "signal":
        return side.signal("s1", variables(n))
    if kind == "advance":
        return side.advance(timedelta(minutes=(30, 60, 90, 1440, 4000)[n]))
    if kind == "begin":
        return side.start("main", {"n": n, "ma": "H2"}) if len(side.status) < 4 else None
    if kind == "variables" and side.active:
        return side.do("set_variables", side.active[which % len(side.active)], variables(n), None)
    what = {"call": "calls", "retry": "incidents", "set_timer": "timers"}.get(kind, "open_tasks")
    if kind in ("move", "terminate", "error", "escalate") and which % 3:
        what = ("incidents", "calls", "subscriptions", "timers")[which // 3 % 4]
    found = every(side, what)
    if not found:
        return None
    root, thing = found[which % len(found)]
    return _at(side, step, what, root, thing, nodes)


def _at(side: Side, step: Act, what: str, root: str, thing: Any, nodes: list[str]) -> Any:
    kind, which, n = step
    if kind == "complete":
        outcomes = thing.node.outcomes
        return side.do("complete", root, thing.id, variables(n), outcomes[n % 2].id if outcomes and n < 3 else None)
    if kind == "call":
        if n == 0:
            return side.do("fail_call", root, thing.id, "cổng thuế không trả lời")
        if n == 1:
            return side.do("throw_error", root, thing.id, "E1", {"n": n})
        return side.do("complete_call", root, thing.id, variables(n))
    if kind == "retry":
        side.do("retry", root, thing.id)
    elif kind == "set_timer":
        side.do("set_timer", root, thing.id, side.now + timedelta(hours=n))
    elif kind == "move":
        side.do("move", root, thing.id, nodes[(which * 5 + n) % len(nodes)])
    elif kind == "terminate":
        side.do("terminate", root, thing.id)
    elif kind == "variables":
        side.do("set_variables", root, variables(n), thing.id)
    elif kind == "desk" and what == "open_tasks":
        side.desk(("claim", "release", "reassign", "set_due")[which % 4], root, thing.id, n)
    elif kind == "error" and what in ("open_tasks", "calls"):
        side.do("throw_error", root, thing.id, "E1" if n else "E9", {"n": n})
    elif kind == "escalate" and what == "open_tasks":
        side.do("escalate", root, thing.id, "L1" if n else None)
    return None
