# ruff: noqa: F401, F811 - fixtures of another room
"""A leader signs by their telephone (CSC): confirmed on a second device for just these papers, or not at all."""

from __future__ import annotations

import re
import time
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient

from engine.refusal import Refusal
from engine.store import Database
from procedures import files
from procedures.signatures import csc, keys, signing, trust
from procedures.signatures.authority import Authority, Issued
from procedures.signatures.keys import Key, Keys
from procedures.signatures.verdicts import Judged
from tests.procedures.signatures.conftest import authority, judge, leader, plain, trusted
from tests.serving import serving
from tests.web.conftest import post
from tests.web.test_many import decided, looked_at, ready
from tests.web.test_signed_results import begun, current, install
from tests.web.test_work import claimed, task_of
from web.simulators.remote_signing import Service, serve

Phone = tuple[Service, str]


@pytest.fixture
def phone(authority: Authority, leader: Issued, monkeypatch: pytest.MonkeyPatch) -> Iterator[Phone]:
    """A service that holds the leader's key, and its address."""
    monkeypatch.setattr(csc, "PAUSE", 0.05)
    chain = [authority.issuer.asn1.dump(), authority.root.asn1.dump()]
    service = Service(credentials={"lanhdao": leader}, chain=chain, token="mat-ma")
    with serving(serve(service)) as address:
        yield service, address


@pytest.fixture
def row(phone: Phone, tmp_path: Any) -> dict[str, str]:
    """How the keys name it."""
    (tmp_path / "csc").write_text("mat-ma\n")
    return {"service": phone[1], "token_file": str(tmp_path / "csc")}


def pressed(phone: Phone, yes: bool) -> str:
    """The button on the second device, once something waits there; the code that it shows."""
    until = time.monotonic() + 30
    while True:
        page = urllib.request.urlopen(f"{phone[1]}/phone").read().decode()
        found = re.search(r'action="(/phone/[^"]+)".*?<strong>(\d{6})</strong>', page)
        if found is not None:
            break
        assert time.monotonic() < until
        time.sleep(0.05)
    urllib.request.urlopen(phone[1] + found[1], data=b"y=1" if yes else b"y=0").read()
    return found[2]


def test_many_are_confirmed_once_on_the_telephone_and_one_that_is_declined_stays_unsigned(
    signed_in: Callable[[str], FlaskClient],
    database: Database,
    receive: Callable[..., Any],
    authority: Authority,
    phone: Phone,
    row: dict[str, str],
    judge: Callable[[bytes], Judged],
) -> None:
    token = {"module": "/khong/co.so", "token": "a", "certificate": "a", "key": "a"}
    install(database, authority, Keys({"lanhdao": Key(token, {}, None, 0, "", row)}, {}))
    made = [ready(database, receive) for _ in range(3)]
    ids = [task_of(database, one.id).id for one in made]
    boss = signed_in("lanhdao")
    page, key = looked_at(boss, ids[:2])
    assert 'name="ky_bang" type="radio" value="phone"' in page and 'name="ma_pin"' in page
    told: list[str] = []
    by = {f"{key}hanh_dong": "ky", "ky_bang": "phone"}
    address = begun(boss, page, ids[:2], meanwhile=lambda at: told.extend(_followed(boss, at, phone)), **by)
    waiting, mark = told
    assert "xác nhận 2 văn bản" in waiting and mark in waiting, "both screens show the same code"
    assert "Đã ký cả 2 việc." in boss.get(address).text and len(phone[0].asked) == 1
    signed = files.read(database, current(database, made[0].id)["sha256"])
    assert judge(signed).verdict == "valid" and judge(signed).signatures[0].signer.startswith("Trần Thị Mẫu")
    task = claimed(boss, database, made[2].id)
    answer = post(boss, f"{task}/hoan-thanh", {"hanh_dong": "ky", "ky_bang": "phone"}, page=task)
    at = answer.headers["Location"]
    pressed(phone, False)
    until = time.monotonic() + 30
    while "Refresh" in boss.get(at).headers:
        assert time.monotonic() < until
        time.sleep(0.05)
    assert "Yêu cầu ký đã bị từ chối trên điện thoại" in boss.get(at).text
    assert current(database, made[2].id)["approved_at"] is None and task_of(database, made[2].id).id == ids[2]


def _followed(boss: FlaskClient, at: str, phone: Phone) -> tuple[str, str]:
    until = time.monotonic() + 30
    while "Mã đối chiếu" not in (page := boss.get(at).text):
        assert time.monotonic() < until
        time.sleep(0.05)
    return page, pressed(phone, True)


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("hash", "không khớp với văn bản đã gửi"),
        ("expires", "Quá thời gian chờ xác nhận"),
        ("down", "không trả lời đúng"),
        ("wrong", "không trả lời đúng"),
        ("cut", "không trả lời đúng"),
        ("huge", "không trả lời đúng"),
        ("elsewhere", "không trả lời đúng"),
        ("code", "Mã xác thực không đúng"),
        ("token", "invalid_token"),
    ],
)
def test_whatever_the_service_does_wrong_nothing_is_signed_and_it_is_said(
    fault: str, said: str, phone: Phone, row: dict[str, str], plain: bytes, trusted: trust.Trust
) -> None:
    service = phone[0]
    service.fault = "none" if fault in ("code", "token") else fault
    service.code = "123456" if fault in ("code", "hash") else ""
    service.token = "khac" if fault == "token" else service.token
    key = Key({}, {}, None, 0, "", {**row, "confirm": "otp" if service.code else "push"})
    with (
        pytest.raises(Refusal, match=said),
        signing.pen(key, "123456" if fault == "hash" else "1", "A", trusted, keys.PHONE) as pen,
    ):
        (answer,) = pen.sign([plain])
        assert isinstance(answer, Refusal)
        raise answer


@pytest.mark.parametrize("version", ["v1", "v2"])
def test_a_code_that_is_typed_signs_by_either_version(
    version: str,
    phone: Phone,
    row: dict[str, str],
    plain: bytes,
    trusted: trust.Trust,
    judge: Callable[[bytes], Judged],
    authority: Authority,
    leader: Issued,
) -> None:
    phone[0].code, phone[0].most = "123456", 2
    key = Key({}, {}, None, 0, "", {**row, "version": version, "confirm": "otp"})
    assert key.asks_pin and key.ways == (keys.PHONE,)
    with signing.pen(key, "123456", "Trần Thị Mẫu", trusted, keys.PHONE) as pen:
        assert pen.most == 2
        made = pen.sign([plain, plain])
    assert all(isinstance(one, bytes) and judge(one).verdict == "valid" for one in made)
    authority.revoke(leader.certificate)
    try:
        known = trust.load(str(authority.folder / "trusted"))
        with pytest.raises(Refusal, match="đã bị thu hồi"), signing.pen(key, "123456", "A", known, keys.PHONE):
            pass
    finally:
        authority._revoked.unlink()
        authority.publish()


@pytest.mark.parametrize("more", ['version = "v9"', 'confirm = "mail"', 'service = "http://xa.example.vn"', "la = 'x'"])
def test_a_service_that_is_told_wrongly_is_refused(more: str, tmp_path: Any) -> None:
    service = "" if "service" in more else 'service = "https://ky.example.vn", '
    (tmp_path / "khoa.toml").write_text(f"[officials.a]\ncsc = {{{service}{more}}}\n", "utf-8")
    with pytest.raises(Refusal):
        keys.load(tmp_path / "khoa.toml")
    (tmp_path / "khoa.toml").write_text('[officials.a]\ncsc = {service = "https://ky.example.vn"}\n', "utf-8")
    assert keys.load(tmp_path / "khoa.toml").officials["a"].ways == (keys.PHONE,)
