"""Figures for leaders: what came in, what is open, near, over, and how much was early, on time or late. What each
figure counts says `procedures.dossiers.counted`, for the figure and for the list behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Literal, cast

from sqlalchemy import ColumnElement, case, distinct, func, literal, select

from engine.calendar import VIETNAM
from engine.store import Tx
from engine.store.joining import query
from engine.store.tables import work_item
from procedures import agencies, officials
from procedures.actor import Actor
from procedures.dossiers import pace
from procedures.dossiers.counted import Period, conditions
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
    tables = {group: _table(tx, by, first, last, group, agency) for group in ("agency", "field", "procedure")}
    people = _people(tx, by, agency)
    return Board(
        _table(tx, by, first, last, None, agency)[0],
        tables["agency"],
        tables["field"],
        tables["procedure"],
        people,
        _people(tx, by, agency, each=False)[0],
    )


@query
def progress_table(
    tx: Tx, by: Actor, from_: date, to: date, group: Group = "agency", agency: str | None = None
) -> list[Figures]:
    """The progress table of a period, a line for each of a group, by name."""
    if group == "person":
        return list(_people(tx, by, agency))
    return list(_table(tx, by, from_, to, group, agency))


_GROUPS: Mapping[str, tuple[Any, Any]] = {
    "agency": (dossier.c.agency, dossier.c.agency),
    "field": (dossier.c.field, dossier.c.field),
    "procedure": (dossier.c.procedure, func.max(dossier.c.procedure_name)),
    "channel": (dossier.c.channel, dossier.c.channel),
}


def _table(tx: Tx, by: Actor, from_: date, to: date, group: str | None, agency: str | None) -> tuple[Figures, ...]:
    columns = conditions(Period(from_, to), pace.clock(tx))
    key, name = _GROUPS[group] if group else (literal(""), literal("Tất cả"))
    wanted = [scope(by), dossier.c.received_at.is_not(None)]
    if agency:
        wanted.append(dossier.c.agency == agency)
    query = (
        select(key.label("key"), name.label("name"), *(_count(c).label(n) for n, c in columns.items()))
        .join(dossier_state, dossier_state.c.dossier_id == dossier.c.id)
        .where(*wanted)
    )
    if group:
        query = query.group_by(key)
    rows = tx.read(query).mappings().all()
    named = _names(tx, group, {row["key"] for row in rows})
    lines = [
        Figures(**cast("dict[str, Any]", {**row, "name": named.get(row["key"], row["name"] or "")}))
        for row in rows
        if group is None or any(row[n] for n in columns)
    ]
    return tuple(sorted(lines, key=lambda one: one.name))


def _count(condition: ColumnElement[bool]) -> Any:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def _names(tx: Tx, group: str | None, keys: set[str]) -> Mapping[str, str]:
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
