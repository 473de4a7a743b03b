"""From fields to a message, strictly: the standard's elements in its order, under its namespace, nothing else."""

from __future__ import annotations

import base64
import binascii
import hashlib
import io
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any
from xml.sax.saxutils import escape, quoteattr

from procedures.exchange.edxml import fields
from procedures.exchange.edxml.attachments import LONGEST, MIB
from procedures.exchange.edxml.fields import Field
from procedures.exchange.edxml.refusing import EdxmlRefused

#: Keys that the reader adds for its readers; the writer has no place for them.
TOLD = {"kind", "meaning", "unknown"}
_KNOWN = {"MessageHeader", "TraceHeaderList", "Signature", "edXMLManifest", "attachments"} | TOLD
_OF_ATTACHMENT = {"name", "type", "size", "sha256", "members", "fault", "content", "file", "ContentId", "Description",
                  "href"}  # fmt: skip
_BAD = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NAME = re.compile(r"[A-Za-z_][\w.-]*")
_PIECE = 57 * 1024  # of whole base64 quads


def write(message: Any, into: IO[bytes], base: Path | None = None) -> None:
    """Writes a message of this shape (that of `reading.Message.fields`) as UTF-8. base: the folder that the `file` of
    an attachment is relative to; without it only `content` counts. Raises `EdxmlRefused`, before a byte is written
    where it can know it."""
    _Writing(message, into, base).all()


class _Writing:
    def __init__(self, message: Any, into: IO[bytes], base: Path | None) -> None:
        if not isinstance(message, dict):
            raise _wrong("", "phải là một đối tượng JSON", "must be a JSON object")
        self.message, self.into, self.base = message, into, base
        self.lines: list[str] = []

    def all(self) -> None:
        message = self.message
        for key in message:
            if key not in _KNOWN:
                raise _wrong(str(key), "không phải trường của edXML", "is no field of edXML")
        header = message.get("MessageHeader")
        _needed(header)
        attachments = [
            self._attachment(one, n) for n, one in enumerate(_list(message.get("attachments"), "attachments"))
        ]
        self._envelope(message, header)
        self._flush()
        if attachments:
            self.lines.append("  <edXML:AttachmentEncoded>")
            for entry, opened in attachments:
                self._encoded(entry, opened)
            self.lines.append("  </edXML:AttachmentEncoded>")
        self.lines.append("</edXML:edXML>")
        self._flush()

    def _envelope(self, message: dict[str, Any], header: Any) -> None:
        self.lines.append('<?xml version="1.0" encoding="UTF-8"?>')
        self.lines.append(f'<edXML:edXML xmlns:edXML="{fields.NAMESPACE}" xmlns:xlink="{fields.XLINK}">')
        self.lines.append("  <edXML:edXMLEnvelope>")
        self.lines.append("    <edXML:edXMLHeader>")
        self._field(fields.MESSAGE_HEADER, header, "MessageHeader", 6)
        if "TraceHeaderList" in message:
            self._field(fields.TRACE_HEADER_LIST, message["TraceHeaderList"], "TraceHeaderList", 6)
        if "Signature" in message:
            self._signature("Signature", message["Signature"], "Signature", 6, f' xmlns="{XMLDSIG}"')
        self.lines.append("    </edXML:edXMLHeader>")
        if "edXMLManifest" in message:
            self.lines.append("    <edXML:edXMLBody>")
            self._field(fields.MANIFEST, message["edXMLManifest"], "edXMLManifest", 6)
            self.lines.append("    </edXML:edXMLBody>")
        self.lines.append("  </edXML:edXMLEnvelope>")

    def _field(self, shape: Field, value: Any, path: str, indent: int) -> None:
        if shape.many:
            for n, one in enumerate(_list(value, path)):
                self._one(shape, one, f"{path}[{n}]", indent)
        else:
            self._one(shape, value, path, indent)

    def _one(self, shape: Field, value: Any, path: str, indent: int) -> None:
        space = " " * indent
        if not shape.children:
            self.lines.append(f"{space}<edXML:{shape.name}>{_text(shape, value, path)}</edXML:{shape.name}>")
            return
        if not isinstance(value, dict):
            raise _wrong(path, "phải là một nhóm trường", "must be a group of fields")
        known = {*shape.attributes, *(one.name for one in shape.children)}
        for key in value:
            if key not in known:
                raise _wrong(f"{path}.{key}", "không phải trường của edXML", "is no field of edXML")
        marks = "".join(
            f" {'xlink:' if name == 'href' else ''}{name}={quoteattr(_plain(value[name], f'{path}.{name}'))}"
            for name in shape.attributes
            if name in value
        )
        self.lines.append(f"{space}<edXML:{shape.name}{marks}>")
        for child in shape.children:
            if child.name in value:
                self._field(child, value[child.name], f"{path}.{child.name}", indent + 2)
            elif child.needed:
                raise _wrong(f"{path}.{child.name}", "bắt buộc phải có", "is needed")
        self.lines.append(f"{space}</edXML:{shape.name}>")

    def _signature(self, name: str, value: Any, path: str, indent: int, mark: str = "") -> None:
        """A signature as it was read: shown with the message. What was rewritten verifies no more."""
        told = {"#text": value} if isinstance(value, str) else value
        if not _NAME.fullmatch(name):
            raise _wrong(path, "không phải tên phần tử", "is no name of an element")
        if not isinstance(told, dict):
            raise _wrong(path, "phải là chữ hoặc một nhóm trường", "must be text or a group of fields")
        marks = "".join(
            f" {key[1:]}={quoteattr(_plain(one, f'{path}.{key}'))}"
            for key, one in told.items()
            if key.startswith("@") and _NAME.fullmatch(key[1:])
        )
        text = _escaped(_plain(told.get("#text", ""), path))
        below = [(key, one) for key, one in told.items() if not key.startswith(("@", "#"))]
        opened = f"{' ' * indent}<{name}{mark}{marks}>{text}"
        if not below:
            self.lines.append(f"{opened}</{name}>")
            return
        self.lines.append(opened)
        for key, one in below:
            for each in one if isinstance(one, list) else [one]:
                self._signature(key, each, f"{path}.{key}", indent + 2)
        self.lines.append(f"{' ' * indent}</{name}>")

    def _attachment(self, entry: Any, n: int) -> tuple[dict[str, Any], Callable[[], IO[bytes]]]:
        path = f"attachments[{n}]"
        if not isinstance(entry, dict):
            raise _wrong(path, "phải là một đối tượng JSON", "must be a JSON object")
        for key in entry:
            if key not in _OF_ATTACHMENT:
                raise _wrong(f"{path}.{key}", "không phải trường của tệp đính kèm", "is no field of an attachment")
        opened = self._opened(entry, path)
        digest, size = hashlib.sha256(), 0
        with opened() as body:
            while piece := body.read(MIB):
                size += len(piece)
                digest.update(piece)
        if size > LONGEST:
            raise _wrong(path, f"lớn hơn {LONGEST // MIB} MB", f"has more than {LONGEST // MIB} MB")
        for key, found in (("size", size), ("sha256", digest.hexdigest())):
            if entry.get(key) is not None and entry[key] != found:
                raise _wrong(f"{path}.{key}", "không khớp với nội dung tệp", "is not that of the content")
        return entry, opened

    def _opened(self, entry: dict[str, Any], path: str) -> Callable[[], IO[bytes]]:
        if isinstance(entry.get("content"), str):
            try:
                body = base64.b64decode(entry["content"], validate=True)
            except (binascii.Error, ValueError):
                raise _wrong(f"{path}.content", "không đúng mã base64", "is no base64") from None
            return lambda: io.BytesIO(body)
        if isinstance(entry.get("file"), str) and self.base is not None:
            file = self.base / entry["file"]
            if not file.is_file():
                raise _wrong(f"{path}.file", "không có tệp này", "names no file")
            return lambda: file.open("rb")
        raise _wrong(
            path,
            "thiếu nội dung: cần “content” (base64) hoặc “file”",
            "has no content: “content” (base64) or “file” is needed",
        )

    def _encoded(self, entry: dict[str, Any], opened: Callable[[], IO[bytes]]) -> None:
        path = "attachments"
        mark = f" xlink:href={quoteattr(_plain(entry['href'], path))}" if "href" in entry else ""
        self.lines.append(f"    <edXML:Attachment{mark}>")
        for name, key in (
            ("ContentType", "type"),
            ("ContentId", "ContentId"),
            ("AttachmentName", "name"),
            ("Description", "Description"),
        ):
            if key in entry:
                text = _escaped(_plain(entry[key], f"{path}.{key}"))
                self.lines.append(f"      <edXML:{name}>{text}</edXML:{name}>")
        self._flush()
        self.into.write(b"      <edXML:ContentTransferEncoded>")
        with opened() as body:
            while piece := body.read(_PIECE):
                self.into.write(base64.b64encode(piece))
        self.into.write(b"</edXML:ContentTransferEncoded>\n")
        self.lines.append("    </edXML:Attachment>")

    def _flush(self) -> None:
        self.into.write("".join(f"{line}\n" for line in self.lines).encode("utf-8"))
        self.lines = []


XMLDSIG = "http://www.w3.org/2000/09/xmldsig#"


def _needed(header: Any) -> None:
    """What no message goes without, by its kind."""
    if not isinstance(header, dict):
        raise _wrong("MessageHeader", "bắt buộc phải có", "is needed")
    kinds = ("StatusCode", "ResponseFor") if "StatusCode" in header else ("To", "Subject")
    for name in ("From", *kinds):
        if not header.get(name):
            raise _wrong(f"MessageHeader.{name}", "bắt buộc phải có", "is needed")


def _list(value: Any, path: str) -> list[Any]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise _wrong(path, "phải là một danh sách", "must be a list")
    return value


def _plain(value: Any, path: str) -> str:
    if not isinstance(value, str):
        raise _wrong(path, "phải là chữ", "must be text")
    if _BAD.search(value):
        raise _wrong(path, "có ký tự mà XML không cho phép", "has a character that XML does not allow")
    return value


def _text(shape: Field, value: Any, path: str) -> str:
    text = _plain(value, path)
    if isinstance(shape.form, frozenset) and text and text not in shape.form:
        raise _wrong(
            path,
            f"phải là một trong: {', '.join(sorted(shape.form))}",
            f"must be one of: {', '.join(sorted(shape.form))}",
        )
    pattern = {"date": "%Y/%m/%d", "time": "%Y/%m/%d %H:%M:%S"}.get(str(shape.form), "")
    if pattern and text and not _is(text, pattern):
        shown = "yyyy/MM/dd" if shape.form == "date" else "yyyy/MM/dd HH:mm:ss"
        raise _wrong(path, f"phải viết theo dạng {shown}", f"must be written as {shown}")
    return _escaped(text)


def _escaped(text: str) -> str:
    """A carriage return as a reference: read back as it stands, it would be a line feed."""
    return escape(text, {"\r": "&#13;"})


def _is(text: str, pattern: str) -> bool:
    try:
        return datetime.strptime(text, pattern).replace(tzinfo=UTC).strftime(pattern) == text
    except ValueError:
        return False


def _wrong(path: str, vi: str, en: str) -> EdxmlRefused:
    name = path or "JSON"
    return EdxmlRefused("json", f"{name}: {vi}.", f"{name} {en}.")
