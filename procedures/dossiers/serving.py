"""Indicators of service: the groups of QĐ 766/QĐ-TTg and those of Đ.19 of NĐ 224/2026, by unit, field and procedure.

Each is a share of two figures, and each figure a condition on dossiers, for the number and for the list behind it, as
those of the board (`procedures.dossiers.counted`). Which shares make a group, and its points, is data:
`indicators.yaml`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from statistics import median, quantiles
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, and_, exists, func, or_, select, union

from engine.store import Tx
from engine.store.joining import query
from engine.yaml import loads
from procedures.actor import Actor
from procedures.dossiers import counted, pace
from procedures.dossiers.board import GROUPS, Group, count, names_of_lines
from procedures.dossiers.counted import Counted, Period
from procedures.dossiers.rating import SATISFIED
from procedures.rights.dossiers import scope
from procedures.store.connectors import portal_dossier
from procedures.store.dossier import component, dossier, dossier_state, procedure_version
from procedures.store.papers import dossier_file, fee, result
from procedures.store.rating import rating
from procedures.vocabulary.channels import ONLINE
from procedures.vocabulary.payments import ONLINE as PAID_ONLINE
from procedures.vocabulary.progress import SERVING
from procedures.vocabulary.words import Word

DAY = 86400


@dataclass(frozen=True, slots=True)
class Share:
    """Two figures by name: how many of `whole` are `part`. name: what the share is called, where it has a name."""

    part: str
    whole: str
    name: Word | None = None


@dataclass(frozen=True, slots=True)
class Ring:
    """A group of QĐ 766: its name, its most points, its shares, which count alike."""

    name: Word
    points: int
    shares: tuple[Share, ...]


@dataclass(frozen=True, slots=True)
class Rules:
    """What is in force: groups with points and their basis, and the indicators of each service with theirs."""

    basis: str
    rings: tuple[Ring, ...]
    service_basis: str
    service: tuple[Share, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """The figures of one unit, field or procedure; of all where `key` is empty. days, most_days: from receipt to the
    end of handling, the median and what nine of ten kept to; None where nothing was handled."""

    key: str
    name: str
    counts: Mapping[str, int]
    days: float | None = None
    most_days: float | None = None

    def rate(self, share: Share) -> float | None:
        """Percent with one decimal; None where there is nothing that it could be a share of."""
        whole = self.counts[share.whole]
        return round(100 * self.counts[share.part] / whole, 1) if whole else None

    def points(self, ring: Ring) -> float | None:
        """The points of a group: its most, times the mean of its shares; None where none of them has a figure."""
        known = [rate for one in ring.shares if (rate := self.rate(one)) is not None]
        return round(ring.points * sum(known) / len(known) / 100, 1) if known else None


@cache
def rules() -> Rules:
    """The rules as they stand in `indicators.yaml`."""
    said = loads(files("procedures.dossiers").joinpath("indicators.yaml").read_text("utf-8"))
    rings = tuple(
        Ring(Word(**one["name"]), one["points"], tuple(Share(part, whole) for part, whole in one["shares"]))
        for one in said["groups"]
    )
    service = tuple(Share(one["of"][0], one["of"][1], Word(**one["name"])) for one in said["service"]["shares"])
    return Rules(said["basis"], rings, said["service"]["basis"], service)


def conditions(tx: Tx, period: Period, clock: pace.Clock) -> Mapping[str, ColumnElement[bool]]:
    """The condition of each figure that the rules name, those of the board among them."""
    known = counted.conditions(period, clock)
    came, kept, late = (known[name] for name in ("received", "kept", "late"))
    begin, end = period.bounds
    whole = and_(came, dossier.c.procedure_version.in_(_wholly_online(tx)))
    own = dossier.c.id
    papers = and_(component.c.dossier_id == own, component.c.originals + component.c.copies > 0)
    a_file = exists().where(
        dossier_file.c.dossier_id == component.c.dossier_id, dossier_file.c.component == component.c.code
    )
    made = and_(result.c.dossier_id == own, result.c.current)
    said = and_(rating.c.dossier_id == own, rating.c.at >= begin, rating.c.at < end)
    paid = and_(fee.c.dossier_id == own, fee.c.paid_at >= begin, fee.c.paid_at < end, fee.c.amount > 0)
    at_portal = and_(portal_dossier.c.dossier_id == own, portal_dossier.c.told > 0)
    handled = or_(kept, late)
    with_papers = and_(came, exists().where(papers))
    return {
        **known,
        "told": and_(came, exists().where(at_portal)),
        "came_kept": and_(came, or_(pace.holds("early", clock), pace.holds("on_time", clock))),
        "whole": whole,
        "whole_online": and_(whole, dossier.c.channel == ONLINE),
        "with_papers": with_papers,
        "digitised": and_(with_papers, ~exists().where(papers, ~a_file)),
        "handled": handled,
        "digital_result": and_(handled, exists().where(made)),
        "produced": and_(handled, exists().where(made, result.c.produced)),
        "rated": exists().where(said),
        "pleased": exists().where(said, rating.c.service >= SATISFIED),
        "paid": exists().where(paid),
        "paid_online": exists().where(paid, fee.c.method == PAID_ONLINE),
    }


def touched(period: Period) -> CompoundSelect[tuple[str]]:
    """The ids of all dossiers that any of these figures may count, and few others."""
    begin, end = period.bounds
    return union(
        *counted.touched(period).selects,
        select(fee.c.dossier_id).where(fee.c.paid_at >= begin, fee.c.paid_at < end),
        select(rating.c.dossier_id).where(rating.c.at >= begin, rating.c.at < end),
    )


def behind(tx: Tx, of: Counted, clock: pace.Clock) -> list[ColumnElement[bool]]:
    """The dossiers that a figure, of the board or of the indicators, counts."""
    if of.figure not in SERVING:
        return [counted.conditions(of.period, clock)[of.figure], dossier.c.id.in_(counted.touched(of.period))]
    return [conditions(tx, of.period, clock)[of.figure], dossier.c.id.in_(touched(of.period))]


def _wholly_online(tx: Tx) -> list[str]:
    """The versions of procedures that are handed in online every day, and of which nothing is told that is not."""
    found = tx.read(select(procedure_version.c.id, procedure_version.c.settings)).all()
    return [
        row.id
        for row in found
        if ONLINE in (row.settings.get("channels") or ())
        and ONLINE not in (row.settings.get("outage_only") or ())
        and not row.settings.get("part_process")
    ]


@query
def lines(tx: Tx, by: Actor, first: date, last: date, group: Group = "agency", agency: str | None = None) -> list[Line]:
    """The figures of a period (both days included) as far as this person may see: a line for each of a group, by name,
    and that of all at the end."""
    period = Period(first, last)
    said = conditions(tx, period, pace.clock(tx))
    column = GROUPS[group]
    wanted = [scope(by), dossier.c.id.in_(touched(period))]
    if agency:
        wanted.append(dossier.c.agency == agency)
    asked = (
        select(
            column.label("key"),
            dossier.c.procedure_name.label("name"),
            *(condition.label(name) for name, condition in said.items() if name in _wanted()),
            dossier.c.received_at,
            dossier_state.c.finished_at,
        )
        .join(dossier_state, dossier_state.c.dossier_id == dossier.c.id)
        .where(*wanted)
    ).subquery()
    sums = select(
        asked.c.key, *(count(asked.c[name]).label(name) for name in _wanted()), func.max(asked.c.name).label("name")
    ).group_by(asked.c.key)
    rows = [dict(row) for row in tx.read(sums).mappings()]
    spans: dict[str, list[float]] = {}
    took = select(asked.c.key, asked.c.received_at, asked.c.finished_at).where(asked.c.handled)
    for row in tx.read(took):
        spans.setdefault(row.key, []).append((row.finished_at - row.received_at).total_seconds() / DAY)
    named = names_of_lines(tx, group, {row["key"] for row in rows})
    found = [
        _line(row["key"], named.get(row["key"]) or (row["name"] if group == "procedure" else row["key"]), [row], spans)
        for row in rows
        if any(row[name] for name in _wanted())
    ]
    everything = _line("", "", rows, {"": [span for some in spans.values() for span in some]})
    return [*sorted(found, key=lambda one: one.name), everything]


@cache
def _wanted() -> tuple[str, ...]:
    """The figures that the rules name, each once."""
    shares = [share for ring in rules().rings for share in ring.shares] + list(rules().service)
    return tuple(dict.fromkeys(name for share in shares for name in (share.part, share.whole)))


def _line(key: str, name: str, rows: Sequence[Mapping[str, Any]], spans: Mapping[str, list[float]]) -> Line:
    counts = {figure: sum(int(row[figure]) for row in rows) for figure in _wanted()}
    took = spans.get(key) or []
    most = quantiles(took, n=10, method="inclusive")[8] if len(took) > 1 else (took[0] if took else None)
    return Line(
        key, name, counts, round(median(took), 1) if took else None, round(most, 1) if most is not None else None
    )
