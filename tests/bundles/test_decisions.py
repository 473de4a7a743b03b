"""Shipped decision tables give the amounts and terms that the law names."""

from __future__ import annotations

from decimal import Decimal

import pytest

from engine import dmn
from procedures import bundles, fees
from tests.bundles.shipped import ROOT

CERTIFYING = ROOT / "bpmn" / "procedures" / "chung-thuc-ban-sao"
INCOMING = ROOT / "bpmn" / "routes" / "van-ban-den"


@pytest.mark.parametrize(
    ("pages", "copies", "amount"),
    [(1, 1, 2000), (2, 1, 4000), (3, 1, 5000), (10, 2, 24000), (198, 1, 200000), (199, 1, 200000), (350, 3, 600000)],
)
def test_certifying_costs_by_the_page_with_a_cap_by_the_copy(pages: int, copies: int, amount: int) -> None:
    table = dmn.load(CERTIFYING / "decisions" / "phi-chung-thuc.dmn")
    assert table.decide("phi_chung_thuc", {"so_trang": pages, "so_ban": copies}) == Decimal(amount)


@pytest.mark.parametrize(("pages", "copies"), [(1, 1), (2, 4), (3, 1), (198, 2), (5000, 1)])
def test_the_fee_at_intake_is_the_fee_of_the_table(pages: int, copies: int) -> None:
    counted = {"so_trang": pages, "so_ban": copies}
    table = dmn.load(CERTIFYING / "decisions" / "phi-chung-thuc.dmn")
    formula = bundles.load(CERTIFYING).description["fees"][0]
    assert fees._by_formula(formula, counted).amount == table.decide("phi_chung_thuc", counted)


@pytest.mark.parametrize(
    ("urgency", "hours"), [("0", 168), (0, 168), (None, 168), ("1", 24), ("2", 8), ("3", 2), ("4", 2)]
)
def test_the_more_urgent_a_document_the_sooner_it_is_due(urgency: object, hours: int) -> None:
    table = dmn.load(INCOMING / "decisions" / "han-theo-do-khan.dmn")
    assert table.decide("han_theo_do_khan", {"van_ban": {"do_khan": urgency}}) == Decimal(hours)
