"""What is drawn in a .docx: lines, and boxes with text (DrawingML, and the older VML)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml import etree

from procedures.documents.format.package import MC, WP, WPS, A, V, W, number

EMU = 12700.0  # in a point
_LINES = {"line", "straightConnector1"}


@dataclass(frozen=True)
class Shape:
    """width, height, x in points (x from the column's or page's left edge, None where it is not told); text: what holds
    the box's paragraphs."""

    width: float
    height: float
    x: float | None
    is_line: bool
    text: etree._Element | None
    page_wide: bool = False


def shapes(element: etree._Element) -> list[Shape]:
    """The shapes of a `w:drawing` or `w:pict`."""
    if element.tag == f"{W}drawing":
        return [shape for frame in element if (shape := _drawn(frame)) is not None]
    return [shape for one in element.iter(f"{V}line", f"{V}shape", f"{V}rect") if (shape := _vml(one)) is not None]


def _drawn(frame: etree._Element) -> Shape | None:
    extent = frame.find(f"{WP}extent")
    if extent is None:
        return None
    width, height = number(str(extent.get("cx", ""))) / EMU, number(str(extent.get("cy", ""))) / EMU
    text = frame.find(f".//{WPS}txbx/{W}txbxContent")
    kind = frame.find(f".//{A}prstGeom")
    drawn = frame.find(f".//{WPS}wsp") is not None
    line = drawn and ((kind is not None and kind.get("prst") in _LINES) or (text is None and height < 3))
    if not line and text is None:
        return None
    offset = frame.find(f"{WP}positionH/{WP}posOffset")
    place = frame.find(f"{WP}positionH")
    x = number(str(offset.text)) / EMU if offset is not None and offset.text else None
    return Shape(width, height, x, line, text, place is not None and place.get("relativeFrom") == "page")


def _points(text: str) -> float:
    """A length of VML; without a unit it is points here."""
    return number(text.strip()) / 20 if re.search(r"[a-z]{2}$", text.strip()) else number(text.strip())


def _vml(element: etree._Element) -> Shape | None:
    style = dict(
        part.split(":", 1) for part in str(element.get("style", "")).replace(" ", "").split(";") if ":" in part
    )
    text = element.find(f"{V}textbox/{W}txbxContent")
    x = _points(style["margin-left"]) if "margin-left" in style else None
    if element.tag == f"{V}line":
        start, end = (str(element.get(name, "0,0")).split(",") for name in ("from", "to"))
        return Shape(abs(_points(end[0]) - _points(start[0])), 0, x if x is not None else _points(start[0]), True, None)
    width, height = _points(style.get("width", "0")), _points(style.get("height", "0"))
    if text is None and (width < 10 or height > 3):
        return None
    return Shape(width, height, x, text is None, text)


def chosen(element: etree._Element) -> list[etree._Element]:
    """What a reader of today takes of alternative contents."""
    choice = element.find(f"{MC}Choice")
    taken = choice if choice is not None else element.find(f"{MC}Fallback")
    return list(taken) if taken is not None else []
