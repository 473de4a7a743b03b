"""What must stand after the storm: everything that was acknowledged, once; nothing stuck; the log as it was written."""

from __future__ import annotations

import json
import time
import traceback
from collections import Counter
from collections.abc import Collection, Iterator
from datetime import timedelta
from itertools import takewhile
from typing import Any

from sqlalchemy import func, select

from engine.store import Database
from engine.store.tables import event, incident, instance, job, root_claim
from procedures.store.dossier import dossier
from tests.faults.storm.people import TIMED, People, Post
from tests.journeys import births
from tests.journeys.system import System, motcua

CALM = 120.0  # seconds in which everything that is due has to be done
SOON = timedelta(seconds=30)  # what waits a little longer than it must is no fault


def said(post: Post, number: int) -> Counter[str]:
    """What the mails of a birth said, without its code; one that came twice with the same Message-ID counts once."""
    return Counter(subject.split("] ", 1)[1] for subject in post.subjects[f"mai{number}@example.vn"].values())


def drained(database: Database) -> bool:
    """Waits until nothing is due: jobs whose next try comes soon are waited for, too. False where it takes too long."""
    deadline = time.monotonic() + CALM
    while time.monotonic() < deadline:
        with database.begin() as tx:
            waiting = select(func.count()).select_from(job).where(job.c.retries_left > 0)
            left = tx.read(waiting.where(job.c.due_at < tx.now + SOON)).scalar_one()
            held = tx.read(select(func.count()).select_from(root_claim)).scalar_one()
        if not left and not held:
            return True
        time.sleep(0.5)
    return False


def faults(system: System, before: int, people: People, post: Post, calm: Counter[str]) -> Iterator[str]:
    """What is wrong, a sentence each. `before`: dossiers before the storm; `calm`: what the mails of one birth
    say when nothing goes wrong."""
    database = Database(system.url)
    try:
        yield from _dossiers(database, before, people)
        yield from _timers(database, people.roots)
        yield from _stuck(database)
        as_written = births.contents(database)
        rebuilt = motcua(system.home, "db", "rebuild", "--json", database=system.database)
        if rebuilt.returncode:
            yield f"db rebuild: {rebuilt.stderr[-500:]}"
        for table, rows in births.contents(database).items():
            if rows != as_written[table]:
                yield f"the table {table} is not what the log says"
    finally:
        database.close()
    verified = motcua(system.home, "audit", "verify", "--json", database=system.database)
    if verified.returncode:
        yield f"audit verify: {verified.stdout[-1000:]}"
    for number in people.codes:
        got = said(post, number)
        if got != calm:
            yield f"mails of {people.codes[number]}: {dict(got)} instead of {dict(calm)}"
    for path in sorted(system.home.glob("*.log")):
        yield from _traces(path.name, path.read_text("utf-8"))


def _dossiers(database: Database, before: int, people: People) -> Iterator[str]:
    try:
        births.check(database, list(people.codes.values()))
    except AssertionError as wrong:
        (*_, at) = traceback.walk_tb(wrong.__traceback__)
        known = {name: value for name, value in at[0].f_locals.items() if name in births.TOLD}
        yield f"dossiers, births.py line {at[1]}: {wrong} {known}"
    with database.begin() as tx:
        found = tx.read(select(func.count()).select_from(dossier)).scalar_one() - before
    if found != len(people.codes):
        yield f"{len(people.codes)} dossiers were acknowledged, {found} are there"


def _timers(database: Database, roots: Collection[str]) -> Iterator[str]:
    with database.begin() as tx:
        fired = Counter(
            row.root_id
            for row in tx.read(
                select(event.c.root_id)
                .join(instance, instance.c.root_id == event.c.root_id)
                .where(event.c.kind == "timer", instance.c.process == TIMED)
            )
        )
        found = tx.read(select(instance.c.root_id, instance.c.status).where(instance.c.process == TIMED)).all()
        status: dict[str, str] = {row.root_id: row.status for row in found}
    if set(status) != set(roots):
        yield f"{len(roots)} starts were acknowledged, {len(status)} instances are there"
    for root in status:
        if fired[root] != 1 or status[root] != "ended":
            yield f"the timer of {root} fired {fired[root]} times; the instance is {status[root]}"


def _stuck(database: Database) -> Iterator[str]:
    with database.begin() as tx:
        for row in tx.read(select(incident)):
            yield f"incident at {row.root_id}: {row.message}"
        for row in tx.read(select(job).where(job.c.due_at < tx.now + SOON)):
            yield f"a job is left: {row.kind} of {row.root_id}, {row.retries_left} tries left, {row.last_error}"
        for row in tx.read(select(root_claim)):
            yield f"{row.worker} still claims {row.root_id}"


def _traces(name: str, log: str) -> Iterator[str]:
    """Stack traces in a log, each with what came before it and its end."""
    lines = log.splitlines()
    for number, line in enumerate(lines):
        if "Traceback" not in line:
            continue
        if line.startswith("{"):
            told: Any = json.loads(line)
            yield f"{name} has a stack trace: {told.get('event')} {str(told.get('exception', ''))[-600:]}"
        else:
            trace = list(takewhile(lambda one: one.startswith((" ", "Traceback")), lines[number:]))
            end = lines[number + len(trace) : number + len(trace) + 1]
            yield "\n          ".join(
                [f"{name} has a stack trace:", *lines[max(0, number - 2) : number], *trace[-8:], *end]
            )
