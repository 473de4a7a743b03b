"""Revocation lists (RFC 5280) and answers (RFC 6960) of trusted authorities: fetched, checked, kept as files.

Nobody is asked at an address that a received file names. The addresses are those that the trusted certificates and the
installation's own carry, and a certificate counts only where a trusted authority signed it. What is fetched is bounded
in time and size, has to be signed by that authority, and may be no older than what is kept: `trust.load` reads it with
the rest, and judging needs no network."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from asn1crypto import ocsp as asn1_ocsp
from asn1crypto import x509
from asn1crypto.algos import SignedDigestAlgorithm
from cryptography import x509 as pyca
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, padding, rsa
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID

from procedures.signatures.outgoing import Unanswered, fetched
from procedures.signatures.trust import Trust

#: Bytes of a list, of an answer; addresses asked in one go.
LONGEST_LIST, LONGEST_ANSWER, MOST = 16 * 1024 * 1024, 256 * 1024, 200
#: What is good for longer than that is not asked for again, unless half of its time is over.
AHEAD = timedelta(hours=2)
#: So far may the clock of who answers be before ours.
CLOCKS = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Fetched:
    """What became of an address: `kept`, `fresh` (not asked again yet), or why not: `away`, `refused`."""

    address: str
    said: str


def refresh(trust: Trust, own: Iterable[x509.Certificate], folder: Path, now: datetime | None = None) -> list[Fetched]:
    """Fetches what is due of the lists and answers about the certificates of trusted authorities and our own."""
    now = now or datetime.now(UTC)
    authorities = [pyca.load_der_x509_certificate(one.dump()) for one in (*trust.roots, *trust.others)]
    known = {one.fingerprint(hashes.SHA256()): one for one in authorities}
    ours = [pyca.load_der_x509_certificate(one.dump()) for one in own]
    asked: dict[str, Fetched] = {}
    for one in [*known.values(), *ours]:
        issuer = next((by for by in authorities if _issued(one, by)), None)
        if issuer is None:
            continue
        for address in _lists(one):
            if address not in asked and len(asked) < MOST:
                asked[address] = Fetched(address, _list(address, issuer, folder, now))
        for address in _responders(one) if one in ours else ():
            mark = f"{address} {one.serial_number:x}"
            if mark not in asked and len(asked) < MOST:
                asked[mark] = Fetched(mark, _answer(address, one, issuer, folder, now))
    return list(asked.values())


def _issued(certificate: pyca.Certificate, by: pyca.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(by)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


def _lists(certificate: pyca.Certificate) -> Iterator[str]:
    try:
        points = certificate.extensions.get_extension_for_class(pyca.CRLDistributionPoints).value
    except (pyca.ExtensionNotFound, ValueError):
        return
    for point in points:
        for name in point.full_name or ():
            if isinstance(name, pyca.UniformResourceIdentifier) and name.value.startswith(("http://", "https://")):
                yield name.value


def _responders(certificate: pyca.Certificate) -> Iterator[str]:
    try:
        told = certificate.extensions.get_extension_for_class(pyca.AuthorityInformationAccess).value
    except (pyca.ExtensionNotFound, ValueError):
        return
    for one in told:
        place = one.access_location
        if one.access_method == AuthorityInformationAccessOID.OCSP and isinstance(
            place, pyca.UniformResourceIdentifier
        ):
            yield place.value


def _list(address: str, issuer: pyca.Certificate, folder: Path, now: datetime) -> str:
    path = folder / f"{hashlib.sha256(address.encode()).hexdigest()[:32]}.crl"
    before = _loaded(path)
    if before is not None and not _due(before.last_update_utc, before.next_update_utc, now):
        return "fresh"
    try:
        status, body = fetched(address, longest=LONGEST_LIST)
    except Unanswered:
        return "away"
    if status != 200:
        return "away"
    found = _parsed(body)
    if found is None or found.issuer != issuer.subject or not found.is_signature_valid(issuer.public_key()):  # type: ignore[arg-type]
        return "refused"
    if before is not None and found.last_update_utc < before.last_update_utc:
        return "refused"  # an old one is played again
    _keep(path, found.public_bytes(serialization.Encoding.DER))
    return "kept"


def _answer(address: str, one: pyca.Certificate, issuer: pyca.Certificate, folder: Path, now: datetime) -> str:
    path = folder / f"{one.fingerprint(hashes.SHA256()).hex()[:32]}.ocsp"
    before = _said(path.read_bytes(), one, issuer, now) if path.exists() else None
    if before is not None and not _due(before.this_update_utc, before.next_update_utc, now):
        return "fresh"
    request = ocsp.OCSPRequestBuilder().add_certificate(one, issuer, hashes.SHA1()).build()
    head = {"Content-Type": "application/ocsp-request"}
    try:
        body = request.public_bytes(serialization.Encoding.DER)
        status, answer = fetched(address, body, head, longest=LONGEST_ANSWER)
    except Unanswered:
        return "away"
    if status != 200:
        return "away"
    found = _said(answer, one, issuer, now)
    if found is None or (before is not None and found.this_update_utc < before.this_update_utc):
        return "refused"
    _keep(path, answer)
    return "kept"


def _said(body: bytes, one: pyca.Certificate, issuer: pyca.Certificate, now: datetime) -> ocsp.OCSPResponse | None:
    """An answer about just this certificate, not of the future, signed by its issuer or by whom that lets answer."""
    try:
        found = ocsp.load_der_ocsp_response(body)
        right = found.serial_number == one.serial_number and found.this_update_utc <= now + CLOCKS
        by_whom = asn1_ocsp.OCSPResponse.load(body).basic_ocsp_response["signature_algorithm"]
        return found if right and any(_signed(found, by_whom, by) for by in _answering(found, issuer)) else None
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return None


def _answering(found: ocsp.OCSPResponse, issuer: pyca.Certificate) -> Iterator[pyca.Certificate]:
    """Who may answer for an authority: itself, and what it certified for just that."""
    yield issuer
    for one in found.certificates:
        try:
            uses = one.extensions.get_extension_for_class(pyca.ExtendedKeyUsage).value
        except (pyca.ExtensionNotFound, ValueError):
            continue
        if ExtendedKeyUsageOID.OCSP_SIGNING in uses and _issued(one, issuer):
            yield one


#: Hashes under which an answer is believed.
_HASHES: dict[str, type[hashes.SHA1 | hashes.SHA256 | hashes.SHA384 | hashes.SHA512]] = {
    "sha1": hashes.SHA1,
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
}


def _signed(found: ocsp.OCSPResponse, way: SignedDigestAlgorithm, by: pyca.Certificate) -> bool:
    """way: how the answer says that it is signed."""
    key, family, said = by.public_key(), way.signature_algo, (found.signature, found.tbs_response_bytes)
    try:
        if isinstance(key, ed25519.Ed25519PublicKey | ed448.Ed448PublicKey):
            key.verify(*said)
            return family in ("ed25519", "ed448")
        digest = _HASHES[way.hash_algo]()
        if isinstance(key, rsa.RSAPublicKey) and family == "rsassa_pss":
            masked = _HASHES[way["parameters"]["mask_gen_algorithm"]["parameters"]["algorithm"].native]()
            salt = way["parameters"]["salt_length"].native
            key.verify(*said, padding.PSS(padding.MGF1(masked), salt), digest)
        elif isinstance(key, rsa.RSAPublicKey) and family == "rsassa_pkcs1v15":
            key.verify(*said, padding.PKCS1v15(), digest)
        elif isinstance(key, ec.EllipticCurvePublicKey) and family == "ecdsa":
            key.verify(*said, ec.ECDSA(digest))
        else:
            return False
    except (InvalidSignature, ValueError, KeyError):
        return False
    return True


def _due(first: datetime, last: datetime | None, now: datetime) -> bool:
    if last is None:
        return now - first > AHEAD
    return last - now < AHEAD or now - first > (last - first) / 2


def _loaded(path: Path) -> pyca.CertificateRevocationList | None:
    return _parsed(path.read_bytes()) if path.exists() else None


def _parsed(body: bytes) -> pyca.CertificateRevocationList | None:
    for load in (pyca.load_der_x509_crl, pyca.load_pem_x509_crl):
        try:
            return load(body)
        except ValueError:
            continue
    return None


def _keep(path: Path, body: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(body)
    os.replace(draft, path)
