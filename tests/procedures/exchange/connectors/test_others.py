"""The service bus, the population database and webhooks, over real lines that break."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from engine.refusal import Refusal
from engine.store.tables import event
from engine.worker import drain
from procedures.exchange.connectors import calling, lgsp, lines, population, webhooks
from procedures.exchange.connectors.configured import Connector
from procedures.exchange.connectors.population import Ground
from procedures.store.connectors import connector_call
from procedures.store.rating import rating
from tests.procedures.documents.office import furnish, registered
from tests.procedures.exchange.connectors.conftest import connected
from tests.procedures.town import AGENCY, Town
from tests.serving import serving
from web.simulators import lgsp as buses
from web.simulators import population as people
from web.simulators import receiver as receivers

TYPED = ("033190001234", "Nguyễn Thị Thử", date(1990, 2, 15))


@pytest.fixture
def bus(town: Town) -> Iterator[buses.Bus]:
    server, known = buses.serve("motcua", "bi-mat")
    with serving(server) as address:
        told = {"client_id": "motcua", "client_secret": "bi-mat"}
        connected(town, Connector("lgsp", "lgsp", address, told, timeout=0.3, test=True))
        yield known


@pytest.fixture
def registry(town: Town) -> Iterator[people.Population]:
    server, known = people.serve()
    with serving(server) as address:
        connected(town, Connector("population", "population", address, {}, timeout=0.3, test=True))
        yield known


@pytest.fixture
def receiver(town: Town) -> Iterator[receivers.Receiver]:
    server, known = receivers.serve("khoa-chung")
    with serving(server) as address:
        told = {"secret": "khoa-chung", "events": "dossier.opened,dossier.status"}
        connected(town, Connector("webhook.kho", "webhook", address, told, timeout=0.3, test=True))
        yield known


def test_the_documents_of_a_day_reach_the_bus_in_portions(
    town: Town, bus: buses.Bus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lgsp, "PORTION", 1)
    furnish(town)
    first = registered(town)
    second = registered(town, notation="1205/UBND-NC", subject="Về việc khác")
    town.move(days=1)
    for fault in ("lost", "none"):
        bus.fault = fault
        lgsp.due(town.database)
        drain(town.database)
        town.move(hours=3)
    told = bus.kept["/Document/SyncDocument"]
    assert list(told) == ["2026-07-27/1", "2026-07-27/2"] and {one["Ngay"] for one in told.values()} == {"20260727"}
    rows = [row for one in told.values() for row in one["VanBan"]]
    assert [(row["MaVanBan"], row["Loai"], row["So"]) for row in rows] == [
        (first.code, "DEN", 1),
        (second.code, "DEN", 2),
    ]
    assert rows[1]["SoKyHieu"] == "1205/UBND-NC" and list(bus.kept["/Statistic"]) == ["2026-07-27"]


def events(town: Town, kind: str) -> list[Any]:
    with town.database.begin() as tx:
        return list(tx.read(select(event.c.data).where(event.c.kind == kind)).scalars())


def test_figures_of_a_day_reach_the_bus_once_under_a_token_that_is_renewed(town: Town, bus: buses.Bus) -> None:
    made = town.receive()
    with town.database.begin() as tx:
        for number, degree in enumerate((5, 5, 2)):
            row = {
                "dossier_id": f"{made.id[:-1]}{number}",
                "agency": AGENCY,
                "service": degree,
                "said": "",
                "at": tx.now,
            }
            tx.execute(rating.insert().values(**row))
    town.move(days=1)
    for fault in ("down", "cut", "lost", "none"):
        bus.fault = fault
        lgsp.due(town.database)
        drain(town.database)
        town.move(hours=3)
    bus.tokens.clear()  # the bus has forgotten: the next call renews
    town.move(days=1)
    for _again in range(3):
        lgsp.due(town.database)
        drain(town.database)
    assert {key: one["TiepNhan"] for key, one in bus.kept["/Statistic"].items()} == {"2026-03-02": 1, "2026-03-03": 0}
    ((day, votes),) = bus.kept["/Vote"].items()  # nothing is sent of a day on which nobody said anything
    degrees = {"RatHaiLong": 2, "HaiLong": 0, "BinhThuong": 0, "KhongHaiLong": 1, "RatKhongHaiLong": 0}
    assert day == "2026-03-02" and votes["DanhGia"] == [{"MaDonVi": AGENCY, "SoPhieu": 3, **degrees}]
    assert lines.listing(town.database)[0].waiting == 0


def test_a_person_is_told_of_only_where_all_agrees_and_only_to_who_may_ask(
    town: Town, registry: people.Population
) -> None:
    database = town.database
    found = population.look_up(database, *TYPED, Ground.DESK, who="an", at_desk=True)
    assert found is not None and found.address.startswith("Thôn 1")
    assert population.look_up(database, TYPED[0], "Ai Khác", None, Ground.DESK, who="an", at_desk=True) is None
    assert population.look_up(database, *TYPED, Ground.OWN, who=None, level=2, consent=True) == found
    for refused in ({"level": 1, "consent": True}, {"level": 2}):
        with pytest.raises(Refusal):
            population.look_up(database, *TYPED, Ground.OWN, who=None, **refused)
    with pytest.raises(Refusal, match="Chỉ cán bộ tiếp nhận"):
        population.look_up(database, *TYPED, Ground.DESK, who="chi")
    with pytest.raises(Refusal, match="12 số"):
        population.look_up(database, "0331", "A", None, Ground.DESK, who="an", at_desk=True)
    with pytest.raises(Refusal, match="ký tự không đọc được"):
        population.look_up(database, TYPED[0], "Thử\x01", None, Ground.DESK, who="an", at_desk=True)
    for fault in ("wrong", "cut", "elsewhere"):
        registry.fault = fault
        with pytest.raises(calling.Away):
            population.look_up(database, *TYPED, Ground.DESK, who="an", at_desk=True)
    told = repr(events(town, "population_read"))
    with database.begin() as tx:
        told += repr(tx.read(select(connector_call)).all())
    assert told.count("found") == 3 and TYPED[0] not in told and "Thử" not in told
    assert population.beside(found, {"ho_ten": "Nguyễn Thị Thứ", "dia_chi": ""}) == population.Beside(
        {"dia_chi": found.address}, {"ho_ten": ("Nguyễn Thị Thứ", "Nguyễn Thị Thử")}
    )
    assert not population.beside(
        found, {"ho_ten": "nguyễn thị thử", "dia_chi": "thon 1 xa thu, tinh hung yen"}
    ).differing


def test_receivers_are_told_once_signed_stopped_when_they_fail_and_told_again(
    town: Town, receiver: receivers.Receiver
) -> None:
    database = town.database
    receiver.fault = "lost"
    made = town.receive()
    drain(database)
    receiver.fault = "none"
    for _pass in range(4):
        town.move(hours=3)
        drain(database)
    assert [one["event"] for one in receiver.kept.values()].count("dossier.opened") == 1
    assert {one["dossier"]["code"] for one in receiver.kept.values()} == {made.code}
    assert max(receiver.times.values()) > 1, "an answer that was lost is asked for again, under the same id"
    assert "Hoàng" not in repr(receiver.kept) and "0331" not in repr(receiver.kept)
    receiver.fault = "down"
    other = town.receive()
    for _pass in range(40):
        town.move(hours=3)
        drain(database)
    (line,) = lines.listing(database)
    assert line.stands == lines.STOPPED and events(town, "webhook_stopped") != []
    town.receive()
    drain(database)
    before = len(receiver.kept)
    receiver.fault = "none"
    drain(database)
    assert len(receiver.kept) == before, "what is stopped waits"
    assert webhooks.let_go_on(database, "webhook.kho", "quantri") >= 4
    drain(database)
    assert other.code in {one["dossier"]["code"] for one in receiver.kept.values()}
    assert {one.state for one in webhooks.deliveries(database, "webhook.kho")} == {"sent"}
    (line,) = lines.listing(database)
    assert (line.stands, line.waiting, line.stuck) == (lines.WELL, 0, 0)
    last = webhooks.deliveries(database, "webhook.kho")[0]
    times = receiver.times[last.id]
    assert webhooks.send_again(database, "webhook.kho", "quantri", last.id) == 1
    drain(database)
    assert receiver.times[last.id] == times + 1 and len(receiver.kept[last.id]) == 4
