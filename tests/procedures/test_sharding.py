"""Every table has its place on a PostgreSQL of several nodes."""

from __future__ import annotations

from engine.store import metadata
from procedures import sharding

#: Tables whose keys have to be widened before they can be distributed.
KNOWN = {
    "document": {"(code)", "(agency, register, series, year, number)"},
    "dossier": {"(code)"},
    "letter": {"(token)"},
    "result": {"(token)"},
}


def test_every_table_has_its_place_and_what_hinders_is_known() -> None:
    places = sharding.plan()
    assert {one.table for one in places} == set(metadata.tables)
    assert sharding.OTHERS.keys() <= set(metadata.tables), "a place of a table that is gone"
    assert {one.table: set(one.hindered_by) for one in places if one.hindered_by} == KNOWN


def test_what_a_step_writes_lies_together() -> None:
    by_root = {one.table for one in sharding.plan() if one.column in sharding.ROOTS}
    assert by_root >= {
        "instance",
        "event",
        "work_item",
        "candidate",
        "subscription",
        "incident",
        "job",
        "dossier_state",
    }
