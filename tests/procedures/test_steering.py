"""Who may steer what, asked where the act is done; and that a dossier never lies about its process afterwards."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from engine import audit, commands
from engine.refusal import Refusal
from procedures import deadlines, dossiers, officials, steering
from procedures.actor import Actor
from procedures.rehearsal import rehearse
from procedures.steering import NotAllowed
from tests.engine.commands.models import TIMED
from tests.procedures.town import AGENCY, Town

WHY = "Theo chỉ đạo tại cuộc họp giao ban"
ACTS = ("suspend", "cancel", "terminate", "move", "set_timer", "set_variables", "retry", "throw_error", "migrate")


@pytest.fixture
def keepers(either_town: Town) -> Town:
    """The town with an administrator, an analyst, and leaders of another commune and of the province."""
    town = either_town
    for username, role, agency in (
        ("quan", "quan_tri", "T"),
        ("phan", "phan_tich", "T"),
        ("xa", "lanh_dao", "T.3"),
        ("tinh", "lanh_dao", "T"),
        ("van", "van_thu", AGENCY),
    ):
        officials.add(town.database, username, f"Người {username}", agency=agency, by="thu")
        officials.grant(town.database, username, role, agency, by="thu")
        town.actors[username] = Actor(
            username,
            f"Người {username}",
            "",
            agency,
            frozenset({role}),
            frozenset({agency}),
            everything=role == "quan_tri",
        )
    return town


def token(town: Town, root: str, state: str = "task") -> str:
    with commands.run_of(town.database, root) as run:
        return next(one.token for one in run.standing if one.state == state)


def act(town: Town, root: str, name: str) -> Callable[[Actor, str], Any]:
    """An act with something to do, on that instance."""
    db = town.database
    return {
        "suspend": lambda by, why: steering.suspend(db, root, why, by),
        "cancel": lambda by, why: steering.cancel(db, root, why, by),
        "terminate": lambda by, why: steering.terminate(db, root, token(town, root), why, by),
        "move": lambda by, why: steering.move(db, root, token(town, root), "lam_the", why, by),
        "set_timer": lambda by, why: steering.set_timer(db, root, "khong_co", town.now + timedelta(days=1), why, by),
        "set_variables": lambda by, why: steering.set_variables(db, root, {"x": 1}, why, by),
    }[name]


@pytest.mark.parametrize(
    ("who", "may"),
    [
        ("quan", set(ACTS) - {"cancel"}),
        ("phan", set(ACTS) - {"cancel", "set_variables"}),
        ("dung", {"suspend", "cancel"}),
        ("xa", set()),
        ("tinh", set()),
        ("an", set()),
        ("binh", set()),
        ("chi", set()),
        ("van", set()),
    ],
)
def test_each_role_may_do_what_it_may_to_a_dossier_and_nothing_else(keepers: Town, who: str, may: set[str]) -> None:
    made = keepers.receive()
    assert steering.acts(keepers.database, made.id, keepers[who]) - {"resume"} == may
    assert steering.may_look(keepers.database, made.id, keepers[who]) is bool(may)
    for name in ("cancel", "suspend", "terminate", "move", "set_timer", "set_variables"):
        if name not in may:
            with pytest.raises(NotAllowed, match="Vai trò của bạn không được"):
                act(keepers, made.id, name)(keepers[who], WHY)
    if not may:
        with pytest.raises(NotAllowed):
            steering.require(keepers.database, "look", made.id, keepers[who])


def test_of_a_process_without_a_dossier_analysts_keep_everything_and_leaders_nothing(keepers: Town) -> None:
    commands.deploy(keepers.database, {"hen.bpmn": TIMED}, key="hen")
    root = commands.start(keepers.database, "p", {"x": 1})
    for who in ("quan", "phan"):
        assert set(ACTS) <= steering.acts(keepers.database, root, keepers[who])
        assert steering.sees_data(keepers.database, root, keepers[who])
    for who in ("dung", "xa", "tinh", "an", "chi"):
        assert not steering.acts(keepers.database, root, keepers[who])
        assert not steering.sees_data(keepers.database, root, keepers[who])


def test_a_role_that_has_ended_steers_no_more(keepers: Town) -> None:
    made = keepers.receive()
    grant = officials.grants(keepers.database, "quan")[0]
    officials.revoke(keepers.database, grant.id, on=keepers.now.date(), by="thu")
    with pytest.raises(NotAllowed):
        steering.suspend(keepers.database, made.id, WHY, keepers["quan"])


def test_personal_data_are_read_by_the_administrator_and_the_dossiers_own_leader(keepers: Town) -> None:
    made = keepers.receive()
    seen = {who for who in keepers.actors if steering.sees_data(keepers.database, made.id, keepers[who])}
    assert seen == {"quan", "dung"}


def test_without_a_reason_nothing_is_done(keepers: Town) -> None:
    made = keepers.receive()
    for name in ("suspend", "terminate", "move", "set_variables"):
        with pytest.raises(Refusal, match="lý do"):
            act(keepers, made.id, name)(keepers["quan"], "  ")
    assert commands.find(keepers.database, root_id=made.id)[0].status == "active"


def test_suspending_leaves_the_legal_clock_alone(keepers: Town) -> None:
    made = keepers.receive()
    before = deadlines.of(keepers.database, made.id).due
    steering.suspend(keepers.database, made.id, WHY, keepers["dung"])
    with pytest.raises(Refusal, match=f"{made.code}.*đang tạm ngừng"):
        keepers.do("chi", made.id, "dat")
    keepers.move(days=1)
    steering.resume(keepers.database, made.id, WHY, keepers["dung"])
    assert deadlines.of(keepers.database, made.id).due == before
    keepers.do("chi", made.id, "dat")


def test_a_dossier_is_ended_by_its_own_rules(keepers: Town) -> None:
    made = keepers.receive()
    steering.cancel(keepers.database, made.id, WHY, keepers["dung"])
    found = dossiers.get(keepers.database, made.id)
    assert found.status == 8 and found.closed_at is not None
    assert commands.find(keepers.database, root_id=made.id)[0].status == "cancelled"
    assert any(
        one.kind == "dossier.letter" and one.data["template"] == "mau-05"
        for one in audit.history(keepers.database, made.id)
    )


def test_no_act_ends_the_process_of_a_dossier_that_is_open(keepers: Town) -> None:
    made = keepers.receive()
    for work in (
        lambda: steering.terminate(keepers.database, made.id, token(keepers, made.id), WHY, keepers["quan"]),
        lambda: steering.move(keepers.database, made.id, token(keepers, made.id), "het", WHY, keepers["quan"]),
    ):
        with pytest.raises(Refusal, match="sẽ kết thúc quy trình trong khi hồ sơ"):
            work()
    assert keepers.status(made.id) == 4 and keepers.task(made.id).name == "Xem xét"


def test_what_waits_for_the_citizen_no_more_does_not_say_so(keepers: Town) -> None:
    made = keepers.receive()
    keepers.ask(made.id, reason="Thiếu ảnh")
    assert keepers.status(made.id) == 5 and dossiers.get(keepers.database, made.id).paused
    steering.move(keepers.database, made.id, token(keepers, made.id, "waiting"), "lam_the", WHY, keepers["phan"])
    found = dossiers.get(keepers.database, made.id)
    assert found.status == 4 and not found.paused and keepers.task(made.id).name == "Làm thẻ"


def test_a_rehearsed_act_leaves_nothing_behind(keepers: Town) -> None:
    made = keepers.receive()
    events = len(audit.history(keepers.database, made.id))

    def names(tx: Any) -> list[str]:
        with commands.run_of(tx, made.id) as run:
            return [one.name for one in run.open_tasks]

    before, after = rehearse(
        keepers.database,
        lambda tx: steering.move(tx, made.id, token(keepers, made.id), "lam_the", WHY, keepers["quan"]),
        names,
    )
    assert (before, after) == (["Xem xét"], ["Làm thẻ"])
    assert keepers.task(made.id).name == "Xem xét" and len(audit.history(keepers.database, made.id)) == events
    keepers.do("chi", made.id, "dat")
    assert keepers.task(made.id).name == "Làm thẻ"


def test_only_who_migrates_plans_and_migrates(keepers: Town) -> None:
    db, version = keepers.database, keepers.version
    for who in ("dung", "an", "tinh"):
        for work in (
            lambda by: steering.save_plan(db, version, version, by),
            lambda by: steering.rehearse_plan(db, "x", by),
            lambda by: steering.migrate(db, "x", [], WHY, by),
            lambda by: steering.undo_migration(db, "x", None, WHY, by),
            lambda by: steering.change_plan(db, "x", by),
        ):
            with pytest.raises(NotAllowed):
                work(keepers[who])
