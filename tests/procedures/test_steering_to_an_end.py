"""What ends a dossier is its leader's: no technical act does it, whatever way it goes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from engine import commands
from engine.refusal import Refusal
from procedures import bundles, dossiers, officials, steering
from procedures.actor import SYSTEM, Actor
from procedures.steering import NotAllowed
from procedures.store.papers import letter
from tests.procedures.test_steering import WHY, token
from tests.procedures.town import AGENCY, MODEL, Town, bundle

STOPS = MODEL.replace(
    '<bpmn:userTask id="lam_the"',
    """<bpmn:boundaryEvent id="het_han" attachedToRef="cho"><bpmn:outgoing>g1</bpmn:outgoing>
      <bpmn:timerEventDefinition id="hen"><bpmn:timeDate xsi:type="bpmn:tFormalExpression">= date and time(
        (if han_bo_sung = null then today() + duration("P30D") else date(han_bo_sung)), time("00:00:00+07:00")
      )</bpmn:timeDate></bpmn:timerEventDefinition></bpmn:boundaryEvent>
    <bpmn:scriptTask id="ghi"><bpmn:extensionElements><zeebe:script expression="= 1" resultVariable="x"/>
      </bpmn:extensionElements><bpmn:incoming>g1</bpmn:incoming><bpmn:outgoing>g2</bpmn:outgoing></bpmn:scriptTask>
    <bpmn:endEvent id="dung"><bpmn:extensionElements><mc:status code="8" /><mc:letter template="mau-05" />
      </bpmn:extensionElements><bpmn:incoming>g2</bpmn:incoming></bpmn:endEvent>
    <bpmn:intermediateThrowEvent id="da_xong"><bpmn:extensionElements><mc:status code="9" /></bpmn:extensionElements>
      <bpmn:incoming>g3</bpmn:incoming><bpmn:outgoing>g4</bpmn:outgoing></bpmn:intermediateThrowEvent>
    <bpmn:sequenceFlow id="g3" sourceRef="re2" targetRef="da_xong">
      <bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">= hanh_dong = "trinh"</bpmn:conditionExpression>
    </bpmn:sequenceFlow>
    <bpmn:sequenceFlow id="g4" sourceRef="da_xong" targetRef="tra" />
    <bpmn:sequenceFlow id="g1" sourceRef="het_han" targetRef="ghi" />
    <bpmn:sequenceFlow id="g2" sourceRef="ghi" targetRef="dung" />
    <bpmn:userTask id="lam_the\"""",
)
STOPS = STOPS.replace(
    "<bpmn:outgoing>f9</bpmn:outgoing>", "<bpmn:outgoing>f9</bpmn:outgoing><bpmn:outgoing>g3</bpmn:outgoing>"
)
STOPS = STOPS.replace(
    "<bpmn:incoming>f10</bpmn:incoming>", "<bpmn:incoming>f10</bpmn:incoming><bpmn:incoming>g4</bpmn:incoming>"
)


@pytest.fixture
def keepers(town: Town) -> Town:
    for username, role, agency in (("quan", "quan_tri", "T"), ("phan", "phan_tich", "T"), ("ca", "lanh_dao", AGENCY)):
        officials.add(town.database, username, f"Người {username}", agency=agency, by="thu")
        officials.grant(town.database, username, role, agency, by="thu")
        town.actors[username] = Actor(
            username, f"Người {username}", "", agency, frozenset({role}), frozenset({agency}), everything=agency == "T"
        )
    officials.grant(town.database, "ca", "phan_tich", AGENCY, by="thu")
    bundles.deploy(town.database, bundle(town.folder / "bundle", model=STOPS), SYSTEM)
    return town


def stands_as_before(town: Town, id: str, status: int) -> None:
    found = dossiers.get(town.database, id)
    assert found.status == status and found.closed_at is None
    with town.database.begin() as tx:
        assert tx.read(select(letter.c.token).where(letter.c.root_id == id, letter.c.template == "mau-05")).all() == []


@pytest.mark.parametrize("element", ["dung", "ghi", "da_xong"])
@pytest.mark.parametrize("who", ["quan", "phan"])
def test_no_token_is_moved_to_an_end(keepers: Town, who: str, element: str) -> None:
    made = keepers.receive()
    with pytest.raises(NotAllowed, match="lãnh đạo cơ quan"):
        steering.move(keepers.database, made.id, token(keepers, made.id), element, WHY, keepers[who])
    stands_as_before(keepers, made.id, 4)


def test_no_timer_that_ends_the_dossier_is_hastened(keepers: Town) -> None:
    made = keepers.receive()
    keepers.ask(made.id, reason="Thiếu ảnh")
    with commands.run_of(keepers.database, made.id) as run:
        (timer,) = run.timers
    for earlier in (keepers.now - timedelta(days=1), timer.due - timedelta(minutes=1)):
        with pytest.raises(NotAllowed, match="lãnh đạo cơ quan"):
            steering.set_timer(keepers.database, made.id, timer.id, earlier, WHY, keepers["phan"])
    stands_as_before(keepers, made.id, 5)
    steering.set_timer(keepers.database, made.id, timer.id, timer.due + timedelta(days=1), WHY, keepers["phan"])


def test_no_wait_is_entered_whose_end_is_past(keepers: Town) -> None:
    made = keepers.receive()
    steering.set_variables(keepers.database, made.id, {"han_bo_sung": "2020-01-01"}, WHY, keepers["quan"])
    with pytest.raises(NotAllowed, match="lãnh đạo cơ quan"):
        steering.move(keepers.database, made.id, token(keepers, made.id), "cho", WHY, keepers["phan"])
    stands_as_before(keepers, made.id, 4)
    steering.set_variables(keepers.database, made.id, {"han_bo_sung": "2026-03-20"}, WHY, keepers["quan"])
    steering.move(keepers.database, made.id, token(keepers, made.id), "cho", WHY, keepers["phan"])
    assert keepers.status(made.id) == 5


def test_what_the_leader_has_signed_may_be_taken_to_its_return(keepers: Town) -> None:
    made = keepers.receive()
    with pytest.raises(Refusal, match="chưa có kết quả"):
        steering.move(keepers.database, made.id, token(keepers, made.id), "xong", WHY, keepers["phan"])
    keepers.to_leader(made.id)
    keepers.do("dung", made.id, "ky")
    steering.move(keepers.database, made.id, token(keepers, made.id), "xong", WHY, keepers["phan"])
    assert keepers.status(made.id) == 9


def test_who_leads_the_agency_and_steers_may_end_it_so(keepers: Town) -> None:
    made = keepers.receive()
    steering.move(keepers.database, made.id, token(keepers, made.id), "dung", WHY, keepers["ca"])
    found = dossiers.get(keepers.database, made.id)
    assert found.status == 8 and found.closed_at is not None
