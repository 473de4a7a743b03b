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

IDLE_SECONDS = 15  # for the first byte of a request
HEAD_SECONDS = 10  # from its first byte to the end of its head
PATIENCE_SECONDS = 30  # for a body to come or an answer to be read, and more by its size:
BYTES_A_SECOND = 16 * 1024
HEAD_BYTES = 64 * 1024
CONNECTIONS = 500  # at once; those that have waited longest make room for who comes
ROOM = 20
STOP_SECONDS = 10  # for requests in work when the server is told to stop
NEVER = float("inf")


class Channel(HTTPChannel):
    """A connection that knows for what it waits, and since when."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.rounds = 0  # requests that were served
        self.waits_for = ("request", 0)
        self.since, self.allowed = time.monotonic(), float(IDLE_SECONDS)

    def service(self) -> None:
        self.rounds += 1
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
