# ruff: noqa: F401, F811 - fixtures of another room
"""Certificates: read from the keys, taken back by their authority, told of before they end; lists fetched and kept."""

from __future__ import annotations

import dataclasses
import email.parser
import email.policy
import io
import os
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from engine import audit
from engine.refusal import Refusal
from engine.store import Database
from engine.worker import drain
from procedures import bundles, certificate_requests, certificates, officials
from procedures.actor import Actor
from procedures.signatures import fetching, judging, trust
from procedures.signatures.authority import Authority, Issued
from procedures.signatures.authority_server import made
from procedures.signatures.keys import Key, Keys
from procedures.store.certificates import certificate_request
from tests.procedures.signatures.conftest import Sign, authority, plain, sign
from tests.serving import serving
from tests.web.conftest import BUNDLES, post, token_of
from tests.web.test_signed_results import install


@pytest.fixture
def pointed(tmp_path: Path) -> Iterator[Authority]:
    """An authority whose certificates say where its lists and answers are."""
    server = made(None, 0)  # type: ignore[arg-type] # it is told below, once its address is known
    with serving(server) as address:
        authority = Authority(tmp_path / "authority", address)
        told = made(authority, 0)
        server.RequestHandlerClass = told.RequestHandlerClass
        told.server_close()
        yield authority


def keys_of(authority: Authority, **issued: Issued) -> dict[str, Key]:
    found = {}
    for stem, one in issued.items():
        authority.save(one, stem)
        file = {"certificate": authority.folder / f"{stem}.pem", "key": authority.folder / f"{stem}.key"}
        found[stem] = Key({}, file, None, 0, "")
    return found


def test_certificates_are_read_told_of_and_taken_back(
    pointed: Authority, database: Database, signed_in: Callable[[str], FlaskClient], tmp_path: Path
) -> None:
    now = datetime.now(UTC)
    officials.change(database, "lanhdao", by="quantri", email="phong@thu.test")
    near = pointed.issue("Vũ Đình Phong", start=now - timedelta(days=345), days=365)
    seal = pointed.issue("ỦY BAN NHÂN DÂN PHƯỜNG", key=near.key)
    found = keys_of(pointed, lanhdao=near, phuong=seal)
    install(database, pointed, Keys({"lanhdao": found["lanhdao"]}, {"H31.11": found["phuong"]}))
    place: Any = database.installation
    trusting = f"{pointed.folder / 'roots'}{os.pathsep}{place.settings.home / 'revocation'}"
    (pointed.folder / "roots").mkdir()
    for stem in ("root", "ca"):
        (pointed.folder / "roots" / f"{stem}.pem").write_bytes(
            (pointed.folder / "trusted" / f"{stem}.pem").read_bytes()
        )
    place.settings = dataclasses.replace(place.settings, signature_trust=trusting)
    said = [one.said for one in certificates.watch(database)]
    assert sorted(said) == ["kept"] * len(said) and len(said) == 4, "two lists, an answer for each of ours"
    assert [one.said for one in certificates.watch(database)] == ["fresh"] * 4
    drain(database)
    read = email.parser.BytesParser(policy=email.policy.default).parsebytes
    mails = [read(one.read_bytes()) for one in (place.settings.home / "mail").iterdir()]
    (told_of,) = [one for one in mails if str(one["Subject"]).startswith("Chứng thư số sắp hết hạn")]
    assert told_of["To"] == "phong@thu.test", "once, whose certificate it is"
    assert {one.owner: one.state(now) for one in certificates.listing(database)} == {
        "lanhdao": "near",
        "H31.11": "valid",
    }
    pointed.revoke(seal.certificate)
    for one in (place.settings.home / "revocation").iterdir():
        one.unlink()
    certificates.watch(database)
    assert {one.owner: one.state(now) for one in certificates.listing(database)}["H31.11"] == "revoked"
    admin = signed_in("quantri")
    page = admin.get("/quan-tri/chung-thu").text
    assert "Vũ Đình Phong" in page and "Đã thu hồi" in page and "Sắp hết hạn" in page
    assert admin.get("/quan-tri/chung-thu?kieu=xlsx").data[:2] == b"PK"
    assert "Vũ Đình Phong" in (own := signed_in("lanhdao").get("/tai-khoan/chung-thu").text) and "PHƯỜNG" not in own
    assert signed_in("lanhdao").get("/quan-tri/chung-thu").status_code == 403
    assert post(admin, "/quan-tri/chung-thu/doc", {}, page="/quan-tri/chung-thu").status_code == 302
    other = pointed.issue("Trần Văn Thư", key=near.key)
    sent = {"csrf_token": token_of(page), "loai": "official", "chu": "vanthu"}
    told = admin.post("/quan-tri/chung-thu", data={**sent, "tep": (io.BytesIO(b"khong"), "a.pem")})
    assert "không phải chứng thư số" in told.text
    assert "Không có cán bộ" in admin.post("/quan-tri/chung-thu", data={**sent, "chu": "ai-do"}).text
    done = admin.post("/quan-tri/chung-thu", data={**sent, "tep": (io.BytesIO(other.pem), "a.pem")})
    assert done.status_code == 302 and "Trần Văn Thư" in admin.get("/quan-tri/chung-thu").text
    kinds = [one.kind for one in audit.history(database, certificates.LOG)]
    assert kinds.count("certificate.entered") == 3 and kinds.count("certificate.revoked") == 1
    assert audit.verify(database)["broken"] == []


def test_what_was_fetched_decides_and_what_nobody_trusted_signed_is_not_kept(
    pointed: Authority, tmp_path: Path, plain: bytes, sign: Sign
) -> None:
    folder, roots = tmp_path / "revocation", tmp_path / "roots"
    roots.mkdir()
    for stem in ("root", "ca"):
        (roots / f"{stem}.pem").write_bytes((pointed.folder / "trusted" / f"{stem}.pem").read_bytes())
    place = f"{roots}{os.pathsep}{folder}"
    leader = pointed.issue("Trần Thị Mẫu")
    signed = sign(plain, leader)
    assert judging.judge(io.BytesIO(signed), trust.load(place)).verdict == "indeterminate"
    stranger = Authority(tmp_path / "xa", pointed.address).issue("Người Lạ")
    assert len(fetching.refresh(trust.load(place), [stranger.asn1], folder)) == 1, "its addresses are not asked"
    assert {one.said for one in fetching.refresh(trust.load(place), [leader.asn1], folder)} == {"kept", "fresh"}
    assert judging.judge(io.BytesIO(signed), trust.load(place)).verdict == "valid"
    later = datetime.now(UTC) + timedelta(days=5)
    whole, pointed.crl = pointed.crl, lambda _issuer: Authority(tmp_path / "xa").crl(pointed.root)  # type: ignore[method-assign]
    assert "refused" in {one.said for one in fetching.refresh(trust.load(place), [leader.asn1], folder, later)}
    pointed.crl = lambda _issuer: b"<html>"  # type: ignore[method-assign]
    assert "refused" in {one.said for one in fetching.refresh(trust.load(place), [leader.asn1], folder, later)}
    answers, pointed.answers = pointed.answers, Authority(tmp_path / "gia").answers  # who signs is nobody's delegate
    for one in folder.glob("*.ocsp"):
        one.unlink()
    assert "refused" in {one.said for one in fetching.refresh(trust.load(place), [leader.asn1], folder, later)}
    assert list(folder.glob("*.ocsp")) == []
    pointed.answers = answers
    early = datetime.now(UTC) - timedelta(hours=1)
    fetching.refresh(trust.load(place), [leader.asn1], folder, early)
    assert list(folder.glob("*.ocsp")) == [], "an answer of the future is not kept"
    pointed.crl = whole  # type: ignore[method-assign]
    (folder / "gia.crl").write_bytes(Authority(tmp_path / "xa").root.pem)
    assert len(trust.load(place).roots) == 1, "what is kept makes nobody trusted"


def test_a_request_of_an_older_release_is_sent_on_and_done_or_refused_with_a_reason(
    database: Database, signed_in: Callable[[str], FlaskClient]
) -> None:
    boss, admin, own, every = signed_in("lanhdao"), signed_in("quantri"), "/tai-khoan/chung-thu", "/quan-tri/chung-thu"
    with database.begin() as tx:
        said = {"reason": "Mới nhận chức", "state": "asked", "said": "", "asked_at": tx.now, "changed_at": tx.now}
        tx.execute(certificate_request.insert().values(id="1", who="lanhdao", wish="issue", **said))
    act = f"{every}/de-nghi/1"
    for state in ("done", "asked", "", "refused"):
        post(admin, act, {"tinh_trang": state}, page=every)
        assert certificate_requests.listing(database)[0].state == "asked", "a step that does not follow, no reason"
    assert post(boss, act, {"tinh_trang": "sent"}, page="/tai-khoan/doi-mat-khau").status_code == 403
    for state in ("sent", "done"):
        post(admin, act, {"tinh_trang": state, "tra_loi": "Lấy tại phòng Hành chính"}, page=every)
    assert "Đã xong" in (page := boss.get(own).text) and "Lấy tại phòng Hành chính" in page
    assert "Mới nhận chức" not in signed_in("chuyenvien").get(own).text
    assert [each.kind for each in audit.history(database, certificates.LOG)] == ["certificate.answered"] * 2


def test_a_certificate_is_asked_for_by_a_route(database: Database, signed_in: Callable[[str], FlaskClient]) -> None:
    own = "/tai-khoan/chung-thu"
    assert "de-nghi-chung-thu" not in signed_in("chuyenvien").get(own).text, (
        "where no such route is in force, none is offered"
    )
    bundles.deploy(database, BUNDLES.parent / "routes" / "de-nghi-chung-thu", by=Actor("phantich"))
    page = signed_in("chuyenvien").get(own).text
    begin = re.search(r'href="([^"]+de-nghi-chung-thu[^"]*)"', page)
    assert begin is not None and "Đề nghị về chứng thư số" in page
    said = {
        "co_quan_mo": "H31.11",
        "viec": "cap_moi",
        "chu_the": "ca_nhan",
        "noi_luu": "di_dong",
        "ly_do_de_nghi": "Mới nhận việc",
    }
    assert post(signed_in("chuyenvien"), begin[1], said).status_code == 302
    assert "Đề nghị về chứng thư số" in signed_in("lanhdao").get("/cong-viec?muc=don-vi").text
