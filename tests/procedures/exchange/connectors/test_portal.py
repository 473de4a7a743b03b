"""The national portal, over real lines that break: nothing is lost or doubled, nothing is noted of people."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select

from engine.refusal import Refusal
from engine.worker import drain
from procedures import dossiers
from procedures.actor import CITIZEN, SYSTEM, Actor
from procedures.catalogue.importing import import_records
from procedures.dossiers import Lack
from procedures.exchange.connectors import arriving, catalogue_sync, comparing, lines, routes, telling_portal
from procedures.store.connectors import connector_call
from procedures.store.dossier import dossier, dossier_status
from tests.procedures.town import AGENCY, CODE, PDF, Town
from web.simulators.portal import Portal


def statuses(town: Town, id: str) -> list[str]:
    """The statuses that a dossier went through here."""
    with town.database.begin() as tx:
        return [
            str(one)
            for one in tx.read(
                select(dossier_status.c.status).where(dossier_status.c.dossier_id == id).order_by(dossier_status.c.seq)
            ).scalars()
        ]


def test_each_status_reaches_the_portal_once_and_in_order_whatever_breaks(town: Town, portal: Portal) -> None:
    made = town.receive()
    acts = {"lost": lambda: town.do("chi", made.id, "dat"), "slow": lambda: town.to_leader(town.receive().id)}
    for fault in ("lost", "down", "cut", "none", "wrong", "elsewhere", "slow"):
        portal.fault = fault
        drain(town.database)
        acts.get(fault, lambda: None)()
        with town.database.begin() as tx:
            telling_portal.tell(tx, made.id, again=True)
        town.move(minutes=40)
    portal.fault = "none"
    for _pass in range(12):  # what rested goes on
        town.move(hours=3)
        drain(town.database)
    assert [one["TrangThai"] for one in portal.progress[made.code]] == statuses(town, made.id)
    assert len(portal.dossiers) == 2
    assert portal.dossiers[made.code]["TrangThaiHoSo"] == str(town.status(made.id))
    line = lines.listing(town.database)[0]
    assert (line.stands, line.waiting, line.stuck) == (lines.WELL, 0, 0)
    with town.database.begin() as tx:
        told = [dict(row) for row in tx.read(select(connector_call)).mappings()]
    assert {one["outcome"] for one in told} >= {"done", "failed"}
    assert max(one["milliseconds"] for one in told) < 2500, "a byte now and then holds nobody"
    said = repr(told)
    assert not any(secret in said for secret in ("Hoàng", "033190001234", "0912", "mat-khau"))


def handed_in(portal: Portal, code: str, **more: Any) -> dict[str, Any]:
    """What the portal says of a dossier that somebody handed in there."""
    said = {
        "MaHoSo": code, "MaTTHC": CODE, "TenTTHC": "Cấp thẻ thư viện", "TrangThaiHoSo": "1",
        "NgayTiepNhan": "20260302080000", "ChuHoSo": "Hoàng Thị Hoa", "MaDoiTuong": "033190001234",
        "SoDienThoai": "0912345678", "DonViXuLy": "Ủy ban nhân dân xã Đông Hưng",
        "ThongTinKhai": {"ho_ten": "Hoàng Thị Hoa", "so_nam": 99, "la": 1},
    }  # fmt: skip
    portal.dossiers[code] = said | more
    return portal.dossiers[code]


def poll(town: Town) -> None:
    arriving.due(town.database)
    drain(town.database)
    town.move(minutes=6)


def test_what_is_handed_in_there_is_one_dossier_here_and_what_a_ministry_handles_is_none(
    town: Town, portal: Portal
) -> None:
    own = town.receive()
    paper = {"MaGiayTo": "don", "TenTep": "don.pdf", "DuongDan": "/files/1"}
    elsewhere = {"MaGiayTo": "anh", "DuongDan": "http://127.0.0.1:9/bi-mat"}
    portal.files["/files/1"] = PDF
    handed_in(portal, "G.1", TaiLieuNop=[paper, elsewhere])
    handed_in(portal, "G.2", DonViXuLy="Ủy ban nhân dân xã Lạ")
    handed_in(portal, "B.1", MaTTHC="9.100", NgayHenTra="20260301080000", TrangThaiHoSo="4")
    routes.put(town.database, "9.100", town.now.date(), routes.MINISTRY, "QĐ 1", by="quantri")
    for fault in ("lost", "none", "none", "cut", "none"):
        portal.fault = fault
        poll(town)
    with town.database.begin() as tx:
        arrived = tx.read(select(dossier).where(dossier.c.channel == "truc_tuyen")).all()
        assert tx.read(select(func.count()).select_from(dossier)).scalar() == 2
    (row,) = arrived
    assert row.form == {"ho_ten": "Hoàng Thị Hoa"} and row.agency == AGENCY
    assert next(one["files"] for one in dossiers.components(town.database, row.id) if one["code"] == "don")
    assert [(one.code, one.reason) for one in arriving.waiting(town.database)] == [
        ("G.2", "Không có cơ quan “Ủy ban nhân dân xã Lạ”.")
    ]
    (looked_at,) = arriving.mirrored(town.database, town.now.date(), town.now.date())
    assert (looked_at.procedure, looked_at.received, looked_at.open, looked_at.over) == ("9.100", 1, 1, 1)
    everything = Actor("an", agency=AGENCY, everything=True)
    board = dossiers.board(town.database, everything, town.now.date(), town.now.date())
    assert board.total.received == 1, "neither the ministry's nor what is only registered"
    assert portal.dossiers["G.1"]["TrangThaiHoSo"] == "1" and row.code not in portal.dossiers
    assert portal.dossiers[own.code]["TrangThaiHoSo"] == "4"
    dossiers.accept_online(town.database, row.id, town["an"])
    town.move(minutes=1)
    drain(town.database)
    assert [one["TrangThai"] for one in portal.progress["G.1"]] == ["1", "2", "4"]
    routes.put(town.database, CODE, town.now.date(), routes.MINISTRY, "QĐ 2", by="quantri")
    with pytest.raises(Refusal, match="hệ thống của bộ"):
        town.receive()


def test_a_bad_row_or_paper_is_told_and_stops_neither_the_others_nor_the_line(town: Town, portal: Portal) -> None:
    def paper(place: str) -> list[dict[str, str]]:
        return [{"MaGiayTo": "don", "TenTep": "don.pdf", "DuongDan": place}]

    portal.files["/files/%C4%90%C6%A1n%20xin.pdf"] = PDF
    portal.files["/files/lon"] = bytes(21 << 20)
    handed_in(portal, "A.1", NgayTiepNhan="20260302")
    handed_in(portal, "A.2", TaiLieuNop=["don.pdf"])
    handed_in(portal, "A.3", TaiLieuNop=paper("http://[x"))
    handed_in(portal, "A" * 65)
    for n in range(4):
        handed_in(portal, f"A.4{n}", TaiLieuNop=paper("/khong-co"))
    handed_in(portal, "A.5", TaiLieuNop=paper("/files/lon"))
    handed_in(portal, "B.1", TaiLieuNop=paper("/files/Đơn xin.pdf"))
    poll(town)
    assert len(arriving.waiting(town.database)) == 9
    with town.database.begin() as tx:
        assert arriving.known(tx, ["A.1", "A.2", "A.5", "B.1"]) == {"B.1"}
        assert tx.read(select(func.count()).where(connector_call.c.outcome == "failed")).scalar() == 0


def test_the_portal_is_asked_for_what_was_missed_and_for_what_could_not_be_taken(town: Town, portal: Portal) -> None:
    poll(town)
    portal.fault = "down"
    handed_in(portal, "A.1", NgayTiepNhan=f"{town.now:%Y%m%d%H%M%S}")
    town.move(days=9)
    portal.fault = "none"
    handed_in(portal, "A.2", NgayTiepNhan=f"{town.now:%Y%m%d%H%M%S}", DonViXuLy="Xã Lạ")
    poll(town)
    with town.database.begin() as tx:
        assert arriving.known(tx, ["A.1", "A.2"]) == {"A.1"}
    town.move(days=20)
    portal.dossiers["A.2"]["DonViXuLy"] = "Ủy ban nhân dân xã Đông Hưng"
    poll(town)
    with town.database.begin() as tx:
        assert arriving.known(tx, ["A.2"]) == {"A.2"}


def test_a_dossier_that_came_without_what_the_form_wants_is_not_received(town: Town, portal: Portal) -> None:
    handed_in(portal, "G.1", ThongTinKhai={"loai": "doc"})
    poll(town)
    with town.database.begin() as tx:
        id = tx.read(select(dossier.c.id)).scalar_one()
    with pytest.raises(Refusal, match="còn thiếu: Họ tên"):
        dossiers.accept_online(town.database, id, town["an"])
    dossiers.ask_online(town.database, id, [Lack("ho_ten", "", "chưa khai", kind="field")], town["an"])
    dossiers.bring_supplement(town.database, id, form={"ho_ten": "Hoàng Thị Hoa"}, by=CITIZEN)
    assert dossiers.accept_online(town.database, id, town["an"]).due is not None


def test_the_two_lists_are_compared_and_what_differs_is_told_again(town: Town, portal: Portal) -> None:
    lost, other, good = town.receive(), town.receive(), town.receive()
    drain(town.database)
    line = lines.require(town.database, "portal")
    day = town.now.date()
    assert comparing.compare(town.database, line, day, day).to_send == ()
    del portal.dossiers[lost.code]
    portal.dossiers[other.code]["TrangThaiHoSo"] = "9"
    handed_in(portal, "LẠ.1", TrangThaiHoSo="4")
    found = comparing.compare(town.database, line, day, day)
    assert ([one.code for one in found.missing], [one.code for one in found.differing]) == ([lost.code], [other.code])
    assert [one.code for one in found.unknown] == ["LẠ.1"] and found.matched == 1
    assert (found.here, found.there) == ({4: 3}, {4: 2, 9: 1})
    assert comparing.send_again(town.database, found.to_send, "quantri") == 2
    drain(town.database)
    del portal.dossiers["LẠ.1"]
    again = comparing.compare(town.database, line, day, day)
    assert again.to_send == () and again.here == again.there and again.matched == 3
    assert [one["TrangThai"] for one in portal.progress[good.code]] == statuses(town, good.id)


def test_differences_of_the_catalogue_are_shown_before_they_are_taken_over(town: Town, portal: Portal) -> None:
    record = {
        "code": "1.000001", "name": "Thủ tục A", "category": {"code": "TV", "name": "Thư viện"},
        "channels": [], "processing_cases": [], "results": ["Thẻ"], "legal_basis": [],
    }  # fmt: skip
    here = {**record, "results": ["Thẻ giấy"]}
    gone = {**record, "code": "1.000003"}
    done = import_records(town.database, [("a", here), ("c", gone)], by=SYSTEM)
    assert done["imported"] == 2, done
    portal.procedures |= {"1.000001": record, "1.000002": {**record, "code": "1.000002"}}
    assert catalogue_sync.order(town.database) and not catalogue_sync.order(town.database)
    drain(town.database)
    found = {one.code: one for one in catalogue_sync.differences(town.database)}
    assert {code: one.kind for code, one in found.items()} == {
        "1.000001": "changed", "1.000002": "new", "1.000003": "gone", CODE: "gone"
    }  # fmt: skip
    assert found["1.000001"].lines == (("Kết quả 1", "Thẻ giấy", "Thẻ"),)
    assert catalogue_sync.take_over(town.database, ["1.000001", "1.000002", "1.000003"], SYSTEM) == 2
    catalogue_sync.order(town.database)
    drain(town.database)
    assert [one.code for one in catalogue_sync.differences(town.database)] == ["1.000003", CODE]
