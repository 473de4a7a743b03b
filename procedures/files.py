"""Files by their content: on disk under the SHA-256 of what is in them, written once, never changed.

What a sender calls a file or says of its type is not believed: the type is read from the content.
"""

from __future__ import annotations

import hashlib
import io
import logging
import os
import subprocess
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import IO, Any

import puremagic
from lxml import etree
from sqlalchemy import literal, select
from sqlalchemy.dialects import postgresql, sqlite

from engine.model.source.safe import Refused, parse
from engine.refusal import Refusal
from engine.store import Database, Tx, raw
from engine.store.joining import command, query
from procedures import scanning, settings
from procedures.actor import Actor
from procedures.store.axis import axis_document, axis_file, axis_inbox, axis_request
from procedures.store.documents import document, document_template, document_version
from procedures.store.papers import dossier_file, file, letter, result
from procedures.store.tray import tray_file
from procedures.store.work_files import destroyed_content, disposal, work_file

log = logging.getLogger("motcua.files")

PDF, PNG, JPEG, WEBP, TIFF = "application/pdf", "image/png", "image/jpeg", "image/webp", "image/tiff"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ODT = "application/vnd.oasis.opendocument.text"

#: What may be handed in, and what each is called.
PAPERS = {PDF: "PDF", PNG: "ảnh PNG", JPEG: "ảnh JPEG", WEBP: "ảnh WebP", TIFF: "ảnh TIFF", DOCX: "Word", XLSX: "Excel"}
IMAGES = (PNG, JPEG, WEBP)
_SIGNATURES = (
    (b"%PDF-", PDF),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"\xff\xd8\xff", JPEG),
    (b"II*\0", TIFF),
    (b"MM\0*", TIFF),
)
#: Content type of a document's main part, the element in it (of both editions of the standard), and what the document
#: is then.
_OFFICE = tuple(
    (f"{found}.main+xml", frozenset(f"{{{space}}}{element}" for space in spaces), found)
    for found, element, spaces in (
        (
            DOCX,
            "document",
            (
                "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
                "http://purl.oclc.org/ooxml/wordprocessingml/main",
            ),
        ),
        (
            XLSX,
            "workbook",
            (
                "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
                "http://purl.oclc.org/ooxml/spreadsheetml/main",
            ),
        ),
    )
)
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_MAIN = (
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument",
    "http://purl.oclc.org/ooxml/officeDocument/relationships/officeDocument",
)
#: Members that make an archive no document: programs, scripts, macros.
_PROGRAMS = (
    *(".exe", ".dll", ".com", ".scr", ".msi", ".bat", ".cmd", ".ps1", ".vbs", ".vbe", ".js", ".jse", ".wsf", ".hta"),
    *(".lnk", ".jar", ".sh", ".py", "vbaproject.bin"),
)
#: What reading a broken or locked archive, and the XML in it, may raise.
UNREADABLE = (
    *(zipfile.BadZipFile, zlib.error, Refused, etree.XMLSyntaxError),
    *(ValueError, KeyError, OSError, EOFError, NotImplementedError, RuntimeError),
)
MOST_XML = 32 * 1024 * 1024  # bytes of a main part; a book of a thousand pages has some twenty million
MOST_ELEMENTS = 1_000_000  # of a main part
MOST_RATIO, _FREE = 200, 1024 * 1024  # bytes out of one byte of a main part; how many are no matter, whatever the ratio
MOST_DIRECTORY = 512 * 1024  # bytes of an archive's directory: some five thousand members
_END, _END_64 = b"PK\x05\x06", b"PK\x06\x07"  # where the directory ends, and the mark of a very large one


#: Who names stored files: table, column, the column of the root.
_NAMED = (
    (dossier_file, "sha256", "dossier_id"),
    (letter, "pdf", "root_id"),
    (result, "sha256", "dossier_id"),
    (document, "sha256", "id"),
    (document_version, "sha256", "root_id"),
    (document_version, "word", "root_id"),
    (document_template, "sha256", "agency"),
    (axis_document, "message", "root_id"),
    (axis_file, "sha256", "root_id"),
    (axis_request, "message", "root_id"),
    (axis_inbox, "sha256", "axis_id"),
    (tray_file, "sha256", "root_id"),
    (work_file, "package", "id"),
    (disposal, "certificate", "id"),
)


@dataclass(frozen=True, slots=True)
class Stored:
    """A file in the store. `name` is what its sender called it: for showing only."""

    sha256: str
    type: str
    size: int
    name: str = ""


def type_of(data: bytes) -> str:
    """The media type, from the content; ``application/octet-stream`` where it is none that we know."""
    return type_of_stream(io.BytesIO(data))


def type_of_stream(body: IO[bytes]) -> str:
    """The same of a file that is open for reading: an archive's is not read into memory."""
    body.seek(0)
    data = body.read(65536)
    for start, found in _SIGNATURES:
        if data.startswith(start):
            return found
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return WEBP
    if data.startswith(b"PK\x03\x04"):
        return _zipped(body)
    try:
        return puremagic.from_string(data, mime=True) or "application/octet-stream"
    except (puremagic.PureError, ValueError):
        return "application/octet-stream"


def _zipped(body: IO[bytes]) -> str:
    """What an archive is: a document of Office Open XML (ECMA-376, part 2) or OpenDocument (part 2, 3.3) by what it
    says of itself and has in it, else only an archive. A document with macros is no document that we know."""
    try:
        with _opened(body) as archive:
            names = set(archive.namelist())
            if any(name.lower().endswith(_PROGRAMS) for name in names):
                return "application/zip"
            if "[Content_Types].xml" in names:
                return _office(archive) or "application/zip"
            if {"mimetype", "content.xml"} <= names and _part(archive, "mimetype").strip() == ODT.encode():
                return ODT
    except UNREADABLE:
        pass
    return "application/zip"


def _office(archive: zipfile.ZipFile) -> str | None:
    """The type of an Office Open XML document by its package: the main part that its relationships name, what the
    content types say of that part, and the element that stands in it. None for every other. Raises `Refused` or
    `XMLSyntaxError` for what is no XML."""
    types, relations = (parse(_part(archive, name)) for name in ("[Content_Types].xml", "_rels/.rels"))
    if (
        types.tag != f"{{{_PACKAGE}/content-types}}Types"
        or relations.tag != f"{{{_PACKAGE}/relationships}}Relationships"
    ):
        return None
    mains = [
        one.get("Target", "").removeprefix("/")
        for one in relations
        if one.get("Type", "") in _MAIN and one.get("TargetMode") != "External"
    ]
    if len(mains) != 1:
        return None
    said = [one.get("ContentType") for one in types if (one.get("PartName") or "").lower() == f"/{mains[0]}".lower()]
    for content, elements, found in _OFFICE:
        if said == [content] and _root(archive, mains[0]) in elements:
            return found
    return None


class _Outermost:
    """What is read of a part: the name of its outermost element, and no more elements than are bearable. No tree grows,
    so a part takes no more memory than its longest text."""

    def __init__(self) -> None:
        self.tag, self.count = "", 0

    def start(self, tag: str | bytes, attrib: Mapping[str | bytes, str | bytes]) -> None:
        self.tag = self.tag or str(tag)
        self.count += 1
        if self.count > MOST_ELEMENTS:
            raise Refused("too-many-elements", limit=MOST_ELEMENTS)

    def end(self, tag: str | bytes) -> None:
        """Nothing: what ends has been counted."""

    def data(self, data: str | bytes) -> None:
        """Nothing: a text is read, and not kept."""

    def comment(self, text: str | bytes) -> None:
        """Nothing, as of a text."""

    def close(self) -> str:
        return self.tag


def _root(archive: zipfile.ZipFile, name: str) -> str:
    """The name of the element that a part consists of, once all of it has been read as XML; empty for a part that is
    larger than a document's, or was pressed harder than text is."""
    said = archive.getinfo(name)
    if said.file_size > MOST_XML or said.file_size > MOST_RATIO * said.compress_size + _FREE:
        return ""
    parser = etree.XMLParser(
        target=_Outermost(), resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    with archive.open(name) as part:
        while chunk := part.read(65536):
            parser.feed(chunk)
    found: Any = parser.close()
    return str(found)


def _opened(body: IO[bytes]) -> zipfile.ZipFile:
    """An archive whose directory is small enough to be read. Raises `BadZipFile` for another."""
    size = body.seek(0, os.SEEK_END)
    body.seek(max(0, size - (65535 + 22 + 20)))
    tail = body.read()
    at = len(tail) - 22 if tail[-22:-18] == _END and tail[-2:] == b"\0\0" else max(tail.rfind(_END), 0)
    end, before = tail[at:], tail[:at]
    if len(end) < 22 or int.from_bytes(end[12:16], "little") > MOST_DIRECTORY or before[-20:-16] == _END_64:
        raise zipfile.BadZipFile("the directory is too large, or none")
    return zipfile.ZipFile(body)


def _part(archive: zipfile.ZipFile, name: str) -> bytes:
    """The beginning of a part: all of it that matters, of whatever size it says it is."""
    with archive.open(name) as part:
        return part.read(256 * 1024)


#: Counts pages where nothing but itself comes to harm: a reader of PDF is a large program, and the file a stranger's.
_COUNT = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
resource.setrlimit(resource.RLIMIT_CPU, (20, 20))
import pypdfium2
print(len(pypdfium2.PdfDocument(sys.stdin.buffer.read())))
"""


def pages(pdf: bytes) -> int:
    """How many pages a PDF has; 0 for what no reader opens. Its end is looked at first, then it is opened in a process
    of its own, with bounds of memory (1 GB) and time."""
    tail = pdf[-2048:]
    ended = b"%%EOF" in tail and (b"startxref" in tail or b"trailer" in tail)
    if not pdf.startswith(b"%PDF-") or not ended:
        return 0
    return _pages(pdf)


@lru_cache(maxsize=8)
def _pages(pdf: bytes) -> int:
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-c", _COUNT], input=pdf, capture_output=True, timeout=60, check=False
        )
    except subprocess.TimeoutExpired:
        return 0
    said = done.stdout.strip()
    return int(said) if done.returncode == 0 and said.isdigit() else 0


def clean_name(name: str) -> str:
    """A name that can be shown and saved: no path, no control characters, at most 120 letters."""
    name = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(c for c in name if c.isprintable() and c not in '<>:"|?*').strip(" .")[:120] or "tep"


@command
def put(
    tx: Tx,
    data: bytes | IO[bytes],
    name: str = "",
    allowed: Collection[str] = tuple(PAPERS),
    max_bytes: int | None = None,
) -> Stored:
    """Keeps a file. Refuses an empty one, one that is too large, and a type that is not allowed here.

    The file is on disk before its row is; a transaction undone leaves a file that nothing names, which does no harm.
    """
    limit = max_bytes or settings.current(tx).max_file_bytes
    body = data if isinstance(data, bytes) else data.read(limit + 1)
    shown = clean_name(name)
    refuse_size(shown, len(body), limit)
    found = type_of(body)
    refuse_type(shown, found, allowed)
    hash = keep(tx, body)
    _row(tx, hash, found, len(body))
    return Stored(hash, found, len(body), shown)


def keep(where: Database | Tx, body: bytes) -> str:
    """Writes content into the store, safely on disk when it returns; its SHA-256."""
    hash = hashlib.sha256(body).hexdigest()
    path = _path(where, hash)
    if path.exists():
        return hash
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(body)
            out.flush()
            os.fsync(out.fileno())
        os.chmod(temporary, 0o600)
        os.replace(temporary, path)  # whoever was first wrote the same bytes
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    _settle(path.parent)
    return hash


def receive(
    where: Database | Tx,
    stream: IO[bytes],
    name: str = "",
    allowed: Collection[str] = tuple(PAPERS),
    max_bytes: int | None = None,
) -> Stored:
    """Keeps what somebody sends: written to disk as it comes, never held in memory, looked at by the malware scanner,
    then taken. Refuses as `put` does, and what the scanner names."""
    handle, temporary = tempfile.mkstemp(dir=_home(where))
    try:
        limit = max_bytes or settings.current(where).max_file_bytes
        with os.fdopen(handle, "wb") as out:
            copied(stream, out, limit)
            out.flush()
            os.fsync(out.fileno())
        return admit(where, Path(temporary), name, allowed, limit)
    finally:
        Path(temporary).unlink(missing_ok=True)


_CHUNK = 256 * 1024


def copied(stream: IO[bytes], into: IO[bytes], limit: int) -> None:
    """Writes what comes as it comes, of what is larger than `limit` one byte more: by its size it is refused then."""
    left = limit + 1
    while left > 0 and (chunk := stream.read(min(_CHUNK, left))):
        into.write(chunk)
        left -= len(chunk)


def _home(where: Database | Tx) -> Path:
    folder = settings.current(where).home / "files"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@contextmanager
def workspace(where: Database | Tx) -> Iterator[Path]:
    """A folder beside the store, so that what is kept is moved and not copied; it is gone afterwards."""
    with tempfile.TemporaryDirectory(dir=_home(where)) as name:
        yield Path(name)


def admit(
    where: Database | Tx,
    path: Path,
    name: str,
    allowed: Collection[str] | None = tuple(PAPERS),
    max_bytes: int | None = None,
) -> Stored:
    """Takes a file that lies on disk into the store, as `receive` does; it is gone from there afterwards. allowed: None
    for what another system sends, of whatever type: kept, and never shown in place."""
    limit = max_bytes or settings.current(where).max_file_bytes
    shown, size = clean_name(name), path.stat().st_size
    refuse_size(shown, size, limit)
    hashed = hashlib.sha256()
    with path.open("rb") as body:
        found = type_of_stream(body)
        body.seek(0)
        while chunk := body.read(_CHUNK):
            hashed.update(chunk)
    if allowed is not None:
        refuse_type(shown, found, allowed)
    hash = hashed.hexdigest()
    scanning.check(where, path, shown, hash)
    there = _path(where, hash)
    if not there.exists():
        there.parent.mkdir(parents=True, exist_ok=True)
        os.chmod(path, 0o600)
        os.replace(path, there)
        _settle(there.parent)
    _row(where, hash, found, size)
    return Stored(hash, found, size, shown)


@command
def _row(tx: Tx, hash: str, found: str, size: int) -> None:
    insert = (sqlite.insert if tx.database.sqlite else postgresql.insert)(file)
    tx.execute(insert.values(sha256=hash, type=found, size=size, stored_at=tx.now).on_conflict_do_nothing())


def refuse_size(shown: str, size: int, limit: int) -> None:
    """Refuses an empty file, and one that is too large."""
    if not size:
        raise Refusal(f"Tệp “{shown}” không có nội dung.", f"The file '{shown}' is empty.")
    if size > limit:
        raise Refusal(
            f"Tệp “{shown}” lớn hơn {limit // 1024 // 1024} MB.",
            f"The file '{shown}' is larger than {limit // 1024 // 1024} MB.",
        )


def refuse_type(shown: str, found: str, allowed: Collection[str]) -> None:
    """Refuses a type that is not allowed here."""
    if found not in allowed:
        wanted = ", ".join(PAPERS.get(one, one) for one in allowed)
        raise Refusal(
            f"Tệp “{shown}” không thuộc loại được nhận ({wanted}).",
            f"The file '{shown}' is of a type that is not accepted here ({wanted}).",
        )


def _settle(folder: Path) -> None:
    """Makes sure that a folder's new name is on the disk."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


class Damaged(Refusal):
    """A stored file is gone, or is not what its name says: nobody is shown it."""

    def __init__(self, sha256: str) -> None:
        super().__init__(
            "Tệp lưu trữ này bị hỏng hoặc bị mất nên không mở được. Báo quản trị hệ thống mã sau để khôi phục từ bản "
            f"sao lưu: {sha256[:12]}.",
            "This stored file is damaged or gone, so it cannot be opened. Tell the administrator the code below, to "
            f"bring it back from a backup: {sha256[:12]}.",
        )
        self.sha256 = sha256


def read(where: Database | Tx, sha256: str) -> bytes:
    """The content under a hash. Raises Damaged where it is not there as it was kept."""
    if not _is_hash(sha256):
        raise Damaged(sha256)
    try:
        body = _path(where, sha256).read_bytes()
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError, PermissionError):
        raise Damaged(sha256) from None
    if hashlib.sha256(body).hexdigest() != sha256:
        raise Damaged(sha256)
    return body


def checked(where: Database | Tx, sha256: str) -> Path:
    """Where the content under a hash lies, once it was read through in pieces: it is there as it was kept. For what is
    too large to be held in memory. Raises Damaged as `read` does."""
    if not _is_hash(sha256):
        raise Damaged(sha256)
    path, hashed = _path(where, sha256), hashlib.sha256()
    try:
        with path.open("rb") as body:
            while chunk := body.read(_CHUNK):
                hashed.update(chunk)
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError, PermissionError):
        raise Damaged(sha256) from None
    if hashed.hexdigest() != sha256:
        raise Damaged(sha256)
    return path


def _is_hash(text: str) -> bool:
    return len(text) == 64 and all(c in "0123456789abcdef" for c in text)


def whole(where: Database | Tx, sha256: str) -> bool:
    """Whether the content under a hash is there as it was kept."""
    try:
        checked(where, sha256)
    except Damaged as damaged:
        log.error("the stored file %s is damaged or gone", damaged.sha256)
        return False
    return True


@query
def named(tx: Tx, sha256: str) -> tuple[str, str] | None:
    """The root whose paper this file is, and what the paper is called; None where nothing names it."""
    for table, column, key in _NAMED:
        title = next((table.c[one] for one in ("name", "title", "file_name") if one in table.c), literal(""))
        row = tx.read(select(table.c[key].label("root"), title.label("title")).where(table.c[column] == sha256)).first()
        if row is not None:
            return str(row.root), str(row.title or "")
    return None


def roots_of(tx: Tx, sha256: str) -> set[str]:
    """All roots whose papers a content is: what is destroyed with one is not another's."""
    return {
        str(root)
        for table, column, key in _NAMED
        for root in tx.read(select(table.c[key]).where(table.c[column] == sha256)).scalars()
    }


def faults(tx: Tx) -> Iterator[dict[str, Any]]:
    """What `motcua audit verify` says of stored files: each is what its hash says, its row what the content says, and
    what the log's rows name is there. `tx` is a snapshot."""
    stored = set()
    with raw.lenient(tx):
        for row in raw.pages(tx, file, (file.c.sha256,)):
            stored.add(row["sha256"])
            yield from _faults(tx, row)
        stored |= set(tx.read(select(destroyed_content.c.sha256)).scalars())  # gone, as its certificate says
        for table, column, key in _NAMED:
            for row in raw.pages(tx, table, list(table.primary_key)):
                if row[column] is not None and row[column] not in stored:
                    missing = {"root_id": row[key], "reason": "row missing", "table": file.name}
                    yield {**missing, "key": [str(row[column])]}


def _faults(tx: Tx, row: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    said = {"root_id": None, "table": file.name, "key": [str(row["sha256"])]}
    try:
        body = read(tx, str(row["sha256"]))
    except Damaged as damaged:
        there = len(damaged.sha256) == 64 and _path(tx, damaged.sha256).is_file()
        yield {**said, "reason": "file damaged" if there else "file missing"}
        return
    found = {"type": type_of(body), "size": len(body)}
    wrong = [name for name, value in found.items() if row[name] != value]
    if isinstance(row["stored_at"], raw.Unreadable):
        wrong.append("stored_at")
    if wrong:
        yield {**said, "reason": "row changed", "columns": wrong}


@query
def info(tx: Tx, sha256: str) -> Stored | None:
    """Type and size of a stored file; None for an unknown one."""
    row = tx.read(select(file).where(file.c.sha256 == sha256)).first()
    return None if row is None else Stored(row.sha256, row.type, row.size)


def attach(
    tx: Tx,
    dossier_id: str,
    stored: Stored | str,
    *,
    component: str | None = None,
    purpose: str = "component",
    name: str = "",
    by: Actor,
) -> str:
    """Puts a stored file to a dossier; its id there. Refuses a hash that was never stored."""
    known = info(tx, stored if isinstance(stored, str) else stored.sha256)
    if known is None:
        raise Refusal("Tệp đính kèm chưa được tải lên.", "The attached file has not been uploaded.")
    shown = name or (stored.name if isinstance(stored, Stored) else "") or "tep"
    same = tx.execute(
        select(dossier_file.c.id).where(
            dossier_file.c.dossier_id == dossier_id,
            dossier_file.c.sha256 == known.sha256,
            dossier_file.c.component == component if component else dossier_file.c.component.is_(None),
        )
    ).scalar()
    if same is not None:
        return str(same)
    id = tx.database.new_id()
    tx.execute(
        dossier_file.insert().values(
            dossier_id=dossier_id,
            id=id,
            component=component,
            purpose=purpose,
            sha256=known.sha256,
            name=clean_name(shown),
            added_at=tx.now,
            added_by=by.who,
        )
    )
    return id


@query
def of_dossier(tx: Tx, dossier_id: str) -> list[dict[str, Any]]:
    """The files of a dossier: ``{id, component, purpose, sha256, name, type, size, added_at, added_by}``."""
    rows = tx.read(
        select(dossier_file, file.c.type, file.c.size)
        .join(file, file.c.sha256 == dossier_file.c.sha256)
        .where(dossier_file.c.dossier_id == dossier_id)
        .order_by(dossier_file.c.added_at, dossier_file.c.id)
    )
    return [{key: value for key, value in row.items() if key != "dossier_id"} for row in rows.mappings()]


def place(where: Database | Tx, sha256: str) -> Path:
    """Where the content under a hash lies, for who streams it: it is not looked at whether it is whole."""
    return _path(where, sha256)


def _path(where: Database | Tx, sha256: str) -> Path:
    return settings.current(where).home / "files" / sha256[:2] / sha256[2:4] / sha256
