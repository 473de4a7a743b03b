"""Outgoing documents are signed before they are numbered, sealed before they go out; on paper only with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from engine.refusal import Refusal
from engine.worker import drain
from procedures import files, tasks
from procedures.documents import numbering, queries, signing, versions
from procedures.documents.values import Document
from procedures.signatures import signing as keys_in_use
from procedures.signatures.keys import NONE, Key, Keys
from procedures.store import papers
from procedures.vocabulary.documents import APPROVED, DISPATCHED, NUMBERED, PAPER
from tests.procedures.documents.office import do, letter, task
from tests.procedures.documents.test_outgoing import TEXT, approved, drafted
from tests.procedures.town import AGENCY, Town

KEY = Key({}, {"certificate": Path("/khong/co"), "key": Path("/khong/co")}, None, 0, "")
BOTH = Keys({"dung": KEY}, {AGENCY: KEY})


class Pen:
    """A key that has been unlocked."""

    most = 1

    def sign(self, bodies: Sequence[bytes]) -> list[bytes | Refusal]:
        return [body + b"\n% da ky\n" for body in bodies]


def holding(town: Town, keys: Keys, **more: Any) -> Town:
    """The town with these keys."""
    place: Any = town.database.installation
    place.settings = replace(place.settings, signing_keys=keys, **more)
    return town


def found(town: Town, made: Document) -> Document:
    return queries.find(town.database, made.code, town["chi"])


def test_a_document_is_signed_then_numbered_then_sealed_then_sent(
    office: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    town = holding(office, BOTH)
    made = approved(town)
    with pytest.raises(Refusal, match="chưa ký số"):
        do(town, "giang", made.id, "cap_so", "cap_so")
    assert found(town, made).state == APPROVED
    signing.sign(town.database, made.code, made.sha256 or "", town["dung"], Pen())
    do(town, "giang", made.id, "cap_so", "cap_so")
    with pytest.raises(Refusal, match="đang được đặt"):
        do(town, "giang", made.id, "phat_hanh", "phat_hanh")
    drain(town.database)  # the key cannot be read: who waits learns why
    with pytest.raises(Refusal, match="Không đọc được tệp khóa ký"):
        do(town, "giang", made.id, "phat_hanh", "phat_hanh")
    monkeypatch.setattr(keys_in_use, "seal_as_agency", lambda body, *_: body + b"% dau\n")
    town.move(hours=3)
    drain(town.database)
    assert files.read(town.database, found(town, made).sha256 or "").endswith(b"% da ky\n% dau\n")
    numbering.free_number(town.database, made.code, "Nhầm loại", town["giang"])
    assert files.read(town.database, found(town, made).sha256 or "").endswith(b"% da ky\n")  # no number is printed
    numbering.number_again(town.database, made.code, None, town["giang"])
    with pytest.raises(Refusal, match="đang được đặt"):
        do(town, "giang", made.id, "phat_hanh", "phat_hanh")
    drain(town.database)
    assert files.read(town.database, found(town, made).sha256 or "").endswith(b"% da ky\n% dau\n")
    do(town, "giang", made.id, "phat_hanh", "phat_hanh")
    assert found(town, made).state == DISPATCHED


def test_what_is_sent_back_is_signed_anew(office: Town) -> None:
    town = holding(office, Keys({"dung": KEY}, {}))
    made = approved(town)
    signing.sign(town.database, made.code, made.sha256 or "", town["dung"], Pen())
    step = task(town, made.id, "cap_so")
    tasks.claim(town.database, step.id, town["giang"])
    tasks.send_back(town.database, step.id, "Sai thể thức", town["giang"], "soan_thao")
    town.move(minutes=1)
    versions.add_version(town.database, made.code, letter(town, TEXT + "Sửa\\\n", "sua.pdf"), "Sửa", town["chi"])
    do(town, "chi", made.id, "soan_thao", "trinh")
    do(town, "binh", made.id, "ky_nhay_don_vi", "ky_nhay")
    do(town, "binh", made.id, "ky_nhay_van_phong", "ky_nhay")
    do(town, "dung", made.id, "ky_duyet", "duyet", tham_quyen="TM")
    with pytest.raises(Refusal, match="chưa ký số"):
        do(town, "giang", made.id, "cap_so", "cap_so")


@pytest.mark.parametrize(
    ("keys", "name", "said"),
    [(BOTH, "du-thao.docx", "phải là tệp PDF"), (Keys({}, {AGENCY: KEY}), "du-thao.pdf", "chưa có khóa ký số")],
)
def test_what_nobody_could_sign_is_not_approved(office: Town, keys: Keys, name: str, said: str) -> None:
    town = holding(office, NONE)
    made = drafted(town)
    do(town, "chi", made.id, "soan_thao", "trinh")
    do(town, "binh", made.id, "ky_nhay_don_vi", "ky_nhay")
    do(town, "binh", made.id, "ky_nhay_van_phong", "ky_nhay")
    holding(town, keys)
    if name.endswith("docx"):
        town.database.run(lambda tx: _as_docx(tx, made))
    with pytest.raises(Refusal, match=said):
        do(town, "dung", made.id, "ky_duyet", "duyet", tham_quyen="TM")


def _as_docx(tx: Any, made: Document) -> None:
    tx.execute(update(papers.file).where(papers.file.c.sha256 == made.sha256).values(type=files.DOCX))


def test_without_keys_on_paper_and_for_a_reason_nothing_is_asked(office: Town) -> None:
    town = holding(office, NONE)
    plain = approved(town)
    do(town, "giang", plain.id, "cap_so", "cap_so")
    holding(town, BOTH)
    by_hand = approved(town, medium=PAPER)
    do(town, "giang", by_hand.id, "cap_so", "cap_so")
    holding(town, BOTH, signed_on_paper="Thiết bị ký số hỏng, chờ cấp lại")
    for_a_reason = approved(town)
    do(town, "giang", for_a_reason.id, "cap_so", "cap_so")
    assert {found(town, one).state for one in (plain, by_hand, for_a_reason)} == {NUMBERED}
    said = [one.note for one in queries.history(town.database, for_a_reason.id) if one.vi == "Cấp số"]
    assert said == ["Ký trên giấy: Thiết bị ký số hỏng, chờ cấp lại"]
    assert signing.on_paper_of(town.database, for_a_reason.id) and not signing.on_paper_of(town.database, by_hand.id)
