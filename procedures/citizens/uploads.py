"""Files that come in pieces (tus 1.0.0): what has come lies on disk and is never held in memory, so that a line that
breaks costs no more than the piece that was on its way. An upload belongs to one citizen's draft, is bounded, and is
forgotten after a day."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO

from sqlalchemy import delete, func, select

from engine.refusal import Refusal
from engine.store import Database, Tx
from engine.store.joining import command, query
from procedures import files, settings
from procedures.citizens import drafts
from procedures.store.citizens import upload

LASTS = timedelta(hours=24)
MOST = 40  # of one citizen on their way at once
PIECE = 64 * 1024  # bytes in memory at a time


class Taken(Refusal):
    """Another request writes this upload at this moment."""


class Elsewhere(Refusal):
    """A piece does not begin where the upload stands."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file on its way. got: bytes that have come."""

    id: str
    citizen: str
    submission: str
    component: str
    name: str
    length: int
    got: int
    until: datetime


@command
def begin(tx: Tx, citizen_id: str, submission: str, component: str, name: str, length: int) -> str:
    """Announces a file; its id. Refuses an empty or too large one, one for a draft that is not theirs, and too many."""
    draft = drafts.get(tx, citizen_id, submission)
    if draft is None or draft.state != drafts.DRAFT:
        raise Refusal("Hồ sơ này đã nộp hoặc không còn.", "This dossier has been sent, or is no more.")
    shown = files.clean_name(name)
    files.refuse_size(shown, length, settings.current(tx).max_file_bytes)
    for old in tx.read(select(upload.c.id).where(upload.c.begun_at < tx.now - LASTS).limit(100)).scalars().all():
        _path(tx, old).unlink(missing_ok=True)
    tx.execute(delete(upload).where(upload.c.begun_at < tx.now - LASTS))
    if (tx.read(select(func.count()).select_from(upload).where(upload.c.citizen == citizen_id)).scalar() or 0) >= MOST:
        raise Refusal(
            "Đang có quá nhiều tệp tải lên dở dang. Chờ các tệp đó xong rồi tải tiếp.",
            "Too many files are on their way. Let them come in first.",
        )
    id = tx.database.new_id()
    tx.execute(
        upload.insert().values(
            citizen=citizen_id,
            id=id,
            submission=submission,
            component=component,
            name=shown,
            length=length,
            begun_at=tx.now,
        )
    )
    path = _path(tx, id)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.touch(mode=0o600)
    return id


@query
def get(tx: Tx, citizen_id: str, id: str) -> Upload | None:
    """An upload of this citizen; None for another's, one that is done, and one whose day is over."""
    row = tx.read(select(upload).where(upload.c.citizen == citizen_id, upload.c.id == id)).first()
    if row is None or row.begun_at < tx.now - LASTS:
        return None
    path = _path(tx, id)
    got = path.stat().st_size if path.exists() else 0
    return Upload(id, citizen_id, row.submission, row.component, row.name, row.length, got, row.begun_at + LASTS)


def write(where: Database, known: Upload, offset: int, body: IO[bytes]) -> int:
    """Adds a piece at `offset`, as far as it comes; where the upload stands then. What came stays, also where the line
    breaks. Raises Elsewhere where the upload does not stand at `offset`, or is over; Taken where another writes."""
    with _alone(_path(where, known.id)) as out:
        stands = os.fstat(out.fileno()).st_size
        if stands != offset:
            raise Elsewhere("Tệp tải lên không nối tiếp đúng chỗ.", f"The upload stands at {stands}.")
        left = known.length - stands
        try:
            while left > 0 and (piece := body.read(min(PIECE, left))):
                out.write(piece)
                left -= len(piece)
        finally:
            out.flush()
            os.fsync(out.fileno())
    return known.length - left


def finish(where: Database, known: Upload, allowed: tuple[str, ...]) -> files.Stored:
    """All has come: the file is checked, stored, and a paper of the draft. The upload is over, whatever becomes of it.
    Refuses what `files.admit` and `drafts.add_paper` refuse; raises as `write` does where another request is first."""
    path = _path(where, known.id)
    with _alone(path):
        try:
            stored = files.admit(where, path, known.name, allowed)
            drafts.add_paper(where, known.citizen, known.submission, known.component, stored)
            return stored
        finally:
            forget(where, known.citizen, known.id)


def forget(where: Database, citizen_id: str, id: str) -> None:
    """Ends an upload, and takes away what has come of it."""
    if _forget(where, citizen_id, id):
        _path(where, id).unlink(missing_ok=True)


@command
def _forget(tx: Tx, citizen_id: str, id: str) -> bool:
    return bool(tx.execute(delete(upload).where(upload.c.citizen == citizen_id, upload.c.id == id)).rowcount)


@contextmanager
def _alone(path: Path) -> Iterator[IO[bytes]]:
    over = Elsewhere("Tệp này không còn đang tải lên.", "This upload is over.")
    try:
        out = path.open("r+b")
    except FileNotFoundError:
        raise over from None
    with out:
        try:
            fcntl.flock(out, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Taken("Tệp này đang được tải lên ở nơi khác.", "This file is being uploaded elsewhere.") from None
        if not _stands_there(path, out):  # who had the lock before has ended it
            raise over
        out.seek(0, os.SEEK_END)
        yield out


def _stands_there(path: Path, opened: IO[bytes]) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(opened.fileno()))
    except FileNotFoundError:
        return False


def _path(where: Database | Tx, id: str) -> Path:
    return settings.current(where).home / "uploads" / id
