"""Every answer to an official, or to a program that acts as one, that shows somebody's data leaves its record."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, g, request
from flask_login import current_user

from engine.audit.reads import ReadLog
from procedures import reading
from web.house import database

#: Answers that show nothing of what was loaded: the reader is sent on, turned away, or told that something broke.
SHOWS_NOTHING = frozenset({301, 302, 303, 307, 308, 401, 403, 404, 500, 503})


def record(app: Flask) -> None:
    """Collects through each request whose data is loaded for display, and writes it before the answer goes out."""

    @app.before_request
    def begin() -> None:
        reading.begin()

    @app.after_request
    def write(response: Response) -> Response:
        subjects = reading.end()
        who = _who() if subjects else None  # who it is asks the database, which may be away
        if subjects and who and response.status_code not in SHOWS_NOTHING:
            said: dict[str, Any] = {"page": request.path, "method": request.method, "address": request.remote_addr}
            if request.args:
                said["asked"] = {name: value for name, value in request.args.items() if value}
            if "client" in g:
                said["client"] = g.client.id
            _log(app).write(who, str(request.endpoint), subjects, **said)
        return response

    @app.teardown_request
    def forget(_error: BaseException | None) -> None:
        reading.end()


def _who() -> str | None:
    """The official who reads; None for citizens."""
    if "official" in g:
        return str(g.official.username)
    return str(current_user.username) if current_user and current_user.is_authenticated else None


def _log(app: Flask) -> ReadLog:
    known: ReadLog | None = app.extensions.get("motcua_reads")
    if known is None or known.database is not database():
        known = app.extensions["motcua_reads"] = ReadLog(database())
    return known
