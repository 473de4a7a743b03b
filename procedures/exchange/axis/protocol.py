"""The axis's calls as its client kit makes them: every one a POST, what it is about in headers under one prefix, and a
signature over those headers.

Both sides know it: the client, and the simulator that stands in for the axis.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from datetime import datetime

from engine.calendar import VIETNAM

PREFIX = "XroadVnpt-"
VERSION = "3.0.201608"
AGENT = "motcua XRoad/VPCP"
EDOC, STATUS = "edoc", "status"
#: What a system says of a message that it has fetched (`/updateStatus`).
DONE, FAILED = "done", "fail"
#: Name of the file's part in `/sendEdoc`.
PART = "file_doc"


def headers(system: str, secret: str, at: datetime, said: Mapping[str, str]) -> dict[str, str]:
    """The headers of a call. said: what it is about (`servicetype`, `messagetype`, `docId`, …), in ASCII."""
    named = {
        "timestamp": f"{at.astimezone(VIETNAM):%d%m%YT%H%M%S}+{at.microsecond // 1000:04d}",
        "systemid": system,
        **said,
    }
    told = {f"{PREFIX}{name}": value for name, value in named.items()}
    text = json.dumps(told, separators=(",", ":"), ensure_ascii=True)
    return {
        **told,
        f"{PREFIX}sign-header-key": ";".join(named),
        f"{PREFIX}sign-header": text,
        f"{PREFIX}hash-header": signature(secret, text),
        f"{PREFIX}version": VERSION,
        "User-Agent": AGENT,
    }


def signature(secret: str, text: str) -> str:
    """HMAC-SHA256 of the headers as JSON, in hexadecimal."""
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()


def vouched(secret: str, given: Callable[[str], str]) -> bool:
    """Whether headers that came are signed under that secret, and are those that were signed. given: the value of a
    header, empty for one that is not there."""
    text, mark = given(f"{PREFIX}sign-header"), given(f"{PREFIX}hash-header")
    if not hmac.compare_digest(signature(secret, text).encode(), mark.encode()):
        return False
    try:
        told = json.loads(text)
    except ValueError:
        return False
    return isinstance(told, dict) and all(given(name) == value for name, value in told.items())
