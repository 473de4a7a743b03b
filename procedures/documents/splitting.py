"""A scanner's file of many documents, taken apart at the sheets that stand between them: separator sheets that the
registry prints (`/van-ban/to-ngan`), or blank pages.

A separator is known by its black bars over the whole width, whichever way up it went through the scanner; nothing is
read of it. A signed PDF is never taken apart: it would be signed no more.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from procedures import files
from procedures.documents.trays import WHOLE

MOST_PAGES = 2000
#: Bytes that the parts have together, beside four times those of the file: pages may share what each part holds anew.
MOST_MORE = 64 << 20
BARS = 7  # of a separator sheet
_PROGRAM = """
import os, resource, sys
resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))
resource.setrlimit(resource.RLIMIT_CPU, (240, 240))
import pypdfium2
source, folder, way, (most, bars, left) = *sys.argv[1:4], map(int, sys.argv[4:7])
resource.setrlimit(resource.RLIMIT_FSIZE, (left + 1, left + 1))
document = pypdfium2.PdfDocument(source)
if len(document) > most:
    sys.exit(3)


DARK = bytes(one < 160 for one in range(256))


def kind(page):
    width, height = page.get_size()
    bitmap = page.render(scale=600 / max(width, 1), grayscale=True)
    rows, inner = bytes(bitmap.buffer), slice(bitmap.width // 20, bitmap.width * 19 // 20)
    dark = []
    for y in range(bitmap.height * 3 // 100, bitmap.height * 97 // 100):
        row = rows[y * bitmap.stride : y * bitmap.stride + bitmap.width][inner]
        dark.append(row.translate(DARK).count(1) / len(row))
    if sum(dark) / len(dark) < 0.0003:
        return "blank"
    bands, inside, length, thick = 0, False, 0, len(dark) / 60
    for share in [*dark, 0]:
        if share > 0.85:
            length += 1
        else:
            bands += length >= thick
            length = 0
    between = sum(0.02 < share < 0.85 for share in dark) / len(dark)
    return "sheet" if bands == bars and between < 0.25 else "page"


found, part = [], []
for number in range(len(document)):
    page = document[number]
    what = kind(page)
    page.close()
    if what == "sheet" or (what == "blank" and way == "blank"):
        found.append(part)
        part = []
    else:
        part.append(number)
found.append(part)
parts = [one for one in found if one]
if len(found) == 1:
    sys.exit(4)
for place, numbers in enumerate(parts, 1):
    made = pypdfium2.PdfDocument.new()
    made.import_pages(document, numbers)
    name = os.path.join(folder, f"{place:04d}.pdf")
    made.save(name)
    made.close()
    left -= os.path.getsize(name)
    if left < 0:
        sys.exit(5)
"""


@contextmanager
def parts(path: Path, media_type: str, way: str) -> Iterator[list[Path]]:
    """The documents of a file, each a file for as long as this is open: the file itself where nothing stands between
    documents in it, it is signed, or cannot be taken apart. None are left of a file of separators alone."""
    if way == WHOLE or media_type != files.PDF or _signed(path):
        yield [path]
        return
    bounds = (MOST_PAGES, BARS, 4 * path.stat().st_size + MOST_MORE)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".tach-") as folder:
        try:
            done = subprocess.run(
                [sys.executable, "-I", "-c", _PROGRAM, str(path), folder, way, *map(str, bounds)],
                capture_output=True,
                timeout=300,
                check=False,
            )
            code = done.returncode
        except subprocess.TimeoutExpired:
            code = -1
        yield sorted(Path(folder).iterdir()) if code == 0 else [path]


def _signed(path: Path) -> bool:
    """Whether a PDF bears a signature."""
    rest = b""
    with path.open("rb") as body:
        while chunk := body.read(1 << 20):
            if b"/ByteRange" in rest + chunk:
                return True
            rest = chunk[-16:]
    return False
