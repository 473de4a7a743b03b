"""The books with all their columns, for a range of days; the slip; numbers under many hands at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from engine.store import Database
from procedures.documents import books, incoming, numbers
from procedures.letters.rendering import text_of
from procedures.rights import NotAllowed
from procedures.vocabulary.documents import INCOMING, OUTGOING
from tests.procedures.documents.office import UNIT, directed, do, entry, registered
from tests.procedures.documents.test_outgoing import dispatched
from tests.procedures.town import AGENCY, Town


def test_the_books_have_the_columns_of_the_decree_and_the_lines_of_their_days(office: Town) -> None:
    made = registered(office, note="bản fax")
    directed(office, made.id)
    sent = dispatched(office)
    day = office.now.date()
    for which, count in ((INCOMING, 10), (OUTGOING, 10), (books.FOLLOWED, 7)):
        sheet = books.book(office.database, office["giang"], which, AGENCY, day, day)
        assert len(sheet.columns) == count and len(sheet.rows) == 1 and all(len(row) == count for row in sheet.rows)
        printed = text_of(sheet.pdf())
        assert "Từ ngày 27/07/2026 đến ngày 27/07/2026" in printed and "(1)" in printed
        assert sheet.xlsx().startswith(b"PK")
    (line,) = books.book(office.database, office["giang"], INCOMING, AGENCY, day, day).rows
    assert line[:5] == ("27/07/2026", "01", "Ủy ban nhân dân tỉnh Hưng Yên", "1204/UBND-NC", "20/07/2026")
    assert line[5].startswith("Công văn: ") and "Phòng Kinh tế" in line[6] and line[9] == "bản fax"
    (line,) = books.book(office.database, office["giang"], OUTGOING, AGENCY, day, day).rows
    assert (
        line[0] == "01/QĐ-UBND" and line[3] == "Phạm Văn Dũng, TM. Ủy ban nhân dân, Chủ tịch" and "Tây Hưng" in line[4]
    ), sent
    before = day - timedelta(days=1)
    assert books.book(office.database, office["giang"], INCOMING, AGENCY, before, before).rows == ()
    with pytest.raises(NotAllowed):
        books.book(office.database, office["chi"], INCOMING, AGENCY, day, day)


def test_the_slip_says_what_was_directed_and_leaves_lines_for_the_rest(office: Town) -> None:
    made = registered(office)
    assert "PHIẾU GIẢI QUYẾT VĂN BẢN ĐẾN" in text_of(books.slip(office.database, made.code, office["giang"]))
    directed(office, made.id)
    do(office, "hung", made.id, "phan_cong", "phan_cong", nguoi_xu_ly="khanh", don_vi_chu_tri=UNIT)
    printed = text_of(books.slip(office.database, made.code, office["khanh"]))
    assert "Phòng Kinh tế tham mưu" in printed and "1204/UBND-NC" in printed


def test_many_hands_at_once_leave_no_gap_and_no_double(either_office: Town) -> None:
    town, hands, each = either_office, 8, 5
    waiting = [incoming.arrive(town.database, AGENCY, None, town["giang"], paper=True) for _ in range(hands * each)]

    def enter(database: Database, codes: list[str]) -> list[int | None]:
        return [
            incoming.register(database, code, entry(notation=code[-5:]), town["giang"], no_double="Gửi lại").number
            for code in codes
        ]

    with ThreadPoolExecutor(hands) as pool:
        shares = [[one.code for one in waiting[hand::hands]] for hand in range(hands)]
        given = [number for many in pool.map(lambda share: enter(town.database, share), shares) for number in many]
    assert sorted(given, key=int) == list(range(1, hands * each + 1))  # type: ignore[arg-type]
    (checked,) = numbers.check(town.database, AGENCY, INCOMING, town.now.year)
    assert (checked.last, checked.gaps, checked.doubles) == (hands * each, (), ())
