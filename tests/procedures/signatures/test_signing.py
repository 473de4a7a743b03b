"""A leader's signature by a token, then the agency's seal: valid here and by another tool, where the decree wants."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pypdfium2
import pytest
import typst
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from engine.refusal import Refusal
from procedures.documents.composing import making
from procedures.documents.composing.content import Content
from procedures.signatures import blanks, keys, placing, showing, signing, trust
from procedures.signatures.authority import Authority, Issued
from procedures.signatures.authority_server import made
from procedures.signatures.keys import Key
from procedures.signatures.verdicts import Judged
from tests.serving import serving

NAME = "Trần Thị Mẫu"


def by_hand(body: bytes, key: Key, pin: str, known: trust.Trust) -> bytes:
    """Signed by a person's key; raises why not."""
    with signing.pen(key, pin, NAME, known) as pen:
        (answer,) = pen.sign([body])
    if isinstance(answer, Refusal):
        raise answer
    return answer


def test_a_number_that_comes_after_the_signature_is_printed_and_both_signatures_hold(
    trusted: trust.Trust, authority: Authority, leader: Issued, judge: Callable[[bytes], Judged], tmp_path: Path
) -> None:
    authority.save(leader, "nguoi-ky")
    files = {"certificate": authority.folder / "nguoi-ky.pem", "key": authority.folder / "nguoi-ky.key"}
    key = Key({}, files, None, 0, "")
    head = {"superior": "", "issuer": "Ủy ban nhân dân phường Phố Hiến", "place": "Phố Hiến", "mark": "QĐ-UBND"}
    said = Content("QĐ", subject="Về việc thử", body="Điều 1. Thử.", block=("CHỦ TỊCH",), signer=NAME, **head)
    draft = making.pdf(said, datetime.now(UTC))
    opened = blanks.left_open(draft)
    assert opened.startswith(draft) and blanks.left_open(opened) == opened
    signed = by_hand(opened, key, "", trusted)
    numbered = blanks.filled(signed, "05/QĐ-UBND", date(2026, 2, 3))
    assert numbered.startswith(signed) and blanks.filled(numbered, "06/QĐ-UBND", date(2026, 2, 4)) == numbered
    sealed = signing.seal_as_agency(numbered, key, "Cơ quan", trusted)
    told = judge(sealed)
    assert told.verdict == "valid" and [one.changes_after for one in told.signatures] == [["signature", "form"], []]
    page = pypdfium2.PdfDocument(sealed)[0]
    pypdfium2.raw.FPDFPage_Flatten(page, 0)
    pieces = "".join(pypdfium2.PdfDocument(_kept(page.pdf))[0].get_textpage().get_text_range().split())
    assert {"Số:/QĐ-UBND", "05", "03", "02", "26"} <= set(re.findall(r"Số:/QĐ-UBND|\d\d", pieces)), pieces
    if shutil.which("pdfsig"):
        (tmp_path / "a.pdf").write_bytes(sealed)
        told_by = subprocess.run(["pdfsig", "-nocert", tmp_path / "a.pdf"], capture_output=True, text=True).stdout
        assert told_by.count("Signature is Valid") == 2, told_by
    finished = making.pdf(replace(said, number=5, day=date(2026, 2, 3)), datetime.now(UTC))
    assert blanks.left_open(finished) == finished and blanks.left_open(b"khong phai PDF") == b"khong phai PDF"


def _kept(document: pypdfium2.PdfDocument) -> bytes:
    document.save(into := io.BytesIO())
    return into.getvalue()


def picture(drawing: str) -> bytes:
    return typst.compile({"main": drawing.encode()}, format="png", ppi=144)


@pytest.fixture(scope="module")
def decision() -> bytes:
    source = f"""#set page(paper: "a4"); #set text(font: "Libertinus Serif")
Kính gửi: {NAME} #v(60mm)
#align(right, box(width: 80mm, align(center)[*KT. GIÁM ĐỐC \\ PHÓ GIÁM ĐỐC* #v(22mm) *{NAME}*]))"""
    return typst.compile({"main": source.encode()})


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("images")
    page = "#set page(width: 50mm, height: 18mm, margin: 1mm, fill: none);"
    stroke = '#curve(stroke: 1.4pt + rgb("#1030b0"), curve.move((0mm,12mm)), curve.quad((10mm,-8mm),(16mm,12mm)),'
    (folder / "ky.png").write_bytes(picture(page + stroke + "curve.quad((30mm,-6mm),(48mm,4mm)))"))
    page = "#set page(width: 36mm, height: 36mm, margin: 1mm, fill: none);"
    ring = '#place(center + horizon, circle(radius: 16mm, stroke: 1.6pt + rgb("#d01020")))'
    (folder / "dau.png").write_bytes(picture(page + ring))
    return folder


@pytest.fixture(scope="module")
def tsa(authority: Authority) -> Iterator[str]:
    server = made(authority, 0)
    with serving(server) as address:
        yield f"{address}/tsa"


def test_the_leader_signs_by_token_and_the_agency_seals(
    decision: bytes,
    images: Path,
    token: dict[str, str],
    tsa: str,
    authority: Authority,
    leader: Issued,
    judge: Callable[[bytes], Judged],
    tmp_path: Path,
) -> None:
    trusted = trust.load(str(authority.folder / "trusted"))
    seal = authority.issue("SỞ TƯ PHÁP", "UBND tỉnh", key=leader.key)
    authority.save(seal, "dau")
    mine = Key(token, {}, images / "ky.png", 0, "")
    file = {"certificate": authority.folder / "dau.pem", "key": authority.folder / "dau.key"}
    agencys = Key({}, file, images / "dau.png", 36, tsa)
    signed = by_hand(decision, mine, "123456", trusted)
    assert signed.startswith(decision), "what was shown stays as it is, byte for byte"
    sealed = signing.seal_as_agency(signed, agencys, "SỞ TƯ PHÁP", trusted)
    assert sealed.startswith(signed) and signing.seal_as_agency(sealed, agencys, "SỞ TƯ PHÁP", trusted) == sealed
    judged = judge(sealed)
    assert judged.verdict == "valid"
    assert [one.kind for one in judged.signatures] == ["signature", "signature", "timestamp"]
    assert judged.signatures[-1].covers_whole, "nothing of the file is left unsigned"
    assert all(one.time_proven for one in judged.signatures)
    (tmp_path / "a.pdf").write_bytes(sealed)
    if shutil.which("pdfsig"):
        said = subprocess.run(["pdfsig", str(tmp_path / "a.pdf")], check=False, capture_output=True, text=True).stdout
        assert said.count("Signature is Valid") == 2


def test_a_wrong_pin_signs_nothing(decision: bytes, token: dict[str, str], authority: Authority) -> None:
    trusted = trust.load(str(authority.folder / "trusted"))
    for pin, said in (("", "Nhập mã PIN"), ("999999", "không đúng")):
        with pytest.raises(Refusal, match=said) as refused:
            by_hand(decision, Key(token, {}, None, 0, ""), pin, trusted)
        assert refused.value.about == "pin"
    with pytest.raises(Refusal, match="Không kết nối được"):
        by_hand(decision, Key({**token, "token": "khac"}, {}, None, 0, ""), "1", trusted)


def test_a_real_key_does_not_lie_in_a_file(decision: bytes, tmp_path: Path, leader: Issued) -> None:
    name = x509.Name([x509.NameAttribute(x509.oid.NameOID.COMMON_NAME, "CA thật")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(leader.key.public_key())
    builder = builder.serial_number(1).not_valid_before(leader.certificate.not_valid_before_utc)
    own = builder.not_valid_after(leader.certificate.not_valid_after_utc).sign(leader.key, hashes.SHA256())
    (tmp_path / "a.pem").write_bytes(own.public_bytes(Encoding.PEM))
    (tmp_path / "a.key").write_bytes(leader.key_pem)
    key = Key({}, {"certificate": tmp_path / "a.pem", "key": tmp_path / "a.key"}, None, 0, "")
    with pytest.raises(Refusal, match="chỉ dùng để thử nghiệm"):
        by_hand(decision, key, "", trust.Trust())


def test_the_images_stand_by_the_signer_block(decision: bytes) -> None:
    place = placing.of_signer(decision, NAME)
    assert place is not None and place.page == 0
    document = pypdfium2.PdfDocument(decision)
    text = document[0].get_textpage()
    words = text.get_text_bounded(place.left - 40, place.bottom - 30, place.right + 40, place.bottom).strip()
    assert NAME in words, "above the name of who signs, not that of whom it is written to"
    above = text.get_text_bounded(place.left, place.bottom, place.right, place.top).strip()
    assert above == "", "over no word"
    document.close()
    seal = placing.of_seal(place, 36)
    assert abs((seal.right - seal.left) / placing.MM - 36) < 0.01, "true size"
    assert abs((seal.right - place.left) - (place.right - place.left) / 3) < 0.01, "over the left third"
    assert placing.of_signer(decision, "Người Khác") is None


def test_both_images_are_shown_before_anybody_signs(decision: bytes, images: Path) -> None:
    person, agency = Key({}, {}, images / "ky.png", 0, ""), Key({}, {}, images / "dau.png", 36, "")
    alone, both = showing.shown(decision, NAME, person, None), showing.shown(decision, NAME, person, agency)
    assert alone is not None and both is not None and both.startswith(b"\x89PNG") and alone != both
    assert showing.shown(decision, "Người Khác", person, agency) is None
    assert showing.shown(decision, NAME, Key({}, {}, None, 0, ""), agency) is None


@pytest.mark.parametrize(
    "text",
    [
        "[officials.a]\n",
        "[officials.a]\npkcs11 = {module = 'x'}\n",
        "[officials.a]\nfile = {certificate = 'x', key = 'y'}\npkcs11 = {module='a'}\n",
        "[officials.a]\nfile = {certificate = 'x', key = 1}\n",
        "[nguoi.a]\n",
        "khong phai toml",
    ],
)
def test_a_file_of_keys_that_cannot_be_understood_is_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / "khoa.toml").write_text(text, "utf-8")
    with pytest.raises(Refusal) as refused:
        keys.load(tmp_path / "khoa.toml")
    assert refused.value.en.isascii()


def test_a_certificate_that_is_over_or_taken_back_signs_nothing_and_says_so(
    decision: bytes, authority: Authority, tmp_path: Path, leader: Issued
) -> None:
    now = datetime.now(UTC)
    old = authority.issue(NAME, start=now - timedelta(days=40), days=30, key=leader.key)
    young = authority.issue(NAME, start=now + timedelta(days=2), key=leader.key)
    stolen = authority.issue(NAME, key=leader.key)
    authority.revoke(stolen.certificate)
    known = trust.load(str(authority.folder / "trusted"))
    for issued, said in ((old, "đã hết hạn ngày"), (young, "mới có hiệu lực"), (stolen, "đã bị thu hồi từ ngày")):
        (tmp_path / "a.pem").write_bytes(issued.pem)
        (tmp_path / "a.key").write_bytes(issued.key_pem)
        key = Key({}, {"certificate": tmp_path / "a.pem", "key": tmp_path / "a.key"}, None, 0, "")
        with pytest.raises(Refusal, match=said):
            by_hand(decision, key, "", known)
