"""A draft composed in the browser: its versions, remarks at their place, the printed number, mending, corrections."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from engine import audit
from engine.audit.reads import ReadLog
from engine.refusal import Refusal
from procedures import files
from procedures.documents import (
    comments,
    drafting,
    judging,
    numbering,
    outgoing,
    queries,
    sending,
    templates,
    versions,
)
from procedures.documents import format as formats
from procedures.documents.composing import word
from procedures.documents.outgoing import Draft
from procedures.documents.values import Document
from procedures.letters.rendering import text_of
from procedures.rights import NotAllowed, Unseen
from tests.procedures.documents.format import drafts
from tests.procedures.documents.format import word as writer
from tests.procedures.documents.office import ELSEWHERE, do
from tests.procedures.town import AGENCY, Town


def begun(town: Town, kind: str = "QĐ", **more: object) -> Document:
    said = Draft(AGENCY, kind, "Về việc kiện toàn Ban Chỉ đạo", recipients=(ELSEWHERE,))
    return outgoing.draft(town.database, replace(said, **more), None, town["chi"])  # type: ignore[arg-type]


def composed(town: Town, kind: str = "QĐ", **more: object) -> Document:
    made = begun(town, kind, **more)
    said = drafting.begun(town.database, made)
    drafting.compose(town.database, made.code, replace(said, body="Điều 1. Kiện toàn Ban Chỉ đạo."), "", town["chi"])
    return queries.find(town.database, made.code, town["chi"])


def approve(town: Town, id: str) -> None:
    do(town, "chi", id, "soan_thao", "trinh")
    do(town, "binh", id, "ky_nhay_don_vi", "ky_nhay")
    do(town, "binh", id, "ky_nhay_van_phong", "ky_nhay")
    do(town, "dung", id, "ky_duyet", "duyet", tham_quyen="TM")


def out(town: Town, id: str) -> None:
    approve(town, id)
    do(town, "giang", id, "cap_so", "cap_so")
    do(town, "giang", id, "phat_hanh", "phat_hanh")


def test_a_composed_draft_is_docx_and_pdf_keeps_its_parts_and_bears_its_number(either_office: Town) -> None:
    town = either_office
    made = composed(town)
    (first,) = versions.versions(town.database, made.id)
    assert (first.type, first.number) == (files.PDF, 1) and first.word is not None
    for hash in (first.sha256, first.word):
        assert formats.check(files.read(town.database, hash)) == []
    said = drafting.begun(town.database, made)
    assert said.body == "Điều 1. Kiện toàn Ban Chỉ đạo." and said.block == ("TM. Ủy ban nhân dân", "Chủ tịch")
    approve(town, made.id)
    do(town, "giang", made.id, "cap_so", "cap_so")
    found = queries.find(town.database, made.code, town["chi"])
    words = text_of(files.read(town.database, found.sha256 or ""))
    assert "Số: 01/QĐ-UBND" in words and "ngày 27 tháng 7 năm 2026" in words
    assert [one.number for one in versions.versions(town.database, made.id)] == [2, 1]
    assert audit.verify(town.database)["broken"] == []


def test_a_capacity_that_is_printed_otherwise_is_not_approved(office: Town) -> None:
    made = composed(office)
    do(office, "chi", made.id, "soan_thao", "trinh")
    do(office, "binh", made.id, "ky_nhay_don_vi", "ky_nhay")
    do(office, "binh", made.id, "ky_nhay_van_phong", "ky_nhay")
    with pytest.raises(Refusal, match="Dự thảo in quyền hạn người ký là TM"):
        do(office, "dung", made.id, "ky_duyet", "duyet", tham_quyen="TT")


def test_only_the_author_composes_and_only_a_draft(office: Town) -> None:
    made = composed(office)
    said = drafting.begun(office.database, made)
    with pytest.raises(NotAllowed):
        drafting.compose(office.database, made.code, said, "", office["quan"])
    assert drafting.as_word(office.database, made.code, office["chi"])[:2] == b"PK"
    do(office, "chi", made.id, "soan_thao", "trinh")
    with pytest.raises(Refusal, match="đã trình"):
        drafting.compose(office.database, made.code, said, "", office["chi"])


def test_a_remark_stands_at_its_passage_is_answered_and_resolved(office: Town) -> None:
    made = composed(office)
    database, chi, binh = office.database, office["chi"], office["binh"]
    with pytest.raises(Refusal, match="Chọn đoạn"):
        comments.remark(database, made.code, 1, "không có trong văn bản", "Sai", chi)
    do(office, "chi", made.id, "soan_thao", "trinh")
    with pytest.raises(Unseen):
        comments.remark(database, made.code, 1, "Kiện toàn", "Sai", office["lien"])
    id = comments.remark(database, made.code, 1, "Kiện toàn Ban  Chỉ đạo", "Ghi rõ tên Ban Chỉ đạo", binh)
    comments.answer(database, made.code, id, "Đã ghi", chi)
    text = versions.words_of(database, made.id, 1) or ""
    (one,) = comments.of(database, made.id, text)
    assert one.place is not None and [other.words for other in one.answers] == ["Đã ghi"]
    assert comments.of(database, made.id, "Điều 1. Văn bản khác")[0].place is None
    with pytest.raises(Refusal, match="Chỉ người nhận xét"):
        comments.resolve(database, made.code, id, office["dung"])
    assert comments.unresolved(database, made.id) == 1
    comments.resolve(database, made.code, id, chi)
    assert comments.unresolved(database, made.id) == 0
    with pytest.raises(Refusal, match="đã xử lý xong"):
        comments.answer(database, made.code, id, "Nữa", binh)


def test_what_is_certain_is_mended_as_another_version(office: Town) -> None:
    made = begun(office)
    wrong = drafts.decision()
    wrong.margins = (20, 20, 25, 20)
    stored = files.put(office.database, writer.docx(wrong), "du-thao.docx", (files.DOCX,))
    versions.add_version(office.database, made.code, stored, "", office["chi"])
    found = judging.judged(files.read(office.database, stored.sha256))
    assert ([one.rule for one in found.faults], found.mends) == (["margin-left"], 1)
    with pytest.raises(Refusal, match="bản khác"):
        judging.mend(office.database, made.code, "0" * 64, office["chi"])
    assert judging.mend(office.database, made.code, stored.sha256, office["chi"]) == 2
    last = queries.find(office.database, made.code, office["chi"])
    assert judging.of_version(office.database, last.sha256) == judging.Judged()


def test_an_agency_has_a_template_of_its_own_and_goes_back(office: Town) -> None:
    database, clerk = office.database, office["giang"]
    body = word.template("QĐ", "", "Ủy ban nhân dân xã Đông Hưng")
    assert templates.tried(database, AGENCY, "QĐ", body, clerk)[:2] == b"PK"
    for wrong in (b"%PDF-1.4", b""):
        with pytest.raises(Refusal, match="Mẫu phải là tệp Word"):
            templates.tried(database, AGENCY, "QĐ", wrong, clerk)
    with pytest.raises(NotAllowed):
        templates.tried(database, AGENCY, "QĐ", body, office["chi"])
    stored = files.put(database, body, "mau.docx", (files.DOCX,))
    templates.put(database, AGENCY, "QĐ", stored, clerk)
    assert templates.own(database, AGENCY)["QĐ"].sha256 == stored.sha256
    assert formats.check(drafting.as_word(database, begun(office).code, office["chi"])) == []
    templates.back_to_shipped(database, AGENCY, "QĐ", clerk)
    assert templates.own(database, AGENCY) == {} and audit.verify(database)["broken"] == []


def test_a_correction_is_a_letter_and_both_name_each_other(office: Town) -> None:
    made = composed(office)
    out(office, made.id)
    with pytest.raises(Refusal, match="Đính chính bằng công văn"):
        begun(office, corrects=made.code)
    letter = composed(office, "CV", unit="KT", corrects=made.code)
    out(office, letter.id)
    found = queries.find(office.database, made.code, office["chi"])
    assert [one.code for one in sending.corrections(office.database, found)] == [letter.code]


def test_dispatch_is_due_the_next_working_day_and_at_once_when_urgent(office: Town) -> None:
    usual, urgent = composed(office), composed(office, urgency=1)
    for one in (usual, urgent):
        approve(office, one.id)
        do(office, "giang", one.id, "cap_so", "cap_so")
    due = [
        sending.dispatch_by(office.database, queries.find(office.database, one.code, office["chi"]))
        for one in (usual, urgent)
    ]
    assert due[0] is not None and due[0].date() == office.now.date().replace(day=28) and due[0].hour == 17
    assert due[1] is not None and (due[1] - office.now).total_seconds() == 3600
    numbering.free_number(office.database, usual.code, "Nhầm", office["giang"])
    assert sending.dispatch_by(office.database, queries.find(office.database, usual.code, office["chi"])) is None


def test_the_sender_sees_who_opened_it_and_with_whom_it_lies(office: Town) -> None:
    made = composed(office)
    out(office, made.id)
    (one,) = sending.recipients(office.database, made.id)
    assert (one.opened_at, one.units) == (None, ())
    with office.database.begin() as tx:
        delivered = queries.listing(tx, office["lien"], "den", agency=ELSEWHERE).rows[0]
    ReadLog(office.database).write("lien", "documents.document_page", [delivered.id])
    (one,) = sending.recipients(office.database, made.id)
    assert (one.opened_by, one.opened_at) == ("Hoàng Thị Liên", office.now)


def test_texts_of_one_word_are_compared_in_no_time() -> None:
    begun = time.process_time()
    assert [one.sign for one in versions.compare("a " * 20_000, "a " * 20_000 + "b")] == ["~"]
    assert len(versions.compare("a\n" * 10_000, "a\n" * 10_000 + "b")) >= 1
    assert time.process_time() - begun < 5
