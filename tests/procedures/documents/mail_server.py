"""A real IMAP server (pymap, in memory) as a process of its own, and mails to put into it."""

from __future__ import annotations

import imaplib
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from pathlib import Path

from procedures.documents.trays import Mailbox

USER, PASSWORD = "demouser", "demopass"  # of pymap's own


@contextmanager
def serving(folder: Path) -> Iterator[int]:
    """Runs the server; its port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(Path(sys.executable).parent / "pymap"), "--host", "127.0.0.1", "--port", str(port), "--no-tls"]
    command += ["--no-service", "managesieve", "--no-service", "admin", "dict", "--demo-data"]
    log = (folder / "pymap.log").open("wb")
    server = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder)
    try:
        for _ in range(300):
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1) as line:
                if line.recv(8):
                    break
            assert server.poll() is None, (folder / "pymap.log").read_text()
            time.sleep(0.1)
        yield port
    finally:
        server.send_signal(signal.SIGKILL)
        server.wait()
        log.close()


def box(agency: str, port: int, **more: object) -> Mailbox:
    return Mailbox(
        **{
            "agency": agency,
            "host": "127.0.0.1",
            "port": port,
            "user": USER,
            "password": PASSWORD,
            "tls": "none",
            "folder": "Vanthu",
            **more,
        }
    )  # type: ignore[arg-type]


def mail(subject: str, files: Mapping[str, bytes] = {}, **headers: str) -> EmailMessage:
    made = EmailMessage()
    made["From"] = "Sở Xây dựng <sxd@hungyen.example>"
    made["To"] = "vanthu@donghung.example"
    made["Subject"] = subject
    made["Message-ID"] = headers.pop("message_id", f"<{time.monotonic_ns()}@sxd>")
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    made.set_content("Kính gửi văn thư, xin gửi kèm văn bản.")
    for name, body in files.items():
        made.add_attachment(body, maintype="application", subtype="octet-stream", filename=name)
    return made


def put(port: int, *mails: EmailMessage) -> None:
    """Puts mails into the folder that the registry reads, as its server would."""
    server = imaplib.IMAP4("127.0.0.1", port)
    server.login(USER, PASSWORD)
    server.create("Vanthu")
    for one in mails:
        status, said = server.append("Vanthu", "", imaplib.Time2Internaldate(time.time()), bytes(one))
        assert status == "OK", said
    server.logout()
