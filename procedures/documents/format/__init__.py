"""The format (thể thức và kỹ thuật trình bày) of a .docx or PDF, measured by NĐ 30/2020/NĐ-CP, Phụ lục I."""

from __future__ import annotations

from pathlib import Path

from procedures.documents.format import docx, looks, pdf, standing, wording
from procedures.documents.format.layout import Document, Unreadable
from procedures.documents.format.mending import mend
from procedures.documents.format.parts import recognise
from procedures.documents.format.rules import RULES, Fault, Rule, Said

MAX_BYTES = 64 * 1024 * 1024
#: Rules whose measure in a PDF is never twice the same.
MEASURED = {"body-spacing", "body-gap", "body-indent", "scan-resolution"}

__all__ = ["RULES", "Fault", "Rule", "Unreadable", "check", "judge", "mend", "read"]


def check(source: Path | str | bytes, name: str = "") -> list[Fault]:
    """The faults of a file, each kind once at its first place, by page. Raises `Unreadable`.

    name: what to call it where it comes as bytes.
    """
    return judge(read(source, name))


def read(source: Path | str | bytes, name: str = "") -> Document:
    """The document of a file, by its content and not by its name. Raises `Unreadable`."""
    data = source if isinstance(source, bytes) else Path(source).read_bytes()
    if len(data) > MAX_BYTES:
        raise Unreadable(
            "Tệp lớn hơn 64 MB nên không được kiểm tra.", "The file is larger than 64 MB: it is not checked."
        )
    if b"%PDF-" in data[:1024]:
        return pdf.read(data)
    if data[:4] == b"PK\x03\x04":
        return docx.read(data)
    if data[:4] == b"\xd0\xcf\x11\xe0":
        raise Unreadable(
            "Tệp là văn bản Word đời cũ (.doc) hoặc có mật khẩu; hãy lưu lại thành .docx không mật khẩu.",
            "The file is an old Word document (.doc) or has a password: save it as a .docx without one.",
        )
    raise Unreadable(
        "Tệp không phải .docx hoặc PDF; chỉ kiểm tra được thể thức của hai loại này.",
        "The file is neither a .docx nor a PDF: the format of these two alone can be checked.",
    )


def judge(document: Document) -> list[Fault]:
    """The faults of a document that has been read."""
    if document.scans:
        return _once([*standing.paper(document), *standing.scans(document)], document.kind)
    legacy = next((s for b in document.blocks for s in b.inked if looks.is_legacy(s.font)), None)
    if legacy is not None:  # its letters are other letters than they look: nothing of its words can be judged
        name = looks.family(legacy.font)
        return [Fault(1, "font-family", Said(name, name), RULES["font-family"].wanted, legacy.text)]
    found = recognise(document)
    return _once(
        [
            *standing.paper(document),
            *looks.everywhere(document),
            *standing.page_numbers(document, found),
            *wording.missing(found),
            *wording.places(found),
            *wording.forms(found),
            *looks.parts(found),
            *standing.ruled(found),
            *standing.body(found),
            *standing.stamps(found),
        ],
        document.kind,
    )


def _once(faults: list[Fault], kind: str) -> list[Fault]:
    """What is wrong the same way in many places is told at its first; what is measured from ink differs a little each
    time."""
    first: dict[tuple[str, Said | None, Said], Fault] = {}
    for fault in faults:
        measured = kind == "pdf" and fault.rule in MEASURED
        key = (fault.rule, None if measured else fault.found, fault.wanted)
        if key not in first or fault.page < first[key].page:
            first[key] = fault
    return sorted(first.values(), key=lambda fault: fault.page)
