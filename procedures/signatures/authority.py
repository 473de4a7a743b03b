"""A certification authority for tests and demonstrations: root, intermediate, revocation, timestamps.

It issues to whoever is named, so every certificate carries `TEST_MARK` in the names of its authority, and whatever
verifies a signature of it says that it is a test without legal value.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from procedures.signatures.trust import TEST_MARK

_ORGANISATION = f"{TEST_MARK} (THỬ NGHIỆM, không có giá trị pháp lý)"
_PEM, _DER = serialization.Encoding.PEM, serialization.Encoding.DER


@dataclass(frozen=True)
class Issued:
    """A certificate and its key."""

    certificate: x509.Certificate
    key: rsa.RSAPrivateKey

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(_PEM)

    @property
    def key_pem(self) -> bytes:
        return self.key.private_bytes(_PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())

    @property
    def asn1(self) -> asn1_x509.Certificate:
        """For pyHanko."""
        return asn1_x509.Certificate.load(self.certificate.public_bytes(_DER))

    @property
    def asn1_key(self) -> asn1_keys.PrivateKeyInfo:
        """For pyHanko."""
        return asn1_keys.PrivateKeyInfo.load(
            self.key.private_bytes(_DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        )


class Authority:
    """Root, intermediate authority and timestamp authority in a folder; made where they are not there."""

    def __init__(self, folder: Path, address: str = "") -> None:
        self.folder, self.address = folder, address.rstrip("/")
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._revoked = folder / "revoked.json"
        self.root = self._kept("root", lambda: self._made("Chứng thực gốc", None, authority=True, days=3650))
        self.issuer = self._kept("ca", lambda: self._made("Chứng thực cấp dưới", self.root, authority=True, days=3000))
        self.stamps = self._kept("tsa", lambda: self._made("Dấu thời gian", self.issuer, stamps=True, days=2000))
        self.answers = self._kept("ocsp", lambda: self._made("Trả lời OCSP", self.issuer, answers=True, days=2000))
        self.publish()

    def issue(
        self,
        name: str,
        organisation: str = "",
        *,
        start: datetime | None = None,
        days: int = 365,
        key: rsa.RSAPrivateKey | None = None,
    ) -> Issued:
        """A certificate that signs documents, for a person or an agency."""
        return self._made(name, self.issuer, organisation=organisation, start=start, days=days, key=key)

    def save(self, issued: Issued, stem: str) -> None:
        """Keeps certificate and key under a name: `<stem>.pem`, `<stem>.key`, its owner's alone."""
        for suffix, body in ((".pem", issued.pem), (".key", issued.key_pem)):
            path = self.folder / f"{stem}{suffix}"
            path.write_bytes(body)
            os.chmod(path, 0o600)

    def saved(self, stem: str) -> Issued:
        certificate = x509.load_pem_x509_certificate((self.folder / f"{stem}.pem").read_bytes())
        key = serialization.load_pem_private_key((self.folder / f"{stem}.key").read_bytes(), None)
        assert isinstance(key, rsa.RSAPrivateKey)
        return Issued(certificate, key)

    def revoke(self, certificate: x509.Certificate, at: datetime | None = None) -> None:
        """Revokes from a moment on (now, where none is given), and publishes it."""
        revoked = self.revoked()
        revoked[str(certificate.serial_number)] = (at or datetime.now(UTC)).isoformat()
        self._revoked.write_text(json.dumps(revoked), "utf-8")
        self.publish()

    def revoked(self) -> dict[str, str]:
        """Serial number → since when."""
        loaded: dict[str, str] = json.loads(self._revoked.read_text("utf-8")) if self._revoked.exists() else {}
        return loaded

    def publish(self) -> None:
        """Writes the revocation lists of both authorities, and the trusted certificates into `trusted`."""
        trusted = self.folder / "trusted"
        trusted.mkdir(exist_ok=True)
        for stem, issuer in (("root", self.root), ("ca", self.issuer)):
            (trusted / f"{stem}.pem").write_bytes(issuer.pem)
            (trusted / f"{stem}.crl").write_bytes(self.crl(issuer))

    def crl(self, issuer: Issued) -> bytes:
        """The revocation list of an authority, DER."""
        now = datetime.now(UTC).replace(microsecond=0)
        made = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(issuer.certificate.subject)
            .last_update(now - timedelta(minutes=1))
            .next_update(now + timedelta(days=7))
            .add_extension(x509.CRLNumber(int(now.timestamp())), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key()),
                critical=False,
            )
        )
        for serial, at in self.revoked().items() if issuer is self.issuer else ():
            since = datetime.fromisoformat(at)
            made = made.add_revoked_certificate(
                x509.RevokedCertificateBuilder().serial_number(int(serial)).revocation_date(since).build()
            )
        return made.sign(issuer.key, hashes.SHA256()).public_bytes(_DER)

    def ocsp(self, request: bytes) -> bytes:
        """The answer to a request for one certificate, DER."""
        asked = ocsp.load_der_ocsp_request(request)
        since = self.revoked().get(str(asked.serial_number))
        now = datetime.now(UTC).replace(microsecond=0)
        made = ocsp.OCSPResponseBuilder().add_response_by_hash(
            issuer_name_hash=asked.issuer_name_hash,
            issuer_key_hash=asked.issuer_key_hash,
            serial_number=asked.serial_number,
            algorithm=asked.hash_algorithm,
            cert_status=ocsp.OCSPCertStatus.REVOKED if since else ocsp.OCSPCertStatus.GOOD,
            this_update=now,
            next_update=now + timedelta(days=1),
            revocation_time=datetime.fromisoformat(since) if since else None,
            revocation_reason=None,
        )
        made = made.responder_id(ocsp.OCSPResponderEncoding.HASH, self.answers.certificate)
        made = made.certificates([self.answers.certificate])
        return made.sign(self.answers.key, hashes.SHA256()).public_bytes(_DER)

    def stamper(self, at: datetime | None = None) -> DummyTimeStamper:
        """Timestamps of now, or of a moment."""
        return DummyTimeStamper(self.stamps.asn1, self.stamps.asn1_key, certs_to_embed=self.store(), fixed_dt=at)

    def store(self) -> SimpleCertificateStore:
        """Root and intermediate, to be sent along."""
        made = SimpleCertificateStore()
        made.register_multiple([self.root.asn1, self.issuer.asn1])
        return made

    def _kept(self, stem: str, make: Any) -> Issued:
        if not (self.folder / f"{stem}.key").exists():
            self.save(make(), stem)
        return self.saved(stem)

    def _made(
        self,
        name: str,
        issuer: Issued | None,
        *,
        authority: bool = False,
        stamps: bool = False,
        answers: bool = False,
        organisation: str = "",
        start: datetime | None = None,
        days: int,
        key: rsa.RSAPrivateKey | None = None,
    ) -> Issued:
        key = key or rsa.generate_private_key(public_exponent=65537, key_size=2048)
        ours = authority or stamps or answers
        subject = _name(f"{TEST_MARK} {name}" if ours else name, _ORGANISATION if ours else organisation)
        start = start or datetime.now(UTC) - timedelta(days=1)
        by = issuer.certificate.subject if issuer else subject
        by_key = issuer.key if issuer else key
        made = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(by)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(start)
            .not_valid_after(start + timedelta(days=days))
            .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
            .add_extension(_usage(authority), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(by_key.public_key()), critical=False)
        )
        if stamps:
            made = made.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
        if answers:
            made = made.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.OCSP_SIGNING]), critical=True)
            made = made.add_extension(x509.OCSPNoCheck(), critical=False)
        if self.address and issuer is not None:
            made = self._pointed(made, "root" if issuer is self.__dict__.get("root") else "ca")
        return Issued(made.sign(by_key, hashes.SHA256()), key)

    def _pointed(self, made: x509.CertificateBuilder, stem: str) -> x509.CertificateBuilder:
        """Where the authority's lists and answers are fetched."""
        point = x509.DistributionPoint([x509.UniformResourceIdentifier(f"{self.address}/{stem}.crl")], None, None, None)
        answers = x509.AccessDescription(
            AuthorityInformationAccessOID.OCSP, x509.UniformResourceIdentifier(f"{self.address}/ocsp")
        )
        return made.add_extension(x509.CRLDistributionPoints([point]), critical=False).add_extension(
            x509.AuthorityInformationAccess([answers]), critical=False
        )


def _name(common: str, organisation: str) -> x509.Name:
    parts = [x509.NameAttribute(NameOID.COUNTRY_NAME, "VN")]
    if organisation:
        parts.append(x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation[:64]))
    return x509.Name([*parts, x509.NameAttribute(NameOID.COMMON_NAME, common[:64])])


def _usage(authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=not authority,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )
