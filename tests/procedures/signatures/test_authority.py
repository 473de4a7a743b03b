"""The test authority over HTTP: its lists, its answers, its timestamps."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from asn1crypto import algos, tsp
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from procedures.signatures.authority import Authority, Issued
from procedures.signatures.authority_server import made
from tests.serving import serving


@pytest.fixture
def address(authority: Authority) -> Iterator[str]:
    server = made(authority, 0)
    with serving(server) as address:
        yield address


def fetched(address: str, body: bytes | None = None) -> bytes:
    with urllib.request.urlopen(address, body, timeout=10) as answer:
        return bytes(answer.read())


def test_lists_answers_and_timestamps(address: str, authority: Authority, leader: Issued) -> None:
    revoked = authority.issue("Bị Thu Hồi", key=leader.key).certificate
    authority.revoke(revoked)
    listed = x509.load_der_x509_crl(fetched(f"{address}/ca.crl"))
    assert listed.get_revoked_certificate_by_serial_number(revoked.serial_number) is not None
    for certificate, status in ((leader.certificate, "GOOD"), (revoked, "REVOKED")):
        asked = ocsp.OCSPRequestBuilder().add_certificate(certificate, authority.issuer.certificate, hashes.SHA256())
        answer = fetched(f"{address}/ocsp", asked.build().public_bytes(Encoding.DER))
        assert ocsp.load_der_ocsp_response(answer).certificate_status.name == status
    imprint = tsp.MessageImprint(
        {"hash_algorithm": algos.DigestAlgorithm({"algorithm": "sha256"}), "hashed_message": b"\1" * 32}
    )
    request = tsp.TimeStampReq({"version": 1, "message_imprint": imprint, "nonce": 7, "cert_req": True})
    answer = tsp.TimeStampResp.load(fetched(f"{address}/tsa", request.dump()))
    info = answer["time_stamp_token"]["content"]["encap_content_info"]["content"].parsed
    assert info["nonce"].native == 7 and abs((info["gen_time"].native - datetime.now(UTC)).total_seconds()) < 60
    for path, body in (("/khong-co", None), ("/tsa", b"hong")):
        with pytest.raises(urllib.error.HTTPError):
            fetched(f"{address}{path}", body)
