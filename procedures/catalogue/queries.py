"""The catalogue as it is searched and read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select

from engine.store import Tx
from engine.store.joining import query
from procedures.catalogue.life_events import LifeEvent, life_events
from procedures.catalogue.reading import read_record
from procedures.catalogue.values import Procedure
from procedures.search import abbreviation, fold, initials, relevance
from procedures.store.catalogue import catalogue_entry, catalogue_version

_CODE = catalogue_entry.c.code
_FILLERS = ("thu tuc hanh chinh ", "thu tuc ")  # what nobody means to search for


@dataclass(frozen=True, slots=True)
class Hit:
    """A procedure in a list."""

    code: str
    name: str
    field_code: str | None
    field_name: str | None
    flags: int


@dataclass(frozen=True, slots=True)
class Found:
    """One page of a search, best first."""

    hits: tuple[Hit, ...]
    total: int
    page: int
    size: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.size))


@query
def find(
    tx: Tx,
    text: str = "",
    *,
    field: str | None = None,
    life_event: str | None = None,
    level: str | None = None,
    page: int = 1,
    size: int = 20,
) -> Found:
    """Procedures by words (without diacritics, by code too), by field, life event or level of agency.

    With words the best answers come first, without them the order is that of names. Words that
    are only begun in the rest of a record (“kha” in its “tờ khai”) count where no name, field or code fits."""
    words = _meant(text)
    columns = catalogue_entry.c
    statement = select(catalogue_entry)
    if field:
        statement = statement.where(columns.field_code == field)
    if life_event:
        statement = statement.where(columns.life_events.like(f"%,{_key(life_event)},%"))
    if level:
        statement = statement.where(columns.levels.like(f"%,{_key(level)},%"))
    short = abbreviated(tx, words)
    for word in words.split():
        statement = statement.where(
            or_(
                columns.code.in_(short.get(word, ())),
                columns.folded_name.like(f"%{word}%"),
                columns.folded_rest.like(f"%{word}%"),
                func.lower(columns.code).like(f"%{word}%"),
            )
        )
    rows = list(tx.read(statement).mappings())
    if words:
        scored = [(_score(words, row), row) for row in rows]
        rows = [
            row
            for score, row in sorted(scored, key=lambda one: (-one[0], one[1]["folded_name"], one[1]["code"]))
            if score > 0
        ]
        if any(_named(words, row) for row in rows):
            rows = [row for row in rows if _named(words, row) or _whole(words, row)]
    else:
        rows.sort(key=lambda row: (row["folded_name"], row["code"]))
    page = max(1, page)
    return Found(tuple(_hit(row) for row in rows[(page - 1) * size : page * size]), len(rows), page, size)


@query
def abbreviated(tx: Tx, text: str) -> dict[str, tuple[str, ...]]:
    """The codes of the procedures whose names each word of a folded text abbreviates (gpxd: giấy phép xây dựng); no
    entry for a word that is no abbreviation."""
    words = [word for word in dict.fromkeys(text.split()) if abbreviation(word)]
    if not words:
        return {}
    names = [(row.code, initials(row.folded_name)) for row in tx.read(select(_CODE, catalogue_entry.c.folded_name))]
    return {word: tuple(code for code, letters in names if word in letters) for word in words}


@query
def events_with_content(tx: Tx) -> tuple[LifeEvent, ...]:
    """The life events that lead to a procedure of the catalogue, in their order; one that leads nowhere is left
    out."""
    found: set[str] = set()
    for keys in tx.read(select(catalogue_entry.c.life_events).distinct()).scalars():
        found.update(keys.split(","))
    return tuple(event for event in life_events() if event.key in found)


@query
def procedure(tx: Tx, code: str, *, version: int | None = None) -> Procedure | None:
    """The procedure as a page shows it (by default in the version in force); None where there is none."""
    statement = select(catalogue_version).where(catalogue_version.c.code == code)
    if version is not None:
        statement = statement.where(catalogue_version.c.version == version)
    row = tx.read(statement.order_by(catalogue_version.c.version.desc()).limit(1)).first()
    if row is None:
        return None
    return replace(read_record(row.record), version=row.version, imported_at=row.imported_at)


@query
def history(tx: Tx, code: str) -> list[tuple[int, datetime, str]]:
    """The versions of a record: (version, imported at, file), latest first."""
    rows = tx.read(
        select(catalogue_version.c.version, catalogue_version.c.imported_at, catalogue_version.c.file)
        .where(catalogue_version.c.code == code)
        .order_by(catalogue_version.c.version.desc())
    )
    return [(row.version, row.imported_at, row.file) for row in rows]


@query
def fields(tx: Tx) -> list[tuple[str, str, int]]:
    """The fields of the catalogue: (code, name, how many procedures), by name."""
    rows = tx.read(
        select(
            catalogue_entry.c.field_code.label("code"),
            func.max(catalogue_entry.c.field_name).label("name"),
            func.count().label("many"),
        )
        .where(catalogue_entry.c.field_code.is_not(None))
        .group_by(catalogue_entry.c.field_code)
    )
    return sorted(((row.code, row.name, row.many) for row in rows), key=lambda one: fold(one[1]))


def _meant(text: str) -> str:
    folded = fold(text)
    for filler in _FILLERS:
        if folded.startswith(filler):
            return folded.removeprefix(filler)
    return folded


def _score(words: str, row: Any) -> float:
    return relevance(words, [*_called(row), (row["folded_rest"], 0.3)])


def _named(words: str, row: Any) -> bool:
    return relevance(words, _called(row)) > 0


def _whole(words: str, row: Any) -> bool:
    """Whether each word stands whole somewhere in the record."""
    said = f" {row['folded_name']} {row['folded_rest']} "
    return all(f" {word} " in said for word in words.split())


def _called(row: Any) -> list[tuple[str, float]]:
    """By what a procedure is called, each with its weight."""
    name = row["folded_name"]
    for filler in _FILLERS:
        name = name.removeprefix(filler)
    return [(fold(row["code"]), 5), (name, 3), (fold(row["field_name"]), 2)]


def _key(text: str) -> str:
    return "".join(letter for letter in text if letter.isalnum() or letter == "_")


def _hit(row: Any) -> Hit:
    return Hit(row["code"], row["name"], row["field_code"], row["field_name"], row["flags"])
