"""Figures for leaders: what came in, what is open, near, over, and how much was early, on time or late. What each
figure counts says `procedures.dossiers.counted`, for the figure and for the list behind it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any, Literal

from sqlalchemy import ColumnElement, case, distinct, func, literal, select

from engine.calendar import VIETNAM
from engine.store import Tx
from engine.store.joining import query
from engine.store.tables import work_item
from procedures import agencies, officials
from procedures.actor import Actor
from procedures.dossiers import pace
from procedures.dossiers.counted import Period, conditions, touched
from procedures.rights.dossiers import scope
from procedures.store.dossier import dossier, dossier_state
from procedures.vocabulary.channels import CHANNELS
from procedures.vocabulary.words import said

Group = Literal["agency", "field", "procedure", "channel", "person"]


@dataclass(frozen=True, slots=True)
class Figures:
    """One line of the progress table. carried: received before the period and open at its start. kept: early
    and on time. rate: kept ÷ handled, in percent with one decimal; None where nothing was handled."""

    key: str
    name: str
    received: int = 0
    direct: int = 0
    online: int = 0
    post: int = 0
    carried: int = 0
    done: int = 0
    early: int = 0
    on_time: int = 0
    kept: int = 0
    late: int = 0
    withdrawn: int = 0
    open: int = 0
    near: int = 0
    over: int = 0
    paused: int = 0
    paused_over: int = 0

    @property
    def rate(self) -> float | None:
        handled = self.kept + self.late
        return round(100 * self.kept / handled, 1) if handled else None

    def as_dict(self) -> dict[str, Any]:
        return {**asdict(self), "rate": self.rate}


@dataclass(frozen=True, slots=True)
class Board:
    """The leader's board: everything together, and by unit, field, procedure and person. held: what anybody holds,
    each dossier once, though several may hold one."""

    total: Figures
    by_agency: tuple[Figures, ...]
    by_field: tuple[Figures, ...]
    by_procedure: tuple[Figures, ...]
    by_person: tuple[Figures, ...]
    held: Figures


@query
def board(tx: Tx, by: Actor, from_: date | None = None, to: date | None = None, agency: str | None = None) -> Board:
    """The board of a period (default: this month so far), as far as this person may see."""
    today = tx.now.astimezone(VIETNAM).date()
    first, last = from_ or today.replace(day=1), to or today
    cells = _cells(tx, by, Period(first, last), agency, "agency", "field", "procedure")
    return Board(
        _total(cells),
        _lines(tx, cells, "agency"),
        _lines(tx, cells, "field"),
        _lines(tx, cells, "procedure"),
        _people(tx, by, agency),
        _people(tx, by, agency, each=False)[0],
    )


@query
def total_of(tx: Tx, by: Actor, from_: date, to: date, agency: str | None = None) -> Figures:
    """Everything of a period together: the first line of its board."""
    return _total(_cells(tx, by, Period(from_, to), agency))


@query
def progress_table(
    tx: Tx, by: Actor, from_: date, to: date, group: Group = "agency", agency: str | None = None
) -> list[Figures]:
    """The progress table of a period, a line for each of a group, by name."""
    if group == "person":
        return list(_people(tx, by, agency))
    return list(_lines(tx, _cells(tx, by, Period(from_, to), agency, group), group))


#: What figures are grouped by.
GROUPS = {
    "agency": dossier.c.agency,
    "field": dossier.c.field,
    "procedure": dossier.c.procedure,
    "channel": dossier.c.channel,
}
_COUNTED = tuple(one.name for one in fields(Figures) if one.name not in ("key", "name"))


def _cells(tx: Tx, by: Actor, period: Period, agency: str | None, *groups: str) -> list[Mapping[str, Any]]:
    """All figures of a period, a row for each that occurs of what they are grouped by: tables are sums of them."""
    said = conditions(period, pace.clock(tx))
    columns = {figure: said[figure] for figure in _COUNTED}
    keys = [GROUPS[group].label(group) for group in groups]
    wanted = [scope(by), dossier.c.received_at.is_not(None), dossier.c.id.in_(touched(period))]
    if agency:
        wanted.append(dossier.c.agency == agency)
    asked = (
        select(
            *keys, func.max(dossier.c.procedure_name).label("name"), *(count(c).label(n) for n, c in columns.items())
        )
        .join(dossier_state, dossier_state.c.dossier_id == dossier.c.id)
        .where(*wanted)
        .group_by(*(GROUPS[group] for group in groups))
    )
    return [dict(row) for row in tx.read(asked).mappings()]


def _summed(key: str, name: str, cells: Iterable[Mapping[str, Any]]) -> Figures:
    known = list(cells)
    return Figures(key, name, **{figure: sum(cell[figure] for cell in known) for figure in _COUNTED})


def _total(cells: Iterable[Mapping[str, Any]]) -> Figures:
    return _summed("", "Tất cả", cells)


def _lines(tx: Tx, cells: Iterable[Mapping[str, Any]], group: str) -> tuple[Figures, ...]:
    """The table by one of what the cells are grouped by: a line for each that counts anything, by name."""
    parts: dict[str, list[Mapping[str, Any]]] = {}
    for cell in cells:
        if any(cell[figure] for figure in _COUNTED):
            parts.setdefault(cell[group], []).append(cell)
    named = names_of_lines(tx, group, set(parts))
    lines = [
        _summed(key, named.get(key) or (max(cell["name"] for cell in own) if group == "procedure" else key), own)
        for key, own in parts.items()
    ]
    return tuple(sorted(lines, key=lambda one: one.name))


def count(condition: ColumnElement[bool]) -> Any:
    """How many rows it holds for, 0 where there are none."""
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def names_of_lines(tx: Tx, group: str, keys: set[str]) -> Mapping[str, str]:
    """The names of what a group's lines are of, by their keys; a procedure bears that of its dossiers."""
    if group == "agency":
        return agencies.names(tx, keys)
    if group == "field":
        from procedures import bundles

        return {one.field["code"]: one.field["name"] for one in bundles.versions(tx)}
    if group == "channel":
        return said(CHANNELS)
    return {}


def _people(tx: Tx, by: Actor, agency: str | None, each: bool = True) -> tuple[Figures, ...]:
    """The dossiers that officials hold a task of, by official or all together: how many, near and over."""
    clock = pace.clock(tx)
    wanted = [scope(by), work_item.c.assignee.is_not(None)]
    if agency:
        wanted.append(dossier.c.agency == agency)
    key = work_item.c.assignee if each else literal("")
    asked = (
        select(
            key.label("key"),
            func.count(distinct(dossier.c.id)).label("open"),
            _dossiers(pace.holds("near", clock)).label("near"),
            _dossiers(pace.holds("over", clock)).label("over"),
        )
        .select_from(work_item)
        .join(dossier, dossier.c.id == work_item.c.root_id)
        .join(dossier_state, dossier_state.c.dossier_id == dossier.c.id)
        .where(*wanted)
    )
    rows = tx.read(asked.group_by(work_item.c.assignee) if each else asked).mappings().all()
    names = officials.names(tx, {row["key"] for row in rows})
    lines = (
        Figures(row["key"], names.get(row["key"], row["key"]), open=row["open"], near=row["near"], over=row["over"])
        for row in rows
    )
    return tuple(sorted(lines, key=lambda one: (-one.open, one.name)))


def _dossiers(condition: ColumnElement[bool]) -> Any:
    return func.count(distinct(case((condition, dossier.c.id))))
