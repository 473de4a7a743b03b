"""Incoming documents: numbered, routed, secrets refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from engine import worklist
from engine.refusal import Refusal
from engine.store import Database
from procedures import bundles, registers
from procedures.actor import SYSTEM
from procedures.dossiers import Actor
from procedures.registers import Incoming
from tests.procedures.town import Town

ROUTE = Path(__file__).parents[2] / "bpmn" / "routes"


@pytest.fixture
def office(sqlite_url: str, open_database: Callable[..., Database], tmp_path: Path) -> Town:
    town = Town(open_database(sqlite_url), tmp_path)
    town.move(days=150)  # the route's own legal basis is in effect
    bundles.deploy_all(town.database, ROUTE, SYSTEM)
    return town


def incoming(town: Town) -> Incoming:
    (route,) = bundles.published(town.database, kind="route")
    return Incoming(route.code, "T.2", "1204/UBND-VP", "Ủy ban nhân dân tỉnh", "Về việc báo cáo")


def test_documents_are_numbered_without_gaps_and_their_route_begins_at_the_registry(office: Town) -> None:
    first = registers.receive(office.database, incoming(office), office["an"])
    second = registers.receive(office.database, replace(incoming(office), notation="1205/UBND-VP"), office["an"])
    assert [first.number, second.number] == [1, 2]
    (task,) = worklist.of_instance(office.database, first.id)
    assert task.groups == ("van_thu@T.2",) and task.due is not None and task.business_key == first.code
    assert [one.id for one in registers.entries(office.database, office["an"], text="1205")] == [second.id]
    assert registers.entries(office.database, Actor("la", agency="T.3")) == []


@pytest.mark.parametrize("change", [{"secrecy": "Tối mật"}, {"urgency": 7}, {"notation": " "}, {"scan": "0" * 64}])
def test_what_must_not_enter_is_refused_and_takes_no_number(office: Town, change: dict[str, object]) -> None:
    with pytest.raises(Refusal):
        registers.receive(office.database, replace(incoming(office), **change), office["an"])  # type: ignore[arg-type]
    assert registers.receive(office.database, incoming(office), office["an"]).number == 1
