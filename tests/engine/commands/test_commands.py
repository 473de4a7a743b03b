"""Commands on SQLite and on PostgreSQL: one contract."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from engine import audit, commands, worklist
from engine.commands import Refusal
from engine.run.changes import OpenTask
from engine.store import Database, LostGuard, tables
from tests.engine.commands import models
from tests.engine.commands.conftest import Clock


def deploy(db: Database, body: bytes, key: str = "k", **more: object) -> commands.Deployment:
    return commands.deploy(db, {f"{key}.bpmn": body}, key=key, **more)  # type: ignore[arg-type]


def only(db: Database, root: str) -> str:
    (item,) = worklist.of_instance(db, root)
    return item.id


def count(db: Database, name: str) -> int:
    with db.begin() as tx:
        return tx.read(select(func.count()).select_from(tables.metadata.tables[name])).scalar_one()


def status(db: Database, root: str) -> str:
    (found,) = commands.find(db, root_id=root)
    return found.status


def test_an_instance_goes_from_its_start_to_its_end(db: Database) -> None:
    deploy(db, models.TWO)
    root = commands.start(db, "p", {"x": 1}, "H31-1", by="lan")
    (item,) = worklist.of_instance(db, root)
    assert (item.element, item.name, item.groups, item.business_key) == (
        "a",
        "Việc a",
        ("mot_cua", "chuyen_vien"),
        "H31-1",
    )
    commands.complete(db, item.id, {"y": 2}, by="lan")
    commands.complete(db, only(db, root), by="minh")
    assert status(db, root) == "ended"
    assert commands.variables_of(db, root) == {"x": 1, "y": 2}
    assert count(db, "work_item") == count(db, "candidate") == 0
    assert [(e.kind, e.who, e.element) for e in audit.history(db, root)] == [
        ("start", "lan", None),
        ("complete", "lan", "a"),
        ("complete", "minh", "b"),
    ]
    assert audit.verify(db)["broken"] == []


def test_a_task_is_completed_once(db: Database) -> None:
    deploy(db, models.TWO)
    root = commands.start(db, "p")
    task = only(db, root)
    commands.complete(db, task)
    for _ in range(2):
        with pytest.raises(Refusal):
            commands.complete(db, task)
        db.hot.clear()
    assert len(audit.history(db, root)) == 2


def test_an_unknown_process_and_an_unknown_task_are_refused_in_both_languages(db: Database) -> None:
    with pytest.raises(Refusal) as refused:
        commands.start(db, "khong_co")
    assert "khong_co" in refused.value.vi and "khong_co" in refused.value.en
    with pytest.raises(Refusal):
        commands.complete(db, "khong_co")


def test_a_stale_hot_copy_is_found_by_the_guarded_write_and_the_command_done_on_the_new_state(
    db: Database, database_url: str, open_database: Callable[..., Database]
) -> None:
    other = open_database(database_url, clock=db.clock)
    deploy(db, models.TWO)
    root = commands.start(db, "p")
    task = only(db, root)
    commands.set_variables(other, root, {"x": 5})
    commands.complete(db, task, {"y": 1})
    assert commands.variables_of(other, root) == {"x": 5, "y": 1}
    with pytest.raises(Refusal):
        commands.complete(other, task)


def test_a_lost_guard_changes_nothing(db: Database, database_url: str, open_database: Callable[..., Database]) -> None:
    other = open_database(database_url, clock=db.clock)
    deploy(db, models.TWO)
    root = commands.start(db, "p")
    task = only(db, root)
    tries = []

    def work(tx: object) -> None:
        tries.append(tx.optimistic)  # type: ignore[attr-defined]
        if len(tries) == 1:
            commands.set_variables(other, root, {"x": 5})
        commands.tasks.complete.__wrapped__(tx, task)  # type: ignore[attr-defined]

    db.run(work)
    assert tries == [True, False]
    assert [e.kind for e in audit.history(db, root)] == ["start", "set_variables", "complete"]


def test_commands_join_the_transaction_they_are_given(db: Database) -> None:
    deploy(db, models.TWO)
    with db.begin() as tx:
        root = commands.start(tx, "p")
        (item,) = worklist.of_instance(tx, root)
        commands.complete(tx, item.id)
        (item,) = worklist.of_instance(tx, root)
        assert item.element == "b"
        audit.append(tx, root, "note", "lan", {"text": "đủ"})
    assert [e.kind for e in audit.history(db, root)] == ["start", "complete", "note"]
    assert audit.verify(db)["broken"] == []


def test_what_a_transaction_did_is_lost_together(db: Database) -> None:
    deploy(db, models.TWO)
    root = commands.start(db, "p")
    logged = count(db, "event")
    with pytest.raises(ZeroDivisionError), db.begin() as tx:
        commands.complete(tx, only(db, root))
        commands.start(tx, "p")
        raise ZeroDivisionError
    (item,) = worklist.of_instance(db, root)
    assert item.element == "a" and count(db, "instance") == 1 and count(db, "event") == logged
    commands.complete(db, item.id)
    assert audit.verify(db)["broken"] == []


def test_a_refusal_inside_a_transaction_leaves_it_usable(db: Database) -> None:
    deploy(db, models.TWO)
    with db.begin() as tx:
        root = commands.start(tx, "p")
        with pytest.raises(Refusal):
            commands.start(tx, "khong_co")
        with pytest.raises(Refusal):
            commands.complete(tx, "khong_co")
        commands.complete(tx, worklist.of_instance(tx, root)[0].id)
    assert worklist.of_instance(db, root)[0].element == "b"


@pytest.mark.parametrize("processes", [1, 2])
def test_many_at_once_on_one_instance_are_one_after_the_other(
    db: Database, database_url: str, open_database: Callable[..., Database], processes: int
) -> None:
    databases = [
        db,
        *(open_database(database_url, clock=db.clock) for _ in range(processes - 1)),
    ]  # each with hot copies of its own
    deploy(db, models.TWO)
    root = commands.start(db, "p", {"n": 0})
    errors: list[BaseException] = []

    def add(thread: int) -> None:
        try:
            for number in range(10):
                commands.set_variables(databases[thread % processes], root, {f"t{thread}": number})
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=add, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    assert len(audit.history(db, root)) == 41
    assert commands.variables_of(db, root) == {"n": 0, "t0": 9, "t1": 9, "t2": 9, "t3": 9}
    assert audit.verify(db)["broken"] == []


def test_claim_release_and_reassign_stand_in_the_log_with_before_and_after(db: Database) -> None:
    deploy(db, models.TWO)
    root = commands.start(db, "p")
    task = only(db, root)
    commands.claim(db, task, "lan")
    commands.claim(db, task, "lan")
    with pytest.raises(Refusal, match="lan"):
        commands.claim(db, task, "minh")
    commands.reassign(db, task, "minh", by="truong", reason="nghỉ phép")
    commands.release(db, task, by="minh")
    with pytest.raises(Refusal):
        commands.release(db, task)
    logged = [(e.kind, e.who, e.data["before"], e.data["assignee"]) for e in audit.history(db, root)[1:]]
    assert logged == [
        ("claim", "lan", None, "lan"),
        ("reassign", "truong", "lan", "minh"),
        ("release", "minh", "minh", None),
    ]


def test_many_tasks_are_reassigned_with_a_reason_for_each_that_is_not(db: Database) -> None:
    deploy(db, models.TWO)
    tasks = [only(db, commands.start(db, "p")) for _ in range(2)]
    answers = commands.reassign_many(db, [*tasks, "khong_co"], "minh", by="truong", reason="chuyển công tác")
    assert [answers[task] for task in tasks] == [None, None] and "khong_co" in str(answers["khong_co"])
    assert worklist.counts(db, who="minh")["mine"] == 2


def test_the_worklist_is_scoped_to_the_person_in_the_query(db: Database, clock: Clock) -> None:
    deploy(db, models.TWO)
    one, two, three = (commands.start(db, "p", business_key=f"H{n}") for n in range(3))
    commands.claim(db, only(db, one), "lan")
    commands.claim(db, only(db, two), "minh")
    commands.set_due(db, only(db, three), clock.now - timedelta(hours=1), by="lan", reason="thử")

    def seen(who: str, *groups: str, **more: object) -> set[str]:
        page = worklist.open_tasks(db, who=who, groups=groups, **more)  # type: ignore[arg-type]
        assert page.total == len(page.items)
        return {item.root_id for item in page.items}

    assert seen("lan", "mot_cua") == {one, three}
    assert seen("lan", "mot_cua", tab="mine") == {one}
    assert seen("lan", "mot_cua", tab="open") == seen("lan", "mot_cua", tab="overdue") == {three}
    assert seen("lan") == {one} and seen("ai_do", "khac") == set()
    assert seen("lan", "mot_cua", business_key="H2") == {three}
    assert worklist.open_tasks(db, everything=True, per_page=2).total == 3
    assert worklist.counts(db, who="lan", groups=["mot_cua"]) == {"all": 2, "mine": 1, "open": 1, "overdue": 1}
    assert worklist.task(db, only(db, two), who="lan", groups=["mot_cua"]) is None


def test_a_message_goes_to_the_oldest_whose_key_fits(db: Database, clock: Clock) -> None:
    deploy(db, models.MESSAGE)
    roots = []
    for key in ("1", "2", "2"):
        roots.append(commands.start(db, "p", {"ma": key}))
        clock.forward(seconds=1)
    assert commands.message(db, "xac_nhan", "2", {"tra_loi": True}) == roots[1]
    assert commands.variables_of(db, roots[1])["tra_loi"] is True
    assert commands.message(db, "xac_nhan", "2") == roots[2]
    for key in ("2", None):
        with pytest.raises(Refusal, match="xac_nhan"):
            commands.message(db, "xac_nhan", key)
    assert [status(db, root) for root in roots] == ["active", "ended", "ended"]


def test_a_message_for_one_root_reaches_no_other_whatever_the_keys_say(db: Database) -> None:
    for key in ("", '<extensionElements><zeebe:subscription correlationKey="= 1"/></extensionElements>'):
        waits = models.model(
            '<startEvent id="s"/><receiveTask id="w" messageRef="m"/><endEvent id="e"/>' + models.flow("s", "w", "e"),
            more=f'<message id="m" name="bo_sung">{key}</message>',
        )
        deploy(db, waits)
        older, own = commands.start(db, "p", {}), commands.start(db, "p", {})
        assert commands.message(db, "bo_sung", "mã hồ sơ", {"a": 1}, root=own) == own
        ended = {one.root_id: one.ended_at is not None for one in commands.find(db)}
        assert (ended[older], ended[own]) == (False, True)
        with pytest.raises(Refusal):
            commands.message(db, "bo_sung", "mã hồ sơ", root=own)
        commands.message(db, "bo_sung", root=older)


def test_a_signal_reaches_every_instance(db: Database) -> None:
    deploy(db, models.SIGNAL)
    roots = [commands.start(db, "q") for _ in range(3)]
    assert commands.signal(db, "khan_cap") == 3
    assert commands.signal(db, "khan_cap") == 0
    assert {status(db, root) for root in roots} == {"ended"}


def test_a_suspended_instance_takes_nothing_until_it_is_resumed(db: Database) -> None:
    deploy(db, models.SIGNAL)
    deploy(db, models.TWO, "two")
    root, signalled = commands.start(db, "p"), commands.start(db, "q")
    for one in (root, signalled):
        commands.suspend(db, one, by="quan_tri", reason="thanh tra")
    with pytest.raises(Refusal, match="tạm ngừng"):
        commands.complete(db, only(db, root))
    assert commands.signal(db, "khan_cap") == 0
    commands.resume(db, root)
    commands.complete(db, only(db, root))
    with pytest.raises(Refusal):
        commands.resume(db, root)


def test_a_cancelled_instance_leaves_nothing_open(db: Database) -> None:
    deploy(db, models.TIMED)
    root = commands.start(db, "p")
    commands.cancel_instance(db, root, by="quan_tri", reason="nhầm")
    assert status(db, root) == "cancelled"
    assert [count(db, name) for name in ("work_item", "candidate", "job", "subscription")] == [0, 0, 0, 0]
    with pytest.raises(Refusal):
        commands.set_variables(db, root, {"x": 1})
    assert audit.verify(db)["broken"] == []


def test_the_same_content_again_is_no_new_version(db: Database) -> None:
    first, again = deploy(db, models.TWO), deploy(db, models.TWO)
    assert (again.id, again.version, again.new) == (first.id, 1, False)
    second = deploy(db, models.TIMED)
    assert (second.version, second.new) == (2, True)


def test_a_running_instance_stays_on_its_version(db: Database) -> None:
    deploy(db, models.TWO)
    old = commands.start(db, "p")
    deploy(db, models.TIMED)
    new = commands.start(db, "p")
    db.hot.clear()
    commands.complete(db, only(db, old))
    commands.complete(db, only(db, new))
    assert worklist.of_instance(db, old)[0].element == "b" and status(db, new) == "ended"


def test_a_version_starts_instances_from_its_date_on_and_until_it_is_retired(db: Database, clock: Clock) -> None:
    first = deploy(db, models.TWO)
    later = deploy(db, models.TIMED, effective_from=date(2026, 12, 1))
    assert commands.process_of(db, commands.start(db, "p")).node("late") is None
    clock.now = datetime(2026, 11, 30, 17, 0, tzinfo=UTC)  # midnight in Vietnam
    assert commands.process_of(db, commands.start(db, "p")).node("late") is not None
    commands.retire(db, later.id)
    assert commands.process_of(db, commands.start(db, "p")).node("late") is None
    commands.retire(db, first.id)
    with pytest.raises(Refusal):
        commands.start(db, "p")


def test_a_hook_sees_mc_elements_and_opened_tasks_inside_the_transaction(db: Database) -> None:
    body = models.model(
        '<startEvent id="s"/>'
        + models.task(
            "a",
            '<extensionElements><mc:status code="4"/>'
            '<zeebe:assignmentDefinition candidateGroups="mot_cua"/></extensionElements>',
        )
        + '<endEvent id="e"/>'
        + models.flow("s", "a", "e")
    )
    deploy(db, body)
    seen: list[tuple[str, str]] = []

    def on_status(tx: object, root_id: str, occurrence: object) -> dict[str, str]:
        code = occurrence.extensions[0].attributes["code"]  # type: ignore[attr-defined]
        seen.append((occurrence.event, code))  # type: ignore[attr-defined]
        audit.append(tx, root_id, "status", None, {"code": code})  # type: ignore[arg-type]
        return {"trang_thai": code}

    def on_opened(tx: object, root_id: str, task: OpenTask) -> OpenTask:
        from dataclasses import replace

        return replace(task, due=datetime(2027, 1, 1, tzinfo=UTC))

    db.installation.hooks.elements["status"] = [on_status]
    db.installation.hooks.tasks.append(on_opened)
    db.installation.hooks.groups.append(lambda tx, root, groups: tuple(f"{group}@H31.12" for group in groups))
    root = commands.start(db, "p")
    (item,) = worklist.of_instance(db, root)
    assert item.due == datetime(2027, 1, 1, tzinfo=UTC) and item.groups == ("mot_cua@H31.12",)
    assert seen == [("entered", "4")] and commands.variables_of(db, root)["trang_thai"] == "4"
    assert [e.kind for e in audit.history(db, root)] == ["status", "start"]
    assert audit.verify(db)["broken"] == []


def test_a_change_to_the_log_is_found(db: Database) -> None:
    deploy(db, models.TWO)
    root = commands.start(db, "p")
    commands.complete(db, only(db, root), by="lan")
    audit.append(db, "phi-ho-so", "note", "lan", {"text": "1"})
    assert audit.verify(db)["broken"] == []
    event = tables.event
    with db.begin() as tx:
        tx.execute(event.update().where(event.c.root_id == root, event.c.seq == 2).values(who="minh"))
    assert [(b["root_id"], b["reason"]) for b in audit.verify(db)["broken"]] == [(root, "changed")]
    with db.begin() as tx:
        tx.execute(event.delete().where(event.c.root_id == root, event.c.seq == 2))
    broken = [(b["root_id"], b["reason"]) for b in audit.verify(db)["broken"]]
    assert (root, "end") in broken and {root_id for root_id, _ in broken} == {root}


def test_handing_back_wants_a_reason_and_a_model_that_allows_it(db: Database) -> None:
    body = models.model(
        '<startEvent id="s"/>'
        + models.task("a")
        + models.task("b", '<extensionElements><mc:back to="a"/></extensionElements>')
        + '<endEvent id="e"/>'
        + models.flow("s", "a", "b", "e")
    )
    deploy(db, body)
    root = commands.start(db, "p")
    with pytest.raises(Refusal):
        commands.back(db, only(db, root), "lan", "sai")
    commands.complete(db, only(db, root))
    with pytest.raises(Refusal, match="lý do"):
        commands.back(db, only(db, root), "lan", " ")
    commands.back(db, only(db, root), "lan", "thiếu tờ khai")
    assert worklist.of_instance(db, root)[0].element == "a"
    assert audit.history(db, root)[-1].data["reason"] == "thiếu tờ khai"


def test_a_write_without_an_event_is_a_fault(db: Database) -> None:
    from engine.store import Family
    from engine.store.write import write

    family = Family("r", 1, "p", "d", 0, "", "active", datetime.now(UTC), new=True)
    with pytest.raises(ValueError, match="event"), db.begin() as tx:
        write(tx.connection, family)
    assert issubclass(LostGuard, Exception)
