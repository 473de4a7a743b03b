"""The parts of a .docx: an archive of XML from strangers, bounded in size, read without entities or network."""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib

from lxml import etree

from engine.model.source import safe
from procedures.documents.format.layout import Unreadable

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
WPS = "{http://schemas.microsoft.com/office/word/2010/wordprocessingShape}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
V = "{urn:schemas-microsoft-com:vml}"
_STRICT = (b"http://purl.oclc.org/ooxml/wordprocessingml/main", W[1:-1].encode())
_STRICT_RELATIONS = (b"http://purl.oclc.org/ooxml/officeDocument/relationships", R[1:-1].encode())

MAX_PARTS = 2000
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError)


def _unreadable(vi: str, en: str) -> Unreadable:
    return Unreadable(f"Không đọc được văn bản: {vi}.", f"The document cannot be read: {en}.")


class Package:
    """A .docx, opened. Raises `Unreadable` for what is none, or not safe to read."""

    def __init__(self, data: bytes) -> None:
        try:
            self.archive = zipfile.ZipFile(io.BytesIO(data))
        except _BROKEN:
            raise _unreadable("tệp .docx bị hỏng hoặc bị cắt cụt", "the .docx is broken or cut off") from None
        self.names = set(self.archive.namelist())
        if len(self.names) > MAX_PARTS:
            raise _unreadable("tệp .docx có quá nhiều phần", "the .docx has too many parts")
        self.main = self._main()

    def _main(self) -> str:
        """The name of the part that holds the text."""
        for target in self.related("", "/officeDocument").values():
            return target
        raise _unreadable("trong tệp không có văn bản Word", "the file holds no Word document")

    def xml(self, name: str) -> etree._Element | None:
        """A part's root, None where there is no such part."""
        if name not in self.names:
            return None
        try:
            if self.archive.getinfo(name).file_size > safe.MAX_BYTES:
                raise _unreadable("tệp .docx quá lớn khi giải nén", "the .docx is too large when unpacked")
            with self.archive.open(name) as part:
                data = part.read(safe.MAX_BYTES + 1)
            for strict, usual in (_STRICT, _STRICT_RELATIONS):
                data = data.replace(strict, usual)
            return safe.parse(data)
        except _BROKEN:
            raise _unreadable("tệp .docx bị hỏng", "the .docx is broken") from None
        except safe.Refused:
            where = name[:80]
            raise _unreadable(f"phần «{where}» không phải XML an toàn", f'its part "{where}" is no safe XML') from None

    def related(self, part: str, kind: str) -> dict[str, str]:
        """Relation → name of the part it leads to, of those whose type ends so."""
        folder, file = posixpath.split(part)
        root = self.xml(posixpath.join(folder, "_rels", f"{file}.rels"))
        found: dict[str, str] = {}
        for relation in root if root is not None else ():
            if str(relation.get("Type", "")).endswith(kind) and relation.get("TargetMode") != "External":
                target = str(relation.get("Target", ""))
                whole = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"{folder}/{target}")
                found[str(relation.get("Id"))] = whole.lstrip("/")
        return found

    def beside(self, kind: str) -> etree._Element | None:
        """The part beside the text of this kind: its styles, its theme, its numbering."""
        for name in self.related(self.main, kind).values():
            return self.xml(name)
        return None


def value(element: etree._Element | None, name: str, default: str = "") -> str:
    """An attribute of WordprocessingML."""
    return default if element is None else str(element.get(f"{W}{name}", default))


def child(element: etree._Element | None, *names: str) -> etree._Element | None:
    """The child that these names lead to."""
    for name in names:
        if element is None:
            return None
        element = element.find(f"{W}{name}")
    return element


def number(text: str, default: float = 0.0) -> float:
    """A measure in twips or the like; what is none is the default."""
    for unit, points in (("pt", 20.0), ("cm", 1440 / 2.54), ("mm", 144 / 2.54), ("in", 1440.0)):
        if text.endswith(unit):
            return number(text[: -len(unit)]) * points
    try:
        return float(text)
    except ValueError:
        return default
