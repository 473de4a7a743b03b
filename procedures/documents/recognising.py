"""The words of a scan, as far as they can be recognised: by Tesseract with its Vietnamese, where it is installed
(Debian's tesseract-ocr and tesseract-ocr-vie).

A scan is a stranger's file, and both programs that read it are large: they run in one process of its own with bounds of
memory and time, on the first pages, where a document says what it is, and on the last, where it is signed.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

from procedures import files

PAGES = 2  # from the beginning; and the last
SECONDS = 90
MOST_LETTERS = 20_000
_PROGRAM = """
import os, resource, sys
resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))
resource.setrlimit(resource.RLIMIT_CPU, (60, 60))
resource.setrlimit(resource.RLIMIT_FSIZE, (64 << 20, 64 << 20))
source, folder, kind, first = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
images = [source]
if kind == "application/pdf":
    import pypdfium2
    document = pypdfium2.PdfDocument(source)
    wanted = sorted({*range(min(first, len(document))), len(document) - 1})
    images = []
    for number in wanted:
        page = document[number]
        scale = min(200 / 72, 2400 / max(page.get_size()))
        bitmap = page.render(scale=scale, grayscale=True)
        rows = bytes(bitmap.buffer)
        name = os.path.join(folder, f"{number}.pgm")
        with open(name, "wb") as out:
            out.write(b"P5 %d %d 255\\n" % (bitmap.width, bitmap.height))
            for row in range(bitmap.height):
                out.write(rows[row * bitmap.stride : row * bitmap.stride + bitmap.width])
        images.append(name)
    document.close()
named = os.path.join(folder, "images.txt")
with open(named, "w") as out:
    out.write("\\n".join(images) + "\\n")
os.environ["OMP_THREAD_LIMIT"] = "1"
os.execvp("tesseract", ["tesseract", named, "stdout", "-l", "vie", "--psm", "3"])
"""
#: What Tesseract opens by itself.
_IMAGES = (files.PNG, files.JPEG, files.TIFF, files.WEBP)


@cache
def available() -> bool:
    """Whether scans are recognised on this host."""
    if shutil.which("tesseract") is None:
        return False
    said = subprocess.run(["tesseract", "--list-langs"], capture_output=True, timeout=20, check=False)
    return b"vie" in said.stdout.split()


def recognised(path: Path, media_type: str) -> str:
    """The words of a scan that lies on disk; empty where they are not to be had: no Tesseract, another kind of file, or
    one that is too much for it."""
    if not available() or media_type not in (files.PDF, *_IMAGES):
        return ""
    with tempfile.TemporaryDirectory(prefix="motcua-ocr-") as folder:
        try:
            done = subprocess.run(
                [sys.executable, "-I", "-c", _PROGRAM, str(path), folder, media_type, str(PAGES)],
                capture_output=True,
                timeout=SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return ""
    return done.stdout.decode("utf-8", "replace")[:MOST_LETTERS] if done.returncode == 0 else ""
