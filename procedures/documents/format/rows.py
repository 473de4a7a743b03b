"""Letters of a PDF in rows, and rows in pieces where a wide blank stands between."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, replace
from functools import cached_property

from procedures.documents.format.ink import Letter, Line, Page
from procedures.documents.format.layout import Span
from procedures.documents.format.words import fold

WIDE, NARROW = 1.8, 0.85  # a blank that parts two texts, in parts of the size: in the body, in the head
BLANK = 0.14  # a blank between words
_GLUE = re.compile(r"(?:so\s*:|ngay|thang|nam)[\s.…_]*$")


@dataclass(eq=False)
class Piece:
    """Letters on one line that belong together."""

    letters: list[Letter]
    page: Page
    among: int = 1

    @property
    def x(self) -> float:
        return self.letters[0].x

    @property
    def end(self) -> float:
        return self.letters[-1].end

    @cached_property
    def y(self) -> float:
        """The baseline."""
        return next(one.y for one in self.letters if one.look.size >= 0.95 * self.size)

    @cached_property
    def size(self) -> float:
        return max(one.look.size for one in self.letters)

    @property
    def middle(self) -> float:
        return (self.x + self.end) / 2

    @cached_property
    def first_word(self) -> float:
        """How wide its first word is."""
        for before, letter in itertools.pairwise(self.letters):
            if _gap(before, letter) > BLANK * letter.look.size:
                return before.end - self.x
        return self.end - self.x

    @cached_property
    def text(self) -> str:
        return "".join(span.text for span in self.spans)

    @cached_property
    def spans(self) -> list[Span]:
        """Letters of one look together; blanks where the letters leave one."""
        found: list[tuple[Span, list[str]]] = []
        last: Letter | None = None
        for letter in self.letters:
            if last is not None and _gap(last, letter) > BLANK * letter.look.size:
                found[-1][1].append(" ")
            if not found or (found[-1][0] is not letter.look and found[-1][0] != letter.look):
                found.append((letter.look, []))
            found[-1][1].append(letter.text)
            last = letter
        return [replace(look, text="".join(text), raised=look.size < 0.8 * self.size) for look, text in found]


def _gap(before: Letter, letter: Letter) -> float:
    return letter.x - before.end


def rows_of(page: Page) -> list[list[Letter]]:
    """The rows of a page from above, each from left to right, without blanks."""
    found: list[tuple[float, list[Letter]]] = []
    inked = [one for one in page.letters if not one.text.isspace()]
    for letter in sorted(inked, key=lambda one: (-one.y, one.x)):
        near = 0.36 * letter.look.size
        if found and abs(found[-1][0] - letter.y) < max(near, 0.36 * found[-1][1][0].look.size):
            found[-1][1].append(letter)
        else:
            found.append((letter.y, [letter]))
    return [sorted(row, key=lambda one: one.x) for _, row in found]


def pieces_of(row: list[Letter], page: Page, wide: float) -> list[Piece]:
    """The row in pieces: apart at a blank as wide as this, and before the national name."""
    parts: list[list[Letter]] = [[]]
    folded = "".join(fold(one.text) or "?" for one in row)
    name = folded.find("conghoaxahoi") if len(folded) == len(row) else -1
    for place, letter in enumerate(row):
        part = parts[-1]
        wide_blank = part and _gap(part[-1], letter) > wide * letter.look.size
        if part and (place == name or (wide_blank and not _is_filled(part, letter, page))):
            parts.append([])
        parts[-1].append(letter)
    return [Piece(part, page, len(parts)) for part in parts]


def _is_filled(part: list[Letter], letter: Letter, page: Page) -> bool:
    """A blank that somebody left to be written in: after “Số:”, “ngày”, “tháng”."""
    if not _GLUE.search(fold(Piece(part, page).text)):
        return False
    return letter.text in "/tn" and _gap(part[-1], letter) < 6 * letter.look.size


def under(piece: Piece, others: list[Piece], lines: list[Line]) -> float | None:
    """The length of the line that is drawn under a piece, before anything else stands there."""
    floor = max(
        (one.y for one in others if one.y < piece.y - 2 and one.x < piece.end and one.end > piece.x),
        default=piece.y - 2.2 * piece.size,
    )
    lowest = max(piece.y - 2.2 * piece.size, floor + 0.6 * piece.size)
    for line in lines:
        middle = (line.x + line.end) / 2
        if lowest <= line.low <= piece.y + 1 and piece.x - 45 <= middle <= piece.end + 45:
            return line.end - line.x
    return None
