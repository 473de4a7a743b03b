"""Files by content: what they are called is never believed."""

from __future__ import annotations

import hashlib
import io
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from engine.refusal import Refusal
from procedures import files
from tests.procedures.town import PDF, PNG, Town


def test_the_same_content_is_kept_once_under_its_hash(town: Town) -> None:
    first, second = town.file(name="a.pdf"), town.file(name="b.pdf")
    assert first.sha256 == second.sha256 == hashlib.sha256(PDF).hexdigest()
    assert files.read(town.database, first.sha256) == PDF and files.info(town.database, first.sha256) is not None
    assert len([path for path in (town.folder / "home" / "files").rglob("*") if path.is_file()]) == 1


def test_a_program_called_pdf_is_refused(town: Town) -> None:
    with pytest.raises(Refusal, match="không thuộc loại"):
        town.file(b"MZ\x90\x00" + b"\0" * 200, "don.pdf")
    with pytest.raises(Refusal, match="không có nội dung"):
        town.file(b"", "don.pdf")
    with pytest.raises(Refusal, match="lớn hơn"):
        files.put(town.database, PDF * 20, "don.pdf", max_bytes=100)
    with pytest.raises(Refusal):
        town.file(PNG, "anh.png", allowed=(files.PDF,))


@pytest.mark.parametrize(
    ("name", "shown"),
    [("../../etc/passwd", "passwd"), ("C:\\Users\\a\\đơn.pdf", "đơn.pdf"), ("a\x00\nb<.pdf", "ab.pdf"), ("..", "tep")],
)
def test_a_name_is_cleaned_before_it_is_shown(name: str, shown: str) -> None:
    assert files.clean_name(name) == shown


@pytest.mark.parametrize("hash", ["", "../x", "0" * 64, "Z" * 64])
def test_only_a_hash_that_is_there_is_read(town: Town, hash: str) -> None:
    with pytest.raises(files.Damaged):
        files.read(town.database, hash)


def test_a_damaged_file_is_not_handed_out(town: Town) -> None:
    stored = town.file()
    path = town.folder / "home" / "files" / stored.sha256[:2] / stored.sha256[2:4] / stored.sha256
    path.chmod(0o600)
    path.write_bytes(b"%PDF-forged")
    with pytest.raises(files.Damaged, match="bị hỏng"):
        files.read(town.database, stored.sha256)


def zipped(**parts: str) -> bytes:
    """An archive of parts; `_` stands for what a name of Python cannot hold."""
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as archive:
        for name, text in parts.items():
            known = {"types": "[Content_Types].xml", "rels": "_rels/.rels"}
            archive.writestr(known.get(name, name.replace("__", "/").replace("_", ".")), text)
    return body.getvalue()


PACKAGE = "http://schemas.openxmlformats.org/package/2006"
WORD = (
    f'<Types xmlns="{PACKAGE}/content-types">'
    f'<Override PartName="/word/document.xml" ContentType="{files.DOCX}.main+xml"/></Types>'
)
RELS = (
    f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" Target="word/document.xml" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"/></Relationships>'
)
DOCUMENT = '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body/></w:document>'
MACRO = WORD.replace(files.DOCX, "application/vnd.ms-word.document.macroEnabled")


@pytest.mark.parametrize(
    "body",
    [
        zipped(types="", word__malware_exe="MZ"),
        zipped(types="<Types/>", rels=RELS, word__document_xml=DOCUMENT),
        zipped(types=MACRO, rels=RELS, word__document_xml=DOCUMENT),
        zipped(types=WORD, rels=RELS, word__document_xml=DOCUMENT, word__vbaProject_bin="x"),
        zipped(types=WORD, word__document_xml=DOCUMENT),
        zipped(types=WORD, rels=RELS, word__document_xml="<w/>"),
        zipped(types=WORD, rels=RELS, word__document_xml=DOCUMENT[:-3]),
        zipped(types=f"MZ {WORD}", rels=RELS, word__document_xml=DOCUMENT),
        zipped(types=WORD, rels=RELS, word__document_xml=DOCUMENT, word__setup_EXE="MZ"),
        zipped(types=WORD, rels=RELS.replace("word/", "khac/"), word__document_xml=DOCUMENT),
        b"PK\x03\x04[Content_Types].xml word/",
    ],
    ids=["a program in a folder", "says nothing", "with macros", "with hidden macros", *"abcdef", "words of a name"],
)
def test_an_archive_is_no_document_because_it_has_a_folder(town: Town, body: bytes) -> None:
    with pytest.raises(Refusal, match="không thuộc loại"):
        town.file(body, "don.docx")


def test_real_documents_are_taken(town: Town) -> None:
    word = zipped(types=WORD, rels=RELS, word__document_xml=DOCUMENT)
    table = io.BytesIO()
    with xlsxwriter.Workbook(table) as book:
        book.add_worksheet()
    assert town.file(word, "don.docx").type == files.DOCX
    assert town.file(table.getvalue(), "bang.xlsx").type == files.XLSX
    assert files.type_of(zipped(mimetype=files.ODT, content_xml="<o/>")) == files.ODT


def packed(text: bytes) -> bytes:
    """A Word file, pressed, whose main part is that."""
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in (("[Content_Types].xml", WORD), ("_rels/.rels", RELS), ("word/document.xml", text)):
            archive.writestr(name, part)
    return body.getvalue()


BEGIN, END = DOCUMENT.encode().split(b"<w:body/>")
LOOK = """
import resource, sys
from procedures import files
body = open(sys.argv[1], "rb").read()
files.type_of(body[:4])
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(files.type_of(body), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def looked_at(folder: Path, body: bytes) -> tuple[str, int]:
    """What a file is taken for, and how many MB more that took, measured in a process of its own."""
    (folder / "tep").write_bytes(body)
    done = subprocess.run(
        [sys.executable, "-c", LOOK, str(folder / "tep")], capture_output=True, text=True, check=True, timeout=300
    )
    found, more = done.stdout.split()
    return found, int(more) // 1024


def members(count: int) -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as archive:
        for number in range(count):
            archive.writestr(f"{number}", "")
    return body.getvalue()


def test_a_word_file_never_takes_more_memory_than_its_size(tmp_path: Path) -> None:
    many = b"".join(b"<a%d/>" % (number % 7) for number in range(900_000))
    mixed = hashlib.sha256(many).digest() * 1000  # what does not press well
    for text in (
        BEGIN + b"<a/>" * 2_000_000 + END,
        BEGIN + b"<a/>" * 900_000 + END,
        BEGIN + b"<!--" + mixed.hex().encode() + b"-->" + many + END,
        BEGIN + b"<!---->" * 1_000_000 + END,
    ):
        found, more = looked_at(tmp_path, packed(text))
        assert more < 40, (len(text), found, more)


def test_a_part_that_is_pressed_harder_than_text_is_no_document(tmp_path: Path) -> None:
    assert files.type_of(packed(BEGIN + b"<a/>" * 2_000_000 + END)) == "application/zip"
    assert files.type_of(packed(BEGIN + b" " * 900_000 + END)) == files.DOCX


def test_too_many_elements_are_no_document(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MOST_ELEMENTS", 10)
    assert files.type_of(packed(BEGIN + b"<a/>" * 9 + END)) == files.DOCX
    assert files.type_of(packed(BEGIN + b"<a/>" * 10 + END)) == "application/zip"


def test_an_archive_of_very_many_members_is_not_opened(tmp_path: Path) -> None:
    found, more = looked_at(tmp_path, members(60_000))
    assert found == "application/zip" and more < 5


@pytest.mark.parametrize(
    "body",
    [
        b"%PDF-1.4\n<html><script>alert(1)</script>",
        b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\nstartxref\n0\n%%EOF\n",
        PDF.replace(b"Kids[3 0 R]/Count 1", b"Kids[]/Count 0     "),
        PDF[: len(PDF) // 2],
    ],
    ids=["five bytes", "no page tree", "no page", "half"],
)
def test_a_result_is_a_paper_that_can_be_opened(town: Town, body: bytes) -> None:
    id = town.receive().id
    town.do("chi", id, "dat")
    with pytest.raises(Refusal, match="hỏng hoặc không có trang nào"):
        town.attach(id, town.file(body).sha256)
    town.attach(id)
