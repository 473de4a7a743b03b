"""One file judged, in this process; `bounded` does it in one of its own."""

from __future__ import annotations

from pathlib import Path
from typing import IO

from procedures.signatures import pdf, xmldsig
from procedures.signatures.loops import without_loop
from procedures.signatures.trust import Trust
from procedures.signatures.verdicts import Judged, reason

#: Larger files are not verified: a PDF, and a message with its attachments. XML from `LARGE` on is read by pieces.
LONGEST, LONGEST_XML, LARGE = 100 * 1024 * 1024, 600 * 1024 * 1024, 4 * 1024 * 1024


@without_loop
def judge(stream: IO[bytes], trust: Trust) -> Judged:
    """Verdict and reasons. An exception on the way is "invalid": what cannot be read is not believed."""
    size = stream.seek(0, 2)
    if not size:
        return Judged(reasons=[reason("empty")])
    stream.seek(0)
    head = stream.read(1024)
    stream.seek(0)
    longest = LONGEST_XML if _xml(head) else LONGEST
    if size > longest:
        return Judged(reasons=[reason("too-large", limit=longest // 1024 // 1024)])
    try:
        if b"%PDF-" in head:
            return pdf.judge(stream, trust)
        if _xml(head):
            return xmldsig.judge_large(stream, trust) if size > LARGE else xmldsig.judge(stream.read(), trust)
    except MemoryError:
        return Judged(reasons=[reason("too-slow")])
    except Exception as error:
        return Judged(reasons=[reason("unreadable", what=type(error).__name__)])
    return Judged(reasons=[reason("unknown-kind")])


def _xml(head: bytes) -> bool:
    """XML, with a length or a byte order mark before it at most."""
    plain = head.replace(b"\0", b"")
    at = plain.find(b"<")
    return 0 <= at <= 512 and plain[at + 1 : at + 2] not in (b"", b" ", b"<")


def judge_file(path: Path, trust: Trust) -> Judged:
    """The same for a file."""
    with path.open("rb") as stream:
        return judge(stream, trust)
