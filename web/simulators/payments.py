"""A payment gateway to try things with: it takes no money, and misbehaves on demand.

It keeps what it was asked in memory, shows a page with two buttons, signs as the portal does, and calls back.
"""

from __future__ import annotations

import hmac
import html
import json
import threading
import time
import urllib.request
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from engine.calendar import VIETNAM
from procedures.payments import FAILED, PAID, RETURNED, signature

#: How it may misbehave.  fail: no payment succeeds.  twice: each call comes two times at once.  late: the call comes
#: after the citizen has gone back.  wrong: it says another amount.  never: it takes the money and calls nobody.
FAULTS = ("none", "fail", "twice", "late", "wrong", "never")
TRIES = (0, 1, 3)  # seconds before each try of a call that the portal does not take


@dataclass(slots=True)
class Gateway:
    """What the gateway knows: its payments by id, and how it misbehaves now."""

    secret: str
    fault: str = "none"
    late: float = 3.0
    payments: dict[str, dict[str, Any]] = field(default_factory=dict)
    calls: list[tuple[str, int]] = field(default_factory=list)

    def pay(self, said: Mapping[str, str], paid: bool) -> None:
        """The citizen has pressed a button: it is so from now on, and the portal is told."""
        state = PAID if paid and self.fault != "fail" else FAILED
        amount = int(said["amount"]) + (1000 if self.fault == "wrong" and state == PAID else 0)
        one = {
            "id": said["id"],
            "code": said["code"],
            "amount": amount,
            "state": state,
            "reference": uuid.uuid4().hex[:12],
            "at": datetime.now(VIETNAM).isoformat(),
        }
        known = self.payments.setdefault(said["id"], one)
        if known["state"] == FAILED and state == PAID:
            known.update(one)
        body = json.dumps({name: known[name] for name in ("id", "code", "amount", "state", "reference")}).encode()
        if self.fault == "never":
            return
        for _call in range(2 if self.fault == "twice" else 1):
            wait = self.late if self.fault == "late" else 0.0
            caller = threading.Thread(target=self._tell, args=(said["callback"], body, wait), daemon=True)
            caller.start()
            if self.fault not in ("late", "twice"):
                caller.join(10)

    def _tell(self, address: str, body: bytes, wait: float) -> None:
        time.sleep(wait)
        head = {"Content-Type": "application/json", "X-Signature": signature(self.secret, body)}
        for pause in TRIES:
            time.sleep(pause)
            try:
                with urllib.request.urlopen(urllib.request.Request(address, body, head), timeout=10) as answer:
                    self.calls.append((address, answer.status))
                    return
            except OSError as error:
                self.calls.append((address, int(getattr(error, "code", 0))))


class Handler(BaseHTTPRequestHandler):
    """Its pages and calls."""

    gateway: Gateway

    def do_GET(self) -> None:
        """The page where one pays; what became of a payment; the payments of a day."""
        parts = urlsplit(self.path)
        if parts.path == "/pay":
            self._page(parts.query)
        elif parts.path.startswith("/api/payments"):
            self._listed(parts.path, dict(parse_qsl(parts.query)))
        else:
            self._send(404, b"")

    def do_POST(self) -> None:
        """A button was pressed; money is to be given back; the fault is switched."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.path.startswith("/pay?"):
            said = self._signed(urlsplit(self.path).query)
            if said is None:
                self._send(403, b"signature")
                return
            self.gateway.pay(said, paid=b"paid=1" in body)
            self.send_response(303)
            self.send_header("Location", said["return"])
            self.end_headers()
        elif self.path == "/api/refunds":
            self._refund(body)
        elif self.path == "/fault" and body.decode() in FAULTS:
            self.gateway.fault = body.decode()
            self._send(204, b"")
        else:
            self._send(404, b"")

    def log_message(self, *_: Any) -> None:
        """Says nothing: who runs it looks at the portal."""

    def _signed(self, query: str) -> dict[str, str] | None:
        text, _, mark = query.rpartition("&signature=")
        good = hmac.compare_digest(signature(self.gateway.secret, text.encode()), mark)
        return dict(parse_qsl(text)) if good else None

    def _page(self, query: str) -> None:
        said = self._signed(query)
        if said is None:
            self._send(403, b"signature")
            return
        amount = f"{int(said['amount']):,}".replace(",", ".")
        self._send(
            200,
            f"""<!doctype html><html lang="vi"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Cổng thanh toán mô phỏng</title><h1>Cổng thanh toán mô phỏng</h1>
<p>Hồ sơ {html.escape(said["code"])}: <strong>{amount} đồng</strong>. Không có tiền thật nào được chuyển.</p>
<form method="post" action="/pay?{html.escape(query)}"><button name="paid" value="1">Thanh toán</button>
<button name="paid" value="0">Hủy</button></form></html>""".encode(),
            "text/html; charset=utf-8",
        )

    def _listed(self, path: str, asked: Mapping[str, str]) -> None:
        if not hmac.compare_digest(
            signature(self.gateway.secret, self.path.encode()), self.headers.get("X-Signature", "")
        ):
            self._send(403, b"signature")
            return
        id = path.removeprefix("/api/payments").strip("/")
        known = self.gateway.payments
        if id and id not in known:
            self._send(404, b"")
            return
        found: Any = known[id] if id else [one for one in known.values() if one["at"].startswith(asked.get("day", ""))]
        self._answer(found)

    def _refund(self, body: bytes) -> None:
        if not hmac.compare_digest(signature(self.gateway.secret, body), self.headers.get("X-Signature", "")):
            self._send(403, b"signature")
            return
        one = self.gateway.payments.get(json.loads(body)["id"])
        if one is None or one["state"] not in (PAID, RETURNED):
            self._send(404, b"")
            return
        one["state"] = RETURNED  # once, however often it is asked for
        self._answer({"id": one["id"], "state": RETURNED})

    def _answer(self, value: Any) -> None:
        body = json.dumps(value).encode()
        self._send(200, body, "application/json", {"X-Signature": signature(self.gateway.secret, body)})

    def _send(self, status: int, body: bytes, kind: str = "text/plain", more: Mapping[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **(more or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


def serve(secret: str, port: int = 0, fault: str = "none", late: float = 3.0) -> tuple[ThreadingHTTPServer, Gateway]:
    """A gateway on that port (0: any that is free), not yet running: `serve_forever` on the first."""
    gateway = Gateway(secret, fault, late)
    handler = type("Bound", (Handler,), {"gateway": gateway})
    return ThreadingHTTPServer(("127.0.0.1", port), handler), gateway


__all__ = ["FAULTS", "Gateway", "serve"]
