"""Where the images of signatures stand (NĐ 30/2020/NĐ-CP, Phụ lục I): found by the document's own signer block.

The leader's hand signature stands centred between his authority and his name; the agency's seal, at its true size,
covers the left third of it. Lengths are points from the page's lower left corner.
"""

from __future__ import annotations

from dataclasses import dataclass

import pypdfium2

MM = 72 / 25.4
#: Room of a hand signature above the name.
WIDTH, HEIGHT, GAP = 50 * MM, 18 * MM, 1 * MM
#: True width of a seal where none is told.
SEAL = 36 * MM


@dataclass(frozen=True, slots=True)
class Place:
    """A box on a page, the first page being 0."""

    page: int
    left: float
    bottom: float
    right: float
    top: float

    @property
    def box(self) -> tuple[int, int, int, int]:
        return round(self.left), round(self.bottom), round(self.right), round(self.top)


def of_signer(pdf: bytes, name: str) -> Place | None:
    """The room above the last place at which this name stands; None where it stands nowhere."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        for number in reversed(range(len(document))):
            found = _last(document[number], name)
            if found is not None:
                middle, top = found
                return Place(number, middle - WIDTH / 2, top + GAP, middle + WIDTH / 2, top + GAP + HEIGHT)
    finally:
        document.close()
    return None


def _last(page: pypdfium2.PdfPage, name: str) -> tuple[float, float] | None:
    """Middle and upper edge of the last of these words on a page."""
    text = page.get_textpage()
    search, last = text.search(name, match_case=True), None
    while (found := search.get_next()) is not None:
        last = found
    if last is None:
        return None
    boxes = [text.get_charbox(at) for at in range(last[0], last[0] + last[1])]
    return (min(one[0] for one in boxes) + max(one[2] for one in boxes)) / 2, max(one[3] for one in boxes)


def size_of(pdf: bytes, page: int) -> tuple[float, float]:
    """Width and height of a page."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        width, height = document[page].get_size()
        return float(width), float(height)
    finally:
        document.close()


def of_seal(leader: Place, width_mm: float = 0) -> Place:
    """The seal's room over the left third of the leader's image."""
    side = width_mm * MM if width_mm else SEAL
    right = leader.left + (leader.right - leader.left) / 3
    middle = (leader.bottom + leader.top) / 2
    left = max(0.0, right - side)
    return Place(leader.page, left, middle - side / 2, left + side, middle + side / 2)
