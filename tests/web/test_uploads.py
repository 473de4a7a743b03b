"""Papers of a draft: in pieces over lines that break, by a plain form, from an earlier dossier; malware is kept out."""

from __future__ import annotations

import base64
import hashlib
import io
import re
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from engine import audit
from engine.store import Database
from procedures import bundles, files
from procedures.actor import Actor
from procedures.citizens import uploads
from procedures.scanning import LOG
from tests.procedures.town import PDF
from tests.web.conftest import post, settings, token_of
from tests.web.test_api import Caller
from tests.web.test_documents import ROUTES
from tests.web.test_handing_in import begun, citizen, fill  # noqa: F401
from tests.web.test_work import EXTRACT, Receive, claimed
from web.app import create_app
from web.bootstrap import installation

Citizens = Callable[..., FlaskClient]
TUS = {"Tus-Resumable": "1.0.0"}
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + rb"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def announce(browser: FlaskClient, page: str, length: int, name: str = "giấy.pdf") -> Any:
    token = token_of(browser.get(page).text)
    named = base64.b64encode(name.encode()).decode()
    head = {**TUS, "X-CSRFToken": token, "Upload-Length": str(length), "Upload-Metadata": f"filename {named}"}
    return browser.post(f"{page.partition('?')[0]}/tep", headers=head)


def piece(browser: FlaskClient, at: str, page: str, offset: int, body: bytes, **more: str) -> Any:
    token = token_of(browser.get(page).text)
    head = {**TUS, "X-CSRFToken": token, "Upload-Offset": str(offset), **more}
    return browser.patch(at, data=body, headers=head, content_type="application/offset+octet-stream")


@pytest.fixture
def page(citizen: Citizens) -> tuple[FlaskClient, str]:  # noqa: F811
    """A citizen at the first page of papers."""
    browser = citizen()
    return browser, fill(browser, begun(browser), "giay-to-1")


def test_a_file_in_pieces_goes_on_where_the_line_broke(page: tuple[FlaskClient, str], tmp_path: Path) -> None:
    browser, at = page
    made = announce(browser, at, len(PDF))
    assert made.status_code == 201, made.text
    where = made.headers["Location"]
    assert piece(browser, where, at, 0, PDF[:100]).headers["Upload-Offset"] == "100"
    assert piece(browser, where, at, 0, PDF[:100]).status_code == 409, "the line broke; the browser is behind"
    stands = browser.head(where, headers=TUS)
    assert stands.headers["Upload-Offset"] == "100" and stands.headers["Upload-Length"] == str(len(PDF))
    assert stands.headers["Upload-Expires"] and stands.headers["Cache-Control"] == "no-store"
    assert "giấy.pdf" not in browser.get(at).text
    assert piece(browser, where, at, 100, PDF[100:] + b"what is too much").status_code == 204
    assert "giấy.pdf" in browser.get(at).text
    assert browser.head(where, headers=TUS).status_code == 404
    assert list((tmp_path / "uploads").iterdir()) == []


def test_what_is_no_piece_of_an_upload_is_told_by_its_status(page: tuple[FlaskClient, str], citizen: Citizens) -> None:  # noqa: F811
    browser, at = page
    where = announce(browser, at, len(PDF)).headers["Location"]
    token = token_of(browser.get(at).text)
    assert browser.head(where).status_code == 412
    assert browser.patch(where, data=b"x", headers={**TUS, "X-CSRFToken": token}).status_code == 415
    assert piece(browser, where, at, 0, b"x", **{"Upload-Offset": "-1"}).status_code == 400
    assert announce(browser, at, 0).status_code == 422
    assert announce(browser, at, 10**9).status_code == 413
    stranger = citizen("0987654321")
    assert stranger.head(where, headers=TUS).status_code == 404
    nobody = browser.application.test_client()
    assert nobody.head(where, headers=TUS).status_code == 401
    assert browser.delete(where, headers={**TUS, "X-CSRFToken": token}).status_code == 204
    assert browser.head(where, headers=TUS).status_code == 404


def test_a_piece_that_is_no_paper_is_refused_when_it_is_whole(page: tuple[FlaskClient, str]) -> None:
    browser, at = page
    program = b"MZ\x90\x00" + b"\0" * 200
    where = announce(browser, at, len(program), "don.pdf").headers["Location"]
    refused = piece(browser, where, at, 0, program)
    assert refused.status_code == 422 and "không thuộc loại" in refused.text
    assert browser.head(where, headers=TUS).status_code == 404


def test_two_do_not_write_one_upload(page: tuple[FlaskClient, str], database: Database) -> None:
    browser, at = page
    where = announce(browser, at, len(PDF)).headers["Location"]
    id = where.rpartition("/")[2]
    with database.begin() as tx:
        from sqlalchemy import select

        from procedures.store.citizens import upload

        owner = tx.read(select(upload.c.citizen).where(upload.c.id == id)).scalar_one()
    known = uploads.get(database, owner, id)
    assert known is not None

    class Slow(io.BytesIO):
        def read(self, *_: Any) -> bytes:  # while this one writes, another comes
            assert piece(browser, where, at, 0, PDF).status_code == 423
            return b""

    assert uploads.write(database, known, 0, Slow()) == 0

    assert uploads.write(database, known, 0, io.BytesIO(PDF)) == len(PDF)  # all came, and then the process ended
    assert browser.head(where, headers=TUS).headers["Upload-Offset"] == str(len(PDF))
    assert (
        piece(browser, where, at, len(PDF), b"").status_code == 204
    )  # two have the last piece: the first ends the upload
    kept = browser.get(at).text
    for again in (
        lambda: uploads.write(database, known, len(PDF), io.BytesIO()),
        lambda: uploads.finish(database, known, ()),
    ):
        with pytest.raises(uploads.Elsewhere):
            again()
    assert browser.get(at).text.count("giấy.pdf") == kept.count("giấy.pdf")


def test_a_file_of_an_earlier_dossier_is_attached_without_uploading(
    page: tuple[FlaskClient, str],
    citizen: Citizens,  # noqa: F811
) -> None:
    browser, at = page
    check = fill(browser, at.partition("/giay-to")[0])
    assert post(browser, check, {"cam_doan": "1"}).status_code == 302
    again = fill(browser, begun(browser), "giay-to-1")
    sha256 = hashlib.sha256(PDF).hexdigest()
    assert sha256 in browser.get(again).text
    assert post(browser, again, {"lam": "them", "dung-lai-giay_chung_sinh": sha256}).status_code == 302
    assert "Bỏ tệp này" in browser.get(again).text
    stranger = citizen("0987654321")
    theirs = fill(stranger, begun(stranger), "giay-to-1")
    assert sha256 not in stranger.get(theirs).text
    assert post(stranger, theirs, {"lam": "them", "dung-lai-giay_chung_sinh": sha256}).status_code == 422
    assert "Bỏ tệp này" not in stranger.get(theirs).text


# -- malware ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def scanner() -> Iterator[str]:
    """A scanner that speaks clamd's protocol and knows one thing: the test file of all scanners."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                line, _address = server.accept()
            except OSError:
                return
            with line, line.makefile("rb") as asked:
                assert asked.read(10) == b"zINSTREAM\0"
                body = b""
                while length := struct.unpack(">I", asked.read(4))[0]:
                    body += asked.read(length)
                line.sendall(b"stream: Eicar-Signature FOUND\0" if EICAR in body else b"stream: OK\0")

    threading.Thread(target=serve, daemon=True).start()
    yield f"tcp://127.0.0.1:{server.getsockname()[1]}"
    server.close()


def scanned(database: Database, folder: Path, address: str) -> Database:
    """The same database, where every upload passes that scanner."""
    return installation(replace(settings(folder), scanner=address)).open(database.url)


def test_malware_goes_to_quarantine_and_the_log_tells(database: Database, tmp_path: Path, scanner: str) -> None:
    watched = scanned(database, tmp_path, scanner)
    assert files.receive(watched, io.BytesIO(PDF), "sạch.pdf").type == files.PDF
    bad = PDF + EICAR
    with pytest.raises(files.Refusal, match="mã độc"):
        files.receive(watched, io.BytesIO(bad), "ban.pdf")
    hash = hashlib.sha256(bad).hexdigest()
    assert files.info(watched, hash) is None and not files.whole(watched, hash)
    assert [one.name for one in (tmp_path / "quarantine").iterdir()] == [hash]
    (told,) = audit.history(watched, LOG)
    assert told.data == {"sha256": hash, "found": "Eicar-Signature"}
    watched.close()


def test_a_scanner_that_is_away_lets_nothing_through(database: Database, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    watched = scanned(database, tmp_path, f"tcp://127.0.0.1:{port}")
    with pytest.raises(files.Refusal, match="Chưa kiểm tra được mã độc"):
        files.receive(watched, io.BytesIO(PDF), "sạch.pdf")
    assert files.info(watched, hashlib.sha256(PDF).hexdigest()) is None
    watched.close()


def test_a_page_says_what_the_scanner_found(
    database: Database, tmp_path: Path, scanner: str, page: tuple[FlaskClient, str]
) -> None:
    browser, at = page
    watched = scanned(database, tmp_path, scanner)
    browser.application = create_app(replace(settings(tmp_path), scanner=scanner), watched)
    answer = post(browser, at, {"tep-giay_chung_sinh": (io.BytesIO(PDF + EICAR), "ban.pdf")})
    assert answer.status_code == 422 and "có mã độc" in answer.text
    watched.close()


def watched_by(browser: FlaskClient, database: Database, home: Path, scanner: str) -> Database:
    """From now on that browser's uploads pass the scanner; the database to be closed."""
    watched = scanned(database, home, scanner)
    browser.application = create_app(replace(settings(home), scanner=scanner), watched)
    return watched


def test_what_officials_upload_is_looked_at_too(
    database: Database, tmp_path: Path, scanner: str, signed_in: Callable[[str], FlaskClient], receive: Receive
) -> None:
    """Documents come from strangers to the registry as to the desk; so does what is scanned as a result."""
    bundles.deploy_all(database, ROUTES, by=Actor("phantich"))  # without a route nothing is kept, nor looked at
    clerk = signed_in("vanthu")
    watched = watched_by(clerk, database, tmp_path, scanner)
    page = clerk.get("/van-ban/den").text
    agency = re.search(r'name="co_quan" value="([^"]+)"', page)
    assert agency is not None
    for at, more in (("/van-ban/den/tai-len", {}), ("/van-ban/di/soan", DRAFTED)):
        sent = {"csrf_token": token_of(page), "co_quan": agency[1], "tep": (io.BytesIO(PDF + EICAR), "ban.pdf")}
        assert "có mã độc" in clerk.post(at, data={**sent, **more}).text
    watched.close()
    official = signed_in("chuyenvien")
    address = claimed(official, database, receive(EXTRACT).id)
    watched = watched_by(official, database, tmp_path, scanner)
    for act in ("ket-qua", "hoan-thanh"):
        token = token_of(official.get(address).text)
        sent = {"csrf_token": token, "hanh_dong": "trinh", "tep": (io.BytesIO(PDF + EICAR), "ban.pdf")}
        assert "có mã độc" in official.post(f"{address}/{act}", data=sent, follow_redirects=True).text
    assert files.info(watched, hashlib.sha256(PDF + EICAR).hexdigest()) is None
    watched.close()


def test_what_a_program_sends_as_a_result_is_looked_at_too(
    database: Database, tmp_path: Path, scanner: str, receive: Receive
) -> None:
    watched = scanned(database, tmp_path, scanner)
    caller = Caller(create_app(replace(settings(tmp_path), scanner=scanner), watched))
    said = {"code": "trich_luc", "on_behalf_of": "chuyenvien", "pdf": base64.b64encode(PDF + EICAR).decode()}
    answer = caller.post(f"/dossiers/{receive(EXTRACT).code}/results", said)
    assert answer.status_code == 409 and "có mã độc" in answer.text
    assert files.info(watched, hashlib.sha256(PDF + EICAR).hexdigest()) is None
    watched.close()


DRAFTED = {
    "loai": "QĐ",
    "trich_yeu": "Về việc kiện toàn",
    "do_khan": "0",
    "hinh_thuc": "dien_tu",
    "noi_nhan": ["H31.15"],
}
