"""What mailbox and scanner bring: once each, read, refused where it must be, told where it is no document."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from engine import jobs, worker
from engine.refusal import Refusal
from engine.store.tables import job
from procedures import files, settings
from procedures.documents import incoming, looking, mailbox, queries, recognising, splitting, tray, trays
from procedures.documents.trays import ScanFolder, Trays
from procedures.letters.rendering import national, render
from procedures.rights import NotAllowed
from procedures.store.tray import tray_item
from procedures.vocabulary.documents import INCOMING, PAPER, UPLOAD
from tests.procedures.documents import mail_server
from tests.procedures.documents.mail_server import box, mail, put
from tests.procedures.documents.office import LETTER, entry
from tests.procedures.town import AGENCY, Town

STAMPED = '#set text(font: "Tinos")\nMẬT\\\nSố: 03/UBND-NC\\\nV/v phương án'


@pytest.fixture(scope="module")
def imap(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with mail_server.serving(tmp_path_factory.mktemp("imap")) as port:
        yield port


def pdf(town: Town, source: str = LETTER) -> bytes:
    return render(source.encode(), {}, at=town.now)


def told(town: Town) -> list[tuple[str, str]]:
    rows = town.database.run(lambda tx: tx.execute(select(tray_item).order_by(tray_item.c.came_at)).all())
    return [(row.state, row.title) for row in rows]


def came(town: Town) -> list[Any]:
    return list(queries.listing(town.database, town["giang"], INCOMING, agency=AGENCY).rows)


def stored(town: Town) -> int:
    return sum(1 for one in (settings.current(town.database).home / "files").rglob("*") if one.is_file())


def with_trays(town: Town, made: Trays) -> None:
    known = settings.installation(town.database)
    known.settings = replace(settings.current(town.database), trays=made)


def test_a_mail_becomes_a_document_once_and_its_sender_is_answered(office: Town, imap: int) -> None:
    town = office
    put(
        imap,
        mail("Gửi công văn 1204", {"phu-luc.bin": b"\0\1\2", "cv.pdf": pdf(town)}, message_id="<a@sxd>"),
        mail("Hỏi thăm", message_id="<b@sxd>"),
        mail("Tự động", Auto_Submitted="auto-replied", message_id="<c@sxd>"),
        mail("Mật", {"mat.pdf": pdf(town, STAMPED)}, message_id="<d@sxd>"),
        mail("Gửi công văn 1204", {"cv.pdf": pdf(town)}, message_id="<a@sxd>"),
    )
    before = stored(town)
    known = box(AGENCY, imap)
    found = looking.read_mail(town.database, known, {})
    again = looking.read_mail(town.database, known, found.state)
    assert again.taken == 0 and looking.read_mail(town.database, known, {}).taken == 0, "each once, whatever is known"
    assert [state for state, _title in told(town)] == ["taken", "unusable", "ignored", "refused", "double"]
    (one,) = came(town)
    assert (one.notation, one.channel, one.signer) == ("1204/UBND-NC", "mail", "")
    assert one.suggested["notation"] == "text" and one.received_by is None
    names = [each.name for each in tray.files_of(town.database, one.id)]
    assert names == ["cv.pdf", "phu-luc.bin", "noi-dung-thu.txt"]
    assert "xin gửi kèm văn bản" in tray.said_in(town.database, tray.files_of(town.database, one.id))
    assert stored(town) == before + 3, "of a secret nothing is kept"
    aside = tray.not_taken(town.database, AGENCY, town["giang"])
    assert {row.title for row in aside} == {"Hỏi thăm", "(văn bản có độ mật)"}
    tray.seen(town.database, AGENCY, aside[0].id, town["giang"])
    assert len(tray.not_taken(town.database, AGENCY, town["giang"])) == 1
    with pytest.raises(NotAllowed):
        tray.seen(town.database, AGENCY, aside[1].id, town["lien"])
    assert tray.not_taken(town.database, AGENCY, town["lien"]) == []
    made = incoming.register(town.database, one.code, replace(entry(), medium="dien_tu"), town["giang"])
    rows = town.database.run(lambda tx: tx.execute(select(job.c.payload).where(job.c.kind == "mail")).scalars().all())
    (reply,) = map(jobs.unpack, rows)
    assert reply["to"] == "sxd@hungyen.example" and f"số đến {made.shown_number}" in reply["body"]


def test_what_goes_back_to_a_sender_by_mail_says_why(office: Town, imap: int) -> None:
    put(imap, mail("Nhầm nơi nhận", {"cv.pdf": pdf(office)}))
    looking.read_mail(office.database, box(AGENCY, imap), {})
    one = came(office)[0]
    incoming.give_back(office.database, one.code, "Không thuộc thẩm quyền", office["giang"])
    rows = office.database.run(lambda tx: tx.execute(select(job.c.payload).where(job.c.kind == "mail")).scalars().all())
    assert "Lý do: Không thuộc thẩm quyền" in jobs.unpack(rows[0])["body"]


def test_a_mailbox_that_cannot_be_read_says_so_and_shows_no_secret(office: Town, imap: int) -> None:
    right = box(AGENCY, imap)
    for wrong in (replace(right, password="bi-mat"), replace(right, folder="Khong-co"), replace(right, port=9)):
        with pytest.raises(mailbox.Away) as refused:
            looking.read_mail(office.database, wrong, {})
        assert "bi-mat" not in str(refused.value) + repr(wrong)
    with_trays(office, Trays(mail={AGENCY: box(AGENCY, imap, password="bi-mat")}))
    looking.begin(office.database)
    worker.Worker(office.database).tick()
    (how,) = looking.health(office.database)
    assert how.fault is not None and how.faults == 1 and "không chấp nhận" in how.fault[0]


def scanned(office: Town, tmp_path: Path, split: str = "file") -> ScanFolder:
    (tmp_path / "quet").mkdir(exist_ok=True)
    return ScanFolder(AGENCY, tmp_path / "quet", split)


def drop(town: Town, place: ScanFolder, name: str, body: bytes) -> None:
    path = place.folder / name
    path.write_bytes(body)
    moment = town.now.timestamp() - 60
    os.utime(path, (moment, moment))


def test_a_scan_is_taken_when_it_is_whole_and_what_cannot_be_read_is_put_aside(office: Town, tmp_path: Path) -> None:
    place = scanned(office, tmp_path)
    drop(office, place, "cv.pdf", pdf(office))
    drop(office, place, "hong.pdf", b"%PDF-1.7 gay giua chung")
    drop(office, place, "mat.pdf", pdf(office, STAMPED))
    drop(office, place, "dang-ghi.pdf", pdf(office)[:200])
    (place.folder / "~tam.pdf").write_bytes(b"x")
    first = looking.read_folder(office.database, place, {})
    assert came(office) == [], "what was seen once may still grow"
    drop(office, place, "dang-ghi.pdf", pdf(office)[:400])
    second = looking.read_folder(office.database, place, first.state)
    (one,) = came(office)
    assert (one.channel, one.file_name, one.pages) == ("scan", "cv.pdf", 1)
    assert list(second.state["seen"]) == ["dang-ghi.pdf"]
    aside = place.folder / looking.NOT_TAKEN
    assert {each.name for each in aside.iterdir()} == {"hong.pdf", "hong.pdf.txt", "mat.pdf", "mat.pdf.txt"}
    assert "bị hỏng" in (aside / "hong.pdf.txt").read_text() and "độ mật" in (aside / "mat.pdf.txt").read_text()
    assert sorted(state for state, _title in told(office)) == ["refused", "taken", "unusable"]


def test_a_worker_that_fell_while_it_took_a_scan_takes_it_once(office: Town, tmp_path: Path) -> None:
    place = scanned(office, tmp_path)
    held = place.folder / looking.TAKING
    held.mkdir()
    (held / "17-cv.pdf").write_bytes(pdf(office))
    looking.read_folder(office.database, place, {})
    (held / "17-cv.pdf").write_bytes(pdf(office))  # it had fallen before the file was taken away
    looking.read_folder(office.database, place, {})
    assert len(came(office)) == 1 and list(held.iterdir()) == []


def test_an_upload_that_waits_is_taken_whatever_its_name_and_stands_for_paper(office: Town, tmp_path: Path) -> None:
    source = tmp_path / "tep"
    source.write_bytes(pdf(office))
    looking._later(office.database, AGENCY, source, "ế" * 120, True)
    assert looking.being_read(office.database, AGENCY) == 1
    looking.read_folder(office.database, ScanFolder(AGENCY, looking.spool(office.database, AGENCY)), {}, UPLOAD)
    (one,) = came(office)
    assert (one.medium, one.file_name) == (PAPER, "ế" * 60) and looking.being_read(office.database, AGENCY) == 0


def test_a_file_of_many_is_taken_apart_at_separator_sheets(office: Town, tmp_path: Path) -> None:
    import pypdfium2

    def joined(*parts: bytes) -> bytes:
        whole = pypdfium2.PdfDocument.new()
        for part in parts:
            whole.import_pages(pypdfium2.PdfDocument(part))
        path = tmp_path / "ghep.pdf"
        whole.save(path)
        return path.read_bytes()

    sheet = render(national("to-ngan"), {}, at=office.now)
    second = LETTER.replace("1204", "1300")
    blank = render(b'#set page(paper: "a4")\n#pagebreak(weak: true)\n#v(1pt)', {}, at=office.now)
    place = scanned(office, tmp_path, "sheet")
    drop(office, place, "tap.pdf", joined(sheet, pdf(office), blank, sheet, pdf(office, second)))
    seen = looking.read_folder(office.database, place, {})
    looking.read_folder(office.database, place, seen.state)
    assert [(one.notation, one.pages) for one in came(office)] == [("1300/UBND-NC", 1), ("1204/UBND-NC", 2)]
    body = tmp_path / "hai.pdf"
    body.write_bytes(joined(pdf(office), blank, pdf(office, second)))
    with splitting.parts(body, files.PDF, trays.BLANK) as parts:
        assert len(parts) == 2
    with splitting.parts(body, files.PDF, trays.SHEETS) as parts:
        assert parts == [body], "nothing stands between"
    body.write_bytes(joined(pdf(office), sheet, pdf(office, second)) + b"\n/ByteRange\n")
    with splitting.parts(body, files.PDF, trays.SHEETS) as parts:
        assert parts == [body], "a signed file stays whole"


@pytest.mark.skipif(not recognising.available(), reason="Tesseract with Vietnamese is not installed")
def test_a_scan_without_text_is_recognised(office: Town, tmp_path: Path) -> None:
    """Four seconds: Tesseract reads a page."""
    import pypdfium2

    page = pypdfium2.PdfDocument(pdf(office))[0].render(scale=200 / 72, grayscale=True)
    rows = bytes(page.buffer)
    body = b"P5 %d %d 255\n" % (page.width, page.height)
    body += b"".join(rows[y * page.stride : y * page.stride + page.width] for y in range(page.height))
    source = tmp_path / "trang.pgm"
    source.write_bytes(body)
    import subprocess

    subprocess.run(
        ["tesseract", str(source), str(tmp_path / "anh"), "-c", "textonly_pdf=0", "pdf"],
        check=True,
        capture_output=True,
    )
    image_only = pypdfium2.PdfDocument(tmp_path / "anh.pdf")
    assert len(image_only) == 1
    assert "1204/UBND-NC" in recognising.recognised(tmp_path / "anh.pdf", files.PDF).replace(" ", "")


def test_the_file_of_trays_is_understood_or_refused(tmp_path: Path) -> None:
    named = tmp_path / "khay.toml"
    (tmp_path / "mat-khau").write_text("bi-mat\n")
    named.write_text(
        '[mail."H31.11"]\nhost = "mail.example.vn"\nuser = "vt"\npassword = "file:mat-khau"\n'
        '[scan."H31.11"]\nfolder = "quet"\nsplit = "sheet"\n'
    )
    found = trays.load(named, {})
    assert found.mail["H31.11"].password == "bi-mat" and found.mail["H31.11"].port == 993
    assert found.scan["H31.11"].folder == tmp_path / "quet"
    for wrong in (
        '[mail."A"]\nhost = "m"\nuser = "vt"\npassword = "x"\ntls = "none"',
        '[mail."A"]\nhost = "m"\nuser = "vt"',
        '[scan."A"]\nfolder = "q"\n[scan."B"]\nfolder = "q"',
        '[scan."A"]\nfolder = "q"\nsplit = "qr"',
        '[fax."A"]\nx = 1',
        "[mail",
    ):
        named.write_text(wrong)
        with pytest.raises(Refusal, match="Tệp khai báo khay văn bản"):
            trays.load(named, {})
