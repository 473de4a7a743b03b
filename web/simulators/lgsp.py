"""A service bus (LGSP) to try things with: OAuth2 client credentials, and services that keep what they are sent."""

from __future__ import annotations

import base64
import json
import secrets
from dataclasses import dataclass, field
from http.server import ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote

from web.simulators.faulty import Handler, Known, as_json, bound

SERVICES = ("/Statistic", "/Vote", "/Document/SyncDocument")


@dataclass(slots=True, kw_only=True)
class Bus(Known):
    """What it knows. tokens: those that are good. kept: what each service was sent, by its Idempotency-Key."""

    client_id: str
    client_secret: str
    tokens: set[str] = field(default_factory=set)
    kept: dict[str, dict[str, Any]] = field(default_factory=lambda: {path: {} for path in SERVICES})

    def token(self, authorization: str, form: dict[str, list[str]]) -> tuple[int, bytes, str]:
        """A token for who has the secret."""
        kind, _, pair = authorization.partition(" ")
        known = [unquote(one) for one in base64.b64decode(pair).decode().split(":", 1)] if kind == "Basic" else []
        if known != [self.client_id, self.client_secret] or form.get("grant_type") != ["client_credentials"]:
            return as_json({"error": "invalid_client"}, 401)
        made = secrets.token_urlsafe(16)
        self.tokens.add(made)
        return as_json({"access_token": made, "token_type": "Bearer", "expires_in": 3600})


class _Handler(Handler):
    known: Bus

    def answer(self, path: str, body: bytes) -> tuple[int, bytes, str]:
        said = self.headers.get("Authorization", "")
        if path == "/token":
            return self.known.token(said, parse_qs(body.decode()))
        if path not in SERVICES:
            return as_json({"error": "path"}, 404)
        if said.removeprefix("Bearer ") not in self.known.tokens:
            return as_json({"error": "invalid_token"}, 401)
        self.known.kept[path][self.headers.get("Idempotency-Key", "")] = json.loads(body)
        return as_json({"status": "ok"})


def serve(client_id: str, client_secret: str, port: int = 0, fault: str = "none") -> tuple[ThreadingHTTPServer, Bus]:
    """A bus on that port (0: any that is free), not yet running: `serve_forever` on the first."""
    bus = Bus(client_id=client_id, client_secret=client_secret, fault=fault)
    return bound(_Handler, bus, port), bus
