"""Folding, patterns and abbreviations."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procedures.search import abbreviation, fold, fold_all, like


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Hộ tịch", "ho tich"),
        ("ĐĂNG KÝ", "dang ky"),
        ("  Cấp – giấy_phép (mới) ", "cap giay phep moi"),
        ("1.001193", "1 001193"),
        ("Tho\u031b\u0300i", "thoi"),
        ("", ""),
        (None, ""),
        ("%", ""),
    ],
)
def test_text_is_folded(text: str | None, folded: str) -> None:
    assert fold(text) == folded


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert set(fold(text)) <= set("abcdefghijklmnopqrstuvwxyz0123456789 ")


def test_patterns_and_columns_are_folded() -> None:
    assert like("Hộ_%tịch") == "%ho tich%" and fold_all(["Hộ", None, "Tịch"]) == "ho tich"


@pytest.mark.parametrize("word", ["gpxd", "ubnd", "cccd", "ddkks"])
def test_what_is_no_syllable_reads_as_initials(word: str) -> None:
    assert abbreviation(word)


@pytest.mark.parametrize("word", ["khai", "sinh", "xay", "nghieng", "quyen", "gp", "0012", "bimat2"])
def test_a_syllable_or_a_number_is_no_abbreviation(word: str) -> None:
    assert not abbreviation(word)
