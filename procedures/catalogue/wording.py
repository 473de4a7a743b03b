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


def places(phrase: Phrase, words: Sequence[Word], passing: Sequence[bool] = ()) -> tuple[int, ...] | None:
    """Where a phrase stands in what was typed, word by word; None where it does not. passing: which of the words may
    stand between those of the phrase ("mất cái sổ đỏ")."""
    for start, word in enumerate(words):
        if not word.is_like(phrase[0]):
            continue
        found = [start]
        for wanted in phrase[1:]:
            at = found[-1] + 1
            while at < len(words) and not words[at].is_like(wanted) and passing and passing[at]:
                at += 1
            if at == len(words) or not words[at].is_like(wanted):
                break
            found.append(at)
        else:
            return tuple(found)
    return None
