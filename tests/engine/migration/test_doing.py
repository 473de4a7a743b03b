"""One instance migrated, judged and taken back, on SQLite and on PostgreSQL."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from engine import audit, commands, migration, worklist
from engine.commands import Refusal
from engine.store import Database, tables
from engine.worker import drain
from tests.engine.commands.conftest import Clock
from tests.engine.commands.models import candidates, flow, model, task, timer
from tests.engine.commands.test_commands import deploy, only

END = '<endEvent id="e"/>'
START = '<startEvent id="s"/>'


def late(due: str, id: str = "late", to: str = "b") -> str:
    return (
        f'<boundaryEvent id="{id}" attachedToRef="a" cancelActivity="false">{timer(due)}</boundaryEvent>'
        f'<endEvent id="e_{id}"/>' + flow(id, f"e_{id}")
    )


OLD = model(START + task("a", candidates("mot_cua")) + late("P1D") + task("b") + END + flow("s", "a", "b", "e"))
NEW = model(
    START
    + '<userTask id="a" name="Thẩm định hồ sơ">'
    + candidates("chuyen_vien")
    + "</userTask>"
    + late("P2D")
    + late("P5D", "later")
    + task("x")
    + task("b")
    + END
    + flow("s", "a", "x", "b", "e")
)


def both(db: Database, old: bytes = OLD, new: bytes = NEW, **more: Any) -> migration.Plan:
    """A plan between two versions; what is started before is on the old one."""
    a, b = deploy(db, old).id, deploy(db, new).id
    return migration.save(db, a, b, by="phuong", **more)


def start(db: Database, plan: migration.Plan, **more: Any) -> str:
    return commands.start(db, "p", deployment=plan.source, **more)


def contents(db: Database, root: str) -> dict[str, Any]:
    """All that the engine keeps of a root, but its log and how often it was written."""
    with db.begin() as tx:
        found = {
            name: sorted((tuple(row) for row in tx.read(select(table).where(table.c.root_id == root))), key=repr)
            for name in ("work_item", "candidate", "subscription", "incident", "job")
            for table in [tables.metadata.tables[name]]
        }
        row = tx.read(select(tables.instance).where(tables.instance.c.root_id == root)).one()
        return found | {
            "state": bytes(row.state),
            "deployment": row.deployment,
            "process": row.process,
            "status": row.status,
        }


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
        ("token", "kept", "a"),
        ("task", "changed", "a"),
        ("timer", "kept", "late"),
        ("timer", "new", "later"),
    }
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
    assert "nhận việc, 08:00 23/11/2026" in refused.value.vi and "a task was claimed" in refused.value.en


def test_a_called_process_of_another_bundle_stays_on_its_version(db: Database) -> None:
    def caller(name: str) -> bytes:
        return model(START + f'<callActivity id="k" name="{name}" calledElement="con"/>' + END + flow("s", "k", "e"))

    con = model(START + task("a") + END + flow("s", "a", "e"), id="con")
    deploy(db, con, "con")
    plan = both(db, caller("Gọi"), caller("Gọi lại"))
    root = start(db, plan)
    deploy(db, model(START + task("x") + END + flow("s", "x", "e"), id="con"), "con")
    assert migration.rehearse(db, plan.id, root).fits
    migration.migrate(db, plan.id, root, "luật mới", "phuong")
    db.hot.clear()
    (item,) = worklist.of_instance(db, root)
    assert item.element == "a"
    commands.complete(db, item.id)
    assert commands.find(db, root_id=root)[0].status == "ended"


def test_timers_and_messages_reach_what_was_migrated(db: Database, clock: Clock) -> None:
    definitions = '<message id="m" name="{}"/>'
    body = (
        START
        + '<receiveTask id="{0}" messageRef="m"/>'
        + (f'<boundaryEvent id="late" attachedToRef="{{0}}">{timer("P1D")}</boundaryEvent>')
        + task("b")
        + END
        + (
            '<sequenceFlow id="f1" sourceRef="s" targetRef="{0}"/>'
            '<sequenceFlow id="f2" sourceRef="{0}" targetRef="e"/>' + flow("late", "b", "e")
        )
    )
    plan = both(
        db,
        model(body.format("cho"), more=definitions.format("cu")),
        model(body.format("doi"), more=definitions.format("moi")),
        by_hand={"cho": "doi"},
    )
    first, second = start(db, plan), start(db, plan)
    for root in (first, second):
        migration.migrate(db, plan.id, root, "luật mới", "phuong")
    with pytest.raises(Refusal):
        commands.message(db, "cu")
    assert commands.message(db, "moi") == first
    clock.forward(days=1)
    drain(db)
    assert worklist.of_instance(db, second)[0].element == "b"


def test_an_incident_is_kept_migrated_and_retried(db: Database) -> None:
    def script(text: str) -> bytes:
        return model(
            START
            + '<scriptTask id="t"><extensionElements><zeebe:script expression="= '
            + text
            + '" resultVariable="n"/></extensionElements></scriptTask>'
            + task("a")
            + END
            + flow("s", "t", "a", "e")
        )

    plan = both(db, script("1 + &quot;x&quot;"), script("1 + 1"))
    root = start(db, plan)
    (stopped,) = commands.incidents(db)
    migration.migrate(db, plan.id, root, "sửa mô hình", "phuong")
    (same,) = commands.incidents(db)
    assert same == stopped
    assert commands.retry_incident(db, same.id)
    assert commands.variables_of(db, root)["n"] == 2


def test_a_refused_instance_is_as_it_was_and_every_reason_is_said(db: Database) -> None:
    old = model(
        START
        + '<parallelGateway id="g"/>'
        + task("a")
        + task("b")
        + END
        + flow("s", "g", "a", "e")
        + flow("g", "b", "e")
    )
    plan = both(db, old, model(START + task("c") + END + flow("s", "c", "e")))
    root = start(db, plan)
    before, log = contents(db, root), audit.history(db, root)
    with pytest.raises(migration.Unfit) as unfit:
        migration.migrate(db, plan.id, root, "luật mới", "phuong")
    assert [one.element for one in unfit.value.reasons] == ["a", "b"]
    assert (contents(db, root), audit.history(db, root)) == (before, log)
    with pytest.raises(Refusal) as refused:
        migration.migrate(db, plan.id, root, " ", "phuong")
    assert refused.value.vi == "Chuyển đổi phiên bản phải có lý do."


def test_a_process_that_the_new_version_lacks_is_a_reason(db: Database) -> None:
    plan = both(db, new=model(START + task("a") + END + flow("s", "a", "e"), id="khac"))
    root = start(db, plan)
    assert [one.en for one in migration.rehearse(db, plan.id, root).reasons] == ["The new version has no process 'p'."]
    assert "process-removed" in [one.rule for one in migration.draft_of(db, plan.id).findings]


def test_what_ran_on_when_it_was_migrated_is_not_taken_back(db: Database) -> None:
    condition = "<conditionalEventDefinition><condition>= n &gt; 3</condition></conditionalEventDefinition>"
    new = model(
        START
        + task("a")
        + f'<boundaryEvent id="c" attachedToRef="a">{condition}</boundaryEvent>'
        + task("b")
        + END
        + flow("s", "a", "e")
        + flow("c", "b", "e")
    )
    plan = both(db, model(START + task("a") + END + flow("s", "a", "e")), new)
    root = start(db, plan, variables={"n": 9})
    said = migration.rehearse(db, plan.id, root)
    assert [line.what for line in said.lines if line.how == "runs"] == ["run"]
    assert worklist.of_instance(db, root)[0].element == "a"
    migration.migrate(db, plan.id, root, "luật mới", "phuong")
    assert worklist.of_instance(db, root)[0].element == "b"
    with pytest.raises(Refusal) as refused:
        migration.undo(db, plan.id, root, "nhầm", "phuong")
    assert "ran on when it was migrated" in refused.value.en
