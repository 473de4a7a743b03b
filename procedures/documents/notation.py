"""Notations by the decree (NĐ 30/2020/NĐ-CP, Phụ lục I, II.3): ``12/QĐ-UBND``; of a công văn ``45/UBND-NC``."""

from __future__ import annotations

import re

from procedures.search import fold
from procedures.vocabulary.documents import LETTER, NOTE

#: Beginnings of names of agencies that have an abbreviation of their own.
_BEGINS = (
    ("Văn phòng Ủy ban nhân dân", "VPUBND"),
    ("Ủy ban nhân dân", "UBND"),
    ("Hội đồng nhân dân", "HĐND"),
    ("Trung tâm Phục vụ hành chính công", "TTPVHCC"),
    ("Bảo hiểm xã hội", "BHXH"),
    ("Công an", "CA"),
)
_SMALL = frozenset(("và", "của", "tỉnh", "thành", "phố", "xã", "phường"))
_UNIT = re.compile(r"[A-ZĐ][A-Za-zĐđ&.]{0,14}")


def abbreviation(name: str) -> str:
    """How an agency stands in a notation: UBND, SXD, VPUBND; the initials of its name where nothing is settled."""
    for begin, short in _BEGINS:
        if name.startswith(begin):
            return short
    words = [word.strip(",") for word in re.split(r"[\s\-–]+", name.partition(" tỉnh ")[0]) if word]
    return "".join(word[0].upper() for word in words if word.lower() not in _SMALL)[:12]


def is_unit(text: str) -> bool:
    """Whether that can stand for a drafting unit in a notation: NC, VP, KTHT; capitals first, no space."""
    return _UNIT.fullmatch(text) is not None


def notation(number: int, kind: str, agency: str, unit: str = "") -> str:
    """The whole notation. agency: its abbreviation. unit: of who drafted a công văn."""
    if kind in (LETTER, NOTE):
        return f"{number:02d}/{agency}" + (f"-{unit}" if unit else "")
    return f"{number:02d}/{kind}-{agency}"


def notation_key(notation: str) -> str:
    """A notation without regard to how it was typed: ``5 /ubnd – nc`` is ``05/UBND-NC``."""
    return re.sub(r"^0+(?=\d)", "", fold(notation).replace(" ", ""))[:40]


def issuer_key(name: str) -> str:
    """A name of an agency without regard to abbreviation."""
    return f" {fold(name)} ".replace(" ubnd ", " uy ban nhan dan ").replace(" hdnd ", " hoi dong nhan dan ").strip()
