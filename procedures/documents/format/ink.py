"""The ink of a PDF: its letters in rows, the lines that are drawn, the images; through pdfium, a page at a time.

Places are points from the paper's left and lower edge.
"""

from __future__ import annotations

import ctypes
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import pypdfium2
import pypdfium2.raw as pdfium

from procedures.documents.format.layout import Scan, Span

_BOLD = re.compile(r"bold|[-,]bd|black|heavy|semibold|demi", re.I)
_ITALIC = re.compile(r"italic|oblique|[-,]it\b", re.I)
_INVISIBLE, _STROKED = 3, 2
THIN = 3.0  # points: what is thinner is a line


@dataclass(frozen=True)
class Letter:
    """A letter: where it begins, where it ends, its baseline; look: all that a span tells of it."""

    text: str
    x: float
    end: float
    y: float
    look: Span


@dataclass(frozen=True)
class Line:
    """A drawn line, by its two ends."""

    x: float
    end: float
    low: float
    high: float


@dataclass
class Page:
    """What is on a page."""

    number: int
    width: float
    height: float
    letters: list[Letter] = field(default_factory=list)
    level: list[Line] = field(default_factory=list)
    upright: list[Line] = field(default_factory=list)
    frames: list[Line] = field(default_factory=list)
    scan: Scan | None = None
    turned: bool = False


def pages(document: pypdfium2.PdfDocument) -> Iterator[Page]:
    """Each page's ink."""
    for number in range(len(document)):
        page = document[number]
        left, bottom, right, top = page.get_cropbox()
        width, height = page.get_size()
        made = Page(number + 1, width, height, turned=page.get_rotation() != 0)
        made.letters = list(_letters(page, left, bottom))
        _drawn(page, made, left, bottom, (right - left) * (top - bottom))
        page.close()
        yield made


def _letters(page: pypdfium2.PdfPage, left: float, bottom: float) -> Iterator[Letter]:
    text = page.get_textpage()
    raw = text.raw
    looks: dict[int, Span | None] = {}
    x, y, box = ctypes.c_double(), ctypes.c_double(), pdfium.FS_RECTF()
    for place in range(pdfium.FPDFText_CountChars(raw)):
        code = pdfium.FPDFText_GetUnicode(raw, place)
        if pdfium.FPDFText_IsGenerated(raw, place) == 1 or code < 32:
            continue
        thing = pdfium.FPDFText_GetTextObject(raw, place)
        key = ctypes.addressof(thing.contents) if thing else 0
        if key not in looks:
            looks[key] = _look(raw, place, thing)
        look = looks[key]
        if look is None:
            continue
        pdfium.FPDFText_GetCharOrigin(raw, place, ctypes.byref(x), ctypes.byref(y))
        pdfium.FPDFText_GetLooseCharBox(raw, place, ctypes.byref(box))
        yield Letter(chr(code), x.value - left, max(x.value, box.right) - left, y.value - bottom, look)
    text.close()


def _look(raw: object, place: int, thing: object) -> Span | None:
    """How a letter looks, None where it leaves no ink."""
    mode = pdfium.FPDFTextObj_GetTextRenderMode(thing)
    if mode == _INVISIBLE:
        return None
    buffer, flags = ctypes.create_string_buffer(256), ctypes.c_int()
    pdfium.FPDFText_GetFontInfo(raw, place, buffer, 256, ctypes.byref(flags))
    font = buffer.value.decode("utf-8", "replace")
    matrix = pdfium.FS_MATRIX()
    pdfium.FPDFText_GetMatrix(raw, place, ctypes.byref(matrix))
    scale = math.hypot(matrix.c, matrix.d) or 1.0
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    pdfium.FPDFText_GetFillColor(raw, place, *(ctypes.byref(one) for one in (red, green, blue, alpha)))
    slanted = abs(matrix.c) > 0.12 * abs(matrix.d) and abs(matrix.b) < 0.01
    return Span(
        "",
        font,
        round(pdfium.FPDFText_GetFontSize(raw, place) * scale, 2),
        bool(_BOLD.search(font)) or mode == _STROKED,
        bool(_ITALIC.search(font)) or slanted,
        f"{red.value:02X}{green.value:02X}{blue.value:02X}",
    )


def _drawn(page: pypdfium2.PdfPage, made: Page, left: float, bottom: float, area: float) -> None:
    for thing in page.get_objects(max_depth=1):
        if thing.type not in {pdfium.FPDF_PAGEOBJ_PATH, pdfium.FPDF_PAGEOBJ_IMAGE}:
            continue
        x, low, end, high = thing.get_bounds()
        line = Line(x - left, end - left, low - bottom, high - bottom)
        width, height = end - x, high - low
        if thing.type == pdfium.FPDF_PAGEOBJ_IMAGE:
            if width * height > 0.7 * area:
                made.scan = _scan(thing, made.number)
        elif height <= THIN and width > 8:
            made.level.append(line)
        elif width <= THIN and height > 6:
            made.upright.append(line)
        elif width > 20 and 12 < height < 60:
            made.frames.append(line)


def _scan(thing: pypdfium2.PdfObject, number: int) -> Scan:
    said = thing.get_metadata()
    grey = said.bits_per_pixel < 24 or said.colorspace == pdfium.FPDF_COLORSPACE_DEVICEGRAY
    return Scan(number, min(said.horizontal_dpi, said.vertical_dpi), not grey)


def joined(lines: list[Line]) -> list[Line]:
    """Level lines that go on from each other are one."""
    found: list[Line] = []
    for line in sorted(lines, key=lambda one: (round(one.low), one.x)):
        last = found[-1] if found else None
        if last is not None and abs(last.low - line.low) < 1.2 and last.x - 1 <= line.x <= last.end + 3:
            found[-1] = replace(last, end=max(last.end, line.end))
        else:
            found.append(line)
    return found
