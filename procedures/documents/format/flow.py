"""Pieces of a PDF's rows as blocks: the lines of the head and the signature each by itself, the body in paragraphs."""

from __future__ import annotations

import itertools

from procedures.documents.format.edges import Edges
from procedures.documents.format.ink import Line, Page, joined
from procedures.documents.format.layout import Align, Block, Column, Span
from procedures.documents.format.paragraphs import SINGLE, only_a_rule
from procedures.documents.format.parts import ends_head, is_date, is_letter_subject, is_number, is_sent_to
from procedures.documents.format.rows import Piece, under
from procedures.documents.format.words import alike, fold, kind_of

NEAR = 2.5  # points: two places are one
HANGING = 0.35  # how far punctuation may hang over the edge, in parts of the size
ASSUMED_GAP = 12.0  # points between paragraphs that a page's end hides


class Flow:
    """Takes page after page. running: the last lines of pages, and the room that was not there under them."""

    def __init__(self, edges: Edges) -> None:
        self.edges = edges
        self.blocks: list[Block] = []
        self.paragraph: list[Piece] = []
        self.running: list[tuple[Piece, float]] = []
        self.listed = False
        self.above: Piece | None = None
        self.height = 0.0  # of the lines of the paragraph before, 0 where it has one
        self.begun: Page | None = None

    def done(self) -> list[Block]:
        """All blocks, after the last page."""
        self._flush()
        return self.blocks

    def page(self, page: Page, split: list[list[Piece]]) -> None:
        """Takes a page."""
        pieces = [piece for row in split for piece in row]
        lines = joined(page.level)
        self.begun = page if page.number > 1 else None
        head = _head_rows(split, self.edges) if page.number == 1 else 0
        for place, row in enumerate(split):
            tabled = _in_grid(row[0], page.upright)
            if place < head:
                for piece in sorted(row, key=lambda one: one.x):
                    self._add(piece, pieces, lines, column=self._side(piece))
            elif tabled or len(row) > 1:
                self._flush()
                for piece in row:
                    self._add(piece, pieces, lines, column=self._side(piece), tabled=tabled)
            else:
                self._single(row[0], pieces, lines)

    def _side(self, piece: Piece) -> Column | None:
        edges = self.edges
        if abs(piece.middle - edges.middle) < 0.05 * edges.width:
            return None
        return "left" if piece.middle < edges.middle else "right"

    def _single(self, piece: Piece, pieces: list[Piece], lines: list[Line]) -> None:
        edges = self.edges
        aside = piece.x > edges.left + 0.35 * edges.width and piece.middle > edges.left + 0.6 * edges.width
        narrow = (
            (self.listed or alike(piece.text[:14], "Nơi nhận:") > 0.8)
            and piece.end < edges.left + 0.66 * edges.width
            and not self._is_centred(piece)
        )
        if aside or narrow:
            self._flush()
            self._add(piece, pieces, lines, column="right" if aside else "left")
        elif self._is_centred(piece):
            self._flush()
            self._add(piece, pieces, lines, align="center")
        else:
            if self.paragraph and self._begins(piece):
                self._flush()
            self.paragraph.append(piece)

    def _is_centred(self, piece: Piece) -> bool:
        edges = self.edges
        if abs(piece.middle - edges.middle) > (6 if edges.left_exact and edges.right_exact else 14):
            return False
        bold = all(letter.look.bold for letter in piece.letters)
        after = bool(self.blocks) and not self.paragraph and self.blocks[-1].align == "center"
        inside = piece.x - edges.left > 3 and edges.right - piece.end > 3
        return piece.x - edges.left > 40 or (bold and piece.x - edges.left > 12) or (after and (bold or inside))

    def _begins(self, piece: Piece) -> bool:
        """Whether a paragraph begins with this line."""
        last, edges = self.paragraph[-1], self.edges
        full = last.end + piece.first_word + 0.2 * piece.size > edges.right - 1  # no room for the next word
        indented = piece.x > edges.left + 8
        if last.page is not piece.page:
            ended = last.text.endswith((".", ";", ":")) and piece.text[:1].isupper()
            return indented or not full or (ended and self.paragraph[0].x < edges.left + 8)
        first = self.paragraph[0]
        if len(self.paragraph) > 1:
            pitch = self.paragraph[-2].y - last.y if self.paragraph[-2].page is last.page else edges.pitch
        elif full and not indented and first.x > edges.left + 8:
            return last.y - piece.y > 2.5 * SINGLE * last.size  # under an indented line, one that is not goes on
        else:
            pitch = edges.pitch
        if last.y - piece.y > (pitch or 1.2 * last.size) + 3:
            return True
        return indented and not (full and len(self.paragraph) > 1 and abs(piece.x - last.x) < NEAR)

    def _add(
        self,
        piece: Piece,
        pieces: list[Piece],
        lines: list[Line],
        *,
        column: Column | None = None,
        align: Align | None = None,
        tabled: bool = False,
    ) -> None:
        block = self._block(piece.spans, piece)
        block.column, block.align, block.tabled = column, align, tabled
        block.text_width = piece.end - piece.x
        self.listed = self.listed or is_sent_to(block)
        if only_a_rule(block) is not None:
            above = next((b for b in reversed(self.blocks) if b.column == column and b.page == block.page), None)
            if above is not None:
                above.rule = block.text_width
            return
        block.rule = None if tabled else under(piece, pieces, lines)
        block.boxed = _frame(piece)
        self.blocks.append(block)
        self.above = None

    def _block(self, spans: list[Span], piece: Piece) -> Block:
        block = Block(spans, page=piece.page.number, x=piece.x)
        if self.begun is piece.page:
            block.starts_page, self.begun = True, None
        return block

    def _flush(self) -> None:
        """The paragraph that has been gathered becomes a block."""
        lines, edges = self.paragraph, self.edges
        self.paragraph = []
        if not lines:
            return
        spans = [span for line in lines for span in (*line.spans, Span(" "))]
        first = lines[0]
        block = self._block(spans, first)
        block.lines, block.width = len(lines), edges.width
        block.text_width = sum(line.end - line.x for line in lines)
        block.indent = first.x - edges.left
        block.align = _align(lines, edges)
        pitches = [a.y - b.y for a, b in itertools.pairwise(lines) if a.page is b.page]
        pitch = sorted(pitches)[len(pitches) // 2] if pitches else 0.0
        block.spacing = pitch / (SINGLE * first.size) if pitch else None
        if self.above is not None and self.above.page is first.page:
            height = min(pitch or SINGLE * first.size, self.height or SINGLE * first.size)
            block.gap = self.above.y - first.y - height
        self._no_room(lines, pitch)
        self.above, self.height = lines[-1], pitch
        self.blocks.append(block)

    def _no_room(self, lines: list[Piece], pitch: float) -> None:
        """Notes the room that was not there at a page's foot. Two lines of a paragraph stay together, at the foot and
        overleaf, so that more room than a line's may have been left."""
        first, pitch = lines[0], pitch or self.edges.pitch
        if not pitch:
            return
        whole = all(letter.look.bold for line in lines for letter in line.letters)
        if self.above is not None and self.above.page.number == first.page.number - 1 and not whole:
            together = len(lines) if len(lines) < 4 else 2
            self.running.append((self.above, together * pitch + ASSUMED_GAP))
        for above, below in itertools.pairwise(lines):
            if above.page is not below.page:
                over = sum(1 for line in lines if line.page.number > above.page.number)
                here = sum(1 for line in lines if line.page is above.page)
                self.running.append((above, (1 if over > 2 and here > 1 else 2) * pitch))


def _align(lines: list[Piece], edges: Edges) -> Align | None:
    """Justified where all lines but the last reach the right edge; one line alone does not tell."""
    edge = edges.right if edges.right_exact else edges.reached
    short = [line for line in lines[:-1] if line.end < edge - HANGING * line.size]
    if len(lines) < 2:
        return "left" if lines[0].end < edges.right - 0.1 * edges.width else None
    if not short:
        return "justify"
    return "left" if all(abs(line.x - edges.left) < NEAR for line in lines[1:]) else "right"


def _head_rows(split: list[list[Piece]], edges: Edges) -> int:
    """How many rows of the first page are its head: down to number and date, and the rest of what a letter is about."""
    last, subject = 0, None
    for place, row in enumerate(split[:25]):
        if ends_head(Block(row[0].spans)):
            break
        for piece in row:
            block = Block(piece.spans)
            if is_number(block) or (is_date(block) and len(block.text) < 70):
                last = place + 1
            if is_letter_subject(block) and (piece.middle < edges.middle or len(row) > 1):
                subject, last = piece, place + 1
    while subject is not None and last < len(split) and len(split[last]) == 1:
        piece = split[last][0]
        if abs(piece.middle - subject.middle) > 30 or kind_of(piece.text) or fold(piece.text).startswith("kinh gui"):
            break
        last += 1
    return last


def _in_grid(piece: Piece, upright: list[Line]) -> bool:
    """Between upright lines on both sides."""
    beside = [line for line in upright if line.low <= piece.y + 3 <= line.high]
    return any(line.x <= piece.x + 2 for line in beside) and any(line.x >= piece.end - 2 for line in beside)


def _frame(piece: Piece) -> tuple[float, float] | None:
    for frame in piece.page.frames:
        inside = frame.x <= piece.x and frame.end >= piece.end and frame.low <= piece.y <= frame.high
        if inside and piece.text == piece.text.upper():
            return frame.end - frame.x, frame.high - frame.low
    return None
