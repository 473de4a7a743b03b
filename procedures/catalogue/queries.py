"""The catalogue as it is searched and read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from engine.store import Tx
from engine.store.joining import query
from procedures.catalogue.life_events import LifeEvent, life_events
from procedures.catalogue.ranking import Entry, Index
from procedures.catalogue.reading import read_record
from procedures.catalogue.values import Procedure
from procedures.search import abbreviation, fold, initials
from procedures.store.catalogue import catalogue_entry, catalogue_version

_CODE = catalogue_entry.c.code
INDEX = "catalogue"  # what the index is kept by in a process


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
    """One page of a search, best first. meant: the words that were searched for, where they are not those typed."""

    hits: tuple[Hit, ...]
    total: int
    page: int
    size: int
    meant: str | None = None

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
    """Procedures as people ask for them (`ranking`), by code too, by field, life event or level of agency.

    With words the best answers come first, without them the order is that of names."""
    columns = catalogue_entry.c
    statement = select(columns.code, columns.name, columns.field_code, columns.field_name, columns.flags)
    if field:
        statement = statement.where(columns.field_code == field)
    if life_event:
        statement = statement.where(columns.life_events.like(f"%,{_key(life_event)},%"))
    if level:
        statement = statement.where(columns.levels.like(f"%,{_key(level)},%"))
    page = max(1, page)
    shown = slice((page - 1) * size, page * size)
    if not fold(text):
        rows = list(tx.read(statement.order_by(columns.folded_name, columns.code)))
        return Found(tuple(map(_hit, rows[shown])), len(rows), page, size)
    answer = _index(tx).search(text)
    by_code = {row.code: row for row in tx.read(statement)}
    codes = [code for code in answer.scores if code in by_code]
    return Found(tuple(_hit(by_code[code]) for code in codes[shown]), len(codes), page, size, answer.meant)


def _index(tx: Tx) -> Index:
    """The catalogue made ready for search: kept by the process until the catalogue has changed."""
    columns = catalogue_entry.c
    state = tuple(
        tx.read(
            select(func.count(), func.sum(columns.version), func.max(columns.imported_at)).select_from(catalogue_entry)
        ).one()
    )
    kept = tx.database.definitions.get(INDEX)
    if kept is None or kept[0] != state:
        rows = tx.read(select(columns.code, columns.name, columns.field_name, columns.folded_rest, columns.levels))
        entries = (
            Entry(row.code, row.name, row.field_name or "", row.folded_rest, tuple(filter(None, row.levels.split(","))))
            for row in rows
        )
        kept = tx.database.definitions[INDEX] = (state, Index(entries))
    return kept[1]


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


def _key(text: str) -> str:
    return "".join(letter for letter in text if letter.isalnum() or letter == "_")


def _hit(row: Any) -> Hit:
    return Hit(row.code, row.name, row.field_code, row.field_name, row.flags)
