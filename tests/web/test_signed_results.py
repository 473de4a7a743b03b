# ruff: noqa: F401, F811 - fixtures of another room
"""A result is approved, signed by its leader, sealed by the agency, taken by the citizen, believed by who checks."""

from __future__ import annotations

import dataclasses
import re
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pkcs11
import pytest
import typst
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from engine import audit
from engine.refusal import Refusal
from engine.store import Database, LostGuard
from engine.worker import drain
from procedures import dossiers, files, letters, tasks
from procedures.actor import Actor, Kind
from procedures.dossiers import result
from procedures.signatures import signing
from procedures.signatures.authority import Authority, Issued
from procedures.signatures.keys import Key, Keys
from procedures.signatures.verdicts import Judged
from procedures.store.signing import signing as under_way
from procedures.tasks import Decision
from procedures.tasks import signing as tasks_signing
from tests.procedures.signatures.conftest import authority, judge, leader, token, trusted
from tests.web.conftest import post, token_of
from tests.web.test_many import MANY, decided, looked_at, ready, shown
from tests.web.test_portal import follow
from tests.web.test_signing_what_was_shown import to_sign
from tests.web.test_work import EXTRACT, task_of

People = Callable[[str], FlaskClient]
Receive = Callable[..., Any]
Judge = Callable[[bytes], Judged]


@pytest.fixture
def keys(database: Database, authority: Authority, leader: Issued) -> Keys:
    """Keys of a test authority, in files, for the leader and the agency of the dossiers."""
    for stem, name in (("lanhdao", "Vũ Đình Phong"), ("phuong", "ỦY BAN NHÂN DÂN PHƯỜNG")):
        authority.save(authority.issue(name, key=leader.key), stem)
    made = {
        stem: Key(
            {}, {"certificate": authority.folder / f"{stem}.pem", "key": authority.folder / f"{stem}.key"}, None, 0, ""
        )
        for stem in ("lanhdao", "phuong")
    }
    return install(database, authority, Keys({"lanhdao": made["lanhdao"]}, {"H31.11": made["phuong"]}))


def install(database: Database, authority: Authority, keys: Keys) -> Keys:
    place: Any = database.installation
    trusting = str(authority.folder / "trusted")
    place.settings = dataclasses.replace(place.settings, signing_keys=keys, signature_trust=trusting)
    return keys


def current(database: Database, id: str) -> dict[str, Any]:
    (one,) = [one for one in dossiers.results(database, id) if one["current"]]
    return one


def test_what_the_leader_saw_is_signed_sealed_and_taken(
    signed_in: People, database: Database, receive: Receive, keys: Keys, judge: Judge, app: Flask
) -> None:
    made, boss, address = to_sign(signed_in, database, receive)
    (shown,) = re.findall(r'name="da_xem" value="([^"]+)"', boss.get(address).text)
    on_screen = boss.get(f"{address}/trinh-ky/{shown}").data
    assert post(boss, f"{address}/hoan-thanh", {"hanh_dong": "ky"}, page=address).status_code == 302
    signed = files.read(database, current(database, made.id)["sha256"])
    assert signed.startswith(on_screen) and judge(signed).signatures[0].signer == "Vũ Đình Phong"
    drain(database)
    one = current(database, made.id)
    sealed = files.read(database, one["sha256"])
    judged = judge(sealed)
    assert sealed.startswith(signed) and judged.verdict == "valid"
    assert [each.signer for each in judged.signatures] == ["Vũ Đình Phong", "ỦY BAN NHÂN DÂN PHƯỜNG"]
    citizen = app.test_client()
    follow(citizen, made.code)
    assert citizen.get(f"/tra-cuu/ho-so/giay-to/{one['token']}").data == sealed
    found = letters.verify_file(database, sealed)
    assert found is not None and found.valid
    kinds = {each.kind: each.data for each in audit.history(database, made.id)}
    assert kinds["dossier.result_approved"]["shown"] == shown
    assert kinds["dossier.result_sealed"]["sha256"] == one["sha256"]
    assert audit.verify(database)["broken"] == []
    assert "Ký số của cơ quan" in boss.get(f"/ho-so/{made.code}").text


def test_where_the_images_will_stand_is_shown_before_the_press(
    signed_in: People, database: Database, receive: Receive, authority: Authority, keys: Keys, tmp_path: Path
) -> None:
    (tmp_path / "ky.png").write_bytes(
        typst.compile({"main": b"#set page(width: 50mm, height: 18mm)\nKy"}, format="png")
    )
    mine = dataclasses.replace(keys.officials["lanhdao"], image=tmp_path / "ky.png")
    install(database, authority, Keys({"lanhdao": mine}, dict(keys.agencies)))
    _made, boss, address = to_sign(signed_in, database, receive)
    page = boss.get(address).text
    (image,) = re.findall(r'<img src="([^"]+/chu-ky)"', page)
    shown = boss.get(image)
    assert shown.mimetype == "image/png" and shown.data.startswith(b"\x89PNG")
    assert boss.get(f"{address}/trinh-ky/{'a' * 64}/chu-ky").status_code == 404
    assert signed_in("chuyenvien.yenmy").get(image).status_code in (403, 404)
    install(database, authority, keys)
    assert "/chu-ky" not in boss.get(address).text and boss.get(image).status_code == 404


def test_a_file_that_was_swapped_between_reading_and_signing_is_refused(
    signed_in: People, database: Database, receive: Receive, keys: Keys
) -> None:
    made, boss, address = to_sign(signed_in, database, receive)
    answer = post(boss, f"{address}/hoan-thanh", {"hanh_dong": "ky", "da_xem": ["a" * 64]}, page=address)
    assert answer.status_code == 200 and "đã thay đổi sau khi trang này mở ra" in answer.text
    assert current(database, made.id)["approved_at"] is None


def test_who_has_a_token_types_its_pin_which_is_kept_nowhere(
    signed_in: People,
    database: Database,
    receive: Receive,
    authority: Authority,
    keys: Keys,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    token = {"module": "/khong/co.so", "token": "a", "certificate": "a", "key": "a"}
    install(database, authority, Keys({"lanhdao": Key(token, {}, None, 0, "")}, {}))
    made, boss, address = to_sign(signed_in, database, receive)
    assert 'name="ma_pin"' in boss.get(address).text
    answer = post(boss, f"{address}/hoan-thanh", {"hanh_dong": "ky"}, page=address)
    assert "Nhập mã PIN của thiết bị ký số" in answer.text
    answer = post(boss, f"{address}/hoan-thanh", {"hanh_dong": "ky", "ma_pin": "87654321"}, page=address)
    assert answer.status_code == 200 and "Không kết nối được thiết bị ký số" in answer.text
    assert "87654321" not in answer.text and current(database, made.id)["approved_at"] is None


class Counting:
    """A key that counts what it is asked to sign, and does something before one of them."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked: list[bytes] = []
        self.before: Callable[[int], None] = lambda _n: None
        whole = signing.Held.sign

        def sign(pen: signing.Held, bodies: Any) -> Any:
            self.asked.extend(bodies)
            self.before(len(self.asked))
            return whole(pen, bodies)

        monkeypatch.setattr(signing.Held, "sign", sign)


def begun(
    browser: FlaskClient, page: str, ids: list[str], meanwhile: Callable[[str], object] = str, **said: Any
) -> str:
    """Begins to sign them; the address of the run's page, once nothing goes on. meanwhile: done there first."""
    sent = {"csrf_token": token_of(page), "tat_ca": ids, "viec": ids, "lam": "lam", **shown(page), **said}
    answer = browser.post(MANY, data=sent)
    assert answer.status_code == 302, answer.text
    address = str(answer.headers["Location"])
    meanwhile(address)
    until = time.monotonic() + 120
    while "Refresh" in (answer := browser.get(address)).headers:
        assert time.monotonic() < until and answer.status_code == 200
        time.sleep(0.05)
    return address


def test_a_retry_after_a_kill_signs_nothing_twice_and_nothing_is_left_half(
    signed_in: People, database: Database, receive: Receive, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, _boss, _address = to_sign(signed_in, database, receive)
    task, boss = task_of(database, made.id).id, Actor("lanhdao", "Vũ Đình Phong", agency="H31.11")
    (paper,) = tasks.to_sign(database, tasks.find(database, task, boss), boss)
    decision, counted = Decision(task, "ky", {}, (paper.sha256,)), Counting(monkeypatch)

    class Killed(BaseException):
        """What no handler on the way takes for its own."""

    def killed(*_: Any) -> Any:
        raise Killed

    def press() -> Any:
        with dossiers.pen(database, boss, "") as pen:
            return tasks.sign_and_complete(database, decision, boss, pen)

    def rows() -> list[Any]:
        with database.begin() as tx:
            return list(tx.read(select(under_way)).all())

    with pytest.raises(LookupError):  # no key opens for a program, whomever it acts for
        dossiers.pen(database, Actor("lanhdao", kind=Kind.CLIENT, client="may"), "")
    with monkeypatch.context() as patch:  # as a process that ends between signing and recording
        patch.setattr(tasks_signing, "_record", killed)
        with pytest.raises(Killed):
            press()
    assert current(database, made.id)["approved_at"] is None and task_of(database, made.id).id == task
    assert len(counted.asked) == 1 and rows()[0].signed is not None
    forged = SimpleNamespace(**{**rows()[0]._mapping, "signed": paper.sha256})
    with database.begin() as tx:  # a row that somebody else has changed is not believed
        assert tasks_signing._genuine(tx, rows()[0], boss, paper)
        assert not tasks_signing._genuine(tx, forged, boss, paper)
    press()
    assert len(counted.asked) == 1, "what was signed is recorded, not signed again"
    assert current(database, made.id)["approved_at"] is not None and rows() == []
    assert audit.verify(database)["broken"] == []


def test_a_paper_that_is_gone_and_one_that_cannot_be_kept_fail_by_themselves(
    signed_in: People, database: Database, receive: Receive, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, _boss, _address = to_sign(signed_in, database, receive)
    task, boss = task_of(database, made.id).id, Actor("lanhdao", "Vũ Đình Phong", agency="H31.11")
    (paper,) = tasks.to_sign(database, tasks.find(database, task, boss), boss)
    decision = Decision(task, "ky", {}, (paper.sha256,))

    def refused(*_: Any, **_more: Any) -> Any:
        raise files.Damaged(paper.sha256)

    for place, name in ((tasks_signing, "_kept"), (signing.Held, "sign")):
        with monkeypatch.context() as patch, dossiers.pen(database, boss, "") as pen:
            patch.setattr(place, name, refused if name == "_kept" else lambda _pen, _bodies: [b"no PDF"])
            ((_one, became),) = tasks_signing.sign_all(database, [decision], boss, pen)
        assert isinstance(became, Refusal) and current(database, made.id)["approved_at"] is None
    lost = dataclasses.replace(paper, sha256="0" * 64, body=None)
    claim = tasks_signing._Claimed(decision, made.id, "x", [lost], {})
    with dossiers.pen(database, boss, "") as pen:
        why = tasks_signing._signatures(database, [claim], pen, boss)
    assert isinstance(why[lost.sha256], files.Damaged) and claim.digital == {}
    with database.begin() as tx:
        assert tx.read(select(under_way)).all() == []


def test_a_database_that_is_busy_when_the_signature_is_recorded_signs_once(
    signed_in: People, database: Database, receive: Receive, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, boss, address = to_sign(signed_in, database, receive)
    counted, whole, lost = Counting(monkeypatch), result.approve, [True, True]

    def approve(*given: Any, **named: Any) -> None:
        if counted.asked and lost and lost.pop():
            raise LostGuard("somebody else was faster")
        whole(*given, **named)

    monkeypatch.setattr(result, "approve", approve)
    assert post(boss, f"{address}/hoan-thanh", {"hanh_dong": "ky"}, page=address).status_code == 302
    assert lost == [] and len(counted.asked) == 1
    assert current(database, made.id)["approved_at"] is not None


def test_a_hundred_by_one_unlock_and_the_token_is_pulled_out_in_the_middle(
    signed_in: People,
    database: Database,
    receive: Receive,
    authority: Authority,
    keys: Keys,
    token: dict[str, str],
    judge: Judge,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Of some here; of a hundred among the slow ones."""
    _many(signed_in, database, receive, authority, token, judge, monkeypatch, 6)


@pytest.mark.slow
def test_a_hundred_indeed(
    signed_in: People,
    database: Database,
    receive: Receive,
    authority: Authority,
    keys: Keys,
    token: dict[str, str],
    judge: Judge,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _many(signed_in, database, receive, authority, token, judge, monkeypatch, 100)


def _many(
    signed_in: People,
    database: Database,
    receive: Receive,
    authority: Authority,
    token: dict[str, str],
    judge: Judge,
    monkeypatch: pytest.MonkeyPatch,
    count: int,
) -> None:
    install(database, authority, Keys({"lanhdao": Key(token, {}, None, 0, "")}, {}))
    made = [ready(database, receive) for _ in range(count)]
    ids = [task_of(database, one.id).id for one in made]
    boss, half = signed_in("lanhdao"), count // 2
    assert f"so-dong={200}" in boss.get("/cong-viec?muc=don-vi").text or count < 31
    page, key = looked_at(boss, ids)
    assert 'name="ma_pin"' in page
    counted = Counting(monkeypatch)
    tried = decided(boss, page, ids, "thu", **{f"{key}hanh_dong": "ky"})
    assert f"{count} việc sẽ xử lý được" in tried and counted.asked == [], "a trial signs nothing"
    wrong = decided(boss, page, ids, "lam", ma_pin="000000", **{f"{key}hanh_dong": "ky"})
    assert "Mã PIN không đúng" in wrong and "000000" not in wrong and counted.asked == []
    counted.before = lambda n: pkcs11.lib(token["module"]).reinitialize() if n == half + 1 else None
    address = begun(boss, page, ids, ma_pin="123456", **{f"{key}hanh_dong": "ky"})
    counted.before = lambda _n: None
    told = boss.get(address).text
    assert f"Đã ký {half}/{count} việc." in told and f"Xem lại và ký {count - half} việc chưa ký" in told
    assert told.count("Không kết nối được thiết bị ký số") == count - half and len(counted.asked) == half + 1
    states = [current(database, one.id) for one in made]
    assert [one["approved_at"] is not None for one in states] == [True] * half + [False] * (count - half)
    assert judge(files.read(database, states[0]["sha256"])).verdict == "valid"
    assert signed_in("chuyenvien").get(address).status_code == 404, "a run is its own person's"
    page, key = looked_at(boss, ids[half:])
    address = begun(boss, page, ids[half:], ma_pin="123456", **{f"{key}hanh_dong": "ky"})
    assert f"Đã ký cả {count - half} việc." in boss.get(address).text
    assert all(current(database, one.id)["approved_at"] for one in made)
    assert audit.verify(database)["broken"] == []


def test_a_letter_bears_its_agencys_signature(
    database: Database, receive: Receive, keys: Keys, judge: Judge, app: Flask
) -> None:
    made = receive(EXTRACT)
    drain(database)
    (slip,) = letters.issued(database, made.id)
    body = letters.pdf(database, slip.token)
    judged = judge(body)
    assert judged.verdict == "valid" and judged.signatures[0].signer == "ỦY BAN NHÂN DÂN PHƯỜNG"
    found = letters.verify_file(database, body)
    assert found is not None and found.valid and audit.verify(database)["broken"] == []
