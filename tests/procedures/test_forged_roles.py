"""A role that somebody puts into the database is none, also for the minute it stands there."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, update

from procedures import officials
from procedures.rights import NotAllowed
from procedures.store.people import role_grant
from tests.procedures.town import AGENCY, Town


def test_a_role_that_the_log_does_not_know_gives_nothing(either_town: Town) -> None:
    town, database = either_town, either_town.database
    id = town.receive().id
    assert officials.roles_of(database, "chi") == [("chuyen_vien", AGENCY)]
    assert officials.roles_of(database, "dung") == [("lanh_dao", AGENCY)]
    with database.begin() as tx:
        row: dict[str, Any] = dict(tx.read(select(role_grant).where(role_grant.c.official == "dung")).mappings().one())
        tx.connection.execute(insert(role_grant), row | {"id": "zzzz", "official": "chi"})
        tx.connection.execute(insert(role_grant), row | {"id": "yyyy", "official": "an", "role": "chuyen_vien"})
    assert officials.roles_of(database, "chi") == [("chuyen_vien", AGENCY)]
    with pytest.raises(NotAllowed):
        town.do("an", id, "dat")
    with database.begin() as tx:
        tx.connection.execute(delete(role_grant).where(role_grant.c.id.in_(["yyyy", "zzzz"])))
    town.do("chi", id, "dat")


def test_a_role_that_was_taken_away_is_not_given_back_by_an_edit(either_town: Town) -> None:
    database = either_town.database
    officials.grant(database, "chi", "mot_cua", AGENCY, by="an")
    (found,) = [one for one in officials.grants(database, "chi") if one.role == "mot_cua"]
    officials.revoke(database, found.id, by="an", reason="nhầm")
    assert officials.roles_of(database, "chi") == [("chuyen_vien", AGENCY)]
    for values in ({"valid_to": None}, {"valid_to": date(2099, 1, 1)}):
        with database.begin() as tx:
            tx.connection.execute(update(role_grant).where(role_grant.c.id == found.id).values(**values))
        assert officials.roles_of(database, "chi") == [("chuyen_vien", AGENCY)]


def test_a_role_given_or_taken_in_this_transaction_counts_in_it(either_town: Town) -> None:
    database = either_town.database
    with database.begin() as tx:
        new = officials.grant(tx, "chi", "mot_cua", AGENCY, by="an")
        assert ("mot_cua", AGENCY) in officials.roles_of(tx, "chi")
    assert ("mot_cua", AGENCY) in officials.roles_of(database, "chi")
    with database.begin() as tx:
        officials.revoke(tx, new, by="an", reason="nhầm")
        assert officials.roles_of(tx, "chi") == [("chuyen_vien", AGENCY)]
