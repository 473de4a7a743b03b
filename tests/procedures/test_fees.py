"""Fees and amounts in words."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from engine.refusal import Refusal
from procedures import bundles, fees, letters, words
from tests.procedures.town import Town


def procedure(*rules: dict[str, object]) -> bundles.Procedure:
    return bundles.Procedure("v", 1, {"code": "x", "kind": "procedure", "fees": list(rules)}, date(2026, 1, 1))


def test_fees_count_by_dossier_copy_page_formula_and_channel() -> None:
    asked = procedure(
        {"name": "A", "amount": 20000, "per": "dossier"},
        {"name": "B", "amount": 8000, "per": "copy"},
        {
            "name": "C",
            "formula": (
                "= min(200000, (if so_trang <= 2 then so_trang * 2000 else 4000 + (so_trang - 2) * 1000)) * so_ban"
            ),
        },
        {"name": "D", "amount": 5000, "per": "dossier", "channel": "truc_tuyen"},
        {"name": "E", "amount": None},
    )
    got = {one.name: one.amount for one in fees.quote(asked, {"so_ban": 3, "so_trang": 5})}
    assert got == {"A": 20000, "B": 24000, "C": 21000, "E": None}
    assert "D" in {one.name for one in fees.quote(asked, {"so_ban": 1, "so_trang": 1}, "truc_tuyen")}
    with pytest.raises(Refusal, match="“C”"):
        fees.quote(asked, {"so_ban": 3})
    with pytest.raises(Refusal):
        fees.quote(procedure({"name": "B", "amount": 1, "per": "copy"}), {"so_ban": "nhiều"})


@pytest.mark.parametrize("rule", [{"amount": 8000, "per": "copy"}, {"formula": "= so_ban * 8000"}])
@pytest.mark.parametrize("count", [1.5, Decimal("2.5"), "1,5", "NaN"])
def test_a_part_of_a_copy_has_no_fee(rule: dict[str, object], count: object) -> None:
    with pytest.raises(Refusal, match="số nguyên"):
        fees.quote(procedure({"name": "B", **rule}), {"so_ban": count})


def test_a_fee_is_taken_once_with_a_numbered_receipt(town: Town) -> None:
    id = town.receive(amounts={"so_ban": 2}).id
    assert fees.owed(town.database, id) == 36000
    token = fees.take(town.database, id, town["an"], "chuyen_khoan")
    said = " ".join(letters.text_of(letters.pdf(town.database, token)).split())
    for part in ("Số: 01/BLP", "36.000", "Ba mươi sáu nghìn đồng", "chuyển khoản", "8.000 đ × 2 bản"):
        assert part in said
    with pytest.raises(Refusal, match="không còn khoản"):
        fees.take(town.database, id, town["an"])
    assert fees.owed(town.database, id) == 0 and all(one.receipt == token for one in fees.assessed(town.database, id))


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        (0, "Không đồng"),
        (8000, "Tám nghìn đồng"),
        (15000, "Mười lăm nghìn đồng"),
        (21000, "Hai mươi mốt nghìn đồng"),
        (105000, "Một trăm lẻ năm nghìn đồng"),
        (1005000, "Một triệu không trăm lẻ năm nghìn đồng"),
        (200000, "Hai trăm nghìn đồng"),
        (1234567, "Một triệu hai trăm ba mươi bốn nghìn năm trăm sáu mươi bảy đồng"),
        (5_000_000_000, "Năm tỷ đồng"),
    ],
)
def test_an_amount_in_words(amount: int, said: str) -> None:
    assert words.spelled(amount) == said
