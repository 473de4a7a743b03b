"""Browsers in which an official has signed in before: a signed cookie for each, good for nothing but that strangers'
wrong passwords do not make their owner wait."""

from __future__ import annotations

import secrets

from flask import current_app, request
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.wrappers import Response

COOKIE = "motcua-device"
SECONDS = 180 * 24 * 3600
MOST = 5  # officials who share a browser


def known(username: str) -> str:
    """The token of this browser for that official; nothing where he never signed in here."""
    return _read().get(username.strip().lower(), "")


def remember(response: Response, username: str) -> Response:
    """Marks the browser as one in which he has signed in."""
    tokens = _read()
    token = tokens.pop(username, "") or secrets.token_urlsafe(12)
    kept = dict([*list(tokens.items())[-(MOST - 1) :], (username, token)])
    response.set_cookie(
        COOKIE,
        str(_signer().dumps(kept)),
        max_age=SECONDS,
        httponly=True,
        samesite="Lax",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        path="/dang-nhap",
    )
    return response


def _read() -> dict[str, str]:
    try:
        found = _signer().loads(request.cookies.get(COOKIE, ""), max_age=SECONDS)
    except BadSignature:
        return {}
    return dict(found) if isinstance(found, dict) else {}


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.config["SECRET_KEY"]), salt="device")
