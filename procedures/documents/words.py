"""The text of a document that was uploaded: what it says, for the search, and what its fields may be, as suggestions
that the clerk looks over."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from engine.model.source.safe import parse
from procedures import files
from procedures.vocabulary.documents import KINDS, LETTER

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


@dataclass(frozen=True, slots=True)
class Suggested:
    """What a document's own words say its fields are; empty where they say nothing clear."""

    notation: str = ""
    issuer: str = ""
    subject: str = ""
    kind: str = ""
    issued_on: date | None = None


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


_NOTATION = re.compile(r"Số\s*:?\s*(\d+\s*/\s*[A-ZĐ][\w\-–./&Đ]*)", re.IGNORECASE)
_DAY = re.compile(r"ngày\s+(\d{1,2})\s+tháng\s+(\d{1,2})\s+năm\s+(\d{4})", re.IGNORECASE)
_ABOUT = re.compile(r"V/v\s*:?\s*(.+?)(?=\n\s*\n|\n[^\n]*ngày\s+\d|Kính gửi|Cộng hòa|\Z)", re.IGNORECASE | re.DOTALL)
_BODY = re.compile(r"\n\s*(Kính gửi|Căn cứ|Thực hiện|Nơi nhận|I\.|1\.)")
MOST_SUBJECT = 500


def suggested(text: str) -> Suggested:
    """What the first page says of itself: the notation after "Số:", the date, who issues it, the kind and subject."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    lines = [" ".join(line.split()) for line in text.split("\n")]
    notation, day = _NOTATION.search(text), _DAY.search(text)
    kind, subject = _kind_and_subject(lines, text)
    return Suggested(
        re.sub(r"\s+", "", notation[1]).rstrip(".,;") if notation else "",
        _issuer(lines),
        subject[:MOST_SUBJECT],
        kind,
        _date(day) if day else None,
    )


def _date(found: re.Match[str]) -> date | None:
    try:
        return date(int(found[3]), int(found[2]), int(found[1]))
    except ValueError:
        return None


def _issuer(lines: list[str]) -> str:
    """The lines of capitals above the number, without the country's name and its motto; a name may break at any word.
    Whoever stands above the issuer is among them."""
    found = []
    for line in lines[:12]:
        if line.lower().startswith("số"):
            break
        name = line.split("CỘNG H")[0].strip()
        if len(name) > 2 and name.isupper():
            found.append(name)
    return " ".join(found).capitalize()


def _kind_and_subject(lines: list[str], text: str) -> tuple[str, str]:
    """A line that is the name of a kind in capitals, and what stands under it; else what stands after "V/v"."""
    names = {word.vi.upper(): code for code, word in KINDS.items() if code != LETTER}
    for place, line in enumerate(lines):
        if line in names:
            rest = _BODY.split("\n" + "\n".join(lines[place + 1 :]))[0].split("\n\n")
            said = next((" ".join(part.split()) for part in rest if part.strip()), "")
            return names[line], said
    about = _ABOUT.search(text)
    return (LETTER, " ".join(about[1].split())) if about else ("", "")
