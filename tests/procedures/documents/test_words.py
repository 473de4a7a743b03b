"""The words of a paper: what no reader opens has none."""

from __future__ import annotations

import io
import zipfile

import pytest

from procedures import files
from procedures.documents import words

_DOCUMENT = (
    b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
    b"<w:body><w:p><w:r><w:t>Xin ch\xc3\xa0o</w:t></w:r></w:p></w:body></w:document>"
)


def _docx() -> bytearray:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", _DOCUMENT)
    return bytearray(body.getvalue())


@pytest.mark.parametrize("fault", ["none", "locked", "method", "deflate"])
def test_a_locked_or_broken_docx_has_no_words(fault: str) -> None:
    body = _docx()
    directory = body.rfind(b"PK\x01\x02")
    if fault == "locked":  # the mark of an encrypted member, in both of its headers
        body[6] |= 1
        body[directory + 8] |= 1
    elif fault == "method":
        body[8:10] = body[directory + 10 : directory + 12] = b"\x61\x00"
    elif fault == "deflate":
        start = 30 + len("word/document.xml")
        body[start : start + 8] = b"\xff" * 8
    assert words.text_of(bytes(body), files.DOCX) == ("Xin chào" if fault == "none" else "")
