"""Calls to addresses that this installation's configuration names, for signatures: bounded in time and size, never led
elsewhere, by TLS outside this host where secrets go along."""

from __future__ import annotations

import http.client
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import IO, Any

#: Seconds for one call: until something comes, and altogether.
QUIET, WHOLE = 10.0, 20.0


class Unanswered(Exception):
    """Nobody answered, or not within the bounds."""


class _Stays(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_given: Any, **_named: Any) -> None:
        """Nobody is followed elsewhere."""


_OPENER = urllib.request.build_opener(_Stays, urllib.request.ProxyHandler({}))


def fetched(
    address: str, body: bytes | None = None, head: Mapping[str, str] | None = None, *, longest: int
) -> tuple[int, bytes]:
    """Status and content of an answer. Raises `Unanswered`."""
    if not address.startswith(("http://", "https://")):
        raise Unanswered(address)
    asked, until = urllib.request.Request(address, body, dict(head or {})), time.monotonic() + WHOLE
    try:
        try:
            with _OPENER.open(asked, timeout=QUIET) as answer:
                return answer.status, _read(answer, longest, until)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, _read(error, longest, until)
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise Unanswered(type(error).__name__) from error


def _read(answer: IO[bytes], longest: int, until: float) -> bytes:
    parts, size = [], 0
    while piece := answer.read1(65536):  # type: ignore[attr-defined] # what has come, however little
        parts.append(piece)
        size += len(piece)
        if size > longest or time.monotonic() > until:
            raise Unanswered("too long")
    return b"".join(parts)
