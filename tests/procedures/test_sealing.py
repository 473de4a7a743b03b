"""Each seal's line goes once to where the administrator wants it; records of reading go when their time is over."""

from __future__ import annotations

import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, insert, select

from engine import audit, jobs
from engine.audit import keys
from engine.audit.reads import ReadLog
from engine.refusal import Refusal
from engine.store.tables import incident, job, read_log, sealed_head, signed_seal
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
        made = sealing.due(town.database)
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


def test_nobody_makes_the_worker_write_elsewhere_through_the_database(town: Town, tmp_path: Path) -> None:
    """Neither with a row of his own nor with an order for a place that is configured no more."""
    target = tmp_path / "elsewhere"
    configured(town, audit_key=tmp_path / "key", audit_publish=())
    payload = {"n": 1, "line": "import os", "place": f"file:{target}"}
    with town.database.begin() as tx:
        tx.execute(
            insert(job).values(
                root_id=sealing.LOG,
                id="x",
                kind="seal.publish",
                payload=jobs.pack(payload),
                due_at=tx.now,
                dedupe_key="x",
            )
        )
        jobs.add(tx, sealing.LOG, "seal.publish", payload=payload, dedupe_key="y", retries=1)
    drain(town.database)
    assert not target.exists()
    with town.database.begin() as tx:
        told = {one.job_id: one.message for one in tx.read(select(incident)).all()}
    assert len(told) == 2 and "không do hệ thống đặt ra" in told["x"]
    assert any("không còn trong MOTCUA_AUDIT_PUBLISH" in one for one in told.values())


def test_a_place_of_another_kind_is_refused() -> None:
    with pytest.raises(Refusal, match="file:"):
        sealing.places(("ftp://tinh.test/",))


def test_records_of_reading_go_when_their_time_is_over_and_the_log_says_so(town: Town) -> None:
    ReadLog(town.database).write("an", "work.dossier_page", ["x"])
    sealing.due(town.database)
    configured(town, reads_days=10)
    town.move(days=5)
    ReadLog(town.database).write("an", "work.dossier_page", ["x"])
    town.move(days=6)
    sealing.due(town.database)
    with town.database.begin() as tx:
        assert len(tx.read(select(read_log)).all()) == 1
    assert audit.history(town.database, sealing.LOG)[-1].data["records"] == 1
    first = sealing.reads_from(town.database)
    assert audit.verify(town.database, reads_from=first)["broken"] == []


def test_seals_taken_out_are_found_by_the_lines_beside_the_key(town: Town, tmp_path: Path) -> None:
    key, folder = tmp_path / "key", tmp_path / "noi khac"
    folder.mkdir()
    keys.make(key, 1, town.now)
    configured(town, audit_key=key, audit_publish=(f"file:{folder}".replace(" ", "%20"),))
    for _ in range(2):
        assert sealing.due(town.database) is not None
        drain(town.database)
        town.move(days=1)
    beside = keys.lines_of(key)
    assert beside.stat().st_mode & 0o777 == 0o600
    assert beside.read_text() == (folder / "motcua-seals.txt").read_text() and beside.read_text().count("\n") == 2
    assert sealing.verify(town.database)["broken"] == []
    with town.database.begin() as tx:
        tx.connection.execute(delete(sealed_head).where(sealed_head.c.n == 2))
        tx.connection.execute(delete(signed_seal).where(signed_seal.c.n == 2))
    found = sealing.verify(town.database)
    said = [(one["reason"], one.get("seal")) for one in found["broken"]]
    assert said == [("published", 2), ("unsealed", None)] and found["published"] == 2
    beside.unlink()  # the other place knows as well
    found = sealing.verify(town.database)
    said = {(one["reason"], one.get("what")) for one in found["broken"]}
    assert said >= {("published", None), ("published missing", str(beside))}


def test_a_line_that_was_not_written_beside_the_key_is_written_by_the_next_hour(town: Town, tmp_path: Path) -> None:
    keys.make(tmp_path / "key", 1, town.now)
    configured(town, audit_key=tmp_path / "key")
    made = sealing.due(town.database)
    assert made is not None
    keys.lines_of(tmp_path / "key").unlink()  # the process died before it came to it
    town.move(hours=1)
    sealing.due(town.database)
    assert keys.lines_of(tmp_path / "key").read_text().splitlines()[0] == made.line()
    assert not [one for one in sealing.published(town.database) if one.count("motcua-seal") != 1]


def test_a_mailbox_takes_the_days_seal_and_a_file_each(town: Town, tmp_path: Path) -> None:
    keys.make(tmp_path / "key", 1, town.now)
    lines = tmp_path / "lines.txt"
    configured(town, audit_key=tmp_path / "key", audit_publish=(f"file:{lines}", "mailto:luu@tinh.test"))
    for _ in range(3):
        assert sealing.due(town.database) is not None
        drain(town.database)
        audit.append(town.database, "viec", "note", "an", {})
        town.move(hours=1)
    assert len(lines.read_text().splitlines()) == 3
    assert (
        len([path for path in (town.folder / "home" / "mail").glob("*.eml") if "motcua-seal" in path.read_text()]) == 1
    )


def test_a_place_of_publication_that_is_gone_empty_or_garbled_is_found(town: Town, tmp_path: Path) -> None:
    key, lines = tmp_path / "key", tmp_path / "lines.txt"
    keys.make(key, 1, town.now)
    configured(town, audit_key=key, audit_publish=(f"file:{lines}",))
    assert sealing.due(town.database) is not None
    assert sealing.verify(town.database)["broken"] == [], "the outbox has an hour"
    drain(town.database)
    town.move(hours=2)
    assert sealing.verify(town.database)["broken"] == []
    good = lines.read_text()
    lines.write_text(good + "vài chữ khác\n")
    assert [one["reason"] for one in sealing.verify(town.database)["broken"]] == ["published"]
    for spoiled in (lines.unlink, lambda: lines.write_text("\n")):
        lines.write_text(good)
        spoiled()
        found = [(one["reason"], one["what"]) for one in sealing.verify(town.database)["broken"]]
        assert found == [("published missing", str(lines))]
    lines.write_text(good)
    keys.lines_of(key).unlink()
    assert [one["reason"] for one in sealing.verify(town.database)["broken"]] == ["published missing"]


def test_all_seals_and_places_taken_away_are_found_by_the_key(town: Town, tmp_path: Path) -> None:
    key = tmp_path / "key"
    keys.make(key, 1, town.now)
    configured(town, audit_key=key)
    sealing.due(town.database)
    town.move(hours=3)
    with town.database.begin() as tx:
        tx.connection.execute(delete(sealed_head))
        tx.connection.execute(delete(signed_seal))
    keys.lines_of(key).unlink()
    assert [one["reason"] for one in sealing.verify(town.database)["broken"]] == ["unsealed"]


@pytest.mark.parametrize("left", [None, "không phải khóa\n"])
def test_public_keys_that_are_gone_or_garbled_are_a_fault(town: Town, tmp_path: Path, left: str | None) -> None:
    keys.make(tmp_path / "key", 1, town.now)
    configured(town, audit_key=tmp_path / "key")
    sealing.due(town.database)
    ring = keys.ring_of(tmp_path / "key")
    ring.unlink() if left is None else ring.write_text(left)
    assert [one["reason"] for one in sealing.verify(town.database)["broken"]] == ["key missing"]
