"""The hall: numbers without a double, appointments kept at their time, called once each, whoever calls."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from engine.calendar import VIETNAM
from engine.refusal import Refusal
from procedures.queue import appointments, tickets
from procedures.rights import NotAllowed
from tests.procedures.town import AGENCY, Town

ME, OTHER = "cong-dan-1", "cong-dan-2"


def booked(town: Town, hour: int, minute: int = 0, who: str = ME) -> appointments.Appointment:
    at = datetime(2026, 3, 2, hour, minute, tzinfo=VIETNAM)
    found = appointments.get(town.database, who, appointments.book(town.database, who, AGENCY, at))
    assert found is not None
    return found


def numbers(town: Town) -> list[int]:
    return [one.number for one in tickets.hall(town.database, AGENCY).waiting]


def test_numbers_are_given_once_each_however_many_come_at_once(either_town: Town) -> None:
    with ThreadPoolExecutor(4) as pool:
        given = list(pool.map(lambda _: tickets.take(either_town.database, AGENCY).number, range(12)))
    assert sorted(given) == list(range(1, 13))
    with pytest.raises(Refusal, match="không phát số"):
        tickets.take(either_town.database, "T.3")  # nobody sits at its desk


def test_several_counters_call_each_number_once_and_who_was_there_is_served(town: Town) -> None:
    for _ in range(3):
        tickets.take(town.database, AGENCY)
        town.move(minutes=2)
    first = tickets.call(town.database, AGENCY, "1", town["an"])
    second = tickets.call(town.database, AGENCY, "2", town["an"])
    assert first is not None and second is not None and (first.number, second.number) == (1, 2)
    assert tickets.again(town.database, AGENCY, 1, "1", town["an"]).calls == 2
    tickets.miss(town.database, AGENCY, 2, town["an"])
    third = tickets.call(town.database, AGENCY, "1", town["an"])
    assert third is not None and third.number == 3
    hall = tickets.hall(town.database, AGENCY)
    assert (hall.served, hall.missed, hall.wait) == (1, 1, 4)
    assert tickets.call(town.database, AGENCY, "2", town["an"]) is None
    assert tickets.again(town.database, AGENCY, 2, "2", town["an"]).counter == "2"  # has come after all
    with pytest.raises(Refusal, match="không còn chờ"):
        tickets.again(town.database, AGENCY, 1, "2", town["an"])
    with pytest.raises(NotAllowed):
        tickets.call(town.database, AGENCY, "1", town["chi"])
    with pytest.raises(Refusal, match="quầy số mấy"):
        tickets.call(town.database, AGENCY, " ", town["an"])
    with pytest.raises(Refusal, match="quầy số mấy"):
        tickets.again(town.database, AGENCY, 2, " ", town["an"])


def test_an_appointment_is_called_at_its_time_and_not_before(town: Town) -> None:
    mine = booked(town, 10, 30)
    tickets.take(town.database, AGENCY, mine.code)  # an hour and a half early
    tickets.take(town.database, AGENCY)
    assert numbers(town) == [2, 1]
    town.move(minutes=80)  # 10:20
    tickets.take(town.database, AGENCY)
    assert numbers(town) == [1, 2, 3]
    assert tickets.ahead(town.database, AGENCY, 3) == 2
    with pytest.raises(Refusal, match="không phải lịch hẹn hôm nay"):
        tickets.take(town.database, AGENCY, mine.code)  # its ticket was taken
    assert tickets.take(town.database, AGENCY).number == 4  # what was refused took no number


def test_times_are_those_of_the_desk_and_a_taken_one_is_gone(town: Town) -> None:
    day, times = appointments.free(town.database, AGENCY)[0]
    assert day == town.now.date() and times[0] == town.now + timedelta(hours=1)
    assert {at.strftime("%H:%M") for at in times} >= {"10:00", "11:00", "13:00", "16:30"}
    assert not {"11:30", "12:00", "17:00"} & {at.strftime("%H:%M") for at in times}
    assert all(day.weekday() < 5 for day, _ in appointments.free(town.database, AGENCY))
    booked(town, 10)
    with pytest.raises(Refusal, match="không còn trống"):
        booked(town, 10, who=OTHER)
    for wrong in (datetime(2026, 3, 2, 9, 30, tzinfo=VIETNAM), datetime(2026, 3, 2, 10, 10, tzinfo=VIETNAM)):
        with pytest.raises(Refusal, match="không còn trống"):
            appointments.book(town.database, ME, AGENCY, wrong)


def test_it_is_moved_and_cancelled_by_whose_it_is(town: Town) -> None:
    mine = booked(town, 10)
    for act in (appointments.cancel, lambda *said: appointments.move(*said, mine.at)):
        with pytest.raises(Refusal):
            act(town.database, OTHER, mine.id)
    appointments.move(town.database, ME, mine.id, mine.at + timedelta(hours=3))
    assert [one.at.hour for one in appointments.coming(town.database, ME)] == [13]
    assert booked(town, 10, who=OTHER).at.hour == 10  # free again
    town.move(hours=3, minutes=30)
    with pytest.raises(Refusal, match="dưới một giờ"):
        appointments.move(town.database, ME, mine.id, mine.at + timedelta(hours=5))
    appointments.cancel(town.database, ME, mine.id)
    assert appointments.coming(town.database, ME) == []


def test_nobody_holds_more_than_three(town: Town) -> None:
    for hour in (10, 11, 13):
        booked(town, hour)
    with pytest.raises(Refusal, match="3 lịch hẹn"):
        booked(town, 14)
