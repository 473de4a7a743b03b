"""The worker looks into mailboxes and scan folders: a job for each, which says when it looks next. What it knows of a
source (the last UID, the files that were still growing) and how the last look went stand in the job."""

from __future__ import annotations

import logging
import os
import shutil
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Any

from sqlalchemy import select

from engine import jobs
from engine.calendar import VIETNAM
from engine.jobs import Handler, Job
from engine.refusal import Refusal
from engine.store import Database, Tx
from engine.store.joining import query
from engine.store.tables import job
from procedures import files, settings
from procedures.actor import Actor
from procedures.documents import incoming, mailbox, splitting, taking
from procedures.documents.taking import DOUBLE, IGNORED, TRYING, Item
from procedures.documents.trays import MAIL, SCAN, Mailbox, ScanFolder
from procedures.documents.values import Document
from procedures.rights import documents as rights
from procedures.signatures.bounded import Verifier
from procedures.store.tray import LOG
from procedures.vocabulary.documents import UPLOAD

log = logging.getLogger("motcua.tray")
POLL = "tray-look"
#: So many mails or files are taken at one look; more at the next, which comes at once.
AT_ONCE = 20
#: Names of a folder that one look regards; the rest waits.
MOST_NAMES = 2000
#: Seconds until the next look at what cannot be read, by how often it could not; then the last.
AWAY = (10, 30, 60, 120, 300)
#: How far back a mailbox is read that was never read before, or has been made anew.
BACK = timedelta(days=7)
#: Seconds for which a file must have been left alone, beside being the same at two looks.
STILL = 2.0
TAKING, NOT_TAKEN = ".dang-nhap", "khong-nhan-duoc"  # folders of a scan folder: being taken; what could not be
LONGEST_NAME = 180  # bytes of a name to which marks are added; a file system takes 255
ON_PAPER, NO_PAPER = "giay", "tep"  # how an upload that waits says whether it stands for paper
ENDINGS = (".pdf", ".tif", ".tiff", ".png", ".jpg", ".jpeg", ".webp", ".docx")


@dataclass(slots=True)
class Look:
    """What a look came to. state: what the next one has to know. fault: why it could not be finished (vi, en)."""

    state: dict[str, Any] = field(default_factory=dict)
    taken: int = 0
    more: bool = False
    fault: tuple[str, str] | None = None


# -- the job ----------------------------------------------------------------------------------------------------------


def begin(database: Database) -> None:
    """Sees to it that somebody looks, where mailboxes or folders are named. A worker calls it when it starts, and every
    hour."""
    trays = settings.current(database).trays
    for source, named in ((MAIL, trays.mail), (SCAN, trays.scan)):
        for agency in named:
            database.run(lambda tx, source=source, agency=agency: order(tx, source, agency))  # type: ignore[misc]


def order(tx: Tx, source: str, agency: str, after: timedelta = timedelta(), said: Mapping[str, Any] = {}) -> None:
    """Has a source looked at, once at a time."""
    payload = {"source": source, "agency": agency, **said}
    jobs.add(tx, LOG, POLL, tx.now + after, payload, dedupe_key=f"{source}:{agency}", retries=1_000_000)


def _source(where: Database | Tx, payload: Mapping[str, Any]) -> Mailbox | ScanFolder | None:
    source, agency = str(payload["source"]), str(payload["agency"])
    trays = settings.current(where).trays
    if source == UPLOAD:
        return ScanFolder(agency, spool(where, agency), every=3)
    return trays.mail.get(agency) if source == MAIL else trays.scan.get(agency)


def _look(job: Job, database: Database) -> Look:
    known = _source(database, job.payload)
    if known is None:
        return Look()
    state = dict(job.payload.get("state") or {})
    try:
        if isinstance(known, Mailbox):
            return read_mail(database, known, state)
        return read_folder(database, known, state, str(job.payload["source"]))
    except Refusal as refusal:
        return Look(state, fault=(refusal.vi, refusal.en))
    except OSError as error:
        why = error.strerror or type(error).__name__
        return Look(state, fault=(f"Không đọc được thư mục quét ({why}).", f"The folder cannot be read ({why})."))
    except Exception as error:
        log.error("a look at the tray's sources broke: %s", type(error).__name__, exc_info=error)
        return Look(state, fault=(f"Lỗi khi đọc ({type(error).__name__}).", f"It broke ({type(error).__name__})."))


def _looked(tx: Tx, job: Job, found: Look) -> None:
    known = _source(tx, job.payload)
    if known is None:
        return
    source = str(job.payload["source"])
    if source == UPLOAD and not found.state.get("seen") and not found.more and not found.fault:
        return  # its folder is empty: the next upload orders the next look
    faults = int(job.payload.get("faults", 0)) + 1 if found.fault else 0
    wait = AWAY[min(faults, len(AWAY)) - 1] if faults else 0 if found.more else known.every
    vi, en = found.fault or ("", "")
    said = {"state": found.state, "faults": faults, "at": tx.now.isoformat(), "vi": vi, "en": en}
    order(tx, source, known.agency, timedelta(seconds=wait), said)


HANDLERS = {POLL: Handler(outside=_look, done=_looked, opens=True)}


@dataclass(frozen=True, slots=True)
class Health:
    """How a source is. at: of the last look; None: it was never looked at. fault: why it could not be read (vi, en)."""

    agency: str
    source: str
    at: datetime | None
    fault: tuple[str, str] | None
    faults: int


@query
def health(tx: Tx) -> list[Health]:
    """How the last look at each source went, by agency."""
    rows = tx.read(select(job.c.payload).where(job.c.root_id == LOG, job.c.kind == POLL)).scalars()
    said = {(one["agency"], one["source"]): one for one in map(jobs.unpack, rows)}
    trays = settings.current(tx).trays
    found = []
    for source, named in ((MAIL, trays.mail), (SCAN, trays.scan)):
        for agency in named:
            one = said.get((agency, source), {})
            at = datetime.fromisoformat(one["at"]) if one.get("at") else None
            fault = (one["vi"], one["en"]) if one.get("vi") else None
            found.append(Health(agency, source, at, fault, int(one.get("faults", 0))))
    return sorted(found, key=lambda one: (one.agency, one.source))


# -- mail -------------------------------------------------------------------------------------------------------------


def read_mail(database: Database, box: Mailbox, state: Mapping[str, Any]) -> Look:
    """Takes what is new in a mailbox, each mail once. Raises `mailbox.Away`."""
    with mailbox.opened(box) as server:
        last = int(state.get("last", 0)) if state.get("validity") == server.validity else 0
        made = Look({"validity": server.validity, "last": last})
        since = (database.clock() - BACK).astimezone(VIETNAM).date()
        uids = server.new(last, since)
        made.more = len(uids) > AT_ONCE
        with Verifier(settings.current(database).signature_trust) as verifier:
            for uid in uids[:AT_ONCE]:
                told = server.envelope(uid)
                item = Item(
                    box.agency,
                    MAIL,
                    f"{server.validity}:{uid}",
                    told.subject or "(không có tiêu đề)",
                    None if told.automatic else told.sender,
                    told.message_id or None,
                )
                before = _known(database, item)
                if before is None or before == TRYING:
                    if _mail(database, server, told, item, verifier) == TRYING:
                        made.more = False  # it is tried again at the next look, before those after it: not at once
                        return made
                    made.taken += 1
                made.state["last"] = uid
    return made


def _known(database: Database, item: Item) -> str | None:
    found = taking.known(database, item)
    return found[0] if found is not None else None


def _mail(database: Database, server: mailbox.Opened, told: mailbox.Envelope, item: Item, verifier: Verifier) -> str:
    """Takes one mail; its state then."""
    if item.message_id and taking.has_come(database, item.agency, item.message_id):
        database.run(lambda tx: taking.note(tx, item, DOUBLE, "Thư này đã nhận trước đó.", "It has come before."))
        return DOUBLE
    if told.size > mailbox.LARGEST:
        most = mailbox.LARGEST // taking.MIB
        return taking.refused(
            database,
            item,
            Refusal(
                f"Thư lớn hơn {most} MB nên không tải về. Mở trong hộp thư, hoặc đề nghị nơi gửi gửi bằng cách khác.",
                f"The mail is larger than {most} MB and is not fetched.",
            ),
        )
    with files.workspace(database) as folder:
        path = folder / "thu"
        server.fetch(told.uid, path)
        try:
            body, attached = mailbox.contents(path)
            return _letter(database, folder, told, item, body, attached, verifier)
        except Exception as error:
            return taking.refused(database, item, error)


def _letter(
    database: Database,
    folder: Path,
    told: mailbox.Envelope,
    item: Item,
    body: str,
    attached: list[mailbox.Attached],
    verifier: Verifier,
) -> str:
    written: list[tuple[Path, str]] = []
    for number, one in enumerate(attached):
        place = folder / f"{number}"
        place.write_bytes(one.body)
        written.append((place, one.name))
    kinds = [files.type_of(one.body) for one in attached]
    order = (files.PDF, files.DOCX, files.TIFF, *files.IMAGES)
    usable = sorted((order.index(kind), n) for n, kind in enumerate(kinds) if kind in order)
    if not usable:
        if told.automatic:
            database.run(lambda tx: taking.note(tx, item, IGNORED))
            return IGNORED
        raise Refusal(
            "Thư không có tệp văn bản nào (PDF, Word hoặc ảnh). Mở trong hộp thư để xem, hoặc đề nghị nơi gửi gửi lại.",
            "The mail has no file that is a document (PDF, Word or a picture).",
        )
    main = written.pop(usable[0][1])
    if body:
        said = folder / "noi-dung"
        said.write_text(f"{item.title}\n{told.sender}\n\n{body}\n", encoding="utf-8")
        written.append((said, "noi-dung-thu.txt"))
    taking.take(database, item, [main], verifier, also=written)
    return taking.TAKEN


# -- folders ----------------------------------------------------------------------------------------------------------


def spool(where: Database | Tx, agency: str) -> Path:
    """Where uploads of an agency wait that take long to be read: nothing of them is in the store yet."""
    return settings.current(where).home / "tray" / agency


def uploaded(
    database: Database, agency: str, stream: IO[bytes], name: str, by: Actor, *, paper: bool = False, wait: bool = True
) -> Document | None:
    """A file that the registry clerk uploads becomes a document in the tray; None where it has to be recognised first,
    which the worker does soon (wait: here, before this comes back). Nothing is kept of what is refused."""
    rights.require_registry(database, agency, by)
    most = settings.current(database).max_file_bytes
    with files.workspace(database) as folder, Verifier(settings.current(database).signature_trust) as verifier:
        path = folder / "tep"
        with path.open("wb") as out:
            files.copied(stream, out, most)
        read = taking.read(database, path, name, verifier, recognise=wait)
        if read is None:
            _later(database, agency, path, files.clean_name(name), paper)
            return None
        scan = files.admit(database, path, name, incoming.SCANS)
        return incoming.arrive(database, agency, scan, by, paper=paper, read=read)


def _later(database: Database, agency: str, path: Path, name: str, paper: bool) -> None:
    waiting = spool(database, agency)
    waiting.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.rename(path, waiting / f"{time.time_ns()}-{ON_PAPER if paper else NO_PAPER}-{_short(name)}")
    database.run(lambda tx: order(tx, UPLOAD, agency))


def being_read(where: Database | Tx, agency: str) -> int:
    """How many uploads of an agency still wait to be recognised."""
    place = spool(where, agency)
    return len(_names(place, ("",))) + len(_left_behind(place)) if place.is_dir() else 0


def read_folder(database: Database, place: ScanFolder, state: Mapping[str, Any], source: str = SCAN) -> Look:
    """Takes the files of a folder that are whole: the same size and time as at the last look, and left alone since.
    Raises OSError where the folder cannot be read."""
    made = Look({"seen": {}})
    if source == UPLOAD and not place.folder.is_dir():
        return made
    before = state.get("seen") or {}
    whole: list[tuple[str, list[int]]] = []
    for name, seen in _names(place.folder, ("",) if source == UPLOAD else ENDINGS):
        idle = database.clock().timestamp() - seen[1] / 1e9 >= STILL
        if source == UPLOAD or (before.get(name) == seen and idle):
            whole.append((name, seen))
        else:
            made.state["seen"][name] = seen
    left = _left_behind(place.folder)
    made.more = len(whole) + len(left) > AT_ONCE
    with Verifier(settings.current(database).signature_trust) as verifier:
        for name in left[:AT_ONCE]:
            made.taken += _scan(database, place, name, verifier, source)
        for name, seen in whole[: AT_ONCE - len(left[:AT_ONCE])]:
            with suppress(FileNotFoundError):  # somebody took it away
                held = place.folder / TAKING
                held.mkdir(exist_ok=True)
                kept = f"{seen[1]}-{name if source == UPLOAD else _short(name)}"
                os.rename(place.folder / name, held / kept)
                made.taken += _scan(database, place, kept, verifier, source)
        for name, seen in whole[AT_ONCE - len(left[:AT_ONCE]) :]:
            made.state["seen"][name] = seen
    return made


def _short(name: str) -> str:
    """A name of at most `LONGEST_NAME` bytes, with its ending."""
    stem, ending = os.path.splitext(name)
    ending = ending if len(ending.encode()) <= 10 else ""
    return stem.encode()[: LONGEST_NAME - len(ending.encode())].decode("utf-8", "ignore") + ending


def _names(folder: Path, endings: tuple[str, ...]) -> list[tuple[str, list[int]]]:
    """The documents of a folder, the oldest first: name, and size and time. endings: of what is one, in small
    letters."""
    found: list[tuple[str, list[int]]] = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if len(found) >= MOST_NAMES:
                break
            if entry.name.startswith((".", "~")) or not entry.name.lower().endswith(endings):
                continue
            with suppress(FileNotFoundError):
                if entry.is_file(follow_symlinks=False):
                    said = entry.stat(follow_symlinks=False)
                    found.append((entry.name, [said.st_size, said.st_mtime_ns]))
    return sorted(found, key=lambda one: (one[1][1], one[0]))


def _left_behind(folder: Path) -> list[str]:
    """What was being taken when a worker fell."""
    held = folder / TAKING
    return sorted(one.name for one in held.iterdir() if one.is_file()) if held.is_dir() else []


def _scan(database: Database, place: ScanFolder, held: str, verifier: Verifier, source: str) -> bool:
    """Takes a file that is held; whether it became documents. It stays held where that is tried again."""
    path = place.folder / TAKING / held
    name = held.partition("-")[2]
    paper = False
    if source == UPLOAD:
        _when, said, name = name.split("-", 2)
        paper = said == ON_PAPER
    item = Item(place.agency, source, held[:255], files.clean_name(name))
    if _known(database, item) == taking.TAKEN:
        path.unlink(missing_ok=True)
        return False
    try:
        with path.open("rb") as stream:
            kind = files.type_of_stream(stream)
        with files.workspace(database) as folder, splitting.parts(path, kind, place.split) as parts:
            papers = _copies(folder, parts, name)
            if not papers:
                path.unlink(missing_ok=True)
                return False
            taking.take(database, item, papers, verifier, paper=paper)
    except Exception as error:
        if taking.refused(database, item, error) != TRYING:
            _put_aside(place.folder, path, name, error)
        return False
    path.unlink(missing_ok=True)
    return True


def _copies(folder: Path, parts: list[Path], name: str) -> list[tuple[Path, str]]:
    """The documents of a file as files that may be moved into the store, each with its name: of several, numbered."""
    found = []
    for number, part in enumerate(parts, 1):
        copy = folder / f"{number}"
        shutil.copyfile(part, copy)
        stem, ending = os.path.splitext(name)
        found.append((copy, name if len(parts) == 1 else f"{stem} ({number}){ending}"))
    return found


def _put_aside(folder: Path, path: Path, name: str, error: Exception) -> None:
    """What is no document goes into a folder of its own, with a sentence beside it that says why."""
    aside = folder / NOT_TAKEN
    aside.mkdir(exist_ok=True)
    said = error.vi if isinstance(error, Refusal) else "Hệ thống không đọc được tệp này. Quét lại, hoặc báo quản trị."
    place, number = aside / name, 1
    while place.exists():
        number += 1
        stem, ending = os.path.splitext(name)
        place = aside / f"{stem} ({number}){ending}"
    with suppress(FileNotFoundError):  # malware has gone into quarantine
        os.rename(path, place)
    place.with_name(f"{place.name}.txt").write_text(f"{said}\n", encoding="utf-8")
