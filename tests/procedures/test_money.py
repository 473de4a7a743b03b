"""Money at the desk: reductions, refunds by two persons, the day's closing with its difference."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import update

from engine import audit
from engine.refusal import Refusal
from procedures import closings, dossiers, fees, letters, officials, refunds, takings
from procedures.rights import NotAllowed, Unseen
from procedures.store.dossier import dossier
from tests.procedures.town import AGENCY, Town

DAY = date(2026, 3, 2)


def paid(town: Town, copies: int = 2, method: str = "tien_mat") -> tuple[str, str]:
    """A dossier that paid 20.000 đồng and 8.000 for each copy; its id and its receipt."""
    id = town.receive(amounts={"so_ban": copies} if copies else {}).id
    return id, fees.take(town.database, id, town["an"], method)


def test_a_reduction_has_its_basis_and_stays_when_the_fee_is_computed_anew(town: Town) -> None:
    id = town.receive(amounts={"so_ban": 2}).id
    card, copies = fees.assessed(town.database, id)
    with pytest.raises(Refusal, match="căn cứ"):
        fees.reduce(town.database, id, card.id, 50, " ", town["an"])
    with pytest.raises(Refusal, match="1 đến 100"):
        fees.reduce(town.database, id, card.id, 101, "Hộ nghèo", town["an"])
    fees.reduce(town.database, id, card.id, 50, "Hộ nghèo, giấy số 12", town["an"])
    fees.reduce(town.database, id, copies.id, 100, "Người có công", town["an"])
    assert fees.owed(town.database, id) == 10_000
    dossiers.correct(town.database, id, town.intake(amounts={"so_ban": 5}), "Đếm nhầm", town["an"])
    found = {one.name: one for one in fees.assessed(town.database, id)}
    assert [(one.amount, one.full, one.exempt) for one in found.values()] == [
        (10_000, 20_000, False),
        (0, 40_000, True),
    ]
    fees.reduce(town.database, id, found["Bản sao"].id, 0, "", town["an"])
    assert fees.owed(town.database, id) == 50_000
    token = fees.take(town.database, id, town["an"])
    said = " ".join(letters.text_of(letters.pdf(town.database, token)).split())
    assert "giảm 50%" in said and "Hộ nghèo, giấy số 12" in said
    with pytest.raises(Refusal, match="đã thu"):
        fees.reduce(town.database, id, next(iter(found.values())).id, 10, "Hộ nghèo", town["an"])


def test_a_refund_takes_two_persons_and_a_numbered_slip(town: Town) -> None:
    id, receipt = paid(town)
    with pytest.raises(Refusal, match=r"36\.000"):
        refunds.propose(town.database, id, receipt, 36_001, "Thu thừa", "", town["an"])
    one = refunds.propose(town.database, id, receipt, 16_000, "Thu thừa hai bản", "TT 281/2016/TT-BTC", town["an"])
    with pytest.raises(Refusal, match=r"20\.000"):  # what is proposed is spoken for
        refunds.propose(town.database, id, receipt, 20_001, "Thu thừa", "", town["an"])
    with pytest.raises(NotAllowed):
        refunds.decide(town.database, one, True, "", town["an"])
    officials.grant(town.database, "an", "truong_don_vi", AGENCY, by="thu")
    with pytest.raises(Refusal, match="không tự duyệt"):
        refunds.decide(town.database, one, True, "", town["an"])
    with pytest.raises(Refusal, match="đã duyệt"):
        refunds.pay(town.database, one, town["an"])
    assert [each.id for each in refunds.waiting(town.database, town["binh"])] == [one]
    with pytest.raises(Refusal, match="lý do"):
        refunds.decide(town.database, one, False, "", town["binh"])
    refunds.decide(town.database, one, True, "", town["binh"])
    slip = refunds.pay(town.database, one, town["an"])
    said = " ".join(letters.text_of(letters.pdf(town.database, slip)).split())
    for part in ("01/PCH", "16.000 đồng", "01/BLP", "Trần Thị Bình", "Thu thừa hai bản"):
        assert part in said
    with pytest.raises(Refusal):
        refunds.pay(town.database, one, town["an"])
    assert [each.left for each in refunds.receipts(town.database, id)] == [20_000]
    assert fees.owed(town.database, id) == 0  # what was given back is not owed again
    assert audit.verify(town.database)["broken"] == []


def test_a_closing_counts_what_was_taken_once_and_the_head_signs(town: Town) -> None:
    database, an, binh = town.database, town["an"], town["binh"]
    id, receipt = paid(town)  # 36.000 in cash
    paid(town, 1, "chuyen_khoan")  # 28.000
    one = refunds.propose(database, id, receipt, 6_000, "Thu thừa", "", an)
    refunds.decide(database, one, True, "", binh)
    refunds.pay(database, one, an)
    (drawer,) = closings.drawers(database, an)
    assert (drawer.cash, drawer.transfers, len(drawer.lines)) == (30_000, 28_000, 3)
    with pytest.raises(Refusal, match="lý do chênh lệch"):
        closings.close(database, AGENCY, 29_000, "", an)
    with pytest.raises(Refusal, match="khoản thu hoặc chi mới"):
        closings.close(database, AGENCY, 30_000, "", an, seen=2)
    made = closings.close(database, AGENCY, 29_000, "Trả lại thừa một tờ 1.000", an, seen=3)
    assert closings.drawers(database, an) == []
    with pytest.raises(Refusal, match="Không có khoản"):
        closings.close(database, AGENCY, 0, "", an)
    with pytest.raises(NotAllowed):
        closings.confirm(database, made, an)
    with pytest.raises(Unseen):
        closings.get(database, made, town["chi"])
    closings.send_back(database, made, "Đếm lại giúp", binh)
    with pytest.raises(Refusal, match="đã được xử lý"):
        closings.confirm(database, made, binh)
    closings.count_again(database, made, 30_000, "", an)
    token = closings.confirm(database, made, binh)
    found = closings.get(database, made, an)
    assert (found.state, found.difference, found.paper) == ("confirmed", 0, token)
    said = " ".join(letters.text_of(letters.pdf(database, token)).split())
    for part in ("01/BBCQ", "30.000", "28.000", "−6.000", "Nguyễn Văn An", "Trần Thị Bình", "01/BLP", "01/PCH"):
        assert part in said
    town.move(hours=1)
    paid(town, 0)
    assert [(len(one.lines), one.cash) for one in closings.drawers(database, an)] == [(1, 20_000)]
    assert audit.verify(database)["broken"] == []


def test_a_closing_at_one_agency_leaves_what_was_taken_at_another_to_be_closed(town: Town) -> None:
    database, an = town.database, town["an"]
    elsewhere, _receipt = paid(town)
    database.run(lambda tx: tx.execute(update(dossier).where(dossier.c.id == elsewhere).values(agency="T.3")))
    town.move(hours=72)
    paid(town, 0)
    closings.close(database, AGENCY, 20_000, "", an)
    assert [(one.agency, one.cash) for one in closings.drawers(database, an)] == [("T.3", 36_000)]


def test_what_a_period_brought_adds_up_by_method(town: Town) -> None:
    id, receipt = paid(town)
    paid(town, 1, "chuyen_khoan")
    free = town.receive().id
    (card,) = fees.assessed(town.database, free)
    fees.reduce(town.database, free, card.id, 100, "Trẻ em", town["an"])
    one = refunds.propose(town.database, id, receipt, 6_000, "Thu thừa", "", town["an"])
    refunds.decide(town.database, one, True, "", town["dung"])
    refunds.pay(town.database, one, town["an"])
    found = takings.of_period(town.database, town["binh"], AGENCY, DAY, DAY)
    assert (found.by_method, found.refunded, found.reduced) == (
        {"tien_mat": 36_000, "chuyen_khoan": 28_000},
        6_000,
        20_000,
    )
    assert found.total == 58_000 and len(found.sheet.rows) == 4
    assert found.sheet.xlsx()[:2] == b"PK"
    said = letters.text_of(found.sheet.pdf())
    assert "58.000" in said and "Hoàn: Thu thừa" in said
    only = takings.of_period(town.database, town["binh"], AGENCY, DAY, DAY, "chuyen_khoan")
    assert [row[5] for row in only.sheet.rows] == ["Chuyển khoản"]
    assert takings.of_period(town.database, town["binh"], AGENCY, date(2026, 3, 3), date(2026, 3, 3)).sheet.rows == ()
