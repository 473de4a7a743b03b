"""A mailbox read by IMAP (RFC 3501): what is new in it, each mail by its UID, and what a mail carries.

Nothing in the mailbox is changed: people may work in it, too. Every answer is bounded: a mail comes in pieces, to disk.
"""

from __future__ import annotations

import email
import email.policy
import imaplib
import re
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from email.message import EmailMessage
from email.utils import parseaddr
from html.parser import HTMLParser
from pathlib import Path

from engine.refusal import Refusal
from procedures.documents.trays import Mailbox
from procedures.files import clean_name

SILENT = 30.0  # seconds that the server may be
PIECE = 512 * 1024
MOST_HEADER = 64 * 1024
#: Bytes of a mail that is fetched; most servers take 25 MiB.
LARGEST = 60 * 1024 * 1024
MOST_FILES = 40
MOST_BODY = 20_000  # letters
MOST_HTML = 500_000  # letters of a mail in HTML that are read


class Away(Refusal):
    """The mailbox cannot be read now: looked at again later."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """What a mail says of itself. automatic: it was written by a machine, and is answered by none."""

    uid: int
    size: int
    message_id: str
    sender: str
    subject: str
    automatic: bool


@dataclass(frozen=True, slots=True)
class Attached:
    """A file of a mail."""

    name: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Opened:
    """A mailbox that is open for reading. validity: its UIDs hold as long as this stays."""

    server: imaplib.IMAP4
    validity: int

    def new(self, last: int, since: date) -> list[int]:
        """The UIDs after `last`; where it is 0, of what came since that day."""
        if last:
            said = self._ask("SEARCH", "UID", f"{last + 1}:*")
        else:
            months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
            said = self._ask("SEARCH", "SINCE", f"{since.day}-{months[since.month - 1]}-{since.year}")
        numbers = b" ".join(one for one in said if isinstance(one, bytes)).split()
        return sorted(uid for uid in map(int, numbers) if uid > last)

    def envelope(self, uid: int) -> Envelope:
        """What a mail says of itself."""
        said = self._ask("FETCH", str(uid), f"(RFC822.SIZE BODY.PEEK[HEADER]<0.{MOST_HEADER}>)")
        plain = b" ".join(_flat(said))
        size = re.search(rb"RFC822\.SIZE (\d+)", plain)
        return _envelope(uid, int(size[1]) if size else 0, _literal(said))

    def fetch(self, uid: int, into: Path) -> None:
        """Writes a mail to disk, piece by piece. Raises Away where it does not come whole."""
        start = 0
        with into.open("wb") as out:
            while True:
                piece = _literal(self._ask("FETCH", str(uid), f"(BODY.PEEK[]<{start}.{PIECE}>)"))
                out.write(piece)
                start += len(piece)
                if len(piece) < PIECE:
                    return
                if start > LARGEST:
                    raise Away("Thư dài hơn kích thước mà máy chủ đã báo.", "The mail is longer than the server said.")

    def _ask(self, command: str, *args: str) -> Sequence[bytes | tuple[bytes, bytes]]:
        status, said = self.server.uid(command, *args)
        if status != "OK":
            raise Away("Máy chủ thư từ chối lệnh đọc.", "The mail server refuses to be read.")
        return [one for one in said if one is not None]


@contextmanager
def opened(box: Mailbox) -> Iterator[Opened]:
    """Opens a mailbox for reading. Raises Away where it cannot be: no connection, a wrong password, no such folder."""
    server: imaplib.IMAP4 | None = None
    try:
        server = _connected(box)
        try:
            server.login(box.user, box.password)
        except imaplib.IMAP4.error as error:
            if isinstance(error, imaplib.IMAP4.abort):
                raise
            raise Away(
                f"Máy chủ thư không chấp nhận tên và mật khẩu của {box.user}.",
                f"The mail server does not take the name and password of {box.user}.",
            ) from None
        status, _said = server.select(f'"{box.folder}"', readonly=True)
        if status != "OK":
            raise Away(f"Hộp thư không có thư mục {box.folder}.", f"The mailbox has no folder {box.folder}.")
        validity = server.response("UIDVALIDITY")[1]
        yield Opened(server, int(validity[0]) if validity and validity[0] else 0)
    except (imaplib.IMAP4.error, OSError) as error:
        why = type(error).__name__
        raise Away(
            f"Không đọc được hộp thư trên {box.host}:{box.port} ({why}); hệ thống thử lại.",
            f"The mailbox at {box.host}:{box.port} cannot be read ({why}); it is tried again.",
        ) from None
    finally:
        if server is not None:
            with suppress(imaplib.IMAP4.error, OSError):
                server.logout()


def _connected(box: Mailbox) -> imaplib.IMAP4:
    if box.tls == "none":
        return imaplib.IMAP4(box.host, box.port, timeout=SILENT)
    trusted = ssl.create_default_context(cafile=str(box.authority) if box.authority else None)
    if box.tls == "implicit":
        return imaplib.IMAP4_SSL(box.host, box.port, ssl_context=trusted, timeout=SILENT)
    made = imaplib.IMAP4(box.host, box.port, timeout=SILENT)
    made.starttls(trusted)
    return made


def _flat(said: Sequence[bytes | tuple[bytes, bytes]]) -> list[bytes]:
    return [one if isinstance(one, bytes) else one[0] for one in said]


def _literal(said: Sequence[bytes | tuple[bytes, bytes]]) -> bytes:
    return next((one[1] for one in said if isinstance(one, tuple)), b"")


def _envelope(uid: int, size: int, header: bytes) -> Envelope:
    said = email.message_from_bytes(header, policy=email.policy.default)
    sender = parseaddr(_text(said, "Reply-To") or _text(said, "From"))[1]
    auto = _text(said, "Auto-Submitted").lower().split(";")[0].strip()
    robot = re.match(r"(?i)(mailer-daemon|postmaster|no-?reply|do-?not-?reply)@", sender) is not None
    listed = bool(_text(said, "List-Id")) or _text(said, "Precedence").lower() in ("bulk", "list", "junk")
    automatic = auto not in ("", "no") or robot or listed or not sender
    return Envelope(uid, size, _text(said, "Message-ID")[:500], sender[:255], _text(said, "Subject")[:500], automatic)


def _text(said: EmailMessage, name: str) -> str:
    """A header as one line; what breaks its reader is empty."""
    try:
        return " ".join(str(said.get(name, "")).split())
    except Exception:  # the parser of addresses falls over many a stranger's header
        return ""


def contents(path: Path) -> tuple[str, list[Attached]]:
    """What a mail says, and its files in their order; pictures that stand in the text are none."""
    with path.open("rb") as stream:
        said = email.message_from_binary_file(stream, policy=email.policy.default)
    found: list[Attached] = []
    plain, html = "", ""
    for part in said.walk():
        if part.is_multipart():
            continue
        name = _file_name(part)
        kind, way = part.get_content_type(), part.get_content_disposition()
        if name or way == "attachment":
            if way == "inline" and kind.startswith("image/") and part.get("Content-ID"):
                continue
            if len(found) < MOST_FILES:
                found.append(Attached(clean_name(name or "tep"), _bytes(part)))
        elif kind == "text/plain" and not plain:
            plain = _words(part)
        elif kind == "text/html" and not html:
            html = _words(part)
    return (plain.strip() or _bare(html[:MOST_HTML]))[:MOST_BODY], found


def _file_name(part: EmailMessage) -> str:
    try:
        return part.get_filename() or ""
    except Exception:  # as of headers
        return ""


def _bytes(part: EmailMessage) -> bytes:
    body = part.get_payload(decode=True)
    return body if isinstance(body, bytes) else b""


def _words(part: EmailMessage) -> str:
    body = _bytes(part)
    try:
        return body.decode(part.get_content_charset() or "utf-8", "replace")
    except LookupError:
        return body.decode("utf-8", "replace")


class _Bare(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.hidden += tag in ("script", "style", "head")
        if tag in ("br", "p", "div", "tr", "li"):
            self.said.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in ("script", "style", "head") and self.hidden > 0

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.said.append(data)


def _bare(html: str) -> str:
    reader = _Bare()
    reader.feed(html)
    lines = (" ".join(line.split()) for line in "".join(reader.said).split("\n"))
    return "\n".join(line for line in lines if line)
