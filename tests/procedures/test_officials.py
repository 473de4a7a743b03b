"""Officials, their roles by date, groups, and who stands above them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from engine.refusal import Refusal
from procedures import agencies, clients, officials
from tests.procedures.places import SINCE, province


def test_groups_are_roles_at_agencies_on_a_day() -> None:
    database, _ = province()
    officials.grant(
        database, "an", "van_thu", "T.1", since=date(2026, 3, 1), until=date(2026, 3, 10), by="thu", reason="QĐ 12"
    )
    assert officials.groups_of(database, "an") == ["chuyen_vien@T.2", "van_thu@T.1"]
    assert officials.groups_of(database, "an", date(2026, 3, 10)) == ["chuyen_vien@T.2"]
    assert officials.groups_of(database, "an", date(2025, 6, 30)) == []
    assert [one.username for one in officials.officials_in(database, "chuyen_vien@T.2")] == ["an"]
    assert [one.username for one in officials.officials_in(database, "lanh_dao")] == ["chi", "dung"]
    assert officials.resolve(["chuyen_vien", "van_thu@T.1", "chuyen_vien"], "T.2") == ("chuyen_vien@T.2", "van_thu@T.1")


def test_a_role_is_held_once_and_can_be_taken_back() -> None:
    database, _ = province()
    first = officials.grant(database, "an", "van_thu", "T.1", by="thu")
    assert officials.grant(database, "an", "van_thu", "T.1", by="thu") == first
    officials.revoke(database, first, reason="hết nhiệm vụ", by="thu")
    assert officials.groups_of(database, "an") == ["chuyen_vien@T.2"]
    assert len(officials.all_grants(database, "an")) == 2


def test_a_delegated_role_stands_beside_ones_own() -> None:
    database, _ = province()
    officials.grant(database, "binh", "lanh_dao", "T.2", on_behalf_of="chi", until=date(2026, 3, 5), by="thu")
    held = {(one.role, one.on_behalf_of) for one in officials.grants(database, "binh")}
    assert held == {("truong_don_vi", None), ("lanh_dao", "chi")}


def test_who_leaves_has_no_role_any_more() -> None:
    database, _ = province()
    officials.leave(database, "binh", date(2026, 3, 2), reason="nghỉ hưu", by="thu")
    assert officials.groups_of(database, "binh") == []
    assert officials.officials_in(database, "truong_don_vi@T.2") == []
    assert officials.superior(database, "an") == "lanh_dao@T.2"
    assert "binh" not in {one.username for one in officials.find(database)}


def test_the_one_above_is_found_up_the_tree() -> None:
    database, _ = province()
    assert officials.superior(database, "an") == "truong_don_vi@T.2"
    assert officials.superior(database, "chuyen_vien@T.2") == "truong_don_vi@T.2"
    assert officials.superior(database, "binh") == "lanh_dao@T.2"
    assert officials.superior(database, "em") == "truong_don_vi@T.2"  # no head of its own: the commune's
    assert officials.superior(database, "chi") == "lanh_dao@T"
    assert officials.superior(database, "dung") is None
    assert officials.superior(database, "nobody") is None


def test_people_are_found_without_diacritics_by_unit_and_by_role() -> None:
    database, _ = province()
    assert [one.name for one in officials.find(database, "nguyen an")] == ["Nguyễn Văn An"]
    assert [one.username for one in officials.find(database, agency="T.2")] == ["an", "binh", "chi", "em"]
    assert [one.username for one in officials.find(database, role="lanh_dao")] == ["chi", "dung"]
    officials.change(database, "an", title="Phó phòng", by="chi")
    assert [one.username for one in officials.find(database, "pho phong")] == ["an"]


@pytest.mark.parametrize(
    "wrong",
    [
        lambda database: officials.add(database, "an", "Trùng tên", agency="T", by="thu"),
        lambda database: officials.add(database, "có dấu", "Tên", agency="T", by="thu"),
        lambda database: officials.add(database, "moi", " ", agency="T", by="thu"),
        lambda database: officials.add(database, "moi", "Tên", agency="K", by="thu"),
        lambda database: officials.grant(database, "an", "vua", "T", by="thu"),
        lambda database: officials.grant(database, "moi", "lanh_dao", "T", by="thu"),
        lambda database: officials.grant(database, "an", "lanh_dao", "K", by="thu"),
        lambda database: officials.revoke(database, "không có", by="thu"),
        lambda database: officials.change(database, "an", agency="K", by="thu"),
    ],
)
def test_what_cannot_be_is_refused(wrong) -> None:
    database, _ = province()
    with pytest.raises(Refusal):
        wrong(database)


def test_a_closed_agency_gives_no_roles() -> None:
    database, _ = province()
    agencies.add(database, "T.8", "Chi cục", level="tinh", parent="T", since=SINCE, by="thu")
    agencies.close(database, "T.8", date(2026, 1, 1), by="thu")
    with pytest.raises(Refusal):
        officials.grant(database, "an", "lanh_dao", "T.8", by="thu")


def test_a_role_that_ends_before_it_begins_is_refused() -> None:
    database, _ = province()
    with pytest.raises(Refusal, match="hết hiệu lực sau ngày bắt đầu"):
        officials.grant(database, "an", "van_thu", "T.1", since=date(2026, 3, 10), until=date(2026, 3, 10), by="thu")


def test_an_end_is_not_past_and_not_before_the_beginning() -> None:
    database, _ = province()
    held, later = officials.grants(database, "an")[0].id, date(2026, 5, 1)
    coming = officials.grant(database, "an", "van_thu", "T.1", since=later, by="thu")
    for wrong in (
        lambda: officials.leave(database, "an", date(1990, 1, 1), by="thu"),
        lambda: officials.leave(database, "an", date(2026, 3, 1), by="thu"),
        lambda: officials.revoke(database, held, on=date(2026, 3, 1), by="thu"),
        lambda: officials.revoke(database, coming, on=date(2026, 4, 30), by="thu"),
    ):
        with pytest.raises(Refusal, match="sớm nhất là"):
            wrong()
    officials.leave(database, "an", date(2026, 3, 9), by="thu")
    assert [one.valid_to for one in officials.all_grants(database, "an")] == [later, date(2026, 3, 9)]
    officials.leave(database, "an", date(2026, 3, 2), by="thu")
    with pytest.raises(Refusal, match="đã thôi công tác"):
        officials.leave(database, "an", date(2026, 6, 1), by="thu")


def test_a_role_that_ends_is_not_made_longer_by_taking_it_away() -> None:
    database, clock = province()
    short = officials.grant(database, "an", "van_thu", "T.1", until=date(2026, 3, 4), by="thu")
    with pytest.raises(Refusal, match="sớm hơn ngày đó"):
        officials.revoke(database, short, on=date(2026, 12, 1), by="thu")
    clock.move(timedelta(days=9))
    with pytest.raises(Refusal, match="sớm hơn ngày đó"):
        officials.revoke(database, short, by="thu")


def test_a_role_from_a_day_that_is_past_needs_a_reason_and_a_person_in_office() -> None:
    database, _ = province()
    for since, reason, said in (
        (date(2026, 3, 1), " ", "ghi rõ lý do"),
        (SINCE - timedelta(days=1), "QĐ", "công tác từ"),
    ):
        with pytest.raises(Refusal, match=said):
            officials.grant(database, "an", "lanh_dao", "T.2", since=since, by="thu", reason=reason)
    officials.grant(database, "an", "lanh_dao", "T.2", since=date(2026, 3, 1), by="thu", reason="QĐ 12")
    officials.grant(database, "an", "van_thu", "T.2", since=date(2026, 3, 2), by="thu")


def test_the_account_of_a_program_is_no_administrator() -> None:
    database, _ = province()
    clients.create(database, "cong", "Cổng", scopes=["tasks"], official="an", by="thu")
    for role in ("quan_tri", "kiem_tra"):
        with pytest.raises(Refusal, match="tài khoản của ứng dụng “Cổng”"):
            officials.grant(database, "an", role, "T", by="thu")
    officials.grant(database, "an", "van_thu", "T", by="thu")


@pytest.mark.parametrize(("first", "second"), [("kiem_tra", "quan_tri"), ("quan_tri", "kiem_tra")])
def test_nobody_watches_over_themselves(first: str, second: str) -> None:
    database, clock = province()
    today = clock.now.date()
    officials.grant(database, "chi", "quan_tri", "T", by="thu")
    grant = officials.grant(database, "an", first, "T", by="thu")
    for since, until in ((None, None), (today + timedelta(days=30), None), (today, today + timedelta(days=1))):
        with pytest.raises(Refusal, match="kiểm tra, giám sát không đồng thời là người quản trị"):
            officials.grant(database, "an", second, "T.2", since=since, until=until, by="thu")
    officials.revoke(database, grant, by="thu")
    officials.grant(database, "an", second, "T", by="thu")
    with pytest.raises(Refusal, match="không đồng thời"):
        officials.give_back(database, grant, by="thu")
