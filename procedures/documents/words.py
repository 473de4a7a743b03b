"""The text of a document that came: what it says, for the search and for the suggestions (`documents.suggesting`)."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from functools import lru_cache

from engine.model.source.safe import parse
from procedures import files

MOST_LETTERS = 60_000  # of a document's text that is kept for the search
#: Reads where nothing but itself comes to harm: a reader of PDF is a large program, and the file a stranger's.
_READ = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
resource.setrlimit(resource.RLIMIT_CPU, (20, 20))
import pypdfium2
left = int(sys.argv[1])
for page in pypdfium2.PdfDocument(sys.stdin.buffer.read()):
    text = page.get_textpage().get_text_range()[:left]
    left -= len(text)
    sys.stdout.buffer.write(text.encode("utf-8", "replace") + b"\\n")
    if left <= 0:
        break
"""
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@lru_cache(maxsize=8)
def text_of(body: bytes, media_type: str) -> str:
    """The words of a PDF or .docx, at most `MOST_LETTERS`; empty for what has none (a scan without a text layer) and
    for what no reader opens."""
    if media_type == files.PDF:
        return _of_pdf(body)
    if media_type == files.DOCX:
        return _of_docx(body)
    return ""


def _of_pdf(body: bytes) -> str:
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-c", _READ, str(MOST_LETTERS)],
            input=body,
            capture_output=True,
            timeout=60,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return ""
    return done.stdout.decode("utf-8", "replace")[:MOST_LETTERS] if done.returncode == 0 else ""


def _of_docx(body: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive, archive.open("word/document.xml") as part:
            root = parse(part.read(files.MOST_XML))
    except files.UNREADABLE:
        return ""
    lines = ("".join(text.text or "" for text in line.iter(f"{_WORD}t")) for line in root.iter(f"{_WORD}p"))
    return "\n".join(lines)[:MOST_LETTERS]
