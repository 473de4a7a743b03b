"""Sections of a .docx: paper, margins, and the page numbers in what runs along the top and bottom."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from procedures.documents.format.layout import Align, PageNumber, Section, Span
from procedures.documents.format.package import Package, R, W, child, number, value
from procedures.documents.format.paragraphs import Paragraph
from procedures.documents.format.styles import Styles, span

MM = 25.4 / 1440  # in a twip


@dataclass
class WordSection:
    """What a `sectPr` says; what it leaves out of heads and feet is the section's before."""

    element: etree._Element | None
    page: int = 1
    before: WordSection | None = None
    parts: dict[tuple[str, str], str] = field(default_factory=dict)

    def _size(self, name: str, default: float) -> float:
        return number(value(child(self.element, "pgSz"), name), default)

    def _margin(self, name: str) -> float:
        return abs(number(value(child(self.element, "pgMar"), name), 1440.0))

    @property
    def continuous(self) -> bool:
        """It goes on on the same page."""
        return value(child(self.element, "type"), "val") == "continuous"

    @property
    def text_width(self) -> float:
        """In points."""
        return (self._size("w", 12240) - self._margin("left") - self._margin("right")) / 20

    @property
    def text_height(self) -> float:
        """In points."""
        return (self._size("h", 15840) - self._margin("top") - self._margin("bottom")) / 20

    def resolve(self) -> None:
        """Takes over what the section before says of heads and feet."""
        inherited = dict(self.before.parts) if self.before is not None else {}
        for where in ("header", "footer"):
            for one in self.element.iterchildren(f"{W}{where}Reference") if self.element is not None else ():
                inherited[where, value(one, "type", "default")] = str(one.get(f"{R}id", ""))
        self.parts = inherited

    @property
    def first_differs(self) -> bool:
        """Its first page has heads and feet of its own."""
        title = child(self.element, "titlePg")
        return title is not None and value(title, "val", "1") not in {"0", "false", "off"}

    def measured(self) -> Section:
        """In millimetres."""
        gutter = number(value(child(self.element, "pgMar"), "gutter"))
        sides = {
            name: ((self._margin(name) + (gutter if name == "left" else 0)) * MM,) * 2
            for name in ("top", "bottom", "left", "right")
        }
        return Section(self.page, self._size("w", 12240) * MM, self._size("h", 15840) * MM, **sides)


def of(body: etree._Element) -> list[WordSection]:
    """The sections of a text, in order."""
    found: list[WordSection] = []
    for element in body.iter(f"{W}sectPr"):
        if element.getparent() is not None and element.getparent().tag in {f"{W}pPr", f"{W}body"}:  # type: ignore[union-attr]
            found.append(WordSection(element, before=found[-1] if found else None))
    return found or [WordSection(None)]


def pages_of(height: float, section: WordSection) -> int:
    """How many pages a text of this height fills for certain: estimates are a fifth too careful."""
    return max(1, int(height * 0.85 / max(72.0, section.text_height)) + 1)


def page_numbers(package: Package, styles: Styles, found: list[WordSection]) -> list[PageNumber]:
    """Those of every section's head and foot."""
    numbers: list[PageNumber] = []
    for place, section in enumerate(found):
        for (where, kind), relation in section.parts.items():
            if kind == "first" and not section.first_differs:
                continue
            target = package.related(package.main, f"/{where}").get(relation)
            root = package.xml(target) if target else None
            first = place == 0 and (kind == "first" or (kind == "default" and not section.first_differs))
            for align, letters in _page_fields(root, styles, section.text_width):
                numbers.append(PageNumber(section.page, where == "header", align, letters, first))
    return numbers


def _page_fields(root: etree._Element | None, styles: Styles, width: float) -> Iterator[tuple[Align, Span]]:
    for element in root.iter(f"{W}p") if root is not None else ():
        paragraph = Paragraph(element, styles, width)
        for field_ in element.iter(f"{W}instrText", f"{W}fldSimple"):
            said = (field_.text if field_.tag == f"{W}instrText" else value(field_, "instr")) or ""
            if said.split()[:1] != ["PAGE"]:
                continue
            run = field_.getparent() if field_.tag == f"{W}instrText" else field_.find(f".//{W}r")
            props = styles.run(paragraph.props["style"], child(run, "rPr"))
            yield _align(element, paragraph), next(iter(span("2", props)), Span("2"))


def _align(element: etree._Element, paragraph: Paragraph) -> Align:
    """How the number stands: a frame or a tab may put it into the middle."""
    frame = child(element, "pPr", "framePr")
    if value(frame, "xAlign") in {"center", "right", "left"}:
        return {"center": "center", "right": "right", "left": "left"}[value(frame, "xAlign")]  # type: ignore[return-value]
    tabs = sum(1 for _ in element.iterfind(f"{W}r/{W}tab"))
    if tabs and paragraph.align != "center":
        return "center" if tabs == 1 else "right"
    return paragraph.align
