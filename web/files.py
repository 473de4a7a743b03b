"""Papers on their way in and out: uploads checked by content, stored papers sent so that a browser may show them
only inside our own pages."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator
from pathlib import Path
from urllib.parse import quote

from flask import Response, request
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from procedures import files
from procedures.letters.issuing import Letter
from web.house import database, house
from web.security import relax

SHOWN = {"application/pdf", "image/png", "image/jpeg", "image/webp"}
ENDINGS = {
    "application/pdf": ".pdf",
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/webp": ".webp",
    "application/xml": ".bpmn",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
}
UNSAFE = re.compile(r'[\x00-\x1f\x7f"*/:<>?\\|]+')


PIECE = 256 * 1024  # bytes in memory at a time, of what is sent in pieces

#: What citizens upload: what every desk can show.
FROM_CITIZENS = (files.PDF, *files.IMAGES)


def receive_upload(upload: FileStorage, allowed: Collection[str] = tuple(files.PAPERS)) -> files.Stored:
    """Store an upload as it streams in. Raises engine's Refusal with the reason in words."""
    return files.receive(database(), upload.stream, upload.filename or "", allowed)


def file_name(name: str, media_type: str) -> str:
    """A name that every system can save under: no path, no signs that one of them refuses, of bounded length, with the
    ending of what it is."""
    ending = ENDINGS.get(media_type, "")
    stem = name[: -len(ending)] if ending and name.lower().endswith(ending) else name
    return (" ".join(UNSAFE.sub("-", stem).split()).strip("-. ")[:100] or "tep") + ending


def letter_file(letter: Letter) -> str:
    """What a letter is saved as: what it is, and its number."""
    return f"{letter.title} {letter.number or letter.token}"


def disposition(kind: str, name: str) -> str:
    """The header that says under which name an answer is saved; without diacritics for old browsers."""
    bare = unicodedata.normalize("NFKD", name.replace("đ", "d").replace("Đ", "D")).encode("ascii", "ignore").decode()
    return f"{kind}; filename=\"{bare or 'tep'}\"; filename*=UTF-8''{quote(name)}"


def upload_limits(*, only_pdf: bool = False) -> str:
    """What may be uploaded, said before one chooses a file."""
    if only_pdf:
        return _("Một tệp PDF, không quá %(size)s MB.", size=house().config.upload_megabytes)
    return _(
        "Tệp PDF hoặc ảnh chụp rõ nét, mỗi tệp không quá %(size)s MB. Điện thoại có thể chụp trực tiếp.",
        size=house().config.upload_megabytes,
    )


def send_pdf(data: bytes, name: str) -> Response:
    """A PDF: shown in the browser, or saved where the address says ``?tai-ve=1``."""
    return send(data, "application/pdf", name)


def send_stored(path: Path, media_type: str, name: str) -> Response:
    """What lies at that place (`files.checked`), in pieces: for what may be too large to be held in memory."""
    response = send(_pieces(path), media_type, name)
    response.content_length = path.stat().st_size
    return response


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as body:
        while piece := body.read(PIECE):
            yield piece


def send(data: bytes | Iterator[bytes], media_type: str, name: str) -> Response:
    """A stored paper. What a browser might run (anything but PDF and pictures) is only ever saved. No browser keeps it
    (`web.security`): each showing is asked for, and so recorded."""
    relax(
        default_src="'none'",
        style_src="'unsafe-inline'",
        img_src="'self' data:",
        frame_ancestors="'self'",
        script_src="'none'",
    )
    saved = bool(request.args.get("tai-ve")) or media_type not in SHOWN
    response = Response(data, content_type=media_type if media_type in SHOWN else "application/octet-stream")
    kind = "attachment" if saved else "inline"
    response.headers["Content-Disposition"] = disposition(kind, file_name(name, media_type))
    return response
