"""Where what is drawn lies, read from a diagram, and how wide its words are."""

from __future__ import annotations

import math
from dataclasses import dataclass

from lxml import etree

from engine.model.names import DC, DI, q

LETTER = 0.54  # mean width of a letter, as a share of the font size


@dataclass(frozen=True, slots=True)
class Box:
    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> tuple[float, float]:
        return self.x + self.width / 2, self.y + self.height / 2


def bounds(shape: etree._Element) -> Box | None:
    found = shape.find(q("Bounds", DC))
    if found is None:
        return None
    try:
        values = [float(found.get(name) or 0) for name in ("x", "y", "width", "height")]
    except ValueError:
        return None
    return Box(*values) if all(map(math.isfinite, values)) else None


def waypoints(edge: etree._Element) -> list[tuple[float, float]]:
    found = []
    for point in edge.findall(q("waypoint", DI)):
        try:
            found.append((float(point.get("x") or 0), float(point.get("y") or 0)))
        except ValueError:
            continue
    return found


def wrap(text: str, width: float, size: float) -> list[str]:
    """Lines of a text that fit a width, broken between words, long words cut."""
    fits = max(int(width / (size * LETTER)), 3)
    lines: list[str] = []
    for word in text.split():
        while len(word) > fits:
            if lines and len(lines[-1]) + 3 < fits:
                cut = fits - len(lines[-1]) - 1
                lines[-1] += " " + word[:cut]
            else:
                cut = fits
                lines.append(word[:cut])
            word = word[cut:]
        if lines and len(lines[-1]) + 1 + len(word) <= fits:
            lines[-1] = f"{lines[-1]} {word}" if word else lines[-1]
        elif word:
            lines.append(word)
    return lines
