"""Simple structured text, as one types it, in paragraphs of a document: chapters, headings, articles, points.

What a line is shows by how it begins: ``Chương I``, ``Phần thứ nhất``, ``Mục 1`` (centred, bold; the line beneath is
its title), ``I. TÌNH HÌNH`` (a heading in capitals, bold), ``Điều 1.`` (its number bold), anything else a paragraph of
its own (NĐ 30/2020/NĐ-CP, Phụ lục I, II.6).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_PART = re.compile(r"(?:Phần (?:thứ )?\S+|Chương [IVXLC\d]+|Mục \d+|Tiểu mục \d+)\.?", re.IGNORECASE)
_HEADING = re.compile(r"(?:[IVXLC]+|[A-HĐ])\.\s+\S")
_ARTICLE = re.compile(r"(Điều \d+[a-zđ]?\.)\s*(.*)", re.DOTALL)
_END = re.compile(r"[\s./;,]*$")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of the body. look: part (centred, bold), heading (bold), text. lead: its bold beginning."""

    look: str
    text: str
    lead: str = ""


def paragraphs(body: str) -> list[Paragraph]:
    """The paragraphs of a text; the last ends with the mark that the decree asks for (``./.``)."""
    lines = [" ".join(line.split()) for line in body.splitlines()]
    found: list[Paragraph] = []
    titled = False
    for line in filter(None, lines):
        if _PART.fullmatch(line):
            found.append(Paragraph("part", line))
            titled = True
            continue
        if titled and line == line.upper() and not _HEADING.match(line):
            found.append(Paragraph("part", line))
        else:
            found.append(_paragraph(line))
        titled = False
    return _ended(found)


def _paragraph(line: str) -> Paragraph:
    article = _ARTICLE.match(line)
    if article is not None:
        return Paragraph("text", f" {article[2]}" if article[2] else "", article[1])
    if _HEADING.match(line) and line == line.upper():
        return Paragraph("heading", line)
    return Paragraph("text", line)


def _ended(found: list[Paragraph]) -> list[Paragraph]:
    """With the mark of the end behind the last words."""
    if not found or found[-1].look != "text" or found[-1].text.endswith("./."):
        return found
    last = found[-1]
    return [*found[:-1], Paragraph("text", _END.sub("", last.text) + "./.", last.lead)]
