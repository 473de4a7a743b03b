"""Content in, a .docx and a PDF out."""

from __future__ import annotations

from datetime import datetime

from procedures.documents.composing import filling, word
from procedures.documents.composing.content import Content
from procedures.documents.composing.words import words_of
from procedures.letters.rendering import national, render


def docx(said: Content, own: bytes | None = None) -> bytes:
    """The document as .docx, by the agency's own template where there is one."""
    if own is not None:
        return filling.fill_apart(own, words_of(said))
    return filling.fill(word.template(said.kind, said.superior, said.issuer), words_of(said))


def pdf(said: Content, at: datetime) -> bytes:
    """The document as PDF."""
    return render(national("van-ban"), words_of(said), at=at)
