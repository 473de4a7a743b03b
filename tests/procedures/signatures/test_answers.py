"""Answers about revocation (OCSP) are believed by whatever their authority signs with, and by nothing else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from asn1crypto import algos
from asn1crypto import ocsp as asn1_ocsp
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.x509 import ocsp
from cryptography.x509.oid import NameOID

from procedures.signatures import fetching

NOW = datetime(2026, 7, 27, 9, 0, tzinfo=UTC)
KEYS = {
    "rsa": lambda: rsa.generate_private_key(65537, 2048),
    "rsa-pss": lambda: rsa.generate_private_key(65537, 2048),
    "ec": lambda: ec.generate_private_key(ec.SECP256R1()),
    "ed25519": ed25519.Ed25519PrivateKey.generate,
}


def issued(name: str, key: Any, issuer: x509.Certificate | None, by: Any) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer.subject if issuer else subject)
    made = made.public_key(key.public_key()).serial_number(x509.random_serial_number())
    made = made.not_valid_before(NOW - timedelta(days=1)).not_valid_after(NOW + timedelta(days=90))
    return made.sign(by, None if isinstance(by, ed25519.Ed25519PrivateKey) else hashes.SHA256())


def answer(kind: str, key: Any, one: x509.Certificate, issuer: x509.Certificate) -> bytes:
    made = ocsp.OCSPResponseBuilder().add_response(
        one, issuer, hashes.SHA1(), ocsp.OCSPCertStatus.GOOD, NOW, NOW + timedelta(hours=6), None, None
    )
    made = made.responder_id(ocsp.OCSPResponderEncoding.HASH, issuer)
    body = made.sign(key, None if kind == "ed25519" else hashes.SHA256()).public_bytes(serialization.Encoding.DER)
    if kind != "rsa-pss":
        return body
    told = asn1_ocsp.OCSPResponse.load(body)  # the library signs by PKCS#1 alone
    basic = told.basic_ocsp_response
    way = {"hash_algorithm": {"algorithm": "sha256"}, "salt_length": 32}
    way["mask_gen_algorithm"] = {"algorithm": "mgf1", "parameters": {"algorithm": "sha256"}}
    basic["signature_algorithm"] = algos.SignedDigestAlgorithm({"algorithm": "rsassa_pss", "parameters": way})
    pss = padding.PSS(padding.MGF1(hashes.SHA256()), 32)
    basic["signature"] = key.sign(basic["tbs_response_data"].dump(), pss, hashes.SHA256())
    told["response_bytes"]["response"] = basic
    return told.dump(force=True)


@pytest.mark.parametrize("kind", KEYS)
def test_an_answer_is_believed_by_its_authoritys_key_alone(kind: str) -> None:
    authority, stranger, own = KEYS[kind](), KEYS[kind](), KEYS["ec"]()
    issuer = issued("Cơ quan chứng thực", authority, None, authority)
    one = issued("Nguyễn Văn An", own, issuer, authority)
    assert fetching._said(answer(kind, authority, one, issuer), one, issuer, NOW) is not None
    other = issued("Cơ quan chứng thực", stranger, None, stranger)
    assert fetching._said(answer(kind, stranger, one, other), one, issuer, NOW) is None
    body = bytearray(answer(kind, authority, one, issuer))
    body[-1] ^= 1
    assert fetching._said(bytes(body), one, issuer, NOW) is None
