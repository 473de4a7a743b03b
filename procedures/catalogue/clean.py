"""Texts of national records made safe and readable: HTML becomes plain blocks, lists and flattened tables are found.

Nothing of the markup goes on: what comes out is text, which a template escapes like any other.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser

from procedures.catalogue.values import Block

_TAG = re.compile(r"</?[a-zA-Z!][^<>]*>")
_ITEM = re.compile(r"^(?:(?P<dash>[-–—•●▪·*])|(?P<plus>\+)|(?P<letter>[a-zđ]\))|(?P<number>\(?\d{1,2}[.)]))\s+(?=\S)")
_NO_TEXT = {"script", "style", "head", "template", "iframe", "object"}
_BREAKS = {"p", "div", "br", "li", "tr", "table", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "section"}


class _Text(HTMLParser):
    """Takes the text out of HTML: breaks become lines, cells tabs, items dashes."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag in _NO_TEXT:
            self.silent += 1
        elif tag in _BREAKS:
            self.parts.append("\n- " if tag == "li" else "\n")
        elif tag in ("td", "th"):
            self.parts.append("\t")

    def handle_endtag(self, tag: str) -> None:
        if tag in _NO_TEXT:
            self.silent = max(0, self.silent - 1)
        elif tag in _BREAKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.parts.append(data)


def plain(text: str | None) -> str:
    """One line of clean text: no tags, no entities, composed letters, single spaces."""
    return " ".join(_lines(text)).replace("\t", " ").strip()


def blocks(text: str | None) -> tuple[Block, ...]:
    """The text as paragraphs, items of lists, and rows where a table was flattened into tabs."""
    return tuple(_block(line) for line in _lines(text))


def _lines(text: str | None) -> Iterator[str]:
    if not text:
        return
    if _TAG.search(text):
        parser = _Text()
        parser.feed(text)
        parser.close()
        text = "".join(parser.parts)
    else:
        text = unescape(text)
    text = unicodedata.normalize("NFC", text)
    for line in re.split(r"[\n\r\x0b\x0c\u2028\u2029]+", text):
        line = "".join(letter if letter == "\t" or unicodedata.category(letter)[0] != "C" else "" for letter in line)
        cells = [re.sub(r"\s+", " ", cell).strip() for cell in line.split("\t")]
        while cells and not cells[0]:
            cells.pop(0)
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            yield "\t".join(cells)


def _block(line: str) -> Block:
    if line.count("\t") >= 2:
        cells = tuple(line.split("\t"))
        return Block("row", " | ".join(cell for cell in cells if cell), cells=cells)
    line = line.replace("\t", " ")
    found = _ITEM.match(line)
    if found is None:
        return Block("paragraph", line)
    if found["dash"]:
        return Block("item", line[found.end() :], 0)
    if found["plus"]:
        return Block("item", line[found.end() :], 1)
    return Block("item", line, 0)  # a letter or number is part of what others refer to
