"""Signatures of XML and edXML: XMLDSig and XAdES, with what real messages of the axis do differently.

Only what is in the document can be signed, through nothing but "without this signature" and canonicalisation: no XSLT,
no XPath, no address is followed. SHA-1 is verified and told to be weak. A signature that lost its namespace on the way
is judged as it stands, and then with it. What is too large to be held is hashed piece by piece
(`procedures.signatures.streaming`).
"""

from __future__ import annotations

import base64
import binascii
import copy
import hashlib
import hmac
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any

from asn1crypto import x509
from cryptography import x509 as pyca
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils
from lxml import etree

from engine.model.source import safe
from procedures.signatures import streaming
from procedures.signatures import trust as trusting
from procedures.signatures.trust import Evidence, Trust
from procedures.signatures.verdicts import Judged, Signature, not_read, reason

XMLDSIG = "http://www.w3.org/2000/09/xmldsig#"
_MORE = "http://www.w3.org/2001/04/xmldsig-more#"
_ENC = "http://www.w3.org/2001/04/xmlenc#"

ENVELOPED = XMLDSIG + "enveloped-signature"
EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
#: Algorithm of canonicalisation → (exclusive, with comments). The last is how messages of the axis write exclusive.
_C14N = {
    "http://www.w3.org/TR/2001/REC-xml-c14n-20010315": (False, False),
    "http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments": (False, True),
    "http://www.w3.org/2006/12/xml-c14n11": (False, False),
    "http://www.w3.org/2006/12/xml-c14n11#WithComments": (False, True),
    EXCLUSIVE: (True, False),
    "http://www.w3.org/2001/10/xml-exc-c14n#WithComments": (True, True),
    "http://www.w3.org/TR/xml-exc-c14n#": (True, False),
}
_DIGESTS = {
    XMLDSIG + "sha1": "sha1",
    _ENC + "sha256": "sha256",
    _MORE + "sha384": "sha384",
    _ENC + "sha512": "sha512",
    _MORE + "md5": "md5",
}
#: Algorithm of the signature → (family, digest).
_METHODS = {
    XMLDSIG + "rsa-sha1": ("rsa", "sha1"),
    _MORE + "rsa-md5": ("rsa", "md5"),
    **{_MORE + f"rsa-sha{n}": ("rsa", f"sha{n}") for n in (256, 384, 512)},
    **{_MORE + f"ecdsa-sha{n}": ("ecdsa", f"sha{n}") for n in (1, 256, 384, 512)},
    **{f"http://www.w3.org/2007/05/xmldsig-more#sha{n}-rsa-MGF1": ("rsa-pss", f"sha{n}") for n in (256, 384, 512)},
}
_HASHES: dict[str, type[hashes.HashAlgorithm]] = {
    "sha1": hashes.SHA1,
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
}
_IDS = ("Id", "ID", "id", "{http://www.w3.org/XML/1998/namespace}id")
_SIGNATURES = 50
_REFERENCES = 100


class _Wrong(Exception):
    """A reason's code that ends the look at this signature."""

    def __init__(self, code: str, **facts: str) -> None:
        super().__init__(code)
        self.code, self.facts = code, facts


def judge(data: bytes, trust: Trust) -> Judged:
    """Every signature of an XML document."""
    at = data.find(b"<")
    before = data[:at].removeprefix(b"\xef\xbb\xbf").strip() if 0 < at <= 512 else b""
    try:
        root = safe.parse(data[at:] if before else data)
    except safe.Refused as refused:
        if refused.rule in ("too-large", "too-long"):
            return Judged(reasons=[reason("too-large", limit=safe.MAX_BYTES // 1024 // 1024)])
        return Judged(reasons=[not_read(refused.rule)])
    judged = _judged_all(root, trust, None)
    if before:
        judged.reasons.append(reason("part-only"))
    return judged


def judge_large(stream: IO[bytes], trust: Trust) -> Judged:
    """The same for a document that is not to be held: its long texts are read past, and what is signed is hashed as it
    is read again."""
    try:
        found = streaming.outline(stream)
        root = safe.parse(streaming.markup(stream, found))
        places = list(root.iter(etree.Element))
        return _judged_all(root, trust, Large(stream, places, [places[one] for one in found.holders]))
    except (safe.Refused, streaming.Unreadable) as refused:
        return Judged(reasons=[not_read(refused.rule)])


@dataclass(frozen=True, slots=True)
class Large:
    """A document whose long texts are not in its tree. places: its elements in their order. holders: those that hold
    such a text."""

    stream: IO[bytes]
    places: Sequence[Any]
    holders: Sequence[Any]

    def within(self, element: Any) -> bool:
        """Whether a text was left out of that element."""
        return any(one is element or _inside(one, element) for one in self.holders)

    def digest(self, name: str, method: Any, skip: Any) -> bytes:
        """Of the whole document, without the signature where it is told."""
        algorithm, prefixes = _algorithm(method)
        exclusive, comments = _C14N[algorithm]
        if comments:
            raise _Wrong("forbidden-algorithm", algorithm=algorithm)
        place = next(at for at, one in enumerate(self.places) if one is skip) if skip is not None else None
        return streaming.digest(self.stream, name, exclusive=exclusive, prefixes=prefixes, skip=place)


def _judged_all(root: Any, trust: Trust, large: Large | None) -> Judged:
    found = [one for one in root.iter(etree.Element) if _is_signature(one)]
    if not found:
        return Judged(reasons=[reason("no-signature")])
    judged = Judged([_judged(root, one, trust, large) for one in found[:_SIGNATURES]])
    if len(found) > _SIGNATURES:
        judged.reasons.append(reason("too-slow"))
    return judged


def _is_signature(element: Any) -> bool:
    return _local(element) == "Signature" and _child(element, "SignedInfo") is not None


def _local(element: Any) -> str:
    return str(etree.QName(element).localname) if isinstance(element.tag, str) else ""


def _child(element: Any, name: str) -> Any:
    return next((one for one in element if _local(one) == name), None)


def _within(element: Any, name: str) -> Iterator[Any]:
    return (one for one in element.iter(etree.Element) if _local(one) == name)


def _needed(element: Any, name: str) -> Any:
    found = [one for one in element if _local(one) == name]
    if len(found) != 1:
        raise _Wrong("unreadable", what=name)
    return found[0]


def _judged(root: Any, signature: Any, trust: Trust, large: Large | None) -> Signature:
    told = Signature()
    try:
        if large is not None and large.within(signature):
            raise _Wrong("unreadable", what="Signature")
        _judge(told, root, signature, trust, large)
    except _Wrong as wrong:
        told.add(wrong.code, **wrong.facts)
    return told


def _judge(told: Signature, root: Any, signature: Any, trust: Trust, large: Large | None) -> None:
    method = str(_needed(_needed(signature, "SignedInfo"), "SignatureMethod").get("Algorithm"))
    family, digest = _METHODS.get(method, ("", ""))
    if not family:
        raise _Wrong("forbidden-algorithm", algorithm=method)
    trusting.strength(told, digest, family)
    certificates = _certificates(signature)
    certificate = _signers(certificates)
    told.signer, told.issuer = trusting.name_of(certificate.subject), trusting.name_of(certificate.issuer)
    trusting.strength(told, digest, family, certificate)
    if told.strength == "forbidden":
        return
    covered = _verified(told, root, signature, certificate, (family, digest), large)
    told.time = _time(signature, covered)
    told.add("claimed-time")
    whole = any(one.whole for one in covered)
    told.covers_whole = whole
    if not whole:
        told.add("part-only")
    if any(_digest_name(one.reference) == "sha1" for one in covered) and told.strength == "strong":
        told.strength = "weak"
        told.add("weak", algorithm="sha1")
    _unprotected(told, signature, certificate, covered)
    trusting.judge_chain(told, certificate, trust, Evidence(certificates), None)


# --- what is signed


@dataclass
class _Covered:
    """A reference that holds: its element, and whether that is the whole document."""

    reference: Any
    target: Any
    whole: bool


def _verified(
    told: Signature,
    root: Any,
    signature: Any,
    certificate: x509.Certificate,
    method: tuple[str, str],
    large: Large | None,
) -> list[_Covered]:
    """What the signature holds of, as it stands or with the namespace that it lost. method: family and digest."""
    try:
        return _held(root, signature, certificate, method, large)
    except _Wrong:
        if signature.tag == f"{{{XMLDSIG}}}Signature" or large is not None:
            raise
        restored, again = _restored(root, signature)
        covered = _held(restored, again, certificate, method, None)
        if _child(signature, "Object") is not None:
            told.add("stray", what="namespace")
        return covered


def _held(
    root: Any, signature: Any, certificate: x509.Certificate, way: tuple[str, str], large: Large | None
) -> list[_Covered]:
    info = _needed(signature, "SignedInfo")
    references = [one for one in info if _local(one) == "Reference"]
    if not 0 < len(references) <= _REFERENCES:
        raise _Wrong("reference")
    covered = [_reference(root, signature, one, large) for one in references]
    method = _needed(info, "CanonicalizationMethod")
    _prove(_canonical(info, method), _decoded(_needed(signature, "SignatureValue")), certificate, *way)
    return covered


def _reference(root: Any, signature: Any, reference: Any, large: Large | None) -> _Covered:
    address = reference.get("URI")
    if address is None or not (address == "" or address.startswith("#")):
        raise _Wrong("reference")
    target = root if address == "" else _target(root, address[1:])
    transforms = _child(reference, "Transforms")
    enveloped, method = False, None
    for transform in transforms if transforms is not None else ():
        algorithm = transform.get("Algorithm")
        if algorithm == ENVELOPED and method is None and not enveloped:
            enveloped = True
        elif algorithm in _C14N and method is None:
            method = transform
        else:
            raise _Wrong("reference")
    digest = _digest_name(reference)
    if digest not in _HASHES:
        raise _Wrong("forbidden-algorithm", algorithm=digest or "?")
    if large is not None and target is root:
        made = large.digest(digest, method, signature if enveloped else None)
    elif large is not None and large.within(target):
        raise _Wrong("reference")  # a part that is too large to be held
    else:
        payload = _without(target, signature) if enveloped else target
        made = hashlib.new(digest, _canonical(payload, method)).digest()
    if not hmac.compare_digest(made, _decoded(_needed(reference, "DigestValue"))):
        raise _Wrong("altered")
    return _Covered(reference, target, target is root and (enveloped or not _inside(signature, root)))


def _digest_name(reference: Any) -> str:
    return _DIGESTS.get(str(_needed(reference, "DigestMethod").get("Algorithm")), "")


def _target(root: Any, name: str) -> Any:
    """The one element of this identifier: two of them would be a way to show another one than was signed."""
    found = [one for one in root.iter(etree.Element) if name and name in {one.get(key) for key in _IDS}]
    if len(found) != 1:
        raise _Wrong("reference")
    return found[0]


def _inside(element: Any, outer: Any) -> bool:
    return any(one is outer for one in element.iterancestors())


def _without(target: Any, signature: Any) -> Any:
    """A copy of an element without the signature in it; the text after the signature stays."""
    if not _inside(signature, target):
        raise _Wrong("reference")
    path = []
    at = signature
    while at is not target:
        path.append(at.getparent().index(at))
        at = at.getparent()
    twin = copy.deepcopy(target)
    at = twin
    for index in reversed(path):
        at = at[index]
    above, before = at.getparent(), at.getprevious()
    if at.tail:
        if before is not None:
            before.tail = (before.tail or "") + at.tail
        else:
            above.text = (above.text or "") + at.tail
        at.tail = None
    above.remove(at)
    return twin


def _canonical(element: Any, method: Any) -> bytes:
    """By the algorithm that an element of the signature names; inclusive where it names none."""
    return canonical(element, *_algorithm(method))


def _algorithm(method: Any) -> tuple[str, list[str]]:
    """The algorithm, and the prefixes that it takes as inclusive canonicalisation does."""
    algorithm = method.get("Algorithm") if method is not None else "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
    if algorithm not in _C14N:
        raise _Wrong("forbidden-algorithm", algorithm=str(algorithm))
    lists = [(one.get("PrefixList") or "").split() for one in method] if method is not None else []
    return algorithm, lists[0] if lists else []


def canonical(element: Any, algorithm: str, prefixes: Sequence[str] = ()) -> bytes:
    """An element as canonical XML. prefixes: those that exclusive canonicalisation takes as inclusive does."""
    exclusive, comments = _C14N[algorithm]
    tree = element.getroottree() if element.getparent() is None else etree.ElementTree(_alone(element))
    return bytes(
        etree.tostring(
            tree.getroot() if not comments else tree,
            method="c14n",
            exclusive=exclusive,
            with_comments=comments,
            inclusive_ns_prefixes=list(prefixes) or None if exclusive else None,
        )
    )


def _alone(element: Any) -> Any:
    """An element by itself, with the namespaces that are in force where it stands."""
    return etree.fromstring(etree.tostring(element, with_tail=False), safe_parser())


def safe_parser() -> Any:
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, strip_cdata=False)


def _restored(root: Any, signature: Any) -> tuple[Any, Any]:
    """The document with the signature under the namespace of XMLDSig: what the sender signed before it was lost."""
    twin = copy.deepcopy(root)
    place = list(root.iter(etree.Element)).index(signature)
    old = list(twin.iter(etree.Element))[place]
    new = _renamed(old)
    new.tail = old.tail
    old.getparent().replace(old, new)
    return twin, new


def _renamed(element: Any) -> Any:
    namespace = element.nsmap.get(element.prefix)
    mine = etree.QName(element).namespace
    named = f"{{{XMLDSIG}}}{_local(element)}" if mine == namespace or mine is None else element.tag
    made = etree.Element(named, dict(element.attrib), nsmap={None: XMLDSIG})  # type: ignore[dict-item]
    made.text = element.text
    for child in element:
        if isinstance(child.tag, str):
            inner = _renamed(child)
            inner.tail = child.tail
            made.append(inner)
    return made


# --- the key


def _prove(signed: bytes, value: bytes, certificate: x509.Certificate, family: str, digest: str) -> None:
    made = _HASHES[digest]()
    try:
        key = pyca.load_der_x509_certificate(certificate.dump()).public_key()
        if family == "ecdsa" and isinstance(key, ec.EllipticCurvePublicKey):
            half = len(value) // 2
            if len(value) != 2 * ((key.key_size + 7) // 8):
                raise _Wrong("broken")
            pair = utils.encode_dss_signature(int.from_bytes(value[:half], "big"), int.from_bytes(value[half:], "big"))
            key.verify(pair, signed, ec.ECDSA(made))
        elif family == "rsa" and isinstance(key, rsa.RSAPublicKey):
            key.verify(value, signed, padding.PKCS1v15(), made)
        elif family == "rsa-pss" and isinstance(key, rsa.RSAPublicKey):
            key.verify(value, signed, padding.PSS(padding.MGF1(made), made.digest_size), made)
        else:
            raise _Wrong("broken")
    except (InvalidSignature, UnsupportedAlgorithm, ValueError):
        raise _Wrong("broken") from None


def _decoded(element: Any) -> bytes:
    """Base64 as it must be written: no bit of it may be changed unseen."""
    text = "".join((element.text or "").split())
    try:
        value = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise _Wrong("unreadable", what=_local(element)) from None
    if len(element) or base64.b64encode(value).decode() != text:
        raise _Wrong("unreadable", what=_local(element))
    return value


def _certificates(signature: Any) -> list[x509.Certificate]:
    info = _child(signature, "KeyInfo")
    found = []
    for one in _within(info, "X509Certificate") if info is not None else ():
        try:
            certificate = x509.Certificate.load(_decoded(one), strict=True)
            certificate.subject.native, certificate.public_key.native  # noqa: B018 - parses them
        except (ValueError, TypeError, _Wrong):
            raise _Wrong("no-certificate") from None
        found.append(certificate)
    if not found:
        raise _Wrong("no-certificate")
    return found


def _signers(certificates: list[x509.Certificate]) -> x509.Certificate:
    """The signer's among what was sent: none of the others names it as its issuer."""
    issuers = {one.issuer.hashable for one in certificates if not one.self_issued}
    leaves = [one for one in certificates if one.subject.hashable not in issuers]
    return (leaves or certificates)[0]


# --- what stands in the signature without being signed


#: Elements that stand in a signature without being signed: those that only wrap, and those whose text is looked at.
_WRAP = {"Signature", "KeyInfo", "X509Data", "X509IssuerSerial", "KeyValue", "RSAKeyValue", "Object",
         "QualifyingProperties"}  # fmt: skip
_READ = {"SignatureValue", "X509Certificate", "X509SubjectName", "X509IssuerName", "X509SerialNumber", "Modulus",
         "Exponent"}  # fmt: skip


def _unprotected(told: Signature, signature: Any, certificate: x509.Certificate, covered: list[_Covered]) -> None:
    """What stands in the signature and is not signed has to agree with what is; else it is told."""
    signed = [one.target for one in covered if _inside(one.target, signature)]
    skipped = [_needed(signature, "SignedInfo"), *signed]
    for element in signature.iter(etree.Element):
        if any(element is one or _inside(element, one) for one in skipped):
            continue
        name, text = _local(element), " ".join((element.text or "").split())
        beside = (element.tail or "").strip() if element is not signature else ""
        if beside or not _agrees(element, name, text, signature, certificate):
            told.add("stray", what=name)


def _agrees(element: Any, name: str, text: str, signature: Any, certificate: x509.Certificate) -> bool:
    if set(element.attrib) - {"Id", "Target"}:
        return False
    if element.get("Target") not in (None, "", f"#{signature.get('Id', '')}"):
        return False
    if name == "X509SubjectName":
        return _names(text, certificate.subject)
    if name == "X509IssuerName":
        return _names(text, certificate.issuer)
    if name == "X509SerialNumber":
        return text == str(certificate.serial_number)
    if name in ("Modulus", "Exponent"):
        return _key_part(element, name, certificate)
    return name in _READ or (name in _WRAP and not text)


def _names(text: str, name: x509.Name) -> bool:
    """Whether a name that a message writes is this one: each of its parts stands there."""
    values = {str(value) for part in name.native.values() for value in _each(part)}
    parts = [one.partition("=")[2].strip().strip('"') for one in text.split(",") if "=" in one]
    return bool(parts) and all(one in values for one in parts)


def _each(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _key_part(element: Any, name: str, certificate: x509.Certificate) -> bool:
    key = certificate.public_key
    if key.algorithm != "rsa":
        return False
    wanted = key["public_key"].parsed[{"Modulus": "modulus", "Exponent": "public_exponent"}[name]].native
    try:
        return bool(int.from_bytes(_decoded(element), "big") == wanted)
    except _Wrong:
        return False


def _time(signature: Any, covered: list[_Covered]) -> str | None:
    """The signing time of XAdES, where it is signed."""
    for one in _within(signature, "SigningTime"):
        if any(one is covers.target or _inside(one, covers.target) for covers in covered if covers.target is not None):
            try:
                at = datetime.fromisoformat((one.text or "").strip())
            except ValueError:
                raise _Wrong("unreadable", what="SigningTime") from None
            return (at if at.tzinfo else at.astimezone()).isoformat()
    return None
