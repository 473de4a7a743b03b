"""A file that mailbox, scanner or upload brought becomes a document in the tray: read, looked at for a stamp of secrecy
before anything of it is kept, then for malware, its signatures judged, and entered."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import overload

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from engine import audit
from engine.refusal import Later, Refusal
from engine.store import Database, Tx
from engine.store.joining import command, query
from procedures import files, settings
from procedures.actor import SYSTEM
from procedures.documents import incoming, recognising, words
from procedures.documents.incoming import Beside, Read
from procedures.signatures.bounded import Verifier
from procedures.store.tray import LOG, tray_item

log = logging.getLogger("motcua.tray")
MIB = 1024 * 1024
#: Bytes of a paper whose words are read.
READ = 40 * MIB
TAKEN, UNUSABLE, REFUSED, DOUBLE, IGNORED, TRYING = "taken", "unusable", "refused", "double", "ignored", "trying"
#: Tries after which what breaks its reader is given up.
TRIES = 6
_FEW = 20  # letters: a page with fewer was scanned


@dataclass(frozen=True, slots=True)
class Item:
    """What a source has: under which key, of whom, what it is called."""

    agency: str
    source: str
    key: str
    title: str
    sender: str | None = None
    message_id: str | None = None


class Unreadable(Refusal):
    """A file that no reader opens."""


@overload
def read(database: Database, path: Path, name: str, verifier: Verifier) -> Read: ...
@overload
def read(database: Database, path: Path, name: str, verifier: Verifier, *, recognise: bool) -> Read | None: ...
def read(database: Database, path: Path, name: str, verifier: Verifier, *, recognise: bool = True) -> Read | None:
    """Reads a file that lies on disk, of which nothing is kept yet; None where its words would have to be recognised,
    and are not to be now. Refuses what is no document, what no reader opens, and what shows a stamp of secrecy."""
    shown = files.clean_name(name)
    files.refuse_size(shown, path.stat().st_size, settings.current(database).max_file_bytes)
    with path.open("rb") as stream:
        kind = files.type_of_stream(stream)
    files.refuse_type(shown, kind, incoming.SCANS)
    body = path.read_bytes() if path.stat().st_size <= READ else b""
    pages = files.pages(body) if kind == files.PDF and body else None
    if kind == files.PDF and body and not pages:
        raise Unreadable(
            f"Tệp “{shown}” bị hỏng hoặc có mật khẩu nên không đọc được. Quét lại, hoặc đề nghị nơi gửi gửi lại.",
            f"The file '{shown}' is damaged or locked and cannot be read. Scan it again, or ask for it again.",
        )
    text, by = words.text_of(body, kind), "text"
    if sum(map(str.isalpha, text)) < _FEW:
        if not recognise and recognising.available() and kind != files.DOCX:
            return None
        text, by = recognising.recognised(path, kind), "ocr"
    incoming.refuse_secret(stamped=text)
    judged = verifier.judge(path) if kind == files.PDF and b"/ByteRange" in body else None
    return Read(text, by if text.strip() else "", judged, pages)


def beside(database: Database, path: Path, name: str, verifier: Verifier) -> Beside:
    """A file that came with a document, of whatever type: kept, never shown in place unless it is a paper. Refuses a
    stamp of secrecy, which lets nothing of the whole through; what cannot be taken otherwise says why."""
    with path.open("rb") as stream:
        kind = files.type_of_stream(stream)
    size = path.stat().st_size
    body = path.read_bytes() if size <= READ else b""
    incoming.refuse_secret(stamped=words.text_of(body, kind))
    judged = verifier.judge(path) if kind == files.PDF and b"/ByteRange" in body else None
    try:
        stored = files.admit(database, path, name, None)
    except Later:
        raise
    except Refusal as refusal:
        return Beside(files.clean_name(name), kind, size, fault=refusal.vi)
    return Beside(stored.name, stored.type, stored.size, stored, judged=judged)


def take(
    database: Database,
    item: Item,
    papers: Sequence[tuple[Path, str]],
    verifier: Verifier,
    *,
    also: Sequence[tuple[Path, str]] = (),
    paper: bool = False,
) -> list[str]:
    """Each of the papers (a file, and what it is called) becomes a document; their codes. also: files that came with
    the first. paper: they stand for paper. What refuses one refuses all: nothing is entered then."""
    readings = [(path, name, read(database, path, name, verifier)) for path, name in papers]
    with_first = [beside(database, path, name, verifier) for path, name in also]
    stored = [(files.admit(database, path, name, incoming.SCANS), reading) for path, name, reading in readings]

    def work(tx: Tx) -> list[str]:
        id = note(tx, item, TAKEN)
        made = [
            incoming.arrive(
                tx,
                item.agency,
                scan,
                SYSTEM,
                paper=paper,
                read=reading,
                channel=item.source,
                item=id,
                subject=item.title if item.source == "mail" else "",
                beside=with_first if place == 0 else (),
            )
            for place, (scan, reading) in enumerate(stored)
        ]
        return [one.code for one in made]

    return database.run(work)


def refused(database: Database, item: Item, error: Exception) -> str:
    """Notes why something is no document; the state that it has then. Raises what passes (the scanner, the disk or the
    database is away), so that it is tried again."""
    if isinstance(error, Later | OSError) and not isinstance(error, FileNotFoundError):
        raise error
    if isinstance(error, Refusal):
        state = REFUSED if error.about == "secrecy" else UNUSABLE
        title = _SECRET if error.about == "secrecy" else item.title
        database.run(lambda tx: note(tx, item, state, error.vi, error.en, title=title))
        return state
    log.error("what came to the tray could not be worked on: %s", type(error).__name__)
    tries = database.run(lambda tx: _failed(tx, item, error))
    return UNUSABLE if tries >= TRIES else TRYING


_SECRET = "(văn bản có độ mật)"


@command
def note(
    tx: Tx, item: Item, state: str, vi: str = "", en: str = "", *, title: str | None = None, tries: int = 0
) -> str:
    """What became of a mail or scan; the id of its row."""
    key = tray_item.c.agency == item.agency, tray_item.c.source == item.source, tray_item.c.key == item.key
    values = {"state": state, "vi": vi, "en": en, "title": (title if title is not None else item.title)[:500]}
    id = tx.execute(select(tray_item.c.id).where(*key)).scalar()
    if id is None:
        id = tx.database.new_id()
        insert = (sqlite.insert if tx.database.sqlite else postgresql.insert)(tray_item)
        tx.execute(
            insert.values(
                agency=item.agency,
                id=id,
                source=item.source,
                key=item.key,
                message_id=item.message_id,
                sender=item.sender,
                came_at=tx.now,
                tries=tries,
                **values,
            )
        )
    else:
        tx.execute(update(tray_item).where(*key).values(**values, tries=tries))
    audit.append(tx, LOG, "tray.came", None, {"agency": item.agency, "source": item.source, "state": state})
    return str(id)


def _failed(tx: Tx, item: Item, error: Exception) -> int:
    name = type(error).__name__
    row = known(tx, item)
    tries = (row[1] if row is not None else 0) + 1
    note(
        tx,
        item,
        UNUSABLE if tries >= TRIES else TRYING,
        f"Hệ thống gặp lỗi khi đọc ({name}).",
        f"It could not be worked on ({name}).",
        tries=tries,
    )
    return tries


@query
def known(tx: Tx, item: Item) -> tuple[str, int] | None:
    """State and tries of what a source brought before under the same key; None where it is new."""
    row = tx.read(
        select(tray_item.c.state, tray_item.c.tries).where(
            tray_item.c.agency == item.agency, tray_item.c.source == item.source, tray_item.c.key == item.key
        )
    ).first()
    return (row.state, row.tries) if row is not None else None


@query
def has_come(tx: Tx, agency: str, message_id: str) -> bool:
    """Whether a mail with that Message-ID was dealt with, under whatever UID."""
    asked = select(tray_item.c.id).where(
        tray_item.c.agency == agency, tray_item.c.message_id == message_id, tray_item.c.state != TRYING
    )
    return bool(message_id) and tx.read(asked.limit(1)).first() is not None
