"""Letters of the one-stop desk: the national forms Mẫu 01–07, receipts, and what a bundle brings along.

A command writes a letter's row (template, data, number) in its transaction; the PDF is made from that row, the same
bytes each time, when somebody wants it or by a job that archives it (docs/decisions/0003-letters.md).
"""

import procedures.dossiers  # noqa: F401 - first, whoever imports first: letters and dossiers name each other
from procedures.letters.issuing import Letter, archive, issue, issued, letter, pdf, replace, token_as_typed
from procedures.letters.rendering import NATIONAL, LetterError, page_count, png, render, text_of
from procedures.letters.verifying import Verified, verify, verify_file

__all__ = [
    "NATIONAL",
    "Letter",
    "LetterError",
    "Verified",
    "archive",
    "issue",
    "issued",
    "letter",
    "page_count",
    "pdf",
    "png",
    "render",
    "replace",
    "text_of",
    "token_as_typed",
    "verify",
    "verify_file",
]
