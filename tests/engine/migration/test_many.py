"""Many instances by one plan: in the background, one job each, whatever becomes of the workers."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from engine import audit, commands, jobs, migration, projections, worklist
from engine.commands import Refusal
from engine.jobs import Job
from engine.migration import many
from engine.store import Database, tables
from engine.worker import Worker, drain
from tests.engine.commands.conftest import Clock
from tests.engine.commands.models import SERVICE, candidates, flow, model, task
from tests.engine.commands.test_commands import count, only, status
from tests.engine.commands.test_projections import contents
from tests.engine.migration.test_doing import END, START, both, late, start


def statuses(db: Database, plan: migration.Plan) -> list[tuple[str, str]]:
    return [(one.business_key or "", one.status) for one in migration.standings(db, plan.id)]


def test_all_are_rehearsed_migrated_and_taken_back_by_jobs(
    db: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(many, "BATCH", 3)
    plan = both(db, new=model(START + task("a") + END + flow("s", "a", "e")))
    roots = [start(db, plan, business_key=f"H{n}") for n in range(7)]
    commands.complete(db, only(db, roots[3]))  # at b, which the new version lacks
    commands.cancel_instance(db, roots[6])
    assert migration.rehearse_all(db, plan.id, "phuong") == 6
    assert migration.progress(db, plan.id).rehearsing
    drain(db)
    said = migration.progress(db, plan.id)
    assert (said.open, said.fits, said.unfit, said.rehearsing) == (6, 5, 1, False)
    (unfit,) = migration.standings(db, plan.id, status="rehearsed", fits=False)
    assert unfit.judgement is not None and unfit.judgement.reasons[0].en == (
        "A token stands at 'Việc b', which has no counterpart in the new version."
    )
    assert migration.migrate_many(db, plan.id, [roots[0]], "thử trước", "phuong") == 1
    assert migration.progress(db, plan.id).waiting == 1
    drain(db)
    assert dict(statuses(db, plan))["H0"] == "done"
    assert migration.migrate_many(db, plan.id, None, "luật mới", "phuong") == 5
    drain(db)
    said = migration.progress(db, plan.id)
    assert (said.open, said.done, said.refused, said.waiting) == (1, 5, 1, 0)
    (refused,) = migration.standings(db, plan.id, status="refused")
    assert refused.why[0].element == "b" and refused.deployment == plan.source
    commands.complete(db, only(db, roots[1]))
    commands.claim(db, only(db, roots[2]), "lan")
    assert migration.undo_many(db, plan.id, None, "nhầm", "phuong") == 5
    drain(db)
    said = migration.progress(db, plan.id)
    assert (said.undone, said.done, said.open) == (3, 2, 4)
    why = {one.business_key: one.why[0].en for one in migration.standings(db, plan.id, status="done")}
    assert why["H1"].endswith("has ended.")
    assert why["H2"].startswith("Instance 'H2' has moved since it was migrated (a task was claimed, ")
    assert {one.reason for one in migration.standings(db, plan.id, status="done")} == {"luật mới"}
    assert not any(one.undoable for one in migration.standings(db, plan.id))
    assert count(db, "job") == len(jobs_of_timers(db))
    assert audit.verify(db)["broken"] == []


def jobs_of_timers(db: Database) -> list[Any]:
    with db.begin() as tx:
        return list(tx.read(select(tables.job.c.id).where(tables.job.c.kind == "timer")))


def test_a_job_that_runs_twice_or_too_late_does_no_harm(db: Database) -> None:
    plan = both(db)
    root = start(db, plan)
    migration.migrate_many(db, plan.id, None, "luật mới", "phuong")
    with db.begin() as tx:
        row = tx.read(select(tables.job).where(tables.job.c.kind == "migrate")).one()
    job = Job(root, row.id, "migrate", jobs.unpack(row.payload), row.due_at)
    many.migrate_job(job, db)
    length = len(audit.history(db, root))
    many.migrate_job(job, db)
    drain(db)
    assert len(audit.history(db, root)) == length
    migration.undo(db, plan.id, root, "nhầm", "phuong")
    many.migrate_job(job, db)  # a worker that slept through all of it
    (found,) = commands.find(db, root_id=root)
    assert found.deployment == plan.source


def test_two_who_migrate_at_once_migrate_once(db: Database) -> None:
    plan = both(db)
    root = start(db, plan)
    answers: list[str] = []

    def go() -> None:
        try:
            migration.migrate(db, plan.id, root, "luật mới", "phuong")
            answers.append("done")
        except Refusal as refusal:
            answers.append(refusal.en[:30])

    threads = [threading.Thread(target=go) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [f"Instance '{root}'"[:30]] * 3 + ["done"]
    assert [event.kind for event in audit.history(db, root)].count("migrate") == 1


def test_a_worker_that_dies_leaves_the_job_to_another(
    db: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = both(db)
    root = start(db, plan)
    migration.migrate_many(db, plan.id, None, "luật mới", "phuong")
    dying = Worker(db, "chết")
    with db.begin() as tx:
        claimed = jobs.claim(tx, root, dying.name, dying.lease)
    many.migrate_job(next(one for one in claimed if one.kind == "migrate"), db)  # and it dies before the job is ended
    clock.forward(minutes=1)
    drain(db)
    assert [event.kind for event in audit.history(db, root)].count("migrate") == 1
    assert migration.progress(db, plan.id).done == 1


def test_a_suspended_instance_goes_over_and_stays_suspended_with_its_new_timers(db: Database, clock: Clock) -> None:
    plan = both(db)
    root = start(db, plan)
    commands.suspend(db, root)
    migration.migrate(db, plan.id, root, "luật mới", "phuong")
    assert status(db, root) == "suspended"
    before = contents(db)
    projections.rebuild(db, ["engine"])
    assert contents(db) == before
    clock.forward(days=6)
    drain(db)
    assert count(db, "incident") == 0
    commands.resume(db, root)
    drain(db)
    fired = [step.element for step in audit.history_of_steps(db, root) if step.event == "entered"]
    assert fired[-4:].count("later") == 1 and "late" in fired


def test_work_under_way_outside_is_told_and_its_result_taken(db: Database, clock: Clock) -> None:
    new = SERVICE.replace('id="call" name="Gọi thuế"'.encode(), 'id="call" name="Gọi cổng mới"'.encode()).replace(
        b'type="thue"', b'type="thue2"'
    )
    plan = both(db, SERVICE, new)
    root = start(db, plan)
    with db.begin() as tx:
        (job,) = jobs.claim(tx, root, "w", timedelta(seconds=20))
    said = migration.migrate(db, plan.id, root, "luật mới", "phuong")
    assert [line.en for line in said.lines if line.what == "call"] == [
        "The outside work of 'call' is under way by the old version; its result is taken."
    ]
    with db.begin() as tx:
        assert tx.read(select(tables.job.c.lock_token)).scalar_one() == job.lock_token
        jobs.finish(tx, job)
        commands.complete_call(tx, root, job.id, {"mst": "1"})
    assert only(db, root)
    assert migration.progress(db, plan.id).done == 1


def test_a_call_that_waits_is_made_by_the_new_version(db: Database) -> None:
    new = SERVICE.replace(b'type="thue"', b'type="thue2"')
    plan = both(db, SERVICE, new)
    root = start(db, plan)
    migration.migrate(db, plan.id, root, "luật mới", "phuong")
    with db.begin() as tx:
        payload = jobs.unpack(tx.read(select(tables.job.c.payload)).scalar_one())
    assert payload["connector"] == "thue2"
    migration.undo(db, plan.id, root, "nhầm", "phuong")
    with db.begin() as tx:
        payload = jobs.unpack(tx.read(select(tables.job.c.payload)).scalar_one())
    assert payload["connector"] == "thue"


def test_projections_are_rebuilt_as_they_were_after_migrating_and_undoing(db: Database, clock: Clock) -> None:
    plan = both(db)
    kept, back, claimed = (start(db, plan, business_key=f"H{n}") for n in range(3))
    commands.claim(db, only(db, claimed), "lan")
    clock.forward(hours=1)
    for root in (kept, back, claimed):
        migration.migrate(db, plan.id, root, "luật mới", "phuong")
    migration.undo(db, plan.id, back, "nhầm", "phuong")
    before = contents(db)
    assert all(before[name] for name in ("work_item", "candidate", "job"))
    projections.rebuild(db, ["engine"])
    assert contents(db) == before


def test_who_has_a_task_keeps_it_and_sees_its_new_groups(db: Database) -> None:
    plan = both(db)
    root = start(db, plan)
    commands.claim(db, only(db, root), "lan")
    migration.migrate(db, plan.id, root, "luật mới", "phuong")
    (item,) = worklist.of_instance(db, root)
    assert (item.assignee, item.groups, item.claimed_at is not None) == ("lan", ("chuyen_vien",), True)
    assert worklist.open_tasks(db, who="minh", groups=["mot_cua"]).total == 0


def test_a_plan_says_where_tokens_stand_and_is_not_changed_once_used(db: Database) -> None:
    plan = both(db)
    root = start(db, plan)
    commands.complete(db, only(db, start(db, plan)))
    draft = migration.draft_of(db, plan.id)
    assert {row.element: row.standing for row in draft.rows if row.standing} == {"a": 1, "b": 1}
    assert draft.ok and draft.open == 2
    with pytest.raises(Refusal) as refused:
        migration.save(db, plan.source, plan.target, by_hand={"a": "khong_co"})
    assert refused.value.en == "The version after has no element 'khong_co' to take 'Việc a'."
    changed = migration.change(db, plan.id, by_hand={"p/b": None}, timers="recompute", by="phuong")
    assert (changed.by_hand, changed.timers) == ({"p/b": None}, "recompute")
    row = next(row for row in migration.draft_of(db, plan.id).rows if row.element == "b")
    assert (row.how, row.target) == ("unmapped", None)
    migration.migrate(db, plan.id, root, "luật mới", "phuong")
    with pytest.raises(Refusal):
        migration.change(db, plan.id)
    assert [one.id for one in migration.plans(db, source=plan.source)] == [plan.id]


def test_timers_are_counted_anew_from_when_they_were_set(db: Database, clock: Clock) -> None:
    plan = both(db, timers="recompute")
    root = start(db, plan)
    begun = clock.now
    clock.forward(hours=5)
    migration.migrate(db, plan.id, root, "luật mới", "phuong")
    with commands.run_of(db, root) as run:
        due = {timer.element: timer.due for timer in run.timers}
    assert due == {"late": begun + timedelta(days=2), "later": clock.now + timedelta(days=5)}


def test_a_process_of_another_id_is_the_same_instance(db: Database) -> None:
    old = model(START + task("a", candidates("mot_cua")) + END + flow("s", "a", "e"), id="p")
    new = model(START + task("a") + late("P1D") + END + flow("s", "a", "e"), id="p2")
    plan = both(db, old, new, processes={"p": "p2"})
    root = start(db, plan)
    migration.migrate(db, plan.id, root, "luật mới", "phuong")
    assert [(one.process, one.deployment) for one in commands.find(db, root_id=root)] == [("p2", plan.target)]
    db.hot.clear()
    commands.complete(db, only(db, root))
    assert status(db, root) == "ended"


def test_what_was_rehearsed_and_has_ended_since_is_not_counted(db: Database) -> None:
    plan = both(db)
    ended, running = start(db, plan), start(db, plan)
    migration.rehearse_some(db, plan.id)
    assert migration.progress(db, plan.id).fits == 2
    commands.cancel_instance(db, ended)
    assert (migration.progress(db, plan.id).open, migration.progress(db, plan.id).fits) == (1, 1)
    assert [one.root_id for one in migration.standings(db, plan.id)] == [running]
    assert migration.count_standings(db, plan.id) == 1
