"""What is typed into a search of dossiers, as conditions: its words, the end of a code, an abbreviation."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, case, false, literal, or_

from engine.store import Tx
from procedures import catalogue
from procedures.search import fold
from procedures.store.dossier import dossier

_CODE = re.compile(r"[0-9A-Z][0-9A-Z.-]*")


@dataclass(frozen=True, slots=True)
class Search:
    """words: the condition of each word that was typed. code: the one whose code it is; ending: those whose code ends
    so, at one of its parts (0012, 261130-0012)."""

    words: tuple[ColumnElement[bool], ...]
    code: ColumnElement[bool]
    ending: ColumnElement[bool]

    @property
    def every(self) -> ColumnElement[bool]:
        """All the words are there."""
        return and_(*self.words) if self.words else false()

    @property
    def some(self) -> ColumnElement[bool]:
        """One of the words is there."""
        return or_(*self.words) if self.words else false()

    @property
    def of_code(self) -> ColumnElement[bool]:
        """It is a code, or the end of one."""
        return or_(self.code, self.ending)

    @property
    def rank(self) -> ColumnElement[int]:
        """The very code first, then the codes that end so."""
        return case((self.code, 0), (self.ending, 1), else_=2)

    @property
    def many(self) -> ColumnElement[int]:
        """How many of the words are there."""
        return sum((case((word, 1), else_=0) for word in self.words), literal(0))


def search(tx: Tx, text: str) -> Search:
    """What somebody looks for: words of names, numbers, phones (or their last digits), what a declaration says, a code
    or its end, the initials of the procedure."""
    typed = text.strip().lstrip("….-–* ").upper()
    ends = dossier.c.code.like(f"%-{typed}") if _CODE.fullmatch(typed) else false()
    words = _words(text)
    short = catalogue.abbreviated(tx, " ".join(words))
    return Search(tuple(_has(word, short.get(word, ())) for word in words), dossier.c.code == typed, ends)


def _has(word: str, procedures: tuple[str, ...]) -> ColumnElement[bool]:
    there = dossier.c.folded.like(f"%{word}%")
    return or_(there, dossier.c.procedure.in_(procedures)) if procedures else there


def _words(text: str) -> list[str]:
    """What must occur: the words of a name, or a number without its spaces."""
    folded = fold(text)
    joined = folded.replace(" ", "")
    if joined.isdigit() and len(joined) >= 6:
        return [joined]
    return folded.split()
