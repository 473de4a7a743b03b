"""Ids that sort by the time they were made: UUID version 7 (RFC 9562, 5.7) as text."""

from __future__ import annotations

import os
import threading
import time

_lock = threading.Lock()
_last = 0


def new_id() -> str:
    """A UUID version 7. Within one process each is greater than the one before it."""
    global _last
    with _lock:
        # 48 bits of milliseconds, then 12 bits of the fraction of a millisecond (6.2, method 3).
        nanoseconds = time.time_ns()
        moment = (nanoseconds // 1_000_000 << 12) | (nanoseconds % 1_000_000 * 4096 // 1_000_000)
        _last = moment = max(moment, _last + 1)
    rest = int.from_bytes(os.urandom(8), "big")
    return (
        f"{moment >> 28:08x}-{moment >> 12 & 0xFFFF:04x}-7{moment & 0xFFF:03x}"
        f"-{rest >> 48 & 0x3FFF | 0x8000:04x}-{rest & 0xFFFFFFFFFFFF:012x}"
    )


def from_parts(moment: int, rest: int) -> str:
    """The id with these 60 bits of time (milliseconds and 12 bits of their fraction) and 62 bits that tell it apart."""
    value = (moment >> 12 << 80) | 0x7 << 76 | (moment & 0xFFF) << 64 | 0b10 << 62 | rest & (1 << 62) - 1
    digits = f"{value:032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
