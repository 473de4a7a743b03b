"""The log is the truth: projections rebuilt from it are what they were."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from engine import commands, projections
from engine.projections import Projection
from engine.store import Database, tables
from engine.worker import drain
from tests.engine.commands import models
from tests.engine.commands.conftest import Clock
from tests.engine.commands.test_commands import deploy, only

PROJECTED = ("work_item", "candidate", "subscription", "incident", "job")


def contents(db: Database) -> dict[str, list[Any]]:
    with db.begin() as tx:
        return {name: sorted(map(tuple, tx.read(select(tables.metadata.tables[name]))), key=repr) for name in PROJECTED}


def test_projections_rebuilt_from_the_log_are_what_they_were(db: Database, clock: Clock) -> None:
    for key, body in (("two", models.TWO), ("q", models.SIGNAL)):
        deploy(db, body, key)
    roots = [commands.start(db, "p", {"n": n}, f"H{n}") for n in range(4)]
    commands.claim(db, only(db, roots[0]), "lan")
    commands.complete(db, only(db, roots[1]))
    commands.set_due(db, only(db, roots[1]), clock.now, by="lan", reason="hẹn")
    commands.reassign(db, only(db, roots[1]), "minh", by="truong", reason="bận")
    commands.cancel_instance(db, roots[2])
    commands.start(db, "q")
    deploy(db, models.TIMED, "timed")
    for n in range(2):
        root = commands.start(db, "p", business_key=f"T{n}")
        if n:
            commands.suspend(db, root)
    deploy(db, models.WAIT, "wait")
    for variables in ({}, {"n": 1}):
        commands.start(db, "p", variables)
    clock.forward(days=1)
    drain(db)
    before = contents(db)
    assert all(before[name] for name in PROJECTED)
    assert projections.rebuild(db, ["engine"])["engine"] > 10
    assert contents(db) == before
    commands.complete(db, only(db, roots[0]))


def test_a_projection_of_the_application_is_rebuilt_with_them(db: Database) -> None:
    seen: list[str] = []
    db.installation.projections["seen"] = Projection(lambda tx: seen.clear(), lambda tx, event: seen.append(event.kind))
    deploy(db, models.TWO)
    commands.start(db, "p")
    assert set(projections.rebuild(db)) == {"engine", "seen"}
    assert seen == ["deploy", "rows", "start"]
    with pytest.raises(KeyError):
        projections.rebuild(db, ["khong_co"])


def test_the_log_is_read_in_pages_without_losing_or_repeating(db: Database, clock: Clock) -> None:
    from engine.store import records

    deploy(db, models.TWO)
    for n in range(7):
        commands.complete(db, only(db, commands.start(db, "p")))
        clock.forward(microseconds=n % 2)
    event = tables.event
    with db.begin() as tx:
        for order in ((event.c.root_id, event.c.seq), (event.c.at, event.c.root_id, event.c.seq)):
            whole = tx.read(select(event).order_by(*order)).all()
            for size in (1, 4, 15, 100):
                assert list(records.pages(tx, select(event), *order, size=size)) == whole
