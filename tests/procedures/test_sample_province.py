"""The sample province is whole: every role is held where it is needed, and all went through the public functions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from engine import audit
from engine.refusal import Refusal
from engine.store import Database
from procedures import accounts, agencies, clients, officials, sample_province, working_time
from procedures.installation import rehearsal
from procedures.vocabulary.roles import ROLES


def test_the_sample_province_can_work(database_url: str, open_database: Callable[..., Database]) -> None:
    database = open_database(database_url)
    database.installation = rehearsal()
    assert not sample_province.made(database)
    sample = sample_province.make(database, password="Mau-2026", passwords={"motcua": "Rieng-2026"})
    assert sample_province.made(database)
    assert {one["role"] for one in sample.accounts} == set(ROLES)
    for one in sample.accounts:
        assert accounts.sign_in(database, one["username"], one["password"]).ok
        assert one["role"] in {role for role, _ in officials.roles_of(database, one["username"])}
    for commune in sample.communes:
        for role in ("mot_cua", "truong_don_vi", "chuyen_vien", "lanh_dao", "van_thu"):
            assert officials.officials_in(database, f"{role}@{commune}"), (role, commune)
    client = sample.clients[0]
    assert clients.check(database, client["client_id"], client["client_secret"]) is not None
    assert {unit.level for unit in agencies.listing(database)} == {"tinh", "xa"}
    assert agencies.successors(database, "H31.91") == ["H31.11"]
    calendar = working_time.calendar_for(database, "H31.11")
    assert not calendar.is_working_day(date(2026, 1, 2)) and calendar.is_working_day(date(2026, 1, 10))
    assert working_time.calendar_for(database, "H31.2").is_working_day(date(2026, 3, 7))
    assert not audit.verify(database)["broken"]
    with pytest.raises(Refusal):
        sample_province.make(database, password="Mau-2026")
