"""One instance migrated, judged and taken back, on SQLite and on PostgreSQL."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from engine import audit, commands, migration, worklist
from engine.commands import Refusal
from engine.store import Database, tables
from tests.engine.commands.conftest import Clock
from tests.engine.commands.models import candidates, flow, model, task, timer
from tests.engine.commands.test_commands import deploy, only

END = '<endEvent id="e"/>'
START = '<startEvent id="s"/>'


def late(due: str, id: str = "late", to: str = "b") -> str:
    return (f'<boundaryEvent id="{id}" attachedToRef="a" cancelActivity="false">{timer(due)}</boundaryEvent>'
            f'<endEvent id="e_{id}"/>' + flow(id, f"e_{id}"))


OLD = model(START + task("a", candidates("mot_cua")) + late("P1D") + task("b") + END + flow("s", "a", "b", "e"))
NEW = model(START + '<userTask id="a" name="Thẩm định hồ sơ">' + candidates("chuyen_vien") + "</userTask>"
            + late("P2D") + late("P5D", "later") + task("x") + task("b") + END + flow("s", "a", "x", "b", "e"))


def both(db: Database, old: bytes = OLD, new: bytes = NEW, **more: Any) -> migration.Plan:
    """A plan between two versions; what is started before is on the old one."""
    a, b = deploy(db, old).id, deploy(db, new).id
    return migration.save(db, a, b, by="phuong", **more)


def start(db: Database, plan: migration.Plan, **more: Any) -> str:
    return commands.start(db, "p", deployment=plan.source, **more)


def contents(db: Database, root: str) -> dict[str, Any]:
    """All that the engine keeps of a root, but its log and how often it was written."""
    with db.begin() as tx:
        found = {name: sorted((tuple(row) for row in tx.read(select(table).where(table.c.root_id == root))), key=repr)
                 for name in ("work_item", "candidate", "subscription", "incident", "job")
                 for table in [tables.metadata.tables[name]]}
        row = tx.read(select(tables.instance).where(tables.instance.c.root_id == root)).one()
        return found | {"state": bytes(row.state), "deployment": row.deployment, "process": row.process,
                        "status": row.status}


def test_an_instance_goes_on_in_the_new_version(db: Database, clock: Clock) -> None:
    plan = both(db)
    root = start(db, plan, business_key="H1")
    before = only(db, root)
    clock.forward(hours=2)
    said = migration.migrate(db, plan.id, root, "luật mới", "phuong")
    assert said.fits and said.reasons == ()
    (item,) = worklist.of_instance(db, root)
    assert (item.id, item.name, item.groups) == (before, "Thẩm định hồ sơ", ("chuyen_vien",))
    commands.complete(db, item.id)
    assert worklist.of_instance(db, root)[0].element == "x"
    (found,) = commands.find(db, root_id=root)
    assert found.deployment == plan.target
    assert audit.verify(db)["broken"] == []


def test_a_rehearsal_says_all_and_changes_nothing(db: Database, clock: Clock) -> None:
    plan = both(db)
    root = start(db, plan)
    before = contents(db, root)
    log = audit.history(db, root)
    said = migration.rehearse(db, plan.id, root)
    assert said.fits
    assert {(line.what, line.how, line.target) for line in said.lines} == {
        ("token", "kept", "a"), ("task", "changed", "a"), ("timer", "kept", "late"), ("timer", "new", "later")}
    db.hot.clear()
    assert contents(db, root) == before and audit.history(db, root) == log
    commands.complete(db, only(db, root))
    assert worklist.of_instance(db, root)[0].element == "b"


def test_what_was_migrated_is_taken_back_byte_for_byte(db: Database, clock: Clock) -> None:
    plan = both(db)
    root = start(db, plan)
    commands.claim(db, only(db, root), "lan")
    before = contents(db, root)
    migration.migrate(db, plan.id, root, "luật mới", "phuong")
    assert contents(db, root) != before
    migration.undo(db, plan.id, root, "nhầm", "phuong")
    assert contents(db, root) == before
    db.hot.clear()
    commands.complete(db, only(db, root))
    assert worklist.of_instance(db, root)[0].element == "b"
    assert audit.verify(db)["broken"] == []


def test_nothing_is_taken_back_once_it_has_moved(db: Database) -> None:
    plan = both(db)
    root = start(db, plan)
    migration.migrate(db, plan.id, root, "luật mới", "phuong")
    commands.claim(db, only(db, root), "lan")
    with pytest.raises(Refusal) as refused:
        migration.undo(db, plan.id, root, "nhầm", "phuong")
    assert "claim" in refused.value.vi and "has moved since" in refused.value.en
