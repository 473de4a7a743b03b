"""The worker looks at the axis for what has come: each message is fetched to disk, looked at for malware, read, its
signatures judged, and entered; then the axis is told. What breaks on the way is tried again, as long as the axis has
it; what cannot be understood is kept, shown, and the axis told so."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select, true, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import OperationalError

from engine import audit, jobs
from engine.jobs import Handler, Job
from engine.refusal import Later, Refusal
from engine.store import Database, Tx
from engine.store.joining import command, query
from procedures import files, settings
from procedures.documents import incoming, words
from procedures.exchange import edxml
from procedures.exchange.axis import entering, outbox, protocol
from procedures.exchange.axis.client import MESSAGE, Away, Client, Listed, NotTaken
from procedures.exchange.axis.entering import File, Message
from procedures.exchange.edxml.attachments import LONGEST, MIB
from procedures.search import fold
from procedures.signatures.bounded import Verifier
from procedures.store.axis import LOG, axis_agency, axis_document, axis_inbox
from procedures.store.documents import document

log = logging.getLogger("motcua.axis")
POLL = "axis-poll"
#: So many messages are taken at one look; more are taken at the next, which comes at once.
AT_ONCE = 50
#: Minutes until a message is fetched again that could not be, by the number of tries; then the last.
AGAIN = (0, 0, 1, 5, 15, 60)
#: Seconds between two looks at an axis that does not answer, by how often it has not; then the last.
AWAY = (10, 30, 60, 120, 300)
#: Bytes of a paper whose words are read for the search.
READ = 20 * MIB
#: How long a message about an unknown document is looked at again.
PATIENCE, _HOUR = timedelta(days=30), timedelta(hours=1)
#: Tries after which a message that breaks what reads it is given up.
TRIES = 8
_FINAL = ("taken", "duplicate", "unreadable", "refused")


@dataclass(frozen=True, slots=True)
class Look:
    """What a look at the axis came to. fault: why it could not be finished (vi, en)."""

    taken: int = 0
    more: bool = False
    fault: tuple[str, str] | None = None


# -- the job ----------------------------------------------------------------------------------------------------------


def begin(database: Database) -> None:
    """Sees to it that somebody looks, where this installation is joined to the axis. A worker calls it when it starts,
    and every hour."""
    if outbox.offered(database):
        database.run(lambda tx: jobs.add(tx, LOG, POLL, payload={"faults": 0}, dedupe_key=POLL, retries=1_000_000))


def _look(job: Job, database: Database) -> tuple[Look, str]:
    """What a look came to, and the day on which the list of agencies was taken over last."""
    day = str(job.payload.get("agencies", ""))
    if not outbox.offered(database):
        return Look(), day
    found, today = look(database), f"{database.clock():%Y-%m-%d}"
    if day != today and not found.fault:
        try:
            sync_agencies(database)
        except (Away, NotTaken) as refusal:
            log.warning("the list of agencies was not taken over: %s", refusal)
        else:
            day = today
    return found, day


def _looked(tx: Tx, job: Job, answer: tuple[Look, str]) -> None:
    """The next look: at once where more waits, later where the axis does not answer."""
    found, day = answer
    if not outbox.offered(tx):
        return
    faults = int(job.payload.get("faults", 0)) + 1 if found.fault else 0
    every = AWAY[min(faults, len(AWAY)) - 1] if faults else 0 if found.more else settings.current(tx).axis.every
    said = {
        "faults": faults,
        "agencies": day,
        "at": tx.now.isoformat(),
        "vi": found.fault[0] if found.fault else "",
        "en": found.fault[1] if found.fault else "",
    }
    jobs.add(tx, LOG, POLL, tx.now + timedelta(seconds=every), said, dedupe_key=POLL, retries=1_000_000)


HANDLERS = {POLL: Handler(outside=_look, done=_looked, opens=True)}


# -- a look -----------------------------------------------------------------------------------------------------------


def look(database: Database) -> Look:
    """Takes what waits at the axis, and looks again at what waits here for a document."""
    client, taken, seen = Client(settings.current(database).axis), 0, 0
    with Verifier(settings.current(database).signature_trust) as verifier:
        try:
            for kind in (protocol.EDOC, protocol.STATUS):
                for listed in client.received(kind):
                    if seen >= AT_ONCE:
                        return Look(taken, more=True)
                    done = _one(database, client, verifier, listed)
                    seen += done is not None
                    taken += bool(done)
        except (Away, NotTaken) as refusal:
            return Look(taken, fault=(refusal.vi, refusal.en))
        finally:
            _waiting(database, verifier, all=taken > 0)
    return Look(taken)


def _one(database: Database, client: Client, verifier: Verifier, listed: Listed) -> bool | None:
    """Takes a message; whether it was taken now. None for one that need not be touched."""
    row = _known(database, listed)
    if row.state in _FINAL or row.state == "waiting":
        if row.confirmed_at is None:
            _confirm(database, client, listed.id, row.state)
        return None
    if row.next_at is not None and row.next_at > database.clock():
        return None
    try:
        with _fetched(database, client, listed) as (path, sha256):
            try:
                state = _take(database, verifier, listed, path, sha256)
            except Exception as error:
                if not _given_up(row, error):
                    raise
                _unreadable(database, listed.id, _kept(database, path, sha256), error)
                state = "unreadable"
    except Exception as error:
        _failed(database, listed.id, error)
        return False
    _confirm(database, client, listed.id, state)
    return True


@contextmanager
def _fetched(database: Database, client: Client, listed: Listed) -> Iterator[tuple[Path, str]]:
    with files.workspace(database) as folder:
        path = folder / "thong-diep"
        with path.open("wb") as into:
            sha256 = client.fetch(listed.id, into)
        yield path, sha256


def _take(database: Database, verifier: Verifier, listed: Listed, path: Path, sha256: str) -> str:
    """Reads and enters a fetched message; its state then."""
    if _twice(database, listed, sha256):
        vi, en = "Thông điệp này đã nhận trước đó.", "This message was taken before."
        _note(database, listed.id, state="duplicate", sha256=sha256, vi=vi, en=en)
        return "duplicate"
    return _enter(database, _read(database, verifier, listed, path, sha256))


def _given_up(row: Any, error: Exception) -> bool:
    """Whether a message with this error is not tried again: what is no message says so at once; what breaks its reader
    has several tries; what the scanner, the disk or the database is short of has no end of them."""
    if isinstance(error, Refusal):
        return not isinstance(error, Later)
    passing = isinstance(error, OSError | OperationalError) and not isinstance(error, FileNotFoundError)
    return not passing and row.tries + 1 >= TRIES


def _words_of(error: Exception) -> tuple[str, str]:
    """Why a message is not taken, in both languages. What broke is logged by its type: its text is a stranger's."""
    if isinstance(error, Refusal):
        return error.vi, error.en
    name = type(error).__name__
    log.error("a message of the axis could not be taken: %s", name)
    return f"Hệ thống gặp lỗi khi xử lý thông điệp này ({name}).", f"This message could not be worked on ({name})."


def _unreadable(database: Database, id: str, sha256: str | None, error: Exception) -> None:
    vi, en = _words_of(error)
    _note(database, id, state="unreadable", sha256=sha256, vi=vi, en=en)


def _enter(database: Database, message: Message) -> str:
    def work(tx: Tx) -> str:
        came_at = tx.execute(select(axis_inbox.c.came_at).where(axis_inbox.c.axis_id == message.listed.id)).scalar_one()
        found = entering.enter(tx, message, came_at)
        _note(
            tx,
            message.listed.id,
            state=found.state,
            sha256=message.sha256 if message.kept else None,
            title=message.title if message.kept else "",
            vi=found.vi,
            en=found.en,
            about="\n".join(message.about) if found.state == "waiting" else None,
        )
        return found.state

    return database.run(work)


def _read(database: Database, verifier: Verifier, listed: Listed, path: Path, sha256: str) -> Message:
    """The message of a file, its attachments and itself in the store. Raises a Refusal for what is no message, and for
    malware in it. Nothing of one with a state secret is kept."""
    with files.workspace(database) as folder:
        with path.open("rb") as stream:
            said = edxml.read(stream, folder).fields
        texts = [_text(one) for one in said["attachments"]]
        secret = next((text for text in texts if _is_secret(text)), None)
        if secret is not None:
            return Message(listed, sha256, said, None, (), secret, kept=False)
        found = _attachments(database, verifier, said["attachments"])
    claimed = str((said["MessageHeader"].get("From") or {}).get("OrganId", ""))
    if not speaks_for(listed.organ, claimed):
        raise Refusal(
            f"Thông điệp tự ghi là của {claimed}, trục liên thông ghi nơi gửi là {listed.organ}: không tin.",
            f"The message says that it is from {claimed}, the axis that {listed.organ} sent it: it is not believed.",
        )
    judged = verifier.judge(path)
    files.admit(database, path, "thong-diep.edxml", None, MESSAGE)
    text = next((text for one, text in zip(found, texts, strict=True) if one.sha256 and one.size <= READ), "")
    return Message(listed, sha256, said, judged, _main_first(found), text)


def _text(entry: dict[str, Any]) -> str:
    """The words of an attachment, before anything of it is kept; empty for one that is too long to be read."""
    path = Path(entry["file"]) if "fault" not in entry else None
    if path is None or path.stat().st_size > READ:
        return ""
    body = path.read_bytes()
    return words.text_of(body, files.type_of(body))


def _is_secret(text: str) -> bool:
    try:
        incoming.refuse_secret(stamped=text)
    except Refusal:
        return True
    return False


def speaks_for(sender: str, claimed: str) -> bool:
    """Whether what the axis says sent a message may send in that name: its own, and those of its province or ministry,
    for which one system may speak (``H31`` in ``H31.15`` and ``000.00.15.H31``). Nobody recalls what others sent."""
    systems = [{part for part in code.split(".") if part[:1].isalpha()} for code in (sender, claimed)]
    return not sender or sender == claimed or bool(systems[0] & systems[1])


def _main_first(found: list[File]) -> list[File]:
    """The paper to read stands first: a PDF, where there is one."""
    return sorted(found, key=lambda one: (one.sha256 is None, one.type not in files.PAPERS))


def _attachments(database: Database, verifier: Verifier, entries: list[dict[str, Any]]) -> list[File]:
    """The attachments of a message. The same content under several names lies on the disk once, and is taken once."""
    found: list[File] = []
    taken: dict[str, File] = {}
    for entry in entries:
        name, place = str(entry["name"] or "tep")[:200], str(entry.get("file", ""))
        if place in taken:
            found.append(replace(taken[place], name=files.clean_name(name)))
            continue
        found.append(_attachment(database, verifier, entry, name))
        if place:
            taken[place] = found[-1]
    return found


def _attachment(database: Database, verifier: Verifier, entry: dict[str, Any], name: str) -> File:
    """An attachment of a message, judged and taken into the store."""
    kind, size = str(entry["type"] or "")[:255], int(entry["size"] or 0)
    if "fault" in entry:
        return File(name, kind, size, fault=str(entry["fault"]["vi"]))
    path = Path(entry["file"])
    try:
        with path.open("rb") as body:
            signed = body.read(1024)
        judged = verifier.judge(path) if b"%PDF-" in signed else None
        stored = files.admit(database, path, name, None, LONGEST)
    except Later:
        raise
    except Refusal as refusal:
        return File(name, kind, size, fault=refusal.vi)
    return File(stored.name, stored.type, stored.size, stored.sha256, judged=judged)


def _kept(database: Database, path: Path, sha256: str) -> str | None:
    """What cannot be understood is kept all the same, but not what the scanner names: that has gone from its place.
    Raises Later while the scanner is away."""
    if files.place(database, sha256).exists():
        return sha256
    try:
        return files.admit(database, path, "thong-diep.edxml", None, MESSAGE).sha256
    except Later:
        raise
    except (Refusal, FileNotFoundError):
        return None


# -- what waits here --------------------------------------------------------------------------------------------------


def _waiting(database: Database, verifier: Verifier, *, all: bool) -> None:
    """Messages about documents that had not come: where one of those is here by now, the message is read again, and
    only then. all: something has come just now; else those that nobody has looked at for an hour."""
    for row in _those_waiting(database, all):
        if not _is_here(database, row):
            continue
        listed = Listed(row.axis_id, row.kind, row.organ, tuple(row.receivers.split("\n")) if row.receivers else ())
        _note(database, row.axis_id, next_at=database.clock() + _HOUR)
        try:
            _enter(database, _read(database, verifier, listed, files.place(database, row.sha256), row.sha256))
        except Exception as error:
            if _given_up(row, error):
                _unreadable(database, row.axis_id, row.sha256, error)
            else:
                _failed(database, row.axis_id, error)


@query
def _those_waiting(tx: Tx, all: bool) -> list[Any]:
    wanted = axis_inbox.c.next_at.is_(None) | (axis_inbox.c.next_at <= tx.now)
    rows = tx.read(
        select(axis_inbox)
        .where(axis_inbox.c.state == "waiting", axis_inbox.c.came_at > tx.now - PATIENCE, true() if all else wanted)
        .order_by(axis_inbox.c.came_at, axis_inbox.c.axis_id)
        .limit(200)
    )
    return list(rows)


@query
def _is_here(tx: Tx, row: Any) -> bool:
    """Whether a document that a waiting message speaks of came since it was looked at last, or is known at all and
    nobody has looked for an hour. A message may be large: it is not read to find that out."""
    if row.about is None:
        return True  # it waits since before this was noted
    names = row.about.split("\n")
    known = axis_document.c.document_id.in_(names) | document.c.notation.in_(names)
    if row.next_at is not None and row.next_at > tx.now:
        known &= document.c.received_at >= row.next_at - _HOUR
    there = select(document.c.id).join(axis_document, axis_document.c.root_id == document.c.id).where(known).limit(1)
    return tx.read(there).first() is not None


# -- the list of what came --------------------------------------------------------------------------------------------


@command
def _known(tx: Tx, listed: Listed) -> Any:
    """The row of a message that the axis lists, made where there is none."""
    insert = (sqlite.insert if tx.database.sqlite else postgresql.insert)(axis_inbox)
    found = tx.execute(select(axis_inbox).where(axis_inbox.c.axis_id == listed.id)).first()
    if found is None:
        tx.execute(
            insert.values(
                axis_id=listed.id,
                kind=listed.kind,
                organ=listed.organ,
                receivers="\n".join(listed.receivers),
                state="trying",
                came_at=tx.now,
                title="",
                vi="",
                en="",
                tries=0,
            )
        )
        found = tx.execute(select(axis_inbox).where(axis_inbox.c.axis_id == listed.id)).one()
    return found


@command
def _note(tx: Tx, /, axis_id: str, **values: Any) -> None:
    tx.execute(update(axis_inbox).where(axis_inbox.c.axis_id == axis_id).values(**values))
    if "state" in values:
        audit.append(tx, LOG, "axis.came", None, {"axis_id": axis_id, "state": values["state"]})


@command
def _failed(tx: Tx, id: str, error: Exception) -> None:
    """A message could not be fetched or worked on: the next try."""
    vi, en = _words_of(error)
    tries = tx.execute(select(axis_inbox.c.tries).where(axis_inbox.c.axis_id == id)).scalar_one() + 1
    wait = timedelta(minutes=AGAIN[min(tries, len(AGAIN)) - 1])
    tx.execute(
        update(axis_inbox).where(axis_inbox.c.axis_id == id).values(tries=tries, next_at=tx.now + wait, vi=vi, en=en)
    )


@query
def _twice(tx: Tx, listed: Listed, sha256: str) -> bool:
    """Whether the same message, for the same receivers, was taken under another id."""
    rows = tx.read(
        select(axis_inbox.c.axis_id).where(
            axis_inbox.c.sha256 == sha256,
            axis_inbox.c.receivers == "\n".join(listed.receivers),
            axis_inbox.c.axis_id != listed.id,
            axis_inbox.c.state.in_(("taken", "waiting")),
        )
    )
    return rows.first() is not None


def _confirm(database: Database, client: Client, id: str, state: str) -> None:
    """The axis learns what became of a message; where it does not take that, it is told at the next look."""
    try:
        client.confirm(id, protocol.FAILED if state == "unreadable" else protocol.DONE)
    except NotTaken as refusal:
        log.warning("the axis does not take what became of a message: %s", refusal)
        return
    _note_confirmed(database, id)


@command
def _note_confirmed(tx: Tx, id: str) -> None:
    tx.execute(update(axis_inbox).where(axis_inbox.c.axis_id == id).values(confirmed_at=tx.now))


# -- who is reached ---------------------------------------------------------------------------------------------------


def sync_agencies(database: Database) -> int:
    """Takes over the list of who is reached by the axis; how many."""
    found = Client(settings.current(database).axis).agencies()
    database.run(lambda tx: _put_agencies(tx, found))
    return len(found)


def _put_agencies(tx: Tx, found: list[Any]) -> None:
    known = {row.organ: row for row in tx.execute(select(axis_agency))}
    insert = (sqlite.insert if tx.database.sqlite else postgresql.insert)(axis_agency)
    for one in {each.organ: each for each in found}.values():
        values = {"name": one.name, "folded": fold(one.name), "email": one.email or None}
        there = known.pop(one.organ, None)
        if there is None:
            tx.execute(insert.values(organ=one.organ, seen_on=tx.now.date(), **values))
        elif (there.name, there.email) != (one.name, one.email or None):
            tx.execute(update(axis_agency).where(axis_agency.c.organ == one.organ).values(**values))
    if found and known:
        tx.execute(axis_agency.delete().where(axis_agency.c.organ.in_(known)))
