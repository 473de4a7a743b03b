"""A .docx as a `Document`."""

from __future__ import annotations

from collections.abc import Iterable

from lxml import etree

from procedures.documents.format import sections
from procedures.documents.format.drawings import Shape, chosen, shapes
from procedures.documents.format.layout import Block, Document, Unreadable
from procedures.documents.format.package import MC, Package, W, child
from procedures.documents.format.paragraphs import Paragraph, blocks_of, only_a_rule, tokens
from procedures.documents.format.styles import Styles
from procedures.documents.format.tables import columns, has_grid

_THROUGH = {f"{W}{name}" for name in ("sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag")}


def read(data: bytes) -> Document:
    """Reads it. Raises `Unreadable`."""
    return read_tree(Package(data))[0]


def read_tree(package: Package) -> tuple[Document, etree._Element]:
    """The document, and the root of the XML that its blocks come from. Raises `Unreadable`."""
    root = package.xml(package.main)
    body = child(root, "body")
    if root is None or body is None:
        raise Unreadable("Tệp Word không có nội dung.", "The Word file holds no text.")
    return _Reader(package, Styles.of(package)).document(body), root


class _Reader:
    """Walks the text once; knows the page it is on, as far as the file tells."""

    def __init__(self, package: Package, styles: Styles) -> None:
        self.package, self.styles = package, styles
        self.blocks: list[Block] = []
        self.page, self.room, self.rooms = 1, 0, 0
        self.width = 0.0
        self.last: Paragraph | None = None
        self.height = 0.0
        self.rendered = False
        self.break_before = False

    def document(self, body: etree._Element) -> Document:
        self.rendered = next(body.iter(f"{W}lastRenderedPageBreak"), None) is not None
        found = sections.of(body)
        self.width = found[0].text_width
        self.upcoming = list(found)
        self._content(body)
        pages = max(self.page, sections.pages_of(self.height, found[0]))
        for section in found:
            section.resolve()
        numbers = sections.page_numbers(self.package, self.styles, found)
        return Document("docx", self.blocks, [one.measured() for one in found], numbers, pages)

    def _content(self, parent: etree._Element) -> None:
        for element in parent:
            if element.tag == f"{W}p":
                self._paragraph(element)
            elif element.tag == f"{W}tbl":
                self._table(element)
            elif element.tag in _THROUGH:
                self._content(element)
            elif element.tag == f"{MC}AlternateContent":
                for one in chosen(element):
                    self._content(one)

    def _turn(self) -> None:
        self.page += 1
        self.break_before = True

    def _paragraph(self, element: etree._Element, side: Block | None = None) -> None:
        paragraph = Paragraph(element, self.styles, self.width)
        if paragraph.props.get("pageBreakBefore") == "1" and not self.rendered and self.blocks:
            self._turn()
        before = self.page
        pieces = tokens(paragraph, self.rendered)
        first = len(self.blocks)
        for block in blocks_of(paragraph, pieces):
            block.page, block.room = self.page + block.page, self.room
            self._place(block, paragraph)
        turned = sum(1 for one in pieces if one.kind == "page")
        self.page = before + turned
        self.break_before = (self.break_before and not paragraph.inked) or (turned > 0 and pieces[-1].kind == "page")
        if self.room == 0:
            self.height += paragraph.height
        self._drawings(paragraph, first)
        if child(element, "pPr", "sectPr") is not None:
            self._next_section()
        self.last = paragraph

    def _place(self, block: Block, paragraph: Paragraph) -> None:
        """Puts a block behind the others, with the gap before it; a line of dashes is the rule of the one before."""
        if (length := only_a_rule(block)) is not None:
            if self.blocks and self.blocks[-1].room == block.room:
                self.blocks[-1].rule = length
            return
        if not block.continued and self.last is not None:
            block.gap = paragraph.gap_after(self.last)
        block.starts_page, self.break_before = block.starts_page or self.break_before, False
        self.blocks.append(block)

    def _next_section(self) -> None:
        if len(self.upcoming) > 1:
            self.upcoming.pop(0)
            self.upcoming[0].page = self.page
            if not self.upcoming[0].continuous:
                if not self.rendered:
                    self._turn()
                self.upcoming[0].page = self.page + (1 if self.rendered else 0)
            self.width = self.upcoming[0].text_width

    def _drawings(self, paragraph: Paragraph, first: int) -> None:
        """Lines go to what they are drawn under, boxes are rooms of their own."""
        own = self.blocks[first:]
        for drawn in paragraph.drawings:
            for shape in shapes(drawn):
                if shape.text is not None:
                    self._box(shape)
                elif shape.is_line and shape.width > 8:
                    self._line(shape, own)
        if paragraph.props.get("border", "nil") not in {"nil", "none"}:
            under = own[-1] if own else self._before()
            if under is not None and under.rule is None:
                under.rule, under.rule_is_border = paragraph.room_width, True

    def _before(self) -> Block | None:
        return self.blocks[-1] if self.blocks and self.blocks[-1].room == self.room else None

    def _line(self, shape: Shape, own: list[Block]) -> None:
        sides = [block for block in own if block.column is not None]
        if len(sides) > 1 and shape.x is not None:
            right = shape.x + shape.width / 2 > self.width / 2 + (60 if shape.page_wide else 0)
            under: Block | None = sides[-1] if right else sides[0]
        else:
            under = own[-1] if own else self._before()
        if under is not None:
            under.rule = shape.width

    def _box(self, shape: Shape) -> None:
        kept = self.room, self.width, self.last
        self.rooms += 1
        self.room, self.width, self.last = self.rooms, shape.width - 14.4, None
        first = len(self.blocks)
        if shape.text is not None:
            self._content(shape.text)
        for block in self.blocks[first:]:
            block.boxed = (shape.width, shape.height) if len(self.blocks) == first + 1 else None
            if shape.x is not None and block.column is None:
                block.column = "left" if shape.x + shape.width / 2 < kept[1] / 2 else "right"
        self.room, self.width, self.last = kept

    def _table(self, table: etree._Element) -> None:
        kept = self.room, self.width, self.last
        grid = has_grid(table, self.package)
        for row in _rows(table):
            tallest, height = 0.0, self.height
            for cell in columns(row, table, kept[1]):
                self.rooms += 1
                self.room, self.width, self.last = self.rooms, cell.width, None
                first = len(self.blocks)
                self._content(cell.element)
                for block in self.blocks[first:]:
                    block.tabled = grid
                    block.column = cell.column or block.column
                    tallest += block.lines * float(str(block.most("size") or 13)) * 1.15 / max(1, cell.among)
            self.height = height + tallest
        self.room, self.width, self.last = kept[0], kept[1], None


def _rows(table: etree._Element) -> Iterable[etree._Element]:
    for element in table:
        if element.tag == f"{W}tr":
            yield element
        elif element.tag in _THROUGH:
            yield from _rows(element)
