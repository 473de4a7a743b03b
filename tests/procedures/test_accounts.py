"""Passwords, lock-out, resets, sessions, and the credentials of programs."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import date, datetime, timedelta

import pytest

from engine import audit
from engine.refusal import Refusal
from engine.store import Database
from procedures import accounts, agencies, attempts, clients, officials, passwords
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


def fail(database: Database, name: str = "an", address: str = "10.0.0.9", times: int = attempts.OWN.free) -> None:
    for _ in range(times):
        accounts.sign_in(database, name, "sai", address=address)


def test_after_wrong_passwords_one_waits_longer_and_longer_and_never_for_ever() -> None:
    database, clock = with_account()
    waits = []
    for _ in range(12):
        while (done := accounts.sign_in(database, "an", "sai", address="10.0.0.9")).refusal == "wrong":
            pass
        assert isinstance(done.wait, attempts.TooOften)
        waits.append(done.wait.until - clock.now)
        clock.move(waits[-1])
    assert waits == sorted(waits) and waits[0] == attempts.OWN.first and waits[-1] == attempts.OWN.most
    assert accounts.sign_in(database, "an", GOOD, address="10.0.0.9").ok
    assert accounts.sign_in(database, "an", "sai", address="10.0.0.9").refusal == "wrong", "all is forgotten"
    said = [event.data for event in audit.history(database, accounts.LOG) if event.kind == "sign_in_delayed"]
    assert said[0]["username"] == "an" and said[0]["address"] == "10.0.0.9"


def test_how_long_one_waits_is_said() -> None:
    database, clock = with_account()
    fail(database)
    done = accounts.sign_in(database, "an", GOOD, address="10.0.0.9")
    assert done.wait is not None and "Thử lại sau 30 giây" in done.wait.vi and "in 30 seconds" in done.wait.en
    for _ in range(8):
        clock.move(timedelta(minutes=15))
        accounts.sign_in(database, "an", "sai", address="10.0.0.9")
    done = accounts.sign_in(database, "an", GOOD, address="10.0.0.9")
    assert done.wait is not None and "15 phút" in done.wait.vi


def test_a_strangers_failures_keep_nobody_out() -> None:
    database, _ = with_account()
    fail(database, address="203.0.113.5")
    assert accounts.sign_in(database, "an", "sai", address="203.0.113.5").refusal == "wait"
    assert accounts.sign_in(database, "an", GOOD, address="10.0.0.9").ok


def test_whoever_was_here_before_is_counted_apart_even_behind_one_address() -> None:
    database, _ = with_account()
    fail(database, address="10.0.0.9")
    assert accounts.sign_in(database, "an", GOOD, address="10.0.0.9").refusal == "wait"
    assert accounts.sign_in(database, "an", GOOD, address="10.0.0.9", device="cua-an").ok
    for _ in range(attempts.OWN.free):
        accounts.sign_in(database, "an", "sai", device="cua-an")
    assert accounts.sign_in(database, "an", GOOD, device="cua-an").refusal == "wait", "a stolen device guesses no more"


def begin(database: Database, about: str, origin: str) -> datetime | None:
    return database.run(lambda tx: attempts.begin(tx, attempts.Try(accounts.KIND, about, origin)))


def test_a_flood_from_everywhere_keeps_out_nobody_who_has_not_failed() -> None:
    database, clock = with_account()
    for number in range(attempts.MANY + 10):
        begin(database, "an", f"10.1.0.{number}")
    assert accounts.sign_in(database, "an", GOOD, address="10.9.9.9").ok
    begin(database, "an", "10.9.9.8")
    until = begin(database, "an", "10.9.9.8")
    assert until is not None and until - clock.now == attempts.PRESSED.first, "one typing error costs a minute"
    clock.move(attempts.PRESSED.first)
    assert accounts.sign_in(database, "an", GOOD, address="10.9.9.8").ok


@pytest.mark.parametrize("kind", ["track", accounts.KIND])
def test_few_addresses_come_to_few_guesses(kind: str) -> None:
    database, clock = province()

    def guesses(days: int) -> int:
        end, done = clock.now + timedelta(days=days), 0
        while clock.now < end:
            for number in range(4):
                what = attempts.Try(kind, "X", f"10.1.0.{number}")
                while database.run(lambda tx, what=what: attempts.begin(tx, what)) is None:
                    done += 1
            clock.move(timedelta(minutes=15))
        return done

    first, second = guesses(3), guesses(3)
    if kind == "track":
        assert first <= 120 and first + second <= attempts.MANY + 4 * 6
    else:
        assert second <= first <= 200


def test_an_address_of_the_new_kind_is_the_customers_whole_network() -> None:
    assert attempts.network("2001:db8:1:2ff::1") == attempts.network("2001:db8:1:200:ffff::9")
    assert attempts.network("2001:db8:1:300::1") != attempts.network("2001:db8:1:200::1")
    assert attempts.network("::ffff:10.0.0.9") == attempts.network("10.0.0.9") == "10.0.0.9"
    assert attempts.network("") == ""


def test_one_address_does_not_try_everybody() -> None:
    database, _ = with_account()
    tries = [begin(database, f"ten{n}", "10.0.0.9") for n in range(60)]
    assert tries[: attempts.ORIGIN.free] == [None] * attempts.ORIGIN.free
    assert None not in tries[attempts.ORIGIN.free :]


def test_an_unknown_name_waits_like_a_known_one() -> None:
    database, _ = with_account()
    told = []
    for name in ("an", "khong-co"):
        fail(database, name, address=f"10.0.0.{len(told)}")
        done = accounts.sign_in(database, name, "sai", address=f"10.0.0.{len(told)}")
        told.append((done.refusal, done.wait.vi if done.wait else ""))
    assert told[0] == told[1] and told[0][0] == "wait"


def test_a_flood_of_tries_takes_few_threads_and_counts_against_nobody() -> None:
    database, _ = with_account()
    with ExitStack() as others:
        for _ in range(passwords.AT_ONCE):
            assert others.enter_context(passwords.turn())
        begun = time.monotonic()
        told = [accounts.sign_in(database, name, GOOD) for name in ("an", "khong-co") for _ in range(4)]
        assert time.monotonic() - begun < 8 * (passwords.TURN + 1)
    assert {one.refusal for one in told} == {"wait"}
    assert {one.wait.en for one in told if one.wait} == {accounts.CROWDED[1]}
    assert accounts.sign_in(database, "an", "sai").refusal == "wrong"
    assert accounts.sign_in(database, "an", GOOD).ok


def test_an_administrator_unlocks() -> None:
    database, _ = with_account()
    fail(database)
    found = accounts.get(database, "an")
    assert found is not None and found.locked_until is not None
    accounts.unlock(database, "an", by="chi")
    assert accounts.sign_in(database, "an", GOOD, address="10.0.0.9").ok


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


def test_old_tokens_and_lists_are_looked_at_each_time() -> None:
    database, _ = province()
    clients.create(database, "cong", "Cổng", scopes=["act_for"], official="an", acts_for=["binh"], by="thu")
    found = clients.get(database, "cong")
    assert found is not None and found.acts_for == {"binh"}
    assert clients.may_not_act_as(database, found, "binh") is None
    assert clients.may_not_act_as(database, found, "chi") is not None
    accounts.create(database, "binh", GOOD, by="thu")
    accounts.set_active(database, "binh", False, reason="nghỉ", by="thu")
    assert "đã ngừng" in str(clients.may_not_act_as(database, found, "binh"))
    mark = found.mark
    clients.new_secret(database, "cong", by="thu")
    again = clients.get(database, "cong")
    assert again is not None and again.mark != mark


def test_no_client_is_given_an_administrator() -> None:
    database, _ = province()
    officials.grant(database, "chi", "quan_tri", officials.get(database, "chi").agency, by="thu")  # type: ignore[union-attr]
    clients.create(database, "cong", "Cổng", scopes=["act_for"], official="an", by="thu")
    for wrong in ("chi", "khong-co"):
        with pytest.raises(Refusal):
            clients.set_acts_for(database, "cong", [wrong], by="thu")
    with pytest.raises(Refusal):
        clients.set_acts_for(database, "khac", ["binh"], by="thu")


def alone() -> tuple[Database, Clock]:
    """A house with one administrator."""
    database, clock = empty()
    accounts.create_admin(database, "quantri", GOOD, province={"code": "H31", "name": "tỉnh Hưng Yên"})
    return database, clock


def ways_out(database: Database, day: date) -> tuple[Callable[[], object], ...]:
    """Every act by which the administrator could be taken away from a day on, or today."""
    (grant,) = officials.grants(database, "quantri")
    return (
        lambda: officials.revoke(database, grant.id, reason="x", by="thu"),
        lambda: officials.revoke(database, grant.id, on=day, reason="x", by="thu"),
        lambda: officials.leave(database, "quantri", day, by="thu"),
        lambda: accounts.set_active(database, "quantri", False, reason="x", by="thu"),
    )


def test_the_last_administrator_stays() -> None:
    database, clock = alone()
    (only,) = officials.grants(database, "quantri")
    today = clock.now.date()
    for act in (*ways_out(database, today), *ways_out(database, today + timedelta(days=400))):
        with pytest.raises(Refusal, match="cuối cùng"):
            act()
    for past in (today - timedelta(days=1), date(1990, 1, 1)):
        with pytest.raises(Refusal, match="sớm nhất là"):
            officials.leave(database, "quantri", past, by="quantri")
        with pytest.raises(Refusal, match="sớm nhất là"):
            officials.revoke(database, only.id, on=past, by="quantri")
    accounts.create_admin(database, "quantri2", OTHER)
    officials.revoke(database, only.id, reason="Đổi người", by="quantri2")
    assert officials.administrators(database) == ["quantri2"]
    officials.give_back(database, only.id, reason="Nhầm", by="quantri2")
    assert officials.administrators(database) == ["quantri", "quantri2"]
    with pytest.raises(Refusal, match="vẫn đang được giữ"):
        officials.give_back(database, officials.grants(database, "quantri")[0].id, by="thu")


def other(database: Database, *, since: date | None = None, until: date | None = None, password: str | None) -> None:
    officials.add(database, "moi", "Người Mới", agency="H31", by="thu")
    officials.grant(database, "moi", "quan_tri", "H31", since=since, until=until, by="thu")
    accounts.create(database, "moi", password, by="thu")


@pytest.mark.parametrize("why", ["ends", "ends in ten years", "no password", "begins later", "shut", "leaves"])
def test_who_does_not_stay_for_good_is_nobody_to_leave_the_house_to(why: str) -> None:
    database, clock = alone()
    today = clock.now.date()
    ends = {"ends": timedelta(days=1), "ends in ten years": timedelta(days=3650)}.get(why)
    other(
        database,
        since=today + timedelta(days=500) if why == "begins later" else None,
        until=today + ends if ends else None,
        password=None if why == "no password" else OTHER,
    )
    if why == "shut":
        accounts.set_active(database, "moi", False, reason="x", by="thu")
    if why == "leaves":
        officials.leave(database, "moi", today + timedelta(days=90), by="thu")
    for act in (*ways_out(database, today), *ways_out(database, today + timedelta(days=30))):
        with pytest.raises(Refusal, match="cuối cùng"):
            act()


def test_who_stays_for_good_lets_the_other_go_and_one_who_could_not_administer_always_goes() -> None:
    database, clock = alone()
    other(database, password=None)
    officials.leave(database, "moi", clock.now.date(), by="thu")
    accounts.create_admin(database, "quantri2", OTHER)
    officials.leave(database, "quantri", clock.now.date() + timedelta(days=30), by="thu")
    with pytest.raises(Refusal, match="cuối cùng"):
        officials.leave(database, "quantri2", clock.now.date(), by="thu")


def test_the_passwords_of_the_sample_are_known_and_can_be_ended() -> None:
    database, _ = province()
    accounts.create(database, "an", "motcua-demo", check=False, must_change=False, by="thu")
    accounts.create(database, "binh", GOOD, by="thu")
    assert accounts.with_sample_password(database) == ["an"]
    accounts.set_password(database, "an", OTHER, by="thu")
    assert accounts.with_sample_password(database) == []
    accounts.create(database, "chi", "motcua-demo", check=False, by="thu")
    token = accounts.sign_in(database, "chi", "motcua-demo").token
    assert accounts.end_sample(database, by="thu") == ["chi"]
    assert accounts.session(database, token) is None and not accounts.sign_in(database, "chi", "motcua-demo").ok
