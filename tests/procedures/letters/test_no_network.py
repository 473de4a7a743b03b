"""A letter's template reads our own sources and nothing else: no package, however its name is put together."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading

import pytest

from procedures.letters import LetterError, render
from tests.procedures.letters.test_letters import AT

REACHING = [
    '#import "@preview/cetz:0.3.0"',
    '#let p = "@pre" + "view/cetz:0.3.0"\n#import p: *',
    '#import "\\u{40}preview/cetz:0.3.0"',
    '#include "@preview/cetz:0.3.0"',
    '#eval("imp" + "ort \\"@preview/cetz:0.3.0\\"")',
    '#(dictionary(std).at("ev" + "al"))("imp" + "ort \\"@preview/cetz:0.3.0\\"")',
    '#let x(p) = { import p: * }\n#x("@preview" + "/cetz:0.3.0")',
    '#for i in (1,) { include("@preview/cetz:0.3.0") }',
    '#import/**/"@preview/cetz:0.3.0"',
]
PROGRAM = """
import sys, datetime
from procedures.letters import LetterError, render
try:
    render(sys.argv[1].encode(), {}, at=datetime.datetime(2026, 11, 20, tzinfo=datetime.UTC))
except LetterError as error:
    print(error.why)
"""


@pytest.fixture
def proxy() -> tuple[str, list[bytes]]:
    """A proxy that notes who asks it for what, and answers nobody."""
    asked: list[bytes] = []
    door = socket.create_server(("127.0.0.1", 0))

    def listen() -> None:
        while True:
            caller, _ = door.accept()
            asked.append(caller.recv(200))
            caller.close()

    threading.Thread(target=listen, daemon=True).start()
    return f"http://127.0.0.1:{door.getsockname()[1]}", asked


@pytest.mark.parametrize("source", REACHING)
def test_no_template_reaches_the_network(source: str, proxy: tuple[str, list[bytes]]) -> None:
    address, asked = proxy
    through = dict.fromkeys(("http_proxy", "https_proxy", "all_proxy", "HTTPS_PROXY", "ALL_PROXY"), address)
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, source], env={**os.environ, **through}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert "gói ngoài không được nạp" in done.stdout
    assert asked == []


def test_a_template_reads_no_file_outside() -> None:
    with pytest.raises(LetterError):
        render(b'#read("/../../../../../../etc/passwd")', {}, at=AT)
