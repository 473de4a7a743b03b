"""Papers on their way in and out: uploads checked by content, stored papers sent so that a browser may show them
only inside our own pages."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from flask import Response, request
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from procedures import files
from web.house import database, house
from web.security import relax

SHOWN = {"application/pdf", "image/png", "image/jpeg", "image/webp"}


def receive_upload(upload: FileStorage) -> Any:
    """Store an upload (procedures.files.Stored). Raises engine's Refusal with the reason in words."""
    return files.put(
        database(), upload.stream.read(house().config.upload_megabytes * 1024 * 1024 + 1), upload.filename or ""
    )


def upload_limits() -> str:
    """What may be uploaded, said before one chooses a file."""
    return _(
        "Tệp PDF hoặc ảnh chụp rõ nét, mỗi tệp không quá %(size)s MB. Điện thoại có thể chụp trực tiếp.",
        size=house().config.upload_megabytes,
    )


def send_pdf(data: bytes, name: str) -> Response:
    """A PDF: shown in the browser, or saved where the address says ``?tai-ve=1``."""
    return send(data, "application/pdf", name)


def send(data: bytes, media_type: str, name: str) -> Response:
    """A stored paper. What a browser might run (anything but PDF and pictures) is only ever saved."""
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
    plain = name.encode("ascii", "ignore").decode().replace('"', "").replace("\\", "") or "tep"
    response.headers["Content-Disposition"] = f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"
    response.headers["Cache-Control"] = "private, max-age=300"
    return response
