"""No row that matters can be edited, added or taken out in the database without the log noticing."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, delete, insert, select, text, update

from engine import audit
from engine.audit import export, verifier
from engine.audit.reads import NotRecorded, ReadLog
from engine.store import Database, kept, metadata, tables
from engine.store.types import Json, Moment
from procedures import dossiers, files, officials, sealing
from procedures.installation import rehearsal
from procedures.store import dossier as dossier_tables
from procedures.store import papers, people, places
from procedures.store.clock import clock_pause
from tests.procedures.town import AGENCY, Town

#: Tables that are held by other means than the hashes of rows.
OTHERWISE = {"instance", "file", "content"}
#: The log itself.
LOGGED = {"event", "chain", "seal", "signed_seal", "sealed_head", "read_log"}
EDITS: list[tuple[Table, dict[str, Any]]] = [
    (dossier_tables.dossier, {"applicant_name": "Kẻ Gian"}),
    (dossier_tables.dossier, {"form": {"ho_ten": "Kẻ Gian"}}),
    (dossier_tables.comment, {"text": "Đồng ý"}),
    (dossier_tables.component, {"originals": 9}),
    (dossier_tables.supplement_item, {"reason": "khác"}),
    (papers.letter, {"data": {"so": "9"}}),
    (papers.letter, {"number": "99/X"}),
    (papers.fee, {"amount": 1}),
    (people.role_grant, {"role": "quan_tri"}),
    (people.official, {"agency": "H31"}),
    (places.agency, {"kind": "so"}),
    (places.agency_state, {"name": "Nơi khác"}),
    (clock_pause, {"kind": "legal"}),
]


@pytest.fixture
def full(either_town: Town) -> Town:
    """A dossier with a comment and a pause."""
    id = either_town.receive().id
    dossiers.comment(either_town.database, id, "Thiếu chữ ký", either_town["chi"])
    either_town.ask(id)
    assert audit.verify(either_town.database)["broken"] == []
    return either_town


def broken(database: Database) -> list[tuple[str, str]]:
    return [(fault["table"], fault["reason"]) for fault in audit.verify(database)["broken"]]


@pytest.mark.parametrize(("table", "values"), EDITS, ids=lambda one: getattr(one, "name", None) or next(iter(one)))
def test_an_edited_row_is_named(full: Town, table: Table, values: dict[str, Any]) -> None:
    with full.database.begin() as tx:
        if tx.connection.execute(update(table).values(values)).rowcount == 0:
            pytest.skip("this town has no such row")
    found = broken(full.database)
    assert found and {name for name, _ in found} == {table.name}
    assert {reason for _, reason in found} <= {"row changed", "projection"}


def test_a_row_put_in_or_taken_out_is_named(full: Town) -> None:
    grant, comment = people.role_grant, dossier_tables.comment
    with full.database.begin() as tx:
        row = dict(tx.read(select(grant)).mappings().first() or {})
        tx.connection.execute(insert(grant), row | {"id": "khong-ai-giao", "role": "quan_tri"})
        tx.connection.execute(delete(comment))
    assert sorted(broken(full.database)) == [("comment", "row missing"), ("role_grant", "row unknown")]


def test_what_a_command_writes_is_no_fault(full: Town) -> None:
    grant = officials.grant(full.database, "chi", "mot_cua", AGENCY, by="an")
    officials.revoke(full.database, grant, by="an", reason="nhầm")
    assert broken(full.database) == []


def test_rows_of_an_older_release_are_taken_into_the_log_once(full: Town) -> None:
    database = full.database
    with database.begin() as tx:  # as if this comment had been written before the log told of comments
        row = dict(tx.read(select(dossier_tables.comment)).mappings().one()) | {"id": "cu"}
        tx.connection.execute(insert(dossier_tables.comment), row)
    assert broken(database) == [("comment", "row unknown")]
    assert audit.adopt(database)["comment"] == 2
    assert broken(database) == []
    with database.begin() as tx:
        tx.connection.execute(insert(dossier_tables.comment), row | {"id": "moi"})
    assert audit.adopt(database) == {}, "once: what is put in later is not taken in"
    assert broken(database) == [("comment", "row unknown")]


def test_every_table_is_held_or_the_reference_says_why_not() -> None:
    """The reference page names each table that nothing holds, with its reason: no other, and none twice."""
    told = {how.table.name for how in kept.tables(metadata.tables.values())}
    repeated = {one.table.name for each in rehearsal().projections.values() for one in each.tables}
    page = (Path(__file__).parents[2] / "docs/reference/audit.md").read_text("utf-8")
    rows = re.findall(r"^\| `(\w+)` \| (.+?) \|$", page.partition("## Not held against the log")[2], re.M)
    passing = dict(rows)
    assert len(passing) == len(rows) and all(len(reason) > 20 for reason in passing.values())
    assert set(metadata.tables) == told | (repeated - {"job"}) | OTHERWISE | LOGGED | passing.keys()
    assert not passing.keys() & (told | OTHERWISE | LOGGED)


HELD = sorted({how.table.name for how in kept.tables(metadata.tables.values())} | {"instance", "file"})


def attacked(database: Database) -> list[dict[str, Any]]:
    """What verifying finds, each with a sentence in both languages that names its table."""
    broken: list[dict[str, Any]] = sealing.verify(database)["broken"]
    for fault in broken:
        for lang in ("vi", "en"):
            said = verifier.sentence(fault, lang)
            assert not said.startswith(fault["reason"]) and fault.get("table", "") in said
    return broken


def held(database: Database) -> set[str | None]:
    """The tables that what the log says, and what lies on disk, accuse: without the projections, which cost most."""
    check = verifier.Check()
    with database.snapshot() as tx:
        for record in export.of(tx):
            check.take(record)
        found = [*check.report()["broken"], *files.faults(tx)]
    return {one.get("table") for one in found}


def planted(town: Town, table: Table) -> None:
    """A row for a table that this town has none of, written past the log."""
    values: dict[str, Any] = {}
    for column in table.columns:
        kind = column.type
        values[column.name] = (
            town.now
            if isinstance(kind, Moment)
            else {"x": 1}
            if isinstance(kind, Json)
            else {str: "x", int: 1, bool: False, bytes: b"x", date: town.now.date()}[kind.python_type]
        )
    with town.database.begin() as tx:
        tx.connection.execute(insert(table), values)


@pytest.fixture
def stocked(town: Town) -> Town:
    """The town on SQLite with a dossier, its comment, letters and files, all on disk and sealed."""
    id = town.receive().id
    dossiers.comment(town.database, id, "Thiếu chữ ký", town["chi"])
    town.ask(id)
    files.put(town.database, b"%PDF-1.4\n%%EOF\n", "a.pdf")
    sealing.now(town.database)
    assert attacked(town.database) == []
    return town


@pytest.mark.parametrize("name", HELD)
def test_each_column_edited_garbled_or_the_row_taken_out_is_found(stocked: Town, name: str) -> None:
    table, database = metadata.tables[name], stocked.database
    how = kept.kept(table)
    free = (how.passing if how else frozenset({"rev", "event_seq", "event_hash"})) | {"stored_at"}
    with database.begin() as tx:
        row = tx.read(select(table)).mappings().first()
    if row is None:
        planted(stocked, table)
        assert (name, "row unknown") in {(one.get("table"), one["reason"]) for one in attacked(database)}
        return
    where = [table.c[column.name] == row[column.name] for column in table.primary_key]
    for column in table.columns:
        if column.name in free or column.primary_key:
            continue
        old = row[column.name]
        new: Any = (
            old + timedelta(days=1)
            if isinstance(old, datetime | date)
            else not old
            if isinstance(old, bool)
            else old + 1
            if isinstance(old, int)
            else old + b"x"
            if isinstance(old, bytes)
            else {"sai": 1}
            if isinstance(column.type, Json)
            else "sai"
            if issubclass(column.type.python_type, str)
            else None
        )
        if new is None or new == old:
            continue
        with database.begin() as tx:
            tx.connection.execute(update(table).where(*where).values({column.name: new}))
        assert name in held(database), column.name
        if isinstance(column.type, Json | Moment):  # what cannot be read at all
            with database.begin() as tx:
                tx.connection.execute(text(f'UPDATE "{name}" SET "{column.name}" = \'{{hỏng\''))
            assert name in held(database), column.name
            with database.begin() as tx:
                tx.connection.execute(delete(table))
                tx.connection.execute(insert(table), dict(row))
        with database.begin() as tx:
            tx.connection.execute(update(table).where(*where).values({column.name: old}))
    with database.begin() as tx:
        tx.connection.execute(delete(table))
    found = attacked(database)
    if name == "file":  # nothing names this one but what is on disk; those that dossiers name are missed
        assert {one["reason"] for one in found} <= {"row missing"}
    else:
        assert (name, "row missing") in {(one.get("table"), one["reason"]) for one in found}


@pytest.mark.parametrize("what", ["event", "read_log", "signed_seal", "chain"])
def test_a_log_that_cannot_be_read_is_a_fault_and_ends_nothing(stocked: Town, what: str) -> None:
    database = stocked.database
    ReadLog(database).write("an", "work.dossier_page", ["x"])
    edits = {
        "event": ["at = 'hôm qua'", "data = '{hỏng'", "seq = 'mười' WHERE seq = 1"],
        "read_log": ["at = 'hôm qua'", "data = '{hỏng'"],
        "signed_seal": ["text = '{hỏng'", "hash = 'x'"],
        "chain": ["seq = 'mười'", "hash = CAST(x'ff' AS TEXT)"],
    }[what]
    for edit in edits:
        with database.begin() as tx:
            rows = [dict(row) for row in tx.read(select(tables.metadata.tables[what])).mappings()]
            tx.connection.execute(text(f"UPDATE {what} SET {edit}"))
        assert attacked(database), edit
        with database.begin() as tx:
            tx.connection.execute(delete(tables.metadata.tables[what]))
            tx.connection.execute(insert(tables.metadata.tables[what]), rows)
        assert attacked(database) == [], edit


def test_a_stored_file_that_is_damaged_or_gone_is_found(stocked: Town) -> None:
    stored = sorted(path for path in (stocked.folder / "home" / "files").glob("*/*/*") if path.is_file())
    body = stored[0].read_bytes()
    stored[0].write_bytes(body[:-1])
    assert [one["reason"] for one in attacked(stocked.database)] == ["file damaged"]
    stored[0].unlink()
    assert [one["reason"] for one in attacked(stocked.database)] == ["file missing"]


@pytest.mark.parametrize("names", [["comment"], ["role_grant", "account"], ["draft"], ["read_log"], ["event"]])
def test_a_table_that_is_gone_is_named(full: Town, names: list[str]) -> None:
    for name in names:
        with full.database.begin() as tx:
            tx.connection.execute(text(f"DROP TABLE {name}"))
    missing = {one["table"] for one in attacked(full.database) if one["reason"] == "table missing"}
    assert missing == set(names)


def test_a_column_that_is_gone_is_named(full: Town) -> None:
    with full.database.begin() as tx:
        tx.connection.execute(text("ALTER TABLE comment DROP COLUMN text"))
    found = {(one["reason"], one.get("table")) for one in attacked(full.database)}
    assert found == {("column missing", "comment"), ("row changed", "comment")}


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("event", "at"),
        ("read_log", "at"),
        ("dossier", "received_at"),
        ("signed_seal", "sealed_at"),
        ("dossier", "form"),
    ],
)
def test_bytes_in_the_place_of_a_value_are_named_and_end_nothing(
    stocked: Town, table: str, column: str, tmp_path: Path
) -> None:
    ReadLog(stocked.database).write("an", "work.dossier_page", ["x"])
    with stocked.database.begin() as tx:
        tx.connection.execute(text(f"UPDATE {table} SET {column} = x'00'"))
    found = attacked(stocked.database)
    assert (table, [column]) in [
        (one.get("table"), one.get("columns")) for one in found if one["reason"] == "unreadable"
    ]
    assert "broken off" not in {one["reason"] for one in found}
    with stocked.database.snapshot() as tx:
        assert export.write(tx, tmp_path / "log.jsonl") > 10
    check = verifier.Check()
    for record in verifier.records(tmp_path / "log.jsonl"):
        check.take(record)
    assert (table, [column]) in [(one.get("table"), one.get("columns")) for one in check.report()["broken"]]


def test_bytes_in_the_place_of_a_root_end_nothing(stocked: Town, tmp_path: Path) -> None:
    for table in ("instance", "event", "chain", "comment"):
        column = "dossier_id" if table == "comment" else "root_id"
        with stocked.database.begin() as tx:
            tx.connection.execute(text("PRAGMA foreign_keys = OFF"))
            rows = [dict(row) for row in tx.read(select(metadata.tables[table])).mappings()]
            tx.connection.execute(text("PRAGMA ignore_check_constraints = ON"))
        with stocked.database.begin() as tx:
            tx.connection.execute(
                text(f"UPDATE {table} SET {column} = x'00ff' WHERE rowid = (SELECT min(rowid) FROM {table})")
            )
        found = attacked(stocked.database)
        assert found and "broken off" not in {one["reason"] for one in found}, found
        with stocked.database.snapshot() as tx:
            assert export.write(tx, tmp_path / "log.jsonl") > 10
        with stocked.database.begin() as tx:
            tx.connection.execute(delete(metadata.tables[table]))
            tx.connection.execute(insert(metadata.tables[table]), rows)


SWALLOWS = {
    "sqlite": ["CREATE TRIGGER t AFTER INSERT ON read_log BEGIN DELETE FROM read_log WHERE hash = new.hash; END"],
    "postgresql": [
        """CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS
            $$BEGIN DELETE FROM read_log WHERE hash = new.hash; RETURN NULL; END$$""",
        "CREATE TRIGGER t AFTER INSERT ON read_log FOR EACH ROW EXECUTE FUNCTION f()",
    ],
}


def test_what_swallows_records_of_reading_is_named_and_nothing_is_shown(full: Town) -> None:
    database = full.database
    log = ReadLog(database)
    log.write("an", "work.dossier_page", ["x"])
    with database.begin() as tx:
        for words in SWALLOWS["sqlite" if database.sqlite else "postgresql"]:
            tx.connection.execute(text(words))
    for _ in range(2):
        with pytest.raises(NotRecorded):
            log.write("an", "work.dossier_page", ["x"])
    assert [(one["reason"], one["table"], one["key"]) for one in attacked(database)] == [("trigger", "read_log", ["t"])]


def test_a_trigger_of_ours_is_named_when_it_is_another(full: Town) -> None:
    if not full.database.sqlite:
        pytest.skip("PostgreSQL has none of ours")
    assert attacked(full.database) == []
    with full.database.begin() as tx:
        tx.connection.execute(text("DROP TRIGGER document_text_in"))
        tx.connection.execute(text("CREATE TRIGGER document_text_in AFTER INSERT ON document BEGIN SELECT 1; END"))
    assert [(one["reason"], one["key"]) for one in attacked(full.database)] == [("trigger", ["document_text_in"])]


def test_a_rule_is_named_like_a_trigger(full: Town) -> None:
    if full.database.sqlite:
        pytest.skip("SQLite has no rules")
    with full.database.begin() as tx:
        tx.connection.execute(text("CREATE RULE r AS ON INSERT TO read_log DO INSTEAD NOTHING"))
    with pytest.raises(NotRecorded):
        ReadLog(full.database).write("an", "work.dossier_page", ["x"])
    assert [(one["reason"], one["key"]) for one in attacked(full.database)] == [("trigger", ["r"])]


PHANTOMS = sorted(
    {one.table.name for each in rehearsal().projections.values() for one in each.tables if not one.only}
    & set(metadata.tables)
)


@pytest.mark.parametrize("name", PHANTOMS)
def test_a_row_of_a_root_that_is_none_is_named(town: Town, name: str) -> None:
    with town.database.begin() as tx:
        tx.connection.execute(text("PRAGMA foreign_keys = OFF"))
    planted(town, metadata.tables[name])
    assert (name, "row unknown") in {(one.get("table"), one["reason"]) for one in attacked(town.database)}
