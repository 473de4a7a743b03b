"""Whom this installation trusts, and what a certificate's chain and revocation say at a moment.

Nothing is fetched from addresses that a file names, and nothing at all while something is judged: revocation lists and
answers stand beside the trusted certificates, among what `fetching` keeps, or in the signed file itself.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from asn1crypto import crl as asn1_crl
from asn1crypto import ocsp as asn1_ocsp
from asn1crypto import pem, x509
from cryptography import x509 as pyca
from cryptography.exceptions import InvalidSignature
from pyhanko.sign.validation.utils import CMSAlgorithmUsagePolicy
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import (
    DisallowedAlgorithmError,
    ExpiredError,
    InsufficientRevinfoError,
    InvalidCertificateError,
    NotYetValidError,
    PathBuildingError,
    PathValidationError,
    RevokedError,
)
from pyhanko_certvalidator.policy_decl import DisallowWeakAlgorithmsPolicy

from engine.refusal import Refusal
from procedures.signatures.loops import without_loop
from procedures.signatures.verdicts import Signature

logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
logging.getLogger("pyhanko_certvalidator").setLevel(logging.CRITICAL)

#: Stands in the name of every authority that is made for tests; nobody else has it.
TEST_MARK = "MOT CUA TEST"
#: Signing for a person or an agency; web servers and the like are not meant.
_SIGNING = {"digital_signature", "non_repudiation"}
#: Refused, not only told to be weak.
_FORBIDDEN = frozenset({"md2", "md5"})
_WEAK = frozenset({"sha1"})
#: SHA-1 is verified and told to be weak: real messages of the axis use it.
ALGORITHMS = CMSAlgorithmUsagePolicy.lift_policy(
    DisallowWeakAlgorithmsPolicy(
        weak_hash_algos=_FORBIDDEN, weak_signature_algos=frozenset(), rsa_key_size_threshold=1024
    )
)


@dataclass
class Trust:
    """Trusted roots, and what else is at hand: intermediate certificates, revocation lists."""

    roots: list[x509.Certificate] = field(default_factory=list)
    others: list[x509.Certificate] = field(default_factory=list)
    crls: list[asn1_crl.CertificateList] = field(default_factory=list)
    ocsps: list[asn1_ocsp.OCSPResponse] = field(default_factory=list)

    def context(
        self,
        moment: datetime | None = None,
        *,
        more: Iterable[x509.Certificate] = (),
        crls: Iterable[asn1_crl.CertificateList] = (),
        ocsps: Iterable[asn1_ocsp.OCSPResponse] = (),
        strict: bool = False,
    ) -> ValidationContext:
        """For pyHanko: at a moment (now where none is given). strict: revocation has to be known."""
        return ValidationContext(
            trust_roots=self.roots,
            other_certs=[*self.others, *more],
            crls=[*self.crls, *crls],
            ocsps=[*self.ocsps, *ocsps],
            moment=moment,
            revocation_mode="require" if strict else "soft-fail",
            allow_fetching=False,
            retroactive_revinfo=True,
            algorithm_usage_policy=ALGORITHMS,
        )


def load(place: str) -> Trust:
    """The certificates and revocation lists of a file or a folder (PEM or DER; .crl, .pem, .cer, .crt, .der). Those
    that issued themselves are trusted roots; an empty place trusts nobody. Files that are neither are passed over. What
    follows a separator of paths is a folder in which lists and answers are kept: it makes nobody trusted."""
    named, _separator, kept = place.partition(os.pathsep)
    trust = Trust()
    for file in _files(named):
        if file.suffix.lower() in {".pem", ".cer", ".crt", ".der", ".crl"}:
            for body in _bodies(file.read_bytes()):
                _take(trust, body)
    for file in _files(kept) if named else ():
        if file.suffix == ".crl":
            _take_list(trust, file.read_bytes())
        elif file.suffix == ".ocsp":
            _take_answer(trust, file.read_bytes())
    return trust


def certificate_in(body: bytes) -> x509.Certificate | None:
    """The first certificate of a file (PEM or DER); None where there is none."""
    try:
        found = Trust()
        for part in _bodies(body)[:1]:
            _take(found, part)
    except ValueError:
        return None
    return next(iter([*found.roots, *found.others]), None)


def _files(place: str) -> list[Path]:
    path = Path(place)
    if not place or not path.exists():
        return []
    return [one for one in (sorted(path.iterdir()) if path.is_dir() else [path]) if one.is_file()]


def _bodies(data: bytes) -> list[bytes]:
    if not pem.detect(data):
        return [data]
    return [body for kind, _headers, body in pem.unarmor(data, multiple=True) if "KEY" not in kind]


def _take(trust: Trust, body: bytes) -> None:
    try:
        certificate = x509.Certificate.load(body, strict=True)
        roots = trust.roots if certificate.self_issued else trust.others
        roots.append(certificate)
        return
    except (ValueError, TypeError):
        _take_list(trust, body)


def _take_list(trust: Trust, body: bytes) -> None:
    try:
        listed = asn1_crl.CertificateList.load(body, strict=True)
        listed.issuer.hashable  # noqa: B018 - parses it
        trust.crls.append(listed)
    except (ValueError, TypeError):
        return


def _take_answer(trust: Trust, body: bytes) -> None:
    try:
        answer = asn1_ocsp.OCSPResponse.load(body, strict=True)
        answer.basic_ocsp_response  # noqa: B018 - parses it
        trust.ocsps.append(answer)
    except (ValueError, TypeError):
        return


@dataclass
class Evidence:
    """What came with a signature: certificates, revocation lists and answers."""

    certificates: list[x509.Certificate] = field(default_factory=list)
    crls: list[asn1_crl.CertificateList] = field(default_factory=list)
    ocsps: list[asn1_ocsp.OCSPResponse] = field(default_factory=list)


def judge_chain(
    told: Signature, certificate: x509.Certificate, trust: Trust, evidence: Evidence, proven: datetime | None
) -> None:
    """Writes chain and revocation into what is told of a signature. proven: the moment before which the signature
    provably existed; without one the signer's own time counts only against him."""
    told.signer, told.issuer = name_of(certificate.subject), name_of(certificate.issuer)
    _dates(told, certificate, proven)
    if "expired" in (codes := {one.code for one in told.reasons}) or "not-yet" in codes or "expired-since" in codes:
        told.chain = "expired"
        moment = proven or _within(certificate, told)
    else:
        moment = proven or datetime.now(UTC)
    path = _path(told, certificate, trust, evidence, moment)
    if path is None:
        return
    told.chain = "trusted" if told.chain == "unknown" else told.chain
    if any(TEST_MARK in name_of(one.subject) for one in path):
        told.add("test")
    if not usable(certificate):
        told.add("usage")
    if _stray(evidence.certificates, trust):
        told.add("stray", what="certificates")


def _dates(told: Signature, certificate: x509.Certificate, proven: datetime | None) -> None:
    claimed = datetime.fromisoformat(told.time) if told.time else None
    first, last = certificate.not_valid_before, certificate.not_valid_after
    at = proven or claimed
    if at is not None and at > last:
        told.add("expired", date=f"{last:%d/%m/%Y}")
    elif at is not None and at < first:
        told.add("not-yet", date=f"{first:%d/%m/%Y}")
    elif proven is None and datetime.now(UTC) > last:
        told.add("expired-since", date=f"{last:%d/%m/%Y}")
    elif proven is None and datetime.now(UTC) < first:
        told.add("not-yet", date=f"{first:%d/%m/%Y}")


def _within(certificate: x509.Certificate, told: Signature) -> datetime:
    """A moment at which the certificate was in force: what else is wrong is told, too."""
    first: datetime = certificate.not_valid_before
    last: datetime = certificate.not_valid_after
    claimed = datetime.fromisoformat(told.time) if told.time else last
    return min(max(claimed, first), last)


def _path(
    told: Signature, certificate: x509.Certificate, trust: Trust, evidence: Evidence, moment: datetime
) -> list[x509.Certificate] | None:
    """The certificates from a trusted root to this one; None where there is no such path. Tells revocation."""
    if certificate.self_issued and all(certificate.dump() != one.dump() for one in trust.roots):
        told.add("untrusted", issuer=told.issuer)
        return None
    try:
        path = _validated(certificate, trust, evidence, moment, strict=True)
        told.revocation = "good"
    except RevokedError as error:
        told.revocation, told.chain = "revoked", "broken"
        told.add("revoked", date=f"{error.revocation_dt:%d/%m/%Y}")
        return None
    except InsufficientRevinfoError:
        told.add("revocation-unknown")
        return _quietly(told, certificate, trust, evidence, moment)
    except (PathBuildingError, PathValidationError, InvalidCertificateError):
        return _quietly(told, certificate, trust, evidence, moment)
    return path


def _quietly(
    told: Signature, certificate: x509.Certificate, trust: Trust, evidence: Evidence, moment: datetime
) -> list[x509.Certificate] | None:
    """The path whatever is known of revocation; where there is none, why."""
    try:
        return _validated(certificate, trust, evidence, moment, strict=False)
    except RevokedError as error:
        told.revocation, told.chain = "revoked", "broken"
        told.add("revoked", date=f"{error.revocation_dt:%d/%m/%Y}")
    except ExpiredError as error:
        told.chain = "expired"
        told.add("expired-since", date=f"{error.expired_dt:%d/%m/%Y}")
    except NotYetValidError as error:
        told.chain = "expired"
        told.add("not-yet", date=f"{error.valid_from:%d/%m/%Y}")
    except DisallowedAlgorithmError:
        told.chain = "broken"
        told.add("forbidden-algorithm", algorithm=certificate.hash_algo)
    except PathBuildingError:
        told.reasons = [one for one in told.reasons if one.code != "revocation-unknown"]
        told.add("untrusted", issuer=told.issuer)
    except (PathValidationError, InvalidCertificateError):
        told.chain = "broken"
        told.add("chain-broken")
    return None


def _validated(
    certificate: x509.Certificate, trust: Trust, evidence: Evidence, moment: datetime, *, strict: bool
) -> list[x509.Certificate]:
    context = trust.context(moment, more=evidence.certificates, crls=evidence.crls, ocsps=evidence.ocsps, strict=strict)
    validator = CertificateValidator(certificate, intermediate_certs=evidence.certificates, validation_context=context)
    return list(asyncio.run(validator.async_validate_path()).iter_certs(include_root=True))


def hindrance(certificate: x509.Certificate, trust: Trust, at: datetime | None = None) -> Refusal | None:
    """Why nothing should be signed by a certificate: it is not in force at that moment (now), its authority has taken
    it back, as far as the lists at hand say, or it is not meant for signing. None where nothing is known against it."""
    at = at or datetime.now(UTC)
    name, first, last = name_of(certificate.subject), certificate.not_valid_before, certificate.not_valid_after
    if at > last:
        return Refusal(
            f"Chứng thư số của {name} đã hết hạn ngày {last:%d/%m/%Y}: gia hạn hoặc xin cấp mới rồi ký. Chưa có gì "
            "được ký.",
            f"The certificate of {name} expired on {last:%d/%m/%Y}: have it renewed, then sign. Nothing has been "
            "signed.",
        )
    if at < first:
        return Refusal(
            f"Chứng thư số của {name} đến ngày {first:%d/%m/%Y} mới có hiệu lực. Chưa có gì được ký.",
            f"The certificate of {name} is valid from {first:%d/%m/%Y} only. Nothing has been signed.",
        )
    if not usable(certificate):
        return Refusal(
            f"Chứng thư của {name} không dùng để ký văn bản. Chưa có gì được ký.",
            f"The certificate of {name} is not meant for signing documents. Nothing has been signed.",
        )
    since = revoked_since(certificate, trust, at)
    if since is None:
        return None
    return Refusal(
        f"Chứng thư số của {name} đã bị thu hồi từ ngày {since:%d/%m/%Y}: xin cấp chứng thư mới. Chưa có gì được ký.",
        f"The certificate of {name} was revoked on {since:%d/%m/%Y}: ask for a new one. Nothing has been signed.",
    )


@without_loop
def revoked_since(certificate: x509.Certificate, trust: Trust, at: datetime) -> datetime | None:
    """Since when a certificate is revoked, by the lists at hand; None where they say nothing of it."""
    try:
        _validated(certificate, trust, Evidence(), at, strict=True)
    except RevokedError as error:
        since: datetime = error.revocation_dt
        return since
    except (PathBuildingError, PathValidationError, InvalidCertificateError, InsufficientRevinfoError):
        return None
    return None


def usable(certificate: x509.Certificate) -> bool:
    """Whether a certificate may sign documents: no word of key usage, or signing, and no authority's."""
    usage = certificate.key_usage_value
    return not certificate.ca and (usage is None or bool(_SIGNING & set(usage.native)))


def name_of(name: x509.Name) -> str:
    """Who a certificate names: the common name, with the organisation where there is one."""
    parts = name.native
    common, organisation = (_first(parts.get(key)) for key in ("common_name", "organization_name"))
    told = [one for one in (common, organisation) if one]
    return ", ".join(dict.fromkeys(told)) or str(name.human_friendly)


def _first(value: Any) -> str:
    return str(value[0] if isinstance(value, list) else value or "")


def _stray(certificates: Iterable[x509.Certificate], trust: Trust) -> list[x509.Certificate]:
    """Certificates that were sent along and that nobody at hand issued: nothing protects what they say."""
    sent = {one.dump(): one for one in certificates}
    known = [*sent.values(), *trust.roots, *trust.others]
    return [one for one in sent.values() if not any(_issued(one, by) for by in known)]


def _issued(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    if certificate.issuer != issuer.subject:
        return False
    try:
        pyca.load_der_x509_certificate(certificate.dump()).verify_directly_issued_by(
            pyca.load_der_x509_certificate(issuer.dump())
        )
    except (InvalidSignature, ValueError, TypeError):
        return False
    return True


def strength(told: Signature, digest: str, mechanism: str, certificate: x509.Certificate | None = None) -> None:
    """How strong digest, algorithm and key are, as far as they are known: forbidden, weak or strong."""
    key = certificate.public_key if certificate is not None else None
    bits = key.bit_size if key is not None and key.algorithm in ("rsa", "dsa", "rsassa_pss") else 0
    told.algorithm = f"{mechanism}, {digest}" + (f", {bits} bit" if bits else "")
    if digest in _FORBIDDEN or (bits and bits < 1024):
        told.strength = "forbidden"
        told.add("forbidden-algorithm", algorithm=told.algorithm)
    elif digest in _WEAK or (certificate is not None and certificate.hash_algo in _WEAK) or 0 < bits < 2048:
        told.strength = "weak"
        told.add("weak", algorithm=told.algorithm)
