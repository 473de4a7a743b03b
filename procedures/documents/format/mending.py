"""Mends what is certain in a .docx: measures and looks that the decree fixes. Words are left to their writer, but for a
zero or a blank that it fixes to the letter."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator

from lxml import etree

from procedures.documents.format import docx, looks, rules
from procedures.documents.format.layout import Block, Document
from procedures.documents.format.package import Package, W, child, number, value
from procedures.documents.format.parts import Part, Recognised, recognise
from procedures.documents.format.rules import LOOKS, Look
from procedures.documents.format.standing import MARGIN_TOLERANCE, PAPER
from procedures.documents.format.styles import Styles

TWIPS = 1440 / 25.4  # in a millimetre
#: The order that the standard asks of what is set here (ISO/IEC 29500-1, CT_RPr and CT_PPr).
_RUN = ("rStyle", "rFonts", "b", "bCs", "i", "iCs", "caps", "color", "sz", "szCs", "u", "vertAlign")
_PARAGRAPH = ("pStyle", "keepNext", "keepLines", "pageBreakBefore", "numPr", "pBdr", "tabs", "spacing", "ind",
              "contextualSpacing", "jc", "rPr", "sectPr")  # fmt: skip
NUMBER = Look(rules.Said("Số trang", "page number"), "I.I.7", rules.PAGE_NUMBER, False, False)
#: Parts whose letters become capitals.
_RAISED = {part for part, look in LOOKS.items() if look.upper is True}


def mend(data: bytes) -> bytes:
    """The file with what is certain mended; the rest of it as it was. Raises `Unreadable`."""
    package = Package(data)
    document, root = docx.read_tree(package)
    found = recognise(document)
    _paper(root)
    styles = Styles.of(package)
    for part, look in LOOKS.items():
        for block in found.of(part):
            if isinstance(block.source, etree._Element) and block.alone:
                _look(block.source, look, styles, part)
    _body(found)
    _words(found)
    _everywhere(document, styles)
    made = {package.main: root}
    for name in package.related(package.main, "/header").values():
        header = package.xml(name)
        if header is not None:
            _page_number(header, styles)
            made[name] = header
    return _written(data, made)


def _written(data: bytes, mended: dict[str, etree._Element]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as after:
        for entry in before.infolist():
            root = mended.get(entry.filename)
            text = before.read(entry)
            if root is not None:
                text = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
            after.writestr(entry, text)
    return made.getvalue()


def _set(parent: etree._Element, name: str, order: tuple[str, ...], **said: str) -> None:
    """Sets an element's attributes, at the place that the standard asks for."""
    element = child(parent, name)
    if element is None:
        element = etree.Element(f"{W}{name}")
        after = order[order.index(name) + 1 :] if name in order else ()
        place = next((at for at, one in enumerate(parent) if str(one.tag).rpartition("}")[2] in after), len(parent))
        parent.insert(place, element)
    for key, text in said.items():
        element.set(f"{W}{key}", text)


def _properties(element: etree._Element, name: str) -> etree._Element:
    own = child(element, name)
    if own is None:
        own = etree.Element(f"{W}{name}")
        element.insert(0, own)
    return own


def _runs(paragraph: etree._Element) -> Iterator[etree._Element]:
    for run in paragraph.iter(f"{W}r"):
        if next(run.iterancestors(f"{W}p"), None) is paragraph and run.find(f"{W}t") is not None:
            yield run


def _look(paragraph: etree._Element, look: Look, styles: Styles, part: Part) -> None:
    style = _style_of(paragraph, styles)
    for run in _runs(paragraph):
        _letters(run, look, styles, style)
        if part in _RAISED:
            for text in run.iterfind(f"{W}t"):
                text.text = (text.text or "").upper()
    if look.align == "center":
        _set(_properties(paragraph, "pPr"), "jc", _PARAGRAPH, val="center")


def _letters(run: etree._Element, look: Look, styles: Styles, style: str) -> None:
    """Size, weight and slant of a run, where they are outside."""
    now = styles.run(style, child(run, "rPr"))
    size = number(now.get("sz", "20")) / 2
    own = _properties(run, "rPr")
    if look.size and not look.size[0] <= size <= look.size[1] and now.get("vertAlign", "baseline") == "baseline":
        wanted = round(2 * min(max(size, look.size[0]), look.size[1]))
        _set(own, "sz", _RUN, val=str(wanted))
    for name, wish in (("b", look.bold), ("i", look.italic)):
        if wish is not None and (now.get(name) == "1") != wish:
            _set(own, name, _RUN, val="1" if wish else "0")


def _paper(root: etree._Element) -> None:
    """A4, and margins moved to the nearest that is right; pages that lie stay as they are."""
    for section in root.iter(f"{W}sectPr"):
        size, margins = child(section, "pgSz"), child(section, "pgMar")
        if size is None or number(value(size, "w")) > number(value(size, "h")):
            continue
        for name, wanted in zip(("w", "h"), PAPER, strict=True):
            if abs(number(value(size, name)) / TWIPS - wanted) > 1:
                size.set(f"{W}{name}", str(round(wanted * TWIPS)))
        for side, (low, high) in rules.MARGINS.items():
            now = number(value(margins, side), 1440) / TWIPS
            if margins is not None and not low - MARGIN_TOLERANCE <= now <= high + MARGIN_TOLERANCE:
                margins.set(f"{W}{side}", str(round(min(max(now, low), high) * TWIPS)))


def _body(found: Recognised) -> None:
    before: Block | None = None
    for block in found.of(Part.BODY):
        if not isinstance(block.source, etree._Element) or block.continued or block.column is not None:
            continue
        own = _properties(block.source, "pPr")
        if block.align in {"left", "right", "center"} and block.lines > 1 and not block.numbered:
            _set(own, "jc", _PARAGRAPH, val="both")
        if block.spacing is not None and not rules.SPACING[0] <= block.spacing <= rules.SPACING[1]:
            wanted = min(max(block.spacing, rules.SPACING[0]), rules.SPACING[1])
            _set(own, "spacing", _PARAGRAPH, line=str(round(240 * wanted)), lineRule="auto")
        low, high = (side * 1440 / 2.54 for side in rules.INDENT)
        now = (block.indent or 0) * 20
        if not block.numbered and not low - 34 <= now <= high + 34 and not all(span.bold for span in block.inked):
            _set(own, "ind", _PARAGRAPH, left="0", firstLine=str(round(high)))
        if before is not None and block.gap is not None and block.gap < rules.GAP and before.room == block.room:
            _set(own, "spacing", _PARAGRAPH, before=str(round(20 * rules.GAP)))
        before = block


#: Part → what its words must not be, and what is written instead.
_WORDS = {
    Part.NUMBER: ((r"\s*([/-])\s*(?=\S)", r"\1"), (r"(?<=Số:)\s*([1-9])/", r" 0\1/")),
    Part.DATE: ((r"(?<=ngày )([1-9])(?= )", r"0\1"), (r"(?<=tháng )([12])(?= )", r"0\1")),
}


def _words(found: Recognised) -> None:
    """Zeros and blanks, where one run holds all the words."""
    for part, changes in _WORDS.items():
        for block in found.of(part):
            texts = list(block.source.iter(f"{W}t")) if isinstance(block.source, etree._Element) else []
            if len(texts) == 1:
                for pattern, instead in changes:
                    texts[0].text = re.sub(pattern, instead, texts[0].text or "")


def _everywhere(document: Document, styles: Styles) -> None:
    """Font and colour of every run that is read."""
    for block in document.blocks:
        if isinstance(block.source, etree._Element):
            style = _style_of(block.source, styles)
            for run in _runs(block.source):
                _font(run, styles, style)
                stamp = block.text.upper() == block.text
                if styles.run(style, child(run, "rPr")).get("color", "000000") != "000000" and not stamp:
                    _set(_properties(run, "rPr"), "color", _RUN, val="000000")


def _style_of(paragraph: etree._Element, styles: Styles) -> str:
    return value(child(paragraph, "pPr", "pStyle"), "val") or styles.default_paragraph


def _font(run: etree._Element, styles: Styles, style: str) -> None:
    now = styles.run(style, child(run, "rPr"))
    kept = (looks.is_times, looks.is_symbol, looks.is_legacy)
    for slot in ("ascii", "hAnsi"):
        if not any(keeps(now.get(slot, "Times New Roman")) for keeps in kept):
            _set_font(_properties(run, "rPr"))
            return


def _page_number(root: etree._Element, styles: Styles) -> None:
    """The number that runs along the top: centred, of its size, upright."""
    for paragraph in root.iter(f"{W}p"):
        fields = [value(one, "instr") or one.text or "" for one in paragraph.iter(f"{W}instrText", f"{W}fldSimple")]
        if not any(field.split()[:1] == ["PAGE"] for field in fields):
            continue
        _set(_properties(paragraph, "pPr"), "jc", _PARAGRAPH, val="center")
        for run in paragraph.iter(f"{W}r"):
            _font(run, styles, _style_of(paragraph, styles))
            _letters(run, NUMBER, styles, _style_of(paragraph, styles))


def _set_font(own: etree._Element) -> None:
    _set(own, "rFonts", _RUN, ascii="Times New Roman", hAnsi="Times New Roman", cs="Times New Roman")
    fonts = child(own, "rFonts")
    for name in ("asciiTheme", "hAnsiTheme", "cstheme"):
        if fonts is not None:
            fonts.attrib.pop(f"{W}{name}", "")
