"""What does not come from a draft: scans, encodings before Unicode, a stamp's frame, pages that lie."""

from __future__ import annotations

import struct
import unicodedata
import zlib

import pytest
import typst

from procedures.documents import format as formats
from tests.procedures.documents.format import drafts
from tests.procedures.documents.format.print import pdf
from tests.procedures.documents.format.word import Way, box, docx, run


def rules(data: bytes) -> list[str]:
    return [fault.rule for fault in formats.check(data)]


def picture(width: int, height: int, colour: bool) -> bytes:
    """A PNG of one shade."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    row = b"\0" + (b"\xf0\xe8\xe0" if colour else b"\xf0") * width
    head = struct.pack(">IIBBBBB", width, height, 8, 2 if colour else 0, 0, 0, 0)
    data = zlib.compress(row * height, 1)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def scan(dpi: float, *, colour: bool = True, paper: str = "a4") -> bytes:
    image = picture(round(8.27 * dpi), round(11.69 * dpi), colour)
    numbers = ", ".join(str(byte) for byte in image)
    source = f'#set page("{paper}", margin: 0pt)\n#image(bytes(({numbers})), width: 100%, height: 100%)'
    return bytes(typst.compile(source.encode()))


def test_a_scan_is_judged_by_what_a_scan_shows_and_nothing_else_is_claimed() -> None:
    assert rules(scan(200)) == []
    assert rules(scan(100)) == ["scan-resolution"]
    assert rules(scan(200, colour=False)) == ["scan-colour"]
    assert rules(scan(200, paper="a5")) == ["paper-size"]
    assert rules(scan(200).replace(b"%PDF-1.7", b"%PDF-1.3")) == ["scan-version"]


@pytest.mark.parametrize("make", [docx, pdf])
def test_combining_marks_are_told_and_the_words_still_read(make: object) -> None:
    draft = drafts.decision()
    draft.body[8].text = unicodedata.normalize("NFD", draft.body[8].text)
    draft.body[8].bold_part = unicodedata.normalize("NFD", draft.body[8].bold_part)
    assert rules(make(draft)) == ["unicode"]  # type: ignore[operator]


def test_letters_of_an_encoding_before_unicode_are_told_and_no_word_is_judged() -> None:
    draft = drafts.decision()
    draft.font = ".VnTime"
    draft.right[0].text = "Céng hßa x· héi chñ nghÜa ViÖt Nam"
    assert rules(docx(draft)) == ["font-family"]


def test_a_paper_that_lies_is_told_where_the_document_begins() -> None:
    draft = drafts.decision()
    draft.paper = (297, 210)
    assert rules(docx(draft)) == ["paper-size"]


@pytest.mark.parametrize(("width", "told"), [(30, []), (45, ["stamp-size"])])
def test_the_frame_of_an_urgency_stamp_is_measured(width: float, told: list[str]) -> None:
    draft = drafts.official_letter()
    words = run("HỎA TỐC", '<w:b/><w:sz w:val="28"/>')
    stamp = box(f"<w:p>{words}</w:p>", 0, width * 72 / 25.4, 8 * 72 / 25.4)
    way = Way("table", "defaults")
    made = docx(draft, way, before_body=f"<w:p>{stamp}</w:p>")
    assert rules(made) == told


def test_a_hyperlink_s_blue_is_a_colour() -> None:
    draft = drafts.decision()
    draft.body[8].colour = "0563C1"
    assert rules(docx(draft)) == ["font-colour"]


def test_letters_lent_by_another_font_are_no_fault_of_the_writer() -> None:
    from procedures.documents.format.layout import Block, Document, Span
    from procedures.documents.format.looks import everywhere

    lent = [Span("Đi", "Tinos", 13), Span("ề", "DejaVuSerif", 13), Span("u 1", "Tinos", 13)]
    assert list(everywhere(Document("pdf", [Block(lent)]))) == []
    assert len(list(everywhere(Document("pdf", [Block([*lent, Span("word", "Arial", 13)])])))) == 1
