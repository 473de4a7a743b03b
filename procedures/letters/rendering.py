"""From a template and data to a PDF, the same bytes every time: typst with Tinos, no system font, no network, no file.

The time in the PDF is the letter's own, so a letter rendered again has the same hash (docs/decisions/0003).
"""

from __future__ import annotations

import io
import json
import logging
import math
import re
import signal
import struct
import subprocess
import sys
import zlib
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from importlib import resources
from typing import Any

import pypdfium2
import segno
import typst

from engine.refusal import Refusal

#: Names of the national templates and their titles (TT 03/2025/TT-VPCP, Phụ lục I), and the receipt of a fee.
NATIONAL: Mapping[str, Mapping[str, str]] = {
    "mau-01": {"vi": "Giấy tiếp nhận hồ sơ và hẹn trả kết quả", "en": "Receipt of the dossier and promised date"},
    "mau-02": {"vi": "Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ", "en": "Request to supplement the dossier"},
    "mau-03": {"vi": "Phiếu từ chối tiếp nhận hồ sơ", "en": "Refusal to receive the dossier"},
    "mau-04": {"vi": "Văn bản xin lỗi và đề nghị gia hạn", "en": "Apology and extension of the term"},
    "mau-05": {"vi": "Thông báo dừng giải quyết hồ sơ", "en": "Notice that the dossier is stopped"},
    "mau-06": {"vi": "Phiếu kiểm soát quá trình giải quyết hồ sơ", "en": "Control sheet"},
    "mau-07": {"vi": "Sổ theo dõi hồ sơ", "en": "Register of dossiers"},
    "xac-nhan-nop": {"vi": "Xác nhận nộp hồ sơ trực tuyến", "en": "Confirmation of what was handed in online"},
    "bien-lai": {"vi": "Biên lai thu phí, lệ phí", "en": "Receipt of fees"},
    "phieu-hoan": {"vi": "Phiếu chi hoàn phí, lệ phí", "en": "Slip of a refund"},
    "phieu-chot": {"vi": "Biên bản chốt quỹ", "en": "Closing of the cash"},
    "phieu-giao": {"vi": "Phiếu giao nhận hồ sơ", "en": "Slip of papers handed over"},
    "nhan-gui": {"vi": "Nhãn bưu gửi", "en": "Postal label"},
    "bang-thu": {"vi": "Bảng kê thu phí, lệ phí", "en": "List of fees taken"},
    "bang-so-lieu": {"vi": "Bảng số liệu", "en": "Table of figures"},
}


_log = logging.getLogger(__name__)

#: What a trial may take: seconds of the processor, seconds on the wall (the machine may be busy), bytes of memory.
SECONDS = 6
PATIENCE = 60
MOST_MEMORY = 1 << 30
#: Bytes of the PDF that a trial may make.
MOST_BYTES = 8 << 20
#: Pixels of the picture of a page: about nine sheets of A4 at the usual scale. A larger page is shown smaller.
MOST_PIXELS = 12_000_000


class LetterError(Refusal):
    """A letter that cannot be made: its template is faulty, or the data is not of the kind that it reads. Whoever acts
    is told whom to call; `why` is typst's message, with the place in the template."""

    def __init__(self, why: str) -> None:
        super().__init__(
            "Không lập được văn bản: dữ liệu của hồ sơ không đúng kiểu mà mẫu cần, hoặc mẫu có lỗi. Chưa có gì thay "
            "đổi; báo quản trị hệ thống.",
            "The letter cannot be made: the dossier's data is not of the kind that its template reads, or the template "
            "is faulty. Nothing has changed: tell the administrator.",
        )
        self.why = why


#: What a template may name after `import` and `include`: one of our own sources, written out. Everything else can be
#: composed into a package's name, which typst fetches from the network.
_COMPOSED = re.compile(r'\b(?:import|include)\b(?!\s*"[A-Za-z0-9_-]+\.typ")')
#: Ways to run composed text, or to reach what runs it by another name.
_RUNS = re.compile(r"\b(?:eval|std)\b")


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    folder = resources.files("procedures.letters") / "fonts"
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(folder)])


@lru_cache(maxsize=1)
def _national() -> dict[str, bytes]:
    folder = resources.files("procedures.letters") / "national"
    return {entry.name: entry.read_bytes() for entry in folder.iterdir() if entry.name.endswith(".typ")}


def _compile(source: bytes, inputs: dict[str, str], at: datetime) -> bytes:
    # The root holds the national templates and nothing else: that is all a template can read.
    root = str(resources.files("procedures.letters") / "national")
    files: Any = {**_national(), "main": source}  # its stubs do not say that it takes several
    compiler = typst.Compiler(files, root=root, font_paths=_fonts())
    pdf = compiler.compile(format="pdf", sys_inputs=inputs, timestamp=int(at.timestamp()))
    assert isinstance(pdf, bytes)
    return pdf


def national(template: str) -> bytes:
    """The source of a national template. Raises LookupError for an unknown name."""
    try:
        return _national()[f"{template}.typ"]
    except KeyError:
        raise LookupError(template) from None


def qr(address: str) -> bytes:
    """The address as a QR code, SVG."""
    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(out, kind="svg", xmldecl=False, border=1, scale=4)
    return out.getvalue()


def render(source: bytes, data: Mapping[str, Any], *, at: datetime, address: str = "") -> bytes:
    """The PDF of a letter. `data` is what the template reads as ``d``; `address` goes into the QR code.

    Raises LetterError where the template is faulty or reads outside its own sources.
    """
    _refuse_reaching_out(source)
    inputs = {"data": json.dumps(dict(data), ensure_ascii=False), "qr": qr(address).decode() if address else ""}
    try:
        return _compile(source, inputs, at)
    except typst.TypstError as error:
        _log.warning("letter not made: %s", error)
        raise LetterError(str(error)) from error


def trial(
    source: bytes, data: Mapping[str, Any], *, at: datetime, address: str = "", seconds: float = SECONDS
) -> bytes:
    """The PDF of a letter whose template nobody has proven, made in a process of its own that gets no more than
    `SECONDS`, `PATIENCE` and `MOST_MEMORY`. Raises LetterError, whose cause is a `TrialError` with typst's words."""
    _refuse_reaching_out(source)
    folder = resources.files("procedures.letters")
    asked = {
        "files": {name: body.decode() for name, body in {**_national(), "main": source}.items()},
        "root": str(folder / "national"),
        "fonts": str(folder / "fonts"),
        "inputs": {"data": json.dumps(dict(data), ensure_ascii=False), "qr": qr(address).decode() if address else ""},
        "at": int(at.timestamp()),
        "memory": MOST_MEMORY,
        "seconds": SECONDS,
    }
    command = [sys.executable, "-P", str(folder / "trial.py")]
    try:
        done = subprocess.run(command, input=json.dumps(asked).encode(), capture_output=True, timeout=PATIENCE)
        if done.returncode == -signal.SIGXCPU:
            raise subprocess.TimeoutExpired(command, SECONDS)
    except subprocess.TimeoutExpired as error:
        raise LetterError(f"Mẫu văn bản chạy quá {SECONDS} giây.") from error
    if done.returncode == 0 and len(done.stdout) > MOST_BYTES:
        raise LetterError(f"Mẫu văn bản lập ra tệp lớn hơn {MOST_BYTES >> 20} MB.")
    if done.returncode == 0:
        return done.stdout
    try:
        said = json.loads(done.stdout)
    except ValueError:  # it was ended: too much memory
        raise LetterError("Mẫu văn bản dùng quá nhiều bộ nhớ.") from None
    raise LetterError(said["message"]) from TrialError(said["message"], said["diagnostic"])


class TrialError(Exception):
    """What typst says of a template: its message, and where."""

    def __init__(self, message: str, diagnostic: str) -> None:
        super().__init__(message)
        self.diagnostic = diagnostic


def _refuse_reaching_out(source: bytes) -> None:
    """Raises LetterError where a template could load a package: typst has no switch against the network."""
    text = source.decode("utf-8", "replace")
    for wrong, what in (
        (_COMPOSED, '"import" và "include" chỉ nhận tên tệp viết liền trong dấu ngoặc kép, ví dụ "national.typ"'),
        (_RUNS, 'không được dùng "eval" hoặc "std"'),
    ):
        found = wrong.search(text)
        if found is not None:
            line = text.count("\n", 0, found.start()) + 1
            raise LetterError(f"Mẫu văn bản, dòng {line}: {what}; gói ngoài không được nạp.")


def png(pdf: bytes, page: int = 0, scale: float = 1.6) -> bytes:
    """A page of a PDF as PNG, for a preview on screen, of no more than `MOST_PIXELS`. Raises IndexError past the last
    page."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        if not 0 <= page < len(document):
            raise IndexError(page)
        shown = document[page]
        width, height = shown.get_size()
        scale = _fitting(width, height, scale)
        bitmap = shown.render(scale=scale, rev_byteorder=True, may_draw_forms=False, force_bitmap_format=2)
        return _png(bytes(bitmap.buffer), bitmap.width, bitmap.height, bitmap.stride)
    finally:
        document.close()


def _fitting(width: float, height: float, scale: float) -> float:
    """The scale, or a smaller one at which a page of this size (in points) has no more than `MOST_PIXELS`."""
    wide, high = max(width, 1.0), max(height, 1.0)
    return min(scale, math.sqrt(MOST_PIXELS / wide / high), MOST_PIXELS / max(wide, high))


def page_count(pdf: bytes) -> int:
    """How many pages a PDF has."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return len(document)
    finally:
        document.close()


def _png(pixels: bytes, width: int, height: int, stride: int) -> bytes:
    """RGB pixels as PNG (ISO/IEC 15948): small enough that no imaging library is needed for it."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    lines = b"".join(b"\0" + pixels[y * stride : y * stride + width * 3] for y in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(lines, 6)) + chunk(b"IEND", b"")


def pages(pdf: bytes) -> int:
    """How many pages a PDF has."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return len(document)
    finally:
        document.close()


def text_of(pdf: bytes) -> str:
    """The words of a PDF, pages after one another (for tests and search)."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return "\n".join(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()
