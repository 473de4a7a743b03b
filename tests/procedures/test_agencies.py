"""The tree of agencies, its dates, and when they work."""

from __future__ import annotations

from datetime import date

import pytest

from engine import audit
from engine.refusal import Refusal
from procedures import agencies, settings, working_time
from tests.procedures.places import SINCE, province


def test_the_tree_has_any_depth_and_codes_of_both_shapes() -> None:
    database, _ = province()
    top = agencies.tree(database)
    assert [branch.agency.code for branch in top] == ["T"]
    assert [branch.agency.code for branch in top[0].children] == ["T.1", "T.2"]
    assert [unit.code for unit in agencies.ancestors(database, "T.2.1")] == ["T.2.1", "T.2", "T"]
    assert agencies.subtree(database, "T.2") == {"T.2", "T.2.1"}
    found = agencies.last_known(database, "000.00.02.T")
    assert found is not None and found.code == "T.2"
    assert [unit.code for unit in agencies.find(database, "dong hung", level="xa")] == ["T.2"]


def test_a_new_name_holds_from_its_day_and_the_old_one_stays_readable() -> None:
    database, _ = province()
    agencies.change(
        database, "T.2", since=date(2026, 1, 1), name="Ủy ban nhân dân phường Đông Hưng", reason="NQ", by="thu"
    )
    before, after = agencies.get(database, "T.2", date(2025, 12, 31)), agencies.get(database, "T.2")
    assert before is not None and before.name.endswith("xã Đông Hưng") and before.level == "xa"
    assert after is not None and after.name.endswith("phường Đông Hưng") and after.parent == "T"
    assert agencies.get(database, "T.2", date(2025, 6, 30)) is None


def test_units_merge_and_split_and_their_successors_are_found() -> None:
    database, _ = province()
    on = date(2026, 2, 1)
    agencies.add(database, "T.3", "Xã mới", level="xa", parent="T", since=on, by="thu")
    agencies.merge(database, ["T.2"], "T.3", on, basis="Nghị quyết 1", by="thu")
    assert agencies.get(database, "T.2", on) is None and agencies.get(database, "T.2", date(2026, 1, 31)) is not None
    moved = agencies.get(database, "T.2.1", on)
    assert moved is not None and moved.parent == "T.3"
    assert agencies.successors(database, "T.2") == ["T.3"]
    assert agencies.successors(database, "T.2", date(2026, 1, 31)) == ["T.2"]
    later = date(2026, 3, 1)
    agencies.add(database, "T.4", "Xã một", level="xa", parent="T", since=later, by="thu")
    agencies.change(database, "T.2.1", since=later, parent="T.4", by="thu")
    agencies.split(database, "T.3", ["T.4", "T.1"], later, by="thu")
    assert agencies.successors(database, "T.2") == ["T.4", "T.1"]
    assert [one.kind for one in agencies.changes(database, "T.3")] == ["merge", "split", "split"]
    assert agencies.names(database)["T.2"].endswith("Đông Hưng")
    assert not audit.verify(database)["broken"]


@pytest.mark.parametrize(
    "wrong",
    [
        lambda database: agencies.add(database, "T", "Hai lần", level="tinh", by="thu"),
        lambda database: agencies.add(database, "", "Không mã", level="tinh", by="thu"),
        lambda database: agencies.add(database, "T.9", "Mồ côi", level="xa", parent="K", by="thu"),
        lambda database: agencies.add(database, "T.9", "Không cấp trên", level="xa", since=SINCE, by="thu"),
        lambda database: agencies.change(database, "T.1", since=SINCE, parent=None, by="thu"),
        lambda database: agencies.add(database, "T/9", "Gạch chéo", level="xa", parent="T", by="thu"),
        lambda database: agencies.change(database, "T", parent="T.2.1", by="thu"),
        lambda database: agencies.close(database, "T.2", date(2026, 4, 1), by="thu"),
        lambda database: working_time.set_hours(database, "T", SINCE, {"mon": [["12:00", "11:00"]]}, by="thu"),
        lambda database: working_time.set_hours(database, "T", SINCE, {}, by="thu"),
        lambda database: working_time.set_override(database, "T", date(2026, 5, 4), "off", by="thu"),
        lambda database: working_time.set_override(database, "K", date(2026, 5, 4), "off", basis="QĐ", by="thu"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(wrong) -> None:
    database, _ = province()
    before = agencies.listing(database)
    with pytest.raises(Refusal) as refusal:
        wrong(database)
    assert refusal.value.vi and refusal.value.en
    assert agencies.listing(database) == before


def test_what_another_act_says_of_a_day_is_replaced_only_where_that_is_meant() -> None:
    database, _ = province()
    day = date(2026, 5, 4)
    working_time.set_override(database, "T", day, "off", basis="QĐ 1", by="thu")
    working_time.set_override(database, "T", day, "off", basis="QĐ 1", by="thu")  # the same again is no change
    with pytest.raises(Refusal, match="đã được ghi là ngày nghỉ theo QĐ 1"):
        working_time.set_override(database, "T", day, "work", basis="QĐ 2", by="thu")
    working_time.set_override(database, "T", day, "work", basis="QĐ 2", replace=True, by="thu")
    assert [(one.what, one.basis) for one in working_time.overrides(database, "T")] == [("work", "QĐ 2")]


def test_hours_come_from_the_nearest_agency_above_that_has_some_and_change_by_date() -> None:
    database, _ = province()
    saturday = date(2026, 3, 7)
    assert not working_time.calendar_for(database, "T.2.1").is_working_day(saturday)
    working_time.set_hours(database, "T.2", SINCE, {"mon": [["08:00", "12:00"]], "sat": [["08:00", "11:00"]]}, by="thu")
    calendar = working_time.calendar_for(database, "T.2.1")
    assert calendar.is_working_day(saturday) and calendar.closing(saturday).hour == 11
    working_time.set_hours(database, "T.2.1", date(2026, 3, 7), {"sat": [["08:00", "10:00"]]}, by="thu")
    assert working_time.calendar_for(database, "T.2.1").closing(saturday).hour == 10
    assert working_time.calendar_for(database, "T.2.1").is_working_day(date(2026, 3, 6))  # before: the default
    assert [entry.agency for entry in working_time.hours_of(database, "T.2.1")] == ["T.2.1"]
    working_time.set_hours(database, "T.2.1", date(2026, 3, 7), None, by="thu")
    assert working_time.calendar_for(database, "T.2.1").closing(saturday).hour == 11
    assert not working_time.calendar_for(database, "T.1").is_working_day(saturday)


def test_a_day_of_the_province_wins_over_the_package_and_those_who_keep_deadlines_are_told() -> None:
    database, _ = province()
    told: list[tuple[frozenset[str], date, bool]] = []

    def listener(tx, codes, since, reason) -> None:
        told.append((codes, since, working_time.calendar_for(tx, "T.2").is_working_day(since)))

    settings.installation(database).calendar.append(listener)
    day = date(2026, 3, 4)
    assert working_time.calendar_for(database, "T.2").is_working_day(day)
    working_time.set_override(database, "T.2", day, "off", basis="QĐ 1", by="an")
    assert not working_time.calendar_for(database, "T.2").is_working_day(day)
    working_time.set_override(database, "T", day, None, by="an")
    assert working_time.calendar_for(database, "T.2").is_working_day(day)
    everyone = frozenset({"T", "T.1", "T.2", "T.2.1"})
    assert told == [(everyone, day, False), (everyone, day, True)]
    logged = [event for event in audit.history(database, working_time.LOG) if event.kind != "rows"]
    assert [(event.who, event.data["before"], event.data["after"]) for event in logged] == [
        ("an", None, "off"),
        ("an", "off", None),
    ]


def test_a_change_that_is_undone_leaves_no_calendar_behind() -> None:
    database, _ = province()
    day = date(2026, 3, 4)
    with pytest.raises(ZeroDivisionError), database.begin() as tx:
        assert working_time.calendar_for(tx, "T.2").is_working_day(day)
        working_time.set_override(tx, "T", day, "off", basis="QĐ 1", by="thu")
        assert not working_time.calendar_for(tx, "T.2").is_working_day(day)
        raise ZeroDivisionError
    assert working_time.calendar_for(database, "T.2").is_working_day(day)


def test_an_agency_that_nobody_knows_has_the_national_calendar() -> None:
    database, _ = province()
    assert working_time.calendar_for(database, "K").is_working_day(date(2026, 3, 4))


def test_a_refusal_names_agencies_and_days_and_shows_no_code() -> None:
    database, _ = province()
    with pytest.raises(Refusal) as below:
        agencies.close(database, "T.2", date(2026, 4, 1), by="thu")
    unit = agencies.get(database, "T.2.1", date(2026, 4, 1))
    assert unit is not None and f"Còn 1 cơ quan trực thuộc đang hoạt động: {unit.name}." in below.value.vi
    with pytest.raises(Refusal) as early:
        agencies.close(database, "T.2", date(1990, 1, 1), by="thu")
    assert "hoạt động từ" in early.value.vi and "01/01/1990" in early.value.vi
    assert all("T.2" not in said for said in (below.value.vi, below.value.en, early.value.vi, early.value.en))
