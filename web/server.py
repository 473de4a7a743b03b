"""The web server: waitress, whose one loop reads requests and writes answers for everybody. A thread is taken only for
a request that has come as a whole, and is free when its answer is made: whoever sends or reads slowly holds a
connection and no thread. This room says for how long (docs/decisions/0009).
"""

from __future__ import annotations

import logging
import resource
import signal
import time
from collections.abc import Callable
from typing import Any

from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.server import TcpWSGIServer
from waitress.task import ThreadedTaskDispatcher
from waitress.utilities import Error

IDLE_SECONDS = 15  # for the first byte of a request
HEAD_SECONDS = 10  # from its first byte to the end of its head
PATIENCE_SECONDS = 30  # for a body to come or an answer to be read, and more by its size:
BYTES_A_SECOND = 16 * 1024
HEAD_BYTES = 64 * 1024
CONNECTIONS = 500  # at once; those that have waited longest make room for who comes
ROOM = 20
QUEUE_SECONDS = 15  # that a request may wait for a thread: whoever asked has then given up, or should ask later
RETRY_SECONDS = 5
STOP_SECONDS = 10  # for requests in work when the server is told to stop
NEVER = float("inf")


class Full(Error):
    """More is asked than can be done: the answer to a request that waited too long; the application never had it."""

    code = 503
    reason = "Service Unavailable"

    def __init__(self, path: str) -> None:
        super().__init__("")
        self.path = path

    def to_response(self, ident: str | None = None) -> tuple[str, list[tuple[str, str]], bytes]:
        kind, body = "text/html", _FULL_PAGE
        if self.path.startswith("/api/"):
            kind, body = "application/problem+json", _FULL_PROBLEM
        said = [("Content-Type", f"{kind}; charset=utf-8"), ("Retry-After", str(RETRY_SECONDS))]
        return f"{self.code} {self.reason}", [*said, ("Cache-Control", "no-store")], body.encode()


_FULL_PAGE = (
    '<!doctype html><html lang="vi"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    "<title>Hệ thống đang bận</title><h1>Hệ thống đang bận</h1>"
    "<p>Hiện có nhiều người truy cập cùng lúc. Điều anh/chị vừa gửi chưa được xử lý và chưa có gì thay đổi. "
    "Xin chờ ít giây rồi tải lại trang.</p>"
    '<p lang="en">Many people are using the system now. What you sent has not been processed and nothing has changed. '
    "Please wait a few seconds and reload the page.</p></html>"
)
_FULL_PROBLEM = (
    '{"type": "about:blank", "title": "Service Unavailable", "status": 503,'
    ' "detail": "Too many requests at the moment; nothing was done. Try again."}'
)


class Channel(HTTPChannel):
    """A connection that knows for what it waits, and since when."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.rounds = 0  # requests that were served
        self.queued = 0.0  # since when its first request waits for a thread
        self.waits_for = ("request", 0)
        self.since, self.allowed = time.monotonic(), float(IDLE_SECONDS)

    def service(self) -> None:
        self.rounds += 1
        if time.monotonic() - self.queued > QUEUE_SECONDS and self.requests[0].error is None:
            self.requests[0].error = Full(self.requests[0].path)
        super().service()

    def overdue(self, now: float) -> bool:
        """Whether it has waited long enough for its client; called about once a second."""
        waits_for, allowed = self._stage()
        if (waits_for, self.rounds) != self.waits_for:
            self.waits_for, self.since, self.allowed = (waits_for, self.rounds), now, allowed
        return now - self.since > max(self.allowed, allowed if waits_for == "body" else 0)

    def _stage(self) -> tuple[str, float]:
        """What it waits for, and the seconds that this may take."""
        if self.requests:
            return "us", NEVER
        if self.total_outbufs_len:
            return "reader", PATIENCE_SECONDS + self.total_outbufs_len / BYTES_A_SECOND
        if self.request is None:
            return "request", IDLE_SECONDS
        if not self.request.headers_finished:
            return "head", HEAD_SECONDS
        size = max(self.request.content_length, self.request.body_bytes_received)
        return "body", PATIENCE_SECONDS + size / BYTES_A_SECOND


class Server(TcpWSGIServer):
    """One socket that is listened on."""

    channel_class = Channel

    def add_task(self, task: Channel) -> None:
        task.queued = time.monotonic()
        super().add_task(task)

    def maintenance(self, now: float) -> None:
        """Closes the connections whose client has been waited for long enough, and, where few are left to give, those
        that have waited longest."""
        moment = time.monotonic()
        late = [channel for channel in self.active_channels.values() if channel.overdue(moment)]
        for channel in late:
            channel.will_close = True

    def readable(self) -> bool:
        if len(self._map) > CONNECTIONS - ROOM:
            waiting = [one for one in self.active_channels.values() if not one.requests and not one.will_close]
            for channel in sorted(waiting, key=lambda one: one.since)[:ROOM]:
                channel.will_close = True
        return bool(super().readable())


def run(application: Callable[..., Any], host: str, port: int, *, threads: int, largest: int) -> None:
    """Serves until SIGTERM or SIGINT, then ends what is in work. `largest`: bytes of a request's body. Raises OSError
    where the address cannot be had."""
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # a queue is no fault
    _room_for_connections()
    adjustments = Adjustments(
        host=host,
        port=port,
        ident=None,
        server_name=host,
        clear_untrusted_proxy_headers=False,  # MOTCUA_PROXIES says which count
        log_socket_errors=False,
        max_request_header_size=HEAD_BYTES,
        max_request_body_size=largest,
        connection_limit=CONNECTIONS,
        cleanup_interval=1,
        outbuf_high_watermark=256 * 1024 * 1024,  # beyond a megabyte an answer waits in a file, not in a thread
        asyncore_use_poll=True,
    )
    dispatcher = ThreadedTaskDispatcher()
    dispatcher.set_thread_count(threads)
    sockets: dict[int, Any] = {}
    servers = [
        Server(application, sockets, dispatcher=dispatcher, adj=adjustments, sockinfo=address)
        for address in adjustments.listen
    ]
    _loop(servers, sockets)
    dispatcher.shutdown()
    wasyncore.close_all(sockets)


def _loop(servers: list[Server], sockets: dict[int, Any]) -> None:
    told: list[int] = []

    def tell(number: int, _frame: object) -> None:
        told.append(number)
        servers[0].pull_trigger()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, tell)
    until = NEVER
    while time.monotonic() < until:
        wasyncore.loop(timeout=1, use_poll=True, map=sockets, count=1)
        if told and until == NEVER:
            until = time.monotonic() + STOP_SECONDS
            for server in servers:
                server.accepting = False
        if told and not any(
            one.requests or one.total_outbufs_len for s in servers for one in s.active_channels.values()
        ):
            return


def _room_for_connections() -> None:
    """Each connection may need a socket and two files: as many as the machine lets us have."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 4 * CONNECTIONS
    if soft != resource.RLIM_INFINITY and soft < wanted:
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
