"""A receiver of webhooks to try things with: it believes what is signed, and keeps each delivery once."""

from __future__ import annotations

import hmac
import json
from dataclasses import dataclass, field
from http.server import ThreadingHTTPServer
from typing import Any

from procedures.exchange.connectors.webhooks import signature
from web.simulators.faulty import Handler, Known, as_json, bound


@dataclass(slots=True, kw_only=True)
class Receiver(Known):
    """kept: deliveries by their id. times: how often each came."""

    secret: str
    kept: dict[str, dict[str, Any]] = field(default_factory=dict)
    times: dict[str, int] = field(default_factory=dict)


class _Handler(Handler):
    known: Receiver

    def answer(self, path: str, body: bytes) -> tuple[int, bytes, str]:
        timestamp = self.headers.get("X-Motcua-Timestamp", "")
        good = f"sha256={signature(self.known.secret, timestamp, body)}"
        if not hmac.compare_digest(good, self.headers.get("X-Motcua-Signature", "")):
            return as_json({"error": "signature"}, 403)
        id = self.headers["X-Motcua-Delivery"]
        self.known.kept[id] = json.loads(body)
        self.known.times[id] = self.known.times.get(id, 0) + 1
        return as_json({"status": "ok"})


def serve(secret: str, port: int = 0, fault: str = "none") -> tuple[ThreadingHTTPServer, Receiver]:
    """A receiver on that port (0: any that is free), not yet running: `serve_forever` on the first."""
    receiver = Receiver(secret=secret, fault=fault)
    return bound(_Handler, receiver, port), receiver
