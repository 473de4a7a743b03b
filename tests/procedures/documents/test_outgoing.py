"""What goes out: versions, initials, approval with its capacity, number, dispatch, acknowledgement, recall."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from engine import audit
from engine.refusal import Refusal
from procedures import absences, tasks
from procedures.documents import capacity, incoming, numbering, numbers, opinions, outgoing, queries, sending, versions
from procedures.documents.outgoing import Draft
from procedures.documents.values import Document
from procedures.rights import NotAllowed, Unseen
from procedures.store.dossier import counter
from procedures.vocabulary.documents import (
    APPROVED,
    DISPATCHED,
    DRAFT,
    DROPPED,
    INCOMING,
    NUMBERED,
    ON_ROUTE,
    OUTGOING,
    RECALLED,
    SUBMITTED,
    VOID,
    WAITING,
)
from tests.procedures.documents.office import ELSEWHERE, do, entry, letter, task
from tests.procedures.town import AGENCY, Town

TEXT = '#set text(font: "Tinos")\nQUYẾT ĐỊNH\\\nVề việc kiện toàn Ban Chỉ đạo\\\n'


def drafted(town: Town, text: str = TEXT, **more: Any) -> Document:
    said: dict[str, Any] = {
        "agency": AGENCY,
        "kind": "QĐ",
        "subject": "Về việc kiện toàn Ban Chỉ đạo",
        "recipients": (ELSEWHERE,),
        "others": "Đảng ủy xã Đông Hưng",
    }
    return outgoing.draft(town.database, Draft(**{**said, **more}), letter(town, text, "du-thao.pdf"), town["chi"])


def approved(town: Town, **more: Any) -> Document:
    """A draft that the leader has approved."""
    made = drafted(town, **more)
    do(town, "chi", made.id, "soan_thao", "trinh")
    do(town, "binh", made.id, "ky_nhay_don_vi", "ky_nhay")
    do(town, "binh", made.id, "ky_nhay_van_phong", "ky_nhay")
    do(town, "dung", made.id, "ky_duyet", "duyet", tham_quyen="TM")
    return queries.find(town.database, made.code, town["chi"])


def dispatched(town: Town, **more: Any) -> Document:
    made = approved(town, **more)
    do(town, "giang", made.id, "cap_so", "cap_so")
    do(town, "giang", made.id, "phat_hanh", "phat_hanh")
    return queries.find(town.database, made.code, town["chi"])


def test_from_the_draft_to_the_tray_of_the_recipient_and_back(either_office: Town) -> None:
    town = either_office
    made = approved(town)
    assert (made.state, made.notation, made.signer, made.position) == (
        APPROVED,
        "",
        "Phạm Văn Dũng",
        "TM. Ủy ban nhân dân, Chủ tịch",
    )
    do(town, "giang", made.id, "cap_so", "cap_so")
    found = queries.find(town.database, made.code, town["chi"])
    assert (found.state, found.number, found.notation) == (NUMBERED, 1, "01/QĐ-UBND")
    assert found.issued_on == town.now.date()
    do(town, "giang", made.id, "phat_hanh", "phat_hanh")
    (came,) = queries.listing(town.database, town["lien"], INCOMING, agency=ELSEWHERE).rows
    assert (came.state, came.notation, came.sender, came.subject) == (WAITING, "01/QĐ-UBND", AGENCY, made.subject)
    inside, outside = sending.recipients(town.database, made.id)
    assert (inside.agency, inside.state, inside.acknowledged_at) == (ELSEWHERE, WAITING, None)
    assert (outside.agency, outside.sent_at) == (None, town.now)
    said = entry(notation=came.notation, issuer=came.issuer, subject=came.subject, kind="QĐ", issued_on=came.issued_on)
    incoming.register(town.database, came.code, said, town["lien"])
    inside = sending.recipients(town.database, made.id)[0]
    assert (inside.state, inside.number, inside.acknowledged_at) == (ON_ROUTE, 1, town.now)
    do(town, "giang", made.id, "luu_ho_so", "da_luu", ho_so_cong_viec="BCĐ", thoi_han_luu="10")
    assert queries.find(town.database, made.code, town["chi"]).ended_at is not None
    assert audit.verify(town.database)["broken"] == []


def test_the_sender_reads_why_its_document_came_back(office: Town) -> None:
    made = dispatched(office)
    (came,) = queries.listing(office.database, office["lien"], INCOMING, agency=ELSEWHERE).rows
    incoming.give_back(office.database, came.code, "Gửi nhầm nơi nhận", office["lien"])
    inside = sending.recipients(office.database, made.id)[0]
    assert (inside.state, inside.reason) == ("tra_lai", "Gửi nhầm nơi nhận") and inside.acknowledged_at


def test_a_draft_changes_only_while_it_is_with_its_author(office: Town) -> None:
    made = drafted(office)
    second = letter(office, TEXT + "Điều 2. Thêm một thành viên", "du-thao-2.pdf")
    with pytest.raises(NotAllowed):
        versions.add_version(office.database, made.code, second, "", office["quan"])
    with pytest.raises(Unseen):
        versions.add_version(office.database, made.code, second, "", office["lien"])
    assert versions.add_version(office.database, made.code, second, "Thêm thành viên", office["chi"]) == 2
    old, new = (versions.words_of(office.database, made.id, one) or "" for one in (1, 2))
    assert ("+", [("+", "Điều 2. Thêm một thành viên")]) in [(one.sign, one.new) for one in versions.compare(old, new)]
    do(office, "chi", made.id, "soan_thao", "trinh")
    with pytest.raises(Refusal, match="đã trình"):
        versions.add_version(office.database, made.code, letter(office), "", office["chi"])
    assert queries.find(office.database, made.code, office["chi"]).state == SUBMITTED


def test_each_step_goes_back_to_whom_it_is_sent_and_an_approval_ends_with_that(office: Town) -> None:
    made = approved(office)
    step = task(office, made.id, "cap_so")
    found = tasks.find(office.database, step.id, office["giang"])
    assert tasks.ways_back(office.database, found) == [("ky_duyet", "Duyệt ký"), ("soan_thao", found_name())]
    tasks.send_back(office.database, step.id, "Sai nơi nhận", office["giang"], "soan_thao")  # without taking it first
    said = opinions.opinions(office.database, made.id)[-1]
    assert (said.who, said.step, said.said, said.back) == (
        "Đinh Thị Giang",
        "Cấp số, ngày văn bản",
        (("", "Sai nơi nhận"),),
        True,
    )
    again = queries.find(office.database, made.code, office["chi"])
    assert (again.state, again.signer, again.sha256) == (DRAFT, "", made.sha256)
    third = letter(office, TEXT + "Điều 3. Nơi nhận", "du-thao-3.pdf")
    assert versions.add_version(office.database, made.code, third, "Sửa nơi nhận", office["chi"]) == 2


def found_name() -> str:
    return "Soạn thảo, hoàn thiện dự thảo"


@pytest.mark.parametrize(
    ("title", "capacity_of", "basis", "lines"),
    [
        ("Chủ tịch", "TT", "", ("Chủ tịch",)),
        ("Chủ tịch UBND xã", "TM", "", ("TM. Ủy ban nhân dân", "Chủ tịch")),
        ("Phó Chủ tịch", "KT", "", ("KT. Chủ tịch", "Phó Chủ tịch")),
        ("Phó Chủ tịch", "TM", "", ("TM. Ủy ban nhân dân", "KT. Chủ tịch", "Phó Chủ tịch")),
        ("Quyền Chủ tịch", "Q", "", ("Q. Chủ tịch",)),
        ("Chánh Văn phòng", "TL", "12/QĐ-UBND", ("TL. Chủ tịch", "Chánh Văn phòng")),
        ("Chánh Văn phòng", "TUQ", "05/GUQ-UBND", ("TUQ. Chủ tịch", "Chánh Văn phòng")),
        ("Chánh Văn phòng", "TUQ", "", "TUQ. phải có văn bản giao quyền"),
        ("Chủ tịch", "KT", "", "KT. chỉ dành cho cấp phó"),
        ("Phó Chủ tịch", "TT", "", "cấp phó không ký trực tiếp"),
        ("Chủ tịch", "Q", "", "Q. chỉ dành cho"),
        ("Chủ tịch", "TUQ", "05/GUQ-UBND", "người đứng đầu không ký TUQ"),
        ("Chủ tịch", "XX", "", "Chọn thẩm quyền ký"),
    ],
)
def test_who_signs_so_is_told_by_post_and_paper(
    office: Town, title: str, capacity_of: str, basis: str, lines: tuple[str, ...] | str
) -> None:
    by = replace(office["dung"], title=title)
    if isinstance(lines, str):
        with pytest.raises(Refusal, match=lines):
            capacity.signing(office.database, AGENCY, capacity_of, basis, by)
    else:
        assert capacity.signing(office.database, AGENCY, capacity_of, basis, by).lines == lines


def test_who_stands_in_for_a_leader_signs_as_the_absence_says(office: Town) -> None:
    today = office.now.date()
    asked = absences.Asked(today, today, "binh", "đi công tác", capacity="TUQ", basis="05/GUQ-UBND")
    absences.begin(office.database, "dung", asked, office["dung"])
    with pytest.raises(Refusal, match=r"thẩm quyền là TUQ\., không phải TM"):
        capacity.signing(office.database, AGENCY, "TM", "", office["binh"])
    found = capacity.signing(office.database, AGENCY, "TUQ", "", office["binh"])
    assert (found.basis, found.lines[0]) == ("05/GUQ-UBND", "TUQ. Chủ tịch")


def test_a_draft_without_a_file_is_not_submitted_and_may_be_dropped(office: Town) -> None:
    said = Draft(AGENCY, "KH", "Kế hoạch kiểm tra", recipients=(ELSEWHERE,))
    made = outgoing.draft(office.database, said, None, office["chi"])
    with pytest.raises(Refusal, match="Tải dự thảo lên"):
        do(office, "chi", made.id, "soan_thao", "trinh")
    do(office, "chi", made.id, "soan_thao", "khong_ban_hanh", "Không còn cần thiết")
    found = queries.find(office.database, made.code, office["chi"])
    assert (found.state, found.reason) == (DROPPED, "Không còn cần thiết")


@pytest.mark.parametrize(
    ("change", "about"),
    [
        ({"kind": "X"}, "kind"),
        ({"subject": " "}, "subject"),
        ({"kind": "CV"}, "unit"),
        ({"unit": "n c"}, "unit"),
        ({"recipients": ("T.9",)}, "recipients"),
    ],
)
def test_a_draft_that_cannot_become_a_document_is_refused(office: Town, change: dict[str, Any], about: str) -> None:
    with pytest.raises(Refusal) as refused:
        drafted(office, **change)
    assert refused.value.about == about


def test_series_run_by_kind_and_a_letter_names_its_unit(office: Town) -> None:
    assert [dispatched(office).notation, dispatched(office, kind="CV", unit="KT").notation] == [
        "01/QĐ-UBND",
        "01/UBND-KT",
    ]


def test_a_number_is_reserved_freed_and_filled_again_and_a_check_explains_all(either_office: Town) -> None:
    town = either_office
    year = town.now.year
    assert numbers.reserve(town.database, AGENCY, "QĐ", 2, "Giữ cho kỳ họp", town["giang"]) == [1, 2]
    made = approved(town)
    do(town, "giang", made.id, "cap_so", "cap_so")
    assert queries.find(town.database, made.code, town["chi"]).number == 3
    numbering.free_number(town.database, made.code, "Cấp nhầm loại", town["giang"])
    freed = queries.find(town.database, made.code, town["chi"])
    assert (freed.state, freed.number, freed.notation) == (APPROVED, None, "")
    assert [(one.number, one.state) for one in numbers.spare(town.database, AGENCY, "QĐ", year)][2] == (3, VOID)
    (checked,) = numbers.check(town.database, AGENCY, OUTGOING, year)
    assert (checked.last, checked.gaps, checked.doubles) == (3, (), ())
    with pytest.raises(Refusal, match="không phải số giữ trước"):
        numbering.number_again(town.database, made.code, 9, town["giang"])
    numbering.number_again(town.database, made.code, 1, town["giang"])
    assert queries.find(town.database, made.code, town["chi"]).notation == "01/QĐ-UBND"
    second = approved(town)
    do(town, "giang", second.id, "cap_so", "cap_so", so_cap_bu=3)
    assert queries.find(town.database, second.code, town["chi"]).number == 3
    assert audit.verify(town.database)["broken"] == []
    with town.database.begin() as tx:
        tx.connection.execute(counter.update().where(counter.c.series == "so_van_ban:di:QĐ").values(value=5))
    assert numbers.check(town.database, AGENCY, OUTGOING, year)[0].gaps == (4, 5)


def test_a_recall_freezes_it_here_and_there(office: Town) -> None:
    made = dispatched(office)
    (came,) = queries.listing(office.database, office["lien"], INCOMING, agency=ELSEWHERE).rows
    with pytest.raises(NotAllowed):
        sending.recall(office.database, made.code, "Sai nội dung", office["chi"])
    sending.recall(office.database, made.code, "Sai nội dung", office["giang"])
    assert queries.find(office.database, made.code, office["chi"]).state == RECALLED
    assert queries.find(office.database, came.code, office["lien"]).state == RECALLED
    other = dispatched(office)
    (came,) = [
        one
        for one in queries.listing(office.database, office["lien"], INCOMING, agency=ELSEWHERE).rows
        if one.state == WAITING
    ]
    said = entry(notation=came.notation, issuer=came.issuer, subject=came.subject, kind="QĐ", issued_on=came.issued_on)
    incoming.register(office.database, came.code, said, office["lien"])
    sending.recall(office.database, other.code, "Sai nội dung", office["giang"])
    do(office, "lien", came.id, "xu_ly_thu_hoi", "da_thu_hoi")
    assert queries.find(office.database, came.code, office["lien"]).state == RECALLED
    assert queries.find(office.database, other.code, office["chi"]).state == RECALLED != DISPATCHED
