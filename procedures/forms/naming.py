"""The name of a person as it is written: what was typed without capitals, or in capitals alone, in its proper form."""

from __future__ import annotations

import unicodedata


def proper(text: str) -> str:
    """``Nguyễn Thị Mai`` of ``nguyễn thị mai`` and ``NGUYỄN THỊ MAI``; what mixes both is as its owner writes it."""
    name = " ".join(unicodedata.normalize("NFC", text).split())
    if name != name.lower() and (name != name.upper() or " " not in name):
        return name
    return " ".join(word[:1].upper() + word[1:].lower() for word in name.split(" "))
