"""What the QR on a citizen's card says: ``number|old number|name|birth|sex|address|issued``, dates as ddmmyyyy.

A scanner that types, a camera, or somebody who pastes: what comes in is the same line. Cards of an older print leave
parts empty; what is no card is none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

_NUMBER = re.compile(r"\d{12}")
#: Words of the card → the codes that forms of the house use.
SEXES: Mapping[str, str] = {"nam": "nam", "nữ": "nu"}


@dataclass(frozen=True, slots=True)
class Card:
    """A card as it was read. old: the nine digits of the identity card before it, empty for none. sex: as printed."""

    number: str
    old: str
    name: str
    born: date | None
    sex: str
    address: str
    issued: date | None


def read(text: str) -> Card | None:
    """The card whose QR says this; None for what is no card."""
    parts = [part.strip() for part in text.strip().split("|")]
    if len(parts) < 6 or not _NUMBER.fullmatch(parts[0]) or not parts[2]:
        return None
    parts += [""] * (7 - len(parts))
    return Card(parts[0], parts[1], " ".join(parts[2].split()), _day(parts[3]), parts[4], parts[5], _day(parts[6]))


def _day(text: str) -> date | None:
    try:
        return date(int(text[4:]), int(text[2:4]), int(text[:2])) if re.fullmatch(r"\d{8}", text) else None
    except ValueError:
        return None
