"""Fifty clients that send half a request, or read nothing of the answer, keep nobody else waiting."""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest

from tests.journeys.system import System, copied

MANY = 50
HALF_SENT = {
    "half a head": b"GET / HTTP/1.1\r\nHost: a\r\nX-",
    "a head without its body": b"POST /dang-nhap HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\n\r\nten_dang_nhap=",
    "half a chunk": b"POST /dang-nhap HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nffff\r\nabc",
    "one request and half of another": b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHo",
    "nothing": b"",
}


@pytest.fixture(scope="module")
def server(sqlite_sample: tuple[Path, dict[str, Any]], tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """One server process, as it is installed."""
    home = copied(sqlite_sample[0], tmp_path_factory.mktemp("slow") / "home")
    with System(home, sqlite_sample[1], workers=0) as system:
        yield system


@contextlib.contextmanager
def clients(system: System, said: bytes) -> Iterator[list[socket.socket]]:
    """Many connections that have said this, and wait."""
    place = urlsplit(system.address)
    opened = [socket.create_connection((str(place.hostname), int(place.port or 0))) for _ in range(MANY)]
    try:
        for one in opened:
            one.sendall(said)
        time.sleep(0.3)
        yield opened
    finally:
        for one in opened:
            one.close()


def seconds(system: System, path: str = "/tra-cuu") -> float:
    """How long a page takes."""
    begun = time.monotonic()
    with urlopen(f"{system.address}{path}", timeout=60) as answer:
        assert answer.status == 200
    return time.monotonic() - begun


@pytest.mark.parametrize("said", HALF_SENT.values(), ids=HALF_SENT)
def test_half_sent_requests_keep_nobody_waiting(server: System, said: bytes) -> None:
    seconds(server)
    with clients(server, said):
        assert max(seconds(server) for _ in range(5)) < 2


def test_clients_that_read_nothing_keep_nobody_waiting(server: System) -> None:
    """Each asks again and again for what is larger than any buffer between us."""
    with clients(server, b"GET /static/dist/site.css HTTP/1.1\r\nHost: a\r\n\r\n" * 40):
        assert max(seconds(server) for _ in range(5)) < 2


def test_clients_that_do_not_hang_up_keep_nobody_waiting(server: System) -> None:
    with clients(server, b"GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"):
        assert max(seconds(server) for _ in range(5)) < 2


def test_half_a_request_is_not_waited_for_for_ever(server: System) -> None:
    with clients(server, HALF_SENT["half a head"]) as opened:
        opened[0].settimeout(20)
        assert opened[0].recv(1) == b"", "closed by the server"


def test_more_clients_than_there_is_room_for_make_room_for_one_another(server: System) -> None:
    with contextlib.ExitStack() as all_of_them:
        for _ in range(11):
            all_of_them.enter_context(clients(server, HALF_SENT["half a head"]))
        assert seconds(server) < 3


def test_a_body_in_chunks_is_taken(server: System) -> None:
    place = urlsplit(server.address)
    with socket.create_connection((str(place.hostname), int(place.port or 0))) as one:
        one.sendall(
            b"POST /api/v1/oauth/token HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
        )
        for part in (b"grant_type=client_", b"credentials", b""):
            one.sendall(b"%x\r\n%s\r\n" % (len(part), part))
        answer = b"".join(iter(lambda: one.recv(65536), b""))
    assert answer.startswith(b"HTTP/1.1 401"), answer[:200]


def test_no_answer_says_what_serves_it(server: System) -> None:
    with urlopen(f"{server.address}/healthz") as answer:
        assert "Server" not in answer.headers
