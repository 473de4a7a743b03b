"""Who may do what to a dossier: every act, every role, every relation of the person's agency to the dossier."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

from engine.refusal import Refusal
from engine.store import Tx
from procedures import dossiers, fees, officials, refunds
from procedures.actor import CITIZEN, Actor
from procedures.dossiers import Recipient, Tick, rating
from procedures.rights import NotAllowed, Unseen
from procedures.rights import dossiers as rights
from procedures.store.dossier import dossier_party
from procedures.store.money import refund
from tests.procedures.town import AGENCY, Town

REFUND = "hoan"
ROLES = ("mot_cua", "chuyen_vien", "truong_don_vi", "lanh_dao", "van_thu")
DESK = {
    "accept",
    "correct",
    "take_fee",
    "reduce_fee",
    "propose_refund",
    "pay_refund",
    "return",
    "supplement",
    "withdraw",
    "confirm",
    "mend",
}
READ = {"look", "comment"}
#: Role at the dossier's own agency → what it may do.
OWN = {
    "mot_cua": READ | DESK | {"propose_extension"},
    "chuyen_vien": READ | {"propose_extension", "mend"},
    "truong_don_vi": READ | {"propose_extension", "decide_refund"},
    "lanh_dao": READ | {"decide_extension", "decide_refund", "stop"},
    "van_thu": READ,
}
#: How the agency of the person stands to the dossier → its code.
AGENCIES = {"own": AGENCY, "party": "T.3", "higher": "T", "foreign": "T.4"}


def person(town: Town, role: str, relation: str) -> Actor:
    agency = AGENCIES[relation]
    username = f"{role.replace('_', '')}.{relation}"
    officials.add(town.database, username, f"{role} {relation}", agency=agency, by="thu")
    officials.grant(town.database, username, role, agency, by="thu")
    reach = (
        {agency, AGENCY, "T.3", "T.4"} if relation == "higher" and role in ("lanh_dao", "truong_don_vi") else {agency}
    )
    return Actor(username, username, "", agency, frozenset({role}), frozenset(reach))


def expected(role: str, relation: str) -> set[str] | None:
    """None: the dossier is not there for them."""
    if relation == "own":
        return OWN[role]
    if relation == "party" or (relation == "higher" and role in ("lanh_dao", "truong_don_vi")):
        return READ
    return None


class _Undo(Exception):
    pass


def tried(town: Town, work: Callable[[Tx], Any]) -> str:
    """ "unseen", "forbidden", or "done": also where the dossier's state refuses what the person may do."""

    def once(tx: Tx) -> None:
        work(tx)
        raise _Undo

    try:
        with suppress(_Undo):
            town.database.run(once)
    except Unseen:
        return "unseen"
    except NotAllowed:
        return "forbidden"
    except Refusal:
        pass
    return "done"


def commands(town: Town, id: str, by: Actor) -> dict[str, Callable[[Tx], Any]]:
    return {
        "look": lambda tx: rights.require(tx, "look", id, by),
        "comment": lambda tx: dossiers.comment(tx, id, "Xem giúp", by),
        "accept": lambda tx: dossiers.accept_online(tx, id, by),
        "correct": lambda tx: dossiers.correct(tx, id, town.intake(), "Gõ nhầm", by),
        "mend": lambda tx: dossiers.mend(tx, id, {}, by),
        "take_fee": lambda tx: fees.take(tx, id, by),
        "reduce_fee": lambda tx: fees.reduce(tx, id, "", 100, "Hộ nghèo", by),
        "propose_refund": lambda tx: refunds.propose(tx, id, "", 1, "Thu thừa", "", by),
        "decide_refund": lambda tx: refunds.decide(tx, REFUND, True, "", by),
        "pay_refund": lambda tx: refunds.pay(tx, REFUND, by),
        "return": lambda tx: dossiers.return_result(tx, id, Recipient("Hoa"), by),
        "supplement": lambda tx: dossiers.bring_supplement(tx, id, [Tick("anh", 1)], by=by),
        "withdraw": lambda tx: dossiers.withdraw(tx, id, "Đổi ý", by),
        "confirm": lambda tx: dossiers.confirm(tx, id, "khong_co", by=by),
        "propose_extension": lambda tx: rights.require(tx, "propose_extension", id, by),
        "decide_extension": lambda tx: dossiers.extend(tx, id, "1", "WORKING_DAY", "Chờ xác minh", by),
        "rate": lambda tx: rating.rate(tx, id, 5, None, "", by),
        "stop": lambda tx: dossiers.stop(tx, id, "Trùng", "cơ quan", by),
    }


@pytest.mark.parametrize("relation", AGENCIES)
def test_each_role_does_what_the_table_says_at_its_own_agency_and_nothing_elsewhere(town: Town, relation: str) -> None:
    from procedures import agencies

    agencies.add(town.database, "T.4", "Ủy ban nhân dân xã Nam Hưng", level="xa", parent="T", by="thu")
    made = town.receive()
    with town.database.begin() as tx:
        tx.execute(dossier_party.insert().values(dossier_id=made.id, agency="T.3"))
        asked = {"receipt": "x", "amount": 1, "method": "tien_mat", "reason": "Thu thừa", "basis": "", "answer": ""}
        tx.execute(refund.insert().values(dossier_id=made.id, id=REFUND, asked_at=tx.now, asked_by="thu", **asked))
    for role in ROLES:
        by = person(town, role, relation)
        may = expected(role, relation)
        works = commands(town, made.id, by)
        assert works.keys() == rights.ACTS.keys()
        came = {act: tried(town, work) for act, work in works.items()}
        if may is None:
            assert set(came.values()) == {"unseen"}, (role, relation)
            continue
        assert {act for act, how in came.items() if how == "done"} == may, (role, relation)
        assert rights.acts(town.database, made.id, by) == may
    assert town.status(made.id) == 4


def test_the_citizen_brings_withdraws_and_answers_and_nothing_more(town: Town) -> None:
    made = town.receive()
    assert rights.acts(town.database, made.id, CITIZEN) == {"supplement", "withdraw", "confirm", "rate"}
    with pytest.raises(NotAllowed):
        dossiers.comment(town.database, made.id, "Chào", CITIZEN)


def test_an_administrator_looks_and_does_nothing(town: Town) -> None:
    officials.add(town.database, "quan", "Quản trị", agency="T", by="thu")
    officials.grant(town.database, "quan", "quan_tri", "T", by="thu")
    by = Actor("quan", "Quản trị", "", "T", frozenset({"quan_tri"}), frozenset({"T"}), everything=True)
    assert rights.acts(town.database, town.receive().id, by) == {"look"}


def test_only_the_desk_of_the_agency_that_receives_takes_an_intake(town: Town) -> None:
    for who in ("chi", "binh", "dung"):
        with pytest.raises(NotAllowed):
            dossiers.receive(town.database, town.intake(), town[who])
    with pytest.raises(NotAllowed):
        dossiers.receive(town.database, town.intake(agency="T.3"), town["an"])
