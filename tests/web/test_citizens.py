"""Who is a citizen, and that nobody sees or touches what is another's."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from engine.store import Database
from procedures import bundles, dossiers
from procedures.citizens import drafts, owned
from procedures.store.citizens import citizen as citizens_table
from procedures.store.citizens import citizen_code, citizen_session, submission
from tests.serving import serving
from tests.web.conftest import post, settings, token_of
from tests.web.test_handing_in import ANSWERS, BIRTH, FORM, begun, citizen, code_sent, fill  # noqa: F401
from web.app import create_app
from web.simulators.identity import Provider, serve

Citizens = Callable[..., FlaskClient]
STRANGER = "0987654321"


# -- by a code -------------------------------------------------------------------------------------------------------


def test_a_code_is_good_once_for_five_tries_and_ten_minutes(app: Flask, database: Database, tmp_path: Path) -> None:
    browser = app.test_client()
    assert "Nhập số điện thoại di động" in post(browser, "/cong-dan/dang-nhap", {"lien_he": "123"}).text
    post(browser, "/cong-dan/dang-nhap", {"lien_he": "+84 912 345 678"})
    code = code_sent(database, tmp_path, "0912345678")
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    for _try in range(4):
        assert "Mã không đúng" in post(browser, "/cong-dan/dang-nhap/ma", {"ma": wrong}).text
    assert "nhập sai 5 lần" in post(browser, "/cong-dan/dang-nhap/ma", {"ma": wrong}).text
    assert post(browser, "/cong-dan/dang-nhap/ma", {"ma": code}).status_code == 422

    with database.begin() as tx:  # the database has no code that anybody could read
        assert code not in str(tx.read(select(citizen_code)).all())
    other = app.test_client()
    post(other, "/cong-dan/dang-nhap", {"lien_he": "Ten@Thu.Test"})
    with database.begin() as tx:
        tx.execute(update(citizen_code).values(sent_at=tx.now - timedelta(minutes=11)))
    assert other.get("/cong-dan/dang-nhap/ma").status_code == 302, "one that is too old is asked for anew"


def test_codes_are_not_sent_without_end(app: Flask) -> None:
    browser = app.test_client()
    answers = [post(browser, "/cong-dan/dang-nhap", {"lien_he": "0912345678"}) for _ in range(7)]
    assert [one.status_code for one in answers][:5] == [302] * 5
    assert "Mã đã được gửi nhiều lần" in answers[-1].text


def test_a_session_is_the_citizens_own_and_ends(
    app: Flask,
    database: Database,
    citizen: Citizens,  # noqa: F811
    signed_in: Callable[[str], FlaskClient],
) -> None:
    browser = citizen()
    with browser.session_transaction() as kept:
        copy = dict(kept)
    assert browser.get("/cong-dan/ho-so").status_code == 200
    assert browser.get("/cong-viec").status_code == 302, "a citizen is no official"
    assert signed_in("motcua").get("/cong-dan/ho-so").status_code == 302, "and an official no citizen"
    post(browser, "/cong-dan/dang-xuat", {}, page="/cong-dan/ho-so")
    thief = app.test_client()
    with thief.session_transaction() as taken:
        taken.update(copy)
    assert thief.get("/cong-dan/ho-so").status_code == 302, "a copy of the cookie opens nothing any more"


# -- what is another's -----------------------------------------------------------------------------------------------

#: Every address of the room that names something of a citizen's: what each does for its owner.
OWN = {
    "citizen.dossier",
    "citizen.go_on",
    "citizen.page",
    "citizen.keep",
    "citizen.sent",
    "citizen.receipt",
    "citizen.discard",
    "citizen.file",
    "citizen.upload_begin",
    "citizen.upload_piece",
    "citizen.appointment_change",
    "citizen.proactive_offer",
}
#: Those that name nothing: whoever is signed in sees their own.
PLAIN = {
    "citizen.mine",
    "citizen.begin",
    "citizen.appointments_page",
    "citizen.appointment_new",
    "citizen.my_data",
    "citizen.my_data_file",
    "citizen.proactive_rules",
}
OPEN = {"citizen.sign_in", "citizen.enter_code", "citizen.sign_out", "citizen.identity_begin", "citizen.identity_back"}


def rows(database: Database) -> Any:
    with database.begin() as tx:
        return (
            tx.read(select(submission).order_by(submission.c.id)).all(),
            tx.read(select(func.count()).select_from(citizens_table)).scalar(),
        )


def test_nobody_sees_or_touches_what_is_anothers(
    app: Flask,
    database: Database,
    citizen: Citizens,  # noqa: F811
    signed_in: Callable[[str], FlaskClient],
) -> None:
    owner, stranger = citizen(), citizen(STRANGER)
    sent = begun(owner)
    assert post(owner, fill(owner, sent), {"cam_doan": "1"}).status_code == 302
    code = re.search(r"<strong>(H31[^<]+)</strong>", owner.get(f"{sent}/da-nop").text)[1]  # type: ignore[index]
    draft = begun(owner)
    fill(owner, draft, "giay-to-1")
    values = {"code": code, "name": "giay-to-1", "paper": "khong-co"}
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("citizen.")]
    assert {rule.endpoint for rule in rules} == OWN | PLAIN | OPEN
    before, seen = rows(database), 0
    for rule in (one for one in rules if one.endpoint in OWN):
        for id in (draft.rpartition("/")[2], sent.rpartition("/")[2]):
            path = re.sub(r"<([a-z]+)>", lambda found: {**values, "id": id}[found[1]], rule.rule)  # noqa: B023
            for browser, who in ((stranger, "stranger"), (app.test_client(), "nobody"), (signed_in("motcua"), "clerk")):
                token = token_of(browser.get("/tra-cuu").text)
                for method in sorted((rule.methods or set()) & {"GET", "POST", "HEAD", "PATCH", "DELETE"}):
                    head = {"X-CSRFToken": token, "Tus-Resumable": "1.0.0", "Upload-Length": "9"}
                    data = None if method in ("GET", "HEAD") else {"csrf_token": token, "lam": "luu", "cam_doan": "1"}
                    answer = browser.open(path, method=method, headers=head, data=data)
                    assert answer.status_code in ((404,) if who == "stranger" else (302, 401)), (who, method, path)
                    assert "Nguyễn" not in answer.text
                    seen += 1
    assert rows(database) == before and seen > 40
    assert code not in stranger.get("/cong-dan/ho-so").text and draft not in stranger.get("/cong-dan/ho-so").text


def test_what_is_typed_when_the_session_has_ended_is_kept_for_its_owner(
    app: Flask,
    database: Database,
    tmp_path: Path,
    citizen: Citizens,  # noqa: F811
) -> None:
    browser = citizen()
    draft = begun(browser)
    at = fill(browser, draft, "nguoi-nop")
    token = token_of(browser.get(at).text)
    with database.begin() as tx:
        tx.execute(update(citizen_session).values(seen_at=tx.now - timedelta(hours=2)))
    said = {**ANSWERS["nguoi-nop"], "ho_ten": "Tên Vừa Gõ"}
    answer = browser.post(at, data={"csrf_token": token, **said})
    assert answer.status_code == 302 and "tiep=" in answer.location
    shown = browser.get(answer.location).text
    assert "đã được lưu" in shown and "Tên Vừa Gõ" not in shown
    post(browser, "/cong-dan/dang-nhap", {"lien_he": "0912345678", "tiep": at}, page=answer.location)
    back = post(browser, "/cong-dan/dang-nhap/ma", {"ma": code_sent(database, tmp_path, "0912345678"), "tiep": at})
    assert back.location == at and "Tên Vừa Gõ" in browser.get(at).text
    for hours in (13, 2):  # a cookie found long after keeps nothing; then a stranger's, who has only been away
        stranger = citizen(STRANGER) if hours == 2 else browser
        with database.begin() as tx:
            tx.execute(update(citizen_session).values(seen_at=tx.now - timedelta(hours=hours)))
        token = token_of(stranger.get("/tra-cuu").text)
        stranger.post(at, data={"csrf_token": token, "ho_ten": "Kẻ Lạ"})
    with database.begin() as tx:
        assert "Kẻ Lạ" not in str(tx.read(select(submission.c.answers)).all())


def test_a_draft_is_kept_from_any_device_and_for_whom_one_acts_stands_on_the_dossier(
    database: Database,
    citizen: Citizens,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    phone, computer = citizen(), citizen()
    draft = begun(phone, "/thu-tuc/2.000986")  # its form does not ask what the submitter is to the child
    for key in ("ho_ten_chu_ho", "dia_chi_dang_ky", "quan_he_chu_ho", "noi_kham_ban_dau"):
        monkeypatch.setitem(FORM, key, "Thôn 1, xã Thử")
    fill(phone, draft, "nguoi-nop")
    assert post(phone, f"{draft}/nguoi-nop", {"ho_ten": "Chưa Xong", "lam": "luu"}).location == "/cong-dan/ho-so"
    assert draft in computer.get("/cong-dan/ho-so").text
    assert "Chưa Xong" in computer.get(draft, follow_redirects=True).text
    without = post(computer, f"{draft}/cho-ai", {"cho_ai": "proxy"})
    assert without.status_code == 422 and "theo quan hệ hoặc giấy tờ nào" in without.text
    monkeypatch.setitem(ANSWERS, "cho-ai", {"cho_ai": "proxy", "can_cu": "Giấy ủy quyền số 12"})
    monkeypatch.setitem(ANSWERS, "chu-ho-so", {"ho_ten": "Trần Văn Vắng", "dia_chi": "Thôn 2"})
    post(computer, f"{draft}/cho-ai", ANSWERS["cho-ai"])
    done = post(computer, fill(computer, draft), {"cam_doan": "1"})
    assert done.status_code == 302
    with database.begin() as tx:
        one = drafts.get(tx, tx.read(select(submission.c.citizen)).scalar_one(), draft.rpartition("/")[2])
        assert one is not None and one.dossier is not None and one.answers == {}
        owner = owned.owner(tx, one.dossier)
        assert owner is not None and (owner.acting, owner.basis) == ("proxy", "Giấy ủy quyền số 12")
        made = dossiers.get(tx, one.dossier)
    assert made.applicant.name == "Trần Văn Vắng"
    assert made.submitter is not None and made.submitter.name == "Nguyễn Thị Thử"


# -- by an electronic identity ---------------------------------------------------------------------------------------


@pytest.fixture
def provider() -> Iterator[Provider]:
    server, known = serve("cong-dich-vu", "bí mật/của:cổng")
    with serving(server):
        yield known


@pytest.fixture
def with_identity(database: Database, tmp_path: Path, provider: Provider) -> Flask:
    """The portal with that provider."""
    config = replace(
        settings(tmp_path),
        oidc_issuer=provider.issuer,
        oidc_client_id=provider.client_id,
        oidc_client_secret=provider.client_secret,
    )
    return create_app(config, database)


def through(browser: FlaskClient, onward: str = "/cong-dan/ho-so", person: str = "0") -> Any:
    """Signs in at the provider; what the portal answers to who comes back."""
    there = browser.get("/cong-dan/dang-nhap/dinh-danh", query_string={"tiep": onward}).location
    assert "code_challenge_method=S256" in there
    back = requests.post(there, data={"person": person}, allow_redirects=False, timeout=10).headers["Location"]
    return browser.get(back.partition("127.0.0.1:8000")[2] or back)


def test_an_identity_signs_in_and_is_known_again(with_identity: Flask, database: Database) -> None:
    browser = with_identity.test_client()
    assert "Đăng nhập bằng VNeID" in browser.get("/cong-dan/dang-nhap").text
    assert through(browser).location == "/cong-dan/ho-so"
    assert "Nguyễn Thị Thử" in browser.get("/cong-dan/ho-so").text
    assert through(with_identity.test_client()).location == "/cong-dan/ho-so"
    company = with_identity.test_client()
    through(company, person="1")
    with database.begin() as tx:
        found = tx.read(select(citizens_table.c.name, citizens_table.c.id_number)).all()
    assert sorted(tuple(one) for one in found) == [
        ("Công ty TNHH Thử Nghiệm", "0900123456"),
        ("Nguyễn Thị Thử", "033190001234"),
    ]


@pytest.mark.parametrize("fault", ["nonce", "audience", "key", "expired"])
def test_a_token_that_is_not_for_this_sign_in_opens_nothing(
    with_identity: Flask, provider: Provider, fault: str
) -> None:
    provider.fault = fault
    browser = with_identity.test_client()
    answer = through(browser)
    assert answer.status_code == 302 and "/cong-dan/dang-nhap" in answer.location
    assert "Không xác nhận được" in browser.get(answer.location).text
    assert browser.get("/cong-dan/ho-so").status_code == 302


def test_a_forged_state_a_used_code_and_a_no_open_nothing(with_identity: Flask) -> None:
    browser = with_identity.test_client()
    assert browser.get("/cong-dan/dang-nhap/tro-ve?state=x&code=y").status_code == 400
    there = browser.get("/cong-dan/dang-nhap/dinh-danh").location
    assert browser.get("/cong-dan/dang-nhap/tro-ve?state=x&code=y").status_code == 400
    back = requests.post(there, data={"person": "0"}, allow_redirects=False, timeout=10).headers["Location"]
    assert browser.get("/cong-dan/dang-nhap/dinh-danh").status_code == 302
    assert browser.get("/cong-dan/dang-nhap/tro-ve?state=%C3%A9&code=y").status_code == 400, "any text is only wrong"
    there = browser.get("/cong-dan/dang-nhap/dinh-danh").location
    back = requests.post(there, data={"person": "0"}, allow_redirects=False, timeout=10).headers["Location"]
    thief = with_identity.test_client()
    assert thief.get(back.partition("8000")[2]).status_code == 400, "another browser has not gone there"
    assert "chưa đồng ý" in browser.get(through(browser, person="").location).text


def test_a_provider_that_is_away_is_told(with_identity: Flask, provider: Provider) -> None:
    with_identity.extensions["motcua"] = replace(
        with_identity.extensions["motcua"],
        config=replace(with_identity.extensions["motcua"].config, oidc_issuer="http://127.0.0.1:9"),
    )
    browser = with_identity.test_client()
    answer = browser.get("/cong-dan/dang-nhap/dinh-danh")
    assert answer.status_code == 302
    assert "chưa trả lời" in browser.get(answer.location).text


def test_what_was_begun_by_a_code_goes_on_with_the_identity_that_a_procedure_asks_for(
    with_identity: Flask, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundles.Procedure, "assurance", property(lambda _self: 2))
    through(with_identity.test_client())  # the identity has an account already
    browser = with_identity.test_client()
    post(browser, "/cong-dan/dang-nhap", {"lien_he": "0912345678"})
    post(browser, "/cong-dan/dang-nhap/ma", {"ma": code_sent(database, tmp_path, "0912345678")})
    draft = begun(browser)
    check = fill(browser, draft)
    page = browser.get(check).text
    assert "Cần đăng nhập bằng tài khoản định danh điện tử" in page and 'name="cam_doan"' not in page
    assert browser.post(check, data={"csrf_token": token_of(page), "cam_doan": "1"}).status_code == 422
    assert through(browser, check).location == check
    done = post(browser, check, {"cam_doan": "1"})
    assert done.status_code == 302 and done.location.endswith("/da-nop")
    with database.begin() as tx:
        dossier = tx.read(select(submission.c.dossier)).scalar_one()
        owner = owned.owner(tx, dossier)
    assert owner is not None and owner.level == 2


def by_code(app: Flask, database: Database, home: Path, phone: str) -> FlaskClient:
    browser = app.test_client()
    post(browser, "/cong-dan/dang-nhap", {"lien_he": phone})
    post(browser, "/cong-dan/dang-nhap/ma", {"ma": code_sent(database, home, phone)})
    return browser


@pytest.mark.parametrize(("phone", "same"), [("0912345678", True), (STRANGER, False)])
def test_an_identity_takes_over_the_account_of_its_own_phone_and_of_no_other(
    with_identity: Flask, database: Database, tmp_path: Path, phone: str, same: bool
) -> None:
    """On a shared computer the next one signs in where the last one has not signed out: by the last one's phone nothing
    of what the next one does may open."""
    browser = by_code(with_identity, database, tmp_path, phone)
    draft = begun(browser)
    through(browser)
    assert draft in browser.get("/cong-dan/ho-so").text, "what was begun goes on"
    later = by_code(with_identity, database, tmp_path, phone)
    assert (draft in later.get("/cong-dan/ho-so").text) is same
    assert ("Nguyễn Thị Thử" in later.get("/cong-dan/ho-so").text) is same


def test_who_signs_in_by_an_identity_hands_in_as_nobody_else(
    with_identity: Flask, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = with_identity.test_client()
    through(browser)
    draft = begun(browser)
    monkeypatch.setitem(
        ANSWERS, "nguoi-nop", {**ANSWERS["nguoi-nop"], "ho_ten": "Người Khác", "so_dinh_danh": "001085000001"}
    )
    check = fill(browser, draft)
    page = browser.get(check).text
    assert "Nguyễn Thị Thử" in page and "Người Khác" not in page
    assert post(browser, check, {"cam_doan": "1"}).status_code == 302
    with database.begin() as tx:
        made = dossiers.get(tx, tx.read(select(submission.c.dossier)).scalar_one())
    assert (made.applicant.name, made.applicant.id_number) == ("Nguyễn Thị Thử", "033190001234")


def test_the_provider_runs_as_a_process_of_its_own() -> None:
    command = [sys.executable, "-m", "web", "simulate", "identity", "--client-id", "a", "--client-secret", "b"]
    with subprocess.Popen([*command, "--port", "0"], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        issuer = process.stdout.readline().strip()
        said = requests.get(f"{issuer}/.well-known/openid-configuration", timeout=10).json()
        process.terminate()
    assert said["issuer"] == issuer
