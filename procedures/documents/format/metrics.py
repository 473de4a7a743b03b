"""How wide a text is in Times New Roman: by the tables of its metric twin (OpenType head, hhea, hmtx, cmap)."""

from __future__ import annotations

import struct
from functools import cache
from importlib import resources

FONTS = {False: "Tinos_400Regular.ttf", True: "Tinos_700Bold.ttf"}


def width(text: str, size: float, *, bold: bool = False) -> float:
    """The length of a line of text, in points."""
    advances = _advances(bold)
    return sum(advances.get(ord(letter), 0.5) for letter in text) * size


@cache
def _advances(bold: bool) -> dict[int, float]:
    """The advance of each character, in parts of the size."""
    data = (resources.files("procedures.letters") / "fonts" / FONTS[bold]).read_bytes()
    tables = _tables(data)
    (units,) = struct.unpack_from(">H", data, tables["head"] + 18)
    (metrics,) = struct.unpack_from(">H", data, tables["hhea"] + 34)
    glyphs = _glyphs(data, tables["cmap"])
    at = tables["hmtx"]
    return {
        letter: struct.unpack_from(">H", data, at + 4 * min(glyph, metrics - 1))[0] / units
        for letter, glyph in glyphs.items()
    }


def _tables(data: bytes) -> dict[str, int]:
    (count,) = struct.unpack_from(">H", data, 4)
    rows = (struct.unpack_from(">4sIII", data, 12 + 16 * row) for row in range(count))
    return {tag.decode("ascii"): offset for tag, _, offset, _ in rows}


def _glyphs(data: bytes, cmap: int) -> dict[int, int]:
    """Character → glyph, from the table of the basic plane."""
    (count,) = struct.unpack_from(">H", data, cmap + 2)
    for row in range(count):
        _, _, offset = struct.unpack_from(">HHI", data, cmap + 4 + 8 * row)
        if struct.unpack_from(">H", data, cmap + offset)[0] == 4:
            return _format_4(data, cmap + offset)
    return {}


def _format_4(data: bytes, at: int) -> dict[int, int]:
    segments = struct.unpack_from(">H", data, at + 6)[0] // 2
    ends, starts, deltas, offsets = (
        struct.unpack_from(f">{segments}H", data, at + 14 + 2 * segments * part + (2 if part else 0))
        for part in range(4)
    )
    ranges = at + 16 + 6 * segments
    found: dict[int, int] = {}
    for segment, (start, end) in enumerate(zip(starts, ends, strict=True)):
        for letter in range(start, min(end, 0xFFFE) + 1):
            if offsets[segment]:
                place = ranges + 2 * segment + offsets[segment] + 2 * (letter - start)
                glyph = struct.unpack_from(">H", data, place)[0]
                glyph = (glyph + deltas[segment]) & 0xFFFF if glyph else 0
            else:
                glyph = (letter + deltas[segment]) & 0xFFFF
            if glyph:
                found[letter] = glyph
    return found
