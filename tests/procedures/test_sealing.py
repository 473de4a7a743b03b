"""Each seal's line goes once to where the administrator wants it; records of reading go when their time is over."""

from __future__ import annotations

import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from engine import audit
from engine.audit import keys
from engine.audit.reads import ReadLog
from engine.refusal import Refusal
from engine.store.tables import read_log
from engine.worker import drain
from procedures import sealing, settings
from tests.procedures.town import Town


class Listener(BaseHTTPRequestHandler):
    """Another host that takes lines of seals."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.taken.append((self.headers["Idempotency-Key"], body))  # type: ignore[attr-defined]
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        pass


def configured(town: Town, **changed: Any) -> None:
    """The town with other settings."""
    installation: Any = town.database.installation
    installation.settings = replace(settings.current(town.database), **changed)


def test_the_line_of_a_seal_is_carried_to_a_file_a_mailbox_and_another_host(town: Town, tmp_path: Path) -> None:
    server = HTTPServer(("127.0.0.1", 0), Listener)
    server.taken = []  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        keys.make(tmp_path / "key", 1, town.now)
        lines, host = tmp_path / "noi khac" / "seals.txt", f"http://127.0.0.1:{server.server_port}/"
        configured(
            town,
            audit_key=tmp_path / "key",
            audit_publish=(f"file:{lines}".replace(" ", "%20"), "mailto:luu@tinh.test", host),
        )
        made = sealing.daily(town.database)
        assert made is not None and made.key is not None
        drain(town.database)
        assert lines.read_text().splitlines() == [made.line()]
        assert server.taken == [("motcua-seal-1", made.line())]  # type: ignore[attr-defined]
        mails = [path.read_text() for path in (town.folder / "home" / "mail").glob("*.eml")]
        assert any("luu@tinh.test" in mail and "motcua-seal" in mail for mail in mails)
        sealing._append(lines, made.line())
        assert len(lines.read_text().splitlines()) == 1, "a delivery that is repeated changes nothing"
        ring = keys.ring_of(tmp_path / "key").read_text()
        assert ring.count("\n") == 1
        assert audit.verify(town.database, published=sealing.published(town.database))["broken"] == []
    finally:
        server.shutdown()
        server.server_close()


def test_a_place_of_another_kind_is_refused() -> None:
    with pytest.raises(Refusal, match="file:"):
        sealing.places(("ftp://tinh.test/",))


def test_records_of_reading_go_when_their_time_is_over_and_the_log_says_so(town: Town) -> None:
    ReadLog(town.database).write("an", "work.dossier_page", ["x"])
    sealing.daily(town.database)
    configured(town, reads_days=10)
    town.move(days=5)
    ReadLog(town.database).write("an", "work.dossier_page", ["x"])
    town.move(days=6)
    sealing.daily(town.database)
    with town.database.begin() as tx:
        assert len(tx.read(select(read_log)).all()) == 1
    assert audit.history(town.database, sealing.LOG)[-1].data["records"] == 1
    first = sealing.reads_from(town.database)
    assert audit.verify(town.database, reads_from=first)["broken"] == []
