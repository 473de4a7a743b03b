"""RFC 9457 problem details, the one form of errors under /api."""

from __future__ import annotations

import json
from typing import Any

import orjson
from flask import Response
from werkzeug.exceptions import HTTPException
from werkzeug.http import HTTP_STATUS_CODES

MEDIA_TYPE = "application/problem+json"


def problem(
    status: int,
    detail: str = "",
    *,
    title: str = "",
    errors: Any = None,
    headers: dict[str, str] | None = None,
    more: dict[str, Any] | None = None,
) -> Response:
    """One problem. `errors` maps a field's path to what is wrong with it; `more` are further members."""
    title = title or HTTP_STATUS_CODES.get(status, "Error")
    body: dict[str, Any] = {"type": "about:blank", "title": title, "status": status, **(more or {})}
    if detail:
        body["detail"] = detail
    if errors:
        body["errors"] = errors
    return Response(_written(body), status=status, content_type=MEDIA_TYPE, headers=headers)


def _written(body: dict[str, Any]) -> bytes:
    """JSON; a caller's own strange names (half a surrogate pair) are escaped, as they came."""
    try:
        return orjson.dumps(body, option=orjson.OPT_NON_STR_KEYS)
    except (TypeError, ValueError):
        return json.dumps(body, default=str).encode()


def problem_of(error: HTTPException) -> Response:
    """An HTTP error as a problem; keeps Allow, Retry-After and WWW-Authenticate."""
    data = getattr(error, "data", None) or {}
    headers = {**dict(getattr(error, "headers", None) or {}), **(data.get("headers") or {})}
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After", "WWW-Authenticate"):
            headers[name] = value
    own = error.description if error.description != type(error).description and (error.code or 500) < 500 else ""
    detail = data.get("message") or own or ""
    return problem(error.code or 500, str(detail), errors=data.get("errors") or data.get("messages"), headers=headers)
