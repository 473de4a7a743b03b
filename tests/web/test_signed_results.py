# ruff: noqa: F401, F811 - fixtures of another room
"""A result is approved, signed by its leader, sealed by the agency, taken by the citizen, believed by who checks."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from engine import audit
from engine.refusal import Refusal
from engine.store import Database
from engine.worker import drain
from procedures import dossiers, files, letters
from procedures.signatures import signing
from procedures.signatures.authority import Authority, Issued
from procedures.signatures.keys import Key, Keys
from procedures.signatures.verdicts import Judged
from tests.procedures.signatures.conftest import authority, judge, leader, trusted
from tests.web.conftest import post
from tests.web.test_many import decided, looked_at, ready
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


def test_many_are_signed_by_one_unlock_and_a_refused_pin_is_tried_once(
    signed_in: People,
    database: Database,
    receive: Receive,
    authority: Authority,
    keys: Keys,
    judge: Judge,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = [ready(database, receive) for _ in range(3)]
    ids = [task_of(database, one.id).id for one in made]
    boss = signed_in("lanhdao")
    page, key = looked_at(boss, ids)
    assert "ma_pin" not in page, "a key in a file, for tests, has no PIN"
    tries: list[bytes] = []

    def locked(body: bytes, *_: Any) -> bytes:
        tries.append(body)
        raise Refusal("Mã PIN không đúng: chưa có gì được ký.", "The PIN is wrong.", "pin")

    with monkeypatch.context() as patch:
        patch.setattr(signing, "sign_as_person", locked)
        tried = decided(boss, page, ids, "thu", **{f"{key}hanh_dong": "ky"})
        assert "3 việc sẽ xử lý được" in tried and tries == [], "a trial signs nothing"
        done = decided(boss, page, ids, "lam", **{f"{key}hanh_dong": "ky"})
        assert done.count("Mã PIN không đúng") == 3 and len(tries) == 1
    whole = signing.sign_as_person

    def pulled_out(body: bytes, *more: Any) -> bytes:
        tries.append(body)
        if len(tries) == 3:
            raise Refusal("Không kết nối được thiết bị ký số.", "The token cannot be reached.")
        return whole(body, *more)

    monkeypatch.setattr(signing, "sign_as_person", pulled_out)
    page, key = looked_at(boss, ids)
    done = decided(boss, page, ids, "lam", **{f"{key}hanh_dong": "ky"})
    assert "Xử lý được 2 việc, 1 việc chưa xử lý được." in done and "Không kết nối được thiết bị" in done
    states = [current(database, one.id) for one in made]
    assert [one["approved_at"] is not None for one in states] == [True, False, True]
    assert judge(files.read(database, states[0]["sha256"])).verdict == "valid"
    token = {"module": "/khong/co.so", "token": "a", "certificate": "a", "key": "a"}
    install(database, authority, Keys({"lanhdao": Key(token, {}, None, 0, "")}, {}))
    assert 'name="ma_pin"' in looked_at(boss, ids[1:2])[0]


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
