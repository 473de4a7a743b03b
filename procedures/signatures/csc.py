"""Remote signing by the API of the Cloud Signature Consortium (v1.0.4 and v2): the key lies with a trust service, its
owner confirms on another device, or by a code that they type.

`credentials/list`, `credentials/info`, `credentials/authorize` (answered at once, or by a handle that
`credentials/authorizeCheck` asks about), `signatures/signHash`. What is authorised are the hashes of just these papers;
a signature that does not fit them and the certificate is thrown away. Only the address of the configuration is called,
by TLS outside this host; answers are bounded in time and size, and nobody is followed elsewhere.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from asn1crypto import cms, x509
from cryptography import x509 as pyca
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers.pdf_cms import ExternalSigner
from pyhanko_certvalidator.registry import SimpleCertificateStore

from engine.refusal import Refusal
from procedures.signatures.outgoing import Unanswered, fetched

#: Seconds that a person has to confirm, and between two looks.
PATIENCE, PAUSE = 300.0, 1.0
LONGEST = 4 * 1024 * 1024
_SHA256 = "2.16.840.1.101.3.4.2.1"
_ALGORITHMS = {"rsa": ("1.2.840.113549.1.1.11", "1.2.840.113549.1.1.1"), "ec": ("1.2.840.10045.4.3.2",)}
#: Errors by which a service says that its user did not want it, or did not answer.
_DECLINED = frozenset({"access_denied", "authorization_denied", "user_declined", "user_canceled"})
_EXPIRED = frozenset({"expired", "expired_token", "authorization_expired", "timeout"})
#: What a refusal is about where the key itself cannot be had: what comes after it is not tried.
TOKEN = "token"
Told = Callable[[str, str], None]


def says_nothing(_vi: str, _en: str) -> None:
    """For who waits without a page."""


class _Said(Exception):
    """An error that the service names."""

    def __init__(self, error: str) -> None:
        super().__init__(error)
        self.error = error


@dataclass(frozen=True, slots=True)
class Service:
    """A person's credential at a service. row: `service`, `credential` (found by `credentials/list` where it is not
    named), `version`, `token_file` (of a bearer token), `confirm` (push | otp)."""

    row: Mapping[str, str]

    def ask(self, call: str, body: Mapping[str, Any]) -> tuple[int, dict[str, Any]]:
        """Status and answer of a call. Raises `_Said` for an error that the service names, and a Refusal where it is
        away or does not speak the API."""
        head = {"Content-Type": "application/json", "Accept": "application/json"}
        address = f"{self.row['service'].rstrip('/')}/csc/{self.row.get('version', 'v2')}/{call}"
        try:
            if self.row.get("token_file"):
                head["Authorization"] = f"Bearer {Path(self.row['token_file']).read_text('utf-8').strip()}"
            status, text = fetched(address, json.dumps(body).encode(), head, longest=LONGEST)
            answer = json.loads(text)
        except (Unanswered, OSError, ValueError, RecursionError) as error:
            raise away() from error
        if not isinstance(answer, dict):
            raise away()
        if status >= 400:
            raise _Said(str(answer.get("error") or status)[:80])
        return status, answer


@dataclass(frozen=True, slots=True)
class Credential:
    """What `credentials/info` says of a key. most: signatures by one confirmation."""

    id: str
    certificate: x509.Certificate
    chain: list[x509.Certificate]
    algorithm: str
    most: int


def credential(service: Service) -> Credential:
    """The person's key at the service. Refuses one that is not enabled, or signs by nothing that is known here."""
    try:
        id = service.row.get("credential") or _only(service)
        _status, told = service.ask("credentials/info", {"credentialID": id, "certificates": "chain", "certInfo": True})
        bodies = [base64.b64decode(one, validate=True) for one in told["cert"]["certificates"]]
        chain = [x509.Certificate.load(one, strict=True) for one in bodies]
        kind, offered = chain[0].public_key.algorithm, list(told["key"]["algo"])
        status = (str(told["key"].get("status", "enabled")), str(told["cert"].get("status", "valid")))
        most = int(told.get("multisign", 1))
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        raise away() from error
    except _Said as said:
        raise _said(said) from None
    algorithm = next((one for one in _ALGORITHMS.get(kind, ()) if one in offered), "")
    if status != ("enabled", "valid") or not algorithm:
        raise Refusal(
            "Chứng thư ký từ xa của bạn đang bị khóa hoặc chưa dùng được: liên hệ nhà cung cấp. Chưa có gì được ký.",
            "Your certificate for remote signing is locked or not usable yet: ask its provider. Nothing has been "
            "signed.",
            TOKEN,
        )
    return Credential(id, chain[0], chain[1:], algorithm, max(1, min(most, 100)))


def _only(service: Service) -> str:
    _status, told = service.ask("credentials/list", {"maxResults": 2})
    (id,) = told["credentialIDs"]
    return str(id)


@dataclass(slots=True)
class Prepared:
    """A paper as far as it can be made without the key."""

    tbs: bytes
    digest: Any
    output: io.BytesIO
    attributes: cms.CMSAttributes

    @property
    def hash(self) -> str:
        return base64.b64encode(hashlib.sha256(self.tbs).digest()).decode()


@dataclass(slots=True)
class Remote:
    """A person's pen at a service. prepare: makes a paper ready, with a signer that signs nothing; finish: puts a
    signature in. code: what the person typed, where the service wants one."""

    service: Service
    key: Credential
    code: str
    told: Told
    prepare: Callable[[bytes, ExternalSigner], Prepared]
    finish: Callable[[Prepared, ExternalSigner], bytes]

    @property
    def most(self) -> int:
        return self.key.most

    def sign(self, bodies: Sequence[bytes]) -> list[bytes | Refusal]:
        """All of them by one confirmation, or why not."""
        ready: list[Prepared | Refusal] = [self._prepared(body) for body in bodies]
        papers = [one for one in ready if isinstance(one, Prepared)]
        try:
            made = iter(self._signatures(papers) if papers else ())
        except Refusal as refusal:
            return [one if isinstance(one, Refusal) else refusal for one in ready]
        return [one if isinstance(one, Refusal) else self._finished(one, next(made)) for one in ready]

    def _prepared(self, body: bytes) -> Prepared | Refusal:
        try:
            return self.prepare(body, self._signer())
        except Refusal as refusal:
            return refusal

    def _finished(self, paper: Prepared, signature: bytes) -> bytes | Refusal:
        if not fits(self.key.certificate, signature, paper.tbs):
            return Refusal(
                "Dịch vụ ký số trả về chữ ký không khớp với văn bản đã gửi: bỏ chữ ký này, chưa có gì được ký.",
                "The signing service answered with a signature that does not fit the paper: it is thrown away and "
                "nothing has been signed.",
            )
        try:
            return self.finish(paper, self._signer(signature))
        except SigningError as error:
            raise away() from error

    def _signer(self, signature: bytes | None = None) -> ExternalSigner:
        store = SimpleCertificateStore()
        store.register_multiple([self.key.certificate, *self.key.chain])
        return ExternalSigner(self.key.certificate, store, signature or 512)

    def _signatures(self, papers: Sequence[Prepared]) -> list[bytes]:
        wanted = [one.hash for one in papers]
        sad = self._authorised(wanted)
        old = self.service.row.get("version", "v2") == "v1"
        body = {
            "credentialID": self.key.id,
            "SAD": sad,
            ("hash" if old else "hashes"): wanted,
            ("hashAlgo" if old else "hashAlgorithmOID"): _SHA256,
            "signAlgo": self.key.algorithm,
        }
        try:
            _status, told = self.service.ask("signatures/signHash", body)
            made = [base64.b64decode(one, validate=True) for one in told["signatures"]]
        except (KeyError, TypeError, ValueError) as error:
            raise away() from error
        except _Said as said:
            raise _said(said) from None
        if len(made) != len(wanted):
            raise away()
        return made

    def _authorised(self, wanted: list[str]) -> str:
        """What activates the key for these hashes, once its owner has confirmed."""
        old = self.service.row.get("version", "v2") == "v1"
        body: dict[str, Any] = {
            "credentialID": self.key.id,
            "numSignatures": len(wanted),
            ("hash" if old else "hashes"): wanted,
            "description": f"Một Cửa: {len(wanted)} văn bản",
        }
        if not old:
            body["hashAlgorithmOID"] = _SHA256
        if self.service.row.get("confirm") == "otp":
            body |= {"OTP": self.code} if old else {"authData": [{"id": "otp", "value": self.code}]}
        until = time.monotonic() + PATIENCE
        try:
            status, told = self.service.ask("credentials/authorize", body)
            while status == 202:
                if time.monotonic() > until:
                    raise _late()
                mark = f" Mã đối chiếu: {mark_of(wanted)}."
                self.told(
                    f"Mở ứng dụng ký số trên điện thoại và xác nhận {len(wanted)} văn bản.{mark}",
                    f"Open the signing application on your telephone and confirm {len(wanted)} papers. Code to "
                    f"compare: {mark_of(wanted)}.",
                )
                time.sleep(PAUSE)
                status, told = self.service.ask("credentials/authorizeCheck", {"handle": told["handle"]})
            self.told("", "")
            return str(told["SAD"])
        except KeyError as error:
            raise away() from error
        except _Said as said:
            raise _said(said) from None


def mark_of(hashes_: Sequence[str]) -> str:
    """What both screens show, so that nobody confirms another's papers: six digits of all the hashes."""
    return f"{int.from_bytes(hashlib.sha256(''.join(hashes_).encode()).digest()[:8]) % 1_000_000:06d}"


def fits(certificate: x509.Certificate, signature: bytes, tbs: bytes) -> bool:
    """Whether a signature is by the certificate's key over just this."""
    key = pyca.load_der_x509_certificate(certificate.dump()).public_key()
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, tbs, padding.PKCS1v15(), hashes.SHA256())
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, tbs, ec.ECDSA(hashes.SHA256()))
        else:
            return False
    except InvalidSignature:
        return False
    return True


def away() -> Refusal:
    """The service does not answer, or not as the API has it."""
    return Refusal(
        "Dịch vụ ký số từ xa không trả lời đúng: chưa có gì được ký. Thử lại sau ít phút.",
        "The remote signing service does not answer as it should: nothing has been signed. Try again in some minutes.",
        TOKEN,
    )


def _late() -> Refusal:
    return Refusal(
        "Quá thời gian chờ xác nhận trên điện thoại: chưa có gì được ký.",
        "Nobody confirmed on the telephone in time: nothing has been signed.",
        TOKEN,
    )


def _said(said: _Said) -> Refusal:
    """An error of the service, in words."""
    if said.error in _DECLINED:
        return Refusal(
            "Yêu cầu ký đã bị từ chối trên điện thoại: chưa có gì được ký.",
            "It was declined on the telephone: nothing has been signed.",
            TOKEN,
        )
    if said.error in _EXPIRED:
        return _late()
    if said.error in ("invalid_otp", "invalid_pin"):
        return Refusal(
            "Mã xác thực không đúng hoặc đã hết hạn: chưa có gì được ký.",
            "The code is wrong or too old: nothing has been signed.",
            "pin",
        )
    return Refusal(
        f"Dịch vụ ký số từ xa không nhận yêu cầu ({said.error}): chưa có gì được ký.",
        f"The remote signing service does not take it ({said.error}): nothing has been signed.",
        TOKEN,
    )
