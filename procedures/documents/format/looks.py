"""Judges letters: their size, weight, slant and capitals part by part, their font, colour and encoding everywhere."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from procedures.documents.format import rules
from procedures.documents.format.layout import Block, Document, Span
from procedures.documents.format.parts import Part, Recognised
from procedures.documents.format.rules import LOOKS, RULES, Fault, Look, Said
from procedures.documents.format.words import fold

TOLERANCE = 0.26  # points; files keep half points, PDFs round
#: Fonts with Times New Roman's letters or its widths.
_TIMES = re.compile(
    r"(?:mt)?(?:times|liberation\s*serif|tinos|nimbus\s*rom|tex\s*gyre\s*termes|free\s*serif|thorndale)"
)
_SYMBOLS = re.compile(r"symbol|wingdings|webdings|dingbats|math|segoe ui symbol|ms gothic", re.I)
_MARKS = {"\u0300", "\u0301", "\u0302", "\u0303", "\u0306", "\u0309", "\u031b", "\u0323"}
_STYLE = re.compile(r"[-, ]*(?:bold|italic|oblique|regular|roman|psmt|ps|mt|it|bd)+$", re.I)


def family(font: str) -> str:
    """A font's family: without the mark of a subset and the words of its style."""
    bare = font.split("+", 1)[1] if re.match(r"[A-Z]{6}\+", font) else font
    return _STYLE.sub("", bare) or bare


def is_times(font: str) -> bool:
    """Times New Roman, or its metric twin."""
    return _TIMES.match(font.split("+", 1)[-1].strip().lower()) is not None


def is_legacy(font: str) -> bool:
    """A font with letters of an encoding before Unicode: what it shows cannot be read."""
    return re.match(r"\.?vn|vni[- ]|\.vn", font.split("+", 1)[-1].lower()) is not None


def is_symbol(font: str) -> bool:
    """A font of signs, not of letters."""
    return _SYMBOLS.search(font) is not None


def everywhere(document: Document) -> Iterator[Fault]:
    """Font, colour and encoding of all that is printed."""
    for block in document.blocks:
        for span in _chosen(block, document):
            letters = any(letter.isalnum() for letter in span.text)
            if letters and span.font and not is_times(span.font) and not is_symbol(span.font):
                name = family(span.font)
                yield Fault(block.page, "font-family", Said(name, name), RULES["font-family"].wanted, block.text)
            if not _is_black(span) and fold(block.text) not in rules.STAMPS:
                said = f"#{span.colour}"
                yield Fault(block.page, "font-colour", Said(said, said), RULES["font-colour"].wanted, block.text)
        if _MARKS & set("".join(span.text for span in block.spans)):
            found = Said("Unicode tổ hợp", "combining Unicode")
            yield Fault(block.page, "unicode", found, RULES["unicode"].wanted, unicodedata.normalize("NFC", block.text))


def _chosen(block: Block, document: Document) -> list[Span]:
    """A block's spans. In a PDF, letters with marks alone in a font of their own are what a printer put for those that
    its font lacked."""
    spans = block.inked
    plain = [span for span in spans if any(one.isascii() and one.isalnum() for one in span.text)]
    return plain if document.kind == "pdf" and plain else spans


def _is_black(span: Span) -> bool:
    if not re.fullmatch(r"[0-9A-Fa-f]{6}", span.colour):
        return True
    return all(int(span.colour[at : at + 2], 16) <= 0x26 for at in (0, 2, 4))


def parts(found: Recognised) -> Iterator[Fault]:
    """Each part's letters by its look."""
    for part, look in LOOKS.items():
        for block in found.of(part):
            yield from _sizes(part, look, block)
            yield from _styles(part, look, block)
        yield from _aligned(part, look, found)
    yield from _body_style(found)


def _sizes(part: Part, look: Look, block: Block) -> Iterator[Fault]:
    if look.size is None:
        return
    low, high = look.size
    for span in block.inked:
        if span.size and not span.raised and not low - TOLERANCE <= span.size <= high + TOLERANCE:
            said = f"{rules.points(span.size)} pt"
            name = f"{part.value}-size"
            yield Fault(block.page, name, Said(said, said), RULES[name].wanted, block.text)


def _share(block: Block, name: str) -> float:
    """Which part of a block's letters have an attribute."""
    lengths = [(len(span.text.strip()), bool(getattr(span, name))) for span in block.inked]
    return sum(length for length, has in lengths if has) / max(1, sum(length for length, _ in lengths))


def _styles(part: Part, look: Look, block: Block) -> Iterator[Fault]:
    for aspect, wanted, said in (("bold", look.bold, rules.bold), ("italic", look.italic, rules.italic)):
        if wanted is None:
            continue
        share = _share(block, aspect)
        if share < 0.9 if wanted else share > 0.1:
            name = f"{part.value}-{aspect}"
            yield Fault(block.page, name, said(not wanted), RULES[name].wanted, block.text)
    if look.upper is True and block.text != block.text.upper():
        name = f"{part.value}-capitals"
        yield Fault(block.page, name, rules.upper(False), RULES[name].wanted, block.text)
    if look.upper is False and block.text == block.text.upper() and len(block.text) > 3:
        name = f"{part.value}-capitals"
        yield Fault(block.page, name, rules.upper(True), RULES[name].wanted, block.text)


def _aligned(part: Part, look: Look, found: Recognised) -> Iterator[Fault]:
    if look.align is None:
        return
    for block in found.of(part):
        if block.align is not None and block.align != look.align:
            name = f"{part.value}-align"
            yield Fault(block.page, name, rules.ALIGNS[block.align], RULES[name].wanted, block.text)


def _body_style(found: Recognised) -> Iterator[Fault]:
    """The body as a whole is upright and not bold; a word or a heading may be."""
    body = found.of(Part.BODY)
    whole = sum(len(block.text) for block in body)
    for aspect, said in (("italic", rules.italic), ("bold", rules.bold)):
        if whole and sum(len(block.text) * _share(block, aspect) for block in body) > 0.6 * whole:
            name = f"body-{aspect}"
            yield Fault(body[0].page, name, said(True), RULES[name].wanted, body[0].text)
