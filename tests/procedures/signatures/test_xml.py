"""Signatures of XML and edXML: XMLDSig and XAdES by other tools, weak ones of real messages, what is not believed."""

from __future__ import annotations

import io
import random
import re
import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from lxml import etree
from signxml import XMLSigner, methods
from signxml.xades import XAdESSigner

from procedures.exchange import edxml
from procedures.signatures import trust
from procedures.signatures import xades as signing_xades
from procedures.signatures.authority import Authority, Issued
from procedures.signatures.keys import Key
from procedures.signatures.verdicts import Judged
from procedures.signatures.xades import XADES
from procedures.signatures.xmldsig import XMLDSIG
from tests.procedures.signatures.conftest import codes

Judge = Callable[[bytes], Judged]
SAMPLES = sorted(Path(__file__).parents[3].parent.joinpath("shared/data/edxml").glob("*.edxml"))
MESSAGE = """<edXML xmlns="http://www.mic.gov.vn/TBT/QCVN_102_2016"><e:edXMLEnvelope
 xmlns:e="http://www.mic.gov.vn/TBT/QCVN_102_2016"><e:edXMLHeader><e:MessageHeader><e:From><e:OrganId>H31.12</e:OrganId>
</e:From><e:To><e:OrganId>H31.13</e:OrganId></e:To><e:Subject>Về việc phối hợp</e:Subject></e:MessageHeader>
</e:edXMLHeader></e:edXMLEnvelope></edXML>"""


class OldSigner(XMLSigner):  # type: ignore[misc]
    """As the axis's client kit signs: rsa-sha1."""

    def check_deprecated_methods(self) -> None:
        """Lets SHA-1 pass."""


def chain(authority: Authority, by: Issued) -> list[x509.Certificate]:
    return [by.certificate, authority.issuer.certificate]


def dsig(authority: Authority, by: Issued, **more: Any) -> bytes:
    old = more.get("signature_algorithm") == "rsa-sha1"
    signer = (OldSigner if old else XMLSigner)(method=methods.enveloped, **more)
    return etree.tostring(signer.sign(etree.fromstring(MESSAGE), key=by.key_pem, cert=chain(authority, by)))


@pytest.fixture(scope="module")
def xades(authority: Authority, leader: Issued) -> bytes:
    made = XAdESSigner().sign(etree.fromstring(MESSAGE), key=leader.key_pem, cert=chain(authority, leader))
    return bytes(etree.tostring(made))


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"c14n_algorithm": "http://www.w3.org/2001/10/xml-exc-c14n#"},
        {"c14n_algorithm": "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"},
        {"signature_algorithm": "rsa-sha512", "digest_algorithm": "sha512"},
    ],
)
def test_an_enveloped_signature_is_valid(
    more: dict[str, str], authority: Authority, leader: Issued, judge: Judge
) -> None:
    judged = judge(dsig(authority, leader, **more))
    (one,) = judged.signatures
    assert judged.verdict == "valid" and one.covers_whole and one.strength == "strong"
    assert one.signer == "Trần Thị Mẫu, Sở Tư pháp"


def test_xades_is_valid_and_says_when(xades: bytes, judge: Judge) -> None:
    judged = judge(xades)
    assert judged.verdict == "valid" and judged.signatures[0].time is not None, codes(judged)


def test_rsa_sha1_of_real_messages_is_verified_and_said_to_be_weak(
    authority: Authority, leader: Issued, judge: Judge
) -> None:
    body = dsig(authority, leader, signature_algorithm="rsa-sha1", digest_algorithm="sha1")
    judged = judge(body)
    assert (judged.verdict, judged.signatures[0].strength) == ("valid", "weak")
    lost = re.sub(rb"<(/?)ds:", rb"<\1", body).replace(b' xmlns:ds="' + XMLDSIG.encode() + b'"', b"")
    assert b'xmldsig#"' not in lost and judge(lost).verdict != "valid"


def test_a_signature_that_lost_its_namespace_is_judged_with_it(
    authority: Authority, leader: Issued, judge: Judge
) -> None:
    """Signed under the default namespace of XMLDSig; the message then takes the one around it."""
    signer = OldSigner(method=methods.enveloped, signature_algorithm="rsa-sha1", digest_algorithm="sha1")
    signer.namespaces = {None: XMLDSIG}
    body = etree.tostring(signer.sign(etree.fromstring(MESSAGE), key=leader.key_pem, cert=chain(authority, leader)))
    assert judge(body).verdict == "valid"
    lost = body.replace(b' xmlns="' + XMLDSIG.encode() + b'"', b"")
    assert lost != body
    judged = judge(lost)
    assert (judged.verdict, judged.signatures[0].strength) == ("valid", "weak"), codes(judged)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("Về việc".encode(), "Vì việc".encode(), "altered"),
        (b"H31.13", b"H99.99", "altered"),
        (b'URI=""', b'URI="http://example.org/"', "reference"),
        (b'URI=""', b'URI="#khong-co"', "reference"),
        (b"xmldsig#enveloped-signature", b"1999/REC-xslt-19991116", "reference"),
        (b"</ds:Signature>", b"<ds:Object>them</ds:Object></ds:Signature>", "stray"),
        (b"<ds:X509Data>", b"<ds:X509Data><ds:X509SubjectName>CN=Ai Do</ds:X509SubjectName>", "stray"),
        (b"rsa-sha256", b"hmac-sha256", "forbidden-algorithm"),
    ],
)
def test_what_was_changed_is_not_valid(
    old: bytes, new: bytes, code: str, authority: Authority, leader: Issued, judge: Judge
) -> None:
    body = dsig(authority, leader)
    body = etree.tostring(etree.fromstring(body), encoding="utf-8")
    assert old in body
    judged = judge(body.replace(old, new, 1))
    assert judged.verdict != "valid" and code in codes(judged)


def test_a_wrapped_message_is_not_valid(authority: Authority, leader: Issued, judge: Judge) -> None:
    """What was signed is moved aside, and another one stands in its place."""
    signed = XMLSigner(method=methods.enveloping).sign(
        etree.fromstring('<a Id="x"/>'), key=leader.key_pem, cert=chain(authority, leader)
    )
    assert judge(b"<other>" + etree.tostring(signed) + b"</other>").verdict == "indeterminate"
    twice = dsig(authority, leader).replace(b"<e:From>", b'<e:From Id="a"><x Id="a"/>')
    assert judge(twice).verdict == "invalid"


def test_a_doctype_is_not_read(authority: Authority, leader: Issued, judge: Judge) -> None:
    assert judge(b'<!DOCTYPE a [<!ENTITY x "y">]>' + dsig(authority, leader)).verdict == "invalid"


@pytest.mark.skipif(not SAMPLES, reason="the samples are not here")
@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_the_cleaned_samples_do_not_verify(path: Path, judge: Judge) -> None:
    judged = judge(path.read_bytes())
    signed = b"<SignatureValue" in path.read_bytes()
    assert judged.verdict == ("invalid" if signed else "indeterminate")
    assert [one.strength for one in judged.signatures] == (["weak"] if signed else [])


@pytest.mark.skipif(shutil.which("xmlsec1") is None, reason="xmlsec1 is not here")
def test_another_tool_says_the_same(authority: Authority, leader: Issued, tmp_path: Path) -> None:
    file, root, between = (tmp_path / name for name in ("a.xml", "root.pem", "ca.pem"))
    file.write_bytes(dsig(authority, leader))
    root.write_bytes(authority.root.pem)
    between.write_bytes(authority.issuer.pem)
    command = ["xmlsec1", "--verify", "--trusted-pem", str(root), "--untrusted-pem", str(between), str(file)]
    assert subprocess.run(command, check=False, capture_output=True).returncode == 0


@pytest.mark.parametrize("count", [200, pytest.param(1000, marks=pytest.mark.slow)])
def test_no_mutated_message_is_believed_unless_it_says_the_same(count: int, xades: bytes, judge: Judge) -> None:
    """White space between attributes and the like say the same: canonical XML tells."""
    chance, believed = random.Random(count), []
    same = canonical(xades)
    for _ in range(count):
        body = bytearray(xades)
        for _ in range(chance.choice((1, 1, 3))):
            at = chance.randrange(len(body))
            kind = chance.randrange(3)
            if kind == 0:
                body[at] ^= 1 << chance.randrange(8)
            elif kind == 1:
                del body[at : at + chance.randrange(1, 40)]
            else:
                body[at:at] = body[at : at + chance.randrange(1, 40)]
        if judge(bytes(body)).verdict == "valid" and canonical(bytes(body)) != same:
            believed.append(difference(xades, bytes(body)))
    assert believed == []


def difference(before: bytes, after: bytes) -> tuple[bytes, bytes]:
    """What differs, with a little around it."""
    at = next(i for i, pair in enumerate(zip(before, after, strict=False)) if pair[0] != pair[1])
    return before[max(0, at - 60) : at + 30], after[max(0, at - 60) : at + 30]


def canonical(body: bytes) -> bytes:
    into = io.BytesIO()
    etree.ElementTree(etree.fromstring(body)).write_c14n(into)
    return into.getvalue()


@pytest.fixture(scope="module")
def ours(authority: Authority, leader: Issued) -> bytes:
    """A message that this system signs, XAdES."""
    authority.save(leader, "thong-diep")
    names = {"certificate": authority.folder / "thong-diep.pem", "key": authority.folder / "thong-diep.key"}
    known = trust.load(str(authority.folder / "trusted"))
    return signing_xades.sign(MESSAGE.encode(), Key({}, names, None, 0, ""), known, datetime.now(UTC))


def test_what_we_sign_is_valid_here_and_by_other_tools(
    ours: bytes, authority: Authority, judge: Judge, tmp_path: Path
) -> None:
    judged = judge(ours)
    assert judged.verdict == "valid" and judged.signatures[0].covers_whole and judged.signatures[0].time
    assert edxml.read(io.BytesIO(ours)).fields["MessageHeader"]["Subject"] == "Về việc phối hợp"
    assert judge(ours.replace(b"H31.13", b"H31.14")).verdict == "invalid"
    if shutil.which("xmlsec1"):
        for name, body in (("a.xml", ours), ("root.pem", authority.root.pem), ("ca.pem", authority.issuer.pem)):
            (tmp_path / name).write_bytes(body)
        told = ["--trusted-pem", "root.pem", "--untrusted-pem", "ca.pem", "--id-attr:Id", f"{XADES}:SignedProperties"]
        ran = subprocess.run(["xmlsec1", "--verify", *told, "a.xml"], cwd=tmp_path, check=False, capture_output=True)
        assert ran.returncode == 0, ran.stderr
