# ruff: noqa: F401, F811 - fixtures of another room
"""/xac-minh judges a file that is sent in: in words, in both languages, bounded, and keeps nothing."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from procedures.signatures.authority import Authority
from tests.procedures.signatures.conftest import authority, leader, plain, sign, signed
from tests.web.conftest import token_of
from web.portal import judging


@pytest.fixture
def browser(app: Flask, authority: Authority) -> FlaskClient:
    config = app.extensions["motcua"].config
    object.__setattr__(config, "signature_trust", str(authority.folder / "trusted"))
    return app.test_client()


def sent(browser: FlaskClient, body: bytes | None, name: str = "Giấy khai sinh.pdf") -> Any:
    form = {"csrf_token": token_of(browser.get("/xac-minh").text)}
    file = {} if body is None else {"tep": (io.BytesIO(body), name)}
    return browser.post("/xac-minh", data={**form, **file})


def test_a_signed_file_is_judged_in_words_and_nothing_of_it_stays(
    browser: FlaskClient,
    signed: bytes,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (kept := tmp_path / "tam").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(kept))
    page = sent(browser, signed).text
    assert "Chữ ký số hợp lệ" in page and "Trần Thị Mẫu, Sở Tư pháp" in page
    assert "Toàn bộ tệp" in page and "không có giá trị pháp lý" in page
    at = signed.index(b"stream\n") + 40
    changed = sent(browser, signed[:at] + bytes([signed[at] ^ 1]) + signed[at + 1 :]).text
    assert "Chữ ký số không hợp lệ" in changed and "Nội dung đã bị thay đổi sau khi ký" in changed
    assert "Không có thay đổi" in page and "Không có thay đổi" not in changed and "Toàn bộ tệp" not in changed
    assert "Đủ mạnh (RSA, SHA-256, 2048 bit)" in page
    assert list(kept.iterdir()) == []


def test_what_has_no_signature_or_is_no_document_cannot_be_judged(browser: FlaskClient, plain: bytes) -> None:
    assert "Tệp không có chữ ký số" in sent(browser, plain).text
    assert "không phải PDF, XML hay edXML" in sent(browser, b"PK\x03\x04", "a.docx").text
    assert "Tệp trống" in sent(browser, b"", "a.pdf").text
    assert "có thể gây hại" in sent(browser, b"<!DOCTYPE a><a/>", "a.xml").text
    broken = sent(browser, b"%PDF-1.7\n1 0 obj", "a.pdf").text
    assert "Chữ ký số không hợp lệ" in broken and "bị hỏng nên không đọc được. Hãy xin" in broken
    assert "chữ ký riêng" in sent(browser, b"<edXML><AttachmentEncoded/></edXML>", "a.edxml").text


def test_without_a_file_it_is_said_what_is_missing(browser: FlaskClient) -> None:
    answer = sent(browser, None)
    assert answer.status_code == 422 and "Chọn tệp cần kiểm tra" in answer.text


def test_when_many_ask_at_once_one_is_told_to_come_back(
    browser: FlaskClient,
    plain: bytes,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(judging, "_TURN", 0.01)
    with judging._AT_ONCE, judging._AT_ONCE:
        assert sent(browser, plain).status_code == 503
