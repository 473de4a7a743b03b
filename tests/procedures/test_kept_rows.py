"""No row that matters can be edited, added or taken out in the database without the log noticing."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Table, delete, insert, select, update

from engine import audit
from engine.store import Database, kept, metadata
from procedures import dossiers, officials
from procedures.installation import rehearsal
from procedures.store import dossier as dossier_tables
from procedures.store import papers, people, places
from procedures.store.clock import clock_pause
from tests.procedures.town import AGENCY, Town

#: Tables whose rows nobody needs to believe, and why.
PASSING = {
    "counter": "the numbers given stand in the letters and dossiers themselves",
    "file": "named by the hash of its content",
    "content": "named by the hash of its content",
    "draft": "what somebody had typed when the session ended, for a few hours",
    "failed_try": "wrong passwords and second facts, forgotten after a day",
    "task_seen": "what stands in bold on a worklist",
    "idempotency": "answers kept for repeated calls",
    "job": "work that waits; timers are compared with the log",
    "root_claim": "who works on what at this moment",
    "instance": "the end of its log is sealed; its state is what the engine goes on from, not what it says",
    "process_definition": "an index of the deployed files",
    "start_event": "an index of the deployed files",
    "migration": "what a migration came to is in the log of its instance",
    "migration_plan": "what was done by it is in the log of each instance",
    "catalogue_entry": "an index of the records",
    "catalogue_version": "national records as they came, each with its hash, imported again from their source",
}
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


def test_every_table_is_kept_repeats_the_log_or_says_why_not() -> None:
    told = {how.table.name for how in kept.tables(metadata.tables.values())}
    repeated = {one.table.name for each in rehearsal().projections.values() for one in each.tables}
    assert set(metadata.tables) - told - repeated - PASSING.keys() - LOGGED == set()
