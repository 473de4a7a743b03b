"""Folding and relevance."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procedures.search import abbreviation, fold, fold_all, like, relevance


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


def test_better_answers_weigh_more() -> None:
    def score(text: str) -> float:
        return relevance("Khai sinh", [(fold(text), 1)])

    assert score("Khai sinh") > score("Khai sinh lại") > score("Đăng ký khai sinh cho trẻ em") > score("sinh khai")
    assert score("khai tử") == 0 and score("khaisinh") == 0
    assert relevance("khai s", [("khai sinh", 1)]) == 0  # a single letter must stand whole
    assert relevance("khai si", [("khai sinh", 1)]) > 0
    assert relevance("", [("khai sinh", 1)]) == 0


def test_patterns_and_columns_are_folded() -> None:
    assert like("Hộ_%tịch") == "%ho tich%" and fold_all(["Hộ", None, "Tịch"]) == "ho tich"


@pytest.mark.parametrize("word", ["gpxd", "ubnd", "cccd", "ddkks"])
def test_what_is_no_syllable_reads_as_initials(word: str) -> None:
    assert abbreviation(word)


@pytest.mark.parametrize("word", ["khai", "sinh", "xay", "nghieng", "quyen", "gp", "0012", "bimat2"])
def test_a_syllable_or_a_number_is_no_abbreviation(word: str) -> None:
    assert not abbreviation(word)


def test_initials_find_a_name_that_has_them_side_by_side() -> None:
    name = fold("Cấp giấy phép xây dựng mới")
    assert relevance("gpxd", [(name, 1)]) > 0 and relevance("gpdx", [(name, 1)]) == 0
    assert relevance("giấy phép", [(name, 1)]) > relevance("gpxd", [(name, 1)])
