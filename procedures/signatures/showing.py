"""What a paper will look like where it is signed: both images where they will stand, before anybody signs."""

from __future__ import annotations

import tempfile
from pathlib import Path

import typst

from procedures.signatures.keys import Key
from procedures.signatures.placing import MM, Place, of_seal, of_signer, size_of

#: Points that are shown around the signer block; dots per inch.
BESIDE, ABOVE, BELOW, PPI = 25 * MM, 22 * MM, 14 * MM, 130


def shown(body: bytes, name: str, person: Key, agency: Key | None) -> bytes | None:
    """The part of the page around the signer block as PNG, the hand signature centred over the name, the seal at its
    true size over its left third. None where no image will be seen."""
    place = of_signer(body, name) if person.image is not None else None
    if place is None or person.image is None:
        return None
    width, height = size_of(body, place.page)
    seal = of_seal(place, agency.width_mm) if agency is not None and agency.image is not None else None
    left, top = max(0.0, min(place.left, seal.left if seal else place.left) - BESIDE), place.top + ABOVE
    right, bottom = min(width, place.right + BESIDE), max(0.0, place.bottom - BELOW)
    page = Place(place.page, 0, 0, width, height)
    drawn = [
        f"#set page(width: {right - left:.1f}pt, height: {top - bottom:.1f}pt, margin: 0pt, fill: white)",
        _image(f'"trang.pdf", page: {place.page + 1}', page, left, top),
        _image('"ky.png"', place, left, top),
        *([_image('"dau.png"', seal, left, top)] if seal is not None else []),
    ]
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "trang.pdf").write_bytes(body)
        (Path(folder) / "ky.png").write_bytes(person.image.read_bytes())
        if seal is not None and agency is not None and agency.image is not None:
            (Path(folder) / "dau.png").write_bytes(agency.image.read_bytes())
        (Path(folder) / "hinh.typ").write_text("\n".join(drawn), "utf-8")
        made = typst.compile(Path(folder) / "hinh.typ", root=Path(folder), format="png", ppi=PPI)
    return made if isinstance(made, bytes) else None


def _image(file: str, place: Place, left: float, top: float) -> str:
    """An image in its place, in a part of the page that begins there."""
    width, height = place.right - place.left, place.top - place.bottom
    image = f'image({file}, width: 100%, height: 100%, fit: "contain")'
    box = f"box(width: {width:.1f}pt, height: {height:.1f}pt, align(center + horizon, {image}))"
    return f"#place(dx: {place.left - left:.1f}pt, dy: {top - place.top:.1f}pt, {box})"
