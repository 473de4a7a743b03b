"""Headers of every answer, the token against forged forms, and addresses that are safe to return to."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, g, request
from flask_wtf import CSRFProtect
from werkzeug.wrappers import Response

csrf = CSRFProtect()
#: The hidden fields of every form, which are no content: the token against forgery, and the form's own (`web.once`).
ONCE = "mot_lan"
FORM_MARKS = ("csrf_token", ONCE)
#: What unlocks a signing token: used once, and kept nowhere, not even as a hash.
PIN = "ma_pin"

POLICY = {
    "default-src": "'self'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=()",
}


def relax(**directives: str) -> None:
    """Change the content policy of this one answer: ``relax(frame_ancestors="'self'")``."""
    g.content_policy = {**g.get("content_policy", {}), **{k.replace("_", "-"): v for k, v in directives.items()}}


def protect(app: Flask) -> None:
    """Put the headers on every answer; personal pages are never kept by caches."""
    csrf.init_app(app)

    @app.after_request
    def headers(response: Response) -> Response:
        policy = {**POLICY, **g.get("content_policy", {})}
        response.headers["Content-Security-Policy"] = "; ".join(f"{name} {value}" for name, value in policy.items())
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if request.is_secure or app.config["SESSION_COOKIE_SECURE"]:
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
        if request.endpoint != "static":
            response.headers.setdefault("Cache-Control", "no-store")
        return response


def safe_return(target: str | None) -> str | None:
    """`target` where it is a path of this site, else None: a link must not lead a signed-in person elsewhere."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return None
    parts = urlsplit(target)
    if parts.scheme or parts.netloc or any(ord(c) < 32 for c in target):
        return None
    return target
