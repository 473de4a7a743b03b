"""What holds at rest, whatever the model and the path."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from sqlalchemy import select

from engine import commands
from engine.run.machine import ERROR, STARTED, WAITING
from engine.run.nodes import open_call, open_offer
from engine.run.progress import ControllerProgress, ThrowProgress
from engine.store import Database, tables
from tests.engine.replay.memory import Memory


def check(side: Memory, dead: set[str]) -> None:
    """Every live token has a reason to stay; an ended family has nothing open; nothing of what was cancelled ran on.

    `dead`: ids of tokens cancelled so far, kept from one call to the next.
    """
    within: dict[str, str] = {}
    for root, run in side.runs.items():
        family = run._machine
        for token in family.tasks.values():
            if token.above is not None:
                within[token.id] = token.above.id
            assert token._state in (STARTED, WAITING, ERROR) or run.ended, token
            if not token._children and not run.ended:
                assert reason(token), (token, token.progress)
            assert token.id not in dead or restored(token), token
        assert not family.ready
        if run.ended:
            assert side.status[root] in ("ended", "cancelled")
            assert not (run.open_tasks or run.timers or run.subscriptions or run.calls or run.incidents)
            assert not family.waits and not family.conditions and not family.joins and len(family.tasks) == 1
    immediate(side.steps, within, dead)


def reason(token: Any) -> bool:
    """Why a token without tokens in it may stay."""
    progress = token.progress
    others = token.workflow.tasks.values()
    if isinstance(progress, ControllerProgress):  # works compensation off: a handler is at work
        return any(each.progress.undoes == token.id for each in others)
    if isinstance(progress, ThrowProgress) and progress.undone is not None and token._state == STARTED:
        return any(getattr(each.progress, "then", None) == token.id for each in others)  # threw what is worked off
    open_work = open_offer(token) is not None or open_call(token) is not None
    return bool(open_work or token.waits or token._state in (ERROR, WAITING))


def restored(token: Any) -> bool:
    """Whether it completed before and is there again to compensate inside it."""
    return bool(token.task_spec.is_scope and token.progress.restored)


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
