"""A payment is settled once, whatever the gateway says, how often and how late; what does not fit is given back."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from engine import audit
from engine.refusal import Refusal
from engine.store import Database
from engine.worker import drain
from procedures import dossiers, fees, letters, payments, settings
from procedures.actor import CITIZEN
from procedures.installation import install
from procedures.settings import Gateway
from tests.procedures.town import Town
from tests.serving import serving
from web.simulators.payments import serve

SECRET = "bí mật chung"


@pytest.fixture
def gateway() -> Iterator[tuple[str, Any]]:
    server, known = serve(SECRET)
    with serving(server) as address:
        yield address, known


@pytest.fixture
def paying(either_town: Town, gateway: tuple[str, Any]) -> tuple[Town, str]:
    """A registered dossier that owes 28.000 đồng, in a town with a gateway."""
    here = settings.current(either_town.database)
    either_town.database.installation = install(replace(here, payments=Gateway(gateway[0], SECRET)))
    made = dossiers.register_online(
        either_town.database, either_town.intake(channel="truc_tuyen", amounts={"so_ban": 1}), CITIZEN
    )
    return either_town, made.id


def said(id: str, state: str = payments.PAID, amount: int = 28000) -> bytes:
    return json.dumps({"id": id, "code": "x", "amount": amount, "state": state, "reference": "r1"}).encode()


def tell(town: Town, body: bytes) -> str:
    return payments.called_back(town.database, body, payments.signature(SECRET, body))


def receipts(database: Database, id: str) -> list[str]:
    return [one.number for one in letters.issued(database, id) if one.template == "bien-lai"]


def test_told_twice_and_at_once_it_is_settled_once(paying: tuple[Town, str]) -> None:
    town, id = paying
    payment = payments.begin(town.database, id)
    assert payments.begin(town.database, id) == payment, "a second click goes on with the first"
    done: list[str] = []
    callers = [threading.Thread(target=lambda: done.append(tell(town, said(payment)))) for _ in range(3)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    assert done == [payments.PAID] * 3
    assert fees.owed(town.database, id) == 0 and len(receipts(town.database, id)) == 1
    assert tell(town, said(payment, payments.FAILED)) == payments.PAID, "what is paid stays so"
    assert audit.verify(town.database)["broken"] == []
    with pytest.raises(Refusal, match="không còn khoản nào"):
        payments.begin(town.database, id)


def test_failed_then_paid_counts_and_the_series_has_no_gap(paying: tuple[Town, str]) -> None:
    town, id = paying
    payment = payments.begin(town.database, id)
    assert tell(town, said(payment, payments.FAILED)) == payments.FAILED and fees.owed(town.database, id) == 28000
    assert tell(town, said(payment)) == payments.PAID
    at_desk = town.receive()
    fees.take(town.database, at_desk.id, town["an"])
    first, second = (int(receipts(town.database, one)[0].split("/")[0]) for one in (id, at_desk.id))
    assert second == first + 1


def test_what_is_forged_or_unknown_changes_nothing(paying: tuple[Town, str]) -> None:
    town, id = paying
    payment = payments.begin(town.database, id)
    with pytest.raises(payments.Forged):
        payments.called_back(town.database, said(payment), payments.signature("khác", said(payment)))
    with pytest.raises(payments.Forged):
        payments.called_back(town.database, said(payment), "chữ ký \xe9")
    with pytest.raises(payments.Unknown):
        tell(town, said("khong-co"))
    with pytest.raises(Refusal, match="Không đọc được"):
        tell(town, b"{}")
    assert fees.owed(town.database, id) == 28000


@pytest.mark.parametrize("why", ["amount", "desk", "ended"])
def test_what_does_not_fit_is_given_back(paying: tuple[Town, str], gateway: tuple[str, Any], why: str) -> None:
    town, id = paying
    payment = payments.begin(town.database, id)
    amount = 29000 if why == "amount" else 28000
    if why == "desk":
        fees.take(town.database, id, town["an"])
    if why == "ended":
        dossiers.refuse_online(town.database, id, "Không đúng thẩm quyền", "", town["an"])
    gateway[1].payments[payment] = {**json.loads(said(payment, amount=amount)), "at": "2026-01-01"}
    assert tell(town, said(payment, amount=amount)) == payments.RETURNING
    drain(town.database)
    found = payments.get(town.database, payment)
    assert found is not None and found.state == payments.RETURNED and found.reason
    assert gateway[1].payments[payment]["state"] == payments.RETURNED
    assert fees.owed(town.database, id) == (0 if why == "desk" else 28000)


def test_what_was_paid_for_a_dossier_that_is_not_received_is_given_back(
    paying: tuple[Town, str], gateway: tuple[str, Any]
) -> None:
    town, id = paying
    payment = payments.begin(town.database, id)
    gateway[1].payments[payment] = {**json.loads(said(payment)), "at": "2026-01-01"}
    tell(town, said(payment))
    dossiers.refuse_online(town.database, id, "Không đúng thẩm quyền", "", town["an"])
    drain(town.database)
    found = payments.get(town.database, payment)
    assert found is not None and found.state == payments.RETURNED
    assert audit.verify(town.database)["broken"] == []


def test_a_gateway_that_never_calls_is_asked(paying: tuple[Town, str], gateway: tuple[str, Any]) -> None:
    town, id = paying
    payment = payments.begin(town.database, id)
    gateway[1].fault = "never"
    gateway[1].pay({"id": payment, "code": "x", "amount": "28000", "callback": "http://127.0.0.1:9/"}, paid=True)
    drain(town.database)
    assert fees.owed(town.database, id) == 28000
    town.move(minutes=3)
    drain(town.database)
    assert fees.owed(town.database, id) == 0


def test_an_answer_about_another_payment_settles_nothing(
    paying: tuple[Town, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the gateway signed of one payment is good for no other, who ever sends it again."""
    town, id = paying
    payment = payments.begin(town.database, id)
    monkeypatch.setattr(payments, "_call", lambda *_asked: json.loads(said("mot-giao-dich-khac")))
    town.move(minutes=3)
    drain(town.database)
    found = payments.get(town.database, payment)
    assert found is not None and found.state == payments.OPEN and fees.owed(town.database, id) == 28000


def test_money_is_given_back_when_the_gateway_says_so(
    paying: tuple[Town, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    town, id = paying
    payment = payments.begin(town.database, id)
    tell(town, said(payment, amount=29000))
    monkeypatch.setattr(payments, "_call", lambda *_asked: {"id": payment, "state": payments.PAID})
    drain(town.database)
    found = payments.get(town.database, payment)
    assert found is not None and found.state == payments.RETURNING


def test_one_that_nobody_pays_lapses(paying: tuple[Town, str]) -> None:
    town, id = paying
    payment = payments.begin(town.database, id)
    for wait in payments.ASK:
        town.move(seconds=wait.total_seconds() + 1)
        drain(town.database)
    found = payments.get(town.database, payment)
    assert found is not None and found.state == payments.LAPSED
    assert tell(town, said(payment)) == payments.PAID, "a late call still counts"


def test_a_day_is_compared_with_the_gateways_list(paying: tuple[Town, str], gateway: tuple[str, Any]) -> None:
    town, id = paying
    payment = payments.begin(town.database, id)
    begun = payments.get(town.database, payment)
    assert begun is not None
    day = begun.begun_at.date()
    at = day.isoformat()
    gateway[1].payments[payment] = {**json.loads(said(payment)), "at": at}
    gateway[1].payments["la"] = {**json.loads(said("la")), "at": at}
    found = payments.reconcile(town.database, day)
    assert [one["id"] for one in found["settled"]] == [payment] and [one["id"] for one in found["unknown"]] == ["la"]
    again = payments.reconcile(town.database, day)
    assert [one["id"] for one in again["matched"]] == [payment] and not again["settled"] and not again["differing"]
    gateway[1].payments[payment]["amount"] = 1
    assert [one["id"] for one in payments.reconcile(town.database, day)["differing"]] == [payment]
