"""A message's XML as a small tree, its attachments beside it; read piece by piece, bounded in everything.

expat, and not lxml: a message declares no namespaces at all, or has text of 100 MB in one element, and both are read.
Safety is the same as elsewhere: a DOCTYPE is refused where it begins, so there are no entities; nothing is fetched.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO
from xml.parsers import expat

from procedures.exchange.edxml.attachments import MIB, Payload, Room
from procedures.exchange.edxml.refusing import EdxmlRefused

LONGEST = 600 * MIB  # of a message, in bytes
DEEPEST, ELEMENTS, TEXT = 64, 20_000, 8 * MIB
TOKEN = MIB  # of a tag with its attributes, or of a comment: expat holds the whole of it
_PIECE = 64 * 1024
_JUNK = 512  # bytes before the first tag that are passed over, and told


@dataclass
class Node:
    """An element: its name and its attributes' without prefixes, its own text, its children."""

    name: str
    line: int
    attributes: dict[str, str] = field(default_factory=dict)
    pieces: list[str] = field(default_factory=list)
    children: list[Node] = field(default_factory=list)
    payload: Payload | None = None

    @property
    def text(self) -> str:
        return "".join(self.pieces).strip()

    @property
    def key(self) -> str:
        return self.name.lower()


@dataclass
class Parsed:
    """The root, and what stood before and after it."""

    root: Node
    before: str
    after: str


#: Elements that hold an attachment's bytes: by themselves, and in `Attachment` alone.
_CONTENT, _CONTENT_OF_ATTACHMENT = "contenttransferencoded", {"content", "data", "filecontent", "attachmentcontent"}


class _Builder:
    def __init__(self, room: Room) -> None:
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.buffer_size = _PIECE
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.text
        self.parser.StartDoctypeDeclHandler = self.doctype
        self.open: list[Node] = []
        self.root: Node | None = None
        self.elements, self.letters, self.room = 0, 0, room
        self.heard, self.silent = 0, 0

    def feed(self, piece: bytes) -> None:
        """Takes the next bytes. Refuses a tag or a comment that does not end."""
        heard = self.heard
        self.parser.Parse(piece, False)
        self.silent = self.silent + len(piece) if self.heard == heard else 0
        if self.silent > TOKEN:
            raise EdxmlRefused(
                "too-long",
                f"Thông điệp có một thẻ hoặc chú thích dài hơn {TOKEN // MIB} MB.",
                f"The message has a tag or a comment of more than {TOKEN // MIB} MB.",
            )

    def doctype(self, *_declared: object) -> None:
        raise EdxmlRefused(
            "doctype",
            "Thông điệp có khai báo DOCTYPE; vì an toàn, hệ thống không đọc.",
            "The message has a DOCTYPE; for safety it is not read.",
        )

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.elements += 1
        self.heard += 1
        self._count(sum(len(key) + len(value) for key, value in attributes.items()))
        if self.elements > ELEMENTS or len(self.open) >= DEEPEST:
            raise EdxmlRefused(
                "too-many",
                f"Thông điệp có quá nhiều phần tử (hơn {ELEMENTS}) hoặc lồng quá sâu (hơn {DEEPEST} tầng).",
                f"The message has too many elements (over {ELEMENTS}) or is nested too deep (over {DEEPEST}).",
            )
        node = Node(_local(name), self.parser.CurrentLineNumber, _attributes(attributes))
        if self.open:
            self.open[-1].children.append(node)
        else:
            self.root = node
        within = self.open[-1].key if self.open else ""
        if node.key == _CONTENT or (within == "attachment" and node.key in _CONTENT_OF_ATTACHMENT):
            node.payload = Payload(self.room)
        self.open.append(node)

    def end(self, _name: str) -> None:
        self.heard += 1
        node = self.open.pop()
        if node.payload is not None:
            node.payload.end()

    def text(self, piece: str) -> None:
        self.heard += 1
        node = self.open[-1]
        if node.payload is not None:
            node.payload.feed(piece)
            return
        self._count(len(piece))
        node.pieces.append(piece)

    def _count(self, letters: int) -> None:
        self.letters += letters
        if self.letters > TEXT:
            raise EdxmlRefused(
                "too-long",
                f"Phần chữ của thông điệp quá dài (hơn {TEXT // MIB} MB, chưa kể tệp đính kèm).",
                f"The text of the message is too long (over {TEXT // MIB} MB, attachments apart).",
            )


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _attributes(found: dict[str, str]) -> dict[str, str]:
    """Without declarations of namespaces."""
    return {_local(name): value for name, value in found.items() if name != "xmlns" and not name.startswith("xmlns:")}


def parse(stream: IO[bytes], room: Room) -> Parsed:
    """The tree of a message, its attachments in the room. Raises `EdxmlRefused` for what is no XML, or not
    safe to read."""
    builder, before = _Builder(room), ""
    pieces = _pieces(stream)
    first = next(pieces, b"")
    if first[:2] not in (codecs.BOM_UTF16_BE, codecs.BOM_UTF16_LE):
        before, first = _junk(first)
    try:
        builder.feed(first)
        for piece in pieces:
            builder.feed(piece)
        builder.parser.Parse(b"", True)
    except expat.ExpatError as error:
        if error.code != _JUNK_AFTER or builder.root is None:
            raise _not_xml(error) from None
        return Parsed(builder.root, before, f"{error.lineno}")
    except (LookupError, ValueError):
        raise EdxmlRefused(
            "encoding",
            "Không biết bảng mã mà thông điệp khai báo; đề nghị bên gửi dùng UTF-8.",
            "The encoding that the message declares is not known; ask the sender for UTF-8.",
        ) from None
    assert builder.root is not None  # expat calls a document without an element an error
    return Parsed(builder.root, before, "")


_JUNK_AFTER = expat.errors.codes[expat.errors.XML_ERROR_JUNK_AFTER_DOC_ELEMENT]


def _pieces(stream: IO[bytes]) -> Iterator[bytes]:
    read = 0
    while piece := stream.read(_PIECE):
        read += len(piece)
        if read > LONGEST:
            raise EdxmlRefused(
                "too-large",
                f"Thông điệp quá lớn (hơn {LONGEST // MIB} MB).",
                f"The message is too large (over {LONGEST // MIB} MB).",
            )
        yield piece


def _junk(first: bytes) -> tuple[str, bytes]:
    """What stands before the first tag (a length, a byte order mark), and the rest."""
    at = first.find(b"<")
    if at < 0 or at > _JUNK:
        return "", first
    before = first[:at].removeprefix(codecs.BOM_UTF8)
    return before.decode("utf-8", "replace").strip(), first[at:]


#: What expat says → what a reader is told; others become a general sentence.
_SAID = {
    expat.errors.XML_ERROR_NO_ELEMENTS: ("tệp rỗng hoặc không phải XML", "it is empty or no XML"),
    expat.errors.XML_ERROR_TAG_MISMATCH: ("thẻ đóng không khớp với thẻ mở", "a closing tag does not match"),
    expat.errors.XML_ERROR_UNCLOSED_TOKEN: ("tệp bị cắt cụt", "it is cut off"),
    expat.errors.XML_ERROR_UNDEFINED_ENTITY: ("có thực thể chưa khai báo", "an entity is not declared"),
    expat.errors.XML_ERROR_INVALID_TOKEN: ("có ký tự không được phép", "it has a character that is not allowed"),
    expat.errors.XML_ERROR_DUPLICATE_ATTRIBUTE: ("một thuộc tính được viết hai lần", "an attribute is written twice"),
    expat.errors.XML_ERROR_UNKNOWN_ENCODING: ("không biết bảng mã đã khai báo", "its encoding is not known"),
}


def _not_xml(error: expat.ExpatError) -> EdxmlRefused:
    vi, en = _SAID.get(expat.ErrorString(error.code), ("sai cú pháp XML", "its XML is broken"))
    return EdxmlRefused(
        "not-xml",
        f"Không đọc được thông điệp: {vi} (dòng {error.lineno}).",
        f"The message cannot be read: {en} (line {error.lineno}).",
    )
