"""Attachments as they stream by: base64 is decoded, measured and hashed piece by piece, kept on disk where they are
large, and looked into where they are zip files."""

from __future__ import annotations

import base64
import binascii
import hashlib
import struct
import zipfile
import zlib
from dataclasses import dataclass, field
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from procedures.exchange.edxml.refusing import EdxmlRefused

MIB = 1024 * 1024
#: One attachment, and all of a message, decoded.
LONGEST, LONGEST_TOGETHER = 100 * MIB, 400 * MIB
#: What all zip files of one message may hold unpacked, in bytes and in files.
UNPACKED, MEMBERS = 400 * MIB, 2000
#: Bytes of one attachment that stay in memory.
IN_MEMORY = MIB

#: Bytes at the end of a zip in which its list of files is announced, with the longest comment.
_END = 22 + 65535

_BASE64 = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=")
_NOT_BASE64 = bytes(sorted(set(range(256)) - _BASE64 - frozenset(b" \t\r\n")))


class Room:
    """What the attachments of one message may still take; their bytes are kept while it is open."""

    def __init__(self) -> None:
        self.bytes, self.unpacked, self.members = LONGEST_TOGETHER, UNPACKED, MEMBERS
        self.bodies: list[IO[bytes]] = []

    def __enter__(self) -> Room:
        return self

    def __exit__(self, *_error: object) -> None:
        for body in self.bodies:
            body.close()

    def body(self) -> IO[bytes]:
        body = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - the room closes it
        self.bodies.append(body)
        return body


@dataclass
class Payload:
    """The bytes of one attachment. fault: why they cannot be decoded (vi, en), where they cannot."""

    room: Room
    size: int = 0
    fault: tuple[str, str] | None = None
    _rest: bytes = b""
    _ended: bool = False
    _hash: Any = field(default_factory=hashlib.sha256)

    def __post_init__(self) -> None:
        self.body = self.room.body()

    def feed(self, text: str) -> None:
        """Takes the next piece of base64, white space and all."""
        if self.fault is not None:
            return
        try:
            piece = text.encode("ascii")
        except UnicodeEncodeError:
            self._broken()
            return
        kept = piece.translate(None, b" \t\r\n")
        if len(kept.translate(None, _NOT_BASE64)) != len(kept) or (self._ended and kept):
            self._broken()
            return
        kept = self._rest + kept
        whole = len(kept) - len(kept) % 4
        self._rest = kept[whole:]
        self._take(kept[:whole])

    def end(self) -> None:
        """No more comes."""
        if self.fault is None and self._rest:
            self._broken()

    def _take(self, quads: bytes) -> None:
        if not quads:
            return
        try:
            decoded = base64.b64decode(quads, validate=True)
        except binascii.Error:
            self._broken()
            return
        self._ended = quads.endswith(b"=")
        self.size += len(decoded)
        self.room.bytes -= len(decoded)
        if self.size > LONGEST or self.room.bytes < 0:
            raise EdxmlRefused(
                "attachment-too-large",
                f"Tệp đính kèm quá lớn: mỗi tệp không quá {LONGEST // MIB} MB, cả thông điệp không quá "
                f"{LONGEST_TOGETHER // MIB} MB.",
                f"An attachment is too large: one may have {LONGEST // MIB} MB, all of a message "
                f"{LONGEST_TOGETHER // MIB} MB.",
            )
        self._hash.update(decoded)
        self.body.write(decoded)

    def _broken(self) -> None:
        self.fault = (
            "Nội dung tệp đính kèm không đúng mã base64 nên không mở được; đề nghị bên gửi gửi lại.",
            "The content of the attachment is no base64 and cannot be opened; ask the sender to send it again.",
        )

    @property
    def sha256(self) -> str:
        return str(self._hash.hexdigest())

    def head(self) -> bytes:
        self.body.seek(0)
        return self.body.read(8)

    def members(self, name: str) -> list[dict[str, Any]] | None:
        """`{name, size, sha256}` of each file in a zip, or `{name, fault}`; None where this is no zip file. Refuses one
        that unpacks to more than `UNPACKED` bytes: what it says of its sizes is not believed."""
        if self.fault is not None or self.head()[:4] not in (b"PK\x03\x04", b"PK\x05\x06"):
            return None
        self._directory(name)
        self.body.seek(0)
        try:
            with zipfile.ZipFile(self.body) as packed:
                return [self._member(packed, one, name) for one in packed.infolist() if not one.is_dir()]
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError):
            return None

    def _directory(self, name: str) -> None:
        """The list of files at the end of a zip is read whole by the library: it must not be long."""
        self.body.seek(max(0, self.size - _END))
        tail = self.body.read(_END)
        at = tail.rfind(b"PK\x05\x06")
        if at < 0 or at + 20 > len(tail):
            return
        count, length = struct.unpack_from("<HI", tail, at + 10)
        if count > MEMBERS or length > MIB:
            self.room.members = -1
            self._within(name)

    def _member(self, packed: zipfile.ZipFile, one: zipfile.ZipInfo, name: str) -> dict[str, Any]:
        self.room.members -= 1
        digest, size = hashlib.sha256(), 0
        try:
            with packed.open(one) as body:
                while piece := body.read(64 * 1024):
                    size += len(piece)
                    self.room.unpacked -= len(piece)
                    self._within(name)
                    digest.update(piece)
        except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, EOFError, zlib.error):
            self._within(name)
            return {"name": one.filename, "fault": "unreadable"}
        self._within(name)
        return {"name": one.filename, "size": size, "sha256": digest.hexdigest()}

    def _within(self, name: str) -> None:
        if self.room.unpacked < 0 or self.room.members < 0:
            raise EdxmlRefused(
                "zip-bomb",
                f"Tệp nén “{name[:100]}” bung ra quá lớn (quá {UNPACKED // MIB} MB hoặc quá {MEMBERS} tệp) nên không "
                "nhận.",
                f"The zip file '{name[:100]}' unpacks to too much (over {UNPACKED // MIB} MB or {MEMBERS} files): "
                "it is not taken.",
            )
