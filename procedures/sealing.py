"""The log's seals in this house: signed by the key of the installation, and their lines carried to where the
administrator wants them, through the outbox: to a file, by mail, to another host."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from urllib.request import Request, urlopen

import orjson
from sqlalchemy import select

from engine import audit, jobs
from engine.audit import Seal, keys, reads, verifier
from engine.jobs import Handler, Job
from engine.refusal import Refusal
from engine.store import Database, Tx, raw
from engine.store.joining import command, query
from engine.store.tables import event, job, signed_seal
from procedures import files, notices, numbering, settings, step_terms
from procedures.actor import Actor

log = logging.getLogger("motcua.sealing")
LOG = verifier.READS_LOG


def due(database: Database) -> Seal | None:
    """Seals where a day has begun since the last seal, or an hour in which something happened; the worker asks every
    hour. Beside the key every line is kept, also that of a seal whose process died before it got there."""
    made = audit.seal_due(database, signer(database), publish, forget_reads)
    if made is not None and made.key is None:
        log.warning("seal %s of the log is not signed: there is no key (motcua audit key)", made.n)
    beside_the_key(database)
    return made


def beside_the_key(database: Database) -> None:
    """Repeats beside the key the lines of seals that are not there yet."""
    path = settings.current(database).audit_key
    if path is None or not path.exists():
        return
    lines = keys.lines_of(path)
    known = {line.split()[1] for line in _lines(lines) if line.startswith("motcua-seal ") and len(line.split()) > 3}
    new = [seal.line() for seal in audit.seals(database) if str(seal.n) not in known]
    if new:
        with os.fdopen(os.open(lines, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "a", encoding="ascii") as file:
            file.write("".join(f"{line}\n" for line in new))
            file.flush()
            os.fsync(file.fileno())


def reads_from(where: Database | Tx) -> date:
    """The first day (UTC) whose records of reading are still kept."""
    clock = where.now if isinstance(where, Tx) else where.clock()
    return (clock.astimezone(UTC) - timedelta(days=settings.current(where).reads_days)).date()


def forget_reads(tx: Tx) -> int:
    """Throws away the records of reading whose time of keeping is over; how many."""
    return reads.forget(tx, reads_from(tx))


def now(database: Database) -> Seal | None:
    """Seals at once, whatever the day; None where there is nothing at all to seal."""

    def work(tx: Tx) -> Seal | None:
        made = audit.seal(tx, signer(tx))
        if made is not None:
            publish(tx, made)
        return made

    made = database.run(work)
    beside_the_key(database)
    return made


def handed_out(database: Database, what: str, file: str, by: Actor) -> None:
    """Everybody's data are about to leave the database as a file (``log.exported``, ``log.backed_up``): the log says so
    first, and the file holds that it did."""
    audit.append(database, LOG, what, by.who, {"file": file})


def signer(where: Database | Tx) -> keys.Signer | None:
    """The key of this installation; None where none was made: seals are then counted, but not signed."""
    path = settings.current(where).audit_key
    return keys.load(path) if path is not None else None


def ring(where: Database | Tx) -> list[verifier.Key]:
    """The public keys of this installation; none where no key was made. ValueError where their file holds others."""
    path = settings.current(where).audit_key
    public = keys.ring_of(path) if path is not None else None
    return verifier.read_keys(public.read_text("ascii")) if public is not None and public.is_file() else []


def publish(tx: Tx, seal: Seal, day: bool = True) -> None:
    """Puts the seal's line into the outbox, once for each place; that of an hour goes only where it disturbs nobody."""
    for number, place in enumerate(settings.current(tx).audit_publish):
        if not day and urlsplit(place).scheme != "file":
            continue
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
    if place not in settings.current(database).audit_publish:
        raise Refusal(
            f"Niêm phong số {n} không được công bố ở “{place}”: nơi này không còn trong MOTCUA_AUDIT_PUBLISH.",
            f"Seal {n} is not published at '{place}': the place is no longer in MOTCUA_AUDIT_PUBLISH.",
        )
    places((place,))
    parts = urlsplit(place)
    if parts.scheme == "file":
        _append(_file(place), line)
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


def _file(place: str) -> Path:
    """The file of a place of publication; in a folder it has a name of ours."""
    path = Path(unquote(urlsplit(place).path))
    return path / "motcua-seals.txt" if path.is_dir() or place.endswith("/") else path


def _lines(path: Path) -> list[str]:
    """The lines of a file; none where it cannot be read."""
    try:
        return path.read_text("utf-8", errors="replace").splitlines()
    except OSError:
        return []


def published(where: Database | Tx) -> list[str]:
    """The lines of seals that stand outside the database: beside the key, and in the files and folders where they are
    published. The verifier holds the log against them."""
    known = settings.current(where)
    files = [_file(place) for place in known.audit_publish if urlsplit(place).scheme == "file"]
    beside = [keys.lines_of(known.audit_key)] if known.audit_key is not None else []
    return [line for path in (*beside, *files) for line in _lines(path)]


def verify(database: Database, lines: Iterable[str] = ()) -> dict[str, Any]:
    """`engine.audit.verify` of this house: by its public keys, against the lines that stand outside the database (and
    `lines`), and with the stored files. What was published is read first: no seal is newer than the moment that is
    verified."""
    outside = [*published(database), *lines]
    try:
        known = ring(database)
    except (OSError, ValueError):  # told by `_outside`
        known = []
    return audit.verify(database, known, outside, reads_from=reads_from(database), more=_more)


def _more(tx: Tx) -> Iterator[dict[str, Any]]:
    yield from _outside(tx)
    yield from files.faults(tx)
    yield from step_terms.faults(tx)
    yield from numbering.faults(tx)


def _outside(tx: Tx) -> Iterator[dict[str, Any]]:
    """What ought to stand outside the database: the public keys where anything was signed, and the lines of seals in
    each place that had an hour to take one."""
    known = settings.current(tx)
    made = list(raw.pages(tx, signed_seal, (signed_seal.c.n,)))
    signed = any(row["signature"] is not None for row in made)
    if known.audit_key is not None and (signed or known.audit_key.exists()) and not _readable(tx):
        yield {"root_id": None, "reason": "key missing", "what": str(keys.ring_of(known.audit_key))}
    last = made[-1]["sealed_at"] if made else None
    if not isinstance(last, datetime) or last > tx.now - timedelta(hours=1):
        return
    beside = [keys.lines_of(known.audit_key)] if known.audit_key is not None and known.audit_key.exists() else []
    for path in (*beside, *(_file(place) for place in known.audit_publish if urlsplit(place).scheme == "file")):
        if not any(line.strip() for line in _lines(path)):
            yield {"root_id": None, "reason": "published missing", "what": str(path)}


def _readable(tx: Tx) -> bool:
    try:
        return bool(ring(tx))
    except (OSError, ValueError):
        return False


#: The events of a verification that was asked for on a page: what it found, or why it did not come to its end.
VERIFIED, NOT_VERIFIED = "log.verified", "log.not_verified"
_VERIFY = "log.verify"
SHOWN = 100  # faults that are kept of one; the command line names them all


@dataclass(frozen=True, slots=True)
class Verification:
    """The last one that was asked for. report: as of `verify`, with the first faults only; None where it failed."""

    at: datetime
    by: str
    report: Mapping[str, Any] | None


@command
def ask_to_verify(tx: Tx, by: str) -> bool:
    """Lets a worker verify all of the log; False where that waits or runs already."""
    return jobs.add(tx, LOG, _VERIFY, payload={"by": by}, dedupe_key=_VERIFY, retries=2) is not None


@query
def verification(tx: Tx) -> tuple[Verification | None, datetime | None]:
    """The last verification that came to an end, and since when another waits or runs."""
    since = tx.read(select(job.c.due_at).where(job.c.root_id == LOG, job.c.dedupe_key == _VERIFY)).scalar()
    row = tx.read(
        select(event.c.at, event.c.kind, event.c.who, event.c.data)
        .where(event.c.root_id == LOG, event.c.kind.in_((VERIFIED, NOT_VERIFIED)))
        .order_by(event.c.seq.desc())
        .limit(1)
    ).first()
    if row is None:
        return None, since
    report = orjson.loads(row.data)["report"] if row.kind == VERIFIED else None
    return Verification(row.at, row.who or "", report), since


def _verify(asked: Job, database: Database) -> dict[str, Any]:
    found = verify(database)
    return {**found, "broken": found["broken"][:SHOWN]}


def _verified(tx: Tx, asked: Job, report: dict[str, Any]) -> None:
    audit.append(tx, LOG, VERIFIED, asked.payload["by"], {"report": report})


def _not_verified(tx: Tx, asked: Job, message: str) -> None:
    audit.append(tx, LOG, NOT_VERIFIED, asked.payload["by"], {"reason": message})


HANDLERS = {
    "seal.publish": Handler(outside=_publish, opens=True),
    _VERIFY: Handler(outside=_verify, done=_verified, exhausted=_not_verified, opens=True),
}
