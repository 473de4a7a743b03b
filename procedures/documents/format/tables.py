"""Tables of a .docx: a grid that shows figures, or an invisible one that only puts texts side by side."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from procedures.documents.format.layout import Column
from procedures.documents.format.package import Package, W, child, number, value

_SIDES = ("top", "left", "bottom", "right", "insideH", "insideV")


@dataclass(frozen=True)
class Cell:
    """width: of its text, in points; among: how many stand in its row."""

    element: etree._Element
    width: float
    column: Column | None
    among: int


def columns(row: etree._Element, table: etree._Element, room: float) -> Iterator[Cell]:
    """The cells of a row; of two or three cells each knows its side."""
    grid = [number(value(one, "w")) / 20 for one in table.iterfind(f"{W}tblGrid/{W}gridCol")]
    cells = [one for one in row.iter(f"{W}tc") if _row_of(one) is row]
    spans = [int(number(value(child(one, "tcPr", "gridSpan"), "val"), 1)) for one in cells]
    widths: list[float] = []
    at = 0
    for cell, span in zip(cells, spans, strict=True):
        own = child(cell, "tcPr", "tcW")
        width = number(value(own, "w")) / 20 if value(own, "type", "dxa") == "dxa" else 0.0
        widths.append(width or sum(grid[at : at + span]) or room / max(1, len(cells)))
        at += span
    whole, left = sum(widths), 0.0
    for cell, width in zip(cells, widths, strict=True):
        middle, left = left + width / 2, left + width
        column: Column | None = None if len(cells) == 1 else "left" if middle < whole / 2 else "right"
        yield Cell(cell, max(20.0, width - 10.8), column, len(cells))


def _row_of(cell: etree._Element) -> etree._Element | None:
    return next(cell.iterancestors(f"{W}tr"), None)


def has_grid(table: etree._Element, package: Package) -> bool:
    """Whether its lines are seen: its own borders, its style's, or those of its cells."""
    own = child(table, "tblPr", "tblBorders")
    if own is not None:
        return _seen(own)
    if any(_seen(one) for one in table.iter(f"{W}tcBorders")):
        return sum(_seen(one) for one in table.iter(f"{W}tcBorders")) > 2
    name = value(child(table, "tblPr", "tblStyle"), "val")
    styles = package.beside("/styles")
    seen: set[str] = set()
    while styles is not None and name and name not in seen:
        seen.add(name)
        style = next((s for s in styles.iterchildren(f"{W}style") if value(s, "styleId") == name), None)
        borders = child(style, "tblPr", "tblBorders")
        if borders is not None:
            return _seen(borders)
        name = value(child(style, "basedOn"), "val")
    return False


def _seen(borders: etree._Element) -> bool:
    return any(value(child(borders, side), "val", "nil") not in {"nil", "none"} for side in _SIDES)
