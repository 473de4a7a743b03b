"""Search without diacritics: what is stored and what is typed are folded alike, in both databases."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

_APART = re.compile(r"[^0-9a-z]+")
_LETTERS = re.compile(r"[a-z]{3,10}")
_SYLLABLE = re.compile(r"(ngh?|nh|gh|gi|kh|ph|th|tr|ch|qu|[bcdghklmnpqrstvx])?[aeiouy]{1,3}(ng|nh|ch|[cmnpt])?")


def fold(text: str | None) -> str:
    """Lower case without marks, đ as d, words apart by one space: "Hộ tịch – Đăng ký" is "ho tich dang ky"."""
    if not text:
        return ""
    lowered = unicodedata.normalize("NFD", text.casefold()).replace("đ", "d")
    bare = "".join(letter for letter in lowered if not unicodedata.combining(letter))
    return _APART.sub(" ", bare).strip()


def fold_all(texts: Iterable[str | None]) -> str:
    """One folded text of several, for a column that is searched."""
    return " ".join(folded for text in texts if (folded := fold(text)))


def texts_of(value: Any, most: int = 4000) -> str:
    """The texts in a declaration (a form's data, however deep), folded, for a column that is searched; at most so many
    letters, cut at a word."""
    found = fold_all(_texts(value))
    return found if len(found) <= most else found[:most].rpartition(" ")[0]


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _texts(one)


def initials(folded: str) -> str:
    """The first letters of the words of a folded text, one after the other: "cgpxd" of "cap giay phep xay dung"."""
    return "".join(word[0] for word in folded.split() if word[0].isalpha())


def abbreviation(word: str) -> bool:
    """Whether a folded word reads as initials (gpxd, ubnd) and not as a syllable of Vietnamese, which a name has."""
    return _LETTERS.fullmatch(word) is not None and _SYLLABLE.fullmatch(word) is None


def begun(words: Iterable[str], text: str) -> bool:
    """Whether each folded word begins a word of a folded text."""
    padded = f" {text}"
    return all(f" {word}" in padded for word in words)


def like(query: str) -> str:
    """A LIKE pattern that finds the folded query anywhere; folding leaves none of LIKE's own signs."""
    return f"%{fold(query)}%"
