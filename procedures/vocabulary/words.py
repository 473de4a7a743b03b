"""A word of the vocabulary: what it is called in both languages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Word:
    """The name of a thing, in the words that officials and citizens read."""

    vi: str
    en: str

    def __getitem__(self, lang: str) -> str:
        return self.en if lang == "en" else self.vi

    def __iter__(self) -> Iterator[str]:
        """Vietnamese, English."""
        return iter((self.vi, self.en))


def said(words: Mapping[str, Word], lang: str = "vi") -> dict[str, str]:
    """Code → name, in one language."""
    return {code: word[lang] for code, word in words.items()}
