"""Where the text of a PDF begins and ends on its pages, and the margins that follow: exact where lines agree, else a
range that they allow."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from dataclasses import dataclass

from procedures.documents.format.ink import Page
from procedures.documents.format.layout import POINTS_PER_MM, Align, Section
from procedures.documents.format.rows import Piece

Split = dict[int, list[list[Piece]]]
#: Heights over and under the baseline, in parts of the size: a capital, a line of Times New Roman.
CAPITAL, ASCENT, DESCENT = 0.66, 0.9, 0.25
_ANY = 1000.0
LIKELY_RIGHT = 17.5  # millimetres, where no line tells the margin


@dataclass(frozen=True)
class Edges:
    """left, right: of the text, likely where no lines agree on it; exact: whether enough do; reached: how far to the
    right letters stand; pitch: from line to line within a paragraph, 0 where nothing tells it. Points."""

    left: float
    right: float
    left_exact: bool
    right_exact: bool
    reached: float
    pitch: float

    @classmethod
    def of(cls, split: Split) -> Edges:
        """From the long lines that stand alone in their rows."""
        every = [row for page in split.values() for row in page]
        alone = [row[0] for row in every if len(row) == 1]
        wide = [piece for piece in alone if piece.end - piece.x > 0.55 * piece.page.width]
        ink = [piece for row in every for piece in row]
        leftmost, lefts = _outermost([piece.x for piece in wide] or [piece.x for piece in ink])
        below = min((row[0].x for page in split.values() for row in page[8:]), default=leftmost)
        if below < leftmost - 12:  # all long lines begin paragraphs, something else stands farther out
            leftmost, lefts = below, 0
        right, rights = _most({(re.sub(r"\d", "", piece.text), round(piece.end, 1)) for piece in wide or ink})
        exact = rights > 2
        edge = right if exact else max(right, ink[0].page.width - LIKELY_RIGHT * POINTS_PER_MM)
        return cls(leftmost, edge, lefts > 1 and bool(wide), exact, right, _pitch(split, leftmost, right))

    @property
    def middle(self) -> float:
        return (self.left + self.right) / 2

    @property
    def width(self) -> float:
        return self.right - self.left

    def align_of(self, middle: float) -> Align:
        """How a short line with this middle stands."""
        if abs(middle - self.middle) < 0.06 * self.width:
            return "center"
        return "left" if middle < self.middle else "right"


def _outermost(values: list[float]) -> tuple[float, int]:
    """The lowest length on which several lines agree, and how many; else the lowest."""
    for rounded in sorted({round(value) for value in values}):
        near = [value for value in values if abs(value - rounded) <= 1.5]
        if len(near) > 1:
            return min(near), len(near)
    return min(values), 1


def _most(lines: set[tuple[str, float]]) -> tuple[float, int]:
    """The length on which nearly half of the lines agree, and how many: punctuation may hang over it; else the highest.
    The same words twice are one line: they agree whatever the edge."""
    values = [end for _, end in lines]
    counted = Counter(round(value) for value in values)
    near = max(
        ([value for value in values if abs(value - rounded) <= 1] for rounded in counted),
        key=lambda some: (len(some), max(some)),
    )
    if len(near) > 2 and len(near) >= 0.45 * len(values):
        return max(near), len(near)
    return max(values), 1


def _pitch(split: Split, left: float, right: float) -> float:
    """The most common distance between lines that surely go on: the first full, the second from the left edge."""
    found: Counter[float] = Counter()
    for page in split.values():
        alone = [row[0] if len(row) == 1 else None for row in page]
        for above, below in itertools.pairwise(alone):
            if above is None or below is None or abs(below.x - left) > 2 or above.end < right - 0.15 * (right - left):
                continue
            found[round(above.y - below.y, 1)] += 1
    if not found:
        return 0.0
    most = max(found.values())
    return min(value for value, count in found.items() if count >= 0.5 * most)


def papers(pages: list[Page]) -> list[Section]:
    """The paper of the pages, without margins."""
    found: list[Section] = []
    for page in pages:
        width, height = page.width / POINTS_PER_MM, page.height / POINTS_PER_MM
        if not found or abs(found[-1].width - width) > 0.5 or abs(found[-1].height - height) > 0.5:
            found.append(Section(page.number, width, height))
    return found


def sections(pages: list[Page], split: Split, edges: Edges, running: list[tuple[Piece, float]]) -> list[Section]:
    """The papers, the first with the margins that the ink allows. running: the last line of a page, and the room that
    would have taken more of the text."""
    found = papers(pages)
    first = found[0]
    same = [
        p for p in pages if not p.turned and abs(p.width - pages[0].width) < 1 and abs(p.height - pages[0].height) < 1
    ]
    if not same:
        return found
    left, right = edges.left, same[0].width - edges.reached
    found[0] = Section(
        first.page,
        first.width,
        first.height,
        _mm(*_top(same, split)),
        _mm(*_bottom(same, split, running)),
        _mm(left if edges.left_exact else 0.0, left),
        _mm(right if edges.right_exact else 0.0, right),
    )
    return found


def _mm(low: float, high: float) -> tuple[float, float]:
    return low / POINTS_PER_MM, high / POINTS_PER_MM


def _top(pages: list[Page], split: Split) -> tuple[float, float]:
    """Between what a whole line above the first baselines leaves, and what a capital does."""
    low = high = _ANY
    for page in pages:
        if not split[page.number]:
            continue
        piece = split[page.number][0][0]
        above = page.height - piece.y
        low = min(low, above - (ASCENT + (0.12 if page.number == 1 else 0.75)) * piece.size)
        high = min(high, above - CAPITAL * piece.size)
    return low, high


def _bottom(pages: list[Page], split: Split, running: list[tuple[Piece, float]]) -> tuple[float, float]:
    """Under the lowest line; where the text goes on overleaf, what comes next had no room."""
    high = min((split[page.number][-1][0].y for page in pages if split[page.number]), default=_ANY)
    low = max((piece.y - room - DESCENT * piece.size for piece, room in running), default=0.0)
    return min(low, high), high
