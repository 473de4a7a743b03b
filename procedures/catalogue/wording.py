"""How people say what the law says in other words. The words stand in wording.yaml, for anyone to add to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from engine.yaml import loads
from procedures.catalogue.spelling import Word, words_of

Phrase = tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class Saying:
    """Words that people use (`parts` may stand anywhere, each as a phrase), and the law's terms for it, likeliest
    first."""

    parts: tuple[Phrase, ...]
    terms: tuple[Phrase, ...]


@dataclass(frozen=True, slots=True)
class Wording:
    """sayings; fillers: words that tell nothing; rare: what makes a procedure one that few people mean; as_written:
    every phrase that somebody may type."""

    sayings: tuple[Saying, ...]
    fillers: tuple[Phrase, ...]
    rare: tuple[Phrase, ...]
    as_written: tuple[str, ...]


@cache
def wording() -> Wording:
    """All of the file."""
    return read(Path(__file__).with_name("wording.yaml").read_text("utf-8"))


def read(text: str) -> Wording:
    """The wording in a text of the file's form."""
    told = loads(text)
    return Wording(
        tuple(
            Saying(tuple(map(_phrase, said.split("&"))), tuple(map(_phrase, _several(terms))))
            for said, terms in told["sayings"].items()
        ),
        tuple(sorted(map(_phrase, told["fillers"]), key=len, reverse=True)),
        tuple(map(_phrase, told["rare"])),
        tuple(part.strip() for said in told["sayings"] for part in said.split("&")) + tuple(told["fillers"]),
    )


def _several(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def _phrase(text: str) -> Phrase:
    return tuple(words_of(text))


def places(phrase: Phrase, words: Sequence[Word]) -> tuple[int, ...] | None:
    """Where a phrase stands in what was typed, word by word; None where it does not."""
    for at in range(len(words) - len(phrase) + 1):
        if all(words[at + step].is_like(word) for step, word in enumerate(phrase)):
            return tuple(range(at, at + len(phrase)))
    return None
