"""What the simulators of connected systems share: a small server that answers by JSON or XML, marks every answer as a
test's, and misbehaves by a switch (`POST /fault`, or `fault` of what it knows)."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

#: down: it says that it cannot.  late: it answers after `late` seconds.  cut: half an answer, and the line is gone.
#: lost: it does what was asked, and the answer never comes.  wrong: an answer of another form.  huge: one that does not
#: end soon.  elsewhere: it sends the caller to another address.  slow: a byte now and then.
FAULTS = ("none", "down", "late", "cut", "lost", "wrong", "huge", "elsewhere", "slow")
MARK = {"X-Simulator": "Mot Cua test - khong co gia tri phap ly"}
HUGE = 64 * 1024 * 1024


@dataclass(slots=True, kw_only=True)
class Known:
    """What a simulator knows of itself: how it misbehaves now, and how often; its calls as (operation, status)."""

    fault: str = "none"
    late: float = 3.0
    calls: list[tuple[str, int]] = field(default_factory=list)


class Handler(BaseHTTPRequestHandler):
    """Calls come to `answer`, whose (status, body, type) goes out as the fault has it."""

    known: Known
    disable_nagle_algorithm = True  # head and body are two small writes

    def answer(self, path: str, body: bytes) -> tuple[int, bytes, str]:
        """What it answers to a call."""
        raise NotImplementedError

    def do_GET(self) -> None:
        """A call without a body."""
        self._do()

    def do_POST(self) -> None:
        """A call, or the switch of the fault."""
        self._do()

    def log_message(self, *_: Any) -> None:
        """Says nothing."""

    def _do(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.path == "/fault":
            said = body.decode(errors="replace")
            if said in FAULTS:
                self.known.fault = said
            self._send(204 if said in FAULTS else 400, b"", "text/plain")
            return
        fault = self.known.fault
        if fault == "down":
            self._send(503, b"down", "text/plain")
            return
        if fault == "elsewhere":
            self._send(302, b"", "text/plain", {"Location": "http://127.0.0.1:9/"})
            return
        if fault == "late":
            time.sleep(self.known.late)
        status, said_body, kind = self.answer(self.path, body)
        if fault == "wrong":
            said_body = b"<html>503</html>"
        elif fault == "lost":
            self.close_connection = True
            return
        elif fault in ("cut", "huge", "slow"):
            self._badly(status, said_body, kind, fault)
            return
        self._send(status, said_body, kind)

    def _badly(self, status: int, body: bytes, kind: str, fault: str) -> None:
        length = HUGE if fault == "huge" else len(body)
        self._head(status, kind, length)
        self.close_connection = True
        try:
            if fault == "cut":
                self.wfile.write(body[: len(body) // 2])
            elif fault == "huge":
                for _piece in range(HUGE // 65536):
                    self.wfile.write(b" " * 65536)
            else:
                for at in range(len(body)):
                    self.wfile.write(body[at : at + 1])
                    self.wfile.flush()
                    time.sleep(0.2)
        except OSError:
            return  # who called has had enough

    def _head(self, status: int, kind: str, length: int) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(length), **MARK}.items():
            self.send_header(name, value)
        self.end_headers()

    def _send(self, status: int, body: bytes, kind: str, more: dict[str, str] | None = None) -> None:
        self.known.calls.append((self.path.partition("?")[0], status))
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **MARK, **(more or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


def as_json(value: Any, status: int = 200) -> tuple[int, bytes, str]:
    """An answer in JSON."""
    return status, json.dumps(value, ensure_ascii=False).encode(), "application/json"


def bound(handler: type[Handler], known: Known, port: int) -> ThreadingHTTPServer:
    """A server on that port (0: any that is free), not yet running: `serve_forever`."""
    server = ThreadingHTTPServer(("127.0.0.1", port), type("Bound", (handler,), {"known": known}))
    server.daemon_threads = True
    return server
