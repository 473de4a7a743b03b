"""The archive package of a work file: one PDF in order of time, each original as it was, and an XML file that says what
they are, by the fields of NĐ 30/2020/NĐ-CP, Phụ lục VI. It verifies without this system: names, sizes and SHA-256 stand
in the XML and in ``SHA256SUMS``, and two packages of the same file are the same bytes."""

from __future__ import annotations

import hashlib
import io
import lzma
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pypdfium2
from lxml import etree
from sqlalchemy import select

from engine.calendar import VIETNAM
from engine.model.source.safe import Refused, parse
from engine.refusal import Refusal
from engine.store import Tx
from procedures import agencies, files, officials, reading
from procedures.letters.issuing import heading
from procedures.letters.rendering import national, render
from procedures.store.work_files import work_file_item
from procedures.vocabulary.retention import DESTROYED, RETENTION, RIGHTS
from procedures.work_files import keeping
from procedures.work_files.values import Item, WorkFile

SPACE = "urn:motcua:work-file:1"
XML, WHOLE, INDEX, SUMS = "ho-so.xml", "ho-so.pdf", "muc-luc.pdf", "SHA256SUMS"
_DAY = (2000, 1, 1, 0, 0, 0)  # of every member: the package is the same whenever it is made
MOST = 512 * 1024 * 1024  # bytes of one member that are read back, and of all papers of a package
MOST_TEXT = 32 * 1024 * 1024  # bytes of what says what the members are
#: What reading a damaged or locked archive raises.
_BROKEN = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError, RuntimeError, OSError)


@dataclass(frozen=True, slots=True)
class Verified:
    """What reading a package back found: its notation and title, its documents in order, and what is wrong."""

    notation: str
    title: str
    documents: tuple[tuple[str, str, str], ...]
    faults: tuple[str, ...]


def of(tx: Tx, found: WorkFile) -> bytes:
    """The package that the archive took, or one made now; whose papers go out with it is recorded."""
    if not found.package:
        return make(tx, found)
    reading.shown(*tx.read(select(work_file_item.c.root_id).where(work_file_item.c.file_id == found.id)).scalars())
    return files.read(tx, found.package)


def make(tx: Tx, found: WorkFile) -> bytes:
    """The package of a work file. Refuses a file that was destroyed, and one of which a paper is damaged."""
    if found.state == DESTROYED:
        raise Refusal("Hồ sơ đã tiêu hủy.", "The file was destroyed.")
    lying = keeping.items(tx, found.id)
    known = {sha256: files.info(tx, sha256) for one in lying for sha256, _ in one.files}
    if sum(one.size for one in known.values() if one is not None) > MOST:
        raise Refusal(
            "Tài liệu trong hồ sơ lớn hơn 512 MB: tách thành nhiều hồ sơ rồi nộp lưu.",
            "The papers of the file are larger than 512 MB: make several files of it.",
        )
    bodies = {sha256: files.read(tx, sha256) for sha256 in known}
    types = {sha256: one.type if one is not None else "" for sha256, one in known.items()}
    index = index_pdf(tx, found, lying)
    whole = merged(index, [bodies[sha256] for one in lying for sha256, _ in one.files if types[sha256] == files.PDF])
    members: dict[str, bytes] = {WHOLE: whole, INDEX: index}
    names: dict[tuple[int, int], str] = {}
    for n, one in enumerate(lying, 1):
        for k, (sha256, name) in enumerate(one.files, 1):
            ending = name.rpartition(".")[2].lower() if "." in name else "bin"
            ending = "".join(letter for letter in ending if letter.isascii() and letter.isalnum())[:5] or "bin"
            path = f"tai-lieu/{n:04d}-{k:02d}.{ending}"
            names[n, k] = path
            members[path] = bodies[sha256]
    members[XML] = _xml(tx, found, lying, names, members)
    sums = "".join(f"{hashlib.sha256(body).hexdigest()}  {name}\n" for name, body in sorted(members.items()))
    members[SUMS] = sums.encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in sorted(members):
            about = zipfile.ZipInfo(name, _DAY)
            about.external_attr = 0o600 << 16
            archive.writestr(about, members[name], zipfile.ZIP_DEFLATED)
    return out.getvalue()


def index_pdf(tx: Tx, found: WorkFile, lying: list[Item]) -> bytes:
    """The list of what lies in a file (mục lục văn bản, tài liệu), as PDF."""
    rows = [
        [str(n), one.notation, f"{one.day:%d/%m/%Y}" if one.day else "", one.type_name, one.subject, one.issuer]
        for n, one in enumerate(lying, 1)
    ]
    data: dict[str, Any] = {
        **heading(tx, found.agency),
        "tieu_de": "Mục lục văn bản, tài liệu trong hồ sơ",
        "ky": f"Hồ sơ {found.notation}, năm {found.year}: {found.title}",
        "cot": ["STT", "Số, ký hiệu", "Ngày tháng", "Tên loại", "Trích yếu nội dung", "Tác giả"],
        "rong": [12, 38, 24, 34, 0, 52],
        "dong": rows,
        "nguoi_ky": officials.names(tx, {found.keeper}).get(found.keeper, found.keeper),
        "chuc_danh": "Người lập hồ sơ",
    }
    return render(national("bang-ke"), data, at=found.closed_at or found.opened_at)


def merged(first: bytes, bodies: list[bytes]) -> bytes:
    """PDFs as one, in order. One that cannot be read is left to the originals beside it."""
    target = pypdfium2.PdfDocument(first)
    try:
        for body in bodies:
            try:
                one = pypdfium2.PdfDocument(body)
            except pypdfium2.PdfiumError:
                continue
            try:
                target.import_pages(one)
            except pypdfium2.PdfiumError:
                continue
            finally:
                one.close()
        out = io.BytesIO()
        target.save(out)
        return out.getvalue()
    finally:
        target.close()


def _xml(
    tx: Tx,
    found: WorkFile,
    lying: list[Item],
    names: Mapping[tuple[int, int], str],
    members: Mapping[str, bytes],
) -> bytes:
    root = etree.Element(f"{{{SPACE}}}WorkFile", nsmap={None: SPACE})  # type: ignore[dict-item]
    code = _put(root, "FileCode")
    _put(code, "OrganId", found.agency)
    _put(code, "FileCatalog", str(found.year))
    _put(code, "FileNotation", found.notation)
    days = [one.day for one in lying if one.day is not None]
    said = {
        "OrganName": agencies.name(tx, found.agency),
        "Title": found.title,
        "Maintenance": RETENTION[found.retention].vi,
        "Rights": RIGHTS[found.rights].vi,
        "Creator": officials.names(tx, {found.keeper}).get(found.keeper, found.keeper)[:30],
        "Language": "Tiếng Việt",
        "StartDate": _day(min(days, default=None) or found.opened_at.astimezone(VIETNAM).date()),
        "EndDate": _day(max(days, default=None) or found.opened_at.astimezone(VIETNAM).date()),
        "DocTotal": str(len(lying)),
        "PageTotal": str(sum(one.pages or 0 for one in lying)),
        "Description": "; ".join(filter(None, (found.description, (found.missing or "").replace("\n", " "))))[:500],
    }
    for name, text in said.items():
        _put(root, name, text)
    for n, one in enumerate(lying, 1):
        listed = _put(root, "Document")
        _put(listed, "DocOrdinal", str(n))
        _put(listed, "TypeName", one.type_name[:100])
        _put(listed, "Code", one.code)
        _put(listed, "CodeNotation", one.notation)
        _put(listed, "IssuedDate", _day(one.day) if one.day else "")
        _put(listed, "OrganName", one.issuer[:200])
        _put(listed, "Subject", one.subject[:500])
        for k, (_sha256, name) in enumerate(one.files, 1):
            _file(listed, names[n, k], members[names[n, k]], name)
    for name in (INDEX, WHOLE):
        _file(root, name, members[name], name)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def _put(parent: etree._Element, name: str, text: str = "") -> etree._Element:
    made = etree.SubElement(parent, f"{{{SPACE}}}{name}")
    made.text = "".join(letter for letter in text if letter.isprintable() or letter in "\n\t") or None
    return made


def _file(parent: etree._Element, path: str, body: bytes, name: str) -> None:
    made = _put(parent, "File")
    made.set("path", path)
    made.set("name", "".join(letter for letter in name if letter.isprintable()))
    made.set("size", str(len(body)))
    made.set("sha256", hashlib.sha256(body).hexdigest())


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def verify(body: bytes | io.BufferedIOBase) -> Verified:
    """Reads a package back: every file that the XML names is there with its size and hash, nothing else is, and the
    documents stand in order of time. Raises a `Refusal` for what is no package."""
    try:
        with zipfile.ZipFile(io.BytesIO(body) if isinstance(body, bytes) else body) as archive:
            if any(one.file_size > MOST for one in archive.infolist()):
                raise Refusal("Gói có tệp quá lớn.", "A member of the package is too large.")
            root = parse(_small(archive, XML))
            return _verified(archive, root)
    except (*_BROKEN, KeyError, Refused, etree.XMLSyntaxError) as error:
        raise Refusal(
            "Tệp này không phải gói lưu trữ hồ sơ, hoặc đã hỏng.", "This is no archive package, or it is damaged."
        ) from error


def _small(archive: zipfile.ZipFile, name: str) -> bytes:
    """A member that is read as a whole."""
    if archive.getinfo(name).file_size > MOST_TEXT:
        raise Refusal(f"{name} trong gói quá lớn.", f"{name} in the package is too large.")
    return archive.read(name)


def _measured(archive: zipfile.ZipFile, name: str) -> tuple[str, str] | None:
    """Size and hash of a member, read in pieces; None where it cannot be read."""
    size, found = 0, hashlib.sha256()
    try:
        with archive.open(name) as member:
            while piece := member.read(1 << 20):
                size += len(piece)
                found.update(piece)
    except _BROKEN:
        return None
    return str(size), found.hexdigest()


def _verified(archive: zipfile.ZipFile, root: etree._Element) -> Verified:
    names = archive.namelist()
    there = {name: _measured(archive, name) for name in sorted(set(names))}
    faults = [f"{name}: không đọc được, đã hỏng." for name, measured in there.items() if measured is None]
    faults += [f"{name}: có nhiều tệp cùng tên." for name in there if names.count(name) > 1]
    named = {XML, SUMS}
    for one in root.iter(f"{{{SPACE}}}File"):
        path = one.get("path") or ""
        named.add(path)
        if path not in there:
            faults.append(f"{path}: thiếu tệp.")
        elif there[path] not in (None, (one.get("size"), one.get("sha256"))):
            faults.append(f"{path}: nội dung khác mã băm đã ghi.")
    faults += [f"{name}: tệp không có trong mục lục." for name in sorted(set(there) - named)]
    faults += _sums(archive, there)
    documents, before = [], None
    for listed in root.iter(f"{{{SPACE}}}Document"):
        said = {name: listed.findtext(f"{{{SPACE}}}{name}") or "" for name in ("CodeNotation", "IssuedDate", "Subject")}
        documents.append((said["CodeNotation"], said["IssuedDate"], said["Subject"]))
        day = "".join(reversed(said["IssuedDate"].split("/"))) if said["IssuedDate"] else "99999999"
        if before is not None and day < before:
            faults.append(f"{said['CodeNotation']}: không theo thứ tự thời gian.")
        before = day
    return Verified(
        root.findtext(f"{{{SPACE}}}FileCode/{{{SPACE}}}FileNotation") or "",
        root.findtext(f"{{{SPACE}}}Title") or "",
        tuple(documents),
        tuple(faults),
    )


def _sums(archive: zipfile.ZipFile, there: Mapping[str, tuple[str, str] | None]) -> list[str]:
    """The XML is held by the list of sums, which names every other member."""
    if there.get(SUMS) is None:
        return [f"{SUMS}: thiếu tệp."]
    lines = _small(archive, SUMS).decode("utf-8", "replace").splitlines()
    listed = {name: sum for sum, _, name in (line.partition("  ") for line in lines)}
    wrong = [f"{name}: thiếu tệp, có trong {SUMS}." for name in sorted(set(listed) - set(there))]
    for name, sum in sorted(listed.items()):
        measured = there.get(name)
        if measured is not None and measured[1] != sum:
            wrong.append(f"{name}: nội dung khác {SUMS}.")
    return wrong + [f"{name}: không có trong {SUMS}." for name in sorted(set(there) - set(listed) - {SUMS})]
