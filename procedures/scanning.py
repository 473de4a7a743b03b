"""Malware in what people send: asked of a scanner that speaks clamd's protocol (INSTREAM), where one is configured.

What the scanner names is not taken: it goes into `home`/quarantine under its hash, where nothing opens it, and the log
tells. A scanner that does not answer lets nothing through.
"""

from __future__ import annotations

import logging
import os
import socket
import struct
from pathlib import Path

from engine import audit
from engine.refusal import Later, Refusal
from engine.store import Database, Tx
from engine.store.joining import command
from procedures import settings

log = logging.getLogger("motcua.scanning")
LOG = "administration/quarantine"
CHUNK, PATIENCE = 256 * 1024, 60.0


class Infected(Refusal):
    """The scanner has named something in a file."""


class Absent(Later):
    """The scanner does not answer: a person tries again, a job does so by itself."""


def check(where: Database | Tx, path: Path, name: str, sha256: str) -> None:
    """Has a file looked at. Raises Infected where something is found in it, and Absent where the scanner is away."""
    address = settings.current(where).scanner
    if not address:
        return
    try:
        answer = _ask(address, path)
    except OSError as error:
        log.error("the malware scanner does not answer: %s", type(error).__name__)
        answer = "ERROR"
    if answer.endswith("OK"):
        return
    if not answer.endswith("FOUND"):
        raise Absent(
            f"Chưa kiểm tra được mã độc trong tệp “{name}”. Thử tải lên lại sau ít phút.",
            f"The file '{name}' cannot be checked for malware now. Upload it again in some minutes.",
            seconds=PATIENCE,
        )
    found = answer.removesuffix("FOUND").rpartition(":")[2].strip()
    _put_away(where, path, sha256)
    _tell(where, sha256, found)
    raise Infected(
        f"Tệp “{name}” có mã độc nên không nhận. Quét lại thiết bị của bạn rồi tải lên tệp khác.",
        f"The file '{name}' carries malware and is not taken. Scan your device, then upload another.",
    )


def _ask(address: str, path: Path) -> str:
    with _connected(address) as scanner, path.open("rb") as body:
        scanner.settimeout(PATIENCE)
        scanner.sendall(b"zINSTREAM\0")
        while chunk := body.read(CHUNK):
            scanner.sendall(struct.pack(">I", len(chunk)) + chunk)
        scanner.sendall(struct.pack(">I", 0))
        said = b""
        while not said.endswith(b"\0") and (more := scanner.recv(4096)):
            said += more
    return said.rstrip(b"\0\r\n ").decode("utf-8", "replace")


def _connected(address: str) -> socket.socket:
    """``unix:/path`` or ``tcp://host:port``."""
    if address.startswith("unix:"):
        made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        made.settimeout(PATIENCE)
        made.connect(address.removeprefix("unix:"))
        return made
    host, _, port = address.removeprefix("tcp://").rpartition(":")
    return socket.create_connection((host, int(port)), timeout=PATIENCE)


def _put_away(where: Database | Tx, path: Path, sha256: str) -> None:
    folder = settings.current(where).home / "quarantine"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.chmod(path, 0o000)
    os.replace(path, folder / sha256)


@command
def _tell(tx: Tx, sha256: str, found: str) -> None:
    audit.append(tx, LOG, "malware_found", None, {"sha256": sha256, "found": found[:200]})
