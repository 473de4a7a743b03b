"""A paragraph of a .docx: its letters in order, and how it stands."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from lxml import etree

from procedures.documents.format import metrics
from procedures.documents.format.drawings import chosen
from procedures.documents.format.layout import POINTS_PER_CM, Align, Block, Column, Span
from procedures.documents.format.package import MC, W, child, number, value
from procedures.documents.format.styles import Props, Styles, span

SINGLE = 1.15  # the height of a single line of Times New Roman, in parts of its size
TAB_STOP = 36.0
_SKIPPED = {f"{W}{name}" for name in ("pPr", "rPr", "del", "moveFrom", "instrText", "delText", "delInstrText")}
_ALIGNS: dict[str, Align] = {
    "left": "left", "start": "left", "right": "right", "end": "right", "center": "center",
    "both": "justify", "distribute": "justify", "thaiDistribute": "justify",
}  # fmt: skip
_LETTERS = {"noBreakHyphen": "-", "softHyphen": "", "tab": "\t", "ptab": "\t", "cr": "\n"}
_DASHES = re.compile(r"[\s_‐-―─━=¯-]{3,}")


@dataclass(frozen=True)
class Token:
    """A piece of a paragraph: `text`, `tab`, `break`, `page` (another page begins), `rendered` (within a line)."""

    kind: str
    spans: tuple[Span, ...] = ()


class Paragraph:
    """How a paragraph stands in a room of this width."""

    def __init__(self, element: etree._Element, styles: Styles, width: float) -> None:
        self.element, self.styles = element, styles
        self.props: Props = styles.paragraph(child(element, "pPr"))
        self.width = width
        self.drawings: list[etree._Element] = []
        self.inked = False
        self.lines = 1
        mark = styles.run(self.props["style"], child(element, "pPr", "rPr"))
        self.size = number(mark.get("sz", "20")) / 2

    def twips(self, name: str) -> float:
        """A property in twips, as points."""
        return number(self.props.get(name, "0")) / 20

    @property
    def align(self) -> Align:
        return _ALIGNS.get(self.props.get("jc", "left"), "left")

    @property
    def room_width(self) -> float:
        return self.width - self.twips("ind-left") - self.twips("ind-right")

    @property
    def first_line(self) -> float:
        """Where its first line begins, from the margin."""
        return self.twips("ind-left") + self.twips("ind-firstLine") - self.twips("ind-hanging")

    @property
    def spacing(self) -> float:
        """Of its lines, in single lines."""
        line, rule = self.props.get("spacing-line", "240"), self.props.get("spacing-lineRule", "auto")
        if rule == "auto":
            return number(line, 240) / 240
        said = number(line) / 20 / (self.size * SINGLE)
        return max(1.0, said) if rule == "atLeast" else said

    def _space(self, side: str) -> float:
        if self.props.get(f"spacing-{side}Autospacing", "0") in {"1", "true", "on"}:
            return 14.0
        if lines := number(self.props.get(f"spacing-{side}Lines", "0")):
            return lines / 100 * 12
        return self.twips(f"spacing-{side}")

    @property
    def height(self) -> float:
        return self.lines * self.size * SINGLE * self.spacing + self._space("before") + self._space("after")

    def gap_after(self, before: Paragraph) -> float:
        """What stands between this paragraph and the one before; an empty one before counts whole."""
        same = before.props["style"] == self.props["style"]
        above = 0.0 if same and before.props.get("contextualSpacing") == "1" else before._space("after")
        below = 0.0 if same and self.props.get("contextualSpacing") == "1" else self._space("before")
        return above + below + (0.0 if before.inked else before.size * SINGLE * before.spacing)


def tokens(paragraph: Paragraph, rendered: bool) -> list[Token]:
    """Its pieces in order. rendered: Word has marked where its pages end; then a break of the writer's is not counted a
    second time."""
    found: list[Token] = []

    def walk(parent: etree._Element, props: Props) -> None:
        for element in parent:
            name = str(element.tag).rpartition("}")[2]
            if element.tag in _SKIPPED:
                continue
            if element.tag == f"{W}r":
                walk(element, paragraph.styles.run(paragraph.props["style"], child(element, "rPr")))
            elif element.tag == f"{MC}AlternateContent":
                for one in chosen(element):
                    walk_one(one)
            elif name in {"drawing", "pict", "object"}:
                paragraph.drawings.append(element)
            elif element.tag == f"{W}t":
                found.append(Token("text", tuple(span(element.text or "", props))))
            elif element.tag == f"{W}br" and value(element, "type") == "page":
                found.append(Token("break" if rendered else "page"))
            elif name in {"br", "cr"}:
                found.append(Token("break"))
            elif name == "lastRenderedPageBreak":
                found.append(Token("page" if not any(t.spans for t in found) else "rendered"))
            elif name in {"tab", "ptab"}:
                found.append(Token("tab", tuple(span("\t", props))))
            elif name in _LETTERS:
                found.append(Token("text", tuple(span(_LETTERS[name], props))))
            elif name in {"hyperlink", "ins", "moveTo", "sdt", "sdtContent", "smartTag", "fldSimple", "customXml"}:
                walk(element, props)

    def walk_one(element: etree._Element) -> None:
        if str(element.tag).rpartition("}")[2] in {"drawing", "pict"}:
            paragraph.drawings.append(element)
        else:
            walk(element, {})

    walk(paragraph.element, {})
    paragraph.inked = any(one.text.strip() for token in found for one in token.spans)
    return found


def blocks_of(paragraph: Paragraph, pieces: list[Token]) -> list[Block]:
    """The blocks that it is read as: one for each line that it breaks itself, and for each side of a tab between two
    texts. A block's `page` is counted from the paragraph's first."""
    found: list[Block] = []
    page, starts = 0, False
    line: list[Token] = []
    for piece in [*pieces, Token("break")]:
        if piece.kind in {"break", "page"}:
            for block in _sides(paragraph, line):
                block.page, block.continued, block.starts_page = page, bool(found), starts
                found.append(block)
                starts = False
            line = []
        if piece.kind == "page":
            page, starts = page + 1, True
        elif piece.kind != "break":
            line.append(piece)
    paragraph.lines = max(1, sum(block.lines for block in found))
    if found:
        paragraph.size = max((span.size for block in found for span in block.inked), default=paragraph.size)
    for block in found:
        block.spacing, block.alone = paragraph.spacing, len(found) == 1
    return found


def _sides(paragraph: Paragraph, line: list[Token]) -> list[Block]:
    """The texts of a line, apart where a tab stands between them."""
    parts: list[list[Span]] = [[]]
    leading = 0
    for piece in line:
        if piece.kind == "tab" and not any(one.text.strip() for one in parts[-1]):
            leading += 1 if len(parts) == 1 else 0
        elif piece.kind == "tab":
            parts.append([])
        else:
            parts[-1].extend(piece.spans)
    parts = [part for part in parts if any(one.text.strip() for one in part)]
    made = [_block(paragraph, part) for part in parts]
    if len(made) == 1:
        made[0].indent = paragraph.first_line + (leading * TAB_STOP if leading else 0.0)
        if leading and made[0].indent > 170 and paragraph.align != "center":
            made[0].column, made[0].align = "right", None
    elif made:
        sides: tuple[Column, Column] = ("left", "right")
        for place, block in enumerate(made):
            block.column, block.align, block.indent = sides[min(place, 1)], None, None
    return made


def _block(paragraph: Paragraph, spans: list[Span]) -> Block:
    block = Block(spans, align=paragraph.align, width=paragraph.room_width, source=paragraph.element)
    block.text_width = sum(metrics.width(one.text, one.size, bold=one.bold) for one in spans)
    room = max(1.0, block.width)
    block.lines = max(1, int((block.text_width + max(0.0, paragraph.twips("ind-firstLine"))) / room + 0.999))
    underlined = [one for one in spans if one.underline and one.text.strip()]
    if underlined:
        block.rule = sum(metrics.width(one.text, one.size, bold=one.bold) for one in underlined)
    block.numbered = paragraph.props.get("list", "0") != "0"
    if paragraph.align == "right" or paragraph.twips("ind-left") > 5.5 * POINTS_PER_CM:
        block.column = "right"
    return block


def only_a_rule(block: Block) -> float | None:
    """The length of a line made of dashes, None for text."""
    letters = "".join(one.text for one in block.spans)
    if not _DASHES.fullmatch(letters):
        return None
    return sum(metrics.width(one.text.strip(), one.size, bold=one.bold) for one in block.spans)


def plain(block: Block, text: str) -> Block:
    """The block with other text in the look of its first span."""
    return replace(block, spans=[replace(block.spans[0], text=text)])
