"""Who acts: an official, a program, a citizen, the system; and never nobody."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from engine import commands
from engine.store import Database
from engine.store.tables import event
from engine.worker import drain
from procedures import dossiers
from procedures.actor import CITIZEN, SYSTEM, Actor, Kind, acting
from tests.procedures.town import Town


def named(database: Database, root: str, kind: str) -> list[str | None]:
    """The names that the events of a kind bear."""
    with database.begin() as tx:
        return list(
            tx.read(select(event.c.who).where(event.c.root_id == root, event.c.kind == kind).order_by(event.c.seq))
            .scalars()
            .all()
        )


def test_a_step_of_a_dossier_is_not_done_by_nobody(town: Town) -> None:
    id = town.receive().id
    task = town.task(id)
    with pytest.raises(LookupError, match="nobody acts"):
        commands.complete(town.database, task.id, {}, "dat", "chi")
    assert town.task(id) == task, "nothing has moved"
    town.database.run(lambda tx: commands.complete(tx, task.id, {}, "dat", "chi"), town["chi"])
    assert town.task(id) != task


def test_the_log_names_the_official_and_nobody_for_citizens_and_the_system(town: Town) -> None:
    registered = dossiers.register_online(town.database, town.intake(channel="truc_tuyen"), CITIZEN)
    dossiers.accept_online(town.database, registered.id, town["an"])
    assert named(town.database, registered.id, "dossier.opened") == [None]
    assert named(town.database, registered.id, "dossier.status") == ["an", "an"]
    dossiers.withdraw(town.database, registered.id, "Không cần nữa", CITIZEN)
    assert named(town.database, registered.id, "dossier.withdrawal") == [None]


def test_what_a_timer_does_is_done_by_the_system(town: Town) -> None:
    id = town.receive().id
    due = town.task(id).due
    assert due is not None
    town.now = due + timedelta(days=1)
    drain(town.database)
    assert named(town.database, id, "step.escalation") == [None]


def test_another_may_act_for_a_while_in_a_transaction(town: Town) -> None:
    with town.database.begin(town["chi"]) as tx:
        with tx.acting(SYSTEM):
            assert acting(tx) is SYSTEM
        assert acting(tx) == town["chi"]


@pytest.mark.parametrize(
    "said",
    [
        {"username": ""},
        {"username": "chi", "kind": Kind.CITIZEN},
        {"username": "chi", "kind": Kind.SYSTEM},
        {"username": "chi", "kind": Kind.CLIENT},
        {"username": "chi", "client": "cong-dvc"},
    ],
    ids=["an official without account", "a citizen's", "the system's", "no client", "a client that is none"],
)
def test_an_actor_is_of_one_kind(said: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="this is no"):
        Actor(**said)  # type: ignore[arg-type]


def test_what_is_kept_for_a_transaction_ends_with_it(town: Town) -> None:
    with town.database.begin() as tx:
        tx.local(list).append(1)
        assert tx.local(list) == [1]
    with town.database.begin() as tx:
        assert tx.local(list) == []
