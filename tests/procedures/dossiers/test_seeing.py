"""Who sees what: tracking with a second fact, lists within a person's reach, figures."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from engine.refusal import Refusal
from procedures import dossiers
from procedures.dossiers import Actor, Applicant, TrackingRefused
from tests.procedures.town import AGENCY, Town

STRANGER = Actor("la", agency="T.3", agencies=frozenset({"T.3"}))
ALL = Actor("kiemtra", everything=True)


@pytest.mark.parametrize("fact", ["0912345678", "0912 345 678", "033190001234", "001234"])
def test_number_phone_or_the_last_six_digits_open_the_tracking(town: Town, fact: str) -> None:
    received = town.receive()
    tracking = dossiers.track(town.database, received.code.lower(), fact, "10.0.0.1")
    assert tracking.dossier.id == received.id and tracking.holder == "Ủy ban nhân dân xã Đông Hưng"
    assert tracking.stage == "Xem xét đơn" and tracking.explanation


def test_wrong_code_and_wrong_fact_sound_alike_and_lock_after_a_few(town: Town) -> None:
    received = town.receive()
    said = set()
    for code, fact in (
        (received.code, "0999999999"),
        ("T.2-260302-9999", "0912345678"),
        (received.code, ""),
        (received.code, "345"),
        (received.code, "678"),
    ):
        with pytest.raises(TrackingRefused) as refused:
            dossiers.track(town.database, code, fact)
        said.add(str(refused.value))
    assert len(said) == 1
    for _ in range(2):
        with pytest.raises(TrackingRefused):
            dossiers.track(town.database, received.code, "000000")
    with pytest.raises(TrackingRefused):
        dossiers.track(town.database, received.code, "0912345678")
    town.move(minutes=16)
    assert dossiers.track(town.database, received.code, "0912345678").dossier.id == received.id


def test_a_stranger_finds_nothing_not_even_by_its_code(town: Town) -> None:
    received = town.receive()
    assert dossiers.find(town.database, STRANGER, "Hoa").total == 0
    assert not dossiers.may_see(town.database, received.id, STRANGER)
    with pytest.raises(Refusal) as hidden:
        dossiers.by_code(town.database, received.code, STRANGER)
    with pytest.raises(Refusal) as unknown:
        dossiers.by_code(town.database, "khong-co", STRANGER)
    assert str(hidden.value) == str(unknown.value)
    assert dossiers.listing(town.database, Actor("nobody")).total == 0


@pytest.mark.parametrize("text", ["hoang thi hoa", "HOÀNG", "0912 345 678", "033190001234", "T.2-260302-0001"])
def test_search_finds_by_name_number_phone_and_code(either_town: Town, text: str) -> None:
    either_town.receive()
    other = Applicant("Đỗ Văn Bảy", "033190005555", "0987654321")
    either_town.receive(applicant=other, form={"ho_ten": other.name, "loai": "doc"})
    page = dossiers.find(either_town.database, either_town["an"], text)
    assert [row.applicant for row in page.rows] == ["Hoàng Thị Hoa"]


def test_lists_filter_by_progress_and_the_board_counts_the_same(either_town: Town) -> None:
    town = either_town
    early, late, open_, paused = (town.receive(name=name).id for name in ("Sớm", "Muộn", "Mở", "Dừng"))
    town.ask(paused)
    town.to_leader(early)
    town.do("dung", early, "ky")
    town.move(days=7)
    town.to_leader(late)
    town.do("dung", late, "ky")
    fresh = town.receive(name="Mới").id

    def ids(progress: str) -> set[str]:
        return {row.id for row in dossiers.listing(town.database, ALL, progress=progress).rows}

    assert ids("early") == {early} and ids("late") == {late} and ids("paused") == {paused}
    assert ids("over") == {open_} and ids("open") == {fresh} and ids("on_time") == set()
    rows = {row.id: row.progress for row in dossiers.listing(town.database, ALL).rows}
    assert rows == {early: "early", late: "late", paused: "paused", open_: "over", fresh: "open"}

    board = dossiers.board(town.database, ALL, date(2026, 3, 1), date(2026, 3, 31))
    total = board.total
    assert (total.received, total.done, total.early, total.on_time, total.late) == (5, 2, 1, 0, 1)
    assert (total.open, total.over, total.paused, total.rate) == (2, 1, 1, 50.0)
    assert [one.name for one in board.by_agency] == ["Ủy ban nhân dân xã Đông Hưng"]
    assert dossiers.board(town.database, STRANGER).total.received == 0
    register = dossiers.register(town.database, ALL, AGENCY, from_=date(2026, 3, 2), to=date(2026, 3, 2))
    assert [row[3] for row in register.rows] == ["Sớm", "Muộn", "Mở", "Dừng"]
    assert dossiers.register(town.database, STRANGER, AGENCY).rows == ()
    elsewhere = dossiers.register(town.database, ALL, "T.3", date(2026, 3, 2), date(2026, 3, 2))
    assert elsewhere.rows == (), "the register is of one agency alone"
    leader = replace(ALL, agency="T.3")
    assert dossiers.register_opens_on(town.database, leader) == AGENCY, "the first with dossiers: his own has none"
    assert dossiers.register_opens_on(town.database, replace(STRANGER, agency="T.3")) == "T.3"
    assert dossiers.register_opens_on(town.database, town["an"]) == AGENCY


def test_the_very_code_comes_first_and_declarations_are_found(either_town: Town) -> None:
    town = either_town
    older = town.receive(name="Người Cũ", form={"ho_ten": "Đỗ Thị Mận", "ngay_sinh": "1990-01-31", "loai": "doc"})
    for number in range(3):
        town.receive(name=f"Nhắc {older.code} {number}")
    found = dossiers.find(town.database, ALL, older.code)
    assert found.rows[0].id == older.id and found.total == 4
    assert [row.id for row in dossiers.find(town.database, ALL, "do thi man").rows] == [older.id]


@pytest.mark.parametrize("typed", ["0002", "…-0002", "-0002", "260302-0002", "{code}", "cttv"])
def test_the_end_of_a_code_and_an_abbreviation_find_it_first(either_town: Town, typed: str) -> None:
    town = either_town
    town.receive(name="Số 0002 và 260302")
    wanted = town.receive(name="Người Sau")
    assert wanted.code.endswith("-0002")
    rows = dossiers.find(town.database, ALL, typed.format(code=wanted.code.lower())).rows
    assert rows[0].id == wanted.id
    assert dossiers.find(town.database, ALL, "999-0002").total == 0


def test_words_that_are_not_all_there_find_what_has_most_of_them(either_town: Town) -> None:
    town = either_town
    one, other = town.receive(name="Trần Văn Bưởi"), town.receive(name="Trần Thị Cam")
    found = dossiers.find(town.database, ALL, "trần văn bưởi khongcodau")
    assert [row.id for row in found.rows] == [one.id, other.id] and found.partial
    assert not dossiers.find(town.database, ALL, "trần bưởi").partial
    assert dossiers.find(town.database, ALL, "khongcodau").total == 0


@pytest.mark.parametrize("text", ["%", "_", "%%%", "…"])
def test_signs_alone_find_nothing(town: Town, text: str) -> None:
    town.receive()
    assert dossiers.find(town.database, ALL, text).total == 0
    assert dossiers.listing(town.database, ALL, text=text).total == 0
