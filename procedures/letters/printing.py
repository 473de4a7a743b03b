"""A letter that opens with its print dialogue: the PDF as it is, and behind it a few bytes that ask for that (an
incremental update, ISO 32000-1 7.5.6). What is archived and signed is the letter without them."""

from __future__ import annotations

import re

_TRAILER = re.compile(rb"trailer\s*<<(.*?)>>\s*startxref\s+(\d+)\s+%%EOF\s*\Z", re.DOTALL)
_ROOT = re.compile(rb"/Root (\d+) (\d+) R")
_SIZE = re.compile(rb"/Size (\d+)")


def with_print_dialogue(pdf: bytes) -> bytes:
    """The same paper, asking its reader to print it as it opens; unchanged where its shape is another than ours."""
    end = _TRAILER.search(pdf)
    root, size = (_ROOT.search(end[1]), _SIZE.search(end[1])) if end is not None else (None, None)
    if end is None or root is None or size is None:
        return pdf
    catalogues = list(
        re.finditer(rb"(?:\A|[\r\n])" + root[1] + rb" " + root[2] + rb" obj\s*<<(.*?)>>\s*endobj", pdf, re.DOTALL)
    )
    if not catalogues or b"/OpenAction" in catalogues[-1][1]:
        return pdf
    body = pdf if pdf.endswith(b"\n") else pdf + b"\n"
    said = catalogues[-1][1] + b"/OpenAction<</S/Named/N/Print>>"
    object_ = b"%s %s obj\n<<%s>>\nendobj\n" % (root[1], root[2], said)
    table = b"xref\n%s 1\n%010d %05d n\r\n" % (root[1], len(body), int(root[2]))
    trailer = b"trailer\n<</Size %s/Root %s %s R/Prev %s>>\n" % (size[1], root[1], root[2], end[2])
    return body + object_ + table + trailer + b"startxref\n%d\n%%%%EOF\n" % (len(body) + len(object_))
