"""Which procedures answer what was typed, best first.

What is typed is read word by word (spelling.py), then in the words of the law beside its own (wording.py). Each word
weighs by how few names have it; a name that has it counts most, the field and the rest of a record less. Of names that
have all, the one that has little else comes first; one for rare cases comes after its everyday sister.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from procedures.catalogue.spelling import Lexicon, Word, word_of, words_of, written
from procedures.catalogue.wording import Phrase, Wording, places, wording
from procedures.search import abbreviation, fold

NAME, TAIL, FIELD, REST = 1.0, 0.75, 0.45, 0.2  # what a word counts, by where it stands
UNHEARD = 0.35  # what a word weighs that is nowhere in the catalogue
UNLIKE_MARKS = 0.6  # of a word whose marks say another word
COMMON = 20  # a word that is in no name weighs as one that every twentieth has
FILLER = 0.1  # what a word that tells nothing weighs
MOST_OF_SAYING = 8.0  # what a saying weighs at most: that of two or three rare words
SAYING = 1.25  # a saying that was meant for it, against its bare words
LATER_TERM = 0.9  # of each further term of a saying
PAIR = 0.35  # what two neighbours weigh that are neighbours in a name, too
INITIALS = 0.7
RARE = 0.9  # of each rare case in a name that was not asked for
AGAIN = 0.85  # of a name that stands above already: provinces have their own records of one procedure
EVERYDAY = {"xa": 1.03, "nuoc_ngoai": 0.95, "trung_uong": 0.97}
SAID_UNLIKE = 0.3  # how sure it is that a word with other marks was meant
SAID_IN_REST = 0.4  # how sure it is that a word in the rest of a record was meant
SURELY = 100.0  # what stands for a code that was typed
LEAST_SAID = 0.4  # how much of what was said an answer must have, wherever
LEAST = 0.45  # how good an answer must be at all
LEAST_OF_BEST = 0.3  # how good an answer must be beside the best
SHORT_OF_IT = ("thu tuc hanh chinh ", "thu tuc ", "trinh tu thu tuc ")
_HEAD_ENDS = re.compile(r"\(|;| (?:đối với|cho|trong (?:các )?trường hợp|của|tại|theo|do|giữa) ", re.IGNORECASE)
_CODE = re.compile(r"^\d{1,2}\.\d{4,}(?:\.\d+)*$")


@dataclass(frozen=True, slots=True)
class Entry:
    """A procedure as it is searched: `rest` is folded."""

    code: str
    name: str
    field: str
    rest: str
    levels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """`codes` with their scores, best first; `meant`: what was taken to be typed where that is not what was; None
    where it is."""

    scores: Mapping[str, float]
    meant: str | None


class _Document:
    """An entry taken apart."""

    __slots__ = ("entry", "everyday", "folded", "head", "initials", "marked", "name", "order", "padded", "rare", "rest")

    def __init__(self, entry: Entry, rare: Sequence[Phrase]) -> None:
        self.entry = entry
        self.folded = fold(entry.name)
        for short in SHORT_OF_IT:
            self.folded = self.folded.removeprefix(short)
        words = words_of(entry.name)
        self.order = [word.key for word in words]
        self.name = frozenset(self.order)
        self.marked = frozenset((word.key, word.marked) for word in words)
        head = _HEAD_ENDS.split(entry.name, maxsplit=1)[0]
        self.head = frozenset(word.key for word in words_of(head)) or self.name
        self.rest = frozenset(word.key for word in words_of(entry.rest))
        self.padded = f" {' '.join(self.order)} "
        self.initials = "".join(key[0] for key in self.order)
        self.rare = [phrase for phrase in rare if _keys(phrase) in self.padded and places(phrase, words) is not None]
        self.everyday = max((EVERYDAY[level] for level in entry.levels if level in EVERYDAY), default=1.0)


@dataclass(frozen=True, slots=True)
class _Meaning:
    """A way of saying part of the query: which of its words, and the law's terms for them."""

    at: frozenset[int]
    terms: tuple[Phrase, ...]


@dataclass(frozen=True, slots=True)
class _Query:
    words: tuple[Word, ...]
    weights: tuple[float, ...]
    meanings: tuple[_Meaning, ...]


class Index:
    """A catalogue ready to be searched. It is made once and asked often; nothing in it changes."""

    def __init__(self, entries: Iterable[Entry], told: Wording | None = None) -> None:
        self.told = told or wording()
        self.documents = [_Document(entry, self.told.rare) for entry in entries]
        self.by_code = {document.entry.code: document for document in self.documents}
        names = {document.folded: document for document in self.documents}
        self._names = max(1, len(names))
        self._in_names = Counter(key for document in names.values() for key in document.name)
        self._having: dict[str, list[_Document]] = defaultdict(list)
        for document in self.documents:
            field = {word.key for word in words_of(document.entry.field)}
            for key in document.name | document.rest | field:
                self._having[key].append(document)
        self._fields = {
            name: frozenset(word.key for word in words_of(name)) for name in {one.entry.field for one in self.documents}
        }
        self._single_fillers = {phrase[0] for phrase in self.told.fillers if len(phrase) == 1}

    @cached_property
    def lexicon(self) -> Lexicon:
        """The words that somebody may mean."""
        found = Lexicon()
        for name in {document.folded: document.entry.name for document in self.documents}.values():
            found.learn(name)
        for field in self._fields:
            found.learn(field)
        for phrase in self.told.as_written:
            found.learn(phrase)
        for key in self._having:
            found.many[key] += 0
        return found

    def search(self, text: str) -> Answer:
        """The answers to a text; none where nothing of the catalogue is like it."""
        text = text[:LONGEST_TEXT]
        codes = self._coded(text)
        raw = written(text)
        typed = list(map(word_of, raw))
        words = self.lexicon.corrected(typed)
        if not words:
            return Answer(dict.fromkeys(codes, 1.0), None)
        scores = self._ranked(self._query(self.lexicon.sure(words)))
        if codes:
            scores = {**dict.fromkeys(codes, SURELY), **{c: s for c, s in scores.items() if c not in codes}}
        changed = scores and [word.key for word in words] != [word.key for word in typed]
        return Answer(scores, self.lexicon.spell(words, dict(zip(typed, raw, strict=True))) if changed else None)

    def _coded(self, text: str) -> list[str]:
        """The procedures whose codes stand in a text; of one that is only begun (1.0012) those that begin so."""
        found = []
        for part in text.casefold().split():
            if part in self._codes:
                found.append(self._codes[part])
            elif _CODE.match(part):
                found += [code for folded, code in self._codes.items() if folded.startswith(part)]
        return found

    @cached_property
    def _codes(self) -> dict[str, str]:
        return {code.casefold(): code for code in self.by_code}

    def _query(self, words: Sequence[Word]) -> _Query:
        empty = self._empty(words)
        bare = [at in empty or self._tells_nothing(word) for at, word in enumerate(words)]
        meanings = []
        for saying in self.told.sayings:
            found = [places(part, words, bare) for part in saying.parts]
            if all(one is not None and (len(one) > 1 or one[0] not in empty) for one in found):
                meanings.append(_Meaning(frozenset(at for one in found for at in one or ()), saying.terms))
        widest = [
            one for one in meanings if not any(one.at < other.at for other in meanings)
        ]  # "sổ đỏ" says nothing more where "mất sổ đỏ" was said
        weights = [FILLER if bare[at] else self._weight(word.key) for at, word in enumerate(words)]
        for meaning in widest:
            share = min(MOST_OF_SAYING, sum(self._weight(word.key) for word in meaning.terms[0])) / len(meaning.at)
            for at in meaning.at:
                weights[at] = max(weights[at], share)
        return _Query(tuple(words), tuple(weights), tuple(widest))

    def _empty(self, words: Sequence[Word]) -> set[int]:
        """Where phrases stand that tell nothing ("mất bao lâu"): their words are no sayings by themselves."""
        found: set[int] = set()
        for phrase in self.told.fillers:
            if len(phrase) > 1:
                found.update(places(phrase, words) or ())
        return found

    def _tells_nothing(self, word: Word) -> bool:
        return any(word.is_like(filler) for filler in self._single_fillers)

    def _weight(self, key: str) -> float:
        """The fewer names have it, the more a word says; one that no name has says little more than that."""
        many = self._in_names.get(key, 0)
        if many:
            return math.log(1 + self._names / many)
        return math.log(1 + COMMON) * (1.0 if key in self._having else UNHEARD)

    def _ranked(self, query: _Query) -> dict[str, float]:
        known = {word.key for word in query.words}
        known |= {word.key for meaning in query.meanings for term in meaning.terms for word in term}
        candidates = {id(one): one for key in known for one in self._having.get(key, ())}
        short = [at for at, word in enumerate(query.words) if abbreviation(word.key)]
        if short:
            candidates = {id(one): one for one in self.documents}
        scored: list[tuple[float, _Document]] = []
        for ease in (1.0, 0.5) if query.meanings else (1.0,):  # what was understood is not left without an answer
            for document in candidates.values():
                score = self._score(query, document, short, ease * LEAST_SAID)
                if score >= ease * LEAST:
                    scored.append((score, document))
            if scored:
                break
        scored.sort(key=lambda one: (-one[0], len(one[1].order), one[1].folded, one[1].entry.code))
        again: Counter[str] = Counter()
        ordered = []
        for score, document in scored:
            ordered.append((score * AGAIN ** again[document.folded], document.entry.code))
            again[document.folded] += 1
        ordered.sort(key=lambda one: -one[0])
        best = ordered[0][0] if ordered else 0.0
        return {code: score for score, code in ordered if score >= LEAST_OF_BEST * best}

    def _score(self, query: _Query, document: _Document, short: Sequence[int], least: float) -> float:
        """How well a procedure answers; 0 where too little of what was said is there."""
        gains, said, used = self._of_words(query, document, short)
        total = sum(query.weights)
        for meaning in query.meanings:
            best, words = self._of_meaning(meaning, document)
            if best > 0:
                used |= words
                share = SAYING * best * sum(query.weights[at] for at in meaning.at) / len(meaning.at)
                for at in meaning.at:
                    gains[at] = max(gains[at], share)
                    said[at] = max(said[at], best)
        coverage = sum(weight * part for weight, part in zip(query.weights, said, strict=True)) / total
        if coverage < least:
            return 0.0
        gain = sum(gains) + self._side_by_side(query, document)
        score = gain / total * (1 + 0.5 * self._share(document, used)) * document.everyday
        for phrase in document.rare:
            if not self._asked_for(phrase, query):
                score *= RARE
        return score

    def _side_by_side(self, query: _Query, document: _Document) -> float:
        """What neighbours gain that are neighbours in the name; three in a row count even where they tell nothing by
        themselves ("không phải xin phép")."""
        gain, keys = 0.0, [word.key for word in query.words]
        for at, (first, second) in enumerate(pairwise(keys)):
            if f" {first} {second} " in document.padded:
                gain += PAIR * (query.weights[at] + query.weights[at + 1]) / 2
                if at + 2 < len(keys) and f" {first} {second} {keys[at + 2]} " in document.padded:
                    gain += PAIR * sum(map(self._weight, keys[at : at + 3])) / 3
        return gain

    def _of_words(
        self, query: _Query, document: _Document, short: Sequence[int]
    ) -> tuple[list[float], list[float], set[str]]:
        """Of each word of the query what it gains, and whether it was said at all; and the words of the name."""
        gains: list[float] = []
        said: list[float] = []
        used: set[str] = set()
        field = self._fields[document.entry.field]
        for at, (word, weight) in enumerate(zip(query.words, query.weights, strict=True)):
            part, sure = 0.0, 1.0
            if word.key in document.name:
                part = NAME if word.key in document.head else TAIL
                if word.marked is not None and not self._so_marked(word, document):
                    part, sure = part * UNLIKE_MARKS, SAID_UNLIKE
                used.add(word.key)
            elif word.key in field:
                part = FIELD
            elif word.key in document.rest:
                part, sure = REST, SAID_IN_REST
            elif at in short and word.key in document.initials:
                part = INITIALS
            gains.append(weight * part)
            said.append(sure if part else 0.0)
        return gains, said, used

    @staticmethod
    def _so_marked(word: Word, document: _Document) -> bool:
        return any(word.is_like(Word(key, marked)) for key, marked in document.marked if key == word.key)

    def _of_meaning(self, meaning: _Meaning, document: _Document) -> tuple[float, set[str]]:
        """How far a name says one of the terms, from 0 to 1, and by which words."""
        best: tuple[float, set[str]] = (0.0, set())
        factor = 1.0
        for term in meaning.terms:
            keys = [word.key for word in term]
            total = sum(map(self._weight, keys))
            there = [key for key in keys if key in document.name]
            told = sum(self._weight(key) * (1.0 if key in document.head else TAIL) for key in there) / total
            if len(there) == len(keys):
                if _keys(term) in document.padded:
                    told *= 1.1
            else:
                told = told**2
            if factor * told > best[0]:
                best = (factor * told, set(there))
            factor *= LATER_TERM
        return best if best[0] > 0.2 else (0.0, set())

    def _share(self, document: _Document, used: set[str]) -> float:
        """How much of the head of a name was asked for."""
        whole = sum(map(self._weight, document.head))
        return sum(self._weight(key) for key in document.head & used) / whole if whole else 0.0

    def _asked_for(self, phrase: Phrase, query: _Query) -> bool:
        keys = _keys(phrase)
        if keys in _keys(query.words):
            return True
        return any(keys in _keys(term) for meaning in query.meanings for term in meaning.terms[:1])


LONGEST_TEXT = 200


def _keys(phrase: Phrase) -> str:
    return f" {' '.join(word.key for word in phrase)} "
