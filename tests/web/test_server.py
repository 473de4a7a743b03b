"""The web server past its capacity: slower, then a polite no, and well again by itself."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.task import ThreadedTaskDispatcher

from web import server


@pytest.fixture
def address() -> Iterator[str]:
    """One thread, which needs half a second for each request."""

    def application(_environ: Any, start: Callable[..., Any]) -> list[bytes]:
        time.sleep(0.5)
        start("200 OK", [("Content-Type", "text/plain")])
        return [b"done"]

    sockets: dict[int, Any] = {}
    dispatcher, over = ThreadedTaskDispatcher(), threading.Event()
    dispatcher.set_thread_count(1)
    known = Adjustments(host="127.0.0.1", port=0, ident=None)
    one = server.Server(application, sockets, dispatcher=dispatcher, adj=known, sockinfo=known.listen[0])

    def loop() -> None:
        while not over.is_set():
            wasyncore.loop(timeout=0.1, map=sockets, count=1)

    thread = threading.Thread(target=loop)
    thread.start()
    yield f"http://127.0.0.1:{one.socket.getsockname()[1]}"
    over.set()
    thread.join()
    dispatcher.shutdown()
    wasyncore.close_all(sockets)


def asked(url: str) -> tuple[int, str, str]:
    try:
        with urlopen(url, timeout=20) as answer:
            return answer.status, "", answer.read().decode()
    except HTTPError as error:
        return error.code, f"{error.headers['Retry-After']} {error.headers['Content-Type']}", error.read().decode()


def test_who_has_waited_too_long_for_a_thread_is_told_to_come_back(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "QUEUE_SECONDS", 0.2)
    with ThreadPoolExecutor(6) as people:
        page, api = (list(people.map(asked, [f"{address}{path}"] * 3)) for path in ("/tra-cuu", "/api/v1/tasks"))
    for found, kind, text in (
        (page, "text/html", "chưa có gì thay đổi"),
        (api, "application/problem+json", '"status": 503'),
    ):
        assert [one[0] for one in sorted(found)] == [200, 503, 503]
        refused = sorted(found)[1]
        assert refused[1] == f"5 {kind}; charset=utf-8" and text in refused[2]
    assert asked(address)[0] == 200  # and goes on by itself
