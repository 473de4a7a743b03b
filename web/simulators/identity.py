"""An OpenID Connect provider to try things with: anybody may be one of its invented people.

Code flow with PKCE and nonce, tokens signed with RS256, under the claims of the national electronic identity.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import secrets
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

#: How it may misbehave: a token for another sign-in, for another client, by another key, or of yesterday.
FAULTS = ("none", "nonce", "audience", "key", "expired")
PEOPLE: tuple[dict[str, Any], ...] = (
    {
        "TechID": "tech-0001",
        "LoaiTaiKhoan": 1,
        "SoDinhDanh": "033190001234",
        "name": "Nguyễn Thị Thử",
        "phone_number": "0912345678",
        "address": {"formatted": "Thôn 1, xã Thử, tỉnh Hưng Yên"},
    },
    {
        "TechID": "tech-0002",
        "LoaiTaiKhoan": 2,
        "MaSoThue": "0900123456",
        "name": "Công ty TNHH Thử Nghiệm",
        "phone_number": "0912345679",
        "address": {"formatted": "Số 1 đường Thử, phường Phố Hiến, tỉnh Hưng Yên"},
    },
)


@dataclass(slots=True)
class Provider:
    """What the provider knows."""

    client_id: str
    client_secret: str
    fault: str = "none"
    issuer: str = ""
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": secrets.token_hex(4), "use": "sig"}))
    codes: dict[str, dict[str, Any]] = field(default_factory=dict)

    def token(self, asked: dict[str, Any]) -> str:
        """A token for a sign-in, as the fault has it."""
        now = int(time.time()) - (86400 if self.fault == "expired" else 0)
        claims = {
            **PEOPLE[asked["person"]],
            "iss": self.issuer,
            "sub": PEOPLE[asked["person"]]["TechID"],
            "aud": "another" if self.fault == "audience" else self.client_id,
            "nonce": "another" if self.fault == "nonce" else asked["nonce"],
            "iat": now,
            "exp": now + 300,
        }
        key = RSAKey.generate_key(2048) if self.fault == "key" else self.key
        return jwt.encode({"alg": "RS256", "kid": self.key.kid}, claims, key)


class Handler(BaseHTTPRequestHandler):
    """Its pages and calls."""

    provider: Provider

    def do_GET(self) -> None:
        """What it says of itself, its keys, and the page where one chooses who one is."""
        parts, here = urlsplit(self.path), self.provider.issuer
        if parts.path == "/.well-known/openid-configuration":
            self._json(
                {
                    "issuer": here,
                    "authorization_endpoint": f"{here}/authorize",
                    "token_endpoint": f"{here}/token",
                    "jwks_uri": f"{here}/jwks",
                    "response_types_supported": ["code"],
                    "subject_types_supported": ["public"],
                    "id_token_signing_alg_values_supported": ["RS256"],
                    "code_challenge_methods_supported": ["S256"],
                }
            )
        elif parts.path == "/jwks":
            self._json({"keys": [self.provider.key.as_dict(private=False)]})
        elif parts.path == "/authorize":
            self._choose(parts.query)
        else:
            self._send(404, b"")

    def do_POST(self) -> None:
        """Somebody was chosen; a code is changed into tokens."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        said = {name: values[0] for name, values in parse_qs(body).items()}
        parts = urlsplit(self.path)
        if parts.path == "/authorize":
            self._chosen({name: values[0] for name, values in parse_qs(parts.query).items()}, said)
        elif parts.path == "/token":
            self._tokens(said)
        else:
            self._send(404, b"")

    def log_message(self, *_: Any) -> None:
        """Says nothing."""

    def _choose(self, query: str) -> None:
        buttons = "".join(
            f'<p><button name="person" value="{number}">{html.escape(one["name"])}</button></p>'
            for number, one in enumerate(PEOPLE)
        )
        page = f"""<!doctype html><html lang="vi"><meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Định danh mô phỏng</title><h1>Định danh điện tử mô phỏng</h1><p>Bạn là ai?</p>
<form method="post" action="/authorize?{html.escape(query)}">{buttons}
<p><button name="person" value="">Không đăng nhập</button></p></form></html>"""
        self._send(200, page.encode(), "text/html; charset=utf-8")

    def _chosen(self, asked: dict[str, str], said: dict[str, str]) -> None:
        answer = {"state": asked.get("state", "")}
        if asked.get("client_id") != self.provider.client_id or not asked.get("redirect_uri"):
            self._send(400, b"client")
            return
        if said.get("person", "") == "":
            answer["error"] = "access_denied"
        else:
            code = secrets.token_urlsafe(24)
            self.provider.codes[code] = {**asked, "person": int(said["person"])}
            answer["code"] = code
        self.send_response(303)
        self.send_header("Location", f"{asked['redirect_uri']}?{urlencode(answer)}")
        self.end_headers()

    def _tokens(self, said: dict[str, str]) -> None:
        asked = self.provider.codes.pop(said.get("code", ""), None)
        kind, _, pair = self.headers.get("Authorization", "").partition(" ")
        client = [unquote(one) for one in base64.b64decode(pair).decode().split(":", 1)] if kind == "Basic" else []
        challenge = base64.urlsafe_b64encode(hashlib.sha256(said.get("code_verifier", "").encode()).digest())
        good = (
            asked is not None
            and client == [self.provider.client_id, self.provider.client_secret]
            and asked["code_challenge"] == challenge.rstrip(b"=").decode()
            and asked["redirect_uri"] == said.get("redirect_uri")
        )
        if asked is None or not good:
            self._send(400, b'{"error": "invalid_grant"}', "application/json")
            return
        self._json(
            {"access_token": secrets.token_urlsafe(16), "token_type": "Bearer", "id_token": self.provider.token(asked)}
        )

    def _json(self, value: Any) -> None:
        self._send(200, json.dumps(value).encode(), "application/json")

    def _send(self, status: int, body: bytes, kind: str = "text/plain") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def serve(client_id: str, client_secret: str, port: int = 0) -> tuple[ThreadingHTTPServer, Provider]:
    """A provider on that port (0: any that is free), not yet running: `serve_forever` on the first."""
    provider = Provider(client_id, client_secret)
    server = ThreadingHTTPServer(("127.0.0.1", port), type("Bound", (Handler,), {"provider": provider}))
    provider.issuer = f"http://127.0.0.1:{server.server_address[1]}"
    return server, provider
