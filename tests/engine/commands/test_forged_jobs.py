"""What was not ordered by the system is not done in its name: a job carries the mark of a key outside the database."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from engine import audit, jobs
from engine.jobs import Handler
from engine.store import Database, Tx
from engine.store.tables import incident, job
from engine.worker import drain

KEY = bytes(range(32))


@pytest.fixture
def done(db: Database) -> list[Any]:
    """What the jobs that were done said."""
    said: list[Any] = []
    db.installation.secret = lambda: KEY
    db.installation.handlers["note"] = Handler(inside=lambda _tx, one: said.append(one.payload))
    return said


def ordered(db: Database, what: str, root: str = "r") -> str:
    with db.begin() as tx:
        id = jobs.add(tx, root, "note", payload={"what": what})
    assert id is not None
    return id


def put_in(tx: Tx) -> None:
    """A row of somebody who knows the table."""
    payload = '{"what":"forged"}'
    tx.execute(insert(job).values(root_id="r", id="x", kind="note", payload=payload, due_at=tx.now, dedupe_key="x"))


def changed(tx: Tx) -> None:
    payload = tx.read(select(job.c.payload)).scalar_one()
    tx.execute(update(job).values(payload=payload.replace("right", "forged")))


def moved(tx: Tx) -> None:
    """Under another root the same mark says nothing."""
    tx.execute(update(job).values(root_id="another"))


def copied(tx: Tx) -> None:
    payload = tx.read(select(job.c.payload)).scalar_one()
    tx.execute(insert(job).values(root_id="r", id="x", kind="note", payload=payload, due_at=tx.now, dedupe_key="x"))


@pytest.mark.parametrize("forge", [put_in, changed, moved, copied], ids=lambda forge: forge.__name__)
def test_a_job_that_was_put_in_or_changed_is_refused_and_told(
    db: Database, done: list[Any], forge: Callable[[Tx], None]
) -> None:
    ordered(db, "right")
    with db.begin() as tx:
        forge(tx)
    drain(db)
    drain(db)
    assert [one["what"] for one in done] == (["right"] if forge in (put_in, copied) else [])
    with db.begin() as tx:
        (told,) = tx.read(select(incident)).all()
        left = tx.read(select(job)).all()
    assert "không do hệ thống đặt ra" in told.message
    assert [one.retries_left for one in left] == [0], "it stays for who looks into it"
    assert [one.kind for one in audit.history(db, told.root_id)] == ["job_failed"]


def test_who_upgrades_or_restores_vouches_for_what_stands_there(db: Database, done: list[Any]) -> None:
    db.installation.secret = bytes
    for number in range(3):
        ordered(db, f"{number}", root=f"r{number}")
    db.installation.secret = lambda: KEY
    assert db.run(jobs.vouch) == 3 and db.run(jobs.vouch) == 0
    db.installation.secret = lambda: bytes(32)
    assert db.run(lambda tx: jobs.vouch(tx, again=True)) == 3
    drain(db)
    assert sorted(one["what"] for one in done) == ["0", "1", "2"]
