"""The log's seals in this house: signed by the key of the installation, and their lines carried to where the
administrator wants them, through the outbox: to a file, by mail, to another host."""

from __future__ import annotations

import logging
import os
from datetime import UTC, date, timedelta
from pathlib import Path
from urllib.parse import unquote, urlsplit
from urllib.request import Request, urlopen

from engine import audit, jobs
from engine.audit import Seal, keys, reads
from engine.jobs import Handler, Job
from engine.refusal import Refusal
from engine.store import Database, Tx
from procedures import notices, settings

log = logging.getLogger("motcua.sealing")
LOG = "administration/log"


def daily(database: Database) -> Seal | None:
    """Seals where a day has begun since the last seal; the worker asks every hour."""
    made = audit.seal_daily(database, signer(database), publish)
    if made is not None and made.key is None:
        log.warning("seal %s of the log is not signed: there is no key (motcua audit key)", made.n)
    if made is not None:
        database.run(forget_reads)
    return made


def reads_from(where: Database | Tx) -> date:
    """The first day (UTC) whose records of reading are still kept."""
    clock = where.now if isinstance(where, Tx) else where.clock()
    return (clock.astimezone(UTC) - timedelta(days=settings.current(where).reads_days)).date()


def forget_reads(tx: Tx) -> int:
    """Throws away the records of reading whose time of keeping is over, and says so in the log; how many."""
    before = reads_from(tx)
    gone = reads.forget(tx, before)
    if gone:
        audit.append(tx, LOG, "log.reads_forgotten", None, {"before": before.isoformat(), "records": gone})
    return gone


def now(database: Database) -> Seal | None:
    """Seals at once, whatever the day; None where there is nothing at all to seal."""

    def work(tx: Tx) -> Seal | None:
        made = audit.seal(tx, signer(tx))
        if made is not None:
            publish(tx, made)
        return made

    return database.run(work)


def signer(where: Database | Tx) -> keys.Signer | None:
    """The key of this installation; None where none was made: seals are then counted, but not signed."""
    path = settings.current(where).audit_key
    return keys.load(path) if path is not None else None


def publish(tx: Tx, seal: Seal) -> None:
    """Puts the seal's line into the outbox, once for each place."""
    for number, place in enumerate(settings.current(tx).audit_publish):
        payload = {"n": seal.n, "line": seal.line(), "place": place}
        jobs.add(tx, LOG, "seal.publish", payload=payload, dedupe_key=f"seal:{seal.n}:{number}", retries=12)


def places(configured: tuple[str, ...]) -> None:
    """Refuses a place of another kind than we can write to."""
    for place in configured:
        scheme = urlsplit(place).scheme
        if scheme not in ("file", "mailto", "http", "https"):
            raise Refusal(
                f"Nơi công bố niêm phong “{place}” không hợp lệ: dùng file:/đường/dẫn, mailto:địa@chỉ hoặc https://…",
                f"Seals cannot be published to '{place}': use file:/path, mailto:a@b or https://…",
            )


def _publish(job: Job, database: Database) -> None:
    place, line, n = str(job.payload["place"]), str(job.payload["line"]), int(job.payload["n"])
    places((place,))
    parts = urlsplit(place)
    if parts.scheme == "file":
        _append(Path(unquote(parts.path)), line)
    elif parts.scheme == "mailto":
        known, subject = settings.current(database), f"Niêm phong nhật ký số {n}"
        notices.send(known, parts.path, subject, line + "\n", id=f"seal-{n}", at=line.split()[2])
    else:
        request = Request(
            place,
            data=line.encode(),
            headers={"Content-Type": "text/plain; charset=utf-8", "Idempotency-Key": f"motcua-seal-{n}"},
            method="POST",
        )
        with urlopen(request, timeout=20):
            pass


def _append(path: Path, line: str) -> None:
    """Writes the line once: a delivery that is repeated finds it there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+", encoding="utf-8") as file:
        file.seek(0)
        if line in file.read().splitlines():
            return
        file.write(line + "\n")
        file.flush()
        os.fsync(file.fileno())


def published(where: Database | Tx) -> list[str]:
    """The lines that stand in the files where seals are published: the verifier holds the log against them."""
    lines: list[str] = []
    for place in settings.current(where).audit_publish:
        parts = urlsplit(place)
        path = Path(unquote(parts.path))
        if parts.scheme == "file" and path.is_file():
            lines += path.read_text("utf-8").splitlines()
    return lines


HANDLERS = {"seal.publish": Handler(outside=_publish, opens=True)}
