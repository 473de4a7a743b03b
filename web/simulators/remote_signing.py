"""A remote signing service to try things with (Cloud Signature Consortium API v2 and v1): its keys are those of a test
authority, its second device is a page with two buttons. Nothing that it signs has any value."""

from __future__ import annotations

import base64
import html
import json
import secrets
from dataclasses import dataclass, field
from http.server import ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

from procedures.signatures.authority import Issued
from procedures.signatures.csc import mark_of
from web.simulators.faulty import Handler, Known, as_json, bound

_RSA = "1.2.840.113549.1.1.11"


@dataclass(slots=True)
class Asked:
    """Hashes whose owner is asked to confirm them. state: waits | yes | no | used."""

    hashes: list[str]
    about: str
    state: str = "waits"
    sad: str = field(default_factory=lambda: secrets.token_urlsafe(24))


@dataclass(slots=True, kw_only=True)
class Service(Known):
    """What it knows. credentials: key by id. chain: certificates of the authority, DER. code: what a person types where
    they confirm by a code; empty: on the second device. most: signatures by one confirmation. fault: `hash` (it signs
    something else) and `expires` (nobody is waited for), too."""

    credentials: dict[str, Issued]
    chain: list[bytes] = field(default_factory=list)
    token: str = ""
    code: str = ""
    most: int = 100
    asked: dict[str, Asked] = field(default_factory=dict)


class _Calls(Handler):
    known: Service

    def answer(self, path: str, body: bytes) -> tuple[int, bytes, str]:
        if path == "/phone":
            return self._phone()
        if path.startswith("/phone/"):
            return self._pressed(path.removeprefix("/phone/"), body)
        call = path.removeprefix("/csc/v2/").removeprefix("/csc/v1/")
        if self.known.token and self.headers.get("Authorization") != f"Bearer {self.known.token}":
            return _error("invalid_token", 401)
        try:
            said = json.loads(body or b"{}")
            return self._called(call, said)
        except (KeyError, ValueError, TypeError):
            return _error("invalid_request")

    def _called(self, call: str, said: dict[str, Any]) -> tuple[int, bytes, str]:
        known = self.known
        if call == "credentials/list":
            return as_json({"credentialIDs": sorted(known.credentials)})
        if call == "credentials/authorizeCheck":
            return self._checked(said["handle"])
        issued = known.credentials[said["credentialID"]]
        if call == "credentials/info":
            certificates = [issued.asn1.dump(), *known.chain]
            return as_json(
                {
                    "key": {"status": "enabled", "algo": [_RSA], "len": issued.key.key_size},
                    "cert": {
                        "status": "valid",
                        "certificates": [base64.b64encode(one).decode() for one in certificates],
                    },
                    "multisign": known.most,
                    "SCAL": "2",
                }
            )
        wanted = list(said.get("hashes") or said["hash"])
        if call == "credentials/authorize":
            return self._authorised(said, wanted)
        if call == "signatures/signHash":
            return self._signed(issued, said["SAD"], wanted)
        return _error("invalid_request", 404)

    def _authorised(self, said: dict[str, Any], wanted: list[str]) -> tuple[int, bytes, str]:
        known, handle = self.known, secrets.token_urlsafe(12)
        one = known.asked[handle] = Asked(wanted, str(said.get("description", ""))[:200])
        if not known.code:
            return as_json({"handle": handle, "expiresIn": 300}, 202)
        typed = said.get("OTP") or next((each["value"] for each in said.get("authData", [])), "")
        if typed != known.code:
            del known.asked[handle]
            return _error("invalid_otp")
        one.state = "yes"
        return as_json({"SAD": one.sad, "expiresIn": 300})

    def _checked(self, handle: str) -> tuple[int, bytes, str]:
        one = self.known.asked[handle]
        if self.known.fault == "expires":
            return _error("expired_token")
        if one.state == "no":
            return _error("access_denied")
        if one.state == "waits":
            return as_json({"handle": handle, "expiresIn": 300}, 202)
        return as_json({"SAD": one.sad, "expiresIn": 300})

    def _signed(self, issued: Issued, sad: str, wanted: list[str]) -> tuple[int, bytes, str]:
        one = next((each for each in self.known.asked.values() if secrets.compare_digest(each.sad, sad)), None)
        if one is None or one.state != "yes" or one.hashes != wanted:
            return _error("invalid_request")  # only what was confirmed, and once
        one.state = "used"
        digests = [base64.b64decode(each) for each in wanted]
        if self.known.fault == "hash":
            digests = [bytes(32) for _each in digests]
        made = [issued.key.sign(each, padding.PKCS1v15(), Prehashed(hashes.SHA256())) for each in digests]
        return as_json({"signatures": [base64.b64encode(each).decode() for each in made]})

    def _phone(self) -> tuple[int, bytes, str]:
        """The second device."""
        waiting = "".join(
            f'<form method="post" action="/phone/{html.escape(handle)}"><p>{html.escape(one.about)}. Mã đối chiếu: '
            f'<strong>{mark_of(one.hashes)}</strong></p><button name="y" value="1">Xác nhận ký</button> '
            f'<button name="y" value="0">Từ chối</button></form>'
            for handle, one in self.known.asked.items()
            if one.state == "waits"
        )
        page = f"""<!doctype html><html lang="vi"><meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Ký số trên điện thoại (mô phỏng)</title><h1>Ký số trên điện thoại (mô phỏng)</h1>
<p>Không chữ ký nào ở đây có giá trị pháp lý.</p>{waiting or "<p>Không có yêu cầu nào đang chờ.</p>"}</html>"""
        return 200, page.encode(), "text/html; charset=utf-8"

    def _pressed(self, handle: str, body: bytes) -> tuple[int, bytes, str]:
        one = self.known.asked.get(handle)
        if one is not None and one.state == "waits":
            one.state = "yes" if parse_qs(body.decode(errors="replace")).get("y") == ["1"] else "no"
        return self._phone()


def _error(name: str, status: int = 400) -> tuple[int, bytes, str]:
    return as_json({"error": name, "error_description": name}, status)


def serve(service: Service, port: int = 0) -> ThreadingHTTPServer:
    """A service on that port (0: any that is free), not yet running: `serve_forever`."""
    return bound(_Calls, service, port)
