"""Words as they are typed: one key for each syllable however it is spelt, marks compared, slips undone.

The key of a syllable is its letters without marks; "ký" and "kí" are one. A syllable that was typed with marks is no
answer for another: "đẻ" is not "để". A half-marked one ("kêt") still is.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

from procedures.search import fold

_TONES = {"\u0300": "f", "\u0301": "s", "\u0303": "x", "\u0309": "r", "\u0323": "j"}
_WORD = re.compile(r"[^\W_]+")
_LAST_Y = re.compile(r"^(qu|[bcdghklmnpqrstvx]+)y$")
_CODE = re.compile(r"\d")
#: What an input method leaves behind when it was off: doubled letters and w for marks, a letter or a digit for a tone.
_TELEX = ((re.compile(r"([aeod])\1"), r"\1"), (re.compile(r"w"), ""), (re.compile(r"(?<=[aeiouy])[sfrxj]"), ""))
_TELEX_LAST = re.compile(r"[sfrxj]$")
_TELEX_W = re.compile(r"(?<![uoa])w")
_VNI = re.compile(r"[1-9]")
#: Sounds that are written for one another, at the beginning and at the end of a syllable.
_HEADS = (
    ("ch", "tr"),
    ("s", "x"),
    ("d", "gi"),
    ("l", "n"),
    ("c", "k"),
    ("ng", "ngh"),
)
_TAILS = (("n", "ng"), ("t", "c"), ("i", "y"), ("nh", "n"))

LEVEL = "-"  # the tone of a word that is meant without marks


@dataclass(frozen=True, slots=True)
class Word:
    """A syllable: its key, and its marks where it has any."""

    key: str
    marked: tuple[str, str] | None = None

    def is_like(self, other: Word) -> bool:
        """Whether this one as typed may be the other: marks that are missing are forgiven, others are not."""
        if self.key != other.key:
            return False
        if self.marked is None:
            return True
        if other.marked is None or self.marked[1] == LEVEL:
            return other.marked is None and self.marked[1] == LEVEL
        (letters, tone), (others, other_tone) = self.marked, other.marked
        if (tone and tone != other_tone) or len(letters) != len(others):
            return False
        return all(
            one in (unmarked, another)
            for one, another, unmarked in zip(letters, others, fold_letters(others), strict=True)
        )


def fold_letters(letters: str) -> str:
    """The same letters without marks, one for one."""
    return "".join("d" if one == "đ" else unicodedata.normalize("NFD", one)[0] for one in letters)


def written(text: str) -> list[str]:
    """The syllables of a text as they stand, in small letters."""
    return _WORD.findall(unicodedata.normalize("NFC", text.casefold()))


def words_of(text: str) -> list[Word]:
    """The syllables of a text, in order."""
    return [word_of(one) for one in written(text)]


@lru_cache(maxsize=20_000)
def word_of(text: str) -> Word:
    """One syllable. Where a tone stands within it does not matter (hoá, hóa)."""
    decomposed = unicodedata.normalize("NFD", text)
    tone = "".join(_TONES[mark] for mark in decomposed if mark in _TONES)
    letters = unicodedata.normalize("NFC", "".join(mark for mark in decomposed if mark not in _TONES))
    plain = fold(letters).replace(" ", "")
    return Word(_LAST_Y.sub(r"\1i", plain), (_LAST_Y.sub(r"\1i", letters), tone) if tone or letters != plain else None)


@dataclass(slots=True)
class Lexicon:
    """The syllables that are known, how often, and which follow which; with how they are written."""

    many: Counter[str] = field(default_factory=Counter)
    pairs: Counter[tuple[str, str]] = field(default_factory=Counter)
    written: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    written_after: dict[tuple[str, str], Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    marked: set[tuple[str, tuple[str, str] | None]] = field(default_factory=set)

    def learn(self, text: str, pairs: bool = True) -> None:
        """Takes the words of a text in; pairs: their neighbourhoods, too."""
        raw = written(text)
        words = [word_of(one) for one in raw]
        for word, as_written in zip(words, raw, strict=True):
            self.many[word.key] += 1
            self.written[word.key][as_written] += 1
            self.marked.add((word.key, word.marked))
        if pairs:
            for (first, second), (_, as_written) in zip(pairwise(words), pairwise(raw), strict=True):
                self.pairs[first.key, second.key] += 1
                self.written_after[first.key, second.key][as_written] += 1

    def sure(self, words: Sequence[Word]) -> list[Word]:
        """The same words; where some have marks, those without that are words as they stand are meant without."""
        if not any(word.marked for word in words):
            return list(words)
        return [
            Word(word.key, (word.key, LEVEL)) if word.marked is None and (word.key, None) in self.marked else word
            for word in words
        ]

    def spell(self, words: Sequence[Word], typed: Mapping[Word, str]) -> str:
        """Words as they are mostly written, with their marks; those that were typed with marks as they were."""
        spelt = []
        for at, word in enumerate(words):
            if word.marked is not None and word in typed:
                spelt.append(typed[word])
                continue
            found = self.written_after.get((words[at - 1].key, word.key)) if at else None
            found = found or self.written.get(word.key)
            spelt.append(found.most_common(1)[0][0] if found else word.key)
        return " ".join(spelt)

    def corrected(self, typed: Sequence[Word]) -> list[Word]:
        """The words that were most likely meant: the cheapest way through all readings of each, where neighbours that
        are known as such speak for one another."""
        best: list[tuple[float, tuple[Word, ...]]] = [(0.0, ())]
        with_marks = any(word.marked for word in typed)
        for word in typed:
            options = list(self._readings(word, with_marks))
            found: dict[str, tuple[float, tuple[Word, ...]]] = {}
            for cost, path in best:
                for extra, reading in options:
                    joined = (*path[-1:], *reading)
                    known = sum(1 for one, other in pairwise(joined) if (one.key, other.key) in self.pairs)
                    total = cost + extra - NEIGHBOURS * known
                    last = reading[-1].key
                    if last not in found or total < found[last][0]:
                        found[last] = (total, (*path, *reading))
            best = sorted(found.values(), key=lambda one: one[0])[:12]
        return list(best[0][1])

    def _readings(self, word: Word, with_marks: bool) -> Iterator[tuple[float, tuple[Word, ...]]]:
        """What a word may be, with what each costs. Where marks were typed, a word that is written just so is it, or
        one of its sound that its neighbours speak for."""
        key = word.key
        known = key in self.many
        yield (0.0 if known else UNKNOWN), (word,)
        if (_CODE.search(key) and known) or len(key) > LONGEST:
            return
        if with_marks and (key, word.marked) in self.marked:
            yield from ((SOUND, (Word(other),)) for other in confused(key, tails=()) if other in self.many)
            return
        if not known:
            for plain in leftovers(key):
                if plain in self.many:
                    yield 0.5, (Word(plain),)
            if len(key) >= 5:
                split = self._split(key)
                if split:
                    yield 1.0, tuple(map(Word, split))
        if len(key) >= 3 and not key.isdigit():
            for other, cost in self._near(key).items():
                yield cost, (Word(other),)

    def _near(self, key: str) -> dict[str, float]:
        """Known words one slip away, with what that slip costs."""
        found: dict[str, float] = {}
        for other in confused(key):
            if other in self.many:
                found[other] = SLIP
        swapped = {key[:at] + key[at + 1] + key[at] + key[at + 2 :] for at in range(len(key) - 1)}
        for other in swapped:
            if other != key and other in self.many:
                found.setdefault(other, SLIP)
        for other in _edited(key):
            if other != key and other in self.many and len(other) > 1:
                found.setdefault(other, EDIT)
        return found

    def _split(self, run: str) -> list[str] | None:
        """A run of letters cut into known words, few and mostly seen side by side; None where it cannot be."""
        best: list[tuple[float, list[str]] | None] = [(0.0, [])] + [None] * len(run)
        for end in range(1, len(run) + 1):
            for start in range(max(0, end - 7), end):
                before, piece = best[start], run[start:end]
                key = _LAST_Y.sub(r"\1i", piece)
                if before is None or key not in self.many or (len(piece) < 2 and piece not in ("o",)):
                    continue
                neighbour = before[1] and (before[1][-1], key) in self.pairs
                cost = before[0] + 1.0 - (1.5 if neighbour else 0.0)
                now = best[end]
                if now is None or cost < now[0]:
                    best[end] = (cost, [*before[1], key])
        whole = best[-1]
        return whole[1] if whole is not None and len(whole[1]) > 1 else None


NEIGHBOURS = 2.5  # what a pair that is known takes off
UNKNOWN = 4.0  # a word that nobody knows, left as it is
SOUND = 2.4  # a word that is one, written for another of its sound
SLIP = 2.0  # letters that changed places, a sound written for another
EDIT = 3.2  # a letter too few, too many, or another
LONGEST = 40  # letters of a word that slips are looked for in
_LETTERS = "abcdeghiklmnopqrstuvxy"


def leftovers(key: str) -> Iterable[str]:
    """What a word may have been before the input method was off: of "ddaats", "d9at61" the letters "dat"."""
    found = [_VNI.sub("", key)] if _CODE.search(key) and key[0].isalpha() else []
    telex = _TELEX_W.sub("u", key)
    for pattern, plain in _TELEX:
        telex = pattern.sub(plain, telex)
    found += [telex, _TELEX_LAST.sub("", telex)]
    return [_LAST_Y.sub(r"\1i", one) for one in dict.fromkeys(found) if one and one != key]


def confused(key: str, tails: Sequence[tuple[str, str]] = _TAILS) -> Iterator[str]:
    """The word with a sound written as its like: "thuong chu" for "thuong tru"."""
    for pair in _HEADS:
        for one, other in (pair, pair[::-1]):
            if key.startswith(one):
                yield other + key[len(one) :]
    for pair in tails:
        for one, other in (pair, pair[::-1]):
            if key.endswith(one):
                yield key[: -len(one)] + other


def _edited(key: str) -> Iterator[str]:
    for at in range(len(key) + 1):
        for letter in _LETTERS:
            yield key[:at] + letter + key[at:]
            if at < len(key):
                yield key[:at] + letter + key[at + 1 :]
        if at < len(key):
            yield key[:at] + key[at + 1 :]
