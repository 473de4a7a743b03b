"""What holds at rest, whatever the model and the path."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from sqlalchemy import select

from engine import commands
from engine.run.token import ERROR, STARTED, WAITING
from engine.store import Database, tables
from tests.engine.replay.memory import Memory


def check(side: Memory, dead: set[str]) -> None:
    """Every live token has a reason to stay; an ended family has nothing open; nothing of what was cancelled ran on.

    `dead`: ids of tokens cancelled so far, kept from one call to the next.
    """
    within: dict[str, str] = {}
    for root, run in side.runs.items():
        family = run._family
        for token in family.tasks.values():
            if token.above is not None:
                within[token.id] = token.above.id
            assert token._state in (STARTED, WAITING, ERROR) or run.ended, token
            if not token._children and not run.ended:
                assert reason(token), (token, token.internal_data)
            assert token.id not in dead or token.internal_data.get("restored"), token
        assert not family.ready
        if run.ended:
            assert side.status[root] in ("ended", "cancelled")
            assert not (run.open_tasks or run.timers or run.subscriptions or run.calls or run.incidents)
            assert not family.waits and not family.conditions and not family.joins and len(family.tasks) == 1
    immediate(side.steps, within, dead)


def reason(token: Any) -> bool:
    """Why a token without tokens in it may stay."""
    internal = token.internal_data
    others = token.workflow.tasks.values()
    if "plan" in internal:  # works compensation off: a handler is at work
        return any(each.internal_data.get("for") == token.id for each in others)
    if "undone" in internal and token._state == STARTED:  # threw compensation, which is being worked off
        return any(each.internal_data.get("then") == token.id for each in others)
    return bool("task" in internal or "call" in internal or token.waits or token._state in (ERROR, WAITING))


def immediate(steps: Any, within: dict[str, str], dead: set[str]) -> None:
    """No step of a cancelled scope comes after its cancellation, and each token ends once."""
    ends: Counter[str] = Counter()
    for step in steps:
        at: str | None = step.instance
        while at is not None:
            assert at not in dead, (step, at)
            at = within.get(at)
        assert step.token not in dead, step
        if step.event != "entered":
            ends[step.token] += 1
        if step.event == "cancelled":
            dead.add(step.token)
    assert not ends or max(ends.values()) == 1


def rows_are_live(database: Database, roots: Iterable[str]) -> None:
    """The rows of the worklist, of timers, calls, subscriptions and incidents are those of the live instances."""
    live: Counter[tuple[str, str, str]] = Counter()
    for root in roots:
        with commands.run_of(database, root) as run:
            for kind, what in (
                ("work_item", run.open_tasks),
                ("subscription", run.subscriptions),
                ("incident", run.incidents),
                ("timer", run.timers),
                ("call", run.calls),
            ):
                live.update((kind, root, each.id) for each in what)
    rows: Counter[tuple[str, str, str]] = Counter()
    with database.begin() as tx:
        for table in (tables.work_item, tables.subscription, tables.incident):
            rows.update((table.name, row.root_id, row.id) for row in tx.read(select(table.c.root_id, table.c.id)))
        job = tables.job.c
        rows.update(
            (row.kind, row.root_id, row.id)
            for row in tx.read(select(job.kind, job.root_id, job.id).where(job.kind.in_(("timer", "call"))))
        )
    assert rows == live
