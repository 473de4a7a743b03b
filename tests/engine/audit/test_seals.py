"""What the log says is sealed by a key outside the database, and checked by a program that needs neither."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import delete, select, update

from engine import audit, commands
from engine.audit import export, keys, verifier
from engine.audit.keys import Signer
from engine.refusal import Refusal
from engine.store import Database, tables
from engine.store.chain import START, link
from engine.store.types import moment_text
from tests.engine.commands import models
from tests.engine.commands.conftest import Clock
from tests.engine.commands.test_commands import deploy, only


@pytest.fixture
def key(tmp_path: Path, clock: Clock) -> Path:
    path = tmp_path / "keys" / "audit-key"
    keys.make(path, 1, clock.now)
    return path


def ring(path: Path) -> list[verifier.Key]:
    return verifier.read_keys(keys.ring_of(path).read_text("ascii"))


def signer(path: Path) -> Signer:
    found = keys.load(path)
    assert found is not None
    return found


def reasons(db: Database, *known: Any) -> list[str]:
    return [fault["reason"] for fault in audit.verify(db, *known)["broken"]]


def rebuilt(db: Database, root: str) -> None:
    """Somebody with the database in hand changes who did the last act, and makes every hash anew."""
    event, instance = tables.event, tables.instance
    with db.begin() as tx:
        rows = tx.execute(select(event).where(event.c.root_id == root).order_by(event.c.seq)).all()
        previous = START
        for row in rows:
            who = "ke_gian" if row.seq == len(rows) else row.who
            previous = link(previous, root, row.seq, moment_text(row.at), who, row.kind, row.element, row.data)
            tx.execute(
                update(event).where(event.c.root_id == root, event.c.seq == row.seq).values(who=who, hash=previous)
            )
        tx.execute(update(instance).where(instance.c.root_id == root).values(event_hash=previous))


def test_a_seal_is_signed_numbered_and_holds_the_one_before(db: Database, clock: Clock, key: Path) -> None:
    deploy(db, models.TWO)
    root = commands.start(db, "p")
    first = audit.seal_due(db, signer(key))
    assert first is not None and first.n == 1 and audit.seal_due(db, signer(key)) is None, "one a day"
    clock.forward(days=2)
    commands.complete(db, only(db, root))
    second = audit.seal_due(db, signer(key))
    assert second is not None and second.n == 2 and second.key == signer(key).name
    with db.begin() as tx:
        texts = [orjson.loads(text) for text in tx.read(select(tables.signed_seal.c.text)).scalars()]
    assert texts[1]["previous"] == first.hash and texts[1]["count"] == 1, "only what came since"
    found = audit.verify(db, ring(key), [first.line(), second.line()])
    assert found["broken"] == [] and found["seals"] == found["signed"] == 2 and found["unsealed"] == 0
    assert len(second.line()) < 240 and "\n" not in second.line()


def test_a_chain_made_anew_is_found_by_its_seal(db: Database, key: Path) -> None:
    deploy(db, models.TWO)
    root = commands.start(db, "p")
    commands.complete(db, only(db, root))
    audit.seal_due(db, signer(key))
    assert reasons(db, ring(key)) == []
    rebuilt(db, root)
    assert reasons(db, ring(key)) == ["sealed"]


def test_seals_that_are_made_anew_deleted_or_renumbered_are_found(db: Database, clock: Clock, key: Path) -> None:
    deploy(db, models.TWO)
    root = commands.start(db, "p")
    lines = []
    for _ in range(3):
        made = audit.seal_due(db, signer(key))
        assert made is not None
        lines.append(made.line())
        clock.forward(days=1)
        commands.set_variables(db, root, {"x": len(lines)})
    seal, head = tables.signed_seal, tables.sealed_head
    with db.begin() as tx:
        tx.execute(delete(seal).where(seal.c.n == 2))
        tx.execute(delete(head).where(head.c.n == 2))
    assert "seal missing" in reasons(db, ring(key))
    with db.begin() as tx:  # all of them away, and new ones without a key
        tx.execute(delete(seal))
        tx.execute(delete(head))
    audit.seal_due(db, None)
    assert reasons(db, ring(key)) == ["unsigned"]
    with db.begin() as tx:
        tx.execute(delete(seal))
        tx.execute(delete(head))
    assert reasons(db, [], lines) == ["published"] * 3, "what was published elsewhere knows of them"
    clock.forward(days=4)
    assert reasons(db, ring(key)) == ["unsealed"]


def test_a_seal_signed_by_another_key_is_found_and_a_rotated_key_is_known(
    db: Database, clock: Clock, key: Path, tmp_path: Path
) -> None:
    deploy(db, models.TWO)
    root = commands.start(db, "p")
    audit.seal_due(db, signer(key))
    clock.forward(days=1)
    old = signer(key)
    new = keys.make(key, audit.next_number(db), clock.now)
    assert new.name != old.name and len(ring(key)) == 2
    commands.complete(db, only(db, root))
    audit.seal_due(db, new)
    assert reasons(db, ring(key)) == []
    clock.forward(days=1)
    audit.seal_due(db, old)
    assert reasons(db, ring(key)) == ["signature"], "the old key signs no more, even where it is a key of ours"


def test_a_seal_goes_by_what_is_committed_not_by_the_stamp(db: Database, clock: Clock, key: Path) -> None:
    deploy(db, models.TWO)
    commands.start(db, "p")
    clock.forward(hours=1)
    late = db.begin()  # stamped before midnight …
    clock.forward(days=1)
    audit.seal_due(db, signer(key))
    with late as tx:  # … and committed after the seal
        audit.append(tx, "viec-muon", "note", "lan", {})
    assert reasons(db, ring(key)) == []
    clock.forward(days=1)
    made = audit.seal_due(db, signer(key))
    assert made is not None and audit.verify(db, ring(key))["unsealed"] == 0


def test_the_key_is_its_owners_alone(key: Path) -> None:
    assert key.stat().st_mode & 0o777 == 0o600
    key.chmod(0o640)
    with pytest.raises(Refusal, match="0600"):
        keys.load(key)
    key.chmod(0o600)
    key.write_text("khong phai khoa")
    with pytest.raises(Refusal, match="Ed25519"):
        keys.load(key)


def test_the_seals_of_a_release_that_did_not_sign_are_still_checked(db: Database, clock: Clock, key: Path) -> None:
    deploy(db, models.TWO)
    root = commands.start(db, "p")
    with db.begin() as tx:
        rows = {row.root_id: row.hash for row in tx.read(select(tables.event).order_by(tables.event.c.seq))}
        ends = "".join(f"{id}:{rows[id]}\n" for id in sorted(rows))
        old = hashlib.sha256((START + ends).encode()).hexdigest()
        tx.execute(
            tables.seal.insert().values(
                day=clock.now.date(), roots=2, events=2, previous=START, hash=old, sealed_at=clock.now
            )
        )
    clock.forward(days=1)
    audit.seal_due(db, signer(key))
    found = audit.verify(db, ring(key))
    assert found["broken"] == [] and (found["old_seals"], found["seals"], found["signed"]) == (1, 1, 1)
    rebuilt(db, root)
    assert reasons(db, ring(key)) == ["sealed", "seal"]


def alone(*arguments: object) -> subprocess.CompletedProcess[str]:
    """The verifier as a file, in an interpreter that knows nothing of the house."""
    return subprocess.run(
        [sys.executable, "-I", verifier.__file__, *map(str, arguments)], cwd="/", capture_output=True, text=True
    )


@pytest.mark.parametrize("name", ["log.jsonl", "log.jsonl.gz"])
def test_one_file_verifies_an_export_by_the_public_keys(
    db: Database, clock: Clock, key: Path, tmp_path: Path, name: str
) -> None:
    deploy(db, models.TWO)
    root = commands.start(db, "p", business_key="Đơn “thử”\u2028\x7f")
    made = audit.seal_due(db, signer(key))
    assert made is not None
    file, lines = tmp_path / name, tmp_path / "seals.txt"
    lines.write_text(made.line() + "\n")
    with db.snapshot() as tx:
        count = export.write(tx, file)
    assert count > 4 and file.stat().st_mode & 0o777 == 0o600
    done = alone(file, "--key", keys.ring_of(key), "--published", lines)
    assert done.returncode == 0, done.stdout + done.stderr
    said = json.loads(done.stdout)
    assert said["signatures_checked"] is True and said["export_signed_by"] is None
    assert "Tệp xuất không có chữ ký" in done.stderr
    strict = alone(file, "--key", keys.ring_of(key), "--signed")
    assert strict.returncode == 1 and "export is not signed" in strict.stdout
    with db.snapshot() as tx:
        export.write(tx, file, signer=signer(key))
    done = alone(file, "--key", keys.ring_of(key), "--published", lines, "--signed")
    assert done.returncode == 0 and done.stderr == "", done.stdout + done.stderr
    assert json.loads(done.stdout)["export_signed_by"] == signer(key).name
    rebuilt(db, root)
    with db.snapshot() as tx:
        export.write(tx, file)
    done = alone(file, "--key", keys.ring_of(key))
    assert done.returncode == 1 and root in done.stdout and "niêm phong" in done.stdout
    if name.endswith(".jsonl"):
        file.write_text("\n".join(file.read_text().split("\n")[:-2]) + "\n")
        assert "không đầy đủ" in alone(file, "--key", keys.ring_of(key)).stdout
    assert alone(tmp_path / "absent").returncode == 2


def test_the_verifier_imports_nothing_of_the_house() -> None:
    source = Path(verifier.__file__).read_text("utf-8")
    imported = {
        line.split()[1].split(".")[0] for line in source.splitlines() if line.strip().startswith(("import ", "from "))
    }
    assert imported - sys.stdlib_module_names == {"cryptography"}


def test_a_row_of_the_worklist_edited_in_the_database_is_named(db: Database) -> None:
    deploy(db, models.TWO)
    first, second = commands.start(db, "p"), commands.start(db, "p")
    with db.begin() as tx:
        tx.execute(update(tables.work_item).where(tables.work_item.c.root_id == first).values(assignee="ke_gian"))
        tx.execute(delete(tables.candidate).where(tables.candidate.c.root_id == second))
        tx.execute(delete(tables.work_item).where(tables.work_item.c.root_id == second))
    broken = audit.verify(db)["broken"]
    assert {(fault["root_id"], fault["table"], fault["reason"]) for fault in broken} >= {
        (first, "work_item", "projection"),
        (second, "work_item", "row missing"),
    }
    assert broken[0]["columns"] == ["assignee"] or broken[1]["columns"] == ["assignee"]


def test_verifying_a_running_system_sees_one_moment(db: Database, clock: Clock) -> None:
    deploy(db, models.TWO)
    roots = [commands.start(db, "p") for _ in range(3)]
    with db.snapshot() as tx:
        commands.complete(db, only(db, roots[0]))
        commands.start(db, "p")
        seen = list(export.of(tx))
    check = verifier.Check()
    for record in seen:
        check.take(record)
    assert check.report()["broken"] == [] and check.report()["roots"] == 4


def test_a_models_file_edited_in_the_database_is_named_and_not_run(db: Database) -> None:
    deploy(db, models.TWO)
    content = tables.content
    with db.begin() as tx:
        body = bytes(tx.execute(select(content.c.body)).scalar_one())
        tx.execute(update(content).values(body=body.replace(b"userTask", b"manualTask")))
    assert [fault["table"] for fault in audit.verify(db)["broken"] if fault["reason"] == "content"] == ["content"]
    db.definitions.clear()
    with pytest.raises(Refusal, match="bị sửa ngoài hệ thống"):
        commands.start(db, "p")


def test_seals_taken_out_with_all_that_they_covered_are_found_by_their_lines_and_by_the_days(
    db: Database, clock: Clock, key: Path
) -> None:
    deploy(db, models.TWO)
    commands.start(db, "p")
    first = audit.seal_due(db, signer(key))
    clock.forward(hours=1)
    root = commands.start(db, "p")
    second = audit.seal_due(db, signer(key))
    assert first is not None and second is not None, "an hour in which something happened has its seal"
    clock.forward(hours=1)
    assert audit.seal_due(db, signer(key)) is None, "another has none"
    with db.begin() as tx:  # the second seal, and all that happened since the first
        for table in (tables.event, tables.instance, tables.work_item, tables.candidate):
            tx.execute(delete(table).where(table.c.root_id == root))
        tx.execute(delete(tables.sealed_head).where(tables.sealed_head.c.n == 2))
        tx.execute(delete(tables.signed_seal).where(tables.signed_seal.c.n == 2))
    assert reasons(db, ring(key), [first.line(), second.line()]) == ["published"]
    assert reasons(db, ring(key), [first.line(), "motcua-seal hai"]) == ["published"], "a line that is none is told"
    with db.begin() as tx:  # all of it
        for table in tables.ENGINE_TABLES:
            tx.connection.execute(delete(table))
    assert reasons(db, ring(key)) == []
    clock.forward(days=2)
    assert reasons(db, ring(key)) == ["unsealed"], "each day since the key was made has a seal"
    keys.make(key, 3, clock.now)
    assert "seal missing" in reasons(db, ring(key)), "a key that signs from the third on knows of two"


def test_what_is_not_sealed_yet_is_said(db: Database, clock: Clock, key: Path) -> None:
    deploy(db, models.TWO)
    audit.seal_due(db, signer(key))
    assert audit.verify(db, ring(key))["unsealed_since"] is None
    clock.forward(minutes=5)
    commands.start(db, "p")
    found = audit.verify(db, ring(key))
    assert found["unsealed_since"] == moment_text(clock.now) and found["unsealed"] == 1 and found["faults"] == 0


def test_a_day_without_anything_has_its_seal(db: Database, clock: Clock, key: Path) -> None:
    deploy(db, models.TWO)
    for _ in range(4):
        assert audit.seal_due(db, signer(key)) is not None
        clock.forward(days=1)
    assert reasons(db, ring(key)) == []


def test_a_transaction_open_over_the_seal_breaks_nothing(
    postgresql_url: str, open_database: Callable[..., Database], clock: Clock, key: Path
) -> None:
    db = open_database(postgresql_url, clock=clock)
    deploy(db, models.TWO)
    root = commands.start(db, "p")
    clock.now = clock.now.replace(hour=23, minute=59)
    late = db.begin()
    with late as tx:
        audit.append(tx, "viec-muon", "note", "lan", {})
        audit.append(tx, root, "note", "lan", {})
        tx.flush()  # written, stamped before midnight, and not committed
        clock.forward(minutes=10)
        made = audit.seal_due(db, signer(key))
        assert made is not None
        assert reasons(db, ring(key), [made.line()]) == []
    assert reasons(db, ring(key), [made.line()]) == []
    clock.forward(hours=1)
    made = audit.seal_due(db, signer(key))
    assert made is not None and audit.verify(db, ring(key))["unsealed"] == 0
    assert reasons(db, ring(key)) == []


def test_the_state_and_the_row_of_an_instance_edited_in_the_database_are_named(db: Database) -> None:
    deploy(db, models.TWO)
    roots = [commands.start(db, "p") for _ in range(3)]
    instance = tables.instance
    with db.begin() as tx:
        state = tx.execute(select(instance.c.state).where(instance.c.root_id == roots[0])).scalar_one()
        tx.execute(update(instance).where(instance.c.root_id == roots[0]).values(state=bytes(state) + b" "))
        tx.execute(update(instance).where(instance.c.root_id == roots[1]).values(status="ended"))
        tx.execute(delete(instance).where(instance.c.root_id == roots[2]))
    broken = [fault for fault in audit.verify(db)["broken"] if fault.get("table") == "instance"]
    found = [(fault["root_id"], fault["reason"]) for fault in broken]
    assert sorted(found) == sorted([(roots[0], "row changed"), (roots[1], "row changed"), (roots[2], "row missing")])


def test_instances_of_an_older_release_are_taken_into_the_log_once(db: Database) -> None:
    deploy(db, models.TWO)
    root = commands.start(db, "p")
    with db.begin() as tx:  # as an older release wrote it: no event tells of the row
        event = tables.event
        previous = START
        for row in tx.execute(select(event).where(event.c.root_id == root).order_by(event.c.seq)).all():
            data = {name: value for name, value in orjson.loads(row.data).items() if name != "instance"}
            said = orjson.dumps(data).decode()
            previous = link(previous, root, row.seq, moment_text(row.at), row.who, row.kind, row.element, said)
            tx.execute(
                update(event).where(event.c.root_id == root, event.c.seq == row.seq).values(data=said, hash=previous)
            )
        tx.execute(update(tables.instance).where(tables.instance.c.root_id == root).values(event_hash=previous))
    db.hot.clear()
    assert reasons(db) == ["row unknown"]
    audit.adopt(db)
    assert reasons(db) == []
    assert audit.adopt(db) == {}
    commands.complete(db, only(db, root))
    assert reasons(db) == []


def test_seals_signed_by_no_known_key_are_a_fault_and_those_before_any_key_are_counted(
    db: Database, clock: Clock, tmp_path: Path
) -> None:
    deploy(db, models.TWO)
    unsigned = audit.seal_due(db, None)
    clock.forward(days=1)
    first = keys.make(tmp_path / "first", 2, clock.now)
    made = audit.seal_due(db, first)
    assert unsigned is not None and made is not None
    clock.forward(days=1)
    other = tmp_path / "other"
    audit.seal_due(db, keys.make(other, 3, clock.now))
    found = audit.verify(db, ring(other))
    assert [(one["reason"], one["seal"]) for one in found["broken"]] == [("signature", 2)] and found["unchecked"] == 1
    with db.begin() as tx:
        tx.execute(update(tables.signed_seal).where(tables.signed_seal.c.n == 2).values(key=None, signature=None))
    assert reasons(db, ring(other), [made.line()]) == ["published"], "the line tells who signed it"


def test_the_later_of_two_keys_that_begin_at_once_is_in_force(db: Database, clock: Clock, key: Path) -> None:
    deploy(db, models.TWO)
    for _ in range(4):
        made = keys.make(key, 1, clock.now)
    audit.seal_due(db, made)
    assert reasons(db, ring(key)) == []


def test_the_moment_of_a_seal_and_stamps_that_cannot_be_are_found(db: Database, clock: Clock, key: Path) -> None:
    deploy(db, models.TWO)
    root = commands.start(db, "p")
    audit.seal_due(db, signer(key))
    with db.begin() as tx:
        tx.execute(update(tables.signed_seal).values(sealed_at=clock.now.replace(year=2001)))
    assert audit.verify(db, ring(key))["broken"][0]["columns"] == ["sealed_at"]
    with db.begin() as tx:
        tx.execute(update(tables.signed_seal).values(sealed_at=clock.now))
    clock.forward(hours=1)
    now = clock.now
    for year in (1, 2001, 9000):
        clock.now = now.replace(year=year)
        commands.set_variables(db, root, {"x": year})
        audit.append(db, f"moi-{year}", "note", "an", {})
        clock.now = now
    found = audit.verify(db, ring(key))
    timed = {(one["root_id"], one["reason"]) for one in found["broken"]}
    assert timed >= {(root, "time"), ("moi-1", "time"), ("moi-2001", "time"), ("moi-9000", "time")}
    assert found["unsealed_since"] is None or found["unsealed_since"][:4] == str(now.year)


def test_a_timer_that_was_moved_or_put_to_sleep_is_named(db: Database, clock: Clock) -> None:
    deploy(db, models.TIMED)
    commands.start(db, "p")
    job = tables.job
    with db.begin() as tx:
        row = dict(tx.read(select(job).where(job.c.kind == "timer")).mappings().one())
    assert reasons(db) == []
    later, before = row["due_at"].replace(year=2099), row["due_at"].replace(year=2001)
    edits = [{"due_at": later}, {"due_at": before}, {"due_at": later, "attempts": 1}, {"held": True}]
    for edit in [*edits, {"retries_left": 0}, {"lock_expires": later}]:
        with db.begin() as tx:
            tx.execute(update(job).where(job.c.id == row["id"]).values(**edit))
        (fault,) = audit.verify(db)["broken"]
        assert fault["table"] == "job" and fault["columns"] == [next(iter(edit))]
        with db.begin() as tx:
            tx.execute(update(job).where(job.c.id == row["id"]).values(**row))
    assert reasons(db) == []
