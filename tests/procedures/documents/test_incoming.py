"""What comes: the tray, doubles, the door, the number, the route, and back to the sender."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from engine import audit, worklist
from engine.refusal import Refusal
from procedures import files, tasks
from procedures.documents import incoming, queries
from procedures.documents.queries import Filter
from procedures.rights import NotAllowed, Unseen
from procedures.vocabulary.documents import DONE, HELP, INCOMING, KNOW, LEAD, ON_ROUTE, RETURNED, WAITING
from tests.procedures.documents.office import UNIT, directed, do, entry, letter, registered, task
from tests.procedures.town import AGENCY, Town


def test_a_scan_comes_into_the_tray_with_what_it_says_of_itself(office: Town) -> None:
    found = incoming.arrive(office.database, AGENCY, letter(office), office["giang"])
    assert (found.state, found.number, found.notation) == (WAITING, None, "1204/UBND-NC")
    assert found.issued_on == date(2026, 7, 20) and found.issuer == "Ủy ban nhân dân tỉnh Hưng Yên"
    assert found.subject == "báo cáo cải cách hành chính quý IV" and found.kind == "CV"
    with pytest.raises(NotAllowed):
        incoming.arrive(office.database, AGENCY, None, office["chi"], paper=True)


def test_numbers_have_no_gap_and_the_route_begins_with_the_leader(either_office: Town) -> None:
    town = either_office
    first, second = registered(town), registered(town, notation="1205/UBND-NC")
    assert [first.number, second.number] == [1, 2] and first.state == ON_ROUTE
    assert first.acknowledged_at is not None and first.numbered_by == "giang"
    (step,) = worklist.of_instance(town.database, first.id)
    assert step.element == "but_phe" and step.groups == (f"lanh_dao@{AGENCY}",) and step.due is not None
    found = queries.listing(town.database, town["giang"], INCOMING, agency=AGENCY, wanted=Filter("bao cao 1205"))
    assert [one.id for one in found.rows] == [second.id]
    assert audit.verify(town.database)["broken"] == []


def test_the_text_of_a_document_is_found_without_diacritics(office: Town) -> None:
    came = incoming.arrive(office.database, AGENCY, letter(office), office["giang"])
    made = incoming.register(office.database, came.code, replace(entry(), medium="dien_tu"), office["giang"])
    for text in ("gieng khoan", "GIẾNG KHOAN trái phép", "1204", made.code):
        found = queries.listing(office.database, office["giang"], INCOMING, agency=AGENCY, wanted=Filter(text))
        assert [one.code for one in found.rows] == [made.code], text


def test_a_double_is_shown_and_goes_on_only_when_the_clerk_says_so(office: Town) -> None:
    first = registered(office)
    again = incoming.arrive(office.database, AGENCY, None, office["giang"], paper=True)
    with pytest.raises(incoming.Double) as told:
        incoming.register(office.database, again.code, entry(), office["giang"])
    assert [one.id for one in told.value.documents] == [first.id] and "số đến 01" in told.value.vi
    other_day = entry(issued_on=date(2026, 7, 21))
    assert incoming.doubles(office.database, AGENCY, other_day) == []
    assert incoming.register(office.database, again.code, entry(), office["giang"], no_double="Gửi lại").number == 2


@pytest.mark.parametrize(
    ("change", "about"),
    [
        ({"secrecy": "Tối mật"}, "secrecy"),
        ({"secrecy": "MẬT"}, "secrecy"),
        ({"urgency": 7}, "urgency"),
        ({"notation": " "}, "notation"),
        ({"subject": "x" * 501}, "subject"),
        ({"kind": "Thư tay"}, "kind"),
        ({"issued_on": date(2026, 7, 28)}, "issued_on"),
        ({"medium": "dien_tu"}, "medium"),
    ],
)
def test_what_must_not_be_entered_is_refused_and_takes_no_number(
    office: Town, change: dict[str, object], about: str
) -> None:
    came = incoming.arrive(office.database, AGENCY, None, office["giang"], paper=True)
    with pytest.raises(Refusal) as refused:
        incoming.register(office.database, came.code, entry(**change), office["giang"])
    assert refused.value.about == about
    assert incoming.register(office.database, came.code, entry(), office["giang"]).number == 1


def test_a_scan_that_bears_a_stamp_of_secrecy_is_turned_away_at_the_door(office: Town) -> None:
    stamped = letter(office, '#set text(font: "Tinos")\nMẬT\\\nSố: 03/UBND-NC\\\nV/v phương án')
    with pytest.raises(Refusal, match="độ mật"):
        incoming.arrive(office.database, AGENCY, stamped, office["giang"])
    spoken = letter(office, '#set text(font: "Tinos")\nBảo vệ bí mật nhà nước\\\nMật ong Hưng Yên')
    assert incoming.arrive(office.database, AGENCY, spoken, office["giang"]).state == WAITING


def test_what_goes_back_has_its_reason_and_takes_no_number(office: Town) -> None:
    came = incoming.arrive(office.database, AGENCY, None, office["giang"], paper=True)
    with pytest.raises(Refusal):
        incoming.give_back(office.database, came.code, " ", office["giang"])
    back = incoming.give_back(office.database, came.code, "Gửi nhầm nơi nhận", office["giang"])
    assert (back.state, back.reason, back.number) == (RETURNED, "Gửi nhầm nơi nhận", None)
    assert back.acknowledged_at is not None
    with pytest.raises(Refusal):
        incoming.register(office.database, came.code, entry(), office["giang"])
    assert registered(office).number == 1


def test_what_lies_in_the_tray_since_yesterday_is_late(office: Town) -> None:
    incoming.arrive(office.database, AGENCY, None, office["giang"], paper=True)
    assert incoming.late_acknowledgements(office.database, AGENCY) == 0
    office.move(days=1)
    assert incoming.late_acknowledgements(office.database, AGENCY) == 1


def test_the_route_from_the_directive_to_the_file(either_office: Town) -> None:
    town = either_office
    made = registered(town)
    directive = tasks.find(town.database, task(town, made.id, "but_phe").id, town["dung"])
    proposed = tasks.variables(town.database, directive)["han_xu_ly"]
    assert proposed == "2026-08-05", "seven working days after Monday, 27 July"
    directed(town, made.id, don_vi_phoi_hop=[AGENCY], don_vi_de_biet=[AGENCY], han_xu_ly="2026-08-05")
    roles = {(line.role, line.agency) for line in queries.lines(town.database, made.id)}
    assert {(LEAD, UNIT), (HELP, AGENCY), (KNOW, AGENCY)} <= roles
    do(town, "hung", made.id, "phan_cong", "tra_lai", "Không thuộc chức năng", don_vi_chu_tri=UNIT)
    again = task(town, made.id, "giao_lai")
    shown = tasks.variables(town.database, tasks.find(town.database, again.id, town["dung"]))
    assert shown["ly_do_tra_lai"] == "Không thuộc chức năng"
    do(town, "dung", made.id, "giao_lai", "giao_lai", don_vi_chu_tri=AGENCY, but_phe="Giao văn phòng")
    do(town, "binh", made.id, "phan_cong", "chuyen_don_vi", "Phòng Kinh tế theo dõi", don_vi_chu_tri=UNIT)
    do(town, "hung", made.id, "phan_cong", "phan_cong", nguoi_xu_ly="khanh", don_vi_chu_tri=UNIT)
    assert task(town, made.id, "xu_ly").assignee == "khanh"
    do(town, "binh", made.id, "phoi_hop", "gui", y_kien="Thống nhất")
    do(town, "binh", made.id, "de_biet", "da_xem")
    do(town, "khanh", made.id, "xu_ly", "xong", ket_qua_xu_ly="Đã báo cáo", van_ban_tra_loi="12/BC-UBND")
    do(town, "khanh", made.id, "bao_cao", "trinh", bao_cao="Xong")
    do(town, "hung", made.id, "duyet_bao_cao", "dat")
    do(town, "giang", made.id, "luu_ho_so", "da_luu", ho_so_cong_viec="CCHC-2026", thoi_han_luu="10")
    found = queries.find(town.database, made.code, town["giang"])
    assert found.state == DONE and found.ended_at is not None
    assert all(line.closed_at is not None for line in queries.lines(town.database, made.id))
    assert audit.verify(town.database)["broken"] == []


def test_who_was_given_a_step_sees_the_document_and_others_of_the_agency_do_not(office: Town) -> None:
    made = registered(office)
    for stranger in ("hung", "khanh", "chi", "lien", "minh", "an"):
        with pytest.raises(Unseen):
            queries.find(office.database, made.code, office[stranger])
        assert queries.listing(office.database, office[stranger], INCOMING).rows == ()
    directed(office, made.id)
    assert queries.find(office.database, made.code, office["hung"]).code == made.code
    do(office, "hung", made.id, "phan_cong", "phan_cong", nguoi_xu_ly="khanh", don_vi_chu_tri=UNIT)
    for given in ("hung", "khanh"):
        assert [one.code for one in queries.listing(office.database, office[given], INCOMING).rows] == [made.code]
    with pytest.raises(Unseen):
        queries.find(office.database, made.code, office["chi"])
    assert queries.find(office.database, made.code, office["quan"]).code == made.code


def test_a_file_is_named_by_its_document(office: Town) -> None:
    stored = letter(office)
    came = incoming.arrive(office.database, AGENCY, stored, office["giang"])
    assert files.named(office.database, stored.sha256) == (came.id, "cong-van.pdf")
