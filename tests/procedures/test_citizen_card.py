"""The QR of a citizen's card, read as scanners type it."""

from __future__ import annotations

from datetime import date

import pytest

from procedures import citizen_card

LINE = "033190001234|123456789|Trần Thị Mai|20051990|Nữ|Phường Phố Hiến, Hưng Yên|01072021"


def test_a_card_is_read() -> None:
    card = citizen_card.read(f" {LINE}\n")
    assert card == citizen_card.Card(
        "033190001234",
        "123456789",
        "Trần Thị Mai",
        date(1990, 5, 20),
        "Nữ",
        "Phường Phố Hiến, Hưng Yên",
        date(2021, 7, 1),
    )


def test_a_card_of_an_older_print_leaves_parts_empty() -> None:
    card = citizen_card.read("033190001234||Trần Thị Mai|31021990||Hưng Yên")
    assert card is not None and (card.old, card.born, card.sex, card.issued) == ("", None, "", None)


@pytest.mark.parametrize(
    "text", ["", "033190001234", "|||||", "03319000123|x|A|1|Nam|B|1", "033190001234||  |20051990|Nữ|X", "a|b|c|d|e|f"]
)
def test_what_is_no_card_is_none(text: str) -> None:
    assert citizen_card.read(text) is None
