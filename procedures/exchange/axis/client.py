"""What this system asks of the axis. A message of any size streams by, both ways; every answer is bounded in bytes and
in seconds, and what is no answer is a `Refusal` that says so."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPException
from typing import IO, Any

from engine.refusal import Refusal
from procedures.exchange.axis import protocol
from procedures.exchange.edxml.attachments import MIB
from procedures.settings import Axis

#: Seconds that the axis may be silent, and that a small and a large answer may take in all.
SILENT, SMALL, LARGE = 30, 60, 900
#: Bytes of an answer without a message, of a message as it stands in an answer (base64), and of a message.
ANSWER, MESSAGE = 8 * MIB, 600 * MIB
_PIECE = 64 * 1024
_DATA = re.compile(rb'(?<!\\)"data"\s*:\s*"')
_IDS = re.compile(r"[\x21-\x7e]{1,120}")


class Away(Refusal):
    """The axis does not answer, or what comes is no answer of it: tried again later."""


class NotTaken(Refusal):
    """The axis has answered that it does not do what it was asked. code: as it says."""

    def __init__(self, code: str, why: str) -> None:
        why = " ".join(why.split())[:200]
        super().__init__(f"Trục liên thông từ chối (mã {code}): {why}", f"The axis has refused (code {code}): {why}")
        self.code = code


@dataclass(frozen=True, slots=True)
class Listed:
    """A message that waits at the axis. receivers: OrganIds, as the axis says."""

    id: str
    kind: str
    organ: str
    receivers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Agency:
    """An agency that is reached by the axis."""

    organ: str
    name: str
    email: str = ""


class Client:
    """The axis as this system knows it by its settings."""

    def __init__(self, known: Axis) -> None:
        self.known = known

    def received(self, kind: str) -> list[Listed]:
        """What waits for this system, of that kind (`protocol.EDOC`, `protocol.STATUS`)."""
        found = self._rows(self._call("/getReceivedEdocList", {"servicetype": "eDoc", "messagetype": kind}))
        return [
            Listed(_id(one["docId"]), kind, _text(one.get("from"))[:64], _codes(one.get("to")))
            for one in found
            if _IDS.fullmatch(_text(one.get("docId")))
        ]

    def sent(self, kind: str) -> list[dict[str, Any]]:
        """What this system has sent, as the axis keeps it."""
        return self._rows(self._call("/getSentEdocList", {"servicetype": "eDoc", "messagetype": kind}))

    def fetch(self, id: str, into: IO[bytes]) -> str:
        """Writes a message of the axis; its SHA-256. Raises `Away` for one that is cut, and for one that is not what
        the axis itself says its hash is."""
        with self._opened("/getEdoc", {"servicetype": "eDoc", "docId": id}, None, LARGE) as (answer, deadline):
            data = _Data(into)
            while piece := _read(answer, deadline):
                data.feed(piece)
            said = data.end()
            wanted = answer.headers.get(f"{protocol.PREFIX}hash-file") or _text(said.get("hash-file"))
        _accepted(said)
        found = data.digest.hexdigest()
        if wanted and wanted.lower() != found:
            raise Away(
                "Thông điệp tải về không đúng mã băm mà trục báo; sẽ tải lại.",
                "The message that was fetched is not the one whose hash the axis tells; it is fetched again.",
            )
        return found

    def send(self, body: IO[bytes], kind: str, organ: str) -> str:
        """Sends a message from that agency of ours; the axis's id of it."""
        digest, size = hashlib.sha256(), 0
        while piece := body.read(_PIECE):
            digest.update(piece)
            size += len(piece)
        body.seek(0)
        said = {
            "from": organ,
            "servicetype": "eDoc",
            "messagetype": kind,
            "hash-file": digest.hexdigest(),
        }
        told = self._call("/sendEdoc", said, _Part(body, size), LARGE)
        return _id(told.get("DocId"))

    def confirm(self, id: str, status: str) -> None:
        """Says what became of a message (`protocol.DONE`, `protocol.FAILED`): the axis lists it no more."""
        self._call("/updateStatus", {"servicetype": "eDoc", "docid": id, "docId": id, "status": status})

    def agencies(self) -> list[Agency]:
        """Everybody who is reached by the axis."""
        rows = self._rows(self._call("/getAgenciesList", {"servicetype": "eDoc"}))
        return [
            Agency(_text(one["code"])[:64], _text(one.get("name"))[:500], _text(one.get("mail"))[:200])
            for one in rows
            if _IDS.fullmatch(_text(one.get("code")))
        ]

    def register(self, one: Agency, parent: str = "") -> None:
        """Enters an agency of ours at the axis, or changes what stands there of it."""
        said = {"id": "", "pcode": parent, "code": one.organ, "name": one.name, "mail": one.email}
        self._call("/registerAgency", {"servicetype": "eDoc"}, json.dumps(said).encode())

    def _rows(self, answer: Mapping[str, Any]) -> list[dict[str, Any]]:
        rows = answer.get("data")
        if not isinstance(rows, list):
            return []
        return [one for one in rows if isinstance(one, dict)]

    def _call(
        self, path: str, said: Mapping[str, str], body: bytes | _Part | None = None, seconds: float = SMALL
    ) -> dict[str, Any]:
        with self._opened(path, said, body, seconds) as (answer, deadline):
            text = b""
            while piece := _read(answer, deadline):
                text += piece
                if len(text) > ANSWER:
                    raise _strange()
        told = _object(text)
        _accepted(told)
        return told

    def _opened(self, path: str, said: Mapping[str, str], body: bytes | _Part | None, seconds: float) -> _Opened:
        """The answer to a call, still to be read."""
        signed = protocol.headers(self.known.system, self.known.secret, datetime.now(UTC), said)
        if isinstance(body, _Part):
            signed |= {"Content-Type": body.type, "Content-Length": str(body.length)}
        else:
            signed["Content-Type"] = "application/json"
        data: Any = body if body is not None else b""
        return _Opened(urllib.request.Request(self.known.url + path, data, signed, method="POST"), seconds)


class _Opened:
    """An answer with the moment until which it is read. Whatever breaks on the way is `Away`."""

    def __init__(self, asked: urllib.request.Request, seconds: float) -> None:
        self.asked, self.deadline = asked, time.monotonic() + seconds
        self.answer: Any = None

    def __enter__(self) -> tuple[Any, float]:
        try:
            self.answer = _OPENER.open(self.asked, timeout=SILENT)
        except urllib.error.HTTPError as error:
            error.close()
            raise _away(str(error.code)) from None
        except (OSError, HTTPException, ValueError) as error:
            raise _away(type(error).__name__) from None
        return self.answer, self.deadline

    def __exit__(self, _kind: object, error: object, _trace: object) -> None:
        self.answer.close()
        if isinstance(error, OSError | HTTPException):
            raise _away(type(error).__name__) from None


class _NoWay(urllib.request.HTTPRedirectHandler):
    """Who answers for the axis does not send its callers elsewhere."""

    def redirect_request(self, *_: Any) -> None:
        return None


_OPENER = urllib.request.build_opener(_NoWay)


class _Part:
    """A file as the one part of a form, read as it is sent."""

    def __init__(self, body: IO[bytes], size: int) -> None:
        mark = uuid.uuid4().hex
        self.body = body
        self.type = f"multipart/form-data; boundary={mark}"
        self.head = (
            f'--{mark}\r\nContent-Disposition: form-data; name="{protocol.PART}"; filename="thong-diep.edxml"\r\n'
            "Content-Type: application/octet-stream\r\n\r\n"
        ).encode()
        self.foot = f"\r\n--{mark}--\r\n".encode()
        self.length = len(self.head) + size + len(self.foot)

    def __iter__(self) -> Iterator[bytes]:
        yield self.head
        while piece := self.body.read(_PIECE):
            yield piece
        yield self.foot


class _Data:
    """An answer with a message in it: the message, which may be large, goes to a file as it comes; what is left of the
    answer is small."""

    def __init__(self, into: IO[bytes]) -> None:
        self.into, self.digest = into, hashlib.sha256()
        self.rest, self.quads, self.size = b"", b"", 0
        self.inside, self.seen = False, False

    def feed(self, piece: bytes) -> None:
        while piece:
            piece = self._within(piece) if self.inside else self._around(piece)

    def _around(self, piece: bytes) -> bytes:
        self.rest += piece
        found = None if self.seen else _DATA.search(self.rest)
        if found is None:
            if len(self.rest) > ANSWER:
                raise _strange()
            return b""
        after, self.rest = self.rest[found.end() :], self.rest[: found.end()]
        self.inside = self.seen = True
        return after

    def _within(self, piece: bytes) -> bytes:
        value, quote, after = piece.partition(b'"')
        self._decode(value.replace(b"\\", b"").translate(None, b" \r\n"))
        if quote:
            self.inside = False
            self.rest += quote
        return after

    def _decode(self, text: bytes) -> None:
        text = self.quads + text
        whole = len(text) - len(text) % 4
        self.quads = text[whole:]
        try:
            decoded = base64.b64decode(text[:whole], validate=True)
        except binascii.Error:
            raise _strange() from None
        self.size += len(decoded)
        if self.size > MESSAGE:
            raise NotTaken("size", f"> {MESSAGE // MIB} MB")
        self.digest.update(decoded)
        self.into.write(decoded)

    def end(self) -> dict[str, Any]:
        """What the answer says beside the message."""
        if self.inside or self.quads:
            raise _cut()
        return _object(self.rest)


def _read(answer: Any, deadline: float) -> bytes:
    if time.monotonic() > deadline:
        raise _away("timeout")
    piece: bytes = answer.read1(_PIECE)
    if not piece and answer.length:
        raise _cut()
    return piece


def _object(text: bytes) -> dict[str, Any]:
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        raise _strange() from None
    if not isinstance(told, dict):
        raise _strange()
    return told


def _accepted(told: Mapping[str, Any]) -> None:
    """Raises `NotTaken` for an answer that says so."""
    code = _text(told.get("ErrorCode"))
    if code != "0" or _text(told.get("status")).upper() == "FAIL":
        raise NotTaken(code[:20] or "?", _text(told.get("ErrorDesc")))


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else str(value) if isinstance(value, int) else ""


def _id(value: Any) -> str:
    found = _text(value)
    if not _IDS.fullmatch(found):
        raise _strange()
    return found


def _codes(value: Any) -> tuple[str, ...]:
    """One code, several by commas, or a list, which may be JSON in a text."""
    if isinstance(value, str) and value.lstrip().startswith("["):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return ()
    parts = value if isinstance(value, list) else _text(value).split(",")
    return tuple(code for one in parts if (code := _text(one)) and len(code) <= 64)[:1000]


def _away(why: str) -> Away:
    return Away(f"Trục liên thông chưa trả lời ({why}).", f"The axis does not answer ({why}).")


def _strange() -> Away:
    return Away("Trả lời của trục liên thông không đúng quy cách.", "The answer of the axis is malformed.")


def _cut() -> Away:
    return Away("Trả lời của trục liên thông bị đứt giữa chừng.", "The answer of the axis has been cut off.")
