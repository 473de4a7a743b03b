"""Passwords, lock-out, resets, sessions, and the credentials of programs."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine import audit
from engine.refusal import Refusal
from engine.store import Database
from procedures import accounts, agencies, clients, officials
from tests.procedures.places import Clock, empty, province

GOOD, OTHER = "mot-hai-ba-bon", "nam-sau-bay-tam"


def with_account(must_change: bool = False) -> tuple[Database, Clock]:
    database, clock = province()
    accounts.create(database, "an", GOOD, must_change=must_change, by="thu")
    return database, clock


def test_the_right_password_opens_a_session_that_times_out() -> None:
    database, clock = with_account(must_change=True)
    done = accounts.sign_in(database, " AN ", GOOD, address="10.0.0.1", program="Firefox")
    assert done.ok and done.must_change and done.username == "an"
    assert accounts.session(database, done.token) == "an"
    for _ in range(3):
        clock.move(timedelta(minutes=20))
        assert accounts.session(database, done.token) == "an"  # in use: it lives on
    clock.move(timedelta(minutes=31))
    assert accounts.session(database, done.token) is None
    assert accounts.session(database, "kein Token") is None
    assert accounts.sessions(database, "an")[0].address == "10.0.0.1"


def test_no_session_lives_longer_than_a_working_day() -> None:
    database, clock = with_account()
    token = accounts.sign_in(database, "an", GOOD).token
    for _ in range(40):
        clock.move(timedelta(minutes=20))
        accounts.session(database, token)
    assert accounts.session(database, token) is None


def test_wrong_passwords_are_counted_in_the_database_and_lock_the_account_for_a_while() -> None:
    database, clock = with_account()
    tries = [accounts.sign_in(database, "an", "sai").refusal for _ in range(accounts.FAILURES)]
    assert tries == ["wrong"] * (accounts.FAILURES - 1) + ["locked"]
    assert accounts.sign_in(database, "an", GOOD).refusal == "locked"
    found = accounts.get(database, "an")
    assert found is not None and found.locked_until is not None
    clock.move(accounts.LOCK + timedelta(seconds=1))
    assert accounts.sign_in(database, "an", GOOD).ok
    assert [accounts.sign_in(database, "an", "sai").refusal for _ in range(2)] == ["wrong", "wrong"]
    assert "account_locked" in [event.kind for event in audit.history(database, accounts.LOG)]


def test_an_administrator_unlocks() -> None:
    database, _ = with_account()
    for _ in range(accounts.FAILURES):
        accounts.sign_in(database, "an", "sai")
    accounts.unlock(database, "an", by="chi")
    assert accounts.sign_in(database, "an", GOOD).ok


def test_nobody_learns_whether_a_person_exists() -> None:
    database, _ = with_account()
    unknown, wrong = accounts.sign_in(database, "khong-co", "sai"), accounts.sign_in(database, "an", "sai")
    assert unknown.refusal == wrong.refusal == "wrong"


def test_changing_the_password_ends_every_session() -> None:
    database, _ = with_account()
    first, second = accounts.sign_in(database, "an", GOOD), accounts.sign_in(database, "an", GOOD)
    changed = accounts.change_password(database, "an", GOOD, OTHER)
    assert changed.ok and changed.epoch != first.epoch
    assert accounts.session(database, first.token) is None and accounts.session(database, second.token) is None
    assert accounts.sign_in(database, "an", OTHER).ok and not accounts.sign_in(database, "an", GOOD).ok
    assert accounts.change_password(database, "an", "sai", GOOD).refusal == "wrong"


@pytest.mark.parametrize("password", ["ngan", "aaaaaaaaaaaaaaaa", "mat-khau-cua-an-2026", "x" * 201, GOOD])
def test_a_weak_password_is_refused(password: str) -> None:
    database, _ = with_account()
    with pytest.raises(Refusal):
        accounts.change_password(database, "an", GOOD, password)
    assert accounts.sign_in(database, "an", GOOD).ok


def test_a_reset_link_works_once_and_not_for_ever() -> None:
    database, clock = with_account(must_change=True)
    old = accounts.begin_reset(database, "an", by="chi")
    token = accounts.begin_reset(database, "an", by="chi")
    assert accounts.owner_of_reset(database, old) is None and accounts.owner_of_reset(database, token) == "an"
    assert accounts.finish_reset(database, token, OTHER) == "an"
    done = accounts.sign_in(database, "an", OTHER)
    assert done.ok and not done.must_change
    with pytest.raises(Refusal):
        accounts.finish_reset(database, token, GOOD)
    late = accounts.begin_reset(database, "an", by="thu")
    clock.move(accounts.RESET + timedelta(seconds=1))
    with pytest.raises(Refusal):
        accounts.finish_reset(database, late, GOOD)


def test_a_shut_account_lets_nobody_in_and_its_sessions_end() -> None:
    database, _ = with_account()
    token = accounts.sign_in(database, "an", GOOD).token
    accounts.set_active(database, "an", False, by="chi", reason="nghỉ việc")
    assert accounts.session(database, token) is None and accounts.sign_in(database, "an", GOOD).refusal == "wrong"
    accounts.set_active(database, "an", True, by="chi")
    assert accounts.sign_in(database, "an", GOOD).ok


def test_an_account_without_a_password_waits_for_its_link() -> None:
    database, _ = province()
    accounts.create(database, "binh", by="chi")
    assert accounts.sign_in(database, "binh", "").refusal == "wrong"
    accounts.finish_reset(database, accounts.begin_reset(database, "binh", by="thu"), GOOD)
    assert accounts.sign_in(database, "binh", GOOD).ok


def test_the_first_administrator_brings_the_province_along() -> None:
    database, _ = empty()
    assert accounts.administrators(database) == 0
    accounts.create_admin(database, "quantri", GOOD, province={"code": "H31", "name": "tỉnh Hưng Yên"})
    assert accounts.administrators(database) == 1
    assert officials.groups_of(database, "quantri") == ["quan_tri@H31"]
    assert agencies.names(database) == {"H31": "Ủy ban nhân dân tỉnh Hưng Yên"}
    with pytest.raises(Refusal):
        accounts.create_admin(database, "quantri", GOOD)
    with pytest.raises(Refusal):
        accounts.create_admin(database, "quantri2", "ngan")


def test_no_secret_is_kept_as_it_is() -> None:
    database, _ = with_account()
    token = accounts.sign_in(database, "an", GOOD).token
    reset = accounts.begin_reset(database, "an", by="thu")
    secret = clients.create(database, "cong", "Cổng", scopes=["dossiers"], official="an", by="thu")
    with database.begin() as tx:
        dump = "\n".join(tx.connection.connection.driver_connection.iterdump())
    assert GOOD not in dump and token not in dump and reset not in dump and secret not in dump


def test_a_program_has_scopes_and_a_secret_that_can_be_changed() -> None:
    database, _ = province()
    secret = clients.create(database, "cong", "Cổng", scopes=["tasks", "dossiers"], official="an", by="thu")
    found = clients.check(database, "cong", secret)
    assert found is not None and found.scopes == {"dossiers", "tasks"} and found.official == "an"
    assert clients.check(database, "cong", "sai") is None and clients.check(database, "khac", secret) is None
    new = clients.new_secret(database, "cong", by="thu")
    assert clients.check(database, "cong", secret) is None and clients.check(database, "cong", new) is not None
    clients.set_active(database, "cong", False, by="thu")
    assert clients.check(database, "cong", new) is None and clients.get(database, "cong") is None
    for wrong in ({"scopes": ["everything"], "official": "an"}, {"scopes": [], "official": "khong-co"}):
        with pytest.raises(Refusal):
            clients.create(database, "moi", "Mới", **wrong, by="thu")
