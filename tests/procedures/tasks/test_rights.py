"""Who may do what to an open task: every act, every way a person can stand to it, through the commands."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

from engine import worklist
from engine.refusal import Refusal
from engine.store import Tx
from procedures import officials, tasks
from procedures.dossiers import Actor
from procedures.rights import NotAllowed, Unseen
from procedures.rights import tasks as rights
from tests.procedures.town import AGENCY, Town

ALL = frozenset(rights.ACTS)
LOOKS = frozenset({"look", "comment"})
TAKES = LOOKS | {"claim", "complete", "result", "send_back"}
HOLDS = LOOKS | {"release", "reassign", "complete", "result", "send_back"}
#: Person → what they may do while the task is free, and while "chi" holds it.
PEOPLE: dict[str, tuple[frozenset[str] | None, frozenset[str] | None]] = {
    "chi": (TAKES, HOLDS),
    "giang": (TAKES, LOOKS),  # of the same position
    "binh": (LOOKS | {"reassign"}, LOOKS | {"reassign", "release"}),  # heads the unit
    "dung": (LOOKS | {"reassign"}, LOOKS | {"reassign", "release"}),  # leads the agency
    "an": (LOOKS, LOOKS),  # another position at the agency
    "tinh": (LOOKS, LOOKS),  # leads the province: sees what is below, heads nothing there
    "quan": (frozenset({"look"}), frozenset({"look"})),  # administrator
    "xa": (None, None),  # the same position at another commune
    "xa_lanh": (None, None),  # who leads another commune
    "khong": (None, None),  # an official without a role
}


@pytest.fixture
def peopled(town: Town) -> Town:
    """The town with people of every standing, and a dossier at the step that makes the result."""
    for username, role, agency in (
        ("giang", "chuyen_vien", AGENCY),
        ("tinh", "lanh_dao", "T"),
        ("quan", "quan_tri", "T"),
        ("xa", "chuyen_vien", "T.3"),
        ("xa_lanh", "lanh_dao", "T.3"),
        ("khong", "", "T.3"),
    ):
        officials.add(town.database, username.replace("_", "."), f"Người {username}", agency=agency, by="thu")
        reach = frozenset({"T", AGENCY, "T.3"}) if username == "tinh" else frozenset({agency})
        if role:
            officials.grant(town.database, username.replace("_", "."), role, agency, by="thu")
        town.actors[username] = Actor(
            username.replace("_", "."), f"Người {username}", "", agency, frozenset({role}), reach, username == "quan"
        )
    return town


def making(town: Town) -> str:
    """A free task that makes a result and may be sent back."""
    made = town.receive()
    town.do("chi", made.id, "dat")
    return town.task(made.id).id


class _Undo(Exception):
    pass


def tried(town: Town, work: Callable[[Tx], Any]) -> type[Exception] | None:
    """What the command refuses with, None where it is done; nothing of it stays."""

    def once(tx: Tx) -> None:
        work(tx)
        raise _Undo

    try:
        with suppress(_Undo):
            town.database.run(once)
    except Refusal as refusal:
        return type(refusal)
    return None


def commands(town: Town, task: str, by: Actor) -> dict[str, Callable[[Tx], Any]]:
    paper = town.file().sha256
    return {
        "look": lambda tx: tasks.find(tx, task, by),
        "comment": lambda tx: tasks.comment(tx, task, "Xem giúp", by),
        "claim": lambda tx: tasks.claim(tx, task, by),
        "release": lambda tx: tasks.release(tx, task, by),
        "reassign": lambda tx: tasks.reassign(tx, task, "giang", "Nghỉ phép", by),
        "complete": lambda tx: (tasks.attach_result(tx, task, paper, by), tasks.complete(tx, task, "trinh", {}, by)),
        "result": lambda tx: tasks.attach_result(tx, task, paper, by),
        "send_back": lambda tx: tasks.send_back(tx, task, "Chưa đủ", by),
    }


@pytest.mark.parametrize("who", sorted(PEOPLE))
@pytest.mark.parametrize("held", [False, True], ids=["free", "held"])
def test_each_person_may_do_what_the_table_says_and_nothing_else(peopled: Town, who: str, held: bool) -> None:
    town, task = peopled, making(peopled)
    if held:
        tasks.claim(town.database, task, town["chi"])
    may = PEOPLE[who][held]
    works = commands(town, task, town[who])
    assert works.keys() == ALL
    before = worklist.task(town.database, task, everything=True)
    refused = {act: tried(town, work) for act, work in works.items()}
    if may is None:
        assert set(refused.values()) == {Unseen}
        return
    if held and who == "chi":
        assert refused.pop("claim") is None  # it is theirs: nothing to do
    assert {act for act, refusal in refused.items() if refusal is None} == may
    assert tasks.find(town.database, task, town[who]).acts == may
    assert worklist.task(town.database, task, everything=True) == before


def test_somebody_of_another_position_does_not_complete_a_free_task(town: Town) -> None:
    made = town.receive()
    for who in ("an", "binh", "dung"):
        with pytest.raises(NotAllowed, match="giao cho vị trí khác"):
            town.do(who, made.id, "dat")
    assert town.task(made.id).name == "Xem xét"


def test_a_role_that_has_ended_takes_no_more_tasks(town: Town) -> None:
    made = town.receive()
    grant = officials.grants(town.database, "chi")[0]
    officials.revoke(town.database, grant.id, on=town.now.date(), by="thu")
    with pytest.raises(NotAllowed):
        tasks.claim(town.database, town.task(made.id).id, town["chi"])


def test_who_completes_a_free_task_has_taken_it(town: Town) -> None:
    made = town.receive()
    town.do("chi", made.id, "dat")
    from engine import audit

    kinds = [(one.kind, one.who) for one in audit.history(town.database, made.id) if one.kind in ("claim", "complete")]
    assert kinds == [("claim", "chi"), ("complete", "chi")]


def test_a_task_goes_only_to_who_may_do_it_and_not_without_a_reason(peopled: Town) -> None:
    town, task = peopled, making(peopled)
    for to, reason in (("xa", "Nghỉ phép"), ("an", "Nghỉ phép"), ("", "Nghỉ phép"), ("giang", "  ")):
        with pytest.raises(Refusal):
            tasks.reassign(town.database, task, to, reason, town["binh"])
        with pytest.raises(Refusal):
            tasks.trial(town.database, "reassign", task, town["binh"], to=to, reason=reason)
    tasks.reassign(town.database, task, "giang", "Nghỉ phép", town["binh"])
    found = worklist.task(town.database, task, everything=True)
    assert found is not None and found.assignee == "giang"


def test_what_stands_still_is_neither_completed_nor_sent_back(peopled: Town) -> None:
    from procedures import steering

    town, task = peopled, making(peopled)
    tasks.claim(town.database, task, town["chi"])
    root = tasks.find(town.database, task, town["chi"]).item.root_id
    steering.suspend(town.database, root, "Sự cố", town["dung"])
    assert tasks.find(town.database, task, town["chi"]).acts == HOLDS - {"complete", "send_back"}
    with pytest.raises(Refusal, match="đang tạm ngừng"):
        tasks.complete(town.database, task, "trinh", {}, town["chi"])


def test_a_step_without_a_result_takes_none_and_one_without_a_way_back_stays(town: Town) -> None:
    made = town.receive()
    task = town.task(made.id).id
    tasks.claim(town.database, task, town["chi"])
    with pytest.raises(Refusal, match="không lập kết quả"):
        tasks.attach_result(town.database, task, town.file().sha256, town["chi"])
    with pytest.raises(Refusal, match="không được chuyển trả"):
        tasks.send_back(town.database, task, "Chưa đủ", town["chi"])


def test_what_the_form_of_a_step_does_not_ask_for_is_not_taken(town: Town) -> None:
    from procedures.forms import Invalid

    made = town.receive()
    with pytest.raises(Invalid) as wrong:
        town.do("chi", made.id, "dat", le_phi=0)
    assert set(wrong.value.errors) == {"le_phi"}
