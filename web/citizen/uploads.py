"""The tus protocol (1.0.0: core, creation, termination, expiration) for papers of a draft."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from email.utils import format_datetime
from functools import wraps
from typing import Any

from flask import Response, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import ClientDisconnected

from engine.refusal import Refusal
from procedures.citizens import uploads
from web.citizen.drafts import opened
from web.citizen.room import blueprint, known, me
from web.files import FROM_CITIZENS
from web.house import database, house
from web.permissions import Access
from web.refusals import sentence

VERSION = "1.0.0"
PIECE = "application/offset+octet-stream"


def _tus(view: Callable[..., Any]) -> Callable[..., Any]:
    """A call of a script: who is not signed in is told so by a status, and every answer names the protocol."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Response:
        here = known()
        if here is None or not here.alive:
            answer = _said(401, _("Phiên làm việc đã hết. Đăng nhập lại; phần đã tải lên vẫn còn."))
        elif request.headers.get("Tus-Resumable") != VERSION:
            answer = _said(412, f"Tus-Resumable: {VERSION}")
        else:
            answer = view(*args, **kwargs)
        answer.headers["Tus-Resumable"] = VERSION
        answer.headers["Tus-Version"] = VERSION
        answer.headers["Tus-Extension"] = "creation,termination,expiration"
        answer.headers["Tus-Max-Size"] = str(house().config.upload_megabytes * 1024 * 1024)
        return answer

    guarded.access = Access("citizen")  # type: ignore[attr-defined]
    return guarded


def _said(status: int, text: str = "") -> Response:
    return Response(text, status, content_type="text/plain; charset=utf-8")


@blueprint.post("/nop-ho-so/<id>/<name>/tep")
@_tus
def upload_begin(id: str, name: str) -> Response:
    """Announce a file for the paper of that page."""
    with database().begin() as tx:
        here = opened(tx, me().citizen, id)
    page = here.shape.page(name)
    paper = page.component(request.args.get("ma", "")) if page is not None else None
    length = request.headers.get("Upload-Length", "")
    if paper is None:
        return _said(404)
    if not (length.isascii() and length.isdecimal() and len(length) < 16):
        return _said(400, "Upload-Length")
    try:
        made = uploads.begin(database(), me().citizen, id, str(paper["code"]), _file_name(), int(length))
    except Refusal as refused:
        return _said(413 if int(length) > house().config.upload_megabytes * 1024 * 1024 else 422, sentence(refused))
    answer = _said(201)
    answer.headers["Location"] = url_for("citizen.upload_piece", id=made)
    return answer


def _file_name() -> str:
    """`filename` of the metadata: pairs of a key and a value in base 64."""
    for pair in request.headers.get("Upload-Metadata", "").split(","):
        key, _space, value = pair.strip().partition(" ")
        if key == "filename":
            try:
                return base64.b64decode(value, validate=True).decode("utf-8")
            except (binascii.Error, UnicodeDecodeError):
                return ""
    return ""


@blueprint.route("/tep-dang-tai/<id>", methods=["HEAD", "PATCH", "DELETE"])
@_tus
def upload_piece(id: str) -> Response:
    """Where an upload stands, its next piece, or its end."""
    found = uploads.get(database(), me().citizen, id)
    if found is None:
        return _said(404)
    if request.method == "DELETE":
        uploads.forget(database(), me().citizen, id)
        return _said(204)
    if request.method == "HEAD":
        return _stands(_said(200), found.got, found)
    offset = request.headers.get("Upload-Offset", "")
    if request.mimetype != PIECE or not (offset.isascii() and offset.isdecimal() and len(offset) < 16):
        return _said(415 if request.mimetype != PIECE else 400)
    try:
        stands = uploads.write(database(), found, int(offset), request.stream)
        if stands == found.length:
            uploads.finish(database(), found, FROM_CITIZENS)
    except uploads.Taken as refused:
        return _said(423, sentence(refused))
    except uploads.Elsewhere as refused:
        return _said(409, sentence(refused))
    except ClientDisconnected:
        return _said(400)
    except Refusal as refused:
        return _said(422, sentence(refused))
    return _stands(_said(204), stands, found)


def _stands(answer: Response, offset: int, found: uploads.Upload) -> Response:
    answer.headers["Upload-Offset"] = str(offset)
    answer.headers["Upload-Length"] = str(found.length)
    answer.headers["Upload-Expires"] = format_datetime(found.until, usegmt=False)
    return answer
