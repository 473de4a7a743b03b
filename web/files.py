"""Papers on their way in and out: uploads checked by content, stored papers sent so that a browser may show them
only inside our own pages."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from flask import Response, request
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from procedures import files
from web.house import database
from web.i18n import pick
from web.security import relax

SHOWN = {"application/pdf", "image/png", "image/jpeg", "image/webp"}


class FileRefused(ValueError):
    """An upload that is not taken; `str()` is the sentence for the person."""


def receive_upload(upload: FileStorage, by: str = "") -> Any:
    """Store an upload (procedures.files.Stored). Raises FileRefused with the reason in words."""
    name = (upload.filename or "").replace("\\", "/").rsplit("/", 1)[-1][:200] or _("tệp không tên")
    try:
        return files.put(database(), upload.stream, name, by=by)
    except files.Refused as refused:
        raise FileRefused(pick(refused.vi, refused.en)) from refused


def send_pdf(data: bytes, name: str) -> Response:
    """A PDF: shown in the browser, or saved where the address says ``?tai-ve=1``."""
    return send(data, "application/pdf", name)


def send(data: bytes, media_type: str, name: str) -> Response:
    """A stored paper. What a browser might run (anything but PDF and pictures) is only ever saved."""
    relax(default_src="'none'", style_src="'unsafe-inline'", img_src="'self' data:", frame_ancestors="'self'",
          script_src="'none'")
    saved = bool(request.args.get("tai-ve")) or media_type not in SHOWN
    response = Response(data, content_type=media_type if media_type in SHOWN else "application/octet-stream")
    kind = "attachment" if saved else "inline"
    plain = name.encode("ascii", "ignore").decode().replace('"', "").replace("\\", "") or "tep"
    response.headers["Content-Disposition"] = f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"
    response.headers["Cache-Control"] = "private, max-age=300"
    return response
