"""XAdES: an edXML message or another XML document signed as a whole, its signature in it (ETSI EN 319 132-1, B-B)."""

from __future__ import annotations

import asyncio
import base64
import hashlib
from datetime import datetime
from typing import IO, Any

from asn1crypto import x509
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from lxml import etree

from engine.model.source import safe
from engine.refusal import Refusal
from procedures.signatures import streaming
from procedures.signatures.keys import Key
from procedures.signatures.loops import without_loop
from procedures.signatures.signing import unlocked
from procedures.signatures.trust import Trust
from procedures.signatures.xmldsig import ENVELOPED, EXCLUSIVE, XMLDSIG, canonical

XADES = "http://uri.etsi.org/01903/v1.3.2#"
_PROPERTIES = "http://uri.etsi.org/01903#SignedProperties"
_SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
_HEADER, _PIECE = "edXMLHeader", 1024 * 1024
_METHODS = {
    "rsa": "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
    "ec": "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256",
}


@without_loop
def sign(document: bytes, key: Key, trust: Trust, at: datetime, pin: str = "") -> bytes:
    """The document with a signature over the whole of it: in the header of an edXML message, else at its end. at: the
    time of signing. Refuses what is no XML that is safe to read, and what a token refuses."""
    try:
        root = safe.parse(document)
    except safe.Refused as refused:
        raise Refusal(
            f"Không ký được thông điệp: XML không đọc được, không an toàn hoặc lớn hơn {safe.MAX_BYTES >> 20} MB "
            f"({refused.rule}).",
            f"The message cannot be signed: its XML cannot be read, is not safe or has more than "
            f"{safe.MAX_BYTES >> 20} MB ({refused.rule}).",
        ) from None
    _sign(_home(root), key, trust, at, pin, hashlib.sha256(canonical(root, EXCLUSIVE)).digest())
    return bytes(etree.tostring(root, encoding="UTF-8", xml_declaration=True))


@without_loop
def sign_large(document: IO[bytes], into: IO[bytes], key: Key, trust: Trust, at: datetime, pin: str = "") -> None:
    """The same for a document that is not to be held: it is written as it is, with the signature in its place. Raises
    what `sign` does."""
    try:
        found = streaming.outline(document, [_HEADER])
        root = safe.parse(streaming.markup(document, found))
        whole = streaming.digest(document, "sha256", exclusive=True)
    except (safe.Refused, streaming.Unreadable) as refused:
        raise Refusal(
            f"Không ký được thông điệp: XML không đọc được hoặc không an toàn ({refused.rule}).",
            f"The message cannot be signed: its XML cannot be read or is not safe ({refused.rule}).",
        ) from None
    home = _home(root)
    signature = _sign(home, key, trust, at, pin, whole)
    place = found.ends.get(_HEADER, found.ends[""]) if home is not root else found.ends[""]
    document.seek(place)
    if document.read(2) != b"</":
        raise Refusal("Không ký được thông điệp: thiếu phần đầu.", "The message cannot be signed: it has no header.")
    document.seek(0)
    _copy(document, into, place)
    into.write(etree.tostring(signature, encoding="utf-8", with_tail=False))
    _copy(document, into)


def _copy(document: IO[bytes], into: IO[bytes], left: int | None = None) -> None:
    """So many bytes from where it stands, or all that follow."""
    while piece := document.read(_PIECE if left is None else min(_PIECE, left)):
        into.write(piece)
        left = None if left is None else left - len(piece)


def _home(root: Any) -> Any:
    """The element that the signature stands in."""
    return next((one for one in root.iter(etree.Element) if etree.QName(one).localname == _HEADER), root)


def _sign(home: Any, key: Key, trust: Trust, at: datetime, pin: str, whole: bytes) -> Any:
    """Puts the signature into that element; it. whole: the hash of the canonical document without it."""
    with unlocked(key, pin, trust) as signer:
        certificate = asyncio.run(_certificate(signer))
        signature = _drawn(home, certificate, trust, at, base64.b64encode(whole).decode())
        info = signature[0]
        properties = next(signature.iter(f"{{{XADES}}}SignedProperties"))
        info[3][2].text = _digest(canonical(properties, EXCLUSIVE))
        value = asyncio.run(signer.async_sign_raw(canonical(info, EXCLUSIVE), "sha256"))
    signature[1].text = base64.b64encode(_plain(value, certificate)).decode()
    return signature


async def _certificate(signer: Any) -> x509.Certificate:
    if hasattr(signer, "ensure_objects_loaded"):  # a token's
        await signer.ensure_objects_loaded()
    certificate: x509.Certificate = signer.signing_cert
    if certificate.public_key.algorithm not in _METHODS:
        raise Refusal(
            "Loại khóa của chứng thư này chưa ký được thông điệp XML.",
            "The key of this certificate is of a kind that signs no XML here.",
        )
    return certificate


def _drawn(home: Any, certificate: x509.Certificate, trust: Trust, at: datetime, whole: str) -> Any:
    """The signature in its place, without the digest of its properties and without its value."""
    name = f"ky-{whole[:8].translate(str.maketrans('+/=', 'abc'))}"
    signature = etree.SubElement(home, _ds("Signature"), {"Id": name}, nsmap={"ds": XMLDSIG, "xades": XADES})
    info = etree.SubElement(signature, _ds("SignedInfo"))
    etree.SubElement(info, _ds("CanonicalizationMethod"), {"Algorithm": EXCLUSIVE})
    method = _METHODS[certificate.public_key.algorithm]
    etree.SubElement(info, _ds("SignatureMethod"), {"Algorithm": method})
    _reference(info, {"Id": f"{name}-tai-lieu", "URI": ""}, [ENVELOPED, EXCLUSIVE]).text = whole
    _reference(info, {"Type": _PROPERTIES, "URI": f"#{name}-thuoc-tinh"}, [EXCLUSIVE])
    etree.SubElement(signature, _ds("SignatureValue"))
    data = etree.SubElement(etree.SubElement(signature, _ds("KeyInfo")), _ds("X509Data"))
    for one in (certificate, *_between(certificate, trust)):
        etree.SubElement(data, _ds("X509Certificate")).text = base64.b64encode(one.dump()).decode()
    holder = etree.SubElement(signature, _ds("Object"))
    qualifying = etree.SubElement(holder, _xades("QualifyingProperties"), {"Target": f"#{name}"})
    properties = etree.SubElement(qualifying, _xades("SignedProperties"), {"Id": f"{name}-thuoc-tinh"})
    own = etree.SubElement(properties, _xades("SignedSignatureProperties"))
    etree.SubElement(own, _xades("SigningTime")).text = at.replace(microsecond=0).isoformat()
    digest = etree.SubElement(etree.SubElement(etree.SubElement(own, _xades("SigningCertificateV2")), _xades("Cert")),
                              _xades("CertDigest"))  # fmt: skip
    etree.SubElement(digest, _ds("DigestMethod"), {"Algorithm": _SHA256})
    etree.SubElement(digest, _ds("DigestValue")).text = _digest(certificate.dump())
    objects = etree.SubElement(properties, _xades("SignedDataObjectProperties"))
    form = etree.SubElement(objects, _xades("DataObjectFormat"), {"ObjectReference": f"#{name}-tai-lieu"})
    etree.SubElement(form, _xades("MimeType")).text = "text/xml"
    return signature


def _reference(info: Any, attributes: dict[str, str], transforms: list[str]) -> Any:
    """A reference; its element for the digest."""
    reference = etree.SubElement(info, _ds("Reference"), attributes)
    listed = etree.SubElement(reference, _ds("Transforms"))
    for algorithm in transforms:
        etree.SubElement(listed, _ds("Transform"), {"Algorithm": algorithm})
    etree.SubElement(reference, _ds("DigestMethod"), {"Algorithm": _SHA256})
    return etree.SubElement(reference, _ds("DigestValue"))


def _between(certificate: x509.Certificate, trust: Trust) -> list[x509.Certificate]:
    """The intermediate certificates of the line, as far as they are at hand."""
    line: list[x509.Certificate] = []
    at: x509.Certificate | None = certificate
    while at is not None:
        issuer = at.issuer
        at = next((one for one in trust.others if one.subject == issuer and one not in line), None)
        line += [] if at is None else [at]
    return line


def _plain(value: bytes, certificate: x509.Certificate) -> bytes:
    """A signature as XML writes it: of an elliptic curve both numbers one after the other."""
    if certificate.public_key.algorithm != "ec":
        return value
    size = (certificate.public_key.bit_size + 7) // 8
    return b"".join(number.to_bytes(size, "big") for number in decode_dss_signature(value))


def _digest(body: bytes) -> str:
    return base64.b64encode(hashlib.sha256(body).digest()).decode()


def _ds(name: str) -> str:
    return f"{{{XMLDSIG}}}{name}"


def _xades(name: str) -> str:
    return f"{{{XADES}}}{name}"
