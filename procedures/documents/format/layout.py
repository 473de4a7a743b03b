"""A document as a reader sees it, whatever file it came from: its paper, its margins, and its blocks in reading order.

Lengths are points (1/72 inch) unless a name says otherwise; None is what the file does not tell.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from engine.refusal import Refusal

POINTS_PER_MM = 72 / 25.4
POINTS_PER_CM = 72 / 2.54

Align = Literal["left", "right", "center", "justify"]
Column = Literal["left", "right"]


class Unreadable(Refusal):
    """A file whose format cannot be judged, and why."""


@dataclass(frozen=True)
class Span:
    """Letters that look alike. colour: RRGGBB in hexadecimal."""

    text: str
    font: str = ""
    size: float = 0.0
    bold: bool = False
    italic: bool = False
    colour: str = "000000"
    underline: bool = False
    raised: bool = False


@dataclass(eq=False)
class Block:
    """A paragraph, or a line of a header. width: of the room it stands in; rule: the length of the line drawn under it,
    and rule_is_border where that is a border, whose ends stand at the room's; text_width: of its longest line;
    lines: how many it takes; indent: of its first line from the margin; gap: what stands between it and the block
    before beside the lines' own height; spacing: of its lines, in single lines; continued: it goes on after a line
    break; tabled: it stands in a table with a grid; alone: its paragraph
    (source) holds no other; room: what encloses it (a cell, a text box), 0 the page itself."""

    spans: list[Span]
    page: int = 1
    column: Column | None = None
    align: Align | None = None
    indent: float | None = None
    gap: float | None = None
    spacing: float | None = None
    width: float = 0.0
    text_width: float = 0.0
    lines: int = 1
    rule: float | None = None
    rule_is_border: bool = False
    continued: bool = False
    tabled: bool = False
    numbered: bool = False
    starts_page: bool = False
    boxed: tuple[float, float] | None = None
    room: int = 0
    x: float = 0.0
    source: object = None
    alone: bool = False

    @property
    def text(self) -> str:
        """Its letters, with single spaces."""
        return " ".join("".join(span.text for span in self.spans).split())

    @property
    def inked(self) -> list[Span]:
        """The spans that leave ink."""
        return [span for span in self.spans if span.text.strip()]

    def most(self, name: str) -> object:
        """The value of a span's attribute that most letters have."""
        counted: dict[object, int] = {}
        for span in self.inked:
            value = getattr(span, name)
            counted[value] = counted.get(value, 0) + len(span.text.strip())
        return max(counted, key=lambda value: counted[value]) if counted else None


@dataclass(frozen=True)
class Section:
    """A run of pages of one paper. Millimetres. A margin is a range: what the file tells, or what its ink allows."""

    page: int
    width: float
    height: float
    top: tuple[float, float] | None = None
    bottom: tuple[float, float] | None = None
    left: tuple[float, float] | None = None
    right: tuple[float, float] | None = None


@dataclass(frozen=True)
class PageNumber:
    """The number of a page, as it is printed. first: it stands on the first page of the document."""

    page: int
    at_top: bool
    align: Align | None
    span: Span
    first: bool = False


@dataclass(frozen=True)
class Scan:
    """A page that is an image. dpi: the lower of its two resolutions."""

    page: int
    dpi: float
    colour: bool


@dataclass
class Document:
    """What was read. pages: how many there are at least; numbers: None where the file cannot tell."""

    kind: Literal["docx", "pdf"]
    blocks: list[Block] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)
    numbers: list[PageNumber] = field(default_factory=list)
    pages: int = 1
    scans: list[Scan] = field(default_factory=list)
    version: float = 0.0
