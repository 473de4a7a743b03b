"""The chain of hashes that makes the event log show any change made to it afterwards."""

from __future__ import annotations

from hashlib import sha256

import orjson

#: What stands before the first event of a root.
START = "0" * 64


def link(
    previous: str, root_id: str, seq: int, at: str, who: str | None, kind: str, element: str | None, data: str
) -> str:
    """The hash of an event: SHA-256 over a JSON list of the hash before it and all it says. `at` is ISO text in UTC."""
    return sha256(orjson.dumps([previous, root_id, seq, at, who, kind, element, data])).hexdigest()
