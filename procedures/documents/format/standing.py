"""Judges how a document stands on its paper: size, margins, page numbers, rules under lines, the body's paragraphs."""

from __future__ import annotations

from collections.abc import Iterator

from procedures.documents.format import rules
from procedures.documents.format.layout import (
    POINTS_PER_CM,
    POINTS_PER_MM,
    Block,
    Document,
    PageNumber,
    Scan,
    Section,
)
from procedures.documents.format.looks import TOLERANCE, family, is_times
from procedures.documents.format.parts import Part, Recognised
from procedures.documents.format.rules import MARGINS, RULES, Fault, Said
from procedures.documents.format.words import fold

PAPER = (210.0, 297.0)
PAPER_TOLERANCE, MARGIN_TOLERANCE = 1.5, 0.4  # millimetres


def _fault(rule: str, page: int, vi: str, en: str = "", text: str = "") -> Fault:
    return Fault(page, rule, Said(vi, en or vi), RULES[rule].wanted, text)


def paper(document: Document) -> Iterator[Fault]:
    """A4, upright where the document begins; later pages may lie for a table's sake."""
    for place, section in enumerate(document.sections):
        size = (section.width, section.height)
        lying = size[0] > size[1]
        fits = all(abs(a - b) <= PAPER_TOLERANCE for a, b in zip(sorted(size), PAPER, strict=True))
        if not fits or (lying and place == 0):
            yield _fault("paper-size", section.page, f"{size[0]:.0f} × {size[1]:.0f} mm")
        if not lying:
            yield from _margins(section)


def _margins(section: Section) -> Iterator[Fault]:
    for side, (low, high) in MARGINS.items():
        measured: tuple[float, float] | None = getattr(section, side)
        if measured is None:
            continue
        if measured[1] < low - MARGIN_TOLERANCE:
            yield _fault(f"margin-{side}", section.page, _mm(measured[1]))
        elif measured[0] > high + MARGIN_TOLERANCE:
            yield _fault(f"margin-{side}", section.page, _mm(measured[0]))


def _mm(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0") + " mm"


def page_numbers(document: Document, found: Recognised) -> Iterator[Fault]:
    """In the top margin, centred, from the second page on."""
    for number in document.numbers:
        if number.first:
            yield _fault("page-number-first", 1, "có", "there", number.span.text)
        else:
            yield from _page_number(number)
    unnumbered = set(range(2, document.pages + 1)) - found.annexes
    if not document.numbers and unnumbered:
        yield _fault("page-number-missing", 2, "không có", "none")


def _page_number(number: PageNumber) -> Iterator[Fault]:
    low, high = rules.PAGE_NUMBER
    span = number.span
    if not number.at_top:
        yield _fault("page-number-place", number.page, "ở lề dưới", "in the bottom margin", span.text)
    if number.align not in {"center", None}:
        said = rules.ALIGNS[number.align]
        yield _fault("page-number-align", number.page, said.vi, said.en, span.text)
    if span.size and not low - TOLERANCE <= span.size <= high + TOLERANCE:
        yield _fault("page-number-size", number.page, f"{rules.points(span.size)} pt", "", span.text)
    if span.bold or span.italic:
        said = rules.bold(True) if span.bold else rules.italic(True)
        yield _fault("page-number-look", number.page, said.vi, said.en, span.text)
    if span.font and not is_times(span.font):
        yield _fault("font-family", number.page, family(span.font), "", span.text)


def ruled(found: Recognised) -> Iterator[Fault]:
    """The lines drawn under the motto and the issuer."""
    for part in (Part.MOTTO, Part.ISSUER):
        lines = found.of(part)
        if not lines:
            continue
        name, last = f"{part.value}-rule", lines[-1]
        drawn = next((line for line in reversed(lines) if line.rule is not None), last)
        if drawn.rule is None:
            yield _fault(name, last.page, "không có", "none", last.text)
            continue
        texts = [last.text_width, max(line.text_width for line in lines)]
        low, high = (0.8, 1.6 if drawn.rule_is_border else 1.2) if part is Part.MOTTO else (0.28, 0.57)
        ratios = [drawn.rule / max(1.0, width) for width in texts]
        if not any(low <= ratio <= high for ratio in ratios):
            share = f"{ratios[0] * 100:.0f}%"
            yield _fault(name, last.page, f"dài {share} dòng chữ", f"{share} of the line of text", last.text)


def body(found: Recognised) -> Iterator[Fault]:
    """The body's paragraphs."""
    before: Block | None = None
    for block in found.of(Part.BODY):
        if block.spacing is not None and not _within(block.spacing, 0.92, 1.54):
            lines = f"{block.spacing:.2f}".rstrip("0").rstrip(".")
            yield _fault("body-spacing", block.page, f"{lines.replace('.', ',')} dòng", f"{lines} lines", block.text)
        if block.align not in {"justify", None} and block.lines > 1 and not block.numbered and block.column is None:
            said = rules.ALIGNS[block.align]
            yield _fault("body-align", block.page, said.vi, said.en, block.text)
        yield from _indent(block)
        if before is not None and before.room == block.room:
            yield from _gap(block)
        before = block


def _within(value: float, low: float, high: float) -> bool:
    return low <= value <= high


def _indent(block: Block) -> Iterator[Fault]:
    if block.indent is None or block.continued or block.numbered or block.column is not None:
        return
    if block.align not in {"justify", "left"} or all(span.bold for span in block.inked):
        return
    low, high = rules.INDENT
    found = block.indent / POINTS_PER_CM
    if not low - 0.06 <= found <= high + 0.06:
        said = f"{found:.2f}".rstrip("0").rstrip(".") or "0"
        yield _fault("body-indent", block.page, f"{said.replace('.', ',')} cm", f"{said} cm", block.text)


def _gap(block: Block) -> Iterator[Fault]:
    if block.gap is not None and not block.continued and not block.starts_page and block.gap < rules.GAP - 0.6:
        yield _fault("body-gap", block.page, f"{rules.points(max(0.0, block.gap))} pt", "", block.text)


def stamps(found: Recognised) -> Iterator[Fault]:
    """The frames of urgency."""
    for block in found.of(Part.STAMP):
        wanted = rules.STAMPS.get(fold(block.text))
        if wanted is None or block.boxed is None:
            continue
        size = tuple(side / POINTS_PER_MM for side in block.boxed)
        if any(abs(a - b) > 1.5 for a, b in zip(size, wanted, strict=True)):
            yield _fault("stamp-size", block.page, f"{size[0]:.0f} × {size[1]:.0f} mm", "", block.text)


def scans(document: Document) -> Iterator[Fault]:
    """What is asked of pages that are images; their format itself cannot be judged."""
    if document.scans and document.version < rules.SCAN_VERSION:
        yield _fault("scan-version", 1, f"PDF {document.version:g}")
    for scan in document.scans:
        yield from _scan(scan)


def _scan(scan: Scan) -> Iterator[Fault]:
    if scan.dpi < rules.SCAN_DPI - 2:
        yield _fault("scan-resolution", scan.page, f"{scan.dpi:.0f} dpi")
    if not scan.colour:
        yield _fault("scan-colour", scan.page, "ảnh đen trắng hoặc thang xám", "a black and white or grey image")
