"""The test authority over HTTP, on this host alone: revocation lists, OCSP (RFC 6960), timestamps (RFC 3161)."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from asn1crypto import tsp

from procedures.signatures.authority import Authority

_LONGEST = 64 * 1024


def made(authority: Authority, port: int) -> ThreadingHTTPServer:
    """A server that is not running yet; port 0 takes a free one."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            lists = {"/root.crl": authority.root, "/ca.crl": authority.issuer}
            issuer = lists.get(self.path)
            if issuer is None:
                self.send_error(404)
            else:
                self._answer(authority.crl(issuer), "application/pkix-crl")

        def do_POST(self) -> None:
            size = int(self.headers.get("Content-Length") or 0)
            if not 0 < size <= _LONGEST or self.path not in ("/ocsp", "/tsa"):
                self.send_error(404)
                return
            body = self.rfile.read(size)
            try:
                if self.path == "/ocsp":
                    self._answer(authority.ocsp(body), "application/ocsp-response")
                else:
                    answer = authority.stamper().request_tsa_response(tsp.TimeStampReq.load(body))
                    self._answer(answer.dump(), "application/timestamp-reply")
            except (ValueError, TypeError):
                self.send_error(400)

        def _answer(self, body: bytes, kind: str) -> None:
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Says nothing."""

    return ThreadingHTTPServer(("127.0.0.1", port), Handler)
