"""Number and date of a document that its leader signs before the registry numbers it (NĐ 30/2020/NĐ-CP, Điều 15).

The blanks that stand for them in the document's head become empty, locked form fields in what the leader signs, so that
filling them in later leaves his signature whole: nothing else of the document can be changed by it. They are filled in
just before the agency's signature, which protects them, too. Lengths are points from the lower left corner."""

from __future__ import annotations

import io
import re
from ctypes import c_double
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

import pypdfium2
import pypdfium2.raw as raw
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader

from procedures.letters.rendering import render

NUMBER, DAY, MONTH, YEAR = "SoVanBan", "NgayVanBan", "ThangVanBan", "NamVanBan"
_NAMES = (NUMBER, DAY, MONTH, YEAR)
#: Letters of the first page in which the head is looked for; the least room for two digits.
_HEAD, _ROOM = 900, 11.0
#: How far a field reaches below and above the base line, in sizes of its letters.
_BELOW, _ABOVE = 0.22, 0.8
_GAP = r"[\s\u00a0.…_]"
_OF_NUMBER = re.compile(rf"Số:({_GAP}*)/", re.IGNORECASE)
_OF_DATE = re.compile(rf"ngày({_GAP}*)tháng({_GAP}*)năm[\s\u00a0]*20({_GAP}*)", re.IGNORECASE)
#: Two bits of the standard: printed; locked.
_PRINT, _LOCKED = 4, 1


@dataclass(frozen=True, slots=True)
class Blank:
    """Where something is still to be written: as high as the letters beside it, from below their base line on."""

    name: str
    left: float
    bottom: float
    right: float
    top: float


def find(pdf: bytes) -> list[Blank]:
    """The blanks in the head of a document; none where its number and date are printed, or are no text."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        text = document[0].get_textpage()
        head = "".join(text.get_text_range(at, 1)[:1] or " " for at in range(min(_HEAD, text.count_chars())))
        number, day = _OF_NUMBER.search(head), _OF_DATE.search(head)
        if number is None or day is None:
            return []
        at = number.start()
        found = [_between(text, NUMBER, at + 2, number.end() - 1, at)]
        at = day.start()
        for name, group, before in ((DAY, 1, at + 3), (MONTH, 2, day.start(2) - 1)):
            found.append(_between(text, name, before, day.end(group), at))
        found.append(_behind(text, day.start(3) - 1, at))
    finally:
        document.close()
    return found if all(one.right - one.left >= _ROOM for one in found) else []


def _between(text: pypdfium2.PdfTextPage, name: str, before: int, after: int, tall: int) -> Blank:
    left, right = text.get_charbox(before)[2] + 1, text.get_charbox(after)[0] - 1
    return _blank(text, name, left, right, tall)


def _behind(text: pypdfium2.PdfTextPage, before: int, tall: int) -> Blank:
    left = text.get_charbox(before)[2] + 0.3
    return _blank(text, YEAR, left, left + 14, tall)


def _blank(text: pypdfium2.PdfTextPage, name: str, left: float, right: float, beside: int) -> Blank:
    across, base = c_double(), c_double()
    raw.FPDFText_GetCharOrigin(text.raw, beside, across, base)
    size = raw.FPDFText_GetFontSize(text.raw, beside) or 13.0
    return Blank(name, left, base.value - _BELOW * size, right, base.value + _ABOVE * size)


def left_open(pdf: bytes) -> bytes:
    """The document with its blanks as empty fields, as an increment; as it is where it has none, or cannot be read:
    who signs it says so."""
    try:
        found = find(pdf)
        return _with_fields(pdf, found) if found else pdf
    except (pypdfium2.PdfiumError, PdfError):
        return pdf


def _with_fields(pdf: bytes, found: list[Blank]) -> bytes:
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    if "/AcroForm" not in writer.root:
        fresh = generic.DictionaryObject({pdf_name("/Fields"): generic.ArrayObject()})
        writer.root["/AcroForm"] = writer.add_object(fresh)
        writer.update_root()
    fields = writer.root["/AcroForm"]["/Fields"]
    if any(_name(one) in _NAMES for one in fields):
        return pdf
    page = writer.find_page_for_modification(0)[0]
    for one in found:
        widget = writer.add_object(_widget(one, page))
        writer.register_annotation(page, widget)
        fields.append(widget)
    writer.update_container(fields)
    into = io.BytesIO()
    writer.write(into)
    return into.getvalue()


def _name(field: generic.PdfObject) -> str:
    return str(field.get_object().get("/T", ""))


def _widget(one: Blank, page: generic.IndirectObject) -> generic.DictionaryObject:
    box = (one.left, one.bottom, one.right, one.top)
    return generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Annot"),
            pdf_name("/Subtype"): pdf_name("/Widget"),
            pdf_name("/FT"): pdf_name("/Tx"),
            pdf_name("/T"): generic.pdf_string(one.name),
            pdf_name("/F"): generic.NumberObject(_PRINT),
            pdf_name("/Ff"): generic.NumberObject(_LOCKED),
            pdf_name("/DA"): generic.pdf_string("/TiRo 13 Tf 0 g"),
            pdf_name("/Rect"): generic.ArrayObject([generic.FloatObject(f"{value:.2f}") for value in box]),
            pdf_name("/P"): page,
        }
    )


def filled(pdf: bytes, notation: str, day: date) -> bytes:
    """The document with its number and date in the fields that were left for them, as an increment; as it is where it
    has no such fields."""
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    said = {
        NUMBER: notation.partition("/")[0],
        DAY: f"{day.day:02d}",
        MONTH: month,
        YEAR: f"{day.year % 100:02d}",
    }
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    fields = writer.root["/AcroForm"]["/Fields"] if "/AcroForm" in writer.root else []
    waiting = [one.get_object() for one in fields if _name(one) in said and "/V" not in one.get_object()]
    if not waiting:
        return pdf
    for one in waiting:
        name = str(one["/T"])
        left, bottom, right, top = (float(value) for value in one["/Rect"])
        drawn = PdfFileReader(io.BytesIO(_drawn(name, said[name], right - left, top - bottom, day)))
        one["/AP"] = generic.DictionaryObject({pdf_name("/N"): writer.import_page_as_xobject(drawn)})
        one["/V"] = generic.pdf_string(said[name])
        writer.update_container(one)
    into = io.BytesIO()
    writer.write(into)
    return into.getvalue()


def _drawn(name: str, text: str, width: float, height: float, day: date) -> bytes:
    """What stands in a field, on white: letters of the size of those beside it, smaller where they would not fit."""
    usual = height / (_BELOW + _ABOVE)
    size = min(usual, width / (0.51 * len(text)))
    style, side = "normal" if name == NUMBER else "italic", "left" if name == YEAR else "center"
    source = (
        f"#set page(width: {width:.2f}pt, height: {height:.2f}pt, margin: 0pt, fill: white)\n"
        f'#set text(font: "Tinos", size: {size:.2f}pt, style: "{style}")\n'
        '#set text(top-edge: "baseline", bottom-edge: "baseline")\n'
        f"#place(bottom + {side}, dy: {-_BELOW * usual:.2f}pt, [{text}])"
    )
    return render(source.encode(), {}, at=datetime.combine(day, time(), UTC))
